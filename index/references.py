"""Articles that a question names (第十二条, 条例17条, 意见12, 答记者问第三问) are looked up, not searched."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.numerals import NUMERAL, parse_numeral
from index.records import NEWS, Document

_NUMBER = rf"[{NUMERAL}]{{1,7}}|\d{{1,4}}"
_NAMED = re.compile(rf"第\s*({_NUMBER})\s*(条|问|项)\s*(之[{NUMERAL}]{{1,2}})?")
_SHORT = re.compile(
    rf"(?:条例|意见|办法|规定|细则|通知|方案|决定|规则|法|答记者问|》)\s*(?:的|里|中)?\s*({_NUMBER})\s*(条|问)\s*(之[{NUMERAL}]{{1,2}})?|^\s*({_NUMBER})\s*条\s*(?:(?:讲|说|写|规定|的?(?:内容|原文|全文))[^，。]{{0,6}}|是(?:啥|什么))?\s*[？?。！!]?\s*$"
    rf"|(?:条例|意见|办法|规定|细则|通知|方案|决定|规则|法|答记者问|》)\s*({_NUMBER})\s*[？?。！!]?\s*$"
)
_MEASURE_COUNT = re.compile(rf"(?:{_NUMBER})条(?:措施|原则|规定|意见|建议|要求|标准|渠道|途径|政策|办法)")


_NAME = re.compile(
    r"[\u4e00-\u9fff（）]{0,24}?(条例|意见|办法|规定|细则|通知|方案|规划|纲要|决定|规则|解释|法)(?=第|\d|的第|里|中|$)"
)
_MOST_DOCUMENTS = 3  # a number without a name that more documents have is no reference: it is searched


def find_references(question: str, documents: Sequence[Document]) -> list[tuple[str, str]]:
    """(document id, article number) of each article that the question names; where none is named, the few that have it."""
    found: list[tuple[str, str]] = []
    named = name_documents(question, documents)
    for number, unit in _numbers(question):
        candidates = named or [d for d in documents if d.kind != NEWS]
        having = [d for d in candidates if d.article(number) is not None]
        if unit == "问":
            having = [d for d in having if d.grammar == "qa"]
        elif unit == "条" and not named:
            having = [d for d in having if d.grammar != "qa"] or having
        if len(having) <= _MOST_DOCUMENTS:
            found += [(d.id, number) for d in having if (d.id, number) not in found]
    return found


def name_documents(question: str, documents: Sequence[Document]) -> list[Document]:
    """The documents that a question names by 《title》, a distinctive part of it, or their kind where only one is of it."""
    text = re.sub(r"[\s《》〈〉“”]", "", question)
    public = [d for d in documents if d.kind != NEWS]
    full = [d for d in public if _bare(d.title) in text]
    if full:
        longest = max(len(_bare(d.title)) for d in full)
        return [d for d in full if len(_bare(d.title)) == longest]
    interviews = [d for d in public if d.grammar == "qa"]
    if "答记者问" in text and interviews:
        return interviews
    phrase = _NAME.search(text)
    if phrase is None:
        return []
    own = [d for d in public if d.grammar not in ("qa", "summary")]
    for start in range(len(phrase[0]) - len(phrase[1])):
        part = phrase[0][start:]
        titled = [d for d in own if part in _bare(d.title)]
        if titled:
            return titled
    return [d for d in own if d.kind == phrase[1]]


def _numbers(question: str) -> list[tuple[str, str]]:
    """The numbers with their unit in the order of the question; “五条原则” counts things and names none."""
    counted = [m.span() for m in _MEASURE_COUNT.finditer(question)]
    result: list[tuple[str, str]] = []
    for pattern in (_NAMED, _SHORT):
        for match in pattern.finditer(question):
            groups = [g for g in match.groups() if g]
            value = parse_numeral(groups[0])
            is_count = pattern is _SHORT and any(
                start <= match.start(0) + len(match[0]) - 1 < end for start, end in counted
            )
            if not value or is_count:
                continue
            added = next((g for g in groups[1:] if g.startswith("之")), "")
            unit = next((g for g in groups[1:] if g in ("条", "问", "项")), "条")
            if unit == "项" and any(u == "条" for _, u in result):
                continue  # 第九条第三项 is a place inside 第九条
            if (f"{value}{added}", unit) not in result:
                result.append((f"{value}{added}", unit))
    return result


def _bare(title: str) -> str:
    return re.sub(r"[\s《》〈〉“”]", "", title)
