"""Fusion: worked by hand, by id, in a fixed order."""

from __future__ import annotations

import doctest

import pytest

import index.fuse
from index.fuse import fuse_ranks


def test_the_examples_in_the_docstrings() -> None:
    result = doctest.testmod(index.fuse)
    assert result.attempted >= 1 and result.failed == 0


def test_reciprocal_ranks_worked_by_hand() -> None:
    fused = dict(fuse_ranks([["a", "b", "c"], ["c", "a"]], constant=60))
    assert fused == pytest.approx({"a": 1 / 61 + 1 / 62, "b": 1 / 62, "c": 1 / 63 + 1 / 61})


def test_equal_scores_come_in_the_order_of_their_ids() -> None:
    assert fuse_ranks([["b"], ["a"]]) == fuse_ranks([["a"], ["b"]])
    assert [i for i, _ in fuse_ranks([["b"], ["a"]])] == ["a", "b"]
