"""Every error as JSON: `{"detail": …}` of our own addresses, and OpenAI's `{"error": {…}}` of everything under `/v1`."""

from __future__ import annotations

import json
import logging
from html import escape
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel

from assistant.errors import StateError
from assistant.web.guard import SECURITY_HEADERS, App, Message, Receive, Scope, Send
from assistant.web.shell import render_page
from assistant.web.visitors import wants_page
from index.errors import PolicyQAError

OPENAI_PREFIX = "/v1"
UNEXPECTED = "出了意外，这次没有完成；请再试一次，仍不行就告诉管理员。"
NO_DATABASE = "数据库现在用不了，请稍后再试；仍然不行，请联系管理员。"
_log = logging.getLogger(__name__)
ASK_SAMPLE = '{"question": "…"}'
CHAT_SAMPLE = '{"messages": [{"role": "user", "content": "…"}]}'

_KINDS = {
    401: ("invalid_request_error", "invalid_api_key"),
    403: ("invalid_request_error", "forbidden"),
    404: ("invalid_request_error", "not_found"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}
"""HTTP status -> (type, code) as OpenAI has them."""

_OTHER_WORDS = {
    404: "没有这个接口；可用 /v1/chat/completions 和 /v1/models。",
    405: "这个接口不能这样调用，请参看 /docs。",
}


class Problem(BaseModel):
    """The body of every error."""

    detail: str


class OpenAIProblem(BaseModel):
    """What OpenAI's clients read of an error."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class OpenAIError(BaseModel):
    """The body of every error under `/v1`."""

    error: OpenAIProblem


BAD_REQUEST: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "请求有误，detail 说明哪里不对。"}
}
NO_ANSWER: dict[int | str, dict[str, Any]] = {503: {"model": Problem, "description": "现在不能回答，detail 说明原因。"}}
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "没有这一条。"}}


_FRAMEWORKS_OWN = "#/components/schemas/HTTPValidationError"


def describe_honestly(openapi: dict[str, Any]) -> dict[str, Any]:
    """The description of the API with the errors that are really sent, in place of those that FastAPI takes for granted."""
    for path, operations in openapi["paths"].items():
        for operation in operations.values():
            described = json.dumps(operation["responses"].get("422"))
            if _FRAMEWORKS_OWN in described and is_openai(path):
                del operation["responses"]["422"]
            elif _FRAMEWORKS_OWN in described:
                words = {"description": BAD_REQUEST[422]["description"]}
                schema = {"$ref": "#/components/schemas/Problem"}
                operation["responses"]["422"] = {**words, "content": {"application/json": {"schema": schema}}}
    for name in ("HTTPValidationError", "ValidationError"):
        openapi.get("components", {}).get("schemas", {}).pop(name, None)
    return openapi


class ChatRequestError(PolicyQAError):
    """A chat request that cannot be answered as it stands (400); `param` is the field, `code` a word for programs."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.param = param
        self.code = code


def add_problems(app: FastAPI) -> None:
    """Tell every error in Chinese, in the shape that its address promises."""
    app.add_exception_handler(RequestValidationError, _explain_bad_request)
    app.add_exception_handler(ChatRequestError, _explain_chat_request)
    app.add_exception_handler(PolicyQAError, _explain_failure)
    app.add_exception_handler(400, _explain_unreadable)
    app.add_exception_handler(500, _explain_unexpected)


def openai_error(status: int, message: str, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    """The body of an error in OpenAI's shape.

    >>> openai_error(429, "稍后再试。")["error"]["code"]
    'rate_limit_exceeded'
    """
    kind, usual = _KINDS.get(status, ("server_error" if status >= 500 else "invalid_request_error", None))
    return {"error": {"message": message, "type": kind, "param": param, "code": code or usual}}


def explain_problem(problem: dict[str, Any], sample: str = ASK_SAMPLE) -> str:
    """One validation problem of pydantic in words for whoever sent the request.

    >>> explain_problem({"type": "missing", "loc": ("body", "question"), "msg": "Field required"})
    '缺少字段 question。'
    """
    place = _place(problem) or "请求"
    limits = problem.get("ctx") or {}
    match problem["type"]:
        case "missing":
            return f"缺少字段 {place}。" if place != "请求" else f"请求没有内容，应为 {sample}。"
        case "string_too_short":
            return f"{place} 不能为空。"
        case "string_too_long":
            length = len(problem["input"].strip())
            return f"{place} 最多 {limits['max_length']} 个字，现在有 {length} 个；请缩短后再问。"
        case "too_long":
            unit = "轮" if place.endswith("history") else "个"
            actual = limits["actual_length"]
            return f"{place} 最多 {limits['max_length']} {unit}，现在有 {actual} {unit}；请只保留最近的。"
        case "greater_than_equal" | "less_than_equal":
            least, most = limits.get("ge"), limits.get("le")
            return f"{place} 至少是 {least}。" if least is not None else f"{place} 最多是 {most}。"
        case "int_parsing" | "int_type" | "int_from_float":
            return f"{place} 应为整数。"
        case "json_invalid":
            return f"请求不是合法的 JSON，应为 {sample}。"
        case "string_type":
            return f"{place} 应为文字。"
        case "list_type":
            return f"{place} 应为列表。"
        case _:
            return f"{place} 的格式不对，请参看 /docs。"


class OpenAIErrors:
    """ASGI middleware around everything: an error under `/v1`, whoever answers it, leaves in OpenAI's shape."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_openai(scope["path"]):
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def reshape(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                start.update(message)
            elif not start:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await _send_error(start, bytes(body), send)

        await self.app(scope, receive, reshape)


def is_openai(path: str) -> bool:
    return path == OPENAI_PREFIX or path.startswith(f"{OPENAI_PREFIX}/")


async def _send_error(start: Message, body: bytes, send: Send) -> None:
    status = start["status"]
    told = _read_body(body)
    if "error" not in told:
        detail = told.get("detail")
        known = isinstance(detail, str) and not detail.isascii()  # the framework's own words are English
        words = detail if known else _OTHER_WORDS.get(status, UNEXPECTED)
        body = json.dumps(openai_error(status, str(words)), ensure_ascii=False).encode()
    kept = [
        (name, value) for name, value in start["headers"] if name.lower() not in (b"content-length", b"content-type")
    ]
    headers = [*kept, (b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _read_body(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _place(problem: dict[str, Any]) -> str:
    """The field, without pydantic's words for where it stood or which of several forms it tried."""
    steps = [str(step) for step in problem["loc"][1:]]  # the first says in what part of the request
    return ".".join(steps[: steps.index("content") + 1] if "content" in steps else steps)


def _explain_bad_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = list(error.errors())
    if not is_openai(request.url.path):
        return JSONResponse({"detail": "".join(explain_problem(each) for each in problems)}, status_code=422)
    place = _place(problems[0])
    message = explain_problem(problems[0], CHAT_SAMPLE)
    if place.endswith("content"):
        message = f"{place} 应为文字，或由文字段组成的列表。"
    return JSONResponse(openai_error(400, message, place or None), status_code=400)


def _explain_chat_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ChatRequestError)
    return JSONResponse(openai_error(400, str(error), error.param, error.code), status_code=400)


def _explain_unreadable(request: Request, error: Exception) -> JSONResponse:
    """FastAPI's answer to a body that is no UTF-8 or nested without end, in the words of the other errors."""
    sample = CHAT_SAMPLE if is_openai(request.url.path) else ASK_SAMPLE
    return JSONResponse({"detail": f"请求读不出来，应为 UTF-8 编码的 JSON，如 {sample}。"}, status_code=400)


def explain_state(error: StateError) -> str:
    """What a visitor is told; the reason, which may name a server and its user, goes into the log."""
    _log.warning("%s", error)
    return NO_DATABASE


def _explain_failure(request: Request, error: Exception) -> Response:
    words = explain_state(error) if isinstance(error, StateError) else str(error)
    if not wants_page(request.method, request.url.path, request.headers):
        return JSONResponse({"detail": words}, status_code=503)
    kept = "" if request.method == "GET" else "<p>请返回上一页再提交一次，填写的内容一般还在。</p>"
    page = render_page("暂时不能用", f'<h1>暂时不能用</h1><p>{escape(words)}</p>{kept}<p><a href="/">回到问答</a></p>')
    return HTMLResponse(page, 503, {"cache-control": "no-store"})


def _explain_unexpected(request: Request, error: Exception) -> Response:
    """A bug: said in one sentence; the traceback goes to the server's log. Outside of all middleware."""
    path = request.url.path
    if is_openai(path):
        return JSONResponse(openai_error(500, UNEXPECTED), 500, SECURITY_HEADERS)
    if path.startswith("/api/"):
        return JSONResponse({"detail": UNEXPECTED}, 500, SECURITY_HEADERS)
    page = render_page("出了意外", f'<h1>出了意外</h1><p>{UNEXPECTED}</p><p><a href="/">回到问答</a></p>')
    return HTMLResponse(page, 500, SECURITY_HEADERS)
