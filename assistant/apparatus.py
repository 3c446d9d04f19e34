"""The apparatus 校勘记 for programs (contract.md's JSON), and what its readers are told, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any
from unicodedata import category

from assistant.citations import bracketed
from index.records import ApparatusEntry, Damage, Document, Reading, Reliability, Witness

DOUBTFUL = 0.8  # below this confidence a place is 存疑
RELIABLE = 0.95
NOTHING = "∅"

CONTEXT = 8  # characters on either side of a reading
_DAMAGES: dict[str, str] = {
    "cut_off": "截断",
    "lost_marker": "项号缺失",
    "missing_line": "缺行",
    "impossible_number": "数字可疑",
    "broken_reference": "引用可疑",
    "doubled": "重复",
    "unbalanced": "标点不成对",
    "disputed": "与他处不合",
}


@dataclass(frozen=True, slots=True)
class Place:
    """An entry with what stands around it. `number` counts the places of the document from 1."""

    number: int
    entry: ApparatusEntry
    label: str
    before: str
    after: str

    @property
    def is_doubtful(self) -> bool:
        return self.entry.confidence < DOUBTFUL


@dataclass(frozen=True, slots=True)
class DamagedPlace:
    """The damaged characters and what stands around them."""

    before: str
    text: str
    after: str


def list_places(document: Document) -> list[Place]:
    """The places of the apparatus in the order of the text."""
    order = {article.number: rank for rank, article in enumerate(document.articles)}
    entries = sorted(document.apparatus, key=lambda e: (order.get(e.article, len(order)), e.offset))
    places = []
    for number, entry in enumerate(entries, start=1):
        article = document.articles[order[entry.article]] if entry.article in order else None
        text, end = article.text if article else "", entry.offset + entry.length
        before, after = text[max(0, entry.offset - CONTEXT) : entry.offset], text[end : end + CONTEXT]
        places.append(Place(number, entry, article.label if article else entry.article, before, after))
    return places


def describe_apparatus(document: Document, doubtful_only: bool = False) -> list[dict[str, Any]]:
    """The apparatus as contract.md has it, with the article's label, the context and the reasons."""
    return [
        {
            "article": place.entry.article,
            "offset": place.entry.offset,
            "length": place.entry.length,
            "reading": place.entry.reading,
            "support": list(place.entry.support),
            "variants": [{"reading": v.reading, "support": list(v.support)} for v in place.entry.variants],
            "confidence": place.entry.confidence,
            "reasons": list(place.entry.reasons),
            "label": place.label,
            "context_before": place.before,
            "context_after": place.after,
        }
        for place in list_places(document)
        if place.is_doubtful or not doubtful_only
    ]


def summarise(document: Document) -> list[str]:
    """The title, what there is to say of the whole, and the other versions; plain lines for terminal and page."""
    places = list_places(document)
    doubtful = sum(place.is_doubtful for place in places)
    lines = [f"{bracketed(visible(document.title))}校勘记"]
    if len(document.witnesses) < 2:
        lines.append("只有一个刊本，无从对校；另列版面上的损坏。")
    elif not places:
        lines.append(f"{len(document.witnesses)} 个刊本文字相同，没有异文。")
    else:
        tail = f"其中存疑（可信度低于 {DOUBTFUL:.0%}）{doubtful} 处" if doubtful else "没有存疑的"
        lines.append(f"异文 {len(places)} 处，{tail}。")
    if document.versions:
        titles = "、".join(bracketed(visible(title)) for title in document.versions)
        lines.append(f"库中另有不同版本：{titles}；修订不是讹误，不列入异文。")
    return lines


_TELLING = 0.08  # share of slips in common; less may be chance


def describe_witnesses(document: Document, reliability: Sequence[Reliability]) -> list[str]:
    """One line a printing: what it has, how often it errs, and with whom it shares its slips."""
    estimates = {estimate.siglum: estimate for estimate in reliability}
    alone = len(document.witnesses) < 2
    lines = []
    for witness in document.witnesses:
        base = "；正文多从此本" if witness.siglum == document.base and not alone else ""
        others = {w.siglum for w in document.witnesses}
        care = "" if alone else f"；{_describe_care(estimates.get(witness.siglum), others)}"
        lines.append(f"刊本 {visible(witness.siglum)}：{describe_coverage(witness)}{care}{base}")
    return lines


def describe_coverage(witness: Witness) -> str:
    """The articles that a printing has, runs of numbers drawn together: `导语、1—17（18 条）`."""
    runs: list[list[str]] = []
    for before, article in pairwise([None, *witness.articles]):
        number = article.number if article else ""
        last = before.number if before else ""
        if last.isdigit() and number.isdigit() and int(number) == int(last) + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    kept = runs if len(runs) <= 8 else [*runs[:4], ["…"], *runs[-3:]]
    start = "；开头不全" if witness.starts_inside else ""
    return f"{visible('、'.join('—'.join(run) for run in kept)) or '无条文'}（{len(witness.articles)} 条{start}）"


def grade(confidence: float) -> str:
    """The word and the percentage, rounded down so that 94.9% is never shown as what it is not.

    >>> [grade(c) for c in (1.0, 0.999, 0.949, 0.57, 0.0)]
    ['可靠 100%', '可靠 99%', '较可靠 94%', '存疑 57%', '存疑 0%']
    """
    word = "可靠" if confidence >= RELIABLE else "较可靠" if confidence >= DOUBTFUL else "存疑"
    return f"{word} {math.floor(round(100 * confidence, 6))}%"


def visible(text: str, newline: str = "↵") -> str:
    """The text on one line (or with `newline`), nothing in it that could steer a terminal or break a page.

    >>> visible("甲\\n乙\\x1b[31m")
    '甲↵乙�[31m'
    """
    if text.isprintable():
        return text
    spaces = {"\n": newline, "\t": " "}
    return "".join(spaces.get(c, c) if c.isprintable() or c in spaces or category(c) == "Zs" else "�" for c in text)


def group_damages(document: Document) -> Iterator[tuple[tuple[str, str, str], list[DamagedPlace]]]:
    """What the pages failed: (label, kind in words, note) and the places of which that is said."""
    for article in document.articles:
        said = groupby(article.damages, key=_say)
        for (kind, note), damages in said:
            places = []
            for damage in damages:
                before, after = article.text[: damage.start][-CONTEXT:], article.text[damage.end :][:CONTEXT]
                places.append(DamagedPlace(before, article.text[damage.start : damage.end], after))
            yield (article.label, kind, note), places


def _say(damage: Damage) -> tuple[str, str]:
    return _DAMAGES.get(damage.kind, damage.kind), damage.note


def list_readings(entry: ApparatusEntry) -> tuple[Reading, ...]:
    """All readings of a place, the chosen one first."""
    return (Reading(entry.reading, entry.support), *entry.variants)


def _describe_care(estimate: Reliability | None, sigla: set[str]) -> str:
    if estimate is None or not estimate.compared:
        return "讹误率无从估计"
    shared = [f"错处有 {share:.0%} 与 {s} 相同" for s, share in estimate.shared if share >= _TELLING and s in sigla]
    return "；".join([f"估计每千字讹误 {estimate.slips:.1f} 处（比对 {estimate.compared} 字）", *shared])
