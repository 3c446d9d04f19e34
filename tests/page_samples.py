"""Invented newspaper pages and policy texts, and a short way to parse them. Every name and number here is made up."""

from __future__ import annotations

from index.corpus import mask_text
from index.library import Library, build_library
from index.pages import is_newspaper_page
from index.records import Document, Page

RULE = "街道办事处应当将第{n}项雨水利用工作纳入年度计划，安排专门经费，每年检查一次并公布结果。"
CHINESE = "一二三四五六七八九"
DATELINE = "新华社北京4月10日电 某地近日举行植树活动，参加活动的居民共种下三百棵树苗。"


def rules(first: int, last: int) -> list[str]:
    """第一条 … 第九条 of an invented 条例, each a sentence that names its number."""
    return [f"第{CHINESE[n - 1]}条 {RULE.format(n=n)}" for n in range(first, last + 1)]


def page(*paragraphs: str) -> str:
    """A page as OCR gives it: paragraphs parted by empty lines."""
    return "\n\n".join(paragraphs) + "\n"


def read_library(*texts: str) -> Library:
    """The library of files with these contents, imported as `policyqa build` would."""
    pages = [Page(f"{i:03d}", f"{i:03d}.txt", mask_text(t), is_newspaper_page(t)) for i, t in enumerate(texts)]
    return build_library(pages)


def read_one(text: str, title: str = "") -> Document:
    """The one document of a file, or that of a page whose title contains `title`."""
    found = [d for d in read_library(text).documents if title in d.title]
    assert len(found) == 1, [d.title for d in read_library(text).documents]
    return found[0]


def numbers(document: Document) -> list[str]:
    return [a.number for a in document.articles]


def texts(document: Document) -> str:
    return "\n".join(a.text for a in document.articles)
