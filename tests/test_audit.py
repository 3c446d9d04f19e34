"""The audit: what it says of texts with planted faults, and its figures over the development material."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from index.__main__ import main
from index.audit import Totals, audit_text, read_documents
from index.corpus import mask_text
from index.errors import InputError
from tests.page_samples import RULE, page, rules


@pytest.mark.parametrize(
    ("lines", "finding"),
    [
        (rules(1, 9), ""),
        ([*rules(1, 3), *rules(5, 8)], "缺号：4"),
        ([*rules(1, 2), "第三条 " + RULE * 150, *rules(4, 5)], "过长"),
        (["1.问：甲？", "答：乙。", "1.问：丙？", "答：丁。"], "重号"),
        (["一、总体要求", "坚持节约。", "二、任务", f"1.甲。{RULE}", "三、保障", f"2.乙。{RULE}"], ""),
    ],
)
def test_findings(lines: list[str], finding: str) -> None:
    report = audit_text("甲", page("某市条例", *lines))
    assert (finding in " ".join(report.findings)) if finding else report.findings == ()


def test_totals_count_laws_in_order_and_numbered_lines() -> None:
    totals = Totals()
    for lines in (
        rules(1, 3),
        [*rules(1, 3), *rules(5, 8)],
        ["一、甲", f"（一）乙。{RULE}", f"（二）丙。{RULE}", "二、丁", "戊。"],
    ):
        totals.add(audit_text("甲", page("某市条例", *lines)))
    assert (totals.documents, totals.laws, totals.laws_in_order, totals.numbered_lines, totals.numbered_found) == (
        3,
        2,
        1,
        4,
        4,
    )


def test_the_command_prints_the_figures_and_refuses_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "法规.jsonl.gz"
    with gzip.open(table, "wt", encoding="utf-8") as file:
        for lines in (rules(1, 3), [*rules(1, 2), *rules(4, 6)]):
            file.write(json.dumps({"title": "甲条例", "text": page(*lines)}, ensure_ascii=False) + "\n")
    assert main(["audit", str(table)]) == 0
    out = capsys.readouterr().out
    assert "缺号：3" in out and "2 份" in out and "50.00%" in out
    assert main(["audit", str(tmp_path / "无.txt"), str(table)]) == 2
    captured = capsys.readouterr()
    assert "无.txt" in captured.err and captured.err.count("\n") == 1 and "缺号：3" in captured.out


def test_a_malformed_line_of_a_table_is_named(tmp_path: Path) -> None:
    table = tmp_path / "a.jsonl"
    table.write_text('{"title": "甲", "text": "乙"}\n{"title": "丙"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="第 2 行"):
        list(read_documents(table))


@pytest.mark.shared
@pytest.mark.slow
def test_99_percent_of_the_laws_have_every_number_once_and_in_order(shared: Path) -> None:
    totals = Totals()
    for name, text in read_documents(shared / "data" / "laws.jsonl.gz"):
        totals.add(audit_text(name, mask_text(text)))
    assert totals.laws > 3000
    assert totals.laws_in_order >= 0.99 * totals.laws


@pytest.mark.shared
def test_every_numbered_measure_of_the_policies_is_in_an_article(shared: Path) -> None:
    totals = Totals()
    for path in [*sorted((shared / "data" / "policies").glob("*.md")), shared / "data" / "state_council.jsonl"]:
        for name, text in read_documents(path):
            totals.add(audit_text(name, mask_text(text)))
    assert totals.numbered_lines > 1000
    assert totals.numbered_found == totals.numbered_lines
