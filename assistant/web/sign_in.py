"""`/sign-in` and `/sign-out`: a name and a password, or the link that the program prints for the person at this machine."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.state.accounts import NOBODY, Accounts, Visitor
from assistant.web.gate import Gate
from assistant.web.limiting import Limiter
from assistant.web.services import Services
from assistant.web.shell import render_template
from assistant.web.visitors import (
    COOKIE,
    SIGN_IN,
    Door,
    TooManyTriesError,
    client_address,
    current_visitor,
    describe,
    require_administrator,
    safe_next,
)

__all__ = ["Visitor", "add_sign_in", "current_visitor", "require_administrator"]

LIBRARY = "/library"
WRONG = "名字或口令不对，请再输一次。"
WRONG_ACCESS = "口令不对，请再输一次。"
WRONG_CODE = "这个链接已经失效：程序每次启动都会换一个，请用启动窗口里最新的那个。"


def add_sign_in(app: FastAPI, services: Services) -> None:
    """Add the sign-in page, and the gate before everything. Raises `SettingsError` for accounts that cannot be used."""
    accounts = Accounts(services.settings, services.database, services.is_local)
    door = Door(accounts, Limiter(services.settings.requests_per_minute))
    app.state.door = door

    @app.get(SIGN_IN, include_in_schema=False)
    def show(request: Request, next: str = "/", code: str = "") -> Response:
        if code and accounts.local_code:
            return _enter_by_code(request, door, code, next)
        return _page(request, door, next)

    @app.post(SIGN_IN, include_in_schema=False)
    def enter(
        request: Request,
        name: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = "/",
    ) -> Response:
        try:
            visitor = door.try_password(name, password, client_address(request))
        except TooManyTriesError as error:
            return _refuse(request, door, next, error, name)
        if visitor is None:
            words = WRONG if accounts.settings.users else WRONG_ACCESS
            return _page(request, door, next, name=name, problem=words, status=401)
        return _let_in(request, door, visitor, safe_next(next))

    @app.post("/sign-out", include_in_schema=False)
    def leave(request: Request) -> Response:
        if token := request.cookies.get(COOKIE):
            accounts.sign_out(token)
        response = RedirectResponse(SIGN_IN, status_code=303)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=_is_secure(request))
        return response

    app.add_middleware(Gate, door=door)


def _enter_by_code(request: Request, door: Door, code: str, next: str) -> Response:
    try:
        visitor = door.try_code(code, client_address(request))
    except TooManyTriesError as error:
        return _refuse(request, door, next, error)
    if visitor is None:
        return _page(request, door, next, problem=WRONG_CODE, status=401)
    return _let_in(request, door, visitor, LIBRARY if next == "/" else safe_next(next))


def _let_in(request: Request, door: Door, visitor: Visitor, address: str) -> Response:
    """A new session, whatever cookie was there before."""
    if before := request.cookies.get(COOKIE):
        door.accounts.sign_out(before)
    token = door.accounts.sign_in(visitor)
    response = RedirectResponse(address, status_code=303, headers={"cache-control": "no-store"})
    response.set_cookie(
        COOKIE,
        token,
        max_age=door.accounts.settings.sign_in_days * 24 * 3600,
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
    )
    return response


def _refuse(request: Request, door: Door, next: str, error: TooManyTriesError, name: str = "") -> Response:
    response = _page(request, door, next, name=name, problem=str(error), status=429)
    response.headers["retry-after"] = str(error.seconds)
    return response


def _page(
    request: Request, door: Door, next: str, *, name: str = "", problem: str = "", status: int = 200
) -> HTMLResponse:
    settings = door.accounts.settings
    visitor = current_visitor(request)
    page = render_template(
        "sign_in.html",
        title="登录",
        kind="sign-in-page",
        room="",
        visitor=describe(visitor) if visitor != NOBODY else None,
        for_library=safe_next(next).startswith(LIBRARY),
        next=safe_next(next),
        typed_name=name[:200],
        problem=problem,
        has_users=bool(settings.users),
        has_access_password=door.accounts.has_access_password,
        has_administrators=bool(settings.administrators),
        has_local_link=bool(door.accounts.local_code),
        is_open=not door.accounts.needs_sign_in,
    )
    return HTMLResponse(page, status_code=status, headers={"cache-control": "no-store"})


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"
