"""Corrections of titles and dates: identities, texts and the questions of articles stay."""

from __future__ import annotations

from pathlib import Path

from index.build import build_index, read_library
from index.edits import apply_edits, frame_of, under_read_titles
from index.library import build_library
from index.records import Page
from index.search import Searcher
from index.store import open_build
from tests.small_library import PAGE, RULES, small_library
from tests.test_identity import amended, law

EDITS = {RULES: {"title": "图书借阅规则", "issuer": "示例市文化局", "date": "2025年2月1日", "kind": "不许改"}}


def test_an_edited_document_keeps_its_identity_and_text() -> None:
    (read,) = small_library().documents
    library = build_library([Page("900", "900.txt", PAGE)], edits=EDITS)
    (edited,) = library.documents
    assert (edited.title, edited.issuer, edited.date) == ("图书借阅规则", "示例市文化局", "2025年2月1日")
    assert (edited.id, edited.articles, edited.kind) == (read.id, read.articles, read.kind)
    assert library.as_read == {read.id: frame_of(read)}
    assert [d.title for d in under_read_titles(library.documents, library.as_read)] == [RULES]


def test_an_empty_text_clears_a_field_but_not_the_title() -> None:
    (read,) = small_library().documents
    (edited,), _ = apply_edits([read], {RULES: {"title": " ", "effective_date": ""}})
    assert (edited.title, edited.effective_date) == (RULES, "")
    assert read.effective_date == "2025年3月1日"


def test_corrections_as_in_the_file_and_of_other_documents_change_nothing() -> None:
    documents = small_library().documents
    same = {RULES: frame_of(documents[0]), "别的文件": {"title": "改了"}}
    assert apply_edits(documents, same) == (list(documents), {})


def test_the_other_version_names_the_corrected_title() -> None:
    texts = ["\n\n".join(lines) + "\n" for lines in (law(), amended(law(effective="2023年9月1日"), 5, 9))]
    pages = [Page(str(n), f"{n}.txt", text) for n, text in enumerate(texts)]
    title = build_library(pages).documents[0].title
    library = build_library(pages, edits={title: {"title": "旧版"}})
    assert library.documents[0].title == "旧版"
    assert library.documents[1].versions == ("旧版",)


def test_questions_written_under_the_title_of_the_file_still_find_the_article(tmp_path: Path) -> None:
    questions = tmp_path / "questions"
    questions.mkdir()
    (questions / "own.txt").write_text(f"《{RULES}》\n## 7\n旧书捐给你们收不收\n", encoding="utf-8")
    (questions / "new.txt").write_text("《图书借阅规则》\n## 5\n忘了还书咋办\n", encoding="utf-8")
    build_index([Page("900", "900.txt", PAGE)], tmp_path, edits=EDITS)
    searcher = Searcher.open(tmp_path)
    assert searcher.search("旧书捐给你们收不收", 1)[0].article == "7"
    assert searcher.search("忘了还书咋办", 1)[0].article == "5"
    assert searcher.search("忘了还书咋办", 1)[0].document == "图书借阅规则"
    library = read_library(open_build(tmp_path)[0])
    assert library.as_read[library.documents[0].id]["title"] == RULES  # it survives the way to the disk and back
