"""`/read`: the documents in full, a page each, an address for each article, and their printings side by side."""

from __future__ import annotations

from datetime import date

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from assistant.apparatus_html import render_parts
from assistant.citations import bracketed
from assistant.web.engine import Shelf, find_document
from assistant.web.reading_files import send_json, send_text
from assistant.web.reading_search import (
    MOST_QUERY_CHARACTERS,
    Query,
    match_meanings,
    match_texts,
    match_titles,
    read_query,
    search_meanings,
)
from assistant.web.reading_shelf import (
    address_of,
    anchored,
    describe_card,
    most_asked,
    read_times,
    split_news,
)
from assistant.web.reading_text import lay_out
from assistant.web.services import Services
from assistant.web.shell import render_template
from index.library import Library
from index.records import Article, Document

ROOM = "全文"
MOST_HITS = 20
"""Articles asked of the search by meaning."""

SHOWN_IN_ONE = 5
"""Literal matches shown of one document; the rest is on its own page."""

_LONGEST_SHOWN = 60


def add_reading_room(app: FastAPI, services: Services) -> None:
    """Add `/read` and below it. An id may hold slashes, so the most specific addresses come first."""

    @app.get("/read", include_in_schema=False)
    def shelf(q: str = "") -> HTMLResponse:
        query = read_query(q)
        return _show_results(services, query) if query.text else _show_shelf(services, query)

    @app.get("/read/{name:path}/printings", include_in_schema=False)
    def printings(name: str) -> HTMLResponse:
        document = find_document(services.live.library, name)
        return _show_printings(services.live.library, document) if document else _show_missing(name)

    @app.get("/read/{name:path}/file.txt", include_in_schema=False)
    def text_file(name: str) -> Response:
        document = find_document(services.live.library, name)
        if document is None:
            return _show_missing(name)
        return send_text(document, describe_card(document, services.live.library, date.today()))

    @app.get("/read/{name:path}/file.json", include_in_schema=False)
    def data_file(name: str) -> Response:
        document = find_document(services.live.library, name)
        return send_json(document) if document else _show_missing(name)

    @app.get("/read/{name:path}", include_in_schema=False)
    def document(request: Request, name: str, q: str = "") -> Response:
        found = find_document(services.live.library, name)
        if found is not None:
            return _show_document(services, found, read_query(q), str(request.url.replace(query="", fragment="")))
        holder, _, number = name.rpartition("/")
        found = find_document(services.live.library, holder)
        article = found.article(number) if found else None
        if found is not None and article is not None:
            return RedirectResponse(anchored(found, article.number, read_query(q).text), status_code=303)
        return _show_missing(holder or name, found, number)


def _show_shelf(services: Services, query: Query) -> HTMLResponse:
    library, today = services.live.library, date.today()
    documents, news = split_news(library.documents)
    return _page(
        "read_library.html",
        ROOM,
        query=query,
        cards=[describe_card(document, library, today) for document in documents],
        news=[describe_card(document, library, today) for document in news],
        asked=most_asked(library, read_times(services.database, library)),
    )


def _show_results(services: Services, query: Query) -> HTMLResponse:
    library, today = services.live.library, date.today()
    hits, warning = search_meanings(services.live, query, MOST_HITS)
    literal = match_texts(library, query)
    return _page(
        "read_results.html",
        f"查找“{query.text[:_LONGEST_SHOWN]}”",
        query=query,
        warning=warning,
        cards=[describe_card(document, library, today) for document in match_titles(library, query)],
        literal=literal,
        places=sum(found.count for found in literal),
        nearby=match_meanings(hits, library, query, literal),
        shown_in_one=SHOWN_IN_ONE,
        anchored=anchored,
        address_of=address_of,
        bracketed=bracketed,
    )


def _show_document(services: Services, document: Document, query: Query, address: str) -> HTMLResponse:
    library = services.live.library
    return _page(
        "read_document.html",
        bracketed(document.title),
        query=query,
        card=describe_card(document, library, date.today()),
        sheet=lay_out(document, query.forms, read_times(services.database, library), library.documents),
        full_address=address,
        today=date.today(),
    )


def _show_printings(library: Shelf, document: Document) -> HTMLResponse:
    reliability = library.reliability if isinstance(library, Library) else ()
    parts = render_parts(document, reliability)
    return _page(
        "read_printings.html",
        f"{bracketed(document.title)}校勘记",
        document=document,
        named=bracketed(document.title),
        address=address_of(document),
        parts={name: Markup(html) for name, html in parts.items()},  # escaped where it is made
    )


def _show_missing(name: str, document: Document | None = None, number: str = "") -> HTMLResponse:
    """What there is instead of a document or article that the library does not have."""
    known: tuple[Article, ...] = document.articles if document else ()
    return _page(
        "read_missing.html",
        "没有找到",
        status=404,
        named=_shortened(name),
        number=_shortened(number),
        document=document,
        holder=bracketed(document.title) if document else "",
        links=[(article.label, anchored(document, article.number)) for article in known] if document else [],
        address=address_of(document) if document else "",
    )


def _page(template: str, heading: str, status: int = 200, **values: object) -> HTMLResponse:
    values = {"query": Query("", ()), "most_characters": MOST_QUERY_CHARACTERS, "title": heading, **values}
    page = render_template(template, kind="read-page", room=ROOM, **values)
    return HTMLResponse(page, status_code=status, headers={"cache-control": "no-cache"})


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
