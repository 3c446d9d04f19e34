"""Outlines 一、（一）1.: which numbers are nodes, which heading is a heading, which node holds articles."""

from __future__ import annotations

import pytest

from index.clean import read_passages
from index.outline import holds_articles, is_heading_text, read_outline, run_in_heading, walk
from tests.page_samples import RULE, page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("总体要求", True),
        ("基本原则。", True),
        ("健全机制，形成合力", True),
        ("应当遵守下列规定：", False),
        ("本办法自发布之日起施行，请遵照执行。", False),
        ("", False),
        ("甲" * 46, False),
    ],
)
def test_heading_lines(text: str, expected: bool) -> None:
    assert is_heading_text(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("优化工作力量配置。各地按照标准配备。", "优化工作力量配置"),
        ("申请人应当提交材料。逾期不予受理。", ""),
        ("不得超时经营。违者处罚。", ""),
        ("只有一句话。", ""),
        ("企业通过公益性社会组织捐赠的支出，准予扣除。", ""),
    ],
)
def test_run_in_headings(text: str, expected: str) -> None:
    assert run_in_heading(text) == expected


def outline(*lines: str) -> list[tuple[str, int]]:
    _, roots = read_outline(read_passages(page(*lines)))
    return [(node.marker.level, node.marker.number) for node in walk(roots)]


def test_numbers_in_their_order_are_nodes() -> None:
    assert outline("一、甲", "（一）乙", "1.丙。", "2.丁。", "（二）戊", "二、己") == [
        ("one", 1),
        ("two", 1),
        ("three", 1),
        ("three", 2),
        ("two", 2),
        ("one", 2),
    ]


def test_a_number_that_fits_no_series_is_text() -> None:
    assert outline("一、甲", "九、辛以外的情形。", "二、乙") == [("one", 1), ("one", 2)]


def test_numbers_that_run_through_the_parts_are_nodes() -> None:
    assert outline("一、甲", "1.乙。", "2.丙。", "二、丁", "3.戊。") == [
        ("one", 1),
        ("three", 1),
        ("three", 2),
        ("one", 2),
        ("three", 3),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["一、重点任务", f"（一）编制规划。{RULE}", f"（二）加强检查。{RULE}"], True, id="a heading holds articles"
        ),
        pytest.param(
            ["一、申请人应当提交下列材料：", "（一）申请书；", "（二）身份证明。"], False, id="a sentence holds items"
        ),
        pytest.param(["一、总体要求", "坚持节约优先。"], False, id="no children"),
    ],
)
def test_articles_or_items(lines: list[str], expected: bool) -> None:
    _, roots = read_outline(read_passages(page(*lines)))
    assert holds_articles(roots[0]) is expected
