"""Rebuilds the index while the old one answers, and puts the new one in its place: one rebuild at a time."""

from __future__ import annotations

import math
import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.answer import Assistant
from assistant.holdings.changes import Digests, Plan, find_pending, make_plan, settle
from assistant.holdings.intake import library_of
from assistant.learning import teach, write_questions
from assistant.rebuilding_worker import build
from assistant.web.engine import Engine, Live
from assistant.web.services import Services
from index.errors import IndexUnusableError, InputError, PolicyQAError
from index.library import Library
from index.store import Manifest, open_build

State = Literal["idle", "running", "done", "failed", "cancelled"]

PREPARING, PARSING, INDEXING, OPENING = "准备", "分条与校勘", "建索引", "换用新索引"
STAGES = (PREPARING, PARSING, INDEXING, OPENING)
_STAGE_OF = {"分条": PARSING, "向量与词": INDEXING, "完成": OPENING}
_BEGINS = {PREPARING: 1, PARSING: 5, INDEXING: 40, OPENING: 92}  # percent
_STARTING_SECONDS, _CHARACTERS_A_SECOND = 5.0, 25_000.0
"""A process to start and an index to open; measured with two processors on the bundled pages."""
_PATIENCE = 5.0  # seconds that a cancelled build has for clearing up
_WARM_UP = "第一条讲什么"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the rebuild is, or how the last one ended; `message` is one sentence for people."""

    state: State = "idle"
    stage: str = ""
    percent: int = 0
    message: str = ""
    seconds: float = 0.0
    can_cancel: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Rebuilder:
    """`after` is called, in the rebuild's own thread, once a new index answers."""

    def __init__(self, services: Services, after: Callable[[], None] = lambda: None) -> None:
        self._services = services
        self._after = after
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._digests = Digests()
        self._progress = Progress()
        self._started = 0.0
        self._estimate = 0.0
        self._rate = _CHARACTERS_A_SECOND

    @property
    def progress(self) -> Progress:
        known = self._progress
        if known.state != "running":
            return known
        seconds = time.monotonic() - self._started
        percent = known.percent
        if known.stage in (PREPARING, PARSING):  # neither says how far it is: ever slower towards its end
            share = 1 - math.exp(-seconds / max(1.0, self._estimate / 2))
            percent = max(percent, int(_BEGINS[INDEXING] * share))
        return Progress("running", known.stage, percent, known.message, seconds, known.can_cancel)

    @property
    def is_running(self) -> bool:
        return self._progress.state == "running"

    def estimate(self, characters: int) -> int:
        """Seconds that a rebuild of so much text takes, about."""
        return max(3, round(_STARTING_SECONDS + characters / self._rate))

    def start(self) -> None:
        """Begins; returns at once. Raises `InputError` where one is running, or there is nothing to do."""
        with self._lock:
            if self.is_running:
                raise InputError("正在重建索引；请等它完成")
            if self.is_outdated():
                raise InputError("索引已经用命令行重建过；请先在“状态”里换用它，再应用更改")
            plan = self._plan()
            self._cancelled.clear()
            self._started = time.monotonic()
            self._estimate = float(self.estimate(sum(len(page.text) for page in plan.pages)))
            self._say(PREPARING)
        threading.Thread(target=self._run, args=(plan,), daemon=True, name="rebuild").start()

    def is_outdated(self) -> bool:
        """Whether the folder has another index than the one that answers: somebody ran `policyqa build` meanwhile."""
        manifest = manifest_of(self._services.live.engine)
        if manifest is None or self.is_running:
            return False
        try:
            return open_build(self._services.settings.index)[1] != manifest
        except IndexUnusableError:
            return False

    def reopen(self) -> None:
        """Lets the index that the folder has now answer. Raises `InputError` where a rebuild is running."""
        with self._lock:
            if self.is_running:
                raise InputError("正在重建索引；请等它完成")
            self._cancelled.clear()
            self._started = time.monotonic()
            self._say(OPENING, _BEGINS[OPENING])
        threading.Thread(target=self._run, args=(None,), daemon=True, name="reopen").start()

    def cancel(self) -> None:
        """Stops the build; the old index stays. Without effect once the new one is written."""
        self._cancelled.set()

    def _plan(self) -> Plan:
        library = self._services.live.library
        if not isinstance(library, Library):
            raise InputError("现在使用的资料库不能重建")
        digests = self._digests.of(library)
        with self._services.database.session() as session:
            if not find_pending(session, library, digests).count:
                raise InputError("没有待生效的更改，不必重建")
            return make_plan(session, library, digests)

    def _run(self, plan: Plan | None) -> None:
        """Without a plan the index that is there is opened."""
        ended = Progress("failed", message="重建时出了意外，没有完成；原来的索引照常使用")
        try:
            reason = self._build(plan) if plan else None
            if reason is None:
                self._say(OPENING, _BEGINS[OPENING])
                self._open()
                seconds = time.monotonic() - self._started
                if plan:
                    size = sum(len(page.text) for page in plan.pages)
                    self._rate = max(1000.0, size / max(1.0, seconds - _STARTING_SECONDS))
                ended = Progress("done", OPENING, 100, f"已换用新索引，用了 {seconds:.0f} 秒", seconds)
            elif self._cancelled.is_set():
                ended = Progress("cancelled", message="已取消；原来的索引照常使用，更改仍在这里")
            else:
                ended = Progress("failed", message=f"{reason}。原来的索引照常使用，更改仍在这里")
        except (PolicyQAError, OSError) as error:
            ended = Progress("failed", message=f"{error}。原来的索引照常使用，更改仍在这里")
        finally:
            self._progress = ended
        if ended.state == "done":
            self._after()

    def _build(self, plan: Plan) -> str | None:
        """Builds in a process; None where a new index stands in the folder, else why not."""
        folder = self._services.settings.index
        before, embedding = self._current()
        write_questions(self._services.database, folder)
        context = multiprocessing.get_context("spawn")  # a fork would copy locks that other threads hold
        receiver, sender = context.Pipe(duplex=False)
        arguments = (sender, plan.pages, folder, embedding, plan.told_same, plan.told_different, plan.edits)
        process = context.Process(target=build, args=arguments, daemon=True, name="policyqa rebuild")
        process.start()
        sender.close()  # so that the end of the process is the end of what can be read
        reason: str | None = "建索引的进程意外停止，可能是内存不够"
        try:
            while not self._cancelled.is_set():
                if not receiver.poll(0.1):
                    continue
                match receiver.recv():
                    case ("progress", str(stage), int(done), int(total)):
                        self._follow(stage, done, total)
                    case ("failed", str(told)):
                        reason = told
                    case _:
                        reason = None
        except EOFError:
            pass
        finally:
            receiver.close()
            _end(process, self._cancelled.is_set())
        return None if self._current()[0] != before else reason

    def _follow(self, stage: str, done: int, total: int) -> None:
        name = _STAGE_OF.get(stage, INDEXING)
        begins, share = _BEGINS[name], done / max(1, total)
        if name == INDEXING:
            begins += int((_BEGINS[OPENING] - begins) * share)
        self._say(name, begins)

    def _open(self) -> None:
        """The new index answers from here on."""
        services = self._services
        assistant = Assistant.open(services.settings)
        assistant.ask(_WARM_UP)
        teach(Live(assistant), services.database)  # first, so that no question is asked in between
        services.live.swap(assistant)
        teach(services.live, services.database)  # what was taught meanwhile
        with services.database.session() as session:
            settle(session, self._digests.of(library_of(services.live)))

    def _current(self) -> tuple[str, str]:
        """Name of the current build and the embedding it was made with; no name where there is none."""
        try:
            build_folder, manifest = open_build(self._services.settings.index)
        except IndexUnusableError:
            return "", "default"
        return build_folder.name, manifest.embedding

    def _say(self, stage: str, percent: int = _BEGINS[PREPARING]) -> None:
        self._progress = Progress("running", stage, percent, can_cancel=stage != OPENING)


def manifest_of(engine: Engine) -> Manifest | None:
    """The manifest of the index that an engine was opened from; None where it is no opened index."""
    manifest = getattr(engine.searcher, "manifest", None) if isinstance(engine, Assistant) else None
    return manifest if isinstance(manifest, Manifest) else None


def _end(process: Any, is_cancelled: bool) -> None:
    """Waits for the process; one that was cancelled, or hangs, is told to leave and then killed."""
    if is_cancelled:
        process.terminate()
    process.join(_PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()
    process.close()
