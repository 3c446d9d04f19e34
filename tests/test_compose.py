"""Composing: conditions kept, no more shown than answers, lists whole, the same rule cited and not repeated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.compose import cite_name, compose, key_words, same_rule
from assistant.question import analyse
from assistant.settings import load_settings
from index.records import Article, Document, Grammar
from tests.small_library import assistant_over, small_assistant


def test_the_answer_keeps_the_exception_beside_the_rule() -> None:
    answer = small_assistant().ask("读者可以转借图书吗？")
    assert answer.answer == (
        "一般不可以，但有例外。《示例市图书馆借阅管理办法》第4条规定："
        "“读者不得转借图书；因教学确需转借的，报市图书馆批准。”[1]"
    )
    assert answer.key_words == ("不得",)


def test_a_list_is_given_whole_and_counted() -> None:
    answer = small_assistant().ask("借阅古籍要具备哪些条件？")
    assert answer.answer.startswith(
        "共3项。《示例市图书馆借阅管理办法》第6条列明：（1）持有单位介绍信；（2）在馆内阅览；（3）由馆员陪同。"
    )
    assert answer.citations[0].quote.endswith("（三）由馆员陪同。")


def test_a_named_article_is_shown_whole() -> None:
    answer = small_assistant().ask("第五条讲什么")
    assert answer.citations[0].article == "5"
    assert answer.citations[0].quote == "逾期归还图书的，由图书馆责令改正；逾期超过三个月的，可以停止借阅。"


def test_two_questions_get_two_clauses_in_order() -> None:
    answer = small_assistant().ask("读者是指谁，借阅古籍有什么条件？")
    assert {c.article for c in answer.citations} == {"2", "6"}
    assert all(f"[{c.marker}]" in answer.answer for c in answer.citations)


def test_titles_in_titles_change_their_brackets() -> None:
    document = Document("d", "就《甲办法》答记者问", "", "", "qa", (), "0")
    assert cite_name(document, Article("d", "2", "第2问 原则", "", "", "")) == "《就〈甲办法〉答记者问》第2问"


def test_the_same_rule_in_other_words() -> None:
    rule = "对取得显著成效的，财政部门可以在资金安排等方面给予适当支持。"
    assert same_rule(rule, "对取得显著成效的，财政部门可在资金安排方面给予支持。")
    assert not same_rule(rule, "财政部门制定转移支付办法，明确资金分配方式。")


def test_only_deciding_words_are_bold() -> None:
    assert key_words(analyse("能转借吗？"), ["读者不得转借；馆员可以转借。"]) == ("不得", "可以")
    assert key_words(analyse("借阅期限最长几天？"), ["期限为30天。"]) == ("30天",)
    assert key_words(analyse("谁批准？"), ["不得转借。"]) == ()
    assert key_words(analyse("转借谁批准？"), ["转借的，报市图书馆主管部门批准。"]) == ("市图书馆主管部门",)
    assert key_words(analyse("必须捐书吗？"), ["鼓励读者捐书。"]) == ("鼓励",)


def test_an_exception_in_the_next_sentence_stays_with_its_rule() -> None:
    text = (
        "停车办法\n\n第一条 居民不得在楼道停放电动车。确需停放的，应当报物业批准。\n\n第二条 本办法自发布之日起施行。\n"
    )
    said = assistant_over(text).ask("楼道能停放电动车吗？").answer
    assert (
        said
        == "一般不可以，但有例外。《停车办法》第1条规定：“居民不得在楼道停放电动车。确需停放的，应当报物业批准。”[1]"
    )


def test_a_counted_list_has_as_many_items_as_the_question_says() -> None:
    assert small_assistant().ask("借阅古籍要具备哪三个条件？").answer.startswith("共3项。")
    assert not small_assistant().ask("借阅古籍要具备哪两个条件？").answer.startswith("共")


@pytest.mark.parametrize(
    ("grammar", "label", "said"),
    [
        ("law", "第2条", "《甲》第2条规定："),
        ("measures", "导语", "《甲》导语写明："),
        ("qa", "第2问 原则", "《甲》第2问说明："),
        ("summary", "六是", "《甲》“六是”说明："),
    ],
)
def test_only_a_numbered_clause_of_a_rule_lays_something_down(grammar: Grammar, label: str, said: str) -> None:
    found = small_assistant().find("读者可以转借图书吗？")
    assert found is not None
    best = found.ranked[0]
    document = replace(best.document, title="甲", grammar=grammar)
    evidence = replace(best, document=document, article=replace(best.article, label=label))
    assert compose(analyse("谁"), [evidence])[0].text.startswith(said)


LONG = (
    "社区服务办法\n\n"
    "第一条 居民委员会应当每月公布一次服务事项和收支情况，接受居民的监督和查询；街道办事处每季度组织一次居民评议，评议结果向全体居民公开，"
    "并作为考核的依据；逾期不公开的，由区民政局责令改正。\n\n"
    "第二条 各街道按照每千户居民配备社区养老服务人员6人的标准统筹安排。\n\n第三条 本办法自发布之日起施行。\n"
)


def test_of_a_long_sentence_only_the_half_that_answers_is_shown_and_the_whole_is_cited() -> None:
    answer = assistant_over(LONG).ask("居民评议多久组织一次？")
    assert "街道办事处每季度组织一次居民评议" in answer.answer and "公布一次服务事项" not in answer.answer
    assert answer.citations[0].quote.startswith("居民委员会应当每月") and answer.citations[0].quote.endswith(
        "责令改正。"
    )


def test_a_half_that_leans_on_the_one_before_it_is_shown_with_it() -> None:
    answer = assistant_over(LONG).ask("评议结果逾期不公开，由谁责令改正？").answer
    assert "逾期不公开的，由区民政局责令改正" in answer and "街道办事处每季度组织一次居民评议" in answer


def test_a_sum_over_a_norm_is_shown_as_ours() -> None:
    answer = assistant_over(LONG).ask("我们街道有4500户居民，养老服务人员配几个？").answer
    assert answer.endswith("[1]按此标准推算：4500÷1000×6＝27人（推算为本助手所作，不是原文）。")
    assert "推算" not in assistant_over(LONG).ask("养老服务人员按什么标准配备？").answer


@pytest.fixture(scope="module")
def assistant(bundled_index: Path) -> Assistant:
    return Assistant.open(load_settings(bundled_index))


def test_the_same_rule_elsewhere_is_cited_and_not_repeated(assistant: Assistant) -> None:
    answer = assistant.ask("生态保护补偿是什么意思")
    assert len(answer.citations) == 2
    assert answer.answer.endswith("》“一是”也有同样内容。[2]") and answer.answer.count("激励性制度安排") == 1


def test_an_answer_of_two_passages_keeps_both_markers(assistant: Assistant) -> None:
    for question in ("社区工作者怎么定义，专职和兼职怎么分", "谁负责招聘社区工作者，招聘的原则是什么"):
        answer = assistant.ask(question)
        markers = [f"[{citation.marker}]" for citation in answer.citations]
        assert all(answer.answer.count(marker) == 1 for marker in markers)
