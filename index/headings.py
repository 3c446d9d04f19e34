"""What numbers a line: 第X编/章/节/条, 一、, （一）, 1., ①, 一是, 问：, as the laws, the 意见 and the newspapers print them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.numerals import NUMERAL, parse_numeral

Level = Literal["book", "chapter", "section", "article", "one", "two", "three", "four", "point", "question"]
"""第X编/篇/部分, 第X章, 第X节, 第X条, 一、, （一）, 1., （1）/①, 一是, 1.问："""

_NUMBER = rf"[{NUMERAL}]{{1,7}}|\d{{1,4}}"
_REFERENCE = (
    r"(?!的|规定|第|款|项|至|和|或者|、|，|,|。|；|所列|所称|中(?!央|国|华|小|型|介)|之规定|以及|及|与|执行|处|）|\)|”|》"
    rf"|\s+(?:第[{NUMERAL}\d]+[款项]|的规定|规定的|规定，|所列|所称|[、，]|[和至]第))"
)
"""What follows 第X条 where it is a reference (“第十二条规定的…”), not a heading (“第十二条 国家…”)."""

_PATTERNS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    ("book", re.compile(rf"第\s*({_NUMBER})\s*(?:[编編篇]|分[编編]|部分)(?=\s|$)\s*")),
    ("chapter", re.compile(rf"第\s*({_NUMBER})\s*章(?=\s|[^的规第、，和至]|$)\s*")),
    ("section", re.compile(rf"第\s*({_NUMBER})\s*[节節](?=\s|[^的规第、，和至]|$)\s*")),
    (
        "article",
        re.compile(
            rf"[【\[]?第\s*({_NUMBER})\s*[条條](?:\s*之\s*([{NUMERAL}]{{1,3}}))?[】\]]?{_REFERENCE}\s*[：:]?\s*"
        ),
    ),
    (
        "question",
        re.compile(
            rf"(?:(\d{{1,2}}|[{NUMERAL}]{{1,3}})\s*[.．、]\s*)?(?:[问問]|[记記]者|\[?提[问問]\]?)\s*[：:]\s*"
            rf"|(?:[问問]题?|[Qq])\s*(\d{{1,2}}|[{NUMERAL}]{{1,3}})?\s*[：:]\s*"
        ),
    ),
    ("one", re.compile(rf"([{NUMERAL}]{{1,4}})\s*[、．.]\s*(?!是)")),
    ("two", re.compile(rf"[（(]\s*([{NUMERAL}]{{1,4}})\s*[）)]\s*")),
    ("three", re.compile(r"(\d{1,3})\s*(?:[.．](?!\d)|、)\s*")),
    ("four", re.compile(r"(?:[（(]\s*(\d{1,2})\s*[）)]|(\d{1,2})[)）]|([①-⑳]))\s*")),
    ("point", re.compile(rf"([{NUMERAL}]{{1,2}})是\s*(?=\S)")),
)
ADDED_ARTICLE = re.compile(rf"^之({_NUMBER})$")
_DASH = re.compile(r"^\s*(?:[-•·●○◆■▪]|——?)\s+(?=\S)")
_ANSWER = re.compile(rf"^(?:答|[Aa])\s*(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})?\s*[：:]")


_AGENCY = r"据?新华社.{0,8}?(?:\d{1,2}月\d{1,2}日)?电"
_END_OF_PIECE = re.compile(rf"(?:^|[（(\s]){_AGENCY}\s*[）)]?\s*$")
_NEW_PIECE = re.compile(
    rf"[▲●◆■★※]|[（(]?\s*(?:上接|紧接|下转)第|[（(]?{_AGENCY}|据?新华社(?:发|记者)|本报(?:讯|记者)|——|"
    rf"[^，。；]{{0,24}}(?:声明|公\s*告|启\s*事|讣\s*告)$|[（(]\d{{4}}年\d{{1,2}}月\d{{1,2}}日"
)
"""What begins a paragraph on a newspaper page: a bullet, a continuation mark, a dateline, a byline, a notice, a date line."""

_ALONE = re.compile(
    r".+ \| .+"
    r"|(?:[\u4e00-\u9fff ]{2,4}：\s*)?(?:[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]\s+[\u4e00-\u9fff])[ \u3000]+[\u4e00-\u9fff、（）]{2,30}"
    r"(?:长|书记|主任|主席|委员|成员|助理|教授|院士|研究员|主编|编审|司令员|政委|负责人|队员)"
    r"|[\u4e00-\u9fff]{1,12}\s?[〔\[]\d{4}[〕\]]\s?第?\d{1,5}号|\d{4}年\d{1,2}月\d{1,2}日|[〇○零一二三四五六七八九]{4}年.{1,2}月.{1,3}日"
)
"""A table row, a name with an office, a 文号 or a date that fills its line."""


@dataclass(frozen=True, slots=True)
class Marker:
    """The number at the beginning of a line: its level, value, printed form and the length that it takes."""

    level: Level
    number: int
    printed: str
    length: int
    added: str = ""

    @property
    def name(self) -> str:
        """`12` or, of an inserted article, `12之一`."""
        return f"{self.number}之{self.added}" if self.added else str(self.number)


def read_marker(text: str) -> Marker | None:
    """The marker that begins `text`, or None; a cross-reference is none.

    >>> read_marker("第十二条 市地级或县级层面").name, read_marker("第二十条之一 国家").name
    ('12', '20之一')
    >>> [read_marker(t) for t in ("第十二条的规定，适用", "11.2的试验适用于", "第三条第二款所称", "3.5万人")]
    [None, None, None, None]
    >>> [read_marker(t).level for t in ("第二章 总则", "三、加强", "（四）提高", "5.提升", "①申请", "一是坚持", "6.问：《意见》")]
    ['chapter', 'one', 'two', 'three', 'four', 'point', 'question']
    """
    for level, pattern in _PATTERNS:
        match = pattern.match(text)
        if not match or (level == "article" and " | " in text):
            continue  # a table of changes has rows that begin with the article they change
        printed = next((g for g in match.groups() if g), "")
        number = parse_numeral(printed) if printed else 0
        if number is None:
            continue
        added = (match.group(2) or "") if level == "article" else ""
        return Marker(level, number, match[0].strip(), match.end(), added)
    return None


def starts_block(text: str) -> bool:
    """Whether a line begins a paragraph of its own, whatever the line before it was."""
    if _ANSWER.match(text) or is_dash_item(text) or _NEW_PIECE.match(text):
        return True
    marker = read_marker(text)
    if marker is None:
        return False
    if marker.level == "point":
        return len(text) > 40
    if marker.level == "article":
        return text[marker.length - 1].isspace() or text[marker.length - 1] in "：:】]" or marker.length == len(text)
    return True


def stands_alone(text: str) -> bool:
    """Whether a line is a paragraph of its own, whatever stands around it.

    >>> [stands_alone(t) for t in ("第201条 | 逃税罪", "国发〔2019〕5号", "二〇〇四年四月二十七日", "按照国发〔2019〕5号要求")]
    [True, True, True, False]
    """
    return _ALONE.fullmatch(text.strip()) is not None


def is_heading_line(text: str) -> bool:
    """Whether a numbered line without closing punctuation is a heading, not a sentence that its line broke.

    >>> [is_heading_line(t) for t in ("一、总体要求", "第二章 财政", "3.优化配置。各地按照每万", "二是推动汽车标准升级，加快")]
    [True, True, False, False]
    """
    marker = read_marker(text)
    if marker is None or marker.level in ("article", "question", "point"):
        return False
    return marker.level in ("book", "chapter", "section") or ("。" not in text and len(text) <= 45)


def ends_piece(text: str) -> bool:
    """Whether a line closes a newspaper piece: （新华社北京4月10日电）, 据新华社电.

    >>> [ends_piece(t) for t in ("办实事的实效。 （新华社北京4月10日电）", "新华社北京4月10日电", "新华社北京4月10日电 近日")]
    [True, True, False]
    """
    return bool(_END_OF_PIECE.search(text))


def is_dash_item(text: str) -> bool:
    """Whether a line is a list item whose number became a dash or a dot."""
    return bool(_DASH.match(text))


def strip_dash(text: str) -> str:
    return _DASH.sub("", text, count=1)


def strip_answer(text: str) -> str:
    return _ANSWER.sub("", text, count=1)
