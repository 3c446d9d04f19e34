"""A real rebuild of a tiny library in its own process: answers go on, the new document answers, a kill changes nothing."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.answer import Assistant
from assistant.holdings import changes
from assistant.holdings.changes import Digests
from assistant.holdings.incoming import digest_of, page_to_json
from assistant.holdings.intake import library_of
from assistant.rebuilding import Rebuilder
from assistant.settings import Settings
from assistant.state.database import IN_MEMORY, Database
from assistant.state.tables import ArticleQuestion, RemovedPage, Upload
from assistant.web.engine import Live
from assistant.web.services import Services
from index.build import build_index
from index.edits import frame_of
from index.errors import InputError
from index.records import Page
from index.store import open_build
from tests.fake_assistant import FakeAssistant
from tests.small_library import PAGE, RULES
from tests.test_holdings import DOGS

pytestmark = pytest.mark.timeout(300)

LOAN = "借阅期限是多久？"
LEASH = "遛犬要牵绳吗？"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rebuilding") / "index"
    build_index([Page("900", "900.txt", PAGE)], folder)
    return folder


@pytest.fixture
def services(built: Path, tmp_path: Path) -> Services:
    """The app's services over a copy of the index, with an accepted upload that waits for its rebuild."""
    folder = tmp_path / "index"
    shutil.copytree(built, folder)
    settings = Settings(index=folder)
    services = Services(Live(Assistant.open(settings)), Database.open(IN_MEMORY), settings)
    page = Page("养犬", "养犬.txt", DOGS)
    with services.database.session() as session:
        session.add(
            Upload(
                name="养犬.txt",
                pages=[page_to_json(page)],
                report={"documents": [{"title": "示例镇养犬管理办法", "kind": "办法"}], "characters": len(DOGS)},
                state="accepted",
                digest=digest_of(page),
            )
        )
    return services


def wait_for(condition: Callable[[], bool], seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not within time"
        time.sleep(0.02)


def children() -> list[multiprocessing.process.BaseProcess]:
    return [child for child in multiprocessing.active_children() if child.name == "policyqa rebuild"]


def test_a_rebuild_brings_all_changes_into_effect_while_the_old_index_answers(services: Services) -> None:
    live, folder = services.live, services.settings.index
    library = library_of(live)
    with services.database.session() as session:
        frame = {**frame_of(library.documents[0]), "title": "图书借阅规则", "effective_date": "2025年4月1日"}
        changes.edit_frame(session, library, library.documents[0], frame, "")
        session.add(ArticleQuestion(document=RULES, article="4", question="书能不能借给邻居看", change="added"))
    done: list[bool] = []
    rebuilder = Rebuilder(services, lambda: done.append(True))
    assert live.ask(LEASH).status == "refused"
    before, answered, stages = live.engine, 0, set()
    rebuilder.start()
    with pytest.raises(InputError, match="正在重建"):
        rebuilder.start()
    percents = []
    while rebuilder.is_running and live.engine is before:
        assert live.ask(LOAN).citations[0].document == RULES
        progress = rebuilder.progress
        percents.append(progress.percent)
        stages.add(progress.stage)
        answered += 1
        time.sleep(0.05)
    wait_for(lambda: not rebuilder.is_running)
    assert rebuilder.progress.state == "done", rebuilder.progress.message
    wait_for(lambda: bool(done))
    assert answered > 3 and len(stages) >= 2
    assert all(0 < percent <= 100 for percent in percents) and percents[-1] > percents[0]
    assert live.ask(LEASH).citations[0].document == "示例镇养犬管理办法"
    cited = live.ask(LOAN).citations[0]
    assert cited.document == "图书借阅规则"
    assert library_of(live).documents[0].id == library.documents[0].id
    assert live.ask("书能不能借给邻居看").citations[0].article == "4"  # what was taught survives, the title too
    assert live.library == Assistant.open(Settings(index=folder)).library
    with pytest.raises(InputError, match="没有待生效的更改"):
        rebuilder.start()


def test_a_rebuild_takes_pages_out_and_keeps_what_the_person_said(services: Services) -> None:
    live, database = services.live, services.database
    library = library_of(live)
    with database.session() as session:
        changes.remove_pages(session, library, Digests().of(library), ["900"], "")
    rebuilder = Rebuilder(services)
    rebuilder.start()
    wait_for(lambda: not rebuilder.is_running)
    assert rebuilder.progress.state == "done", rebuilder.progress.message
    assert [d.title for d in live.library.documents] == ["示例镇养犬管理办法"]
    assert live.ask(LOAN).status == "refused"
    with database.session() as session:
        assert [row.siglum for row in session.scalars(select(RemovedPage))] == ["900"]


def test_a_cancelled_rebuild_leaves_everything_as_it_was(services: Services) -> None:
    folder = services.settings.index
    before, files = open_build(folder), sorted(path.name for path in (folder / "builds").iterdir())
    rebuilder, engine = Rebuilder(services), services.live.engine
    rebuilder.start()
    wait_for(lambda: bool(children()))
    rebuilder.cancel()
    wait_for(lambda: not rebuilder.is_running)
    assert rebuilder.progress.state == "cancelled"
    assert services.live.engine is engine and open_build(folder) == before
    assert sorted(path.name for path in (folder / "builds").iterdir()) == files
    assert children() == []


def test_a_killed_rebuild_leaves_the_old_index_answering_and_says_so(services: Services) -> None:
    before = open_build(services.settings.index)
    rebuilder = Rebuilder(services)
    rebuilder.start()
    wait_for(lambda: bool(children()))
    pid = children()[0].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not rebuilder.is_running)
    assert rebuilder.progress.state == "failed"
    assert "意外停止" in rebuilder.progress.message and "原来的索引照常使用" in rebuilder.progress.message
    assert open_build(services.settings.index) == before
    assert services.live.ask(LOAN).status == "answered"
    with services.database.session() as session:
        assert session.scalars(select(Upload)).one().state == "accepted"


def test_an_error_of_the_build_is_told_and_changes_nothing(services: Services) -> None:
    questions = services.settings.index / "questions"
    questions.mkdir(exist_ok=True)
    (questions / "错.txt").write_text("没有标题的问题\n", encoding="utf-8")
    before = open_build(services.settings.index)
    rebuilder = Rebuilder(services)
    rebuilder.start()
    wait_for(lambda: not rebuilder.is_running)
    assert rebuilder.progress.state == "failed" and "错.txt" in rebuilder.progress.message
    assert open_build(services.settings.index) == before


def test_an_index_built_by_the_command_line_is_noticed_not_overwritten(services: Services) -> None:
    rebuilder = Rebuilder(services)
    assert not rebuilder.is_outdated()
    build_index([Page("901", "901.txt", DOGS)], services.settings.index)
    assert rebuilder.is_outdated()
    with pytest.raises(InputError, match="用命令行重建过"):
        rebuilder.start()
    rebuilder.reopen()
    wait_for(lambda: not rebuilder.is_running)
    assert rebuilder.progress.state == "done", rebuilder.progress.message
    assert services.live.ask(LEASH).status == "answered" and not rebuilder.is_outdated()


def test_an_engine_without_an_index_cannot_be_rebuilt() -> None:
    rebuilder = Rebuilder(Services(Live(FakeAssistant()), Database.open(IN_MEMORY), Settings()))
    with pytest.raises(InputError, match="不能重建"):
        rebuilder.start()
    assert not rebuilder.is_outdated()


def test_of_two_administrators_who_decide_at_once_one_decides(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "state.db")
    for _ in range(20):
        with database.session() as session:
            row = Upload(name="养犬.txt", pages=[{"text": "第一条"}], report={})
            session.add(row)

        def choose(state: str, upload: int = row.id) -> int:
            with database.session() as session:
                return changes.decide(session, upload, state)

        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(choose, ("accepted", "discarded"))) == 1
        with database.session() as session:
            kept = session.get_one(Upload, row.id)
            assert bool(kept.pages) == (kept.state == "accepted"), "accepted, and the text gone"
    database.close()
