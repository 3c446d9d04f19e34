"""Ranked sentences -> the statements of an extractive answer: a direct lead where the words allow one, then the words.

A sentence is quoted whole, so that a condition or an exception beside the rule (“；确需…的，报…批准”) stays with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.asking import PATTERNS, asking_patterns
from assistant.citations import Statement, bracketed
from assistant.evidence import Evidence, asks_enumeration, belongs
from assistant.question import Question
from assistant.sentences import Sentence, find_enumeration, split_sentences
from index.numerals import NUMERAL, parse_numeral
from index.records import Article, Document
from index.tokens import character_pairs

_FORBIDS = re.compile(r"不得|禁止|严禁|不能|不可以|不准|不予")
_ALLOWS = re.compile(r"(?<!不)可以|可(?=按|根据|进一步|结合|依法|由|向)|有权|允许|准予")
_OBLIGES = re.compile(r"应当|必须|须(?!知)|严格|要(?=[建健加持强])")
_ENCOURAGES = re.compile(r"鼓励|探索|提倡")
_EXCEPTION = re.compile(r"确需|除[^，。；]{1,40}外|但是|但(?=[^不])|另有规定|特殊情况|原则上")
_OPENS_EXCEPTION = re.compile(r"但|确需|除[^，。；]{1,40}外|特殊情况|[^，。；]{1,12}(?:确需|另有规定)")


SAME_RULE = 0.72
"""Share of character pairs from which a sentence of another document is the same rule in other words."""

MOST_STATEMENTS = 3

SURE_SHARE = 0.4
"""Share of the question's words that a sentence must meet before “可以”, “不可以” or a counted list stands before it:
below it the wrong clause is as frequent as the right one, and it must then not be given as a yes or a no."""

COMPANION_SHARE = 0.8
"""A neighbouring sentence is quoted with the best one from this share of its score."""

QUOTE_LIMIT = 220  # characters that a reader takes in at a glance; the best sentence is quoted whatever its length


def cite_name(document: Document, article: Article) -> str:
    """How the answer names a clause: 《…》第12条.

    >>> from index.records import Document
    >>> cite_name(Document("d", "就《甲》答记者问", "", "", "qa", (), "0"), Article("d", "2", "第2问 原则", "", "", ""))
    '《就〈甲〉答记者问》第2问'
    """
    number = article.label.split(" ", 1)[0]
    if document.grammar == "summary" and number.endswith("是"):
        number = f"“{number}”"
    return f"{bracketed(document.title)}{number}"


def compose(
    question: Question, ranked: Sequence[Evidence], parts: Sequence[Sequence[Evidence]] = ()
) -> list[Statement]:
    """The statements of an answer, the main one first; empty where there is no evidence.

    `parts` are the ranked sentences of each question inside the question that the clauses settle by itself.
    """
    if not ranked:
        return []
    best = ranked[0]
    if question.kind == "lookup" and best.hit.looked_up:
        named = {e.article.id: e for e in reversed(ranked) if e.hit.looked_up}  # “第十二条” of two documents is two
        return [_whole_article(e) for e in sorted(named.values(), key=lambda e: -e.score)][:MOST_STATEMENTS]
    sure = best.feature("sentence") >= SURE_SHARE
    listed = _list_statement(question, best)
    statements = [listed or _statement(question, [best, *_companions(best, ranked)], lead=sure)]
    cited = {best.article.id}
    for part in parts:
        if part[0].article.id not in cited:
            statements.append(_statement(question, [part[0], *_companions(part[0], part)], lead=False))
            cited.add(part[0].article.id)
    for other in _same_elsewhere(best, ranked):
        if other.article.id not in cited:
            statements.append(_statement(question, [other], lead=False))
            cited.add(other.article.id)
    return statements[:MOST_STATEMENTS]


def _statement(question: Question, chosen: Sequence[Evidence], lead: bool) -> Statement:
    article, document = chosen[0].article, chosen[0].document
    start, end = min(e.sentence.start for e in chosen), max(e.sentence.end for e in chosen)
    quote = article.text[start:end]
    # The best sentence must decide by itself; its neighbours may only soften what it says.
    opening = lead_in(question, quote) if lead and lead_in(question, chosen[0].sentence.text) else ""
    text = f"{opening}{cite_name(document, article)}{_says(document, article)}：“{_shown(quote)}”{{mark}}"
    return Statement(text, article, document.title, start, end)


def _says(document: Document, article: Article) -> str:
    """规定 is what a numbered clause of a document that sets rules does; others 写明 or, speaking of rules, 说明."""
    if document.grammar in ("qa", "summary"):
        return "说明"
    return "规定" if article.label.startswith("第") else "写明"


def _shown(quote: str) -> str:
    """A quotation inside a sentence: lists on one line."""
    return re.sub(r"\s*\n\s*", "", quote)


def _whole_article(evidence: Evidence) -> Statement:
    article, document = evidence.article, evidence.document
    start = next((s.start for s in split_sentences(article) if s.role == "sentence"), 0)
    heading = f"（{article.heading.rstrip('。？')}）" if article.heading else ""
    text = f"{cite_name(document, article)}{heading}的原文是：“{_shown(article.text[start:])}”{{mark}}"
    return Statement(text, article, document.title, start, len(article.text))


def lead_in(question: Question, quote: str) -> str:
    """One or two direct words before the clause, only where the clause's own deciding words carry them."""
    if question.kind != "yesno":
        return ""
    asking = asking_patterns()
    exception = bool(_EXCEPTION.search(quote))
    if asking["must_i"].search(question.text) and not _OBLIGES.search(quote) and _ENCOURAGES.search(quote):
        return "没有硬性要求，文件是鼓励、探索的态度。"
    if asking["may_i"].search(question.text) and not asking["negated"].search(question.text):
        if _FORBIDS.search(quote) and not _ALLOWS.search(quote):
            return "一般不可以，但有例外。" if exception else "不可以。"
        if _ALLOWS.search(quote) and not _FORBIDS.search(quote):
            return "符合规定条件的，可以。"
        return ""
    if asking["must_i"].search(question.text) and _OBLIGES.search(quote):
        return "是的，要按规定办。"
    plain = not asking["negated"].search(question.text) and not _FORBIDS.search(quote)
    if plain and asking["is_there"].search(question.text):
        return "文件有规定。"
    return ""


def contradicts(claim: str, quote: str) -> bool:
    """Whether a claim allows what its quotation forbids without an exception.

    >>> contradicts("可以转借。", "读者不得转借图书"), contradicts("不可以转借。", "读者不得转借图书")
    (True, False)
    """
    forbidden = _FORBIDS.search(quote) and not _ALLOWS.search(quote) and not _EXCEPTION.search(quote)
    return bool(forbidden and re.search(r"可以|能够?|允许", claim) and not re.search(r"[不没别莫勿]|禁止|严禁", claim))


def _list_statement(question: Question, best: Evidence) -> Statement | None:
    """An enumeration, shown whole, where the question asks for a list or a count and the article is one."""
    if not asks_enumeration(question):
        return None
    enumeration = find_enumeration(best.article)
    if enumeration is None or not belongs(best.sentence, enumeration) or best.feature("article") < SURE_SHARE:
        return None
    if (named := _named_count(question.text)) and named != len(enumeration.titles):
        return None
    titles = "；".join(f"（{i}）{title}" for i, title in enumerate(enumeration.titles, 1))
    text = f"共{len(enumeration.titles)}项。{cite_name(best.document, best.article)}列明：{titles}。{{mark}}"
    return Statement(text, best.article, best.document.title, enumeration.start, enumeration.end)


def _named_count(text: str) -> int:
    """How many things a question says there are (“哪三个方面”); 0 where it leaves that open.

    >>> [_named_count(t) for t in ("是哪三个方面", "分五种，哪五种", "有哪几种", "哪一类")]
    [3, 5, 0, 0]
    """
    match = re.search(rf"(?:哪|分|这|那)([{NUMERAL}]|\\d{{1,2}})(?=[^年月日天岁{NUMERAL}])", text)
    number = parse_numeral(match[1]) if match else None
    return number if number and number > 1 else 0


def _companions(best: Evidence, ranked: Sequence[Evidence]) -> list[Evidence]:
    """Neighbouring sentences of the same 款 that speak of the question nearly as much, in reading order, kept short."""
    chosen = [best, *(e for e in ranked[1:] if _excepts_from(best, e))]
    for other in ranked[1:]:
        beside = other.article.id == best.article.id and any(_gap(other.sentence, c.sentence) == 0 for c in chosen)
        length = sum(len(c.sentence.text) for c in chosen) + len(other.sentence.text)
        if beside and other not in chosen and other.score >= COMPANION_SHARE * best.score and length <= QUOTE_LIMIT:
            chosen.append(other)
    return chosen[1:3]


def _excepts_from(best: Evidence, other: Evidence) -> bool:
    """Whether `other` follows in the same 款 and takes something back: “…不得停放。确需停放的，…”."""
    follows = other.article.id == best.article.id and other.sentence.start == best.sentence.end
    return follows and bool(_OPENS_EXCEPTION.match(other.sentence.text))


def _gap(one: Sentence, other: Sentence) -> int:
    return max(one.start, other.start) - min(one.end, other.end)


def _same_elsewhere(best: Evidence, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The same rule in another document, e.g. in the official summary of a regulation: one sentence at most of each."""
    found: dict[str, Evidence] = {}
    for other in ranked[1:]:
        if other.document.id != best.document.id and same_rule(best.sentence.text, other.sentence.text):
            found.setdefault(other.document.id, other)
    return list(found.values())


def same_rule(one: str, other: str) -> bool:
    """Whether the shorter of two sentences is nearly contained in the longer."""
    a, b = set(character_pairs(one)), set(character_pairs(other))
    return len(a & b) >= SAME_RULE * max(1, min(len(a), len(b)))


def key_words(question: Question, quotes: Sequence[str]) -> tuple[str, ...]:
    """The deciding words of the quotations, for bold type: amounts, dates and what forbids or allows."""
    patterns = [PATTERNS[name] for name in ("amount", "duration", "date") if name in question.expects]
    patterns += [_FORBIDS, _ALLOWS] if question.kind == "yesno" else []
    found = [m.group() for quote in quotes for pattern in patterns for m in pattern.finditer(quote)]
    return tuple(dict.fromkeys(word for word in found if len(word) > 1))[:6]
