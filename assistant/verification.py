"""What a sentence says must stand in the clause it cites: its numbers with their units, dates, bodies, and kind of rule.

Whoever wrote the sentence: a language model's every sentence passes through here before anybody sees it.
"""

from __future__ import annotations

import re

from assistant.leads import EXCEPTION
from assistant.polarity import nearest_piece
from index.numerals import NUMERAL, parse_numeral
from index.records import Article, Document
from index.tokens import content_words, searched_form, words

_UNITS = (
    "年", "个月", "月", "天日", "个工作日", "小时", "人名个位", "条", "项", "章", "次回", "届", "倍", "元块", "部分", "成", "周岁岁",
    "平方米", "亩", "户", "%％", "级", "种类", "册本",
)  # fmt: skip
"""Units that say the same stand together."""

_UNIT_NAMES = sorted(
    {
        name
        for unit in _UNITS
        for name in ([unit] if unit in ("个月", "个工作日", "小时", "部分", "平方米") else [*unit])
    }
    | {"周岁"},
    key=len,
    reverse=True,
)
_ANY_UNIT = "|".join(map(re.escape, _UNIT_NAMES))
NUMBER = re.compile(
    rf"(?P<digits>\d{{1,12}}(?:\.\d{{1,4}})?)(?P<scale>万|亿)?(?P<unit>{_ANY_UNIT})?"
    rf"|百分之(?P<percent>[{NUMERAL}\d]{{1,6}})|(?P<numeral>[{NUMERAL}]{{1,9}})(?:(?P<large>万|亿)(?P<after>{_ANY_UNIT})?|(?P<counted>{_ANY_UNIT}))"
)
_ONCE = ("", "人名个位", "次回", "种类", "项", "条", "级")
"""With these units 一 is hardly a number: 一个, 一次."""
DATE = re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})日)?)?")
_BODY = re.compile(
    r"[\u4e00-\u9fff]{0,2}(?:部门|政府|委员会|机关|法院|检察院|组织部|工作部|办公室|居委会|村委会|居民委员会|纪委|街道办|[局厅])"
)

_OBLIGES = re.compile(r"必须|应当|一定要|强制|非[^，。]{1,8}不可|务必|有义务")
_BANS = re.compile(r"不得|禁止|严禁|不可以|不能|不准|不许|不允许|(?:^|[，。])不行")
_ALLOWS = re.compile(r"(?<!不)可以|允许|有权|(?<![不可才功职技])能(?![力源])|随便")
_FINE = re.compile(r"没问题|没事|没关系")
_DENIES_DUTY = re.compile(r"不用|无需|无须|不必|不需要|用不着|可以不")
_DUTY = re.compile(r"应当|必须|须|报[^，。]{1,12}批准|报请|经[^，。]{1,12}(?:批准|同意)|备案")
_SOFT = re.compile(r"鼓励|支持|探索|提倡|引导|(?<!不)可以|可(?=按|根据|由|向|结合)|有条件的")
_HARD = re.compile(r"应当|必须|不得|禁止|严禁|须")
_SHORT = 6  # characters
_WORDS = 0.4
"""Characters in words of two and more (overlapping ones counted each) for each character of a sentence: above .71 for 99
in 100 clauses of the bundled texts, below .38 for 99 in 100 rows of 40 of their characters thrown together."""
_PREVENTS = re.compile(r"防止|纠治|整治|避免|杜绝|不予|未经")
_DENIES = re.compile(r"[不没别莫勿]|禁止|严禁")
_MENTIONS_EXCEPTION = re.compile(r"但|除|确需|例外|特殊|原则上|另有|一般|批准|报批|同意")
_SWEEPING = re.compile(r"一律|都|任何|所有|绝对|完全|全部|统统")


def faults(text: str, quote: str, article: Article, document: Document) -> list[str]:
    """What in a sentence the clause does not bear out, in words for a log; empty where all of it holds.

    >>> article = Article("d", "8", "第8条", "", "", "由县级民政部门每三年轮训1次。")
    >>> faults("县级民政部门3年训一次，教育局批准", article.text, article, Document("d", "办法", "", "", "law", (), "0"))
    ['教育局']
    """
    return [
        *_babble(text, article, document),
        *unsupported(text, article, document),
        *_wrong_modality(text, quote, article.text),
    ]


def _babble(text: str, article: Article, document: Document) -> list[str]:
    """Whether a sentence is no language (too little of it is words of two characters and more) or speaks of something
    else (it shares no word of content with the clause)."""
    letters = len(re.findall(r"[\u4e00-\u9fff]", text))
    covered = sum(len(word) for word in words(text) if len(word) > 1 and not word.isascii())
    known = searched_form(f"{document.title} {article.heading} {article.text}")
    shares = any(word in known for word in content_words(text) if len(word) > 1)
    if letters <= _SHORT:  # 不行。可以。
        return []
    return [] if covered >= _WORDS * letters and shares else ["不成句或与条文无关"]


def unsupported(text: str, article: Article, document: Document) -> list[str]:
    """The numbers, dates and bodies of `text` that neither the article nor its name has."""
    known = f"{document.title} {document.date} {article.label} {article.text}"
    dates = {found.groups() for found in DATE.finditer(known)}
    wrong = [found.group() for found in DATE.finditer(text) if not any(_within(found.groups(), d) for d in dates)]
    stated = _numbers(known)
    for number, value, unit in _numbers(DATE.sub("", text)):
        same = [other for _, v, other in stated if v == value]
        counts_nothing = value == 1 and unit in _ONCE
        if not counts_nothing and not any(not unit or not other or other == unit for other in same):
            wrong.append(number)
    return wrong + [body for body in _BODY.findall(text) if body not in known]


def _within(asked: tuple[str | None, ...], stated: tuple[str | None, ...]) -> bool:
    """Whether a date, as far as it is given, is the stated one."""
    return all(a is None or (s is not None and int(a) == int(s)) for a, s in zip(asked, stated, strict=True))


def _numbers(text: str) -> list[tuple[str, float, str]]:
    """(as printed, value, the first of the units that say the same or nothing)."""
    found = []
    for match in NUMBER.finditer(text):
        part = match.groupdict()
        scale = {"万": 1e4, "亿": 1e8, None: 1.0}[part["scale"] or part["large"]]
        value = float(part["digits"]) if part["digits"] else parse_numeral(part["percent"] or part["numeral"])
        name = "%" if part["percent"] else part["unit"] or part["after"] or part["counted"] or ""
        same = next((each for each in _UNITS if name == each or (len(name) == 1 and name in each)), name)
        if value is not None:
            found.append((match.group(), value * scale, same if name else ""))
    return found


def _wrong_modality(text: str, quote: str, whole: str) -> list[str]:
    """A ban turned into a permission, a permission or encouragement into a duty, a duty denied, a ban that stands nowhere in
    the article, an exception left out. What counts is the whole sentence around the quotation, not what was picked of it."""
    wrong = []
    context = _sentences_around(quote, whole)
    has_exception, mentions = bool(EXCEPTION.search(context)), bool(_MENTIONS_EXCEPTION.search(text))
    spoken_of = nearest_piece(_FINE.sub("", text), context)
    allows = _FINE.search(text) or (_ALLOWS.search(text) and not _DENIES.search(text))
    if _BANS.search(spoken_of) and allows and not (has_exception and mentions):
        wrong.append("把“不得”说成“可以”")
    if _OBLIGES.search(text) and _SOFT.search(context) and not _HARD.search(context):
        wrong.append("把“可以、鼓励”说成“必须”")
    if _DENIES_DUTY.search(text) and _DUTY.search(context) and not _DENIES_DUTY.search(context):
        wrong.append("把“应当”说成“不用”")
    if _BANS.search(text) and not _BANS.search(whole) and not _PREVENTS.search(whole):
        wrong.append("原文没有禁止")
    if has_exception and _SWEEPING.search(text) and not mentions:
        wrong.append("漏了例外")
    return wrong


def _sentences_around(quote: str, whole: str) -> str:
    place = whole.find(quote)
    if place < 0:
        return quote
    start = max(whole.rfind("。", 0, place), whole.rfind("\n", 0, place)) + 1
    end = whole.find("。", place + len(quote) - 1)
    return whole[start : end + 1 if end >= 0 else len(whole)]
