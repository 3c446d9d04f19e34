"""The database: SQLite (WAL) in a file, or any other by its SQLAlchemy address; brought up to date when opened."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool

from assistant.errors import SettingsError

MIGRATIONS = Path(__file__).parent / "migrations"
IN_MEMORY = "sqlite://"
BUSY_MS = 10_000
"""How long a writer waits for another on SQLite before it gives up."""


class Database:
    """An opened database; threads may use it at once, each with its own `session()`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @classmethod
    def open(cls, address: str | Path) -> Database:
        """Opens and migrates. `address` is a file (SQLite) or an SQLAlchemy address such as
        `postgresql+psycopg://user@host/name`. Raises `SettingsError`, which never shows a password."""
        url = f"sqlite:///{address}" if isinstance(address, Path) else address
        try:
            shown = make_url(url).render_as_string(hide_password=True)
            engine = _create(url)
            _migrate(engine)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as exc:
            raise SettingsError(
                "设置 database 不是可用的数据库地址：应为文件路径，或 postgresql+psycopg://用户:密码@主机/库"
                "（PostgreSQL 要先装 policyqa[postgres]）"
            ) from exc
        except (SQLAlchemyError, OSError) as exc:
            reason = str(getattr(exc, "orig", None) or exc).splitlines()[0]
            raise SettingsError(f"数据库打不开：{shown}（{reason}）。请检查地址、权限和服务是否启动。") from exc
        return cls(engine)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back where an error leaves it."""
        with self._sessions.begin() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def _create(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    if url == IN_MEMORY:  # one connection, or each thread would see a database of its own
        return create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    with contextlib.closing(connection.cursor()) as cursor:
        for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_MS}", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
