"""Fusion: worked by hand, by id, in a fixed order."""

from __future__ import annotations

import doctest

import pytest

import index.fuse
from index.fuse import fuse_ranks, fuse_scores


def test_the_examples_in_the_docstrings() -> None:
    result = doctest.testmod(index.fuse)
    assert result.attempted >= 2 and result.failed == 0


def test_reciprocal_ranks_worked_by_hand() -> None:
    fused = dict(fuse_ranks([["a", "b", "c"], ["c", "a"]], constant=60))
    assert fused == pytest.approx({"a": 1 / 61 + 1 / 62, "b": 1 / 62, "c": 1 / 63 + 1 / 61})


def test_scores_worked_by_hand() -> None:
    # dense stretched from 0 to its best 0.8: a 1, b 0.5; sparse from 0 to 10: b 1, c 0.2.
    fused = fuse_scores([{"a": 0.8, "b": 0.4}, {"b": 10.0, "c": 2.0}], weights=[0.6, 0.4], floors=[0.0, 0.0])
    assert [identifier for identifier, _ in fused] == ["b", "a", "c"]
    assert dict(fused) == pytest.approx({"b": 0.3 + 0.4, "a": 0.6, "c": 0.08})


def test_a_floor_below_zero() -> None:
    fused = dict(fuse_scores([{"a": 1.0, "b": 0.0, "c": -1.0}], weights=[1.0], floors=[-1.0]))
    assert fused == pytest.approx({"a": 1.0, "b": 0.5, "c": 0.0})


def test_scores_below_the_floor_count_as_the_floor() -> None:
    assert dict(fuse_scores([{"a": 0.5, "b": -0.3}], weights=[1.0], floors=[0.0])) == {"a": 1.0, "b": 0.0}


@pytest.mark.parametrize("runs", [[{}, {}], [{"a": 0.0}, {}]])
def test_nothing_to_stretch(runs: list[dict[str, float]]) -> None:
    assert all(score == 0.0 for _, score in fuse_scores(runs, weights=[0.5, 0.5], floors=[0.0, 0.0]))


def test_equal_scores_come_in_the_order_of_ids_whatever_the_order_of_input() -> None:
    assert fuse_ranks([["b"], ["a"]]) == fuse_ranks([["a"], ["b"]])
    assert [i for i, _ in fuse_ranks([["b"], ["a"]])] == ["a", "b"]
    assert fuse_scores([{"b": 1.0, "a": 1.0}], [1.0], [0.0]) == [("a", 1.0), ("b", 1.0)]


def test_one_more_weak_candidate_moves_nobody() -> None:
    few = fuse_scores([{"a": 0.9, "b": 0.6}, {"a": 1.0, "b": 5.0}], [0.5, 0.5], [0.0, 0.0])
    more = fuse_scores([{"a": 0.9, "b": 0.6, "z": 0.1}, {"a": 1.0, "b": 5.0}], [0.5, 0.5], [0.0, 0.0])
    assert [pair for pair in more if pair[0] != "z"] == few


def test_runs_and_weights_must_pair() -> None:
    with pytest.raises(ValueError, match="zip"):
        fuse_scores([{"a": 1.0}], [0.5, 0.5], [0.0, 0.0])
