"""Files to masked pages: the shipped corpus, sigla, files that cannot be taken."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from index.corpus import BUNDLED, import_files, mask_text, read_bundled, write_corpus
from index.errors import InputError
from index.library import build_library
from index.mask import find_personal
from index.records import Page
from tests.page_samples import DATELINE, page, rules

NOTICE = page("遗失声明", "▲钱多多遗失收据一张，声明作废。", "2024年4月9日")


def test_the_shipped_pages_are_masked_and_stay_the_same_when_masked_again() -> None:
    for bundled in read_bundled():
        assert find_personal(bundled.text) == []
        assert mask_text(bundled.text) == bundled.text


def test_a_changed_or_missing_shipped_page_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(BUNDLED, folder)
    (folder / "000.txt").write_text("改动", encoding="utf-8")
    with pytest.raises(InputError, match="000"):
        read_bundled(folder)
    (folder / "000.txt").unlink()
    with pytest.raises(InputError, match="policyqa"):
        read_bundled(folder)
    (folder / "manifest.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="policyqa"):
        read_bundled(folder)


def test_a_corpus_is_written_and_read_again(tmp_path: Path) -> None:
    raw = tmp_path / "007_abc.txt"
    raw.write_text(NOTICE + page("某市条例", *rules(1, 2)), encoding="utf-8")
    written = write_corpus([raw], tmp_path / "corpus")
    assert read_bundled(tmp_path / "corpus") == tuple(
        p if p.name == "007.txt" else type(p)(p.siglum, "007.txt", p.text, p.is_newspaper) for p in written.pages
    )
    assert "钱多多" not in json.dumps(
        [p.read_text(encoding="utf-8") for p in (tmp_path / "corpus").iterdir()], ensure_ascii=False
    )


def test_sigla_are_numbers_of_file_names_and_never_repeat(tmp_path: Path) -> None:
    paths = []
    for name in ("000_a.txt", "000_b.txt", "停车办法.txt", "12.txt"):
        (tmp_path / name).write_text(page("某市条例", *rules(1, 2)), encoding="utf-8")
        paths.append(tmp_path / name)
    assert [p.siglum for p in import_files(paths).pages] == ["000", "000-2", "停车办法", "12"]


def test_a_page_of_notices_only_is_refused_and_the_others_are_taken(tmp_path: Path) -> None:
    good, notices, missing = tmp_path / "好.txt", tmp_path / "启事.txt", tmp_path / "无.txt"
    good.write_text(page("某市条例", *rules(1, 2)), encoding="utf-8")
    notices.write_text(NOTICE, encoding="utf-8")
    imported = import_files([notices, missing, good])
    assert [p.name for p in imported.pages] == ["好.txt"]
    assert [line.partition("：")[0] for line in imported.refused] == ["启事.txt", "无.txt"]
    assert all("\n" not in line for line in imported.refused)


def test_a_page_that_loses_its_signs_by_masking_is_still_a_page(tmp_path: Path) -> None:
    raw = tmp_path / "1.txt"
    interview = [
        "某局就《雨水办法》答记者问",
        "近日，某局印发办法。",
        "1.问：为什么？",
        "答：为了节水。",
        "2.问：怎么办？",
        "答：收集雨水。",
    ]
    raw.write_text(page("某市条例", *rules(1, 2)) + "\n" + NOTICE + "\n" + page(*interview), encoding="utf-8")
    pages = import_files([raw]).pages
    assert [d.title for d in build_library(pages).documents] == ["某市条例", "就《雨水办法》答记者问"]
    assert pages[0].is_newspaper


def test_masked_and_raw_pages_parse_to_the_same_articles() -> None:
    raw = page(
        DATELINE,
        "某市条例",
        *rules(1, 2),
        "春耕",
        "4月9日，农民在田间劳作。",
        "新华社发（赵六六摄）",
        *rules(3, 5),
        NOTICE,
    )
    one, other = (build_library([Page("0", "0.txt", text, True)]) for text in (raw, mask_text(raw)))
    assert [[(a.number, a.text) for a in d.articles] for d in one.documents] == [
        [(a.number, a.text) for a in d.articles] for d in other.documents
    ]


@pytest.mark.shared
def test_the_shipped_pages_are_the_masked_raw_ones(shared: Path) -> None:
    raw = {p.siglum: p.text for p in import_files(sorted((shared / "pages").glob("*.txt"))).pages}
    assert raw == {p.siglum: p.text for p in read_bundled()}
