"""Whole pages: the frame of our own pages, and the head of the page that Gradio writes."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path
from string import Template

ASSETS = Path(__file__).parent / "assets"
PRODUCT = "政策问答"

_VIEWPORT = "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
_OUTSIDE_META = re.compile(r"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>\s*")
_VIEWPORT_META = re.compile(r"<meta\s+name=\"viewport\"[^>]*>")
_MANIFEST = re.compile(r"<link rel=\"manifest\"[^>]*>")
_LOADING = (
    '<div id="loading" role="status">正在打开……</div>'
    '<noscript><p>对话页面需要启用 JavaScript。查看条文和接口说明不需要：<a href="/docs">接口说明</a></p></noscript>'
)


def render_page(title: str, body: str, kind: str = "") -> str:
    """A page of its own around `body` (HTML); `title` is text."""
    return _frame().substitute(title=escape(f"{title} · {PRODUCT}"), body=body, kind=escape(kind), product=PRODUCT)


def rewrite_head(page: str) -> str:
    """Gradio's page in Chinese and without a word about other hosts.

    Its template says `lang="en"`, points share cards at GitHub and gives phones no rule for the on-screen keyboard,
    which then covers the question box. Styles go into the head, so that the page never shows unstyled.
    """
    page = page.replace('lang="en"', 'lang="zh-CN"', 1)
    page = _OUTSIDE_META.sub("", page)
    page = _MANIFEST.sub("", page, count=1)
    page = _VIEWPORT_META.sub(f'<meta name="viewport" content="{_VIEWPORT}" />', page, count=1)
    head = (
        f"<title>{PRODUCT}</title>"
        '<meta name="description" content="用平常的话问政策，答案附条号和原文" />'
        '<meta name="color-scheme" content="light dark" />'
        '<link rel="icon" href="/web/icon.svg" type="image/svg+xml" />'
        '<link rel="stylesheet" href="/web/base.css" /><link rel="stylesheet" href="/web/chat.css" />'
        '<script src="/web/chat.js" defer></script>'
    )
    page = page.replace("</head>", f"{head}</head>", 1)
    return page.replace("<gradio-app", f"{_LOADING}<gradio-app", 1)


@cache
def _frame() -> Template:
    return Template((ASSETS / "page.html").read_text(encoding="utf-8"))
