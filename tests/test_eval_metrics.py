"""Every figure of `eval.metrics` against values worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from eval import metrics
from eval.records import ArticleKey, Estimate

A1, A2, A3, B1 = ArticleKey("甲", "1"), ArticleKey("甲", "2"), ArticleKey("甲", "3"), ArticleKey("乙", "1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18 人", "18人"),
        ("１８人（标准）", "18人(标准)"),
        ("第一\n\t行\u3000第二行", "第一行第二行"),
        ("", ""),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert metrics.normalise(text) == expected


@pytest.mark.parametrize(
    ("ranking", "gold", "hit_1", "hit_3", "reciprocal"),
    [
        ([A1, A2, A3], [A1], 1, 1, 1.0),
        ([A1, A2, A3], [A3], 0, 1, 1 / 3),
        ([A1, A2, A3, B1], [B1], 0, 0, 1 / 4),
        ([A1, A2, A3], [B1], 0, 0, 0.0),
        ([A2, A1], [A1, A2], 1, 1, 1.0),
        ([], [A1], 0, 0, 0.0),
    ],
)
def test_ranked_search(
    ranking: list[ArticleKey], gold: list[ArticleKey], hit_1: float, hit_3: float, reciprocal: float
) -> None:
    assert metrics.hit_at(ranking, gold, 1) == hit_1
    assert metrics.hit_at(ranking, gold, 3) == hit_3
    assert metrics.reciprocal_rank(ranking, gold) == pytest.approx(reciprocal)


@pytest.mark.parametrize(
    ("cited", "gold", "first", "precision", "recall"),
    [
        ([A1], [A1], 1, 1.0, 1.0),
        ([A1, B1], [A1], 1, 1 / 2, 1.0),
        ([B1, A1], [A1], 0, 1 / 2, 1.0),
        ([A1, A1, B1], [A1, A2], 1, 1 / 2, 1 / 2),
        ([B1], [A1], 0, 0.0, 0.0),
        ([], [A1], 0, 0.0, 0.0),
    ],
)
def test_citations(
    cited: list[ArticleKey], gold: list[ArticleKey], first: float, precision: float, recall: float
) -> None:
    assert metrics.first_citation_correct(cited, gold) == first
    assert metrics.citation_precision(cited, gold) == pytest.approx(precision)
    assert metrics.citation_recall(cited, gold) == pytest.approx(recall)


@pytest.mark.parametrize(
    ("text", "groups", "forbidden", "expected"),
    [
        ("每万人配18人。", [["18人"]], [], 1),
        ("每万人配１８ 人。", [["18人"]], [], 1),
        ("缓拨、减拨", [["缓拨"], ["减拨"]], [], 1),
        ("缓拨、减拨", [["缓拨"], ["停拨"]], [], 0),
        ("报省级", [["市级", "省级"]], [], 1),
        ("报县级以上批准", [["县级"]], ["县级 以上"], 0),
        ("任何话", [], [], 1),
    ],
)
def test_facts(text: str, groups: list[list[str]], forbidden: list[str], expected: float) -> None:
    assert metrics.facts_met(text, groups, forbidden) == expected


def test_shown_answer_drops_markers_and_adds_quotes() -> None:
    answer = {"answer": "每万人18[1]人，见[9]。", "citations": [{"marker": 1, "quote": "引文"}]}
    assert metrics.facts_met(metrics.shown_answer(answer, with_quotes=False), [["18人"], ["[9]"]]) == 1
    assert metrics.facts_met(metrics.shown_answer(answer, with_quotes=False), [["引文"]]) == 0
    assert metrics.facts_met(metrics.shown_answer(answer, with_quotes=True), [["引文"]]) == 1
    across = metrics.shown_answer({"answer": "甲乙", "citations": [{"marker": 1, "quote": "丙丁"}]}, with_quotes=True)
    assert metrics.facts_met(across, [["乙丙"]]) == 0


@pytest.mark.parametrize(
    ("change", "text", "expected"),
    [
        ({}, "按规定给予补助。", 1),
        ({"start": 0, "end": 4}, "按规定给予补助。", 0),
        ({"quote": "给予补贴"}, "按规定给予补助。", 0),
        ({}, "给予补助", 0),
        ({}, None, 0),
        ({"quote": "", "start": 0, "end": 0}, "按规定给予补助。", 0),
        ({"start": -5, "end": -1}, "按规定给予补助。", 0),
    ],
)
def test_quote_exact(change: dict[str, Any], text: str | None, expected: float) -> None:
    citation = {"quote": "给予补助", "start": 3, "end": 7} | change
    assert metrics.quote_exact(citation, text) == expected


def test_estimate_of_nothing_has_no_value() -> None:
    assert metrics.estimate([]) == Estimate(None, None, None, 0)


def test_estimate_of_equal_values_has_no_width() -> None:
    assert metrics.estimate([1.0, 1.0, 1.0]) == Estimate(1.0, 1.0, 1.0, 3)


def test_interval_of_a_share_is_the_textbook_one() -> None:
    """400 values, half of them 1: standard error 0.5 / 20 = 0.025, so the interval is 0.5 ± 1.96 · 0.025."""
    figure = metrics.estimate([0.0, 1.0] * 200)
    assert (figure.value, figure.n) == (0.5, 400)
    assert figure.low == pytest.approx(0.451, abs=0.005)
    assert figure.high == pytest.approx(0.549, abs=0.005)


def test_estimate_is_repeatable() -> None:
    values = list(np.linspace(0, 1, 57))
    assert metrics.estimate(values) == metrics.estimate(values)


def test_blocks_do_not_end_the_resampling_early(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = metrics.estimate([0.0, 1.0] * 200)
    monkeypatch.setattr(metrics, "_BLOCK_VALUES", 400 * 7)
    assert metrics.estimate([0.0, 1.0] * 200) == whole


def test_percentiles_of_latency() -> None:
    milliseconds = [float(value) for value in range(1, 102)]
    assert metrics.estimate(milliseconds, "p50").value == 51
    assert metrics.estimate(milliseconds, "p95").value == 96
