"""Questions to ask next: known questions of the clauses beside an answer, and other words for a question that was refused.

Nothing is made up: a suggestion is a question that somebody wrote for that clause, or names the clause by its number.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from assistant.citations import bracketed
from assistant.dialogue import resolve
from assistant.records import Answer, Turn
from assistant.web.engine import Shelf, find_cited_id, find_document, neighbours
from assistant.web.sources import short_label
from index.asked import Asked, read_bundled
from index.errors import InputError
from index.records import Article, Document

_READING = threading.Lock()
MOST_CHARACTERS = 18
FEWEST_CHARACTERS = 7
MOST_SUGGESTED = 3
KEPT_PER_ARTICLE = 24
NEAREST_KNOWN = 2
LEAST_ALIKE = 0.12
"""Share of common pairs of characters from where on a known question is another wording and no other subject."""

SAME_QUESTION = 0.6
"""The same of two suggestions from where on the second says nothing new."""

IN_ITS_WORDS = 0.4
"""Share of a question's pairs of characters that its clause has: such a question is plain, and sure to be answered."""

_WELL_FORMED = re.compile(r"[\u4e00-\u9fff0-9%、，《》“”]+？")
# Dialect, persons, what points at something, questions about the text as a text, and check-backs.
_ODD = re.compile(
    r"[俺咱咋啥嘛呗哈咯係嘅点弄恁滴捞噻撒伲阿侬勿额冇哋佢俚您你我他她它]|这|那"
    r"|文件|原文|条例|意见|哪[条款段章]|第.{1,3}[条章款]|对不|对吧|是吧|真的|的话？|[，,].{0,3}(?:谁|呢|哪)"
)
_PLAIN_ASKING = re.compile(r"什么|哪些|哪个|怎么|如何|谁|多少|多久|几|是否|能否|何时|为什么|吗")
_ASKING_WORDS = re.compile(
    r"什么|哪些|哪个|怎么样?|如何|谁|多少|多久|几|是否|能否|何时|为什么|吗|呢|的|了|有|是|要|能|和|？"
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a button asks and what it says; the two differ where the question is long."""

    question: str
    shown: str


def suggest_next(answer: Answer, library: Shelf, asked: Iterable[str] = ()) -> list[Suggestion]:
    """Two or three questions about the clauses beside the cited one; none after a refusal. `asked` are left out."""
    if not answer.citations:
        return []
    main = answer.citations[0]
    document = find_document(library, find_cited_id(library, main))
    article = document.article(main.article) if document else None
    if document is None or article is None:
        return []
    cited = {(each.document, each.article) for each in answer.citations}
    taken = {_folded(each) for each in (*asked, answer.question)}
    found: list[Suggestion] = []
    for owner, clause in _beside(answer, library, document, article):
        if (owner.title, clause.number) in cited:
            continue
        if suggestion := _ask_about(owner, clause, taken, owner.id == document.id):
            found.append(suggestion)
            taken.add(_folded(suggestion.question))
            cited.add((owner.title, clause.number))
        if len(found) == MOST_SUGGESTED:
            break
    return found


def rephrase(answer: Answer, library: Shelf) -> list[Suggestion]:
    """Other ways to ask a question that was refused: the known questions most like it, then the nearest clause by its
    number; none where no clause is near."""
    clauses = list(_related(answer, library))
    taken = _folded(answer.question)
    known = [question for owner, clause in clauses for question in known_questions(owner, clause)]
    pairs = _pairs(answer.effective or answer.question)
    ranked = sorted({q for q in known if _folded(q) != taken}, key=lambda q: (-_alike(pairs, q), q))
    chosen: list[str] = []
    for question in ranked:
        if _alike(pairs, question) < LEAST_ALIKE or len(chosen) == NEAREST_KNOWN:
            break
        if all(_alike(_pairs(other), question) < SAME_QUESTION for other in chosen):
            chosen.append(question)
    return [Suggestion(q, q) for q in chosen] + [_by_number(owner, clause) for owner, clause in clauses[:1]]


def known_questions(document: Document, article: Article) -> tuple[str, ...]:
    """The short, well-formed questions known for an article, those in its own words first; none for other documents."""
    return _best(document.title, article.number, f"{article.heading}\n{article.text}")


def _beside(answer: Answer, library: Shelf, document: Document, article: Article) -> list[tuple[Document, Article]]:
    """The related clauses of the same document and the next one, then those of others, then the one before."""
    before, after = neighbours(document, article)
    related = list(_related(answer, library))
    own = [each for each in related if each[0].id == document.id]
    following = [(document, each) for each in (after, before) if each is not None]
    return [*own, *following[:1], *(each for each in related if each not in own), *following[1:]]


def _related(answer: Answer, library: Shelf) -> Iterable[tuple[Document, Article]]:
    for each in answer.related:
        document = find_document(library, each.document)
        article = document.article(each.article) if document else None
        if document is not None and article is not None:
            yield document, article


def _ask_about(document: Document, article: Article, taken: set[str], is_same_document: bool) -> Suggestion | None:
    """A known question, else for the document that was cited the question for the article by its number."""
    known = known_questions(document, article)
    fresh = next((question for question in known if _folded(question) not in taken), None)
    if fresh:
        return Suggestion(fresh, fresh)
    by_number = _by_number(document, article)
    return by_number if is_same_document and _folded(by_number.question) not in taken else None


def _by_number(document: Document, article: Article) -> Suggestion:
    """Asks for an article by name, the surest of all questions."""
    question = f"{bracketed(document.title)}{short_label(article.label)}讲什么？"
    heading = f"（{article.heading}）" if 0 < len(article.heading) <= MOST_CHARACTERS else ""
    return Suggestion(question, f"{short_label(article.label)}讲什么？{heading}")


def _asked() -> Asked:
    """The questions that come with the package (32,000 lines, read once); none where they cannot be read."""
    with _READING:  # fifty first visitors at once would each read them, 0.7 s of work
        return _read_asked()


@lru_cache(maxsize=1)
def _read_asked() -> Asked:
    try:
        return read_bundled()
    except InputError:
        return {}


@lru_cache(maxsize=2000)
def _best(title: str, number: str, text: str) -> tuple[str, ...]:
    pairs = _pairs(text)
    fitting = [question for question in _asked().get((title, number), ()) if _is_well_formed(question)]
    shares = {question: _share(_pairs(question), pairs) for question in fitting}
    by_words = sorted(
        fitting, key=lambda question: (question.endswith("吗？"), -shares[question], len(question), question)
    )
    return tuple(question for question in by_words if shares[question] >= _least(question))[:KEPT_PER_ARTICLE]


def _least(question: str) -> float:
    """A question of yes or no turns on a detail, and must be nearer to the text than others."""
    return 1.5 * IN_ITS_WORDS if question.endswith("吗？") else IN_ITS_WORDS


def _is_well_formed(question: str) -> bool:
    """Whether it reads well on a button and means the same wherever in a conversation it is asked."""
    return (
        FEWEST_CHARACTERS <= len(question) <= MOST_CHARACTERS
        and bool(_WELL_FORMED.fullmatch(question))
        and not _ODD.search(question)
        and bool(_PLAIN_ASKING.search(question))
        and not resolve(question, (Turn("另一件事怎么办理？", ""),)).context
    )


def _pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters, words of asking left out."""
    bare = _ASKING_WORDS.sub("\n", text)
    return frozenset(bare[k : k + 2] for k in range(len(bare) - 1) if "\n" not in bare[k : k + 2])


def _share(own: frozenset[str], others: frozenset[str]) -> float:
    return len(own & others) / len(own) if own else 0.0


def _alike(pairs: frozenset[str], question: str) -> float:
    """Dice coefficient of the pairs of two questions, 0–1."""
    own = _pairs(question)
    return 2 * len(own & pairs) / (len(own) + len(pairs)) if own and pairs else 0.0


def _folded(question: str) -> str:
    return re.sub(r"[\W_]", "", question)
