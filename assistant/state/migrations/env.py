"""Run by Alembic. With a connection from `database.open` it upgrades that; from the `alembic` command it writes new steps
against an empty SQLite database (`alembic -c assistant/state/migrations/alembic.ini revision --autogenerate -m "…"`)."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlalchemy.types import TypeDecorator

from assistant.state.tables import Base


def _render(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Our column types as the plain ones that they are made of: a step must not change when they do."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=_render)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(
        context.config.get_main_option("sqlalchemy.url") or "sqlite:///policyqa-draft.db"
    ).connect() as own:
        run(own)
