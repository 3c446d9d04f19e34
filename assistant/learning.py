"""What administrators taught, from the database to where it works: at once as live keys, with the next build as questions
of the articles, and as lines of an evaluation set."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from pathlib import Path

from assistant.keys import Key, plain
from assistant.state.database import Database
from assistant.state.learned import ADDED, REMOVED, active
from assistant.state.tables import ArticleQuestion
from assistant.web.engine import Live, Shelf, shown_documents
from index.asked import LEARNED_FILE, REMOVED_FILE, Asked, write_asked
from index.build import QUESTIONS_FOLDER
from index.library import Library

KIND = "used"
"""The kind of such a question in an evaluation set (`eval/datasets.py`)."""

_TEACHING = threading.Lock()  # or one that has read older rows could be the last to teach


def teach(live: Live, database: Database) -> tuple[ArticleQuestion, ...]:
    """Makes the questions that articles were given the live keys, in place of all before.

    Returns those whose article the library does not have now; they count again once it does.
    """
    with _TEACHING:
        places, missing = document_ids(live.library), []
        keys: list[Key] = []
        for row in active(database, ADDED):
            document_id = places.get((row.document, row.article))
            if document_id is None:
                missing.append(row)
            else:
                keys.append(Key(row.question, document_id, row.article))
        live.learn(keys)
        return tuple(missing)


def document_ids(library: Shelf) -> dict[tuple[str, str], str]:
    """(title, article number) -> document id, for what answers are drawn from; of two documents with one title the
    first. A corrected title and the one that its file has both count."""
    frames = library.as_read if isinstance(library, Library) else {}
    places: dict[tuple[str, str], str] = {}
    for document in shown_documents(library):
        for article in document.articles:
            places.setdefault((document.title, article.number), document.id)
    for document in shown_documents(library):
        if document.id in frames:
            for article in document.articles:
                places.setdefault((frames[document.id]["title"], article.number), document.id)
    return places


def write_questions(database: Database, folder: Path) -> None:
    """Puts the taught questions and the removed ones into the index folder, for the next build to take up."""
    target = folder / QUESTIONS_FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for name, change in ((LEARNED_FILE, ADDED), (REMOVED_FILE, REMOVED)):
        asked = by_article(active(database, change))
        if asked:
            write_asked(asked, target / name)
        else:
            (target / name).unlink(missing_ok=True)


def by_article(rows: Iterable[ArticleQuestion]) -> Asked:
    """(title, article number) -> its questions, each once."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        found.setdefault((row.document, row.article), {}).setdefault(plain(row.question), row.question)
    return {key: tuple(own.values()) for key, own in sorted(found.items())}


def evaluation_lines(database: Database) -> str:
    """The questions from use that were given to an article, as `eval/datasets.py` reads them; each once, the last counts."""
    rows = {plain(row.question): row for row in active(database, ADDED) if row.feedback_id is not None}
    lines = [
        {
            "id": f"{KIND}-{row.id}",
            "kind": KIND,
            "question": row.question,
            "answerable": True,
            "articles": [{"document": row.document, "article": row.article}],
            "must_include": [],
        }
        for row in rows.values()
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
