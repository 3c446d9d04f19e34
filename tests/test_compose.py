"""Composing: direct leads only where the words carry them, conditions kept, lists whole, the same rule cited once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.compose import SURE_SHARE, cite_name, compose, key_words, lead_in, same_rule
from assistant.evidence import FEATURES
from assistant.question import analyse
from index.records import Article, Document, Grammar
from tests.small_library import assistant_over, small_assistant


@pytest.mark.parametrize(
    ("question", "quote", "lead"),
    [
        ("能转借吗？", "读者不得转借图书。", "不可以。"),
        ("能转借吗？", "读者不得转借图书；确需转借的，报馆长批准。", "一般不可以，但有例外。"),
        ("能停我的证吗？", "可以停止借阅。", "符合规定条件的，可以。"),
        ("必须捐书吗？", "鼓励读者捐赠图书。", "没有硬性要求，文件是鼓励、探索的态度。"),
        ("必须登记吗？", "读者应当登记。", "是的，要按规定办。"),
        ("有体检没？", "定期组织体检。", "文件有规定。"),
        ("能赖着不还吗？", "应当归还。", ""),  # “能…不” and a duty: a yes or no would be read the wrong way round
        ("能不还吗？", "可以不还。", ""),
        ("叫我们担责，能顶回去吗？", "不得将社区作为责任主体。", ""),  # whoever asks to refuse is not forbidden to
        ("没有证，借书行吗？", "不得外借。", ""),
        ("住得近的优先吗？", "鼓励就近。", ""),  # 得 is no duty here
        ("我们得登记吗？", "读者应当登记。", "是的，要按规定办。"),
        ("必须建平台吗？", "推动建立平台，加大支持力度。", ""),  # 推动 sets a task
        ("能停放吗？", "不得停放；逾期不改的，责令搬离。", "不可以。"),
        ("谁批准？", "由馆长批准，不得转借。", ""),
        ("能借几本吗？", "不得转借，可以续借。", ""),  # both words: the clause speaks for itself
    ],
)
def test_a_lead_says_no_more_than_the_clause(question: str, quote: str, lead: str) -> None:
    assert lead_in(analyse(question), quote) == lead


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


@pytest.mark.parametrize(("share", "opening"), [(SURE_SHARE, "一般不可以，但有例外。"), (SURE_SHARE - 0.01, "")])
def test_no_yes_or_no_where_the_clause_meets_little_of_the_question(share: float, opening: str) -> None:
    question = "读者可以转借图书吗？"
    found = small_assistant().find(question)
    assert found is not None and found.ranked[0].article.number == "4" and FEATURES[0] == "sentence"
    evidence = replace(found.ranked[0], features=(share, *found.ranked[0].features[1:]))
    assert compose(analyse(question), [evidence])[0].text.startswith(opening + "《")


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
