"""Question -> ranked articles: those that it names first, then hybrid search, the best chunk of each article counting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from math import isfinite
from pathlib import Path

from index.asked_index import Familiarity
from index.build import RETRIEVER_FOLDER, read_library
from index.chunks import make_chunks
from index.cross_encoder import Reranker
from index.embedding import Encoder, Vectors, load_encoder
from index.known_questions import KnownQuestions, Recalled
from index.library import Library
from index.records import NEWS, Article, Chunk, Document, Hit
from index.references import find_references
from index.retriever import Found, Method, Retriever
from index.store import Manifest, open_build

_CHUNKS_PER_ARTICLE = 3  # how many chunks are fetched for each article wanted: long articles have several


class Searcher:
    """An opened index. Nothing changes after it is made, so threads may search at once."""

    def __init__(
        self,
        library: Library,
        retriever: Retriever,
        manifest: Manifest | None = None,
        reranker: Reranker | None = None,
        questions: KnownQuestions | None = None,
    ) -> None:
        self.library = library
        self._questions = questions
        self.manifest = manifest
        self._retriever = retriever
        self._reranker = reranker
        self._documents = {d.id: d for d in library.documents}
        self._articles = {a.id: a for d in library.documents for a in d.articles}
        self._chunks = {c.id: c for d in library.documents for c in make_chunks(d)}
        public = [c.id for c in self._chunks.values() if self._documents[c.document_id].kind != NEWS]
        self._default = public if len(public) < len(self._chunks) else None
        self._all_known = retriever.are_known(self._default)

    @classmethod
    def open(cls, folder: Path, encoder: Encoder | None = None, reranker: Reranker | None = None) -> Searcher:
        """Opens the current index of `folder`. Raises `IndexUnusableError` or `EmbeddingError`, one line each."""
        build, manifest = open_build(folder)
        encoder = encoder or load_encoder(manifest.embedding)
        questions = KnownQuestions.load(build / RETRIEVER_FOLDER, encoder.dimension)
        retriever = Retriever.load(build / RETRIEVER_FOLDER, encoder)
        return cls(read_library(build), retriever, manifest, reranker, questions)

    def search(
        self,
        query: str,
        k: int = 10,
        method: Method = "hybrid",
        documents: Collection[str] | None = None,
        include_news: bool = False,
    ) -> list[Hit]:
        """The best `k` articles. `documents` are ids to search in; news only where asked for.

        `hybrid` asks the reranker where there is one; the articles that the question names stay first.
        """
        named = self._look_up(query, documents)
        allowed = self._allowed(documents, include_news)
        reranker = self._reranker if method == "hybrid" and k > 0 else None
        wanted = max(k, reranker.pairs) if reranker else k
        known = {(hit.document_id, hit.article) for hit in named}
        hits, texts = [], []
        for found in self._retriever.search(query, wanted * _CHUNKS_PER_ARTICLE, method, allowed):
            hit = self._hit(found)
            if (hit.document_id, hit.article) not in known:
                known.add((hit.document_id, hit.article))
                hits.append(hit)
                texts.append(self._chunks[found.id].searchable)
        if reranker and hits:
            hits = reranked(hits, reranker.scores(query, texts))
        return (named + hits)[:k]

    def familiarity(self, query: str) -> Familiarity:
        """How the question compares with the questions that people ask about the documents, news left out."""
        if self._questions is None or not len(self._questions.left_open):
            return Familiarity()  # only where open questions are known, too, can a question be told from them
        found = self._retriever.familiarity(query, self._all_known)
        answered, left_open, odds = self._questions.nearness(self._retriever.vector(query))
        return replace(found, near_answered=answered, near_open=left_open, near_odds=odds)

    def vector(self, query: str) -> Vectors:
        """float32 `[dimension]`: the question's unit vector, zeros where no feature of it is known."""
        return self._retriever.vector(query)

    def recall(self, query: str, articles: Iterable[str]) -> dict[str, Recalled]:
        """What the known questions nearest to this one say about those of the articles (ids) that have any."""
        return self._questions.recall(query, self._retriever.vector(query), articles) if self._questions else {}

    def _look_up(self, query: str, documents: Collection[str] | None) -> list[Hit]:
        searched = [d for d in self.library.documents if documents is None or d.id in documents]
        hits = []
        for document_id, number in find_references(query, searched):
            document, article = self._documents[document_id], self._articles[f"{document_id}/{number}"]
            hits.append(Hit(document.id, document.title, number, article.label, 1.0, article.text, looked_up=True))
        return hits

    def _allowed(self, documents: Collection[str] | None, include_news: bool) -> list[str] | None:
        if documents is None:
            return None if include_news else self._default
        return [c.id for c in self._chunks.values() if c.document_id in documents]

    def _hit(self, found: Found) -> Hit:
        chunk: Chunk = self._chunks[found.id]
        document: Document = self._documents[chunk.document_id]
        article: Article = self._articles[f"{chunk.document_id}/{chunk.article}"]
        return Hit(
            document.id,
            document.title,
            chunk.article,
            article.label,
            found.score,
            chunk.text,
            found.dense,
            found.sparse,
        )


def reranked(hits: Sequence[Hit], scores: Sequence[float]) -> list[Hit]:
    """`hits`, best first, in the order of `scores`; those without a (finite) score follow in their old order.

    Each place keeps the score it had, so scores still fall and mean what they mean without a reranker.
    """
    given = {place: score for place, score in enumerate(scores) if isfinite(score)}
    order = sorted(given, key=lambda place: -given[place]) + [place for place in range(len(hits)) if place not in given]
    return [replace(hits[old], score=hits[new].score) for new, old in enumerate(order)]
