"""The ablation table on a small library: the rows, and that questions people ask are worth something."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval import ablation
from eval.__main__ import main
from eval.records import ArticleKey, Question
from index import retriever
from index.embedding import load_encoder
from tests.small_library import RULES, small_library

QUESTIONS = [
    Question("1", "fact", "书能转借吗", True, (ArticleKey(RULES, "4"),)),
    Question("2", "fact", "铁公鸡能不能拔毛", True, (ArticleKey(RULES, "4"),)),
    Question("3", "fact", "没有答案", False),
]


def test_without_questions_people_ask_the_plain_search_is_taken_apart() -> None:
    rows = list(ablation.ablate(small_library(), QUESTIONS, load_encoder()))
    assert [row.name for row in rows][:2] == ["BM25，词和相邻两字", "BM25，加单字"] and len(rows) == 6
    assert all(row.first.n == 2 for row in rows)
    assert (rows[0].first.value or 0) <= (rows[0].first_three.value or 0)


def test_a_question_that_shares_no_word_with_its_article_is_found_by_what_people_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = {(RULES, "4"): ("铁公鸡拔得拔不得", "拔毛行不行"), (RULES, "1"): ("图个啥", "干啥用的")}
    monkeypatch.setattr(ablation, "read_bundled", lambda: asked)
    monkeypatch.setattr(ablation, "QUESTIONS", (1,))
    monkeypatch.setattr(retriever, "RECOGNISED_FROM", 2)
    rows = {row.name: row for row in ablation.ablate(small_library(), QUESTIONS, load_encoder())}
    assert rows["每条加全部常见问法"].first.value == 1.0 > (rows["BM25，词和相邻两字"].first.value or 0)
    assert "只用朴素贝叶斯" in rows and "| 每条加 1 个常见问法 |" in ablation.table(list(rows.values()))


def test_the_command_writes_figures_and_table(tmp_path: Path) -> None:
    (tmp_path / "规定.txt").write_text("某馆规定\n第一条 读者应当爱护图书。\n第二条 图书不得转借。\n", encoding="utf-8")
    line = {"id": "1", "kind": "fact", "question": "能转借不", "answerable": True, "must_include": []}
    line["articles"] = [{"document": "某馆规定", "article": "2"}]
    (tmp_path / "q.jsonl").write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    arguments = ["--questions", str(tmp_path / "q.jsonl"), "--documents", str(tmp_path / "规定.txt")]
    main(["ablation", *arguments, "--out", str(tmp_path / "out")])
    scores = json.loads((tmp_path / "out" / "scores.json").read_text(encoding="utf-8"))
    assert scores["rows"][-1]["first"]["value"] == 1.0
    assert "BM25" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
