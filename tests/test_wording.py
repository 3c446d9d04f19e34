"""Lay words, words of other laws, words mistyped: what a question's words stand for in a library."""

from __future__ import annotations

import pytest

from assistant.wording import Wording, share_met

TEXTS = [
    "建立罢免、解聘等退出机制。",
    "依法缴存住房公积金。",
    "推行“全岗通”工作机制。",
    *[f"社区工作者第{n}项工作要求。" for n in range(9)],
]


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording(TEXTS)


def test_a_lay_word_is_met_by_a_policy_word(wording: Wording) -> None:
    slots = wording.slots("会被炒鱿鱼吗")
    assert [s.typed for s in slots] == ["炒鱿鱼"]
    assert share_met(slots, TEXTS[0]) == pytest.approx(0.7) and share_met(slots, TEXTS[1]) == 0


def test_a_word_that_laws_use_and_the_library_lacks_is_foreign(wording: Wording) -> None:
    foreign = {s.typed: s.foreign > 0.3 for s in wording.slots("社区工作者掺和退休年龄")}
    assert foreign["年龄"] and not foreign["掺和"]


def test_a_term_no_dictionary_has_is_found_in_the_library(wording: Wording) -> None:
    assert [s.typed for s in wording.slots("全岗通是个啥")] == ["全岗通"]


def test_one_wrong_character_is_put_right(wording: Wording) -> None:
    assert "公积金" in [s.typed for s in wording.slots("公记金交不交")]


def test_counting_words_name_nothing(wording: Wording) -> None:
    assert wording.slots("一个月几次") == () and wording.slots("第十二条") == ()


def test_rarer_words_weigh_more(wording: Wording) -> None:
    assert wording.rarity("解聘") > wording.rarity("社区") and not wording.knows("碳汇")
