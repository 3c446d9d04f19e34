"""What holds among the items of any quiz, looked at pair by pair."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.material.checks import tests_same_words
from assistant.material.records import Item


def check_set(items: Sequence[Item]) -> tuple[str, ...]:
    """What is wrong among items: two of the same wording, two that test the same words."""
    found = []
    stems: set[tuple[str, ...]] = set()
    for item in items:
        wording = (item.stem, *sorted(item.options))
        if wording in stems:
            found.append(f"题目重复：{item.stem[:30]}")
        stems.add(wording)
    for k, item in enumerate(items):
        for other in items[:k]:
            if tests_same_words(item, other):
                found.append(f"两题考同一处：{item.stem[:30]}")
    return tuple(found)
