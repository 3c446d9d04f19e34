"""A conversation as a file to keep, print or send on: Word and Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from assistant.web.conversation import Exchange
from assistant.web.engine import Shelf
from assistant.web.shell import PRODUCT
from assistant.web.sources import DISCLAIMER, plain_words, repeats, report_place, shown_scope, sources

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

TITLE = f"{PRODUCT}记录"
BODY_FONT, HEADING_FONT, QUOTE_FONT = "宋体", "黑体", "仿宋"
"""Fonts that Word and WPS both have; another program takes its own Chinese font for them."""

BODY_SIZE = 12
LATIN_FONT = "Times New Roman"
MOST_LINES = 5000
"""60 long answers have a few hundred; Word's writer takes 0.3 s for so many, and hours for the two million of a forged one."""
REFUSED = "收录的文件里没有找到依据"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")
_BLOCK_START = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)", re.M)


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
        parts.append(f"## {number}. {_escaped(' '.join(exchange.question.split()))}")
        if exchange.scope:
            parts.append(f"（{_escaped(shown_scope(exchange.scope))}）")
        if answer.status == "refused" and answer.related:
            parts.append(f"**{REFUSED}**")
        parts.append(_lines(plain_words(answer)))
        for source in sources(answer, library):
            place = _escaped(report_place(source))
            if repeats(answer.answer, source.citation.quote):
                parts.append(f"依据：{place}")
                continue
            quoted = "  \n".join(f"> {_escaped(line)}" for line in source.citation.quote.strip().splitlines() if line)
            parts.append(f"{quoted}\n>\n> ——{place}")
        parts += [f"注意：{_escaped(notice)}" for notice in answer.notices]
    return "\n\n".join([*parts, "---", f"{DISCLAIMER}。"]) + "\n"


def write_word(exchanges: Sequence[Exchange], library: Shelf, today: date) -> bytes:
    """The conversation as .docx with the styles that Word itself has, so that a table of contents and WPS find them."""
    from docx import Document

    document = Document()
    _set_styles(document)
    _set_page(document.sections[0])
    document.core_properties.title = TITLE
    document.core_properties.author = PRODUCT
    document.add_heading(TITLE, level=0)
    document.add_paragraph(f"{_day(today)}　共 {len(exchanges)} 问", style="Subtitle")
    for number, exchange in enumerate(exchanges, 1):
        _add_exchange(document, number, exchange, library)
    footer = document.sections[0].footer.paragraphs[0]
    footer.text = f"{DISCLAIMER}。"
    footer.alignment = 1
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _add_exchange(document: WordDocument, number: int, exchange: Exchange, library: Shelf) -> None:
    from docx.shared import Pt

    answer = exchange.answer
    document.add_heading(f"{number}. {_printable(' '.join(exchange.question.split()))}", level=1)
    if exchange.scope:
        document.add_paragraph(_printable(shown_scope(exchange.scope)), style="Caption")
    if answer.status == "refused" and answer.related:
        document.add_paragraph().add_run(REFUSED).bold = True
    for line in _printable(plain_words(answer)).splitlines():
        if line.strip():
            document.add_paragraph(line).paragraph_format.first_line_indent = Pt(2 * BODY_SIZE)
    for source in sources(answer, library):
        said = repeats(answer.answer, source.citation.quote)
        for line in [] if said else _printable(source.citation.quote).splitlines():
            if line.strip():
                document.add_paragraph(line, style="Quote")
        document.add_paragraph(f"依据：{_printable(report_place(source))}", style="Caption")
    for notice in answer.notices:
        document.add_paragraph(f"注意：{_printable(notice)}", style="Caption")


def _set_page(section: Any) -> None:
    """A4, with the margins that Word gives it in Chinese; python-docx's own page is the American letter."""
    from docx.shared import Cm

    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2.54)
    section.left_margin = section.right_margin = Cm(3.18)


def _set_styles(document: WordDocument) -> None:
    """Chinese fonts, sizes in points and black headings in the styles that are used."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    looks = (
        ("Normal", BODY_FONT, BODY_SIZE, False),
        ("Title", HEADING_FONT, 20, False),
        ("Subtitle", BODY_FONT, 11, False),
        ("Heading 1", HEADING_FONT, 14, False),
        ("Quote", QUOTE_FONT, 12, False),
        ("Caption", BODY_FONT, 10.5, False),
        ("Footer", BODY_FONT, 9, False),
    )
    for name, font, size, is_italic in looks:
        style: Any = document.styles[name]
        style.font.name, style.font.size = LATIN_FONT, Pt(size)
        style.font.italic, style.font.bold = is_italic, name in ("Title", "Heading 1")
        style.font.color.rgb = (
            RGBColor(0x33, 0x33, 0x33) if name in ("Subtitle", "Caption", "Footer") else RGBColor(0, 0, 0)
        )
        _name_chinese_font(style, font)
        style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.line_spacing = 1.4
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    quote: Any = document.styles["Quote"]
    quote.paragraph_format.left_indent = Cm(0.75)
    document.styles["Heading 1"].paragraph_format.space_before = Pt(18)  # type: ignore[attr-defined]


def _name_chinese_font(style: Any, font: str) -> None:
    """Sets `w:eastAsia` and takes away the theme's fonts, which would win over it."""
    from docx.oxml.ns import qn

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), font)


def _day(today: date) -> str:
    return f"{today.year}年{today.month}月{today.day}日"


def _printable(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _CONTROL.sub("", text)


def _lines(text: str) -> str:
    """Each line a line of its own in Markdown, too."""
    return "  \n".join(_BLOCK_START.sub(r"\1\\\2", _escaped(line)) for line in text.splitlines() if line.strip())


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", _printable(text))
