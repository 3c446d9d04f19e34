"""Articles of every grammar: laws, measures, decimals, interviews, summaries, plain texts, attachments, odd input."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import detect_grammar, parse_articles
from index.clean import read_passages
from index.records import Document
from tests.page_samples import RULE, numbers, page, read_one, rules


def test_a_law_with_parts_inserted_articles_and_items() -> None:
    document = read_one(
        page(
            "某市条例",
            "第一编 总则",
            "第一章 一般规定",
            "第一条 甲应当登记：",
            "（一）姓名；",
            "（二）住址。",
            "登记应当真实。",
            "第二章 登记",
            "第一节 程序",
            "第二条 乙应当登记。",
            "第二条之一 丙应当登记。",
            "第二条之二 丁应当登记。",
            "第二节 期限",
            "第三条 戊应当登记。",
        )
    )
    assert numbers(document)[-4:] == ["2", "2之一", "2之二", "3"]
    by_number = {a.number: a for a in document.articles}
    assert by_number["1"].part == "第一编 总则 › 第一章 一般规定"
    assert by_number["3"].part == "第一编 总则 › 第二章 登记 › 第二节 期限"
    assert by_number["2之二"].label == "第2条之二"
    assert [(p.number, [i.number for i in p.items]) for p in by_number["1"].paragraphs][:2] == [
        (1, ["（一）", "（二）"]),
        (2, []),
    ]


@pytest.mark.parametrize(
    "reference",
    [
        "第十二条的规定处罚。",
        "第十二条 规定的程序处理。",
        "第十二条、第十三条的规定。",
        "第四条 规定的情形除外。",
        "第四条第二款所称的情形。",
        "第三条 、第四条规定的情形。",
        "第一条至第三条的规定。",
    ],
)
def test_a_reference_at_the_beginning_of_a_line_is_text(reference: str) -> None:
    lines = [
        "某市条例",
        *rules(1, 2),
        f"第三条 违反规定的，由公安机关责令改正，逾期不改正的，依照本法\n{reference}",
        *rules(4, 5),
    ]
    document = read_one(page(*lines))
    assert numbers(document) == ["1", "2", "3", "4", "5"]
    assert reference.replace(" ", "") in document.articles[2].text.replace(" ", "").replace("\n", "")


def test_a_number_that_runs_in_is_parted_and_a_reference_is_not() -> None:
    document = read_one(
        page(
            "某市条例",
            *rules(1, 2),
            "第三条 甲应当登记。第四条 乙应当登记，依照第一条的规定办理。第二条规定的除外。",
            *rules(5, 6),
        )
    )
    assert numbers(document) == ["1", "2", "3", "4", "5", "6"]
    assert document.articles[3].text == "乙应当登记，依照第一条的规定办理。第二条规定的除外。"


def test_lost_item_numbers_are_put_back_and_said() -> None:
    document = read_one(
        page("某市条例", "第一条 下列事项应当登记：", "- 姓名；", "- 住址；", "（三）电话。", "第二条 完。")
    )
    assert document.articles[0].text == "下列事项应当登记：\n（一）姓名；\n（二）住址；\n（三）电话。"
    assert [d.kind for d in document.articles[0].damages] == ["lost_marker", "lost_marker"]


def test_a_sentence_that_the_page_cut_off_is_marked_and_not_completed() -> None:
    document = read_one(
        page(
            "某市条例",
            "第一条 本条例所称单位，包括人民政府、村民委员会、居民委员会以及其他应当获得补偿的单位和个",
            *rules(2, 3),
        )
    )
    article = document.articles[0]
    assert [(d.kind, article.text[d.start : d.end][-3:]) for d in article.damages] == [("cut_off", "位和个")]
    assert article.text.endswith("单位和个")


def measures(*lines: str) -> Document:
    return read_one(page("某县夜市管理方案", *lines))


def test_numbers_that_run_through_three_levels() -> None:
    document = measures(
        "为规范夜市管理，制定本方案。",
        "一、总体目标",
        "建设有序的夜市。",
        "二、重点任务",
        "（一）规划布局",
        f"1.合理选址。{RULE}",
        f"2.完善设施。{RULE}",
        "（二）日常管理",
        f"3.核定时间。{RULE}",
        "三、保障措施",
        f"4.落实责任。{RULE}",
    )
    assert [(a.number, a.label, a.part) for a in document.articles] == [
        ("导语", "导语", ""),
        ("总体目标", "总体目标", "一、总体目标"),
        ("1", "第1条 合理选址", "二、重点任务 › （一）规划布局"),
        ("2", "第2条 完善设施", "二、重点任务 › （一）规划布局"),
        ("3", "第3条 核定时间", "二、重点任务 › （二）日常管理"),
        ("4", "第4条 落实责任", "三、保障措施"),
    ]


def test_numbers_that_begin_again_give_paths() -> None:
    document = measures(
        "一、适用范围",
        "适用于全县夜市。",
        "二、申请条件",
        f"（一）申请材料。{RULE}",
        f"（二）审核程序。{RULE}",
        "三、经营规范",
        f"（一）环境卫生。{RULE}",
        f"（二）噪声控制。{RULE}",
    )
    assert [(a.number, a.label) for a in document.articles] == [
        ("1", "一、适用范围"),
        ("2.1", "二（一） 申请材料"),
        ("2.2", "二（二） 审核程序"),
        ("3.1", "三（一） 环境卫生"),
        ("3.2", "三（二） 噪声控制"),
    ]


def test_list_items_stay_in_their_measure() -> None:
    document = measures(
        "一、申请人应当提交下列材料：", "（一）申请书；", "（二）身份证明。", "二、街道办事处应当在五日内答复申请人。"
    )
    assert [(a.number, a.text.count("\n")) for a in document.articles] == [("1", 2), ("2", 0)]
    assert [i.number for i in document.articles[0].paragraphs[0].items] == ["（一）", "（二）"]


def test_decimal_numbers_and_a_reference_among_them() -> None:
    document = read_one(
        page(
            "某县应急预案",
            "1 总则",
            "1.1 编制目的",
            "建立健全应对机制。",
            "1.2 适用范围",
            "适用于本县。",
            "11.2的试验适用于设备。",
            "2 组织体系",
            "2.1 领导机构",
            "县政府设立指挥部。",
            "2.1.1 值守",
            "实行全天值守。",
            "2.2 办事机构",
            "设办公室。",
            "3 附则",
            "3.1 解释",
            "由办公室解释。",
        )
    )
    assert [(a.number, a.part) for a in document.articles] == [
        ("1.1", "1 总则"),
        ("1.2", "1 总则"),
        ("2.1", "2 组织体系"),
        ("2.1.1", "2 组织体系 › 2.1 领导机构"),
        ("2.2", "2 组织体系"),
        ("3.1", "3 附则"),
    ]
    assert document.articles[1].text == "适用于本县。\n11.2的试验适用于设备。"


def test_an_interview() -> None:
    document = read_one(
        page(
            "某局就《办法》答记者问",
            "近日，某局印发《办法》。",
            "问：为什么？",
            "答：为了节水。",
            "还为了减灾。",
            "问：怎么办？",
            "答：收集雨水。",
        )
    )
    assert [(a.number, a.label, a.text) for a in document.articles] == [
        ("导语", "导语", "近日，某局印发《办法》。"),
        ("1", "第1问 为什么", "问：为什么？\n答：为了节水。\n还为了减灾。"),
        ("2", "第2问 怎么办", "问：怎么办？\n答：收集雨水。"),
    ]


def test_a_text_without_numbers_is_one_article_or_its_sections() -> None:
    assert numbers(read_one(page("物业服务指引", "请按时缴费。", "装修前请登记。"))) == ["全文"]
    sections = read_one(page("# 物业服务指引", "前言在此。", "## 缴费", "请按时缴费。", "## 装修", "装修前请登记。"))
    assert [(a.number, a.label) for a in sections.articles] == [("导语", "导语"), ("1", "缴费"), ("2", "装修")]


def test_what_a_notice_carries_after_its_signature_is_read() -> None:
    head = [
        "某局关于印发夜市办法的通知",
        "某发〔2024〕5号",
        "各街道办事处：",
        "现将《夜市办法》印发给你们，请结合实际，认真遵照执行。",
        "某县城管局",
        "2024年5月1日",
        "（此件公开发布）",
        "夜市办法",
    ]
    document = read_one(page(*head, *rules(1, 3)))
    assert (document.document_number, document.date) == ("某发〔2024〕5号", "2024年5月1日")
    assert [n.rpartition(".")[2] for n in numbers(document)][-3:] == ["1", "2", "3"]
    assert not any("城管局" in a.text for a in document.articles)


def test_attachments_of_a_law_are_no_part_of_its_last_article() -> None:
    document = read_one(
        page(
            "某市条例",
            *rules(1, 3),
            *[line for n in range(3) for line in ("附件", f"收费标准表{n}应当公布并张贴在显著位置。")],
        )
    )
    assert numbers(document) == ["1", "2", "3", "附件", "附件2", "附件3"]


def test_a_number_printed_twice_keeps_both_texts() -> None:
    found = [
        a.number for a in parse_articles(read_passages(page("1.问：甲？", "答：乙。", "1.问：丙？", "答：丁。")), "qa")
    ]
    assert found == ["1", "1（重）"]


@pytest.mark.parametrize(
    ("lines", "grammar"),
    [
        (rules(1, 3), "law"),
        (["一、甲。", "二、乙。"], "measures"),
        (["1.问：甲？", "答：乙。", "2.问：丙？"], "qa"),
        (["一是甲。", "二是乙。", "三是丙。"], "summary"),
        (["只有文字。"], "plain"),
        ([], "plain"),
        (["第一条 只有一条。"], "law"),
    ],
)
def test_grammars(lines: list[str], grammar: str) -> None:
    assert detect_grammar(read_passages(page(*lines))) == grammar


LINE = st.sampled_from(
    [
        *rules(1, 9),
        "第一章 总则",
        "一、总体要求",
        "（一）甲；",
        "1.乙。",
        "1.1 丙",
        "2.问：丁？",
        "答：戊。",
        "一是己。",
        "- 庚；",
        "附件",
        "2024年5月1日",
        "第三条的规定",
        "辛壬癸",
        "——",
        "（",
        "第条",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINE, max_size=25))
def test_any_order_of_lines_is_parsed_the_same_way_twice_and_loses_no_number_twice(lines: list[str]) -> None:
    text = page(*lines)
    passages = read_passages(text)
    grammar = detect_grammar(passages)
    articles = parse_articles(passages, grammar)
    assert articles == parse_articles(read_passages(text), grammar)
    assert len({a.number for a in articles}) == len(articles)
    for article in articles:
        assert article.text.strip()
        assert "\n".join(article.text[p.start : p.end] for p in article.paragraphs) == article.text


@pytest.mark.parametrize(
    "text",
    [
        page(*rules(1, 3)).replace("\n", "\r\n"),
        page(*rules(1, 3)).replace("条 ", "条\t"),
        page(*rules(1, 3)).replace("条 ", "条\x00 "),
        page(*rules(1, 3)).translate({ord("条"): "條"}),
    ],
)
def test_line_ends_tabs_nul_and_traditional_characters(text: str) -> None:
    assert numbers(read_one(text)) == ["1", "2", "3"]
