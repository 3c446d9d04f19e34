"""Debian's Chromium for the browser tests, and a server with the app on a free port.

Import `chromium` into a test module to use it as a fixture. Where Playwright or Chromium is missing the tests are
skipped with the reason; under `.ci/run` they fail.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
import uvicorn
from fastapi import FastAPI

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

ARTIFACTS = Path(__file__).parent / "artifacts"
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

# Without these Chromium itself asks Google for updates and variations.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")  # a fixture imported into two modules is two: one must be closed before the next opens
def chromium() -> Iterator[Browser]:
    """A headless Chromium; `POLICYQA_CHROMIUM` names another one than /usr/bin/chromium."""
    try:
        from playwright import sync_api as playwright
    except ImportError:
        _miss("browser tests need the package playwright")
    path = os.environ.get("POLICYQA_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        _miss("browser tests need Chromium: apt-get install chromium fonts-noto-cjk")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


def _miss(reason: str) -> NoReturn:
    """Skips visibly; where `.ci/run` requires a browser (POLICYQA_REQUIRE_BROWSER=1) it fails instead."""
    if os.environ.get("POLICYQA_REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve `app` from a thread and yield its address, once it answers."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise RuntimeError("the server did not start within 30 s")
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


class Visitor:
    """One person at one browser: a page, what it asked of the network, and what went wrong in its scripts."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.address = address
        self.requested: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", self._note_dialog)
        self.page.goto(address)
        self.box.wait_for()

    def _note_dialog(self, dialog: Any) -> None:
        self.errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    @property
    def box(self) -> Any:
        return self.page.locator("#question textarea")

    def type_question(self, question: str) -> None:
        """Send a question with Enter, without waiting for its answer."""
        self.box.fill(question)
        self.box.press("Enter")

    def ask(self, question: str) -> Any:
        """Send a question and give the last turn of the conversation, once it is answered, refused or failed."""
        before = self.page.locator(".turn").count()
        self.type_question(question)
        self.page.wait_for_function(
            "count => document.querySelectorAll('.turn').length > count && !document.querySelector('.waiting')",
            arg=before,
        )
        return self.page.locator(".turn").last

    def picture(self, name: str) -> None:
        """Keep a picture of what the visitor sees, after the page has come to rest."""
        ARTIFACTS.mkdir(exist_ok=True)
        self.page.wait_for_timeout(700)  # the smooth scroll to the newest question
        self.page.screenshot(path=ARTIFACTS / f"{name}.png")

    def foreign_requests(self) -> list[str]:
        """Whatever the page asked of another host than the server's."""
        return [url for url in self.requested if not url.startswith((self.address, "data:", "blob:"))]


@contextmanager
def visiting(browser: Browser, address: str, viewport: ViewportSize = DESKTOP, **options: Any) -> Iterator[Visitor]:
    """A visitor with a browser profile of their own; a phone where the window is narrow."""
    phone = viewport["width"] < 600
    context = browser.new_context(
        viewport=viewport, has_touch=phone, is_mobile=phone, device_scale_factor=2 if phone else 1, **options
    )
    visitor = Visitor(context, address)
    yield visitor
    context.close()
