"""FAISS equals brute force with NumPy, scores included, and orders ties by row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.dense import DenseIndex
from index.errors import IndexUnusableError

Matrix = NDArray[np.float32]


def unit_rows(count: int, dimension: int, seed: int) -> Matrix:
    rows = np.random.default_rng(seed).standard_normal((count, dimension))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def brute_force(vectors: Matrix, query: Matrix, k: int, rows: list[int] | None = None) -> list[tuple[int, float]]:
    cosines = vectors.astype(np.float64) @ query.astype(np.float64)
    allowed = range(len(vectors)) if rows is None else rows
    return sorted(((row, float(cosines[row])) for row in allowed), key=lambda pair: (-pair[1], pair[0]))[:k]


@pytest.mark.parametrize("k", [1, 3, 10, 200, 500])
@pytest.mark.parametrize("rows", [None, [5], list(range(0, 200, 3))])
def test_equals_brute_force(k: int, rows: list[int] | None) -> None:
    vectors, queries = unit_rows(200, 24, seed=1), unit_rows(5, 24, seed=2)
    index = DenseIndex.build(vectors)
    for query in queries:
        found, expected = index.search(query, k, rows), brute_force(vectors, query, k, rows)
        assert [row for row, _ in found] == [row for row, _ in expected]
        assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=2e-6)


def test_a_text_finds_itself_with_cosine_one() -> None:
    vectors = unit_rows(50, 16, seed=3)
    [(row, cosine)] = DenseIndex.build(vectors).search(vectors[17], 1)
    assert row == 17 and cosine == pytest.approx(1.0, abs=2e-6)


@pytest.mark.parametrize("k", [1, 2, 5, 6, 7, 40])
def test_ties_come_in_the_order_of_rows(k: int) -> None:
    vectors = unit_rows(40, 8, seed=4)
    for copy in (3, 4, 9, 22, 31, 39):
        vectors[copy] = vectors[30]
    found = DenseIndex.build(vectors).search(vectors[30], k)
    assert [row for row, _ in found][:7] == [3, 4, 9, 22, 30, 31, 39][:k]


def test_more_ties_than_anybody_asked_for() -> None:
    vectors = np.repeat(unit_rows(1, 8, seed=5), 1000, axis=0)
    assert [row for row, _ in DenseIndex.build(vectors).search(vectors[0], 4)] == [0, 1, 2, 3]


def test_nothing_is_found_by_a_zero_query_or_among_no_rows() -> None:
    vectors = unit_rows(4, 8, seed=6)
    index = DenseIndex.build(vectors)
    assert index.search(np.zeros(8, dtype=np.float32), 3) == []
    assert index.search(vectors[0], 3, rows=[]) == []
    assert index.search(vectors[0], 0) == []


def test_scores_of_chosen_rows() -> None:
    vectors = unit_rows(30, 8, seed=7)
    index = DenseIndex.build(vectors)
    expected = [float(vectors[row] @ vectors[0]) for row in (4, 0, 29)]
    assert index.scores(vectors[0], [4, 0, 29]) == pytest.approx(expected, abs=2e-6)
    assert index.scores(vectors[0], []) == []


def test_saved_under_a_chinese_path_and_read_back(tmp_path: Path) -> None:
    vectors = unit_rows(30, 8, seed=8)
    path = tmp_path / "索引 一" / "向量.faiss"
    path.parent.mkdir()
    DenseIndex.build(vectors).save(path)
    loaded = DenseIndex.load(path)
    assert (len(loaded), loaded.dimension) == (30, 8)
    assert loaded.search(vectors[2], 5) == DenseIndex.build(vectors).search(vectors[2], 5)


@pytest.mark.parametrize("content", [b"", b"not an index", None])
def test_a_damaged_file_says_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "vectors.faiss"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexUnusableError, match="policyqa build"):
        DenseIndex.load(path)


def test_a_file_cut_in_half_says_so(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    DenseIndex.build(unit_rows(30, 8, seed=9)).save(path)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(IndexUnusableError, match=r"vectors\.faiss"):
        DenseIndex.load(path)
