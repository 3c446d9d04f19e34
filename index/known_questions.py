"""Questions of which it is known that the texts answer them, or leave them open, and how near a new one is to each kind."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.dense import Vectors
from index.embedding import Encoder
from index.errors import IndexUnusableError

FILE = "known_questions.npz"
ANSWERED, LEFT_OPEN = 5, 3
"""How many of the nearest questions of each kind count; their mean cosine is taken."""


@dataclass(frozen=True, slots=True)
class KnownQuestions:
    """Unit vectors, float32 `[n, dimension]`, of questions that are answered and of such as are left open."""

    answered: Vectors
    left_open: Vectors

    @classmethod
    def build(cls, answered: Sequence[str], left_open: Sequence[str], encoder: Encoder) -> KnownQuestions:
        return cls(encoder.encode_query(list(answered)), encoder.encode_query(list(left_open)))

    def nearness(self, query: Vectors) -> tuple[float, float]:
        """Mean cosine of the query's vector and its nearest answered questions, and its nearest open ones; 0 for none."""
        return _nearest(self.answered, query, ANSWERED), _nearest(self.left_open, query, LEFT_OPEN)

    def save(self, folder: Path) -> None:
        half = {name: getattr(self, name).astype(np.float16) for name in ("answered", "left_open")}
        np.savez(folder / FILE, **half)

    @classmethod
    def load(cls, folder: Path, dimension: int) -> KnownQuestions:
        """Raises `IndexUnusableError` where the file is missing, damaged, or of vectors of another size."""
        try:
            with np.load(folder / FILE, allow_pickle=False) as saved:
                known = cls(*(np.asarray(saved[name], dtype=np.float32) for name in ("answered", "left_open")))
            if {known.answered.shape[1], known.left_open.shape[1]} != {dimension}:
                raise ValueError("vectors of another size")
            return known
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as exc:
            raise IndexUnusableError(f"{folder / FILE}：读不出来，索引已损坏；请重新运行 policyqa build。") from exc


def _nearest(vectors: Vectors, query: Vectors, count: int) -> float:
    if not len(vectors):
        return 0.0
    cosines = vectors @ query
    best = np.partition(cosines, -count)[-count:] if len(cosines) > count else cosines
    return float(best.mean())
