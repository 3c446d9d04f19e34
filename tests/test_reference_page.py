"""The page that explains the HTTP API, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from assistant.web.openai_records import ChatCompletion, ChatRequest
from assistant.web.reference import render_reference
from assistant.web.shell import ASSETS
from tests.browser import DESKTOP, PHONE, chromium, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

__all__ = ["chromium"]  # a fixture: used by name


def page_of_an_api() -> FastAPI:
    app = FastAPI(title="政策问答", version="1")

    @app.post("/v1/chat/completions", summary="回答一段对话")
    def complete(request: ChatRequest) -> ChatCompletion:
        raise NotImplementedError

    @app.get("/docs-of-this", include_in_schema=False)
    def reference() -> HTMLResponse:
        return HTMLResponse(render_reference(app.openapi(), "http://127.0.0.1:7860"))

    app.mount("/web", StaticFiles(directory=ASSETS))
    return app


@pytest.mark.browser
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_and_every_link_of_its_contents_leads_somewhere(
    chromium: Browser,
    viewport: ViewportSize,
    scheme: str,
) -> None:
    with serving(page_of_an_api()) as address:
        page = chromium.new_page(viewport=viewport, color_scheme="dark" if scheme == "dark" else "light")
        requested: list[str] = []
        page.on("request", lambda request: requested.append(request.url))
        page.goto(f"{address}/docs-of-this")
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
        missing = page.evaluate(
            "[...document.querySelectorAll('.toc a')].filter(a => !document.querySelector(a.hash)).map(a => a.hash)"
        )
        assert (page.locator(".toc a").count(), missing) == (7, [])
        serious = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")]
        assert serious == []
        assert [url for url in requested if not url.startswith(address)] == []
        page.close()
