"""Simple sums over a norm that a clause states: 每万人18人 and a question about 6万人 give 6万÷1万×18＝108."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from index.numerals import NUMERAL, parse_numeral

_SCALES = {"万": 10**4, "亿": 10**8}
_NUMBER = rf"(?<![\d.万亿千百{NUMERAL}])[\d{NUMERAL}万亿半.]{{1,12}}(?<!\.)"
_LARGEST = Decimal(2 * 10**9)
_BASES = {
    "人": "人|人口|口人|名|口|居民|常住人口|常住居民|城镇常住人口",
    "户": "户|家|户人家|户居民",
    "亩": "亩",
    "公顷": "公顷",
    "平方米": "平方米|平米|平方|平|㎡",
    "平方公里": "平方公里",
    "年": "年",
    "个月": "个月|月",
    "天": "天|日",
    "次": "次|回",
}
"""Unit -> how it is named; what a norm is reckoned by."""

_ALL_BASES = "|".join(sorted("|".join(_BASES.values()).split("|"), key=len, reverse=True))
_RESULTS = "人|名|个|元|万元|次|平方米|小时|天|日|辆|处|只|张|件"
_WHOLE = ("人", "名", "个", "次", "辆", "处", "只", "张", "件")
_NORM = re.compile(
    rf"每(?P<per>{_NUMBER}|[百千]?)(?:个|名)?(?P<base>{_ALL_BASES})"
    rf"[^，。；;\d]{{0,20}}?(?P<number>{_NUMBER})(?P<result>{_RESULTS})"
)
_ASKED = re.compile(r"多少|几|配不配|合计|总共|一共|算下来")
_SHARED_OUT = re.compile(r"每[个名家]|已有|现有|已经有|分[给成]?[\d一二三四五六七八九十两几]|还[要差缺]")
"""More than a sum is asked for: what each gets, what is still lacking."""
_ANY_QUANTITY = re.compile(rf"{_NUMBER}(?:多|来)?(?:{_ALL_BASES}|个|名)")
_SEPARATOR = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Norm:
    """So many `result` for each `per` of `base`: 18 人 for each 10,000 人."""

    per: Decimal
    base: str
    number: Decimal
    result: str


def reckon(question: str, clause: str) -> str:
    """The sum as one sentence, or nothing where the question names no quantity of what the norm is reckoned by.

    >>> reckon("6万人的街道要配几个社工", "按照每万城镇常住人口拥有社区工作者18人的标准配备")
    '按此标准推算：60000÷10000×18＝108人（推算为本助手所作，不是原文）。'
    >>> reckon("要配几个社工", "按照每万城镇常住人口拥有社区工作者18人的标准配备")
    ''
    """
    norm = find_norm(clause)
    if norm is None or not _ASKED.search(question):
        return ""
    quantity = _quantity_of(question, norm.base)
    if quantity is None or quantity <= 0:
        return ""
    total = quantity / norm.per * norm.number
    if total < 1:
        return ""  # what was named is no quantity of the base: “配18个人够不够”
    divided = "" if norm.per == 1 else f"÷{_plain(norm.per)}"
    sum_ = f"{_plain(quantity)}{divided}×{_plain(norm.number)}＝{_result(total, norm.result)}"
    return f"按此标准推算：{sum_}（推算为本助手所作，不是原文）。"


def find_norm(clause: str) -> Norm | None:
    """The first norm of a clause.

    >>> find_norm("每亩每年补助500元")
    Norm(per=Decimal('1'), base='亩', number=Decimal('500'), result='元')
    """
    for match in _NORM.finditer(clause):
        per = _number(match["per"]) if match["per"] else Decimal(1)
        number = _number(match["number"])
        base = next(unit for unit, names in _BASES.items() if match["base"] in names.split("|"))
        if per and number is not None:
            return Norm(per, base, number, match["result"])
    return None


def _quantity_of(question: str, base: str) -> Decimal | None:
    """How much of the base the question names, where it names one quantity only: 6万人, 一万二千户, 65,800人."""
    plain = _SEPARATOR.sub("", question)
    if len(_ANY_QUANTITY.findall(plain)) != 1 or _SHARED_OUT.search(plain):
        return None
    match = re.search(rf"({_NUMBER})(?:多|来)?(?:个|名|号)?(?:{_BASES[base]})(?!社工|社区工作者)", plain)
    return _number(match[1]) if match else None


def _number(text: str) -> Decimal | None:
    """6万 -> 60000, 1.2万 -> 12000, 一万二千, 1万2千 and 一万二 -> 12000, 半 -> 0.5; None for what is no number or too large.

    >>> [int(_number(t)) for t in ("六万五", "12万3千", "一万二", "2500")]
    [65000, 123000, 12000, 2500]
    """
    total, rest = Decimal(0), text
    for sign in ("亿", "万"):
        before, found, after = rest.partition(sign)
        if found:
            count = _below_ten_thousand(before) if before else Decimal(1)
            if count is None:
                return None
            total, rest = total + count * _SCALES[sign], after
    last = _below_ten_thousand(rest) if rest else Decimal(0)
    if last is None:
        return None
    is_short = total and len(rest) == 1 and 0 < last < 10  # 六万五
    total += last * (1000 if is_short else 1)
    return total if total <= _LARGEST else None


def _below_ten_thousand(text: str) -> Decimal | None:
    if text == "半":
        return Decimal("0.5")
    if match := re.fullmatch(r"(\d{1,9}(?:\.\d{1,4})?)([百千]?)", text):
        return Decimal(match[1]) * {"": 1, "百": 100, "千": 1000}[match[2]]
    parsed = parse_numeral(text)
    return None if parsed is None else Decimal(parsed)


def _result(total: Decimal, unit: str) -> str:
    """108人; 21.6，约22人: whom one counts comes in wholes."""
    if total == total.to_integral_value() or unit not in _WHOLE:
        return f"{_plain(total)}{unit}"
    return f"{_plain(total)}，约{_plain(total.to_integral_value(ROUND_HALF_UP))}{unit}"


def _plain(value: Decimal) -> str:
    """Without an exponent and trailing zeros; two decimals at most."""
    rounded = round(value, 2)
    return f"{rounded:f}".rstrip("0").rstrip(".") if "." in f"{rounded:f}" else f"{rounded:f}"
