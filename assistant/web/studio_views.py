"""What the studio's pages show of an item and of a paper, and the frame that they share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException
from fastapi.responses import HTMLResponse

from assistant.citations import bracketed
from assistant.material.blocks import Paper
from assistant.material.kept_quiz import CHOICES, Entry, KeptQuiz, place_now
from assistant.material.records import LETTERS, RIGHT, WRONG
from assistant.web.reading_shelf import anchored
from assistant.web.shell import render_template
from index.errors import InputError
from index.records import Document

NO_KEY = "还没有标出正确答案。"
FORM = {"letters": LETTERS, "right": RIGHT, "wrong": WRONG}
"""What the form of a card needs besides the card."""


@dataclass(frozen=True, slots=True)
class Option:
    letter: str
    words: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class Card:
    """An item as its card shows it. `kind` is how its key is given: `one` or `many` of the options, `judged`, `written`."""

    entry: Entry
    kind: str
    options: tuple[Option, ...]
    source: str
    address: str
    warnings: tuple[str, ...]


def describe_entry(entry: Entry, documents: Sequence[Document]) -> Card:
    """The card of one item; what the library of today says of its clause is among the warnings."""
    item = entry.item
    document, article, _, stale = place_now(item, documents)
    options = tuple(
        Option(letter, words, letter in item.key) for letter, words in zip(LETTERS, item.options, strict=False)
    )
    no_key = (NO_KEY,) if not item.key else ()
    return Card(
        entry,
        _kind(entry),
        options if item.options else (),
        f"{bracketed(item.document)}{item.label}",
        anchored(document, article.number) if document and article else "",
        tuple(dict.fromkeys((*no_key, *entry.faults, *((stale,) if stale else ())))),
    )


def _kind(entry: Entry) -> str:
    item = entry.item
    if item.type == "判断":
        return "judged"
    if item.type not in CHOICES or not item.options:
        return "written"
    return "one" if item.type == "单选" else "many"


def describe_counts(quiz: KeptQuiz) -> str:
    """How many items of which types.

    >>> describe_counts(KeptQuiz("", ()))
    '0 题'
    """
    counts = [f"{kind} {count}" for kind, count in quiz.counts().items()]
    return "，".join([f"{len(quiz.kept)} 题", *counts]) if len(counts) > 1 else f"{len(quiz.kept)} 题"


def articles_of(cards: Sequence[Card]) -> dict[str, str]:
    """The articles that items are about: a name for forms -> what to call it."""
    several = len({card.entry.item.document_id for card in cards}) > 1
    found: dict[str, str] = {}
    for card in cards:
        item = card.entry.item
        found.setdefault(f"{item.document_id}/{item.article}", card.source if several else item.label)
    return found


def blocks_of(paper: Paper) -> list[tuple[str, object]]:
    """The blocks of a paper with the names of their kinds, for templates."""
    return [(type(block).__name__, block) for block in paper.blocks]


@contextmanager
def refusing() -> Iterator[None]:
    """What cannot be made becomes a 422 for whoever wanted the file."""
    try:
        yield
    except InputError as error:
        raise HTTPException(422, str(error)) from error


def show_page(template: str, title: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of the room; what it shows is one person's, and no cache keeps it."""
    page = render_template(template, title=title, kind="studio-page", room="备课", **values)
    return HTMLResponse(page, status_code=status, headers={"cache-control": "no-store"})


def show_missing(words: str, status: int = 404) -> HTMLResponse:
    """A page that says in a sentence what is not there, with the ways on."""
    return show_page("studio_missing.html", "备课", status, words=words)
