"""What can be pressed below an answer: copy it, say whether it helped, ask on, ask otherwise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from assistant.web.conversation import Exchange
from assistant.web.engine import Shelf
from assistant.web.sources import copied_text, report_text
from assistant.web.suggestions import Suggestion, rephrase, suggest_next

REPHRASE_HINT = "换个问法试试：说清楚是哪类人、哪件事，一次只问一件；知道出处的，可以直接写文件名和条号。"


def render_tools(exchange: Exchange, library: Shelf) -> str:
    """The row below an answer or a refusal; a greeting gets none."""
    answer = exchange.answer
    if not answer.citations and not answer.related:
        return ""
    copies = _render_copies(exchange, library) if answer.citations else ""
    return f'<div class="tools">{copies}{_render_rating(exchange)}</div>'


def render_suggestions(exchanges: Sequence[Exchange], library: Shelf) -> str:
    """“接着问”: buttons for the newest answer, what was asked before left out; empty where there is nothing to ask."""
    if not exchanges:
        return ""
    asked = [exchange.question for exchange in exchanges]
    buttons = _render_asks(suggest_next(exchanges[-1].answer, library, asked))
    return f'<nav class="next" aria-label="接着问"><p class="caption">接着问</p>{buttons}</nav>' if buttons else ""


def render_rephrasings(exchange: Exchange, library: Shelf) -> str:
    """“换个问法” below a refusal, and where only some documents were searched, the same question to all."""
    answer = exchange.answer
    if not answer.related:
        return ""
    everywhere = ""
    if exchange.scope:
        asked = escape(exchange.question)
        everywhere = (
            f'<button type="button" class="ask" data-ask="{asked}" data-everywhere>在全部文件中再找一次</button>'
        )
    buttons = _render_asks(rephrase(answer, library), everywhere)
    row = f'<nav class="next" aria-label="换个问法"><p class="caption">换个问法</p>{buttons}</nav>' if buttons else ""
    return f'{row}<p class="hint">{REPHRASE_HINT}</p>'


def render_ask(question: str, shown: str) -> str:
    """A button that asks."""
    return f'<button type="button" class="ask" data-ask="{escape(question)}">{escape(shown)}</button>'


def _render_asks(suggestions: Sequence[Suggestion], before: str = "") -> str:
    buttons = [render_ask(each.question, each.shown) for each in suggestions]
    return f'<div class="asks">{before}{"".join(buttons)}</div>' if before or buttons else ""


def _render_copies(exchange: Exchange, library: Shelf) -> str:
    words = escape(copied_text(exchange.answer, library))
    report = escape(report_text(exchange.question, exchange.answer, library))
    return (
        f'<button type="button" class="quiet large" data-copy="{words}">复制回答</button>'
        f'<button type="button" class="quiet large" data-copy="{report}">复制（报告用）</button>'
    )


def _render_rating(exchange: Exchange) -> str:
    """Helpful or not; which is pressed the browser knows (talk.js), and what is sent stands in `data-opinion`."""
    answer = exchange.answer
    main = answer.citations[0] if answer.citations else None
    opinion = {
        "answer_id": answer.id,
        "question": exchange.question,
        "effective": answer.effective,
        "status": answer.status,
        "document": main.document if main else "",
        "article": main.article if main else "",
    }
    return (
        f'<div class="rating" role="group" aria-label="这个回答有帮助吗" data-opinion="{escape(_as_json(opinion))}">'
        '<button type="button" class="quiet large" data-rate="up" aria-pressed="false">'
        '<span class="thumb" aria-hidden="true"></span>有帮助</button>'
        '<button type="button" class="quiet large" data-rate="down" aria-pressed="false">'
        '<span class="thumb" aria-hidden="true"></span>没帮助</button></div>'
    )


def _as_json(opinion: dict[str, str]) -> str:
    return json.dumps(opinion, ensure_ascii=False)
