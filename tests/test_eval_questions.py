"""Our own questions: their form, their balance, and that the gold articles really hold what is asked for."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from eval.datasets import read_questions
from eval.metrics import normalise
from eval.records import ArticleKey, Question
from index.asked import read_bundled
from index.library import build_library
from index.records import Page

ROOT = Path(__file__).parents[1]
QUESTIONS = ROOT / "eval" / "data" / "questions.jsonl"
README = ROOT / "eval" / "data" / "README.md"
SAMPLES = ROOT.parent / "shared" / "data" / "sample_questions.jsonl"

CLOSE_WORDING = 0.4
"""Share of common character pairs, of the shorter question, above which one reads as a paraphrase of the other."""


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return read_questions(QUESTIONS)


@pytest.fixture(scope="module")
def article_texts() -> dict[ArticleKey, str]:
    """Normalised text of every article that the bundled pages give."""
    paths = sorted((ROOT / "index" / "corpus").glob("*.txt"))
    pages = [Page(path.name[:3], path.name, path.read_text(encoding="utf-8")) for path in paths]
    return {
        ArticleKey(document.title, article.number): normalise(article.text)
        for document in build_library(pages).documents
        for article in document.articles
    }


def test_every_gold_article_exists(questions: list[Question], article_texts: dict[ArticleKey, str]) -> None:
    missing = [(q.id, key) for q in questions for key in q.articles if key not in article_texts]
    assert missing == []


def absent_facts(questions: list[Question], texts: dict[ArticleKey, str]) -> list[tuple[str, tuple[str, ...]]]:
    """The groups of facts of which no alternative stands in any gold article."""
    return [
        (question.id, group)
        for question in questions
        for group in question.must_include
        if not any(normalise(fact) in texts[key] for fact in group for key in question.articles)
    ]


def test_every_fact_stands_in_a_gold_article(questions: list[Question], article_texts: dict[ArticleKey, str]) -> None:
    assert absent_facts(questions, article_texts) == []


def test_every_gold_article_holds_a_fact(questions: list[Question], article_texts: dict[ArticleKey, str]) -> None:
    idle = [
        (question.id, key)
        for question in questions
        for key in question.articles
        if not any(normalise(fact) in article_texts[key] for group in question.must_include for fact in group)
    ]
    assert idle == []


def test_nothing_forbidden_stands_in_a_gold_article(
    questions: list[Question], article_texts: dict[ArticleKey, str]
) -> None:
    wrong = [
        (question.id, text)
        for question in questions
        for text in question.must_not_include
        if any(normalise(text) in article_texts[key] for key in question.articles)
    ]
    assert wrong == []


def test_every_bundled_article_is_gold_somewhere(
    questions: list[Question], article_texts: dict[ArticleKey, str]
) -> None:
    asked = {key for question in questions for key in question.articles}
    documents = {key.document for key in asked}
    assert {key for key in article_texts if key.document in documents} == asked


def test_set_is_large_and_a_third_of_it_is_to_be_refused(questions: list[Question]) -> None:
    assert len(questions) >= 150
    refused = sum(not question.answerable for question in questions) / len(questions)
    assert 0.3 < refused < 0.37
    assert all(question.must_include for question in questions if question.answerable)
    assert all(question.history for question in questions if question.kind == "followup")


def test_no_question_is_asked_twice(questions: list[Question]) -> None:
    repeated = [text for text, times in Counter(normalise(q.question) for q in questions).items() if times > 1]
    assert repeated == []


def test_readme_counts_the_questions_by_kind(questions: list[Question]) -> None:
    section = README.read_text(encoding="utf-8").split("## By kind")[1].split("carry a `history`")[0]
    rows = [line.strip("|").split("|")[:2] for line in section.splitlines() if line.startswith("|")]
    told = {kind.strip(): int(count) for kind, count in rows if count.strip().isdigit() and kind.strip().isalpha()}
    assert {kind: told.get(kind) for kind in {q.kind for q in questions}} == Counter(q.kind for q in questions)


@pytest.mark.shared
@pytest.mark.skipif(not SAMPLES.exists(), reason=f"{SAMPLES} is not here")
def test_no_sample_question_is_paraphrased(questions: list[Question]) -> None:
    samples = [json.loads(line)["question"] for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    close = [
        (sample, question.question)
        for sample in samples
        for question in questions
        if _common_pairs(sample, question.question) > CLOSE_WORDING
    ]
    assert close == []


def _common_pairs(one: str, other: str) -> float:
    first, second = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (normalise(one), normalise(other)))
    return len(first & second) / max(1, min(len(first), len(second)))


BUNDLED_SETS = {
    "eval/data/unseen_bundled.jsonl": 200,
    "eval/data/unseen_bundled_2.jsonl": 220,
    "eval/data/unseen_answers.jsonl": 240,
    "eval/data/unseen_yesno.jsonl": 180,
    "eval/data/unseen_followup.jsonl": 100,
    "tests/data/yesno.jsonl": 260,
    "tests/data/followups.jsonl": 120,
}


@pytest.mark.parametrize(("path", "count"), BUNDLED_SETS.items())
def test_the_other_questions_are_answered_by_their_gold_articles(
    path: str, count: int, article_texts: dict[ArticleKey, str]
) -> None:
    asked = read_questions(ROOT / path)
    assert len(asked) == count and all(q.articles and set(q.articles) <= set(article_texts) for q in asked)
    assert absent_facts(asked, article_texts) == []
    if "yesno" in path:
        assert all(q.polarity for q in asked) and any(q.negated for q in asked)


def test_what_is_searched_with_holds_none_of_the_questions_that_measure(questions: list[Question]) -> None:
    measured = [q.question for q in questions if not q.history]
    measured += [q.question for path in BUNDLED_SETS for q in read_questions(ROOT / path) if not q.history]
    indexed = {normalise(q) for several in read_bundled().values() for q in several}
    assert [q for q in measured if len(q) > 4 and normalise(q) in indexed] == []
