"""A table in a Word file: widths, a header row on every page, no row torn in two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.markup import printable
from assistant.material.blocks import Table
from assistant.material.word_frame import SPACER, TABLE, TABLE_HEAD, TABLE_TEXT
from assistant.word_styles import TEXT_WIDTH

if TYPE_CHECKING:
    from docx.document import Document as WordDocument


def add_table(document: WordDocument, block: Table) -> None:
    """Adds the table and a little space behind it, which also keeps two tables apart; nothing for a table without cells."""
    from docx.shared import Cm

    count = max(map(len, (block.header, *block.rows)))
    if count == 0:
        return
    table: Any = document.add_table(rows=0, cols=count, style=TABLE)
    table.autofit = False
    for column, width in zip(table.columns, column_widths(block.widths, count), strict=True):
        column.width = Cm(width)
    for place, row in enumerate((block.header, *block.rows)):
        if place or any(row):
            _add_row(table, row, is_header=place == 0)
    document.add_paragraph(style=SPACER)


def column_widths(shares: Sequence[float], count: int) -> list[float]:
    """Centimetres of each column; equal where the shares do not fit.

    >>> [round(width, 2) for width in column_widths((1, 3), 2)]
    [3.66, 10.98]
    >>> [round(width, 2) for width in column_widths((), 2)]
    [7.32, 7.32]
    """
    if len(shares) != count or min(shares, default=0) <= 0:
        shares = (1,) * count
    return [TEXT_WIDTH * share / sum(shares) for share in shares]


def _add_row(table: Any, texts: Sequence[str], is_header: bool) -> None:
    from docx.oxml import OxmlElement

    row = table.add_row()
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_header:
        properties.append(OxmlElement("w:tblHeader"))
    for cell, text in zip(row.cells, texts, strict=False):
        lines = [line.strip() for line in printable(text).splitlines() if line.strip()] or [""]
        cell.paragraphs[0].text = lines[0]
        for line in lines[1:]:
            cell.add_paragraph(line)
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            paragraph.style = TABLE_HEAD if is_header else TABLE_TEXT
            paragraph.paragraph_format.keep_with_next = is_header or None
