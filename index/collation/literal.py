"""Where two texts that say the same literally have other words: a slip of one of them, or a paraphrase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from index.collation.quotations import Key, Passage, aligned

_LONGEST = 4  # letters that may differ
_BESIDE = 8  # equal letters on both sides of a difference that is no paraphrase
_TO_THE_END = 4  # or so many, if they reach the beginning or the end of the sentence in one of the texts
_FAR = 80  # characters beside a difference that are looked at
_END = "。；！？\n"


@dataclass(frozen=True, slots=True)
class Difference(Generic[Key]):
    """`article.text[start:end]` against what the other text has there (letters only)."""

    passage: Passage[Key]
    start: int
    end: int
    mine: str
    theirs: str
    is_sure: bool


def find_differences(passage: Passage[Key], text: str, other: str) -> list[Difference[Key]]:
    """The places of a passage where letters differ; `is_sure` where few do and the words around them are equal."""
    blocks = aligned(passage, text, other)
    found = []
    for a, b, c, d in blocks:
        mine, theirs = only_letters(text[a:b]), only_letters(other[c:d])
        if mine == theirs:
            continue
        left, other_left = text[max(0, a - _FAR) : a][::-1], other[max(0, c - _FAR) : c][::-1]
        right, other_right = text[b : b + _FAR], other[d : d + _FAR]
        before, after = _agreed(left, other_left), _agreed(right, other_right)
        opens = _at_edge(left, before) or _at_edge(other_left, before)
        closes = _at_edge(right, after) or _at_edge(other_right, after)
        is_sure = (
            max(len(mine), len(theirs)) <= _LONGEST
            and (len(mine) == len(theirs) or not mine or not theirs)  # a slip keeps the length, drops or adds
            and before >= (_TO_THE_END if opens else _BESIDE)
            and after >= (_TO_THE_END if closes else _BESIDE)
        )
        found.append(Difference(passage, a, b, mine, theirs, is_sure))
    return found


def only_letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _agreed(one: str, other: str) -> int:
    """Letters that two texts have in common at their beginnings, whatever signs stand between them."""
    pairs = zip(only_letters(one), only_letters(other), strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(only_letters(one)), len(only_letters(other))))


def _at_edge(text: str, count: int) -> bool:
    """Whether a sentence ends (or the text does) right behind its first `count` letters."""
    for character in text:
        if character.isalnum():
            if count == 0:
                return False
            count -= 1
        elif count == 0 and character in _END:
            return True
    return True
