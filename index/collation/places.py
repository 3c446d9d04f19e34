"""Columns -> places: where the printings do not all agree, what each has there, and what the document may have had.

A place is parted into cells, runs of columns in which the same printings agree with each other: a lost line is one cell,
two slips of different printings side by side are two. The candidates are the readings of the printings and, since
neighbouring slips may be of different printings, the combinations of the cells' readings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from index.collation.alignment import Columns

_NEAR = 2
"""Agreed characters between two differing stretches that are still one place if the same printings agree in both:
纾[压]解压 and 纾解压[力] are one transposed phrase, not two slips."""

MOST_CANDIDATES = 48
"""More combinations than that are not weighed; then only what some printing has, and what is near to the majority's."""


@dataclass(frozen=True, slots=True)
class Place:
    """Columns `[start, end)`. `readings[w]` is what printing `w` has there, None where it does not cover the place.

    `candidates` are the possible originals, those that some printing has first (`attested` of them). `sources[k]` gives
    for candidate `k` the printings it was put together from: (start column, end column, printing) in order.
    """

    start: int
    end: int
    readings: tuple[str | None, ...]
    candidates: tuple[str, ...]
    attested: int
    sources: tuple[tuple[tuple[int, int, int], ...], ...]


def find_places(columns: Columns) -> list[Place]:
    """All places, in order, none overlapping."""
    return [
        _place(columns, start, end) for start, end in _join_near(columns, _cut_at_ends(columns, _differing(columns)))
    ]


def covers(columns: Columns, printing: int, start: int, end: int) -> bool:
    """Whether the printing has text on both sides of, or in, the place; what lies beyond its ends it may only lack."""
    return columns.first[printing] <= start and end - 1 <= columns.last[printing]


def _differing(columns: Columns) -> list[tuple[int, int]]:
    """Maximal runs of columns where two covering printings differ."""
    characters, (count, width) = columns.characters, columns.characters.shape
    low = np.full(width, np.iinfo(np.int32).max, dtype=np.int64)
    high = np.full(width, -1, dtype=np.int64)
    for w in range(count):
        inside = slice(columns.first[w], columns.last[w] + 1)
        low[inside] = np.minimum(low[inside], characters[w, inside])
        high[inside] = np.maximum(high[inside], characters[w, inside])
    differs = np.concatenate([[False], low < high, [False]])
    edges = np.flatnonzero(differs[1:] != differs[:-1])
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _cut_at_ends(columns: Columns, runs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Parts a run where a printing begins or ends in it: that printing bears witness to one part of it only."""
    ends = sorted({*columns.first, *(last + 1 for last in columns.last)})
    parts: list[tuple[int, int]] = []
    for start, end in runs:
        inside = [start, *(e for e in ends if start < e < end), end]
        parts += pairwise(inside)
    return parts


def _join_near(columns: Columns, runs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] <= _NEAR:
            before = joined[-1]
            if _grouping(columns, *before) == _grouping(columns, start, end):
                joined[-1] = (before[0], end)
                continue
        joined.append((start, end))
    return joined


def _grouping(columns: Columns, start: int, end: int) -> tuple[int, ...]:
    """Which printings agree in these columns: for each the first that has the same, -1 where it does not cover them."""
    texts = _readings(columns, start, end)
    return tuple(-1 if t is None else texts.index(t) for t in texts)


def _readings(columns: Columns, start: int, end: int) -> list[str | None]:
    return [
        _text(columns, w, start, end) if covers(columns, w, start, end) else None for w in range(len(columns.first))
    ]


def _text(columns: Columns, printing: int, start: int, end: int) -> str:
    return "".join(map(chr, filter(None, columns.characters[printing, start:end].tolist())))


def _place(columns: Columns, start: int, end: int) -> Place:
    readings = _readings(columns, start, end)
    sources: dict[str, tuple[tuple[int, int, int], ...]] = {}
    for w, reading in enumerate(readings):
        if reading is not None:
            sources.setdefault(reading, ((start, end, w),))
    attested = len(sources)
    for pieces in _combinations(columns, start, end, readings):
        sources.setdefault("".join(_text(columns, w, a, b) for a, b, w in pieces), pieces)
    return Place(start, end, tuple(readings), tuple(sources), attested, tuple(sources.values()))


def _combinations(
    columns: Columns, start: int, end: int, readings: Sequence[str | None]
) -> list[tuple[tuple[int, int, int], ...]]:
    """All ways to take each cell from one printing; where these are too many, those near to what most have."""
    present = [w for w, reading in enumerate(readings) if reading is not None]
    cells = _cells(columns, start, end, present)
    options: list[list[tuple[int, int, int]]] = []
    ways = 1
    for a, b in cells:
        distinct: dict[str, tuple[int, int, int]] = {}
        for w in present:
            distinct.setdefault(_text(columns, w, a, b), (a, b, w))
        options.append(list(distinct.values()))
        ways *= len(distinct)
        if ways > MOST_CANDIDATES:
            return _near_consensus(columns, cells, readings)
    return [tuple(pieces) for pieces in product(*options)] if len(cells) > 1 else []


def _cells(columns: Columns, start: int, end: int, present: Sequence[int]) -> list[tuple[int, int]]:
    """Runs of columns in which the same printings agree with each other."""
    cells: list[tuple[int, int]] = []
    grouping: tuple[int, ...] = ()
    for c in range(start, end):
        column = columns.characters[present, c].tolist()
        here = tuple(column.index(x) for x in column)
        if cells and here == grouping:
            cells[-1] = (cells[-1][0], c + 1)
        else:
            cells.append((c, c + 1))
            grouping = here
    return cells


def _near_consensus(
    columns: Columns, cells: Sequence[tuple[int, int]], readings: Sequence[str | None]
) -> list[tuple[tuple[int, int, int], ...]]:
    """What most printings have in each cell, and the same with one cell read otherwise; where a line was lost, of those
    that have it."""
    longest = max(len(r) for r in readings if r is not None)
    having = [w for w, r in enumerate(readings) if r is not None and 2 * len(r) >= longest]
    consensus: list[tuple[int, int, int]] = []
    others: list[tuple[int, tuple[int, int, int]]] = []
    for number, (a, b) in enumerate(cells):
        texts = [_text(columns, w, a, b) for w in having]
        distinct = list(dict.fromkeys(texts))
        best = max(distinct, key=texts.count)
        consensus.append((a, b, having[texts.index(best)]))
        others += [(number, (a, b, having[texts.index(text)])) for text in distinct if text != best]
    found = [tuple(consensus)]
    for number, piece in others[:MOST_CANDIDATES]:
        found.append((*consensus[:number], piece, *consensus[number + 1 :]))
    return found
