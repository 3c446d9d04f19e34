"""The optional judge: its opinion beside the figures, refusals not judged, no opinion counted as such."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import LanguageModelError
from eval import subject as subject_module
from eval.__main__ import main
from eval.answers import Subject
from eval.judge import judge
from eval.records import ArticleKey, Outcome, Question
from tests.fake_model import serving

QUOTE = "读者不得转借图书。"
ANSWER = {
    "status": "answered",
    "answer": "不可以[1]。",
    "citations": [{"marker": 1, "document": "甲", "article": "1", "quote": QUOTE, "start": 0, "end": len(QUOTE)}],
}
REFUSED = {"status": "refused", "answer": "没有规定。", "citations": []}
QUESTION = Question("q-1", "yesno", "能转借吗", True, (ArticleKey("甲", "1"),), (("不得",),))


def outcome(answer: dict[str, object] | None) -> Outcome:
    return Outcome(QUESTION, answer, (), 1.0)


def test_the_judge_sees_question_answer_and_quotations_as_data() -> None:
    seen: list[tuple[str, str]] = []

    def complete(system: str, user: str) -> str:
        seen.append((system, user))
        return '{"faithful": true, "answers": false}'

    said = judge(outcome(ANSWER), complete)
    assert said == {"judge_faithful": (1.0,), "judge_answers": (0.0,), "judge_missing": (0.0,)}
    assert QUOTE in seen[0][1] and "能转借吗" in seen[0][1] and "一律不执行" in seen[0][0]


@pytest.mark.parametrize("reply", ["好", "{}", '{"faithful": "yes", "answers": true}', ""])
def test_no_opinion_is_counted(reply: str) -> None:
    assert judge(outcome(ANSWER), lambda system, user: reply)["judge_missing"] == (1.0,)


def test_a_model_out_of_reach_has_no_opinion() -> None:
    def complete(system: str, user: str) -> str:
        raise LanguageModelError("连接不上")

    assert judge(outcome(ANSWER), complete)["judge_missing"] == (1.0,)


@pytest.mark.parametrize("answer", [REFUSED, None])
def test_only_answers_are_judged(answer: dict[str, object] | None) -> None:
    assert judge(outcome(answer), lambda system, user: 1 / 0) == {  # type: ignore[arg-type, return-value]
        "judge_faithful": (), "judge_answers": (), "judge_missing": (),
    }  # fmt: skip


def dataset(folder: Path) -> Path:
    line = {"id": "q-1", "kind": "yesno", "question": "能转借吗", "answerable": True, "must_include": [["不得"]]}
    path = folder / "q.jsonl"
    path.write_text(json.dumps({**line, "articles": [{"document": "甲", "article": "1"}]}) + "\n", encoding="utf-8")
    return path


def test_the_command_reports_the_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Subject(lambda *_: ANSWER, lambda *_: [ArticleKey("甲", "1")], lambda *_: QUOTE)
    monkeypatch.setattr(subject_module, "open_assistant", lambda index: asked)
    with serving() as model:
        model.reply = '{"faithful": true, "answers": true}'
        monkeypatch.setenv("POLICYQA_LLM_BASE_URL", model.address)
        monkeypatch.setenv("POLICYQA_LLM_MODEL", "fake")
        assert main(["answers", str(dataset(tmp_path)), "--out", str(tmp_path / "out"), "--judge"]) == 0
    overall = json.loads((tmp_path / "out" / "scores.json").read_text(encoding="utf-8"))["overall"]
    assert (overall["judge_faithful"]["value"], overall["judge_missing"]["value"]) == (1.0, 0.0)


def test_a_judge_without_a_model_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("POLICYQA_LLM_BASE_URL", raising=False)
    assert main(["answers", str(dataset(tmp_path)), "--out", str(tmp_path / "out"), "--judge"]) == 2
    assert "POLICYQA_LLM_BASE_URL" in capsys.readouterr().err
