"""FAISS equals brute force with NumPy, scores included, and orders ties by row; the graph of a large index nearly so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import index.dense
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
    built = DenseIndex.build(vectors)
    for query in queries:
        found, expected = built.search(query, k, rows), brute_force(vectors, query, k, rows)
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
    built = DenseIndex.build(vectors)
    assert built.search(np.zeros(8, dtype=np.float32), 3) == []
    assert built.search(vectors[0], 3, rows=[]) == []
    assert built.search(vectors[0], 0) == []


def test_scores_of_chosen_rows() -> None:
    vectors = unit_rows(30, 8, seed=7)
    built = DenseIndex.build(vectors)
    expected = [float(vectors[row] @ vectors[0]) for row in (4, 0, 29)]
    assert built.scores(vectors[0], [4, 0, 29]) == pytest.approx(expected, abs=2e-6)
    assert built.scores(vectors[0], []) == []


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


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> tuple[Matrix, DenseIndex]:
    """1,500 rows of 30 subjects and an index with a graph, as one of more than 200,000 rows has it."""
    monkeypatch.setattr(index.dense, "EXACT_UP_TO", 1000)
    subjects = np.repeat(unit_rows(30, 24, seed=10), 50, axis=0)
    rows = subjects + 0.5 * unit_rows(1500, 24, seed=11)
    vectors = np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
    return vectors, DenseIndex.build(vectors)


def has_graph(path: Path) -> bool:
    return path.read_bytes()[:4] == b"IHNf"


@pytest.mark.parametrize(("count", "expected"), [(1000, False), (1001, True)])
def test_only_a_large_index_has_a_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, expected: bool
) -> None:
    monkeypatch.setattr(index.dense, "EXACT_UP_TO", 1000)
    DenseIndex.build(unit_rows(count, 8, seed=12)).save(tmp_path / "vectors.faiss")
    assert has_graph(tmp_path / "vectors.faiss") == expected


def test_the_threshold_is_one_that_a_library_of_laws_does_not_reach() -> None:
    assert index.dense.EXACT_UP_TO >= 55_404


def test_the_graph_finds_nearly_all_of_the_best_with_their_cosines(large: tuple[Matrix, DenseIndex]) -> None:
    vectors, built = large
    shares = []
    for query in unit_rows(20, 24, seed=13):
        found, expected = built.search(query, 100), dict(brute_force(vectors, query, 100))
        assert len({row for row, _ in found}) == 100
        assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
        assert [score for _, score in found] == pytest.approx(
            [float(vectors[row] @ query) for row, _ in found], abs=2e-6
        )
        shares.append(len(expected.keys() & {row for row, _ in found}) / 100)
    assert np.mean(shares) >= 0.98


def test_the_graph_is_asked_and_not_every_row(
    large: tuple[Matrix, DenseIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, built = large
    expected = built.search(vectors[700], 10)
    monkeypatch.setattr(DenseIndex, "_ask_rows", None)
    assert built.search(vectors[700], 10) == expected
    assert expected[0] == (700, pytest.approx(1.0, abs=2e-6))


@pytest.mark.parametrize("rows", [[5], list(range(0, 1500, 7)), [1499, 3]])
def test_among_chosen_rows_a_large_index_is_exact(large: tuple[Matrix, DenseIndex], rows: list[int]) -> None:
    vectors, built = large
    for query in unit_rows(5, 24, seed=14):
        found = built.search(query, 20, rows)
        assert [row for row, _ in found] == [row for row, _ in brute_force(vectors, query, 20, rows)]
    assert built.scores(vectors[3], rows) == pytest.approx([float(vectors[row] @ vectors[3]) for row in rows], abs=2e-6)


@pytest.mark.parametrize("k", [513, 1500, 9999])
def test_more_than_the_graph_is_searched_for_is_exact(large: tuple[Matrix, DenseIndex], k: int) -> None:
    vectors, built = large
    query = unit_rows(1, 24, seed=15)[0]
    found = built.search(query, k)
    assert [row for row, _ in found] == [row for row, _ in brute_force(vectors, query, k)]


def test_rows_that_no_link_reaches_are_looked_for_one_by_one(
    large: tuple[Matrix, DenseIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, built = large
    query = unit_rows(1, 24, seed=16)[0]
    monkeypatch.setattr(DenseIndex, "_ask_graph", lambda self, query, k: [(0, 0.5)])
    assert [row for row, _ in built.search(query, 30)] == [row for row, _ in brute_force(vectors, query, 30)]


def test_equal_rows_and_rows_without_direction_in_a_large_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.dense, "EXACT_UP_TO", 1000)
    vectors = unit_rows(1200, 16, seed=17)
    for copy in (3, 4, 900):
        vectors[copy] = vectors[30]
    vectors[100:200] = 0
    built = DenseIndex.build(vectors)
    assert [row for row, _ in built.search(vectors[30], 4)] == [3, 4, 30, 900]
    assert built.search(np.zeros(16, dtype=np.float32), 3) == []
    assert built.search(vectors[30], 10, rows=[150, 160]) == [(150, 0.0), (160, 0.0)]


def test_a_large_index_saved_and_read_back(large: tuple[Matrix, DenseIndex], tmp_path: Path) -> None:
    vectors, built = large
    built.save(tmp_path / "向量.faiss")
    assert has_graph(tmp_path / "向量.faiss")
    loaded = DenseIndex.load(tmp_path / "向量.faiss")
    assert (len(loaded), loaded.dimension) == (1500, 24)
    assert loaded.search(vectors[2], 50) == built.search(vectors[2], 50)
    assert loaded.search(vectors[2], 5, [9, 1200]) == built.search(vectors[2], 5, [9, 1200])
    (tmp_path / "向量.faiss").write_bytes((tmp_path / "向量.faiss").read_bytes()[:90_000])
    with pytest.raises(IndexUnusableError, match=r"向量\.faiss"):
        DenseIndex.load(tmp_path / "向量.faiss")
