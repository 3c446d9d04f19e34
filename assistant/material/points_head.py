"""所属措施: which measure of the document a clause belongs to, for documents whose articles have headings."""

from __future__ import annotations

import re

from assistant.citations import bracketed
from assistant.material.clauses import Clause, is_statement
from assistant.material.points import pairs
from assistant.material.points_name import subjects_of
from assistant.material.remember import remembered
from assistant.material.similar import likeness
from index.records import Article, Document
from index.tokens import content_words

KIND = "所属措施"
SHORTEST, LONGEST = 20, 70
"""Characters of a clause that is quoted in a stem."""
_BACKGROUND = re.compile("近年来|取得.{0,8}(?:成效|进展)|重要意义|责任感和紧迫感")
"""What is told before anything is asked to be done."""
_GENERAL = re.compile(r"总体|目标|原则|指导思想|意义|要求$|背景|概述|[感性]$|认识|责任分工")
"""Headings of what is no measure."""


def fitting_headings(document: Document, article: Article, clause: Clause) -> tuple[str, ...]:
    """The other headings of the document that could be taken for the clause's, the nearest in meaning first; none where a
    word of the clause, or what it says, tells its heading, nor headings that share a word with it."""
    heading = article.heading.rstrip("。")
    if _BACKGROUND.search(clause.text):
        return ()
    if (
        heading not in _headings(document)
        or not is_statement(clause)
        or not SHORTEST <= len(clause.statement) <= LONGEST
    ):
        return ()
    subjects = set(subjects_of(document))
    said = set(content_words(clause.text)) - subjects
    plain = pairs(clause.text) - pairs("".join(subjects))
    if said & set(content_words(heading)) or plain & pairs(heading):
        return ()
    others = [other for other in _headings(document) if other != heading and not pairs(other) & pairs(clause.text)]
    if not others:
        return ()
    alike = dict(zip([heading, *others], likeness([heading, *others], [clause.text]), strict=True))
    if alike[heading] > max(alike[other] for other in others):
        return ()
    return tuple(sorted(others, key=lambda other: (-round(alike[other], 6), other)))


@remembered(64)
def _headings(document: Document) -> tuple[str, ...]:
    found = [(a.heading.rstrip("。"), a.text) for a in document.articles if a.heading]
    return tuple(heading for heading, text in found if text.startswith(heading) and not _GENERAL.search(heading))


def stem_of(document: Document, clause: Clause) -> str:
    return f"{bracketed(document.title)}中，“{_inner(clause.statement.rstrip('。'))}”是哪一项措施的内容？"


def _inner(text: str) -> str:
    """Quotation marks inside quotation marks."""
    return text.replace("“", "‘").replace("”", "’")
