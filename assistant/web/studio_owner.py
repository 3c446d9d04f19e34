"""Whose material it is: the signed-in user's, or that of one browser, known by a cookie of its own."""

from __future__ import annotations

import hashlib
import re
import secrets

from fastapi import Request, Response

from assistant.state.accounts import RESERVED
from assistant.web.visitors import current_visitor

COOKIE = "policyqa_studio"
TOKEN_BYTES = 32
SECONDS = 400 * 24 * 3600
"""How long browsers keep a cookie at most; it begins anew with every visit."""

_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)


def find_owner(request: Request) -> str:
    """The owner as `Material.owner` names them; empty for a browser that has made nothing yet.

    Guests share one password, and the local administrator one machine: both are known by their browser.
    """
    visitor = current_visitor(request)
    if visitor.name and visitor.name not in RESERVED:
        return f"user:{visitor.name}"
    token = request.cookies.get(COOKIE, "")
    return _browser(token) if _TOKEN.fullmatch(token) else ""


def give_owner(request: Request) -> tuple[str, str]:
    """The owner, and the token of a new cookie (see `remember`) where the browser has none."""
    if owner := find_owner(request):
        return owner, ""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return _browser(token), token


def remember(request: Request, response: Response, token: str = "") -> None:
    """Sets the cookie, or prolongs the one that the browser has."""
    known = request.cookies.get(COOKIE, "")
    token = token or (known if _TOKEN.fullmatch(known) else "")
    if token:
        is_secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, token, max_age=SECONDS, httponly=True, samesite="lax", secure=is_secure)


def _browser(token: str) -> str:
    """Of the token only the SHA-256 is kept."""
    return f"browser:{hashlib.sha256(token.encode()).hexdigest()}"
