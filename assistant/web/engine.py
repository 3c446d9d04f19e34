"""What the web needs of the engine, and the look-ups of a document or article that a link names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.keys import Key
from assistant.records import Answer, Citation, Turn
from index.records import NEWS, Article, Document, Hit


class Shelf(Protocol):
    """The part of `index.library.Library` that is shown."""

    @property
    def documents(self) -> Sequence[Document]: ...


class Engine(Protocol):
    """The part of `assistant.answer.Assistant` that the web and the HTTP API call."""

    @property
    def library(self) -> Shelf: ...

    def ask(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        question_id: str = "",
        documents: tuple[str, ...] | None = None,
    ) -> Answer:
        """`documents`: ids of the only ones to look in; None for all."""

    def stream(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        question_id: str = "",
        documents: tuple[str, ...] | None = None,
    ) -> Iterator[Answer]: ...

    def search(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        k: int = 10,
        documents: tuple[str, ...] | None = None,
    ) -> list[Hit]: ...

    def learn(self, keys: Sequence[Key]) -> None:
        """From now on these questions, in place of any learned before, bring their articles."""


class Live:
    """The engine that is in use now: whoever asks gets the newest, whoever has asked finishes with the one they began with."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def swap(self, engine: Engine) -> None:
        """From now on `engine` answers; one assignment, so no question is lost between the two."""
        self.engine = engine

    @property
    def library(self) -> Shelf:
        return self.engine.library

    def ask(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        question_id: str = "",
        documents: tuple[str, ...] | None = None,
    ) -> Answer:
        return self.engine.ask(question, history, question_id, documents)

    def stream(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        question_id: str = "",
        documents: tuple[str, ...] | None = None,
    ) -> Iterator[Answer]:
        yield from self.engine.stream(question, history, question_id, documents)

    def search(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        k: int = 10,
        documents: tuple[str, ...] | None = None,
    ) -> list[Hit]:
        return self.engine.search(question, history, k, documents)

    def learn(self, keys: Sequence[Key]) -> None:
        self.engine.learn(keys)


def shown_documents(library: Shelf) -> list[Document]:
    """The documents that answers are drawn from: everything but news."""
    return [document for document in library.documents if document.kind != NEWS]


def find_document(library: Shelf, name: str) -> Document | None:
    """The document with this id, else the first with this title, else None."""
    by_title: Document | None = None
    for document in library.documents:
        if document.id == name:
            return document
        if by_title is None and document.title == name:
            by_title = document
    return by_title


def find_cited_id(library: Shelf, citation: Citation) -> str:
    """The id of the document that a citation quotes.

    Titles may repeat (two cities print the same headline), so the quotation decides; the title itself is
    returned where no article holds the quotation, and then the link says that there is no such clause.
    """
    for document in library.documents:
        if document.title != citation.document:
            continue
        article = document.article(citation.article)
        if article is not None and article.text[citation.start : citation.end] == citation.quote:
            return document.id
    return citation.document


def neighbours(document: Document, article: Article) -> tuple[Article | None, Article | None]:
    """The articles before and after this one, in printed order."""
    numbers = [each.number for each in document.articles]
    place = numbers.index(article.number)
    before = document.articles[place - 1] if place > 0 else None
    after = document.articles[place + 1] if place + 1 < len(numbers) else None
    return before, after
