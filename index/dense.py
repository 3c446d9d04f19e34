"""Vectors in FAISS: inner product, which is the cosine because every row has length one or zero.

Up to `EXACT_UP_TO` rows every row is compared; a larger index has a graph (HNSW) beside its rows, which finds nearly all
of the best in a fraction of the time. Malkov, Yashunin: Efficient and robust approximate nearest neighbor search using
Hierarchical Navigable Small World graphs, IEEE TPAMI 2020.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexUnusableError

Vectors = NDArray[np.float32]

EXACT_UP_TO = 200_000
"""Rows of 256 numbers: comparing every one takes 7 ms; docs/evaluation.md, "Vector index by size"."""

GRAPH_LINKS = 32
GRAPH_BUILD_DEPTH = 100
GRAPH_SEARCH_DEPTH = 512
"""Links of each row (M), and how many near rows are kept in sight while linking and while searching (efConstruction,
efSearch)."""

_TIE_DECIMALS = 6
"""FAISS sums rows in blocks of four and the rest one by one, so equal rows may differ in the last bit."""


class DenseIndex:
    """All rows (`IndexFlatIP`), from `EXACT_UP_TO` rows on with a graph over them (`IndexHNSWFlat`)."""

    def __init__(self, index: Any) -> None:
        import faiss

        self._index = index
        self._has_graph = isinstance(index, faiss.IndexHNSW)
        self._rows = faiss.downcast_index(index.storage) if self._has_graph else index

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Takes float32 `[n, dimension]` with rows of length one, or zero for a text without any known feature.

        A graph is made on all processors and so differs a little each time.
        """
        import faiss

        index: Any = faiss.IndexFlatIP(vectors.shape[1])
        if len(vectors) > EXACT_UP_TO:
            index = faiss.IndexHNSWFlat(vectors.shape[1], GRAPH_LINKS, faiss.METRIC_INNER_PRODUCT)
            index.hnsw.efConstruction = GRAPH_BUILD_DEPTH
            faiss.omp_set_num_threads(os.cpu_count() or 1)
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: Vectors, k: int, rows: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """The best `k` (row, cosine), only among `rows` where given; equal cosines come in the order of their rows.

        Without `rows` a large index may miss a few of them, and which of equal cosines at the end. A query without
        direction (all zeros) finds nothing.
        """
        available = len(self) if rows is None else len(rows)
        wanted = min(k, available)
        if wanted <= 0 or not query.any():
            return []
        if self._has_graph and rows is None and wanted <= GRAPH_SEARCH_DEPTH:
            found = self._ask_graph(query, wanted)
            if len(found) == wanted:
                return found
        asked = wanted
        while True:
            # One more than wanted shows whether a tie crosses the edge; then the whole tie is fetched and ordered.
            asked = min(asked + 1, available)
            found = self._ask_rows(query, asked, rows)
            if asked == available or found[-1][1] < found[wanted - 1][1]:
                break
            asked *= 2
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:wanted]

    def scores(self, query: Vectors, rows: Sequence[int]) -> list[float]:
        """The cosines of the query and these rows."""
        if not rows:
            return []
        _keep_to_one_thread()
        vectors = self._rows.reconstruct_batch(np.asarray(rows, dtype=np.int64))
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

    def _ask_graph(self, query: Vectors, k: int) -> list[tuple[int, float]]:
        """The best `k` that the graph reaches, ordered; fewer where a part of it cannot be reached."""
        import faiss

        parameters = faiss.SearchParametersHNSW(efSearch=GRAPH_SEARCH_DEPTH)  # type: ignore[attr-defined]
        found = _pairs(self._index, query, min(GRAPH_SEARCH_DEPTH, len(self)), parameters)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]

    def _ask_rows(self, query: Vectors, k: int, rows: Sequence[int] | None) -> list[tuple[int, float]]:
        import faiss

        parameters = None
        if rows is not None:
            selector = faiss.IDSelectorBatch(np.asarray(rows, dtype=np.int64))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # its stub lacks `sel`
        return _pairs(self._rows, query, k, parameters)


def _pairs(index: Any, query: Vectors, k: int, parameters: Any) -> list[tuple[int, float]]:
    """What FAISS finds, as (row, cosine); the rows that it fills up with are left out."""
    _keep_to_one_thread()
    scores, found = index.search(np.ascontiguousarray(query[None, :]), k, params=parameters)
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
