"""References to a place that the document does not have: 本条例第四十条 where there are thirty-three, 前款 in a first 款."""

from __future__ import annotations

import re

from index.numerals import NUMERAL, parse_numeral
from index.records import Article, Damage, Document

_NUMBER = rf"[{NUMERAL}]{{1,7}}|\d{{1,4}}"
_SELF = r"本(?:条例|法|办法|规定|细则|规则|意见|解释|决定|规程|章程|制度|规范|准则)"
_OWN_ARTICLE = re.compile(rf"(?<!基)(?<!根){_SELF}(第(?:{_NUMBER})条(?:之[{NUMERAL}]{{1,2}})?)")
_FURTHER = re.compile(
    rf"(?:第(?:{_NUMBER})[款项])*(?:第?[（(]?(?:{_NUMBER})[）)]?[款项])?(?:[、和及或至到]|或者|以及|，)\s*"
    rf"(第(?:{_NUMBER})条(?:之[{NUMERAL}]{{1,2}})?)"
)
_READ = re.compile(rf"第({_NUMBER})条(之[{NUMERAL}]{{1,2}})?")
_OWN_PART = re.compile(rf"{_SELF}第({_NUMBER})章")
_PART = re.compile(rf"第\s*({_NUMBER})\s*章")
_PARAGRAPH_BEFORE = re.compile(r"(?<![以当目提从])前(款|两款|三款)(?!项)(?=[规所的中第之、和规]|规定)")
_BACK = {"款": 1, "两款": 2, "三款": 3}
_ARTICLE_BEFORE = re.compile(r"(?<![以当目提从])前([两二三四五]?)条(?=[规所的第]|规定)")
_FEWEST = 3  # articles of a document whose numbering can be trusted


def broken_references(document: Document) -> list[list[Damage]]:
    """For each article in turn the references that lead nowhere; empty where the numbering itself is not whole."""
    found: list[list[Damage]] = [[] for _ in document.articles]
    numbers = {a.number for a in document.articles}
    plain = [int(n) for n in numbers if n.isdecimal()]
    if document.grammar != "law" or len(plain) < _FEWEST or min(plain) != 1:
        return found
    chapters = {
        parse_numeral(match[1]) for article in document.articles for match in _PART.finditer(article.part) if match
    }
    for place, article in enumerate(document.articles):
        found[place] = _missing_articles(article.text, numbers, max(plain))
        found[place] += _missing_chapters(article.text, chapters)
        found[place] += _nothing_before(article)
    return found


def _missing_articles(text: str, numbers: set[str], last: int) -> list[Damage]:
    found = []
    for match in _OWN_ARTICLE.finditer(text):
        start, reference = match.start(1), match
        while True:
            damage = _missing(reference[1], start, numbers, last)
            if damage is not None:
                found.append(damage)
            further = _FURTHER.match(text, start + len(reference[1]))
            if further is None:
                break
            start, reference = further.start(1), further
    return found


def _missing(reference: str, start: int, numbers: set[str], last: int) -> Damage | None:
    match = _READ.match(reference)
    value = parse_numeral(match[1]) if match else None
    if match is None or not value or f"{value}{match[2] or ''}" in numbers:
        return None
    note = f"所指的{reference}不存在（全文共{last}条）" if value > last else f"所指的{reference}在本文件中没有"
    return Damage("broken_reference", start, start + len(reference), f"{note}，可能有误，未作改动")


def _missing_chapters(text: str, chapters: set[int | None]) -> list[Damage]:
    if len(chapters) < 2:
        return []
    return [
        Damage("broken_reference", m.start(), m.end(), f"“{m[0]}”：本文件没有第{m[1]}章，可能有误，未作改动")
        for m in _OWN_PART.finditer(text)
        if parse_numeral(m[1]) not in chapters
    ]


def _nothing_before(article: Article) -> list[Damage]:
    """前款 in a first 款, 前条 in the first article."""
    found = []
    for paragraph in article.paragraphs:
        for match in _PARAGRAPH_BEFORE.finditer(article.text, paragraph.start, paragraph.end):
            if paragraph.number <= _BACK[match[1]]:
                missing = "本条此处之前没有款" if paragraph.number == 1 else f"此处之前只有{paragraph.number - 1}款"
                found.append(
                    Damage("broken_reference", match.start(), match.end(), f"“{match[0]}”：{missing}，可能缺字或误排")
                )
    if article.number == "1":
        found += [
            Damage("broken_reference", m.start(), m.end(), f"“{m[0]}”：第一条之前没有条，可能有误")
            for m in _ARTICLE_BEFORE.finditer(article.text)
        ]
    return found
