"""What stands around a paper in Word: its styles, the header, and the footer with the page numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.word_styles import (
    BODY_FONT,
    BODY_SIZE,
    GREY,
    HEADING_FONT,
    QUOTE_FONT,
    TEXT_WIDTH,
    Look,
    name_fonts,
    set_looks,
    set_page,
    set_properties,
)

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

AUTHOR = "政策问答"
STEM, OPTION, STRONG = "题干", "选项", "重点"
TABLE, TABLE_HEAD, TABLE_TEXT, SPACER = "资料表", "表头", "表格文字", "表后空行"
"""Styles of our own, as a user finds them in the list of styles."""

_IDS = {
    STEM: "Stem",
    OPTION: "Option",
    STRONG: "StrongLine",
    TABLE_HEAD: "TableHead",
    TABLE_TEXT: "TableText",
    SPACER: "TableSpacer",
}
OPTION_INDENT = _HANG = 1.75 * BODY_SIZE
"""Points; “A．” is as wide."""

LOOKS = (
    Look("Normal", BODY_FONT, BODY_SIZE, after=4),
    Look("Body Text", BODY_FONT, BODY_SIZE, after=4, first=2 * BODY_SIZE),
    Look("Title", HEADING_FONT, 20, before=0, after=8, line=1.3, alignment=1),
    Look("Subtitle", BODY_FONT, 11, color=GREY, after=14, alignment=1),
    Look("Heading 1", HEADING_FONT, 15, before=18, after=6, line=1.3),
    Look("Heading 2", HEADING_FONT, 13, before=12, after=4, line=1.3),
    Look("Heading 3", HEADING_FONT, BODY_SIZE, before=8, after=4),
    Look("List Bullet", BODY_FONT, BODY_SIZE, after=4),
    Look("List Number", BODY_FONT, BODY_SIZE, after=4),
    Look("Quote", QUOTE_FONT, BODY_SIZE, after=2, left=2 * BODY_SIZE),
    Look("Caption", BODY_FONT, 10.5, color=GREY, after=8, left=2 * BODY_SIZE),
    Look("Header", BODY_FONT, 9, color=GREY, after=0, line=1, alignment=1),
    Look("Footer", BODY_FONT, 9, color=GREY, after=0, line=1.2),
    Look(STEM, BODY_FONT, BODY_SIZE, before=6, after=3, left=_HANG, first=-_HANG),
    Look(OPTION, BODY_FONT, BODY_SIZE, after=2, line=1.3, left=OPTION_INDENT + _HANG, first=-_HANG),
    Look(STRONG, BODY_FONT, BODY_SIZE, is_bold=True, before=6, after=3),
    Look(TABLE_HEAD, BODY_FONT, 10.5, is_bold=True, after=0, line=1.2),
    Look(TABLE_TEXT, BODY_FONT, 10.5, after=0, line=1.2),
    Look(SPACER, BODY_FONT, 5, after=0, line=1),
)
_LONGEST_FOOTER = 30
"""Characters beside the page number in one line; a longer footer has a line of its own."""

_TABLE_STYLE = """<w:style {namespace} w:type="table" w:customStyle="1" w:styleId="PaperTable">
<w:name w:val="{name}"/><w:basedOn w:val="TableGrid"/><w:uiPriority w:val="59"/>
<w:tblPr><w:tblBorders>{borders}</w:tblBorders>
<w:tblCellMar><w:top w:w="50" w:type="dxa"/><w:bottom w:w="50" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="EEF1F5"/></w:tcPr></w:tblStylePr>
</w:style>"""
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_LIST_LEFT, _LIST_HANGING = 840, 360
"""Twentieths of a point: a list's signs stand where an indented paragraph begins."""


def prepare(document: WordDocument, title: str) -> None:
    """Page, styles and properties of an empty document."""
    for name in _IDS:
        _add_style(document, name)
    set_looks(document, LOOKS)
    for name in ("Title", "Header", "Footer"):
        _remove(document.styles[name].element.pPr, "w:pBdr", "w:contextualSpacing", "w:tabs")
    document.styles[STRONG].paragraph_format.keep_with_next = True  # type: ignore[attr-defined]
    _add_table_style(document)
    _indent_lists(document)
    set_page(document.sections[0])
    set_properties(document, title, AUTHOR)


def add_frame(section: Any, title: str, footer: str) -> None:
    """The title above every page but the first, which has it already; `footer` and the page number below every page."""
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = title
    for place in (section.footer, section.first_page_footer):
        _add_footer(place, footer)


def _add_footer(place: Any, text: str) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Cm

    paragraph = place.paragraphs[0]
    paragraph.style = "Footer"
    if not text:
        paragraph.alignment = 1
    elif len(text) > _LONGEST_FOOTER:
        paragraph.text = text
        paragraph = place.add_paragraph(style="Footer")
        paragraph.alignment = 1
    else:
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.text = f"{text}\t"
    for words, field in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES")):
        paragraph.add_run(words)
        _add_field(paragraph, field)
    paragraph.add_run(" 页")


def _add_field(paragraph: Any, name: str) -> None:
    """A number that Word works out; 1 until then."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field: Any = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = paragraph.add_run("1")._r
    field.append(run)
    paragraph._p.append(field)


def _add_style(document: WordDocument, name: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.element.styleId = _IDS[name]
    style.quick_style = True


def _add_table_style(document: WordDocument) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="8A8F98"/>' for side in _SIDES)
    xml = _TABLE_STYLE.format(namespace=nsdecls("w"), name=TABLE, borders=borders)
    document.styles.element.append(parse_xml(xml))
    name_fonts(document.styles[TABLE], BODY_FONT)


def _indent_lists(document: WordDocument) -> None:
    """Bullets and numbers stand under the beginning of an indented paragraph."""
    from docx.oxml.ns import qn

    numbering: Any = document.part.numbering_part.element
    for style in ("ListBullet", "ListNumber"):
        for level in numbering.iter(qn("w:lvl")):
            used = level.find(qn("w:pStyle"))
            if used is not None and used.get(qn("w:val")) == style:
                properties = level.find(qn("w:pPr"))
                _remove(properties, "w:tabs")
                indent = properties.find(qn("w:ind"))
                indent.set(qn("w:left"), str(_LIST_LEFT))
                indent.set(qn("w:hanging"), str(_LIST_HANGING))


def _remove(element: Any, *names: str) -> None:
    from docx.oxml.ns import qn

    for name in names:
        for found in element.findall(qn(name)):
            element.remove(found)
