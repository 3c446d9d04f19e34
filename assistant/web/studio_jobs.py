"""Long work of the studio: in threads, a few at a time, each job seen and cancelled by its owner only."""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from assistant.material.records import Cancelled, Progress
from index.errors import InputError, PolicyQAError

MOST_OF_ONE = 2
"""Jobs of one owner that are under way: two windows, no more."""

MOST_AT_ONCE = 2
MOST_UNDER_WAY = 30
"""Jobs of everybody, those that wait for their turn among them."""

ABANDONED_SECONDS = 120
"""A job whose page nobody has open any more is given up."""

_MOST_REMEMBERED = 200
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
UNEXPECTED = "出了意外，没有做完；请再试一次，仍不行就告诉管理员。"
STOPPED = "已经取消，什么也没有存。"
_ABANDONED = "这一页关了太久，工作已经停下；请再做一次。"

Work = Callable[[Progress], str]
"""What a job does; returns the address of what it made."""


class TooManyJobsError(InputError):
    """Seen by whoever starts more than is allowed at once."""


@dataclass(slots=True)
class Job:
    """`share` (0–1) of it is done; `words` say what it does, or why it ended. `back` is where the choice can be changed;
    a cancelled job `is_alive` until its next step."""

    owner: str
    key: Hashable
    title: str
    back: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: str = WAITING
    share: float = 0.0
    words: str = "排队，前面还有别人的"
    address: str = ""
    asked_at: float = field(default_factory=time.monotonic)
    is_cancelled: bool = False
    is_alive: bool = True

    @property
    def is_finished(self) -> bool:
        return self.state in (DONE, FAILED, CANCELLED)

    def report(self, share: float, words: str) -> None:
        """The progress of the work. Raises `Cancelled`."""
        if time.monotonic() - self.asked_at > ABANDONED_SECONDS:
            self.is_cancelled, self.words = True, _ABANDONED
        if self.is_cancelled:
            raise Cancelled
        self.share, self.words = max(self.share, min(share, 1.0)), words

    def to_json(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "percent": round(self.share * 100),
            "words": self.words,
            "address": self.address,
        }


class Jobs:
    """Every job of this process. Safe to use from several threads at once."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(MOST_AT_ONCE)

    def start(self, owner: str, key: Hashable, title: str, back: str, work: Work) -> Job:
        """A new job, or the one of the same owner with the same `key` that is under way: a button pressed twice.

        Raises `TooManyJobsError`.
        """
        with self._lock:
            busy = [job for job in self._jobs.values() if job.is_alive]
            mine = [job for job in busy if job.owner == owner]
            wanted = [job for job in mine if not job.is_finished]
            if same := next((job for job in wanted if job.key == key), None):
                return same
            if len(wanted) >= MOST_OF_ONE or len(mine) >= 2 * MOST_OF_ONE:
                raise TooManyJobsError(f"已经有 {MOST_OF_ONE} 份在做，请等做完一份，或取消一份再来。")
            if len(busy) >= MOST_UNDER_WAY:
                raise TooManyJobsError("现在出题的人太多，请过几分钟再试。")
            job = Job(owner, key, title, back)
            self._jobs[job.id] = job
            self._forget()
        threading.Thread(target=self._run, args=(job, work), daemon=True, name=f"studio {job.id[:8]}").start()
        return job

    def find(self, owner: str, job_id: str) -> Job | None:
        """The owner's job; asking about it keeps it alive."""
        job = self._jobs.get(job_id)
        if job is None or job.owner != owner:
            return None
        job.asked_at = time.monotonic()
        return job

    def under_way(self, owner: str) -> list[Job]:
        with self._lock:
            return [job for job in self._jobs.values() if job.owner == owner and not job.is_finished]

    def cancel(self, job: Job) -> None:
        """It ends with its next step; for its owner at once."""
        if not job.is_finished:
            job.is_cancelled, job.state, job.words = True, CANCELLED, STOPPED

    def _run(self, job: Job, work: Work) -> None:
        state, words, address = FAILED, UNEXPECTED, ""
        with self._turns:
            try:
                job.report(0.0, "开始")
                job.state = RUNNING
                address = work(job.report)
                state, words = DONE, "做好了"
            except Cancelled:
                state, words = CANCELLED, job.words if job.words == _ABANDONED else STOPPED
            except PolicyQAError as error:
                words = str(error)
            finally:
                if job.is_cancelled and state == DONE:
                    words = "取消得晚了一步：已经做好，在“我的材料”里。"
                job.address, job.words = address, words
                job.state = CANCELLED if job.is_cancelled else state
                job.is_alive = False

    def _forget(self) -> None:
        """Of the finished jobs only the last are remembered."""
        finished = [job.id for job in self._jobs.values() if not job.is_alive]
        for job_id in finished[: max(0, len(self._jobs) - _MOST_REMEMBERED)]:
            del self._jobs[job_id]
