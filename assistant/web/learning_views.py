"""What the learning room says about a change: when, by whom, what became of it, and how its question is answered now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.citations import bracketed
from assistant.state.learned import ADDED, DISMISSED
from assistant.state.tables import ArticleQuestion
from assistant.web.engine import Live, Shelf
from assistant.web.learning_shelf import named_place
from index.errors import PolicyQAError


def describe_time(at: datetime) -> str:
    """Month, day and minute on this computer's clock; the year where it is another.

    >>> from datetime import UTC
    >>> describe_time(datetime(2001, 2, 3, 12, 0, tzinfo=UTC))[:8]
    '2001年2月3'
    """
    local = at.astimezone()
    year = f"{local.year}年" if local.year != datetime.now().astimezone().year else ""
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


def describe_change(library: Shelf, row: ArticleQuestion) -> dict[str, object]:
    """One change for the list of changes and for the message after it."""
    place = named_place(library, row.document, row.article) if row.article else None
    name = place.name if place else f"{bracketed(row.document)}第{row.article}条" if row.article else ""
    if row.change == DISMISSED:
        did = "忽略了"
    elif row.change == ADDED:
        did = f"归到{name}"
    else:
        did = f"从{name}去掉"
    is_undone = row.undone_at is not None
    return {
        "id": row.id,
        "question": row.question,
        "did": did,
        "change": row.change,
        "is_undone": is_undone,
        "at": describe_time(row.undone_at or row.at),
        "author": row.author,
        "place": place,
    }


def describe_changes(library: Shelf, rows: Sequence[ArticleQuestion]) -> list[dict[str, object]]:
    return [describe_change(library, row) for row in rows]


def show_result(live: Live, row: ArticleQuestion) -> dict[str, object]:
    """A change that was just made, with how its question is answered now; `is_right`: by the article it was given to."""
    said = describe_change(live.library, row)
    said |= {"answer": "", "is_answered": False, "is_right": True, "problem": ""}
    if row.change == DISMISSED:
        return said
    try:
        answer = live.ask(row.question)
    except PolicyQAError as error:
        return said | {"problem": str(error)}
    first = answer.citations[0] if answer.citations else None
    is_right = first is not None and (first.document, first.article) == (row.document, row.article)
    return said | {"answer": answer.answer, "is_answered": first is not None, "is_right": is_right}
