"""What to ask next and how else to ask: known questions and numbers of clauses, nothing made up, the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant.records import Answer, Citation, Related
from assistant.web import suggestions
from assistant.web.suggestions import known_questions, rephrase, suggest_next
from index.asked import Asked
from index.records import Document
from tests.fake_assistant import VOLUNTEERS, FakeAssistant, FakeLibrary, make_article

TITLE = VOLUNTEERS.title
ASKED: Asked = {
    (TITLE, "3"): (
        "场地使用费按照什么标准给予补贴？",
        "场地使用费的补贴最高是多少？",
        "俺们场地使用费给补贴多少钱？",
        "补贴多少？",
        "那场地使用费的补贴最高是多少？",
        "场地使用费 补贴",
        "春游秋游冬泳夏令营组织哪些活动？",
    ),
    (TITLE, "1"): ("制定志愿服务办法是为了规范什么？",),
}
LIBRARY = FakeLibrary(VOLUNTEERS)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(suggestions, "_asked", lambda: ASKED)
    suggestions._best.cache_clear()
    yield
    suggestions._best.cache_clear()


def shown(answer: Answer, *asked: str) -> list[str]:
    return [each.shown for each in suggest_next(answer, LIBRARY, asked)]


def test_only_short_plain_questions_in_the_words_of_the_clause_are_suggested() -> None:
    assert set(known_questions(VOLUNTEERS, VOLUNTEERS.articles[2])) == {
        "场地使用费按照什么标准给予补贴？",
        "场地使用费的补贴最高是多少？",
    }


def test_related_clauses_come_first_and_nothing_asked_before_comes_again() -> None:
    answer = FakeAssistant().ask("请假")
    first = shown(answer)
    assert first[0] in ASKED[(TITLE, "3")]
    assert first[1:] == ["制定志愿服务办法是为了规范什么？"]
    assert shown(answer) == first
    again = shown(answer, first[0].rstrip("？"))
    assert again[0] in ASKED[(TITLE, "3")] and again[0] != first[0]


def test_a_document_without_known_questions_is_asked_by_number() -> None:
    other = replace(VOLUNTEERS, id="other", title="另一办法")
    citation = Citation(1, other.title, "2", "第2条 请假", "志愿者", 0, 3)
    answer = Answer(
        "", "请假", "answered", "extractive", "志愿者[1]", (citation,), (Related(other.title, "3", "第3条"),)
    )
    found = suggest_next(answer, FakeLibrary(other))
    assert [each.question for each in found] == ["《另一办法》第3条讲什么？", "《另一办法》第1条讲什么？"]
    assert [each.shown for each in found] == ["第3条讲什么？（场地补贴）", "第1条讲什么？"]


def test_a_clause_that_is_gone_suggests_nothing() -> None:
    assert suggest_next(FakeAssistant().ask("请假"), FakeLibrary()) == []
    assert suggest_next(FakeAssistant().ask("天气"), LIBRARY) == []


def test_a_refusal_is_rephrased_with_the_nearest_known_question_and_the_nearest_clause() -> None:
    refused = replace(FakeAssistant().ask("场地使用费能贴多少？"), related=(Related(TITLE, "3", "第3条 场地补贴"),))
    found = [each.question for each in rephrase(refused, LIBRARY)]
    assert found[-1] == f"《{TITLE}》第3条讲什么？"
    assert found[0] in ASKED[(TITLE, "3")]
    assert len(found) <= 3
    assert [each.question for each in rephrase(replace(refused, question="天气", effective=""), LIBRARY)] == found[-1:]
    assert rephrase(replace(refused, related=()), LIBRARY) == []


def test_the_questions_of_the_package_are_fit_to_be_shown() -> None:
    monkey = Document(
        "o",
        "关于加强社区工作者队伍建设的意见",
        "",
        "意见",
        "measures",
        (make_article("12", "社区工作者薪酬参照当地平均工资水平，薪酬标准定期调整，签订劳动合同。", ""),),
        "1",
    )
    suggestions._best.cache_clear()
    from index.asked import read_bundled

    asked = read_bundled()
    questions = [q for q in asked[(monkey.title, "12")] if suggestions._is_well_formed(q)]
    assert questions
    assert all(q.endswith("？") and len(q) <= 18 for q in questions)
