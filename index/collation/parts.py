"""Which part (第三章 …) each article stands in, where printings lost or misprinted the headings of parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from index.collation.blocks import similarity
from index.collation.streams import normal_form
from index.records import Witness

_SAME_PART = 0.7  # share of equal characters in two spellings of one heading


def settle_parts(witnesses: Sequence[Witness], rates: Sequence[float]) -> dict[str, str]:
    """For each article's number its part (第三章 …): a heading that a printing lost leaves the articles in the part before,
    so the latest part that any printing has an article in counts; of its spellings the one with most weight."""
    weights: defaultdict[str, float] = defaultdict(float)
    for witness, rate in zip(witnesses, rates, strict=True):
        for article in witness.articles:
            weights[article.part] += 1 / rate
    rows = [list(dict.fromkeys(a.part for a in w.articles if a.part)) for w in witnesses]
    clusters: list[list[str]] = []
    for part in _in_order(rows):
        own = next((c for c in clusters if _same_part(part, c[0], rows)), None)
        clusters.append([part]) if own is None else own.append(part)
    place = {part: k for k, cluster in enumerate(clusters) for part in cluster}
    latest: dict[str, int] = {}
    for witness in witnesses:
        for article in witness.articles:
            if article.part:
                latest[article.number] = max(latest.get(article.number, 0), place[article.part])
    return {number: max(clusters[k], key=lambda part: (weights[part], part)) for number, k in latest.items()}


def _same_part(one: str, other: str, rows: Sequence[Sequence[str]]) -> bool:
    """Whether two headings are spellings of one; 第一节 一般规定 and 第二节 一般规定 of one printing are not."""
    if any(one in row and other in row for row in rows):
        return one == other
    return similarity(normal_form(one), normal_form(other)) >= _SAME_PART


def _in_order(rows: Sequence[Sequence[str]]) -> list[str]:
    """All headings of parts as they follow each other, those of the printing with most of them first."""
    merged: list[str] = []
    for row in sorted(rows, key=len, reverse=True):
        position = -1
        for part in row:
            alike = next((k for k, m in enumerate(merged) if _same_part(part, m, rows)), position)
            position = merged.index(part) if part in merged else alike
            if part not in merged:
                position += 1
                merged.insert(position, part)
    return merged
