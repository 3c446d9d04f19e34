"""How common a word or a character is in Chinese at large, by the counts of the segmenter's dictionary.

The dictionary counts 60 million words of newspapers and books; it is the same for every library, so a kernel made of it
does not depend on what a user uploads.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from index import tokens

WORDS = 60_000_000
"""Words that the dictionary's counts add up to."""
TEMPER = 0.75
"""Slips favour common characters, but less than their share of a text (the exponent of word2vec's negative draws)."""
FLOOR = 50
"""Count that every character has at least: names and terms are rarer than dictionaries say."""


def word_count(word: str) -> int:
    """How often the dictionary counted `word`; 0 for what is no word of it.

    >>> word_count("权力") > word_count("权利人") >= 0 == word_count("权杖利")
    True
    """
    return int(_words().get(word, 0))


@lru_cache(maxsize=32_768)
def character_count(character: str) -> int:
    """How often the dictionary's words have `character`, at least `FLOOR`."""
    return max(FLOOR, _characters()[character])


@lru_cache(maxsize=32_768)
def character_share(character: str) -> float:
    """Probability that a slip which could write anything writes `character`; all of them sum to about 1.

    >>> 1e-2 > character_share("的") > character_share("橇") > 1e-7
    True
    """
    return float(character_count(character) ** TEMPER / _total())


def _words() -> dict[str, int]:
    # The segmenter is the only place that knows its library.
    return tokens._segmenter().FREQ  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _characters() -> Counter[str]:
    """Half a second."""
    counts: Counter[str] = Counter()
    for word, count in _words().items():
        if count:
            for character in word:
                counts[character] += count
    return counts


@lru_cache(maxsize=1)
def _total() -> float:
    return float(sum(max(FLOOR, count) ** TEMPER for count in _characters().values()))
