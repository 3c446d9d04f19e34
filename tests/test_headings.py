"""Numbers at the beginning of a line: which are headings, and which are references."""

from __future__ import annotations

import pytest

from index.headings import ends_piece, is_dash_item, is_heading_line, read_marker, starts_block


@pytest.mark.parametrize(
    ("line", "level", "name"),
    [
        ("第十二条 市地级层面", "article", "12"),
        ("第12条 市地级层面", "article", "12"),
        ("第１２条　市地级层面", "article", "12"),
        ("第 12 条 市地级层面", "article", "12"),
        ("第十二條 市政府", "article", "12"),
        ("第一百零三条　国家", "article", "103"),
        ("第二十条之一 国家", "article", "20之一"),
        ("【第三条】国家", "article", "3"),
        ("第五条国家鼓励", "article", "5"),
        ("第七条：居民", "article", "7"),
        ("第二章 财政纵向补偿", "chapter", "2"),
        ("第 3 章 财政", "chapter", "3"),
        ("第二章财政", "chapter", "2"),
        ("第一编 总则", "book", "1"),
        ("第三部分 附件", "book", "3"),
        ("第二节 合同", "section", "2"),
        ("一、总体要求", "one", "1"),
        ("十二、附则", "one", "12"),
        ("（四）提高", "two", "4"),
        ("(四)提高", "two", "4"),
        ("5.提升政治素质。", "three", "5"),
        ("5、提升", "three", "5"),
        ("5．提升", "three", "5"),
        ("（2）申请", "four", "2"),
        ("2）申请", "four", "2"),
        ("③申请", "four", "3"),
        ("一是坚持党的领导", "point", "1"),
        ("6.问：《意见》", "question", "6"),
        ("问：为什么", "question", "0"),
    ],
)
def test_markers(line: str, level: str, name: str) -> None:
    marker = read_marker(line)
    assert marker is not None
    assert (marker.level, marker.name) == (level, name)


@pytest.mark.parametrize(
    "line",
    [
        "第十二条的规定，适用于",
        "第十二条规定的程序",
        "第十二条 规定的程序处理",
        "第十二条、第十三条",
        "第十二条 、第二条规定",
        "第十二条第二款所称",
        "第十二条 第二款",
        "第十二条第（三）项",
        "第十二条所列情形",
        "第十二条和第十三条",
        "第十二条至第十五条",
        "第十二条，由公安机关",
        "第十二条）处罚",
        "第二章的规定",
        "第二章规定的",
        "第一章、第二章",
        "11.2的试验适用于",
        "3.5万人",
        "2024年5月",
        "18人的标准",
        "30日内",
        "一般情况",
        "二手房",
        "（以下简称《意见》）",
        "（电话见下）",
        "5G网络",
    ],
)
def test_references_and_amounts_are_no_headings(line: str) -> None:
    assert read_marker(line) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("一、总体要求", True),
        ("第二章 财政", True),
        ("第三条 县级以上", False),
        ("3.优化配置。各地按照", False),
        ("二是推动升级，加快", False),
        ("总则", False),
    ],
)
def test_lines_that_are_headings_without_a_full_stop(line: str, expected: bool) -> None:
    assert is_heading_line(line) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("答：社区", True),
        ("- 森林；", True),
        ("第三条 县级", True),
        ("第三条县级", False),
        ("▲某某丢失", True),
        ("（上接第一版）选优", True),
        ("新华社记者", True),
        ("县级以上", False),
    ],
)
def test_what_begins_a_paragraph_of_its_own(line: str, expected: bool) -> None:
    assert starts_block(line) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("（新华社北京4月10日电）", True),
        ("服务实效。(新华社北京4月10日电)", True),
        ("据新华社电", True),
        ("新华社北京4月10日电 近日", False),
        ("来电", False),
    ],
)
def test_what_closes_a_piece(line: str, expected: bool) -> None:
    assert ends_piece(line) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [("- 森林；", True), ("· 森林；", True), ("—— 森林", True), ("-5度", False), ("——某部负责人", False)],
)
def test_list_items_that_lost_their_number(line: str, expected: bool) -> None:
    assert is_dash_item(line) is expected
