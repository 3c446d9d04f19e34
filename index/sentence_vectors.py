"""The sentence vectors of every indexed text, one byte a number: what a text says best in one of its sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.dense import Vectors
from index.errors import IndexUnusableError

_SENTENCE_END = re.compile(r"(?<=[。！？；])|\n+")
_SHORTEST = 6  # characters; shorter pieces are headings and numbers
_BATCH = 512  # texts whose sentences are float32 at the same time


def split_text(text: str) -> list[str]:
    """
    >>> split_text("某条\\n每万人配备18人。鼓励有条件的地方提高标准。")
    ['每万人配备18人。', '鼓励有条件的地方提高标准。']
    """
    return [s for piece in _SENTENCE_END.split(text) if len(s := piece.strip()) >= _SHORTEST]


@dataclass(frozen=True, slots=True)
class SentenceVectors:
    """`rows[starts[i]:starts[i + 1]]` are the sentences of text i, int8, a unit vector times 127."""

    starts: NDArray[np.int64]
    rows: NDArray[np.int8]

    @classmethod
    def build(cls, texts: Sequence[str], encode: Callable[[list[str]], Vectors], dimension: int) -> SentenceVectors:
        """`encode` gives float32 `[n, dimension]`, unit rows; it is asked for some hundred texts at a time."""
        counts = [0]
        rows = [np.zeros((0, dimension), dtype=np.int8)]
        for start in range(0, len(texts), _BATCH):
            sentences = [split_text(text) for text in texts[start : start + _BATCH]]
            counts += map(len, sentences)
            if every := [sentence for own in sentences for sentence in own]:
                rows.append(np.rint(encode(every) * 127).astype(np.int8))
        return cls(np.cumsum(counts), np.concatenate(rows))

    def best(self, query: Vectors, texts: Sequence[int]) -> NDArray[np.float32]:
        """float32 `[n]`: the cosine of the query and the nearest sentence of each of these texts, 0 where it has none."""
        found = np.zeros(len(texts), dtype=np.float32)
        counts = self.starts[np.asarray(texts, dtype=np.int64) + 1] - self.starts[np.asarray(texts, dtype=np.int64)]
        if not counts.sum():
            return found
        chosen = np.concatenate([np.arange(self.starts[t], self.starts[t + 1]) for t in texts])
        cosines = (self.rows[chosen].astype(np.float32) @ query) / 127
        filled = np.flatnonzero(counts)
        found[filled] = np.maximum.reduceat(cosines, np.cumsum([0, *counts[filled][:-1]]))
        return found

    def save(self, folder: Path) -> None:
        np.save(folder / "sentence_starts.npy", self.starts)
        np.save(folder / "sentences.npy", self.rows)

    @classmethod
    def load(cls, folder: Path) -> SentenceVectors:
        """Maps the vectors into memory. Raises `IndexUnusableError` where a file is missing or damaged."""
        try:
            rows = np.load(folder / "sentences.npy", mmap_mode="r")
            return cls(np.load(folder / "sentence_starts.npy"), rows)
        except (OSError, ValueError) as exc:
            raise IndexUnusableError(f"句向量 {folder} 读不出来，可能已损坏；请重新运行 policyqa build。") from exc
