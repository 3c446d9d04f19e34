"""Where two texts differ: a fast alignment by rare runs of letters, good enough to judge the pattern of differences.

It serves to recognise printings; the apparatus is made by the careful alignment of the collation itself.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from index.records import Witness

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Stretch = tuple[int, int, int]
"""An equal stretch: (start in one, start in the other, length)."""

_RUNS = (24, 12, 6, 4)  # letters in a run that both texts have once; shorter ones only inside the gaps of longer ones
_SMALL_GAP = 40_000  # letters × letters that difflib aligns in about a millisecond
_NOISE = 2  # equal letters between two differences that do not part them: 全部 in two different sentences is chance
_LETTERS = re.compile(r"[^\W_]+")
_FACTOR = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Letters:
    """A witness as letters and digits only, half-width; `opens` holds the places before which something is set off
    (punctuation, a new line, a new article), `articles` where each article begins."""

    text: str
    opens: frozenset[int]
    articles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """`one[one_start:one_end]` stands where the other has `other[other_start:other_end]`; either may be empty."""

    one_start: int
    one_end: int
    other_start: int
    other_end: int
    wrong: int
    """Letters that differ inside it, counted on the longer side: less than its length where equal letters stand between."""

    @property
    def lengths(self) -> tuple[int, int]:
        return self.one_end - self.one_start, self.other_end - self.other_start


def read_letters(witness: Witness) -> Letters:
    """The letters of all articles, in order."""
    pieces: list[str] = []
    opens: list[int] = []
    articles: list[int] = []
    size = 0
    for article in witness.articles:
        articles.append(size)
        text = unicodedata.normalize("NFKC", article.text)
        end = 0
        for piece in _LETTERS.finditer(text):
            if not end or "\n" in (between := text[end : piece.start()]) or between.strip():
                opens.append(size)
            pieces.append(piece[0])
            size += len(piece[0])
            end = piece.end()
    return Letters("".join(pieces), frozenset((*opens, size)), tuple(articles))


def hash_runs(text: str, length: int) -> NDArray[np.uint64]:
    """A 64-bit number for each run of `length` letters (one per position; none where the text is shorter)."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    if len(codes) < length:
        return np.zeros(0, dtype=np.uint64)
    result = np.zeros(len(codes) - length + 1, dtype=np.uint64)
    for offset in range(length):
        result = result * np.uint64(_FACTOR) + codes[offset : offset + len(result)]
    result ^= result >> np.uint64(29)
    result *= np.uint64(0xBF58476D1CE4E5B9)
    return result ^ (result >> np.uint64(32))


def match(one: str, other: str) -> list[Stretch]:
    """Equal stretches in order. About linear in the length of the texts."""
    found: list[Stretch] = []
    _match(one, other, 0, len(one), 0, len(other), 0, found)
    return found


def find_differences(blocks: Sequence[Stretch], one: int, other: int) -> list[Difference]:
    """What lies between equal stretches, in texts of `one` and `other` letters; differences a few letters apart are one."""
    found: list[Difference] = []
    a = b = 0
    for start_a, start_b, length in (*blocks, (one, other, 0)):
        if start_a > a or start_b > b:
            wrong = max(start_a - a, start_b - b)
            if found and a - found[-1].one_end <= _NOISE:
                last = found.pop()
                found.append(Difference(last.one_start, start_a, last.other_start, start_b, last.wrong + wrong))
            else:
                found.append(Difference(a, start_a, b, start_b, wrong))
        a, b = start_a + length, start_b + length
    return found


def _match(one: str, other: str, a: int, a_end: int, b: int, b_end: int, level: int, found: list[Stretch]) -> None:
    """Appends the equal stretches of `one[a:a_end]` and `other[b:b_end]`."""
    prefix = _common(one, other, a, a_end, b, b_end)
    if prefix:
        found.append((a, b, prefix))
        a, b = a + prefix, b + prefix
    if a == a_end or b == b_end:
        return
    if (a_end - a) * (b_end - b) <= _SMALL_GAP:
        matcher = SequenceMatcher(None, one[a:a_end], other[b:b_end], autojunk=False)
        found += [(a + m.a, b + m.b, m.size) for m in matcher.get_matching_blocks() if m.size]
        return
    if level == len(_RUNS):
        return
    for start_a, start_b, length in _anchors(one[a:a_end], other[b:b_end], _RUNS[level], a, b):
        if start_a < a or start_b < b:
            continue
        _match(one, other, a, start_a, b, start_b, level + 1, found)
        found.append((start_a, start_b, length))
        a, b = start_a + length, start_b + length
    _match(one, other, a, a_end, b, b_end, level + 1, found)


def _common(one: str, other: str, a: int, a_end: int, b: int, b_end: int) -> int:
    """How many letters are equal from `a` and `b` on; by halving, because long equal stretches are the rule."""
    longest = min(a_end - a, b_end - b)
    if longest == 0 or one[a] != other[b]:
        return 0
    step, low = 64, 0
    while low < longest:
        size = min(step, longest - low)
        if one[a + low : a + low + size] == other[b + low : b + low + size]:
            low += size
            step *= 2
        elif size == 1:
            break
        else:
            step = max(1, size // 2)
    return low


def _anchors(one: str, other: str, run: int, a: int, b: int) -> list[Stretch]:
    """Equal stretches from runs that stand once in each text, in one order in both; shifted by `a` and `b`."""
    import numpy as np

    mine, places = _once(hash_runs(one, run))
    theirs, places_other = _once(hash_runs(other, run))
    _, at, at_other = np.intersect1d(mine, theirs, assume_unique=True, return_indices=True)
    starts, others = places[at], places_other[at_other]
    order = np.argsort(starts, kind="stable")
    chain = _rising(others[order].tolist())
    pairs = [(int(starts[order[i]]), int(others[order[i]])) for i in chain]
    stretches: list[Stretch] = []
    for x, y in pairs:
        if stretches:
            last_x, last_y, length = stretches[-1]
            if x - last_x == y - last_y and x <= last_x + length:
                stretches[-1] = (last_x, last_y, x - last_x + run)
                continue
            if x < last_x + length or y < last_y + length:
                continue
        stretches.append((x, y, run))
    return [(x + a, y + b, n) for x, y, n in stretches]


def _once(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    import numpy as np

    values, first, counts = np.unique(hashes, return_index=True, return_counts=True)
    return values[counts == 1], first[counts == 1]


def _rising(values: list[int]) -> list[int]:
    """Indexes of a longest rising subsequence (patience sorting)."""
    tails: list[int] = []
    heads: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        place = bisect_left(tails, value)
        before.append(heads[place - 1] if place else -1)
        if place == len(tails):
            tails.append(value)
            heads.append(index)
        else:
            tails[place] = value
            heads[place] = index
    chain: list[int] = []
    index = heads[-1] if heads else -1
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]
