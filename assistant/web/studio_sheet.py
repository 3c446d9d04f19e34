"""`/studio/sheet`: questions for a class to talk about."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from assistant.discussion import Sheet, discussion_sheets, render_markdown
from assistant.material.records import Selection
from assistant.web.attachments import MARKDOWN, attachment, file_name
from assistant.web.services import Services
from assistant.web.shell import render_template
from assistant.web.studio_choosing import Choice, read_selections, shelf

EACH = 3
MOST_EACH = 10


def add_sheet(app: FastAPI, services: Services) -> None:
    """Add `/studio/sheet` (the questions of what was chosen) and the same as a file."""

    def chosen(request: Request) -> tuple[Selection, ...]:
        return read_selections(request.query_params, shelf(services.live.library.documents))

    @app.get("/studio/sheet", include_in_schema=False)
    def sheet(request: Request, document: str = "", each: int = Query(EACH, ge=1, le=MOST_EACH)) -> HTMLResponse:
        selections = chosen(request)
        page = render_template(
            "studio_sheet.html" if selections else "studio_missing.html",
            title="讨论题",
            kind="studio-page",
            room="备课",
            words=f"收录的文件里没有“{document[:60]}”，可能已经移除或更新。" if document else "还没有选文件。",
            names=Choice(selections).names,
            query=Choice(selections).query(with_settings=False),
            each=each,
            choices=(1, 2, EACH, 5, MOST_EACH),
            chosen=[(selection, _sheets(selection, each)) for selection in selections],
        )
        return HTMLResponse(page, status_code=200 if selections else 404)

    @app.get("/studio/sheet.md", include_in_schema=False)
    def sheet_file(request: Request, each: int = Query(EACH, ge=1, le=MOST_EACH)) -> Response:
        selections = chosen(request)
        if not selections:
            raise HTTPException(404, "没有这份文件；请回到备课页重新选择。")
        texts = [render_markdown(selection.document, _sheets(selection, each)) for selection in selections]
        name = f"{selections[0].document.title}{'等' if len(selections) > 1 else ''}讨论题"
        return attachment("\n".join(texts).encode(), MARKDOWN, file_name(name, "md"))


def _sheets(selection: Selection, each: int) -> list[Sheet]:
    chosen = {article.number for article in selection.articles}
    return [sheet for sheet in discussion_sheets(selection.document, each) if sheet.article.number in chosen]
