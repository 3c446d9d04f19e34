"""References inside a clause: found exactly, led to the right place, never in the way of the highlighting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.web.clauses import render_clause
from assistant.web.references import find_links
from index.records import Document
from tests.fake_assistant import LEAVE_TEXT, VOLUNTEERS, make_article
from tests.test_web_pages import Reader
from tests.test_web_variants import entry

LAW = Document("law", "示例法", "示例法", "law", "law", (make_article("8", "甲。\n乙。", ""),), "901")


def told(text: str, number: str = "4") -> Document:
    """The invented document with one more article at its end."""
    return replace(VOLUNTEERS, articles=(*VOLUNTEERS.articles, make_article(number, text, "")))


def found(text: str) -> list[tuple[str, str, str, tuple[int, int]]]:
    document = told(text)
    links = find_links(document, document.articles[-1], [document, LAW])
    return [(text[each.start : each.end], each.document_id, each.article, each.quoted) for each in links]


SECOND = (len("志愿者请假应当提前三日提出。") + 1, len(LEAVE_TEXT))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("依照本办法第二条办理。", [("第二条", "volunteers", "2", (0, 0))]),
        ("依照第二条第二款第（一）项", [("第二条第二款", "volunteers", "2", SECOND)]),
        (
            "第一条、第三条规定的",
            [("第一条", "volunteers", "1", (0, 0)), ("第三条", "volunteers", "3", (0, 0))],
        ),
        ("《示例法》第八条、第九条规定", [("《示例法》第八条", "law", "8", (0, 0))]),
        ("依照《示例法》办理；再依照《示例法》。", [("《示例法》", "law", "", (0, 0))]),
        ("依照《民法典》第二条、第三条", []),
        ("依照民法典第二条", []),
        ("依照治安管理处罚法第二条和第三条", []),
        ("第九十九条没有", []),
        ("甲应当。\n前款所称甲", [("前款", "volunteers", "4", (0, 4))]),
        ("甲。\n乙。\n前两款", [("前两款", "volunteers", "4", (0, 5))]),
        ("甲。\n前两款", []),
        ("前款在第一款里", []),
        ("甲。\n依照本条第一款", [("本条第一款", "volunteers", "4", (0, 2))]),
        ("前条规定的", [("前条", "volunteers", "3", (0, 0))]),
    ],
)
def test_references_lead_to_the_place_that_they_name(
    text: str, expected: list[tuple[str, str, str, tuple[int, int]]]
) -> None:
    assert found(text) == expected


def test_a_short_name_stands_for_what_the_document_says_it_does() -> None:
    text = "《示例法》（以下简称《本法》）施行。《本法》很好。"
    assert [each[1] for each in found(text)] == ["law"]  # the first mention of a document is enough


def test_a_link_changes_no_word_and_no_mark() -> None:
    text = "甲应当遵守。\n依照前款和本办法第二条、《示例法》第八条办理。"
    document = told(text)
    article = document.articles[-1]
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            page = render_clause(document, article, start, end, [document, LAW])
            assert Reader(page).marked == text[start:end].replace("\n", "")
    links = [v for n, v in Reader(page).attributes if n == "href"]
    assert "/clause?document=law&article=8" in links
    assert f"/clause?document=volunteers&article=4&start=0&end={text.index(chr(10))}" in links


def test_a_disputed_place_inside_a_reference_stays_reachable() -> None:
    text = "依照第二条办理。"
    place = replace(entry("三日", "五日"), article="4", offset=2, length=3, reading="第二条")
    document = replace(told(text), apparatus=(place,))
    page = render_clause(document, document.articles[-1], 0, 5)
    assert 'class="disputed"' in page and 'class="reference"' not in page
