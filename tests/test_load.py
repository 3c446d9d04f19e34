"""Fifty people at once over a real socket: nobody gets an error or another's answer, nobody waits for a slow answer."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from statistics import quantiles

import httpx
import pytest

from assistant.api import create_app
from assistant.records import Answer, Related, Turn
from eval.errors import ServerError
from eval.load import Way, connect, measure
from eval.visitor import GradioVisitor, read_chat
from tests.browser import serving
from tests.fake_assistant import VOLUNTEERS, FakeAssistant

PEOPLE = 50
TURNS = 3
SLOW_SECONDS = 3.0
SLOW_PEOPLE = 60
"""More than the 40 threads that the web framework has for everything."""

AT_ONCE_SECONDS = 2.5
"""A quick answer takes about 0.1 s alone; whoever waited for a slow one took 3 s."""


class Echo(FakeAssistant):
    """Answers with the question and what it was told of the conversation; `慢` takes as long as a slow model."""

    def ask(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        question_id: str = "",
        documents: tuple[str, ...] | None = None,
    ) -> Answer:
        if "崩溃" in question:
            raise ZeroDivisionError("a bug")
        if "慢" in question:
            time.sleep(SLOW_SECONDS)
        earlier = "、".join(turn.question for turn in history)
        words = f"听到：{question}；先前：{earlier}。"
        nearest = (
            Related(VOLUNTEERS.title, "1", "第1条"),
        )  # without it the turn is small talk, left out of the history
        return Answer(question_id, question, "refused", "extractive", words, related=nearest)


Ask = Callable[[int, int], Awaitable[str]]
"""(person, turn) -> the text that came back; raises where it is not this person's."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(create_app(Echo())) as address:
        yield address


def asked(person: int, turn: int) -> str:
    return f"{person}号的第{turn}问"


def told(person: int, turn: int) -> str:
    earlier = "、".join(asked(person, each) for each in range(turn))
    return f"听到：{asked(person, turn)}；先前：{earlier}。"


async def timed(answering: Awaitable[None]) -> float:
    start = time.perf_counter()
    await answering
    return time.perf_counter() - start


async def converse_by_chat(visitor: GradioVisitor, person: int) -> None:
    for turn in range(TURNS):
        answered = await visitor.ask(asked(person, turn))
        assert answered.ok
        assert [each["question"] for each in answered.kept] == [asked(person, each) for each in range(turn + 1)]
        assert answered.kept[-1]["answer"]["answer"] == told(person, turn)
        assert told(person, turn) in answered.thread
        assert set(re.findall(r"(\d+)号的第", answered.thread)) == {str(person)}


async def converse_by_api(client: httpx.AsyncClient, person: int) -> None:
    history: list[dict[str, str]] = []
    for turn in range(TURNS):
        body = {"question": asked(person, turn), "history": history, "id": f"{person}/{turn}"}
        response = await client.post("/api/ask", json=body)
        answer = response.json()
        assert response.status_code == 200, answer
        assert (answer["id"], answer["answer"]) == (f"{person}/{turn}", told(person, turn))
        history.append({"q": asked(person, turn), "a": answer["answer"]})


def p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def test_fifty_people_in_the_chat_each_get_their_own_answers(address: str) -> None:
    async def run() -> list[float]:
        async with connect(address) as client:
            chat = await read_chat(client)
            everyone = [GradioVisitor(client, chat) for _ in range(PEOPLE)]
            return await asyncio.gather(
                *(timed(converse_by_chat(visitor, person)) for person, visitor in enumerate(everyone))
            )

    assert p95(asyncio.run(run())) < 15


def test_fifty_programs_each_get_their_own_answers(address: str) -> None:
    async def run() -> list[float]:
        async with connect(address) as client:
            return await asyncio.gather(*(timed(converse_by_api(client, person)) for person in range(PEOPLE)))

    assert p95(asyncio.run(run())) < 5


def test_slow_answers_in_the_chat_keep_nobody_waiting(address: str) -> None:
    async def run() -> tuple[list[float], list[float]]:
        async with connect(address) as client:
            chat = await read_chat(client)

            async def ask(question: str) -> None:
                assert (await GradioVisitor(client, chat).ask(question)).ok

            slow = [asyncio.create_task(timed(ask(f"慢{number}"))) for number in range(SLOW_PEOPLE)]
            await asyncio.sleep(1)
            quick = [
                await timed(ask("快")),
                await timed(get(client, "/")),
                await timed(get(client, "/api/documents")),
                await timed(get(client, "/clause?document=volunteers&article=2")),
                await timed(post(client, "快")),
            ]
            return quick, await asyncio.gather(*slow)

    quick, slow = asyncio.run(run())
    assert max(quick) < AT_ONCE_SECONDS, quick
    assert max(slow) < 2 * SLOW_SECONDS


def test_slow_answers_to_programs_keep_nobody_waiting(address: str) -> None:
    async def run() -> tuple[list[float], list[float]]:
        async with connect(address) as client:
            chat = await read_chat(client)
            asking = [(post if number % 2 else complete)(client, f"慢{number}") for number in range(SLOW_PEOPLE)]
            slow = [asyncio.create_task(timed(each)) for each in asking]
            await asyncio.sleep(1)
            quick = [
                await timed(get(client, "/api/documents")),
                await timed(get(client, "/clause?document=volunteers&article=2")),
                await timed(post(client, "快")),
                await timed(complete(client, "快")),
                await timed(converse_by_chat(GradioVisitor(client, chat), 1)),
            ]
            return quick, await asyncio.gather(*slow)

    quick, slow = asyncio.run(run())
    assert max(quick) < AT_ONCE_SECONDS, quick
    assert max(slow) < 2 * SLOW_SECONDS


async def get(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 200


async def complete(client: httpx.AsyncClient, question: str) -> None:
    message = {"model": "policyqa", "stream": True, "messages": [{"role": "user", "content": question}]}
    assert question in (await client.post("/v1/chat/completions", json=message)).text


async def post(client: httpx.AsyncClient, question: str) -> None:
    assert (await client.post("/api/ask", json={"question": question})).status_code == 200


@pytest.mark.parametrize("way", ["api", "chat"])
def test_the_load_is_measured_and_its_errors_counted(address: str, way: Way) -> None:
    found = measure(address, ["甲", "乙", "丙"], people=4, each=2, way=way)
    assert (len(found.seconds), found.errors) == (8, ())
    assert 0 < found.figures()["seconds_p50"].value < 10
    assert 0 < max(found.seconds) <= found.wall_seconds
    failed = measure(address, ["甲", "崩溃"], people=2, each=1, way=way)
    assert (len(failed.seconds), len(failed.errors)) == (1, 1)


def test_a_server_that_is_not_there_is_told_in_one_line() -> None:
    with pytest.raises(ServerError, match="请先启动 policyqa serve"):
        measure("http://127.0.0.1:9", ["甲"], people=1, each=1, way="chat")
