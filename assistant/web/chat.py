"""The web chat, and the only file that knows Gradio."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from assistant.state.columns import clean_text
from assistant.web.answers import render_thread
from assistant.web.controls import render_controls
from assistant.web.conversation import (
    MOST_QUESTION_CHARACTERS,
    Exchange,
    as_history,
    read_exchanges,
    write_exchanges,
)
from assistant.web.engine import Live, Shelf, find_document, shown_documents
from assistant.web.feedback import note
from assistant.web.services import Services
from assistant.web.shell import PRODUCT, render_topbar
from assistant.web.sources import DISCLAIMER
from assistant.web.welcome import load_examples, render_welcome
from index.errors import PolicyQAError

AT_ONCE = 128
"""Gradio works on one question at a time unless told otherwise, and on 40 events of all kinds; an LLM behind `ask()` may
take 10 s each, and a thread that waits for it costs next to nothing."""

WAITING_AT_MOST = 200
FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
_CLOSED = ("/gradio_api/upload", "/gradio_api/process_recording", "/gradio_api/dev/reload")
"""Gradio's, and always open: files that came would stay in the temporary folder for ever, the last is a stream without end."""
OLD_PAGE = "页面已经更新，请刷新后再问。"
UNEXPECTED = "程序出错了，没有得到回答。问题还在，请再试一次；仍然不行，请联系管理员查看服务日志。"

# `submit` of the thread, `restart`, `save_docx` and `save_md` are events of our own: a button in the page was pressed, or the address asks a question
# (talk.js). The thread is drawn anew with each answer, so the listener sits on the component that stays.
_LISTEN = """
element.addEventListener('policyqa-ask', (event) => trigger('submit', event.detail));
"""
_LISTEN_CONTROLS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-restart], [data-save]');
  if (button) trigger({docx: 'save_docx', md: 'save_md'}[button.dataset.save] ?? 'restart', {});
});
"""
_WITH_SCOPE = "(question, kept, scope) => [question, kept, window.policyqa.scope()]"
_SAVE = "(kept) => { window.policyqa.save(kept, '%s'); return []; }"
_PANEL = """
<div id="panel-shade" data-close></div>
<div id="panel" role="dialog" aria-labelledby="clause-title" hidden>
<div class="panel-bar"><span>条文原文</span>
<button type="button" class="quiet" data-close aria-label="关闭条文">关闭</button></div>
<div id="panel-body" class="clause"></div></div>
<div id="announcer" class="for-ears" role="status" aria-live="polite"></div>
"""


def mount_chat(app: FastAPI, services: Services) -> None:
    """Serve the chat at `/`; routes that the app has already come first."""
    for closed in _CLOSED:
        app.add_api_route(closed, _refuse_closed, methods=["GET", "POST"], include_in_schema=False)
    blocks = build_chat(services)
    # Gradio sums up all events with pandas after each one, for a page of statistics that is switched off here.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")
    blocks.max_threads = AT_ONCE  # read by `queue()`; without it 40 slow answers hold up everybody
    blocks.queue(default_concurrency_limit=AT_ONCE, max_size=WAITING_AT_MOST, api_open=False)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=_theme(),
        app_kwargs={"exception_handlers": {KeyError: _explain_old_page}},
    )


def _refuse_closed() -> JSONResponse:
    return JSONResponse({"detail": "没有这个地址；对话里不能传文件。"}, status_code=404)


def _explain_old_page(request: Request, error: Exception) -> JSONResponse:
    """Gradio's number of an event that there is not: the page was opened before the program was updated."""
    if not request.url.path.endswith("/queue/join"):
        raise error
    return JSONResponse({"detail": OLD_PAGE}, status_code=409)


@dataclass(frozen=True, slots=True)
class Page:
    """The components of the page that change: `kept` is the conversation in the browser, `scope` carries the documents
    chosen there, `asked` the question under way, `controls` the row above the question box."""

    kept: gr.BrowserState
    scope: gr.BrowserState
    asked: gr.State
    thread: gr.HTML
    controls: gr.HTML
    box: gr.Textbox


def build_chat(services: Services) -> gr.Blocks:
    """The page: header, conversation, question box, clause panel."""
    blocks: gr.Blocks
    with gr.Blocks(title=PRODUCT, analytics_enabled=False, fill_width=True) as blocks:
        # The fixed key lets a conversation outlive the server's restart. It hides nothing from whoever uses the
        # browser, and is not meant to: the text is their own.
        kept = gr.BrowserState([], storage_key="policyqa-conversation", secret="policyqa-conversation")
        scope = gr.BrowserState([], storage_key="policyqa-scope", secret="policyqa-scope")
        asked = gr.State("")
        gr.HTML(render_topbar("问答"), js_on_load=None, elem_id="header", apply_default_css=False)
        # Both are filled when the page is opened, from the library of that moment.
        thread = gr.HTML("", js_on_load=_LISTEN, elem_id="thread", apply_default_css=False)
        with gr.Column(elem_id="composer"):
            controls = gr.HTML("", js_on_load=_LISTEN_CONTROLS, elem_id="controls", apply_default_css=False)
            box = _question_box()
            note_below = f'<p class="disclaimer">{DISCLAIMER}</p>'
            gr.HTML(note_below, js_on_load=None, elem_id="composer-note", apply_default_css=False)
        gr.HTML(_PANEL, js_on_load=None, elem_id="panel-host", apply_default_css=False)
        _connect(blocks, services, Page(kept, scope, asked, thread, controls, box))
    return blocks


def _connect(blocks: gr.Blocks, services: Services, page: Page) -> None:
    """Say what happens on a question, a pressed button, a failure, a new conversation, an export and a reload."""
    live = services.live

    def answer(typed: str | None, stored: Any, chosen: Any, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        pressed = isinstance(event.target, gr.HTML)
        typed = clean_text(typed or "")
        question = clean_text(str(event.question)) if pressed else typed
        scope = () if pressed and event.everywhere else _read_scope(chosen, live.library)
        yield from _answer(services, question, stored, scope, draft=typed.strip() if pressed else "")

    def recover(question: str, stored: Any, draft: str) -> tuple[str, str]:
        exchanges, retry = read_exchanges(stored), question if draft else ""
        return draft or question, render_thread(exchanges, live.library, failure=UNEXPECTED, retry=retry)

    def reopen(stored: Any) -> tuple[str, str]:
        exchanges = read_exchanges(stored)
        thread = render_thread(exchanges, live.library) if exchanges else _welcome(live)
        return thread, render_controls(shown_documents(live.library))

    shared: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    # One listener for both, so that nothing is asked while an answer is on its way.
    answered = gr.on(
        [page.box.submit, page.thread.submit],
        answer,
        [page.box, page.kept, page.scope],
        [page.box, page.thread, page.kept, page.asked],
        js=_WITH_SCOPE,
        trigger_mode="once",
        **shared,
    )
    answered.failure(recover, [page.asked, page.kept, page.box], [page.box, page.thread], **shared)
    at_once: dict[str, Any] = {**shared, "queue": False}
    page.controls.restart(lambda: ([], _welcome(live)), None, [page.kept, page.thread], **at_once)
    page.controls.save_docx(None, [page.kept], None, js=_SAVE % "docx", **shared)
    page.controls.save_md(None, [page.kept], None, js=_SAVE % "md", **shared)
    blocks.load(reopen, [page.kept], [page.thread, page.controls], **at_once)


def _welcome(live: Live) -> str:
    return render_welcome(shown_documents(live.library), load_examples())


def _read_scope(chosen: Any, library: Shelf) -> tuple[str, ...]:
    """The ids that a browser sent, those that the library still has; empty for all documents."""
    ids = [each for each in chosen if isinstance(each, str)] if isinstance(chosen, list) else []
    known = {document.id for document in shown_documents(library)}
    return tuple(dict.fromkeys(each for each in ids if each in known))


def _answer(
    services: Services, question: str, stored: Any, scope: Sequence[str], draft: str
) -> Iterator[tuple[Any, ...]]:
    """Show the question at once, then its answer as it grows. Yields (box, thread, kept conversation, question asked).

    `scope` are the ids of the only documents to look in. A question that is not answered goes back into the box, unless
    there is a `draft` in it: what somebody typed is never lost.
    """
    question, live = question.strip(), services.live
    exchanges = read_exchanges(stored)
    if not question:
        yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        return
    if len(question) > MOST_QUESTION_CHARACTERS:
        gr.Warning(
            f"问题有 {len(question)} 个字，最多 {MOST_QUESTION_CHARACTERS} 个字；请缩短后再问。", title="问题太长"
        )
        yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        return
    yield gr.skip() if draft else "", render_thread(exchanges, live.library, pending=question), gr.skip(), question
    titles = tuple(document.title for each in scope if (document := find_document(live.library, each)))
    # An id of its own: two people who ask the same and think differently of the answer are two opinions.
    asking = live.stream(question, as_history(exchanges), uuid4().hex[:16], tuple(scope) or None)
    answered = exchanges
    try:
        for answer in asking:
            answered = [*exchanges, Exchange(question, answer, titles)]
            thread = render_thread(answered, live.library, is_growing=answer.mode == "llm")
            yield gr.skip(), thread, write_exchanges(answered), question
    except PolicyQAError as error:
        failed = render_thread(exchanges, live.library, failure=str(error), retry=question if draft else "")
        yield gr.skip() if draft else question, failed, gr.skip(), question
        return
    if answered:
        note(services, answered[-1].answer)
        if answered[-1].answer.mode == "llm":
            yield gr.skip(), render_thread(answered, live.library), gr.skip(), question


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label="问题",
        show_label=False,
        container=False,
        placeholder="写下你的问题",
        lines=1,
        max_lines=6,
        autofocus=True,
        submit_btn="发送",
        elem_id="question",
        html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", autocomplete="off", lang="zh-CN"),
    )


def _theme() -> gr.themes.Base:
    """System fonts only: a font file would be a download, and a hosted one a request to another host."""
    fonts = [gr.themes.Font(name) for name in FONTS]
    theme = gr.themes.Base(font=fonts, font_mono=[gr.themes.Font("monospace")], text_size=gr.themes.sizes.text_lg)
    return theme.set(
        body_background_fill="var(--paper)",
        body_background_fill_dark="var(--paper)",
        body_text_color="var(--ink)",
        body_text_color_dark="var(--ink)",
        input_background_fill="var(--surface)",
        input_background_fill_dark="var(--surface)",
        input_border_color="var(--line-strong)",
        input_border_color_dark="var(--line-strong)",
        input_border_color_focus="var(--accent)",
        input_border_color_focus_dark="var(--accent)",
        input_placeholder_color="var(--ink-soft)",
        input_placeholder_color_dark="var(--ink-soft)",
        button_primary_background_fill="var(--accent)",
        button_primary_background_fill_dark="var(--accent)",
        button_primary_text_color="var(--on-accent)",
        button_primary_text_color_dark="var(--on-accent)",
        button_secondary_background_fill="var(--surface)",
        button_secondary_background_fill_dark="var(--surface)",
        button_secondary_text_color="var(--ink)",
        button_secondary_text_color_dark="var(--ink)",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
    )
