"""异文 on screen: marked in the clause, listed below it, told beside the citation; the words themselves untouched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, get_args, get_type_hints

import pytest
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.records import Answer
from assistant.variants import variants_within
from assistant.web.answers import render_thread
from assistant.web.clauses import render_clause
from assistant.web.conversation import Exchange
from index.records import ApparatusEntry, Damage, Document, Reading
from tests.browser import DESKTOP, PHONE, chromium, serving, visiting
from tests.fake_assistant import LEAVE_TEXT, VOLUNTEERS, FakeAssistant, FakeLibrary
from tests.test_web_pages import HOSTILE, Reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["chromium"]  # a fixture: used by name


def entry(words: str, other: str, after: str = "", confidence: float = 0.9) -> ApparatusEntry:
    offset = LEAVE_TEXT.index(words) if words else LEAVE_TEXT.index(after) + len(after)
    return ApparatusEntry("2", offset, len(words), words, ("000",), (Reading(other, ("001",)),), confidence, ("形近",))


ACROSS = "提出。\n有下列"
PLACES = (entry("三日", "五日"), entry("", "书面", after="提前三日"), entry(ACROSS, "报告，另有", confidence=0.5))
DISPUTED = replace(VOLUNTEERS, apparatus=(*PLACES, entry("：", "；")))


class DisputedAssistant(FakeAssistant):
    """The fake assistant over a document whose second article is disputed in three places."""

    def __init__(self) -> None:
        super().__init__(DISPUTED)

    def _answer_leave(self, question: str, question_id: str) -> Answer:
        answer = super()._answer_leave(question, question_id)
        citations = tuple(
            replace(c, variants=variants_within(DISPUTED, DISPUTED.articles[1], c.start, c.end))
            for c in answer.citations
        )
        return replace(answer, citations=citations)


def clause(document: Document = DISPUTED, start: int = 0, end: int = 0) -> str:
    return render_clause(document, document.articles[1], start, end)


def test_the_text_of_a_disputed_clause_is_the_documents_wherever_the_quotation_stands() -> None:
    for start in range(len(LEAVE_TEXT)):
        for end in range(start + 1, len(LEAVE_TEXT) + 1):
            page = clause(start=start, end=end)
            assert Reader(page).marked == LEAVE_TEXT[start:end].replace("\n", "")
            text = page[page.index('<div class="clause-text"') : page.index('<section class="readings"')]
            without_numbers = re.sub(r'<span class="paragraph-number">.*?</span>', "", text)
            assert Reader(without_numbers).text == LEAVE_TEXT.replace("\n", "")


def test_each_place_links_to_its_readings_and_back() -> None:
    page = clause()
    read = Reader(page)
    identities = [value for name, value in read.attributes if name == "id"]
    links = {value for name, value in read.attributes if name == "href" and value.startswith("#")}
    assert len(identities) == len(set(identities))
    assert (
        links == {f"#{kind}-{n}" for kind in ("reading", "place") for n in (1, 2, 3)} <= {f"#{i}" for i in identities}
    )
    labels = [value for name, value in read.attributes if name == "aria-label"]
    assert "三日（异文1）" in labels and "异文2：别的刊本此处另有文字" in labels
    assert "各刊本文字不同（3 处）" in read.text  # the mark alone is none
    assert "“三日”，刊本 001 作“五日”，本文据 000。" in read.text
    assert "“三日”后，刊本 001 多“书面”二字，本文据 000。" in read.text
    assert "存疑各刊本不一：001 作“报告，另有”；暂取“提出。有下列”（据 000），请核对原件。" in read.text
    assert read.text.count("形近") == 3


def test_a_clause_on_which_printings_agree_has_no_list() -> None:
    assert "disputed" not in clause(VOLUNTEERS) and "异文" not in clause(VOLUNTEERS)


def test_other_readings_are_escaped() -> None:
    place = replace(entry("三日", HOSTILE[:20]), reasons=(HOSTILE,), support=(HOSTILE,))
    text = HOSTILE + LEAVE_TEXT
    moved = replace(place, offset=0, length=len(HOSTILE), reading=HOSTILE)
    hostile = replace(VOLUNTEERS.articles[1], text=text, paragraphs=())
    for document in (
        replace(VOLUNTEERS, apparatus=(place,)),
        replace(VOLUNTEERS, articles=(VOLUNTEERS.articles[0], hostile), apparatus=(moved,)),
    ):
        read = Reader(clause(document, 0, 5))
        assert not {"script", "img"} & set(read.tags)
        assert not [name for name, _ in read.attributes if name.startswith("on")]
        assert HOSTILE in read.text


def test_every_kind_of_damage_has_words_and_a_told_dispute_none() -> None:
    start = LEAVE_TEXT.index("三日")
    for kind in sorted(get_args(get_type_hints(Damage)["kind"])):
        if kind == "lost_marker":  # told once for the whole list, never in the text
            continue
        article = replace(VOLUNTEERS.articles[1], damages=(Damage(kind, start, start + 2, ""),))
        plain = replace(VOLUNTEERS, articles=(VOLUNTEERS.articles[0], article))
        assert 'class="damage"' in clause(plain)
        told = clause(replace(plain, apparatus=PLACES))
        assert ('class="damage"' in told, 'class="notice"' in told) == (kind != "disputed", kind != "disputed")


def test_a_citation_with_variants_has_a_sign_that_opens_to_them() -> None:
    page = render_thread([Exchange("请假", DisputedAssistant().ask("请假"))], FakeLibrary(DISPUTED))
    assert page.count("<details") == 1  # of two citations the second is undisputed
    assert '<summary class="variant-sign">各刊本文字不同（3 处）</summary>' in page
    assert "“三日”，刊本 001 作“五日”，本文据 000。" in Reader(page).text


def test_the_api_gives_the_apparatus_of_an_article() -> None:
    with TestClient(create_app(DisputedAssistant())) as client:
        found = client.get("/api/articles/volunteers/2").json()
        assert client.get("/api/articles/volunteers/1").json()["variants"] == []
    assert len(found["variants"]) == 4
    for each in found["variants"]:
        assert found["text"][each["offset"] :][: each["length"]] == each["reading"]


@pytest.fixture(scope="module")
def address(chromium: Browser) -> Iterator[str]:
    with serving(create_app(DisputedAssistant())) as address:
        yield address


@pytest.mark.browser
@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_the_readings_are_reached_and_left_again(chromium: Browser, address: str, screen: str) -> None:
    with visiting(chromium, address, {"desktop": DESKTOP, "phone": PHONE}[screen]) as visitor:
        page = visitor.page
        sign = visitor.ask("怎么请假").locator(".variant-sign")
        assert sign.inner_text() == "各刊本文字不同（3 处）"
        sign.focus()
        page.keyboard.press("Enter")
        page.locator(".variants .notice").first.wait_for()
        page.locator(".citation .chip").first.click()
        page.locator("#panel .readings").wait_for()
        assert "".join(page.locator("#panel mark").all_inner_texts()) == "志愿者请假应当提前三日提出。"
        assert page.locator("#panel .notice").count() == 0  # told in the list, not twice
        visitor.picture(f"{screen}-variants")
        if screen == "phone":  # a finger needs 44 pixels
            for selector in (".variant-sign", "#panel .readings li > a"):
                box = page.locator(selector).first.bounding_box()
                assert box and box["height"] >= 44, selector
        page.locator("#place-1").focus()
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.id === 'reading-1'")
        page.locator('a[href="#place-1"]').click()
        page.wait_for_function("document.activeElement.id === 'place-1'")
        assert page.locator("#panel").is_visible()
        page.go_back()  # no step of its own in the history: back closes the clause
        page.locator("#panel").wait_for(state="hidden")
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide and visitor.errors == []
