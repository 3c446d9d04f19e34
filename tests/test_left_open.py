"""What tells questions that the texts leave open from those that they answer, by their words alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SettingsError
from assistant.left_open import MODEL_FILE, LeftOpen, load_left_open, question_features
from assistant.train_left_open import train
from index.asked import ANYTHING, Asked, read_bundled, read_left_open

ANSWERED: Asked = {
    ("甲", "1"): ("谁来管书", "归谁管", "能不能转借", "谁批准转借", "借书找谁批"),
    ("甲", "2"): ("借几天", "能借多久", "多久要还", "几天要还"),
}
OPEN: Asked = {
    ("甲", "1"): ("电话多少", "管书的电话是多少", "罚多少钱", "要罚多少钱"),
    (ANYTHING, "无关"): ("今天天气", "明天天气咋样", "天气好吗"),
}


def small_model() -> LeftOpen:
    return train(ANSWERED, [{("乙", "1"): ("谁来管狗", "多久打针")}], OPEN)


def test_open_questions_are_told_from_answered_ones() -> None:
    model = small_model()
    assert model.odds("转借谁批准").known > 0 > model.odds("罚多少钱啊").known


def test_what_is_far_from_all_articles_speaks_against_known_documents_only() -> None:
    model = small_model()
    far = model.odds("天气")
    assert far.known < 0 and far.general > far.known


def test_a_question_without_known_words_has_the_bias() -> None:
    model = small_model()
    assert model.odds("xyzzy").known == pytest.approx(float(model.bias[0]), abs=1e-6)


def test_the_model_is_the_same_after_saving(tmp_path: Path) -> None:
    model = small_model()
    model.save(tmp_path / "model.npz")
    again = LeftOpen.load(tmp_path / "model.npz")
    assert again.vocabulary == model.vocabulary
    assert again.odds("谁批准").known == pytest.approx(model.odds("谁批准").known, abs=0.01)


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.npz").write_bytes(b"damaged")
    with pytest.raises(SettingsError, match=r"model\.npz"):
        LeftOpen.load(tmp_path / "model.npz")


def test_the_shipped_model_knows_the_questions_of_the_repository() -> None:
    """It is made of them: a model that was not made again after the questions changed much would fail here."""
    model = load_left_open()
    answered = [model.odds(q).known for texts in read_bundled().values() for q in texts[::40]]
    left_open = [model.odds(q).known for texts in read_left_open().values() for q in texts[::10]]
    assert np.mean(np.array(answered) > 0) > 0.9 and np.mean(np.array(left_open) < 0) > 0.9
    assert MODEL_FILE.stat().st_size < 1_000_000


def test_how_a_question_ends_is_a_feature_whatever_sign_follows() -> None:
    assert question_features("要多少钱？！") == question_features("要多少钱")
