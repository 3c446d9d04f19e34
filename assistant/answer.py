"""The one way from a question to an answer: read it, search, choose the words, verify them, or refuse.

Every front end calls `Assistant.ask`; a refusal is a result, not an error.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from assistant.calibration import Calibration, load_calibration
from assistant.caveats import caveats
from assistant.citations import render
from assistant.compose import Measure, compose, key_words
from assistant.dialogue import EffectiveQuestion, resolve
from assistant.errors import LanguageModelError
from assistant.evidence import Asked, Evidence, piece_scores, prepare, rank_sentences
from assistant.explaining import considered, identity, timings, understood
from assistant.keys import Key, Keys, Match, lifted, settled, with_article
from assistant.leads import lead, missing_sanctions, question_form
from assistant.polarity import load_polarity
from assistant.question import Question, analyse, normalise_question, without_indefinite
from assistant.records import Answer, Citation, Mode, Turn
from assistant.refusal import (
    cannot_say_what_is_asked,
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
from assistant.seams import Searching, Writer
from assistant.sentences import Sentence
from assistant.settings import Settings
from assistant.vectors import SentenceVectors
from assistant.wording import Wording
from index.asked_index import Familiarity
from index.embedding import Encoder
from index.known_questions import Recalled
from index.records import NEWS, Article, Hit
from index.simplify import simplified

CANDIDATES = 30
"""How many articles are ranked sentence by sentence: the right one is often below the tenth of a plain search."""

SURE_SHARE, SURE_LIKELY, SURE_THERE = 0.4, 0.6, 0.9
"""A yes or a no stands before a clause that meets this share of the question's words, or, where its article has questions of
its own, is so likely to answer (the last where one asks whether there is something, which the clause may not even name): below,
the wrong clause is as frequent as the right one."""

MODEL_SHARE = 0.4
"""A language model judges better than our features what a clause settles: it is asked from this share of the
threshold on, and may refuse."""

ELSEWHERE = 4.0
"""Nats of ranking by which the best clause of all documents may be above the best of those chosen: of 60 known questions
each, about 10 in 100 of another subject's stay below, and half of those that a companion text answers as well."""


@dataclass(frozen=True, slots=True)
class Found:
    """A question with everything that speaks for an answer to it: `likely` (0–1) is how likely the best clause answers,
    `threshold` from where on it is given."""

    asked: Asked
    effective: str
    ranked: tuple[Evidence, ...]
    search_ms: float
    rank_ms: float
    recalled: Mapping[str, Recalled]
    familiarity: Familiarity
    likely: float
    threshold: float
    documents: tuple[str, ...] | None = None
    """Ids of the documents that were looked in; None for all."""
    learned: Match | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a question; a refusal has no citations."""

    text: str
    citations: tuple[Citation, ...] = ()
    mode: Mode = "extractive"
    notices: tuple[str, ...] = ()


class Assistant:
    """An opened index that answers. Nothing but `learn` changes it, in one assignment, so threads may ask at once."""

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
        self._texts = "\n".join(article.text for document in self._public for article in document.articles)
        self._vectors = SentenceVectors(encoder)
        self._keys = Keys()

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

    def learn(self, keys: Sequence[Key]) -> None:
        """From now on these questions, in place of any learned before, bring their articles."""
        self._keys = Keys.of(keys, self.searcher.vector, self._keys)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        question_id: str = "",
        documents: tuple[str, ...] | None = None,
    ) -> Answer:
        """Answers or refuses; the same question and history give the same answer and, where none is given, id.

        `documents` are the ids of the only ones to look in."""
        *_, answer = self._answers(question, history, question_id, documents, streaming=False)
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        question_id: str = "",
        documents: tuple[str, ...] | None = None,
    ) -> Iterator[Answer]:
        """The answer while a language model writes it: each time longer, every sentence checked before it is given; the
        last is whole. Without a model the only one."""
        yield from self._answers(question, history, question_id, documents, streaming=True)

    def _answers(
        self,
        question: str,
        history: Sequence[Turn],
        question_id: str,
        documents: tuple[str, ...] | None,
        streaming: bool,
    ) -> Iterator[Answer]:
        started = time.perf_counter()
        found = self.find(question, history, may_rewrite=True, documents=documents)
        judged = time.perf_counter()
        if found is None:
            outcomes = iter([Outcome(talk_text(analyse(simplified(question)), self._titles()))])
        else:
            outcomes = self._judge(found, streaming)
        answer_id = question_id or identity(question, history, documents)
        for outcome in outcomes:
            yield self._answer(answer_id, question, found, outcome, (started, judged))

    def _answer(
        self, answer_id: str, question: str, found: Found | None, outcome: Outcome, clock: tuple[float, float]
    ) -> Answer:
        cited = {(c.document, c.article) for c in outcome.citations}
        near = nearest(found.ranked, 3 + len(cited)) if found else ()
        related = tuple(r for r in near if (r.document, r.article) not in cited)
        warnings = caveats(self.library, found.asked.question, outcome.citations) if found else ()
        return Answer(
            id=answer_id,
            question=question,
            status="answered" if outcome.citations else "refused",
            mode=outcome.mode,
            answer=outcome.text,
            citations=outcome.citations,
            related=related[: 2 if cited else 3],
            notices=outcome.notices + warnings,
            timings_ms=timings(*clock, found.search_ms, found.rank_ms) if found else timings(*clock),
            key_words=key_words(found.asked.question, [c.quote for c in outcome.citations]) if found else (),
            understood=understood(found.asked, outcome.citations) if found else (),
            effective=found.effective if found else "",
            considered=considered(found.asked, found.ranked) if found else (),
            likely=round(found.likely, 3) if found and found.ranked else None,
        )

    def search(
        self, question: str, history: Sequence[Turn] = (), k: int = 10, documents: tuple[str, ...] | None = None
    ) -> list[Hit]:
        """The articles that `ask` looks at, in the order of their best sentences, then what plain search adds.

        `score` is the best sentence's, falling; articles beyond the `CANDIDATES` that are ranked follow below it.
        """
        found = self.find(question, history, documents=documents)
        ranked = found.ranked if found else ()
        hits: dict[tuple[str, str], Hit] = {}
        for evidence in ranked:
            hits.setdefault(
                (evidence.hit.document_id, evidence.hit.article), replace(evidence.hit, score=evidence.score)
            )
        if len(hits) < k:
            lowest = min((hit.score for hit in hits.values()), default=1.0)
            for hit in self.searcher.search(found.asked.searched if found else question, k, documents=documents):
                below = replace(hit, score=min(hit.score, lowest))
                hits.setdefault((hit.document_id, hit.article), below)
        return list(hits.values())[:k]

    def find(
        self,
        question: str,
        history: Sequence[Turn] = (),
        may_rewrite: bool = False,
        documents: tuple[str, ...] | None = None,
    ) -> Found | None:
        """Everything that speaks for an answer, unjudged; None for mere talk. `may_rewrite`: the model may complete a
        follow-up."""
        read = analyse(simplified(question))
        if (read.is_talk or not read.text) and not self._keys.equal(read.text):
            return None
        effective = resolve(read.text, history, self._public)
        if effective.context and may_rewrite and (rewritten := self._rewritten(read.text, history)):
            effective = EffectiveQuestion(rewritten)
        return self._find(read if effective.text == read.text else analyse(effective.text), effective, documents)

    def _rewritten(self, question: str, history: Sequence[Turn]) -> str:
        """A follow-up as the model completes it; empty where there is none, or the rules must do."""
        if self._writer is None:
            return ""
        try:
            rewritten = normalise_question(simplified(self._writer.rewrite(question, history)))
        except LanguageModelError:
            return ""
        return "" if analyse(rewritten).is_talk else rewritten

    def _find(self, read: Question, effective: EffectiveQuestion, documents: tuple[str, ...] | None) -> Found:
        started = time.perf_counter()
        asked = prepare(read, effective.searched, effective.context, self._wording)
        learned = self._keys.match(read, effective, self.searcher.vector, documents)
        hits = self.searcher.search(effective.searched, k=CANDIDATES, documents=documents)
        hits = with_article(hits, learned, self.library)
        searched = time.perf_counter()
        recalled = self.searcher.recall(read.text, [f"{h.document_id}/{h.article}" for h in hits])
        ranked = rank_sentences(asked, hits, self.library, self._vectors, self._calibration.ranking, recalled)
        familiarity = self.searcher.familiarity(without_indefinite(effective.searched))
        stages = (searched - started) * 1000, (time.perf_counter() - searched) * 1000
        likely, threshold = self._likely(asked, ranked, familiarity)
        if learned := settled(learned, ranked, recalled, likely >= threshold):
            ranked, (likely, threshold) = lifted(ranked, learned), learned.judged
        if documents is not None and not learned and self._is_answered_elsewhere(read, effective, documents):
            likely, threshold = 0.0, 1.0
        return Found(
            asked, effective.shown, tuple(ranked), *stages, recalled, familiarity, likely, threshold, documents, learned
        )

    def _is_answered_elsewhere(self, read: Question, effective: EffectiveQuestion, documents: Collection[str]) -> bool:
        """Whether a clause outside these documents answers so much better that theirs are beside the question."""
        ranked = self._find(read, effective, None).ranked
        inside = max((e.score for e in ranked if e.document.id in documents), default=float("-inf"))
        return bool(ranked) and ranked[0].score - inside > ELSEWHERE

    def _judge(self, found: Found, streaming: bool) -> Iterator[Outcome]:
        """Refuses, or answers: with the model where there is one, else or failing that with the words themselves."""
        asked = found.asked
        reason = outside_library(asked, self._titles(), self._wording) or missing_article(asked, found.ranked)
        looked_up = bool(found.ranked) and asked.question.kind == "lookup" and found.ranked[0].hit.looked_up
        if not found.learned and (reason or not found.ranked or (not looked_up and names_nothing(asked))):
            yield Outcome(refusal_text(asked, reason or ("not_settled" if found.ranked else "nothing_found")))
            return
        likely, threshold = (1.0, 0.0) if looked_up else (found.likely, found.threshold)
        notices: tuple[str, ...] = ()
        if self._writer is not None and not looked_up and likely >= threshold * MODEL_SHARE:
            written = None
            for written in self._write_with_model(self._writer, found, streaming):
                if isinstance(written, Outcome):
                    yield written
            if isinstance(written, Outcome):
                return
            notices = (written,) if written else ()
        if likely < threshold:
            yield Outcome(refusal_text(asked, "not_settled"), notices=notices)
            return
        parts = self._settled_parts(found)
        opening = partial(self._opening, found, likely)
        text, citations = render(
            compose(asked.question, found.ranked, parts, opening, self._measure(found)), self.library
        )
        yield Outcome(text if citations else refusal_text(asked, "no_citation"), citations, notices=notices)

    def _write_with_model(self, writer: Writer, found: Found, streaming: bool) -> Iterator[Outcome | str]:
        """The model's checked answer, as it grows, or its refusal; else, last, a notice that says why it is not used."""
        asked, last = found.asked, Outcome("")
        drafts = writer.stream if streaming else writer.write_once
        try:
            for draft in drafts(asked.searched, found.ranked):
                text, citations = render(draft.statements, self.library)
                if citations:
                    last = Outcome(text, citations, "llm")
                    yield last
                elif not draft.answerable and not found.learned:
                    yield Outcome(refusal_text(asked, "not_settled"), mode="llm")
                    return
        except LanguageModelError as error:
            if last.citations:
                yield replace(last, notices=(f"语言模型没有写完（{error}），只保留已核对的部分。",))
            else:
                yield f"语言模型暂不可用（{error}），以下内容直接摘自原文。"
            return
        if not last.citations:
            yield "语言模型的回答没有通过原文核对，以下内容直接摘自原文。"

    def _settled_parts(self, found: Found) -> list[tuple[Evidence, ...]]:
        """The evidence of each question inside the question, those left out that no clause settles."""
        question = found.asked.question
        compared = found.learned and question.kind == "compare"  # its two sides would outrank the learned article
        questions = () if compared else question.parts
        parts = [self._find(analyse(part), EffectiveQuestion(part), found.documents) for part in questions]
        return [part.ranked for part in parts if part.ranked and part.likely >= part.threshold]

    def _opening(self, found: Found, likely: float, clause: str) -> str:
        """Yes or no in direct words, where the question asks for it and what is cited is plain; `likely`: that it answers."""
        best, question = found.ranked[0], found.asked.question
        if not question.asks_yes_no or (question.kind == "lookup" and best.hit.looked_up):
            return ""
        if sanction := missing_sanctions(question.text, self._texts):
            return f"文件没有规定{sanction}。"
        known = found.recalled.get(best.article.id)
        sure = SURE_THERE if question_form(question.text) == "there" else SURE_LIKELY
        if (likely < sure) if known else (best.feature("sentence") < SURE_SHARE):
            return ""
        return lead(question.text, clause, load_polarity().judge(question.text, clause, known.says if known else None))

    def _measure(self, found: Found) -> Measure:
        """How well each piece of an article answers, by the weights of ranking."""

        def measure(article: Article, pieces: Sequence[Sentence]) -> list[float]:
            return piece_scores(found.asked, article, pieces, self._vectors, self._calibration.ranking)

        return measure

    def _likely(self, asked: Asked, ranked: Sequence[Evidence], familiarity: Familiarity) -> tuple[float, float]:
        """How likely the clause answers, and from where on it is given; between the two models by how familiar it is."""
        share = familiarity.share
        if not share and ranked and says_what_is_asked(asked, ranked[0]):
            return 1.0, 0.0
        if not share and ranked and cannot_say_what_is_asked(asked, ranked[0]):
            return 0.0, 1.0
        likely = threshold = 0.0
        for part, model, is_known in (
            (share, self._calibration.known, True),
            (1 - share, self._calibration.general, False),
        ):
            if not part:
                continue
            features = refusal_features(asked, ranked, familiarity, is_known)
            likely += part * probability(features, model.weights, model.bias)
            threshold += part * model.threshold
        return likely, threshold

    def _titles(self) -> list[str]:
        return [d.title for d in self._public]
