"""Every item is checked in code, whoever made it: one fault at a time is put into a sound item, and found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.material.checks import check_item
from assistant.material.records import GAP, Item
from tests.material_oracle import check_set
from tests.material_samples import BANS, DOCUMENT, ITEMS, MANAGED, WINDOW, make_item

CHOICE = make_item(
    "单选",
    2,
    f"根据《测试市社区服务办法》，社区应当设立服务窗口，每周开放不少于{GAP}。",
    "C",
    WINDOW,
    "6天",
    ("3天", "5天", "6天", "8天"),
)
BLANK = make_item(
    "填空", 2, "根据《测试市社区服务办法》，社区服务窗口由____负责管理。", "街道办事处", MANAGED, "街道办事处"
)
TRUE = make_item("判断", 5, f"根据《测试市社区服务办法》，{BANS}", "正确", BANS, "不得")
STATEMENTS = make_item(
    "单选",
    2,
    f"根据《测试市社区服务办法》，下列说法错误的是{GAP}。",
    "B",
    WINDOW,
    "不少于6天",
    (
        WINDOW,
        "社区应当设立服务窗口，每周开放不少于5天。",
        "社区服务窗口由街道办事处负责管理。",
        "鼓励居民参与社区志愿服务。",
    ),
)
SOUND = (CHOICE, BLANK, TRUE, STATEMENTS)


@pytest.mark.parametrize("item", SOUND, ids=lambda item: item.type)
def test_a_sound_item_has_no_fault_in_the_words_of_the_text(item: Item) -> None:
    assert check_item(item, DOCUMENT, is_literal=True) == ()


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.stem[:10])
def test_items_in_words_of_their_own_are_sound_too(item: Item) -> None:
    assert check_item(item, DOCUMENT) == ()


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        (replace(CHOICE, quote="社区应当设立服务窗口，每周开放不少于7天。"), "引文与原文不符"),
        (replace(CHOICE, quote_start=1), "引文与原文不符"),
        (replace(CHOICE, quote=""), "引文与原文不符"),
        (replace(CHOICE, article="99", label="第99条"), "文件里没有第99条"),
        (replace(CHOICE, start=60, end=62), "考点不在引文里"),
        (replace(CHOICE, key="B"), "原文没有这样说"),
        (replace(CHOICE, key="E"), "不是选项的字母"),
        (replace(CHOICE, key="BC"), "只能有一个正确选项"),
        (replace(CHOICE, options=("3天", "6天", "6天", "8天")), "选项重复"),
        (replace(CHOICE, options=("3天", "6 天", "6天", "8天")), "选项重复"),
        (replace(CHOICE, options=("3天", "", "6天", "8天")), "有空的选项"),
        (replace(CHOICE, options=("3天", "6天")), "选项要有"),
        (replace(CHOICE, stem=CHOICE.stem.replace("，每周", ",每周")), "有英文标点"),
        (replace(CHOICE, stem=CHOICE.stem.replace("。", "。。")), "标点重复"),
        (replace(CHOICE, stem=" "), "没有题干"),
        (replace(BLANK, key="市级民政部门"), "原文没有这样说"),
        (replace(BLANK, key="街道；办事处"), "题干有 1 个空，答案有 2 个"),
        (replace(BLANK, key=""), "题干有 1 个空"),
        (replace(BLANK, stem="根据《测试市社区服务办法》，社区服务窗口由街道办事处负责管理。"), "题干有 0 个空"),
        (replace(BLANK, stem="根据《测试市社区服务办法》，街道办事处的服务窗口由____负责管理。"), "题干里已经有答案"),
        (replace(TRUE, key="错误"), "错误的选项原文里也有"),
        (replace(TRUE, stem=TRUE.stem.replace("不得泄露", "可以泄露")), "原文没有这样说"),
        (replace(TRUE, key="对"), "判断题的答案要写"),
        (replace(STATEMENTS, key="A"), "错误的选项原文里也有"),
        (replace(STATEMENTS, options=(*STATEMENTS.options[:3], "禁止居民参与社区志愿服务。")), "原文没有这样说"),
        (replace(STATEMENTS, type="多选", key="B"), "两个以上正确选项"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.type,
)
def test_a_fault_is_named(item: Item, fault: str) -> None:
    found = check_item(item, DOCUMENT, is_literal=True)
    assert any(fault in each for each in found), found


def test_a_reworded_item_may_say_it_in_other_words_but_not_with_another_number() -> None:
    reworded = replace(BLANK, stem="社区的服务窗口归____管理。")
    assert check_item(reworded, DOCUMENT) == ()
    assert check_item(replace(TRUE, stem="社区工作者可以向居民收取费用。"), DOCUMENT)


def test_two_items_on_the_same_words_or_in_the_same_words_are_found() -> None:
    assert check_set(SOUND[:2]) == ()
    assert any("考同一处" in each for each in check_set((CHOICE, STATEMENTS)))
    assert any("重复" in each for each in check_set((CHOICE, replace(CHOICE, start=0, end=1))))
    elsewhere = replace(CHOICE, document_id="other", stem="别的题")
    assert check_set((CHOICE, elsewhere)) == ()
