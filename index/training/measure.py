"""Held-out figures: recall and reciprocal rank of the first ten, for each method and each way of fusing."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from index.embedding import Encoder
from index.fuse import fuse_ranks
from index.retriever import FUSION_DEPTH, Method, Retriever
from index.training.data import Data, Question

DEPTH = 10
METHODS: tuple[Method, ...] = ("bm25", "dense", "hybrid")


@dataclass(frozen=True, slots=True)
class Figures:
    """`recall` and `reciprocal_rank` are means over `questions`, of the first ten; `milliseconds` is a search."""

    method: str
    source: str
    questions: int
    recall: float
    reciprocal_rank: float
    milliseconds: float


def measure(data: Data, encoder: Encoder) -> list[Figures]:
    """Indexes the whole statute corpus and asks every held-out question with each method, and with rank fusion."""
    retriever = Retriever.build(list(data.corpus), list(data.corpus.values()), encoder)
    retriever.search("预热", DEPTH)

    def by_rank(question: str) -> list[str]:
        return [identifier for identifier, _ in fuse_ranks([_ids(retriever, m, question) for m in METHODS[:2]])]

    figures = []
    for source in ("stard", "lawbench"):
        questions = [question for question in data.held_out if question.id.startswith(source)]
        for method in METHODS:
            figures.append(_ask_all(method, source, questions, partial(_ids, retriever, method)))
        figures.append(_ask_all("reciprocal rank fusion", source, questions, by_rank))
    return figures


def recall_at(found: Sequence[str], gold: Iterable[str], k: int = DEPTH) -> float:
    """The share of the gold ids among the first `k`.

    >>> recall_at(["a", "b", "c"], ["b", "z"])
    0.5
    """
    wanted = set(gold)
    return len(wanted & set(found[:k])) / len(wanted)


def reciprocal_rank_at(found: Sequence[str], gold: Iterable[str], k: int = DEPTH) -> float:
    """One over the rank of the first gold id among the first `k`, else zero.

    >>> reciprocal_rank_at(["a", "b", "c"], ["b", "c"])
    0.5
    """
    wanted = set(gold)
    return next((1 / rank for rank, identifier in enumerate(found[:k], start=1) if identifier in wanted), 0.0)


def _ids(retriever: Retriever, method: Method, question: str) -> list[str]:
    return [found.id for found in retriever.search(question, FUSION_DEPTH, method)]


def _ask_all(method: str, source: str, questions: Sequence[Question], search: Callable[[str], list[str]]) -> Figures:
    total: dict[str, float] = defaultdict(float)
    began = time.perf_counter()
    for question in questions:
        found = search(question.text)
        total["recall"] += recall_at(found, question.gold)
        total["rank"] += reciprocal_rank_at(found, question.gold)
    count = max(len(questions), 1)
    milliseconds = (time.perf_counter() - began) / count * 1000
    return Figures(method, source, len(questions), total["recall"] / count, total["rank"] / count, milliseconds)
