"""`policyqa build`: files to pages to an index, with progress on stderr and a summary of what was taken and what was not."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from assistant.citations import bracketed
from index.build import build_index
from index.corpus import import_files, read_bundled
from index.errors import InputError
from index.library import Library
from index.records import NEWS, Page

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".docx", ".pdf")


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build took: documents with their articles, news apart, refused files with the reason of each."""

    index: str
    documents: tuple[tuple[str, int, str], ...]
    news: int
    refused: tuple[str, ...]
    notes: tuple[str, ...]
    care: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        values = asdict(self)
        values["documents"] = [{"document": t, "articles": n, "read_from": s} for t, n, s in self.documents]
        return values

    def to_text(self) -> str:
        lines = [f"已建索引 {self.index}：{len(self.documents)} 份文件，{sum(n for _, n, _ in self.documents)} 条"]
        lines += [
            f"  {bracketed(title)}{count} 条{f'（据刊本 {sigla}）' if sigla else ''}"
            for title, count, sigla in self.documents
        ]
        if self.news:
            lines.append(f"  另有新闻 {self.news} 篇（默认不参与检索）")
        lines += self.care
        lines += [f"注意：{note}" for note in self.notes]
        if self.refused:
            lines.append(f"没有收录的文件 {len(self.refused)} 个，原因见上")
        return "\n".join(lines)


def build_from_files(files: Sequence[Path], folder: Path, embedding: str, with_bundled: bool) -> Summary:
    """Builds the index of `files` (folders are searched), of the bundled pages where none are named, or of both."""
    imported = import_files(_expand(files))
    for line in imported.refused:
        print(f"错误：{line}", file=sys.stderr)
    bundled = read_bundled() if with_bundled or not files else ()
    pages = (*_beside_bundled(imported.pages, bundled), *bundled)
    if not pages:
        raise InputError("给出的文件都不能收录（原因见上），没有改动原有索引")
    library, _ = build_index(pages, folder, embedding, _show_progress)
    empty = tuple(f"{name}：只有标题，没有正文；请检查是否选错了文件" for name in library.empty)
    for line in empty:
        print(f"错误：{line}", file=sys.stderr)
    return _summarise(library, folder, (*imported.refused, *empty), imported.notes)


def _beside_bundled(pages: Sequence[Page], bundled: Sequence[Page]) -> list[Page]:
    """The imported pages that are none of the bundled ones; one that only has the same number gets another siglum."""
    shipped = {page.siglum: page.text for page in bundled}
    taken = {*shipped, *(page.siglum for page in pages)}
    result: list[Page] = []
    for page in pages:
        if page.siglum not in shipped:
            result.append(page)
        elif page.text != shipped[page.siglum]:
            siglum = next(s for s in (f"{page.siglum}-{n}" for n in count(2)) if s not in taken)
            taken.add(siglum)
            result.append(replace(page, siglum=siglum))
    return result


def _expand(files: Sequence[Path]) -> list[Path]:
    """Files as given; of a folder all files of known kinds, in order of their names."""
    found: list[Path] = []
    for path in files:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
            if not inside:
                raise InputError(f"{path}：文件夹里没有可收录的文件（{' '.join(SUFFIXES)}）")
            found += inside
        else:
            found.append(path)
    return found


def _summarise(library: Library, folder: Path, refused: tuple[str, ...], notes: tuple[str, ...]) -> Summary:
    public = [d for d in library.documents if d.kind != NEWS]
    rows = []
    for document in public:
        sigla = [a.siglum for a in document.articles]
        read_from = (
            "、".join(f"{s}×{sigla.count(s)}" for s in sorted(set(sigla))) if len(document.witnesses) > 1 else ""
        )
        rows.append((document.title, len(document.articles), read_from))
    care = [c for c in library.care if c.compared]
    lines = (
        (
            "刊本校勘：每千字独有异文 "
            + "，".join(f"{c.siglum} {c.rate:.1f}" for c in sorted(care, key=lambda c: c.rate)),
        )
        if care
        else ()
    )
    return Summary(str(folder), tuple(rows), len(library.documents) - len(public), refused, notes, lines)


def _show_progress(stage: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{stage} {done}/{total}   ", end="\n" if stage == "完成" else "", file=sys.stderr, flush=True)
