"""数字、时限、频次、日期: every one in an article with the words that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.material.actors import responsible_for
from assistant.material.rules import Rule, around, read_rules
from assistant.verification import DATE, NUMBER
from index.numerals import NUMERAL, parse_numeral
from index.records import Article

_BEFORE = re.compile(
    r"(?:每|至少|不得?少于|不得?低于|不高于|不得?超过|最多|最低|最高|未满|不满|年满|满|超过|前|近|约)$"
)
_AFTERWARDS = re.compile(r"^(?:以上|以下|以内|之内|内|左右|起|之前|前|以前|之后|后|（含）)+")
_OFTEN = re.compile(
    r"每(?:个|半)?(?:年度?|月|季度?|周|日|天|届|户|人|万人)(?!人均)|(?<![约规限固])定期(?![限存间]|会议和)|逐年|逐月|按(?:年度?|季度?|月)(?=[发拨给公报缴])|终身"
)
_DAY = re.compile(r"(?:每年)?\d{1,2}月(?:\d{1,2}日|底|[上中下]旬)")
_QUOTED = re.compile(
    r"第三[人方者]|“[^”]{0,40}”|《[^》]{0,80}》|五位一体|第[^，。；\s]{0,6}?届|[十一二三四五六七八九]{2,3}届|党的[^，。；]{2,4}大|第[\d一二三四五六七八九十百]+[条款项章节]"
)
_HARDLY = re.compile(rf"^[一1](?:[个人名位次回种类项条级成户届章]|部分)$|^[{NUMERAL}]级$")
"""一个, 一次采集: seldom a number that anybody must keep."""
_STATED = re.compile(r"(?:每|至少|不得?少于|不得?低于|不得?超过|满)[^，。；]*$")
_HAS_UNIT = re.compile(r"[^\d.%％]$|[%％]$")
_SHOWN = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Figure:
    """`words` are the numbers as printed, joined by 、; `text` literal; `body` who must see to it, empty where unsaid."""

    article: Article
    words: str
    text: str
    body: str


def read_figures(article: Article) -> tuple[Figure, ...]:
    """The figures of an article; several in the same words are one."""
    found: dict[tuple[str, str], Figure] = {}
    for rule in read_rules(article):
        for start, end in _places(rule):
            text = around(rule, start, end)
            words = _SHOWN.sub("", article.text[start:end])
            body = responsible_for(rule, start)
            old = found.get((text, body))
            same = old.words.split("、") if old else []
            found[text, body] = Figure(article, "、".join(dict.fromkeys([*same, words])), text, body)
    return tuple(found.values())


def find_figures(text: str) -> tuple[str, ...]:
    """The numbers of a text as printed, each once.

    >>> find_figures("每年至少培训1次，工作满10年以上的，在第三条规定的30日内答复")
    ('每年', '1次', '满10年以上', '30日内')
    """
    spans = _spans(text)
    return tuple(dict.fromkeys(_SHOWN.sub("", text[start:end]) for start, end in spans))


def _places(rule: Rule) -> Iterator[tuple[int, int]]:
    for start, end in _spans(rule.text):
        yield rule.start + start, rule.start + end


def _spans(text: str) -> list[tuple[int, int]]:
    blocked = [m.span() for m in _QUOTED.finditer(text)]
    spans: list[tuple[int, int]] = []
    for pattern in (DATE, _DAY, NUMBER, _OFTEN):
        for match in pattern.finditer(text):
            start, end = match.span()
            taken = any(start < other[1] and other[0] < end for other in (*spans, *blocked))
            if not taken and (pattern is not NUMBER or _counts(match, text)):
                spans.append(_widened(text, start, end))
    return _joined(sorted(spans))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch as one: 5万元以上20万元以下."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _counts(match: re.Match[str], text: str) -> bool:
    """Whether a number counts something: it has a unit, and is not the number of a list item or of an article."""
    start, end = match.span()
    if text[start - 1 : start] in ("第", "（", "(", "“") and text[end : end + 1] in ("）", ")", "条", "款", "项", "”"):
        return False
    is_stated = bool(_STATED.search(text[max(0, start - 30) : start]))
    if _HARDLY.match(match.group()) and not is_stated:
        return False
    return bool(_HAS_UNIT.search(match.group())) and parse_numeral(match.group()) is None


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    before = _BEFORE.search(text[max(0, start - 4) : start])
    after = _AFTERWARDS.match(text[end:])
    return start - (len(before.group()) if before else 0), end + (len(after.group()) if after else 0)
