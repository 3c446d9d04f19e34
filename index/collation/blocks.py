"""Common blocks of two texts: where they are equal and where they differ (the one file that names rapidfuzz).

Texts that are too long for one alignment are first cut at anchors, n-grams that stand exactly once in each of them, so
that the cost grows with the length and not with its square.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from math import isqrt
from typing import Literal

Tag = Literal["equal", "replace", "insert", "delete"]
Opcode = tuple[Tag, int, int, int, int]
Tile = tuple[bool, int, int, int, int]

WHOLE = 100_000_000
"""Product of two lengths that is aligned at once: 10,000 by 10,000 characters take about 10 ms."""
GRAMS = (24, 12, 6)
"""Lengths of the anchors: long ones first, as they are the surer."""
SHORT, HALF, CLOSE = 200, 0.5, 300
"""Two texts of at least so many characters that have less than half of the shorter in common may overlap only (the first
half of a document and its second): a least number of changes knows no overlap, a long common n-gram does."""
STEP = 2_000
"""Characters between two cuts: more cuts save nothing, and each might separate what belongs together."""


def opcodes(a: str, b: str) -> list[Opcode]:
    """How `a` becomes `b`: tiles `(tag, i1, i2, j1, j2)` over both, as difflib gives them, equal and other in turn.

    The number of changed characters is the least possible (Levenshtein) for texts of up to `WHOLE`, and nearly so above.

    >>> opcodes("甲乙丙丁", "甲丙丁戊")
    [('equal', 0, 1, 0, 1), ('delete', 1, 2, 1, 1), ('equal', 2, 4, 1, 3), ('insert', 4, 4, 3, 4)]
    """
    tiles = _joined(_pieces(a, b, 0, len(a), 0, len(b), GRAMS))
    shorter = min(len(a), len(b))
    if shorter >= SHORT and len(a) * len(b) <= WHOLE and _equal(tiles) < HALF * shorter:
        overlapping = _joined(_overlapping(a, b))
        tiles = max(tiles, overlapping, key=_longest_equal)
    # Where two pieces meet, a character may be dropped by one and inserted by the other.
    return [(_tag(tile), *tile[1:]) for tile in _joined(part for tile in tiles for part in _trimmed(a, b, tile))]


def _equal(tiles: Iterable[Tile]) -> int:
    return sum(i2 - i1 for equal, i1, i2, _, _ in tiles if equal)


def _longest_equal(tiles: Iterable[Tile]) -> int:
    return max((i2 - i1 for equal, i1, i2, _, _ in tiles if equal), default=0)


def similarity(a: str, b: str) -> float:
    """1 for equal texts, 0 for texts without a common character: 1 minus Levenshtein distance by the longer length."""
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(a, b))


def _tag(tile: Tile) -> Tag:
    equal, i1, i2, j1, j2 = tile
    if equal:
        return "equal"
    if i1 == i2:
        return "insert"
    return "delete" if j1 == j2 else "replace"


def _joined(tiles: Iterable[Tile]) -> list[Tile]:
    """The same tiles, neighbours of one kind as one, empty ones left out."""
    joined: list[Tile] = []
    for equal, i1, i2, j1, j2 in tiles:
        if i1 == i2 and j1 == j2:
            continue
        if joined and joined[-1][0] == equal:
            _, i1, _, j1, _ = joined.pop()
        joined.append((equal, i1, i2, j1, j2))
    return joined


def _trimmed(a: str, b: str, tile: Tile) -> Iterator[Tile]:
    """A differing tile without what both texts have at its borders."""
    equal, i1, i2, j1, j2 = tile
    if not equal:
        while i1 < i2 and j1 < j2 and a[i1] == b[j1]:
            i1, j1 = i1 + 1, j1 + 1
        yield True, tile[1], i1, tile[3], j1
        while i1 < i2 and j1 < j2 and a[i2 - 1] == b[j2 - 1]:
            i2, j2 = i2 - 1, j2 - 1
    yield equal, i1, i2, j1, j2
    yield True, i2, tile[2], j2, tile[4]


def _pieces(a: str, b: str, i1: int, i2: int, j1: int, j2: int, grams: tuple[int, ...]) -> Iterator[Tile]:
    """Tiles of `a[i1:i2]` and `b[j1:j2]` in order; neighbours of one kind are not joined yet."""
    if (i2 - i1) * (j2 - j1) <= WHOLE:
        yield from _aligned(a, b, i1, i2, j1, j2)
    else:
        cuts = _anchors(a[i1:i2], b[j1:j2], grams[0], STEP) if grams else _even_cuts(i2 - i1, j2 - j1)
        start, other = i1, j1
        for x, y in [*cuts, (i2 - i1, j2 - j1)]:
            yield from _pieces(a, b, start, i1 + x, other, j1 + y, grams[1:])
            start, other = i1 + x, j1 + y


def _overlapping(a: str, b: str) -> Iterator[Tile]:
    """Tiles of two texts of which only an end and a beginning are the same: cut at what they have in common."""
    start = other = 0
    for x, y in [*_anchors(a, b, GRAMS[0], CLOSE), (len(a), len(b))]:
        yield from _aligned(a, b, start, x, other, y)
        start, other = x, y


def _aligned(a: str, b: str, i1: int, i2: int, j1: int, j2: int) -> Iterator[Tile]:
    from rapidfuzz.distance import Levenshtein

    for code in Levenshtein.opcodes(a[i1:i2], b[j1:j2]):
        yield code.tag == "equal", i1 + code.src_start, i1 + code.src_end, j1 + code.dest_start, j1 + code.dest_end


def _even_cuts(rows: int, columns: int) -> list[tuple[int, int]]:
    """For texts without any anchor (one line repeated, two different books): the same share of both at a time."""
    pieces = isqrt(rows * columns // WHOLE) + 1
    return [(rows * k // pieces, columns * k // pieces) for k in range(1, pieces + 1)]


def _anchors(a: str, b: str, gram: int, step: int) -> list[tuple[int, int]]:
    """Places to cut both texts at, in order, usually `step` apart: n-grams that each text has exactly once."""
    sampled = {a[i : i + gram] for i in range(0, len(a) - gram + 1, gram)}
    in_a, in_b = _places(a, gram, sampled), _places(b, gram, sampled)
    pairs = sorted((i, in_b[text]) for text, i in in_a.items() if i >= 0 and in_b.get(text, -1) >= 0)
    cuts: list[tuple[int, int]] = [(0, 0)]
    before = (0, 0)
    for i, j in _rising(pairs):
        if abs((i - before[0]) - (j - before[1])) > step:
            cuts += [before, (i, j)]  # a chapter that one of them lacks: nothing else belongs to its piece
        elif i - cuts[-1][0] >= step and j - cuts[-1][1] >= step:
            cuts.append((i, j))
        before = i, j
    return cuts


def _places(text: str, gram: int, wanted: set[str]) -> dict[str, int]:
    """Where each of the `wanted` n-grams starts; -1 for those that stand in several places."""
    places: dict[str, int] = {}
    for i in range(len(text) - gram + 1):
        if (piece := text[i : i + gram]) in wanted:
            places[piece] = -1 if piece in places else i
    return places


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence that rises in both members (patience sorting); `pairs` are sorted by the first."""
    tops: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for k, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        before.append(last[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [j]
        last[pile : pile + 1] = [k]
    chain: list[tuple[int, int]] = []
    k = last[-1] if last else -1
    while k >= 0:
        chain.append(pairs[k])
        k = before[k]
    return chain[::-1]
