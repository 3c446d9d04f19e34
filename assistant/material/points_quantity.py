"""数量与时限: numbers with their units, frequencies, dates; and other values that would be plausible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.material.clauses import Clause
from assistant.material.points import Point, Texts
from index.numerals import NUMERAL, format_numeral, parse_numeral
from index.records import Article

KIND = "数量时限"
WEIGHT = 3.0
_UNIT = "个工作日|工作日|个月|小时|分钟|周岁|平方米|公里|万元|亿元|元|日|天|年|月|届|人|名|次|倍|户|亩|岁|级|%|％|个百分点|部分|项|种|类|个|条|成"
_BOUND = "以上|以下|以内|之内|内|左右"
_COUNT = re.compile(rf"(?P<every>每)?(?P<number>\d+(?:\.\d+)?|[{NUMERAL}]{{1,6}})(?P<unit>{_UNIT})(?P<bound>{_BOUND})?")
_PERCENT = re.compile(rf"百分之(?P<number>[{NUMERAL}]{{1,5}})")
_DATE = re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_ONCE = re.compile(
    r"每年(?=[^，。；]{0,24}(?:\d|[一二两三])次|度|[^，。；]{0,6}(?:培训|体检|报告|公布|检查|考核|评估|评议|审计))"
)
_SERIES = re.compile(rf"(?:、|或者?|和|[到至—－-]|[上下]?调[为至])(?:每)?[\d{NUMERAL}]")
_SAYS_NO_AMOUNT = re.compile(r"^[一两](?:个|种|项|类|次|级|条|名|人|部分|户)$")
"""一个, 两种: articles rather than numbers."""
_STEPS = (1, 2, 3, 5, 6, 8, 10, 12, 15, 18, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 180, 200, 300, 500, 600, 800, 1000, 1500, 2000, 3000, 5000)  # fmt: skip
_STEPS_OF = {
    "日": (1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 180),
    "月": (1, 2, 3, 6, 9, 12, 18, 24),
    "元": (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000, 5000),
    "倍": (1, 2, 3, 5, 10),
    "年": (1, 2, 3, 5, 8, 10, 15, 20, 30),
    "届": (1, 2, 3, 4),
    "时": (1, 2, 6, 12, 24, 48, 72),
}
"""Values that rules have, by the last character of the unit: the wrong ones come from here, the nearest first."""


_NO_COUNT = re.compile(
    r"二次(?![。，；])|[两二][个名人]以上(?![。，])|[一二]?十[一二三四五六七八九]?届|(?:二十四|24)小时(?:接受|值班|不间断|受理|开放|服务|在线)"
)
"""The name of a congress, around the clock, a second time, and two or more, which is but several."""
_PERCENTS = (1, 3, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100)
_AMOUNT = rf"[\d{NUMERAL}.]+(?:{_UNIT})"
FARTHEST, SMALL, FARTHEST_OF_SMALL = 3, 2, 5
"""How many times a value one may be that is taken for it; of values up to `SMALL` there are few others."""
FEW, FEWEST, MOST_OF_FEW = 3, 2, 5
"""Of a least number of persons or things up to `FEW`: one is none, and nobody asks for eight."""
OFTEN = (1, 2, 3, 4, 5)
"""Nothing is done every eight or ten years."""


def find_quantities(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    taken: list[range] = []
    for pattern, fill in ((_DATE, _other_dates), (_PERCENT, _other_percents), (_ONCE, _other_years), (_COUNT, _others)):
        for match in pattern.finditer(clause.text):
            span = range(match.start(), match.end())
            before = clause.text[: match.start()]
            is_in_series = bool(re.search("(?:[、到至—－-]|[上下]?调[为至])$", before)) or bool(
                _SERIES.match(clause.text, match.end())
            )
            if is_in_series or any(set(span) & set(other) for other in taken) or _is_name(clause.text, match.start()):
                continue
            wrong = tuple(w for w in fill(match) if w != match.group() and _fits_range(w, match))
            if not wrong:
                continue
            taken.append(span)
            start, end = clause.start + match.start(), clause.start + match.end()
            yield Point(
                article, clause, start, end, match.group(), KIND, wrong, WEIGHT, lies=_untrue(match.group(), wrong)
            )


def _fits_range(filling: str, match: re.Match[str]) -> bool:
    """Whether the filling is near enough to be taken for the value, and leaves a range a range (一万元以上三万元以下)."""
    own, other = _amount(match.group()), _amount(filling)
    if own is None or other is None:
        return True
    before, after = match.string[: match.start()], match.string[match.end() :]
    upper = re.match(rf"(?:{_AMOUNT})(?:以下|以内)", after) if "以上" in match.group() else None
    lower = re.search(rf"({_AMOUNT})以上$", before) if re.search("以下|以内", match.group()) else None
    if upper and (limit := _amount(upper.group())) is not None and other >= limit:
        return False
    if lower and (limit := _amount(lower.group(1))) is not None and other <= limit:
        return False
    if own <= FEW and "以上" in match.group() and re.search("[人名个]", match.group()):
        return FEWEST <= other <= MOST_OF_FEW
    farthest = FARTHEST if own > SMALL else FARTHEST_OF_SMALL
    return own / farthest <= other <= own * farthest


def _amount(text: str) -> float | None:
    """The first number of a text with its 万 or 亿, where the text is no date."""
    text = text.removeprefix("百分之")
    match = re.search(rf"(\d+(?:\.\d+)?|[{NUMERAL}]+?)(万|亿)?(?=[^\d{NUMERAL}]|$)", text)
    if match is None or re.search("年.{1,3}月", text):
        return None
    value = float(match[1]) if match[1][0].isdigit() else parse_numeral(match[1])
    return None if value is None else value * {"万": 1e4, "亿": 1e8}.get(match[2] or "", 1)


def _untrue(text: str, wrong: tuple[str, ...]) -> tuple[str, ...]:
    """Whoever may after ten years may after twelve: a least number is made false by a smaller one only."""
    own = _first_number(text)
    if "以上" not in text or own is None:
        return wrong
    return tuple(w for w in wrong if (other := _first_number(w)) is not None and other < own)


def _first_number(text: str) -> int | None:
    match = re.search(rf"\d+|[{NUMERAL}]+", text)
    return parse_numeral(match.group()) if match else None


def _is_name(text: str, start: int) -> bool:
    """第3届, 二十大 and “四个意识” count nothing."""
    in_quotes = text.rfind("“", 0, start) > text.rfind("”", 0, start)
    return (
        in_quotes
        or bool(re.search("(?:第|党的|(?<!以)[上下]|本|前|近)$", text[:start]))
        or "大" in text[start + 1 : start + 4]
        or bool(_NO_COUNT.match(text[start:]))
    )


def _others(match: re.Match[str]) -> Iterable[str]:
    if _SAYS_NO_AMOUNT.match(match.group()):
        return
    number, unit, bound = match["number"], match["unit"], match["bound"] or ""
    if (
        (unit == "年" and len(number) == 4)
        or unit in ("月", "成", "级", "条", "部分")
        or (unit == "日" and not bound and not match["every"])
    ):
        return
    steps = _STEPS_OF.get(unit[-1], _STEPS_OF["日"] if unit == "天" else _STEPS)
    if match["every"]:
        steps = OFTEN
    for other in _nearby(number, steps):
        count = "" if match["every"] and other in ("1", "一") and unit == "年" else other
        yield f"{match['every'] or ''}{count}{unit}{bound}"


def _nearby(number: str, steps: tuple[int, ...] = _STEPS) -> list[str]:
    """Other values in the same script: the nearest steps on both sides, larger and smaller in turn.

    >>> _nearby("3")[:3], _nearby("三十")[:3], _nearby("18")[:3]
    (['2', '5', '1'], ['二十五', '四十', '二十'], ['15', '20', '12'])
    """
    value = parse_numeral(number) if not re.fullmatch(r"\d+\.\d+", number) else None
    if value is None or not 0 < value < 10000:
        if re.fullmatch(r"\d+\.\d+", number):
            real = float(number)
            return [f"{other:g}" for other in (real + 1, real - 1, real * 2, real / 2) if other > 0]
        return []
    smaller = [step for step in reversed(steps) if step < value]
    larger = [step for step in steps if step > value]
    mixed = [step for pair in zip(smaller, larger, strict=False) for step in pair]
    mixed += smaller[len(larger) :] if len(smaller) > len(larger) else larger[len(smaller) :]
    written = [str(m) if number.isdecimal() else format_numeral(m) for m in mixed if m < 10000]
    return ["两" if w == "二" else w for w in written][:6]


def _other_years(match: re.Match[str]) -> Iterable[str]:
    return ("每半年", "每2年", "每3年", "每季度") if match.group() == "每年" else ()


def _other_percents(match: re.Match[str]) -> Iterable[str]:
    value = parse_numeral(match["number"])
    if value is None or not 0 < value <= 100:
        return ()
    near = sorted((other for other in _PERCENTS if other != value), key=lambda other: (abs(other - value), other))
    return tuple(f"百分之{format_numeral(other)}" for other in near[:4])


def _other_dates(match: re.Match[str]) -> Iterable[str]:
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    later, earlier = month % 12 + 1, (month - 2) % 12 + 1
    yield f"{year}年{later}月{day if day <= 28 else 1}日"
    yield f"{year}年{earlier}月{day if day <= 28 else 1}日"
    yield f"{year + 1}年1月1日" if (month, day) != (1, 1) else f"{year}年7月1日"
    yield f"{year}年10月1日" if (month, day) != (10, 1) else f"{year}年9月1日"
