"""A document as a file to keep: plain text for people, JSON for programs."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from fastapi import Response

from assistant.citations import bracketed
from assistant.reading import describe_document
from assistant.web.reading_shelf import Card
from index.records import Document

_LONGEST_NAME = 80  # characters; 255 bytes are the most that file systems take, and one may be three bytes
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def as_text(document: Document, card: Card) -> str:
    """Title, facts, then parts and articles in paragraphs."""
    facts = [f"{name}：{words}" for name, words in card.facts]
    blocks, part = [document.title, "\n".join(facts)], ""
    for article in document.articles:
        if article.part and article.part != part:
            part = article.part
            blocks.append(part)
        blocks.append(f"{article.label}\n{article.text}")
    return "\n\n".join(block for block in blocks if block) + f"\n\n出处：{bracketed(document.title)}\n"


def send_text(document: Document, card: Card) -> Response:
    """With a byte order mark: the editors of older Windows take UTF-8 for GBK without one."""
    body = as_text(document, card).replace("\n", "\r\n").encode("utf-8-sig")
    return _send(body, "text/plain; charset=utf-8", file_name(document.title, "txt"))


def send_json(document: Document) -> Response:
    """contract.md's export of a document."""
    body = json.dumps(describe_document(document), ensure_ascii=False, indent=1).encode()
    return _send(body, "application/json", file_name(document.title, "json"))


def file_name(title: str, ending: str) -> str:
    """A name that every file system takes.

    >>> file_name("就《意见》答记者问/续?", "txt")
    '就《意见》答记者问_续_.txt'
    """
    return f"{_NOT_IN_NAMES.sub('_', title)[:_LONGEST_NAME].strip(' .') or '文件'}.{ending}"


def _send(body: bytes, media_type: str, name: str) -> Response:
    plain = f"document.{name.rpartition('.')[2]}"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(body, media_type=media_type, headers={"content-disposition": disposition})
