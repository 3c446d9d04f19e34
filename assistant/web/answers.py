"""Answers as HTML: question bubbles, answer cards, refusals, failures.

Every text is escaped where it enters a page; nothing here decides what an answer says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from assistant.citations import bracketed
from assistant.question import normalise_question
from assistant.records import Answer, Citation
from assistant.web.actions import render_ask, render_rephrasings, render_suggestions, render_tools
from assistant.web.conversation import Exchange
from assistant.web.engine import Shelf, find_cited_id, find_document
from assistant.web.sources import MARKER, repeats, shown_scope
from index.simplify import simplified

LEAST_SHARE_SHOWN = 0.005
"""A clause with less would be listed with 0 %."""


def clause_link(document_id: str, article: str = "", start: int | None = None, end: int | None = None) -> str:
    """The address of a clause, with the quoted characters to be highlighted; without an article, of the contents.

    >>> clause_link("a b", "12", 0, 4)
    '/clause?document=a+b&article=12&start=0&end=4'
    """
    query: dict[str, str | int] = {"document": document_id}
    if article:
        query["article"] = article
    if start is not None and end is not None:
        query |= {"start": start, "end": end}
    return f"/clause?{urlencode(query)}"


def render_thread(
    exchanges: Sequence[Exchange],
    library: Shelf,
    pending: str = "",
    failure: str = "",
    retry: str = "",
    is_growing: bool = False,
) -> str:
    """The whole conversation; `pending` is a question still being answered, `failure` why the last one was not.

    `retry` is the question that failed where it is not in the box; `is_growing`: the last answer is still being
    written."""
    turns = [render_exchange(exchange, library) for exchange in exchanges]
    if exchanges and not (pending or failure or is_growing):
        turns[-1] = _turn(
            exchanges[-1].question, _body(exchanges[-1], library) + render_suggestions(exchanges, library)
        )
    if pending:
        waiting = '<div class="card waiting" role="status"><span class="dots"></span>正在查找条文……</div>'
        turns.append(_turn(pending, waiting))
    if failure:
        again = f'<div class="asks">{render_ask(retry, f"再问一次：{retry}")}</div>' if retry else ""
        failed = f'<div class="card failed" role="alert">{escape(failure)}</div>{again}'
        turns.append(f'<section class="turn">{failed}</section>')
    return f'<h1 class="for-ears">对话</h1>{"".join(turns)}' if turns else ""


def render_exchange(exchange: Exchange, library: Shelf) -> str:
    """One question with its answer or refusal."""
    return _turn(exchange.question, _body(exchange, library))


def render_words(text: str, key_words: Sequence[str], links: dict[int, str]) -> str:
    """Answer text with its deciding words in bold and its markers as links (`links`: marker -> address).

    >>> render_words("不低于平均水平[1]", ("平均水平",), {1: "/c"})
    '不低于<strong>平均水平</strong><a class="marker" href="/c" data-clause aria-label="依据1">1</a>'
    """
    words = sorted({word for word in key_words if word}, key=len, reverse=True)
    pattern = re.compile("|".join([MARKER.pattern, *(f"(?:{re.escape(word)})" for word in words)]))
    pieces, place = [], 0
    for found in pattern.finditer(text):
        pieces.append(escape(text[place : found.start()]))
        pieces.append(_render_piece(found, links))
        place = found.end()
    return "".join([*pieces, escape(text[place:])])


def _turn(question: str, body: str) -> str:
    asked = f'<div class="question"><span class="for-ears">问：</span>{escape(question)}</div>'
    return f'<section class="turn">{asked}{body}</section>'


def _body(exchange: Exchange, library: Shelf) -> str:
    is_refused = exchange.answer.status == "refused"
    return _render_refused(exchange, library) if is_refused else _render_answered(exchange, library)


def _render_piece(found: re.Match[str], links: dict[int, str]) -> str:
    if found[1] is None:
        return f"<strong>{escape(found[0])}</strong>"
    address = links.get(int(found[1]))
    if address is None:
        return escape(found[0])
    return f'<a class="marker" href="{escape(address)}" data-clause aria-label="依据{found[1]}">{found[1]}</a>'


def _render_answered(exchange: Exchange, library: Shelf) -> str:
    answer = exchange.answer
    links = {
        each.marker: clause_link(find_cited_id(library, each), each.article, each.start, each.end)
        for each in answer.citations
    }
    citations = "".join(
        _render_citation(each, links[each.marker], with_quote=not repeats(answer.answer, each.quote))
        for each in answer.citations
    )
    sources = f'<p class="caption">依据（点开看原文）</p><ol class="citations">{citations}</ol>' if citations else ""
    return (
        f'<article class="card answer">{_render_scope(exchange)}{_render_effective(answer)}'
        f'<div class="words">{render_words(answer.answer, answer.key_words, links)}</div>'
        f"{_render_notices(answer)}{_render_understood(answer)}{sources}{_render_related(answer, library, '相关条文')}"
        f"{_render_explanation(answer)}{render_tools(exchange, library)}"
        "</article>"
    )


def _render_refused(exchange: Exchange, library: Shelf) -> str:
    answer = exchange.answer
    # Without a nearest clause it was a greeting or another subject: "nothing found" and "ask again" would be beside it.
    where = "所选文件" if exchange.scope else "收录的文件"
    verdict = f'<p class="verdict">{where}里没有找到依据</p>' if answer.related else ""
    return (
        f'<article class="card refused">{_render_scope(exchange)}{_render_effective(answer)}{verdict}'
        f'<div class="words">{render_words(answer.answer, answer.key_words, {})}</div>'
        f"{_render_notices(answer)}{_render_related(answer, library, '最接近的条文，供参考')}"
        f"{render_rephrasings(exchange, library)}{_render_explanation(answer)}{render_tools(exchange, library)}</article>"
    )


def _render_citation(citation: Citation, address: str, with_quote: bool) -> str:
    quote = f'<blockquote class="quote">{escape(citation.quote)}</blockquote>' if with_quote else ""
    chip = _render_chip(address, citation.document, citation.label, f'<span class="number">{citation.marker}</span>')
    return f'<li class="citation">{chip}{quote}{_render_variants(citation)}</li>'


def _render_chip(address: str, document: str, label: str, before: str = "") -> str:
    return (
        f'<a class="chip" href="{escape(address)}" data-clause>{before}<span class="chip-words">'
        f'<span class="chip-title">{escape(bracketed(document))}</span>'
        f'<span class="chip-label">{escape(label)}</span></span></a>'
    )


def _render_variants(citation: Citation) -> str:
    """The sign that printings differ inside the quotation; it opens to a sentence for each place."""
    lines = []
    for variant in citation.variants:
        others = "、".join(f"“{each}”" if each else "（缺）" for each in variant.variants)
        said = variant.note or f"各版印刷不一致：此处取“{variant.reading}”，另有版本作{others}。"
        lines.append(f'<p class="notice variant">{escape(said)}</p>')
    if not lines:
        return ""
    sign = f'<summary class="variant-sign">各刊本文字不同（{len(lines)} 处）</summary>'
    return f'<details class="variants">{sign}{"".join(lines)}</details>'


def _render_understood(answer: Answer) -> str:
    """How everyday words were taken, so that a wrong guess is seen."""
    if not answer.understood:
        return ""
    pairs = "，".join(f"“{escape(each.typed)}”按“{escape(each.policy_word)}”" for each in answer.understood)
    return f'<p class="understood">问话里的{pairs}查找</p>'


def _render_scope(exchange: Exchange) -> str:
    """Where only some documents were searched, which."""
    return f'<p class="scoped">{escape(shown_scope(exchange.scope))}</p>' if exchange.scope else ""


def _render_effective(answer: Answer) -> str:
    """The question as the conversation makes it, where that is more than was typed."""
    if not answer.effective or answer.effective == normalise_question(simplified(answer.question)):
        return ""
    return f'<p class="effective">结合上文，理解为：{escape(answer.effective)}</p>'


def _render_explanation(answer: Answer) -> str:
    """Why this clause, on demand: the question as understood, what was compared, how sure, how long it took."""
    if not answer.considered:
        return ""
    rows = []
    for place, each in enumerate(answer.considered):
        if place and each.share < LEAST_SHARE_SHOWN:
            continue
        words = _without_parts(each.matched)
        matched = f"，有问话里的“{escape('、'.join(words))}”" if words else ""
        name = f"{escape(bracketed(each.document))}{escape(each.label.split(' ', 1)[0])}"
        rows.append(f"<li>{name}：合适程度 {each.share:.0%}{matched}</li>")
    heading = "为什么是这一条" if answer.citations else "比较过哪些条文"
    sure = "" if answer.likely is None else f"<p>能回答的把握：{answer.likely:.0%}</p>"
    took = f"<p>用时 {answer.timings_ms.get('total', 0.0):.0f} 毫秒</p>"
    return (
        f'<details class="why"><summary>{heading}</summary>'
        f"<p>问题理解为：{escape(answer.effective)}</p><ol>{''.join(rows)}</ol>{sure}{took}</details>"
    )


def _without_parts(words: Sequence[str]) -> list[str]:
    """
    >>> _without_parts(["工资", "工作", "工作者"])
    ['工资', '工作者']
    """
    return [word for word in words if not any(word != other and word in other for other in words)]


def _render_notices(answer: Answer) -> str:
    return "".join(f'<p class="notice">{escape(notice)}</p>' for notice in answer.notices)


def _render_related(answer: Answer, library: Shelf, caption: str) -> str:
    chips = []
    for each in answer.related:
        document = find_document(library, each.document)
        address = clause_link(document.id if document else each.document, each.article)
        chips.append(f"<li>{_render_chip(address, each.document, each.label)}</li>")
    return f'<p class="caption">{caption}</p><ul class="related">{"".join(chips)}</ul>' if chips else ""
