"""所属措施: which measure of the document a clause belongs to, for documents whose articles have headings."""

from __future__ import annotations

from assistant.citations import bracketed
from assistant.material.clauses import Clause, clauses, is_statement
from assistant.material.points_phrase import subjects_of
from index.records import Article, Document
from index.tokens import content_words

KIND = "所属措施"
CHOICES = 4


def find_heading(document: Document, article: Article) -> tuple[Clause, tuple[str, ...]] | None:
    """A clause that shares no word with its article's heading, and the other headings that it shares none with; None where
    there is no such clause."""
    heading = article.heading.rstrip("。")
    if not heading or not article.text.startswith(heading):
        return None
    subjects = set(subjects_of(document))
    others = [
        a
        for a in document.articles
        if a.heading and a.number != article.number and a.text.startswith(a.heading.rstrip("。"))
    ]
    others.sort(key=lambda a: a.part != article.part)
    best: tuple[Clause, tuple[str, ...]] | None = None
    for clause in clauses(article):
        if not is_statement(clause) or len(clause.statement) > 70:
            continue
        said = set(content_words(clause.text)) - subjects
        if said & set(content_words(heading)) or any(
            pair in clause.text for pair in _pairs(heading) - _pairs("".join(subjects))
        ):
            continue
        fair = tuple(a.heading.rstrip("。") for a in others if not _pairs(a.heading) & _pairs(clause.text))
        if len(fair) >= CHOICES - 1 and (best is None or len(clause.text) < len(best[0].text)):
            best = clause, fair
    return best


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _inner(text: str) -> str:
    """Quotation marks inside quotation marks."""
    return text.replace("“", "‘").replace("”", "’")


def stem_of(document: Document, clause: Clause) -> str:
    return f"{bracketed(document.title)}中，“{_inner(clause.statement.rstrip('。'))}”是哪一项措施的内容？"
