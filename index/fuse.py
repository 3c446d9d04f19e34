"""Two ways to make one ranking of several, by id and never by text: two documents may hold the same sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

Ranking = list[tuple[str, float]]


def fuse_ranks(rankings: Sequence[Sequence[str]], constant: int = 60) -> Ranking:
    """Reciprocal rank fusion: an id scores the sum of `1 / (constant + rank)` over the rankings that have it.

    Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms Condorcet …, SIGIR 2009 (whose constant is 60).

    >>> fuse_ranks([["a", "b"], ["b", "c"]])[0][0]
    'b'
    """
    total: dict[str, float] = defaultdict(float)
    for ranking in rankings:
        for rank, identifier in enumerate(ranking, start=1):
            total[identifier] += 1 / (constant + rank)
    return _best_first(total)


def fuse_scores(runs: Sequence[Mapping[str, float]], weights: Sequence[float], floors: Sequence[float]) -> Ranking:
    """Convex combination: each run is stretched from its floor and its best score to 0…1, weighted and added.

    `floors` are the lowest scores the methods can give (cosine 0 for unrelated texts, BM25 0), not the lowest found:
    so one more candidate changes nothing. An id that a run lacks counts as its floor.
    Bruch, Gai, Ingber: An Analysis of Fusion Functions for Hybrid Retrieval, ACM TOIS 2023.

    >>> fuse_scores([{"a": 0.5, "b": 0.25}, {"b": 8.0}], weights=[0.5, 0.5], floors=[0.0, 0.0])
    [('b', 0.75), ('a', 0.5)]
    """
    total: dict[str, float] = defaultdict(float)
    for run, weight, floor in zip(runs, weights, floors, strict=True):
        stretch = max(run.values(), default=floor) - floor
        for identifier, score in run.items():
            total[identifier] += weight * max(score - floor, 0.0) / stretch if stretch > 0 else 0.0
    return _best_first(total)


def _best_first(total: Mapping[str, float]) -> Ranking:
    """Highest score first; equal scores in the order of their ids, so that a run can be repeated exactly."""
    return sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))
