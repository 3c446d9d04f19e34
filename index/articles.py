"""Passages of one document -> its articles, by the grammar that numbers them: 第X条, 一、（一）1., 1.1, 问答, 一是二是, or none."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from index.clean import TERMINAL, Passage
from index.decimals import has_decimals, read_decimals
from index.drafts import Draft, finish
from index.headings import read_marker, strip_answer
from index.laws import read_law
from index.measures import has_outline, read_measures
from index.metadata import split_frame
from index.numerals import format_numeral
from index.records import LEAD_ARTICLE, Article, Grammar

WHOLE_TEXT = "全文"
"""`number` of the only article of a text without any numbering, as a news item."""

_POINTS_OF_A_SUMMARY = 3


def detect_grammar(passages: list[Passage]) -> Grammar:
    """What numbers the articles of a text, by the numbers at the beginning of its paragraphs."""
    markers = [m for p in passages if (m := read_marker(p.text)) is not None]
    levels = Counter(m.level for m in markers)
    if levels["article"] >= 2 or (levels["article"] == 1 and levels["one"] < 2):
        return "law"
    if levels["question"] >= 2:
        return "qa"
    if has_decimals(passages):
        return "decimal"
    if has_outline(passages):
        return "measures"
    return "summary" if levels["point"] >= _POINTS_OF_A_SUMMARY else "plain"


def parse_articles(passages: list[Passage], grammar: Grammar, continued: bool = False) -> tuple[Article, ...]:
    """The articles of one document, each number once; passages of title, date and signature are not among them."""
    body, attachments = split_frame(passages)
    own = detect_grammar(body) if attachments else grammar  # a 函 of two lines may carry a plan numbered 1.1
    drafts = _read(body, own, continued)
    if attachments:
        drafts += _attached(attachments, {d.number for d in drafts})
    return tuple(_unique([finish(d, grammar) for d in drafts if any(p.text.strip() for p in d.passages)]))


def _read(passages: list[Passage], grammar: Grammar, continued: bool) -> list[Draft]:
    if grammar == "law":
        return read_law(passages)
    if grammar == "measures":
        return read_measures(passages, continued)
    if grammar == "decimal":
        return read_decimals(passages)
    if grammar == "qa":
        return _read_interview(passages)
    return _read_points(passages) if grammar == "summary" else _read_plain(passages)


def _attached(passages: list[Passage], taken: set[str]) -> list[Draft]:
    """The articles of a plan or measure printed after the signature of the 通知 that carries it."""
    drafts = _read(passages, detect_grammar(passages), False)
    has_numbers = bool(taken - {LEAD_ARTICLE, WHOLE_TEXT})
    return [replace_number(d, f"附.{d.number}" if has_numbers or d.number in taken else d.number) for d in drafts]


def replace_number(draft: Draft, number: str) -> Draft:
    label = draft.label if number == draft.number else f"附件 {draft.label}"
    return Draft(number, label, draft.heading, draft.part, draft.passages)


def _read_interview(passages: list[Passage]) -> list[Draft]:
    """答记者问: each question with its answer is one article."""
    drafts: list[Draft] = []
    lead: list[Passage] = []
    for passage in passages:
        marker = read_marker(passage.text)
        if marker is not None and marker.level == "question":
            question = passage.text[marker.length :].strip()
            number = str(marker.number or len(drafts) + 1)
            text = replace(passage, text=f"问：{question}")
            drafts.append(Draft(number, f"第{number}问 {question.rstrip('？?。')}", question, "", [text]))
        elif drafts:
            drafts[-1].passages.append(replace(passage, text=_with_answer_sign(passage.text)))
        else:
            lead.append(passage)
    return ([Draft(LEAD_ARTICLE, LEAD_ARTICLE, passages=lead)] if lead else []) + drafts


def _with_answer_sign(text: str) -> str:
    stripped = strip_answer(text)
    return f"答：{stripped}" if stripped != text else text


def _read_points(passages: list[Passage]) -> list[Draft]:
    """一是…二是…: an official summary; each point is an article, a paragraph that goes on belongs to the last."""
    drafts: list[Draft] = []
    lead: list[Passage] = []
    for passage in passages:
        marker = read_marker(passage.text)
        if marker is not None and marker.level == "point" and marker.number == len(drafts) + 1:
            text = passage.text[marker.length :].strip()
            heading = text.partition("。")[0]
            number = str(marker.number)
            label = f"{format_numeral(marker.number)}是 {heading if len(heading) <= 40 else ''}".strip()
            drafts.append(
                Draft(number, label, heading if len(heading) <= 40 else "", "", [replace(passage, text=text)])
            )
        elif drafts:
            drafts[-1].passages.append(passage)
        else:
            lead.append(passage)
    return ([Draft(LEAD_ARTICLE, LEAD_ARTICLE, passages=lead)] if lead else []) + drafts


def _read_plain(passages: list[Passage]) -> list[Draft]:
    """No numbering: a section for each heading line, or the whole text as one article."""
    if not any(p.level for p in passages):
        return [Draft(WHOLE_TEXT, WHOLE_TEXT, passages=passages)]
    drafts: list[Draft] = []
    for passage in passages:
        if passage.level and passage.text[-1] not in TERMINAL:
            number = str(len([d for d in drafts if d.number != LEAD_ARTICLE]) + 1)
            drafts.append(Draft(number, passage.text[:40], passage.text, "", []))
        elif drafts:
            drafts[-1].passages.append(passage)
        else:
            drafts.append(Draft(LEAD_ARTICLE, LEAD_ARTICLE, passages=[passage]))
    return drafts


def _unique(articles: list[Article]) -> list[Article]:
    """A number printed twice keeps both texts: the second is called “12（重）”, and the audit says so."""
    seen: Counter[str] = Counter()
    result = []
    for article in articles:
        seen[article.number] += 1
        if seen[article.number] > 1:
            number = f"{article.number}（重{seen[article.number] - 1 or ''}）".replace("重1）", "重）")
            article = replace(article, number=re.sub(r"\s", "", number), label=f"{article.label}（重出）")
        result.append(article)
    return result
