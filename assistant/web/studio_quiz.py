"""`/studio/material/…`: a quiz in one's hands: reword, drop, replace and reorder its items, each change kept at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from assistant.material.kept_quiz import (
    Entry,
    KeptQuiz,
    Wording,
    drop,
    move,
    note_faults,
    place_now,
    read_kept,
    resolve,
    restore,
    reword,
    step,
    swap,
    take_back,
)
from assistant.state import materials
from assistant.state.materials import ChangedElsewhereError, GoneError, Kept
from assistant.web.services import Services
from assistant.web.shell import render_template
from assistant.web.studio_choosing import USUAL_TOTAL, Choice, Fields, SentFields
from assistant.web.studio_makers import Makers
from assistant.web.studio_making import QUIZ_KIND
from assistant.web.studio_owner import find_owner
from assistant.web.studio_views import (
    FORM,
    articles_of,
    describe_counts,
    describe_entry,
    show_missing,
    show_page,
)
from index.errors import InputError

FRAGMENT_HEADER = "x-fragment"
NOTHING_ELSE = "选的条文里没有别的题可换了；可以改一改这道题，或者删掉它。"
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Done:
    """A change of a quiz: what it `said`, which cards look different, and the action that undoes it with its fields."""

    quiz: KeptQuiz
    said: str
    shown: tuple[int, ...] = ()
    undo: tuple[str, dict[str, str]] | None = None


def add_quiz_room(app: FastAPI, services: Services, makers: Makers) -> None:
    """Add the page of a quiz and the changes of its items."""

    @app.get("/studio/material/{material}", include_in_schema=False)
    def show(request: Request, material: str, type: str = "", article: str = "") -> Response:
        kept = find_material(services, request, material)
        if kept is None:
            return show_missing(str(GoneError()))
        if kept.kind != QUIZ_KIND:
            return RedirectResponse(str(kept.content.get("address", "/studio")), status_code=303)
        try:
            return _show_quiz(services, kept, type, article)
        except InputError as error:
            return show_missing(str(error), 422)

    @app.post("/studio/material/{material}/items/{action}", include_in_schema=False)
    def change(request: Request, material: str, action: str, fields: SentFields) -> Response:
        is_script = FRAGMENT_HEADER in request.headers
        try:
            kept = find_material(services, request, material)
            if kept is None:
                raise GoneError
            if number(fields.get("version")) != kept.version:
                raise ChangedElsewhereError
            done = _change(services, makers, read_kept(kept.content), action, fields)
            content, size = done.quiz.to_json(), len(done.quiz.kept)
            owner = find_owner(request)
            version = materials.save(services.database, owner, kept.id, kept.version, content, size)
        except InputError as error:
            return _refuse(error, material, fields, is_script)
        if is_script:
            return JSONResponse(_reply(services, done, kept.id, version), headers={"cache-control": "no-store"})
        place = f"#q-{done.shown[0]}" if done.shown else "#items"
        return RedirectResponse(f"/studio/material/{kept.id}?{urlencode({'said': done.said})}{place}", status_code=303)


def find_material(services: Services, request: Request, material: str) -> Kept | None:
    """The visitor's own material."""
    owner = find_owner(request)
    return materials.find(services.database, owner, number(material)) if owner else None


def number(words: object) -> int:
    """A number from an address or a form; 0 for anything else."""
    text = str(words or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


def _show_quiz(services: Services, kept: Kept, type: str, article: str) -> Response:
    quiz = read_kept(kept.content)
    documents = services.live.library.documents
    cards = [describe_entry(entry, documents) for entry in quiz.kept]
    selections = resolve(quiz.selected, documents)
    return show_page(
        "studio_quiz.html",
        kept.name,
        material=kept,
        quiz=quiz,
        cards=cards,
        dropped=[entry for entry in quiz.entries if entry.is_dropped],
        counts=describe_counts(quiz),
        types=list(quiz.counts()),
        articles=articles_of(cards),
        only={"type": type, "article": article},
        again=Choice(selections, total=quiz.wanted or USUAL_TOTAL, seed=quiz.seed + 1).query(),
        is_gone=not selections,
        form=FORM,
    )


def _change(services: Services, makers: Makers, quiz: KeptQuiz, action: str, fields: Fields) -> Done:
    """Does what a button says. Raises `InputError`."""
    entry = quiz.entry(number(fields.get("entry")))
    match action:
        case "reword":
            return _reword(services, makers, quiz, entry, fields)
        case "take-back":
            return Done(take_back(quiz, entry.id), "已经恢复成原来的题", (entry.id,))
        case "drop":
            return Done(drop(quiz, entry.id), "已经删掉一题", (), ("restore", {"entry": str(entry.id)}))
        case "restore":
            instead_of = number(fields.get("instead_of"))
            return Done(restore(quiz, entry.id, instead_of), "已经恢复", (entry.id,))
        case "replace":
            return _replace(services, makers, quiz, entry)
        case "move":
            return _move(quiz, entry, fields)
    raise InputError("不知道要做什么，请刷新这一页再试。")


def _reword(services: Services, makers: Makers, quiz: KeptQuiz, entry: Entry, fields: Fields) -> Done:
    wording = Wording(
        str(fields.get("stem") or ""),
        tuple(str(each) for each in fields.getlist("option")),
        tuple(str(each) for each in fields.getlist("key")),
        str(fields.get("explanation") or ""),
    )
    changed = reword(quiz, entry.id, wording)
    item = changed.entry(entry.id).item
    document, _, moved, stale = place_now(item, services.live.library.documents)
    is_as_made = changed.entry(entry.id).original is None
    faults = makers.check_item(moved, document) if document and not stale and not is_as_made else ()
    return Done(note_faults(changed, entry.id, faults), "已经存好", (entry.id,))


def _replace(services: Services, makers: Makers, quiz: KeptQuiz, entry: Entry) -> Done:
    documents = tuple(services.live.library.documents)
    selections = resolve(quiz.selected, documents)
    items = [each.original or each.item for each in quiz.entries]
    old = entry.original or entry.item
    item = makers.replace_item(items, old, selections, documents, quiz.replaced) if selections else None
    if item is None:
        raise InputError(NOTHING_ELSE)
    changed, new = swap(quiz, entry.id, item)
    undo = {"entry": str(entry.id), "instead_of": str(new.id)}
    return Done(changed, "已经换了一题", (new.id,), ("restore", undo))


def _move(quiz: KeptQuiz, entry: Entry, fields: Fields) -> Done:
    kept = [each.id for each in quiz.kept]
    place = kept.index(entry.id) if entry.id in kept else len(kept)
    after = str(kept[place + 1]) if place + 1 < len(kept) else "end"
    undo = ("move", {"entry": str(entry.id), "before": after})
    if (to := str(fields.get("place") or "")) in ("up", "down"):
        moved = step(quiz, entry.id, to == "up")
    else:
        before = str(fields.get("before") or "")
        moved = move(quiz, entry.id, None if before == "end" else number(before))
    now = [each.id for each in moved.kept].index(entry.id) + 1 if entry.id in kept else 0
    return Done(moved, f"移到了第 {now} 题", (entry.id,), undo if moved != quiz else None)


def _reply(services: Services, done: Done, material: int, version: int) -> dict[str, Any]:
    """What a script needs to show the change without loading the page again."""
    documents = services.live.library.documents
    numbers = {entry.id: place for place, entry in enumerate(done.quiz.kept, start=1)}
    cards = {}
    for entry_id in done.shown:
        if entry_id in numbers:
            card = describe_entry(done.quiz.entry(entry_id), documents)
            cards[str(entry_id)] = render_template(
                "studio_card.html",
                card=card,
                number=numbers[entry_id],
                material_id=material,
                version=version,
                form=FORM,
            )
    dropped = [entry for entry in done.quiz.entries if entry.is_dropped]
    return {
        "version": version,
        "said": done.said,
        "cards": cards,
        "order": list(numbers),
        "counts": describe_counts(done.quiz),
        "dropped": render_template("studio_dropped.html", dropped=dropped, material_id=material, version=version),
        "undo": {"action": done.undo[0], "fields": done.undo[1]} if done.undo else None,
    }


def _refuse(error: InputError, material: str, fields: Fields, is_script: bool) -> Response:
    """Says why nothing was kept; what somebody typed is shown again, to be copied."""
    status = 409 if isinstance(error, ChangedElsewhereError) else 404 if isinstance(error, GoneError) else 422
    if is_script:
        return JSONResponse({"detail": str(error)}, status_code=status, headers={"cache-control": "no-store"})
    typed = [
        (name, str(words))
        for field, name in (("stem", "题干"), ("option", "选项"), ("key", "答案"), ("explanation", "解析"))
        for words in fields.getlist(field)
        if str(words).strip()
    ]
    return show_page(
        "studio_unsaved.html", "没有存上", status, words=str(error), typed=typed, material_id=number(material)
    )
