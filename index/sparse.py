"""Keywords in BM25: words and character pairs, scored in advance by bm25s and memory-mapped.

The variant is Lucene's: `idf(t) · tf / (tf + k1 · (1 - b + b · length / mean length))` with
`idf(t) = ln(1 + (N - n(t) + 0.5) / (n(t) + 0.5))`; Kamphuis, de Vries, Boytsov, Lin: Which BM25 Do You Mean?,
ECIR 2020.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexUnusableError

Scores = NDArray[np.float32]

SATURATION_K1 = 1.2
LENGTH_B = 0.75

_NO_TERM = ""


class SparseIndex:
    """BM25 scores of every (term, text) pair, read from disk as needed. Made by `SparseBuilder`."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def __len__(self) -> int:
        return int(self._model.scores["num_docs"])

    def scores(self, terms: Sequence[str]) -> Scores:
        """float32 `[n]`: the BM25 score of each text; a term asked twice counts twice, unknown terms count nothing."""
        known = self._model.get_tokens_ids([term for term in terms if term != _NO_TERM])
        if not known:
            return np.zeros(len(self), dtype=np.float32)
        return np.asarray(self._model.get_scores_from_ids(known), dtype=np.float32)

    def weighted_scores(self, terms: Mapping[str, float]) -> Scores:
        """float32 `[n]`: the sum of weight × BM25 score of each known term."""
        arrays = self._model.scores
        found = np.zeros(len(self), dtype=np.float32)
        for term, weight in terms.items():
            row = self._model.vocab_dict.get(term)
            if row is not None and term != _NO_TERM:
                own = slice(int(arrays["indptr"][row]), int(arrays["indptr"][row + 1]))
                found[arrays["indices"][own]] += weight * arrays["data"][own]
        return found

    def save(self, folder: Path) -> None:
        self._model.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> SparseIndex:
        """Maps the arrays into memory. Raises `IndexUnusableError` where files are missing or cut off."""
        import bm25s

        try:
            return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False))
        except (OSError, EOFError, ValueError, KeyError) as exc:
            raise IndexUnusableError(f"关键词索引 {folder} 读不出来，可能已损坏；请重新运行 policyqa build。") from exc


class SparseBuilder:
    """Collects the terms of one text after the other, as numbers: 55,000 articles fit into some 100 MB."""

    def __init__(self) -> None:
        # Numbered as they first appear, so equal input gives equal files.
        self._vocabulary: dict[str, int] = {}
        self._texts: list[list[int]] = []

    def add(self, terms: Iterable[str]) -> None:
        vocabulary = self._vocabulary
        self._texts.append([vocabulary.setdefault(term, len(vocabulary)) for term in terms])

    def build(self) -> SparseIndex:
        """Raises `ValueError` where no text was added."""
        import bm25s

        if not self._texts:
            raise ValueError("a keyword index needs at least one text")
        texts, vocabulary = self._texts, self._vocabulary
        if not vocabulary:
            # bm25s cannot hold an index without terms, so each text gets one that nobody asks for.
            texts, vocabulary = [[0] for _ in texts], {_NO_TERM: 0}
        model = bm25s.BM25(method="lucene", k1=SATURATION_K1, b=LENGTH_B)
        model.index((texts, vocabulary), create_empty_token=False, show_progress=False)
        return SparseIndex(model)


def best_rows(scores: Scores, k: int, rows: Sequence[int] | None = None) -> list[tuple[int, float]]:
    """The best `k` (row, score) with a score above zero, only among `rows` where given; ties in the order of rows."""
    candidates = np.flatnonzero(scores > 0)
    if rows is not None:
        candidates = np.intersect1d(candidates, np.asarray(rows, dtype=np.int64))
    if len(candidates) > k > 0:
        edge = np.partition(scores[candidates], len(candidates) - k)[len(candidates) - k]
        candidates = candidates[scores[candidates] >= edge]
    order = np.lexsort((candidates, -scores[candidates]))[: max(k, 0)]
    return [(int(candidates[i]), float(scores[candidates[i]])) for i in order]
