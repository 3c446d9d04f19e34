"""`/api/ask` and `/api/search`: a question for programs, with everything that is known of its answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query
from pydantic import BaseModel, Field, StringConstraints

from assistant.citations import bracketed
from assistant.records import Answer
from assistant.web.conversation import (
    MOST_QUESTION_CHARACTERS,
    MOST_TURN_CHARACTERS,
    MOST_TURNS_ASKED,
    earlier_turn,
)
from assistant.web.engine import Live, Shelf, find_document
from assistant.web.problems import BAD_REQUEST, NO_ANSWER
from assistant.web.threads import run_apart
from index.records import Document

MOST_HITS = 100
"""Whoever wants more articles than this wants the documents."""

MOST_DOCUMENTS = 1000
"""A library's worth: more names are no choice."""

QuestionText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_QUESTION_CHARACTERS)
]
EarlierText = Annotated[str, StringConstraints(max_length=MOST_TURN_CHARACTERS)]
DocumentName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
HitCount = Annotated[int, Field(ge=1, le=MOST_HITS, description=f"最多给出几条，1–{MOST_HITS}")]
DocumentNames = Annotated[
    list[DocumentName] | None,
    Field(max_length=MOST_DOCUMENTS, description="只在这些文件中查找：文件的 id 或完整标题；不填为全部文件"),
]


class EarlierTurn(BaseModel):
    """One earlier exchange."""

    q: EarlierText = Field(description="先前的问题")
    a: EarlierText = Field(default="", description="当时的回答")


class AskRequest(BaseModel):
    """The body of `POST /api/ask`."""

    question: QuestionText = Field(description=f"问题，1–{MOST_QUESTION_CHARACTERS} 个字")
    history: list[EarlierTurn] | None = Field(
        default=None, max_length=MOST_TURNS_ASKED, description=f"先前的对话，最多 {MOST_TURNS_ASKED} 轮"
    )
    id: Annotated[str, StringConstraints(max_length=200)] = Field(default="", description="问题编号，原样返回")
    documents: DocumentNames = None

    model_config = {
        "json_schema_extra": {"examples": [{"question": "社区工作者的工资怎么定？"}]},
    }


class SearchRequest(BaseModel):
    """The body of `POST /api/search`."""

    query: QuestionText = Field(description=f"要找的话，1–{MOST_QUESTION_CHARACTERS} 个字")
    k: HitCount = 10
    documents: DocumentNames = None

    model_config = {
        "json_schema_extra": {"examples": [{"query": "社区工作者 薪酬", "k": 3}]},
    }


class FoundArticle(BaseModel):
    """One article that a search found."""

    document: str = Field(description="文件标题")
    article: str = Field(description="条号")
    score: float = Field(description="与要找的话有多相关；只能在一次查找里比大小")
    text: str = Field(description="这一条里最相关的一段原文")
    label: str = Field(description="条号和条标")
    document_id: str = Field(description="文件的 id")


def add_asking(app: FastAPI, live: Live) -> None:
    """Add the addresses of this module."""
    _add_ask(app, live)
    _add_search(app, live)


def find_written(library: Shelf, name: str) -> Document | None:
    """The document that a program or a person names: its id, its title, or its title in book-title marks."""
    found = find_document(library, name)
    if found is None and name.startswith("《") and name.endswith("》"):
        found = next((each for each in library.documents if bracketed(each.title) == name), None)
    return found


def find_named(library: Shelf, names: Sequence[str]) -> tuple[str, ...] | None:
    """The ids of the documents with these ids or titles; None, for all, without names. Raises 422 for an unknown one."""
    found = {name: find_written(library, name) for name in names}
    if unknown := [name for name, document in found.items() if document is None]:
        raise HTTPException(422, f"没有收录这些文件：{'、'.join(unknown)[:200]}。可用 /api/documents 查看收录的文件。")
    return tuple(dict.fromkeys(document.id for document in found.values() if document)) or None


def _add_ask(app: FastAPI, live: Live) -> None:
    @app.post(
        "/api/ask",
        summary="回答一个问题",
        description="status 为 answered 时，citations 逐条列出依据，quote 与条文原文逐字相同；为 refused 时说明原因。",
        response_description="回答或不予回答。",
        responses={**BAD_REQUEST, **NO_ANSWER},
    )
    async def ask(request: AskRequest) -> Answer:
        history = tuple(earlier_turn(turn.q, turn.a) for turn in request.history or ())
        documents = find_named(live.library, request.documents or ())
        return await run_apart(live.ask, request.question, history=history, question_id=request.id, documents=documents)


def _add_search(app: FastAPI, live: Live) -> None:
    async def search(query: str, k: int, names: Sequence[str] | None) -> list[FoundArticle]:
        documents = find_named(live.library, names or ())
        hits = await run_apart(live.search, query, k=k, documents=documents)
        return [FoundArticle.model_validate(hit, from_attributes=True) for hit in hits]

    words = "只找条文，不作答。"
    told = "找到的条文，最相关的在前。"

    @app.get("/api/search", summary="查条文", description=words, response_description=told, responses=BAD_REQUEST)
    async def search_address(
        q: Annotated[QuestionText, Query(description=f"要找的话，1–{MOST_QUESTION_CHARACTERS} 个字")],
        k: HitCount = 10,
        documents: Annotated[
            list[DocumentName] | None,
            Query(max_length=MOST_DOCUMENTS, description="只在这些文件中查找：文件的 id 或完整标题，可重复"),
        ] = None,
    ) -> list[FoundArticle]:
        return await search(q, k, documents)

    @app.post(
        "/api/search",
        summary="查条文（JSON）",
        description=words,
        response_description=told,
        responses={**BAD_REQUEST, **NO_ANSWER},
    )
    async def search_body(request: SearchRequest) -> list[FoundArticle]:
        return await search(request.query, request.k, request.documents)
