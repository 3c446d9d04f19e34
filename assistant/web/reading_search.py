"""The search box of the reading room: what was typed, where its words stand literally, and marked passages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup, escape

from assistant.web.engine import Shelf
from index.errors import PolicyQAError
from index.records import NEWS, Article, Document, Hit
from index.simplify import simplified
from index.tokens import content_words, normalise

MOST_QUERY_CHARACTERS = 200
MOST_WORDS = 8
"""Words of a query that are looked for; more are a pasted text, not a search."""

SNIPPET_BEFORE, SNIPPET_AFTER = 24, 96
"""Characters shown on either side of the first found word."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: `text` as shown, `words` each with its simplified form if that differs, a notice if cut."""

    text: str
    words: tuple[tuple[str, ...], ...]
    notice: str = ""

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(form for word in self.words for form in word)


@dataclass(frozen=True, slots=True)
class Match:
    """One article that has the words, or is near in meaning (`count` 0), with the passage to show."""

    document: Document
    article: Article
    snippet: Markup
    count: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """The literal matches of one document; `count` is that of the places."""

    document: Document
    matches: tuple[Match, ...]
    count: int


class Searches(Protocol):
    """Who finds articles by meaning (`engine.Live`)."""

    def search(self, question: str, *, k: int) -> list[Hit]: ...


class _Fold(dict[int, str]):
    """Width and case folded one character for one, so that offsets stay true; remembered for `str.translate`."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        normal = normalise(character)
        self[code] = normal if len(normal) == 1 else character
        return self[code]


_FOLD = _Fold()


def read_query(typed: str) -> Query:
    """The query without control characters, cut to `MOST_QUERY_CHARACTERS`.

    >>> read_query(" 薪酬\\x00  待遇 ").text
    '薪酬 待遇'
    """
    cut = typed[: 4 * MOST_QUERY_CHARACTERS]  # blanks are drawn together below
    shown = "".join(" " if unicodedata.category(c).startswith(("C", "Z")) else c for c in cut)
    text = " ".join(shown.split())
    notice = ""
    if len(text) > MOST_QUERY_CHARACTERS or len(typed) > len(cut):
        text = text[:MOST_QUERY_CHARACTERS].strip()
        notice = f"查找的文字太长，只用了前 {MOST_QUERY_CHARACTERS} 个字。"
    folded = dict.fromkeys(text.translate(_FOLD).split())
    words = tuple(tuple(dict.fromkeys((word, simplified(word)))) for word in list(folded)[:MOST_WORDS])
    return Query(text, words, notice)


def find_words(text: str, forms: Iterable[str]) -> list[Span]:
    """Where any of `forms` stands in `text`, in order and without overlaps; width and case apart.

    >>> find_words("ＡＢ级与ab级", ("ab级",))
    [(0, 3), (4, 7)]
    """
    longest_first = sorted({form for form in forms if form}, key=len, reverse=True)
    if not longest_first:
        return []
    pattern = "|".join(map(re.escape, longest_first))
    return [found.span() for found in re.finditer(pattern, text.translate(_FOLD))]


def mark_words(text: str, spans: Sequence[Span]) -> Markup:
    """`text` with the spans marked."""
    pieces, place = [], 0
    for start, end in spans:
        pieces.append(escape(text[place:start]) + Markup("<mark>{}</mark>").format(text[start:end]))
        place = end
    return Markup("").join([*pieces, escape(text[place:])])


def match_titles(library: Shelf, query: Query) -> list[Document]:
    """The documents whose title, number or issuer has every word."""
    return [d for d in library.documents if _has_all(f"{d.title}\n{d.document_number}\n{d.issuer}", query)]


def match_texts(library: Shelf, query: Query) -> list[Found]:
    """The documents with articles that have every word, news last, the most places first."""
    found = []
    for document in library.documents:
        matches = [match for a in document.articles if (match := _match_literally(document, a, query))]
        if matches:
            found.append(Found(document, tuple(matches), sum(match.count for match in matches)))
    return sorted(found, key=lambda each: (each.document.kind == NEWS, -each.count))


def match_meanings(hits: Iterable[Hit], library: Shelf, query: Query, known: Iterable[Found]) -> list[Match]:
    """The articles that search found beyond the literal matches, words of the query marked in the passage."""
    taken = {(m.document.id, m.article.number) for found in known for m in found.matches}
    documents = {document.id: document for document in library.documents}
    words = [word for word in content_words(query.text) if len(word) > 1]
    matches = []
    for hit in hits:
        document = documents.get(hit.document_id)
        article = document.article(hit.article) if document else None
        if document and article and (document.id, article.number) not in taken:
            taken.add((document.id, article.number))
            matches.append(Match(document, article, snippet(hit.text, find_words(hit.text, (*words, *query.forms)))))
    return matches


def search_meanings(live: Searches, query: Query, k: int) -> tuple[list[Hit], str]:
    """What `search` finds for the query, or nothing and a sentence about why not."""
    try:
        return live.search(query.text, k=k), ""
    except PolicyQAError:
        return [], "按意思查找暂时不能用，下面只列出文字相符的条文。请稍后再试，或告诉管理员。"


def snippet(text: str, spans: Sequence[Span]) -> Markup:
    """The passage around the first span on one line, all spans in it marked."""
    first = spans[0][0] if spans else 0
    start = max(0, first - SNIPPET_BEFORE)
    end = min(len(text), first + SNIPPET_AFTER)
    inside = [(max(s, start) - start, min(e, end) - start) for s, e in spans if s < end and e > start]
    shown = mark_words(text[start:end].replace("\n", " "), inside)
    return Markup("…" if start else "") + shown + Markup("…" if end < len(text) else "")


def _match_literally(document: Document, article: Article, query: Query) -> Match | None:
    if not _has_all(f"{article.label}\n{article.text}", query):
        return None
    spans = find_words(article.text, query.forms)
    count = len(spans) + len(find_words(article.label, query.forms))
    return Match(document, article, snippet(article.text, spans), count)


def _has_all(text: str, query: Query) -> bool:
    folded = text.translate(_FOLD)
    return bool(query.words) and all(any(form in folded for form in word) for word in query.words)
