"""What an administrator wants changed of the library, kept in the database until a rebuild brings it into effect.

Nothing here is marked as done: a change is pending as long as the library that answers differs from what is wanted, so
a restart, a rebuild that failed or one from the command line leaves nothing half done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, load_only

from assistant.holdings.incoming import digest_of, page_from_json, page_to_json
from assistant.importing import beside
from assistant.state.tables import DocumentEdit, RemovedPage, ToldPair, Upload, now
from index.edits import KEY_LENGTH, frame_of
from index.errors import InputError
from index.library import Library
from index.records import NEWS, Document, Page

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the next library is built from."""

    pages: tuple[Page, ...]
    edits: dict[str, dict[str, str]]
    told_same: frozenset[Pair]
    told_different: frozenset[Pair]


@dataclass(frozen=True, slots=True)
class Pending:
    """What differs between the library that answers and what is wanted. Rows come without their pages' texts.

    `edits` is document id -> wanted frame, `told` are pairs with whether they are one document.
    """

    added: tuple[Upload, ...] = ()
    removed: tuple[RemovedPage, ...] = ()
    restored: tuple[RemovedPage, ...] = ()
    edits: dict[str, dict[str, str]] = field(default_factory=dict)
    told: tuple[tuple[Pair, bool], ...] = ()

    @property
    def count(self) -> int:
        return len(self.added) + len(self.removed) + len(self.restored) + len(self.edits) + len(self.told)


class Digests:
    """The digests of a library's pages, worked out once for each library."""

    def __init__(self) -> None:
        self._known: tuple[Library, dict[str, str]] | None = None

    def of(self, library: Library) -> dict[str, str]:
        """Digest -> siglum."""
        known = self._known
        if known is None or known[0] is not library:
            known = (library, {digest_of(page): page.siglum for page in library.pages})
            self._known = known
        return known[1]


def find_pending(session: Session, library: Library, digests: Mapping[str, str]) -> Pending:
    """`digests` are those of the library's pages."""
    rows = session.scalars(select(RemovedPage).options(*_without_page()).order_by(RemovedPage.id)).all()
    named = {row.digest for row in rows}
    accepted = session.scalars(
        select(Upload).where(Upload.state == "accepted").options(*_without_pages()).order_by(Upload.id)
    )
    wanted, told = _wanted_frames(session, library), _told(session)
    known = {frozenset(p): True for p in library.told_same} | {frozenset(p): False for p in library.told_different}
    sigla = {page.siglum for page in library.pages}
    return Pending(
        added=tuple(row for row in accepted if row.digest not in digests and row.digest not in named),
        removed=tuple(row for row in rows if row.restored_at is None and row.digest in digests),
        restored=tuple(row for row in rows if row.restored_at is not None and row.digest not in digests),
        edits={d.id: wanted[d.id] for d in library.documents if wanted.get(d.id, frame_of(d)) != frame_of(d)},
        told=tuple(
            ((one, other), same)
            for (one, other), same in told.items()
            if {one, other} <= sigla and known.get(frozenset((one, other))) != same
        ),
    )


def make_plan(session: Session, library: Library, digests: Mapping[str, str]) -> Plan:
    """What a rebuild builds from now on. Raises `InputError` where nothing would be left."""
    pending = find_pending(session, library, digests)
    gone = {digests[row.digest] for row in pending.removed}
    pages = [page for page in library.pages if page.siglum not in gone]
    come = [row.page for row in pending.restored] + [values for row in pending.added for values in row.pages]
    for page in (page_from_json(values) for values in come):
        pages += beside([page], pages)
    if not pages:
        raise InputError("资料库里至少要留一份文件；请先收录别的文件，再移除这一份")
    told = _told(session)
    mentioned = {frozenset(pair) for pair in told}
    same = {p for p in library.told_same if frozenset(p) not in mentioned} | {p for p, yes in told.items() if yes}
    apart = {p for p in library.told_different if frozenset(p) not in mentioned}
    apart |= {p for p, yes in told.items() if not yes}
    sigla = {page.siglum for page in pages}
    return Plan(
        tuple(pages),
        _edits(session),
        frozenset(p for p in same if set(p) <= sigla),
        frozenset(p for p in apart if set(p) <= sigla),
    )


def settle(session: Session, digests: Mapping[str, str]) -> None:
    """Forgets the removals whose pages were restored and stand in the library again."""
    rows = session.scalars(select(RemovedPage).where(RemovedPage.restored_at.is_not(None)).options(*_without_page()))
    done = [row.id for row in rows if row.digest in digests]
    if done:
        session.execute(delete(RemovedPage).where(RemovedPage.id.in_(done)))


def decide(session: Session, upload: int | None, state: str, before: str = "waiting") -> int:
    """Brings one upload, or all, from state `before` to `state`; gives how many. One decided already stays as it is."""
    values = {"state": state, "pages": []} if state == "discarded" else {"state": state}
    chosen = update(Upload).where(Upload.state == before).values(values)  # one step: of two at once one decides
    decided = session.execute(chosen if upload is None else chosen.where(Upload.id == upload))
    return int(decided.rowcount)  # type: ignore[attr-defined]


def remove_pages(
    session: Session, library: Library, digests: Mapping[str, str], sigla: Sequence[str], author: str
) -> None:
    """Takes pages out with the next rebuild. Raises `InputError` where a page is unknown or nothing would be left."""
    by_siglum = {siglum: digest for digest, siglum in digests.items()}
    pages = {page.siglum: page for page in library.pages}
    if not sigla:
        raise InputError("没有选中要移除的来源文件")
    if unknown := [siglum for siglum in sigla if siglum not in by_siglum]:
        raise InputError(f"资料库里没有来源文件 {'、'.join(unknown)[:100]}；请刷新页面后再试")
    out = {row.digest for row in find_pending(session, library, digests).removed}
    gone = {digests[digest] for digest in out} | set(sigla)
    if not _keeps_any(session, library, digests, gone):
        raise InputError("资料库里至少要留一份文件；请先收录别的文件，再移除这一份")
    for siglum in sigla:
        digest = by_siglum[siglum]
        if digest in out:
            continue
        titles = [d.title for d in library.documents if any(w.siglum == siglum for w in d.witnesses)]
        session.execute(delete(RemovedPage).where(RemovedPage.digest == digest))
        session.add(
            RemovedPage(siglum=siglum, documents=titles, page=page_to_json(pages[siglum]), author=author, digest=digest)
        )


def restore_page(session: Session, row_id: int, digests: Mapping[str, str]) -> None:
    """Puts a page back: at once where it had not left yet, else with the next rebuild."""
    row = session.get(RemovedPage, row_id)
    if row is None:
        return
    if row.digest in digests:
        session.delete(row)
    elif row.restored_at is None:
        row.restored_at = now()


def undo_restore(session: Session, row_id: int) -> None:
    row = session.get(RemovedPage, row_id)
    if row is not None:
        row.restored_at = None


def edit_frame(session: Session, library: Library, document: Document, frame: Mapping[str, str], author: str) -> None:
    """Keeps what differs from the file; a frame as in the file takes corrections back."""
    read = library.as_read.get(document.id) or frame_of(document)
    values = {name: text for name, text in frame.items() if text != read[name]}
    session.add(DocumentEdit(document=read["title"], values=values, author=author))


def undo_edit(session: Session, library: Library, document: Document, author: str) -> None:
    """Goes back to the frame that the document has now."""
    edit_frame(session, library, document, frame_of(document), author)


def tell(session: Session, pair: Pair, is_same: bool, author: str) -> None:
    session.add(ToldPair(one=pair[0], other=pair[1], is_same=is_same, author=author))


def untell(session: Session, pair: Pair) -> None:
    """Forgets what was said of two pages since the last rebuild, whichever is named first."""
    ends = (ToldPair.one.in_(pair), ToldPair.other.in_(pair))
    session.execute(delete(ToldPair).where(*ends))


def wanted_frame(session: Session, library: Library, document: Document) -> dict[str, str]:
    """The frame that a document will have after the next rebuild."""
    return _wanted_frames(session, library).get(document.id) or frame_of(document)


def _wanted_frames(session: Session, library: Library) -> dict[str, dict[str, str]]:
    """Document id -> frame, for every document that somebody ever corrected."""
    edits = _edits(session)
    wanted = {}
    for document in library.documents:
        read = library.as_read.get(document.id) or frame_of(document)
        key = read["title"][:KEY_LENGTH]
        if key in edits:
            wanted[document.id] = {**read, **edits[key]}
    return wanted


def _edits(session: Session) -> dict[str, dict[str, str]]:
    """Title as read -> the newest corrections of it."""
    rows = session.scalars(select(DocumentEdit).order_by(DocumentEdit.id))
    return {row.document: dict(row.values) for row in rows}


def _told(session: Session) -> dict[Pair, bool]:
    rows = session.scalars(select(ToldPair).order_by(ToldPair.id))
    return {(min(row.one, row.other), max(row.one, row.other)): row.is_same for row in rows}


def _keeps_any(session: Session, library: Library, digests: Mapping[str, str], gone: set[str]) -> bool:
    """Whether a document that answers stays when the pages `gone` are out, or comes with what was accepted."""
    pending = find_pending(session, library, digests)
    stays = any(d.kind != NEWS and any(w.siglum not in gone for w in d.witnesses) for d in library.documents)
    comes = any(each["kind"] != NEWS for row in pending.added for each in row.report.get("documents", ()))
    return stays or comes or bool(pending.restored)


def _without_pages() -> tuple[Any, ...]:
    columns = (Upload.id, Upload.at, Upload.name, Upload.author, Upload.report, Upload.state, Upload.digest)
    return (load_only(*columns),)


def _without_page() -> tuple[Any, ...]:
    columns = (RemovedPage.id, RemovedPage.at, RemovedPage.siglum, RemovedPage.documents, RemovedPage.author)
    return (load_only(*columns, RemovedPage.restored_at, RemovedPage.digest),)
