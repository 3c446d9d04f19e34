"""The HTTP API, and the one app that serves it together with the web chat.

`create_app(assistant)` only wires: answers come from `assistant.ask()`, pages from `assistant.web`.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StringConstraints

from assistant import reading
from assistant.records import Answer, Turn
from assistant.settings import Settings
from assistant.state.database import IN_MEMORY, Database
from assistant.web.conversation import MOST_QUESTION_CHARACTERS, MOST_TURNS_ASKED
from assistant.web.engine import Engine, Live, Shelf, find_document, neighbours
from assistant.web.guard import Guard
from assistant.web.services import Services
from assistant.web.shell import PRODUCT
from index.errors import PolicyQAError
from index.records import Article, Document

MOST_TURN_CHARACTERS = 20_000
"""An earlier answer may hold several long quotations; the longest article of the bundled texts has 1,100 characters."""

QuestionText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_QUESTION_CHARACTERS)
]
EarlierText = Annotated[str, StringConstraints(max_length=MOST_TURN_CHARACTERS)]


class EarlierTurn(BaseModel):
    """One earlier exchange."""

    q: EarlierText = Field(description="先前的问题")
    a: EarlierText = Field(default="", description="当时的回答")


class Problem(BaseModel):
    """The body of every error."""

    detail: str


_BAD_REQUEST: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "请求有误，detail 说明哪里不对。"}
}
_NO_ANSWER: dict[int | str, dict[str, Any]] = {
    503: {"model": Problem, "description": "现在不能回答，detail 说明原因。"}
}
_NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "没有这一条。"}}


class AskRequest(BaseModel):
    """The body of `POST /api/ask`."""

    question: QuestionText = Field(description=f"问题，1–{MOST_QUESTION_CHARACTERS} 个字")
    history: list[EarlierTurn] | None = Field(
        default=None, max_length=MOST_TURNS_ASKED, description=f"先前的对话，最多 {MOST_TURNS_ASKED} 轮"
    )
    id: Annotated[str, StringConstraints(max_length=200)] = Field(default="", description="问题编号，原样返回")

    model_config = {
        "json_schema_extra": {"examples": [{"question": "社区工作者的工资怎么定？"}]},
    }


def create_app(
    assistant: Engine, settings: Settings | None = None, database: Database | None = None, is_local: bool = True
) -> FastAPI:
    """The web app: its rooms, `/api/...` JSON, `/docs` its description, `/healthz`.

    Requests are answered in worker threads, so `assistant.ask` must be safe to call from several at once. Without
    `database` what people leave behind lives as long as the app; `is_local`: served on loopback only.
    """
    # Gradio takes seconds to import; whoever only needs the records of this module should not wait.
    from assistant.web.chat import mount_chat
    from assistant.web.feedback import add_feedback
    from assistant.web.learning_room import add_learning_room
    from assistant.web.library_room import add_library_room
    from assistant.web.openai_api import add_openai_api
    from assistant.web.reading_room import add_reading_room
    from assistant.web.routes import add_pages
    from assistant.web.sign_in import add_sign_in
    from assistant.web.studio_room import add_studio_room

    app = FastAPI(title=PRODUCT, version=_version(), docs_url=None, redoc_url=None)
    # Gradio answers every origin unless the app has a policy of its own. Ours: no other origin at all.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.add_exception_handler(RequestValidationError, _explain_bad_request)
    app.add_exception_handler(PolicyQAError, _explain_failure)
    app.add_exception_handler(400, _explain_unreadable)
    live = Live(assistant)
    services = Services(live, database or Database.open(IN_MEMORY), settings or Settings(), is_local)
    app.state.services = services
    _add_ask(app, live)
    _add_texts(app, live)
    _add_health(app, live)
    add_pages(app, live)
    for add in (
        add_sign_in,
        add_feedback,
        add_reading_room,
        add_studio_room,
        add_library_room,
        add_learning_room,
        add_openai_api,
    ):
        add(app, services)
    mount_chat(app, services)
    app.add_middleware(Guard)
    return app


def _add_ask(app: FastAPI, live: Live) -> None:
    @app.post(
        "/api/ask",
        summary="回答一个问题",
        description="status 为 answered 时，citations 逐条列出依据，quote 与条文原文逐字相同；为 refused 时说明原因。",
        response_description="回答或不予回答。",
        responses={**_BAD_REQUEST, **_NO_ANSWER},
    )
    def ask(request: AskRequest) -> Answer:
        history = tuple(Turn(turn.q, turn.a) for turn in request.history or ())
        return live.ask(request.question, history=history, question_id=request.id)


def _add_texts(app: FastAPI, live: Live) -> None:
    @app.get("/api/documents", summary="已收录的文件", response_description="文件列表，不含正文。")
    def documents() -> list[dict[str, Any]]:
        return [describe_document(document) for document in live.library.documents]

    @app.get(
        "/api/articles/{document_id:path}/{number}",
        summary="一条条文的全文",
        description="document_id 可以是文件的 id，也可以是完整标题。",
        response_description="条文全文 text，款、项、残缺处和异文以字符位置给出。",
        responses={**_BAD_REQUEST, **_NOT_FOUND},
    )
    def article(document_id: str, number: str) -> dict[str, Any]:
        document = find_document(live.library, document_id)
        found = document.article(number) if document else None
        if document is None or found is None:
            raise HTTPException(404, f"没有这一条：{document_id} {number}。可用 /api/documents 查看收录的文件。")
        return describe_article(document, found)


def _add_health(app: FastAPI, live: Live) -> None:
    known: dict[str, Any] = {}  # hashed once for each library that is served

    @app.get("/healthz", summary="运行状态", response_description="版本、索引编号和收录数量。")
    def healthz() -> dict[str, Any]:
        library = live.library
        if known.get("library") is not library:
            known.update(library=library, status=_status(library))
        status: dict[str, Any] = known["status"]
        return status


def _status(library: Shelf) -> dict[str, Any]:
    return {
        "status": "ok",
        "version": _version(),
        "index": fingerprint(library),
        "documents": len(library.documents),
        "articles": sum(len(document.articles) for document in library.documents),
    }


def describe_document(document: Document) -> dict[str, Any]:
    """A document without its texts."""
    return {"id": document.id, **reading.describe_frame(document), "articles": len(document.articles)}


def describe_article(document: Document, article: Article) -> dict[str, Any]:
    """An article with its 款, 项, damage and variants as offsets into `text`, and the numbers of its neighbours."""
    before, after = neighbours(document, article)
    return {
        "document_id": document.id,
        "document": document.title,
        **reading.describe_article(document, article),
        "previous": before.number if before else None,
        "next": after.number if after else None,
    }


def fingerprint(library: Shelf) -> str:
    """Twelve hexadecimal digits that change with any article's text: which index a server answers from."""
    digest = hashlib.sha256()
    for document in library.documents:
        for article in document.articles:
            digest.update(f"{article.id}\0{article.text}\0".encode())
    return digest.hexdigest()[:12]


def explain_problem(problem: dict[str, Any]) -> str:
    """One validation problem of pydantic in words for whoever sent the request.

    >>> explain_problem({"type": "missing", "loc": ("body", "question"), "msg": "Field required"})
    '缺少字段 question。'
    """
    place = ".".join(str(step) for step in problem["loc"] if step != "body") or "请求"
    limits = problem.get("ctx") or {}
    match problem["type"]:
        case "missing":
            return f"缺少字段 {place}。" if place != "请求" else '请求没有内容，应为 {"question": "…"}。'
        case "string_too_short":
            return f"{place} 不能为空。"
        case "string_too_long":
            length = len(problem["input"].strip())
            return f"{place} 最多 {limits['max_length']} 个字，现在有 {length} 个；请缩短后再问。"
        case "too_long":
            return f"{place} 最多 {limits['max_length']} 轮，现在有 {limits['actual_length']} 轮；请只保留最近的。"
        case "json_invalid":
            return '请求不是合法的 JSON，应为 {"question": "…"}。'
        case "string_type":
            return f"{place} 应为文字。"
        case "list_type":
            return f"{place} 应为列表。"
        case _:
            return f"{place} 的格式不对，请参看 /docs。"


def _explain_bad_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return JSONResponse({"detail": "".join(explain_problem(each) for each in error.errors())}, status_code=422)


def _explain_unreadable(request: Request, error: Exception) -> JSONResponse:
    """FastAPI's answer to a body that is no UTF-8 or nested without end, in the words of the other errors."""
    return JSONResponse({"detail": '请求读不出来，应为 UTF-8 编码的 JSON，如 {"question": "…"}。'}, status_code=400)


def _explain_failure(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=503)


def _version() -> str:
    try:
        return version("policyqa")
    except PackageNotFoundError:
        return "0"
