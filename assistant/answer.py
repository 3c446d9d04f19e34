"""The one way from a question to an answer: read it, search, choose the words, verify them, or refuse.

Every front end calls `Assistant.ask`; a refusal is a result, not an error.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.calibration import Calibration, load_calibration
from assistant.caveats import caveats
from assistant.citations import Statement, render
from assistant.compose import compose, key_words
from assistant.dialogue import EffectiveQuestion, resolve
from assistant.errors import LanguageModelError
from assistant.evidence import Asked, Evidence, prepare, rank_sentences
from assistant.question import Question, analyse
from assistant.records import Answer, Citation, Mode, Turn, Understood
from assistant.refusal import (
    missing_article,
    names_nothing,
    nearest,
    outside_library,
    probability,
    refusal_features,
    refusal_text,
    says_what_is_asked,
    talk_text,
)
from assistant.settings import Settings
from assistant.vectors import SentenceVectors
from assistant.wording import Wording
from index.asked_index import Familiarity
from index.embedding import Encoder
from index.library import Library
from index.records import NEWS, Hit
from index.simplify import simplified
from index.tokens import searched_form

CANDIDATES = 30
"""How many articles are ranked sentence by sentence: the right one is often below the tenth of a plain search."""

MODEL_SHARE = 0.4
"""A language model judges better than our features what a clause settles: it is asked from this share of the
threshold on, and may refuse."""


class Searching(Protocol):
    """What the assistant needs of `index.search.Searcher`."""

    library: Library

    def search(self, query: str, k: int = 10) -> list[Hit]: ...

    def familiarity(self, query: str) -> Familiarity: ...


class Draft(Protocol):
    """What a writer hands back: whether it found the question answerable, and statements yet to be verified."""

    @property
    def answerable(self) -> bool: ...

    @property
    def statements(self) -> tuple[Statement, ...]: ...


class Writer(Protocol):
    """What writes an answer from the evidence in place of the extractive composer (`assistant.llm`)."""

    def write(self, question: str, evidence: Sequence[Evidence]) -> Draft: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A question with everything that speaks for an answer to it."""

    asked: Asked
    ranked: tuple[Evidence, ...]
    search_ms: float
    familiarity: Familiarity


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a question; a refusal has no citations."""

    text: str
    citations: tuple[Citation, ...] = ()
    mode: Mode = "extractive"
    notices: tuple[str, ...] = ()


class Assistant:
    """An opened index that answers. Nothing changes after it is made, so threads may ask at once."""

    def __init__(
        self,
        searcher: Searching,
        encoder: Encoder | None = None,
        writer: Writer | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self.searcher = searcher
        self.library = searcher.library
        self._writer = writer
        self._calibration = calibration or load_calibration()
        self._public = tuple(d for d in self.library.documents if d.kind != NEWS)
        self._wording = Wording(f"{d.title} {a.heading} {a.text}" for d in self._public for a in d.articles)
        self._vectors = SentenceVectors(encoder)

    @classmethod
    def open(cls, settings: Settings) -> Assistant:
        """Opens the index that the settings name, and the language model and the reranker where they name one.

        Raises `IndexUnusableError`, `EmbeddingError` or `RerankerError`, one line each.
        """
        from index.cross_encoder import load_reranker
        from index.embedding import load_encoder
        from index.search import Searcher
        from index.store import open_build

        _, manifest = open_build(settings.index)
        encoder = load_encoder(manifest.embedding)
        reranker = load_reranker(settings.reranker, settings.reranker_pairs, settings.reranker_seconds)
        writer: Writer | None = None
        if settings.uses_language_model:
            from assistant.llm import ModelWriter

            writer = ModelWriter.from_settings(settings)
        return cls(Searcher.open(settings.index, encoder, reranker), encoder, writer)

    def ask(self, question: str, history: Sequence[Turn] = (), question_id: str = "") -> Answer:
        """Answers or refuses; the same question and history give the same answer and, where none is given, id."""
        started = time.perf_counter()
        found = self.find(question, history)
        outcome = self._judge(found) if found else Outcome(talk_text(analyse(simplified(question)), self._titles()))
        cited = {(c.document, c.article) for c in outcome.citations}
        near = nearest(found.ranked, 3 + len(cited)) if found else ()
        related = tuple(r for r in near if (r.document, r.article) not in cited)
        warnings = caveats(self.library, found.asked.question, outcome.citations) if found else ()
        return Answer(
            id=question_id or _identity(question, history),
            question=question,
            status="answered" if outcome.citations else "refused",
            mode=outcome.mode,
            answer=outcome.text,
            citations=outcome.citations,
            related=related[: 2 if cited else 3],
            notices=outcome.notices + warnings,
            timings_ms=_timings(started, found.search_ms if found else 0.0),
            key_words=key_words(found.asked.question, [c.quote for c in outcome.citations]) if found else (),
            understood=_understood(found, outcome.citations) if found else (),
        )

    def search(self, question: str, history: Sequence[Turn] = (), k: int = 10) -> list[Hit]:
        """The articles that `ask` looks at, in the order of their best sentences, then what plain search adds.

        `score` is the best sentence's, falling; articles beyond the `CANDIDATES` that are ranked follow below it.
        """
        found = self.find(question, history)
        ranked = found.ranked if found else ()
        hits: dict[tuple[str, str], Hit] = {}
        for evidence in ranked:
            hits.setdefault(
                (evidence.hit.document_id, evidence.hit.article), replace(evidence.hit, score=evidence.score)
            )
        if len(hits) < k:
            lowest = min((hit.score for hit in hits.values()), default=1.0)
            for hit in self.searcher.search(found.asked.searched if found else question, k):
                below = replace(hit, score=min(hit.score, lowest))
                hits.setdefault((hit.document_id, hit.article), below)
        return list(hits.values())[:k]

    def find(self, question: str, history: Sequence[Turn] = ()) -> Found | None:
        """Everything that speaks for an answer, unjudged; None for mere talk. For calibration and explanation."""
        read = analyse(simplified(question))
        return None if read.is_talk or not read.text else self._find(read, resolve(read.text, history))

    def _find(self, read: Question, effective: EffectiveQuestion) -> Found:
        started = time.perf_counter()
        asked = prepare(read, effective.searched, effective.context, self._wording)
        hits = self.searcher.search(effective.searched, k=CANDIDATES)
        search_ms = (time.perf_counter() - started) * 1000
        ranked = rank_sentences(asked, hits, self.library, self._vectors, self._calibration.ranking)
        return Found(asked, tuple(ranked), search_ms, self.searcher.familiarity(effective.searched))

    def _judge(self, found: Found) -> Outcome:
        """Refuses, or answers: with the model where there is one, else or failing that with the words themselves."""
        asked = found.asked
        reason = outside_library(asked, self._titles(), self._wording) or missing_article(asked, found.ranked)
        if reason or not found.ranked:
            return Outcome(refusal_text(asked, reason or "nothing_found"))
        looked_up = asked.question.kind == "lookup" and found.ranked[0].hit.looked_up
        if not looked_up and names_nothing(asked):
            return Outcome(refusal_text(asked, "not_settled"))
        likely, threshold = (1.0, 0.0) if looked_up else self._likely(found)
        notices: tuple[str, ...] = ()
        if self._writer is not None and likely >= threshold * MODEL_SHARE:
            written = self._write_with_model(self._writer, found)
            if isinstance(written, Outcome):
                return written
            notices = (written,)
        if likely < threshold:
            return Outcome(refusal_text(asked, "not_settled"), notices=notices)
        statements = compose(asked.question, found.ranked, self._settled_parts(asked.question))
        text, citations = render(statements, self.library)
        return Outcome(text if citations else refusal_text(asked, "no_citation"), citations, notices=notices)

    def _write_with_model(self, writer: Writer, found: Found) -> Outcome | str:
        """The model's checked answer or refusal; else a notice that says why it is not used."""
        try:
            draft = writer.write(found.asked.searched, found.ranked)
        except LanguageModelError as error:
            return f"语言模型暂不可用（{error}），以下内容直接摘自原文。"
        text, citations = render(draft.statements, self.library)
        if citations:
            return Outcome(text, citations, "llm")
        if not draft.answerable:
            return Outcome(refusal_text(found.asked, "not_settled"), mode="llm")
        return "语言模型的回答没有通过原文核对，以下内容直接摘自原文。"

    def _settled_parts(self, question: Question) -> list[tuple[Evidence, ...]]:
        """The evidence of each question inside the question, those left out that no clause settles."""
        found = [self._find(analyse(part), EffectiveQuestion(part)) for part in question.parts]
        settled = []
        for part in found:
            likely, threshold = self._likely(part)
            if part.ranked and likely >= threshold:
                settled.append(part.ranked)
        return settled

    def _likely(self, found: Found) -> tuple[float, float]:
        """How likely the clause answers, and from where on it is given; between the two models by how familiar it is."""
        share = found.familiarity.share
        if not share and found.ranked and says_what_is_asked(found.asked, found.ranked[0]):
            return 1.0, 0.0
        likely = threshold = 0.0
        for part, model, is_known in (
            (share, self._calibration.known, True),
            (1 - share, self._calibration.general, False),
        ):
            if not part:
                continue
            features = refusal_features(found.asked, found.ranked, found.familiarity, is_known)
            likely += part * probability(features, model.weights, model.bias)
            threshold += part * model.threshold
        return likely, threshold

    def _titles(self) -> list[str]:
        return [d.title for d in self._public]


def _understood(found: Found, citations: Sequence[Citation]) -> tuple[Understood, ...]:
    """The everyday words of the question that the quotations put otherwise."""
    quoted = searched_form("\n".join(citation.quote for citation in citations))
    pairs = []
    for slot in found.asked.slots:
        word = next((word for word in slot.policy_words if word in quoted), "")
        if word and slot.typed not in quoted and word not in found.asked.question.text:
            pairs.append(Understood(slot.typed, word))
    return tuple(pairs)


def _timings(started: float, search_ms: float) -> dict[str, float]:
    return {"search": round(search_ms, 2), "total": round((time.perf_counter() - started) * 1000, 2)}


def _identity(question: str, history: Sequence[Turn]) -> str:
    spoken = json.dumps([question, *([t.question, t.answer] for t in history)], ensure_ascii=False)
    return hashlib.sha256(spoken.encode("utf-8", "surrogatepass")).hexdigest()[:12]
