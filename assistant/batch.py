"""`policyqa ask --batch`: a line in, a line out, in order; the whole input is checked before anything is answered."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TextIO

from assistant.records import Answer, Turn
from index.errors import InputError

_REPORT_EVERY = 5.0  # seconds between two progress lines


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One question of a batch file."""

    id: str
    question: str
    history: tuple[Turn, ...]


class Asker(Protocol):
    """What a batch needs of the assistant."""

    def ask(self, question: str, history: Sequence[Turn] = (), question_id: str = "") -> Answer: ...


def read_batch(path: Path) -> list[BatchLine]:
    """All lines of a JSONL file (`-`: standard input). Raises `InputError` that names file, line and what is wrong."""
    try:
        raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as exc:
        raise InputError(f"{path}：读不到文件（{exc.strerror or exc}）；请检查路径") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"{path}：不是 UTF-8 编码；请另存为 UTF-8 后再试") from exc
    lines = [_read_line(path, number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        raise InputError(f'{path}：没有问题；每行应为 {{"id": …, "question": …}}')
    return lines


def run_batch(assistant: Asker, lines: Sequence[BatchLine], out: TextIO, progress: TextIO) -> None:
    """Answers in order, one JSON object a line, flushed so that a stopped run keeps what it has."""
    started = reported = time.monotonic()
    for done, line in enumerate(lines, start=1):
        answer = assistant.ask(line.question, line.history, line.id)
        out.write(json.dumps(answer.to_json(), ensure_ascii=False) + "\n")
        out.flush()
        if time.monotonic() - reported > _REPORT_EVERY or done == len(lines):
            reported = time.monotonic()
            print(f"已答 {done}/{len(lines)}，用时 {reported - started:.1f} 秒", file=progress, flush=True)


def _read_line(path: Path, number: int, raw: str) -> BatchLine:
    place = f"{path} 第 {number} 行"
    try:
        row = json.loads(raw)
    except json.JSONDecodeError as exc:
        raise InputError(f"{place}：不是有效的 JSON（{exc.msg}，第 {exc.colno} 列）；请改正这一行") from exc
    except (ValueError, RecursionError) as exc:  # a number of thousands of digits, thousands of brackets
        raise InputError(f"{place}：数字太长或嵌套太深；请改正这一行") from exc
    if not isinstance(row, dict):
        raise InputError(f'{place}：应为一个 JSON 对象，如 {{"id": "1", "question": "…"}}')
    question = row.get("question")
    if not isinstance(question, str) or not question.strip():
        raise InputError(f"{place}：缺少 question，或它不是文字；请补上问题")
    identifier = row.get("id", str(number))
    if not isinstance(identifier, str | int) or isinstance(identifier, bool):
        raise InputError(f"{place}：id 应为文字或整数，现在是 {identifier!r}")
    return BatchLine(str(identifier), question, tuple(_read_turn(place, turn) for turn in _history(place, row)))


def _history(place: str, row: dict[str, Any]) -> list[Any]:
    history = row.get("history") or []
    if not isinstance(history, list):
        raise InputError(f'{place}：history 应为列表，如 [{{"q": "…", "a": "…"}}]')
    return history


def _read_turn(place: str, turn: Any) -> Turn:
    if not isinstance(turn, dict) or not isinstance(turn.get("q"), str) or not isinstance(turn.get("a"), str):
        raise InputError(f'{place}：history 的每一项应为 {{"q": "…", "a": "…"}}，两者都是文字')
    return Turn(turn["q"], turn["a"])
