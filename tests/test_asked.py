"""Files of questions by article: read, written, and complete for the bundled documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.sentences import split_sentences
from index.asked import (
    BUNDLED_QUESTIONS,
    Note,
    background_questions,
    for_documents,
    merge,
    parse_asked,
    parse_notes,
    read_asked,
    read_bundled,
    read_notes,
    with_notes,
    write_asked,
)
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


NOTED = """《某办法》
## 1
这条讲什么
### 图书不得转借
能转借吗\t否
### 图书不得转借
### 期限为三十日
能转借三十天吗
## 2
谁管
"""


def test_notes_name_the_sentences_and_the_answer() -> None:
    assert parse_notes(NOTED, "x") == {
        ("某办法", "1"): {
            "这条讲什么": Note(),
            "能转借吗": Note(("图书不得转借",), "否"),
            "能转借三十天吗": Note(("图书不得转借", "期限为三十日")),
        },
        ("某办法", "2"): {"谁管": Note()},
    }
    assert parse_asked(NOTED, "x")[("某办法", "1")] == ("这条讲什么", "能转借吗", "能转借三十天吗")


def test_an_answer_that_is_none_is_named() -> None:
    with pytest.raises(InputError, match=r"第 4 行.*是、否"):
        parse_notes("《某办法》\n## 1\n谁管\n能借吗\t也许\n", "x")


def test_notes_are_added_to_questions_and_the_first_counts() -> None:
    asked = {("某办法", "1"): ("能转借吗", "谁管")}
    own, other = ({("某办法", "1"): {"能转借吗": Note((), says), "不在内": Note()}} for says in ("否", "是"))
    assert with_notes(asked, [own, other]) == {("某办法", "1"): {"能转借吗": Note((), "否"), "谁管": Note()}}


def test_every_note_of_the_bundled_questions_begins_a_sentence_of_its_article() -> None:
    documents = build_library(read_bundled_pages()).documents
    beginnings = {a.id: [s.text for s in split_sentences(a)] for document in documents for a in document.articles}
    lost = [
        (article, passage)
        for article, own in for_documents(documents, read_notes(BUNDLED_QUESTIONS)).items()
        for passage in {p for note in own.values() for p in note.passages}
        if not any(sentence.startswith(passage) for sentence in beginnings[article])
    ]
    assert lost == []
