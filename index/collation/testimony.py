"""What other documents that quote or summarise a passage have at the places where its printings differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from index.collation.decide import Problem
from index.collation.streams import is_marker, normal_form
from index.records import Witness

_MOST = 6
"""Quoting texts that are heard: those that speak of most places."""
_REACH = 12
"""Letters on each side that are compared at most; fewer than `_ENOUGH` on both together may agree by chance."""
_SIDE, _ENOUGH = 2, 8

Testimony = tuple[str, str, tuple[str | None, ...]]
"""(siglum, title, reading at each place or None)."""


def find_testimony(problem: Problem, others: Sequence[Witness]) -> tuple[Testimony, ...]:
    """What each printing of another document has at the places, if it has one of the printed readings there.

    A reading is heard where the letters around it stand around it in the other text as well; the one with most of them
    counts. All readings are sought alike, so that no printing has an advantage.
    """
    if not others or not problem.places:
        return ()
    texts = [_letters(normal_form("\n".join(a.text for a in w.articles))) for w in others]
    heard: dict[int, dict[int, str]] = {}
    for p, (left, right) in enumerate(_surroundings(problem)):
        readings = problem.places[p].candidates[: problem.places[p].attested]
        for w, text in enumerate(texts):
            found = sorted(((_agreed(text, left, _letters(r), right), r) for r in readings), reverse=True)
            best = found[0][0]
            if best >= _ENOUGH and (len(found) == 1 or found[1][0] < best):
                heard.setdefault(w, {})[p] = found[0][1]
    busiest = Counter({w: len(places) for w, places in heard.items()}).most_common(_MOST)
    return tuple(
        (others[w].siglum, others[w].title, tuple(heard[w].get(p) for p in range(len(problem.places))))
        for w, _ in busiest
    )


def _agreed(text: str, left: str, reading: str, right: str) -> int:
    """Most letters around any occurrence of the reading in the text that are those around the place."""
    pattern = left[-_SIDE:] + reading + right[:_SIDE]
    if len(left) < _SIDE or len(right) < _SIDE:
        return 0
    best = 0
    start = text.find(pattern)
    while start >= 0:
        before = _common(left[::-1], text[max(0, start + _SIDE - _REACH) : start + _SIDE][::-1])
        end = start + _SIDE + len(reading)
        best = max(best, before + _common(right, text[end : end + _REACH]))
        start = text.find(pattern, start + 1)
    return best


def _common(one: str, other: str) -> int:
    return next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _surroundings(problem: Problem) -> Iterator[tuple[str, str]]:
    """The letters before and after each place, other places read as most printings have them."""
    agreed = problem.columns.characters.max(axis=0).tolist()
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    length = position = 0
    for place in problem.places:
        reading = max(place.candidates[: place.attested], key=place.readings.count)
        for text in (_letters("".join(map(chr, agreed[position : place.start]))), _letters(reading)):
            pieces.append(text)
            length += len(text)
        spans.append((length - len(pieces[-1]), length))
        position = place.end
    pieces.append(_letters("".join(map(chr, agreed[position:]))))
    text = "".join(pieces)
    for start, end in spans:
        yield text[max(0, start - _REACH) : start], text[end : end + _REACH]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", "".join(c for c in text if not is_marker(c)))
