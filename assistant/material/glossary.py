"""名词解释: the terms that a text explains itself, in its own words; and those that it quotes without explaining."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.material.rules import on_one_line
from index.records import Article, Document

_CALLED = re.compile(
    r"(?:本[\u4e00-\u9fff]{1,6}|前款|前条|上述)?所称(?:的)?(?P<term>[^，。；：\n]{1,30}?)，?(?:主要)?(?:是指|指的是|指|包括)"
)
_MEANS = re.compile(
    r"(?:^|(?<=[。；\n]))(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、])?(?P<term>[^，。；：（）()\n“”]{2,24}?)，?是指(?!导)"
)
_SHORTENED = re.compile(r"[（(](?:以下|下同)[，,]?(?:统称|简称|称)为?[：:]?(?P<term>[^）)\n]{1,30}?)(?:，下同)?[）)]")
_MARK = re.compile(r"[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、]")
_QUOTED = re.compile(r"“([^”，。；\n]{2,12})”")
_SAYING = re.compile(r"[是要的能]|^[^\u4e00-\u9fff]+$")
_LONGEST = 120  # characters before a short name; of more, the piece between commas
_END = re.compile(r"[。；\n]|$")
_DOCUMENT_NAME = re.compile(r"《[^》]+》$")


@dataclass(frozen=True, slots=True)
class Term:
    """A term and the literal words that explain it."""

    name: str
    text: str
    document: Document
    article: Article


def find_terms(articles: Sequence[Article], documents: Sequence[Document]) -> list[Term]:
    """The terms that `articles` use and that one of `documents` explains, the first explanation of each.

    What a text calls for short names a document where 《 stands before it; that is left out.
    """
    used = "\n".join(f"{article.heading}\n{article.text}" for article in articles)
    found: dict[str, Term] = {}
    for document in documents:
        for article in document.articles:
            for name, text in _explained(article):
                if len(name) > 1 and "所称" not in name and name in used:
                    found.setdefault(name, Term(name, text, document, article))
    return list(found.values())


def unexplained(articles: Sequence[Article], terms: Sequence[Term]) -> tuple[str, ...]:
    """The words in quotation marks that no term explains: a trainer should be ready to."""
    explained = "、".join(term.name for term in terms)
    quoted = (name for article in articles for name in _QUOTED.findall(article.text))
    return tuple(dict.fromkeys(name for name in quoted if name not in explained and not _SAYING.search(name)))


def _explained(article: Article) -> Iterator[tuple[str, str]]:
    text = article.text
    for pattern in (_CALLED, _MEANS):
        for match in pattern.finditer(text):
            yield _bare(match["term"]), on_one_line(text[match.start() : _end(text, match.end())])
    for match in _SHORTENED.finditer(text):
        start = max(text.rfind(stop, 0, match.start()) for stop in "。；\n") + 1
        if mark := _MARK.match(text, start, match.start()):
            start = mark.end()
        names_document = _DOCUMENT_NAME.search(text[: match.start()]) or "《" in match.group()
        if not names_document:
            if match.start() - start > _LONGEST:
                start = text.rfind("，", start, match.start()) + 1 or start
            yield _bare(match["term"]), on_one_line(text[start : match.end()])


def _bare(term: str) -> str:
    """The term without marks at its ends; of 社区“两委”成员 the inner ones stay."""
    bare = term.strip("《》 ").removeprefix("以上")
    return bare.strip("“”") if bare.startswith("“") or bare.count("“") != bare.count("”") else bare


def _end(text: str, start: int) -> int:
    """Where the explanation ends: with its sentence; a list after a colon is part of it."""
    end = _END.search(text, start)
    place = end.end() if end and end.group() != "\n" else end.start() if end else len(text)
    if text[start:place].rstrip().endswith(("：", ":")):
        stop = text.find("。", place)
        return len(text) if stop < 0 else stop + 1
    return place
