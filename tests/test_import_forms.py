"""Whole files in forms that people really bring: each once went wrong. All names and numbers are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.clean import read_passages
from index.corpus import import_files
from index.furniture import find_furniture
from index.headings import stands_alone
from index.library import build_library
from index.notices import is_credit
from index.records import Article, Document, Page


def read(text: str, name: str = "文件.txt") -> Document:
    documents = build_library([Page("x", name, text)]).documents
    assert len(documents) == 1
    return documents[0]


def numbers(document: Document) -> list[str]:
    return [a.number for a in document.articles]


def article(document: Document, number: str) -> Article:
    found = document.article(number)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "line",
    [
        "下列人员可以被委托为诉讼代理人：",
        "环境保护主管部门确定排放量时，应当载明：",
        "各单位有下列行为之一的，责令改正：",
        "区绿化行政管理部门主要职责：",
    ],
)
def test_a_line_that_opens_a_list_is_no_addressee(line: str) -> None:
    document = read(f"某市某事条例\n\n第一条 为了某事，制定本条例。\n\n{line}\n\n（一）甲项；\n\n（二）乙项。\n")
    assert article(document, "1").text.split("\n")[1] == line
    assert [i.number for i in article(document, "1").paragraphs[1].items] == ["（一）", "（二）"]


def test_who_a_reply_addresses_goes_and_what_it_answers_stays() -> None:
    text = (
        "某某办公厅关于甲\n经济政策有关问题的复函\n某办函〔1996〕16号\n经贸委、冶金部：\n"
        "经贸委《关于解决问题的意见》和冶金部《关于政策的请示》收悉。经与有关部门协商并报经领导同意，现就某某行业经济政策的有关问题函复如下：\n"
        "一、关于地质勘探资金问题\n为促进行业持续稳定发展，这项工作只能加强，不能削弱，各有关部门应当继续拨付专项资金，用于本行业的地质勘探工作。\n"
        "二、关于投资渠道问题\n新开工项目由某银行贷款；续建项目，过去由哪家银行贷款，今后仍由其安排贷款，所需资金由有关专业银行解决。\n"
        "某某办公厅\n一九九六年二月九日\n"
    )
    document = read(text)
    assert numbers(document) == ["导语", "1", "2"]
    assert article(document, "导语").text.startswith("经贸委《关于解决问题的意见》")
    assert article(document, "1").heading == "关于地质勘探资金问题"
    assert document.date == "一九九六年二月九日"
    assert document.document_number == "某办函〔1996〕16号"


@pytest.mark.parametrize(
    ("lines", "title", "kind"),
    [
        (
            ["某某办公厅关于全面推行", "执法公示制度执法记录制度", "审核制度的指导意见"],
            "某某办公厅关于全面推行执法公示制度执法记录制度审核制度的指导意见",
            "意见",
        ),
        (
            ["某院关于在某区暂时调整实施《某国药品管理法", "实施条例》有关规定的决定"],
            "某院关于在某区暂时调整实施《某国药品管理法实施条例》有关规定的决定",
            "决定",
        ),
        (["国务院、中央军委关于同意某总部", "机关迁址的批复"], "国务院、中央军委关于同意某总部机关迁址的批复", "批复"),
        (
            ["国务院办公厅转发国家地震局", "关于加强防震减灾工作的通知"],
            "国务院办公厅转发国家地震局关于加强防震减灾工作的通知",
            "通知",
        ),
    ],
)
def test_a_title_goes_on_until_it_is_whole(lines: list[str], title: str, kind: str) -> None:
    body = "\n某发〔2018〕18号\n现就有关事项通知如下，请各地区、各部门结合本地区、本部门的实际情况认真贯彻执行，并及时报告有关落实情况和问题。\n"
    document = read("\n".join(lines) + body)
    assert (document.title, document.kind) == (title, kind)


def test_a_decree_is_named_by_what_it_promulgates() -> None:
    document = read(
        "某省人民政府令\n第312号\n《某省供水办法》已经会议通过，现予公布，自2021年5月1日起施行。\n省长 某某某\n2021年3月20日\n"
        "某省供水办法\n第一条 为了加强供水管理，制定本办法。\n第二条 本办法自2021年5月1日起施行。\n"
    )
    assert (document.title, document.kind, document.document_number) == ("某省供水办法", "办法", "第312号")
    assert numbers(document) == ["全文", "1", "2"]


def test_page_numbers_and_running_heads_do_not_break_a_wrapped_text() -> None:
    document = read(
        "北山市养犬管理条例\n\n第一条 为了规范养犬行为，保障公民人身安全，\n维护市容环境卫生和公共秩序，根据有关法律法规，\n"
        "结合本市实际，制定本条例。\n第二条 本市行政区域内犬只的饲养、经营以及相\n北山市养犬管理条例\n- 3 -\n"
        "关管理活动，适用本条例。军用、警用犬只的管理，\n按照国家有关规定执行。\n第三条 养犬管理实行政府监管、社会监督、行业\n"
        "自律和养犬人自治相结合的原则。居民委员会、村民\n委员会可以在充分征求居民和业主意见之后，依照\n第二条的规定制定居民公约。\n"
        "第四条 养犬人应当遵守下列规定：\n（一）携犬出户时用犬绳牵引，犬绳长度不得超过\n一点五米；\n（二）及时清除粪便。\n— 4 —\n"
        "养犬人违反前款规定的，由城市管理部门责令改\n正；拒不改正的，处二百元以上五百元以下罚款。\n"
    )
    assert numbers(document) == ["1", "2", "3", "4"]
    assert "以及相关管理活动" in article(document, "2").text
    assert article(document, "3").text.endswith("依照第二条的规定制定居民公约。")
    assert [(p.number, len(p.items)) for p in article(document, "4").paragraphs] == [(1, 2), (2, 0)]
    assert not any(a.damages for a in document.articles)


def test_the_menus_of_a_copied_web_page_are_not_text() -> None:
    document = read(
        "首页\n政务公开\n当前位置：首页 > 政务公开 > 政策文件\n字号：大 中 小 打印本页\n南桥区物业矛盾调解办法\n"
        "发布时间：2022-03-15 09:20 来源：区住建局 浏览次数：1024次\n第一条 为了化解物业矛盾，制定本办法。\n"
        "第二条 调解不收取费用。\n分享到：微信 微博\n上一篇：关于某事的公告\n主办：某区人民政府 版权所有\n某ICP备12345678号\n"
    )
    assert document.title == "南桥区物业矛盾调解办法"
    assert [a.text for a in document.articles] == ["为了化解物业矛盾，制定本办法。", "调解不收取费用。"]


@pytest.mark.parametrize("line", ["主办单位：区民政局", "来源：各社区上报", "1.首页设置专栏。", "第3页第2行应当更正。"])
def test_what_a_text_says_itself_is_no_furniture(line: str) -> None:
    assert find_furniture(["关于活动的通知", "一、时间", line, "二、地点"]) == set()


def test_measures_that_run_on_in_one_paragraph_are_parted() -> None:
    text = "关于关爱老人的意见\n一、服务对象。指年满八十周岁的老人。二、巡访制度。每周上门一次。三、执行时间。下月起执行。\n"
    document = read(text)
    assert [(a.number, a.text) for a in document.articles] == [
        ("1", "服务对象。指年满八十周岁的老人。"),
        ("2", "巡访制度。每周上门一次。"),
        ("3", "执行时间。下月起执行。"),
    ]
    for each in document.articles:
        span = each.spans[0]
        assert each.text in text[span.start : span.end]


def test_numbers_inside_a_sentence_do_not_part_it() -> None:
    assert len(read_passages("一、按规定执行。三、六、九日休息。\n")) == 1
    assert len(read_passages("见附件：一、名单。\n")) == 1


def test_items_that_stand_on_the_line_of_their_paragraph() -> None:
    document = read(
        "某细则\n第一条 应当提交下列材料：（一）身份证；（二）户口簿。\n材料不齐的，一次告知。\n第二条 依照前条第（一）项办理。\n"
    )
    first = article(document, "1")
    assert [first.text[i.start : i.end] for i in first.paragraphs[0].items] == ["（一）身份证；", "（二）户口簿。"]
    assert [p.number for p in first.paragraphs] == [1, 2]
    assert article(document, "2").paragraphs[0].items == ()


@pytest.mark.parametrize(
    "text",
    [
        "补贴问答\nQ1：谁可以申请？\nA1：低保老人可以申请。\nQ2：多少钱？\nA2：每月二百元。\n",
        "补贴问答\n问\n谁可以申请？\n答\n低保老人可以申请。\n问\n多少钱？\n答\n每月二百元。\n",
        "补贴问答\n问题一：谁可以申请？\n答：低保老人可以申请。\n问题二：多少钱？\n答：每月二百元。\n",
    ],
)
def test_forms_of_questions_and_answers(text: str) -> None:
    document = read(text)
    assert document.grammar == "qa"
    assert [a.text for a in document.articles] == [
        "问：谁可以申请？\n答：低保老人可以申请。",
        "问：多少钱？\n答：每月二百元。",
    ]


def test_a_standard_without_a_title_keeps_its_first_number() -> None:
    document = read(
        "1 总则\n1.1 目的\n为规范处置，制定本规程。\n1.2 范围\n适用于各社区。\n2 职责\n2.1 书记总指挥。\n2.2 网格员报告。\n",
        "规程.txt",
    )
    assert (document.title, document.grammar, numbers(document)) == ("规程", "decimal", ["1.1", "1.2", "2.1", "2.2"])


def test_rows_of_names_and_tables_stay_apart_and_headings_stay_headings() -> None:
    document = read(
        "关于成立领导小组的通知\n各社区：\n经研究，现将组成人员通知如下：\n组  长：甲一二  街道书记\n副组长：乙三四  街道主任\n"
        "        丙五六  街道委员\n成  员：丁七八  民政科科长\n        戊九十  综治办主任\n        己一三  财政所所长\n"
        "一、工作职责\n负责统筹各项工作。\n二、工作机制\n每季度召开一次会议。\n望江街道办事处\n2023年4月3日\n"
    )
    assert [(a.number, a.heading, a.text) for a in document.articles[1:]] == [
        ("1", "工作职责", "负责统筹各项工作。"),
        ("2", "工作机制", "每季度召开一次会议。"),
    ]
    assert len(article(document, "导语").paragraphs) == 7
    assert (document.issuer, document.date) == ("望江街道办事处", "2023年4月3日")


def test_table_rows_that_name_articles_are_rows() -> None:
    assert stands_alone("第201条 （《某修正案》第3条） | 逃税罪")
    document = read(
        "补充规定\n现作如下补充：\n第201条 （《某修正案》第3条） | 逃税罪\n第202条 （《某修正案》第4条） | 抗税罪\n"
    )
    assert numbers(document) == ["全文"]


def test_a_rule_of_one_short_sentence_keeps_its_words() -> None:
    document = read(
        "关于修改某条例的决定\n某会决定作如下修改：\n一、将第三条修改为：“第三条 物业管理应当公开。\n“业主应当守约。”\n二、删去第二十条第二款。\n本决定自2023年1月1日起施行。\n"
    )
    assert article(document, "1").text.startswith("将第三条修改为：")
    assert article(document, "2").text == "删去第二十条第二款。\n本决定自2023年1月1日起施行。"


def test_a_sentence_that_ends_in_a_colon_holds_items() -> None:
    document = read(
        "某公告\n一、本公告适用于捐赠。\n二、接受捐赠时，按以下原则确认捐赠额：\n（一）货币性资产，以实际收到的金额，确认捐赠额。\n"
        "（二）非货币性资产，以其公允价值确认捐赠额。捐赠方应当提供证明；不能提供证明的，不得开具票据，也不得在税前扣除有关支出。\n"
    )
    assert [i.number for i in article(document, "2").paragraphs[0].items] == ["（一）", "（二）"]


@pytest.mark.parametrize("printed", ["2024年3月1日", "一九八六年七月一日"])
def test_effective_date_in_either_numerals(printed: str) -> None:
    assert read(f"某条例\n第一条 某事。\n第二条 本条例自{printed}起施行。\n").effective_date == printed


def test_a_short_sentence_of_a_preamble_stays() -> None:
    document = read("某国某法\n序言\n某国是历史悠久的国家。\n第一条 某事。\n第二条 他事。\n")
    assert (numbers(document), article(document, "导语").text) == (["导语", "1", "2"], "某国是历史悠久的国家。")


def test_a_caption_with_its_credit_is_no_clause(tmp_path: Path) -> None:
    path = tmp_path / "版.txt"
    path.write_text(
        "第03版 综合\n2024年5月6日 星期一\n某市支持社区食堂\n本报讯（记者 赵某甲）本市将新增一百家社区食堂。\n关于支持社区食堂的意见\n为支持社区食堂发展，提出意见。\n"
        "一、降低门槛\n1.放宽要求。八十平方米即可备案。\n图为居民在社区食堂用餐。 本报记者 钱某乙 摄\n二、加大扶持\n2.给予补贴。每餐补贴三元。\n（新华社北京5月5日电）\n",
        encoding="utf-8",
    )
    imported = import_files([path])
    documents = build_library(imported.pages).documents
    assert [(d.title, d.kind) for d in documents] == [("某市支持社区食堂", "news"), ("关于支持社区食堂的意见", "意见")]
    assert "图为" not in imported.pages[0].text
    assert not is_credit("5月6日，某市举行会议，部署工作。")
