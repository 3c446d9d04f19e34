"""What frames a document: titles' issuers, 文号, dates, signatures, contents."""

from __future__ import annotations

import time

import pytest

from index.clean import read_passages
from index.metadata import effective_date, is_frame, is_issuer_line, read_metadata, split_frame, strip_issuer
from tests.page_samples import page, rules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（2024年3月28日）", True),
        ("2024年3月28日", True),
        ("二〇二四年三月二十八日", True),
        ("国发〔2019〕5号", True),
        ("国办函 [2024] 12 号", True),
        ("第 712 号", True),
        ("各省、自治区、直辖市人民政府，国务院各部委：", True),
        ("（此件公开发布）", True),
        ("目 录", True),
        ("（2004年8月28日某市人民代表大会常务委员会通过 2019年修订）", True),
        ("第一条 为了", False),
        ("本办法自2024年3月28日起施行。", False),
        ("申请人应当提交下列材料：", False),
    ],
)
def test_frames(text: str, expected: bool) -> None:
    assert is_frame(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中共中央办公厅 国务院办公厅", True),
        ("财政部、民政部", True),
        ("某市人民政府办公室", True),
        ("关于加强管理的意见", False),
        ("生态保护补偿条例", False),
    ],
)
def test_issuer_lines(text: str, expected: bool) -> None:
    assert is_issuer_line(text) is expected


def test_issuers_are_taken_off_a_headline_and_kept_as_metadata() -> None:
    title = "中共中央办公厅国务院办公厅关于加强社区工作的意见"
    assert strip_issuer(title) == "关于加强社区工作的意见"
    assert read_metadata([], [title]).issuer == "中共中央办公厅国务院办公厅"


def test_number_date_and_issuer() -> None:
    passages = read_passages(page("某发〔2024〕5号", "（2024年3月28日）", "第一条 甲。"))
    metadata = read_metadata(passages, ["某市人民政府办公室", "关于加强管理的意见"])
    assert (metadata.issuer, metadata.document_number, metadata.date) == (
        "某市人民政府办公室",
        "某发〔2024〕5号",
        "2024年3月28日",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("本条例自2024年6月1日起施行。", "2024年6月1日"),
        ("自2024年6月1日起实施", "2024年6月1日"),
        ("自发布之日起施行。", ""),
    ],
)
def test_effective_dates(text: str, expected: str) -> None:
    assert effective_date(text) == expected


def test_contents_are_left_out_and_chapters_are_not() -> None:
    heads = ["第一章 总则", "第二章 分则", "第三章 附则"]
    body, _ = split_frame(
        read_passages(page("目 录", *heads, heads[0], *rules(1, 2), heads[1], *rules(3, 4), heads[2], *rules(5, 5)))
    )
    assert [p.text for p in body].count("第一章 总则") == 1
    assert len(body) == 8


def test_a_long_list_of_ministries_is_read_at_once() -> None:
    started = time.process_time()
    strip_issuer("国务院" + "某某部" * 60)
    read_metadata([], ["某部局厅" * 40, "国家发展改革委 教育部 科技部 " * 8])
    assert time.process_time() - started < 2
