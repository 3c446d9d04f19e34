"""Which other texts quote or repeat a passage, in nearly the same words, and what they have where this one has a word.

Letters and figures count, punctuation and white space do not; offsets are those of the original texts. Seeds are
hashed k-grams (seeds.py); what they find is joined over small differences and cut where the texts part.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.collation.blocks import opcodes
from index.collation.chains import join_runs
from index.collation.seeds import read_letters, seeds, spell

Key = TypeVar("Key", bound=Hashable)

_LARGE = 2_000_000  # characters; a smaller library keeps every seed
_WINDOW = 4  # of a larger one two seeds in five are kept
_COMMON = 64  # a seed that stands more often is a set phrase: a part of a passage, never the reason for one
_BOTH_SIDES = 3  # agreed letters that make a place sure


@dataclass(frozen=True, slots=True)
class Passage(Generic[Key]):
    """`text[start:end]` and `other[other_start:other_end]` say nearly the same; `agreed` letters are equal."""

    key: Key
    start: int
    end: int
    other_start: int
    other_end: int
    agreed: int = 0


class Quotations(Generic[Key]):
    """Texts in which quotations are looked up. 20 million characters take about 12 bytes a kept seed and some seconds."""

    def __init__(self, texts: Sequence[tuple[Key, str]]) -> None:
        self._texts = list(texts)
        self._window = _WINDOW if sum(len(text) for _, text in self._texts) > _LARGE else 1
        hashes, places, starts, total = [], [], [], 0
        for _, text in self._texts:
            letters, _positions = read_letters(text)
            found, at = seeds(letters, self._window)
            hashes.append(found)
            places.append((at + total).astype(np.uint32))
            starts.append(total)
            total += len(letters)
        joined = np.concatenate([*hashes, np.empty(0, np.uint64)])
        order = np.argsort(joined, kind="stable")
        self._hashes = joined[order]
        self._places = np.concatenate([*places, np.empty(0, np.uint32)])[order]
        self._starts = np.array([*starts, total], np.int64)

    def passages(self, text: str, shortest: int = 12, exclude: Collection[Key] = ()) -> list[Passage[Key]]:
        """The passages with at least `shortest` equal letters, in the order of `text`; none from the excluded texts."""
        letters, positions = read_letters(text)
        found: list[Passage[Key]] = []
        for number, hits in self._hits(letters).items():
            key, other = self._texts[number]
            if key in exclude:
                continue
            other_letters, other_positions = read_letters(other)
            for runs in join_runs(spell(letters), spell(other_letters), hits):
                agreed = sum(length for _, _, length in runs)
                if agreed >= shortest:
                    (start, other_start, _), (last, other_last, length) = runs[0], runs[-1]
                    found.append(
                        Passage(
                            key,
                            int(positions[start]),
                            int(positions[last + length - 1]) + 1,
                            int(other_positions[other_start]),
                            int(other_positions[other_last + length - 1]) + 1,
                            agreed,
                        )
                    )
        return sorted(found, key=lambda p: (p.start, -p.end))

    def _hits(self, letters: NDArray[np.uint32]) -> dict[int, list[tuple[int, int]]]:
        """Places of equal seeds in this text and in each other one, by the other one's number."""
        hashes, at = seeds(letters, self._window)
        low = np.searchsorted(self._hashes, hashes, side="left")
        counts = np.searchsorted(self._hashes, hashes, side="right") - low
        own = np.unique(hashes, return_inverse=True, return_counts=True)
        usable = np.flatnonzero((counts > 0) & (counts <= _COMMON) & (own[2][own[1]] <= _COMMON))
        hits: dict[int, list[tuple[int, int]]] = {}
        for index in usable.tolist():
            for place in self._places[low[index] : low[index] + counts[index]].tolist():
                number = int(np.searchsorted(self._starts, place, side="right")) - 1
                hits.setdefault(number, []).append((int(at[index]), place - int(self._starts[number])))
        return hits


def aligned(passage: Passage[Key], text: str, other: str) -> list[tuple[int, int, int, int]]:
    """The equal and the differing stretches of a passage in turn: offsets `(start, end, other_start, other_end)`."""
    blocks = _blocks(text[passage.start : passage.end], other[passage.other_start : passage.other_end])
    x, y = passage.start, passage.other_start
    return [(x + a, x + b, y + c, y + d) for a, b, c, d in blocks]


def reading_at(passage: Passage[Key], text: str, other: str, start: int, end: int) -> str | None:
    """What the other text has where this one has `text[start:end]`; what it adds at the edges is part of it.

    None where the place is not safely inside the passage: three agreed letters are wanted on both sides of what differs.
    """
    if not passage.start <= start <= end <= passage.end:
        return None
    blocks = aligned(passage, text, other)
    first, last = _counterpart(blocks, start), _counterpart(blocks, end)
    if first is None or last is None:
        return None
    unlike = [block for block in blocks if block[0] <= end and block[1] >= start and _differs(text, other, block)]
    low, high = (unlike[0][0], unlike[-1][1]) if unlike else (end, start)
    left = _agreed(text, other, [(a, min(b, low), c, d) for a, b, c, d in reversed(blocks) if a < low], -1)
    right = _agreed(text, other, [(max(a, high), b, c, d) for a, b, c, d in blocks if b > high], 1)
    if min(left, right) < _BOTH_SIDES:
        return None
    added_before, added_after = other[first[0] : first[1]], other[last[0] : last[1]]
    other_start = first[0] if start == end or _has_letters(added_before) else first[1]
    other_end = last[1] if start == end or _has_letters(added_after) else last[0]
    return other[other_start:other_end]


def _differs(text: str, other: str, block: tuple[int, int, int, int]) -> bool:
    a, b, c, d = block
    return text[a:b] != other[c:d] and _has_letters(text[a:b] + other[c:d])


def _counterpart(blocks: list[tuple[int, int, int, int]], at: int) -> tuple[int, int] | None:
    """The least and greatest offset in the other text that a place between two characters corresponds to."""
    found: list[int] = []
    for a, b, c, d in blocks:
        if a < at < b and b - a == d - c:
            found.append(c + at - a)
        elif a < at < b:
            return None
        else:
            found += [c] * (at == a) + [d] * (at == b)
    return (min(found), max(found)) if found else None


def _agreed(text: str, other: str, blocks: list[tuple[int, int, int, int]], step: int) -> int:
    """Equal letters next to a place, counted until a letter differs; `blocks` go away from it, cut at it."""
    count = 0
    for a, b, c, d in blocks:
        mine, theirs = text[a:b], other[c:d]
        if mine and (theirs.startswith(mine) if step < 0 else theirs.endswith(mine)):
            count += sum(character.isalnum() for character in mine)
        elif _has_letters(mine + theirs):
            break
    return count


def _has_letters(text: str) -> bool:
    return any(character.isalnum() for character in text)


@lru_cache(maxsize=64)
def _blocks(text: str, other: str) -> tuple[tuple[int, int, int, int], ...]:
    return tuple((i1, i2, j1, j2) for _, i1, i2, j1, j2 in opcodes(text, other))
