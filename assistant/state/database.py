"""The database: SQLite (WAL) in a file, or any other by its SQLAlchemy address; brought up to date when opened."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

from assistant.errors import SettingsError, StateError

MIGRATIONS = Path(__file__).parent / "migrations"
IN_MEMORY = "sqlite://"
BUSY_MS = 10_000
"""How long a writer waits for another on SQLite before it gives up."""

CONNECT_SECONDS = 10
"""How long a server may take to answer at all; without a limit it is the system's, two minutes."""

ADVISORY_LOCK = 6_140_216
"""Any number that no other program in the same PostgreSQL database uses."""

_alembic = threading.Lock()
"""Alembic keeps the migration that it runs in a global."""


class Database:
    """An opened database; threads may use it at once, each with its own `session()`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @classmethod
    def open(cls, address: str | Path) -> Database:
        """Opens and migrates. `address` is a file (SQLite) or an SQLAlchemy address such as
        `postgresql+psycopg://user@host/name`. Raises `SettingsError`, which never shows a password."""
        engine = _engine(address)
        try:
            _migrate(engine)
        except (SQLAlchemyError, OSError) as exc:
            engine.dispose()
            raise SettingsError(_explain(engine.url, exc)) from exc
        except SettingsError:
            engine.dispose()
            raise
        return cls(engine)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back where an error leaves it.

        Raises `StateError` where the database cannot be reached or written, or is locked for too long. In memory
        there is one connection: a session opened inside another waits 30 s and fails.
        """
        try:
            with self._sessions.begin() as session:
                yield session
        except (OperationalError, InterfaceError, NoConnectionError) as exc:
            raise StateError(f"数据库现在用不了（{_reason(exc)}），请稍后再试；仍然不行，请联系管理员。") from exc

    def close(self) -> None:
        self.engine.dispose()


def examine(address: str | Path) -> str:
    """What `Database.open` would find there, in a clause; nothing is changed. Raises `SettingsError` as it does."""
    if isinstance(address, Path) and not address.exists():
        return f"{address}（第一次启动时建立）"
    engine = _engine(address)
    try:
        with engine.connect() as connection:
            current, known = _revisions(connection)
    except (SQLAlchemyError, OSError) as exc:
        raise SettingsError(_explain(engine.url, exc)) from exc
    finally:
        engine.dispose()
    _check_known(engine.url, current, known)
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    return f"{address if isinstance(address, Path) else _show(engine.url)}（{'已是最新' if current == {newest} else '下次启动时升级'}）"


def _engine(address: str | Path) -> Engine:
    try:
        url = URL.create("sqlite", database=str(address)) if isinstance(address, Path) else make_url(address)
        return _create(url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as exc:
        raise SettingsError(
            "设置 database 不是可用的数据库地址：应为文件路径，或 postgresql+psycopg://用户:密码@主机/库"
            "（PostgreSQL 要先装 policyqa[postgres]）"
        ) from exc
    except OSError as exc:
        raise SettingsError(_explain(url, exc)) from exc


def _create(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        postgres = url.get_backend_name() == "postgresql" and "connect_timeout" not in url.query
        return create_engine(
            url,
            hide_parameters=True,  # an error's text goes into the log, and parameters are what people typed
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=20,
            connect_args={"connect_timeout": CONNECT_SECONDS} if postgres else {},
        )
    if url.database in (None, "", ":memory:"):
        # A second connection would open a database of its own, and a shared one mix the threads' transactions.
        return create_engine(
            IN_MEMORY,
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            connect_args={"check_same_thread": False},
        )
    if not url.database.startswith("file:"):
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    with contextlib.closing(connection.cursor()) as cursor:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")


def _migrate(engine: Engine) -> None:
    """Brings the tables up to date, all or nothing; of several who open the same new database one does it and the
    others wait. Raises `SettingsError` where a newer program made it."""
    config = _config()
    with _alembic, engine.begin() as connection:
        _lock(connection)
        _check_known(engine.url, *_revisions(connection))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _revisions(connection: Connection) -> tuple[set[str], set[str]]:
    """The steps that the database has taken last, and all that this program knows."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    return set(MigrationContext.configure(connection).get_current_heads()), known


def _check_known(url: URL, current: set[str], known: set[str]) -> None:
    if unknown := current - known:
        raise SettingsError(
            f"数据库 {_show(url)} 由更新的版本建立（{'、'.join(sorted(unknown))}），本版本用不了。请升级 policyqa，或换一个数据库。"
        )


def _lock(connection: Connection) -> None:
    """Until the end of the transaction. On SQLite it also makes a transaction of what creates tables."""
    match connection.dialect.name:
        case "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        case "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")


def _explain(url: URL, error: Exception) -> str:
    reason = _reason(error)
    for secret in (url.password, *url.query.values()):
        reason = reason.replace(secret, "***") if isinstance(secret, str) and secret else reason
    return f"数据库打不开：{_show(url)}（{reason}）。请检查地址、权限和服务是否启动。"


def _show(url: URL) -> str:
    """The address without what may hold a password."""
    return url.set(query={}).render_as_string(hide_password=True)


def _reason(error: Exception) -> str:
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
