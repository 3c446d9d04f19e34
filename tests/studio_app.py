"""The studio over an invented document, with makers that need no engine: shared by its tests."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.material.blocks import Paper
from assistant.material.records import Complete, Item, Progress, Quiz, Selection, Wanted
from assistant.settings import Settings
from assistant.state.database import IN_MEMORY, Database
from assistant.web.engine import Live
from assistant.web.problems import add_problems
from assistant.web.reading_room import add_reading_room
from assistant.web.routes import add_pages
from assistant.web.services import Services
from assistant.web.sign_in import add_sign_in
from assistant.web.studio_makers import Makers
from assistant.web.studio_room import add_studio_room
from index.errors import InputError
from index.records import Document
from tests.fake_assistant import VOLUNTEERS, FakeAssistant
from tests.material_samples import DOCUMENT, ITEMS, PAPER

SECONDS = 10
TOO_FEW = "这几条只出得了 {count} 题。"


class FakeMakers:
    """Gives the sample items. `gate`: when set, `make_quiz` waits for it before every step; `error` is raised instead."""

    def __init__(self) -> None:
        self.asked: list[Wanted] = []
        self.selected: list[tuple[Selection, ...]] = []
        self.gate: threading.Event | None = None
        self.error: Exception | None = None
        self.items = ITEMS
        self.spare = [replace(ITEMS[0], id=f"spare-{n}", stem=f"另一道题 {n}") for n in range(2)]
        self.checked: list[Item] = []

    def make_quiz(
        self,
        selections: Sequence[Selection],
        wanted: Wanted,
        library: Sequence[Document],
        progress: Progress,
        complete: Complete | None = None,
    ) -> Quiz:
        self.asked.append(wanted)
        self.selected.append(tuple(selections))
        for share in (0.1, 0.5, 0.9):
            progress(share, "逐条出题")
            if self.gate is not None:
                while not self.gate.wait(0.01):
                    progress(share, "逐条出题")
        if self.error is not None:
            raise self.error
        items = self.items[: wanted.total]
        notices = (TOO_FEW.format(count=len(items)),) if len(items) < wanted.total else ()
        return Quiz("练习题", items, wanted.total, len(self.items), notices=notices)

    def replace_item(
        self, items: Sequence[Item], old: Item, selections: Sequence[Selection], library: Sequence[Document], seed: int
    ) -> Item | None:
        known = {item.id for item in items}
        return next((item for item in self.spare if item.id not in known), None)

    def check_item(self, item: Item, document: Document) -> tuple[str, ...]:
        self.checked.append(item)
        return ("题干里说出了答案",) if item.key and item.key in item.stem else ()

    def compare(self, subject: str, one: Selection, other: Selection, find: Any) -> Paper:
        if not find(subject, (one.document.id,)) and not find(subject, (other.document.id,)):
            raise InputError(f"两份文件都没有说到“{subject}”。")
        return replace(PAPER, title=f"{subject}：两份文件怎么说")

    def makers(self) -> Makers:
        return Makers(
            make_quiz=self.make_quiz,
            replace_item=self.replace_item,
            check_item=self.check_item,
            make_handout=lambda selections, library: PAPER,
            compare=self.compare,
            write_quiz=lambda quiz, ending, part: f"{ending} {part} {len(quiz.items)} {quiz.title}".encode(),
            write_paper=lambda paper, ending: f"{ending} {paper.title}".encode(),
        )


class Studio:
    """The room, and browsers in front of it."""

    def __init__(self, database: Database | None = None, **settings: Any) -> None:
        self.fakes = FakeMakers()
        self.assistant = FakeAssistant(DOCUMENT, VOLUNTEERS)
        self.database = database or Database.open(IN_MEMORY)
        self.services = Services(Live(self.assistant), self.database, Settings(**settings))
        self.app = FastAPI()  # the whole app takes a second to make
        add_problems(self.app)
        add_pages(self.app, self.services.live)
        add_reading_room(self.app, self.services)
        add_sign_in(self.app, self.services)
        add_studio_room(self.app, self.services, self.fakes.makers())
        self.client = self.browser()

    def browser(self) -> TestClient:
        """Another browser: it shares nothing with the first."""
        return TestClient(self.app, follow_redirects=False)

    def start(self, client: TestClient | None = None, **fields: Any) -> str:
        """Presses the button and gives the address of the job."""
        form = {"document": DOCUMENT.id, "goal": "quiz", "total": "30", **fields}
        answer = (client or self.client).post("/studio/make", data=form)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def end(self, job: str, client: TestClient | None = None) -> dict[str, Any]:
        """Waits for the end of a job and gives what a script is told of it."""
        address = f"/api/studio/jobs/{job.rpartition('/')[2]}"
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            told: dict[str, Any] = (client or self.client).get(address).json()
            if told.get("state") not in ("waiting", "running"):
                return told
            time.sleep(0.01)
        raise TimeoutError(told)

    def make(self, client: TestClient | None = None, **fields: Any) -> int:
        """A new quiz; gives the number of the material."""
        told = self.end(self.start(client, **fields), client)
        assert told["state"] == "done", told
        return int(re.findall(r"/studio/material/(\d+)", told["address"])[0])

    def change(self, material: int, action: str, version: int = 1, entry: int = 1, **fields: Any) -> Any:
        """What a script sends; gives the answer."""
        form = {"version": str(version), "entry": str(entry), **fields}
        address = f"/studio/material/{material}/items/{action}"
        return self.client.post(address, data=form, headers={"x-fragment": "1"})
