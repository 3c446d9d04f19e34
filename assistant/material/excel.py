"""A quiz and its cards as Excel: one item a row, columns named as examination platforms name them on import.

There is no common template; 题型, 题干, 选项A…, 正确答案, 解析, 难度, 知识点 are the names that most have, and a platform asks which
of its fields a column is. Every cell is text: nothing that a policy or a person wrote becomes a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from assistant.citations import bracketed
from assistant.markup import one_line, printable
from assistant.material.cards import Card, fill_gaps
from assistant.material.packing import MADE, repack
from assistant.material.quiz_paper import HEADINGS, by_type, letter
from assistant.material.records import Item, Quiz

AUTHOR = "政策问答"
FONT, SIZE = "微软雅黑", 11
HEADER_COLOR, LINE_COLOR = "A01C20", "D9D9D9"
FEWEST_OPTIONS = 4
LONGEST_CELL = 32_000
"""Excel refuses a file with more than 32,767 characters in a cell."""

QUIZ_SHEET, NOTE_SHEET, CARD_SHEET = "题库", "说明", "卡片"
TYPES = {"单选": "单选题", "多选": "多选题", "判断": "判断题", "填空": "填空题", "简答": "简答题", "情景": "情景题"}
BEFORE, AFTER = ("序号", "题型", "题干"), ("正确答案", "解析", "难度", "知识点", "依据", "原文")
WIDTHS = {
    "序号": 6,
    "题型": 9,
    "题干": 46,
    "正确答案": 16,
    "解析": 40,
    "难度": 7,
    "知识点": 10,
    "依据": 28,
    "原文": 46,
    "正面": 52,
    "背面": 46,
    "标签": 28,
}
OPTION_WIDTH, SHORT_COLUMNS = 20, ("序号", "题型", "难度", "知识点")
"""Widths in characters of the default font, two for a Chinese one."""


def write_excel(quiz: Quiz) -> bytes:
    """题库 as .xlsx: a row for each item in the order and with the numbers of the paper, and a sheet 说明."""
    numbered = [pair for _, pairs in by_type(quiz.items) for pair in pairs]
    options = max([FEWEST_OPTIONS, *(len(item.options) for item in quiz.items)])
    header = (*BEFORE, *(f"选项{letter(place)}" for place in range(options)), *AFTER)
    workbook = _workbook(quiz.title)
    _fill(workbook.active, QUIZ_SHEET, header, (_row(number, item, options) for number, item in numbered))
    _add_notes(workbook, _notes(quiz))
    return _written(workbook)


def write_excel_cards(cards: Sequence[Card], title: str = "") -> bytes:
    """Cards as .xlsx: front, back, source, tags; a gap stays a gap in front, and its words begin the back."""
    workbook = _workbook(title or CARD_SHEET)
    rows = []
    for number, card in enumerate(cards, 1):
        filled = fill_gaps(card, [f"【{gap}】" for gap in card.gaps]) if card.gaps else ""
        back = "\n\n".join(part for part in (filled, card.back) if part)
        rows.append((str(number), card.front, back, card.source, " ".join(card.tags)))
    _fill(workbook.active, CARD_SHEET, ("序号", "正面", "背面", "依据", "标签"), rows)
    return _written(workbook)


def _row(number: int, item: Item, options: int) -> tuple[str, ...]:
    shown = [*map(one_line, item.options), *[""] * (options - len(item.options))]
    source = f"{bracketed(one_line(item.document))}{one_line(item.label)}"
    before = (str(number), TYPES[item.type], item.stem)
    return (*before, *shown, item.key, item.explanation, item.difficulty, item.point, source, item.quote)


def _notes(quiz: Quiz) -> list[str]:
    counted = "，".join(f"{HEADINGS[kind][0]}{len(items)}题" for kind, items in by_type(quiz.items))
    lines = [
        quiz.title,
        f"共{len(quiz.items)}题：{counted}。" if counted else "还没有题目。",
        "导入考试系统时，先下载该系统的模板，再把“题库”表里同名的列粘贴过去。",
        "题型：情景题是给出情况的选择题，系统没有这个题型时改成单选题。",
        "正确答案：选择题是字母，多选连着写，如ACD；判断题是“正确”或“错误”；填空题有几个空时用“；”隔开。",
        "依据是文件和条款，原文是该条款中的原话。题目依据所收录的文件原文，以正式文件为准。",
    ]
    if quiz.dropped:
        reasons = "，".join(f"{reason}{count}题" for reason, count in quiz.dropped.items())
        lines.append(f"另有{sum(quiz.dropped.values())}题没有通过核对，没有收入：{reasons}。")
    return [*lines, *quiz.notices]


def _workbook(title: str) -> Any:
    from openpyxl import Workbook

    workbook = Workbook()
    properties = workbook.properties
    properties.title, properties.creator, properties.lastModifiedBy = one_line(title)[:255], AUTHOR, AUTHOR
    properties.created = MADE
    return workbook


def _fill(sheet: Any, name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table with a frozen header, a filter, fixed widths and wrapped text."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet.title = name
    wrapped = Alignment(wrap_text=True, vertical="top")
    centred = Alignment(wrap_text=True, vertical="top", horizontal="center")
    font, lines = Font(name=FONT, size=SIZE), _lines()
    for place, title in enumerate(header, 1):
        cell = _put(sheet, 1, place, title)
        cell.font = Font(name=FONT, size=SIZE, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color=HEADER_COLOR)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        cell.border = lines
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(title, OPTION_WIDTH)
    sheet.row_dimensions[1].height = 24
    last = 1
    for last, row in enumerate(rows, 2):
        for place, text in enumerate(row, 1):
            cell = _put(sheet, last, place, text)
            cell.font, cell.border = font, lines
            cell.alignment = centred if header[place - 1] in SHORT_COLUMNS else wrapped
        sheet.row_dimensions[last].height = _height(header, row)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{last}"
    _set_print(sheet)


def _set_print(sheet: Any) -> None:
    """Landscape A4, one page wide, the header on every page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = "1:1"


def _lines() -> Any:
    from openpyxl.styles import Border, Side

    side = Side(style="thin", color=LINE_COLOR)
    return Border(left=side, right=side, top=side, bottom=side)


def _height(header: Sequence[str], row: Sequence[str]) -> float:
    """Points that the longest cell of a row needs; Excel shows no more than 409."""
    lines = 1
    for title, text in zip(header, row, strict=True):
        across = max(int(WIDTHS.get(title, OPTION_WIDTH) / 2.1), 1)
        lines = max(lines, sum(-(-len(line) // across) or 1 for line in text.split("\n")))
    return min(18.0 * lines + 6, 409.0)


def _put(sheet: Any, row: int, column: int, text: str) -> Any:
    """A cell that is text whatever it begins with: `=1+1` is shown, never reckoned."""
    shown = printable(text).strip()
    if len(shown) > LONGEST_CELL:
        shown = f"{shown[:LONGEST_CELL]}……"
    cell = sheet.cell(row=row, column=column)
    cell.value = shown or None
    if shown:
        cell.data_type = "s"
    cell.number_format = "@"
    if shown.startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True
    return cell


def _add_notes(workbook: Any, lines: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = workbook.create_sheet(NOTE_SHEET)
    sheet.column_dimensions["A"].width = 100
    for number, line in enumerate(lines, 1):
        cell = _put(sheet, number, 1, line)
        cell.font = Font(name=FONT, size=14 if number == 1 else SIZE, bold=number == 1)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _written(workbook: Any) -> bytes:
    written = BytesIO()
    workbook.save(written)
    return repack(written.getvalue())
