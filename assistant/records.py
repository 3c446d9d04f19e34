"""What goes into and comes out of `ask()`: frozen records, without I/O. `Answer.to_json` is contract.md's answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Status = Literal["answered", "refused"]
Mode = Literal["extractive", "llm"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of the conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Variant:
    """异文 inside a quotation: the chosen reading, the others, and a sentence for the reader."""

    reading: str
    variants: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """依据: `article_text[start:end] == quote`, checked in code before anybody sees it."""

    marker: int
    document: str
    article: str
    label: str
    quote: str
    start: int
    end: int
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """A clause worth reading beside the answer, or the nearest one of a refusal."""

    document: str
    article: str
    label: str


@dataclass(frozen=True, slots=True)
class Understood:
    """A word of the question and the word of the cited clause that it was taken for: 工资, 薪酬."""

    typed: str
    policy_word: str


@dataclass(frozen=True, slots=True)
class Considered:
    """A clause that was looked at: `share` is its part of the ranking (0–1, summing to at most 1), `matched` the words of
    the question that it meets."""

    document: str
    article: str
    label: str
    share: float
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer or refusal (a refusal is a result, not an error, and has no citations).

    `answer` is plain text with markers `[1]` that are exactly the citations' markers; `key_words` are the deciding
    words in it, for a front end to set in bold. `notices` are short sentences about damage or doubt;
    `understood` explains which everyday words were taken for which words of the clauses, `effective` is the question as
    it was understood after the conversation, `considered` the clauses that were looked at, best first, `likely` (0–1) how
    likely the best of them was found to answer.
    """

    id: str
    question: str
    status: Status
    mode: Mode
    answer: str
    citations: tuple[Citation, ...] = ()
    related: tuple[Related, ...] = ()
    notices: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    key_words: tuple[str, ...] = ()
    understood: tuple[Understood, ...] = ()
    effective: str = ""
    considered: tuple[Considered, ...] = ()
    likely: float | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
