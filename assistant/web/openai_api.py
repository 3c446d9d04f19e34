"""`/v1/chat/completions` and `/v1/models`: the assistant for programs that speak OpenAI's API."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import aclosing
from typing import Annotated, Any

import anyio
from fastapi import FastAPI, HTTPException, Path
from fastapi.responses import StreamingResponse

from assistant.records import Answer
from assistant.web.asking_api import find_named
from assistant.web.chat_messages import Growing, read_conversation, write_content
from assistant.web.feedback import note
from assistant.web.guard import Send
from assistant.web.openai_records import (
    MODEL,
    ChatCompletion,
    ChatMessage,
    ChatRequest,
    Choice,
    Model,
    ModelList,
    Usage,
)
from assistant.web.problems import OpenAIError, openai_error
from assistant.web.services import Services
from assistant.web.threads import run_apart
from index.errors import PolicyQAError

STREAM_HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}
"""A proxy must pass the pieces on as they come (nginx reads the second)."""

_WRONG: dict[int | str, dict[str, Any]] = {
    400: {"model": OpenAIError, "description": "请求有误，error.message 说明哪里不对。"},
    422: {"model": OpenAIError, "description": "documents 里有没收录的文件。"},
    503: {"model": OpenAIError, "description": "现在不能回答，error.message 说明原因。"},
}
_STREAM: dict[str, Any] = {
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
    "description": "回答；stream 为 true 时逐段给出，最后一段带 policyqa，以 data: [DONE] 结束。",
}


class EventResponse(StreamingResponse):
    """Server-sent events whose source is closed at once when the client goes."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[str, None]) -> None:
        super().__init__(events, headers=STREAM_HEADERS)
        self._events = events

    async def stream_response(self, send: Send) -> None:
        async with aclosing(self._events):
            await super().stream_response(send)


class Completion:
    """One exchange: what its chunks and its message have in common."""

    def __init__(self, request: ChatRequest) -> None:
        self.request = request
        self.id = f"chatcmpl-{uuid.uuid4().hex}"
        self.created = int(time.time())

    def whole(self, answer: Answer) -> ChatCompletion:
        content = write_content(answer)
        message = ChatMessage(content=content, citations=list(answer.citations))
        return ChatCompletion(
            id=self.id,
            created=self.created,
            model=self.request.model,
            choices=[Choice(message=message)],
            usage=self._usage(content),
            policyqa=answer,
        )

    def chunk(self, delta: dict[str, Any], finish_reason: str | None = None, **beside: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return _event(self._chunk([choice], **beside))

    def usage_chunk(self, content: str) -> str:
        return _event(self._chunk([], usage=self._usage(content).model_dump()))

    @property
    def shows_usage(self) -> bool:
        options = self.request.stream_options
        return bool(options and options.include_usage)

    def _chunk(self, choices: list[dict[str, Any]], **beside: Any) -> dict[str, Any]:
        usage = {"usage": None} if self.shows_usage else {}
        frame = {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.request.model,
        }
        return {**frame, "choices": choices, **usage, **beside}

    def _usage(self, content: str) -> Usage:
        asked = sum(len(message.text) for message in self.request.messages)
        return Usage(prompt_tokens=asked, completion_tokens=len(content), total_tokens=asked + len(content))


def add_openai_api(app: FastAPI, services: Services) -> None:
    """Add the addresses of this module."""
    _add_models(app)

    @app.post(
        "/v1/chat/completions",
        summary="回答一段对话（OpenAI 兼容）",
        description="最后一条 user 消息是问题，先前的问答供理解追问；system 消息和 temperature 等参数不影响回答。",
        response_model=ChatCompletion,
        responses={200: _STREAM, **_WRONG},
    )
    async def complete(request: ChatRequest) -> Any:
        request.refuse_unsupported()
        question, history = read_conversation(request.messages)
        documents = find_named(services.live.library, request.documents or ())
        completion = Completion(request)
        if not request.stream:
            answer = await run_apart(services.live.ask, question, history=history, documents=documents)
            await run_apart(note, services, answer)
            return completion.whole(answer)
        answers = services.live.stream(question, history=history, documents=documents)
        first = await run_apart(next, answers, None)  # a model that does not answer is still an error with its status
        return EventResponse(_events(services, completion, answers, first))


def _add_models(app: FastAPI) -> None:
    started = int(time.time())
    told = "模型名和启动时间。"

    @app.get("/v1/models", summary="有哪些模型（OpenAI 兼容）", response_description="只有 policyqa 一个。")
    def models() -> ModelList:
        return ModelList(data=[Model(created=started)])

    @app.get(
        "/v1/models/{model:path}",
        summary="一个模型（OpenAI 兼容）",
        response_description=told,
        responses={404: {"model": OpenAIError, "description": "没有这个模型。"}},
    )
    def model(model: Annotated[str, Path(description="模型名")]) -> Model:
        if model != MODEL:
            raise HTTPException(404, f"没有“{model[:100]}”这个模型；有：{MODEL}。")
        return Model(created=started)


async def _events(
    services: Services, completion: Completion, answers: Iterator[Answer], first: Answer | None
) -> AsyncGenerator[str, None]:
    """The chunks of a stream; whatever ends it, the source is closed, so that a model stops writing."""
    growing = Growing()
    answer, last = first, first
    try:
        yield completion.chunk({"role": "assistant", "content": ""})
        while answer is not None:
            last = answer
            if piece := growing.add(answer.answer):
                yield completion.chunk({"content": piece})
            answer = await run_apart(next, answers, None)
    except PolicyQAError as error:
        yield _event(openai_error(503, str(error)))
        return
    finally:
        if isinstance(answers, Generator):
            with anyio.CancelScope(shield=True):
                await run_apart(answers.close)
    assert last is not None
    if piece := growing.finish(write_content(last)):
        yield completion.chunk({"content": piece})
    await run_apart(note, services, last)
    told = last.to_json()
    yield completion.chunk({"citations": told["citations"]}, "stop", policyqa=told)
    if completion.shows_usage:
        yield completion.usage_chunk(growing.given)
    yield "data: [DONE]\n\n"


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
