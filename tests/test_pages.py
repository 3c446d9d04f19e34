"""Newspaper pages to pieces: headlines, continuations, captions, notices between and inside texts, and odd pages."""

from __future__ import annotations

import time

import pytest

from index.clean import read_passages
from index.pages import headline, is_newspaper_page, split_page, strip_closing
from tests.page_samples import CHINESE, DATELINE, RULE, numbers, page, read_library, read_one, rules, texts

TITLE = "某市雨水利用条例"
NOTICE = page("遗失声明", "●钱多多遗失收据一张，声明作废。", "某县供水公司", "2024年4月9日")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DATELINE, True),
        ("（上接第一版）选优配强。", True),
        ("正文。\n遗失声明\n▲甲遗失收据。", True),
        ("正文。\n▲甲不慎将合同丢失，声明作废。", True),
        ("本报讯 某地举行活动。", True),
        (page(TITLE, "第一条 遗失许可证的，应当登报声明作废。"), False),
        (page("某局关于遗失声明办理程序的通知", "一、遗失声明应当写明编号。"), False),
        (page("# 会议纪要", "● 第一项议题已经通过。"), False),
    ],
)
def test_what_is_a_newspaper_page(text: str, expected: bool) -> None:
    assert is_newspaper_page(text) is expected


def test_a_headline_printed_after_its_text_goes_back_to_it() -> None:
    text = page(
        DATELINE,
        "（新华社北京4月10日电）",
        "近日，某市水务局负责人就《某市雨水利用办法》回答了记者提问。",
        "1.问：为什么制定办法？",
        "答：为了节约用水，保护环境。",
        "2.问：主要内容是什么？",
        "答：规定了雨水的收集、利用和监督。",
        "（新华社北京4月10日电）",
        "让雨水用起来\n——某市水务局有关负责人就《某市雨水利用办法》答记者问",
        "新华社记者",
    )
    document = read_one(text, "答记者问")
    assert (document.title, document.kind) == ("就《某市雨水利用办法》答记者问", "答记者问")
    assert numbers(document) == ["导语", "1", "2"]


def test_a_continuation_that_starts_in_the_middle_of_an_article() -> None:
    rest = page(
        f"（上接第一版）并公布检查结果。{RULE.format(n=2)}",
        f"3.完善设施。{RULE.format(n=3)}",
        "三、加强保障",
        f"4.落实经费。{RULE.format(n=4)}",
        "（新华社北京4月10日电）",
    )
    whole = page(
        "关于推进雨水利用的意见",
        "为推进雨水利用，提出如下意见。",
        "一、总体要求",
        "坚持节约优先。",
        "二、重点任务",
        f"1.编制规划。{RULE.format(n=1)}",
        f"2.加强检查。每年检查一次，并公布检查结果。{RULE.format(n=2)}",
        f"3.完善设施。{RULE.format(n=3)}",
        "三、加强保障",
        f"4.落实经费。{RULE.format(n=4)}",
        "（新华社北京4月10日电）",
        DATELINE,
    )
    document = next(d for d in read_library(whole, rest).documents if d.title == "关于推进雨水利用的意见")
    assert [(w.siglum, w.starts_inside, [a.number for a in w.articles]) for w in document.witnesses] == [
        ("000", False, ["导语", "总体要求", "1", "2", "3", "4"]),
        ("001", True, ["2", "3", "4"]),
    ]
    second = document.article("2")
    assert second is not None and second.text.startswith("加强检查。每年检查一次")


@pytest.mark.parametrize("width", [14, 20, 26, 30])
def test_a_law_in_narrow_columns(width: int) -> None:
    lines = [p[i : i + width] for p in [TITLE, *rules(1, 7)] for i in range(0, len(p), width)]
    document = read_one(page(DATELINE, *lines), TITLE)
    assert [f"第{CHINESE[i]}条 {a.text}" for i, a in enumerate(document.articles)] == rules(1, 7)


@pytest.mark.parametrize(
    "between",
    [
        pytest.param([], id="nothing"),
        pytest.param(["春到田间", "4月9日，某县农民王大力在田间劳作。", "新华社发（赵六六摄）"], id="picture"),
        pytest.param([NOTICE], id="notices"),
        pytest.param(
            [
                "讣告",
                "退休教师周远山同志因病医治无效，于四月八日在家中安详辞世，享年八十八岁，遵从遗愿丧事从简，谨此泣告各位亲友。",
            ],
            id="obituary",
        ),
    ],
)
def test_what_is_printed_in_the_middle_of_a_law_is_in_no_article(between: list[str]) -> None:
    document = read_one(page(DATELINE, TITLE, "第一章 总则", *rules(1, 3), *between, *rules(4, 6)), TITLE)
    assert [f"第{CHINESE[i]}条 {a.text}" for i, a in enumerate(document.articles)] == rules(1, 6)


def test_a_short_fragment_of_a_cut_sentence_does_not_part_a_law() -> None:
    document = read_one(page(DATELINE, TITLE, *rules(1, 2), "由市水行政部门制", *rules(3, 5)), TITLE)
    assert numbers(document) == ["1", "2", "3", "4", "5"]
    assert document.articles[1].text.endswith("\n由市水行政部门制")


def test_clauses_that_speak_of_debts_licences_and_advertisements_are_kept() -> None:
    clauses = [
        "第一条 公司清算的，债权人应当在三十日内申报债权。",
        "公司减少注册资本、办理注销登记的，缴回营业执照和公章。",
        "发布广告、拍卖公物的，遵守下列规定：",
        "（一）不得虚假；",
        "（二）开具收据。",
        "第二章 公告",
        "第二条 遗失许可证的，应当声明作废。",
    ]
    document = read_one(page(DATELINE, TITLE, *clauses), TITLE)
    assert document.articles[0].text.count("\n") == 4
    assert (document.articles[1].part, document.articles[1].text) == ("第二章 公告", "遗失许可证的，应当声明作废。")


def test_a_law_after_notices_keeps_its_title_and_first_heading() -> None:
    document = read_one(page(NOTICE, TITLE, "第一章 总则", *rules(1, 3)))
    assert (document.title, document.articles[0].part, len(document.articles)) == (TITLE, "第一章 总则", 3)


def test_an_opinion_after_an_unfinished_notice_keeps_its_title_and_beginning() -> None:
    text = page(
        NOTICE,
        "寻物启事",
        "黑色皮包一只，失主孙七七，内有现金，望拾到者归还，定当酬谢，地址为某小区某单元某室门口的值班室。",
        "关于推进雨水利用的意见",
        "（2024年3月1日）",
        "为推进雨水利用，结合实际，提出如下意见。",
        "一、总体要求",
        "坚持节约优先。",
        "二、重点任务",
        f"1.编制规划。{RULE.format(n=1)}",
        "三、保障",
        f"2.加强检查。{RULE.format(n=2)}",
    )
    document = read_one(text)
    assert (document.title, document.date, numbers(document)) == (
        "关于推进雨水利用的意见",
        "2024年3月1日",
        ["导语", "总体要求", "1", "2"],
    )
    assert "孙七七" not in texts(document)


def test_an_official_summary_after_notices_keeps_its_headline() -> None:
    text = page(
        NOTICE,
        "某市签署政府令",
        "公布《某市雨水利用条例》",
        "新华社某市4月10日电 市长日前签署政府令，公布《某市雨水利用条例》，自2024年6月1日起施行。",
        "一是明确内涵。雨水利用是指收集和使用雨水。",
        "二是明确职责。有关部门各负其责。",
        "三是规范资金。专款专用。",
    )
    document = read_one(text)
    assert (document.title, document.grammar) == ("某市签署政府令 公布《某市雨水利用条例》", "summary")
    assert numbers(document) == ["导语", "1", "2", "3"]


def test_labels_and_bylines_are_no_part_of_a_headline() -> None:
    source = page(
        "新华时评",
        "向雨水要效益",
        "新华社记者 赵六六 钱七七",
        "当前正值雨季，各地纷纷收集雨水。",
        "（新华社北京4月10日电）",
    )
    piece = split_page(read_passages(source))[0]
    assert headline(piece.titles, source) == "向雨水要效益"


def test_closing_datelines_are_no_part_of_the_text() -> None:
    assert strip_closing("解难题的实效。 （新华社北京4月10日电）") == "解难题的实效。"
    assert strip_closing("解难题的实效。") == "解难题的实效。"


@pytest.mark.parametrize(
    "text",
    [
        page("新华社北京4月10日电"),
        page("（上接第一版）"),
        page("遗失声明"),
        page("标题", "新华社记者 赵六六 摄"),
        DATELINE[:14] + "\n" * 5,
    ],
)
def test_pages_with_hardly_anything_on_them(text: str) -> None:
    assert [d.articles for d in read_library(text).documents if not d.articles] == []


def test_thousands_of_short_lines_neither_overflow_nor_take_long() -> None:
    text = DATELINE + "\n" + "\n".join(f"某某股份 {n % 97}" for n in range(6000))
    started = time.process_time()
    read_library(text)
    assert time.process_time() - started < 5
