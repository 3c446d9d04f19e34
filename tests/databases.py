"""A new, empty database for each test, once on SQLite and once on PostgreSQL (Debian's, started here, stopped at the end).

The fixtures are registered in `conftest.py`, so that all modules share one server. Where PostgreSQL is missing the tests
are skipped with the reason; under `.ci/run` (POLICYQA_REQUIRE_DATABASE=1) they fail.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import pytest

from assistant.state.database import Database

LOCALE = "C.UTF-8"
SETTINGS = {
    "listen_addresses": "",  # the socket in the server's own folder is its only door
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "timezone": "Asia/Shanghai",  # not UTC, or nobody would notice a time that comes back in the server's zone
    "max_connections": "100",
}
_numbers = count(1)


class Postgres:
    """A running server; `create()` gives the address of a new database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def address(self, name: str) -> str:
        return f"postgresql+psycopg://policyqa@/{name}?host={self.folder}"

    def create(self) -> str:
        name = f"test_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    def execute(self, statement: str) -> None:
        """Run one statement in the server's own database."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user="policyqa", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Debian's PostgreSQL in a temporary folder, reached through a socket there."""
    binaries = _find_binaries()
    if binaries is None:
        _miss("tests on PostgreSQL need its server: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="policyqa-pg-"))  # a socket's path has at most 107 characters
    who = _unprivileged(folder)
    data = folder / "data"
    init = [binaries / "initdb", "-D", data, "-U", "policyqa", "-A", "trust", "-E", "UTF8", "--locale", LOCALE, "-N"]
    done = subprocess.run(init, capture_output=True, text=True, cwd=folder, **who)
    if done.returncode:
        _miss(f"PostgreSQL could not be set up: {done.stderr.strip()[-500:]}")
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        command = [binaries / "postgres", "-D", data, "-k", folder, *options]
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **who)
    try:
        _wait(server, binaries, folder)
        yield Postgres(folder)
    finally:
        server.send_signal(signal.SIGINT)  # "fast": does not wait for whoever is connected
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """A database in which nothing is yet, as the setting `database` names it."""
    if request.param == "sqlite":
        return tmp_path / "state.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.create()


@pytest.fixture
def database(database_address: str | Path) -> Iterator[Database]:
    """An opened database with its tables."""
    opened = Database.open(database_address)
    yield opened
    opened.close()


def _find_binaries() -> Path | None:
    """The folder of the newest server's programs."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    found = versions[-1] if versions else shutil.which("initdb")
    return Path(found).parent if found else None


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Whom to run the server as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _wait(server: subprocess.Popen[bytes], binaries: Path, folder: Path) -> None:
    deadline = time.monotonic() + 30
    while subprocess.run([binaries / "pg_isready", "-q", "-h", folder]).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text(encoding='utf-8')[-1000:]}")
        time.sleep(0.05)


def _miss(reason: str) -> NoReturn:
    if os.environ.get("POLICYQA_REQUIRE_DATABASE"):
        pytest.fail(reason)
    pytest.skip(reason)
