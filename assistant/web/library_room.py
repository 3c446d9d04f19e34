"""`/library`: what the library holds, what waits to come in, and the rebuild that brings changes into effect."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.doctor import examine as examine_installation
from assistant.holdings import changes
from assistant.holdings.changes import Digests
from assistant.holdings.intake import MOST_AT_ONCE, Intake, library_of
from assistant.importing import SUFFIXES
from assistant.rebuilding import STAGES, Rebuilder
from assistant.web.library_documents import MissingError, add_documents
from assistant.web.library_uploads import add_uploads, upload_limits
from assistant.web.library_views import view_room, view_state
from assistant.web.services import Services
from assistant.web.shell import render_template
from assistant.web.sign_in import Visitor, current_visitor, require_administrator
from index.errors import InputError

__all__ = ["add_library_room", "upload_limits"]

ROOM = "资料库"
UPLOAD_STAGES = ("上传", "读取", "分条", "核查", "待确认")
_MOST_QUERY = 200

Administrator = Annotated[Visitor, Depends(require_administrator)]
Decision = Literal["accept", "discard"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages of this room work with."""

    services: Services
    intake: Intake
    rebuilder: Rebuilder
    digests: Digests
    known: dict[str, Any] = field(default_factory=dict)

    def page(self, request: Request, problem: str = "", query: str = "") -> HTMLResponse:
        """The whole room; `problem` is one sentence about what was asked and not done."""
        page = render_template(
            "library.html",
            title=ROOM,
            kind="library-page",
            room=ROOM,
            visitor=current_visitor(request),
            problem=problem,
            jobs=self.intake.jobs(),
            state=view_state(self.services, self.rebuilder, self.known),
            most_files=MOST_AT_ONCE,
            most_megabytes=self.services.settings.upload_megabytes,
            suffixes=SUFFIXES,
            upload_stages=UPLOAD_STAGES,
            stages=STAGES,
            **view_room(self.services, self.digests, self.rebuilder, query),
        )
        return HTMLResponse(page, status_code=409 if problem else 200, headers={"cache-control": "no-store"})


def add_library_room(app: FastAPI, services: Services) -> None:
    """Add `/library` and what its buttons call, for administrators only."""
    intake = Intake(services.live, services.database)
    rebuilder = Rebuilder(services, intake.review_again)
    desk = Desk(services, intake, rebuilder, Digests())

    @app.get("/library", include_in_schema=False)
    def room(request: Request, visitor: Administrator, q: Annotated[str, Query()] = "") -> HTMLResponse:
        return desk.page(request, query=q[:_MOST_QUERY])

    @app.get("/library/check", include_in_schema=False)
    def check(visitor: Administrator) -> HTMLResponse:
        checks = examine_installation(services.settings.index)
        return HTMLResponse(
            render_template("library_check.html", title="检查", kind="library-page", room=ROOM, checks=checks)
        )

    add_uploads(app, intake, lambda request, problem: desk.page(request, problem))
    _add_decisions(app, desk)
    _add_rebuild(app, desk)
    add_documents(app, services, desk.digests)


def _add_decisions(app: FastAPI, desk: Desk) -> None:
    @app.post("/library/uploads/decide", include_in_schema=False)
    def decide(
        visitor: Administrator, decision: Annotated[Decision, Form()], upload: Annotated[str, Form(max_length=20)]
    ) -> RedirectResponse:
        """`upload` is a number, or `all`; one that was decided already stays as it is."""
        chosen = None if upload == "all" else _number(upload)
        with desk.services.database.session() as session:
            changes.decide(session, chosen, "accepted" if decision == "accept" else "discarded")
        if decision == "discard":
            desk.intake.review_again()
        return RedirectResponse("/library#waiting", status_code=303)

    @app.post("/library/changes/undo", include_in_schema=False)
    def undo(visitor: Administrator, change: Annotated[str, Form(max_length=1000)]) -> RedirectResponse:
        """`change` is what `library_views.describe_changes` calls it; one that is not there any more is no error."""
        kind, _, key = change.replace("\r\n", "\n").partition(":")
        library = library_of(desk.services.live)
        with desk.services.database.session() as session:
            match kind:
                case "add":
                    changes.decide(session, _number(key), "waiting", before="accepted")
                case "remove":
                    changes.restore_page(session, _number(key), desk.digests.of(library))
                case "restore":
                    changes.undo_restore(session, _number(key))
                case "edit":
                    if document := library.document(key):
                        changes.undo_edit(session, library, document, visitor.name)
                case "tell":
                    changes.untell(session, _pair(key))
                case _:
                    raise MissingError("没有这项更改；请刷新页面")
        return RedirectResponse("/library#changes", status_code=303)

    @app.post("/library/told", include_in_schema=False)
    def tell(
        visitor: Administrator,
        one: Annotated[str, Form(max_length=200)],
        other: Annotated[str, Form(max_length=200)],
        same: Annotated[bool, Form()],
    ) -> RedirectResponse:
        with desk.services.database.session() as session:
            changes.tell(session, (one, other), same, visitor.name)
        return RedirectResponse("/library#changes", status_code=303)


def _add_rebuild(app: FastAPI, desk: Desk) -> None:
    rebuilder = desk.rebuilder

    @app.post("/library/rebuild", include_in_schema=False)
    def start(request: Request, visitor: Administrator) -> Response:
        """A second click finds the rebuild running, which is what it wanted."""
        if not rebuilder.is_running:
            try:
                rebuilder.start()
            except InputError as error:
                return desk.page(request, str(error))
        return RedirectResponse("/library#changes", status_code=303)

    @app.post("/library/rebuild/cancel", include_in_schema=False)
    def cancel(visitor: Administrator) -> RedirectResponse:
        rebuilder.cancel()
        return RedirectResponse("/library#changes", status_code=303)

    @app.post("/library/rebuild/reopen", include_in_schema=False)
    def reopen(request: Request, visitor: Administrator) -> Response:
        try:
            rebuilder.reopen()
        except InputError as error:
            return desk.page(request, str(error))
        return RedirectResponse("/library#changes", status_code=303)

    @app.get("/api/library/rebuild", include_in_schema=False)
    def progress(visitor: Administrator) -> dict[str, Any]:
        return rebuilder.progress.to_json()


def _number(text: str) -> int:
    """Raises `MissingError` for what is no row's number."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise MissingError("没有这一项；请刷新页面")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    one, _, other = text.partition("\n")
    return one, other
