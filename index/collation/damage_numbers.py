"""Numbers that cannot be: dates that no calendar has, broken amounts, shares above the whole, lists and articles that jump."""

from __future__ import annotations

import re
from calendar import monthrange
from itertools import pairwise

from index.headings import read_marker
from index.numerals import NUMERAL, format_numeral, parse_numeral
from index.records import Article, Damage, Document

_VALUE = rf"[{NUMERAL}]{{1,9}}|\d{{1,4}}"
_DATE = re.compile(rf"(?<![\d.．—-])(?:(?<!\d)(\d{{4}}|[〇○零一二三四五六七八九]{{4}})年)?({_VALUE})月({_VALUE})日")
_MONTH = re.compile(rf"(?<!\d)(\d{{4}}|[〇○零一二三四五六七八九]{{4}})年({_VALUE})月(?!龄|份额|\d|[{NUMERAL}])")
_YEAR = re.compile(r"(?<![\d.])\d{5,}年(?=\d{1,2}月)")
_CLOCK = re.compile(rf"(?:日|上午|下午|凌晨|夜间|晚|每天)({_VALUE})[时点](?!段|间)(?:({_VALUE})分(?!钟))?")
_GROUPED = re.compile(r"(?<![\d.,，])\d{1,3}(?:[,，]\d{1,6}){2,}(?![\d,，])(?=\s*[万亿元吨人户个公平米])")
_TWO_POINTS = re.compile(
    r"(?<![\d.．])\d+\.\d*\.\d+(?=\s*(?:万|亿|元|%|％|人|个|吨|公里|平方|公顷|亩|毫|米))|\d\.\.+\d"
)
_NO_SHARE = re.compile(rf"百分之(?![{NUMERAL}\d几数若多×xX\s负点])|分之百分之|百分之分之")
_FRACTION = re.compile(rf"([{NUMERAL}]{{1,3}})分之([{NUMERAL}]{{1,3}})")
_TENS = re.compile(r"十十|百百")
_POINT = re.compile(r"(?:^|(?<=[。；：，、\n]))([一二三四五六七八九十]{1,3})是(?!否|不是)")
_ITEM = re.compile(rf"(?:^|(?<=[：；。\n]))[（(]([{NUMERAL}]{{1,3}})[）)](?![、和至及或]\s*[（(第]|项[^目])")

_MOST_GAPS = 2  # outside laws a numbering with more gaps is not one (an amendment quotes numbers of others)


def impossible_numbers(text: str) -> list[Damage]:
    """Dates, times, amounts and shares in a text that cannot be meant so.

    >>> [text[d.start:d.end] for text in ("自2024年13月1日起", "2月30日前", "至2月29日") for d in impossible_numbers(text)]
    ['2024年13月1日', '2月30日']
    """
    found = [_damage(m, "没有这一天") for m in _DATE.finditer(text) if not _is_date(m[1], m[2], m[3])]
    found += [_damage(m, "没有这个月份") for m in _MONTH.finditer(text) if not 1 <= (parse_numeral(m[2]) or 0) <= 12]
    found += [_damage(m, "年份的数字过多") for m in _YEAR.finditer(text)]
    found += [_damage(m, "没有这个时刻") for m in _CLOCK.finditer(text) if not _is_time(m[1], m[2])]
    found += [_damage(m, "数字的分节不合三位一节") for m in _GROUPED.finditer(text) if not _is_grouped(m[0])]
    found += [_damage(m, "一个数里有两个小数点") for m in _TWO_POINTS.finditer(text)]
    found += [_damage(m, "百分数缺少数字或有重复") for m in _NO_SHARE.finditer(text)]
    found += [_damage(m, "数字有重复") for m in _TENS.finditer(text)]
    found += [_damage(m, "分子大于或等于分母") for m in _FRACTION.finditer(text) if _is_too_much(m[1], m[2])]
    return found


def broken_lists(article: Article) -> list[Damage]:
    """Items of a list whose numbers jump, repeat or do not begin with one; an enumeration 一是、二是、四是."""
    text = article.text
    items = [(parse_numeral(m[1]) or 0, m.start(), m.end()) for m in _ITEM.finditer(text)]
    found = _jumps(items, "项号", True)
    for level in ("three", "four"):
        found += _jumps(_line_numbers(article, level), "项号", False)
    for start, end in _lines(text):
        points = [(parse_numeral(m[1]) or 0, m.start(), m.end()) for m in _POINT.finditer(text, start, end)]
        if len(points) > 2 and points[0][0] == 1:
            found += _jumps(points, "序数", False)
    return found


def broken_article_numbers(document: Document) -> dict[int, Damage]:
    """By the place of the article in the document: what its number has jumped over. The mark is empty (0, 0)."""
    if document.grammar in ("plain", "decimal"):
        return {}
    numbered = [
        (index, int(match[1]))
        for index, article in enumerate(document.articles)
        if (match := re.match(r"(\d{1,4})(?:$|[.之])", article.number))
    ]
    found: dict[int, Damage] = {}
    for (_, before), (index, number) in pairwise(numbered):
        text = document.articles[index - 1].text
        if number > before + 1 and f"第{format_numeral(before + 1)}条" not in text:
            missing = f"第{before + 1}条" if number == before + 2 else f"第{before + 1}条至第{number - 1}条"
            found[index] = Damage("impossible_number", 0, 0, f"条号从{before}跳到{number}，缺{missing}")
        elif number < before:
            found[index] = Damage("impossible_number", 0, 0, f"条号{number}排在第{before}条之后，次序有误")
    return found if len(found) <= _MOST_GAPS or document.grammar == "law" else {}


def _damage(match: re.Match[str], reason: str) -> Damage:
    return Damage("impossible_number", match.start(), match.end(), f"“{match[0]}”：{reason}，可能有误，未作改动")


def _is_date(year: str | None, month: str, day: str) -> bool:
    m, d = parse_numeral(month) or 0, parse_numeral(day) or 0
    y = (parse_numeral(year) if year else None) or 2000
    return 1 <= m <= 12 and 1 <= d <= monthrange(max(1, y), m)[1]


def _is_time(hour: str, minute: str | None) -> bool:
    return (parse_numeral(hour) or 0) <= 24 and (not minute or (parse_numeral(minute) or 0) < 60)


def _is_grouped(amount: str) -> bool:
    """Whether every group behind the first has three digits; groups of one or two alone are a list (5，10，15元)."""
    groups = re.split("[,，]", amount)[1:]
    return all(len(g) == 3 for g in groups) or not any(len(g) == 3 for g in groups)


def _is_too_much(whole: str, part: str) -> bool:
    """三分之四 cannot be a share; 百分之一百二十 can be a rise, 万分之五 a rate."""
    of, taken = parse_numeral(whole) or 0, parse_numeral(part) or 0
    return whole not in ("百", "千", "万") and 2 <= of <= 20 and taken >= of


def _lines(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[^\n]+", text)]


def _line_numbers(article: Article, level: str) -> list[tuple[int, int, int]]:
    """(number, start, end) of the markers of one level that begin a line; one of a higher level begins a new list."""
    order = ("one", "two", "three", "four")
    found: list[tuple[int, int, int]] = []
    for start, end in _lines(article.text):
        marker = read_marker(article.text[start:end])
        if marker is None or marker.level not in order:
            continue
        if marker.level == level:
            found.append((marker.number, start, start + marker.length))
        elif order.index(marker.level) < order.index(level):
            found.append((0, start, start))
    return found


def _jumps(numbers: list[tuple[int, int, int]], name: str, from_one: bool) -> list[Damage]:
    """Where a number does not follow the one before it; 0 stands for the end of a list, 1 begins a new one."""
    found = []
    for (before, _, _), (number, start, end) in pairwise([(0, 0, 0), *numbers]):
        if number in (0, 1, before + 1) or (before == 0 and not from_one):
            continue
        if number == before:
            note = f"{name}“{format_numeral(number)}”重复"
        elif before == 0:
            note = f"列项从“{format_numeral(number)}”开始，前面的项或项号可能有缺漏"
        else:
            note = f"{name}从“{format_numeral(before)}”到“{format_numeral(number)}”，不相连续"
        found.append(Damage("impossible_number", start, end, f"{note}，未作改动"))
    return found
