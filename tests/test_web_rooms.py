"""Every room in a real browser, at both sizes: no serious violation of accessibility (axe-core), nothing asked of another
host, no sideways scrolling, no error in a script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from assistant.api import create_app
from assistant.state.accounts import Visitor
from assistant.web.sign_in import require_administrator
from index.corpus import read_bundled
from index.library import build_library
from tests.browser import DESKTOP, PHONE, chromium, serving, visiting
from tests.fake_assistant import VOLUNTEERS, FakeAssistant

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["chromium"]  # a fixture: used by name

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

SCREENS = {"desktop": DESKTOP, "phone": PHONE}
DOCUMENT = quote(VOLUNTEERS.id)
PAGES = (
    "/",
    "/read",
    "/read?q=请假",
    f"/read/{DOCUMENT}",
    "/studio",
    f"/studio?open={DOCUMENT}",
    f"/studio/handout?from={DOCUMENT}",
    f"/studio/slides?from={DOCUMENT}",
    f"/studio/sheet?document={DOCUMENT}",
    "/studio/material",
    "/library",
    "/library/questions",
    f"/library/questions/{DOCUMENT}/2",
    "/sign-in",
    f"/clause?document={DOCUMENT}&article=2",
    "/docs",
)


@pytest.fixture(scope="module")
def address(chromium: Browser) -> Iterator[str]:
    app = create_app(FakeAssistant())
    app.dependency_overrides[require_administrator] = lambda: Visitor("管理员", True)
    with serving(app) as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_is_accessible_and_keeps_to_its_host(
    chromium: Browser, address: str, screen: str, scheme: Any
) -> None:
    context = chromium.new_context(
        viewport=SCREENS[screen], color_scheme=scheme, has_touch=screen == "phone", is_mobile=screen == "phone"
    )
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    found = {}
    for path in PAGES:
        page.goto(address + path)
        if path == "/":
            page.locator("#question textarea").wait_for()
        found[path] = violations(page)
        assert not is_wide(page), f"{path} can be scrolled sideways"
    context.close()
    assert {path: each for path, each in found.items() if each} == {}
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert errors == []


@pytest.mark.parametrize("screen", SCREENS)
def test_the_conversation_is_accessible(chromium: Browser, address: str, screen: str) -> None:
    with visiting(chromium, address, SCREENS[screen]) as visitor:
        page = visitor.page
        visitor.ask("志愿者怎么请假？")
        visitor.ask("今天会下雨吗？")
        page.wait_for_timeout(600)  # the smooth scroll to the newest question
        assert violations(page) == []
        page.locator(".citation .chip").first.click()
        page.locator("#panel mark").wait_for()
        assert violations(page) == []


@pytest.fixture(scope="module")
def bundled_address(chromium: Browser) -> Iterator[str]:
    """The rooms over the bundled documents; answers are the fake's."""
    with serving(create_app(FakeAssistant(*build_library(read_bundled()).documents))) as address:
        yield address


@pytest.mark.parametrize("screen", SCREENS)
def test_a_trainer_gets_a_sheet_of_questions_with_and_without_answers(
    chromium: Browser, bundled_address: str, screen: str
) -> None:
    context = chromium.new_context(viewport=SCREENS[screen])
    page = context.new_page()
    page.goto(f"{bundled_address}/studio")
    page.get_by_label("《生态保护补偿条例》", exact=False).first.check()
    page.get_by_text("讨论题").first.click()
    page.get_by_role("button", name="开始做").click()
    page.locator(".sheet").nth(32).wait_for()
    page.get_by_label("每条最多").select_option("1")
    page.get_by_role("button", name="更新").click()
    page.wait_for_url("**each=1*")
    assert page.locator(".sheet").first.locator("li").count() == 1
    page.get_by_role("button", name="隐藏答案").click()
    assert not page.locator(".passage").first.is_visible()
    assert violations(page) == [] and not is_wide(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").first.click()
    assert download.value.suggested_filename == "生态保护补偿条例讨论题.md"
    page.get_by_role("link", name="看原文").first.click()
    page.locator("#a-1").wait_for()
    context.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_printings_side_by_side_are_accessible(chromium: Browser, bundled_address: str, screen: str) -> None:
    context = chromium.new_context(viewport=SCREENS[screen])
    page = context.new_page()
    page.goto(f"{bundled_address}/read")
    page.get_by_role("link", name="4 个刊本对照").click()
    page.wait_for_url("**/printings")
    assert violations(page) == [] and not is_wide(page)
    context.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical: rule and the first element."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found if v["impact"] in ("serious", "critical")]


def is_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
