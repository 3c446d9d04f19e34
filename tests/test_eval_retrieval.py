"""`eval retrieval`: figures against values worked out by hand, and the whole way on a corpus of four articles."""

from __future__ import annotations

import gzip
import json
from math import log2
from pathlib import Path
from typing import Any

import pytest

from eval import retrieval
from eval.__main__ import main
from eval.records import Query
from eval.retrieval import METRICS, score, score_queries

DOCUMENTS = [
    {"id": 1, "name": "水法第一条", "content": "河流上游地区应当保护水源。"},
    {"id": 2, "name": "水法第二条", "content": "取水应当缴纳水资源费。"},
    {"id": 3, "name": "森林法第一条", "content": "植树造林，保护森林。"},
    {"id": 4, "name": "森林法第二条", "content": ""},
]
QUERIES = [
    {"id": "q1", "question": "植树造林", "gold": [3]},
    {"id": "q2", "question": "取水缴纳什么费", "gold": ["2", 4]},
]


def write_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "corpus.jsonl.gz", DOCUMENTS)


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "queries.jsonl", QUERIES)


def test_scores_are_the_hand_worked_ones() -> None:
    """Three queries: both gold found at ranks 2 and 7; the gold at rank 11; nothing found."""
    asked = [Query("a", "", ("g1", "g2")), Query("b", "", ("g3",)), Query("c", "", ("g4",))]
    others = [f"x{i}" for i in range(20)]
    run = {
        "a": [others[0], "g1", *others[1:5], "g2", *others[5:]],
        "b": [*others[:10], "g3", *others[10:]],
    }
    ndcg_a = (1 / log2(3) + 1 / log2(8)) / (1 / log2(2) + 1 / log2(3))
    expected = {
        "R@5": [1 / 2, 0, 0],
        "R@10": [1, 0, 0],
        "R@100": [1, 1, 0],
        "MRR@10": [1 / 2, 0, 0],
        "nDCG@10": [ndcg_a, 0, 0],
    }
    found = score_queries(asked, run)
    assert set(found) == set(METRICS)
    for name, values in expected.items():
        assert found[name] == pytest.approx(values), name
    assert score(asked, run)["R@5"].value == pytest.approx(1 / 6, abs=1e-6)
    assert score(asked, run)["R@5"].n == 3


def test_order_is_kept_among_many_results() -> None:
    """The returned order decides, not the ids, by which the libraries underneath sort equal scores."""
    for ids in (["a", "b", "c"], ["c", "b", "a"]):
        assert score_queries([Query("q", "", (ids[1],))], {"q": ids})["MRR@10"] == [0.5]


def test_nothing_found_at_all_scores_zero() -> None:
    assert score_queries([Query("q", "", ("a",))], {}) == {name: [0.0] for name in METRICS}


def test_command_scores_a_small_corpus(corpus: Path, queries: Path, tmp_path: Path) -> None:
    """BM25 finds q1's article first; of q2's two it finds one first, and the empty one not: R 1/2, nDCG 1/1.631."""
    out = tmp_path / "out"
    given = ["retrieval", "--corpus", str(corpus), "--queries", str(queries), "--out", str(out), "--method", "bm25"]
    assert main(given) == 0
    scores = json.loads((out / "scores.json").read_text(encoding="utf-8"))
    for name in ("R@5", "R@10", "R@100"):
        assert scores[name]["value"] == pytest.approx(0.75)
    assert scores["MRR@10"]["value"] == pytest.approx(1)
    assert scores["nDCG@10"]["value"] == pytest.approx((1 + 1 / (1 + 1 / log2(3))) / 2, abs=1e-6)
    assert (scores["articles"], scores["queries"], scores["gold_not_in_corpus"]) == (4, 2, 0)
    assert scores["query_ms_p50"]["n"] == 2 and 0 < scores["query_ms_p50"]["value"] <= scores["query_ms_p95"]["value"]
    assert scores["index_seconds"] > 0 and scores["index_bytes"] > 0
    assert (scores["method"], scores["embedding"]) == ("bm25", "none")
    assert "| nDCG@10 |" in (out / "report.md").read_text(encoding="utf-8")


def test_limit_takes_the_first_queries(corpus: Path, queries: Path, tmp_path: Path) -> None:
    given = ["retrieval", "--corpus", str(corpus), "--queries", str(queries), "--method", "bm25", "--limit", "1"]
    assert main([*given, "--out", str(tmp_path / "out")]) == 0
    assert json.loads((tmp_path / "out" / "scores.json").read_text(encoding="utf-8"))["R@5"]["n"] == 1


def test_unknown_gold_lowers_recall_and_is_reported(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queries = write_lines(tmp_path / "q.jsonl", [{"id": 1, "question": "植树造林", "gold": [3, 99]}])
    given = ["retrieval", "--corpus", str(corpus), "--queries", str(queries), "--method", "bm25"]
    assert main([*given, "--out", str(tmp_path / "out")]) == 0
    scores = json.loads((tmp_path / "out" / "scores.json").read_text(encoding="utf-8"))
    assert (scores["gold_not_in_corpus"], scores["R@100"]["value"]) == (1, 0.5)
    assert "99" in capsys.readouterr().err


def test_queries_of_another_corpus_are_refused(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queries = write_lines(tmp_path / "q.jsonl", [{"id": 1, "question": "植树造林", "gold": ["law-3"]}])
    given = ["retrieval", "--corpus", str(corpus), "--queries", str(queries), "--out", str(tmp_path / "out")]
    assert main(given) == 2
    assert "law-3" in capsys.readouterr().err


def test_unknown_embedding_is_one_line_and_exit_code_two(
    corpus: Path, queries: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "config.json").write_text('{"format": "policyqa-static-1"}', encoding="utf-8")
    given = ["retrieval", "--corpus", str(corpus), "--queries", str(queries), "--out", str(tmp_path / "out")]
    assert main([*given, "--method", "dense", "--embedding", str(folder)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and str(folder) in error


def test_missing_library_is_said_before_indexing(
    corpus: Path, queries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(retrieval, "find_spec", lambda name: None)
    monkeypatch.setattr(retrieval, "measure", lambda *_: pytest.fail("indexed all the same"))
    given = ["retrieval", "--corpus", str(corpus), "--queries", str(queries), "--out", str(tmp_path / "out")]
    assert main(given) == 1
    assert "ir-measures" in capsys.readouterr().err
