"""Naive Bayes over questions, held against scikit-learn's and against a hand-worked case."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexUnusableError
from index.recogniser import SMOOTHING, Recogniser, _features

ASKED = [["一个月开多少钱", "工资几时发"], ["新手谁来带", "要不要上课培训"]]
ELSEWHERE = ["狗咬人了谁赔", "房东不退押金"]


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser.build(ASKED, ELSEWHERE)


@pytest.mark.parametrize(
    ("question", "expected"), [("工资多少", 0), ("新手上课吗", 1), ("押金不退咋办", 2), ("心手上科", 1)]
)
def test_the_class_whose_questions_are_alike(recogniser: Recogniser, question: str, expected: int) -> None:
    assert int(recogniser.scores(question).argmax()) == expected


def test_the_scores_are_those_of_scikit_learn(recogniser: Recogniser) -> None:
    text = pytest.importorskip("sklearn.feature_extraction.text")
    bayes = pytest.importorskip("sklearn.naive_bayes")
    vectorizer = text.TfidfVectorizer(analyzer=_features, sublinear_tf=True)
    questions = [q for group in (*ASKED, ELSEWHERE) for q in group]
    classes = [number for number, group in enumerate((*ASKED, ELSEWHERE)) for _ in group]
    model = bayes.MultinomialNB(alpha=SMOOTHING, fit_prior=False).fit(vectorizer.fit_transform(questions), classes)
    for question in ("工资多少", "新手谁赔", "押金"):
        theirs = model.predict_joint_log_proba(vectorizer.transform([question]))[0] + np.log(3)
        assert recogniser.scores(question) == pytest.approx(theirs, abs=1e-3)


def test_nothing_known_scores_nothing(recogniser: Recogniser) -> None:
    assert recogniser.scores("zzz").tolist() == [0.0, 0.0, 0.0]


def test_saved_and_read_back(recogniser: Recogniser, tmp_path: Path) -> None:
    recogniser.save(tmp_path / "r.npz")
    loaded = Recogniser.load(tmp_path / "r.npz")
    assert (loaded.scores("工资几时发") == recogniser.scores("工资几时发")).all()
    (tmp_path / "r.npz").write_bytes(b"PK")
    with pytest.raises(IndexUnusableError, match="损坏"):
        Recogniser.load(tmp_path / "r.npz")
