"""Which questions each article has, and articles found by a few words of their name: what the learning room looks up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.citations import bracketed
from assistant.keys import plain
from assistant.learning import document_ids
from assistant.state.learned import ADDED, REMOVED, active
from assistant.state.tables import ArticleQuestion
from assistant.web.engine import Live, Shelf, shown_documents
from assistant.web.reading_shelf import address_of
from assistant.web.services import Services
from index.asked import LEARNED_FILE, Asked, merge, read_asked, read_bundled, read_removed
from index.build import QUESTIONS_FOLDER
from index.errors import InputError
from index.library import Library
from index.records import Article, Document

ROOM_ADDRESS = "/library/questions"
GIST = 60
"""Characters of an article's text under its name."""


@dataclass(frozen=True, slots=True)
class Place:
    """An article as it is offered and named on a page."""

    id: str
    name: str
    heading: str
    gist: str
    text: str
    read_address: str
    questions_address: str
    document: Document
    article: Article


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an article. `state` is `built`, `learned`, `leaving` (removed, gone with the next build) or `gone`."""

    text: str
    state: str
    change_id: int | None = None


def place_of(document: Document, article: Article) -> Place:
    text = " ".join(article.text.split()).removeprefix(article.heading).lstrip("。 ")
    return Place(
        article.id,
        f"{bracketed(document.title)}{article.label.split(' ', 1)[0]}",
        article.heading,
        text[:GIST] + ("…" if len(text) > GIST else ""),
        article.text,
        address_of(document, article.number),
        f"{ROOM_ADDRESS}{address_of(document, article.number).removeprefix('/read')}",
        document,
        article,
    )


def find_place(library: Shelf, article_id: str) -> Place | None:
    document_id, _, number = article_id.rpartition("/")
    document = next((each for each in shown_documents(library) if each.id == document_id), None)
    article = document.article(number) if document else None
    return place_of(document, article) if document and article else None


def named_place(library: Shelf, title: str, number: str) -> Place | None:
    """The article of the document with this title, corrected or as read."""
    document_id = document_ids(library).get((title, number))
    return find_place(library, f"{document_id}/{number}") if document_id else None


def search_places(live: Live, words: str, most: int) -> list[Place]:
    """Articles whose name or heading has every word; then what the search finds for them."""
    tokens = [plain(word) for word in words.split() if plain(word)]
    if not tokens:
        return []
    library = live.library
    found: dict[str, Place] = {}
    for document in shown_documents(library):
        title = plain(document.title)
        for article in document.articles if len(found) < most else ():
            name = title + plain(article.label)
            if all(token in name for token in tokens):
                found[article.id] = place_of(document, article)
    if len(found) < most:
        for place in nearest_places(live, words, most):
            found.setdefault(place.id, place)
    return list(found.values())[:most]


def nearest_places(live: Live, question: str, most: int) -> list[Place]:
    """The articles that the search puts first for a question."""
    library = live.library
    found = (find_place(library, f"{hit.document_id}/{hit.article}") for hit in live.search(question, k=most))
    return [place for place in found if place is not None]


class QuestionLists:
    """The questions of all articles now: those of the build, what was taught since, and what was removed."""

    def __init__(self, services: Services) -> None:
        self.library = services.live.library
        folder = services.settings.index / QUESTIONS_FOLDER
        self.built = _built(folder, _stamp(folder))
        self.left_out = _removed(folder, _stamp(folder))
        self._owners = _owners(folder, _stamp(folder))
        self.added = active(services.database, ADDED)
        self.removed = active(services.database, REMOVED)

    def of(self, place: Place) -> list[Question]:
        """Learned questions first, the newest before the others, then those of the build in their order."""
        keys = self._keys(place)
        learned = {plain(row.question): row for row in self.added if (row.document, row.article) in keys}
        removed = {plain(row.question): row for row in self.removed if (row.document, row.article) in keys}
        gone = {plain(q) for key in keys for q in self.left_out.get(key, ())}
        questions = [Question(row.question, "learned", row.id) for row in reversed(learned.values())]
        for text in dict.fromkeys(text for key in keys for text in self.built.get(key, ())):
            same = plain(text)
            if same in learned:
                continue
            row = removed.get(same)
            state = "built" if row is None else "gone" if same in gone else "leaving"
            questions.append(Question(text, state, row.id if row else None))
        return questions

    def count(self, place: Place) -> int:
        """How many questions an article has; one that was built in and learned again counts twice."""
        keys = self._keys(place)
        changes = sum((r.document, r.article) in keys for r in self.added)
        changes -= sum((r.document, r.article) in keys for r in self.removed)
        return max(0, sum(len(self.built.get(key, ())) for key in keys) + changes)

    def owners(self, question: str, but: Place) -> list[Place]:
        """The other articles that have this question."""
        wanted = plain(question)
        removed = {(row.document, row.article) for row in self.removed if plain(row.question) == wanted}
        keys = [key for key in self._owners.get(wanted, ()) if key not in removed]
        keys += [(row.document, row.article) for row in self.added if plain(row.question) == wanted]
        found = {place.id: place for key in keys if (place := named_place(self.library, *key))}
        found.pop(but.id, None)
        return list(found.values())

    def _keys(self, place: Place) -> list[tuple[str, str]]:
        """(title, number) of an article, under its document's title and the one that its file has."""
        frames: Mapping[str, Mapping[str, str]] = self.library.as_read if isinstance(self.library, Library) else {}
        titles = [place.document.title]
        if place.document.id in frames:
            titles.append(frames[place.document.id]["title"])
        return [(title, place.article.number) for title in dict.fromkeys(titles)]


def missing_rows(library: Shelf, rows: Iterable[ArticleQuestion]) -> list[ArticleQuestion]:
    """Those whose article is not in the library now."""
    places = document_ids(library)
    return [row for row in rows if row.article and (row.document, row.article) not in places]


def _stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    """Another value where a file of the folder is another."""
    return tuple((path.name, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.*")) if path.is_file())


@lru_cache(maxsize=4)
def _built(folder: Path, stamp: tuple[tuple[str, int], ...]) -> Asked:
    """The bundled questions and those in the index folder, but for what only teaching put there."""
    try:
        several = [read_asked(path) for path in sorted(folder.glob("*.txt")) if path.name != LEARNED_FILE]
    except InputError:  # somebody's own file has a mistake: the next build names it
        several = []
    return merge([read_bundled(), *several])


@lru_cache(maxsize=4)
def _owners(folder: Path, stamp: tuple[tuple[str, int], ...]) -> dict[str, list[tuple[str, str]]]:
    """A question without its signs -> (title, article number) of the articles that it was built in for."""
    found: dict[str, list[tuple[str, str]]] = {}
    for key, own in _built(folder, stamp).items():
        for text in own:
            found.setdefault(plain(text), []).append(key)
    return found


@lru_cache(maxsize=4)
def _removed(folder: Path, stamp: tuple[tuple[str, int], ...]) -> Asked:
    try:
        return read_removed(folder)
    except InputError:
        return {}
