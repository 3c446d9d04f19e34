"""Vectors in FAISS: exact inner product, which is the cosine because every row has length one or zero."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexUnusableError

Vectors = NDArray[np.float32]

_TIE_DECIMALS = 6
"""FAISS sums rows in blocks of four and the rest one by one, so equal rows may differ in the last bit."""


class DenseIndex:
    """An exact index (`IndexFlatIP`): 55,000 vectors take a few milliseconds, so nothing is approximated."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Takes float32 `[n, dimension]` with rows of length one, or zero for a text without any known feature."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: Vectors, k: int, rows: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """The best `k` (row, cosine), only among `rows` where given; equal cosines come in the order of their rows.

        A query without direction (all zeros) finds nothing.
        """
        available = len(self) if rows is None else len(rows)
        wanted = min(k, available)
        if wanted <= 0 or not query.any():
            return []
        asked = wanted
        while True:
            # One more than wanted shows whether a tie crosses the edge; then the whole tie is fetched and ordered.
            asked = min(asked + 1, available)
            found = self._ask_faiss(query, asked, rows)
            if asked == available or found[-1][1] < found[wanted - 1][1]:
                break
            asked *= 2
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:wanted]

    def scores(self, query: Vectors, rows: Sequence[int]) -> list[float]:
        """The cosines of the query and these rows."""
        if not rows:
            return []
        _keep_to_one_thread()
        vectors = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return [round(float(score), _TIE_DECIMALS) for score in vectors @ query]

    def save(self, path: Path) -> None:
        """Writes one file with Python's own I/O: FAISS itself cannot open Chinese paths on Windows."""
        import faiss

        path.write_bytes(faiss.serialize_index(self._index).tobytes())

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Raises `IndexUnusableError` where the file is not a whole FAISS index."""
        import faiss

        try:
            return cls(faiss.deserialize_index(np.frombuffer(path.read_bytes(), dtype=np.uint8)))
        except (OSError, ValueError, RuntimeError) as exc:
            raise IndexUnusableError(f"向量索引 {path} 读不出来，可能已损坏；请重新运行 policyqa build。") from exc

    def _ask_faiss(self, query: Vectors, k: int, rows: Sequence[int] | None) -> list[tuple[int, float]]:
        import faiss

        _keep_to_one_thread()
        parameters = None
        if rows is not None:
            selector = faiss.IDSelectorBatch(np.asarray(rows, dtype=np.int64))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # its stub lacks `sel`
        scores, found = self._index.search(np.ascontiguousarray(query[None, :]), k, params=parameters)
        return [
            (int(row), round(float(score), _TIE_DECIMALS))
            for row, score in zip(found[0], scores[0], strict=True)
            if row >= 0
        ]


def _keep_to_one_thread() -> None:
    """Makes FAISS answer on the caller's thread (OpenMP keeps this setting for each thread).

    Waking its other threads for one question took 24 ms on a busy machine of two cores, the search itself 3 ms; and
    several questions come at once anyway.
    """
    import faiss

    faiss.omp_set_num_threads(1)
