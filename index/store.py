"""The index folder: `current` names one complete build in `builds/`; a new build replaces it in one step.

A build that is killed leaves `current` as it was; what it had written is removed by the next build. Every file of a
build stands in its manifest with size and SHA-256, so that a damaged or foreign index is refused, not searched.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import IndexUnusableError, InputError

FORMAT = 4
_POINTER = "current"
_MANIFEST = "manifest.json"
_BUILD_NAME = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")
"""Only folders named so are ever removed: `--out` may point into somebody's own folder."""

_REMEDY = "请重新运行 policyqa build"
_CHECK_FULLY = 64 * 1024 * 1024  # bytes; a larger index is checked by size at start, fully by `policyqa doctor`
_ABANDONED_AFTER = 24 * 3600  # seconds; a folder that no `current` names may be a build still running


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index is made of. `embedding` is the name or folder that was asked for, `encoder` the model's own name."""

    format: int
    version: str
    built_at: str
    embedding: str
    encoder: str
    counts: dict[str, int]
    files: dict[str, dict[str, str | int]]


def write_build(
    folder: Path, write: Callable[[Path], None], version: str, embedding: str, encoder: str, counts: dict[str, int]
) -> Manifest:
    """Lets `write` fill a new build, adds its manifest, and makes it the current one in one atomic step."""
    builds = folder / "builds"
    try:
        builds.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as exc:
        raise InputError(f"{folder}：不是文件夹，不能存放索引；请换一个文件夹") from exc
    _remove_abandoned(folder)
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:8]}"
    build = builds / name
    build.mkdir()
    try:
        write(build)
        files = {path.relative_to(build).as_posix(): _describe(path) for path in _files(build)}
        built_at = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        manifest = Manifest(FORMAT, version, built_at, embedding, encoder, counts, files)
        _write(build / _MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
        previous = _read_pointer(folder)
        _write(folder / f"{_POINTER}.new", name)
        (folder / f"{_POINTER}.new").replace(folder / _POINTER)
    except BaseException:
        if _read_pointer(folder) != name:  # a signal may come when the build is the current one already
            shutil.rmtree(build, ignore_errors=True)
        raise
    if previous and previous != name and _BUILD_NAME.fullmatch(previous):
        shutil.rmtree(builds / previous, ignore_errors=True)
    return manifest


def open_build(folder: Path, check_fully: bool = False) -> tuple[Path, Manifest]:
    """The current build and its manifest. Raises `IndexUnusableError` where there is none, or it is damaged or foreign."""
    name = _read_pointer(folder)
    if not name:
        if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
            raise IndexUnusableError(f"{folder}：不是 policyqa 的索引文件夹；请换一个文件夹，或{_REMEDY}")
        raise IndexUnusableError(f"{folder}：还没有索引；请先运行 policyqa build")
    build = folder / "builds" / name
    try:
        raw = json.loads((build / _MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**raw)
    except (OSError, ValueError, TypeError) as exc:
        raise IndexUnusableError(f"{folder}：索引的清单缺失或已损坏；{_REMEDY}") from exc
    if manifest.format != FORMAT:
        raise IndexUnusableError(f"{folder}：索引的格式是 {manifest.format}，本程序需要 {FORMAT}；{_REMEDY}")
    try:
        _check(build, manifest, check_fully)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise IndexUnusableError(f"{folder}：索引的清单已损坏；{_REMEDY}") from exc
    return build, manifest


def _check(build: Path, manifest: Manifest, check_fully: bool) -> None:
    total = sum(int(entry["size"]) for entry in manifest.files.values())
    for name, entry in manifest.files.items():
        path = build / name
        if not path.is_file() or path.stat().st_size != entry["size"]:
            raise IndexUnusableError(f"{path}：文件缺失或大小不符，索引已损坏；{_REMEDY}")
        if (check_fully or total <= _CHECK_FULLY) and _sha256(path) != entry["sha256"]:
            raise IndexUnusableError(f"{path}：内容与清单不符，索引已损坏；{_REMEDY}")


def _read_pointer(folder: Path) -> str:
    with contextlib.suppress(OSError, UnicodeDecodeError):
        name = (folder / _POINTER).read_text(encoding="utf-8").strip()
        if name and Path(name).name == name and (folder / "builds" / name).is_dir():
            return name
    return ""


def _remove_abandoned(folder: Path) -> None:
    current = _read_pointer(folder)
    for build in (folder / "builds").iterdir():
        with contextlib.suppress(OSError):
            if (
                _BUILD_NAME.fullmatch(build.name)
                and build.name != current
                and time.time() - build.stat().st_mtime > _ABANDONED_AFTER
            ):
                shutil.rmtree(build, ignore_errors=True)


def _files(build: Path) -> Iterator[Path]:
    return (path for path in sorted(build.rglob("*")) if path.is_file())


def _describe(path: Path) -> dict[str, str | int]:
    return {"size": path.stat().st_size, "sha256": _sha256(path)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, text: str) -> None:
    """Writes and flushes to disk, so that the pointer never names what a power cut swallowed."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
