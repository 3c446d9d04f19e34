"""One search over texts by id: vectors, keywords, or both; one signature for the three methods."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from index.dense import DenseIndex, Vectors
from index.embedding import Encoder
from index.errors import IndexUnusableError
from index.fuse import fuse_scores
from index.sparse import Scores, SparseBuilder, SparseIndex, best_rows
from index.tokens import terms

Method = Literal["hybrid", "dense", "bm25"]
Progress = Callable[[int, int], None]

DENSE_WEIGHT = 0.6
"""Held-out R@10 / MRR@10, statutes and consultations: .545/.477 and .519/.356; vectors alone .548/.448 and .461/.306,
keywords alone .462/.382 and .448/.325, reciprocal rank fusion .520/.438 and .504/.336 (`index/models/default`)."""

FUSION_DEPTH = 100
"""How many of each method's best enter the fusion; both scores are then known for every one of them."""

_BATCH = 512


@dataclass(frozen=True, slots=True)
class Found:
    """One found text. `score` is comparable within one search only; `dense` is the cosine, `sparse` the BM25 score.

    `hybrid` fills in both (`dense` is None only where the question has no vector), the other methods their own.
    """

    id: str
    score: float
    dense: float | None = None
    sparse: float | None = None


class Retriever:
    """Vectors and keywords of the same texts. Nothing changes after it is made, so threads may search at once."""

    def __init__(self, ids: Sequence[str], dense: DenseIndex, sparse: SparseIndex, encoder: Encoder) -> None:
        self._ids = list(ids)
        self._row_of = {identifier: row for row, identifier in enumerate(self._ids)}
        self._dense = dense
        self._sparse = sparse
        self._encoder = encoder

    @classmethod
    def build(
        cls, ids: Sequence[str], texts: Sequence[str], encoder: Encoder, progress: Progress | None = None
    ) -> Retriever:
        """Indexes `texts[i]` under `ids[i]`; `progress(done, total)` is called after each batch.

        Raises `ValueError` where there is nothing to index, or ids repeat or do not pair with the texts.
        """
        if not ids or len(ids) != len(texts) or len(set(ids)) != len(ids):
            raise ValueError(f"{len(ids)} ids ({len(set(ids))} different) for {len(texts)} texts: each text needs one")
        vectors: list[Vectors] = []
        keywords = SparseBuilder()
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            vectors.append(encoder.encode(batch))
            for text in batch:
                keywords.add(terms(text))
            if progress is not None:
                progress(start + len(batch), len(texts))
        return cls(ids, DenseIndex.build(np.concatenate(vectors)), keywords.build(), encoder)

    def __len__(self) -> int:
        return len(self._ids)

    def search(
        self, query: str, k: int, method: Method = "hybrid", allowed: Collection[str] | None = None
    ) -> list[Found]:
        """The best `k` texts, only among the ids in `allowed` where given; equal scores come in a fixed order.

        Keywords find only texts that share a term with the question; without any known feature nothing is found.
        """
        rows = None if allowed is None else sorted(self._row_of[i] for i in set(allowed) if i in self._row_of)
        if k <= 0 or rows == []:
            return []
        if method == "dense":
            return [Found(self._ids[row], s, dense=s) for row, s in self._dense.search(self._vector(query), k, rows)]
        scores = self._sparse.scores(terms(query))
        if method == "bm25":
            return [Found(self._ids[row], s, sparse=s) for row, s in best_rows(scores, k, rows)]
        return self._hybrid(self._vector(query), scores, k, rows)

    def save(self, folder: Path) -> None:
        """Writes the index into `folder`; making that atomic is the store's work."""
        folder.mkdir(parents=True, exist_ok=True)
        self._dense.save(folder / "vectors.faiss")
        self._sparse.save(folder / "bm25")
        header = {"encoder": self._encoder.name, "ids": self._ids}
        (folder / "retriever.json").write_text(json.dumps(header, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> Retriever:
        """Raises `IndexUnusableError` where files are missing or damaged, or another model made the index."""
        try:
            header = json.loads((folder / "retriever.json").read_text(encoding="utf-8"))
            ids, made_by = header["ids"], header["encoder"]
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise IndexUnusableError(f"索引 {folder} 不完整或已损坏；请重新运行 policyqa build。") from exc
        if made_by != encoder.name:
            raise IndexUnusableError(
                f"索引 {folder} 是用向量模型“{made_by}”建的，现在的模型是“{encoder.name}”；请重新运行 policyqa build。"
            )
        dense, sparse = DenseIndex.load(folder / "vectors.faiss"), SparseIndex.load(folder / "bm25")
        if not len(ids) == len(dense) == len(sparse) or dense.dimension != encoder.dimension:
            raise IndexUnusableError(f"索引 {folder} 的各个文件对不上；请重新运行 policyqa build。")
        return cls(ids, dense, sparse, encoder)

    def _vector(self, query: str) -> Vectors:
        vector: Vectors = self._encoder.encode([query])[0]
        return vector

    def _hybrid(self, vector: Vectors, scores: Scores, k: int, rows: list[int] | None) -> list[Found]:
        depth = max(k, FUSION_DEPTH)
        near = self._dense.search(vector, depth, rows)
        candidates = sorted({row for row, _ in near} | {row for row, _ in best_rows(scores, depth, rows)})
        sparse = {self._ids[row]: float(scores[row]) for row in candidates}
        # Without a direction every cosine would be a meaningless zero.
        cosines = self._dense.scores(vector, candidates) if vector.any() else []
        dense = {self._ids[row]: cosine for row, cosine in zip(candidates, cosines, strict=False)}
        fused = fuse_scores([dense, sparse], weights=[DENSE_WEIGHT, 1 - DENSE_WEIGHT], floors=[0.0, 0.0])
        return [Found(i, score, dense.get(i), sparse[i]) for i, score in fused[:k]]
