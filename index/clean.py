"""Lines as printed -> passages (paragraphs) as meant: joins what lines, columns and pages split, and undoes blanks and widths.

Every passage keeps the span of the source that it came from, so that a citation can be shown on its page.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from index.furniture import find_furniture
from index.headings import ends_piece, is_heading_line, read_marker, stands_alone, starts_block
from index.numerals import NUMERAL, parse_numeral
from index.records import Span

TERMINAL = "。！？；：…”’）)】!?;:"
"""A line that ends otherwise was broken by its line, column or page."""

_CJK = r"\u3400-\u9fff\uf900-\ufaff"
_FULL_WIDTH = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_NUMBERED = re.compile(
    r"(?:第 ?[^\s第]{1,7} ?[编編篇章节節条條](?:之.{1,2})?|[-•·●■◆▲]|——?|\d{1,2}(?:\.\d{1,2}){0,4}) "
)
"""A line's number or dash whose blank tells a heading from a reference (“第十二条 …” from “第十二条规定…”)."""

_WRAPPED_WIDTH = 50.0  # columns of a newspaper or a typewritten page are narrower; 004 has 18 to 34
_TITLE = re.compile(r"关于[^，。；《》]{4,50}的[^，。；《》]{0,6}(?:意见|通知|办法|决定|规定|方案|公告|通告|批复|函)")
"""A title that fills its line; above a text of its width it would pass for a broken sentence."""
_ISSUER = re.compile(r"[\u4e00-\u9fff、 ]{2,60}(?<=[院府会委厅室部局署行])")
_SAYS = re.compile("要|应(?!急)|贯彻|落实|根据|按照|印发|学习|执行|依照|提出|发布|作出|通过")
_MATTER = re.compile(
    r"[^，。；]{4,80}的[^，。；《》]{0,6}(?:解释|规定|决定|决议|意见|通知|办法|安排|批复|答复|方案|公告|通告|纪要|条例|规则|细则|函)"
)
"""What a title says (关于……的解释) behind the name of whoever issued it."""

_FEWEST_BROKEN = 6  # lines that stop in mid-sentence; fewer may be titles of equal length by chance
_SIGN = re.compile(r"(?:[问問答])\s*[：:]?")
_RUN_IN = {
    "one": re.compile(rf"(?<=[。：])\s*([{NUMERAL}]{{1,3}})\s*、(?![{NUMERAL}])"),
    "two": re.compile(rf"(?<=[。；])\s*[（(]\s*([{NUMERAL}]{{1,3}})\s*[）)]"),
}
_NEVER_A_HEADING = ("article", "question", "point")  # these numbers begin a sentence, so a short line was broken
_SHORT_LINE = 24.0  # characters; a line shorter than this that ends in no punctuation is a title, not a broken sentence


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph: its cleaned text, where it stood, and the level of its Markdown heading mark (0 if none)."""

    text: str
    span: Span
    level: int = 0

    @property
    def is_broken(self) -> bool:
        """Whether it stops in mid-sentence."""
        return bool(self.text) and self.text[-1] not in TERMINAL


def read_passages(text: str) -> list[Passage]:
    """The passages of a page or a file, in order; empty lines part them only where the sentence is complete."""
    lines = _printed_lines(text)
    around = find_furniture([line.text for line in lines])
    lines = _join_signs([line for i, line in enumerate(lines) if i not in around])
    widths = [_display_width(line.text) for line in lines]
    common = _common_width(lines, widths)
    passages: list[Passage] = []
    for index, line in enumerate(lines):
        if passages and index and _continues(lines, widths, index, common):
            last = passages[-1]
            passages[-1] = Passage(_join(last.text, line.text), Span(last.span.start, line.span.end), last.level)
        else:
            passages.append(line)
    parted = [part for passage in passages for part in _split_run_in(passage, text)]
    return [Passage(clean_text(p.text), p.span, p.level) for p in parted]


def clean_text(text: str) -> str:
    """One paragraph with blanks between characters removed and Chinese punctuation in full width.

    >>> clean_text("县级以上机关 事业单位不得借调社区工作者;街道(乡镇)确需借调的,按程序报请")
    '县级以上机关事业单位不得借调社区工作者；街道（乡镇）确需借调的，按程序报请'
    >>> clean_text("《中共中央 国务院关于加强治理的意见》自 2024年 6月 1日起施行,增长６．５％。")
    '《中共中央 国务院关于加强治理的意见》自2024年6月1日起施行，增长6.5%。'
    """
    text = "".join(_half_width(c) for c in text)
    text = re.sub(r"[\s\u3000]+", " ", text).strip()
    number = _NUMBERED.match(text)
    text = number[0] + _remove_blanks(text[number.end() :]) if number else _remove_blanks(text)
    text = re.sub(rf"(?<=[{_CJK}”’》）\d%])([,;:?!])(?=[{_CJK}“‘《（\s\d]|$)", _widen, text)
    text = re.sub(r"(?<=\d)([，：])(?=\d)", lambda m: {"，": ",", "：": ":"}[m[1]], text)
    text = re.sub(rf"\(([^()]*[{_CJK}][^()]*)\)", r"（\1）", text)
    text = re.sub(rf"(?<=[{_CJK}])\(([^()]{{1,12}})\)(?=[{_CJK}，。；、])", r"（\1）", text)
    return _curl_quotes(text)


def _printed_lines(text: str) -> list[Passage]:
    lines: list[Passage] = []
    for match in re.finditer(r"[^\n\r\f\u2028]+", text):
        raw = match[0]
        content = raw.strip(" \t\u3000\xa0\ufeff\u200b")
        if not content or re.fullmatch(r"[-—_*=\s]{3,}", content):
            continue
        start = match.start() + raw.index(content)
        mark = re.match(r"(#{1,6})\s+|>\s*", content)
        body = content[mark.end() :] if mark else content
        if body:
            lines.append(Passage(body, Span(start, start + len(content)), len(mark[1] or ">") if mark else 0))
    return lines


def _join_signs(lines: list[Passage]) -> list[Passage]:
    """A 问 or 答 on a line of its own goes with the line after it."""
    joined: list[Passage] = []
    for line in lines:
        if joined and _SIGN.fullmatch(joined[-1].text):
            sign = joined.pop()
            line = Passage(f"{sign.text[0]}：{line.text}", Span(sign.span.start, line.span.end))
        joined.append(line)
    return joined


def _split_run_in(passage: Passage, source: str) -> list[Passage]:
    """Parts a paragraph that runs through several numbers (“一、…。二、…。”); each part keeps its place on the page."""
    raw = source[passage.span.start : passage.span.end]
    marker = read_marker(passage.text)
    number = marker.number if marker is not None else 0
    level = marker.level if marker is not None else "one"
    if passage.level or level not in _RUN_IN:
        return [passage]
    cuts = [0]
    for match in _RUN_IN[level].finditer(raw):
        if parse_numeral(match[1]) == number + 1:
            cuts.append(match.start())
            number += 1
    if len(cuts) < (2 if marker else 3):
        return [passage]
    ends = [*cuts[1:], len(raw)]
    return [
        Passage(raw[a:b].strip(), Span(passage.span.start + a, passage.span.start + len(raw[:b].rstrip())))
        for a, b in zip(cuts, ends, strict=True)
    ]


def _continues(lines: list[Passage], widths: list[float], index: int, common: float | None) -> bool:
    """Whether line `index` goes on with the sentence or paragraph of the line before it.

    A complete sentence is measured by the column that it ends; a broken one may also be the first of the next column.
    A paragraph's first line is two characters short: its indent was stripped. `common`: the width of the whole text.
    """
    previous, line = lines[index - 1], lines[index]
    if previous.level or line.level or ends_piece(previous.text) or starts_block(line.text):
        return False
    if stands_alone(previous.text) or stands_alone(line.text) or _TITLE.fullmatch(previous.text):
        return False
    opens = index == 1 or lines[index - 2].text[-1] in TERMINAL
    if opens and _is_issued_title(previous.text):
        return False
    width = widths[index - 1]
    before = _column_width(lines, widths, range(max(0, index - 9), index - 1)) or common
    after = _column_width(lines, widths, range(index, min(len(lines), index + 8))) or common
    indent = 2.0 if index == 1 or starts_block(previous.text) or lines[index - 2].text[-1] in TERMINAL else 0.0
    if previous.text[-1] in TERMINAL:
        column = after if before is None else before
        if column is None or (widths[index] < column - 4.0 and line.text[-1] not in TERMINAL):
            return False  # a paragraph's short last line ends in a full stop; a title does not
        return abs(column - width) <= 2.0 + indent
    loose = 2.0 if before == common else 4.0
    if before is not None and abs(before - width) <= (2.0 if is_heading_line(previous.text) else loose + indent):
        return True  # a numbered heading is shorter than its column; a numbered sentence fills it
    if after is not None and abs(after - width) <= 3.5:
        return True
    if is_heading_line(previous.text):
        return False
    marker = read_marker(previous.text)
    if previous.text.startswith("答") or (marker and marker.level in _NEVER_A_HEADING):
        return True
    is_wrapped = any(
        width <= column + 4.0 for column in (before, after) if column is not None
    )  # a longer line is in no column
    return not is_wrapped and (width >= _SHORT_LINE or (marker is not None and "。" in previous.text))


def _is_issued_title(text: str) -> bool:
    """Whether a line is a title behind the name of whoever issued it; a sentence that speaks of one is not.

    >>> _is_issued_title("应急管理部关于加强消防工作的通知"), _is_issued_title("各地要落实国务院关于加强消防工作的通知")
    (True, False)
    """
    issuer, _, matter = text.partition("关于")
    is_issuer = bool(_ISSUER.fullmatch(issuer)) and not _SAYS.search(issuer)
    return is_issuer and bool(_MATTER.fullmatch(matter))


def _column_width(lines: list[Passage], widths: list[float], near: Iterable[int]) -> float | None:
    """The width of a column, or None where lines are whole paragraphs.

    Measured on lines that stop in mid-sentence: those fill their column, so they are all about equally long.
    """
    near = list(near)
    if any(widths[i] > _WRAPPED_WIDTH for i in near):
        return None  # a whole paragraph on one line: short lines beside it are titles or list rows, not a column
    near = [i for i in near if not stands_alone(lines[i].text)]
    broken = [widths[i] for i in near if lines[i].text[-1] not in TERMINAL and not lines[i].level and widths[i] > 8]
    if len(broken) < 3:
        return None
    width = statistics.median(broken)
    close = sum(abs(w - width) <= 2.5 for w in broken)
    return width if width <= _WRAPPED_WIDTH and close >= max(3, 0.6 * len(broken)) else None


def _common_width(lines: list[Passage], widths: list[float]) -> float | None:
    """The one width of a typewritten or OCR text, for places with too few broken lines to measure; else None."""
    column = _column_width(lines, widths, range(len(lines)))
    broken = sum(line.is_broken for line in lines)
    return column if column and broken >= _FEWEST_BROKEN and max(widths) <= column + 4.0 else None


def _display_width(text: str) -> float:
    """Width in Chinese characters: a half-width one counts a half."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def _join(left: str, right: str) -> str:
    blank = " " if left[-1:].isascii() and right[:1].isascii() and left[-1:].isalpha() and right[:1].isalpha() else ""
    return left + blank + right


def _half_width(character: str) -> str:
    """Full-width digits, Latin letters and signs in half width; punctuation stays."""
    if "！" <= character <= "～" and character not in "！（），：；？～":
        return unicodedata.normalize("NFKC", character)
    return character


def _remove_blanks(text: str) -> str:
    """Blanks go, but for those between Latin words and between two issuers (中共中央 国务院关于…)."""
    text = re.sub(r"(?<=中央|公厅|军委|务院) (?=国务院|中央|全国)", "\x00", text)
    wide = rf"[{_CJK}，。；：、！？（）《》〈〉“”‘’【】〔〕％%\d-]"
    text = re.sub(rf"(?<={wide}) (?=[{_CJK}，。；：、！？（）《》〈〉“”‘’【】〔〕])", "", text)
    text = re.sub(rf"(?<=[{_CJK}，。；：、！？（）《》“”]) (?=[\dA-Za-z])", "", text)
    text = re.sub(rf"(?<=[A-Za-z]) (?=[{_CJK}，。；：、！？（）《》“”])", "", text)
    return text.replace("\x00", " ")


def _widen(match: re.Match[str]) -> str:
    return _FULL_WIDTH[match[1]]


def _curl_quotes(text: str) -> str:
    """Straight double quotes of a Chinese sentence become “ ” in turn, where their number is even."""
    if text.count('"') % 2 or not re.search(rf"[{_CJK}]", text):
        return text
    parts = text.split('"')
    return "".join(part + ("“" if i % 2 == 0 else "”") * (i < len(parts) - 1) for i, part in enumerate(parts))
