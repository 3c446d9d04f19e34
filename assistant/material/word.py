"""A paper as .docx: real styles, Chinese fonts, header and page numbers, as Word and WPS open it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from assistant.markup import one_line, printable
from assistant.material.blocks import Block, Bullets, Heading, NewPage, Paper, Table, Text
from assistant.material.word_frame import OPTION, OPTION_INDENT, STEM, STRONG, add_frame, prepare
from assistant.material.word_tables import add_table
from assistant.word_styles import BODY_SIZE, packed

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

STYLES = {"body": "Body Text", "strong": STRONG, "quote": "Quote", "caption": "Caption", "option": OPTION}
"""Paragraph styles of `Text.style`."""

_HANGING = re.compile(r"\d+[．.、](?!\d)|_")
"""How a body paragraph begins that hangs by its number or is a line to write on; others are indented."""

LINE_UNITS = 64
"""Half-width characters in a line of options at 12 pt: 14.64 cm hold 69, less the indent."""

_COLUMNS = (4, 2)


def write_word(paper: Paper) -> bytes:
    """The whole .docx; the same bytes for the same paper."""
    from docx import Document

    document = Document()
    title = one_line(paper.title)
    prepare(document, title)
    document.add_paragraph(title, style="Title")
    if paper.subtitle.strip():
        document.add_paragraph(one_line(paper.subtitle), style="Subtitle")
    starts_page = False
    for blocks in _together(paper.blocks):
        last: Any = document.element.body[-2]
        _add(document, blocks, last)
        first: Any = last.getnext()
        starts_page |= isinstance(blocks[0], NewPage)
        if starts_page and first is not document.element.body[-1]:
            _break_before(document, first)
            starts_page = False
    add_frame(document.sections[0], title, one_line(paper.footer))
    return packed(document)


def _together(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Each block alone, but the options of one item together."""
    for is_option, group in groupby(blocks, key=_is_option):
        if is_option:
            yield list(group)
        else:
            yield from ([block] for block in group)


def _is_option(block: Block) -> bool:
    return isinstance(block, Text) and block.style == "option"


def _add(document: WordDocument, blocks: Sequence[Block], last: Any) -> None:
    """Adds a block, or the options of an item, behind the element `last`.

    Options, small print and lines to write on stay on the page of the paragraph that they belong to; small print under a
    heading stays with what follows.
    """
    block = blocks[0]
    if isinstance(block, Heading):
        document.add_paragraph(one_line(block.text), style=f"Heading {min(max(block.level, 1), 3)}")
    elif isinstance(block, Bullets):
        _add_list(document, block)
    elif isinstance(block, Table):
        add_table(document, block)
    elif _is_option(block):
        _keep_with_next(document, last)
        _add_options(document, [one_line(each.text) for each in blocks if isinstance(each, Text)])
    elif isinstance(block, Text):
        if block.style == "caption" or block.text.startswith("_"):
            _keep_with_next(document, last)
        _add_text(document, block)
        if block.style == "caption" and _is_heading(document, last):
            _keep_with_next(document, document.element.body[-2])


def _add_text(document: WordDocument, block: Text) -> None:
    """A paragraph for each line."""
    for line in printable(block.text).splitlines():
        if line.strip():
            hangs = block.style == "body" and _HANGING.match(line.strip())
            document.add_paragraph(line.strip(), style=STEM if hangs else STYLES[block.style])


def _add_options(document: WordDocument, options: Sequence[str]) -> None:
    """Options in four or two columns where all are short enough, else one a line; all on one page."""
    from docx.shared import Pt

    widest = max(map(_width, options)) + 2
    columns = next((n for n in _COLUMNS if n <= len(options) and widest <= LINE_UNITS // n), 1)
    for start in range(0, len(options), columns):
        paragraph = document.add_paragraph("\t".join(options[start : start + columns]), style=OPTION)
        form = paragraph.paragraph_format
        form.keep_with_next = start + columns < len(options)
        if columns > 1:
            form.left_indent, form.first_line_indent = Pt(OPTION_INDENT), Pt(0)
        for column in range(1, columns):
            form.tab_stops.add_tab_stop(Pt(OPTION_INDENT + column * (LINE_UNITS // columns) * BODY_SIZE / 2))


def _width(text: str) -> int:
    """In half-width characters."""
    return sum(1 if character.isascii() else 2 for character in text)


def _add_list(document: WordDocument, block: Bullets) -> None:
    """Bullets, or numbers that begin with 1 in every list."""
    lines = [line for line in map(one_line, block.lines) if line]
    number = _new_numbering(document) if block.is_numbered and lines else None
    for line in lines:
        paragraph = document.add_paragraph(line, style="List Bullet" if number is None else "List Number")
        if number is not None:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = 0
            properties.get_or_add_numId().val = number


def _new_numbering(document: WordDocument) -> int:
    """The id of a numbering that looks as that of List Number and starts anew."""
    numbering: Any = document.part.numbering_part.element
    style: Any = document.styles["List Number"].element
    used = numbering.num_having_numId(style.pPr.numPr.numId.val)
    added = numbering.add_num(used.abstractNumId.val)
    added.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(added.numId)


def _keep_with_next(document: WordDocument, element: Any) -> None:
    paragraph = _paragraph(document, element)
    if paragraph is not None:
        paragraph.paragraph_format.keep_with_next = True


def _is_heading(document: WordDocument, element: Any) -> bool:
    paragraph = _paragraph(document, element)
    return paragraph is not None and paragraph.style.name.startswith("Heading")


def _break_before(document: WordDocument, element: Any) -> None:
    """A new page before `element`; a table gets a paragraph that carries the break."""
    paragraph = _paragraph(document, element)
    if paragraph is None:
        added = document.add_paragraph(style=STEM)
        element.addprevious(added._p)
        paragraph = added
    paragraph.paragraph_format.page_break_before = True


def _paragraph(document: WordDocument, element: Any) -> Any:
    """The paragraph of an element; None where it is a table."""
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    return Paragraph(element, document._body) if element.tag == qn("w:p") else None
