"""Which texts speak of each other by name: only these are searched for quotations, so that a large library stays quick."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

_NAMED = re.compile(r"《([^《》]{2,60})》")


def related_texts(texts: Sequence[tuple[str, Iterable[str]]]) -> list[tuple[int, ...]]:
    """For each (title, pieces of text) the numbers of those that name it in 《…》 or that it names, itself left out."""
    by_name: dict[str, list[int]] = defaultdict(list)
    named = [_names(title, pieces) for title, pieces in texts]
    for number, (title, _) in enumerate(texts):
        if key := _key(title):
            by_name[key].append(number)
    related: list[set[int]] = [set() for _ in texts]
    for number, names in enumerate(named):
        for other in (o for name in names for o in by_name.get(name, ()) if o != number):
            related[number].add(other)
            related[other].add(number)
    return [tuple(sorted(numbers)) for numbers in related]


def _names(title: str, pieces: Iterable[str]) -> set[str]:
    found = {_key(name) for piece in (title, *pieces) for name in _NAMED.findall(piece)}
    return {name.removeprefix("中华人民共和国") for name in found} | found


def _key(title: str) -> str:
    return re.sub(r"[\W_]", "", title)
