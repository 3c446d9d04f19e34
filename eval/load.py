"""Many people asking one running server at the same time: how long each waits, and whether each gets their own answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import httpx

from assistant.web.conversation import MOST_TURNS_ASKED, MOST_TURNS_KEPT
from eval.errors import ServerError
from eval.metrics import estimate
from eval.records import Estimate
from eval.visitor import GradioVisitor, read_chat

Way = Literal["chat", "api"]
LONGEST_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Load:
    """What a crowd met: seconds of each answered question, one line for each that was not, seconds for all together."""

    seconds: tuple[float, ...]
    errors: tuple[str, ...]
    wall_seconds: float

    def figures(self) -> dict[str, Estimate]:
        return {"seconds_p50": estimate(self.seconds, "p50"), "seconds_p95": estimate(self.seconds, "p95")}


def connect(address: str) -> httpx.AsyncClient:
    """A client that opens as many connections as there are people."""
    # Shorter than the server's 5 s: a connection that it is just closing must not be used once more.
    limits = httpx.Limits(max_connections=None, keepalive_expiry=2)
    return httpx.AsyncClient(base_url=address, timeout=LONGEST_SECONDS, limits=limits)


def measure(address: str, questions: Sequence[str], people: int, each: int, way: Way) -> Load:
    """`people` conversations of `each` questions, started together; nobody pauses to think."""
    return asyncio.run(_crowd(address, questions, people, each, way))


async def _crowd(address: str, questions: Sequence[str], people: int, each: int, way: Way) -> Load:
    seconds: list[float] = []
    errors: list[str] = []

    async def converse(ask: Callable[[str], Awaitable[None]], person: int) -> None:
        for turn in range(each):
            question = questions[(person * each + turn) % len(questions)]
            start = time.perf_counter()
            try:
                await ask(question)
            except (ServerError, httpx.HTTPError, OSError) as exc:
                errors.append(f"{type(exc).__name__}: {exc}")
            else:
                seconds.append(time.perf_counter() - start)

    async with connect(address) as client:
        try:
            chat = await read_chat(client) if way == "chat" else None
        except (httpx.HTTPError, OSError) as exc:
            raise ServerError(f"{address} 没有回应（{exc}）；请先启动 policyqa serve。") from exc
        asking = [_by_chat(GradioVisitor(client, chat)) if chat else _by_api(client) for _ in range(people)]
        start = time.perf_counter()
        await asyncio.gather(*(converse(ask, person) for person, ask in enumerate(asking)))
        wall = time.perf_counter() - start
    return Load(tuple(seconds), tuple(errors), wall)


def _by_chat(visitor: GradioVisitor) -> Callable[[str], Awaitable[None]]:
    asked: list[str] = []

    async def ask(question: str) -> None:
        asked.append(question)
        answered = await visitor.ask(question)
        kept = [turn["question"] for turn in answered.kept]
        if not answered.ok or kept != asked[-MOST_TURNS_KEPT:]:
            raise ServerError(f"问了“{question}”，对话里却是 {kept[-1:]}")

    return ask


def _by_api(client: httpx.AsyncClient) -> Callable[[str], Awaitable[None]]:
    history: list[dict[str, str]] = []

    async def ask(question: str) -> None:
        response = await client.post("/api/ask", json={"question": question, "history": history[-MOST_TURNS_ASKED:]})
        response.raise_for_status()
        answer = response.json()
        if answer["question"] != question:
            raise ServerError(f"问了“{question}”，答的却是“{answer['question']}”")
        history.append({"q": question, "a": answer["answer"]})

    return ask
