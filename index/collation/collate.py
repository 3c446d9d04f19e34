"""Printings of documents -> one text each, with its apparatus: the pipeline of collation, top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from index.collation.alignment import align
from index.collation.apparatus import make_entries
from index.collation.decide import Decision, Problem, Usage, decide, likeness, settle
from index.collation.frame_lines import frames_of_others, without_frame
from index.collation.mentions import related_texts
from index.collation.places import find_places
from index.collation.rebuild import rebuild
from index.collation.reliability import Estimate
from index.collation.streams import Markers, Stream, known_parts, make_stream, normal_form
from index.collation.testimony import find_testimony
from index.collation.usage import LocalUsage, UsageModel, mixture
from index.pages import dateline_length
from index.records import LEAD_ARTICLE, ApparatusEntry, Article, Reliability, Witness

_OPENING = 12  # characters: so an article is known whose number was misprinted


@dataclass(frozen=True, slots=True)
class Collated:
    """One document's title and articles as decided, and where its printings differ."""

    title: str
    articles: tuple[Article, ...]
    apparatus: tuple[ApparatusEntry, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """One document's printings as streams, aligned, with the places where they differ."""

    witnesses: tuple[Witness, ...]
    streams: tuple[Stream, ...]
    markers: Markers
    problem: Problem


Adapt = Callable[[Sequence[str]], Usage]
"""Gives the usage model adapted to a document's own agreed text."""


def collate(
    groups: Sequence[tuple[Witness, ...]], adapt: Adapt | None = None
) -> tuple[list[Collated], tuple[Reliability, ...]]:
    """Each group of printings as one text. Printings on one page share its reliability over all their documents.

    `adapt` is the shipped usage model unless given; it is not opened where nothing is to be collated.
    """
    several = [k for k, group in enumerate(groups) if len(group) > 1]
    collated = [Collated(_first_title(group), _only(group[0]), ()) for group in groups]
    if not several:
        return collated, ()
    adapt = adapt or _adapt_shipped()
    prepared = [_prepare(tuple(sorted(groups[k], key=lambda w: w.siglum))) for k in several]
    usages = [adapt(_agreed(own.problem)) for own in prepared]
    decisions, estimate = decide([own.problem for own in prepared], usages)
    related = related_texts([(_first_title(g), [a.text for w in g for a in w.articles]) for g in groups])
    if any(related[k] for k in several):
        for k, own, decided in zip(several, prepared, decisions, strict=True):
            collated[k] = _finish(own, decided, estimate)
        texts = [_as_witness(group, text) for group, text in zip(groups, collated, strict=True)]
        prepared = [
            replace(
                own,
                problem=replace(own.problem, quotations=find_testimony(own.problem, [texts[o] for o in related[k]])),
            )
            for own, k in zip(prepared, several, strict=True)
        ]
        decisions, estimate = decide([own.problem for own in prepared], usages)
    for k, own, usage, decided in zip(several, prepared, usages, decisions, strict=True):
        collated[k] = replace(_finish(own, decided, estimate), title=_title(own, usage, estimate))
    return collated, _reliabilities(prepared, estimate)


@cache
def shipped_usage() -> UsageModel:
    """The usage model of the package, opened once."""
    return UsageModel.load()


def _adapt_shipped() -> Adapt:
    model = shipped_usage()
    return lambda texts: mixture(model, LocalUsage(texts))


def _only(witness: Witness) -> tuple[Article, ...]:
    return tuple(replace(article, siglum=witness.siglum) for article in witness.articles)


def _prepare(witnesses: tuple[Witness, ...]) -> Prepared:
    frames = frames_of_others(witnesses)
    witnesses = tuple(without_frame(w, frame) for w, frame in zip(witnesses, frames, strict=True))
    markers = Markers()
    parts = known_parts(witnesses)
    beginnings = [w.articles[0].text for w in witnesses if not w.starts_inside]
    with_dateline = all(map(dateline_length, beginnings))
    own = [[a.number for a in w.articles] for w in witnesses]
    openings: dict[str, dict[str, None]] = {}
    for article in (a for w in witnesses for a in w.articles if "（重" not in a.number):
        openings.setdefault(article.number, {})[article.text[:_OPENING]] = None
    titled = _titled(witnesses)
    streams = tuple(
        make_stream(
            w,
            markers,
            parts,
            with_dateline,
            {n: tuple(words) for n, words in openings.items() if n not in set(has)},
            not is_titled and _is_fragment(w, own),
            frame,
        )
        for w, has, is_titled, frame in zip(witnesses, own, titled, frames, strict=True)
    )
    columns = align([s.normal for s in streams], likeness)
    first = tuple(0 if is_titled else f for f, is_titled in zip(columns.first, titled, strict=True))
    columns = replace(columns, first=first)
    problem = Problem(tuple(w.siglum for w in witnesses), columns, tuple(find_places(columns)), markers)
    return Prepared(witnesses, streams, markers, problem)


def _titled(witnesses: Sequence[Witness]) -> list[bool]:
    """Whether each printing begins under the document's title, as another does too, and so lacks nothing before its text."""
    titles = [normal_form(w.title) if w.title and not w.starts_inside else "" for w in witnesses]
    return [bool(title) and titles.count(title) > 1 for title in titles]


def _is_fragment(witness: Witness, numbers: Sequence[Sequence[str]]) -> bool:
    """Whether a printing begins with words that no other has as an unnumbered beginning: the end of a lost page's article."""
    first = witness.articles[0].number if witness.articles else ""
    return first == LEAD_ARTICLE and sum(first in has for has in numbers) == 1


def _first_title(group: Sequence[Witness]) -> str:
    """A title of the document; a printing that begins inside it may have none, or only its file's name."""
    titles = [w.title for w in group if w.title and w.title != w.siglum] or [w.title for w in group]
    return min(titles, key=lambda title: (-len(title), title), default="")


def _as_witness(group: tuple[Witness, ...], text: Collated) -> Witness:
    """A document as one that quotes others: its collated text, or the one printing that it has."""
    return group[0] if len(group) == 1 else replace(group[0], siglum="", title=text.title, articles=text.articles)


def _agreed(problem: Problem) -> list[str]:
    """The stretches in which all printings agree: the document's own usage, without the places that it is to judge."""
    if not problem.columns.characters.size:
        return []
    characters = problem.columns.characters.max(axis=0).astype(np.int32)
    text = characters.tobytes().decode("utf-32-le", "surrogatepass")
    edges = [0, *(x for p in problem.places for x in (p.start, p.end)), len(text)]
    return [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]


def _finish(own: Prepared, decisions: Sequence[Decision], estimate: Estimate) -> Collated:
    rates = [estimate.rates[w.siglum] for w in own.witnesses]
    rebuilt = rebuild(own.witnesses, own.streams, own.problem, decisions, own.markers, rates)
    entries = make_entries(rebuilt, own.problem, own.streams, decisions)
    return Collated(_first_title(own.witnesses), tuple(article for article, _ in rebuilt), tuple(entries))


def _title(own: Prepared, usage: Usage, estimate: Estimate) -> str:
    named = [w for w in own.witnesses if w.title and w.title != w.siglum] or [w for w in own.witnesses if w.title]
    titled = [w for w in named if not w.starts_inside] or named
    return settle([(w.siglum, w.title) for w in titled], usage, estimate)


def _reliabilities(prepared: Sequence[Prepared], estimate: Estimate) -> tuple[Reliability, ...]:
    compared: dict[str, int] = {}
    for own in prepared:
        for witness, row in zip(own.witnesses, own.problem.columns.tokens, strict=True):
            compared[witness.siglum] = compared.get(witness.siglum, 0) + int((row >= 0).sum())
    return tuple(
        Reliability(
            siglum,
            1000 * rate,
            compared[siglum],
            tuple(
                (other, share)
                for (one, other), share in sorted(estimate.shared.items(), key=lambda pair: -pair[1])
                if one == siglum
            ),
        )
        for siglum, rate in sorted(estimate.rates.items())
    )
