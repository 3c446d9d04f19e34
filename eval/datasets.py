"""Reads the data sets of contract.md, `.jsonl` or `.jsonl.gz`, and refuses a bad line before anything is asked.

A message names the file, the line and the field, shows what stands there, and says what belongs there.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from eval.errors import DatasetError
from eval.metrics import POLARITIES
from eval.records import ArticleKey, CorpusArticle, PastTurn, Query, Question

Row = TypeVar("Row", Question, CorpusArticle, Query)

_SHOWN_CHARACTERS = 40


class _Line:
    """One JSON object of a file: typed access to its fields, with errors that say where they are."""

    def __init__(self, path: Path, number: int, fields: dict[str, Any], prefix: str = "") -> None:
        self.path = path
        self.number = number
        self.fields = fields
        self.prefix = prefix

    def error(self, field: str, remedy: str) -> DatasetError:
        return DatasetError(f"{self.path} 第 {self.number} 行，字段 {self.prefix}{field}：{remedy}")

    def has(self, field: str) -> bool:
        return self.fields.get(field) is not None

    def text(self, field: str, may_be_empty: bool = False) -> str:
        value = self._required(field)
        if may_be_empty and isinstance(value, str):
            return value
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(field, value, "非空字符串")
        return value

    def identity(self, field: str) -> str:
        """An id as a string; whole numbers are taken too, since STARD numbers its articles."""
        return self._as_identity(field, self._required(field))

    def truth(self, field: str) -> bool:
        value = self._required(field)
        if not isinstance(value, bool):
            raise self._wrong(field, value, "true 或 false")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        return tuple(self._as_text(f"{field}[{i}]", value) for i, value in enumerate(self.items(field)))

    def identities(self, field: str) -> tuple[str, ...]:
        return tuple(self._as_identity(f"{field}[{i}]", value) for i, value in enumerate(self.items(field)))

    def objects(self, field: str) -> list[_Line]:
        """The objects of a list, each as a line of its own whose errors name `field[i].`."""
        found = []
        for i, value in enumerate(self.items(field)):
            if not isinstance(value, dict):
                raise self._wrong(f"{field}[{i}]", value, "对象 {…}")
            found.append(_Line(self.path, self.number, value, f"{self.prefix}{field}[{i}]."))
        return found

    def groups(self, field: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of strings, none of them empty."""
        found = []
        for i, group in enumerate(self.items(field)):
            if not isinstance(group, list) or not group:
                raise self._wrong(f"{field}[{i}]", group, '非空的字符串列表，如 ["18人"]')
            found.append(tuple(self._as_text(f"{field}[{i}][{j}]", value) for j, value in enumerate(group)))
        return tuple(found)

    def items(self, field: str) -> list[Any]:
        value = self._required(field)
        if not isinstance(value, list):
            raise self._wrong(field, value, "列表 […]")
        return value

    def _required(self, field: str) -> Any:
        if field not in self.fields:
            raise self.error(field, "缺少该字段，请补上（格式见 eval/data/README.md）。")
        return self.fields[field]

    def _as_text(self, field: str, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(field, value, "非空字符串")
        return value

    def _as_identity(self, field: str, value: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self._as_text(field, value)

    def _wrong(self, field: str, value: Any, expected: str) -> DatasetError:
        shown = json.dumps(value, ensure_ascii=False)
        if len(shown) > _SHOWN_CHARACTERS:
            shown = shown[:_SHOWN_CHARACTERS] + "…"
        return self.error(field, f"应为{expected}，现为 {shown}，请改正。")


def read_questions(path: Path) -> list[Question]:
    """The questions of `eval answers`. Raises `DatasetError`."""
    return _read_rows(path, _question)


def read_corpus(path: Path) -> list[CorpusArticle]:
    """The corpus of `eval retrieval`; `content` may be empty where `name` says everything. Raises `DatasetError`."""
    return _read_rows(path, _corpus_article)


def read_queries(path: Path) -> list[Query]:
    """The queries of `eval retrieval`. Raises `DatasetError`."""
    return _read_rows(path, _query)


def _read_rows(path: Path, parse: Callable[[_Line], Row]) -> list[Row]:
    rows: list[Row] = []
    first_line: dict[str, int] = {}
    for line in _lines(path):
        row = parse(line)
        if row.id in first_line:
            raise line.error("id", f"{row.id} 与第 {first_line[row.id]} 行重复，请改成唯一的编号。")
        first_line[row.id] = line.number
        rows.append(row)
    if not rows:
        raise DatasetError(f"{path}：没有任何数据行；每行应是一个 JSON 对象。")
    return rows


def _lines(path: Path) -> Iterator[_Line]:
    """Every line that is not blank; a byte order mark, as Windows editors write, is skipped."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig") as stream:
            for number, raw in enumerate(stream, start=1):
                if raw.strip():
                    yield _Line(path, number, _json_object(path, number, raw))
    except UnicodeDecodeError as exc:
        raise DatasetError(f"{path}：不是 UTF-8 文本（字节 {exc.start}），请另存为 UTF-8。") from exc
    except (OSError, EOFError, zlib.error) as exc:
        reason = getattr(exc, "strerror", None) or exc
        raise DatasetError(f"{path}：读不出来（{reason}），请检查路径和文件是否完整。") from exc


def _json_object(path: Path, number: int, raw: str) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except json.JSONDecodeError as exc:
        raise DatasetError(
            f"{path} 第 {number} 行，第 {exc.colno} 个字符起：不是合法的 JSON，每行应是一个完整的 JSON 对象。"
        ) from exc
    except (ValueError, RecursionError) as exc:  # a number of thousands of digits, thousands of brackets
        raise DatasetError(f"{path} 第 {number} 行：数字太长或嵌套太深，每行应是一个普通的 JSON 对象。") from exc
    if not isinstance(value, dict):
        raise DatasetError(f"{path} 第 {number} 行：应是 JSON 对象 {{…}}，请改正。")
    return value


def _polarity(line: _Line) -> str:
    value = line.text("polarity") if line.has("polarity") else ""
    if value and value not in POLARITIES:
        raise line.error("polarity", f"应为 {'、'.join(POLARITIES)} 之一，现在是“{value}”")
    return value


def _question(line: _Line) -> Question:
    answerable = line.truth("answerable")
    articles = tuple(ArticleKey(entry.text("document"), entry.text("article")) for entry in line.objects("articles"))
    if answerable and not articles:
        raise line.error("articles", "可回答的问题（answerable 为 true）至少要有一条依据，请补上或改为 false。")
    history = line.objects("history") if line.has("history") else []
    return Question(
        id=line.identity("id"),
        kind=line.text("kind"),
        question=line.text("question"),
        answerable=answerable,
        articles=tuple(dict.fromkeys(articles)),
        must_include=line.groups("must_include"),
        must_not_include=line.texts("must_not_include") if line.has("must_not_include") else (),
        polarity=_polarity(line),
        negated=line.truth("negated") if line.has("negated") else False,
        history=tuple(PastTurn(turn.text("q"), turn.text("a", may_be_empty=True)) for turn in history),
    )


def _corpus_article(line: _Line) -> CorpusArticle:
    return CorpusArticle(line.identity("id"), line.text("name"), line.text("content", may_be_empty=True))


def _query(line: _Line) -> Query:
    gold = line.identities("gold")
    if not gold:
        raise line.error("gold", "至少要有一个法条编号，请补上。")
    return Query(line.identity("id"), line.text("question"), tuple(dict.fromkeys(gold)))
