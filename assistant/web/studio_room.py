"""`/studio`: the room for training material."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException, Query
from fastapi.responses import HTMLResponse, Response

from assistant.discussion import discussion_sheets, documents_with_topics, render_markdown
from assistant.web.attachments import MARKDOWN, attachment, file_name
from assistant.web.engine import find_document
from assistant.web.services import Services
from assistant.web.shell import render_template

EACH = 3
MOST_EACH = 10


def add_studio_room(app: FastAPI, services: Services) -> None:
    """Add `/studio` (which documents), `/studio/sheet` (questions of one) and the same as a file."""

    @app.get("/studio", include_in_schema=False)
    def studio() -> HTMLResponse:
        documents = documents_with_topics(services.live.library.documents)
        others = [d for d in services.live.library.documents if d not in documents and d.kind != "news"]
        return HTMLResponse(
            render_template(
                "studio.html", title="备课", kind="studio-page", room="备课", documents=documents, others=others
            )
        )

    @app.get("/studio/sheet", include_in_schema=False)
    def sheet(document: str = "", each: int = Query(EACH, ge=1, le=MOST_EACH)) -> HTMLResponse:
        found = find_document(services.live.library, document)
        page = render_template(
            "studio_sheet.html" if found else "studio_missing.html",
            title="讨论题",
            kind="studio-page",
            room="备课",
            document=found,
            named=document,
            each=each,
            choices=(1, 2, EACH, 5, MOST_EACH),
            sheets=discussion_sheets(found, each) if found else (),
        )
        return HTMLResponse(page, status_code=200 if found else 404)

    @app.get("/studio/sheet.md", include_in_schema=False)
    def sheet_file(document: str = "", each: int = Query(EACH, ge=1, le=MOST_EACH)) -> Response:
        found = find_document(services.live.library, document)
        if found is None:
            raise HTTPException(404, "没有这份文件；请回到备课页重新选择。")
        text = render_markdown(found, discussion_sheets(found, each))
        return attachment(text.encode(), MARKDOWN, file_name(f"{found.title}讨论题", "md"))
