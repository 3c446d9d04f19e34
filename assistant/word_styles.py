"""The look that every Word file of ours has: a Chinese page, Chinese fonts named in every style, fixed dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

BODY_FONT, HEADING_FONT, QUOTE_FONT = "宋体", "黑体", "仿宋"
"""Fonts that Word and WPS both have; another program takes its own Chinese font for them."""

LATIN_FONT = "Times New Roman"
BODY_SIZE = 12
"""Points: 小四, as offices print."""

BLACK, GREY = "000000", "333333"
PAGE = (21.0, 29.7)
MARGINS = (2.54, 3.18)
"""Centimetres, above/below and left/right, as Word has them in Chinese; python-docx's own page is the American letter."""

TEXT_WIDTH = PAGE[0] - 2 * MARGINS[1]
_MADE = datetime(2025, 1, 1)
_ZIP_MADE = (2025, 1, 1, 0, 0, 0)
"""Files of the same content are the same file, whenever they were made."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph style looks: sizes, spaces and indents in points, `line` in lines; None leaves what the style has.

    A negative `first` is a hanging indent; `alignment` is `WD_ALIGN_PARAGRAPH`'s number (1 is centred).
    """

    style: str
    font: str
    size: float
    is_bold: bool = False
    color: str = BLACK
    before: float | None = None
    after: float = 6
    line: float = 1.4
    left: float | None = None
    first: float | None = None
    alignment: int | None = None


def set_page(section: Any) -> None:
    """A4 with the margins of a Chinese office."""
    from docx.shared import Cm

    section.page_width, section.page_height = Cm(PAGE[0]), Cm(PAGE[1])
    section.top_margin = section.bottom_margin = Cm(MARGINS[0])
    section.left_margin = section.right_margin = Cm(MARGINS[1])


def set_looks(document: WordDocument, looks: Iterable[Look]) -> None:
    """Gives the styles their looks, and the whole document the Chinese language."""
    from docx.oxml.ns import qn

    for look in looks:
        _set_look(document.styles[look.style], look)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def name_fonts(style: Any, font: str) -> None:
    """Sets `w:eastAsia` and takes away the theme's fonts, which would win over it."""
    from docx.oxml.ns import qn

    style.font.name = LATIN_FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), font)


def set_properties(document: WordDocument, title: str, author: str) -> None:
    """What the file says about itself; `title` is cut at the 255 characters that it may have."""
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title[:255], author, author
    properties.comments = ""
    properties.language = "zh-CN"
    properties.created = properties.modified = _MADE


def packed(document: WordDocument) -> bytes:
    """The .docx; the same bytes for the same document."""
    written, packed_again = BytesIO(), BytesIO()
    document.save(written)
    with ZipFile(written) as source, ZipFile(packed_again, "w") as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name, _ZIP_MADE), source.read(name), ZIP_DEFLATED)
    return packed_again.getvalue()


def _set_look(style: Any, look: Look) -> None:
    from docx.shared import Pt, RGBColor

    name_fonts(style, look.font)
    style.font.size = Pt(look.size)
    style.font.italic, style.font.bold = False, look.is_bold
    style.font.color.rgb = RGBColor.from_string(look.color)
    form = style.paragraph_format
    form.space_after, form.line_spacing = Pt(look.after), look.line
    if look.before is not None:
        form.space_before = Pt(look.before)
    if look.left is not None:
        form.left_indent = Pt(look.left)
    if look.first is not None:
        form.first_line_indent = Pt(look.first)
    if look.alignment is not None:
        form.alignment = look.alignment
