"""Quizzes over the bundled documents and over small ones: sound, spread, in the numbers wanted, and the same each time."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant.material.checks import check_item
from assistant.material.quiz import make_quiz, replace_item
from assistant.material.records import ITEM_TYPES, LETTERS, RIGHT, Cancelled, Quiz, Selection, Wanted
from index.errors import InputError
from index.library import Library
from index.records import Article, Document
from tests.material_oracle import check_set
from tests.material_samples import DOCUMENT, SELECTION

POLICY, LAW = "关于加强社区工作者队伍建设的意见", "生态保护补偿条例"


def selected(library: Library, title: str, *numbers: str) -> Selection:
    document = next(d for d in library.documents if d.title == title)
    return Selection(document, tuple(a for a in document.articles if not numbers or a.number in numbers))


def quiz_on(library: Library, title: str, wanted: Wanted, *numbers: str) -> Quiz:
    return make_quiz([selected(library, title, *numbers)], wanted, library.documents)


def document_of(*texts: str) -> Document:
    articles = tuple(Article("d", str(n), f"第{n}条", "", "", text) for n, text in enumerate(texts, 1))
    return Document("d", "测试办法", "测试办法", "办法", "law", articles, "900")


@pytest.mark.parametrize("title", [POLICY, LAW])
def test_every_item_of_the_largest_quiz_stands_every_check(bundled_library: Library, title: str) -> None:
    quiz = quiz_on(bundled_library, title, Wanted(total=1000))
    document = selected(bundled_library, title).document
    assert {item.id: found for item in quiz.items if (found := check_item(item, document, is_literal=True))} == {}
    assert check_set(quiz.items) == ()
    assert len(quiz.items) == quiz.most and len({item.id for item in quiz.items}) == quiz.most
    assert any(f"只出得了 {quiz.most} 题" in notice for notice in quiz.notices)


def test_thirty_items_are_of_every_type_and_spread_over_the_articles(bundled_library: Library) -> None:
    quiz = quiz_on(bundled_library, POLICY, Wanted(total=30))
    assert len(quiz.items) == 30 and not quiz.notices
    assert {item.type for item in quiz.items} == set(ITEM_TYPES)
    by_article = Counter(item.article for item in quiz.items)
    assert len(by_article) >= 15 and max(by_article.values()) <= 4
    assert max(Counter(item.point for item in quiz.items).values()) <= 10


def test_right_answers_stand_at_every_letter_and_half_of_the_statements_are_true(bundled_library: Library) -> None:
    quiz = quiz_on(bundled_library, POLICY, Wanted(counts={"单选": 30, "判断": 20}))
    letters = Counter(item.key for item in quiz.items if item.type == "单选")
    assert set(letters) == set(LETTERS[:4]) and max(letters.values()) <= 15
    judged = Counter(item.key == RIGHT for item in quiz.items if item.type == "判断")
    assert min(judged[True], judged[False]) >= 6


def test_the_same_seed_gives_the_same_quiz_and_another_seed_another(bundled_library: Library) -> None:
    first, again = (quiz_on(bundled_library, LAW, Wanted(total=20, seed=3)) for _ in range(2))
    other = quiz_on(bundled_library, LAW, Wanted(total=20, seed=4))
    assert first.items == again.items
    assert {item.id for item in first.items} != {item.id for item in other.items}


def test_numbers_by_type_and_difficulty_are_kept(bundled_library: Library) -> None:
    counts = {"单选": 4, "判断": 3, "填空": 2, "多选": 2, "情景": 1, "简答": 1}
    quiz = quiz_on(bundled_library, POLICY, Wanted(counts=counts))  # type: ignore[arg-type]
    assert Counter(item.type for item in quiz.items) == counts
    easy = quiz_on(bundled_library, POLICY, Wanted(total=5, difficulties=("易",)))
    assert {item.difficulty for item in easy.items} == {"易"}


def test_more_than_the_text_can_carry_is_said_with_what_it_can(bundled_library: Library) -> None:
    quiz = quiz_on(bundled_library, LAW, Wanted(counts={"单选": 5, "多选": 5}), "33")
    assert [item.type for item in quiz.items] == ["单选"]
    assert quiz.wanted == 10 and "要了 10 题" in quiz.notices[0] and "只出得了 1 题" in quiz.notices[0]
    assert "多选 0" in quiz.notices[1]


def test_a_true_statement_is_the_text_and_a_false_one_differs_in_one_place(bundled_library: Library) -> None:
    quiz = quiz_on(bundled_library, POLICY, Wanted(counts={"判断": 40}))
    document = selected(bundled_library, POLICY).document
    for item in quiz.items:
        article = document.article(item.article)
        assert article is not None
        stated = item.stem.partition("，")[2].rstrip("。")
        tested = article.text[item.start : item.end]
        before, _, after = item.quote.partition(tested)
        if item.key == RIGHT:
            assert stated[:6] in article.text and tested in stated
        else:
            assert stated.startswith(before[:8]) and stated.endswith(after.rstrip("。；")[-4:])
            assert stated not in article.text


def test_an_empty_selection_and_a_text_without_anything_to_ask_are_refused() -> None:
    document = document_of("大家好。")
    with pytest.raises(InputError, match="没有选中"):
        make_quiz([Selection(document, ())], Wanted(), [document])
    with pytest.raises(InputError, match="出不了题"):
        make_quiz([Selection(document, document.articles)], Wanted(), [document], notes={})


def test_a_document_of_one_article_without_lists_carries_what_it_has() -> None:
    document = document_of("街道办事处应当在收到申请之日起5个工作日内向申请人作出书面答复。")
    quiz = make_quiz([Selection(document, document.articles)], Wanted(total=20), [document], notes={})
    assert 2 <= len(quiz.items) < 20 and quiz.notices
    assert {"5个工作日", "5个工作日内", "应当", "书面答复"} >= {
        document.articles[0].text[i.start : i.end] for i in quiz.items
    }


def test_nobody_is_examined_on_what_the_page_cut_off(bundled_library: Library) -> None:
    quiz = quiz_on(bundled_library, LAW, Wanted(total=1000), "2")
    document = selected(bundled_library, LAW).document
    cut = [d for d in document.articles[1].damages if d.kind == "cut_off"]
    assert cut and all(item.quote_start + len(item.quote) <= cut[0].start for item in quiz.items)


def test_an_item_can_be_replaced_until_the_text_has_no_more() -> None:
    quiz = make_quiz([SELECTION], Wanted(total=4), [DOCUMENT], notes={})
    items, seen = list(quiz.items), {item.id for item in quiz.items}
    old = items[0]
    other = replace_item(items, old, [SELECTION], [DOCUMENT], notes={})
    assert other is not None and other.id not in seen
    assert check_set([other, *items[1:]]) == ()
    assert replace_item([other, *items[1:]], other, [SELECTION], [DOCUMENT], notes={}) != other
    whole = make_quiz([SELECTION], Wanted(total=200), [DOCUMENT], notes={})
    last = replace_item(whole.items, whole.items[0], [SELECTION], [DOCUMENT], notes={})
    assert last is None or check_set([last, *whole.items[1:]]) == ()


def test_progress_is_told_and_the_work_can_be_stopped(bundled_library: Library) -> None:
    told: list[float] = []

    def stop(share: float, doing: str) -> None:
        told.append(share)
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        make_quiz([selected(bundled_library, POLICY)], Wanted(), bundled_library.documents, progress=stop)
    assert told == sorted(told) and told[0] == 0 and 0.3 < told[-1] < 0.5


def test_two_documents_make_one_quiz(bundled_library: Library) -> None:
    selections = [selected(bundled_library, POLICY), selected(bundled_library, LAW)]
    quiz = make_quiz(selections, Wanted(total=40), bundled_library.documents)
    assert {item.document for item in quiz.items} == {POLICY, LAW}
    assert quiz.title == f"《{POLICY}》、《{LAW}》题库"
