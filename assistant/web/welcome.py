"""The first page: what the assistant can do, which documents it knows, and questions to start with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

from assistant.citations import bracketed
from assistant.web.answers import clause_link
from index.records import Document

EXAMPLES_FILE = Path(__file__).parent / "assets" / "examples.json"
MOST_EXAMPLES = 8
MOST_LISTED = 12
"""A longer list of documents pushes the questions off a phone's screen; the rest is counted."""

ABILITIES = (
    ("一句话说清规定", "用平常说话的方式问，先给结论"),
    ("标明出自哪一条", "点开依据，当场看到整条原文"),
    ("没有依据就直说", "文件里没写的不猜，并给出最接近的条文"),
)


def load_examples(path: Path = EXAMPLES_FILE) -> list[dict[str, str]]:
    """The example questions: `[{"question", "about"}]`, `about` a piece of a title that the library must have."""
    examples: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return examples


def choose_examples(documents: Sequence[Document], examples: Sequence[dict[str, str]]) -> list[str]:
    """Questions that this library can answer: the prepared ones that fit, then one for each further document."""
    fitting = [each["question"] for each in examples if any(each["about"] in document.title for document in documents)]
    covered = {each["about"] for each in examples}
    for document in documents:
        if document.articles and not any(about in document.title for about in covered):
            fitting.append(f"{bracketed(document.title)}{document.articles[0].label}是怎么规定的？")
    return fitting[:MOST_EXAMPLES]


def render_welcome(documents: Sequence[Document], examples: Sequence[dict[str, str]]) -> str:
    """The greeting, abilities, example buttons and list of documents."""
    abilities = "".join(f"<li><b>{name}</b><span>{words}</span></li>" for name, words in ABILITIES)
    buttons = "".join(
        f'<button type="button" class="example" data-ask="{escape(question)}">{escape(question)}</button>'
        for question in choose_examples(documents, examples)
    )
    asks = f'<h2 class="caption">可以这样问</h2><div class="examples">{buttons}</div>' if buttons else ""
    return (
        '<div class="welcome"><h1>想查哪条规定？</h1>'
        '<p class="lead">把工作中遇到的问题写下来，我从收录的文件里找出规定、条号和原文。</p>'
        f'<ul class="abilities">{abilities}</ul>{asks}{_render_documents(documents)}</div>'
    )


def _render_documents(documents: Sequence[Document]) -> str:
    if not documents:
        return '<p class="notice">还没有收录任何文件。请先用 policyqa build 导入文件，再重新启动。</p>'
    lines = "".join(
        f'<li><a href="{escape(clause_link(document.id))}" data-clause><span>{escape(bracketed(document.title))}</span>'
        f'<span class="count">{len(document.articles)} 条</span></a></li>'
        for document in documents[:MOST_LISTED]
    )
    rest = len(documents) - MOST_LISTED
    more = f'<li class="more">另有 {rest} 部文件</li>' if rest > 0 else ""
    return f'<h2 class="caption">已收录 {len(documents)} 部文件</h2><ul class="documents">{lines}{more}</ul>'
