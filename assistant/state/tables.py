"""The tables. Times are UTC; texts that people typed are masked (`index.mask`) before they come here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.state.columns import Data, Moment, Name, Words


def now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Every table; `migrations/versions` has the same, step by step."""


class Feedback(Base):
    """One answer that somebody rated, or a question that was refused (`rating` is `refused`, once a question).

    `times` counts how often the same question was refused. `outcome` is what an administrator made of it: empty (open),
    `assigned` (it became a question of an article, `ArticleQuestion.feedback_id`) or `dismissed`.
    """

    __tablename__ = "feedback"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)
    answer_id: Mapped[str] = mapped_column(Name(200), default="")
    question: Mapped[str] = mapped_column(Words)
    effective: Mapped[str] = mapped_column(Words, default="")
    status: Mapped[str] = mapped_column(Name(20))
    document: Mapped[str] = mapped_column(Words, default="")
    article: Mapped[str] = mapped_column(Name(100), default="")
    rating: Mapped[str] = mapped_column(Name(20))
    reason: Mapped[str] = mapped_column(Words, default="")
    times: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[str] = mapped_column(Name(20), default="", index=True)


class ArticleQuestion(Base):
    """A question that an administrator gave to an article (`change` is `added`) or took from it (`removed`), or a refused or
    disliked one that was set aside (`dismissed`, without an article); `undone_at` says since when it no longer counts."""

    __tablename__ = "article_question"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
    document: Mapped[str] = mapped_column(Words)
    article: Mapped[str] = mapped_column(Name(100))
    question: Mapped[str] = mapped_column(Words)
    change: Mapped[str] = mapped_column(Name(20))
    author: Mapped[str] = mapped_column(Name(100), default="")
    feedback_id: Mapped[int | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(Moment, default=None, index=True)


class Cited(Base):
    """How many answers had an article for their main citation."""

    __tablename__ = "cited"
    __table_args__ = (UniqueConstraint("document", "article"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(Name(300))
    article: Mapped[str] = mapped_column(Name(100))
    times: Mapped[int] = mapped_column(default=0)


class Upload(Base):
    """A file that an administrator brought: `pages` are its masked pages, `digest` the SHA-256 of their text, `report` how
    it was parsed. `state` is `waiting`, `accepted` (in the library with the next build) or `discarded`."""

    __tablename__ = "upload"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
    name: Mapped[str] = mapped_column(Words)
    author: Mapped[str] = mapped_column(Name(100), default="")
    pages: Mapped[list[dict[str, Any]]] = mapped_column(Data, default=list)
    report: Mapped[dict[str, Any]] = mapped_column(Data, default=dict)
    state: Mapped[str] = mapped_column(Name(20), default="waiting", index=True)
    digest: Mapped[str] = mapped_column(Name(64), default="", index=True)


class RemovedPage(Base):
    """A page that was taken out of the library and can be put back; `digest` is the SHA-256 of its text."""

    __tablename__ = "removed_page"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
    siglum: Mapped[str] = mapped_column(Name(200), index=True)
    documents: Mapped[list[str]] = mapped_column(Data, default=list)
    page: Mapped[dict[str, Any]] = mapped_column(Data)
    author: Mapped[str] = mapped_column(Name(100), default="")
    restored_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    digest: Mapped[str] = mapped_column(Name(64), default="", index=True)


class DocumentEdit(Base):
    """What an administrator corrected of a document's frame: `values` is field (`title`, `issuer`, `document_number`,
    `date`, `effective_date`) -> text. `document` is the title as read from the file."""

    __tablename__ = "document_edit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
    document: Mapped[str] = mapped_column(Name(300), index=True)
    values: Mapped[dict[str, str]] = mapped_column(Data)
    author: Mapped[str] = mapped_column(Name(100), default="")


class ToldPair(Base):
    """What an administrator said of two pages (sigla): printings of one document, or of two. The newest counts."""

    __tablename__ = "told_pair"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
    one: Mapped[str] = mapped_column(Name(200))
    other: Mapped[str] = mapped_column(Name(200))
    is_same: Mapped[bool]
    author: Mapped[str] = mapped_column(Name(100), default="")


class Material(Base):
    """What somebody made in the studio: `kind` (`quiz`, …) says what `content` is, `size` how many items it has, `documents`
    are the titles it was made from. `owner` is a user or a browser (`studio_owner`); `version` grows with every change."""

    __tablename__ = "material"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)
    owner: Mapped[str] = mapped_column(Name(200), index=True)
    name: Mapped[str] = mapped_column(Words)
    kind: Mapped[str] = mapped_column(Name(20))
    content: Mapped[dict[str, Any]] = mapped_column(Data)
    documents: Mapped[list[str]] = mapped_column(Data, default=list)
    size: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment, default=None)


class SignIn(Base):
    """Who is signed in; of the cookie's token only the SHA-256 is kept. `credential` is the SHA-256 of the password hash
    that let them in: a changed password ends it."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_expires", "expires"),)
    token_hash: Mapped[str] = mapped_column(Name(64), primary_key=True)
    user: Mapped[str] = mapped_column(Name(100))
    credential: Mapped[str] = mapped_column(Name(64), default="")
    expires: Mapped[datetime] = mapped_column(Moment)
