"""One article or one document for programs and people: what `show` and `export` print."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from assistant.citations import bracketed
from index.errors import InputError
from index.library import Library
from index.numerals import NUMERAL, parse_numeral
from index.records import Article, Document

_NUMBER = re.compile(rf"^第?\s*(\d{{1,4}}|[{NUMERAL}]{{1,7}})\s*[条问项]?\s*(?:之([{NUMERAL}]{{1,2}}))?[条问项]?$")


def find_article(library: Library, title_part: str, article: str) -> tuple[Document, Article]:
    """The article that a person means by “17”, “第十七条”, “十二之一”, “4.1” or “导语”. Raises `InputError`."""
    document = library.find(title_part)
    found = document.article(article.strip()) or document.article(read_number(article))
    if found is None:
        numbers = [a.number for a in document.articles]
        known = "、".join(numbers) if len(numbers) <= 24 else f"{'、'.join(numbers[:6])} … {numbers[-1]}"
        raise InputError(f"{bracketed(document.title)}没有“{article}”这一条；有：{known}")
    return document, found


def read_number(article: str) -> str:
    """The number of an article as stored.

    >>> [read_number(a) for a in ("17", "第十七条", "第3问", "第十二条之一", "4.1", "导语")]
    ['17', '17', '3', '12之一', '4.1', '导语']
    """
    match = _NUMBER.match(article.strip())
    value = parse_numeral(match[1]) if match else None
    if match is None or value is None:
        return article.strip()
    return f"{value}之{match[2]}" if match[2] else str(value)


def describe_article(document: Document, article: Article) -> dict[str, Any]:
    """An article of contract.md's export, what is known of its form, and its part of the apparatus (`variants`)."""
    return {
        "article": article.number,
        "label": article.label,
        "heading": article.heading,
        "part": article.part,
        "text": article.text,
        "siglum": article.siglum,
        "paragraphs": [asdict(paragraph) for paragraph in article.paragraphs],
        "spans": [asdict(span) for span in article.spans],
        "damages": [asdict(damage) for damage in article.damages],
        "variants": [asdict(entry) for entry in document.apparatus if entry.article == article.number],
    }


def describe_frame(document: Document) -> dict[str, Any]:
    """What is known of a document besides its articles."""
    return {
        "document": document.title,
        "headline": document.headline,
        "kind": document.kind,
        "issuer": document.issuer,
        "document_number": document.document_number,
        "date": document.date,
        "effective_date": document.effective_date,
    }


def describe_document(document: Document) -> dict[str, Any]:
    """contract.md's export of a document."""
    return {
        **describe_frame(document),
        "witnesses": [{"siglum": w.siglum, "articles": [a.number for a in w.articles]} for w in document.witnesses],
        "articles": [describe_article(document, a) for a in document.articles],
    }


def render_document(document: Document) -> str:
    """The document as Markdown, its parts and articles as headings."""
    lines, part = [f"# {document.title}"], ""
    for article in document.articles:
        if article.part and article.part != part:
            part = article.part
            lines.append(f"## {part}")
        lines.append(f"### {article.label}\n\n" + article.text.replace("\n", "\n\n"))
    return "\n\n".join(lines)
