"""The numbers that Word draws before paragraphs (第一条, （一）, 1.): they stand in numbering.xml, not in the text.

Source of the rules: ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (number formats).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from index.numerals import format_numeral
from index.readers_docx_styles import Styles

_LEVELS = 9
_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "japaneseDigitalTenThousand",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "koreanCounting",
}
_LEGAL_DIGITS = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_SEQUENCES = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: `text` is its pattern (第%1条), `style` the paragraph style it is tied to."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False
    style: str = ""


@dataclass(frozen=True, slots=True)
class _List:
    """A w:num: the counters it shares with others (`shared`), its levels, and the starts that it sets anew."""

    shared: str
    levels: dict[int, Level]
    starts: dict[int, int]


class Numbering:
    """Draws the numbers of a document's paragraphs, which must come in order: it counts."""

    def __init__(self, lists: dict[str, _List], styles: Styles) -> None:
        self._lists = lists
        self._styles = styles
        self._counters: dict[str, list[int | None]] = {}
        self._restarted: set[tuple[str, int]] = set()

    def draw(self, properties: Any, style_id: str) -> str:
        """What Word draws before the paragraph, with the blank that follows it; empty for an unnumbered one."""
        found = self._find(properties, style_id)
        if found is None:
            return ""
        number_id, depth = found
        numbered = self._lists[number_id]
        level = numbered.levels.get(depth, Level())
        counters = self._count(number_id, numbered, depth)
        if level.format == "bullet":
            return "• "
        label = re.sub(r"%([1-9])", lambda m: self._format(numbered, counters, int(m[1]) - 1, level.legal), level.text)
        return label + ("" if level.suffix == "nothing" or not label else " ")

    def _find(self, properties: Any, style_id: str) -> tuple[str, int] | None:
        """The list and level of a paragraph: its own w:numPr, else its style's."""
        own = properties.find(qn("w:numPr")) if properties is not None else None
        number_id, depth = _read_reference(own)
        if number_id is None:
            for style in self._styles.chain(style_id):
                number_id, style_depth = _read_reference(style.number)
                if number_id is not None:
                    tied = self._lists[number_id].levels if number_id in self._lists else {}
                    linked = next((i for i, level in tied.items() if level.style == style.id), None)
                    depth = depth if depth is not None else style_depth if style_depth is not None else linked
                    break
        if number_id is None or number_id not in self._lists:
            return None
        return number_id, min(max(depth or 0, 0), _LEVELS - 1)

    def _count(self, number_id: str, numbered: _List, depth: int) -> list[int | None]:
        counters = self._counters.setdefault(numbered.shared, [None] * _LEVELS)
        if depth in numbered.starts and (number_id, depth) not in self._restarted:
            self._restarted.add((number_id, depth))
            counters[depth] = numbered.starts[depth]
        else:
            before = counters[depth]
            counters[depth] = numbered.levels.get(depth, Level()).start if before is None else before + 1
        for upper in range(depth):
            if counters[upper] is None:
                counters[upper] = numbered.levels.get(upper, Level()).start
        for deeper in range(depth + 1, _LEVELS):
            restart = numbered.levels.get(deeper, Level()).restart
            if restart is None or depth < restart:
                counters[deeper] = None
        return counters

    def _format(self, numbered: _List, counters: list[int | None], depth: int, legal: bool) -> str:
        level = numbered.levels.get(depth, Level())
        value = counters[depth]
        return format_counter(level.start if value is None else value, "decimal" if legal else level.format)


def format_counter(value: int, number_format: str) -> str:
    """A counter in one of Word's number formats; formats that Chinese documents do not use come out as digits.

    >>> [format_counter(12, f) for f in ("japaneseCounting", "decimal", "chineseLegalSimplified", "upperRoman")]
    ['十二', '12', '拾贰', 'XII']
    >>> [format_counter(3, f) for f in ("ideographDigital", "decimalEnclosedCircle", "upperLetter", "decimalFullWidth")]
    ['三', '③', 'C', '３']
    """
    if number_format in _CHINESE and 0 < value < 10_000:
        return format_numeral(value)
    if number_format in ("chineseLegalSimplified", "ideographLegalTraditional") and 0 < value < 10_000:
        return format_numeral(value).translate(_LEGAL_DIGITS)
    if number_format in ("ideographDigital", "japaneseDigital", "taiwaneseDigital", "chineseDigital"):
        return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(abs(value)))
    sequence = _SEQUENCES.get(number_format, "")
    if 0 < value <= len(sequence):
        return sequence[value - 1]
    if number_format in ("upperLetter", "lowerLetter") and value > 0:
        letter = chr(ord("A") + (value - 1) % 26) * min((value - 1) // 26 + 1, 50)
        return letter if number_format == "upperLetter" else letter.lower()
    if number_format in ("upperRoman", "lowerRoman") and 0 < value < 4_000:
        return _roman(value) if number_format == "upperRoman" else _roman(value).lower()
    if number_format in ("decimalFullWidth", "decimalFullWidth2"):
        return "".join(chr(ord("０") + int(digit)) for digit in str(abs(value)))
    if number_format == "decimalZero":
        return f"{value:02d}"
    return "" if number_format == "none" else str(value)


def read_numbering(root: Any | None, styles: Styles) -> Numbering:
    """The lists of numbering.xml (None: a document without)."""
    if root is None:
        return Numbering({}, styles)
    abstract = {element.get(qn("w:abstractNumId"), ""): element for element in root.findall(qn("w:abstractNum"))}
    by_style = {_value(e, "w:styleLink"): id_ for id_, e in abstract.items() if _value(e, "w:styleLink")}
    lists: dict[str, _List] = {}
    for element in root.findall(qn("w:num")):
        shared = _value(element, "w:abstractNumId")
        linked = _value(abstract[shared], "w:numStyleLink") if shared in abstract else ""
        shared = by_style.get(linked, shared)
        levels = _read_levels(abstract[shared]) if shared in abstract else {}
        starts: dict[int, int] = {}
        for override in element.findall(qn("w:lvlOverride")):
            depth = _number(override.get(qn("w:ilvl")), 0)
            levels |= _read_levels(override)
            start = override.find(qn("w:startOverride"))
            if start is not None:
                starts[depth] = _number(start.get(qn("w:val")), 1)
        lists[element.get(qn("w:numId"), "")] = _List(shared, levels, starts)
    return Numbering(lists, styles)


def _read_levels(parent: Any) -> dict[int, Level]:
    levels: dict[int, Level] = {}
    for element in parent.findall(qn("w:lvl")):
        restart = _value(element, "w:lvlRestart")
        legal = element.find(qn("w:isLgl"))
        levels[_number(element.get(qn("w:ilvl")), 0)] = Level(
            start=_number(_value(element, "w:start"), 1),
            format=_value(element, "w:numFmt") or "decimal",
            text=_value(element, "w:lvlText"),
            suffix=_value(element, "w:suff") or "tab",
            restart=int(restart) if restart.isdecimal() else None,
            legal=legal is not None and legal.get(qn("w:val")) not in ("0", "false", "off"),
            style=_value(element, "w:pStyle"),
        )
    return levels


def _read_reference(number: Any) -> tuple[str | None, int | None]:
    """List id and level of a w:numPr, None where it does not say."""
    if number is None:
        return None, None
    depth = _value(number, "w:ilvl")
    return _value(number, "w:numId") or None, int(depth) if depth.isdecimal() else None


def _value(parent: Any, tag: str) -> str:
    element = parent.find(qn(tag))
    return element.get(qn("w:val"), "") if element is not None else ""


def _number(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else default


def _roman(value: int) -> str:
    result = ""
    for sign, worth in zip(
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        strict=True,
    ):
        result += sign * (value // worth)
        value %= worth
    return result
