"""`/studio/handout`, `/studio/slides`, `/studio/comparison`: papers that are made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from assistant.material.blocks import Paper
from assistant.material.comparison import MOST_FOUND
from assistant.material.records import Selection
from assistant.state import materials
from assistant.web.attachments import attachment, file_name
from assistant.web.services import Services
from assistant.web.studio_choosing import (
    COMPARISON,
    GOALS,
    HANDOUT,
    SLIDES,
    Choice,
    SentFields,
    check_choice,
    read_choice,
    shelf,
)
from assistant.web.studio_makers import Makers
from assistant.web.studio_material import MEDIA_TYPES
from assistant.web.studio_owner import give_owner, remember
from assistant.web.studio_views import blocks_of, refusing, show_missing, show_page
from index.errors import InputError
from index.records import Hit

PAPER_ENDINGS = ("docx", "md", "txt")


def add_papers(app: FastAPI, services: Services, makers: Makers) -> None:
    """Add the pages and their files; the choice is in their addresses."""
    _add_handout(app, services, makers)
    _add_comparison(app, services, makers)
    _add_slides(app, services, makers)
    _add_keeping(app, services)


def _choice(services: Services, request: Request, goal: str) -> Choice:
    """What the address chooses. Raises `InputError`."""
    read = read_choice(request.query_params, shelf(services.live.library.documents))
    choice = Choice(read.selections, goal, subject=read.subject)
    check_choice(choice)
    return choice


def _add_handout(app: FastAPI, services: Services, makers: Makers) -> None:
    def make(choice: Choice) -> Paper:
        return makers.make_handout(choice.selections, services.live.library.documents)

    _add_paper(app, services, makers, HANDOUT, make)


def _add_comparison(app: FastAPI, services: Services, makers: Makers) -> None:
    def make(choice: Choice) -> Paper:
        one, other = choice.selections
        return makers.compare(choice.subject, one, other, partial(_find, services, choice.selections))

    _add_paper(app, services, makers, COMPARISON, make)


def _add_paper(app: FastAPI, services: Services, makers: Makers, goal: str, make: Callable[[Choice], Paper]) -> None:
    """The page of a paper and its files."""

    @app.get(f"/studio/{goal}", include_in_schema=False)
    def page(request: Request) -> Response:
        try:
            choice = _choice(services, request, goal)
            paper = make(choice)
        except InputError as error:
            return show_missing(str(error), 422)
        return _show_paper(choice, paper, goal, GOALS[goal][0])

    @app.get(f"/studio/{goal}.{{ending}}", include_in_schema=False)
    def file(request: Request, ending: str) -> Response:
        _check_ending(ending, PAPER_ENDINGS)
        with refusing():
            paper = make(_choice(services, request, goal))
            return _file(makers.write_paper(paper, ending), paper.title, ending)


def _add_slides(app: FastAPI, services: Services, makers: Makers) -> None:
    @app.get("/studio/slides", include_in_schema=False)
    def slides(request: Request) -> Response:
        try:
            choice = _choice(services, request, SLIDES)
            deck = makers.make_slides(choice.selections)
        except InputError as error:
            return show_missing(str(error), 422)
        query = choice.query(with_settings=False)
        return show_page(
            "studio_slides.html", deck.title, deck=deck, query=query, again=choice.query(), names=choice.names
        )

    @app.get("/studio/slides.pptx", include_in_schema=False)
    def slides_file(request: Request) -> Response:
        with refusing():
            deck = makers.make_slides(_choice(services, request, SLIDES).selections)
        return _file(makers.write_deck(deck), deck.title, "pptx")


def _add_keeping(app: FastAPI, services: Services) -> None:
    @app.post("/studio/keep", include_in_schema=False)
    def keep(request: Request, fields: SentFields) -> Response:
        """Keeps the address of a paper: it is made anew whenever it is opened, from the library of that day."""
        choice = read_choice(fields, shelf(services.live.library.documents))
        owner, token = give_owner(request)
        try:
            if choice.goal not in (HANDOUT, SLIDES, COMPARISON):
                raise InputError("这种材料做好时就存下了，在“我的材料”里。")
            check_choice(choice)
            content = {"address": f"/studio/{choice.goal}?{choice.query(with_settings=False)}"}
            titles = [each.document.title for each in choice.selections]
            materials.create(services.database, owner, choice.title, choice.goal, content, titles, 0)
        except InputError as error:
            return show_missing(str(error), 422)
        response = RedirectResponse("/studio/material", status_code=303)
        remember(request, response, token)
        return response


def _find(services: Services, chosen: Sequence[Selection], subject: str, documents: tuple[str, ...]) -> list[Hit]:
    """What the search finds on a subject among the chosen articles."""
    numbers = {(each.document.id, article.number) for each in chosen for article in each.articles}
    hits = services.live.search(subject, k=MOST_FOUND, documents=documents)
    return [hit for hit in hits if (hit.document_id, hit.article) in numbers]


def _show_paper(choice: Choice, paper: Paper, goal: str, what: str) -> Response:
    query = choice.query(with_settings=False)
    return show_page(
        "studio_paper.html",
        paper.title,
        paper=paper,
        blocks=blocks_of(paper),
        what=what,
        goal=goal,
        query=query,
        again=choice.query(),
        names=choice.names,
        subject=choice.subject,
    )


def _check_ending(ending: str, endings: Sequence[str]) -> None:
    if ending not in endings:
        raise HTTPException(404, f"没有这种文件；可以下载 {'、'.join(endings)}。")


def _file(body: bytes, title: str, ending: str) -> Response:
    return attachment(body, MEDIA_TYPES[ending], file_name(title, ending))
