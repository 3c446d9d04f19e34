"""The words of asking and of answering, as patterns: read from `lexicon/asking.txt`, one alternative a line."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from index.numerals import NUMERAL

_NUMERAL = r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十百千万两]+)"

PATTERNS: dict[str, re.Pattern[str]] = {
    "amount": re.compile(rf"{_NUMERAL}\s*(?:元|万元|亿元|亿|倍|公顷)|免费|不收费|\d{{3,}}"),
    "duration": re.compile(
        rf"{_NUMERAL}\s*(?:年(?!\d)|个月|个?工作日|日(?!起)|天|小时|周|个?季度|届)|长期|终身|每(?:半|一)?(?:年|月|周|天|日|季度?)"
    ),
    "date": re.compile(r"\d{4}年|\d{1,2}月\d{1,2}日|起施行|之日起|届满|每年|[年月日]前"),
    "count": re.compile(rf"{_NUMERAL}\s*(?:[个人名条次项种章类级本册张份家层倍]|部分|方面)|[一二三]是"),
    "body": re.compile(
        r"部门|政府|党委|党组织|组织部|机关|委员会|街道|乡镇|层面|省级|市地级|县级|国务院|财政|单位|企业|组织|个人|人员"
        r"|工作者|机构|地区|[院局所厅]"
    ),
    "contact": re.compile(r"\d{7,}|\d{3,4}-\d{7,8}|https?://|www\.|@|1[12]\d{3}\b"),
    "percentage": re.compile(rf"[%％‰]|百分之|{_NUMERAL}成|折"),
}
"""What a clause has where it states an amount, a duration … (`assistant.question.Expected`)."""

CUES: dict[str, re.Pattern[str]] = {
    "definition": re.compile(r"是指|所称|以下简称|指的是|包括|即"),
    "reason": re.compile(r"为了|根据|目的|意义|为.{2,30}[，,].{0,20}(制定|提出)|有利于|亟需|要求"),
    "when": PATTERNS["date"],
    "procedure": re.compile(r"程序|报请|批准|申请|协商|提出|由.{2,20}(负责|决定|办理)|应当|按照"),
    "compare": re.compile(r"[；;]|对.{2,20}[，,]对|分别|其中"),
    "list": re.compile(r"[：:]|[二三]是|、.{1,20}、"),
    "number": re.compile(rf"{_NUMERAL}"),
    "yesno": re.compile(r"不得|可以|可按|应当|鼓励|支持|允许|禁止|严禁|必须|推动|建立|实行|探索|定期"),
}
"""What a clause says where it answers a question of this kind."""


@lru_cache(maxsize=1)
def asking_patterns() -> dict[str, re.Pattern[str]]:
    """Section of `lexicon/asking.txt` -> its alternatives as one pattern, letters in either case."""
    text = files("assistant.lexicon").joinpath("asking.txt").read_text(encoding="utf-8")
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if match := re.fullmatch(r"\[(\w+)\]", line.strip()):
            current = sections.setdefault(match.group(1), [])
        elif line.strip() and not line.startswith("#"):
            current.append(line.strip().replace("{N}", f"[{NUMERAL}\\d]"))
    return {name: re.compile("|".join(f"(?:{a})" for a in lines), re.I) for name, lines in sections.items()}


@lru_cache(maxsize=1)
def place_names() -> tuple[str, ...]:
    """Provinces and large cities: a question about one that no document mentions cannot be answered."""
    return tuple(files("assistant.lexicon").joinpath("places.txt").read_text(encoding="utf-8").split())
