"""One search over texts by id: vectors, keywords, or everything that speaks for a text; one signature for the methods."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Literal

import numpy as np

from index.asked_index import AskedIndex, Familiarity
from index.dense import DenseIndex, Vectors
from index.embedding import Encoder
from index.errors import IndexUnusableError
from index.lay_words import weighted_expansion
from index.ranking import Features, load_weights, stretch
from index.sentence_vectors import SentenceVectors
from index.sparse import Scores, SparseBuilder, SparseIndex, best_rows
from index.tokens import sounds, terms

Method = Literal["hybrid", "dense", "bm25"]
Progress = Callable[[int, int], None]

FUSION_DEPTH = 100
"""How many of each method's best are compared feature by feature; a library of up to `COMPARE_ALL` texts is, as a whole."""
COMPARE_ALL = 400

RECOGNISED_FROM = 100
"""Questions of one text from which on they are a class of their own; fewer are searched as part of the text.

With 20, 40, 80 questions an article the first article is right in .849, .859, .885 of the development questions as part
of the text and in .823, .828, .879 as a class.
"""

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
    """Everything that finds texts. Nothing changes after it is made, so threads may search at once."""

    def __init__(
        self,
        ids: Sequence[str],
        dense: DenseIndex,
        sparse: SparseIndex,
        heard: SparseIndex,
        sentences: SentenceVectors,
        encoder: Encoder,
        asked: AskedIndex | None = None,
    ) -> None:
        self._ids = list(ids)
        self._row_of = {identifier: row for row, identifier in enumerate(self._ids)}
        self._dense = dense
        self._sparse = sparse
        self._sounds = heard
        self._sentences = sentences
        self._encoder = encoder
        self._asked = asked

    @classmethod
    def build(
        cls,
        ids: Sequence[str],
        texts: Sequence[str],
        encoder: Encoder,
        progress: Progress | None = None,
        asked: Sequence[Sequence[str]] | None = None,
    ) -> Retriever:
        """Indexes `texts[i]` under `ids[i]`; `progress(done, total)` is called after each batch.

        `asked[i]` are questions that people ask about text i. Raises `ValueError` where there is nothing to index, or
        ids repeat or do not pair with the texts.
        """
        if not ids or len(ids) != len(texts) or len(set(ids)) != len(ids):
            raise ValueError(f"{len(ids)} ids ({len(set(ids))} different) for {len(texts)} texts: each text needs one")
        many = [tuple(own) if len(own) >= RECOGNISED_FROM else () for own in asked or [()] * len(texts)]
        few = [() if len(own) >= RECOGNISED_FROM else tuple(own) for own in asked or [()] * len(texts)]
        wholes = ["\n".join((text, *own)) for text, own in zip(texts, few, strict=True)]
        vectors: list[Vectors] = []
        keywords, heard = SparseBuilder(), SparseBuilder()
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            vectors.append(encoder.encode(batch))
            for whole in wholes[start : start + _BATCH]:
                keywords.add(terms(whole))
                heard.add(sounds(whole))
            if progress is not None:
                progress(start + len(batch), len(texts))
        return cls(
            ids,
            DenseIndex.build(np.concatenate(vectors)),
            keywords.build(),
            heard.build(),
            SentenceVectors.build(wholes, encoder.encode, encoder.dimension),
            encoder,
            AskedIndex.build(texts, many) if any(many) else None,
        )

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def has_classes(self) -> bool:
        """Whether some texts have questions enough to be recognised by them."""
        return self._asked is not None

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._ids)

    def search(
        self, query: str, k: int, method: Method = "hybrid", allowed: Collection[str] | None = None
    ) -> list[Found]:
        """The best `k` texts, only among the ids in `allowed` where given; equal scores come in a fixed order.

        `bm25` finds only texts that share a term with the question; without any known feature nothing is found.
        """
        rows = None if allowed is None else sorted(self._row_of[i] for i in set(allowed) if i in self._row_of)
        if k <= 0 or rows == []:
            return []
        if method == "dense":
            return [Found(self._ids[row], s, dense=s) for row, s in self._dense.search(self.vector(query), k, rows)]
        if method == "bm25":
            return [
                Found(self._ids[row], s, sparse=s) for row, s in best_rows(self._sparse.scores(terms(query)), k, rows)
            ]
        return self._hybrid(query, k, rows)

    def are_known(self, allowed: Collection[str] | None = None) -> bool:
        """Whether all texts, or all of `allowed`, have questions enough to be recognised by them."""
        if self._asked is None:
            return False
        return self._asked.are_known([self._row_of[i] for i in (self._ids if allowed is None else allowed)])

    def familiarity(self, query: str, all_known: bool) -> Familiarity:
        """How the question compares with those known; nothing is familiar where no text has many questions."""
        return self._asked.familiarity(query, all_known) if self._asked else Familiarity()

    def save(self, folder: Path) -> None:
        """Writes the index into `folder`; making that atomic is the store's work."""
        folder.mkdir(parents=True, exist_ok=True)
        self._dense.save(folder / "vectors.faiss")
        self._sparse.save(folder / "bm25")
        self._sounds.save(folder / "sounds")
        self._sentences.save(folder)
        if self._asked:
            self._asked.save(folder)
        header = {"encoder": self._encoder.name, "ids": self._ids, "asked": self._asked is not None}
        (folder / "retriever.json").write_text(json.dumps(header, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> Retriever:
        """Raises `IndexUnusableError` where files are missing or damaged, or another model made the index."""
        try:
            header = json.loads((folder / "retriever.json").read_text(encoding="utf-8"))
            ids, made_by, has_asked = header["ids"], header["encoder"], header["asked"]
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise IndexUnusableError(f"索引 {folder} 不完整或已损坏；请重新运行 policyqa build。") from exc
        if made_by != encoder.name:
            raise IndexUnusableError(
                f"索引 {folder} 是用向量模型“{made_by}”建的，现在的模型是“{encoder.name}”；请重新运行 policyqa build。"
            )
        dense, sparse = DenseIndex.load(folder / "vectors.faiss"), SparseIndex.load(folder / "bm25")
        heard, sentences = SparseIndex.load(folder / "sounds"), SentenceVectors.load(folder)
        sizes = {len(ids), len(dense), len(sparse), len(heard), len(sentences.starts) - 1}
        if len(sizes) > 1 or dense.dimension != encoder.dimension:
            raise IndexUnusableError(f"索引 {folder} 的各个文件对不上；请重新运行 policyqa build。")
        return cls(ids, dense, sparse, heard, sentences, encoder, AskedIndex.load(folder) if has_asked else None)

    def vector(self, query: str) -> Vectors:
        """float32 `[dimension]`: the question's own."""
        vector: Vectors = self._encoder.encode_query([query])[0]
        return vector

    def _hybrid(self, query: str, k: int, rows: list[int] | None) -> list[Found]:
        candidates, features, share = self.compare(query, max(k, FUSION_DEPTH), rows)
        if not candidates:
            return []
        weights = load_weights()
        scores = (1 - share) * (features["plain"] @ weights.plain) / weights.plain.sum()
        if share:
            scores = scores + share * (features["asked"] @ weights.asked) / weights.asked.sum()
        found = [
            Found(self._ids[row], float(score), None if isnan(dense) else dense, sparse)
            for row, score, dense, sparse in zip(
                candidates, scores, features["cosines"].tolist(), features["bm25"].tolist(), strict=True
            )
            if score > 0
        ]
        return sorted(found, key=lambda f: (-f.score, f.id))[:k]

    def compare(
        self, query: str, depth: int, rows: list[int] | None = None
    ) -> tuple[list[int], dict[str, Features], float]:
        """The candidate rows, their features (`plain` `[n, 5]`, `asked` `[n, 8]`, `cosines`, `bm25`), and the weight
        of `asked` against `plain`."""
        vector, query_terms = self.vector(query), terms(query)
        words = self._sparse.scores(query_terms)
        lay = self._sparse.weighted_scores(_lay_terms(query))
        asked = [self._asked.words.scores(query_terms)] if self._asked else []
        candidates = self._candidates(vector, [words, words + lay, *asked], depth, rows)
        if not candidates:
            return [], {}, 0.0
        heard = sounds(query)
        cosines = np.array(self._dense.scores(vector, candidates), dtype=np.float32)
        nearest = self._sentences.best(vector, candidates)
        plain = [
            stretch(words[candidates]),
            stretch(lay[candidates]),
            stretch(self._sounds.scores(heard)[candidates]),
            stretch(cosines),
            stretch(nearest),
        ]
        features: dict[str, Features] = {
            "plain": np.stack(plain, axis=1),
            "cosines": cosines,
            "bm25": words[candidates],
        }
        if not vector.any():
            features["cosines"] = np.full(len(candidates), np.nan, dtype=np.float32)  # each would be a meaningless zero
        if not self._asked:
            return candidates, features, 0.0
        recognised, share = self._asked.recognise(query, candidates)
        own = [
            stretch(asked[0][candidates]),
            stretch(self._asked.sounds.scores(heard)[candidates]),
            recognised,
        ]
        features["asked"] = np.stack([*own, *plain], axis=1)
        return candidates, features, share if query_terms else 0.0

    def _candidates(self, vector: Vectors, keywords: Iterable[Scores], depth: int, rows: list[int] | None) -> list[int]:
        if (rows is not None and len(rows) <= COMPARE_ALL) or len(self) <= COMPARE_ALL:
            return rows if rows is not None else list(range(len(self)))
        found = {row for row, _ in self._dense.search(vector, depth, rows)}
        for scores in keywords:
            found |= {row for row, _ in best_rows(scores, depth, rows)}
        return sorted(found)


def _lay_terms(query: str) -> Mapping[str, float]:
    """The BM25 terms of the policy words that the question's lay words may stand for, each word's weight shared out."""
    weights: dict[str, float] = {}
    for word, weight in weighted_expansion(query).items():
        own = terms(word)
        for term in own:
            weights[term] = weights.get(term, 0.0) + weight / len(own)
    return weights
