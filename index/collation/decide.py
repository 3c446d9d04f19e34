"""Places -> decisions: the evidence at each place as numbers, weighed by the reliability model.

Evidence is: how usual each candidate is in its context (`usage`), by which slips the printings' readings could have come
from it (`slips`), how often each printing slips and with whom it shares slips (`reliability`, estimated over all documents
of the printings at once), and what other documents that quote the passage have there (`quotations`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.collation.alignment import Columns, align
from index.collation.channel import VERBATIM, Manner, pass_on, read_manner
from index.collation.places import Place, find_places
from index.collation.reliability import Cases, Estimate, estimate, log_scores
from index.collation.shapes import same_shape
from index.collation.sounds import same_sound
from index.collation.streams import Markers, is_marker, is_repeated_marker, normal_form

Floats = NDArray[np.float64]

UNATTESTED = -1.0
"""Log odds of a combination of readings that no printing has as a whole."""
KNOWN_MARK, REPEATED_MARK, ITEM_MARK = 12.0, -12.0, 1.0
"""Log odds for a structural mark that only some printings kept (others misprinted 第十二条), or that stands twice."""
QUOTATION_RATE = 0.1
"""Slips of a quotation: it may shorten or reword."""
QUOTATION_FLOOR = 0.0
"""Least log probability that a quotation takes from a candidate: it may also be another wording altogether."""
SAME_PAGE, SAME_DOCUMENT = 0.7, 0.8
"""Share of slips that a page repeats in its quotation of the text, and that printings of one quotation share."""
TEMPERATURE = 2.2
"""Log odds are divided by this to become confidences, fitted on held-out documents (docs/evaluation.md)."""
_LONGEST_TITLE = 60
_REACH = 8  # characters of context on both sides
_ROUNDS = 2


class Usage(Protocol):
    """What says how usual readings are: `index.collation.usage.UsageModel` or an adapted one."""

    def score(self, left: Sequence[str], text: Sequence[str], right: Sequence[str]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """One document to decide: its printings, columns and places, and what quotations have at the places.

    `quotations` are (siglum, document title, reading at each place or None).
    """

    sigla: tuple[str, ...]
    columns: Columns
    places: tuple[Place, ...]
    markers: Markers
    quotations: tuple[tuple[str, str, tuple[str | None, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The chosen candidate of a place, its probability, and the probabilities of all."""

    chosen: int
    confidence: float
    chances: tuple[float, ...]


def likeness(a: str, b: str) -> float:
    """How easily one character passes for another, by ear or by eye, 0 to 1."""
    return max(same_sound(a, b), same_shape(a, b))


def decide(problems: Sequence[Problem], usages: Sequence[Usage]) -> tuple[list[list[Decision]], Estimate]:
    """Decisions for every place of every problem, and the reliability of the printings over all of them."""
    choices = [[_most_frequent(place) for place in problem.places] for problem in problems]
    manners = [_manner(problem) for problem in problems]
    result = Estimate({}, {})
    scores: list[Floats] = []
    for _ in range(_ROUNDS):
        cases = [_cases(*each) for each in zip(problems, usages, choices, manners, strict=True)]
        result = estimate(cases)
        scores = [log_scores(case, result) for case in cases]
        choices = [[int(k) for k in table.argmax(axis=1)] if table.size else [] for table in scores]
    return [_decisions(problem, table) for problem, table in zip(problems, scores, strict=True)], result


def settle(texts: Sequence[tuple[str, str]], usage: Usage, known: Estimate) -> str:
    """One line, such as a title, out of its printings (siglum, text), with reliabilities that are known already."""
    texts = sorted(texts, key=lambda pair: (known.rates.get(pair[0], 1.0), pair))
    if not texts or all(normal_form(text) == normal_form(texts[0][1]) for _, text in texts):
        return texts[0][1] if texts else ""
    found = align([text for _, text in texts], likeness)
    width = found.characters.shape[1]
    columns = replace(found, first=(0,) * len(texts), last=(width - 1,) * len(texts))  # a line is printed as a whole
    problem = Problem(tuple(siglum for siglum, _ in texts), columns, tuple(find_places(columns)), Markers())
    case = _cases(problem, usage, [_most_frequent(place) for place in problem.places], _manner(problem))
    chosen = [int(k) for k in log_scores(case, known).argmax(axis=1)]
    agreed = columns.characters.max(axis=0).tolist()
    pieces: list[str] = []
    position = 0
    for place, k in zip(problem.places, chosen, strict=True):
        pieces += [*map(chr, agreed[position : place.start]), place.candidates[k]]
        position = place.end
    return "".join([*pieces, *map(chr, agreed[position:])])


def _decisions(problem: Problem, scores: Floats) -> list[Decision]:
    decisions = []
    for place, row in zip(problem.places, scores, strict=True):
        own = row[: len(place.candidates)] / TEMPERATURE
        chances = np.exp(own - own.max())
        chances /= chances.sum()
        chosen = int(chances.argmax())
        decisions.append(Decision(chosen, float(chances[chosen]), tuple(map(float, chances))))
    return decisions


def _most_frequent(place: Place) -> int:
    return max(range(place.attested), key=lambda k: (place.readings.count(place.candidates[k]), -k))


@dataclass(frozen=True, slots=True)
class Context:
    """What stands before and after a place (up to 8 characters), and whether it is inside the name of a document."""

    left: str
    right: str
    in_title: bool


def context_of(problem: Problem, choices: Sequence[int]) -> list[Context]:
    """The context of each place, all places read as chosen."""
    characters = problem.columns.characters.max(axis=0) if problem.columns.characters.size else np.empty(0, np.int32)
    agreed = characters.astype(np.int32).tobytes().decode("utf-32-le", "surrogatepass")
    pieces: list[str] = []
    starts: list[int] = []
    position = length = 0
    for place, chosen in zip(problem.places, choices, strict=True):
        between = agreed[position : place.start]
        starts.append(length + len(between))
        pieces += [between, place.candidates[chosen]]
        length += len(between) + len(place.candidates[chosen])
        position = place.end
    text = "".join([*pieces, agreed[position:]])
    contexts = []
    for place, chosen, start in zip(problem.places, choices, starts, strict=True):
        end = start + len(place.candidates[chosen])
        before = text[max(0, start - _LONGEST_TITLE) : start]
        left, right = problem.markers.spelt(before[-_REACH:]), problem.markers.spelt(text[end : end + _REACH])
        contexts.append(Context(left, right, before.rfind("《") > before.rfind("》")))
    return contexts


def _slips(
    problem: Problem, contexts: Sequence[Context], usual: Floats, manners: Sequence[Manner]
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """For every place, candidate and printing (then quotation) the log probability and the number of the slips.

    `usual[p, c]` is the usage model's log probability of a candidate in its context.
    """
    written = problem.markers.written
    count = len(problem.sigla) + len(problem.quotations)
    slips = np.zeros((*usual.shape, count))
    edits = np.zeros((*usual.shape, count))
    tempting = np.zeros((*usual.shape, count), dtype=bool)
    for p, (place, context, manner) in enumerate(zip(problem.places, contexts, manners, strict=True)):
        known = {written(candidate): float(usual[p, c]) for c, candidate in enumerate(place.candidates)}
        readings = _readings(problem, p)
        for c, candidate in enumerate(place.candidates):
            for reading in {r for r in readings if r is not None and r != candidate}:
                passed = pass_on(written(candidate), written(reading), context.left, context.right, known, manner)
                for w, own in enumerate(readings):
                    if own == reading:
                        is_quotation = w >= len(problem.sigla)
                        slips[p, c, w] = max(passed.log_probability, QUOTATION_FLOOR if is_quotation else -np.inf)
                        edits[p, c, w] = 1 if is_quotation else passed.slips
                        tempting[p, c, w] = passed.is_tempting
    return slips, edits, tempting


def _readings(problem: Problem, p: int) -> list[str | None]:
    return [*problem.places[p].readings, *(found[p] for _, _, found in problem.quotations)]


def _cases(problem: Problem, usage: Usage, choices: Sequence[int], manner: Manner) -> Cases:
    contexts = context_of(problem, choices)
    usual = _usual(problem, usage, contexts)
    manners = [VERBATIM if context.in_title else manner for context in contexts]
    slips, edits, tempting = _slips(problem, contexts, usual, manners)
    readings = [_readings(problem, p) for p in range(len(problem.places))]
    count = len(problem.sigla) + len(problem.quotations)
    same = np.zeros((len(readings), count, count), dtype=bool)
    covered = np.zeros((len(readings), count), dtype=bool)
    for p, row in enumerate(readings):
        for v, one in enumerate(row):
            covered[p, v] = one is not None
            for w, other in enumerate(row):
                same[p, v, w] = one is not None and one == other
    lengths = tuple(int((row >= 0).sum()) for row in problem.columns.tokens) + (0,) * len(problem.quotations)
    return Cases(
        slips=slips,
        edits=edits,
        tempting=tempting,
        same=same,
        covered=covered,
        prior=_prior(problem, usual, manners),
        printings=(*problem.sigla, *[""] * len(problem.quotations)),
        lengths=lengths,
        fixed_rate=(0.0,) * len(problem.sigla) + (QUOTATION_RATE,) * len(problem.quotations),
        bound=_bound(problem, count),
    )


def _bound(problem: Problem, count: int) -> Floats:
    """Shares of slips known beforehand between a quotation and a printing on the same page, or another quotation."""
    bound = np.zeros((count, count))
    own = [(siglum, "") for siglum in problem.sigla] + [(s, title) for s, title, _ in problem.quotations]
    for v, (siglum, title) in enumerate(own):
        for w, (other_siglum, other_title) in enumerate(own):
            if v == w or not (title or other_title):
                continue
            if siglum and siglum == other_siglum:
                bound[v, w] = SAME_PAGE
            elif title == other_title:
                bound[v, w] = SAME_DOCUMENT
    return bound


def _manner(problem: Problem) -> Manner:
    places = (
        sorted({r for r in p.readings if r is not None}, key=lambda r: (-p.readings.count(r), r))
        for p in problem.places
    )
    return read_manner([problem.markers.written(reading) for reading in readings] for readings in places)


def _usual(problem: Problem, usage: Usage, contexts: Sequence[Context]) -> Floats:
    """float64 `[P, C]`: the usage model's log probability of each candidate in its context, -inf beyond the last."""
    usual = np.full((len(problem.places), max((len(p.candidates) for p in problem.places), default=0)), -np.inf)
    counts = [len(place.candidates) for place in problem.places]
    lefts = [context.left for context, n in zip(contexts, counts, strict=True) for _ in range(n)]
    rights = [context.right for context, n in zip(contexts, counts, strict=True) for _ in range(n)]
    texts = [problem.markers.spelt(candidate) for place in problem.places for candidate in place.candidates]
    if texts:
        places = np.repeat(np.arange(len(counts)), counts)
        usual[places, [c for n in counts for c in range(n)]] = usage.score(lefts, texts, rights)
    return usual


def _prior(problem: Problem, usual: Floats, manners: Sequence[Manner]) -> Floats:
    prior = usual * np.array([[manner.usage_weight] for manner in manners])
    certain = _agreed_marks(problem)
    for p, place in enumerate(problem.places):
        for c, candidate in enumerate(place.candidates):
            prior[p, c] += UNATTESTED if c >= place.attested else 0.0
            prior[p, c] += sum(_mark(x, certain) for x in candidate if is_marker(x))
    return np.asarray(prior)


def _agreed_marks(problem: Problem) -> frozenset[str]:
    disputed = np.zeros(problem.columns.characters.shape[1], dtype=bool)
    for place in problem.places:
        disputed[place.start : place.end] = True
    agreed = problem.columns.characters.max(axis=0)[~disputed] if problem.columns.characters.size else []
    return frozenset(chr(code) for code in agreed if is_marker(chr(code)))


def _mark(character: str, certain: frozenset[str]) -> float:
    """An article's number that stands elsewhere already is a misprint; the marks of list items stand many times."""
    if is_repeated_marker(character):
        return ITEM_MARK
    return REPEATED_MARK if character in certain else KNOWN_MARK
