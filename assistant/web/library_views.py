"""What the pages of the library room show, as plain values for the templates."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import load_only

from assistant.holdings.changes import Digests, Pending, find_pending
from assistant.holdings.frames import NAMES
from assistant.holdings.incoming import Report, report_from_json
from assistant.holdings.intake import library_of
from assistant.rebuilding import Rebuilder, manifest_of
from assistant.state.tables import RemovedPage, Upload
from assistant.web.services import Services
from index.edits import frame_of
from index.library import Library
from index.records import NEWS, Document

MOST_ROWS = 100
"""Documents on one page; whoever has more searches."""
_MOST_REMOVED = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """An upload that waits for a decision."""

    id: int
    name: str
    at: str
    author: str
    report: Report


@dataclass(frozen=True, slots=True)
class Row:
    """A document of the list; `sources` are (siglum, file name), `pending` says what the next rebuild does to it."""

    id: str
    title: str
    facts: tuple[str, ...]
    articles: int
    sources: tuple[tuple[str, str], ...]
    pending: tuple[str, ...]
    is_corrected: bool
    versions: tuple[str, ...]


def show_time(moment: datetime) -> str:
    """A time as people here read it, in the zone of this machine."""
    local = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone()
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def show_size(size: float) -> str:
    """Bytes in words.

    >>> show_size(900), show_size(3_400_000), show_size(12_300_000_000)
    ('1 KB', '3.4 MB', '12.3 GB')
    """
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{max(1, round(size / 1000))} KB"


def view_room(services: Services, digests: Digests, rebuilder: Rebuilder, query: str = "") -> dict[str, Any]:
    """Everything of `/library` but the files on their way."""
    library = library_of(services.live)
    known = digests.of(library)
    with services.database.session() as session:
        pending = find_pending(session, library, known)
        waiting = [
            Waiting(row.id, row.name, show_time(row.at), row.author, report_from_json(row.report))
            for row in session.scalars(
                select(Upload)
                .where(Upload.state == "waiting")
                .options(load_only(Upload.id, Upload.name, Upload.at, Upload.author, Upload.report))
                .order_by(Upload.id)
            )
        ]
        removed = [
            {
                "id": row.id,
                "siglum": row.siglum,
                "documents": row.documents,
                "at": show_time(row.at),
                "author": row.author,
            }
            for row in session.scalars(
                select(RemovedPage)
                .where(RemovedPage.restored_at.is_(None))
                .options(
                    load_only(
                        RemovedPage.id,
                        RemovedPage.siglum,
                        RemovedPage.documents,
                        RemovedPage.at,
                        RemovedPage.author,
                        RemovedPage.digest,
                    )
                )
                .order_by(RemovedPage.id.desc())
                .limit(_MOST_REMOVED)
            )
            if row.digest not in known
        ]
    characters = sum(len(page.text) for page in library.pages) + sum(row.report["characters"] for row in pending.added)
    return {
        "waiting": waiting,
        "removed": removed,
        "changes": describe_changes(library, pending),
        "questions": describe_questions(library, pending),
        "seconds": rebuilder.estimate(characters),
        "progress": rebuilder.progress,
        **list_documents(library, pending, query),
    }


def list_documents(library: Library, pending: Pending, query: str = "") -> dict[str, Any]:
    """The documents whose title or file name holds the query, news apart, at most `MOST_ROWS` of them."""
    names = {page.siglum: page.name for page in library.pages}
    leaving = {row.siglum for row in pending.removed}
    wanted = re.sub(r"[\W_]", "", query).lower()

    def is_meant(document: Document) -> bool:
        texts = [document.title, document.document_number, *(names.get(w.siglum, "") for w in document.witnesses)]
        return not wanted or any(wanted in re.sub(r"[\W_]", "", text).lower() for text in texts)

    found = [d for d in library.documents if is_meant(d)]
    shown = [d for d in found if d.kind != NEWS]
    news = [d for d in found if d.kind == NEWS]
    rows = [_row(d, names, leaving, pending, library) for d in shown[:MOST_ROWS]]
    return {
        "rows": rows,
        "news": [_row(d, names, leaving, pending, library) for d in news[:MOST_ROWS]],
        "found": len(shown),
        "found_news": len(news),
        "total": sum(d.kind != NEWS for d in library.documents),
        "query": query,
    }


def _row(document: Document, names: Mapping[str, str], leaving: set[str], pending: Pending, library: Library) -> Row:
    sigla = list(dict.fromkeys(w.siglum for w in document.witnesses))
    going = [s for s in sigla if s in leaving]
    notes = []
    if going:
        notes.append("将移除" if len(going) == len(sigla) else f"将移除 {len(going)} 个刊本")
    if document.id in pending.edits:
        notes.append("将改动标题或日期")
    facts = (
        document.issuer,
        document.document_number,
        f"{document.date.removesuffix('公布').removesuffix('发布').removesuffix('印发')}发布" if document.date else "",
        f"{document.effective_date}起施行" if document.effective_date else "",
    )
    return Row(
        id=document.id,
        title=document.title,
        facts=tuple(fact for fact in facts if fact),
        articles=len(document.articles),
        sources=tuple((s, names.get(s, s)) for s in sigla),
        pending=tuple(notes),
        is_corrected=document.id in library.as_read,
        versions=document.versions,
    )


def describe_changes(library: Library, pending: Pending) -> list[dict[str, str]]:
    """One line for each pending change: what it does, to what, and the name by which it is taken back."""
    lines = [
        {"verb": "收录", "what": row.name, "detail": _titles(row.report), "undo": f"add:{row.id}"}
        for row in pending.added
    ]
    lines += [
        {
            "verb": "移除",
            "what": f"来源文件 {row.siglum}",
            "detail": "".join(f"《{t}》" for t in row.documents[:3]),
            "undo": f"remove:{row.id}",
        }
        for row in pending.removed
    ]
    lines += [
        {
            "verb": "恢复",
            "what": f"来源文件 {row.siglum}",
            "detail": "".join(f"《{t}》" for t in row.documents[:3]),
            "undo": f"restore:{row.id}",
        }
        for row in pending.restored
    ]
    for document in library.documents:
        if document.id in pending.edits:
            now, frame = frame_of(document), pending.edits[document.id]
            detail = "；".join(
                f"{NAMES[name]}“{now[name] or '（空）'}”改为“{text or '（空）'}”"
                for name, text in frame.items()
                if text != now[name]
            )
            lines.append(
                {"verb": "修改", "what": f"《{document.title}》", "detail": detail, "undo": f"edit:{document.id}"}
            )
    lines += [
        {
            "verb": "合并" if same else "分开",
            "what": f"来源文件 {one} 和 {other}",
            "detail": "",
            "undo": f"tell:{one}\n{other}",
        }
        for (one, other), same in pending.told
    ]
    return lines


def describe_questions(library: Library, pending: Pending) -> list[dict[str, Any]]:
    """The pairs of printings that only a person can tell, those left out of which that was done."""
    told = {frozenset(pair) for pair, _ in pending.told} | {frozenset(pair) for pair in library.told_different}
    names = {page.siglum: page.name for page in library.pages}
    return [
        {
            "one": question.one[0],
            "other": question.other[0],
            "titles": [
                f"《{title or names.get(siglum, siglum)}》（{names.get(siglum, siglum)}）"
                for siglum, title in (question.one, question.other)
            ],
            "reasons": "，".join(question.relation.reasons[:4]),
        }
        for question in library.questions
        if frozenset((question.one[0], question.other[0])) not in told
    ]


def view_state(services: Services, rebuilder: Rebuilder, known: dict[str, Any]) -> dict[str, Any]:
    """The state of index and model, in words; what is not known is left out. `known` keeps what takes long to work out."""
    from assistant.api import fingerprint

    settings, engine, library = services.settings, services.live.engine, services.live.library
    if known.get("library") is not library:
        known.update(library=library, fingerprint=fingerprint(library))
    facts: list[tuple[str, str]] = []
    manifest = manifest_of(engine)
    if manifest is not None:
        built = datetime.strptime(manifest.built_at, "%Y-%m-%dT%H:%M:%S%z")
        size = sum(int(entry["size"]) for entry in manifest.files.values())
        facts += [
            ("索引建于", show_time(built)),
            ("程序版本", manifest.version),
            ("占用磁盘", show_size(size)),
            ("向量模型", "自带的" if manifest.embedding == "default" else manifest.encoder),
        ]
    documents = [d for d in library.documents if d.kind != NEWS]
    facts += [
        ("收录", f"{len(documents)} 份文件，{sum(len(d.articles) for d in documents)} 条"),
        ("索引编号", known["fingerprint"]),
        ("大模型", settings.llm_model if settings.uses_language_model else "没有连接（用原文摘答）"),
        ("重排模型", settings.reranker or "没有使用"),
        (
            "数据库",
            {"sqlite": "SQLite 文件", "postgresql": "PostgreSQL"}.get(services.database.engine.dialect.name, "其他"),
        ),
        ("磁盘剩余", show_size(shutil.disk_usage(_existing(settings.index)).free)),
    ]
    return {"facts": facts, "is_outdated": rebuilder.is_outdated()}


def _existing(path: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(p for p in (path.absolute(), *path.absolute().parents) if p.exists())


def _titles(report: Mapping[str, Any]) -> str:
    titles = [each["title"] for each in report.get("documents", ()) if each["kind"] != NEWS]
    return "".join(f"《{title}》" for title in titles[:3]) + (f"等 {len(titles)} 份" if len(titles) > 3 else "")
