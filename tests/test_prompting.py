"""Prompts: missing and unused variables raise together, and what is filled in is never read as a template."""

from __future__ import annotations

import pytest

from assistant.errors import PromptError
from assistant.prompting import fill, fill_text


def test_missing_and_unused_variables_are_all_listed() -> None:
    with pytest.raises(PromptError) as caught:
        fill_text("$first $second", "demo", {"second": "", "third": "", "fourth": ""})
    message = str(caught.value)
    assert "缺少变量 first" in message and "没有用到变量 fourth、third" in message and "demo.txt" in message


def test_a_dollar_in_the_question_stays_a_dollar() -> None:
    assert fill_text("$question", "demo", {"question": "$articles 多少$$？"}) == "$articles 多少$$？"


def test_a_stray_dollar_and_a_missing_file_are_named() -> None:
    with pytest.raises(PromptError, match=r"demo\.txt"):
        fill_text("多少 $ 钱", "demo", {})
    with pytest.raises(PromptError, match=r"prompts/absent\.txt"):
        fill("absent")


def test_the_shipped_prompts_take_what_the_program_gives_them() -> None:
    assert '"answerable"' in fill("answer_system")
    user = fill("answer_user", articles="[条文]", question="[问题]")
    assert user.index("[条文]") < user.index("[问题]")
