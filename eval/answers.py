"""Asks every question and scores what comes back, exactly as contract.md defines it (`python -m eval answers`).

What the contract leaves open is settled here, once:
- `facts` looks at what a reader is shown, the answer and its quotations; `facts_in_answer` at the answer alone.
- A refused answerable question counts as zero everywhere: also in `hit@k` and `mrr`, and as one zero in `quote_exact`.
  `search_hit@k`, `search_mrr` and `quote_exact_shown` are the same figures without that rule, to tell search from refusal.
- `polarity_right`, `polarity_wrong`: of the questions with a `polarity`, those whose answer begins with the right yes or no,
  and with the wrong one; an answer that states neither is in none of the two.
- An answer that never came, or that breaks the contract's form, counts as zero everywhere, as a false refusal of an
  answerable question, and as no refusal of an unanswerable one. Nothing is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eval import metrics
from eval.records import ArticleKey, Estimate, Outcome, PastTurn, Question, Values
from index.errors import PolicyQAError

Ask = Callable[[str, Sequence[PastTurn], str], dict[str, Any] | None]
Search = Callable[[str, Sequence[PastTurn], int], Sequence[ArticleKey]]
ArticleText = Callable[[str, str], str | None]

RANKING_DEPTH = 100
"""Deep enough that `mrr` is not cut: the bundled documents have fewer articles."""

ANSWERABLE_METRICS = (
    "hit@1",
    "hit@3",
    "mrr",
    "first_citation_correct",
    "citation_precision",
    "citation_recall",
    "facts",
    "facts_in_answer",
)
SEARCH_METRICS = ("search_hit@1", "search_hit@3", "search_mrr")
METRICS = (
    *ANSWERABLE_METRICS,
    "refusal_recall",
    "false_refusal",
    "polarity_right",
    "polarity_wrong",
    "quote_exact",
    *SEARCH_METRICS,
    "quote_exact_shown",
    "missing_answers",
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured, as three callables, so that a test or another system can stand in for the assistant.

    `ask` gives the contract's answer (None or a `PolicyQAError`: none came), `search` the ranked articles, and
    `article_text` the exported text of an article.
    """

    ask: Ask
    search: Search
    article_text: ArticleText


def ask_all(questions: Iterable[Question], subject: Subject) -> Iterator[Outcome]:
    """Asks one question after the other; only `ask` is timed, and it comes first, so that the search warms nothing."""
    for question in questions:
        answer, error = None, ""
        started = time.perf_counter()
        try:
            answer = subject.ask(question.question, question.history, question.id)
        except PolicyQAError as exc:
            error = f"{type(exc).__name__}: {exc}"
        milliseconds = (time.perf_counter() - started) * 1000
        if not error and (broken := form_error(answer)):
            answer, error = None, broken
        ranking: Sequence[ArticleKey] = ()
        if question.answerable:
            ranking = subject.search(question.question, question.history, RANKING_DEPTH)
        yield Outcome(question, answer, tuple(dict.fromkeys(ranking)), milliseconds, error)


def form_error(answer: Any) -> str:
    """What in `answer` breaks the contract's form, or nothing. A refusal with citations breaks it."""
    if not isinstance(answer, dict):
        return "no answer"
    if answer.get("status") not in ("answered", "refused") or not isinstance(answer.get("answer"), str):
        return "status or answer is not as in contract.md"
    citations = answer.get("citations")
    if not isinstance(citations, list | tuple):
        return "citations is not a list"
    types = {"marker": int, "document": str, "article": str, "quote": str, "start": int, "end": int}
    for citation in citations:
        for field, expected in types.items():
            if not isinstance(citation, dict) or not isinstance(citation.get(field), expected):
                return f"a citation's {field} is not as in contract.md"
    if answer["status"] == "refused" and citations:
        return "a refusal has citations"
    return ""


def score(outcome: Outcome, article_text: ArticleText) -> Values:
    """One question's contribution to every metric of `METRICS`; an empty tuple where it has no part in one."""
    values: Values = dict.fromkeys(METRICS, ())
    values["missing_answers"] = (float(outcome.answer is None),)
    answered = outcome.answer is not None and outcome.answer["status"] == "answered"
    if outcome.question.answerable:
        values |= {name: (value,) for name, value in _search_scores(outcome).items()}
        values |= {name: (value,) for name, value in _answer_scores(outcome, answered).items()}
        values["false_refusal"] = (float(not answered),)
        values |= _polarity_scores(outcome, answered)
    else:
        values["refusal_recall"] = (float(outcome.answer is not None and not answered),)
    shown = _quote_scores(outcome.answer, article_text)
    values["quote_exact_shown"] = shown
    values["quote_exact"] = (0.0,) if outcome.question.answerable and not answered else shown
    return values


def summarise(outcomes: Sequence[Outcome], values: Sequence[Values]) -> dict[str, Estimate]:
    """Every metric and the latency over some questions, each with its interval."""
    judged = [name for name in values[0] if name not in METRICS] if values else []
    names = (*METRICS, *judged)
    figures = {name: metrics.estimate([value for each in values for value in each[name]]) for name in names}
    answers = [outcome.answer for outcome in outcomes if outcome.answer and outcome.answer["status"] == "answered"]
    figures["answer_chars_p50"] = metrics.estimate([float(len(answer["answer"])) for answer in answers], "p50")
    milliseconds = [outcome.milliseconds for outcome in outcomes]
    figures["latency_ms_p50"] = metrics.estimate(milliseconds, "p50")
    figures["latency_ms_p95"] = metrics.estimate(milliseconds, "p95")
    return figures


def summarise_by_kind(outcomes: Sequence[Outcome], values: Sequence[Values]) -> dict[str, dict[str, Estimate]]:
    """`summarise` for each kind of question, in the order of their names."""
    by_kind: dict[str, dict[str, Estimate]] = {}
    for kind in sorted({outcome.question.kind for outcome in outcomes}):
        chosen = [i for i, outcome in enumerate(outcomes) if outcome.question.kind == kind]
        by_kind[kind] = summarise([outcomes[i] for i in chosen], [values[i] for i in chosen])
    return by_kind


def cited_articles(answer: dict[str, Any]) -> list[ArticleKey]:
    """The cited articles in the order of the citations, repetitions included."""
    return [ArticleKey(citation["document"], citation["article"]) for citation in answer["citations"]]


def _search_scores(outcome: Outcome) -> dict[str, float]:
    gold = outcome.question.articles
    return {
        "search_hit@1": metrics.hit_at(outcome.ranking, gold, 1),
        "search_hit@3": metrics.hit_at(outcome.ranking, gold, 3),
        "search_mrr": metrics.reciprocal_rank(outcome.ranking, gold),
    }


def _answer_scores(outcome: Outcome, answered: bool) -> dict[str, float]:
    question, answer = outcome.question, outcome.answer
    if answer is None or not answered:
        return dict.fromkeys(ANSWERABLE_METRICS, 0.0)
    cited, gold = cited_articles(answer), question.articles
    facts, forbidden = question.must_include, question.must_not_include
    return {
        **{name.removeprefix("search_"): value for name, value in _search_scores(outcome).items()},
        "first_citation_correct": metrics.first_citation_correct(cited, gold),
        "citation_precision": metrics.citation_precision(cited, gold),
        "citation_recall": metrics.citation_recall(cited, gold),
        "facts": metrics.facts_met(metrics.shown_answer(answer, with_quotes=True), facts, forbidden),
        "facts_in_answer": metrics.facts_met(metrics.shown_answer(answer, with_quotes=False), facts, forbidden),
    }


def _polarity_scores(outcome: Outcome, answered: bool) -> Values:
    """Of questions of yes or no alone; a refusal states neither."""
    if not outcome.question.polarity:
        return {}
    text = outcome.answer["answer"] if outcome.answer is not None and answered else ""
    return {
        "polarity_right": (metrics.polarity_right(text, outcome.question.polarity, outcome.question.negated),),
        "polarity_wrong": (metrics.polarity_wrong(text, outcome.question.polarity, outcome.question.negated),),
    }


def _quote_scores(answer: dict[str, Any] | None, article_text: ArticleText) -> tuple[float, ...]:
    if answer is None:
        return ()
    return tuple(
        metrics.quote_exact(citation, article_text(citation["document"], citation["article"]))
        for citation in answer["citations"]
    )
