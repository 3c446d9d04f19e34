"""A conversation as a file to keep, print or send on: Word and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from assistant.markup import escape_lines, escape_markdown, printable
from assistant.web.conversation import Exchange
from assistant.web.engine import Shelf
from assistant.web.shell import PRODUCT
from assistant.web.sources import DISCLAIMER, plain_words, repeats, report_place, shown_scope, sources
from assistant.word_styles import (
    BODY_FONT,
    BODY_SIZE,
    GREY,
    HEADING_FONT,
    QUOTE_FONT,
    Look,
    packed,
    set_looks,
    set_page,
    set_properties,
)

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

TITLE = f"{PRODUCT}记录"
MOST_LINES = 5000
"""60 long answers have a few hundred; Word's writer takes 0.3 s for so many, and hours for the two million of a forged one."""
REFUSED = "收录的文件里没有找到依据"
LOOKS = (
    Look("Normal", BODY_FONT, BODY_SIZE),
    Look("Title", HEADING_FONT, 20, is_bold=True),
    Look("Subtitle", BODY_FONT, 11, color=GREY),
    Look("Heading 1", HEADING_FONT, 14, is_bold=True, before=18),
    Look("Quote", QUOTE_FONT, 12, left=21),
    Look("Caption", BODY_FONT, 10.5, color=GREY),
    Look("Footer", BODY_FONT, 9, color=GREY),
)


def count_lines(exchanges: Sequence[Exchange]) -> int:
    """How many lines a file would have, about."""
    answers = [exchange.answer for exchange in exchanges]
    texts = [text for each in answers for text in (each.answer, *each.notices, *(c.quote for c in each.citations))]
    return sum(1 + len(text.splitlines()) for text in texts)


def file_name(extension: str, today: date) -> str:
    """政策问答记录 2025-01-31.docx"""
    return f"{TITLE} {today.isoformat()}.{extension}"


def write_markdown(exchanges: Sequence[Exchange], library: Shelf, today: date) -> str:
    """The conversation as Markdown: a heading for each question; nothing that somebody typed becomes markup."""
    parts = [f"# {TITLE}", f"{_day(today)} · 共 {len(exchanges)} 问"]
    for number, exchange in enumerate(exchanges, 1):
        answer = exchange.answer
        parts.append(f"## {number}. {escape_markdown(' '.join(exchange.question.split()))}")
        if exchange.scope:
            parts.append(f"（{escape_markdown(shown_scope(exchange.scope))}）")
        if answer.status == "refused" and answer.related:
            parts.append(f"**{REFUSED}**")
        parts.append(escape_lines(plain_words(answer)))
        for source in sources(answer, library):
            place = escape_markdown(report_place(source))
            if repeats(answer.answer, source.citation.quote):
                parts.append(f"依据：{place}")
                continue
            quoted = "  \n".join(f"> {line}" for line in escape_lines(source.citation.quote).split("  \n"))
            parts.append(f"{quoted}\n>\n> ——{place}")
        parts += [f"注意：{escape_markdown(notice)}" for notice in answer.notices]
    return "\n\n".join([*parts, "---", f"{DISCLAIMER}。"]) + "\n"


def write_word(exchanges: Sequence[Exchange], library: Shelf, today: date) -> bytes:
    """The conversation as .docx with the styles that Word itself has, so that a table of contents and WPS find them."""
    from docx import Document

    document = Document()
    set_looks(document, LOOKS)
    set_page(document.sections[0])
    set_properties(document, TITLE, PRODUCT)
    document.add_heading(TITLE, level=0)
    document.add_paragraph(f"{_day(today)}　共 {len(exchanges)} 问", style="Subtitle")
    for number, exchange in enumerate(exchanges, 1):
        _add_exchange(document, number, exchange, library)
    footer = document.sections[0].footer.paragraphs[0]
    footer.text = f"{DISCLAIMER}。"
    footer.alignment = 1
    return packed(document)


def _add_exchange(document: WordDocument, number: int, exchange: Exchange, library: Shelf) -> None:
    from docx.shared import Pt

    answer = exchange.answer
    document.add_heading(f"{number}. {printable(' '.join(exchange.question.split()))}", level=1)
    if exchange.scope:
        document.add_paragraph(printable(shown_scope(exchange.scope)), style="Caption")
    if answer.status == "refused" and answer.related:
        document.add_paragraph().add_run(REFUSED).bold = True
    for line in printable(plain_words(answer)).splitlines():
        if line.strip():
            document.add_paragraph(line).paragraph_format.first_line_indent = Pt(2 * BODY_SIZE)
    for source in sources(answer, library):
        said = repeats(answer.answer, source.citation.quote)
        for line in [] if said else printable(source.citation.quote).splitlines():
            if line.strip():
                document.add_paragraph(line, style="Quote")
        document.add_paragraph(f"依据：{printable(report_place(source))}", style="Caption")
    for notice in answer.notices:
        document.add_paragraph(f"注意：{printable(notice)}", style="Caption")


def _day(today: date) -> str:
    return f"{today.year}年{today.month}月{today.day}日"
