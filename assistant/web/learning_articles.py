"""`/library/questions/{document}/{article}`: the questions of one article, to read, add to and take from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.keys import plain
from assistant.learning import teach
from assistant.state import learned
from assistant.web.learning_shelf import ROOM_ADDRESS, Place, QuestionLists, find_place
from assistant.web.services import Services
from assistant.web.shell import render_template
from assistant.web.sign_in import Visitor, require_administrator

ON_A_PAGE = 50
MOST_LINES = 200
"""Questions that are added at once."""

MOST_CHARACTERS = MOST_LINES * (learned.LONGEST + 2)
MOST_FILTER = 100
TOO_MUCH = f"一次最多加 {MOST_LINES} 句，每句最多 {learned.LONGEST} 字。请分几次加，刚才写的还在下面。"

Administrator = Annotated[Visitor, Depends(require_administrator)]


@dataclass(frozen=True, slots=True)
class Told:
    """What the page says about the last change: how many were added, how many were there already, the id of a removal,
    questions that other articles own, or what is wrong with what was typed."""

    added: int = 0
    same: int = 0
    removed: int = 0
    taken: dict[str, list[Place]] = field(default_factory=dict)
    problem: str = ""
    typed: str = ""


def add_article_questions(app: FastAPI, services: Services) -> None:
    """Add the page of each article; a document's id may hold slashes."""
    address = f"{ROOM_ADDRESS}/{{document:path}}/{{article}}"

    @app.get(address, include_in_schema=False)
    def article_questions(
        visitor: Administrator,
        document: str,
        article: str,
        q: str = "",
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
        added: Annotated[int, Query(ge=0, le=MOST_LINES)] = 0,
        same: Annotated[int, Query(ge=0, le=MOST_LINES)] = 0,
        removed: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    ) -> HTMLResponse:
        place = find_place(services.live.library, f"{document}/{article}")
        if place is None:
            return _missing(f"{document} {article}")
        told = Told(added, same, removed)
        return _show(services, place, told, " ".join(q.split())[:MOST_FILTER], page)

    @app.post(address, include_in_schema=False)
    def change(
        visitor: Administrator,
        document: str,
        article: str,
        add: Annotated[str, Form()] = "",
        remove: Annotated[str, Form()] = "",
        confirmed: Annotated[bool, Form()] = False,
    ) -> Response:
        place = find_place(services.live.library, f"{document}/{article}")
        if place is None:
            return _missing(f"{document} {article}")
        if remove.strip():
            title, number = place.document.title, place.article.number
            done = learned.remove(services.database, title, number, remove, visitor.name)
            teach(services.live, services.database)
            return _back(place, removed=done or 0)
        return _add(services, place, add, confirmed, visitor.name)


def _add(services: Services, place: Place, typed: str, confirmed: bool, author: str) -> Response:
    """Adds what is new; what is another article's question only once that is confirmed."""
    lines = [line for line in typed.splitlines() if plain(line)]
    if len(lines) > MOST_LINES or any(len(line) > learned.LONGEST for line in lines):
        return _show(services, place, Told(problem=TOO_MUCH, typed=typed[:MOST_CHARACTERS]), status=413)
    questions = list({plain(q): q for line in lines if (q := learned.clean_question(line))}.values())
    lists = QuestionLists(services)
    have = {plain(each.text) for each in lists.of(place) if each.state in ("built", "learned")}
    new = [question for question in questions if plain(question) not in have]
    taken = {} if confirmed else {q: owners for q in new if (owners := lists.owners(q, place))}
    free = [question for question in new if question not in taken]
    if free:
        learned.add(services.database, place.document.title, place.article.number, free, author)
        teach(services.live, services.database)
    same = len(questions) - len(new)
    if taken:
        return _show(services, place, Told(len(free), same, taken=taken), status=409)
    return _back(place, added=len(free), same=same)


def _back(place: Place, **counts: int) -> Response:
    query = urlencode({name: count for name, count in counts.items() if count})
    return RedirectResponse(f"{place.questions_address}{'?' if query else ''}{query}", status_code=303)


def _missing(name: str) -> HTMLResponse:
    page = render_template(
        "learning_missing.html",
        title="没有这一条",
        kind="learning-page",
        room="资料库",
        address=ROOM_ADDRESS,
        missing=name[:200],
    )
    return HTMLResponse(page, status_code=404)


def _show(
    services: Services, place: Place, told: Told, words: str = "", page: int = 1, status: int = 200
) -> HTMLResponse:
    every = QuestionLists(services).of(place)
    tokens = [plain(word) for word in words.split() if plain(word)]
    found = [each for each in every if all(token in plain(each.text) for token in tokens)]
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(page, pages)
    shown = render_template(
        "learning_article.html",
        title=f"{place.name}的问法",
        kind="learning-page",
        room="资料库",
        address=ROOM_ADDRESS,
        place=place,
        questions=found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        total=sum(each.state in ("built", "learned") for each in every),
        learned_total=sum(each.state == "learned" for each in every),
        found=len(found),
        words=words,
        page=page,
        pages=pages,
        added=told.added,
        same=told.same,
        removed=learned.find_change(services.database, told.removed) if told.removed else None,
        taken=told.taken,
        problem=told.problem,
        typed=told.typed,
        most_filter=MOST_FILTER,
        longest=learned.LONGEST,
    )
    return HTMLResponse(shown, status_code=status, headers={"cache-control": "no-store"})
