"""The row above the question box: which documents to look in, the conversation as a file, a new conversation.

What is chosen the browser keeps (talk.js); it is sent along with every question.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.citations import bracketed
from index.records import Document

ALL_DOCUMENTS = "在全部文件中找"


def render_controls(documents: Sequence[Document]) -> str:
    """The row for a library; with fewer than two documents there is nothing to choose."""
    return f'<div class="controls">{_render_scope(documents)}{_render_export()}{_RESTART}</div>'


_RESTART = '<button type="button" class="quiet" id="restart" data-restart>新对话</button>'


def _render_scope(documents: Sequence[Document]) -> str:
    if len(documents) < 2:
        return '<span class="filler"></span>'
    choices = "".join(
        f'<li><label><input type="checkbox" value="{escape(document.id)}" data-title="{escape(document.title)}">'
        f"<span>{escape(bracketed(document.title))}</span></label></li>"
        for document in documents
    )
    return (
        f'<details class="menu scope" id="scope"><summary class="quiet"><span class="scope-words">{ALL_DOCUMENTS}</span>'
        '</summary><fieldset class="menu-sheet"><legend>只在勾选的文件中查找</legend>'
        '<input type="search" class="scope-search" placeholder="按文件名筛选" aria-label="按文件名筛选" hidden>'
        f'<ul>{choices}</ul><p class="scope-empty" role="status" hidden>没有这个名字的文件</p>'
        '<div class="menu-foot"><button type="button" class="quiet" data-scope-clear>在全部文件中找</button>'
        '<button type="button" class="quiet" data-menu-close>好了</button></div></fieldset></details>'
    )


def _render_export() -> str:
    return (
        '<details class="menu export" id="export"><summary class="quiet">导出</summary><div class="menu-sheet">'
        '<button type="button" class="quiet" data-save="docx">存为文档（Word、WPS）</button>'
        '<button type="button" class="quiet" data-save="md">存为纯文本（Markdown）</button></div></details>'
    )
