"""Files -> masked pages. Nothing that a notice says of a person, and no personal number, gets past this step.

`index/corpus/` holds the masked pages that the product ships; `python -m index mask` makes them from the raw ones.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from index.clean import read_passages
from index.errors import InputError
from index.mask import mask_personal
from index.mask_bylines import mask_bylines
from index.pages import is_newspaper_page, public_passages
from index.readers import read_source
from index.records import Page

BUNDLED = Path(__file__).parent / "corpus"
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Imported:
    """The pages of the files that could be read, and for each that could not one line that says why."""

    pages: tuple[Page, ...]
    refused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def mask_text(text: str) -> str:
    """A file's text as it may be kept: of a newspaper page without notices and captions, of any file without numbers."""
    if not is_newspaper_page(text):
        return mask_personal(text)
    passages = public_passages(read_passages(text))
    kept = "\n\n".join(text[p.span.start : p.span.end] for p in passages)
    return mask_bylines(mask_personal(kept)) + "\n"


def import_files(paths: Iterable[Path]) -> Imported:
    """Reads and masks files; a file that cannot be taken is reported and the others are still imported."""
    pages: list[Page] = []
    refused: list[str] = []
    notes: list[str] = []
    for path in paths:
        try:
            source = read_source(path)
        except InputError as error:
            refused.append(str(error))
            continue
        name, siglum = _readable(source.name), _readable(source.siglum_hint)
        taken = {p.siglum for p in pages}
        if siglum in taken:
            siglum = next(s for s in (f"{siglum}-{n}" for n in range(2, 10_000)) if s not in taken)
        text = mask_text(source.text)
        if not text.strip():
            refused.append(f"{name}：除启事、广告和图片说明外没有文字；请检查是否选错了文件")
            continue
        pages.append(Page(siglum, name, text, is_newspaper_page(source.text)))
        notes += [f"{name}：{note}" for note in source.notes]
    return Imported(tuple(pages), tuple(refused), tuple(notes))


def _readable(name: str) -> str:
    """A file name as text: one that is not UTF-8 (an archive from Windows, unpacked on Linux) is read as GB18030."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", errors="replace")
    return name


def read_bundled(folder: Path = BUNDLED) -> tuple[Page, ...]:
    """The shipped masked pages; raises `InputError` where one is missing or was changed."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        entries = [
            (row["siglum"], row["name"], row["sha256"], bool(row.get("is_newspaper"))) for row in manifest["pages"]
        ]
        pages = []
        for siglum, name, checksum, is_newspaper in entries:
            text = (folder / name).read_text(encoding="utf-8")
            if _checksum(text) != checksum:
                raise InputError(f"{folder / name}：内容与清单不符；请恢复原文件，或用 python -m index mask 重新生成")
            pages.append(Page(siglum, name, text, is_newspaper))
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise InputError(f"{folder}：随附的版面不完整（{exc}）；请重新安装 policyqa") from exc
    return tuple(pages)


def write_corpus(paths: Iterable[Path], folder: Path = BUNDLED) -> Imported:
    """Masks raw pages into `folder` with a manifest: how the shipped corpus is made."""
    imported = import_files(paths)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.txt"):
        old.unlink()
    rows = []
    for page in imported.pages:
        name = f"{page.siglum}.txt"
        (folder / name).write_text(page.text, encoding="utf-8", newline="\n")
        rows.append(
            {"siglum": page.siglum, "name": name, "sha256": _checksum(page.text), "is_newspaper": page.is_newspaper}
        )
    content = {"made_by": "python -m index mask", "pages": rows}
    (folder / _MANIFEST).write_text(
        json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )
    return imported


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
