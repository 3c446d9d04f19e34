"""A visitor of the chat without a browser: what Gradio's own page sends over the socket, and what it understands."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import httpx

from eval.errors import ServerError

JOIN = "/gradio_api/queue/join"
DATA = "/gradio_api/queue/data"
KEPT = "policyqa-conversation"


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat's question box as `/config` describes it: which function answers, and where its values stand."""

    function: int
    trigger: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """How one question ended; `kept` is the conversation as the browser would keep it."""

    ok: bool
    thread: str
    kept: list[Any]
    box: str


async def read_chat(client: httpx.AsyncClient) -> Chat:
    """What the page knows of the question box."""
    config = (await client.get("/config")).json()
    names = {each["id"]: _name(each["type"], each["props"]) for each in config["components"]}
    found = next(
        each for each in config["dependencies"] if [names.get(t[0]) for t in each["targets"][:1]] == ["question"]
    )
    return Chat(
        found["id"],
        found["targets"][0][0],
        tuple(names[each] for each in found["inputs"]),
        tuple(names[each] for each in found["outputs"]),
    )


def _name(kind: str, props: dict[str, Any]) -> str:
    return str(props.get("elem_id") or props.get("storage_key") or kind)


class GradioVisitor:
    """One person with a conversation of their own; `ask` one question at a time."""

    def __init__(self, client: httpx.AsyncClient, chat: Chat) -> None:
        self.client = client
        self.chat = chat
        self.session = uuid.uuid4().hex
        self.values: dict[str, Any] = {"thread": "", KEPT: [], "question": ""}

    async def join(self, question: str) -> str:
        """Send a question; returns the number under which it will be answered."""
        self.values["question"] = question
        data = [self.values.get(name) for name in self.chat.inputs]
        headers = {"content-type": "application/json"}
        response = await self.client.post(JOIN, content=json.dumps(self.message(data)), headers=headers)
        response.raise_for_status()
        return str(response.json()["event_id"])

    def message(self, data: list[Any]) -> dict[str, Any]:
        return {
            "data": data,
            "fn_index": self.chat.function,
            "session_hash": self.session,
            "event_data": None,
            "trigger_id": self.chat.trigger,
        }

    async def ask(self, question: str) -> Answered:
        """Send a question and read until the server closes the stream, as a browser does."""
        event = await self.join(question)
        answered: Answered | None = None
        async with self.client.stream("GET", DATA, params={"session_hash": self.session}) as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data: "):
                    continue
                message = json.loads(line.removeprefix("data: "))
                if message["msg"] == "process_completed" and message["event_id"] == event:
                    answered = self._finish(message)
                elif message["msg"] in ("unexpected_error", "server_stopped"):
                    raise ServerError(f"{self.client.base_url} 没有回答“{question[:50]}”：{message}")
        if answered is None:
            raise ServerError(f"{self.client.base_url} 没有回答“{question[:50]}”就断开了")
        return answered

    def _finish(self, message: dict[str, Any]) -> Answered:
        values = (message["output"] or {}).get("data") or []
        for name, value in zip(self.chat.outputs, values, strict=False):
            if not (isinstance(value, dict) and value.get("__type__") == "update"):
                self.values[name] = value
            elif "value" in value:
                self.values[name] = value["value"]
        kept, thread, box = (self.values[name] for name in (KEPT, "thread", "question"))
        return Answered(message["success"], thread, kept, box)
