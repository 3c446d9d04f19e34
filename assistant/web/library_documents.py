"""Pages about one thing in the library: an upload in full, the frame of a document, what removing it takes along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.holdings import changes
from assistant.holdings.changes import Digests
from assistant.holdings.frames import MOST_CHARACTERS, NAMES, read_frame
from assistant.holdings.incoming import page_from_json, report_from_json
from assistant.holdings.intake import library_of
from assistant.state.tables import Upload
from assistant.web.library_views import show_time
from assistant.web.services import Services
from assistant.web.shell import render_template
from assistant.web.sign_in import Visitor, require_administrator
from index.edits import frame_of
from index.errors import InputError
from index.library import Library
from index.printings import read_printings
from index.records import NEWS, Document

MOST_ARTICLES = 300
"""On one page: the longest law has 1,260."""

Administrator = Annotated[Visitor, Depends(require_administrator)]
Text = Annotated[str, Form(max_length=10_000)]


class MissingError(Exception):
    """Seen by whoever follows a link or sends a form to what is not there any more; one sentence."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page that a document stands on: `others` are the other documents on it, with what becomes of each without it."""

    siglum: str
    name: str
    others: tuple[tuple[str, str], ...]


def add_documents(app: FastAPI, services: Services, digests: Digests) -> None:
    """Add them, for administrators only."""
    app.add_exception_handler(MissingError, _show_missing)
    _add_upload(app, services)
    _add_edit(app, services)
    _add_remove(app, services, digests)


def _add_upload(app: FastAPI, services: Services) -> None:
    @app.get("/library/uploads/{upload}", include_in_schema=False)
    def show(visitor: Administrator, upload: int, first: Annotated[int, Query(alias="from", ge=0)] = 0) -> HTMLResponse:
        """An upload with the full text of its articles, `MOST_ARTICLES` at a time."""
        row = None
        if upload < 2**31:
            with services.database.session() as session:
                row = session.get(Upload, upload)
        if row is None or not row.pages:
            raise MissingError("没有这个文件：可能已经舍弃，或已经收录。请回到资料库看看。")
        printings = [w for page in row.pages for w in read_printings(page_from_json(page))]
        articles = [(w.title, a) for w in printings for a in w.articles]
        return _page(
            "library_upload.html",
            title=row.name,
            upload=row,
            at=show_time(row.at),
            report=report_from_json(row.report),
            articles=articles[first : first + MOST_ARTICLES],
            first=first,
            total=len(articles),
            step=MOST_ARTICLES,
        )


def _add_edit(app: FastAPI, services: Services) -> None:
    @app.get("/library/documents/{document_id}/edit", include_in_schema=False)
    def form(visitor: Administrator, document_id: str) -> HTMLResponse:
        library = library_of(services.live)
        document = _find(library, document_id)
        with services.database.session() as session:
            frame = changes.wanted_frame(session, library, document)
        return _edit_page(library, document, frame)

    @app.post("/library/documents/{document_id}/edit", include_in_schema=False)
    def save(
        visitor: Administrator,
        document_id: str,
        title: Text = "",
        issuer: Text = "",
        document_number: Text = "",
        date: Text = "",
        effective_date: Text = "",
    ) -> Response:
        library = library_of(services.live)
        document = _find(library, document_id)
        typed = {
            "title": title,
            "issuer": issuer,
            "document_number": document_number,
            "date": date,
            "effective_date": effective_date,
        }
        try:
            frame = read_frame(document, typed, library.documents)
        except InputError as error:
            return _edit_page(library, document, typed, str(error))
        with services.database.session() as session:
            changes.edit_frame(session, library, document, frame, visitor.name)
        return RedirectResponse("/library#changes", status_code=303)


def _add_remove(app: FastAPI, services: Services, digests: Digests) -> None:
    @app.get("/library/documents/{document_id}/remove", include_in_schema=False)
    def ask(visitor: Administrator, document_id: str) -> HTMLResponse:
        library = library_of(services.live)
        return _remove_page(library, _find(library, document_id))

    @app.post("/library/documents/{document_id}/remove", include_in_schema=False)
    def remove(
        visitor: Administrator, document_id: str, sources: Annotated[list[str] | None, Form(max_length=1000)] = None
    ) -> Response:
        library = library_of(services.live)
        document = _find(library, document_id)
        own = {w.siglum for w in document.witnesses}
        try:
            with services.database.session() as session:
                chosen = [siglum for siglum in dict.fromkeys(sources or ()) if siglum in own]
                changes.remove_pages(session, library, digests.of(library), chosen, visitor.name)
        except InputError as error:
            return _remove_page(library, document, str(error))
        return RedirectResponse("/library#changes", status_code=303)

    @app.post("/library/removed/{row}/restore", include_in_schema=False)
    def restore(visitor: Administrator, row: int) -> RedirectResponse:
        if row < 2**31:
            with services.database.session() as session:
                changes.restore_page(session, row, digests.of(library_of(services.live)))
        return RedirectResponse("/library#changes", status_code=303)


def _show_missing(request: Request, error: Exception) -> HTMLResponse:
    return _page("library_missing.html", 404, title="没有找到", words=str(error))


def _find(library: Library, document_id: str) -> Document:
    document = library.document(document_id)
    if document is None:
        raise MissingError("资料库里没有这份文件：可能刚刚移除。请回到资料库看看。")
    return document


def _edit_page(library: Library, document: Document, frame: dict[str, str], problem: str = "") -> HTMLResponse:
    return _page(
        "library_edit.html",
        409 if problem else 200,
        title="修改标题和日期",
        document=document,
        frame=frame,
        as_read=library.as_read.get(document.id) or frame_of(document),
        names=NAMES,
        most=MOST_CHARACTERS,
        problem=problem,
    )


def _remove_page(library: Library, document: Document, problem: str = "") -> HTMLResponse:
    names = {page.siglum: page.name for page in library.pages}
    sigla = dict.fromkeys(w.siglum for w in document.witnesses)
    sources = [Source(s, names.get(s, s), _others(library, document, s)) for s in sigla]
    return _page(
        "library_remove.html",
        409 if problem else 200,
        title="移除文件",
        document=document,
        sources=sources,
        gone=_gone_with(library, document),
        problem=problem,
    )


def _gone_with(library: Library, document: Document) -> list[str]:
    """Titles of the documents, news left out, that go with all pages of this one."""
    sigla = {w.siglum for w in document.witnesses}
    others = (d for d in library.documents if d.id != document.id and d.kind != NEWS)
    return [d.title for d in others if {w.siglum for w in d.witnesses} <= sigla]


def _others(library: Library, document: Document, siglum: str) -> tuple[tuple[str, str], ...]:
    """The other documents on a page, news last, each with what it loses with the page."""
    found = [d for d in library.documents if d.id != document.id and any(w.siglum == siglum for w in d.witnesses)]
    return tuple(
        (d.title, "少一个刊本" if any(w.siglum != siglum for w in d.witnesses) else "一并移除")
        for d in sorted(found, key=lambda d: d.kind == NEWS)
    )


def _page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    page = render_template(template, kind="library-page", room="资料库", **values)
    return HTMLResponse(page, status_code=status, headers={"cache-control": "no-store"})
