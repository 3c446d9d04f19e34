"""What people made in the studio, each seen by its owner only. Whoever saves over a newer version is refused.

Texts are masked by whoever edits them (`assistant.material.kept_quiz`); names are masked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.state.columns import clean_text
from assistant.state.database import Database
from assistant.state.tables import Material, now
from index.corpus import mask_text
from index.errors import InputError

MOST_OF_ONE = 200
"""Materials of one owner: more than anybody looks through."""

MOST_NAME = 80
KEPT_AFTER_DELETION = timedelta(days=30)
NEWEST_DELETED = 20
_LARGEST_ID = 2**31 - 1


class TooMuchMaterialError(InputError):
    """Seen by whoever has `MOST_OF_ONE` materials and makes another."""

    def __init__(self) -> None:
        super().__init__(f"“我的材料”里已有 {MOST_OF_ONE} 份，放不下了；请先删掉不要的。")


class ChangedElsewhereError(InputError):
    """Seen by whoever saves what was changed in another window meanwhile."""

    def __init__(self) -> None:
        super().__init__("这份材料刚才在别的窗口里改过，这次没有存。请刷新这一页再改。")


class GoneError(InputError):
    """Seen by whoever changes what is deleted, or never was theirs."""

    def __init__(self) -> None:
        super().__init__("没有这份材料：可能已经删掉。请到“我的材料”里看看，删掉的可以恢复。")


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list: everything but the content."""

    id: int
    name: str
    kind: str
    size: int
    documents: tuple[str, ...]
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """One material as it is now."""

    id: int
    name: str
    kind: str
    content: dict[str, Any]
    documents: tuple[str, ...]
    version: int


def clean_name(name: str, otherwise: str = "未命名") -> str:
    """One masked line of at most `MOST_NAME` characters that can be seen.

    >>> clean_name(" 九月\\t培训\\x00 13812345678 "), clean_name("\\u200b")
    ('九月 培训 [号码已隐去]', '未命名')
    """
    shown = "".join(each if each.isprintable() or each.isspace() else "" for each in clean_text(name))
    return mask_text(" ".join(shown.split())).strip()[:MOST_NAME].strip() or otherwise


def create(
    database: Database, owner: str, name: str, kind: str, content: dict[str, Any], documents: Sequence[str], size: int
) -> int:
    """Keeps a new material and returns its id; deleted ones of the owner whose time is up go for good.

    Raises `TooMuchMaterialError`.
    """
    with database.session() as session:
        session.execute(
            delete(Material).where(Material.owner == owner, Material.deleted_at < now() - KEPT_AFTER_DELETION)
        )
        return _add(session, owner, clean_name(name), kind, content, list(documents), size)


def _add(
    session: Session, owner: str, name: str, kind: str, content: dict[str, Any], documents: list[str], size: int
) -> int:
    _check_room(session, owner)
    row = Material(owner=owner, name=name, kind=kind, content=content, documents=documents, size=size)
    session.add(row)
    session.flush()
    return row.id


def listing(database: Database, owner: str) -> list[Listed]:
    """The owner's materials, the last changed first."""
    return _read(database, (Material.owner == owner, Material.deleted_at.is_(None)), Material.changed_at, MOST_OF_ONE)


def deleted(database: Database, owner: str) -> list[Listed]:
    """What the owner deleted and can have back, the last deleted first."""
    wanted = (Material.owner == owner, Material.deleted_at >= now() - KEPT_AFTER_DELETION)
    return _read(database, wanted, Material.deleted_at, NEWEST_DELETED)


def find(database: Database, owner: str, material_id: int) -> Kept | None:
    """One of the owner's; None where it is deleted, somebody else's or nobody's."""
    with database.session() as session:
        row = _mine(session, owner, material_id)
        if row is None or row.deleted_at is not None:
            return None
        return Kept(row.id, row.name, row.kind, row.content, tuple(row.documents), row.version)


def save(database: Database, owner: str, material_id: int, version: int, content: dict[str, Any], size: int) -> int:
    """Replaces the content of version `version` and returns the new version.

    Raises `ChangedElsewhereError` where that is not the newest, `GoneError` where there is none.
    """
    with database.session() as session:
        written = session.execute(
            update(Material)
            .where(
                Material.id == material_id,
                Material.owner == owner,
                Material.version == version,
                Material.deleted_at.is_(None),
            )
            .values(content=content, size=size, version=version + 1, changed_at=now())
        )
        if cast("CursorResult[Any]", written).rowcount:
            return version + 1
        row = _mine(session, owner, material_id)
        raise GoneError if row is None or row.deleted_at is not None else ChangedElsewhereError


def rename(database: Database, owner: str, material_id: int, name: str) -> str:
    """Returns the name as it is kept; an empty one changes nothing. Raises `GoneError`."""
    with database.session() as session:
        row = _mine(session, owner, material_id)
        if row is None or row.deleted_at is not None:
            raise GoneError
        row.name = clean_name(name, row.name)
        row.changed_at = now()
        return row.name


def duplicate(database: Database, owner: str, material_id: int) -> int:
    """A copy with a name of its own; returns its id. Raises `GoneError`, `TooMuchMaterialError`."""
    with database.session() as session:
        row = _mine(session, owner, material_id)
        if row is None or row.deleted_at is not None:
            raise GoneError
        name = f"{row.name[: MOST_NAME - 4]}（副本）"
        return _add(session, owner, name, row.kind, row.content, row.documents, row.size)


def remove(database: Database, owner: str, material_id: int) -> None:
    """Deletes; `restore` brings it back. Nothing happens to what is deleted already. Raises `GoneError`."""
    with database.session() as session:
        row = _mine(session, owner, material_id)
        if row is None:
            raise GoneError
        row.deleted_at = row.deleted_at or now()


def restore(database: Database, owner: str, material_id: int) -> None:
    """Raises `GoneError`, `TooMuchMaterialError`."""
    with database.session() as session:
        row = _mine(session, owner, material_id)
        if row is None:
            raise GoneError
        if row.deleted_at is not None:
            _check_room(session, owner)
        row.deleted_at = None


def _check_room(session: Session, owner: str) -> None:
    mine = select(func.count()).select_from(Material).where(Material.owner == owner, Material.deleted_at.is_(None))
    if (session.scalar(mine) or 0) >= MOST_OF_ONE:
        raise TooMuchMaterialError


def _mine(session: Session, owner: str, material_id: int) -> Material | None:
    if not 0 < material_id <= _LARGEST_ID:
        return None
    return session.scalar(select(Material).where(Material.id == material_id, Material.owner == owner))


def _read(
    database: Database, wanted: Sequence[ColumnElement[bool]], order: InstrumentedAttribute[Any], most: int
) -> list[Listed]:
    columns = (Material.id, Material.name, Material.kind, Material.size, Material.documents, Material.changed_at)
    rows = select(*columns).where(*wanted).order_by(order.desc(), Material.id.desc()).limit(most)
    with database.session() as session:
        return [
            Listed(each.id, each.name, each.kind, each.size, tuple(each.documents), each.changed_at)
            for each in session.execute(rows)
        ]
