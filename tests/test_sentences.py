"""Sentences, half-sentences and enumerations, each with offsets that hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.sentences import Sentence, find_enumeration, split_halves, split_sentences
from index.library import Library
from index.records import Article


def article(text: str, heading: str = "") -> Article:
    return Article("d", "1", "第1条", heading, "", text)


def texts(text: str, heading: str = "") -> list[tuple[str, str]]:
    return [(s.role, s.text) for s in split_sentences(article(text, heading))]


def test_a_heading_and_a_reporters_question_do_not_answer() -> None:
    assert texts("落实待遇。依法签订合同。", "落实待遇") == [("heading", "落实待遇。"), ("sentence", "依法签订合同。")]
    assert texts("问：有哪些要求？\n答：一要学习。") == [("question", "问：有哪些要求？"), ("sentence", "一要学习。")]


def test_the_list_after_a_colon_is_one_sentence_and_the_next_款_another() -> None:
    found = texts("协议明确下列事项：\n（一）范围；\n（二）期限。\n内容应当公开。")
    assert found == [("sentence", "协议明确下列事项：\n（一）范围；\n（二）期限。"), ("sentence", "内容应当公开。")]


def test_closing_quotes_stay_with_their_sentence() -> None:
    assert texts("他说：“要学习。”大家同意。") == [("sentence", "他说：“要学习。”"), ("sentence", "大家同意。")]


def test_a_sentence_that_the_page_cut_off_is_still_a_sentence() -> None:
    assert texts("适用本条例。\n包括其他单位和个") == [("sentence", "适用本条例。"), ("sentence", "包括其他单位和个")]


@given(st.text(alphabet="甲乙。；：！\n“”答问 （一）1", max_size=60))
def test_offsets_always_hold_and_nothing_overlaps(text: str) -> None:
    end = 0
    for sentence in split_sentences(article(text)):
        assert text[sentence.start : sentence.end] == sentence.text and sentence.start >= end
        end = sentence.end


def test_halves_keep_their_offsets() -> None:
    text = "单位不得借调；街道确需借调的，报请批准。"
    assert [(h.start, h.text) for h in split_halves(Sentence(3, 3 + len(text), text))] == [
        (3, "单位不得借调；"),
        (10, "街道确需借调的，报请批准。"),
    ]


def test_ordinals_count_only_in_order() -> None:
    found = find_enumeration(
        article("有三方面。一是选配有制度。明确范围。二是待遇有保障。这一是非问题不算。三是管理严格，从严落实。")
    )
    assert found is not None and found.titles == ("选配有制度", "待遇有保障", "管理严格，从严落实")
    assert find_enumeration(article("这是一是非之地。")) is None


def test_items_lose_their_marks_but_the_quotation_keeps_them() -> None:
    text = "条件如下：\n（一）有介绍信；\n（二）在馆内阅览。"
    found = find_enumeration(article(text))
    assert found is not None and found.titles == ("有介绍信", "在馆内阅览")
    assert text[found.start : found.end] == text


def test_every_article_of_the_bundled_pages_has_a_sentence_to_quote(bundled_library: Library) -> None:
    articles = [a for d in bundled_library.documents for a in d.articles]
    assert articles
    assert [a.id for a in articles if not any(s.role == "sentence" for s in split_sentences(a))] == []
