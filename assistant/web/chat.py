"""The web chat, and the only file that knows Gradio."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from fastapi import FastAPI

from assistant.web.answers import DISCLAIMER, render_thread
from assistant.web.conversation import (
    MOST_QUESTION_CHARACTERS,
    Exchange,
    as_history,
    read_exchanges,
    write_exchanges,
)
from assistant.web.engine import Live, shown_documents
from assistant.web.services import Services
from assistant.web.shell import PRODUCT, render_topbar
from assistant.web.welcome import load_examples, render_welcome
from index.errors import PolicyQAError

ANSWERED_AT_ONCE = 16
"""Gradio answers one person at a time unless told otherwise; an LLM behind `ask()` may take 10 s each."""

WAITING_AT_MOST = 200
FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
UNEXPECTED = "程序出错了，没有得到回答。问题已放回输入框，请再试一次；仍然不行，请联系管理员查看服务日志。"

# `choose` is our own event: an example button was pressed. The thread is drawn anew with each answer, so the
# listener sits on the component that stays.
_LISTEN = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-ask]');
  if (button) trigger('choose', {question: button.dataset.ask});
});
"""
_PANEL = """
<div id="panel-shade" data-close></div>
<aside id="panel" role="dialog" aria-labelledby="clause-title" hidden>
<div class="panel-bar"><span>条文原文</span>
<button type="button" class="quiet" data-close aria-label="关闭条文">关闭</button></div>
<div id="panel-body" class="clause"></div></aside>
<div id="announcer" class="for-ears" role="status" aria-live="polite"></div>
"""


def mount_chat(app: FastAPI, services: Services) -> None:
    """Serve the chat at `/`; routes that the app has already come first."""
    blocks = build_chat(services.live)
    blocks.queue(default_concurrency_limit=ANSWERED_AT_ONCE, max_size=WAITING_AT_MOST, api_open=False)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",  # the chat takes no files, and Gradio's upload address is always open
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=_theme(),
    )


def build_chat(assistant: Live) -> gr.Blocks:
    """The page: header, conversation, question box, clause panel."""
    welcome = render_welcome(shown_documents(assistant.library), load_examples())
    blocks: gr.Blocks
    with gr.Blocks(title=PRODUCT, analytics_enabled=False, fill_width=True) as blocks:
        # The fixed key lets a conversation outlive the server's restart. It hides nothing from whoever uses the
        # browser, and is not meant to: the text is their own.
        kept = gr.BrowserState([], storage_key="policyqa-conversation", secret="policyqa-conversation")
        asked = gr.State("")
        gr.HTML(render_topbar("问答"), js_on_load=None, elem_id="header", apply_default_css=False)
        with gr.Row(elem_id="toolbar"):
            restart = gr.Button("新对话", elem_id="restart", size="sm")
        thread = gr.HTML(welcome, js_on_load=_LISTEN, elem_id="thread", apply_default_css=False)
        with gr.Column(elem_id="composer"):
            box = _question_box()
            note = f'<p class="disclaimer">{DISCLAIMER}</p>'
            gr.HTML(note, js_on_load=None, elem_id="composer-note", apply_default_css=False)
        gr.HTML(_PANEL, js_on_load=None, elem_id="panel-host", apply_default_css=False)
        _connect(blocks, assistant, welcome, kept=kept, asked=asked, thread=thread, box=box, restart=restart)
    return blocks


def _connect(
    blocks: gr.Blocks,
    assistant: Live,
    welcome: str,
    *,
    kept: gr.BrowserState,
    asked: gr.State,
    thread: gr.HTML,
    box: gr.Textbox,
    restart: gr.Button,
) -> None:
    """Say what happens on a question, a pressed example, a failure, a new conversation and a reload."""

    def answer_typed(question: str, stored: Any) -> Iterator[tuple[Any, ...]]:
        yield from _answer(assistant, question, stored)

    def answer_example(stored: Any, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        yield from _answer(assistant, event.question, stored)

    def recover(question: str, stored: Any) -> tuple[str, str]:
        return question, render_thread(read_exchanges(stored), assistant.library, failure=UNEXPECTED)

    def reopen(stored: Any) -> str:
        exchanges = read_exchanges(stored)
        return render_thread(exchanges, assistant.library) if exchanges else welcome

    outputs = [box, thread, kept, asked]
    shared: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    typed = box.submit(answer_typed, [box, kept], outputs, **shared)
    chosen = thread.choose(answer_example, [kept], outputs, **shared)
    for event in (typed, chosen):
        event.failure(recover, [asked, kept], [box, thread], **shared)
    restart.click(lambda: ([], welcome), None, [kept, thread], **shared)
    blocks.load(reopen, [kept], [thread], **shared)


def _answer(assistant: Live, question: str, stored: Any) -> Iterator[tuple[Any, ...]]:
    """Show the question at once, then its answer as it grows. Yields (box, thread, kept conversation, question asked).

    A question that is not answered goes back into the box: what somebody typed is never lost.
    """
    question = question.strip()
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
    yield "", render_thread(exchanges, assistant.library, pending=question), gr.skip(), question
    try:
        for answer in assistant.stream(question, history=as_history(exchanges)):
            answered = [*exchanges, Exchange(question, answer)]
            yield gr.skip(), render_thread(answered, assistant.library), write_exchanges(answered), question
    except PolicyQAError as error:
        yield question, render_thread(exchanges, assistant.library, failure=str(error)), gr.skip(), question


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
