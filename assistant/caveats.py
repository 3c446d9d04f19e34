"""The short sentences that warn a reader (`Answer.notices`): news, damaged pages, printings that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.asking import PATTERNS
from assistant.citations import Articles, bracketed, find_place
from assistant.compose import key_words
from assistant.question import Question
from assistant.records import Citation
from assistant.variants import (
    DOUBTFUL,
    chosen_after,
    disputed_places,
    is_told,
    other_readings,
    place_words,
    substance,
    touches,
)
from index.records import NEWS, ApparatusEntry, Article, Document

_REACH = 12  # characters on either side in which a deciding word that runs over a disputed place is looked for
_BODY_BEFORE, _BODY_AFTER = 2, 4  # a body's name ends with its kind: “县级以上｜主管｜部门”
_LEADS_TO_BODY = re.compile(r"(?:由(?![于此])|报(?![酬告名])|经(?![济费营验历])|向|会同)[^\W_]{0,8}$")
_PHRASE = 2  # characters: less is a slip of one character, which seldom decides


def caveats(library: Articles, question: Question, citations: Sequence[Citation]) -> tuple[str, ...]:
    """The sentence about the most important difference between printings, then one for each quotation from the news
    and each damaged place in one; restored list marks need none."""
    sentences = [dispute_caveat(library, question, citations)]
    for citation, document, article in _resolved(library, citations):
        if document.versions:
            others = "、".join(bracketed(title) for title in document.versions)
            sentences.append(f"{bracketed(citation.document)}另有版本：{others}，请以现行有效的为准。")
        place = f"{bracketed(citation.document)}{citation.label.split(' ', 1)[0]}"
        if document.kind == NEWS:
            sentences.append(f"{place}是新闻报道，不是政策文件。")
        for damage in article.damages:
            inside = damage.start < citation.end and citation.start < damage.end
            if inside and damage.kind != "lost_marker" and not is_told(document, article, damage):
                sentences.append(f"{place}：{damage.note}。")
    return tuple(dict.fromkeys(sentence for sentence in sentences if sentence))


def dispute_caveat(library: Articles, question: Question, citations: Sequence[Citation]) -> str:
    """One sentence where the deciding words of a quotation, or any of the main one, rest on a disputed place; else ""."""
    found: list[tuple[tuple[bool, int, bool, int, int], ApparatusEntry, str]] = []
    for order, (citation, document, article) in enumerate(_resolved(library, citations)):
        for entry in disputed_places(document, article):
            if not touches(entry, citation.start, citation.end):
                continue
            decisive = decides(question, entry, article.text, citation.start, citation.end, is_main=order == 0)
            doubtful = entry.confidence < DOUBTFUL
            if decisive or (order == 0 and doubtful):
                weight = max(len(entry.reading), *(len(each.reading) for each in substance(entry, article.text)))
                rank = (not decisive, order, not doubtful, -weight, entry.offset)
                found.append((rank, entry, article.text))
    if not found:
        return ""
    _, entry, text = min(found, key=lambda each: each[0])
    is_doubtful = entry.confidence < DOUBTFUL
    after = f"（据 {'、'.join(entry.support)}）" if entry.support else ""
    differ, ending = ("不一", f"暂取此文{after}，请核对原件") if is_doubtful else ("不同", chosen_after(entry))
    others = "，".join(other_readings(entry, text)[:2])
    words = place_words(entry, text)
    return f"{f'“{words}”一处' if words else '引文中一处'}各刊本{differ}：{others}；{ending}。"


def decides(question: Question, entry: ApparatusEntry, text: str, start: int, end: int, is_main: bool) -> bool:
    """Whether what the question asks for stands on a disputed place of `text[start:end]`, in our reading or another.

    An amount, a date or what forbids or allows must run over the place; a body must be named there, and a
    yes may hang on whose consent it takes. A question that expects nothing of the kind is decided by any phrase of the
    main quotation, but a whole clause that was looked up is not an answer to be decided.
    """
    readings = [entry.reading, *(each.reading for each in substance(entry, text))]
    before = text[max(start, entry.offset - _REACH) : entry.offset]
    after = text[entry.offset + entry.length : min(end, entry.offset + entry.length + _REACH)]
    for reading in readings:
        place = (len(before), len(before) + len(reading))
        if any(_overlap(span, place) for span in _deciding_spans(question, before + reading + after)):
            return True
    asks_body = "body" in question.expects or question.kind == "procedure"
    if (asks_body or question.kind == "yesno") and _LEADS_TO_BODY.search(before):
        return True
    if asks_body:
        near = (_phrase_end(before)[-_BODY_BEFORE:], _phrase_start(after)[:_BODY_AFTER])
        return any(PATTERNS["body"].search(near[0] + reading + near[1]) for reading in readings)
    is_open = not question.expects and question.kind not in ("yesno", "lookup")
    return is_main and is_open and all(len(reading) >= _PHRASE for reading in readings)


def _deciding_spans(question: Question, text: str) -> Iterator[tuple[int, int]]:
    for word in key_words(question, [text]):
        for match in re.finditer(re.escape(word), text):
            yield match.span()
    for name in ("percentage", "count", "contact"):
        if name in question.expects:
            yield from (match.span() for match in PATTERNS[name].finditer(text))


def _overlap(span: tuple[int, int], place: tuple[int, int]) -> bool:
    if place[0] == place[1]:
        return span[0] < place[0] < span[1]
    return span[0] < place[1] and place[0] < span[1]


def _phrase_end(text: str) -> str:
    return re.split(r"[\W_]", text)[-1]


def _phrase_start(text: str) -> str:
    return re.split(r"[\W_]", text)[0]


def _resolved(library: Articles, citations: Sequence[Citation]) -> Iterator[tuple[Citation, Document, Article]]:
    for citation in citations:
        place = find_place(library, citation.document, citation.article)
        if place is not None:
            yield citation, *place
