"""The web chat in a real browser, over the fake assistant. Pictures are kept in tests/artifacts/."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from assistant.answer import Assistant
from assistant.api import create_app
from assistant.records import Turn
from assistant.settings import load_settings
from index.build import build_index
from index.corpus import read_bundled
from tests.browser import DESKTOP, PHONE, Visitor, chromium, serving, visiting
from tests.fake_assistant import FakeAssistant

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["chromium"]  # a fixture: used by name

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

SCREENS = {"desktop": DESKTOP, "phone": PHONE}


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def address(chromium: Browser, assistant: FakeAssistant) -> Iterator[str]:
    with serving(create_app(assistant)) as address:
        yield address


@pytest.fixture(scope="module")
def bundled_address(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real assistant over an index of the bundled pages, built for this module (2 s)."""
    folder = tmp_path_factory.mktemp("index")
    build_index(read_bundled(), folder)
    with serving(create_app(Assistant.open(load_settings(folder)))) as address:
        yield address


@pytest.fixture
def visitor(chromium: Browser, address: str) -> Iterator[Visitor]:
    with visiting(chromium, address) as visitor:
        yield visitor
        assert visitor.errors == []


@pytest.mark.parametrize("screen", SCREENS)
def test_a_question_leads_to_the_answer_its_clause_and_the_marked_words(
    chromium: Browser, address: str, screen: str
) -> None:
    with visiting(chromium, address, SCREENS[screen]) as visitor:
        page = visitor.page
        visitor.picture(f"{screen}-1-welcome")
        turn = visitor.ask("志愿者怎么请假？")
        assert turn.locator(".words strong").inner_text() == "提前三日"
        chip = turn.locator(".citation .chip").nth(1)
        assert "《示例镇志愿服务办法》" in chip.inner_text()
        assert "第2条 请假" in chip.inner_text()
        visitor.picture(f"{screen}-2-answer")
        chip.click()
        page.locator("#panel mark").wait_for()
        assert page.locator("#panel mark").inner_text() == "（一）突发疾病的；"
        assert "志愿者请假应当提前三日提出。" in page.locator("#panel .clause-text").inner_text()
        assert "第二章 管理" in page.locator("#panel .breadcrumb").inner_text()
        visitor.picture(f"{screen}-3-clause")
        page.keyboard.press("Escape")
        page.locator("#panel").wait_for(state="hidden")
        refused = visitor.ask("今天会下雨吗？")
        assert "没有找到依据" in refused.locator(".refused").inner_text()
        assert refused.locator(".related .chip").count() == 1
        visitor.picture(f"{screen}-4-refused")
        assert visitor.foreign_requests() == []
        assert visitor.errors == []
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, "the page can be scrolled sideways"


def test_the_clause_stands_beside_the_chat_on_a_desktop_and_over_it_on_a_phone(chromium: Browser, address: str) -> None:
    for viewport, beside in ((DESKTOP, True), (PHONE, False)):
        with visiting(chromium, address, viewport) as visitor:
            chip = visitor.ask("请假").locator(".citation .chip").first
            chip.click()
            visitor.page.locator("#panel mark").wait_for()
            panel = visitor.page.locator("#panel").bounding_box()
            answer = visitor.page.locator(".card.answer").bounding_box()
            assert panel and answer
            assert (answer["x"] + answer["width"] <= panel["x"]) == beside
            assert panel["y"] + panel["height"] == pytest.approx(viewport["height"], abs=1)


def test_differences_between_printings_are_told_beside_the_clause_too(visitor: Visitor) -> None:
    visitor.ask("请假").locator(".citation .chip").first.click()
    visitor.page.locator("#panel mark").wait_for()
    assert visitor.page.locator("#panel .notice").all_inner_texts() == ["“三日”另一印本作“五日”。"]


def test_damage_is_shown_in_the_clause(visitor: Visitor) -> None:
    turn = visitor.ask("场地补贴多少？")
    assert turn.locator(".card > .notice").inner_text() == "引用的条文在版面上中断，后文缺失。"
    turn.locator(".citation .chip").click()
    visitor.page.locator("#panel .damage").wait_for()


def test_what_people_type_is_shown_and_never_run(visitor: Visitor) -> None:
    hostile = "请假<script>alert(1)</script><img src=x onerror=alert(2)> ${alert(3)} {{value}}"
    turn = visitor.ask(hostile)
    assert hostile in turn.locator(".question").inner_text()
    assert visitor.page.locator("#thread img, #thread script").count() == 0
    assert visitor.errors == []


def test_enter_sends_shift_enter_breaks_and_the_box_keeps_the_focus(visitor: Visitor, assistant: FakeAssistant) -> None:
    visitor.box.fill("请假")
    visitor.box.press("Shift+Enter")
    visitor.page.keyboard.type("要几天")
    assert visitor.box.input_value() == "请假\n要几天"
    visitor.box.press("Enter")
    visitor.page.locator(".card.answer").wait_for()
    assert assistant.heard[-1][0] == "请假\n要几天"
    assert visitor.box.input_value() == ""
    assert visitor.box.evaluate("box => box === document.activeElement")


def test_enter_inside_a_chinese_input_method_does_not_send(visitor: Visitor) -> None:
    visitor.box.fill("qingjia")
    for event in ("keydown", "keypress"):
        visitor.box.dispatch_event(event, {"key": "Enter", "keyCode": 229, "isComposing": True, "bubbles": True})
    visitor.page.wait_for_timeout(400)
    assert visitor.box.input_value() == "qingjia"
    assert visitor.page.locator(".turn").count() == 0


def test_an_example_is_asked_with_one_press(visitor: Visitor) -> None:
    example = visitor.page.locator(".example").first
    question = example.inner_text()
    example.click()
    visitor.page.locator(".turn .card").wait_for()
    assert visitor.page.locator(".question").inner_text().endswith(question)


def test_earlier_turns_are_told_to_the_assistant(visitor: Visitor, assistant: FakeAssistant) -> None:
    first = visitor.ask("怎么请假").locator(".words").inner_text()
    visitor.ask("那补贴呢")
    question, history = assistant.heard[-1]
    assert (question, [turn.question for turn in history]) == ("那补贴呢", ["怎么请假"])
    assert isinstance(history[0], Turn)
    assert first.startswith("请假要提前三日提出")


def test_a_reload_keeps_the_conversation_and_a_new_one_clears_it(visitor: Visitor) -> None:
    visitor.ask("怎么请假")
    visitor.ask("今天会下雨吗")
    visitor.page.reload()
    visitor.page.locator(".card.refused").wait_for()
    assert visitor.page.locator(".turn").count() == 2
    visitor.page.locator("#restart").click()
    visitor.page.locator(".welcome").wait_for()
    visitor.page.reload()
    visitor.page.locator(".welcome").wait_for()
    assert visitor.page.locator(".turn").count() == 0


@pytest.mark.parametrize(("question", "words"), [("故障", "POLICYQA_LLM_URL"), ("崩溃", "程序出错了")])
def test_a_question_that_failed_goes_back_into_the_box(visitor: Visitor, question: str, words: str) -> None:
    visitor.ask("怎么请假")
    visitor.type_question(question)
    visitor.page.locator(".card.failed").wait_for()
    assert words in visitor.page.locator(".card.failed").inner_text()
    assert visitor.box.input_value() == question
    visitor.type_question("场地补贴")
    visitor.page.locator(".card.answer").nth(1).wait_for()
    assert visitor.page.locator(".card.failed").count() == 0


def test_a_lost_connection_is_told_in_chinese_and_the_question_stays(chromium: Browser) -> None:
    with serving(create_app(FakeAssistant())) as address, visiting(chromium, address) as visitor:
        visitor.page.route("**/gradio_api/queue/join*", lambda route: route.abort("connectionrefused"))
        visitor.type_question("怎么请假")
        visitor.page.get_by_text("连接不上服务").wait_for()
        assert visitor.box.input_value() == "怎么请假"
        visitor.page.reload()
        visitor.page.locator(".welcome").wait_for()
        assert visitor.box.input_value() == "怎么请假"


def test_a_question_that_is_too_long_stays_in_the_box(visitor: Visitor, assistant: FakeAssistant) -> None:
    asked = len(assistant.heard)
    visitor.type_question("问" * 501)
    visitor.page.get_by_text("最多 500 个字").wait_for()
    assert visitor.box.input_value() == "问" * 501
    assert len(assistant.heard) == asked


def test_the_answer_is_copied_with_its_source_even_without_https(visitor: Visitor) -> None:
    turn = visitor.ask("怎么请假")
    # An intranet address is no "secure context": there navigator.clipboard is absent.
    visitor.page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    visitor.page.evaluate("document.addEventListener('copy', () => { window.copied = document.activeElement.value; })")
    turn.get_by_role("button", name="复制回答").click()
    visitor.page.get_by_text("已复制", exact=True).first.wait_for()
    assert "依据：《示例镇志愿服务办法》第2条（2024-01-01发布）" in visitor.page.evaluate("window.copied")
    assert visitor.page.locator("#announcer").inner_text() == "已复制"
    turn.get_by_role("button", name="复制（报告用）").click()
    visitor.page.wait_for_function("window.copied.startsWith('问：怎么请假')")
    assert "“志愿者请假应当提前三日提出。”" in visitor.page.evaluate("window.copied")


def test_the_back_button_of_a_phone_closes_the_clause(chromium: Browser, address: str) -> None:
    with visiting(chromium, address, PHONE) as visitor:
        visitor.ask("请假").locator(".citation .chip").first.click()
        visitor.page.locator("#panel mark").wait_for()
        visitor.page.go_back()
        visitor.page.locator("#panel").wait_for(state="hidden")
        assert visitor.page.locator(".card.answer").count() == 1


def test_everything_to_press_on_a_phone_is_44_pixels_high(chromium: Browser, address: str) -> None:
    with visiting(chromium, address, PHONE) as visitor:
        small = _small_targets(visitor)
        visitor.ask("请假").locator(".citation .chip").first.click()
        visitor.page.locator("#panel mark").wait_for()
        assert small + _small_targets(visitor) == []


def _small_targets(visitor: Visitor) -> list[Any]:
    """Buttons and chips lower than 44 px; markers and breadcrumbs stand in running text."""
    found: list[Any] = visitor.page.evaluate(
        "() => [...document.querySelectorAll('button, .chip, .quiet, .documents a')].filter(e => e.checkVisibility())"
        ".map(e => [e.textContent.trim(), e.getBoundingClientRect().height]).filter(([, height]) => height < 44)"
    )
    return found


def test_two_people_at_once_get_their_own_answers(chromium: Browser, address: str, assistant: FakeAssistant) -> None:
    with visiting(chromium, address) as one, visiting(chromium, address, PHONE) as other:
        assistant.gate = threading.Barrier(2)  # neither is answered unless both are being answered
        try:
            one.type_question("甲问请假")
            other.type_question("乙问补贴")
            one.page.locator(".card.answer").wait_for()
            other.page.locator(".card.answer").wait_for()
        finally:
            assistant.gate = None
        assert "甲问请假" in one.page.locator(".turn").inner_text()
        assert "请假要提前三日" in one.page.locator(".card.answer").inner_text()
        assert "乙问补贴" in other.page.locator(".turn").inner_text()
        assert "百分之八十" in other.page.locator(".card.answer").inner_text()


def test_a_clause_has_a_page_of_its_own(visitor: Visitor) -> None:
    visitor.page.goto(f"{visitor.address}/clause?document=volunteers&article=2&start=0&end=4")
    assert visitor.page.locator("mark").inner_text() == "志愿者请"
    visitor.page.get_by_text("下一条").click()
    visitor.page.get_by_role("heading", name="第3条 场地补贴").wait_for()
    assert visitor.foreign_requests() == []


def test_the_reference_page_opens_without_other_hosts(visitor: Visitor) -> None:
    visitor.page.goto(f"{visitor.address}/docs")
    assert "/api/ask" in visitor.page.locator("main").inner_text()
    assert visitor.foreign_requests() == []
    visitor.picture("desktop-5-reference")


@pytest.mark.parametrize("screen", SCREENS)
def test_the_whole_way_from_the_bundled_pages_to_the_marked_clause(
    chromium: Browser, bundled_address: str, screen: str
) -> None:
    with visiting(chromium, bundled_address, SCREENS[screen]) as visitor:
        visitor.picture(f"{screen}-6-bundled-welcome")
        question = "生态保护补偿条例第三十一条怎么规定的？"
        turn = visitor.ask(question)
        chip = turn.locator(".citation .chip").first
        assert "《生态保护补偿条例》" in chip.inner_text()
        assert "第31条" in chip.inner_text()
        visitor.picture(f"{screen}-7-bundled-answer")
        chip.click()
        visitor.page.locator("#panel mark").first.wait_for()
        marked = "".join(visitor.page.locator("#panel mark").all_inner_texts())
        asked = visitor.page.request.post(f"{bundled_address}/api/ask", data={"question": question})
        assert marked == asked.json()["citations"][0]["quote"].replace("\n", "")
        visitor.picture(f"{screen}-8-bundled-clause")
        visitor.page.keyboard.press("Escape")
        refused = visitor.ask("今天晚上吃什么好呢？")
        assert refused.locator(".refused").count() == 1
        visitor.picture(f"{screen}-9-bundled-refused")
        assert visitor.foreign_requests() == []
        assert visitor.errors == []
