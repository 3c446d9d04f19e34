"""One slip of each kind at one place of a text: how printings go wrong, and how often in each way."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random
from typing import Literal

from eval.slip_tables import Tables

Kind = Literal[
    "sound", "word_sound", "shape", "drop", "double", "insert", "transpose", "phrase", "punctuation", "line", "eye_skip"
]
Origin = Literal["own", "ancestor", "vulgate"]

SHARES: dict[Kind, float] = {
    "shape": 0.24,  # OCR's commonest
    "sound": 0.20,  # typing by sound
    "drop": 0.14,
    "phrase": 0.12,  # a phrase by a commoner one: tired people and language models
    "punctuation": 0.07,
    "word_sound": 0.05,  # 权利, 权力
    "double": 0.06,
    "insert": 0.06,
    "transpose": 0.04,
    "line": 0.012,  # each costs some 25 characters, so that a third of all wrong characters are lost lines
    "eye_skip": 0.008,
}
"""The mixture: of all slips, the share of each kind."""

_FUNCTION_WORDS = ("的", "了", "和", "应", "等", "在", "对", "其", "所", "各", "将", "与", "并", "也", "要", "可", "地", "及", "有", "有关", "进行", "相关")  # fmt: skip
_MARKS = "，、；。："
_MARK_SWAPS = {"，": "、；。", "、": "，；", "；": "，。", "。": "，；", "：": "，；"}
_WRAPPED_LINE = (20, 30)
"""Characters of a newspaper line."""
_LONGEST_WHOLE_LINE = 60
_SKIP_WITHIN = 60
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Slip:
    """`text[start:end]` of the truth is printed as `reading`."""

    kind: Kind
    start: int
    end: int
    reading: str
    origin: Origin = "own"


@dataclass(frozen=True, slots=True)
class Source:
    """A true text with what every slip looks up: the tables, and where the words that few places have stand in it."""

    text: str
    tables: Tables
    body_start: int
    phrase_places: dict[str, tuple[int, ...]]
    phrase_words: tuple[str, ...]
    phrase_weights: tuple[float, ...]
    sound_places: tuple[int, ...]


def read_source(text: str, tables: Tables) -> Source:
    """Prepares a text; everything after its first line (the title) may lose whole lines."""
    places: dict[str, list[int]] = {}
    for match in re.finditer("|".join(sorted(tables.phrases, key=lambda word: (-len(word), word))), text):
        places.setdefault(match.group(), []).append(match.start())
    found = {word: tuple(starts) for word, starts in sorted(places.items())}
    # By the square root: else 应当 would be half of all, or a word that occurs once would be hit in most printings.
    weights = tuple(sqrt(len(starts)) for starts in found.values())
    sounding = tuple(
        at for at in range(len(text) - 1) if text[at : at + 2] in tables.sound_words and _is_word(text, tables, at)
    )
    return Source(text, tables, text.find("\n") + 1, found, tuple(found), weights, sounding)


_CHOOSING = ("phrase", "word_sound")
"""Kinds that choose their place themselves."""


def draw_slip(source: Source, kind: Kind, random: Random) -> Slip | None:
    """Tries one random place; None where this kind of slip cannot happen there."""
    at = random.randrange(len(source.text))
    if kind not in _CHOOSING and (source.text[at].isspace() or source.text[at] in "#>*|-"):
        return None
    made = _MAKERS[kind](source, at, random)
    if made is None:
        return None
    start, end, reading = made
    return None if source.text[start:end] == reading else Slip(kind, start, end, reading)


Made = tuple[int, int, str] | None


def _sound(source: Source, at: int, random: Random) -> Made:
    character = source.text[at]
    near = random.random() < 0.25
    return _replace(at, (source.tables.near_sounds if near else source.tables.sounds).get(character, ""), random)


def _shape(source: Source, at: int, random: Random) -> Made:
    alike = source.tables.shapes.get(source.text[at], "")
    return (at, at + 1, random.choice(alike)) if alike else None


def _replace(at: int, candidates: str, random: Random) -> Made:
    return (at, at + 1, _commonest_first(candidates, random)) if candidates else None


def _commonest_first(candidates: Sequence[str], random: Random) -> str:
    """A candidate by Zipf's law: rank r has weight 1 / (r + 2)."""
    return random.choices(candidates, [1 / (rank + 2) for rank in range(len(candidates))])[0]


def _word_sound(source: Source, at: int, random: Random) -> Made:
    if not source.sound_places:
        return None
    at = random.choice(source.sound_places)
    return at, at + 2, random.choice(source.tables.sound_words[source.text[at : at + 2]])


def _drop(source: Source, at: int, random: Random) -> Made:
    length = 2 if random.random() < 0.15 and _is_word(source.text, source.tables, at) else 1
    return at, at + length, ""


def _double(source: Source, at: int, random: Random) -> Made:
    if not _HAN.match(source.text[at]):
        return None
    length = 2 if random.random() < 0.25 and _is_word(source.text, source.tables, at) else 1
    return at + length, at + length, source.text[at : at + length]


def _insert(source: Source, at: int, random: Random) -> Made:
    text = source.text
    inside_word = text[at - 1 : at + 1] in source.tables.rank
    if at == 0 or inside_word or not (_HAN.match(text[at]) and _HAN.match(text[at - 1])):
        return None
    return at, at, _commonest_first(_FUNCTION_WORDS, random)


def _transpose(source: Source, at: int, random: Random) -> Made:
    text, half = source.text, 1
    if (
        _is_word(source.text, source.tables, at)
        and _is_word(source.text, source.tables, at + 2)
        and random.random() < 0.5
    ):
        half = 2
    one, other = text[at : at + half], text[at + half : at + 2 * half]
    if len(one + other) < 2 * half or not all(_HAN.match(c) for c in one + other):
        return None
    return at, at + 2 * half, other + one


def _phrase(source: Source, at: int, random: Random) -> Made:
    """Of the hand-written list, any word of it that the text has; else a commoner word of the same kind."""
    if source.phrase_words and random.random() < 0.5:
        word = random.choices(source.phrase_words, source.phrase_weights)[0]
        start = random.choice(source.phrase_places[word])
        return start, start + len(word), random.choice(source.tables.phrases[word])
    if not _is_word(source.text, source.tables, at):
        return None
    word, tables = source.text[at : at + 2], source.tables
    name, rank = tables.rank[word]
    if random.random() < 0.15:
        commoner = [w for w in tables.classes[name][: max(1, min(300, rank))] if w != word]
    else:
        commoner = [
            other
            for position, character in enumerate(word)
            for other in tables.kin[name, position, character]
            if tables.rank[other][1] < rank
        ]
    if not commoner:
        return None
    weights = [1 / (tables.rank[w][1] + 50) for w in commoner]
    return at, at + 2, random.choices(commoner, weights)[0]


def _punctuation(source: Source, at: int, random: Random) -> Made:
    """A swapped mark; `at` moves on to the next mark of its line."""
    match = re.compile(rf"[^\n{_MARKS}]*([{_MARKS}])").match(source.text, at)
    if match is None:
        return None
    return match.start(1), match.end(1), random.choice(_MARK_SWAPS[match.group(1)])


def _line(source: Source, at: int, random: Random) -> Made:
    """A lost line: a short paragraph as a whole, or as many characters of a long one as a newspaper's line has."""
    text = source.text
    if at < source.body_start:
        return None
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    end = len(text) if end < 0 else end
    if end - start <= _LONGEST_WHOLE_LINE:
        return (start, end, "") if random.random() < 0.4 and not text.startswith("#", start) else None
    length = random.randint(*_WRAPPED_LINE)
    return (at, at + length, "") if at + length < end else None


def _eye_skip(source: Source, at: int, random: Random) -> Made:
    """Homoeoteleuton: the eye jumps from a word to its next occurrence, and what stands between is lost."""
    word = source.text[at : at + random.choice((2, 2, 3, 4))]
    if not all(_HAN.match(c) for c in word):
        return None
    line_end = source.text.find("\n", at)
    limit = min(at + _SKIP_WITHIN, len(source.text) if line_end < 0 else line_end)
    again = source.text.find(word, at + len(word) + 3, limit)
    return (at, again, "") if again > 0 else None


def _is_word(text: str, tables: Tables, at: int) -> bool:
    """Whether a common word of two characters stands here and no other one crosses its edges."""
    rank = tables.rank
    return text[at : at + 2] in rank and text[at - 1 : at + 1] not in rank and text[at + 1 : at + 3] not in rank


_MAKERS: dict[Kind, Callable[[Source, int, Random], Made]] = {
    "sound": _sound,
    "word_sound": _word_sound,
    "shape": _shape,
    "drop": _drop,
    "double": _double,
    "insert": _insert,
    "transpose": _transpose,
    "phrase": _phrase,
    "punctuation": _punctuation,
    "line": _line,
    "eye_skip": _eye_skip,
}
