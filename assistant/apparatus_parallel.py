"""Finds in a printing's own text what the apparatus says that it reads: one walk forward, no second alignment.

Between two places the printing and the collated text have the same letters, so the next place stands as many letters
on. Where that does not hold (a printing that begins late, a place that the apparatus does not record), the letters
around the place are searched for.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.apparatus import Place, list_readings

_ANCHOR = 12  # letters around a place by which it is found again
_FEWEST = 4  # letters that are still an anchor
_REACH = 20_000  # letters ahead that are searched
_SLACK = 8  # characters of punctuation and space that may stand between the last letter and a reading


@dataclass(frozen=True, slots=True)
class Passage:
    """`[start, end)` of a printing's text is its reading at a place; `rank` 0 is the chosen reading, 1 the first variant."""

    place: Place
    start: int
    end: int
    rank: int


@dataclass(frozen=True, slots=True)
class _Letters:
    """The letters of a text, normalised one to one, and the offset of each."""

    text: str
    letters: str
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> _Letters:
        offsets = tuple(i for i, c in enumerate(text) if c.isalnum())
        return cls(text, "".join(_normal(text[i]) for i in offsets), offsets)

    def rank(self, offset: int) -> int:
        """How many letters stand before `offset`."""
        return bisect_left(self.offsets, offset)

    def after(self, rank: int) -> int:
        """The offset behind the first `rank` letters."""
        return self.offsets[min(rank, len(self.offsets)) - 1] + 1 if rank and self.offsets else 0


def locate_readings(siglum: str, own: str, collated: str, places: Iterable[Place]) -> list[Passage]:
    """Where the printing `siglum`, whose text of an article is `own`, has its readings. What cannot be found is left out."""
    mine, chosen = _Letters.of(own), _Letters.of(collated)
    places = list(places)
    starts = [chosen.rank(p.entry.offset) for p in places]
    ends = [chosen.rank(p.entry.offset + p.entry.length) for p in places]
    passages: list[Passage] = []
    cursor, drift = 0, 0  # letters of `own` that are behind us; letters it has more than the collated text
    for index, place in enumerate(places):
        found = next(((n, r.reading) for n, r in enumerate(list_readings(place.entry)) if siglum in r.support), None)
        if found is None:
            continue
        before = chosen.letters[max(ends[index - 1] if index else 0, starts[index] - _ANCHOR) : starts[index]]
        following = starts[index + 1] if index + 1 < len(places) else len(chosen.letters)
        after = chosen.letters[ends[index] : min(following, ends[index] + _ANCHOR)]
        reading = "".join(_normal(c) for c in found[1] if c.isalnum())
        rank = _find(mine.letters, reading, before, after, starts[index] + drift, cursor)
        if rank is None:
            continue
        lead = collated[chosen.after(starts[index]) : place.entry.offset]  # marks between the last letter and the place
        span = _cut(mine, found[1], rank, len(reading), lead)
        if span is not None:
            passages.append(Passage(place, *span, found[0]))
        cursor = rank + len(reading)
        drift = cursor - ends[index]
    return _without_overlaps(passages)


def _find(letters: str, reading: str, before: str, after: str, expected: int, cursor: int) -> int | None:
    """The rank of the reading's first letter: the expected one if the text agrees, else by the letters around it."""
    near = before[-_FEWEST:]
    if (
        expected >= cursor
        and letters[max(0, expected - len(near)) : expected] == near
        and letters.startswith(reading + after[:_FEWEST], expected)
    ):
        return expected
    if len(before) >= _FEWEST and (at := letters.find(before + reading, cursor, cursor + _REACH)) >= 0:
        return at + len(before)
    if len(after) >= _FEWEST and (at := letters.find(reading + after, cursor, cursor + _REACH)) >= 0:
        return at
    return None


def _cut(mine: _Letters, reading: str, rank: int, length: int, lead: str) -> tuple[int, int] | None:
    """The characters of a reading: from its first letter to its last, with the marks that it is printed with."""
    start = mine.after(rank)
    start += len(lead) if mine.text.startswith(lead, start) else 0
    exact = mine.text.find(reading, start, mine.after(rank + length) + len(reading) + _SLACK) if reading else start
    if exact >= 0:
        return exact, exact + len(reading)
    return (mine.offsets[rank], mine.after(rank + length)) if length else None


def _without_overlaps(passages: list[Passage]) -> list[Passage]:
    kept: list[Passage] = []
    for passage in passages:
        if not kept or passage.start >= kept[-1].end:
            kept.append(passage)
    return kept


def _normal(letter: str) -> str:
    """One character for one, so that offsets stay true: `ﬁ` and `㎡` are kept."""
    normal = unicodedata.normalize("NFKC", letter)
    return normal if len(normal) == 1 else letter
