"""The conversation as the browser keeps it: JSON out, and checked again on its way in.

It lives in the browser (localStorage), so a reload or a restart of the server loses nothing, and the server keeps
no record of who asked what. What comes back from a browser is foreign data: each turn is validated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.records import Answer, Turn

MOST_TURNS_KEPT = 60
"""localStorage holds about 5 MB and a turn takes 2–6 KB; 60 turns are a long day's questions."""

MOST_TURNS_ASKED = 20
"""As many earlier turns are passed to `ask()`, from the chat as from `POST /api/ask`."""

MOST_QUESTION_CHARACTERS = 500
"""A longer text is a document pasted by mistake, not a question."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with its answer."""

    question: str
    answer: Answer


_EXCHANGE = TypeAdapter(Exchange)


def read_exchanges(stored: Any) -> list[Exchange]:
    """The exchanges in what a browser sent; a turn of another shape (an older version's) is left out."""
    exchanges = []
    for entry in stored if isinstance(stored, list) else []:
        try:
            exchanges.append(_EXCHANGE.validate_python(entry))
        except ValidationError:
            continue
    return exchanges[-MOST_TURNS_KEPT:]


def write_exchanges(exchanges: list[Exchange]) -> list[dict[str, Any]]:
    """The JSON that the browser keeps, the newest turns last."""
    return [
        {"question": exchange.question, "answer": exchange.answer.to_json()}
        for exchange in exchanges[-MOST_TURNS_KEPT:]
    ]


def as_history(exchanges: list[Exchange]) -> tuple[Turn, ...]:
    """The earlier turns in the shape that `ask()` takes."""
    return tuple(Turn(exchange.question, exchange.answer.answer) for exchange in exchanges[-MOST_TURNS_ASKED:])
