"""Items of each kind, made of one document: what they ask, what is right, and what is never asked."""

from __future__ import annotations

import pytest

from assistant.material.candidates import gather
from assistant.material.checks import check_item
from assistant.material.choosing import Chosen
from assistant.material.items import Maker, is_understood
from assistant.material.items_list import items_of_listing
from assistant.material.points import Texts
from assistant.material.points_list import listings
from assistant.material.records import LETTERS, Item, Selection
from index.records import Article, Document
from tests.timing import cpu_seconds


def document_of(*texts: str, heading: str = "", title: str = "测试市某某办法") -> Document:
    articles = tuple(
        Article("d", str(n), f"第{n}条 {heading}".strip(), heading, "", text) for n, text in enumerate(texts, 1)
    )
    grammar = "policy" if heading else "law"
    return Document("d", title, title, "办法", grammar, articles, "900")  # type: ignore[arg-type]


def items_of(document: Document, kind: str = "") -> list[Item]:
    found = gather([Selection(document, document.articles)], [document], {}, seed=0)
    return [item for item in found.items if kind in ("", item.type)]


@pytest.mark.parametrize(
    ("text", "question", "key"),
    [
        (
            "确定协议的内容，应当综合考虑保护现状、保护成本、保护成效等因素。",
            "根据《测试市某某办法》，确定协议的内容，应当综合考虑哪些因素？",
            "保护现状；保护成本；保护成效。",
        ),
        (
            "根据外溢效益、功能定位、环境容量等特点，市人民政府实施差异补偿。",
            "《测试市某某办法》规定，根据哪些特点，市人民政府实施差异补偿？",
            "外溢效益；功能定位；环境容量。",
        ),
    ],
)
def test_a_list_in_a_clause_is_asked_for_as_a_question(text: str, question: str, key: str) -> None:
    asked = items_of(document_of(text), "简答")
    assert [(item.stem, item.key) for item in asked] == [(question, key)]


@pytest.mark.parametrize(
    "text",
    [
        "本办法所称补偿，是指通过财政补偿、横向补偿、市场补偿等机制给予的补偿。",
        "社区工作者具备沟通能力、协调能力、服务能力等能力素质要求。",
        "由公安、民政、教育、卫生、财政、交通、商务、税务、海关等部门负责。",
    ],
)
def test_a_list_that_makes_no_plain_question_is_not_asked_for(text: str) -> None:
    assert items_of(document_of(text), "简答") == []


def test_an_article_under_a_heading_is_asked_for_in_outline() -> None:
    body = "街道应当每年组织体检。社区可以设立谈心室。居民委员会应当走访慰问退休的社区工作者，并及时帮助解决他们反映的工作和生活上的困难和问题。"
    key = "（1）街道应当每年组织体检。（2）社区可以设立谈心室。（3）居民委员会应当走访慰问退休的社区工作者，并及时帮助解决他们反映的工作和生活上的困难和问题。"
    (item,) = items_of(document_of(f"关心身心健康。{body}", heading="关心身心健康"), "简答")
    assert item.stem == "简述《测试市某某办法》关于“关心身心健康”的主要要求。" and item.key == key
    assert (item.start, item.end) == (0, 6)


@pytest.mark.parametrize(
    ("text", "question", "key"),
    [
        (
            "本办法所称居家养老，是指以家庭为基础、由社会提供服务的养老方式。",
            "《测试市某某办法》所称“居家养老”是指什么？",
            "以家庭为基础、由社会提供服务的养老方式。",
        ),
        (
            "业主拒付公共费用且经催告仍不支付的，物业服务企业可以申请仲裁。",
            "根据《测试市某某办法》，业主拒付公共费用且经催告仍不支付的，如何处理？",
            "物业服务企业可以申请仲裁。",
        ),
        (
            "集体财产由村民小组统一经营管理的，村民委员会应当每季度公布账目。",
            "根据《测试市某某办法》，集体财产由村民小组统一经营管理的，有什么规定？",
            "村民委员会应当每季度公布账目。",
        ),
    ],
)
def test_what_a_term_means_and_what_follows_in_a_case(text: str, question: str, key: str) -> None:
    assert [(item.stem, item.key) for item in items_of(document_of(text), "简答")] == [(question, key)]


@pytest.mark.parametrize(
    "text",
    [
        "工作人员在办理登记中收受他人财物的，依法给予处分。",
        "违反前款规定擅自转让承包土地的，由乡镇人民政府责令限期改正。",
    ],
)
def test_what_goes_without_saying_or_points_elsewhere_is_no_case(text: str) -> None:
    assert items_of(document_of(text), "简答") == []


def test_a_draft_in_four_ways_has_each_place_right_twice() -> None:
    document = document_of("市民政部门应当定期公布补助对象名单，由街道办事处在15日内送达本人。")
    drafts = items_of(document, "情景")
    assert len(drafts) == 1 and "四种写法" in drafts[0].stem
    text = document.articles[0].text
    changed = [[a != b for a, b in zip(option, text, strict=False)].count(True) > 0 for option in drafts[0].options]
    assert sorted(changed) == [False, True, True, True]
    assert drafts[0].options[LETTERS.index(drafts[0].key)] == text
    for place in ("应当", "定期", "15日"):
        assert sum(place in option for option in drafts[0].options) in (2, 4)


def test_two_of_four_statements_may_be_false() -> None:
    texts = (
        "市民政部门应当每年公布对象名单。街道办事处可以委托社区组织入户走访。社区居民委员会应当协助核对信息。"
        "市财政部门应当按月拨付补助资金。区人民政府应当在三十日内作出处理决定。审计机关对资金管理使用情况进行监督。"
    )
    document = document_of(f"规范管理。{texts}", heading="规范管理")
    keys = {len(item.key) for item in items_of(document, "多选")}
    assert keys == {2, 3}
    for item in items_of(document, "多选"):
        assert check_item(item, document, is_literal=True) == ()
        assert item.explanation.count("原文是") == 4 - len(item.key)


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("市民政部门应当在15日内答复。", True),
        ("市民政部门的工作人员玩忽职守的，应当在15日内依法处理。", False),
        ("县级以上人民政府有关部门按照各自职责，在15日内做好相关工作。", False),
        ("近年来，各地在15日内办结事项，取得明显成效。", False),
    ],
)
def test_what_nobody_doubts_is_no_statement(text: str, is_asked: bool) -> None:
    assert bool(items_of(document_of(text), "判断")) is is_asked


def test_an_exception_belongs_to_its_rule() -> None:
    alone = document_of("居民应当在15日内申报登记。")
    with_exception = document_of("居民应当在15日内申报登记。但是外出的除外。")
    assert items_of(alone, "判断") and items_of(with_exception, "判断")
    assert all("但是外出的除外" in item.stem for item in items_of(with_exception, "判断"))


def test_a_later_sentence_of_a_law_names_who_acts_or_is_not_understood() -> None:
    article = document_of(
        "临时使用土地的期限不得超过三年。续用期限不得超过一年。建设单位应当在15日内恢复原状。"
    ).articles[0]
    from assistant.material.clauses import clauses

    assert [is_understood(article, clause) for clause in clauses(article)] == [True, False, True]


def test_no_two_items_of_a_small_quiz_are_about_one_sentence() -> None:
    document = document_of("市民政部门应当定期公布补助对象名单，由街道办事处在15日内送达本人。")
    one, *others = items_of(document)
    assert others and not any(Chosen([one], is_strict=True).allows(other) for other in others)
    assert any(Chosen([one]).allows(other) for other in others)


def test_time_grows_with_the_length_of_an_article_not_with_its_square() -> None:
    def seconds(sentences: int) -> float:
        text = "".join(
            f"街道办事处应当每年组织社区工作者体检，第{n}社区可以在15日内设立谈心室。" for n in range(sentences)
        )
        document = document_of(f"关心爱护。{text}", heading="关心爱护")
        return cpu_seconds(lambda: items_of(document))

    assert seconds(160) < 4 * seconds(40) * 2


def test_a_long_list_is_asked_for_as_a_whole_and_not_by_its_members() -> None:
    document = document_of("市民政部门通过走访、座谈、问卷、热线、信箱、网络、公告等方式听取意见。")
    assert not [item for item in items_of(document, "填空") if item.point == "列举内容"]
    maker = Maker(Texts(document, (document,)), document.articles[0], 0)
    (listing,) = listings(document.articles[0])
    assert "哪些方式" in next(iter(items_of_listing(maker, listing))).stem


def test_a_statement_is_changed_in_one_item_only() -> None:
    texts = (
        "市民政部门应当每年公布对象名单。街道办事处可以委托社区组织入户走访。社区居民委员会应当协助核对信息。"
        "市财政部门应当按月拨付补助资金。区人民政府应当在三十日内作出处理决定。审计机关对资金管理使用情况进行监督。"
    )
    document = document_of(f"规范管理。{texts}", heading="规范管理")
    two = next(item for item in items_of(document, "多选") if len(item.key) == 2)
    wrong = {option for letter, option in zip(LETTERS, two.options, strict=False) if letter not in two.key}
    again = [item for item in items_of(document, "判断") if any(item.stem.endswith(option) for option in wrong)]
    assert len(again) == 2 and not any(Chosen([two]).allows(item) for item in again)


def test_a_definition_before_a_semicolon_has_one_full_stop() -> None:
    text = "本办法所称居家养老，是指以家庭为基础、由社会提供服务的养老方式；所称机构养老，是指在养老院的养老方式。"
    asked = [item.key for item in items_of(document_of(text), "简答")]
    assert asked == ["以家庭为基础、由社会提供服务的养老方式。"]


def test_a_list_of_people_is_asked_for() -> None:
    lines = "以下人员应当参加培训：\n（一）新招聘的人员；\n（二）社区党组织书记；\n（三）社区居民委员会主任。"
    (item,) = items_of(document_of(lines), "简答")
    assert item.stem == "根据《测试市某某办法》，哪些人员应当参加培训？"


def test_a_draft_under_a_heading_of_errors_is_sound() -> None:
    body = "市民政部门应当定期公布补助对象名单，由街道办事处在15日内送达本人。"
    assert items_of(document_of(f"纠正错误做法。{body}", heading="纠正错误做法"), "情景")


def test_a_pair_in_a_clause_that_leans_is_not_asked_for() -> None:
    alone, leaning = (
        "社区应当树立能进能出、优进绌退的鲜明导向，完善退出机制。",
        "其应当树立能进能出、优进绌退的鲜明导向，完善退出机制。",
    )
    assert [item.key for item in items_of(document_of(alone), "填空") if "；" in item.key] == ["能进能出；优进绌退"]
    assert not [item for item in items_of(document_of(leaning), "填空") if "；" in item.key]
