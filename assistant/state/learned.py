"""Questions that administrators gave to articles or took from them, and what became of refused and disliked ones.

Every change is a row of `ArticleQuestion` that can be undone and restored. Texts are masked here (`index.mask`).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assistant.keys import plain
from assistant.state.database import Database
from assistant.state.feedback import REFUSED
from assistant.state.tables import ArticleQuestion, Feedback, now
from index.mask import mask_personal

ADDED, REMOVED, DISMISSED = "added", "removed", "dismissed"
"""`ArticleQuestion.change`; a dismissed one has no article, only its `feedback_id`."""

ASSIGNED = "assigned"
DISLIKED = "down"
MOST_OPEN = 2000
"""Rows that are looked through for open questions, the newest: nobody works through more."""

LONGEST = 500
"""Characters of a question that is kept; a longer one is a text, not a question."""

_TITLE = re.compile(r"《.+》")
_WRITING = threading.Lock()  # “is it there? then insert it” is two steps


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that awaits an administrator: `wording` is what was understood after the conversation, `typed` what was
    typed where that is another; `document` and `article` are what its disliked answer cited, `id` is the newest of its rows."""

    id: int
    at: datetime
    wording: str
    typed: str
    refused: int
    disliked: int
    reasons: tuple[str, ...]
    document: str
    article: str


class AlreadySettledError(Exception):
    """Somebody else dealt with the question meanwhile."""


def clean_question(text: str) -> str:
    """One masked line, as it may stand in a list of questions (`index.asked`).

    >>> clean_question("  ## 我的电话\\t13812345678，能办吗\\n")
    '我的电话 [号码已隐去]，能办吗'
    """
    line = mask_personal(" ".join(text.split()).lstrip("#").strip())[:LONGEST].strip()
    return f"{line}？" if _TITLE.fullmatch(line) else line


def active(database: Database, change: str = ADDED) -> list[ArticleQuestion]:
    """The changes of one kind that count now, oldest first."""
    with database.session() as session:
        rows = select(ArticleQuestion).where(ArticleQuestion.change == change, ArticleQuestion.undone_at.is_(None))
        return list(session.scalars(rows.order_by(ArticleQuestion.id)))


def recent_changes(database: Database, count: int) -> list[ArticleQuestion]:
    """The last changes, undone ones among them, by when they were made or undone."""
    moved = func.coalesce(ArticleQuestion.undone_at, ArticleQuestion.at)
    with database.session() as session:
        return list(
            session.scalars(select(ArticleQuestion).order_by(moved.desc(), ArticleQuestion.id.desc()).limit(count))
        )


def find_change(database: Database, change_id: int) -> ArticleQuestion | None:
    with database.session() as session:
        return session.get(ArticleQuestion, change_id)


def version(database: Database) -> tuple[object, ...]:
    """Another value after every change, whichever process made it."""
    row = ArticleQuestion
    with database.session() as session:
        return tuple(
            session.execute(select(func.max(row.id), func.count(row.undone_at), func.max(row.undone_at))).one()
        )


def open_questions(database: Database) -> list[OpenQuestion]:
    """What was refused or disliked and not dealt with, newest first, each wording once."""
    with database.session() as session:
        wanted = (Feedback.outcome == "", Feedback.rating.in_((REFUSED, DISLIKED)))
        rows = session.scalars(select(Feedback).where(*wanted).order_by(Feedback.at.desc()).limit(MOST_OPEN)).all()
    groups: dict[str, list[Feedback]] = {}
    for row in rows:
        if wording := plain(_wording(row)):
            groups.setdefault(wording, []).append(row)
    return [_open(group) for group in groups.values()]


def find_open(database: Database, feedback_id: int) -> OpenQuestion | None:
    """The open question that this row belongs to; None where it is settled or gone."""
    with database.session() as session:
        row = session.get(Feedback, feedback_id)
        group = _same(session, row, "") if row is not None and row.outcome == "" else []
        return _open(group) if group else None


def add(
    database: Database,
    document: str,
    article: str,
    questions: Iterable[str],
    author: str,
    feedback_id: int | None = None,
) -> list[int]:
    """Gives questions to an article (`document` is a title) and returns the ids of the changes; what it was given
    already is left out. With `feedback_id` the open question of that row is settled.

    Raises `AlreadySettledError` where that is no longer open.
    """
    with _WRITING, database.session() as session:
        if feedback_id is not None:
            _settle(session, feedback_id, "", ASSIGNED)
        rows = []
        for question in dict.fromkeys(map(clean_question, questions)):
            same = [row for row in _active_of(session, document, article) if plain(row.question) == plain(question)]
            for row in same:
                if row.change == REMOVED:
                    row.undone_at = now()
            given = next((row for row in same if row.change == ADDED), None)
            if not plain(question) or (given is not None and feedback_id is None):
                continue
            if given is not None and given.feedback_id is None:
                given.feedback_id = feedback_id
            rows.append(given or _row(session, document, article, question, ADDED, author, feedback_id))
        session.flush()
        return [row.id for row in rows]


def remove(database: Database, document: str, article: str, question: str, author: str) -> int | None:
    """Takes a question from an article: a learned one at once, one that was built in with the next build.

    Returns the id of the change; None where it was removed before.
    """
    with _WRITING, database.session() as session:
        same = [row for row in _active_of(session, document, article) if plain(row.question) == plain(question)]
        added = [row for row in same if row.change == ADDED]
        for row in added:
            _undo(session, row)
        if added:
            return added[-1].id
        if same:
            return None
        row = _row(session, document, article, clean_question(question), REMOVED, author)
        session.flush()
        return row.id


def dismiss(database: Database, feedback_id: int, author: str) -> int:
    """Settles an open question without an article. Raises `AlreadySettledError`."""
    with _WRITING, database.session() as session:
        wording = _settle(session, feedback_id, "", DISMISSED)
        row = _row(session, "", "", wording, DISMISSED, author, feedback_id)
        session.flush()
        return row.id


def undo(database: Database, change_id: int) -> ArticleQuestion | None:
    """The change no longer counts, and its question is open again; nothing happens to one that is undone already."""
    with _WRITING, database.session() as session:
        row = session.get(ArticleQuestion, change_id)
        if row is not None and row.undone_at is None:
            _undo(session, row)
        return row


def restore(database: Database, change_id: int) -> ArticleQuestion | None:
    """An undone change counts again. Raises `AlreadySettledError` where its question was settled otherwise meanwhile."""
    with _WRITING, database.session() as session:
        row = session.get(ArticleQuestion, change_id)
        if row is not None and row.undone_at is not None:
            if row.feedback_id is not None:
                _settle(session, row.feedback_id, "", DISMISSED if row.change == DISMISSED else ASSIGNED)
            row.undone_at = None
        return row


def _wording(row: Feedback) -> str:
    return row.effective or row.question


def _open(group: Sequence[Feedback]) -> OpenQuestion:
    newest, disliked = group[0], [row for row in group if row.rating == DISLIKED]
    cited = next((row for row in disliked if row.document), None)
    return OpenQuestion(
        newest.id,
        newest.at,
        _wording(newest),
        newest.question if plain(newest.question) != plain(_wording(newest)) else "",
        sum(row.times for row in group if row.rating == REFUSED),
        len(disliked),
        tuple(dict.fromkeys(row.reason for row in disliked if row.reason)),
        cited.document if cited else "",
        cited.article if cited else "",
    )


def _same(session: Session, row: Feedback, outcome: str) -> list[Feedback]:
    """All rows with the wording of this one, newest first."""
    wanted = (Feedback.outcome == outcome, Feedback.rating.in_((REFUSED, DISLIKED)))
    rows = session.scalars(select(Feedback).where(*wanted).order_by(Feedback.at.desc()).limit(MOST_OPEN))
    return [other for other in rows if plain(_wording(other)) == plain(_wording(row))]


def _settle(session: Session, feedback_id: int, before: str, after: str) -> str:
    """Gives all rows of a question that have the outcome `before` the outcome `after`; returns its wording."""
    row = session.get(Feedback, feedback_id)
    if row is None or row.outcome != before:
        raise AlreadySettledError
    same = [other.id for other in _same(session, row, before)]
    session.execute(update(Feedback).where(Feedback.id.in_(same)).values(outcome=after))
    return _wording(row)


def _undo(session: Session, row: ArticleQuestion) -> None:
    row.undone_at = now()
    feedback = session.get(Feedback, row.feedback_id) if row.feedback_id is not None else None
    if feedback is not None and feedback.outcome:
        _settle(session, feedback.id, feedback.outcome, "")


def _active_of(session: Session, document: str, article: str) -> list[ArticleQuestion]:
    mine = (
        ArticleQuestion.document == document,
        ArticleQuestion.article == article,
        ArticleQuestion.undone_at.is_(None),
    )
    return list(session.scalars(select(ArticleQuestion).where(*mine).order_by(ArticleQuestion.id)))


def _row(
    session: Session,
    document: str,
    article: str,
    question: str,
    change: str,
    author: str,
    feedback_id: int | None = None,
) -> ArticleQuestion:
    row = ArticleQuestion(
        document=document, article=article, question=question, change=change, author=author, feedback_id=feedback_id
    )
    session.add(row)
    return row
