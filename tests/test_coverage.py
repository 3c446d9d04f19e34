"""Coverage: what is counted, and a picture that everybody can read."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from assistant.material.blocks import Table, Text
from assistant.material.coverage import NONE, count_coverage, coverage_blocks, draw_coverage, summarise
from assistant.material.records import Selection
from tests.material_samples import DOCUMENT, ITEMS, SELECTION

SVG = "{http://www.w3.org/2000/svg}"


def test_items_are_counted_by_article_and_type() -> None:
    coverage = count_coverage([SELECTION], ITEMS)
    counts = {article.number: dict(article.counts) for article in coverage.articles}
    assert (counts["2"]["单选"], counts["2"]["判断"], counts["5"]["情景"]) == (2, 1, 1)
    assert coverage.total == len(ITEMS)
    assert coverage.empty == ()


def test_words_that_two_items_test_count_once() -> None:
    item = ITEMS[0]
    coverage = count_coverage([SELECTION], [item, replace(item, id="b"), replace(item, id="c", start=item.start + 1)])
    (article,) = [each for each in coverage.articles if each.number == item.article]
    assert article.tested == item.end - item.start
    assert 0 < article.share < 1


def test_items_on_other_articles_are_left_out() -> None:
    coverage = count_coverage([Selection(DOCUMENT, DOCUMENT.articles[:1])], ITEMS)
    assert [article.number for article in coverage.articles] == ["1"]
    assert coverage.total == 1


def test_articles_without_items_stand_out() -> None:
    coverage = count_coverage([SELECTION], [item for item in ITEMS if item.article != "3"])
    assert [article.number for article in coverage.empty] == ["3"]
    root = ElementTree.fromstring(draw_coverage(coverage))
    shown = [node.text for node in root.iter(f"{SVG}text")]
    assert shown.count(NONE) == 1
    assert "第3条" in summarise(coverage)


def test_the_picture_is_told_to_screen_readers_and_narrow() -> None:
    root = ElementTree.fromstring(draw_coverage(count_coverage([SELECTION], ITEMS)))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "题目覆盖图"
    assert "5 条" in (root.findtext(f"{SVG}desc") or "")
    assert float(root.get("width") or 0) <= 390
    assert len(list(root.iter(f"{SVG}g"))) == 5


def test_hostile_labels_are_escaped() -> None:
    article = replace(DOCUMENT.articles[0], label="<script>alert(1)</script>\x00")
    document = replace(DOCUMENT, title="</svg><b>", articles=(article,))
    other = replace(DOCUMENT, id="other")
    picture = draw_coverage(count_coverage([Selection(document, (article,)), Selection(other, other.articles)], []))
    assert "<script" not in picture and "<b>" not in picture
    ElementTree.fromstring(picture)


def test_the_table_ends_with_the_sum() -> None:
    text, table, note = coverage_blocks(count_coverage([SELECTION], ITEMS))
    assert isinstance(text, Text) and isinstance(table, Table) and isinstance(note, Text)
    assert table.rows[-1][0] == "合计" and table.rows[-1][-2] == str(len(ITEMS))
    assert all(len(row) == len(table.header) == len(table.widths) for row in table.rows)
    assert sum(table.widths) == pytest.approx(1)


def test_nothing_selected_gives_no_picture() -> None:
    coverage = count_coverage([], ITEMS)
    assert draw_coverage(coverage) == ""
    assert len(coverage_blocks(coverage)) == 1


def test_a_quiz_without_items_shows_every_article_as_empty() -> None:
    coverage = count_coverage([SELECTION], [])
    assert len(coverage.empty) == 5
    assert draw_coverage(coverage).count(f">{NONE}<") == 5
