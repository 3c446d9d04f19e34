"""`eval answers` on a subject of four articles whose every figure can be worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval import metrics
from eval import subject as subject_module
from eval.__main__ import ask_and_record, main
from eval.answers import METRICS, Subject, ask_all, form_error, score, summarise, summarise_by_kind
from eval.records import ArticleKey, Outcome, PastTurn, Question, Values
from eval.report import worst_first
from index.errors import IndexUnusableError, PolicyQAError

TEXTS = {
    ArticleKey("甲", "1"): "每万人配备18人。",
    ArticleKey("甲", "2"): "定期组织体检。",
    ArticleKey("甲", "3"): "不得借调。",
    ArticleKey("乙", "1"): "自6月1日起施行。",
}
A1, A2, A3, B1 = TEXTS


def citation(key: ArticleKey, marker: int = 1, quote: str = "") -> dict[str, Any]:
    """A literal quotation of the whole article, unless another quote is given."""
    text = quote or TEXTS[key]
    place = {"document": key.document, "article": key.article, "label": f"第{key.article}条"}
    return {"marker": marker, **place, "quote": text, "start": 0, "end": len(text)}


def answered(text: str, *citations: dict[str, Any]) -> dict[str, Any]:
    return {"status": "answered", "answer": text, "citations": list(citations)}


REFUSED = {"status": "refused", "answer": "文件没有规定。", "citations": []}

RIGHT = Question("right", "fact", "几个人", True, (A1,), (("18人",),))
WRONG_ARTICLE = Question("wrong", "fact", "体检", True, (A2, B1), (("体检",),), ("借调",), polarity="cond_yes")
FALSELY_REFUSED = Question("refused", "who", "借调", True, (A3,), (("不得",),), polarity="no")
MISSING = Question("missing", "who", "哪天", True, (B1,), (("6月1日",),))
REFUSED_RIGHTLY = Question("open", "unanswerable", "多少钱", False)
ANSWERED_WRONGLY = Question("weather", "outofscope", "天气", False)
MISSING_REFUSAL = Question("silent", "outofscope", "笑话", False)
QUESTIONS = [
    RIGHT,
    WRONG_ARTICLE,
    FALSELY_REFUSED,
    MISSING,
    REFUSED_RIGHTLY,
    ANSWERED_WRONGLY,
    MISSING_REFUSAL,
]

ANSWERS = {
    "right": answered("要点见引文[1]。", citation(A1)),
    "wrong": answered("不得借调[1]，[2]要体检。", citation(A3), citation(A2, 2, "定期组织检查。")),
    "refused": REFUSED,
    "missing": None,
    "open": REFUSED,
    "weather": answered("晴[1]。", citation(A2)),
}
RANKINGS = {"几个人": [A1, A2], "体检": [A1, A3, A2], "借调": [A3], "哪天": [A1, B1]}


def fake_ask(question: str, history: Sequence[PastTurn], question_id: str) -> dict[str, Any] | None:
    if question_id == "silent":
        raise PolicyQAError("这一题答不了")
    return ANSWERS[question_id]


def fake_search(question: str, history: Sequence[PastTurn], k: int) -> list[ArticleKey]:
    return RANKINGS[question][:k]


SUBJECT = Subject(fake_ask, fake_search, lambda document, article: TEXTS.get(ArticleKey(document, article)))


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return list(ask_all(QUESTIONS, SUBJECT))


@pytest.fixture(scope="module")
def values(outcomes: list[Outcome]) -> list[Values]:
    return [score(outcome, SUBJECT.article_text) for outcome in outcomes]


EXPECTED = {
    # right: rank 1. wrong: rank 3. refused: found at rank 1 but refused, so 0. missing: rank 2 but no answer, so 0.
    "hit@1": (1 / 4, 4),
    "hit@3": (2 / 4, 4),
    "mrr": ((1 + 1 / 3) / 4, 4),
    "search_hit@1": (2 / 4, 4),
    "search_hit@3": (4 / 4, 4),
    "search_mrr": ((1 + 1 / 3 + 1 + 1 / 2) / 4, 4),
    "first_citation_correct": (1 / 4, 4),
    # wrong cites 甲3 and 甲2 where 甲2 and 乙1 are right: precision 1/2, recall 1/2.
    "citation_precision": ((1 + 1 / 2) / 4, 4),
    "citation_recall": ((1 + 1 / 2) / 4, 4),
    # right says 18人 in its quotation only; wrong says the forbidden 借调.
    "facts": (1 / 4, 4),
    "facts_in_answer": (0 / 4, 4),
    # A missing answer is no refusal of an unanswerable question, and a false one of an answerable question.
    "refusal_recall": (1 / 3, 3),
    "false_refusal": (2 / 4, 4),
    # Quotations: right 1 literal; wrong 1 literal, 1 not; weather 1 literal; a zero each for refused and missing.
    "quote_exact": (3 / 6, 6),
    "quote_exact_shown": (3 / 4, 4),
    "missing_answers": (2 / 7, 7),
    # wrong begins with 不, where yes is right; a refusal states neither.
    "polarity_right": (0 / 2, 2),
    "polarity_wrong": (1 / 2, 2),
}


def test_every_metric_is_worked_out_here() -> None:
    assert set(EXPECTED) == set(METRICS)


@pytest.mark.parametrize("name", EXPECTED)
def test_overall_figures(name: str, outcomes: list[Outcome], values: list[Values]) -> None:
    figure = summarise(outcomes, values)[name]
    value, n = EXPECTED[name]
    assert figure.value == pytest.approx(value, abs=1e-6)
    assert figure.n == n


def test_figures_by_kind(outcomes: list[Outcome], values: list[Values]) -> None:
    by_kind = summarise_by_kind(outcomes, values)
    assert list(by_kind) == ["fact", "outofscope", "unanswerable", "who"]
    assert by_kind["fact"]["hit@1"].value == 0.5
    assert by_kind["who"]["false_refusal"].value == 1
    assert by_kind["outofscope"]["refusal_recall"].value == 0
    assert by_kind["outofscope"]["hit@1"].n == 0


def test_latency_is_measured_for_every_question(outcomes: list[Outcome], values: list[Values]) -> None:
    figures = summarise(outcomes, values)
    assert figures["latency_ms_p50"].n == len(QUESTIONS)
    assert 0 <= (figures["latency_ms_p50"].value or 0) <= (figures["latency_ms_p95"].value or 0)


def test_history_reaches_the_subject() -> None:
    asked: list[tuple[str, Sequence[PastTurn]]] = []
    turn = PastTurn("先问", "先答")

    def ask(question: str, history: Sequence[PastTurn], question_id: str) -> dict[str, Any]:
        asked.append((question_id, history))
        return REFUSED

    def search(question: str, history: Sequence[PastTurn], k: int) -> list[ArticleKey]:
        asked.append((question, history))
        return []

    followup = Question("f", "followup", "那呢", True, (A1,), (("18人",),), history=(turn,))
    list(ask_all([followup], Subject(ask, search, lambda document, article: None)))
    assert asked == [("f", (turn,)), ("那呢", (turn,))]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (answered("对[1]", citation(A1)), ""),
        (REFUSED, ""),
        (None, "no answer"),
        ({"status": "unsure", "answer": "", "citations": []}, "status"),
        ({"status": "answered", "answer": "对"}, "citations"),
        (answered("对[1]", citation(A1) | {"start": "0"}), "start"),
        (answered("对[1]", {}), "marker"),
        (REFUSED | {"citations": [citation(A1)]}, "refusal"),
    ],
)
def test_answers_that_break_the_contract(answer: Any, error: str) -> None:
    found = form_error(answer)
    assert error in found and bool(error) == bool(found)


def test_an_answer_in_a_broken_form_counts_as_missing() -> None:
    subject = Subject(lambda *_: {"status": "answered"}, fake_search, SUBJECT.article_text)
    (outcome,) = ask_all([RIGHT], subject)
    assert outcome.answer is None and outcome.error
    assert score(outcome, subject.article_text)["facts"] == (0.0,)


def test_each_answer_is_written_with_its_question_and_scores(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    ask_and_record(QUESTIONS, SUBJECT, path)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == [question.id for question in QUESTIONS]
    assert lines[1]["articles"] == [{"document": "甲", "article": "2"}, {"document": "乙", "article": "1"}]
    assert lines[1]["response"] == ANSWERS["wrong"]
    assert lines[1]["scores"]["quote_exact_shown"] == [1.0, 0.0]
    assert lines[3]["response"] is None and lines[6]["error"] == "PolicyQAError: 这一题答不了"


def write_dataset(path: Path, questions: Sequence[Question]) -> Path:
    rows = [
        {
            "id": question.id,
            "kind": question.kind,
            "question": question.question,
            "answerable": question.answerable,
            "articles": [key._asdict() for key in question.articles],
            "must_include": question.must_include,
            "must_not_include": question.must_not_include,
        }
        for question in questions
    ]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_command_writes_scores_and_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(subject_module, "open_assistant", lambda index: SUBJECT)
    dataset = write_dataset(tmp_path / "questions.jsonl", QUESTIONS)
    assert main(["answers", str(dataset), "--out", str(tmp_path / "out")]) == 0
    scores = json.loads((tmp_path / "out" / "scores.json").read_text(encoding="utf-8"))
    assert (scores["questions"], scores["answerable"]) == (7, 4)
    assert scores["overall"]["hit@1"]["value"] == 0.25
    assert scores["overall"]["hit@1"]["low"] <= 0.25 <= scores["overall"]["hit@1"]["high"]
    assert scores["by_kind"]["unanswerable"]["hit@1"] == {"value": None, "low": None, "high": None, "n": 0}
    assert scores["command"].startswith("python -m eval answers ")
    report = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert "没有答好的题（5，最差的20题在前）" in report and "**right**" not in report
    for reason in ("引文与原文不符", "可回答而拒答", "应拒答而作答", "没有合格的回答"):
        assert reason in report
    assert "| hit@1 | 0.250 |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "polarity", "right", "wrong"),
    [
        ("可以。《甲》第1条规定…", "yes", 1, 0),
        ("可以，但有条件。", "cond_yes", 1, 0),
        ("一般不可以，但有例外。", "cond_no", 1, 0),
        ("不是，是18人。", "yes", 0, 1),
        ("文件没有规定罚款。", "no", 1, 0),
        ("没有硬性要求，文件是鼓励、支持的态度。", "no", 1, 0),
        ("不行，这是规定要做的。", "yes", 1, 0),
        ("不行，县里不得借人。", "no", 1, 0),
        ("《甲》第1条规定：“可以…”", "yes", 0, 0),
        ("", "no", 0, 0),
        ("有关部门应当公开。", "no", 0, 0),
        ("能源企业应当缴费。", "no", 0, 0),
        ("不断完善机制。", "yes", 0, 0),
        ("会同财政部门制定。", "no", 0, 0),
        ("不可以。", "no", 1, 0),
        ("不是，是18人。", "no", 1, 0),
        ("符合规定情形的，需要。", "cond_yes", 1, 0),
        ("有这个方向，文件是探索、鼓励，不是硬性要求。", "yes", 1, 0),
    ],
)
def test_yes_and_no_are_read_where_an_answer_begins(answer: str, polarity: str, right: int, wrong: int) -> None:
    assert (metrics.polarity_right(answer, polarity), metrics.polarity_wrong(answer, polarity)) == (right, wrong)


def test_the_most_harmful_come_first(outcomes: list[Outcome], values: list[Values]) -> None:
    listed = [text.split("**")[1] for text in worst_first(outcomes, values)]
    assert listed[:2] == ["missing", "silent"] and listed.index("weather") < listed.index("refused")


def test_limit_takes_the_first_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject_module, "open_assistant", lambda index: SUBJECT)
    dataset = write_dataset(tmp_path / "questions.jsonl", QUESTIONS)
    assert main(["answers", str(dataset), "--out", str(tmp_path / "out"), "--limit", "2"]) == 0
    assert len((tmp_path / "out" / "answers.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_bad_dataset_is_one_line_and_nothing_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(subject_module, "open_assistant", lambda index: pytest.fail("asked all the same"))
    dataset = tmp_path / "questions.jsonl"
    dataset.write_text('{"id": "a"}\n', encoding="utf-8")
    assert main(["answers", str(dataset), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "第 1 行，字段 answerable" in error


def test_output_folder_that_is_a_file_is_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(subject_module, "open_assistant", lambda index: SUBJECT)
    dataset = write_dataset(tmp_path / "questions.jsonl", QUESTIONS)
    assert main(["answers", str(dataset), "--out", str(dataset)]) == 2
    assert "不能写入" in capsys.readouterr().err


@pytest.mark.parametrize(("error", "code"), [(IndexUnusableError("没有索引"), 2), (PolicyQAError("坏了"), 1)])
def test_exit_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: PolicyQAError, code: int) -> None:
    def fail(index: Path | None) -> Subject:
        raise error

    monkeypatch.setattr(subject_module, "open_assistant", fail)
    dataset = write_dataset(tmp_path / "questions.jsonl", QUESTIONS)
    assert main(["answers", str(dataset), "--out", str(tmp_path / "out")]) == code


@pytest.mark.parametrize("arguments", [[], ["answers"], ["answers", "q.jsonl", "--out", "o", "--limit", "0"]])
def test_bad_usage_exits_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
