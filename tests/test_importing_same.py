"""`policyqa build` on a second copy, an amended version and an unclear pair: joined, noted, asked."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from assistant import importing
from assistant.importing import build_from_files
from index.build import read_library
from index.errors import InputError
from index.library import Library
from index.store import open_build
from tests.test_identity import TITLE, amended, law, slip, with_one_other_sentence


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A law, a careless copy of it, a copy with one other sentence, and its amended version."""
    texts = {
        "原文": law(),
        "抄本": slip(law(), 0.01, 3),
        "存疑": with_one_other_sentence(law()),
        "新版": amended(law(effective="2023年9月1日"), 5, 9),
    }
    for name, lines in texts.items():
        (tmp_path / f"{name}.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return {name: tmp_path / f"{name}.txt" for name in texts}


def build(files: list[Path], **told: list[str]) -> tuple[Library, tuple[str, ...]]:
    folder = files[0].parent / "index"
    summary = build_from_files(files, folder, "default", False, told.get("same", ()), told.get("separate", ()))
    return read_library(open_build(folder)[0]), summary.notes


def groups(library: Library) -> list[int]:
    return sorted(len(d.witnesses) for d in library.documents)


def test_a_second_copy_is_joined_without_a_word(files: dict[str, Path]) -> None:
    library, notes = build([files["原文"], files["抄本"]])
    assert groups(library) == [2]
    assert notes == ()


def test_an_amended_version_is_kept_apart_and_noted(files: dict[str, Path]) -> None:
    library, notes = build([files["原文"], files["新版"]])
    assert groups(library) == [1, 1]
    assert len(notes) == 1 and "不同版本" in notes[0] and notes[0].count("《") == 2


def test_an_unclear_pair_is_noted_where_nobody_can_be_asked(files: dict[str, Path]) -> None:
    library, notes = build([files["原文"], files["存疑"]])
    assert groups(library) == [1, 1]
    assert len(notes) == 1 and TITLE in notes[0] and "--same" in notes[0] and "--separate" in notes[0]


@pytest.mark.parametrize("named", ["原文.txt,存疑.txt", "存疑，原文", "{0},{1}"])
def test_what_the_user_says_is_done(files: dict[str, Path], named: str) -> None:
    sigla = [page.siglum for page in importing.import_files([files["原文"], files["存疑"]]).pages]
    library, notes = build([files["原文"], files["存疑"]], same=[named.format(*sigla)])
    assert (groups(library), notes) == ([2], ())
    library, notes = build([files["原文"], files["存疑"]], separate=[named.format(*sigla)])
    assert (groups(library), notes) == ([1, 1], ())


@pytest.mark.parametrize(("answer", "expected"), [("y\n", [2]), ("是\n", [2]), ("\n", [1, 1]), ("", [1, 1])])
def test_on_a_terminal_the_user_is_asked_once(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str,
    expected: list[int],
) -> None:  # fmt: skip
    monkeypatch.setattr(importing, "_is_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    library, notes = build([files["原文"], files["存疑"]])
    assert groups(library) == expected
    assert notes == ()
    asked = capsys.readouterr().err
    assert asked.count("是同一份文件吗？[y/N]") == 1 and TITLE in asked


@pytest.mark.parametrize(
    ("named", "word"),
    [("原文,无此文件", "无此文件"), ("原文", "逗号"), ("原文,原文.txt", "同一个文件"), ("原文,,", "逗号")],
)
def test_a_name_that_is_none_is_an_error(files: dict[str, Path], named: str, word: str) -> None:
    with pytest.raises(InputError, match=word):
        build([files["原文"], files["存疑"]], same=[named])


def test_told_pairs_that_do_not_look_alike_are_obeyed_with_a_warning(tmp_path: Path) -> None:
    one, other = tmp_path / "甲.txt", tmp_path / "乙.txt"
    one.write_text(
        "甲市条例\n\n第一条 社区服务由街道办事处统筹安排，接受居民监督。\n\n第二条 自公布之日起施行。\n",
        encoding="utf-8",
    )
    other.write_text(
        "乙省办法\n\n第一条 船舶进港应当提前申报，配备合格船员。\n\n第二条 违者处以罚款。\n", encoding="utf-8"
    )
    summary = build_from_files([one, other], tmp_path / "index", "default", False, ["甲,乙"])
    assert any("像是另一份文件" in note and "核对原件" in note for note in summary.notes)
    with pytest.raises(InputError, match="只留一个"):
        build_from_files([one, other], tmp_path / "index", "default", False, ["甲,乙"], ["乙,甲"])
