"""A document as a file to keep: plain text for people, JSON for programs."""

from __future__ import annotations

import json

from fastapi import Response

from assistant.citations import bracketed
from assistant.reading import describe_document
from assistant.web.attachments import JSON, TEXT, attachment, file_name
from assistant.web.reading_shelf import Card
from index.records import Document


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
    return attachment(body, TEXT, file_name(document.title, "txt"))


def send_json(document: Document) -> Response:
    """contract.md's export of a document."""
    body = json.dumps(describe_document(document), ensure_ascii=False, indent=1).encode()
    return attachment(body, JSON, file_name(document.title, "json"))
