"""How probable one slip is, given that some slip happened at this place: log P(kind) + log P(this reading | truth, kind).

Nothing here is symmetric. To drop a character is one thing to do, to write a particular one is one of thousands; a rare
phrase becomes a common one, hardly ever the other way round. The shares are set by hand from what proof-readers and
OCR evaluations report, not fitted; decisions need them only to the order of magnitude.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from math import log
from typing import Literal

from index.collation.commonness import WORDS, character_count, character_share, word_count
from index.collation.shapes import look_alikes, same_shape
from index.collation.sounds import CONFUSABLE, same_sound, sounding_like

Kind = Literal["sound", "shape", "drop", "double", "insert", "transpose", "phrase", "line", "punctuation", "other"]
Scored = tuple[Kind, float]
Word = tuple[str, str, int]

SHARES: dict[Kind, float] = {
    "sound": 0.22,  # input methods: the commonest slip of typed text
    "shape": 0.22,  # OCR
    "drop": 0.15,
    "phrase": 0.13,  # the copyist's, and the language model's, habit
    "double": 0.08,
    "insert": 0.07,
    "punctuation": 0.05,
    "transpose": 0.03,
    "line": 0.03,
    "other": 0.02,
}
LENGTHS = (0.0, 0.6, 0.25, 0.06, 0.05, 0.02)
"""Share of runs of 1, 2 ... 5 characters among those dropped, doubled or inserted: mostly a character or a word."""
LONGER = 0.02
"""The same for any longer run of a doubling, as a whole line is doubled at once."""
LINE = 6
"""Characters from which on a run is a line or a clause, not a word."""
EYE_SKIP = 4.0
"""A line ends as the line before it does: the eye jumps from one to the other (homoeoteleuton)."""
REPEATED_NEARBY = 0.03
"""Share of doublings whose original stands a little before or after, not beside it (纾[压]解压力)."""
SAID_AGAIN = 1e-6
"""Factor for a clause said again a little before or after: of one that stands twice, the other printing has rather lost
the one (homoeoteleuton) than this one added it."""
FITS = 10.0
"""What a copyist adds fits its place, and is there about so many times likelier than in any text (no normalised factor:
readings that do not fit are hardly ever seen)."""
STRANGE_LINE = 1e-11
"""Probability of a particular line that stands nowhere near: a neighbouring column read into the text."""
SOUND_ALIKE_WORD = 0.1
"""Share of sound slips that exchange a whole word, and P(which one) where it is as common as the truth: 权利, 权力."""
SHARED_NOTHING = 0.2
"""Share of exchanged phrases that have no character in common (经费, 资金)."""
LONGEST_WORD = 5
QUOTES = {ord(sign): '"' for sign in "“”‘’「」『』"}
NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿两0123456789")
NUMERAL = 0.1
"""P(which numeral | a numeral became another): about ten of them, far likelier than any other character."""
PARTICLES = ("和与及、并同", "的地得之", "在于", "是为", "应须要需", "将把", "对向")
"""Function words that one writes for another without thinking; each group is chosen from evenly."""
PARTICLE = 0.08
"""Share of exchanged phrases that are such a pair."""
MARK = 1e-4
"""Factor for private-use characters, our own marks of structure: no printing writes one by accident."""
PUNCTUATION_SHARES = {",": 0.3, "、": 0.2, "。": 0.2, ";": 0.08, ":": 0.04, '"': 0.06, "(": 0.02, ")": 0.02}
"""P(which sign | punctuation), by the sign's compatibility form (NFKC)."""
RARE_PUNCTUATION = 0.01
FEW = 200
"""Count that keeps a rare word from being a certain homophone of a word that the dictionary does not have."""


def is_punctuation(text: str) -> bool:
    """Whether `text` is made of signs and spaces only. Marks of structure (private use) are none."""
    return bool(text) and not any(character.isalnum() or is_mark(character) for character in text)


def is_mark(character: str) -> bool:
    """Whether it is a private-use character or half of a surrogate pair: like nothing, and written by nobody."""
    return "\ud800" <= character <= "\uf8ff" or character >= "\U000f0000"


@lru_cache(maxsize=131_072)
def substitution(truth: str, reading: str) -> Scored:
    """One character for another, all kinds added up; the kind is the likeliest of them."""
    if is_mark(truth) or is_mark(reading):
        return "other", log(SHARES["other"] * MARK * RARE_PUNCTUATION)
    if is_punctuation(truth) and is_punctuation(reading):
        return "punctuation", log(SHARES["punctuation"]) + _sign(reading)
    kinds: dict[Kind, float] = {
        "other": SHARES["other"] * _anything(truth, reading),
        "sound": SHARES["sound"] * _sound(truth, reading),
        "shape": SHARES["shape"] * _shape(truth, reading),
    }
    return max(kinds, key=kinds.__getitem__), log(sum(kinds.values()))


def deletion(text: str, left: str) -> Scored:
    """`text` is missing after `left`. Which line is lost hardly depends on its length."""
    if is_punctuation(text):
        return "punctuation", log(SHARES["punctuation"] * 0.3) - 2 * (len(text) - 1)
    if len(text) < LINE:
        return "drop", log(SHARES["drop"] * LENGTHS[len(text)])
    skipped = EYE_SKIP if left.endswith(text[-2:]) else 1.0
    return "line", log(SHARES["line"] * 0.2 * skipped) - 0.001 * len(text)


def insertion(text: str, left: str, right: str) -> Scored:
    """`text` has come between `left` and `right`: either said twice or one of very many things to add."""
    length = LENGTHS[len(text)] if len(text) < LINE else LONGER
    if is_punctuation(text):
        return "punctuation", log(SHARES["punctuation"] * 0.3) + sum(map(_sign, text))
    if left.endswith(text) or right.startswith(text):
        return "double", log(SHARES["double"] * length)
    written = max(_freely(text), log(FITS * max(word_count(text), 1e-9) / WORDS))
    kind: Kind = "insert" if len(text) < LINE else "line"
    if before_or_after := _completed(text, left, right):
        written = max(written, log(before_or_after))
    strange = log(SHARES[kind] * length) + written
    again = log(SHARES["double"] * length * REPEATED_NEARBY)
    again += log(SAID_AGAIN) if len(text) >= LINE else 0.0
    if again > strange and not is_mark(text[0]) and (text in left or text in right):
        return "double" if len(text) >= 4 else "insert", again
    return kind, strange


def rewriting(reading: str) -> Scored:
    """Something else was written than the truth, for no reason that can be seen."""
    return "other", log(SHARES["other"]) + _freely(reading)


def _freely(text: str) -> float:
    """log P(text | anything that fits is written); a long text is no less likely than `STRANGE_LINE`."""
    by_character = sum(log(MARK * RARE_PUNCTUATION if is_mark(c) else FITS * character_share(c)) for c in text)
    return max(by_character, log(STRANGE_LINE))


def transposition(truth: str, reading: str) -> Scored | None:
    """Two neighbours changed places (经济社会, 社会经济), perhaps around a conjunction (建设和发展, 发展和建设)."""
    length = len(truth)
    if length != len(reading) or not 2 <= length <= 10 or truth == reading or truth[0] not in reading:
        return None
    for middle in range(min(3, length - 1)):
        for first in range(1, length - middle):
            swapped = truth[first + middle :] + truth[first : first + middle] + truth[:first]
            if swapped == reading:
                return "transpose", log(SHARES["transpose"] * (0.3 if middle == 0 else 0.05))
    return None


def words_around(reading: str, left: str, right: str) -> list[Word]:
    """The dictionary words that `reading` is, or is the middle of: (part in `left`, part in `right`, count)."""
    words: list[Word] = []
    spare = LONGEST_WORD - len(reading)
    for size in range(min(3, spare, len(left)) + 1):
        before = left[len(left) - size :]
        for more in range(min(3, spare - size, len(right)) + 1):
            if size + more + len(reading) > 1 and (count := word_count(before + reading + right[:more])):
                words.append((before, right[:more], count))
    return words


def word_for_word(truth: str, reading: str, words: Sequence[Word]) -> Scored | None:
    """A word exchanged for one of `words`, sounding the same or said more often; None where there are none.

    The copyist writes a word with the probability of its count among all words that share a character with the true one
    (措施 for 措置: 措 stands in the neighbourhood), times how much commoner it is than the truth where it is rarer.
    """
    best: tuple[float, Kind] = 0.0, "other"
    sounds = len(truth) > 1 and same_sound(truth, reading) >= CONFUSABLE
    for before, after, count in words:
        meant = before + truth + after
        meant_count = word_count(meant)
        shared = before or after or not set(truth).isdisjoint(reading)
        near = sum(map(character_count, meant)) if shared else WORDS / SHARED_NOTHING
        chance = SHARES["phrase"] * min(1.0, count / near) * min(1.0, count / max(1, meant_count))
        best = max(best, (chance, "phrase" if count > meant_count else "other"))
        if sounds:
            best = max(best, (SHARES["sound"] * SOUND_ALIKE_WORD * count / (count + meant_count + FEW), "sound"))
    return (best[1], log(best[0])) if best[0] else None


def _completed(added: str, left: str, right: str) -> float:
    """Chance that `added` came because it makes a word of its neighbour (组织部[门]), 0 where it makes none."""
    if len(added) >= LONGEST_WORD:
        return 0.0
    chances = (
        count / sum(map(character_count, before + after))
        for before, after, count in words_around(added, left, right)
        if before or after
    )
    return min(1.0, max(chances, default=0.0))


@lru_cache(maxsize=4096)
def _sign(sign: str) -> float:
    folded = unicodedata.normalize("NFKC", sign.translate(QUOTES))
    return log(PUNCTUATION_SHARES.get(folded, RARE_PUNCTUATION))


def _anything(truth: str, reading: str) -> float:
    if truth in NUMERALS and reading in NUMERALS:
        return NUMERAL
    group = next((group for group in PARTICLES if truth in group and reading in group), "")
    by_habit = PARTICLE * SHARES["phrase"] / SHARES["other"] / len(group) if group else 0.0
    return by_habit + character_share(reading)


def _sound(truth: str, reading: str) -> float:
    likeness = same_sound(truth, reading)
    return likeness**3 * character_share(reading) / _heard(truth) if likeness else 0.0


def _shape(truth: str, reading: str) -> float:
    likeness = same_shape(truth, reading)
    return float(likeness**3 * character_share(reading) ** 0.25 / _seen(truth)) if likeness else 0.0


@lru_cache(maxsize=16_384)
def _heard(truth: str) -> float:
    """Weight of all that sounds like `truth`; the floor keeps a lone homophone from being certain."""
    return 1e-3 + sum(likeness**3 * character_share(other) for other, likeness in sounding_like(truth))


@lru_cache(maxsize=16_384)
def _seen(truth: str) -> float:
    """Weight of all that looks like `truth`."""
    return 0.05 + sum(
        float(likeness**3 * character_share(other) ** 0.25) for other, likeness in look_alikes(truth).items()
    )
