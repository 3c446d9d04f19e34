"""What people think of answers, and what was asked in vain: the rows that administrators learn from.

Texts are masked here (`index.mask`), so that no caller can forget it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from assistant.records import Answer
from assistant.state.database import Database
from assistant.state.tables import Cited, Feedback, now
from index.mask import mask_personal

Rating = Literal["up", "down", "none"]
"""👍, 👎, or neither any more."""

REFUSED = "refused"
"""`Feedback.rating` of a question that was asked in vain."""

_WRITING = threading.Lock()  # “update, and insert where there was nothing” is two steps


@dataclass(frozen=True, slots=True)
class Opinion:
    """One press of 👍 or 👎 under an answer: `document` and `article` are those of its main citation."""

    answer_id: str
    question: str
    status: str
    rating: Rating
    effective: str = ""
    document: str = ""
    article: str = ""
    reason: str = ""


def rate(database: Database, opinion: Opinion) -> None:
    """Keeps an opinion; the same answer's to the same question is changed rather than added, `none` takes it back."""
    question = mask_personal(opinion.question)
    values = {
        "effective": mask_personal(opinion.effective),
        "status": opinion.status,
        "document": opinion.document,
        "article": opinion.article,
        "rating": opinion.rating,
        "reason": mask_personal(opinion.reason),
    }
    mine = (
        Feedback.answer_id == opinion.answer_id,
        Feedback.question == question,
        Feedback.rating != REFUSED,
    )
    with _WRITING, database.session() as session:
        if opinion.rating == "none":
            session.execute(delete(Feedback).where(*mine))
        elif not session.scalars(select(Feedback.id).where(*mine)).first():
            session.add(Feedback(answer_id=opinion.answer_id, question=question, **values))
        else:
            session.execute(update(Feedback).where(*mine).values(**values, at=now()))


def note_answer(database: Database, answer: Answer) -> None:
    """Keeps a question that was asked in vain, counting how often, and counts what answers cite first.

    Greetings and the like, to which no clause is near, are nothing to learn from.
    """
    if answer.citations:
        main = answer.citations[0]
        _count_cited(database, main.document, main.article)
    elif answer.status == "refused" and answer.related:
        _count_refused(database, answer)


def _count_refused(database: Database, answer: Answer) -> None:
    question, effective = mask_personal(answer.question), mask_personal(answer.effective or answer.question)
    with _WRITING, database.session() as session:
        same = (Feedback.rating == REFUSED, Feedback.effective == effective)
        known = session.scalars(select(Feedback.id).where(*same).order_by(Feedback.id)).first()
        if known is None:
            row = Feedback(
                answer_id=answer.id, question=question, effective=effective, status=answer.status, rating=REFUSED
            )
            session.add(row)
        else:
            counted = update(Feedback).where(Feedback.id == known)
            session.execute(counted.values(times=Feedback.times + 1, at=now()))


def _count_cited(database: Database, document: str, article: str) -> None:
    same = (Cited.document == document, Cited.article == article)
    once_more = update(Cited).where(*same).values(times=Cited.times + 1)
    with _WRITING:
        try:
            with database.session() as session:
                if session.execute(once_more).rowcount == 0:  # type: ignore[attr-defined]
                    session.add(Cited(document=document, article=article, times=1))
        except IntegrityError:  # another process was faster
            with database.session() as session:
                session.execute(once_more)
