"""Markup in every text that comes from outside — documents, questions, file names, names of people — stays text on every page."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from assistant.api import create_app
from assistant.holdings.intake import REFUSED, WAITING
from assistant.material.kept_quiz import keep_quiz
from assistant.material.records import Selection
from assistant.settings import Settings
from assistant.state import learned, materials
from assistant.state.accounts import Visitor
from assistant.state.feedback import Opinion, rate
from assistant.state.tables import DocumentEdit, RemovedPage, ToldPair, Upload
from assistant.web.sign_in import require_administrator
from tests.hostile import MARKUP, SCRIPT, HostileAssistant, hostile_document, intruders
from tests.material_samples import ITEMS, QUIZ

DOCUMENT = hostile_document()
VALUES = {
    "name": DOCUMENT.id,
    "document": DOCUMENT.id,
    "document_id": DOCUMENT.id,
    "article": "1",
    "number": "1",
    "upload": "1",
    "model": "policyqa",
    "job_id": "1",
    "job": "1",
    "material": "1",
    "ending": "docx",
    "path": "",
}
QUERIES: dict[str, tuple[dict[str, str], ...]] = {
    "/clause": ({"document": DOCUMENT.id}, {"document": DOCUMENT.id, "article": "1", "start": "0", "end": "9"}),
    "/read": ({}, {"q": MARKUP}, {"q": "提前三日"}),
    "/studio": ({}, {"document": DOCUMENT.id}),
    "/studio/articles": ({"document": DOCUMENT.id},),
    "/studio/handout": ({"from": DOCUMENT.id},),
    "/studio/handout.{ending}": ({"from": DOCUMENT.id},),
    "/studio/slides": ({"from": DOCUMENT.id},),
    "/studio/slides.pptx": ({"from": DOCUMENT.id},),
    "/studio/comparison": ({"from": DOCUMENT.id, "subject": MARKUP},),
    "/studio/material/{material}": ({}, {"type": MARKUP, "article": MARKUP, "said": MARKUP}),
    "/studio/material": ({"said": MARKUP, "undo": MARKUP},),
    "/studio/sheet": ({"document": DOCUMENT.id, "article": "1"},),
    "/studio/sheet.md": ({"document": DOCUMENT.id, "article": "1"},),
    "/library": ({}, {"q": MARKUP}),
    "/library/questions": ({}, {"q": MARKUP}, {"feedback": "1"}),
    "/library/questions/articles": ({"q": MARKUP, "feedback": "1"}, {"q": MARKUP, "question": MARKUP}),
    "/sign-in": ({"next": f"/{MARKUP}"}, {"code": MARKUP}),
    "/api/search": ({"q": "提前三日"},),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder = tmp_path_factory.mktemp(f"索引 {SCRIPT}")
    app = create_app(HostileAssistant(DOCUMENT), Settings(index=folder / "index"))
    app.dependency_overrides[require_administrator] = lambda: Visitor(MARKUP[:100], True)
    return app


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        leave_everything(app, client)
        yield client


def leave_everything(app: FastAPI, client: TestClient) -> None:
    """What people with bad intentions would leave in every table."""
    database = app.state.services.database
    opinion = Opinion("a", MARKUP, "answered", "down", MARKUP, DOCUMENT.title, "1", MARKUP)
    rate(database, opinion)
    rate(database, Opinion("b", f"{MARKUP}?", "refused", "down", f"另一句{MARKUP}", MARKUP, MARKUP, MARKUP))
    learned.add(database, DOCUMENT.title, "1", [MARKUP], MARKUP)
    learned.remove(database, DOCUMENT.title, "1", f"不要{MARKUP}", MARKUP)
    leave_material(app, client)
    page = {"siglum": MARKUP, "name": MARKUP, "text": MARKUP, "is_newspaper": False}
    with database.session() as session:
        session.add(RemovedPage(siglum=MARKUP, documents=[MARKUP, DOCUMENT.title], page=page, author=MARKUP))
        session.add(DocumentEdit(document=DOCUMENT.title, values={"title": MARKUP, "issuer": MARKUP}, author=MARKUP))
        session.add(ToldPair(one=MARKUP[:200], other="900", is_same=True, author=MARKUP))
    text = f"{MARKUP}管理办法\n\n第一条 {MARKUP}应当提前三日提出。\n\n第二条 {MARKUP}自2024年1月1日起施行。\n"
    for name in (f"{MARKUP}.txt", "a'\"><img src=x onerror=alert(66)>.md", f"{MARKUP}.exe"):
        job = client.post("/api/library/uploads", params={"name": name}, content=text.encode()).json()
        for _ in range(200):
            if not (job_id := job.get("id")) or job["stage"] in (WAITING, REFUSED):
                break
            time.sleep(0.05)
            job = client.get(f"/api/library/uploads/{job_id}").json()


def leave_material(app: FastAPI, client: TestClient) -> None:
    """A quiz of the client's browser, every word of it markup."""
    token = "a" * 43
    client.cookies.set("policyqa_studio", token)
    owner = f"browser:{hashlib.sha256(token.encode()).hexdigest()}"
    bad = dict.fromkeys(("stem", "explanation", "document", "label", "quote", "point", "article"), MARKUP)
    items = tuple(replace(item, options=(MARKUP,) * len(item.options), **bad) for item in ITEMS)
    content = keep_quiz(replace(QUIZ, items=items, notices=(MARKUP,)), [Selection(DOCUMENT, DOCUMENT.articles)])
    number = materials.create(app.state.services.database, owner, MARKUP[-70:], "quiz", content.to_json(), [MARKUP], 8)
    assert number == 1
    dropped = client.post(
        "/studio/material/1/items/drop", data={"version": "1", "entry": "1"}, headers={"x-fragment": "1"}
    )
    assert dropped.status_code == 200 and intruders(dropped.json()["dropped"]) == []


def get_routes(app: FastAPI) -> list[str]:
    found = [route for route in app.routes if "GET" in (getattr(route, "methods", None) or ())]
    return sorted({str(route.path) for route in found})  # type: ignore[attr-defined]


def addresses(app: FastAPI) -> list[tuple[str, dict[str, str]]]:
    """Every address that answers GET, filled in with the hostile document."""
    found = []
    for path in get_routes(app):
        filled = path.replace(":path", "").format(**{name: quote(value, safe="") for name, value in VALUES.items()})
        found += [(filled, query) for query in QUERIES.get(path, ({},))]
    return found


def test_no_page_of_any_room_runs_what_others_wrote(app: FastAPI, client: TestClient) -> None:
    pages, hostile = {}, {}
    for path, query in [("/", {}), *addresses(app)]:
        response = client.get(path, params=query)
        place = f"{path} {query}"
        assert response.status_code < 500, place
        if response.headers["content-type"].startswith("text/html"):
            pages[place] = response.status_code
            if found := intruders(response.text):
                hostile[place] = found
        else:
            assert response.headers["x-content-type-options"] == "nosniff", place
    assert hostile == {}
    assert sum(status == 200 for status in pages.values()) >= 15, pages


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"/read/{quote(DOCUMENT.id, safe='')}", {}),
        (f"/read/{quote(DOCUMENT.id, safe='')}/printings", {}),
        ("/clause", {"document": DOCUMENT.id, "article": "1"}),
        ("/studio", {"document": DOCUMENT.id}),
        ("/library", {}),
        ("/library/questions", {}),
        (f"/library/questions/{quote(DOCUMENT.id, safe='')}/1", {}),
        (f"/library/documents/{quote(DOCUMENT.id, safe='')}/edit", {}),
    ],
)
def test_the_text_is_shown_as_it_was_written(client: TestClient, path: str, query: dict[str, Any]) -> None:
    page = client.get(path, params=query)
    assert page.status_code == 200
    assert "&lt;script&gt;" in page.text
    assert "&amp;lt;" not in page.text  # escaped twice is shown wrong


def test_an_uploaded_file_is_shown_as_it_was_parsed(app: FastAPI, client: TestClient) -> None:
    with app.state.services.database.session() as session:
        uploads = list(session.scalars(select(Upload)))
    assert len(uploads) >= 2
    for upload in uploads:
        page = client.get(f"/library/uploads/{upload.id}")
        assert page.status_code == 200
        assert intruders(page.text) == []
        assert "&lt;script&gt;" in page.text
        assert Path(upload.name).name == upload.name


def test_files_to_keep_are_named_without_markup(client: TestClient) -> None:
    for path in (f"/read/{quote(DOCUMENT.id, safe='')}/file.txt", f"/read/{quote(DOCUMENT.id, safe='')}/file.json"):
        response = client.get(path)
        assert response.status_code == 200
        assert "<" not in response.headers.get("content-disposition", "")


def test_markup_that_came_through_would_be_noticed(client: TestClient) -> None:
    page = client.get("/library").text
    assert len(intruders(page.replace("</main>", f"{MARKUP}</main>"))) == 3


def test_pages_of_errors_do_not_run_what_was_asked(client: TestClient) -> None:
    for path in ("/read/", "/library/uploads/", "/library/documents/x/", "/nothing/", "/api/articles/"):
        response = client.get(path + quote(MARKUP, safe=""))
        if response.headers["content-type"].startswith("text/html"):
            assert intruders(response.text) == []
