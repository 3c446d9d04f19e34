"""Where an answer comes from, in words that stand alone: what the copy buttons copy and an exported conversation says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.citations import bracketed
from assistant.records import Answer, Citation
from assistant.web.engine import Shelf, find_cited_id, find_document
from index.records import Document

DISCLAIMER = "回答依据所收录的文件原文，不构成法律意见"
MARKER = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Source:
    """A quotation with its document where the library still has it."""

    citation: Citation
    document: Document | None

    @property
    def place(self) -> str:
        """《某条例》第26条"""
        return f"{bracketed(self.citation.document)}{short_label(self.citation.label)}"

    @property
    def line(self) -> str:
        """《某条例》第26条（2024年6月1日起施行）"""
        since = in_force(self.document)
        return f"{self.place}（{since}）" if since else self.place

    @property
    def frame(self) -> str:
        """Issuer, number and date of the document, for a report; empty where none is known."""
        if self.document is None:
            return ""
        return "，".join(
            each for each in (self.document.issuer, self.document.document_number, in_force(self.document)) if each
        )


def sources(answer: Answer, library: Shelf) -> list[Source]:
    """The quotations of an answer in the order of their markers."""
    return [Source(each, find_document(library, find_cited_id(library, each))) for each in answer.citations]


def short_label(label: str) -> str:
    """
    >>> short_label("第12条 落实薪酬待遇保障")
    '第12条'
    """
    return label.split(" ", 1)[0]


def in_force(document: Document | None) -> str:
    """Since when a document applies, else when it was published; empty where the page does not say."""
    if document is None:
        return ""
    if document.effective_date:
        return f"{document.effective_date}起施行"
    return f"{document.date}发布" if document.date else ""


def plain_words(answer: Answer) -> str:
    """The answer without markers."""
    return MARKER.sub("", answer.answer).strip()


def repeats(words: str, quote: str) -> bool:
    """Whether an answer already holds a quotation, perhaps with its lines joined."""
    return "".join(quote.split()) in "".join(words.split())


def copied_text(answer: Answer, library: Shelf) -> str:
    """For a resident: the answer and a line that names each source once."""
    text = plain_words(answer)
    lines = dict.fromkeys(each.line for each in sources(answer, library))
    return f"{text}\n依据：{'；'.join(lines)}" if lines else text


def report_text(question: str, answer: Answer, library: Shelf) -> str:
    """For a report: question and answer, then every quotation in full with document, issuer, number and article."""
    parts = [f"问：{question.strip()}", f"答：{plain_words(answer)}"]
    for number, source in enumerate(sources(answer, library), 1):
        quote = source.citation.quote.strip()
        parts.append(f"依据{number}：{report_place(source)}\n原文：“{quote}”")
    return "\n\n".join(parts)


def report_place(source: Source) -> str:
    """《某条例》（国务院，国务院令第1号，2024年6月1日起施行）第26条 附则"""
    frame = f"（{source.frame}）" if source.frame else ""
    return f"{bracketed(source.citation.document)}{frame}{source.citation.label}"


def shown_scope(titles: Sequence[str]) -> str:
    """Which documents a question was limited to; empty for all.

    >>> shown_scope(["甲办法", "乙条例"])
    '只在《甲办法》《乙条例》中查找'
    """
    return f"只在{''.join(map(bracketed, titles))}中查找" if titles else ""
