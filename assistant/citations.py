"""Every quotation is checked here, whoever wrote it: a literal substring of an existing article, or it is not shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.records import Citation
from assistant.variants import variants_within
from index.records import Article, Document

_PRINTED_MARKER = re.compile(r"\[(\d+)\]")


class Articles(Protocol):
    """What verification needs of a library (`index.library.Library`)."""

    def article(self, document_id: str, number: str) -> Article | None: ...

    @property
    def documents(self) -> tuple[Document, ...]: ...


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the quotation it rests on. `{mark}` in `text` is where the marker goes."""

    text: str
    article: Article
    document: str
    start: int
    end: int

    @property
    def quote(self) -> str:
        return self.article.text[self.start : self.end]


def bracketed(title: str) -> str:
    """A title in book-title marks; inner marks become single ones, as print does.

    >>> bracketed("就《意见》答记者问")
    '《就〈意见〉答记者问》'
    """
    return f"《{title.replace('《', '〈').replace('》', '〉')}》"


def find_article(library: Articles, document: str, number: str) -> Article | None:
    """The article that a citation names, by the document's title."""
    place = find_place(library, document, number)
    return place[1] if place else None


def find_place(library: Articles, document: str, number: str) -> tuple[Document, Article] | None:
    """The document and the article that a citation names, by the document's title."""
    found = next((d for d in library.documents if d.title == document), None)
    article = found.article(number) if found else None
    return (found, article) if found and article else None


def verify_citation(citation: Citation, library: Articles) -> Citation | None:
    """The citation with offsets that hold and what other printings have inside it, or None where the article or the
    words do not exist.

    A quotation that differs from the text only in width, blanks or line breaks is replaced by the literal words.
    """
    place = find_place(library, citation.document, citation.article)
    if place is None or not citation.quote.strip():
        return None
    document, article = place
    span: tuple[int, int] | None = (citation.start, citation.end)
    if citation.start < 0 or article.text[citation.start : citation.end] != citation.quote:
        span = locate(citation.quote, article.text)
    if span is None:
        return None
    start, end = span
    variants = variants_within(document, article, start, end)
    return replace(citation, quote=article.text[start:end], start=start, end=end, variants=variants)


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Where `quote` stands in `text`, width and blanks apart; offsets into `text` as it is.

    >>> locate("按程序 报批(12)", "应当按程序\\n报批（12）。")
    (2, 12)
    >>> locate("不在其中", "应当报批") is None
    True
    """
    exact = text.find(quote)
    if exact >= 0 and quote:
        return exact, exact + len(quote)
    wanted = "".join(character for character, _ in _folded(quote))
    folded = _folded(text)
    place = "".join(character for character, _ in folded).find(wanted) if wanted else -1
    if place < 0:
        return None
    return folded[place][1], folded[place + len(wanted) - 1][1] + 1


def _folded(text: str) -> list[tuple[str, int]]:
    """NFKC characters without blanks, each with the offset of the character it came from."""
    return [(c, i) for i, raw in enumerate(text) for c in unicodedata.normalize("NFKC", raw) if not c.isspace()]


def render(statements: Sequence[Statement], library: Articles) -> tuple[str, tuple[Citation, ...]]:
    """Numbers and verifies the statements; one that fails is dropped together with its sentence.

    Returns the text whose markers are exactly the citations' markers; both empty where nothing stands. What looks like
    a marker in the words themselves (“5元[1]”, a footnote of the source) gets full-width brackets in the text.
    """
    citations: list[Citation] = []
    lines: list[str] = []
    for statement in statements:
        same = [c for c in citations if _same_place(c, statement)]
        marker = same[0].marker if same else len(citations) + 1
        article = statement.article
        citation = verify_citation(
            Citation(
                marker=marker,
                document=statement.document,
                article=article.number,
                label=article.label,
                quote=statement.quote,
                start=statement.start,
                end=statement.end,
            ),
            library,
        )
        if citation is None:
            continue
        if not same:
            citations.append(citation)
        before, _, after = statement.text.rpartition("{mark}")
        lines.append(_PRINTED_MARKER.sub(r"［\1］", before) + f"[{marker}]{after}")
    return "\n".join(lines), tuple(citations)


def _same_place(citation: Citation, statement: Statement) -> bool:
    place = (statement.document, statement.article.number, statement.start, statement.end)
    return (citation.document, citation.article, citation.start, citation.end) == place
