"""Reciprocal rank fusion by id, what learnt weights (`index.ranking`) are held against when the embedding is measured."""

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


def _best_first(total: Mapping[str, float]) -> Ranking:
    """Highest score first; equal scores in the order of their ids, so that a run can be repeated exactly."""
    return sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))
