"""What stands between the network and the app: security headers, a limit on request bodies, the head of the page.

Plain ASGI, because Gradio streams its answers (server-sent events) and a buffering middleware would hold them back.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException

from assistant.web.shell import rewrite_head

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BODY_BYTES = 2_000_000
"""60 kept turns with long quotations are about 0.4 MB; more than 2 MB is no conversation."""

# Gradio's own page carries inline scripts and compiles event code, hence 'unsafe-inline' and 'unsafe-eval';
# everything else, and every host but this one, stays shut.
_DIRECTIVES = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
)
CONTENT_POLICY = "; ".join(_DIRECTIVES)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
}


class BodyTooLargeError(Exception):
    """Seen by nobody: ends the reading of a body that is larger than any conversation."""


class Guard:
    """ASGI middleware around the whole app. `larger` is path -> bytes, where a body may be larger than elsewhere."""

    def __init__(self, app: App, larger: Mapping[str, int] | None = None) -> None:
        self.app = app
        self.larger = dict(larger or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self.larger.get(scope["path"], MOST_BODY_BYTES)
        exchange = _Exchange(receive, send, most)
        if _announced_length(scope) > most:
            await exchange.refuse()
            return
        try:
            if scope["path"] == "/" and scope["method"] == "GET":
                await self._send_page(scope, exchange)
            else:
                await self.app(scope, exchange.receive, exchange.send)
        except BodyTooLargeError:
            await exchange.refuse()
        except RuntimeError as error:
            # Gradio tells an unknown session (of before a restart) in its stream, and then raises besides.
            if not isinstance(error.__cause__, HTTPException):
                raise
            await exchange.end()

    async def _send_page(self, scope: Scope, exchange: _Exchange) -> None:
        """Send Gradio's page with the head rewritten; uncompressed inside, since it must be read."""
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        await self.app({**scope, "headers": headers}, exchange.receive, collect)
        page = bytes(body)
        if start["status"] == 200:
            page = rewrite_head(page.decode("utf-8")).encode("utf-8")
        kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        length = (b"content-length", str(len(page)).encode())
        await exchange.send({**start, "headers": [*kept, length, (b"cache-control", b"no-cache")]})
        await exchange.send({"type": "http.response.body", "body": page})


class _Exchange:
    """One request and its response: counts what comes in, adds headers to what goes out."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive = receive
        self._send = send
        self._most = most
        self._received = 0
        self._refused = False
        self._started = False

    async def receive(self) -> Message:
        """Count the bytes, because a chunked body announces no length."""
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > self._most:
            raise BodyTooLargeError
        return message

    async def send(self, message: Message) -> None:
        # FastAPI turns whatever goes wrong while it reads a body into an English 400; the refusal goes out instead.
        if self._received > self._most and not self._started:
            await self.refuse()
        if self._refused:
            return
        if message["type"] == "http.response.start":
            self._started = True
            message["headers"] = _with_security(message.get("headers", []))
        await self._send(message)

    async def end(self) -> None:
        """End an answer that is on its way."""
        await self._send({"type": "http.response.body", "body": b""})

    async def refuse(self) -> None:
        """Answer 413, unless an answer is already on its way."""
        if self._refused or self._started:
            return
        self._refused = True
        remedy = "请缩短问题或历史对话。" if self._most == MOST_BODY_BYTES else "请拆分文件，或分几次上传。"
        words = f"请求太大：最多 {self._most // 1_000_000} MB。{remedy}"
        body = json.dumps({"detail": words}, ensure_ascii=False).encode()
        headers = _with_security([(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())])
        await self._send({"type": "http.response.start", "status": 413, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _with_security(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    ours = {name.encode() for name in SECURITY_HEADERS}
    kept = [(name, value) for name, value in headers if name.lower() not in ours]
    return kept + [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]


def _announced_length(scope: Scope) -> int:
    """What `content-length` says; 0 where it is absent or no number."""
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(announced) if announced.isdigit() else 0
