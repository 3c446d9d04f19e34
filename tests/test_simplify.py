"""Traditional characters become simplified ones, word by word; a simplified text stays as it is."""

from __future__ import annotations

import doctest
import subprocess
import sys

import pytest

import index.simplify
from index.simplify import simplified, traditional_characters


def test_the_examples_in_the_docstrings() -> None:
    result = doctest.testmod(index.simplify)
    assert result.attempted == 1 and result.failed == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("社區工作者的薪酬待遇", "社区工作者的薪酬待遇"),
        ("頭髮和發展", "头发和发展"),
        ("乾旱地區", "干旱地区"),
        ("乾隆朝的檔案", "乾隆朝的档案"),
        ("答覆意見，復查，重複", "答复意见，复查，重复"),
        ("徵收土地", "征收土地"),
        ("瞭解情況的藉口", "了解情况的借口"),
        ("如何瞭解", "如何了解"),
        ("不予受理于次日", "不予受理于次日"),
        ("", ""),
    ],
)
def test_traditional_texts(text: str, expected: str) -> None:
    assert simplified(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "社区工作者的薪酬待遇按照有关规定执行。",
        "乾元山的乾清宫、哪吒、毕昇、二噁英、蒜薹",
        "瞭望台，慰藉，声名狼藉，著作权，皇后，一里，余额，台湾",
        "GB/T 19001-2016 第12条",
    ],
)
def test_a_simplified_text_comes_back_as_it_is_and_is_not_converted(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    traditional_characters()
    assert simplified(text) == text
    if not set("瞭藉") & set(text):
        monkeypatch.setattr(index.simplify, "_converter", None)
        assert simplified(text) is text


def test_what_the_library_changes_is_known_without_it() -> None:
    characters = traditional_characters()
    assert set("補貼標準區條") < characters
    assert not set("补贴标准区条后里台干余于征") & characters
    assert 4000 < len(characters) < 6000


def test_importing_loads_no_dictionary() -> None:
    code = "import sys, index.simplify, index.tokens; print('opencc' in sys.modules)"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (finished.stdout, finished.stderr) == ("False\n", "")
