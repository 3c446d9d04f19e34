"""Follow-ups lean on the question before them; a new subject does not."""

from __future__ import annotations

import pytest

from assistant.dialogue import resolve
from assistant.records import Turn

HISTORY = [Turn("古籍怎么借？", "要有介绍信。[1]")]


@pytest.mark.parametrize(
    "question", ["那期限多长？", "它要谁批准？", "为啥？", "街道要用呢？", "多久一次", "不改的话呢？"]
)
def test_a_leaning_question_takes_the_subject_along(question: str) -> None:
    effective = resolve(question, HISTORY)
    assert effective.text == question and "古籍" in effective.context and "古籍" in effective.searched


@pytest.mark.parametrize(
    "question",
    [
        "《读者守则》什么时候施行？",
        "对了，图书馆的志愿者由哪个部门招募？",
        "谁出生态补偿的钱？",
        "社区书记的电话是多少",
    ],
)
def test_a_new_subject_stands_alone(question: str) -> None:
    assert resolve(question, HISTORY).context == ""


def test_a_full_question_stands_alone_and_so_does_the_first() -> None:
    assert resolve("社区工作者参加劳动合同培训由哪个部门组织安排？", HISTORY).context == ""
    assert resolve("那期限多长？", []).context == ""
    assert resolve("那期限多长？", [Turn("  ", "")]).context == ""


def test_markers_of_the_last_answer_are_no_words() -> None:
    assert "[1]" not in resolve("那呢？", HISTORY).searched


def test_a_pronoun_in_a_follow_up_reaches_behind_an_empty_turn() -> None:
    assert "古籍" in resolve("它呢？", [*HISTORY, Turn("", "")]).context
