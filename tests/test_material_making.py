"""`policyqa material`: contract.md's form, every kind in every format, and bad input with one clear line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.material import making
from assistant.material.making import (
    ENDINGS,
    check_target,
    make_comparison,
    make_file,
    read_counts,
    read_wanted,
    select,
)
from assistant.material.records import Selection, Wanted
from index.errors import InputError
from index.library import Library

SIGNS = {"docx": b"PK", "xlsx": b"PK", "pptx": b"PK", "apkg": b"PK", "json": b"{", "svg": b"<svg", "md": b"# "}
"""How a file of a format begins."""
FIELDS = {"type", "stem", "options", "key", "explanation", "document", "article", "quote"}


@pytest.fixture(scope="module")
def selection(bundled_library: Library) -> Selection:
    return select(bundled_library, "条例", ["9", "第十七条"])


def test_the_command_writes_the_quiz_of_the_contract(bundled_index: Path, tmp_path: Path) -> None:
    out = tmp_path / "题库.json"
    command = [sys.executable, "-m", "assistant.cli", "material", "quiz", "意见", "--out", str(out), "--count", "12"]
    result = subprocess.run(
        [*command, "--seed", "2", "--index", str(bundled_index)], capture_output=True, encoding="utf-8", timeout=100
    )
    assert (result.returncode, result.stderr) == (0, "") and "12 道题" in result.stdout
    items = json.loads(out.read_text(encoding="utf-8"))["items"]
    assert len(items) == 12 and all(set(item) >= FIELDS for item in items)
    assert {item["document"] for item in items} == {"关于加强社区工作者队伍建设的意见"}


def test_the_command_compares_two_documents(bundled_index: Path, tmp_path: Path) -> None:
    out = tmp_path / "对比.md"
    command = [sys.executable, "-m", "assistant.cli", "material", "comparison", "意见", "条例", "--out", str(out)]

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        index = ["--index", str(bundled_index)]
        return subprocess.run([*command, *options, *index], capture_output=True, encoding="utf-8", timeout=100)

    result = run("--on", "资金 经费")
    assert (result.returncode, result.stderr) == (0, "") and "对比" in result.stdout
    text = out.read_text(encoding="utf-8")
    assert "生态保护补偿资金" in text and "社区工作者相关经费" in text
    missing = run()
    assert missing.returncode == 2 and "主题" in missing.stderr
    useless = run("--on", "资金", "--count", "5")
    assert useless.returncode == 2 and "--count" in useless.stderr


def test_a_comparison_takes_two_documents(bundled_library: Library, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="两份文件"):
        make_comparison(bundled_library, ["意见"], "资金", tmp_path / "对比.md", lambda *_, **__: [])
    with pytest.raises(InputError, match=r"可以是 \.docx"):
        make_comparison(bundled_library, ["意见", "条例"], "资金", tmp_path / "对比.pptx", lambda *_, **__: [])


@pytest.mark.parametrize(("kind", "ending"), [(kind, each) for kind, endings in ENDINGS.items() for each in endings])
def test_every_kind_is_written_in_each_of_its_formats(
    bundled_library: Library, selection: Selection, tmp_path: Path, kind: str, ending: str
) -> None:
    out = tmp_path / f"材料.{ending}"
    made = make_file(bundled_library, kind, selection, out, Wanted(total=6))
    body = out.read_bytes()
    assert made.path == out and len(body) > 200 and body.startswith(SIGNS.get(ending, b""))
    if ending in ("json", "md", "txt", "svg"):
        assert ("第9条" if ending == "svg" else "生态保护补偿") in body.decode()
    assert not list(tmp_path.glob("*.new"))


def test_the_same_arguments_write_the_same_bytes(
    bundled_library: Library, selection: Selection, tmp_path: Path
) -> None:
    for ending in ENDINGS["quiz"]:
        written = []
        for name in ("甲", "乙"):
            make_file(bundled_library, "quiz", selection, tmp_path / f"{name}.{ending}", Wanted(total=6, seed=1))
            written.append((tmp_path / f"{name}.{ending}").read_bytes())
        assert written[0] == written[1], ending


@pytest.mark.parametrize(
    ("kind", "out", "words"),
    [
        ("quizz", "a.json", "没有“quizz”这种材料"),
        ("quiz", "a.doc", "不能存成“.doc”"),
        ("handout", "a.apkg", "可以是 .docx"),
        ("slides", "课件", "没有后缀"),
    ],
)
def test_a_target_that_cannot_be_is_refused_before_anything_is_made(kind: str, out: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        check_target(kind, Path(out))


def test_a_folder_is_no_file_and_a_missing_folder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "讲义.docx"
    folder.mkdir()
    with pytest.raises(InputError, match="是一个文件夹"):
        check_target("handout", folder)
    with pytest.raises(InputError, match="没有这个文件夹"):
        check_target("quiz", tmp_path / "没有" / "题.md")


def test_a_folder_that_may_not_be_written_is_told_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # whoever is root may write anywhere
    with pytest.raises(InputError, match="不让写文件"):
        check_target("quiz", tmp_path / "题.md")


def test_the_table_of_coverage_says_its_sentence_once(
    bundled_library: Library, selection: Selection, tmp_path: Path
) -> None:
    out = tmp_path / "覆盖.md"
    made = make_file(bundled_library, "coverage", selection, out, Wanted(total=6))
    assert out.read_text(encoding="utf-8").count(made.holds) == 1


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    bundled_library: Library, selection: Selection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError("磁盘满了")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="磁盘满了"):
        make_file(bundled_library, "quiz", selection, tmp_path / "题.md", Wanted(total=2))
    assert not list(tmp_path.iterdir())


def test_what_was_there_stays_where_nothing_can_be_made(bundled_library: Library, tmp_path: Path) -> None:
    out = tmp_path / "题.md"
    out.write_text("原来的", encoding="utf-8")
    nothing = select(bundled_library, "条例", ["15"])
    with pytest.raises(InputError, match="出不了情景题；能出的有"):
        make_file(bundled_library, "quiz", nothing, out, Wanted(counts={"情景": 1}))
    assert out.read_text(encoding="utf-8") == "原来的"


def test_articles_are_named_as_people_name_them(bundled_library: Library) -> None:
    chosen = select(bundled_library, "条例", ["第十七条", "9", "9"])
    assert [article.number for article in chosen.articles] == ["9", "17"]
    with pytest.raises(InputError, match="没有“99”这一条"):
        select(bundled_library, "条例", ["99"])


@pytest.mark.parametrize("text", ["单选=x", "选择=3", "单选", "单选=0", "单选=99999"])
def test_numbers_by_type_that_cannot_be_read_are_named(text: str) -> None:
    with pytest.raises(InputError):
        read_counts(text)


def test_numbers_are_given_once_and_difficulties_are_known() -> None:
    assert read_wanted(None, "", [], 0).total == making.COUNT
    assert read_wanted(None, "判断=2", ["难", "易"], 3) == Wanted(making.COUNT, {"判断": 2}, ("易", "难"), 3)
    for count in (0, -3, 5000):
        with pytest.raises(InputError, match="--count 要在 1 到 2000 之间"):
            read_wanted(count, "", [], 0)
    with pytest.raises(InputError, match="只写一个"):
        read_wanted(5, "判断=2", [], 0)
    with pytest.raises(InputError, match="没有“很难”这种难度"):
        read_wanted(5, "", ["很难"], 0)
