"""Titles and kinds of files and of newspaper pieces."""

from __future__ import annotations

import pytest

from index.clean import read_passages
from index.printings import kind_of, read_printings, split_title
from index.records import Page
from tests.page_samples import DATELINE, RULE, page, read_library, rules


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["某市停车管理办法", *rules(1, 2)], ["某市停车管理办法"]),
        (
            ["某市人民政府办公室", "关于加强停车管理的意见", "（2024年3月1日）", "为加强管理，提出如下意见。"],
            ["某市人民政府办公室", "关于加强停车管理的意见"],
        ),
        (
            ["某市人民政府关于加强", "社区停车管理的通知", "各区人民政府："],
            ["某市人民政府关于加强", "社区停车管理的通知"],
        ),
        (["某发〔2024〕5号", "某市停车管理办法（试行）", *rules(1, 2)], ["某市停车管理办法（试行）"]),
        (["# 停车指引", "## 缴费", "请缴费。"], ["停车指引"]),
        (
            ["某市人民政府关于加强社区停车管理的通知", "某市人民政府关于加强", "社区停车管理的通知", "各区人民政府："],
            ["某市人民政府关于加强社区停车管理的通知"],
        ),
        (rules(1, 2), []),
    ],
)
def test_a_title_is_the_first_heading(lines: list[str], title: list[str]) -> None:
    found, rest = split_title(read_passages(page(*lines)))
    assert found == title
    assert all(p.text not in title for p in rest)


def test_a_file_without_a_heading_is_called_by_its_name() -> None:
    assert [w.title for w in read_printings(Page("a", "停车办法.txt", page(*rules(1, 2))))] == ["停车办法"]


@pytest.mark.parametrize(
    ("title", "grammar", "kind"),
    [
        ("生态保护补偿条例", "law", "条例"),
        ("某条例实施细则", "law", "实施细则"),
        ("关于加强管理的意见", "measures", "意见"),
        ("关于印发《办法》的通知", "measures", "通知"),
        ("停车办法（试行）", "law", "办法"),
        ("就《意见》答记者问", "qa", "答记者问"),
        ("物业指引", "plain", "文件"),
        ("民法", "law", "法"),
    ],
)
def test_kinds(title: str, grammar: str, kind: str) -> None:
    assert kind_of(title, grammar) == kind  # type: ignore[arg-type]


def test_news_on_a_page_are_news_however_they_enumerate() -> None:
    news = [
        "行动方案印发",
        "新华社北京4月10日电 七部门印发《行动方案》，提出以下任务：",
        "一是" + RULE,
        "二是" + RULE,
        "三是" + RULE,
        "（新华社北京4月10日电）",
    ]
    assert [(d.title, d.kind) for d in read_library(page(*news)).documents] == [("行动方案印发", "news")]


def test_title_lines_of_a_newspaper_are_joined_without_the_issuers() -> None:
    text = page(
        DATELINE,
        "（新华社北京4月10日电）",
        "某市委办公室 某市人民政府办公室\n关于加强停车管理的意见",
        "（2024年3月1日）",
        "为加强停车管理，提出如下意见。",
        "一、总体要求",
        "便民。",
        "二、措施",
        f"1.规划。{RULE}",
        "三、保障",
        f"2.经费。{RULE}",
    )
    document = read_library(text).documents[-1]
    assert document.title == "关于加强停车管理的意见"
    assert document.date == "2024年3月1日"
