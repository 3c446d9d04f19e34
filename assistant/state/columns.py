"""Column types that take whatever people type and give it back the same from SQLite and from PostgreSQL."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, String, Text
from sqlalchemy.types import TypeDecorator

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean_text(text: str) -> str:
    """The text as every database takes it: without NUL (PostgreSQL refuses it), half a surrogate pair as U+FFFD.

    >>> clean_text("请\\x00假" + chr(0xD800))
    '请假�'
    """
    return _UNSTORABLE.sub(lambda found: "" if found[0] == "\0" else "\ufffd", text)


def clean_data(value: Any) -> Any:
    """JSON data with every text in it cleaned, keys too."""
    match value:
        case str():
            return clean_text(value)
        case dict():
            return {clean_data(key): clean_data(each) for key, each in value.items()}
        case list() | tuple():
            return [clean_data(each) for each in value]
        case _:
            return value


def _as_utc(value: datetime | None) -> datetime | None:
    """The same moment in UTC; a time without a zone is UTC already."""
    if value is None:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Moment(TypeDecorator[datetime]):
    """A time with its zone, UTC in and out; SQLite forgets the zone, PostgreSQL answers in the server's."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return _as_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return _as_utc(value)


class Words(TypeDecorator[str]):
    """Text of any length."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return clean_text(value) if value is not None else None


class Name(TypeDecorator[str]):
    """`Name(n)`: a text of at most n characters. A longer one is cut, when it is compared as when it is stored: SQLite
    would take it whole and PostgreSQL refuse it."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return clean_text(value)[: self.length] if value is not None else None


class Data(TypeDecorator[Any]):
    """JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return clean_data(value)
