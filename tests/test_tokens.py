"""Tokens: folding, words, pairs and stop words; the same text always gives the same terms."""

from __future__ import annotations

import doctest
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest

import index.tokens
from index.tokens import (
    STOP_WORDS,
    add_terms,
    character_pairs,
    characters,
    content_words,
    features,
    normalise,
    searched_form,
    sounds,
    terms,
    words,
)


def test_the_examples_in_the_docstrings() -> None:
    result = doctest.testmod(index.tokens)
    assert result.attempted >= 4 and result.failed == 0


@pytest.mark.parametrize(
    ("printed", "folded"),
    [("ＡＢｃ１２", "abc12"), ("第㈠项", "第(一)项"), ("３．５％", "3.5%"), ("㎡", "m2"), ("〇", "〇"), ("", "")],
)
def test_width_and_case_are_folded(printed: str, folded: str) -> None:
    assert normalise(printed) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("，。！？——《》", ()),
        ("补贴20元", ("补贴", "20", "元")),
        ("GB/T 19001-2016", ("gb", "t", "19001-2016")),
        ("３．５倍", ("3.5", "倍")),
        ("工作者", ("工作", "作者", "工作者")),
    ],
)
def test_words(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("优绌劣汰", ["优绌", "绌劣", "劣汰"]),
        ("甲。乙丙", ["乙丙"]),
        ("工资2万元", ["工资", "万元"]),
        ("ab cd", []),
        ("二〇二四", ["二〇", "〇二", "二四"]),
    ],
)
def test_pairs_never_cross_what_is_not_chinese(text: str, expected: list[str]) -> None:
    assert character_pairs(text) == expected


def test_terms_leave_out_stop_words_but_keep_pairs() -> None:
    assert terms("补贴是多少") == ["补贴", "补贴", "贴是", "是多", "多少", "补", "贴", "多", "少"]


def test_full_and_half_width_give_the_same_terms() -> None:
    assert terms("第１２条（Ａ类）") == terms("第12条(a类)")


@pytest.mark.parametrize("search_terms", [words, character_pairs, characters, sounds, terms, features, content_words])
def test_traditional_characters_give_the_terms_of_simplified_ones(
    search_terms: Callable[[str], Sequence[str]],
) -> None:
    traditional, simple = (
        "請問社區工作者的補貼標準、頭髮與發展，怎麼算？",
        "请问社区工作者的补贴标准、头发与发展，怎么算？",
    )
    assert search_terms(traditional) == search_terms(simple) != search_terms("请问")


def test_what_offsets_are_taken_from_keeps_its_characters() -> None:
    assert normalise("補貼２０元") == "補貼20元"
    assert searched_form("補貼２０元") == "补贴20元"


def test_simplified_texts_give_what_they_gave_before() -> None:
    text = "乾清宫由著作权人余某于后台征收二噁英费"
    assert searched_form(text) == normalise(text)


def test_content_words_of_a_question_name_its_subject() -> None:
    found = content_words("请问我们社区的补贴，补贴怎么发？")
    assert found.count("补贴") == 1 and "社区" in found
    assert not STOP_WORDS & set(found)


def test_features_are_different_and_hold_words_pairs_and_characters() -> None:
    found = features("补偿补偿资金")
    assert len(found) == len(set(found))
    assert {"补偿", "偿补", "资金", "补", "金"} <= set(found)


def test_added_terms_become_words_and_keep_the_words_inside() -> None:
    # In a process of its own: the dictionary is shared by all tests of this one.
    code = (
        "from index.tokens import add_terms, words\n"
        "before = words('网格长助理')\n"
        "add_terms(['网格长助理', '　', 'Ｘ'])\n"
        "after = words('网格长助理')\n"
        "assert '网格长助理' not in before and '网格长助理' in after, (before, after)\n"
        "assert '网格' in after and '助理' in after, after\n"
        "add_terms(['驛站協管員'])\n"
        "assert '驿站协管员' in words('驿站协管员') and '驿站协管员' in words('驛站協管員')\n"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 0, finished.stderr


def test_jieba_prints_nothing_and_is_not_loaded_by_import() -> None:
    code = (
        "import sys, index.tokens as tokens\n"
        "assert 'jieba' not in sys.modules\n"
        "tokens.warm()\n"
        "assert tokens.words('社区') == ('社区',)\n"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")


def test_adding_nothing_changes_nothing() -> None:
    before = terms("社区工作者岗位等级")
    add_terms([])
    assert terms("社区工作者岗位等级") == before
