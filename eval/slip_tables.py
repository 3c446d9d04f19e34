"""What a hasty copyist or an OCR program puts in place of what: the tables of `eval/data/`, shared with no product code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "data"

_CONFUSED_SYLLABLES = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("ing", "in"), ("eng", "en"), ("ang", "an"))
"""Beginnings and ends of syllables that many speakers, and so their typing, do not tell apart."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Candidates are commonest first.

    `sounds`: character -> characters of the same syllable and tone; `near_sounds`: of another tone or a confused
    syllable. `sound_words`, `phrases`: word -> words. `shapes`: character -> look-alikes. `rank`: a word of two
    characters -> (part of speech, rank within it, 0 the commonest). `kin`: (part of speech, position, character) ->
    words that have the character there; `classes`: part of speech -> words.
    """

    sounds: dict[str, str]
    near_sounds: dict[str, str]
    sound_words: dict[str, tuple[str, ...]]
    shapes: dict[str, str]
    phrases: dict[str, tuple[str, ...]]
    rank: dict[str, tuple[str, int]]
    kin: dict[tuple[str, int, str], tuple[str, ...]]
    classes: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def load_tables() -> Tables:
    """Reads all tables once: 0.1 s."""
    sounds, near_sounds = _read_sounds()
    shapes: defaultdict[str, str] = defaultdict(str)
    for group in _lines("lookalikes.txt"):
        for character in group:
            shapes[character] += "".join(c for c in group if c != character and c not in shapes[character])
    phrases: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for rare, common in (line.split() for line in _lines("phrases.txt")):
        phrases[rare] += (common,)
    sound_words = {
        word: tuple(w for w in group if w != word)
        for group in (line.split() for line in _lines("homophone_words.txt"))
        for word in group
    }
    classes = {
        name: tuple(run[i : i + 2] for i in range(0, len(run), 2))
        for name, run in (line.split() for line in _lines("words.txt"))
    }
    rank = {word: (name, place) for name, words in classes.items() for place, word in enumerate(words)}
    kin: defaultdict[tuple[str, int, str], list[str]] = defaultdict(list)
    for name, words in classes.items():
        for word in words:
            for position, character in enumerate(word):
                kin[name, position, character].append(word)
    families = {key: tuple(words) for key, words in kin.items()}
    return Tables(sounds, near_sounds, sound_words, dict(shapes), dict(phrases), rank, families, classes)


def _read_sounds() -> tuple[dict[str, str], dict[str, str]]:
    by_syllable = dict(line.split() for line in _lines("homophones.txt"))
    sounds, near = {}, {}
    for syllable, characters in by_syllable.items():
        bare, tone = syllable[:-1], syllable[-1]
        close = [f"{bare}{t}" for t in "12345" if t != tone] + [f"{other}{tone}" for other in _confused(bare)]
        neighbours = "".join(by_syllable.get(name, "")[:12] for name in close)
        for character in characters:
            sounds[character] = characters.replace(character, "")
            near[character] = neighbours
    return sounds, near


def _confused(syllable: str) -> Iterator[str]:
    """
    >>> list(_confused("shang")), list(_confused("lin"))
    (['sang', 'shan'], ['nin', 'ling'])
    """
    for one, other in _CONFUSED_SYLLABLES[:4]:
        if syllable.startswith(one):
            yield other + syllable[len(one) :]
        elif syllable.startswith(other):
            yield one + syllable[len(other) :]
    for one, other in _CONFUSED_SYLLABLES[4:]:
        if syllable.endswith(one):
            yield syllable[: -len(one)] + other
        elif syllable.endswith(other):
            yield syllable[: -len(other)] + one


def _lines(name: str) -> list[str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
