"""The vote of the printings, character by character: the measure that collation has to beat.

Every printing is aligned with the pivot, first the printing nearest to all others, then the text of the first vote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from index.collation.blocks import opcodes

_ROUNDS = 2


def edit_distance(one: str, other: str) -> int:
    """Characters substituted, dropped and added (Levenshtein).

    >>> edit_distance("优胜劣汰机制", "优进绌退机")
    4
    """
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in opcodes(one, other) if tag != "equal")


def majority(texts: Sequence[str]) -> str:
    """What most texts have at each place, gaps included; where no reading leads, the pivot's.

    >>> majority(["甲乙丙丁", "甲丙丁", "甲乙丙戊丁"]), majority([])
    ('甲乙丙丁', '')
    """
    if not texts:
        return ""
    pivot = medoid(texts)
    for _ in range(_ROUNDS if len(texts) > 2 else 0):
        pivot = _vote(pivot, texts)
    return pivot


def medoid(texts: Sequence[str]) -> str:
    """The text with the least distance to all others; the first one among equals."""
    distances = [[0] * len(texts) for _ in texts]
    for i in range(len(texts)):
        for j in range(i):
            distances[i][j] = distances[j][i] = edit_distance(texts[i], texts[j])
    return texts[min(range(len(texts)), key=lambda i: sum(distances[i]))]


def _vote(pivot: str, texts: Sequence[str]) -> str:
    """One vote at each character of the pivot (another, or none) and at each gap between two (what stands there)."""
    ballots: list[list[str]] = [[] for _ in pivot]
    additions: list[list[str]] = [[] for _ in range(len(pivot) + 1)]
    for text in texts:
        _cast(pivot, text, ballots, additions)
    chosen = [_elect(additions[0], len(texts))]
    for character, ballot, added in zip(pivot, ballots, additions[1:], strict=True):
        counts = Counter(ballot)
        leading = max(counts.values())
        winners = [reading for reading, votes in counts.items() if votes == leading]
        chosen.append(winners[0] if len(winners) == 1 else character)
        chosen.append(_elect(added, len(texts)))
    return "".join(chosen)


def _elect(added: list[str], voters: int) -> str:
    """What is added in a gap: where more than half of the texts add something, the vote among these."""
    return majority(added) if 2 * len(added) > voters else ""


def _cast(pivot: str, text: str, ballots: list[list[str]], additions: list[list[str]]) -> None:
    """One text's votes. Dropped and added characters are put as far left as they can be, for all texts alike."""
    codes = opcodes(pivot, text)
    for index, (tag, i1, i2, j1, j2) in enumerate(codes):
        room = codes[index - 1][2] - codes[index - 1][1] if index and codes[index - 1][0] == "equal" else 0
        if tag == "equal":
            votes = list(pivot[i1:i2])
        elif tag == "insert":
            shift = _shift(text, j1, j2, room)
            additions[i1 - shift].append(text[j1 - shift : j2 - shift])
            continue
        elif tag == "delete":
            shift = _shift(pivot, i1, i2, room)
            for position in range(i1 - shift, i1):  # the equal characters passed over move to the right
                ballots[position].remove(pivot[position])
            votes = [""] * (i2 - i1) + list(pivot[i2 - shift : i2])
            i1 -= shift
        else:
            votes = list(text[j1 : min(j2, j1 + i2 - i1)])
            votes += [""] * (i2 - i1 - len(votes))
            if j2 - j1 > i2 - i1:
                additions[i2].append(text[j1 + i2 - i1 : j2])
        for offset, vote in enumerate(votes):
            ballots[i1 + offset].append(vote)


def _shift(text: str, start: int, end: int, room: int) -> int:
    """How far left `text[start:end]` can move without changing the whole: 的 dropped from 的的 is the first one."""
    shift = 0
    while shift < room and text[start - 1 - shift] == text[end - 1 - shift]:
        shift += 1
    return shift
