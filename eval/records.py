"""The records of an evaluation: what is asked, what is right, and what came out. Frozen, without I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

Values = dict[str, tuple[float, ...]]
"""One question's contribution: metric -> its values (none, one, or one for each quotation)."""


class ArticleKey(NamedTuple):
    """Names an article as contract.md does: the title without brackets, and the number (`"12"`, `"导语"`)."""

    document: str
    article: str


@dataclass(frozen=True, slots=True)
class PastTurn:
    """One line of a question's `history`: what was asked before, and what was answered."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Question:
    """One line of an answers data set. `articles` are all that answer it; `must_include` is a list of alternatives;
    `polarity` is what a question of yes or no is to be answered with (`metrics.POLARITIES`, or empty),
    `negated` whether it asks by its negation."""

    id: str
    kind: str
    question: str
    answerable: bool
    articles: tuple[ArticleKey, ...] = ()
    must_include: tuple[tuple[str, ...], ...] = ()
    must_not_include: tuple[str, ...] = ()
    history: tuple[PastTurn, ...] = ()
    polarity: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class CorpusArticle:
    """One line of a retrieval corpus."""

    id: str
    name: str
    content: str

    @property
    def searchable(self) -> str:
        return f"{self.name}\n{self.content}"


@dataclass(frozen=True, slots=True)
class Query:
    """One line of a retrieval query set; `gold` are the ids of all articles that answer it."""

    id: str
    question: str
    gold: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its bootstrap 95% interval; `n` values went into it, and None stands where there were none."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question gave: the contract's answer (None: none came), the ranked articles, and the milliseconds."""

    question: Question
    answer: dict[str, Any] | None
    ranking: tuple[ArticleKey, ...]
    milliseconds: float
    error: str = ""
