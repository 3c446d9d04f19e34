"""Why an answer is this one: the clauses that were compared, the words they meet, the everyday words as they were taken,
how long each step took, and the name by which the same answer is known again."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Sequence

from assistant.evidence import Asked, Evidence
from assistant.records import Citation, Considered, Turn, Understood
from index.tokens import searched_form

CONSIDERED = 5
"""How many of the clauses that were looked at an answer names."""


def considered(asked: Asked, ranked: Sequence[Evidence]) -> tuple[Considered, ...]:
    """The best clauses with their part of the ranking: the softmax of the best sentence of each."""
    best: dict[str, Evidence] = {}
    for evidence in ranked:
        best.setdefault(evidence.article.id, evidence)
    chances = [math.exp(e.score - ranked[0].score) for e in best.values()]
    clauses = []
    for evidence, chance in list(zip(best.values(), chances, strict=True))[:CONSIDERED]:
        article = evidence.article
        whole = searched_form(f"{article.heading} {article.text}")
        matched = tuple(slot.typed for slot in asked.slots if slot.met_by(whole))
        share = round(chance / sum(chances), 3)
        clauses.append(Considered(evidence.document.title, article.number, article.label, share, matched))
    return tuple(clauses)


def understood(asked: Asked, citations: Sequence[Citation]) -> tuple[Understood, ...]:
    """The everyday words of the question that the quotations put otherwise."""
    quoted = searched_form("\n".join(citation.quote for citation in citations))
    pairs = []
    for slot in asked.slots:
        word = next((word for word in slot.policy_words if word in quoted), "")
        if word and slot.typed not in quoted and word not in asked.question.text:
            pairs.append(Understood(slot.typed, word))
    return tuple(pairs)


def timings(started: float, judged: float, search_ms: float = 0.0, rank_ms: float = 0.0) -> dict[str, float]:
    """Milliseconds of each stage: reading the question, the search for articles, the ranking of their sentences, judging
    and composing; `total` is the whole."""
    ended = time.perf_counter()
    stages = {
        "understand": (judged - started) * 1000 - search_ms - rank_ms,
        "search": search_ms,
        "rank": rank_ms,
        "compose": (ended - judged) * 1000,
        "total": (ended - started) * 1000,
    }
    return {name: round(milliseconds, 2) for name, milliseconds in stages.items()}


def identity(question: str, history: Sequence[Turn], documents: Sequence[str] | None) -> str:
    """Twelve hexadecimal digits that are the same for the same question, history and documents to look in."""
    spoken = [question, *([t.question, t.answer] for t in history)]
    if documents is not None:
        spoken.append(sorted(documents))
    return hashlib.sha256(json.dumps(spoken, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:12]
