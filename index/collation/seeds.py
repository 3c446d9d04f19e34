"""Letters of a text without its punctuation, and hashed k-grams of them by which equal passages are found.

A large library keeps only the minimizers of each window (Schleimer, Wilkerson and Aiken, Winnowing, SIGMOD 2003):
every stretch of `SEED + window - 1` equal letters still has one in common.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SEED = 7
"""Letters of a seed: 习近平新时代 is found everywhere, 统筹协同推进各 is not."""


def read_letters(text: str) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The code points of a text's letters and figures, and their offsets."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    positions = np.flatnonzero(_letter_table()[np.minimum(codes, 0xFFFF)])
    return codes[positions], positions


@lru_cache(maxsize=1)
def _letter_table() -> NDArray[np.bool_]:
    """For each code point of the basic plane whether it is a letter or figure; what lies above is taken for one."""
    return np.array([chr(code).isalnum() for code in range(0xFFFF)] + [True])


def spell(letters: NDArray[np.uint32]) -> str:
    return letters.tobytes().decode("utf-32-le", "surrogatepass")


def seeds(letters: NDArray[np.uint32], window: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of the k-grams (of each window the least) and where they start among the letters."""
    count = len(letters) - SEED + 1
    if count < 1:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    hashes = np.zeros(count, np.uint64)
    for offset in range(SEED):
        hashes = hashes * np.uint64(0x100000001B3) + letters[offset : offset + count].astype(np.uint64)
    hashes ^= hashes >> np.uint64(29)
    hashes *= np.uint64(0x9E3779B97F4A7C15)
    hashes ^= hashes >> np.uint64(32)
    if window > 1 and count >= window:
        spans = count - window + 1
        least = np.min([hashes[shift : shift + spans] for shift in range(window)], axis=0)
        kept = np.zeros(count, np.bool_)
        for shift in range(window):
            kept[shift : shift + spans] |= hashes[shift : shift + spans] == least
        places = np.flatnonzero(kept)
        return hashes[places], places
    return hashes, np.arange(count)
