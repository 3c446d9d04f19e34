"""How alike two characters or words sound (the one file that names pypinyin).

Whoever types Chinese types sounds, and whoever reads aloud confuses zh with z and n with l: 制定 becomes 制订, 权利
权力. Readings of a character are compared without the sentence, so 行 sounds like 形 and like 航.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

SAME = 1.0
SAME_BUT_TONE = 0.8
CONFUSABLE = 0.5

INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
"""Longest first. y and w count as initials: yin and ying then differ by in and ing."""
CONFUSED_INITIALS = frozenset({"zh z", "ch c", "sh s", "n l", "f h", "r l"})
CONFUSED_FINALS = frozenset({"in ing", "en eng", "an ang", "ian iang", "uan uang", "un ong", "uen ueng"})


class Syllable(NamedTuple):
    """One reading of a character: `zhong4` is zh, ong, 4. Tone 5 is the neutral one."""

    initial: str
    final: str
    tone: str

    @property
    def base(self) -> str:
        return self.initial + self.final


@lru_cache(maxsize=32_768)
def syllables(character: str) -> tuple[Syllable, ...]:
    """Every reading of `character`, the most usual first; none for what is no Chinese character.

    >>> [syllable.base for syllable in syllables("重")]
    ['zhong', 'chong', 'tong']
    """
    from pypinyin import Style, pinyin

    if len(character) != 1 or not _is_han(character):
        return ()
    found = pinyin(character, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True, errors="ignore")
    readings = found[0] if found else []
    return tuple(dict.fromkeys(_syllable(reading) for reading in readings if reading[:-1].isalpha()))


def same_sound(a: str, b: str) -> float:
    """0 to 1: same syllable and tone 1, same syllable 0.8, easily confused 0.5, else 0; of words the worst character.

    >>> same_sound("权利", "权力"), same_sound("再", "在"), same_sound("身", "生"), same_sound("身", "心")
    (1.0, 1.0, 0.5, 0.0)
    """
    if len(a) == 1 and len(b) == 1:
        return _characters(a, b)
    return min(map(_characters, a, b)) if a and len(a) == len(b) else 0.0


@lru_cache(maxsize=1_048_576)
def _characters(a: str, b: str) -> float:
    if a == b:
        return SAME
    return max((_syllables(x, y) for x in syllables(a) for y in syllables(b)), default=0.0)


def confusable(a: str, b: str) -> bool:
    """Whether two syllables without their tones are easily taken for each other.

    >>> confusable("shen", "sheng"), confusable("san", "shan"), confusable("sen", "sheng"), confusable("xi", "shi")
    (True, True, False, False)
    """
    return _confusable(_split(a), _split(b))


def _syllables(x: Syllable, y: Syllable) -> float:
    if x.base == y.base:
        return SAME if x.tone == y.tone else SAME_BUT_TONE
    return CONFUSABLE if _confusable((x.initial, x.final), (y.initial, y.final)) else 0.0


def _confusable(x: tuple[str, str], y: tuple[str, str]) -> bool:
    """One confused part is a slip, two of them (sen for sheng) another syllable."""
    if x[1] == y[1]:
        return _either_way(x[0], y[0], CONFUSED_INITIALS)
    return x[0] == y[0] and _either_way(x[1], y[1], CONFUSED_FINALS)


def _either_way(a: str, b: str, pairs: frozenset[str]) -> bool:
    return f"{a} {b}" in pairs or f"{b} {a}" in pairs


def _syllable(reading: str) -> Syllable:
    initial, final = _split(reading[:-1])
    return Syllable(initial, final, reading[-1])


@lru_cache(maxsize=4096)
def _split(base: str) -> tuple[str, str]:
    initial = next((initial for initial in INITIALS if base.startswith(initial)), "")
    return initial, base[len(initial) :]


def _is_han(character: str) -> bool:
    return character == "〇" or "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003134f"


@lru_cache(maxsize=8192)
def sounding_like(character: str) -> tuple[tuple[str, float], ...]:
    """The 3,755 common characters that sound like `character` or nearly so, each with its likeness, without itself."""
    near = {base for own in syllables(character) for base in _near(own.base)}
    found = {other for base in near for other in _by_base()[base]} - {character}
    return tuple((other, likeness) for other in sorted(found) if (likeness := _characters(character, other)))


@lru_cache(maxsize=4096)
def _near(base: str) -> tuple[str, ...]:
    """The syllables of common characters that pass for this one, itself among them."""
    return tuple(other for other in _by_base() if other == base or confusable(other, base))


def homophones(character: str) -> int:
    """How many other common characters have its syllable, with any tone.

    >>> homophones("事") > homophones("国") > 0
    True
    """
    return sum(likeness >= SAME_BUT_TONE for _, likeness in sounding_like(character))


@lru_cache(maxsize=1)
def _by_base() -> dict[str, tuple[str, ...]]:
    """The first part of GB2312 by syllable without tone; half a second."""
    groups: dict[str, list[str]] = {}
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            character = bytes((row, cell)).decode("gb2312", "ignore")
            for base in {syllable.base for syllable in syllables(character)}:
                groups.setdefault(base, []).append(character)
    return {base: tuple(group) for base, group in groups.items()}
