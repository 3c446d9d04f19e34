"""Ranked sentences -> the statements of an extractive answer: the words that answer, and where else they stand.

A sentence is cited whole; of a long one only the half-sentences that answer are shown, never without the condition or the
exception beside the rule (“；确需…的，报…批准”).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.arithmetic import reckon
from assistant.asking import PATTERNS
from assistant.citations import Statement, bracketed
from assistant.evidence import Evidence, asks_enumeration, belongs
from assistant.question import Question
from assistant.sentences import Sentence, find_enumeration, split_halves, split_sentences
from index.numerals import NUMERAL, parse_numeral
from index.records import Article, Document
from index.tokens import character_pairs

_FORBIDS = re.compile(r"不得|禁止|严禁|不能|不可以|不准|不予")
_ALLOWS = re.compile(r"(?<!不)可以|可(?=按|根据|进一步|结合|依法|由|向)|有权|允许|准予")
_KINDS_OF_RULE = re.compile(r"应当|必须|鼓励|探索|提倡")
_DECIDER = re.compile(
    r"(?:由|报请?|经|向|会同)([^，。；、由报经向]{2,20}(?:部门|政府|党委|党组织|委员会|机关|层面|级|（乡镇）|组织部))"
)
OPENS_EXCEPTION = re.compile(r"但|确需|除[^，。；]{1,40}外|特殊情况|[^，。；]{1,12}(?:确需|另有规定)")
LEANS = re.compile(r"逾期|其中|其|该|前|上述|必要时|[^，。；]{0,6}不成的|对其|否则|情节|构成|未|并|同时|由此|对此")
"""How a half-sentence begins that is not understood without the one before it."""

SAME_RULE = 0.72
"""Share of character pairs from which a sentence of another document is the same rule in other words."""

MOST_STATEMENTS = 3

SURE_SHARE = 0.4
"""Share of the question's words that an article must meet before its list is counted."""

COMPANION, COMPANION_KNOWN = 0.35, 0.2
"""A further sentence of the same article is cited from this share of the best one's chance on: a neighbour; and any sentence
where known questions tell which ones answer."""

QUOTE_LIMIT = 160  # characters that a reader takes in at a glance; the best sentence is quoted whatever its length
SHOWN_WHOLE = 70  # characters up to which a sentence is shown whole
PART = 0.5
"""A further half-sentence is shown from this share of the best one's chance on."""
AS_GOOD = 1.5  # nats of ranking by which a rule may be behind the text that reports it
PARTS_AMONG = 3
"""What answers a question inside the question must be among the first articles for the whole of it."""

Measure = Callable[[Article, Sequence[Sentence]], Sequence[float]]
"""Log odds, up to a constant, that each of these pieces of an article answers the question."""


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
    question: Question,
    ranked: Sequence[Evidence],
    parts: Sequence[Sequence[Evidence]] = (),
    opening: Callable[[str], str] = lambda clause: "",
    measure: Measure | None = None,
) -> list[Statement]:
    """The statements of an answer, the main one first; empty where there is no evidence.

    `parts` are the ranked sentences of each question inside the question that the clauses settle by itself; `opening`
    gives the direct words before the first statement, by all that is cited there; `measure` tells which half of a long sentence to show.
    """
    if not ranked:
        return []
    best = ranked[0]
    if question.kind == "lookup" and best.hit.looked_up:
        named = {e.article.id: e for e in reversed(ranked) if e.hit.looked_up}  # “第十二条” of two documents is two
        return [_whole_article(e) for e in sorted(named.values(), key=lambda e: -e.score)][:MOST_STATEMENTS]
    if sides := _both_sides(question, parts):
        statements = []
        for name, side in zip(question.parts, sides, strict=True):
            best = _primary(side[0], side)
            said = _statement(_runs([best, *_companions(best, side)])[0], measure)
            statements.append(replace(said, text=f"{name}：{said.text}"))
        return statements
    best = _primary(best, ranked)
    if listed := _list_statement(question, best):
        main = [replace(listed, text=opening(listed.quote) + listed.text)]
    else:
        runs = _runs(_with_parts([best, *_companions(best, ranked)], parts, ranked))
        first = opening("".join(evidence.sentence.text for evidence in runs[0]))
        main = [_statement(runs[0], measure, first, question.text), *(_more(run, measure) for run in runs[1:])]
    statements, cited = main, {best.article.id}
    near = list(dict.fromkeys(e.article.id for e in ranked))[:PARTS_AMONG]
    for part in parts:
        if part[0].article.id in near and part[0].article.id not in cited:
            statements.append(_statement(_runs([part[0], *_companions(part[0], part)])[0], measure))
            cited.add(part[0].article.id)
    for other in _same_elsewhere(best, ranked):
        if other.article.id not in cited:
            statements.append(_same_said(other))
            cited.add(other.article.id)
    return statements[: MOST_STATEMENTS + len(main) - 1]


def _with_parts(
    chosen: list[Evidence], parts: Sequence[Sequence[Evidence]], ranked: Sequence[Evidence]
) -> list[Evidence]:
    """The sentences of the article that answer a question inside the question, added to those chosen for the whole."""
    for part in parts:
        found = part[0]
        same = [e for e in ranked if e.article.id == found.article.id and e.sentence == found.sentence]
        if found.article.id == chosen[0].article.id and same and same[0] not in chosen:
            chosen.append(same[0])
    return chosen[:MOST_STATEMENTS]


def _both_sides(question: Question, parts: Sequence[Sequence[Evidence]]) -> list[Sequence[Evidence]]:
    """What is said of each side of a comparison, where two clauses say it."""
    different = len({part[0].article.id for part in parts}) == len(parts) == len(question.parts) == 2
    return list(parts) if question.kind == "compare" and different else []


def _primary(best: Evidence, ranked: Sequence[Evidence]) -> Evidence:
    """The rule itself, where the best sentence is one of a text that speaks of it and says the same."""
    if best.feature("primary"):
        return best
    for other in ranked[1:]:
        if other.score < best.score - AS_GOOD:
            break
        if other.feature("primary") and same_rule(best.sentence.text, other.sentence.text):
            return other
    return best


def _runs(chosen: Sequence[Evidence]) -> list[list[Evidence]]:
    """Sentences that follow each other, the best one's run first, the others in reading order."""
    runs: list[list[Evidence]] = []
    for evidence in sorted(chosen, key=lambda e: e.sentence.start):
        if runs and _gap(runs[-1][-1].sentence, evidence.sentence) == 0:
            runs[-1].append(evidence)
        else:
            runs.append([evidence])
    return sorted(runs, key=lambda run: chosen[0] not in run)


def _statement(chosen: Sequence[Evidence], measure: Measure | None, opening: str = "", question: str = "") -> Statement:
    article, document = chosen[0].article, chosen[0].document
    shown = _shown_words(chosen, measure)
    sum_ = reckon(question, shown)
    text = f"{opening}{cite_name(document, article)}{_says(document, article)}：“{shown}”{{mark}}{sum_}"
    return Statement(text, article, document.title, chosen[0].sentence.start, chosen[-1].sentence.end)


def _more(chosen: Sequence[Evidence], measure: Measure | None) -> Statement:
    """Another passage of the article cited just before."""
    article, document = chosen[0].article, chosen[0].document
    text = f"又：“{_shown_words(chosen, measure)}”{{mark}}"
    return Statement(text, article, document.title, chosen[0].sentence.start, chosen[-1].sentence.end)


def _same_said(other: Evidence) -> Statement:
    """Where else the same stands; its words are in the citation."""
    text = f"{cite_name(other.document, other.article)}也有同样内容。{{mark}}"
    return Statement(text, other.article, other.document.title, other.sentence.start, other.sentence.end)


def _shown_words(chosen: Sequence[Evidence], measure: Measure | None) -> str:
    """The words of a run; of one long sentence the half-sentences that answer. The citation has them all."""
    article, start, end = chosen[0].article, chosen[0].sentence.start, chosen[-1].sentence.end
    if measure is None or len(chosen) > 1 or end - start <= SHOWN_WHOLE:
        return _shown(article.text[start:end])
    halves = split_halves(chosen[0].sentence)
    if len(halves) < 2:
        return _shown(article.text[start:end])
    scores = measure(article, halves)
    best = max(range(len(halves)), key=lambda i: (scores[i], -i))
    kept = {i for i in range(len(halves)) if math.exp(scores[i] - scores[best]) >= PART}
    first, last = min(kept), max(kept)
    while first and (LEANS.match(halves[first].text) or OPENS_EXCEPTION.match(halves[first].text)):
        first -= 1
    while last + 1 < len(halves) and (
        OPENS_EXCEPTION.match(halves[last + 1].text) or LEANS.match(halves[last + 1].text)
    ):
        last += 1
    return _shown(article.text[halves[first].start : halves[last].end]).rstrip("；;")


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


def _list_statement(question: Question, best: Evidence) -> Statement | None:
    """An enumeration, shown whole, where the question asks for a list or a count and the article is one."""
    if not asks_enumeration(question):
        return None
    enumeration = find_enumeration(best.article)
    if enumeration is None or not belongs(best.sentence, enumeration):
        return None
    named = _named_count(question.text)
    is_sure = named == len(enumeration.titles) if named else best.feature("article") >= SURE_SHARE
    if not is_sure:
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
    """Further sentences of the article that the answer needs: those that known questions name, an exception that follows
    in the next sentence, and neighbours that speak of the question nearly as much; kept short."""
    own = [e for e in ranked if e.article.id == best.article.id and e is not best]
    chosen = [best, *(e for e in own if _excepts_from(best, e))]
    is_known = best.nearest > 0
    for other in own:
        beside = is_known or any(_gap(other.sentence, c.sentence) == 0 for c in chosen)
        least = COMPANION_KNOWN if is_known else COMPANION
        belongs_here = beside and math.exp(other.score - best.score) >= least
        length = sum(len(c.sentence.text) for c in chosen) + len(other.sentence.text)
        if belongs_here and other not in chosen and length <= QUOTE_LIMIT:
            chosen.append(other)
    return chosen[1:3]


def _excepts_from(best: Evidence, other: Evidence) -> bool:
    """Whether `other` follows in the same 款 and takes something back: “…不得停放。确需停放的，…”."""
    follows = other.article.id == best.article.id and other.sentence.start == best.sentence.end
    return follows and bool(OPENS_EXCEPTION.match(other.sentence.text))


def _gap(one: Sentence, other: Sentence) -> int:
    return max(one.start, other.start) - min(one.end, other.end)


def _same_elsewhere(best: Evidence, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The same rule in another document, e.g. in the official summary of a regulation: one sentence at most of each."""
    found: dict[str, Evidence] = {}
    for other in ranked:
        if other.document.id != best.document.id and same_rule(best.sentence.text, other.sentence.text):
            found.setdefault(other.document.id, other)
    return list(found.values())


def same_rule(one: str, other: str) -> bool:
    """Whether the shorter of two sentences is nearly contained in the longer."""
    a, b = set(character_pairs(one)), set(character_pairs(other))
    return len(a & b) >= SAME_RULE * max(1, min(len(a), len(b)))


def key_words(question: Question, quotes: Sequence[str]) -> tuple[str, ...]:
    """The deciding words of the quotations, for bold type: amounts, dates, counts, who decides, and for yes or no what
    forbids, allows, obliges or encourages."""
    patterns = [
        PATTERNS[name] for name in ("amount", "duration", "date", "count", "percentage") if name in question.expects
    ]
    patterns += [_DECIDER] if "body" in question.expects else []
    patterns += [_FORBIDS, _ALLOWS, _KINDS_OF_RULE] if question.asks_yes_no else []
    found = [m.group(m.lastindex or 0) for quote in quotes for pattern in patterns for m in pattern.finditer(quote)]
    return tuple(dict.fromkeys(word for word in found if len(word) > 1))[:6]
