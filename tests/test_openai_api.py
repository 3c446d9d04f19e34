"""`/v1` as the official client sees it, over a real socket."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import openai
import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from assistant.api import create_app
from assistant.records import Turn
from assistant.settings import Settings
from assistant.state.database import Database
from assistant.state.tables import Cited
from assistant.web.chat_messages import strip_footer, write_content
from tests.browser import serving
from tests.fake_assistant import VOLUNTEERS, FakeAssistant
from tests.writing_assistant import (
    LEAVE,
    MESSAGES,
    WHOLE,
    WritingAssistant,
    address,
    assistant,
    chunks_of,
    client,
    database,
    joined,
    post,
    say,
)

__all__ = ["address", "assistant", "client", "database"]  # fixtures: used by name


def test_the_message_holds_the_answer_and_its_sources_word_by_word(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(model="gpt-4o", messages=MESSAGES, temperature=0.3, max_tokens=5)
    assert completion.choices[0].message.content == (
        "请假要提前三日提出[1]；突发疾病可以事后补办[2]。\n\n依据：\n"
        "[1]《示例镇志愿服务办法》第2条 请假：“志愿者请假应当提前三日提出。”\n"
        "[2]《示例镇志愿服务办法》第2条 请假：“（一）突发疾病的；”"
    )
    assert (completion.object, completion.model, completion.choices[0].finish_reason) == (
        "chat.completion", "gpt-4o", "stop",
    )  # fmt: skip
    assert completion.id.startswith("chatcmpl-")
    assert abs(completion.created - time.time()) < 60
    assert completion.usage is not None
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (len(LEAVE), len(WHOLE))


def test_citations_and_the_whole_answer_come_as_data(client: openai.OpenAI) -> None:
    completion: Any = client.chat.completions.create(model="policyqa", messages=MESSAGES)
    expected = json.loads(json.dumps(FakeAssistant().ask(LEAVE).to_json()))
    assert completion.policyqa == expected
    assert completion.choices[0].message.citations == expected["citations"]


def test_a_refusal_names_the_nearest_clauses_and_is_no_error(client: openai.OpenAI) -> None:
    completion: Any = client.chat.completions.create(model="policyqa", messages=say("下雨吗"))
    content = completion.choices[0].message.content
    assert content.endswith("\n\n相近的规定：\n《示例镇志愿服务办法》第1条")
    assert (completion.policyqa["status"], completion.choices[0].message.citations) == ("refused", [])


@given(st.text(max_size=40))
def test_whatever_stands_below_an_answer_is_stripped(words: str) -> None:
    answer = replace(FakeAssistant().ask("场地补贴"), answer=f"{words.strip()}[1]".strip())
    assert strip_footer(write_content(answer)) == answer.answer


def test_earlier_messages_are_the_history_without_what_we_wrote_below(
    client: openai.OpenAI, assistant: WritingAssistant
) -> None:
    messages: list[Any] = [
        {"role": "system", "content": "你是助手。" * 1000},
        {"role": "assistant", "content": "你好！"},
        {"role": "user", "content": "问" * 501},  # was turned down: nothing was answered
        *MESSAGES,
        {"role": "assistant", "content": WHOLE.replace("\n", "\r\n")},
        {"role": "user", "content": [{"type": "text", "text": "那补贴"}, {"type": "text", "text": "呢？"}]},
        {"role": "assistant", "content": write_content(FakeAssistant().ask("场地补贴"))},
        {"role": "user", "content": " 还有呢 "},
    ]
    client.chat.completions.create(model="policyqa", messages=messages)
    asked = FakeAssistant()
    assert assistant.heard[-1] == (
        "还有呢",
        (Turn(LEAVE, asked.ask(LEAVE).answer), Turn("那补贴\n呢？", asked.ask("场地补贴").answer)),
    )


def test_only_the_newest_turns_are_kept(client: openai.OpenAI, assistant: WritingAssistant) -> None:
    messages = [{"role": role, "content": f"{role}{number}"} for number in range(50) for role in ("user", "assistant")]
    client.chat.completions.create(model="policyqa", messages=[*messages, *MESSAGES])  # type: ignore[list-item]
    history = assistant.heard[-1][1]
    assert (len(history), history[0], history[-1]) == (20, Turn("user30", "assistant30"), Turn("user49", "assistant49"))


def test_documents_narrow_the_answer(client: openai.OpenAI, assistant: WritingAssistant) -> None:
    documents = {"documents": ["《示例镇志愿服务办法》"]}
    client.chat.completions.create(model="policyqa", messages=MESSAGES, extra_body=documents)
    assert assistant.looked_in[-1] == (VOLUNTEERS.id,)
    with pytest.raises(openai.UnprocessableEntityError, match="没有收录这些文件：没有这份"):
        client.chat.completions.create(model="policyqa", messages=MESSAGES, extra_body={"documents": ["没有这份"]})


def test_there_is_one_model(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["policyqa"]
    assert client.models.retrieve("policyqa").object == "model"
    with pytest.raises(openai.NotFoundError, match="没有“gpt-4”这个模型"):
        client.models.retrieve("gpt-4")


TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}
PICTURE = [{"type": "text", "text": "这是什么"}, {"type": "image_url", "image_url": {"url": "data:,"}}]


@pytest.mark.parametrize(
    ("options", "words", "param", "code"),
    [
        ({"n": 2}, "n 只能是 1", "n", "unsupported_value"),
        ({"tools": [TOOL]}, "不支持 tools", "tools", "unsupported_parameter"),
        ({"response_format": {"type": "json_object"}}, "只支持", "response_format", "unsupported_value"),
        ({"messages": say("问" * 501)}, "最多 500 个字，现在有 501 个", "messages.0.content", "question_too_long"),
        ({"messages": say(" \n")}, "是空的", "messages.0.content", None),
        ({"messages": say(PICTURE)}, "只读文字", "messages.0.content", "unsupported_content"),  # type: ignore[arg-type]
        ({"messages": [{"role": "system", "content": "x"}]}, "没有提问", "messages", None),
        ({"messages": []}, "没有提问", "messages", None),
        ({"messages": [{"role": "user", "content": 3}]}, "应为文字", "messages.0.content", None),
        ({"messages": [{"role": "boss", "content": "x"}]}, "messages.0.role 的格式不对", "messages.0.role", None),
        ({"messages": "x"}, "messages 应为列表", "messages", None),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_is_not_supported_is_a_bad_request_in_chinese(
    client: openai.OpenAI, options: dict[str, Any], words: str, param: str | None, code: str | None, stream: bool
) -> None:
    wrong: dict[str, Any] = {"model": "policyqa", "messages": MESSAGES, "stream": stream} | options
    with pytest.raises(openai.BadRequestError, match=words) as caught:
        client.chat.completions.create(**wrong)
    assert (caught.value.type, caught.value.param, caught.value.code) == ("invalid_request_error", param, code)


def test_empty_tools_and_parameters_that_change_nothing_are_accepted(client: openai.OpenAI) -> None:
    empty: dict[str, Any] = {"tools": [], "n": 1, "response_format": {"type": "text"}, "seed": 1, "logprobs": False}
    completion = client.chat.completions.create(model="policyqa", messages=MESSAGES, stop=["x"], user="u", **empty)
    assert completion.choices[0].message.content == WHOLE


@pytest.mark.parametrize(
    ("body", "path", "status", "words"),
    [
        (b"{", "/v1/chat/completions", 400, "不是合法的 JSON"),
        (b"", "/v1/chat/completions", 400, "请求没有内容"),
        (b"[" * 50_000, "/v1/chat/completions", 400, '{"messages": '),
        (b'{"model": "policyqa"}', "/v1/chat/completions", 400, "缺少字段 messages"),
        (b"x" * 2_000_001, "/v1/chat/completions", 413, "请求太大"),
        (b"{}", "/v1/embeddings", 404, "没有这个接口"),
        (b"{}", "/v1/models", 404, "没有这个接口"),
        (b'{"messages": [{"role": "user", "content": "\\u5d29\\u6e83"}]}', "/v1/chat/completions", 500, "出了意外"),
    ],
)
def test_every_error_has_the_shape_that_openai_promises(
    address: str, body: bytes, path: str, status: int, words: str
) -> None:
    response, content = post(address, body, path)
    error = json.loads(content)["error"]
    assert response.status == status
    assert words in error["message"]
    assert set(error) == {"message", "type", "param", "code"}
    assert response.getheader("x-content-type-options") == "nosniff"


@pytest.mark.parametrize("stream", [False, True])
def test_a_model_that_does_not_answer_is_an_error_with_its_status(client: openai.OpenAI, stream: bool) -> None:
    with pytest.raises(openai.InternalServerError, match="语言模型没有回应") as caught:
        client.chat.completions.create(model="policyqa", messages=say("故障"), stream=stream)
    assert (caught.value.status_code, caught.value.type) == (503, "server_error")


def test_an_answer_is_counted_once_from_here_and_not_from_the_plain_address(
    client: openai.OpenAI, address: str, database: Database
) -> None:
    before = noted(database)
    client.chat.completions.create(model="policyqa", messages=MESSAGES)
    chunks_of(client, LEAVE)
    assert noted(database) == before + 2
    post(address, {"question": LEAVE}, "/api/ask")
    assert noted(database) == before + 2


def test_an_answer_is_given_where_it_cannot_be_noted(client: openai.OpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("insert", {}, OSError("disk full"))

    monkeypatch.setattr("assistant.web.feedback.note_answer", fail)
    assert joined(chunks_of(client, LEAVE)) == WHOLE


def noted(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.sum(Cited.times))) or 0


PASSWORD = "正确的口令"


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    hashed = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    settings = Settings(access_password=SecretStr(hashed))
    with serving(create_app(FakeAssistant(), settings, is_local=False)) as address:
        yield address


def test_the_key_is_the_password_where_one_is_needed(guarded: str) -> None:
    headers = {b"authorization": f"Bearer {PASSWORD}".encode()}  # not ASCII, which the client's own header is
    with httpx.Client(headers=headers) as transport:
        assert transport.post(f"{guarded}/v1/chat/completions", json={"messages": MESSAGES}).status_code == 200
    with openai.OpenAI(base_url=f"{guarded}/v1", api_key="wrong", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError, match="口令不对") as caught:
            client.chat.completions.create(model="policyqa", messages=MESSAGES, stream=True)
        assert (caught.value.code, caught.value.type) == ("invalid_api_key", "invalid_request_error")
        with pytest.raises(openai.AuthenticationError):
            client.models.list()


@pytest.mark.parametrize(("key", "status"), [("Bearer any", 200), ("", 403)])
def test_a_chat_client_with_an_origin_of_its_own_is_told_from_a_page_of_another_site(
    address: str, key: str, status: int
) -> None:
    headers = {"origin": "app://chat", "sec-fetch-site": "cross-site", "authorization": key}
    response = httpx.post(f"{address}/v1/chat/completions", json={"messages": MESSAGES}, headers=headers)
    assert response.status_code == status
    assert "access-control-allow-origin" not in response.headers
    if status == 403:
        assert set(response.json()["error"]) == {"message", "type", "param", "code"}
    preflight = {"origin": "app://chat", "access-control-request-method": "POST"}
    asked = httpx.options(f"{address}/v1/chat/completions", headers=preflight)
    assert "access-control-allow-origin" not in asked.headers


def test_llama_index_takes_it_for_a_model(address: str) -> None:
    from llama_index.core.llms import ChatMessage
    from llama_index.llms.openai_like import OpenAILike

    model = OpenAILike(model="policyqa", api_base=f"{address}/v1", api_key="any", is_chat_model=True, max_retries=0)
    assert model.chat([ChatMessage(role="user", content=LEAVE)]).message.content == WHOLE
    assert "".join(each.delta or "" for each in model.stream_chat([ChatMessage(role="user", content=LEAVE)])) == WHOLE


def test_a_forged_history_holds_nobody_up() -> None:
    began = time.monotonic()
    strip_footer("a" + "\n" * 1_000_000 + "b")
    assert time.monotonic() - began < 2, "was quadratic: 1.7 s for 20,000 line breaks, hours for these"
