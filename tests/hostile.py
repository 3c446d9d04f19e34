"""Texts that break careless programs, a document made of them, and a witness of every error that a server logs."""

from __future__ import annotations

import logging
import socket
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from assistant.records import Answer, Citation, Related, Turn, Variant
from index.records import ApparatusEntry, Document, Reading, Witness
from tests.fake_assistant import VOLUNTEERS, FakeAssistant, make_article

SCRIPT = "alert(66)"
SECONDS = 20
MARKUP = f"""办法'"></title></textarea></script><evil onmouseover="{SCRIPT}"><script>{SCRIPT}</script><img src=x onerror={SCRIPT}>"""

HOSTILE_ID = f"办法'\"><evil onmouseover={SCRIPT}><img src=x onerror={SCRIPT}>"
"""Without the slash that an address could not carry."""

TEXTS = {
    "long": "问" * 100_000,
    "controls": "请\x01\x07\x08\x1b[31m\x7f假\r\n\t",
    "nul": "请\x00假",
    "bidi": "请\u202e假\u2066\u200f\u061c吗",
    "zero-width": "请\u200b\u200d\ufeff\u2060假",
    "surrogate": "请\ud800假\udfff",
    "noncharacter": "请\ufffe\uffff\U0010ffff假",
    "combining": "请" + "\u0301" * 400 + "假",
    "markup": MARKUP,
    "template": "{{7*7}}${7*7}<%= 7*7 %>{% raw %}",
    "sql": "'; DROP TABLE feedback; --",
    "format": "%s%n{0}{__class__}",
    "spaces": "\u3000\u2003\xa0请假\u2028\u2029",
    "emoji": "👨‍👩‍👧‍👦🏳️‍🌈能请假吗",
    "blank": "\u200b\ufeff\u2060",
    "path": "../../../../etc/passwd",
    "marker": "[1][2][99999999999999999999]",
    "numerals": "第" + "一百" * 200 + "条",
}


def hostile_document() -> Document:
    """Every text that a page may show is markup."""
    text = f"{MARKUP}应当提前三日提出。\n有下列情形的：\n（一）{MARKUP}；\n（二）依照本条例第二条。"
    article = replace(make_article("1", text, MARKUP, heading=MARKUP), label=f"第1条 {MARKUP}", siglum="900")
    entry = ApparatusEntry("1", 0, 2, text[:2], ("900",), (Reading(MARKUP, ("901",)),), 0.5, (MARKUP,))
    printings = tuple(
        Witness(siglum, MARKUP, MARKUP, "law", (replace(article, text=words, siglum=siglum),), frame=(MARKUP,))
        for siglum, words in (("900", text), ("901", MARKUP + text))
    )
    return replace(
        VOLUNTEERS,
        id=HOSTILE_ID,
        title=MARKUP,
        headline=MARKUP,
        articles=(article,),
        witnesses=printings,
        issuer=MARKUP,
        document_number=MARKUP,
        date=MARKUP,
        effective_date=MARKUP,
        apparatus=(entry,),
        versions=(MARKUP,),
    )


def intruders(page: str) -> list[str]:
    """The elements of a page that came from `MARKUP`."""
    found = []
    for element in BeautifulSoup(page, "html.parser").find_all(True):
        handlers = [name for name, value in element.attrs.items() if name.startswith("on") and SCRIPT in str(value)]
        runs = element.name == "script" and element.get("type") != "application/json" and SCRIPT in element.get_text()
        if element.name == "evil" or handlers or runs or str(element.get("href", "")).startswith("javascript:"):
            found.append(str(element)[:200])
    return found


def raw(address: str, request: bytes, wait: bool = True) -> bytes:
    """Send bytes as they are; what came back, at most a few kilobytes. Without `wait`, hang up at once."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=SECONDS) as connection:
        connection.sendall(request)
        if not wait:
            time.sleep(0.02)  # the server begins to read before the line is dead
            return b""
        connection.settimeout(1)
        answer = b""
        try:
            while (piece := connection.recv(65536)) and len(answer) < 100_000:
                answer += piece
        except (TimeoutError, ConnectionResetError):
            pass
        return answer


def head(path: str, *headers: str, method: str = "POST") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]
    return "\r\n".join(lines).encode()


class Witnessed(logging.Handler):
    """The lines that a server logged as errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or record.exc_info:
            error = "".join(traceback.format_exception(*record.exc_info)[-3:]) if record.exc_info else ""
            self.lines.append(f"{record.name}: {record.getMessage()}\n{error}")


@contextmanager
def witnessing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Collects what is logged as an error or printed as a traceback (Gradio does so)."""
    handler = Witnessed()
    loggers = [logging.getLogger(name) for name in ("", "uvicorn", "asyncio")]
    for logger in loggers:
        logger.addHandler(handler)
    monkeypatch.setattr(traceback, "print_exc", lambda *args, **kwargs: handler.lines.append(traceback.format_exc()))
    try:
        yield handler.lines
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


class HostileAssistant(FakeAssistant):
    """Every text of its answers is markup."""

    def ask(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        question_id: str = "",
        documents: tuple[str, ...] | None = None,
    ) -> Answer:
        document = self.library.documents[0]
        article = document.articles[0]
        quote = article.text[: len(MARKUP)]
        citation = Citation(
            1,
            document.title,
            article.number,
            article.label,
            quote,
            0,
            len(quote),
            (Variant(MARKUP, (MARKUP,), MARKUP),),
        )
        answer = Answer(question_id, question, "answered", "extractive", f"{MARKUP}[1]", (citation,))
        return replace(
            answer,
            related=(Related(document.title, article.number, article.label),),
            notices=(MARKUP,),
            key_words=(MARKUP,),
        )
