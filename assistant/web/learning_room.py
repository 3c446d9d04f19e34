"""`/library/questions`: what was refused or disliked, given to its article with a click; all of it can be undone."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.learning import evaluation_lines, teach
from assistant.state import learned
from assistant.state.learned import AlreadySettledError, OpenQuestion
from assistant.web.engine import shown_documents
from assistant.web.learning_articles import add_article_questions
from assistant.web.learning_refresh import Refresher, Refreshing
from assistant.web.learning_shelf import (
    ROOM_ADDRESS,
    Place,
    QuestionLists,
    find_place,
    missing_rows,
    named_place,
    nearest_places,
    place_of,
    search_places,
)
from assistant.web.learning_views import describe_changes, describe_time, show_result
from assistant.web.services import Services
from assistant.web.shell import render_template
from assistant.web.sign_in import Visitor, require_administrator

ON_A_PAGE = 10
"""Questions; each is searched for while the page is made."""

NEAREST = 5
FOUND = 8
"""Articles that a search for one shows."""

CHANGES = 8
MOST_CHANGES = 200
MOST_WORDS = 100
FRAGMENT_HEADER = "x-fragment"
KINDS = {"": "全部", "refused": "没答上", "disliked": "没帮助"}
SETTLED = "这个问题刚刚已经处理过了（可能是别人，也可能点了两次）。"

Administrator = Annotated[Visitor, Depends(require_administrator)]
Id = Annotated[int, Form(ge=1, le=2**31 - 1)]


def add_learning_room(app: FastAPI, services: Services) -> None:
    """Add the addresses of this module and of the articles' own lists; the most specific first."""
    _add_list(app, services)
    _add_changes(app, services)
    add_article_questions(app, services)
    app.add_middleware(Refreshing, refresher=Refresher(services))


def _add_list(app: FastAPI, services: Services) -> None:
    @app.get(ROOM_ADDRESS, include_in_schema=False)
    def questions(
        visitor: Administrator,
        show: str = "",
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
        done: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
        changes: Annotated[int, Query(ge=1, le=MOST_CHANGES)] = CHANGES,
        settled: bool = False,
    ) -> HTMLResponse:
        return _show_list(services, show if show in KINDS else "", page, done, changes, settled)

    @app.get(f"{ROOM_ADDRESS}/evaluation.jsonl", include_in_schema=False)
    def evaluation(visitor: Administrator) -> Response:
        headers = {"content-disposition": 'attachment; filename="used.jsonl"', "cache-control": "no-store"}
        return Response(evaluation_lines(services.database), media_type="application/x-ndjson", headers=headers)

    @app.get(f"{ROOM_ADDRESS}/articles", include_in_schema=False)
    def articles(
        request: Request,
        visitor: Administrator,
        q: str = "",
        feedback: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    ) -> HTMLResponse:
        words = " ".join(q.split())[:MOST_WORDS]
        item = learned.find_open(services.database, feedback) if feedback else None
        found = search_places(services.live, words, FOUND) if words else []
        values: dict[str, Any] = {"places": found, "words": words, "item": item}
        if FRAGMENT_HEADER in request.headers:
            return HTMLResponse(render_template("learning_found.html", **values), headers={"cache-control": "no-store"})
        lists = QuestionLists(services)
        counts = {place.id: lists.count(place) for place in found}
        shelf = [] if words or item else _contents(services, lists)
        return _page("learning_choose.html", title="找条文", counts=counts, shelf=shelf, most=MOST_WORDS, **values)


def _add_changes(app: FastAPI, services: Services) -> None:
    @app.post(f"{ROOM_ADDRESS}/assign", include_in_schema=False)
    def assign(
        visitor: Administrator,
        feedback: Id,
        target: Annotated[str, Form()] = "",
        question: Annotated[str, Form()] = "",
        confirmed: Annotated[bool, Form()] = False,
    ) -> Response:
        item = learned.find_open(services.database, feedback)
        if item is None:
            return _back(settled=1)
        place = find_place(services.live.library, target)
        if place is None:
            return _page("learning_missing.html", status=404, title="没有这一条", missing=target[:200])
        wording = learned.clean_question(question) or item.wording
        owners = [] if confirmed else QuestionLists(services).owners(wording, place)
        if owners:
            values: dict[str, Any] = {"item": item, "place": place, "owners": owners, "wording": wording}
            return _page("learning_confirm.html", status=409, title="请确认", **values)
        return _assign(services, item, place, wording, visitor.name)

    @app.post(f"{ROOM_ADDRESS}/dismiss", include_in_schema=False)
    def dismiss(visitor: Administrator, feedback: Id) -> Response:
        try:
            return _back(done=learned.dismiss(services.database, feedback, visitor.name))
        except AlreadySettledError:
            return _back(settled=1)

    @app.post(f"{ROOM_ADDRESS}/undo", include_in_schema=False)
    def undo(visitor: Administrator, change: Id) -> Response:
        learned.undo(services.database, change)
        teach(services.live, services.database)
        return _back(done=change)

    @app.post(f"{ROOM_ADDRESS}/restore", include_in_schema=False)
    def restore(visitor: Administrator, change: Id) -> Response:
        try:
            learned.restore(services.database, change)
        except AlreadySettledError:
            return _back(settled=1)
        teach(services.live, services.database)
        return _back(done=change)


def _assign(services: Services, item: OpenQuestion, place: Place, wording: str, author: str) -> Response:
    title, number = place.document.title, place.article.number
    try:
        changes = learned.add(services.database, title, number, [wording], author, item.id)
    except AlreadySettledError:
        return _back(settled=1)
    teach(services.live, services.database)
    return _back(done=changes[0]) if changes else _back()


def _back(**values: int) -> Response:
    """To the list, where what was done stands on top; a reload does nothing twice."""
    query = f"?{urlencode(values)}#done" if values else ""
    return RedirectResponse(f"{ROOM_ADDRESS}{query}", status_code=303)


def _page(template: str, title: str, status: int = 200, **values: object) -> HTMLResponse:
    page = render_template(template, title=title, kind="learning-page", room="资料库", address=ROOM_ADDRESS, **values)
    return HTMLResponse(page, status_code=status, headers={"cache-control": "no-store"})


def _show_list(services: Services, show: str, page: int, done: int, changes: int, settled: bool) -> HTMLResponse:
    every = learned.open_questions(services.database)
    kinds = {
        "": every,
        "refused": [each for each in every if each.refused],
        "disliked": [each for each in every if each.disliked],
    }
    pages = max(1, -(-len(kinds[show]) // ON_A_PAGE))
    page = min(page, pages)
    shown = kinds[show][(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    library = services.live.library
    added = learned.active(services.database)
    change = learned.find_change(services.database, done) if done else None
    return _page(
        "learning_list.html",
        title="从使用中学习",
        items=[_describe(services, each) for each in shown],
        kinds=[(name, words, len(kinds[name])) for name, words in KINDS.items()],
        show=show,
        page=page,
        pages=pages,
        notice=SETTLED if settled else "",
        result=show_result(services.live, change) if change else None,
        changes=describe_changes(library, learned.recent_changes(services.database, changes)),
        more_changes=MOST_CHANGES if changes < MOST_CHANGES else 0,
        missing=missing_rows(library, added),
        learned_count=len(added),
        used_count=sum(row.feedback_id is not None for row in added),
    )


def _describe(services: Services, item: OpenQuestion) -> dict[str, object]:
    """One open question with the articles it may belong to, what a disliked answer cited last."""
    cited = named_place(services.live.library, item.document, item.article) if item.document else None
    places = nearest_places(services.live, item.wording, NEAREST)
    return {
        "item": item,
        "at": describe_time(item.at),
        "cited": cited,
        "places": sorted(places, key=lambda place: cited is not None and place.id == cited.id),
        "most": learned.LONGEST,
    }


def _contents(services: Services, lists: QuestionLists) -> list[dict[str, object]]:
    """Every document with its articles and how many questions each has."""
    shelf: list[dict[str, object]] = []
    for document in shown_documents(services.live.library):
        places = [place_of(document, article) for article in document.articles]
        shelf.append({"document": document, "places": [(place, lists.count(place)) for place in places]})
    return shelf
