"""The chat's own comforts in a real browser: choosing documents, asking on, opinions, export, keyboard, the address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from docx import Document
from sqlalchemy import select

from assistant.api import create_app
from assistant.state.database import Database
from assistant.state.tables import Cited, Feedback
from tests.browser import DESKTOP, PHONE, Visitor, chromium, serving, visiting
from tests.fake_assistant import VOLUNTEERS, FakeAssistant

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

__all__ = ["chromium"]  # a fixture: used by name

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

SECOND = VOLUNTEERS.__class__(
    "second", "示例区值班办法", "示例区值班办法", "办法", "law", VOLUNTEERS.articles[:1], "901"
)


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant(VOLUNTEERS, SECOND)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return Database.open(tmp_path_factory.mktemp("state") / "state.sqlite")


@pytest.fixture(scope="module")
def address(chromium: Browser, assistant: FakeAssistant, database: Database) -> Iterator[str]:
    with serving(create_app(assistant, database=database)) as address:
        yield address


@pytest.fixture(params=["desktop", "phone"])
def visitor(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Visitor]:
    with visiting(chromium, address, {"desktop": DESKTOP, "phone": PHONE}[request.param]) as visitor:
        yield visitor
        assert visitor.errors == [] and visitor.foreign_requests() == []
        wide = visitor.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide


def opinions(database: Database, answer_id: str) -> list[Feedback]:
    with database.session() as session:
        return list(session.scalars(select(Feedback).where(Feedback.answer_id == answer_id)))


def answer_id(turn: Any) -> str:
    opinion: dict[str, str] = json.loads(turn.locator(".rating").get_attribute("data-opinion"))
    return opinion["answer_id"]


def test_the_documents_chosen_are_asked_shown_and_kept(visitor: Visitor, assistant: FakeAssistant) -> None:
    page = visitor.page
    page.locator("#scope summary").click()
    page.get_by_label("《示例区值班办法》").check()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('#scope summary')")
    assert page.locator(".scope-words").inner_text() == "只在《示例区值班办法》中找"
    turn = visitor.ask("今天会下雨吗？")
    assert assistant.looked_in[-1] == ("second",)
    assert turn.locator(".scoped").inner_text() == "只在《示例区值班办法》中查找"
    page.reload()
    page.locator(".scoped").wait_for()
    assert page.locator(".scope-words").inner_text() == "只在《示例区值班办法》中找"
    page.get_by_role("button", name="在全部文件中再找一次").click()
    page.locator(".turn").nth(1).locator(".card.refused").wait_for()
    assert assistant.looked_in[-1] is None
    page.locator("#scope summary").click()
    page.locator("[data-scope-clear]").click()
    visitor.ask("怎么请假")
    assert assistant.looked_in[-1] is None and page.locator(".scoped").count() == 1


def test_what_comes_next_is_one_press_away_and_only_below_the_newest_answer(visitor: Visitor) -> None:
    turn = visitor.ask("怎么请假")
    buttons = turn.locator(".next .ask")
    assert buttons.all_inner_texts() == ["第3条讲什么？（场地补贴）", "第1条讲什么？"]
    buttons.first.dblclick()
    visitor.page.locator(".turn").nth(1).locator(".card").wait_for()
    visitor.page.wait_for_timeout(700)
    assert visitor.page.locator(".turn").count() == 2  # a double click asks once
    assert visitor.page.locator(".question").last.inner_text().endswith("《示例镇志愿服务办法》第3条讲什么？")
    assert visitor.page.locator(".turn").first.locator(".next").count() == 0
    assert visitor.page.locator(".turn").last.get_by_role("navigation", name="换个问法").count() == 1


def test_an_opinion_with_its_reasons_is_kept_survives_a_reload_and_is_taken_back(
    visitor: Visitor, database: Database
) -> None:
    page = visitor.page
    turn = visitor.ask("怎么请假")
    identity = answer_id(turn)
    turn.get_by_role("button", name="没帮助").click()
    form = page.locator("form.why-not")
    form.get_by_label("不完整").check()
    form.get_by_role("textbox").fill("少了电话13800001234")
    form.get_by_role("button", name="提交").click()
    page.get_by_text("已记下，谢谢。管理员会看到。").first.wait_for()
    (row,) = opinions(database, identity)
    assert row.rating == "down" and row.reason.startswith("不完整：少了电话") and "13800001234" not in row.reason
    assert (row.document, row.article, row.question) == (VOLUNTEERS.title, "2", "怎么请假")
    page.reload()
    pressed = page.locator("[data-rate=down][aria-pressed=true]")
    pressed.wait_for()
    page.locator("[data-rate=up]").click()
    page.locator("[data-rate=up][aria-pressed=true]").wait_for()
    assert [row.rating for row in opinions(database, identity)] == ["up"]
    page.wait_for_timeout(500)
    page.locator("[data-rate=up]").click()
    page.wait_for_function("document.getElementById('announcer').textContent === '已撤回评价'")
    assert opinions(database, identity) == []


def test_reasons_being_written_survive_the_next_answer_and_a_failure(visitor: Visitor) -> None:
    page = visitor.page
    turn = visitor.ask("怎么请假")
    turn.get_by_role("button", name="没帮助").click()
    page.locator("form.why-not textarea").fill("还没写完")
    visitor.ask("场地补贴")
    assert page.locator(".turn").first.locator("form.why-not textarea").input_value() == "还没写完"
    page.route("**/api/feedback", lambda route: route.abort("connectionrefused"))
    page.locator("form.why-not").get_by_role("button", name="提交").click()
    page.get_by_text("评价没有存下").first.wait_for()
    assert page.locator("form.why-not textarea").input_value() == "还没写完"


def test_answers_are_counted_and_questions_asked_in_vain_are_kept(visitor: Visitor, database: Database) -> None:
    def counted() -> tuple[int, int]:
        with database.session() as session:
            refused = session.scalars(select(Feedback.times).where(Feedback.question == "在哪里停车"))
            cited = session.scalars(select(Cited.times).where(Cited.article == "2"))
            return sum(refused), sum(cited)

    before = counted()
    visitor.ask("在哪里停车")
    visitor.ask("怎么请假")
    visitor.page.wait_for_timeout(500)  # counted after the answer is shown
    after = counted()
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)


def test_the_conversation_is_saved_as_word_and_markdown(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    visitor.ask("怎么请假")
    for kind, name in (("docx", "存为文档"), ("md", "存为纯文本")):
        page.locator("#export summary").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert download.value.suggested_filename.startswith("政策问答记录 ")
        download.value.save_as(tmp_path / f"talk.{kind}")
    assert "1. 怎么请假" in [each.text for each in Document(str(tmp_path / "talk.docx")).paragraphs]
    assert "## 1. 怎么请假" in (tmp_path / "talk.md").read_text(encoding="utf-8")


def test_a_question_in_the_address_is_asked_once(chromium: Browser, address: str, assistant: FakeAssistant) -> None:
    with visiting(chromium, address) as visitor:
        asked = len(assistant.heard)
        visitor.page.goto(f"{address}/?q={quote('怎么请假<script>')}")
        visitor.page.locator(".card.answer").wait_for()
        assert visitor.page.locator(".question").inner_text().endswith("怎么请假<script>")
        assert len(assistant.heard) == asked + 1
        visitor.page.reload()
        visitor.page.locator(".card.answer").wait_for()
        visitor.page.wait_for_timeout(500)
        assert len(assistant.heard) == asked + 1 and "q=" not in visitor.page.url


def test_the_keyboard_brings_back_the_last_question_and_closes_what_is_open(chromium: Browser, address: str) -> None:
    with visiting(chromium, address) as visitor:
        page = visitor.page
        turn = visitor.ask("怎么请假")
        assert page.locator("#announcer").inner_text().startswith("回答已显示")
        visitor.box.press("ArrowUp")
        assert visitor.box.input_value() == "怎么请假"
        visitor.box.fill("写了一半")
        visitor.box.press("ArrowUp")
        assert visitor.box.input_value() == "写了一半"
        chip = turn.locator(".citation .chip").first
        chip.focus()
        page.keyboard.press("Enter")
        page.locator("#panel mark").wait_for()
        page.keyboard.press("Escape")
        page.locator("#panel").wait_for(state="hidden")
        assert chip.evaluate("chip => chip === document.activeElement")


def test_two_presses_of_send_ask_once(chromium: Browser, address: str, assistant: FakeAssistant) -> None:
    with visiting(chromium, address) as visitor:
        asked = len(assistant.heard)
        visitor.box.fill("怎么请假")
        visitor.page.get_by_role("button", name="发送").dblclick()
        visitor.page.locator(".card.answer").wait_for()
        visitor.page.wait_for_timeout(700)
        assert len(assistant.heard) == asked + 1
        assert visitor.page.locator(".turn").count() == 1


def test_a_new_conversation_begun_by_mistake_is_taken_back(visitor: Visitor) -> None:
    page = visitor.page
    visitor.ask("怎么请假？")
    visitor.ask("补贴怎么算？")
    page.locator("#restart").click()
    page.locator(".welcome").wait_for()
    page.get_by_role("button", name="找回刚才的对话").click()
    page.locator(".turn").nth(1).wait_for()
    assert [each.inner_text() for each in page.locator(".question").all()] == ["问：\n怎么请假？", "问：\n补贴怎么算？"]
    visitor.ask("怎么请假？")
    page.locator("#restart").click()
    page.locator(".welcome").wait_for()
    visitor.ask("怎么请假？")
    assert not page.locator("#said").is_visible(), "what was asked since would be lost"


def test_the_newest_question_stands_below_the_bar_after_an_answer_and_a_reload(visitor: Visitor) -> None:
    page = visitor.page
    below = "() => Math.abs(document.querySelector('.turn:last-child').getBoundingClientRect().top - 72) < 3"
    for question in ("怎么请假？", "补贴怎么算？", "怎么请假？"):
        visitor.ask(question)
    page.wait_for_function(below)
    page.reload()
    page.wait_for_function(f"document.querySelectorAll('.turn').length === 3 && ({below})()")
    assert page.locator(".topbar").bounding_box()["y"] == 0


def test_a_browser_that_keeps_nothing_still_asks(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name,"
        " {configurable: true, get() { throw new DOMException('off', 'SecurityError'); }});"
    )
    page = context.new_page()
    page.goto(address)
    page.locator(".welcome").wait_for()
    page.locator("#question textarea").fill("怎么请假？")
    page.keyboard.press("Enter")
    page.locator(".turn .answer").wait_for()
    context.close()


def test_the_bar_with_the_rooms_stays_free(visitor: Visitor) -> None:
    visitor.ask("怎么请假")
    assert visitor.page.locator(".rooms a").count() == 4
    for link in visitor.page.locator(".rooms a").all():
        link.click(trial=True)  # fails where something lies over it


def test_a_pressed_question_that_failed_does_not_take_the_place_of_what_was_being_typed(
    chromium: Browser, address: str
) -> None:
    with visiting(chromium, address) as visitor:
        page = visitor.page
        visitor.ask("怎么请假")
        for question in ("故障", "崩溃"):
            page.evaluate("question => { document.querySelector('.ask').dataset.ask = question; }", question)
            visitor.box.fill("写了一半")
            page.locator(".ask").first.click()
            page.locator(".card.failed").wait_for()
            page.wait_for_timeout(300)
            assert visitor.box.input_value() == "写了一半"
            assert page.get_by_role("button", name=f"再问一次：{question}").count() == 1
            answered = page.locator(".card.answer").count()
            visitor.type_question("怎么请假")
            page.locator(".card.answer").nth(answered).wait_for()
            assert page.locator(".card.failed").count() == 0
