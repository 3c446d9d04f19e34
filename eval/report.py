"""Writes what an evaluation found: `scores.json` for programs, `report.md` for people, both with command and commit."""

from __future__ import annotations

import hashlib
import json
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.errors import DatasetError
from eval.metrics import BOOTSTRAP_SAMPLES, BOOTSTRAP_SEED
from eval.records import ArticleKey, Estimate, Outcome, Question, Values

Figures = Mapping[str, Estimate]

_SHOWN_ANSWER = 160
"""Characters of an answer in the list of failures; the whole of it stands in answers.jsonl."""

_SHOWN_RANKING = 10
WORST = 20

_METRIC_NOTES = {
    "hit@1": "检索第一条就是依据（拒答计 0）",
    "hit@3": "检索前三条里有依据（拒答计 0）",
    "mrr": "第一条依据名次的倒数（拒答计 0）",
    "first_citation_correct": "第一条引用正确",
    "citation_precision": "引用的条里正确的比例",
    "citation_recall": "应引的条里引到的比例",
    "facts": "答案和引文里要点齐全、无禁用说法",
    "facts_in_answer": "只看答案正文的 facts",
    "refusal_recall": "不可回答的问题被拒答",
    "false_refusal": "可回答的问题被拒答（越低越好）",
    "polarity_right": "是非题开头的是/否正确",
    "polarity_wrong": "是非题开头的是/否相反（越低越好）",
    "answer_chars_p50": "回答字数中位数",
    "judge_faithful": "评判模型认为回答都出自引文",
    "judge_answers": "评判模型认为答到了问题",
    "judge_missing": "评判模型没有给出意见",
    "quote_exact": "引文与原文逐字一致、位置正确（拒答计 0）",
    "search_hit@1": "同 hit@1，不计拒答",
    "search_hit@3": "同 hit@3，不计拒答",
    "search_mrr": "同 mrr，不计拒答",
    "quote_exact_shown": "只看给出的引文",
    "missing_answers": "没有给出合格答案（越低越好）",
    "R@5": "前 5 条里找到的依据比例",
    "R@10": "前 10 条里找到的依据比例",
    "R@100": "前 100 条里找到的依据比例",
    "MRR@10": "第一条依据名次的倒数，10 名以外计 0",
    "nDCG@10": "前 10 名的排序质量",
    "query_ms_p50": "检索用时中位数，毫秒",
    "query_ms_p95": "检索用时 95 分位，毫秒",
    "latency_ms_p50": "回答用时中位数，毫秒",
    "latency_ms_p95": "回答用时 95 分位，毫秒",
}


def prepare_folder(folder: Path) -> None:
    """Makes the folder and removes old scores. Raises `DatasetError` where it cannot, before anything is asked."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "scores.json").unlink(missing_ok=True)
    except OSError as exc:
        raise DatasetError(f"{folder}：不能写入（{exc.strerror}），请用 --out 换一个文件夹。") from exc


def provenance(arguments: Sequence[str], inputs: Sequence[Path]) -> dict[str, Any]:
    """Command, commit and the inputs' checksums: what somebody needs to get the same figures again."""
    return {
        "command": shlex.join(["python", "-m", "eval", *arguments]),
        "commit": _commit(),
        "inputs": {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in inputs},
        "bootstrap": {"samples": BOOTSTRAP_SAMPLES, "seed": BOOTSTRAP_SEED, "interval": 0.95},
    }


def figures_json(figures: Figures) -> dict[str, dict[str, float | int | None]]:
    """`{"hit@1": {"value", "low", "high", "n"}, …}`; a value is null where no question counts."""
    return {name: asdict(figure) for name, figure in figures.items()}


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def answer_line(outcome: Outcome, values: Values) -> str:
    """One line of answers.jsonl: question and gold, answer, the first of the ranking, and what each metric got."""
    content = {
        **_question_json(outcome.question),
        "response": outcome.answer,
        "error": outcome.error,
        "ranking": [key._asdict() for key in outcome.ranking[:_SHOWN_RANKING]],
        "latency_ms": round(outcome.milliseconds, 3),
        "scores": {name: value for name, value in values.items() if value},
    }
    return json.dumps(content, ensure_ascii=False) + "\n"


def figures_table(figures: Figures) -> str:
    """A Markdown table of figures with their intervals."""
    rows = ["| 指标 | 值 | 95% 区间 | 个数 | 说明 |", "|---|---|---|---|---|"]
    for name, figure in figures.items():
        rows.append(
            f"| {name} | {_number(figure.value)} | {_number(figure.low)}–{_number(figure.high)} | {figure.n} "
            f"| {_METRIC_NOTES.get(name, '')} |"
        )
    return "\n".join(rows)


def answers_report(
    origin: Mapping[str, Any], overall: Figures, by_kind: Mapping[str, Figures], failures: Sequence[str]
) -> str:
    """The whole of report.md for `eval answers`."""
    shown = ("hit@1", "first_citation_correct", "facts", "false_refusal", "refusal_recall", "quote_exact_shown")
    kinds = [f"| 类别 | 题数 | {' | '.join(shown)} |", "|---" * (len(shown) + 2) + "|"]
    for kind, figures in by_kind.items():
        cells = " | ".join(_number(figures[name].value) for name in shown)
        kinds.append(f"| {kind} | {figures['missing_answers'].n} | {cells} |")
    listed = "\n".join(failures) or "没有。"
    return "\n\n".join(
        [
            "# 问答评测",
            _origin_text(origin),
            "## 总体",
            figures_table(overall),
            "## 按类别",
            "\n".join(kinds),
            f"## 没有答好的题（{len(failures)}，最差的{WORST}题在前）",
            listed,
            "完整的问题、依据与回答见 answers.jsonl。\n",
        ]
    )


def retrieval_report(origin: Mapping[str, Any], figures: Figures, costs: Mapping[str, Any]) -> str:
    """The whole of report.md for `eval retrieval`."""
    rows = ["| 项目 | 值 |", "|---|---|", *(f"| {name} | {value} |" for name, value in costs.items())]
    parts = ["# 检索评测", _origin_text(origin), "## 分数", figures_table(figures), "## 开销", "\n".join(rows) + "\n"]
    return "\n\n".join(parts)


def worst_first(outcomes: Sequence[Outcome], values: Sequence[Values]) -> list[str]:
    """The bullets of all questions that went wrong: the `WORST` most harmful ones, then the others as they were asked.

    Harm: words that are not in the text, an opposite yes or no, an answer where none is, a wrong clause, a refusal where
    there is an answer, missing facts.
    """
    failed = [(i, text) for i, outcome in enumerate(outcomes) if (text := describe_failure(outcome, values[i]))]
    worst = sorted(failed, key=lambda each: -_harm(outcomes[each[0]], values[each[0]]))[:WORST]
    return [text for _, text in [*worst, *(each for each in failed if each not in worst)]]


def _harm(outcome: Outcome, values: Values) -> int:
    reasons = _reasons(outcome, values)
    return max(len(_BY_HARM) - _BY_HARM.index(reason) for reason in reasons)


def describe_failure(outcome: Outcome, values: Values) -> str | None:
    """One bullet of the report for a question that went wrong, or None."""
    question = outcome.question
    reasons = _reasons(outcome, values)
    if not reasons:
        return None
    answer = outcome.answer or {"answer": outcome.error, "citations": ()}
    cited = "、".join(f"{c['document']} {c['article']}" for c in answer["citations"]) or "无"
    text = " ".join(str(answer["answer"]).split())
    shown = text if len(text) <= _SHOWN_ANSWER else text[:_SHOWN_ANSWER] + "…"
    gold = "、".join(f"{key.document} {key.article}" for key in question.articles) or "应拒答"
    return (
        f"- **{question.id}**（{question.kind}）{question.question}\n  - 问题所在：{'；'.join(reasons)}\n"
        f"  - 依据：{gold}\n  - 引用：{cited}\n  - 回答：{shown}"
    )


_NO_ANSWER, _NOT_LITERAL, _NOT_REFUSED = "没有合格的回答", "引文与原文不符", "应拒答而作答"
_REFUSED, _OPPOSITE, _WRONG_CLAUSE, _INCOMPLETE = "可回答而拒答", "是/否说反", "第一条引用不对", "要点不全或有禁用说法"
_BY_HARM = (_NO_ANSWER, _NOT_LITERAL, _OPPOSITE, _NOT_REFUSED, _WRONG_CLAUSE, _REFUSED, _INCOMPLETE)


def _reasons(outcome: Outcome, values: Values) -> list[str]:
    if outcome.answer is None:
        return [_NO_ANSWER]
    if 0.0 in values["quote_exact_shown"]:
        return [_NOT_LITERAL]
    if not outcome.question.answerable:
        return [] if values["refusal_recall"] == (1.0,) else [_NOT_REFUSED]
    if values["false_refusal"] == (1.0,):
        return [_REFUSED]
    opposite = [_OPPOSITE] if values["polarity_wrong"] == (1.0,) else []
    wrong = {"first_citation_correct": _WRONG_CLAUSE, "facts": _INCOMPLETE}
    return opposite + [reason for name, reason in wrong.items() if values[name] == (0.0,)]


def _question_json(question: Question) -> dict[str, Any]:
    content = asdict(question)
    content["articles"] = [ArticleKey(*key)._asdict() for key in question.articles]
    content["history"] = [{"q": turn.question, "a": turn.answer} for turn in question.history]
    return content


def _number(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def _origin_text(origin: Mapping[str, Any]) -> str:
    return f"命令：`{origin['command']}`\n\n提交：{origin['commit'] or '不在 git 仓库中'}"


def _commit() -> str:
    """The commit that was measured, with `+` where the working tree differs from it; empty outside a repository."""
    described = ["git", "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=+"]
    try:
        found = subprocess.run(
            described, cwd=Path(__file__).parent, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.stdout.strip()
