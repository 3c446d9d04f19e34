"""Who stands behind a request: the cookie of a session, or the password that a program sends along."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from assistant.state.accounts import GUEST, LOCAL_ADMINISTRATOR, NOBODY, Accounts, Visitor
from assistant.web.limiting import Limiter

COOKIE = "policyqa_session"
SIGN_IN = "/sign-in"
MOST_NEXT_CHARACTERS = 2000
KNOWN_AS = "policyqa.visitor"
"""Where the gate leaves the visitor in the scope of a request."""

NEEDS_SIGN_IN = "请先登录：打开 /sign-in；程序请在请求头里带 Authorization: Bearer 访问口令，或 Bearer 名字:口令。"
NEEDS_ADMINISTRATOR = "资料库只对管理员开放：请用管理员的名字登录（/sign-in）。"

_FOR_PROGRAMS = ("/api/", "/v1/", "/gradio_api/", "/openapi.json", "/config", "/info")


class TooManyTriesError(Exception):
    """Seen by whoever tried too many passwords: they have to wait `seconds`."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds

    def __str__(self) -> str:
        minutes = -(-self.seconds // 60)
        return f"输错口令的次数太多，请 {minutes} 分钟后再试。"


@dataclass(frozen=True, slots=True)
class Door:
    """Lets people in. Passwords are tried one after the other: each takes 64 MB, and many at once must be counted too."""

    accounts: Accounts
    limiter: Limiter
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def try_password(self, name: str, password: str, address: str) -> Visitor | None:
        """Raises `TooManyTriesError`."""
        with self._turn:
            return self._count(self._may_try(address).check(name, password), address)

    def try_code(self, code: str, address: str) -> Visitor | None:
        """Raises `TooManyTriesError`."""
        with self._turn:
            return self._count(self._may_try(address).redeem_local_code(code), address)

    def try_bearer(self, token: str, address: str) -> Visitor | None:
        """Raises `TooManyTriesError`."""
        if visitor := self.accounts.known_bearer(token):
            return visitor
        with self._turn:
            return self._count(self._may_try(address).check_bearer(token), address)

    def _may_try(self, address: str) -> Accounts:
        if wait := self.limiter.wait_for_try(address):
            raise TooManyTriesError(wait)
        return self.accounts

    def _count(self, visitor: Visitor | None, address: str) -> Visitor | None:
        if visitor is None:
            self.limiter.count_failure(address)
        return visitor


def current_visitor(request: Request) -> Visitor:
    """Who asks; `NOBODY` where nobody is signed in. May ask the database."""
    known = request.scope.get(KNOWN_AS)
    if isinstance(known, Visitor):
        return known
    door: Door = request.app.state.door
    token = request.cookies.get(COOKIE, "")
    visitor = (door.accounts.known_session(token) or door.accounts.find_session(token)) if token else None
    return visitor or NOBODY


def require_administrator(request: Request) -> Visitor:
    """A FastAPI dependency: the administrator who asks. A page is sent to the sign-in page; programs get 401, or 403 where
    they are somebody else, as JSON."""
    visitor = current_visitor(request)
    if visitor == NOBODY and (token := bearer_token(request.headers)):
        visitor = _try_bearer(request, token)
    if visitor.is_administrator:
        return visitor
    if wants_page(request.method, request.url.path, request.headers):
        raise HTTPException(303, NEEDS_ADMINISTRATOR, headers={"location": sign_in_address(request)})
    if visitor == NOBODY:
        raise HTTPException(401, NEEDS_SIGN_IN, headers={"www-authenticate": "Bearer"})
    raise HTTPException(403, NEEDS_ADMINISTRATOR)


def _try_bearer(request: Request, token: str) -> Visitor:
    door: Door = request.app.state.door
    try:
        return door.try_bearer(token, client_address(request)) or NOBODY
    except TooManyTriesError as error:
        raise HTTPException(429, str(error), headers={"retry-after": str(error.seconds)}) from error


def bearer_token(headers: Headers) -> str:
    """What a program sends for a password; empty for none. Headers come as Latin-1, passwords as UTF-8."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return ""
    try:
        return token.strip().encode("latin-1").decode("utf-8")
    except UnicodeError:
        return token.strip()


def client_address(connection: HTTPConnection) -> str:
    """The address of the client; of one at a Unix socket, which has none, this machine's."""
    return connection.client.host if connection.client else "127.0.0.1"


def wants_page(method: str, path: str, headers: Headers) -> bool:
    """Whether a person reads the answer in the window: not a script of ours and not a program."""
    if path.startswith(_FOR_PROGRAMS) or "x-fragment" in headers or "x-requested-with" in headers:
        return False
    mode = headers.get("sec-fetch-mode")  # browsers send it over https and to this machine only
    if mode is not None:
        return mode == "navigate"
    accepted = headers.get("accept", "*/*")
    if "text/html" in accepted:
        return True
    return method in ("GET", "HEAD") and "*/*" in accepted and "json" not in accepted


def sign_in_address(connection: HTTPConnection) -> str:
    """The sign-in page, which leads back: to the page asked for, or the one whose form was sent."""
    there = quote(connection.scope["path"], safe="/:@!$&'()*+,;=~")
    if query := connection.url.query:
        there = f"{there}?{query}"
    if connection.scope.get("method") not in ("GET", "HEAD"):
        there = _page_before(connection.headers)
    return f"{SIGN_IN}?next={quote(safe_next(there), safe='')}"


def _page_before(headers: Headers) -> str:
    """The path of the page whose form was sent, if it was ours."""
    try:
        before = urlsplit(headers.get("referer", ""))
    except ValueError:
        return "/"
    return before.path if before.netloc == headers.get("host") else "/"


def safe_next(address: str) -> str:
    """A path of this host to go on to; `/` for everything else.

    >>> [safe_next(each) for each in ("/library?q=1", "//evil", "http:/evil", "/\\\\evil", "/\\t/evil", "/sign-in?code=1")]
    ['/library?q=1', '/', '/', '/', '/', '/']
    """
    is_path = address.startswith("/") and not address.startswith("//") and len(address) <= MOST_NEXT_CHARACTERS
    is_plain = address.isprintable() and "\\" not in address
    return address if is_path and is_plain and not address.startswith((SIGN_IN, "/sign-out")) else "/"


def describe(visitor: Visitor) -> dict[str, Any]:
    """What the sign-in page shows of a visitor."""
    words = {GUEST: "访客（用访问口令进入）", LOCAL_ADMINISTRATOR: LOCAL_ADMINISTRATOR}
    shown = words.get(visitor.name) or f"{visitor.name}（管理员）" * visitor.is_administrator or visitor.name
    return {"shown": shown, "is_administrator": visitor.is_administrator}
