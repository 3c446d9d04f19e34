"""`/studio`: the room for training material. Here documents are chosen, and what to make of them."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.material.records import DIFFICULTIES, ITEM_TYPES, Selection
from assistant.state import materials
from assistant.web.engine import find_document
from assistant.web.services import Services
from assistant.web.shell import render_template
from assistant.web.studio_choosing import (
    COMPARISON,
    GOALS,
    MADE_OF_ITEMS,
    MOST_SEED,
    MOST_SUBJECT,
    MOST_TOTAL,
    Choice,
    SentFields,
    check_choice,
    read_choice,
    shelf,
)
from assistant.web.studio_jobs import Jobs
from assistant.web.studio_makers import Makers
from assistant.web.studio_making import add_making, start_quiz
from assistant.web.studio_material import add_materials
from assistant.web.studio_owner import find_owner, remember
from assistant.web.studio_papers import add_papers
from assistant.web.studio_quiz import add_quiz_room
from assistant.web.studio_sheet import add_sheet
from assistant.web.studio_views import show_page
from index.errors import InputError
from index.records import Article, Document

RECENT = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A document of the shelf: `chosen` are the numbers of the articles that are ticked; `is_open` shows them."""

    document: Document
    chosen: frozenset[str]
    is_open: bool

    @property
    def is_whole(self) -> bool:
        return len(self.chosen) == len(self.document.articles)

    @property
    def parts(self) -> list[tuple[str, list[Article]]]:
        """The articles by part, in reading order."""
        found: list[tuple[str, list[Article]]] = []
        for article in self.document.articles:
            if not found or found[-1][0] != article.part:
                found.append((article.part, []))
            found[-1][1].append(article)
        return found


def add_studio_room(app: FastAPI, services: Services, makers: Makers | None = None) -> None:
    """Add every address of the room. `makers`: who makes the material, where it is not `assistant.material`."""
    makers = makers or Makers()
    jobs = Jobs()
    _add_choosing(app, services, makers, jobs)
    add_sheet(app, services)
    add_papers(app, services, makers)
    add_making(app, services, jobs)
    add_materials(app, services, makers)
    add_quiz_room(app, services, makers)


def _add_choosing(app: FastAPI, services: Services, makers: Makers, jobs: Jobs) -> None:
    @app.get("/studio", include_in_schema=False)
    def studio(request: Request, open: str = "") -> Response:
        documents = shelf(services.live.library.documents)
        choice = read_choice(request.query_params, documents)
        response = show_choosing(services, jobs, request, choice, opened=open)
        remember(request, response)
        return response

    @app.get("/studio/articles", include_in_schema=False)
    def articles(document: str = "") -> HTMLResponse:
        found = find_document(services.live.library, document)
        if found is None:
            return HTMLResponse("这份文件刚刚移除了，请刷新页面。", status_code=404)
        row = Row(found, frozenset(), True)
        return HTMLResponse(render_template("studio_articles.html", row=row), headers={"cache-control": "no-cache"})

    @app.get("/studio/make", include_in_schema=False)
    def again() -> Response:
        """Where a browser comes back to that showed the choice with a problem."""
        return RedirectResponse("/studio", status_code=303)

    @app.post("/studio/make", include_in_schema=False)
    def make(request: Request, fields: SentFields) -> Response:
        choice = read_choice(fields, shelf(services.live.library.documents))
        try:
            check_choice(choice)
            if choice.goal in MADE_OF_ITEMS:
                return start_quiz(services, makers, jobs, request, choice)
        except InputError as error:
            return show_choosing(services, jobs, request, choice, problem=str(error))
        page = "sheet" if choice.goal == "topics" else choice.goal
        return RedirectResponse(f"/studio/{page}?{choice.query(with_settings=False)}", status_code=303)


def show_choosing(
    services: Services, jobs: Jobs, request: Request, choice: Choice, opened: str = "", problem: str = ""
) -> HTMLResponse:
    """The page on which one chooses; with a `problem` everything that was chosen is still chosen."""
    documents = shelf(services.live.library.documents)
    chosen = {each.document.id: each for each in choice.selections}
    if not chosen and len(documents) == 1 and not problem:
        chosen = {documents[0].id: Selection(documents[0], documents[0].articles)}
    owner = find_owner(request)
    recent = materials.listing(services.database, owner) if owner else []
    return show_page(
        "studio.html",
        "备课",
        422 if problem else 200,
        rows=[_row(each, chosen.get(each.id), opened) for each in documents],
        choice=choice,
        goals=GOALS,
        made_of_items=MADE_OF_ITEMS,
        comparison=COMPARISON,
        types=ITEM_TYPES,
        difficulties=DIFFICULTIES,
        limits={"total": MOST_TOTAL, "seed": MOST_SEED, "subject": MOST_SUBJECT},
        problem=problem,
        recent=recent[:RECENT],
        has_model=services.settings.uses_language_model,
        materials=len(recent),
        under_way=jobs.under_way(owner) if owner else [],
    )


def _row(document: Document, selection: Selection | None, opened: str) -> Row:
    chosen = frozenset(article.number for article in selection.articles) if selection else frozenset[str]()
    is_part = 0 < len(chosen) < len(document.articles)
    return Row(document, chosen, is_part or document.id == opened)
