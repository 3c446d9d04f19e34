"""Every quotation is literal, every cited article exists; what fails is not shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.citations import Statement, find_article, locate, render, verify_citation
from assistant.records import Citation
from tests.small_library import RULES, small_library

TEXT = "读者每次可以借阅图书五册，借阅期限为三十日。"
GOOD = Citation(1, RULES, "3", "第3条", "图书五册", 8, 12)


def test_a_literal_quotation_passes_unchanged() -> None:
    article = find_article(small_library(), RULES, "3")
    assert article is not None and article.text == TEXT
    assert verify_citation(GOOD, small_library()) == GOOD


@pytest.mark.parametrize(
    "citation",
    [
        replace(GOOD, quote="图书六册"),
        replace(GOOD, quote=""),
        replace(GOOD, quote=" "),
        replace(GOOD, article="99"),
        replace(GOOD, document="没有的办法"),
    ],
)
def test_what_does_not_exist_fails(citation: Citation) -> None:
    assert verify_citation(citation, small_library()) is None


def test_wrong_offsets_are_put_right() -> None:
    assert verify_citation(replace(GOOD, start=0, end=4), small_library()) == GOOD
    assert verify_citation(replace(GOOD, start=-1, end=3), small_library()) == GOOD


@pytest.mark.parametrize(
    ("quote", "text", "span"),
    [
        ("报 批", "应当报批。", (2, 4)),
        ("第１２条", "见第12条。", (1, 5)),
        ("甲乙", "甲\n 乙", (0, 4)),
        ("丙", "甲乙", None),
        ("", "甲乙", None),
    ],
)
def test_width_and_blanks_do_not_matter_but_words_do(quote: str, text: str, span: tuple[int, int] | None) -> None:
    assert locate(quote, text) == span


def test_statements_that_fail_vanish_with_their_sentence_and_markers_stay_in_step() -> None:
    article = find_article(small_library(), RULES, "3")
    assert article is not None
    kept = Statement("五册。{mark}", article, RULES, 8, 12)
    wrong = Statement("乱说。{mark}", article, "没有的办法", 0, 4)
    other = Statement("三十日。{mark}", article, RULES, 18, 21)
    text, citations = render([wrong, kept, other, kept], small_library())
    assert text == "五册。[1]\n三十日。[2]\n五册。[1]"
    assert [(c.marker, c.quote) for c in citations] == [(1, "图书五册"), (2, "三十日")]
    assert render([wrong], small_library()) == ("", ())


def test_what_is_printed_like_a_marker_is_none_in_the_answer() -> None:
    article = find_article(small_library(), RULES, "3")
    assert article is not None
    text, citations = render([Statement("五册[2]，见{mark}。{mark}", article, RULES, 8, 12)], small_library())
    assert text == "五册［2］，见{mark}。[1]" and [c.marker for c in citations] == [1]
