"""Whole pages: the frame of our own pages (Jinja templates), and the head of the page that Gradio writes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.citations import bracketed

ASSETS = Path(__file__).parent / "assets"
TEMPLATES = Path(__file__).parent / "templates"
PRODUCT = "政策问答"
ROOMS = (("问答", "/"), ("全文", "/read"), ("备课", "/studio"), ("资料库", "/library"))
"""The rooms, as the top bar names them, and where they are."""

_VIEWPORT = "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
_OUTSIDE_META = re.compile(r"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>\s*")
_VIEWPORT_META = re.compile(r"<meta\s+name=\"viewport\"[^>]*>")
_MANIFEST = re.compile(r"<link rel=\"manifest\"[^>]*>")
_LOADING = (
    '<div id="loading" role="status">正在打开……</div>'
    '<noscript><p>对话页面需要启用 JavaScript。查看条文和接口说明不需要：<a href="/docs">接口说明</a></p></noscript>'
)


def render_page(title: str, body: str, kind: str = "", room: str = "") -> str:
    """A page of its own around `body` (HTML); `title` is text, `room` one of `ROOMS`, `kind` a class of the page."""
    return render_template("frame.html", title=title, body=Markup(body), kind=kind, room=room)


def render_topbar(room: str) -> str:
    """The bar with the rooms, `room` being the current one."""
    return render_template("topbar.html", room=room)


def render_template(name: str, **values: object) -> str:
    """A template of `templates/`; values are escaped unless they are `Markup`, and one that is missing raises."""
    return _templates().get_template(name).render(product=PRODUCT, rooms=ROOMS, **values)


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
        '<script src="/web/storage.js"></script>'
        f"<title>{PRODUCT}</title>"
        '<meta name="description" content="用平常的话问政策，答案附条号和原文" />'
        '<meta name="color-scheme" content="light dark" />'
        '<link rel="icon" href="/web/icon.svg" type="image/svg+xml" />'
        '<link rel="stylesheet" href="/web/base.css" /><link rel="stylesheet" href="/web/chat.css" />'
        '<script src="/web/chat.js" defer></script><script src="/web/talk.js" defer></script>'
    )
    page = page.replace("</head>", f"{head}</head>", 1)
    return page.replace("<gradio-app", f"{_LOADING}<gradio-app", 1)


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["bracketed"] = bracketed
    return templates
