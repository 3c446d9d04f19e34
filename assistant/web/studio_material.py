"""`/studio/material`: 我的材料 — what somebody made, to open, rename, duplicate, delete and take along as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from markupsafe import Markup

from assistant.material.kept_quiz import KeptQuiz, place_now, read_kept, resolve
from assistant.state import materials
from assistant.state.materials import GoneError, Kept
from assistant.web.attachments import JSON, MARKDOWN, TEXT, attachment, file_name
from assistant.web.learning_views import describe_time
from assistant.web.services import Services
from assistant.web.studio_choosing import GOALS, SentFields
from assistant.web.studio_makers import Makers
from assistant.web.studio_making import QUIZ_KIND
from assistant.web.studio_owner import find_owner, remember
from assistant.web.studio_quiz import FRAGMENT_HEADER, find_material, number
from assistant.web.studio_views import refusing, show_missing, show_page
from index.errors import InputError

LIST = "/studio/material"
_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "apkg": "application/octet-stream",
    "md": MARKDOWN,
    "txt": TEXT,
    "json": JSON,
}
PARTS = {"": "", "questions": "（试题）", "key": "（答案）"}
"""Which part of a quiz a file has -> what is added to its name."""

NOTHING_LEFT = "这份材料里的题都删掉了，没有可以下载的；先恢复几题再下载。"


@dataclass(frozen=True, slots=True)
class Line:
    """A material in the list."""

    id: int
    name: str
    kind: str
    facts: str
    at: str


def add_materials(app: FastAPI, services: Services, makers: Makers) -> None:
    """Add the list, what is done with a whole material, and its files; the files first, as their addresses are longer."""
    _add_files(app, services, makers)
    _add_views(app, services, makers)
    _add_list(app, services)

    @app.post(LIST + "/{material}/rename", include_in_schema=False)
    def rename(request: Request, material: str, fields: SentFields) -> Response:
        typed = str(fields.get("name") or "")
        try:
            name = materials.rename(services.database, find_owner(request), number(material), typed)
        except InputError as error:
            return _refuse(request, error)
        if FRAGMENT_HEADER in request.headers:
            return JSONResponse({"name": name})
        return RedirectResponse(f"{LIST}/{number(material)}", status_code=303)

    @app.post(LIST + "/{material}/{action}", include_in_schema=False)
    def do(request: Request, material: str, action: str) -> Response:
        owner, material_id = find_owner(request), number(material)
        try:
            match action:
                case "duplicate":
                    materials.duplicate(services.database, owner, material_id)
                    query = {"said": "已经复制一份"}
                case "delete":
                    materials.remove(services.database, owner, material_id)
                    query = {"said": "已经删掉", "undo": str(material_id)}
                case "restore":
                    materials.restore(services.database, owner, material_id)
                    query = {"said": "已经恢复"}
                case _:
                    return show_missing("没有这个操作，请回到备课。")
        except InputError as error:
            return _refuse(request, error)
        return RedirectResponse(f"{LIST}?{urlencode(query)}", status_code=303)


def _add_list(app: FastAPI, services: Services) -> None:
    @app.get(LIST, include_in_schema=False)
    def mine(request: Request, said: str = "", undo: str = "") -> Response:
        owner = find_owner(request)
        kept = materials.listing(services.database, owner) if owner else []
        gone = materials.deleted(services.database, owner) if owner else []
        undone = number(undo) if any(each.id == number(undo) for each in gone) else 0
        response = show_page(
            "studio_materials.html",
            "我的材料",
            lines=[_line(each) for each in kept],
            gone=[_line(each) for each in gone],
            said=said if said in ("已经删掉", "已经恢复", "已经复制一份") else "",
            undo=undone,
            is_of_browser=not owner.startswith("user:"),
            most_name=materials.MOST_NAME,
        )
        remember(request, response)
        return response


def _add_files(app: FastAPI, services: Services, makers: Makers) -> None:
    @app.get(LIST + "/{material}.{ending}", include_in_schema=False)
    def file(request: Request, material: str, ending: str, part: str = "") -> Response:
        if ending not in MEDIA_TYPES or part not in PARTS:
            raise HTTPException(404, f"没有这种文件；可以下载 {'、'.join(MEDIA_TYPES)}。")
        kept = find_material(services, request, material)
        if kept is None or kept.kind != QUIZ_KIND:
            raise HTTPException(404, str(GoneError()))
        with refusing():
            quiz = read_kept(kept.content)
            if not quiz.kept:
                raise InputError(NOTHING_LEFT)
            body = makers.write_quiz(quiz.as_quiz(kept.name), ending, part)
        return attachment(body, MEDIA_TYPES[ending], file_name(f"{kept.name}{PARTS[part]}", ending))


def _add_views(app: FastAPI, services: Services, makers: Makers) -> None:
    def read(request: Request, material: str) -> tuple[Kept, KeptQuiz]:
        kept = find_material(services, request, material)
        if kept is None or kept.kind != QUIZ_KIND:
            raise GoneError
        return kept, read_kept(kept.content)

    @app.get(LIST + "/{material}/cards", include_in_schema=False)
    def cards(request: Request, material: str) -> Response:
        try:
            kept, quiz = read(request, material)
        except InputError as error:
            return show_missing(str(error))
        made = makers.make_cards(quiz.as_quiz(kept.name).items)
        return show_page("studio_cards.html", kept.name, material=kept, cards=made)

    @app.get(LIST + "/{material}/coverage", include_in_schema=False)
    def coverage(request: Request, material: str) -> Response:
        try:
            kept, quiz = read(request, material)
        except InputError as error:
            return show_missing(str(error))
        documents = services.live.library.documents
        selections = resolve(quiz.selected, documents)
        items = [place_now(entry.item, documents)[2] for entry in quiz.kept]
        picture, sentence = makers.draw_coverage(selections, items) if selections else ("", "")
        words = {"picture": Markup(picture), "sentence": sentence}  # the picture escapes what it shows
        return show_page("studio_coverage.html", kept.name, material=kept, coverage=words)


def _line(listed: materials.Listed) -> Line:
    kind = GOALS[listed.kind][0] if listed.kind in GOALS else "材料"
    facts = [f"{listed.size} 题"] if listed.kind == QUIZ_KIND else []
    titles = "、".join(f"《{title}》" for title in listed.documents[:2])
    facts.append(f"{titles}等 {len(listed.documents)} 份" if len(listed.documents) > 2 else titles)
    return Line(listed.id, listed.name, kind, "　".join(filter(None, facts)), describe_time(listed.changed_at))


def _refuse(request: Request, error: InputError) -> Response:
    status = 404 if isinstance(error, GoneError) else 422
    if FRAGMENT_HEADER in request.headers:
        answer: dict[str, Any] = {"detail": str(error)}
        return JSONResponse(answer, status_code=status)
    return show_missing(str(error), status)
