"""Where the text of a clause refers to another: “本条例第九条”, “前款”, “《…》第三条”, with the place that it leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.numerals import NUMERAL, parse_numeral
from index.records import Article, Document, Paragraph

_COUNT = rf"[{NUMERAL}]{{1,7}}|\d{{1,4}}"
_REFERENCE = re.compile(
    rf"《(?P<title>[^《》]{{2,80}})》(?P<titled>第(?:{_COUNT})条)?"
    rf"|第(?P<article>{_COUNT})条(?P<added>之[{NUMERAL}])?(?:第(?P<inner>{_COUNT})款)?(?:第(?P<item>{_COUNT})项)?"
    rf"|本条第(?P<own>{_COUNT})款"
    rf"|前(?P<several>[{NUMERAL}两])?款"
    r"|前条"
)
_SHORT_NAME = re.compile(r"《([^《》]{2,80})》[^。；]{0,12}?（以下简称《([^《》]{1,20})》）")
_KIND = r"(?:法典|条例|办法|规定|细则|决定|通知|意见|法)"
_OWN, _OF_OTHERS = re.compile(rf"本{_KIND}\s*$"), re.compile(rf"(?:》|{_KIND})\s*$")
"""What stands before a number of another text: 民法典第八条."""

_CHAIN = re.compile(r"^(?:第[^，。；]{1,12}款|第[^，。；]{1,12}项)?[、和与及或至到](?:者)?$")
"""What joins numbers into one reference: 第三条、第四条至第六条."""


@dataclass(frozen=True, slots=True)
class Reference:
    """`article.text[start:end]` names an article of a document, or without `article` the document; `quoted` are the
    characters there that are meant, or (0, 0)."""

    start: int
    end: int
    document_id: str
    article: str = ""
    quoted: tuple[int, int] = (0, 0)


def find_links(document: Document, article: Article, documents: Sequence[Document] = ()) -> list[Reference]:
    """The references in an article's text that lead to a place in the library, in reading order, none inside another; of
    those to a whole document only the first.

    `documents` are those that a title may name; `document` always counts.
    """
    found: list[Reference] = []
    names = _names(document, documents)
    foreign_end = -1  # where the last number of a text that is not in the library ended
    last_end, last_target = -1, document
    for match in _REFERENCE.finditer(article.text):
        if match["title"]:
            named = names.get(_bare(match["title"]))
            seen = {each.document_id for each in found if not each.article}
            found += [
                each for each in _to_title(match, named, document) if each.article or each.document_id not in seen
            ]
            if match["titled"]:
                last_end, last_target = match.end(), named or document
                foreign_end = match.end() if named is None else -1
            continue
        target = document
        if match["article"]:
            between = article.text[last_end : match.start()] if last_end >= 0 else ""
            is_chained = last_end >= 0 and bool(_CHAIN.match(between))
            is_foreign = is_chained and foreign_end == last_end
            before = article.text[: match.start()]
            if is_foreign or (not is_chained and not _OWN.search(before) and _OF_OTHERS.search(before)):
                foreign_end = last_end = match.end()
                continue
            target = last_target if is_chained else document
            last_end, last_target = match.end(), target
        found += _to_article(match, target, document, article)
    return found


def _to_title(match: re.Match[str], target: Document | None, document: Document) -> Iterator[Reference]:
    if target is None:
        return
    number = str(parse_numeral(match["titled"][1:-1]) or "") if match["titled"] else ""
    if number and target.article(number):
        yield Reference(match.start(), match.end(), target.id, number)
    elif target.id != document.id:
        end = match.start("titled") if match["titled"] else match.end()
        yield Reference(match.start(), end, target.id)


def _to_article(match: re.Match[str], target: Document, document: Document, article: Article) -> Iterator[Reference]:
    start, end = match.span()
    if match["article"]:
        number = f"{parse_numeral(match['article'])}{match['added'] or ''}"
        named = target.article(number)
        if named is not None:
            yield Reference(start, end, target.id, number, _paragraph(named, match["inner"]))
    elif match["own"]:
        quoted = _paragraph(article, match["own"])
        if quoted != (0, 0):
            yield Reference(start, end, document.id, article.number, quoted)
    elif match[0].endswith("款"):
        quoted = _paragraphs_before(article, start, parse_numeral(match["several"] or "一") or 1)
        if quoted != (0, 0):
            yield Reference(start, end, document.id, article.number, quoted)
    else:
        numbers = [each.number for each in document.articles]
        place = numbers.index(article.number)
        if place > 0:
            yield Reference(start, end, document.id, numbers[place - 1])


def _paragraph(article: Article, number: str | None) -> tuple[int, int]:
    """The characters of a 款 by its printed number; (0, 0) where there is no such or none is named."""
    wanted = parse_numeral(number) if number else None
    found: Paragraph | None = next((each for each in article.paragraphs if each.number == wanted), None)
    return (found.start, found.end) if found else (0, 0)


def _paragraphs_before(article: Article, place: int, count: int) -> tuple[int, int]:
    """The characters of the `count` 款 before the one at `place`; (0, 0) where there are fewer."""
    before = [each for each in article.paragraphs if each.end <= place]
    return (before[-count].start, before[-1].end) if len(before) >= count > 0 else (0, 0)


def _names(document: Document, documents: Sequence[Document]) -> dict[str, Document]:
    """Titles without marks, and the short names that this document declares (“以下简称《意见》”), with what they name."""
    names = {_bare(each.title): each for each in reversed((document, *documents))}
    for article in document.articles:
        for full, short in _SHORT_NAME.findall(article.text):
            if target := names.get(_bare(full)):
                names.setdefault(_bare(short), target)
    return names


def _bare(title: str) -> str:
    return re.sub(r"[\s《》〈〉“”]", "", title)
