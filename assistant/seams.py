"""What the assistant asks of others: the search, and a language model that writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from assistant.citations import Statement
from assistant.evidence import Evidence
from assistant.records import Turn
from index.asked_index import Familiarity
from index.embedding import Vectors
from index.known_questions import Recalled
from index.library import Library
from index.records import Hit


class Searching(Protocol):
    """What the assistant needs of `index.search.Searcher`."""

    library: Library

    def search(self, query: str, k: int = 10, *, documents: Collection[str] | None = None) -> list[Hit]: ...

    def familiarity(self, query: str) -> Familiarity: ...

    def recall(self, query: str, articles: Iterable[str]) -> Mapping[str, Recalled]: ...

    def vector(self, query: str) -> Vectors: ...


class Draft(Protocol):
    """What a writer hands back: whether it found the question answerable, and statements yet to be verified."""

    @property
    def answerable(self) -> bool: ...

    @property
    def statements(self) -> tuple[Statement, ...]: ...


class Writer(Protocol):
    """What writes an answer from the evidence in place of the extractive composer (`assistant.llm`)."""

    def write_once(self, question: str, evidence: Sequence[Evidence]) -> Iterator[Draft]: ...

    def stream(self, question: str, evidence: Sequence[Evidence]) -> Iterator[Draft]: ...

    def rewrite(self, question: str, history: Sequence[Turn]) -> str: ...
