"""The conversation as the browser keeps it: JSON out, and checked again on its way in.

It lives in the browser (localStorage), so a reload or a restart of the server loses nothing, and the server keeps
no record of who asked what. What comes back from a browser is foreign data: each turn is validated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.records import Answer, Turn
from assistant.state.columns import clean_data

MOST_TURNS_KEPT = 60
"""localStorage holds about 5 MB and a turn takes 2–6 KB; 60 turns are a long day's questions."""

MOST_TURNS_ASKED = 20
"""As many earlier turns are passed to `ask()`, from the chat as from `POST /api/ask`."""

MOST_QUESTION_CHARACTERS = 500
"""A longer text is a document pasted by mistake, not a question."""

MOST_TURN_CHARACTERS = 20_000
"""An earlier answer may hold several long quotations; the longest article of the bundled texts has 1,100 characters."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with its answer. `scope` are the titles of the only documents that were searched; empty for all."""

    question: str
    answer: Answer
    scope: tuple[str, ...] = ()


_EXCHANGE = TypeAdapter(Exchange)


def read_exchanges(stored: Any) -> list[Exchange]:
    """The exchanges in what a browser sent; a turn of another shape (an older version's) is left out."""
    exchanges = []
    for entry in stored if isinstance(stored, list) else []:
        try:
            exchanges.append(_EXCHANGE.validate_python(clean_data(entry)))
        except ValidationError:
            continue
    return exchanges[-MOST_TURNS_KEPT:]


def write_exchanges(exchanges: list[Exchange]) -> list[dict[str, Any]]:
    """The JSON that the browser keeps, the newest turns last."""
    return [
        {"question": exchange.question, "answer": exchange.answer.to_json(), "scope": list(exchange.scope)}
        for exchange in exchanges[-MOST_TURNS_KEPT:]
    ]


def as_history(exchanges: list[Exchange]) -> tuple[Turn, ...]:
    """The earlier turns in the shape that `ask()` takes, without greetings and other subjects: nothing leans on these."""
    about = [exchange for exchange in exchanges if exchange.answer.citations or exchange.answer.related]
    return tuple(earlier_turn(each.question, each.answer.answer) for each in about[-MOST_TURNS_ASKED:])


def earlier_turn(question: str, answer: str) -> Turn:
    """A turn that a client tells of, no longer than one that took place: a forged question of 20,000 characters took 4 s."""
    return Turn(question.strip()[:MOST_QUESTION_CHARACTERS], answer[:MOST_TURN_CHARACTERS])
