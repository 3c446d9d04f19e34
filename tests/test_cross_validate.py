"""Folds of near-duplicates, and a whole cross-validation on planted questions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from index.training import cross_validate
from index.training.data import Data, Question
from tests.test_training import SMALL, planted


def test_near_duplicates_share_a_fold_and_folds_are_even() -> None:
    texts = [f"第{n}个问题问的是{chr(0x4E00 + 7 * n)}{chr(0x5E00 + 11 * n)}怎么办" for n in range(40)]
    questions = [
        Question(str(n), text, ("0",)) for n, text in enumerate([*texts, "老板拖欠工资怎么办", "老板拖欠工资怎么办？"])
    ]
    folds = cross_validate.fold_of(questions)
    assert folds[-1] == folds[-2]
    sizes = [folds.count(fold) for fold in range(cross_validate.FOLDS)]
    assert min(sizes) > 0 and sum(sizes) == 42


def test_figures_are_written_after_every_fold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> Data:
        return planted()

    monkeypatch.setattr(cross_validate, "read_data", read)
    monkeypatch.setattr(cross_validate, "Options", lambda: replace(SMALL, steps=2))
    out = tmp_path / "cv.json"
    assert cross_validate.main(["--data", str(tmp_path), "--out", str(out), "--folds", "2"]) == 0
    result = json.loads(out.read_text(encoding="utf-8"))
    assert result["folds"] == 2 and result["questions"] >= 2
    assert set(result["hybrid"]) == {"R@5", "R@10", "R@100", "MRR@10", "milliseconds"}
