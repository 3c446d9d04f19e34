"""The nearest sentence of a text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.dense import Vectors
from index.errors import IndexUnusableError
from index.sentence_vectors import SentenceVectors, split_text

AXES = ("工资", "培训", "森林")


def encode(texts: list[str]) -> Vectors:
    counts = np.array([[float(axis in text) for axis in AXES] for text in texts], dtype=np.float32)
    return np.asarray(counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1), dtype=np.float32)


TEXTS = ["关于工资的规定。关于培训和工资的规定。", "短", "森林里不许用火。\n新人都要参加培训。"]


@pytest.fixture
def vectors() -> SentenceVectors:
    return SentenceVectors.build(TEXTS, encode, len(AXES))


@pytest.mark.parametrize(
    ("query", "texts", "expected"),
    [
        ("工资", [0, 1, 2], [1.0, 0.0, 0.0]),
        ("培训", [0, 2], [0.5**0.5, 1.0]),
        ("森林", [1], [0.0]),
        ("森林", [2, 1, 0], [1.0, 0.0, 0.0]),
    ],
)
def test_the_nearest_sentence_counts(
    vectors: SentenceVectors, query: str, texts: list[int], expected: list[float]
) -> None:
    assert vectors.best(encode([query])[0], texts) == pytest.approx(expected, abs=0.01)


def test_texts_without_sentences() -> None:
    assert SentenceVectors.build(["短"], encode, 3).best(np.ones(3, dtype=np.float32), [0]).tolist() == [0.0]
    assert split_text("短") == []


def test_saved_and_mapped(vectors: SentenceVectors, tmp_path: Path) -> None:
    vectors.save(tmp_path)
    loaded = SentenceVectors.load(tmp_path)
    assert loaded.best(encode(["培训"])[0], [0, 2]).tolist() == vectors.best(encode(["培训"])[0], [0, 2]).tolist()
    (tmp_path / "sentences.npy").unlink()
    with pytest.raises(IndexUnusableError, match="句向量"):
        SentenceVectors.load(tmp_path)
