"""Uploaded files on their way: each is read, parsed and compared in a thread, then waits for a decision or is refused."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from assistant.holdings.changes import Digests, find_pending
from assistant.holdings.incoming import (
    Held,
    digest_of,
    disk_name,
    examine,
    held_of,
    page_from_json,
    page_to_json,
    read_page,
    report_from_json,
    report_to_json,
)
from assistant.importing import beside
from assistant.state.database import Database
from assistant.state.tables import RemovedPage, Upload
from assistant.web.engine import Live
from index.errors import InputError, PolicyQAError
from index.library import Library
from index.records import Page

MOST_AT_ONCE = 20
"""Files of one go: a person still reads the review of so many."""
_MOST_KEPT = 60  # refused files whose reason is remembered until somebody clears them

QUEUED, READING, PARSING, CHECKING, WAITING, REFUSED = "排队", "读取", "分条", "核查", "待确认", "没有收录"
_RAW = "policyqa-upload-"
_LEFT_BEHIND = 3600  # seconds; no file is on its way for so long, so its server was killed or lost power
_UNEXPECTED = "读这个文件时出了意外，没有收录；请换一种格式另存（如 .txt）后再试"


class TooManyFilesError(PolicyQAError):
    """Seen by whoever uploads while more than `MOST_AT_ONCE` files are still being worked on."""


@dataclass(slots=True)
class Job:
    """One file on its way; `error` is a sentence for whoever brought it."""

    name: str
    author: str
    folder: tempfile.TemporaryDirectory[str]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    stage: str = QUEUED
    error: str = ""

    @property
    def is_finished(self) -> bool:
        return self.stage in (WAITING, REFUSED)

    @property
    def path(self) -> Path:
        """Where the raw file is until it has been read."""
        return Path(self.folder.name) / disk_name(self.name)

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "stage": self.stage, "error": self.error}


class Intake:
    """The way of files into the list of those that wait. One is worked on at a time, in a thread of its own."""

    def __init__(self, live: Live, database: Database) -> None:
        _remove_left_behind(Path(tempfile.gettempdir()))
        self._live = live
        self._database = database
        self._digests = Digests()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def open(self, name: str, author: str) -> Job:
        """A place for one file, to be written to `job.path`. Raises `TooManyFilesError`."""
        with self._lock:
            busy = sum(not job.is_finished for job in self._jobs.values())
            if busy >= MOST_AT_ONCE:
                raise TooManyFilesError(f"一次最多 {MOST_AT_ONCE} 个文件；请等前面的处理完再上传")
            job = Job(name, author, tempfile.TemporaryDirectory(prefix=_RAW, ignore_cleanup_errors=True))
            self._jobs[job.id] = job
            while len(self._jobs) > _MOST_KEPT and (old := next(iter(self._jobs.values()))).is_finished:
                del self._jobs[old.id]
        return job

    def start(self, job: Job) -> None:
        """Works on a file that has been written."""
        threading.Thread(target=self._process, args=(job,), daemon=True, name=f"intake {job.id[:8]}").start()

    def refuse(self, job: Job, reason: str) -> None:
        """Gives a file up; the raw file goes."""
        job.folder.cleanup()
        for name in (job.name, disk_name(job.name)):
            reason = reason.removeprefix(f"{name}：")  # it is shown below the name
        job.error, job.stage = reason, REFUSED

    def find(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def jobs(self) -> list[Job]:
        """Those that are on their way or were refused; what waits is in the database."""
        with self._lock:
            return [job for job in self._jobs.values() if job.stage != WAITING]

    def clear(self) -> None:
        """Forgets the refused files."""
        with self._lock:
            for job in [job for job in self._jobs.values() if job.is_finished]:
                del self._jobs[job.id]

    def review_again(self) -> None:
        """Compares what waits once more, in a thread: the library or the other waiting files have changed."""
        threading.Thread(target=self._review_again, daemon=True, name="intake review").start()

    def _process(self, job: Job) -> None:
        reason = _UNEXPECTED
        with self._turn:
            try:
                job.stage = READING
                page, notes = read_page(job.path)
                job.folder.cleanup()
                page = replace(page, name=job.name)
                self._refuse_known(page)
                job.stage = PARSING
                held = self._held()
                job.stage = CHECKING
                self._keep(job, page, notes, held)
                job.stage = WAITING
            except PolicyQAError as error:
                reason = str(error)
            finally:
                if job.stage != WAITING:
                    self.refuse(job, reason)

    def _keep(self, job: Job, page: Page, notes: tuple[str, ...], held: list[Held]) -> None:
        library = library_of(self._live)
        (apart,) = beside([page], library.pages) or (page,)
        told = frozenset(library.told_same), frozenset(library.told_different)
        report = examine(apart, notes, held, *told)
        with self._database.session() as session:
            session.add(
                Upload(
                    name=job.name,
                    author=job.author,
                    pages=[page_to_json(page)],
                    report=report_to_json(report),
                    digest=digest_of(page),
                )
            )

    def _refuse_known(self, page: Page) -> None:
        """Raises `InputError` for a text that is here already, under whatever name."""
        digest = digest_of(page)
        library = library_of(self._live)
        digests = self._digests.of(library)
        with self._database.session() as session:
            removed = session.scalar(select(RemovedPage.id).where(RemovedPage.digest == digest).limit(1))
            if removed is not None:
                raise InputError("这个文件在“已移除”里，不必再传；请在那里点“恢复”")
            if digest in digests:
                titles = [d.title for d in library.documents if any(w.siglum == digests[digest] for w in d.witnesses)]
                raise InputError(f"已经收录过：资料库里有内容完全相同的文件{''.join(f'《{t}》' for t in titles[:3])}")
            upload = session.scalar(
                select(Upload.name).where(Upload.digest == digest, Upload.state.in_(("waiting", "accepted"))).limit(1)
            )
            if upload is not None:
                raise InputError(f"已经上传过：与“{upload}”内容完全相同")

    def _held(self, besides: int | None = None) -> list[Held]:
        """What a new file is compared with; `besides`: an upload that is not compared with itself."""
        library = library_of(self._live)
        with self._database.session() as session:
            pending = find_pending(session, library, self._digests.of(library))
            gone = {row.siglum for row in pending.removed}
            rows = session.scalars(select(Upload).where(Upload.state == "waiting").order_by(Upload.id)).all()
            accepted = session.scalars(select(Upload).where(Upload.id.in_([row.id for row in pending.added]))).all()
            pages = [page_from_json(p) for row in (*accepted, *rows) if row.id != besides for p in row.pages]
        named: list[Page] = []
        for page in pages:
            named += beside([page], [*library.pages, *named])
        return [h for h in held_of(library.documents, named) if h.is_waiting or h.witness.siglum not in gone]

    def _review_again(self) -> None:
        with self._turn:
            with self._database.session() as session:
                waiting = list(session.scalars(select(Upload.id).where(Upload.state == "waiting")))
            for upload in waiting:
                self._review(upload)

    def _review(self, upload: int) -> None:
        library = library_of(self._live)
        with self._database.session() as session:
            row = session.get(Upload, upload)
            pages = [page_from_json(p) for p in row.pages] if row and row.state == "waiting" else []
            notes = report_from_json(row.report).notes if row else ()
        if not pages:
            return
        held = self._held(besides=upload)
        (apart,) = beside(pages[:1], library.pages) or pages[:1]
        report = examine(apart, notes, held, frozenset(library.told_same), frozenset(library.told_different))
        with self._database.session() as session:
            row = session.get(Upload, upload)
            if row is not None:
                row.report = report_to_json(report)


def _remove_left_behind(folder: Path) -> None:
    """Removes the raw, unmasked files of a server that was killed; of another account they cannot be removed."""
    for each in folder.glob(f"{_RAW}*"):
        with contextlib.suppress(OSError):
            if not each.is_symlink() and time.time() - each.stat().st_mtime > _LEFT_BEHIND:
                shutil.rmtree(each, ignore_errors=True)


def library_of(live: Live) -> Library:
    """The library that answers now, with its pages; one without pages where the engine keeps none."""
    library = live.library
    return library if isinstance(library, Library) else Library(tuple(library.documents))
