"""A real HTTP server on this machine that speaks OpenAI's protocol and says what the test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class FakeModel:
    """What the server answers, and what it was asked."""

    reply: str = ""
    status: int = 200
    body: str = ""  # instead of a well-formed reply
    seconds: float = 0.0  # before it answers
    piece: int = 7  # characters of a streamed piece
    pause: float = 0.0  # seconds between streamed pieces
    keep_alive: float = 0.0  # seconds for which a stream sends comments only (server-sent events)
    cut_after: int | None = None  # characters after which the connection is closed
    retry_after: str = ""  # of the first answer, which is then 429
    write: Callable[[list[dict[str, Any]]], str] | None = None  # what replies to these messages
    requests: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""

    def says(self, *claims: tuple[str, str, str], answerable: bool = True) -> None:
        listed = [{"text": text, "source": source, "quote": quote} for text, source, quote in claims]
        self.reply = json.dumps({"answerable": answerable, "claims": listed}, ensure_ascii=False)

    def sources(self) -> dict[str, str]:
        """Opaque id -> text, as the model was shown them."""
        user = self.requests[-1]["messages"][-1]["content"]
        listed, _ = json.JSONDecoder().raw_decode(user[user.index("[") :])
        return {article["id"]: article["内容"] for article in listed}


@contextmanager
def serving() -> Iterator[FakeModel]:
    """The server, on a free port of this machine, until the block ends."""
    fake = FakeModel()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    fake.address = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()


def _handler(fake: FakeModel) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.requests.append(asked)
            time.sleep(fake.seconds)
            reply = fake.write(asked["messages"]) if fake.write else fake.reply
            try:
                if fake.retry_after and len(fake.requests) == 1:
                    self._send(429, "{}", {"Retry-After": fake.retry_after})
                elif asked.get("stream") and fake.status == 200 and not fake.body:
                    self._stream(reply)
                else:
                    self._send(fake.status, fake.body or json.dumps(_whole(reply)), {})
            except (BrokenPipeError, ConnectionResetError):  # the client had stopped waiting: that is the test
                return

        def _send(self, status: int, body: str, headers: dict[str, str]) -> None:
            data = body.encode()
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(data)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def _stream(self, reply: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            until = time.monotonic() + fake.keep_alive
            while time.monotonic() < until:
                self._chunk(": keep-alive\n\n")
                time.sleep(0.1)
            for start in range(0, len(reply), fake.piece):
                if fake.cut_after is not None and start >= fake.cut_after:
                    self.close_connection = True
                    return  # without the last chunk: the client sees a broken stream
                self._chunk(f"data: {json.dumps(_delta(reply[start : start + fake.piece]))}\n\n")
                time.sleep(fake.pause)
            self._chunk("data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")

        def _chunk(self, text: str) -> None:
            data = text.encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

        def log_message(self, *arguments: Any) -> None:
            """Quiet."""

    Handler.protocol_version = "HTTP/1.1"
    return Handler


def _whole(reply: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": reply}, "finish_reason": "stop"}
    return {"id": "1", "object": "chat.completion", "created": 0, "model": "fake", "choices": [choice]}


def _delta(piece: str) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}
    return {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "fake", "choices": [choice]}
