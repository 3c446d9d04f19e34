"""The big number of a slide: how many, how often, how long, as the article says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_UNIT = (
    r"(?:%|％|个工作日|个月|小时|分钟|万元|亿元|周岁|平方米|公里|人次|届|人|名|年|天|日(?!常)|周|次|元|倍|户|米|岁)"
    r"(?:以上|以下|以内|左右|之内|内)?"
)
_LIMIT = r"(?:不得?少于|不得?低于|不得?超过|不高于|至少|最多|最高|最低|满)?"
_OFTEN = re.compile(r"(每年|每月|每周|每季度|每\d{1,2}(?:年|个月))(至少|不少于)?([^，。；]{0,30}?)(\d{1,3}次)")
_COUNTED = re.compile(
    rf"{_LIMIT}(?<![\d.])\d{{1,3}}(?:[,，]\d{{3}})*(?:\.\d+)?(?:万|亿)?{_UNIT}"
    r"|(?<![一二三四五六七八九十百千第])[一二三四五六七八九十百千两]{1,5}(?:个工作日|个月|日以?内|年以上|年以下|万元|倍|周岁)"
    r"(?:以上|以下|以内|内)?"
)
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日(?=起)")
MOST_FIGURES = 2
MOST_CAPTION = 26
"""Characters under a number: two lines of the narrow column beside the points."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`number` is shown large, `caption` under it: both words of the article."""

    number: str
    caption: str


def find_slide_figures(points: Sequence[str]) -> tuple[Figure, ...]:
    """At most two numbers of the points, those that say how often first.

    >>> find_slide_figures(["对其他社区工作者每3年轮训1次", "每万常住人口拥有社区工作者18人的标准"])
    (Figure(number='每3年1次', caption='其他社区工作者轮训'), Figure(number='18人', caption='每万常住人口拥有社区工作者'))
    """
    found: list[Figure] = []
    for point in points:
        often = _OFTEN.search(point)
        if often:
            before = point[: often.start()].rpartition("对")[2] if "对" in point[: often.start()] else ""
            caption = f"{before}{often[3]}".removeprefix("对")
            found.append(Figure(f"{often[1]}{often[2] or ''}{often[4]}", _short(caption)))
            continue
        if dated := _DATE.search(point):
            found.append(Figure(dated.group(), _short(re.split(r"[，；。]", point[dated.end() :])[0])))
        elif counted := _COUNTED.search(point):
            found.append(Figure(counted.group(), _caption(point, counted)))
    unique = {figure.number: figure for figure in reversed(found)}
    return tuple(figure for figure in found if unique.get(figure.number) is figure)[:MOST_FIGURES]


def _caption(point: str, number: re.Match[str]) -> str:
    """The words of the number's own phrase: before it, else behind it."""
    before = re.split(r"[，；：、。…]", point[: number.start()])[-1]
    before = re.sub(r"^(?:对|各地|应当|按照)+", "", before)
    behind = re.split(r"[，；：、。…]", point[number.end() :])[0]
    behind = re.sub(r"^(?:的标准|的)", "", behind)
    return _short(before if len(before) >= 4 else f"{before}{behind}" if not before else f"{before}……{behind}")


def _short(caption: str) -> str:
    caption = caption.strip()
    return caption if len(caption) <= MOST_CAPTION else ""
