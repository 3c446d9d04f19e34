"""BM25 as its formula says, worked by hand; empty questions, unknown words, few texts."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexUnusableError
from index.sparse import LENGTH_B, SATURATION_K1, SparseBuilder, SparseIndex, best_rows

# Three texts of 4, 2 and 3 terms: mean length 3.
TEXTS = [["补贴", "补贴", "标准", "社区"], ["补贴", "资金"], ["社区", "培训", "学习"]]


def build(texts: list[list[str]]) -> SparseIndex:
    builder = SparseBuilder()
    for terms in texts:
        builder.add(terms)
    return builder.build()


def test_worked_by_hand() -> None:
    # 补贴: in 2 of 3 texts, idf = ln(1 + 1.5/2.5) = 0.470004.
    # Text 0: tf 2, length 4, 2/(2 + 1.2·(0.25 + 0.75·4/3)) = 2/3.5; text 1: tf 1, length 2, 1/(1 + 1.2·0.75) = 1/1.9.
    scores = build(TEXTS).scores(["补贴"])
    assert scores.tolist() == pytest.approx([0.470004 * 2 / 3.5, 0.470004 / 1.9, 0.0], abs=1e-5)


@pytest.mark.parametrize("question", [["社区"], ["补贴", "标准"], ["补贴", "补贴"], ["学习", "没有的词", "资金"]])
def test_equals_the_formula(question: list[str]) -> None:
    mean = sum(map(len, TEXTS)) / len(TEXTS)

    def score(text: list[str], term: str) -> float:
        having = sum(term in other for other in TEXTS)
        idf = math.log(1 + (len(TEXTS) - having + 0.5) / (having + 0.5))
        frequency = text.count(term)
        return idf * frequency / (frequency + SATURATION_K1 * (1 - LENGTH_B + LENGTH_B * len(text) / mean))

    expected = [sum(score(text, term) for term in question) for text in TEXTS]
    assert build(TEXTS).scores(question).tolist() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("question", [[], ["没有"], ["没有", "这些"], [""]])
def test_an_empty_or_unknown_question_scores_zero(question: list[str]) -> None:
    scores = build(TEXTS).scores(question)
    assert scores.tolist() == [0, 0, 0] and best_rows(scores, 5) == []


def test_texts_without_any_term_can_be_indexed() -> None:
    assert build([[], []]).scores(["补贴"]).tolist() == [0, 0]
    assert build([[], ["补贴"]]).scores(["补贴"])[1] > 0


def test_nothing_to_index_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        SparseBuilder().build()


@pytest.mark.parametrize(
    ("k", "rows", "expected"),
    [
        (2, None, [3, 1]),
        (3, None, [3, 1, 2]),
        (10, None, [3, 1, 2, 5]),
        (10, [0, 2, 5], [2, 5]),
        (1, [5, 2], [2]),
        (0, None, []),
        (3, [], []),
    ],
)
def test_best_rows_are_ordered_by_score_then_row(k: int, rows: list[int] | None, expected: list[int]) -> None:
    scores = np.array([0, 2, 2, 5, 0, 1], dtype=np.float32)
    found = best_rows(scores, k, rows)
    assert [row for row, _ in found] == expected
    assert [score for _, score in found] == [float(scores[row]) for row in expected]


def test_saved_read_back_and_mapped(tmp_path: Path) -> None:
    folder = tmp_path / "关键词"
    build(TEXTS).save(folder)
    loaded = SparseIndex.load(folder)
    assert len(loaded) == 3
    assert loaded.scores(["补贴", "社区"]).tolist() == build(TEXTS).scores(["补贴", "社区"]).tolist()


def test_the_same_texts_give_the_same_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        build(TEXTS).save(tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(files) >= 4
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


@pytest.mark.parametrize("damage", ["missing", "empty", "cut"])
def test_a_damaged_index_says_so(tmp_path: Path, damage: str) -> None:
    build(TEXTS).save(tmp_path)
    data = tmp_path / "data.csc.index.npy"
    if damage == "missing":
        data.unlink()
    else:
        data.write_bytes(b"" if damage == "empty" else data.read_bytes()[:100])
    with pytest.raises(IndexUnusableError, match="policyqa build"):
        SparseIndex.load(tmp_path)
