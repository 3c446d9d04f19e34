"""Data sets: what is read, and the one line that says what is wrong with a bad one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.datasets import read_corpus, read_queries, read_questions
from eval.errors import DatasetError
from eval.records import ArticleKey, CorpusArticle, PastTurn, Query, Question

QUESTION: dict[str, Any] = {
    "id": "a",
    "kind": "fact",
    "question": "几个人？",
    "answerable": True,
    "articles": [{"document": "甲", "article": "1"}],
    "must_include": [["18人", "十八人"]],
}
REFUSAL = {"id": "b", "kind": "outofscope", "question": "天气", "answerable": False, "articles": [], "must_include": []}


def write_lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_reads_questions(tmp_path: Path) -> None:
    history = {"history": [{"q": "先问", "a": ""}], "must_not_include": ["不"], "id": 7}
    found = read_questions(write_lines(tmp_path / "q.jsonl", QUESTION | history, REFUSAL))
    assert found == [
        Question(
            id="7",
            kind="fact",
            question="几个人？",
            answerable=True,
            articles=(ArticleKey("甲", "1"),),
            must_include=(("18人", "十八人"),),
            must_not_include=("不",),
            history=(PastTurn("先问", ""),),
        ),
        Question(id="b", kind="outofscope", question="天气", answerable=False),
    ]


def test_reads_gzip_byte_order_mark_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + json.dumps(QUESTION).encode() + b"\r\n\r\n"))
    assert [question.id for question in read_questions(path)] == ["a"]


def test_reads_whole_numbers_and_strings_as_ids(tmp_path: Path) -> None:
    corpus = write_lines(tmp_path / "c.jsonl", {"id": 5, "name": "甲法第一条", "content": "内容"})
    queries = write_lines(tmp_path / "q.jsonl", {"id": 0, "question": "问", "gold": [5, "6", 5]})
    assert read_corpus(corpus) == [CorpusArticle("5", "甲法第一条", "内容")]
    assert read_queries(queries) == [Query("0", "问", ("5", "6"))]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": True}, "id"),
        ({"question": None}, "question"),
        ({"question": "  "}, "question"),
        ({"kind": 3}, "kind"),
        ({"answerable": "yes"}, "answerable"),
        ({"articles": {}}, "articles"),
        ({"articles": []}, "articles"),
        ({"articles": ["甲"]}, "articles[0]"),
        ({"articles": [{"document": "甲"}]}, "articles[0].article"),
        ({"articles": [{"document": "甲", "article": 12}]}, "articles[0].article"),
        ({"must_include": ["18人"]}, "must_include[0]"),
        ({"must_include": [["18人"], []]}, "must_include[1]"),
        ({"must_include": [["18人", 18]]}, "must_include[0][1]"),
        ({"must_not_include": "不"}, "must_not_include"),
        ({"history": [{"q": "先问"}]}, "history[0].a"),
    ],
)
def test_bad_field_names_line_and_field(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    path = write_lines(tmp_path / "q.jsonl", REFUSAL, QUESTION | change)
    with pytest.raises(DatasetError) as caught:
        read_questions(path)
    assert str(caught.value).startswith(f"{path} 第 2 行，字段 {field}：")


@pytest.mark.parametrize("field", ["id", "kind", "question", "answerable", "articles", "must_include"])
def test_missing_field_is_named(tmp_path: Path, field: str) -> None:
    path = write_lines(tmp_path / "q.jsonl", {name: value for name, value in QUESTION.items() if name != field})
    with pytest.raises(DatasetError, match=f"第 1 行，字段 {field}：缺少"):
        read_questions(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "没有任何数据行"),
        (b"{\n", "第 1 行.*不是合法的 JSON"),
        (b"[1]\n", "第 1 行：应是 JSON 对象"),
        ("甲乙".encode("gb18030"), "不是 UTF-8"),
        (b"[" * 100_000, "第 1 行.*JSON"),
        (b'{"id": ' + b"9" * 5000 + b"}", "第 1 行.*JSON"),
    ],
)
def test_bad_file_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=message):
        read_questions(path)


@pytest.mark.parametrize("content", [b"not gzip", gzip.compress(json.dumps(QUESTION).encode())[:-12]])
def test_damaged_gzip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "q.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match="读不出来"):
        read_questions(path)


@pytest.mark.parametrize("read", [read_questions, read_corpus, read_queries])
def test_absent_file_is_refused(tmp_path: Path, read: Callable[[Path], Any]) -> None:
    with pytest.raises(DatasetError, match=r"nowhere\.jsonl：读不出来"):
        read(tmp_path / "nowhere.jsonl")


def test_repeated_id_names_both_lines(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="第 2 行，字段 id：a 与第 1 行重复"):
        read_questions(write_lines(tmp_path / "q.jsonl", QUESTION, QUESTION))


def test_query_without_gold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="第 1 行，字段 gold"):
        read_queries(write_lines(tmp_path / "q.jsonl", {"id": 1, "question": "问", "gold": []}))
