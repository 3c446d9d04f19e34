"""Lines as printed -> passages (paragraphs) as meant: joins what lines, columns and pages split, and undoes blanks and widths.

Every passage keeps the span of the source that it came from, so that a citation can be shown on its page.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from dataclasses import dataclass

from index.headings import ends_piece, is_heading_line, read_marker, starts_block
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
    widths = [_display_width(line.text) for line in lines]
    passages: list[Passage] = []
    for index, line in enumerate(lines):
        if passages and index and _continues(lines, widths, index):
            last = passages[-1]
            passages[-1] = Passage(_join(last.text, line.text), Span(last.span.start, line.span.end), last.level)
        else:
            passages.append(line)
    return [Passage(clean_text(p.text), p.span, p.level) for p in passages]


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


def _continues(lines: list[Passage], widths: list[float], index: int) -> bool:
    """Whether line `index` goes on with the sentence or paragraph of the line before it.

    A complete sentence is measured by the column that it ends; a broken one may also be the first of the next column.
    A paragraph's first line is two characters short: its indent was stripped.
    """
    previous, line = lines[index - 1], lines[index]
    if previous.level or line.level or ends_piece(previous.text) or starts_block(line.text):
        return False
    width = widths[index - 1]
    before = _column_width(lines, widths, range(max(0, index - 9), index - 1))
    after = _column_width(lines, widths, range(index, min(len(lines), index + 8)))
    indent = 2.0 if index == 1 or starts_block(previous.text) or lines[index - 2].text[-1] in TERMINAL else 0.0
    if previous.text[-1] in TERMINAL:
        column = after if before is None else before
        if column is None or (widths[index] < column - 4.0 and line.text[-1] not in TERMINAL):
            return False  # a paragraph's short last line ends in a full stop; a title does not
        return abs(column - width) <= 2.0 + indent
    if before is not None and abs(before - width) <= 4.0 + indent:
        return True
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


def _column_width(lines: list[Passage], widths: list[float], near: range) -> float | None:
    """The width of a column, or None where lines are whole paragraphs.

    Measured on lines that stop in mid-sentence: those fill their column, so they are all about equally long.
    """
    broken = [widths[i] for i in near if lines[i].text[-1] not in TERMINAL and not lines[i].level and widths[i] > 8]
    if len(broken) < 3:
        return None
    width = statistics.median(broken)
    close = sum(abs(w - width) <= 2.5 for w in broken)
    return width if width <= _WRAPPED_WIDTH and close >= max(3, 0.6 * len(broken)) else None


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
