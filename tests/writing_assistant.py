"""An assistant that writes its answers piece by piece, and how the official client is asked in tests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import openai
import pytest

from assistant.api import create_app
from assistant.records import Answer, Turn
from assistant.state.database import IN_MEMORY, Database
from assistant.web.chat_messages import write_content
from index.errors import PolicyQAError
from tests.browser import serving
from tests.fake_assistant import FakeAssistant

LEAVE = "志愿者怎么请假？"
SLOW, BREAKS, TURNS = "慢慢请假", "请假中断", "请假改口"
WHOLE = write_content(FakeAssistant().ask(LEAVE))
MESSAGES: list[Any] = [{"role": "user", "content": LEAVE}]


class WritingAssistant(FakeAssistant):
    """Writes its answers piece by piece. `SLOW` waits for `go_on` after its second piece, `BREAKS` fails there, `TURNS`
    takes back what it wrote; `stopped` tells that a stream was closed before its end."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.waiting = threading.Event()
        self.stopped = threading.Event()

    def stream(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        question_id: str = "",
        documents: tuple[str, ...] | None = None,
    ) -> Iterator[Answer]:
        whole = self.ask(question, history, question_id, documents)
        try:
            for length in range(4, len(whole.answer), 4):
                yield replace(whole, answer=whole.answer[:length], citations=whole.citations[:1])
                if length == 8 and BREAKS in question:
                    raise PolicyQAError("语言模型没有写完。")
                if length == 8 and SLOW in question:
                    self.waiting.set()
                    self.go_on.wait(timeout=20)
                if length == 16 and TURNS in question:
                    yield replace(whole, answer="完全不同的话[1]")
                    return
        except GeneratorExit:
            self.stopped.set()
            raise
        yield whole


def say(question: str) -> list[Any]:
    return [{"role": "user", "content": question}]


def chunks_of(client: openai.OpenAI, question: str, **options: Any) -> list[Any]:
    return list(client.chat.completions.create(model="policyqa", messages=say(question), stream=True, **options))


def joined(chunks: list[Any]) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def post(address: str, body: Any, path: str = "/v1/chat/completions") -> tuple[Any, bytes]:
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=20)) as connection:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request("POST", path, content, {"content-type": "application/json"})
        response = connection.getresponse()
        return response, response.read()


@pytest.fixture(scope="module")
def assistant() -> WritingAssistant:
    return WritingAssistant()


@pytest.fixture(scope="module")
def database() -> Database:
    return Database.open(IN_MEMORY)


@pytest.fixture(scope="module")
def address(assistant: WritingAssistant, database: Database) -> Iterator[str]:
    with serving(create_app(assistant, database=database)) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0, timeout=20) as client:
        yield client
