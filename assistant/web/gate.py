"""The gate before every room: refuses what another site sends, who is not signed in, and who asks too often.

Plain ASGI, as `guard.py`, because answers are streamed.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import StateError
from assistant.state.accounts import NOBODY, Visitor
from assistant.web.limiting import is_asking, is_loopback
from assistant.web.problems import explain_state
from assistant.web.visitors import (
    COOKIE,
    KNOWN_AS,
    NEEDS_SIGN_IN,
    SIGN_IN,
    Door,
    TooManyTriesError,
    bearer_token,
    client_address,
    sign_in_address,
    wants_page,
)

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
OPEN_FOLDER = "/web/"
OPEN = ("/healthz", "/favicon.ico")
FOR_SIGNING_IN = (SIGN_IN, "/sign-out")
OTHER_SITE = "这个请求来自别的网站，没有执行。请直接打开本网站再操作；如经代理访问，代理要原样转发 Host。"
WRONG_PASSWORD = "口令不对：Authorization: Bearer 后面应是访问口令，或 名字:口令。"
SIGNED_OUT = "登录已过期，请刷新页面重新登录。问题还在输入框里。"

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Gate:
    """ASGI middleware around the rooms."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app = app
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = await self._refuse(HTTPConnection(scope))
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _refuse(self, connection: HTTPConnection) -> Response | None:
        """What to answer instead of the app; None lets the request in, with its visitor in the scope."""
        scope = connection.scope
        path = scope["path"]
        if scope.get("method") in CHANGING and not _is_chat_program(connection) and is_cross_site(connection.headers):
            return _problem(403, OTHER_SITE)
        if path.startswith(OPEN_FOLDER) or path in OPEN:
            return None
        try:
            visitor = await self._find_visitor(connection)
        except TooManyTriesError as error:
            return _problem(429, str(error), {"retry-after": str(error.seconds)})
        except StateError as error:
            return _problem(503, explain_state(error))
        scope[KNOWN_AS] = visitor
        if visitor == NOBODY and self.door.accounts.needs_sign_in and path not in FOR_SIGNING_IN:
            return _ask_to_sign_in(connection)
        return self._count(connection, visitor) if is_asking(path) else None

    async def _find_visitor(self, connection: HTTPConnection) -> Visitor:
        accounts = self.door.accounts
        if token := connection.cookies.get(COOKIE, ""):
            visitor = accounts.known_session(token) or await run_in_threadpool(accounts.find_session, token)
            if visitor is not None:
                return visitor
        if accounts.needs_sign_in and (token := bearer_token(connection.headers)):
            address = client_address(connection)
            known = accounts.known_bearer(token) or await run_in_threadpool(self.door.try_bearer, token, address)
            return known or NOBODY
        return NOBODY

    def _count(self, connection: HTTPConnection, visitor: Visitor) -> Response | None:
        """Users are counted by name, guests and strangers by address; this machine is not counted."""
        address = client_address(connection)
        if is_loopback(address):
            return None
        is_user = visitor.name in self.door.accounts.settings.users
        wait = self.door.limiter.count_request(f"user {visitor.name}" if is_user else f"at {address}")
        if not wait:
            return None
        most = self.door.accounts.settings.requests_per_minute
        words = f"太快了：每分钟最多 {most} 次，请 {wait} 秒后再试。"
        return _problem(429, words, {"retry-after": str(wait)})


def _is_chat_program(connection: HTTPConnection) -> bool:
    """Whether a chat client asks, of which those made like web pages name an origin of their own. A page of another site
    cannot pass for one: its browser asks first whether it may send `Authorization`, and is told no."""
    return connection.scope["path"].startswith("/v1/") and bool(bearer_token(connection.headers))


def is_cross_site(headers: Headers) -> bool:
    """Whether a page of another site sent this. Browsers say so; programs send neither header and pass."""
    site = headers.get("sec-fetch-site")
    if site in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if site == "cross-site" or origin is None:
        return site == "cross-site"
    try:
        sender = urlsplit(origin)
    except ValueError:
        return True
    ours = _without_default_port(headers.get("host", ""), sender.scheme)
    return _without_default_port(sender.netloc, sender.scheme) != ours  # of `null` the host is empty


def _without_default_port(host: str, scheme: str) -> str:
    return host.lower().removesuffix(_DEFAULT_PORTS.get(scheme, ":80"))


def _ask_to_sign_in(connection: HTTPConnection) -> Response:
    path = connection.scope["path"]
    if wants_page(connection.scope.get("method", "GET"), path, connection.headers):
        return RedirectResponse(sign_in_address(connection), status_code=303, headers={"cache-control": "no-store"})
    words = NEEDS_SIGN_IN
    if path.startswith("/gradio_api/"):
        words = SIGNED_OUT
    elif bearer_token(connection.headers):
        words = WRONG_PASSWORD
    return _problem(401, words, {"www-authenticate": "Bearer"})


def _problem(status: int, words: str, headers: dict[str, Any] | None = None) -> JSONResponse:
    return JSONResponse({"detail": words}, status_code=status, headers={"cache-control": "no-store", **(headers or {})})
