"""A deck as PowerPoint: one slide each, text in real placeholders at a size that fits, the whole text in the notes."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from io import BytesIO
from math import ceil
from typing import Any

from assistant.markup import one_line, printable
from assistant.material.packing import MADE, repack
from assistant.material.powerpoint_frame import (
    BODY_BOX,
    BODY_LAYOUT,
    FIGURE_BOX,
    FIGURE_LAYOUT,
    GREY,
    NARROW_BOX,
    PART_BOX,
    PART_LAYOUT,
    RED,
    TITLE_LAYOUT,
    TITLE_SIZE,
    set_frame,
    set_theme,
)
from assistant.material.slide_figures import Figure
from assistant.material.slides import CONTINUED, LIST_MARKS, Deck, Slide

AUTHOR = "政策问答"
SIZES = (30, 28, 26, 24, 22, 20, 18)
"""Points that the body may have; the largest that fits. Below 24 only what no slide could hold otherwise."""

TITLE_SIZES, COVER_SIZES = (TITLE_SIZE, 32, 28, 24), (44, 40, 36, 32, 28)
LINE_HEIGHT = 1.42
"""Height of a line of 微软雅黑 with the spacing of the design, in sizes."""

AFTER, AFTER_ITEM, WIDEST_AFTER = 9, 3, 26
"""Points after a paragraph, after an item of a list, and what both grow towards where a slide has room."""

INDENT = 30
LAYOUTS = {"title": TITLE_LAYOUT, "part": PART_LAYOUT}
LONGEST_TITLE = 120
_PLAIN = ("item", "answer")


def write_powerpoint(deck: Deck) -> bytes:
    """The deck as .pptx (16:9); the same bytes for the same deck."""
    from pptx import Presentation
    from pptx.oxml import parse_xml

    presentation = Presentation()
    layouts = set_frame(presentation, parse_xml)
    for slide in deck.slides:
        name = FIGURE_LAYOUT if slide.figures else LAYOUTS.get(slide.kind, BODY_LAYOUT)
        _add(presentation.slides.add_slide(layouts[name]), slide)
    set_theme(presentation.notes_master.part)
    properties = presentation.core_properties
    properties.title, properties.author, properties.last_modified_by = one_line(deck.title)[:255], AUTHOR, AUTHOR
    properties.language, properties.created, properties.modified = "zh-CN", MADE, MADE
    written = BytesIO()
    presentation.save(written)
    return repack(written.getvalue())


def _add(page: Any, slide: Slide) -> None:
    holders = {shape.placeholder_format.idx: shape for shape in page.placeholders}
    _set_title(holders[0], slide)
    _set_body(holders[1], slide)
    if 13 in holders:
        _set_figures(holders[13], slide.figures)
    _add_foot(page, slide)
    if slide.notes:
        page.notes_slide.notes_text_frame.text = printable(slide.notes)


def _set_title(holder: Any, slide: Slide) -> None:
    """The title on at most two lines; what an unheaded article belongs to stands small behind it."""
    title = one_line(slide.title)
    shown = title if len(title) <= LONGEST_TITLE else f"{title[:LONGEST_TITLE]}……"
    beside = one_line(slide.subtitle) if slide.kind in ("measure", "contents") else ""
    sizes, width = (COVER_SIZES, 11.2) if slide.kind == "title" else (TITLE_SIZES, 11.65)
    most = 3 if slide.kind == "title" else 1
    size = next((s for s in sizes if _lines(shown, s, width) <= most), None)
    size = size or next((s for s in sizes if _lines(shown, s, width) <= most + 1), sizes[-1])
    paragraph = holder.text_frame.paragraphs[0]
    _run(paragraph, shown, size)
    if beside and _lines(f"{shown}　{beside}", size, width) == 1:
        _run(paragraph, f"　{beside}", 20, GREY, is_bold=False)


def _set_body(holder: Any, slide: Slide) -> None:
    lines = [one_line(point) for point in slide.points]
    if slide.kind in ("title", "part") and slide.subtitle:
        lines.insert(0, one_line(slide.subtitle))
    if slide.kind == "closing" and slide.subtitle:
        lines.append(one_line(slide.subtitle))
    if not lines:
        holder._element.getparent().remove(holder._element)
        return
    size = _fitting(lines, slide)
    after = _spread(lines, size, slide)
    frame = holder.text_frame
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        if after:
            from pptx.util import Pt

            paragraph.space_after = Pt(after - AFTER + _after(line))
        _set_paragraph(paragraph, line, size, number, slide, number == len(lines) - 1)


def _set_paragraph(paragraph: Any, line: str, size: int, number: int, slide: Slide, is_last: bool) -> None:
    """One point in the look of its slide: a question and its options, an answer, a bullet."""
    if slide.kind in _PLAIN:
        is_key = number == 0 and not slide.title.endswith(CONTINUED)
        _without_bullet(paragraph, 0.35 if slide.kind == "item" and not is_key else 0)
        _run(paragraph, line, size, RED if is_key and slide.kind == "answer" else None, is_bold=is_key)
    elif slide.kind in ("title", "part"):
        is_first = number == 0 and bool(slide.subtitle)
        _run(paragraph, line, size, GREY if is_first and slide.kind == "part" else None)
    elif slide.kind == "closing" and is_last and slide.subtitle:
        _without_bullet(paragraph, 0)
        _run(paragraph, line, min(size, 20), GREY)
    elif line.startswith(LIST_MARKS):
        _without_bullet(paragraph, INDENT / 72)
        _run(paragraph, line, size)
    else:
        _run(paragraph, line, size)


def _set_figures(holder: Any, figures: Sequence[Figure]) -> None:
    """Each number large, with its caption; two share the panel."""
    frame = holder.text_frame
    width = FIGURE_BOX[2] - 0.9
    largest = 54 if len(figures) == 1 else 44
    fits = (s for s in range(largest, 20, -2) if all(_lines(each.number, s, width) == 1 for each in figures))
    size = next(fits, 20)
    first = True
    for figure in figures:
        paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
        if not first:
            from pptx.util import Pt

            paragraph.space_before = Pt(18)
        _run(paragraph, one_line(figure.number), size)
        if figure.caption:
            _run(frame.add_paragraph(), one_line(figure.caption), 20, GREY, is_bold=False)
        first = False


def _add_foot(page: Any, slide: Slide) -> None:
    """Slide number and source: python-pptx leaves these placeholders of the layout out. The cover has neither."""
    for holder in page.slide_layout.placeholders:
        kind = holder.element.ph.get("type")
        if kind == "sldNum" or (kind == "ftr" and slide.footer):
            element = deepcopy(holder.element)
            page.shapes._spTree.append(element)
            element.nvSpPr.cNvPr.set("id", str(len(page.shapes._spTree) + 20))
            if kind == "ftr":
                paragraph = next(s for s in page.placeholders if s.element is element).text_frame.paragraphs[0]
                for run in list(paragraph.runs):
                    paragraph._p.remove(run._r)
                _run(paragraph, one_line(slide.footer), 14)


def _run(paragraph: Any, text: str, size: int, color: str | None = None, is_bold: bool | None = None) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    color_class: Any = RGBColor
    run = paragraph.add_run()
    run.text = text.replace("\v", "")
    run.font.size, run.font.bold = Pt(size), is_bold
    run._r.get_or_add_rPr().set("lang", "zh-CN")
    if color:
        run.font.color.rgb = color_class.from_string(color)


def _without_bullet(paragraph: Any, indent: float) -> None:
    """`indent` in inches."""
    from pptx.util import Inches

    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(Inches(indent)))
    properties.set("indent", "0")
    for child in properties.findall("{*}buChar"):
        properties.remove(child)
    properties.append(properties.makeelement("{http://schemas.openxmlformats.org/drawingml/2006/main}buNone", {}))


def _fitting(lines: Sequence[str], slide: Slide) -> int:
    """The largest size at which all lines fit into the body of their slide."""
    if slide.kind == "title":
        return next((s for s in (24, 22, 20, 18) if _height(lines, s, 11.2) <= 1.9 * 72), 16)
    box = PART_BOX if slide.kind == "part" else NARROW_BOX if slide.figures else BODY_BOX
    sizes = SIZES[2:] if slide.kind == "part" else SIZES
    indent = 0 if slide.kind in ("part", *_PLAIN) else INDENT / 72
    return next((s for s in sizes if _height(lines, s, box[2] - indent) <= box[3] * 72), SIZES[-1])


def _spread(lines: Sequence[str], size: int, slide: Slide) -> int:
    """Points after each paragraph, where a slide has room for more than the design gives; 0 to leave it."""
    if slide.kind in ("title", "part", "closing"):
        return 0
    box = NARROW_BOX if slide.figures else BODY_BOX
    free = box[3] * 72 - _height(lines, size, box[2] - INDENT / 72)
    return max(min(AFTER + int(free / len(lines) * 0.8), WIDEST_AFTER), AFTER)


def _height(lines: Sequence[str], size: int, width: float) -> float:
    """In points, of lines at a size in a column of `width` inches."""
    return sum(_lines(line, size, width) * size * LINE_HEIGHT + _after(line) for line in lines)


def _after(line: str) -> int:
    """Items of a list stand closer."""
    return AFTER_ITEM if line.startswith(LIST_MARKS) else AFTER


def _lines(text: str, size: int, width: float) -> int:
    """How many lines a text takes; a Chinese character is as wide as high, a Latin one a little over half of it."""
    ems = sum(1.0 if ord(character) > 0x2E7F or character in "“”‘’…—·" else 0.6 for character in text)
    return max(ceil(ems / ((width * 72) / size - 0.5)), 1)
