"""Streams of `/v1` over a real socket: the pieces are the message, many at once, a client that leaves, a slow model."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from assistant.state.database import Database
from assistant.state.tables import Cited
from assistant.web.chat_messages import CORRECTION, Growing, write_content
from tests.fake_assistant import FakeAssistant
from tests.writing_assistant import (
    BREAKS,
    LEAVE,
    MESSAGES,
    SLOW,
    TURNS,
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


@pytest.mark.parametrize("question", [LEAVE, "场地补贴多少", "下雨吗", TURNS[:2]])
def test_the_pieces_of_a_stream_are_the_plain_message(client: openai.OpenAI, question: str) -> None:
    plain = client.chat.completions.create(model="policyqa", messages=say(question))
    chunks = chunks_of(client, question)
    assert joined(chunks) == plain.choices[0].message.content
    assert (chunks[0].choices[0].delta.role, chunks[0].choices[0].delta.content) == ("assistant", "")
    assert [chunk.choices[0].finish_reason for chunk in chunks][-1:] == ["stop"]
    assert {chunk.id for chunk in chunks} == {chunks[0].id}
    assert chunks[-1].policyqa["question"] == question
    assert chunks[-1].choices[0].delta.citations == chunks[-1].policyqa["citations"]
    if question == LEAVE:
        assert len(chunks) > 5  # it came in pieces


def test_a_stream_tells_its_usage_when_asked(client: openai.OpenAI) -> None:
    chunks = chunks_of(client, LEAVE, stream_options={"include_usage": True})
    assert (chunks[-1].choices, chunks[-1].usage.completion_tokens) == ([], len(WHOLE))
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)


def test_an_answer_that_takes_back_what_was_sent_is_sent_whole_below_it(client: openai.OpenAI) -> None:
    content = joined(chunks_of(client, TURNS))
    before, _, after = content.partition(CORRECTION)
    assert before == "请假要提前三日提出[1]"
    assert after.startswith("完全不同的话[1]\n\n依据：\n[1]《示例镇志愿服务办法》")


@given(st.lists(st.text(alphabet="甲乙[1]", max_size=6), min_size=1, max_size=6))
def test_pieces_put_together_are_the_last_message_unless_more_was_given_than_it_has(texts: list[str]) -> None:
    growing = Growing()
    pieces = [growing.add(text) for text in texts]
    given = "".join(pieces)
    content = f"{texts[-1]}。"
    pieces.append(growing.finish(content))
    assert "".join(pieces) == (content if content.startswith(given) else f"{given}{CORRECTION}{content}")
    if len(texts) < 3:
        assert "".join(pieces) == content  # one step is held back, so one change of mind is never seen


def test_the_helper_of_the_client_puts_a_stream_together(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model="policyqa", messages=MESSAGES) as stream:
        final: Any = stream.get_final_completion()
    assert final.choices[0].message.content == WHOLE


def test_the_bytes_of_a_stream_are_server_sent_events_that_end_with_done(address: str) -> None:
    response, body = post(address, {"messages": MESSAGES, "stream": True})
    assert response.getheader("content-type") == "text/event-stream; charset=utf-8"
    assert response.getheader("cache-control") == "no-cache"
    lines = body.decode().split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    assert all(line.startswith("data: ") for line in lines[:-1])


def test_a_failure_in_mid_stream_is_raised_by_the_client(client: openai.OpenAI) -> None:
    pieces: list[str] = []
    with pytest.raises(openai.APIError, match="语言模型没有写完") as caught:
        for chunk in client.chat.completions.create(model="policyqa", messages=say(BREAKS), stream=True):
            pieces.append(chunk.choices[0].delta.content or "")
    assert not isinstance(caught.value, openai.APIConnectionError)
    assert "".join(pieces) == "请假要提"


def test_a_client_that_leaves_in_mid_stream_stops_the_work(
    client: openai.OpenAI, assistant: WritingAssistant, database: Database
) -> None:
    for event in (assistant.stopped, assistant.waiting, assistant.go_on):
        event.clear()
    before = noted(database)
    stream = client.chat.completions.create(model="policyqa", messages=say(SLOW), stream=True)
    assert next(iter(stream)).choices[0].delta.role == "assistant"
    assert assistant.waiting.wait(timeout=5)
    stream.close()
    time.sleep(0.2)  # the server learns of it while the assistant still thinks
    assistant.go_on.set()
    assert assistant.stopped.wait(timeout=5)
    assert noted(database) == before
    assert client.chat.completions.create(model="policyqa", messages=MESSAGES).choices[0].message.content == WHOLE


def test_slow_answers_hold_up_neither_a_quick_one_nor_a_page(address: str, assistant: WritingAssistant) -> None:
    assistant.go_on.clear()

    def ask_slowly(number: int) -> str:
        with openai.OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0, timeout=30) as client:
            return joined(chunks_of(client, f"{SLOW}{number}"))

    with ThreadPoolExecutor(50) as pool:  # more than the 40 threads that the framework has for everything
        heard = len(assistant.heard)
        slow = [pool.submit(ask_slowly, number) for number in range(50)]
        deadline = time.monotonic() + 15
        while len(assistant.heard) < heard + 50 and time.monotonic() < deadline:
            time.sleep(0.02)
        try:
            assert len(assistant.heard) == heard + 50
            with openai.OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0, timeout=5) as client:
                assert joined(chunks_of(client, LEAVE)) == WHOLE
                assert client.models.list().data
            assert post(address, {"question": LEAVE}, "/api/ask")[0].status == 200
            assert not any(each.done() for each in slow)
        finally:
            assistant.go_on.set()
        assert {each.result(timeout=20) for each in slow} == {WHOLE}


def test_twenty_streams_at_once_each_get_their_own_answer(address: str) -> None:
    async def ask_all() -> list[str]:
        async with openai.AsyncOpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0) as client:

            async def ask(question: str) -> str:
                stream = await client.chat.completions.create(model="policyqa", messages=say(question), stream=True)
                return "".join([each.choices[0].delta.content or "" async for each in stream])

            return await asyncio.gather(*(ask(question) for question in questions))

    questions = [f"{number}号楼{'请假' if number % 2 else '停电'}" for number in range(20)]
    assert asyncio.run(ask_all()) == [write_content(FakeAssistant().ask(question)) for question in questions]


def noted(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.sum(Cited.times))) or 0
