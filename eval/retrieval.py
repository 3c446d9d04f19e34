"""Scores `index.retriever` on any corpus with gold articles (`python -m eval retrieval`).

The figures come from ir-measures, which is named here only: R@k is the share of a query's gold articles in the first k,
MRR@10 is its RR@10, nDCG@10 is Järvelin and Kekäläinen's with binary gain. A query that finds nothing scores zero.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from eval.errors import DatasetError, MissingLibraryError
from eval.metrics import estimate
from eval.records import CorpusArticle, Estimate, Query
from index.embedding import Encoder, load_encoder
from index.retriever import Method, Retriever

Run = Mapping[str, Sequence[str]]
"""Query id -> ids of the found articles, best first."""

METHODS: tuple[Method, ...] = get_args(Method)
METRICS = ("R@5", "R@10", "R@100", "MRR@10", "nDCG@10")
RANKING_DEPTH = 100


class NoVectors:
    """Stands in for an embedding where only keywords are measured: time and size are then those of BM25 alone."""

    name = "none"
    dimension = 1

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """float32 `[n, 1]` of zeros."""
        return np.zeros((len(texts), 1), dtype=np.float32)

    def encode_query(self, texts: list[str]) -> NDArray[np.float32]:
        return self.encode(texts)


@dataclass(frozen=True, slots=True)
class RetrievalResult:
    """Scores, and what they cost: seconds to index, milliseconds of each query, bytes of the saved index."""

    run: Run
    index_seconds: float
    milliseconds: tuple[float, ...]
    index_bytes: int
    encoder: str


def measure(
    corpus: Sequence[CorpusArticle],
    queries: Sequence[Query],
    method: Method,
    encoder: Encoder,
    progress: Callable[[int, int], None] | None = None,
    asked: Sequence[Query] = (),
) -> RetrievalResult:
    """Indexes the corpus, asks every query once, and weighs the index on disk.

    `asked` are other queries whose answers are known: they are indexed with the articles that answer them.
    """
    started = time.perf_counter()
    known: dict[str, list[str]] = {}
    for query in asked:
        for article in query.gold:
            known.setdefault(article, []).append(query.question)
    retriever = Retriever.build(
        [article.id for article in corpus],
        [article.searchable for article in corpus],
        encoder,
        progress,
        [known.get(article.id, ()) for article in corpus],
    )
    index_seconds = time.perf_counter() - started
    run: dict[str, list[str]] = {}
    milliseconds = []
    for query in queries:
        started = time.perf_counter()
        found = retriever.search(query.question, RANKING_DEPTH, method)
        milliseconds.append((time.perf_counter() - started) * 1000)
        run[query.id] = [one.id for one in found]
    with tempfile.TemporaryDirectory() as folder:
        retriever.save(Path(folder))
        index_bytes = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    return RetrievalResult(run, index_seconds, tuple(milliseconds), index_bytes, encoder.name)


def choose_encoder(method: Method, embedding: str | None) -> Encoder:
    """The encoder that the method needs. Raises `EmbeddingError` (index.errors) where it cannot be loaded."""
    return NoVectors() if method == "bm25" else load_encoder(embedding)


def check_installation() -> None:
    """Raises `MissingLibraryError` where ir-measures is absent, before minutes go into an index that cannot be scored."""
    if find_spec("ir_measures") is None:
        raise MissingLibraryError("评测检索需要 ir-measures，现在没有安装；请运行 .venv/bin/pip install -e '.[test]'。")


def score(queries: Sequence[Query], run: Run) -> dict[str, Estimate]:
    """Every metric of `METRICS` with its interval over the queries."""
    values = score_queries(queries, run)
    return {name: estimate(values[name]) for name in METRICS}


def score_queries(queries: Sequence[Query], run: Run) -> dict[str, list[float]]:
    """Metric -> one value for each query, in the order of `queries`."""
    import ir_measures

    # The libraries under ir-measures order ties by document id; a falling score keeps the order that was returned.
    scored = [
        ir_measures.ScoredDoc(query.id, article, -float(rank))
        for query in queries
        for rank, article in enumerate(dict.fromkeys(run.get(query.id, ())))
    ]
    qrels = [ir_measures.Qrel(query.id, article, 1) for query in queries for article in query.gold]
    measures = {ir_measures.parse_measure(name.replace("MRR", "RR")): name for name in METRICS}
    values: dict[str, dict[str, float]] = {name: {} for name in METRICS}
    for metric in ir_measures.iter_calc(list(measures), qrels, scored):
        values[measures[metric.measure]][metric.query_id] = float(metric.value)
    return {name: [values[name].get(query.id, 0.0) for query in queries] for name in METRICS}


def unknown_gold(corpus: Sequence[CorpusArticle], queries: Sequence[Query]) -> list[str]:
    """Gold ids that the corpus lacks: no search can find them, so they lower every recall."""
    known = {article.id for article in corpus}
    return sorted({article for query in queries for article in query.gold} - known)


def check_gold(corpus: Sequence[CorpusArticle], queries: Sequence[Query], corpus_path: Path) -> list[str]:
    """The unknown gold ids; raises `DatasetError` where none is known, which means that the two files do not fit."""
    missing = unknown_gold(corpus, queries)
    gold = {article for query in queries for article in query.gold}
    if len(missing) == len(gold):
        raise DatasetError(f"{corpus_path}：不含任何一个 gold 编号（如 {missing[0]}），请检查语料和问题是否配套。")
    return missing
