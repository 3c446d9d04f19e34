"""套话: what is counted, and that the quiz's file is made by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.material import stock as used
from eval.__main__ import main
from eval.stock import stock_file, stock_phrases

SHARED = Path(__file__).parents[2] / "shared/data"


def test_a_phrase_of_many_documents_is_stock_and_one_of_few_is_not() -> None:
    laws = ["在本市行政区域内适用。", *["建立惠益分享机制。"] * 60]
    assert "行政区域" not in stock_phrases(laws, []) and "惠益分享" in stock_phrases(laws, [])
    assert "行政区域" in stock_phrases([], laws[:2])


def test_the_file_says_what_it_was_made_of_and_holds_short_lines() -> None:
    text = stock_file(["依法追究刑事责任。"], ["完善工作机制。"])
    assert text.startswith("# Phrases") and "one in fifty of 1 laws" in text
    phrases = text.splitlines()[-1].split()
    assert "刑事责任" in phrases and "工作机制" in phrases and phrases == sorted(phrases)


def test_the_quiz_knows_its_stock() -> None:
    assert used.is_stock("行政区域") and used.is_stock("玩忽职守") and not used.is_stock("惠益分享")


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not there")
def test_the_file_of_the_product_is_what_the_command_makes(tmp_path: Path) -> None:
    assert main(["stock", "--data", str(SHARED), "--out", str(tmp_path)]) == 0
    kept = Path(used.__file__).with_name("stock.txt").read_text(encoding="utf-8")
    assert (tmp_path / "stock.txt").read_text(encoding="utf-8") == kept
