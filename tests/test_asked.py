"""Files of questions by article: read, written, and complete for the bundled documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.asked import background_questions, for_documents, merge, parse_asked, read_asked, read_bundled, write_asked
from index.corpus import read_bundled as read_bundled_pages
from index.errors import InputError
from index.library import build_library
from index.retriever import RECOGNISED_FROM


def test_what_is_written_is_read(tmp_path: Path) -> None:
    asked = {
        ("甲办法", "1"): ("谁管", "《意见》指哪个？"),
        ("甲办法", "12之一"): ("啥时候",),
        ("乙", "导语"): ("图啥",),
    }
    write_asked(asked, tmp_path / "问.txt")
    assert read_asked(tmp_path / "问.txt") == asked


def test_a_question_that_looks_like_a_title_is_a_question() -> None:
    assert parse_asked("《甲》\n## 1\n《意见》\n讲啥", "x") == {("甲", "1"): ("《意见》", "讲啥")}


@pytest.mark.parametrize(("text", "line"), [("谁管", 1), ("《甲》\n\n谁管", 1), ("## 1\n谁管", 2)])
def test_a_question_under_no_article_is_named(tmp_path: Path, text: str, line: int) -> None:
    (tmp_path / "q.txt").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=rf"q\.txt 第 {line} 行"):
        read_asked(tmp_path / "q.txt")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"q\.txt"):
        read_asked(tmp_path / "q.txt")


def test_merged_questions_stand_once() -> None:
    assert merge([{("甲", "1"): ("a", "b")}, {("甲", "1"): ("b", "c")}]) == {("甲", "1"): ("a", "b", "c")}


def test_every_bundled_article_has_its_questions() -> None:
    library = build_library(read_bundled_pages())
    asked = read_bundled()
    questions = for_documents(library.documents, asked)
    articles = [a for d in library.documents if d.kind != "news" for a in d.articles]
    few = [a.id for a in articles if len(questions.get(a.id, ())) < RECOGNISED_FROM]
    assert few == []
    assert len(questions) == len(asked)  # none stands under an article that is not there


def test_the_background_is_about_other_documents() -> None:
    bundled = {question for questions in read_bundled().values() for question in questions}
    assert 1500 < len(background_questions()) < 2500
    assert len(bundled & set(background_questions())) < 5
