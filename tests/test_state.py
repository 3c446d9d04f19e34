"""The database on SQLite and on PostgreSQL: its steps, its locks, what it takes and gives back, how it says what is wrong."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, func, inspect, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from assistant.errors import SettingsError, StateError
from assistant.state.database import IN_MEMORY, MIGRATIONS, Database
from assistant.state.tables import Base, Cited, Feedback, SignIn, Upload

BEIJING = timezone(timedelta(hours=8))


def refused(question: str = "问", **fields: Any) -> Feedback:
    return Feedback(question=question, status="refused", rating="refused", **fields)


def count(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(Feedback)) or 0


def differences(engine: Engine) -> list[Any]:
    """What Alembic would change to make the database look like the tables."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


@contextmanager
def migrating(engine: Engine) -> Iterator[Config]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        yield config


def test_the_steps_lead_to_exactly_the_tables(database: Database) -> None:
    assert differences(database.engine) == []


def test_a_table_that_no_step_makes_would_be_noticed(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE cited"))
    assert [change[0] for change in differences(database.engine)] == ["add_table"]


def test_all_steps_can_be_undone_and_done_again(database: Database) -> None:
    with migrating(database.engine) as config:
        command.downgrade(config, "base")
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version"}
    with migrating(database.engine) as config:
        command.upgrade(config, "head")
    assert differences(database.engine) == []


def test_opening_again_keeps_everything(database: Database, database_address: str | Path) -> None:
    with database.session() as session:
        session.add(refused("留下的问题"))
    again = Database.open(database_address)
    with again.session() as session:
        assert session.scalars(select(Feedback.question)).all() == ["留下的问题"]
    assert differences(again.engine) == []
    again.close()


def test_threads_that_open_a_new_database_at_once_all_succeed(database_address: str | Path) -> None:
    gate = threading.Barrier(8)

    def open_it(number: int) -> int:
        gate.wait(timeout=10)
        opened = Database.open(database_address)
        with opened.session() as session:
            session.add(refused(f"{number}"))
        opened.close()
        return number

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(open_it, range(8))) == list(range(8))
    opened = Database.open(database_address)
    assert count(opened) == 8
    opened.close()


def test_threads_that_open_different_databases_at_once_all_succeed(tmp_path: Path) -> None:
    gate = threading.Barrier(6)

    def open_it(number: int) -> list[Any]:
        gate.wait(timeout=10)
        opened = Database.open(tmp_path / f"{number}.db")
        found = differences(opened.engine)
        opened.close()
        return found

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(open_it, range(6))) == [[]] * 6


def test_processes_that_open_a_new_database_at_once_all_succeed(database_address: str | Path) -> None:
    code = (
        "import sys; from pathlib import Path; from assistant.state.database import Database;"
        "print('ready', flush=True); sys.stdin.readline();"
        "Database.open(sys.argv[1] if '://' in sys.argv[1] else Path(sys.argv[1]))"
    )
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    opening = [
        subprocess.Popen([sys.executable, "-c", code, str(database_address)], text=True, **pipes) for _ in range(3)
    ]
    assert [process.stdout.readline() for process in opening if process.stdout] == ["ready\n"] * 3
    for process in opening:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ends = [process.communicate(timeout=60)[1] for process in opening]
    assert [(process.returncode, end) for process, end in zip(opening, ends, strict=True)] == [(0, "")] * 3


def test_a_step_that_fails_leaves_nothing_behind(database_address: str | Path) -> None:
    url = f"sqlite:///{database_address}" if isinstance(database_address, Path) else database_address
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE upload (id INTEGER)"))  # somebody else's; ours comes last and fails
    with pytest.raises(SettingsError, match="upload"):
        Database.open(database_address)
    assert inspect(engine).get_table_names() == ["upload"]
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE upload"))
    Database.open(database_address).close()


def test_a_database_of_a_newer_version_is_refused_in_one_line(database: Database, database_address: str | Path) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingsError, match="由更新的版本建立（9999）") as caught:
        Database.open(database_address)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://who:geheim@127.0.0.1:{closed}/name",
        "postgresql+psycopg://who@127.0.0.1:{closed}/name?password=geheim",
        "postgresql+psycopg://who:geheim@127.0.0.1:port/name",
        "postgresql+psycopg://who:geheim@/name?host=/nowhere&nonsense=1",
        "postgresql+nodriver://who:geheim@localhost/name",
        "oracle://who:geheim@localhost/name",
        "nonsense://who:geheim@localhost/name",
        "://geheim",
        "sqlite:////proc/geheim-not/a.db",
        "sqlite:///{folder}",
        "sqlite:///{file}/below.db",
        "sqlite:///file:{folder}/readonly.db?mode=ro&uri=true",
    ],
)
def test_an_address_that_cannot_be_used_is_told_in_one_line_without_the_password(address: str, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    (tmp_path / "file").write_text("", encoding="utf-8")
    sqlite3.connect(tmp_path / "readonly.db").close()
    with pytest.raises(SettingsError) as caught:
        Database.open(address.format(closed=closed, folder=tmp_path, file=tmp_path / "file"))
    message = str(caught.value)
    assert "\n" not in message
    assert "数据库" in message
    assert "geheim" not in message.replace("geheim-not", "")


@pytest.mark.parametrize("content", [b"this is no database " * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_left_as_it_is(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="数据库打不开"):
        Database.open(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("name", ["政策 问答.db", "a?b=c.db", "100%.db", "a#b.db", "new/folders/state.db"])
def test_a_file_may_have_any_name(name: str, tmp_path: Path) -> None:
    opened = Database.open(tmp_path / name)
    assert (tmp_path / name).is_file()
    opened.close()


def test_an_error_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.session() as session:
        session.add(refused())
        session.flush()
        raise ZeroDivisionError
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(refused())
        session.add_all([Cited(document="d", article="1"), Cited(document="d", article="1")])
    assert count(database) == 0


@pytest.mark.parametrize("zone", [UTC, BEIJING, None])
def test_times_come_back_in_utc(database: Database, zone: timezone | None) -> None:
    given = datetime(2025, 1, 31, 23, 30, 0, 123456, zone)
    expected = given.astimezone(UTC) if zone else given.replace(tzinfo=UTC)
    with database.session() as session:
        session.add(refused(at=given))
        session.add(SignIn(token_hash="a", user="u", expires=given))
    with database.session() as session:
        read = session.scalars(select(Feedback.at)).one()
        assert (read, read.tzinfo) == (expected, UTC)
        later = session.scalars(select(SignIn).where(SignIn.expires > given.replace(tzinfo=zone or UTC)))
        assert later.all() == []
        assert session.scalars(select(SignIn).where(SignIn.expires >= expected.astimezone(BEIJING))).all()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("请\x00假\x00", "请假"),
        ("\ud800请假\udfff", "\ufffd请假\ufffd"),
        ("𠮷😀\u202e‮\u200b\r\n\t\x1b\x7f", "𠮷😀\u202e‮\u200b\r\n\t\x1b\x7f"),
        ("'; DROP TABLE feedback; --", "'; DROP TABLE feedback; --"),
        ("长" * 1_000_000, "长" * 1_000_000),
        ("", ""),
    ],
    ids=["nul", "surrogate", "odd", "sql", "long", "empty"],
)
def test_whatever_was_typed_comes_back(database: Database, typed: str, kept: str) -> None:
    with database.session() as session:
        session.add(refused(typed, reason=typed))
        session.add(Upload(name=typed, author=typed, pages=[{typed: [typed, 1, None]}], report={"a": {"b": typed}}))
    with database.session() as session:
        entry = session.scalars(select(Feedback).where(Feedback.question == typed)).one()
        upload = session.scalars(select(Upload)).one()
        assert (entry.question, entry.reason, upload.name) == (kept, kept, kept)
        assert (upload.pages, upload.report) == ([{kept: [kept, 1, None]}], {"a": {"b": kept}})
        kept.encode()


def test_a_name_that_is_too_long_is_cut_and_found_again(database: Database) -> None:
    long = "文" * 301
    with database.session() as session:
        session.add(Cited(document=long, article="1"))
    with database.session() as session:
        assert session.scalars(select(Cited).where(Cited.document == long)).one().document == "文" * 300


def test_twenty_threads_write_at_once(database: Database) -> None:
    gate = threading.Barrier(20)
    with database.session() as session:
        session.add(Cited(document="d", article="1", times=0))

    def write(number: int) -> None:
        gate.wait(timeout=10)
        for _ in range(10):
            with database.session() as session:
                session.add(refused(f"{number}"))
                session.execute(update(Cited).values(times=Cited.times + 1))

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(20)))
    with database.session() as session:
        assert session.scalars(select(Cited.times)).one() == 200
    assert count(database) == 200


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    with database.session() as writing:
        writing.add(refused())
        writing.flush()
        assert count(database) == 0
    assert count(database) == 1


def test_sqlite_keeps_a_write_ahead_log_and_waits_for_others(tmp_path: Path) -> None:
    opened = Database.open(tmp_path / "state.db")
    with opened.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 10_000
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    opened.close()


@pytest.mark.parametrize("address", [IN_MEMORY, "sqlite:///:memory:"])
def test_a_database_in_memory_is_one_for_all_threads_and_keeps_their_transactions_apart(address: str) -> None:
    opened = Database.open(address)
    gate = threading.Barrier(10)

    def write(number: int) -> None:
        gate.wait(timeout=10)
        for turn in range(10):
            try:
                with opened.session() as session:
                    session.add(refused(f"{number}"))
                    session.flush()
                    if turn % 2:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                continue

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(write, range(10)))
    assert count(opened) == 50
    assert count(Database.open(address)) == 0


def test_a_file_that_another_program_keeps_locked_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.state.database.BUSY_MS", 100)
    opened = Database.open(tmp_path / "state.db")
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StateError, match="数据库现在用不了（database is locked）"), opened.session() as session:
        session.add(refused())
    other.execute("ROLLBACK")
    other.close()
    with opened.session() as session:
        session.add(refused())
    assert count(opened) == 1
    opened.close()


def test_a_server_that_restarts_costs_no_request(postgres: Any) -> None:
    opened = Database.open(postgres.create())
    assert count(opened) == 0
    postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    assert count(opened) == 0
    with pytest.raises(StateError, match="数据库现在用不了") as caught, opened.session() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert "\n" not in str(caught.value)
    assert count(opened) == 0
    opened.close()
