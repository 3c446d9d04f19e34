"""How alike two characters look, from the table of look-alikes that render_shapes.py draws (shapes.txt).

One line a character: itself, then its neighbours, each followed by its likeness as one base-36 digit (0 the least that
counts, z the same picture). What is not in the table is like nothing: rare characters, private-use marks.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).with_name("shapes.txt")
LOWEST = 0.3
"""Likeness of a neighbour at digit 0, so that every pair of the table counts for something."""


def same_shape(a: str, b: str) -> float:
    """0 to 1: equal characters 1, look-alikes at least 0.3, others 0; of words of one length the worst character.

    >>> same_shape("己", "已") > same_shape("侯", "候") > same_shape("侯", "国") == 0
    True
    """
    if len(a) == 1 and len(b) == 1:
        return 1.0 if a == b else max(look_alikes(a).get(b, 0.0), look_alikes(b).get(a, 0.0))
    return min(map(same_shape, a, b)) if a and len(a) == len(b) else 0.0


def look_alikes(character: str) -> dict[str, float]:
    """The characters that `character` is easily taken for, each with its likeness; best first."""
    return _table().get(character, {})


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, float]]:
    """About 6,850 characters with 14 neighbours; 60 milliseconds to read."""
    return {
        line[0]: {line[i]: LOWEST + (1 - LOWEST) * int(line[i + 1], 36) / 35 for i in range(1, len(line), 2)}
        for line in TABLE.read_text(encoding="utf-8").splitlines()
    }
