"""The index folder: atomic, checked, and careful with folders that are not its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.build import build_index, read_library
from index.errors import IndexUnusableError, InputError
from index.records import Page
from index.search import Searcher
from index.store import FORMAT, open_build, write_build
from tests.page_samples import page, rules

SMALL = Page("甲", "甲.txt", page("某市雨水利用条例", *rules(1, 4)))
OTHER = Page("乙", "乙.txt", page("某市养犬条例", "第一条 养犬应当登记。", "第二条 犬只应当接种疫苗。"))


@pytest.fixture
def index_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "索引 目录"
    build_index([SMALL], folder)
    return folder


def current(folder: Path) -> Path:
    return folder / "builds" / (folder / "current").read_text(encoding="utf-8").strip()


def titles(folder: Path) -> list[str]:
    return [d.title for d in Searcher.open(folder).library.documents]


def test_a_new_build_replaces_the_old_one_and_leaves_nothing_of_it(index_folder: Path) -> None:
    build_index([OTHER], index_folder)
    assert titles(index_folder) == ["某市养犬条例"]
    assert len(list((index_folder / "builds").iterdir())) == 1


def test_the_manifest_lists_every_file_and_count(index_folder: Path) -> None:
    build, manifest = open_build(index_folder, check_fully=True)
    assert manifest.format == FORMAT
    assert manifest.counts == {"documents": 1, "articles": 4, "chunks": 4, "pages": 1}
    files = {p.relative_to(build).as_posix() for p in build.rglob("*") if p.is_file()}
    assert files == {*manifest.files, "manifest.json"}


KILLED = """
import sys, time
from pathlib import Path
from index.store import write_build
def write(build):
    (build / "half.bin").write_bytes(b"x" * 100_000)
    print("writing", flush=True)
    time.sleep(60)
write_build(Path(sys.argv[1]), write, "0", "default", "default", {})
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_a_build_killed_while_writing_leaves_the_old_index_serving(index_folder: Path) -> None:
    root = Path(__file__).resolve().parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(index_folder)], cwd=root, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGKILL)
    assert len(list((index_folder / "builds").iterdir())) == 2
    assert titles(index_folder) == ["某市雨水利用条例"]
    for build in (index_folder / "builds").iterdir():
        os.utime(build, (time.time() - 2 * 24 * 3600,) * 2)
    build_index([OTHER], index_folder)
    assert [d.name for d in (index_folder / "builds").iterdir()] == [current(index_folder).name]


def test_a_build_that_fails_leaves_the_old_index_and_no_rubbish(index_folder: Path) -> None:
    def write(build: Path) -> None:
        (build / "half.bin").write_bytes(b"x")
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_build(index_folder, write, "0", "default", "default", {})
    assert titles(index_folder) == ["某市雨水利用条例"]
    assert len(list((index_folder / "builds").iterdir())) == 1


def test_nothing_to_index_leaves_the_old_index(index_folder: Path) -> None:
    with pytest.raises(InputError):
        build_index([Page("空", "空.txt", "某市条例\n第一条\n")], index_folder)
    assert titles(index_folder) == ["某市雨水利用条例"]


def test_a_searcher_opened_before_a_rebuild_keeps_working(index_folder: Path) -> None:
    searcher = Searcher.open(index_folder)
    before = searcher.search("雨水利用工作纳入计划")
    build_index([OTHER], index_folder)
    assert searcher.search("雨水利用工作纳入计划") == before
    assert before[0].document == "某市雨水利用条例"


def every_file(folder: Path) -> list[str]:
    build = current(folder)
    return sorted(p.relative_to(build).as_posix() for p in build.rglob("*") if p.is_file())


@pytest.mark.parametrize("damage", ["flipped", "truncated", "missing", "emptied"])
def test_any_damaged_file_is_refused_with_the_remedy(index_folder: Path, damage: str) -> None:
    whole = index_folder.parent / "whole"
    shutil.copytree(index_folder, whole)
    for name in every_file(index_folder):
        path = current(index_folder) / name
        content = path.read_bytes()
        if damage == "flipped":
            middle = len(content) // 2
            path.write_bytes(content[:middle] + bytes([content[middle] ^ 0x10]) + content[middle + 1 :])
        elif damage == "truncated":
            path.write_bytes(content[:-1])
        elif damage == "missing":
            path.unlink()
        else:
            path.write_bytes(b"")
        with pytest.raises(IndexUnusableError, match="policyqa build") as refusal:
            Searcher.open(index_folder)
        assert "\n" not in str(refusal.value), name
        path.write_bytes(content)
    assert titles(index_folder) == ["某市雨水利用条例"]


@pytest.mark.parametrize(
    "change",
    [
        {"format": FORMAT + 1},
        {"files": {"library.json": {"sha256": "0"}}},
        {"files": {"library.json": 7}},
        {"files": []},
        {"unknown": 1},
    ],
)
def test_a_manifest_of_another_form_is_refused(index_folder: Path, change: dict[str, object]) -> None:
    path = current(index_folder) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(IndexUnusableError, match="policyqa build"):
        Searcher.open(index_folder)


def test_no_index_a_file_and_a_foreign_folder(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusableError, match=r"还没有索引.*policyqa build"):
        open_build(tmp_path / "nowhere")
    file = tmp_path / "file"
    file.write_text("text", encoding="utf-8")
    with pytest.raises(IndexUnusableError, match="不是 policyqa 的索引"):
        open_build(file)
    with pytest.raises(InputError, match="不是文件夹"):
        build_index([SMALL], file)
    with pytest.raises(IndexUnusableError, match="不是 policyqa 的索引"):
        open_build(tmp_path)
    (tmp_path / "current").write_text("../../elsewhere", encoding="utf-8")
    with pytest.raises(IndexUnusableError, match="不是 policyqa 的索引"):
        open_build(tmp_path)


def test_somebody_elses_folders_called_builds_are_left_alone(tmp_path: Path) -> None:
    own = tmp_path / "builds" / "release-1"
    own.mkdir(parents=True)
    (own / "thesis.txt").write_text("years of work", encoding="utf-8")
    os.utime(own, (0, 0))
    build_index([SMALL], tmp_path)
    build_index([OTHER], tmp_path)
    assert (own / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_a_library_that_cannot_be_read_is_an_unusable_index(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusableError, match="policyqa build"):
        read_library(tmp_path)
    (tmp_path / "library.json").write_text('{"documents": 3}', encoding="utf-8")
    with pytest.raises(IndexUnusableError, match="policyqa build"):
        read_library(tmp_path)


def test_a_signal_that_comes_when_the_build_is_current_already_does_not_remove_it(
    index_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_file = Path.replace

    def replace_and_leave(self: Path, target: Path) -> Path:
        replace_file(self, target)
        raise SystemExit(1)

    monkeypatch.setattr(Path, "replace", replace_and_leave)
    with pytest.raises(SystemExit):
        build_index([OTHER], index_folder)
    monkeypatch.undo()
    assert titles(index_folder) == ["某市养犬条例"]
