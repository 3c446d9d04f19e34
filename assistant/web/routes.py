"""The pages beside the chat: clauses and contents, the description of the API, our own assets."""

from __future__ import annotations

from fastapi import FastAPI, Query, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from assistant.citations import bracketed
from assistant.web.clauses import render_clause, render_contents, render_missing
from assistant.web.engine import Live, find_document
from assistant.web.reference import render_reference
from assistant.web.shell import ASSETS, render_page

FRAGMENT_HEADER = "x-fragment"
"""Set by our script: the panel wants the clause alone; a link opened in a new tab wants a page."""


def add_pages(app: FastAPI, live: Live) -> None:
    """Add `/clause`, `/docs` and `/web/...`; they stay out of openapi.json, since no script reads them."""

    @app.get("/clause", include_in_schema=False)
    def clause(
        request: Request,
        document: str = "",
        article: str = "",
        start: int = Query(0, ge=0),
        end: int = Query(0, ge=0),
    ) -> HTMLResponse:
        found = find_document(live.library, document)
        target = found.article(article) if found and article else None
        status = 200
        if found is not None and target is not None:
            title, body = (
                f"{bracketed(found.title)}{target.label}",
                render_clause(found, target, start, end, live.library.documents),
            )
        elif found is not None and not article:
            title, body = bracketed(found.title), render_contents(found)
        else:
            title, body, status = "没有这一条", render_missing(document, article), 404
        if FRAGMENT_HEADER not in request.headers:
            body = render_page(title, f'<div class="clause">{body}</div>', kind="clause-page")
        return HTMLResponse(body, status_code=status, headers={"vary": FRAGMENT_HEADER, "cache-control": "no-cache"})

    @app.get("/docs", include_in_schema=False)
    def reference(request: Request) -> HTMLResponse:
        return HTMLResponse(render_reference(app.openapi(), str(request.base_url).rstrip("/")))

    app.mount("/web", StaticFiles(directory=ASSETS), name="web")
