"""Streams of one document -> columns: what stands in the same place in every printing.

Progressive alignment to a growing backbone (as CollateX does with its variant graph): each further printing is aligned
to the columns found so far, and what only it has becomes new columns. The cost grows linearly with text and printings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.collation.blocks import Opcode, opcodes
from index.collation.streams import is_marker

GAP = -1
"""In `Columns.tokens`: the printing has nothing in this column."""

_SURE = 8  # equal characters in a row that no chance makes
_MISSING = 60  # characters by which a printing must be longer at an end for that end to be missing in the other
_FINE = 6_000  # cells of one small dynamic programme; larger differing blocks are set side by side as they are
_GAP_COST = 0.75
_MARKER_COST = 3.0  # a structural mark is never a misprint of a character

Positions = NDArray[np.int32]
Likeness = Callable[[str, str], float]
"""How easily one character passes for another, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Columns:
    """`tokens[w, c]` is the token of printing `w` in column `c` (`GAP` for none), int32 `[witnesses, columns]`.

    `characters[w, c]` is its normal form as a code point (0 for a gap). Printing `w` covers columns `first[w]` to
    `last[w]` inclusive; beyond these it may only lack the page.
    """

    tokens: Positions
    characters: Positions
    first: tuple[int, ...]
    last: tuple[int, ...]


def align(texts: Sequence[str], likeness: Likeness) -> Columns:
    """Aligns the normal forms of all printings; the longest is the first backbone. An empty text covers no column."""
    order = sorted(range(len(texts)), key=lambda w: (-len(texts[w]), w))
    backbone = texts[order[0]]
    rows = {order[0]: np.arange(len(backbone), dtype=np.int32)}
    for w in order[1:]:
        old, new = _merge(backbone, texts[w], likeness)
        rows = {k: _take(row, old) for k, row in rows.items()}
        rows[w] = new
        kept = np.frombuffer(backbone.encode("utf-32-le", "surrogatepass"), dtype=np.int32)
        added = np.frombuffer(texts[w].encode("utf-32-le", "surrogatepass"), dtype=np.int32)
        merged = np.where(old >= 0, _take(kept, old), _take(added, new)).astype(np.int32)
        backbone = merged.tobytes().decode("utf-32-le", "surrogatepass")
    tokens = np.stack([rows[w] for w in range(len(texts))])
    codes = [np.frombuffer(t.encode("utf-32-le", "surrogatepass"), dtype=np.int32) for t in texts]
    characters = np.stack([np.maximum(_take(codes[w], tokens[w]), 0) for w in range(len(texts))]).astype(np.int32)
    covered = [np.flatnonzero(row != GAP) for row in tokens]
    width = tokens.shape[1]
    first = [int(c[0]) if len(c) else width for c in covered]
    last = [int(c[-1]) if len(c) else -1 for c in covered]
    return Columns(
        tokens,
        characters,
        tuple(0 if start <= _MISSING else start for start in first),
        tuple(width - 1 if end >= width - 1 - _MISSING else end for end in last),
    )


def _take(values: Positions, places: Positions) -> Positions:
    """`values[places]` with `GAP` where a place is `GAP`."""
    if not len(values):
        return np.full(len(places), GAP, dtype=np.int32)
    return np.where(places >= 0, values[np.maximum(places, 0)], GAP).astype(np.int32)


def _merge(backbone: str, text: str, likeness: Likeness) -> tuple[Positions, Positions]:
    """For each column of the joined alignment its old column and its token of `text`, `GAP` where it has none."""
    old: list[Positions] = []
    new: list[Positions] = []
    for tag, i1, i2, j1, j2 in _close_ends(opcodes(backbone, text), len(backbone), len(text)):
        if tag == "equal":
            old.append(np.arange(i1, i2, dtype=np.int32))
            new.append(np.arange(j1, j2, dtype=np.int32))
            continue
        pairs = _fine(backbone[i1:i2], text[j1:j2], likeness)
        old.append(np.array([i1 + i if i >= 0 else GAP for i, _ in pairs], dtype=np.int32))
        new.append(np.array([j1 + j if j >= 0 else GAP for _, j in pairs], dtype=np.int32))
    if not old:
        empty = np.empty(0, dtype=np.int32)
        return empty, empty
    return np.concatenate(old), np.concatenate(new)


def _close_ends(codes: list[Opcode], length: int, other: int) -> list[Opcode]:
    """Sets the words beside a missing beginning or end next to the text they belong to.

    A printing that lacks the first half begins “选优配强…”; an alignment of least changes may find its 选 anywhere
    in the half that it lacks.
    """
    sure = [k for k, (tag, i1, i2, _, _) in enumerate(codes) if tag == "equal" and i2 - i1 >= _SURE]
    if not sure:
        return codes
    first, last = sure[0], sure[-1]
    _, i, _, j, _ = codes[first]
    _, _, i_end, _, j_end = codes[last]
    head, tail = codes[:first], codes[last + 1 :]
    if abs(i - j) >= _MISSING:
        near = min(i, j)
        head = [("replace", 0, i - near, 0, j - near), ("replace", i - near, i, j - near, j)]
    if abs((length - i_end) - (other - j_end)) >= _MISSING:
        near = min(length - i_end, other - j_end)
        cut, other_cut = i_end + near, j_end + near
        tail = [("replace", i_end, cut, j_end, other_cut), ("replace", cut, length, other_cut, other)]
    return [*head, *codes[first : last + 1], *tail]


def _fine(a: str, b: str, likeness: Likeness) -> list[tuple[int, int]]:
    """Pairs of positions in two differing blocks: like characters stand in one column, `GAP` beside what is alone."""
    if not a or not b or len(a) * len(b) > _FINE:
        return [(i, GAP) for i in range(len(a))] + [(GAP, j) for j in range(len(b))]
    width = len(b) + 1
    cost = [[j * _GAP_COST for j in range(width)]]
    for i, x in enumerate(a, start=1):
        row = [i * _GAP_COST]
        above = cost[-1]
        for j, y in enumerate(b, start=1):
            row.append(min(above[j - 1] + _substitution(x, y, likeness), above[j] + _GAP_COST, row[-1] + _GAP_COST))
        cost.append(row)
    pairs: list[tuple[int, int]] = []
    i, j = len(a), len(b)
    while i or j:
        if i and j and cost[i][j] == cost[i - 1][j - 1] + _substitution(a[i - 1], b[j - 1], likeness):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and cost[i][j] == cost[i - 1][j] + _GAP_COST:
            i -= 1
            pairs.append((i, GAP))
        else:
            j -= 1
            pairs.append((GAP, j))
    return pairs[::-1]


def _substitution(a: str, b: str, likeness: Likeness) -> float:
    if a == b:
        return 0.0
    if is_marker(a) or is_marker(b):
        return _MARKER_COST
    return 1.0 - 0.6 * likeness(a, b)
