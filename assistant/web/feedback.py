"""`POST /api/feedback`, what answers leave behind, and the conversation as a file."""

from __future__ import annotations

import logging
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Body, FastAPI, HTTPException, Response
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import StateError
from assistant.records import Answer
from assistant.state.feedback import Opinion, Rating, note_answer, rate
from assistant.web.attachments import MARKDOWN, attachment
from assistant.web.conversation import read_exchanges
from assistant.web.exporting import MOST_LINES, count_lines, file_name, write_markdown, write_word
from assistant.web.services import Services

MOST_REASON_CHARACTERS = 400
"""Five reasons to choose from and 300 characters of one's own."""

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NOT_KEPT = "现在存不下评价，请稍后再试。"
_log = logging.getLogger(__name__)

ShortText = Annotated[str, StringConstraints(max_length=300)]
LongText = Annotated[str, StringConstraints(max_length=5000)]


class FeedbackRequest(BaseModel):
    """The body of `POST /api/feedback`."""

    answer_id: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(description="回答的 id")
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)] = Field(
        description="问题"
    )
    rating: Rating = Field(description="up 有帮助，down 没帮助，none 撤回")
    status: Literal["answered", "refused"] = Field(default="answered", description="回答的 status")
    effective: LongText = Field(default="", description="回答的 effective")
    document: ShortText = Field(default="", description="第一条依据的文件")
    article: Annotated[str, StringConstraints(max_length=100)] = Field(default="", description="第一条依据的条号")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MOST_REASON_CHARACTERS)] = Field(
        default="", description=f"原因，最多 {MOST_REASON_CHARACTERS} 个字"
    )


def add_feedback(app: FastAPI, services: Services) -> None:
    """Add the addresses of this module."""

    @app.post(
        "/api/feedback",
        status_code=204,
        summary="评价一个回答",
        description="同一个 answer_id 和问题再次提交时修改原来的评价；rating 为 none 时撤回。",
        response_description="已记下。",
    )
    def feedback(request: FeedbackRequest) -> None:
        try:
            rate(services.database, Opinion(**request.model_dump()))
        except (StateError, SQLAlchemyError) as error:
            _log.warning("an opinion was not kept: %s", error)
            raise HTTPException(503, _NOT_KEPT) from error

    @app.post(
        "/api/conversation",
        summary="把对话存成文件",
        description="请求是对话各轮的列表 [{question, answer, scope}]，answer 即 /api/ask 的回答。",
        response_description="Word 或 Markdown 文件。",
        response_class=Response,
    )
    def conversation(stored: Annotated[list[Any], Body()], format: Literal["docx", "md"] = "docx") -> Response:
        exchanges = read_exchanges(stored)
        if not exchanges:
            raise HTTPException(422, "还没有可以导出的对话，请先提问。")
        if count_lines(exchanges) > MOST_LINES:
            raise HTTPException(413, "对话太长，导出不了；请新建对话后再导出。")
        today = date.today()
        library = services.live.library
        if format == "docx":
            content, kind = write_word(exchanges, library, today), WORD
        else:
            words = write_markdown(exchanges, library, today)
            content, kind = words.encode("utf-8", "replace"), MARKDOWN
        return attachment(content, kind, file_name(format, today))


def note(services: Services, answer: Answer) -> None:
    """Counts an answer or a refusal (`note_answer`); an answer never fails because it could not be counted."""
    try:
        note_answer(services.database, answer)
    except (StateError, SQLAlchemyError) as error:
        _log.warning("an answer was not counted: %s", error)
