"""The table of `eval collation` for people: error rates by setting, calibration, slips by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def collation_table(scores: Mapping[str, Mapping[str, Any]], overall: Mapping[str, Any]) -> str:
    """Markdown: one row a setting, then everything together."""
    rows = [
        "| 设定 | 最好刊本 | 多数 | 校勘 | 校勘/最好 | 校勘/多数 | ECE | 存疑处占错处 | 未归并 | 秒 |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(_row(name, figures) for name, figures in [*scores.items(), ("总计", overall)]),
    ]
    return "\n\n".join(
        ["\n".join(rows), _reliability(overall["calibration"]), _slips("错的种类", overall["slips"])]
        + [_slips("错的来历", overall["origins"])]
        + ([f"未归并的刊本：{_causes(overall['ungrouped'])}"] if overall["ungrouped"] else [])
    )


def progress_line(name: str, figures: Mapping[str, Any]) -> str:
    return (
        f"{name}：最好 {_percent(figures['cer_best'])}，多数 {_percent(figures['cer_majority'])}，"
        f"校勘 {_percent(figures['cer_ours'])}，{figures['seconds']:.1f} 秒"
    )


def _row(name: str, figures: Mapping[str, Any]) -> str:
    wrong = figures["wrong_places"]
    cells = [
        name,
        _percent(figures["cer_best"]),
        _percent(figures["cer_majority"]),
        _percent(figures["cer_ours"]),
        _times(figures["ours_by_best"]),
        _times(figures["ours_by_majority"]),
        _number(figures["calibration"]["ece"]),
        f"{figures['wrong_in_doubtful'] / wrong:.0%}" if wrong else "—",
        str(sum(figures["ungrouped"].values())),
        f"{figures['seconds']:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def _reliability(calibration: Mapping[str, Any]) -> str:
    if not calibration["entries"]:
        return "没有校勘记。"
    rows = ["| 把握 | 处数 | 平均把握 | 实际正确 |", "|---|---|---|---|"]
    rows += [
        f"| {b['low']:.1f}– | {b['count']} | {b['confidence']:.3f} | {b['accuracy']:.3f} |" for b in calibration["bins"]
    ]
    head = (
        f"校勘记 {calibration['entries']} 处，正确 {calibration['accuracy']:.3f}，ECE {_number(calibration['ece'])}，"
    )
    return f"{head}Brier {_number(calibration['brier'])}\n\n" + "\n".join(rows)


def _slips(name: str, slips: Mapping[str, Mapping[str, float]]) -> str:
    rows = [f"| {name} | 处数 | 多数改正 | 校勘改正 |", "|---|---|---|---|"]
    rows += [f"| {kind} | {f['places']} | {f['majority']:.3f} | {f['ours']:.3f} |" for kind, f in slips.items()]
    return "\n".join(rows)


def _causes(causes: Mapping[str, int]) -> str:
    return "，".join(f"{cause} {count}" for cause, count in causes.items())


def _percent(estimate: Mapping[str, float | None]) -> str:
    value = estimate["value"]
    return "—" if value is None else f"{value:.3%}"


def _times(estimate: Mapping[str, float | None]) -> str:
    value, low, high = estimate["value"], estimate["low"], estimate["high"]
    return "—" if value is None or low is None or high is None else f"{value:.2f}（{low:.2f}–{high:.2f}）"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
