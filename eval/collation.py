"""`python -m eval collation`: which settings and documents are measured, and the figures of each setting."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from eval.collation_run import Mended, Result, Truth, measure, parse_alone
from eval.collation_scores import calibrate, ratio
from eval.errors import DatasetError
from eval.slip_maker import Setting
from index.audit import read_documents
from index.collation.held_out import is_held_out

DOUBTFUL = 0.8
"""Entries below this confidence are shown as doubtful: errors should lie in them."""

_LENGTHS = (1_500, 12_000)
_LAWS, _POLICIES = 16, 6
_TEMPTATION = 0.5
_UNEQUAL = {2: (0.4, 1.6), 3: (0.4, 1.0, 1.6), 4: (0.4, 0.8, 1.2, 1.6), 5: (0.4, 0.7, 1.0, 1.3, 1.6)}
_COPIES = {3: 2, 4: 3, 5: 3}
_LIFE = {3: (0.3, 1.0, 1.7), 4: (0.2, 0.8, 1.2, 1.8), 5: (0.3, 0.7, 1.0, 1.4, 1.6)}
"""As on the bundled pages: one careful printing, the others of one family, and commonplaces in all."""

_RATES = (0.005, 0.01, 0.02, 0.05)


def _settings() -> dict[str, Setting]:
    made = []
    for rate in _RATES:
        for count in (2, 3, 4, 5):
            made.append(Setting(f"{count}-equal-{rate:.1%}", rate, (1.0,) * count))
            made.append(Setting(f"{count}-unequal-{rate:.1%}", rate, _UNEQUAL[count]))
            made.append(Setting(f"{count}-vulgate-{rate:.1%}", rate, (1.0,) * count, 0, _TEMPTATION))
            if count > 2:
                made.append(Setting(f"{count}-ancestor-{rate:.1%}", rate, (1.0,) * count, _COPIES[count]))
                made.append(Setting(f"{count}-life-{rate:.1%}", rate, _LIFE[count], count - 1, _TEMPTATION))
        made.append(Setting(f"5-ancestor4-{rate:.1%}", rate, (1.0,) * 5, 4))
        made.append(Setting(f"4-family-{rate:.1%}", rate, (1.6, 0.6, 0.8, 1.0), 3))  # the careless one stands alone
    return {setting.name: setting for setting in made}


SETTINGS = _settings()
_AT_TWO = tuple(name for name in SETTINGS if name.endswith("-2.0%"))
_AT_OTHERS = tuple(
    f"{name}-{rate:.1%}"
    for rate in (0.005, 0.01, 0.05)
    for name in ("2-equal", "3-equal", "4-unequal", "3-ancestor", "4-life")
)
SETS = {
    "quick": ("3-equal-2.0%", "3-ancestor-2.0%", "4-life-2.0%"),
    "default": _AT_TWO + _AT_OTHERS,
    "all": tuple(SETTINGS),
}


def choose_settings(names: str) -> list[Setting]:
    """The settings of a set (`default`, `quick`, `all`) or of names separated by commas. Raises `DatasetError`."""
    wanted = SETS.get(names) or tuple(names.split(","))
    unknown = [name for name in wanted if name not in SETTINGS]
    if unknown:
        raise DatasetError(f"没有设定 {unknown[0]}；可用 default、quick、all，或 {'、'.join(SETTINGS)}（以逗号分隔）。")
    return [SETTINGS[name] for name in wanted]


def read_truths(paths: Sequence[Path]) -> list[Truth]:
    """The documents of the files, each as a truth. Raises `DatasetError` where one has no articles, `InputError`."""
    truths = [
        as_truth(_without_date(name), text) if ".jsonl" in path.name else Truth(path.stem, text, parse_alone(text))
        for path in paths
        for name, text in read_documents(path)
    ]
    for truth in truths:
        if not truth.body:
            raise DatasetError(f"{truth.name}：没有读出条文，不能用来评测校勘，请换一份文件。")
    return truths


def default_files(folder: Path) -> list[Path]:
    """What `choose_truths` reads. Raises `DatasetError` where the development material is not there."""
    files = [folder / "laws.jsonl.gz", folder / "state_council.jsonl", *sorted((folder / "policies").glob("*.md"))]
    missing = next((path for path in files if not path.is_file()), None)
    if missing:
        raise DatasetError(
            f"{missing}：没有这个文件；请用 --documents 指定作为底本的文件，或用 --data 指定语料文件夹。"
        )
    return files


def choose_truths(folder: Path) -> list[Truth]:
    """Documents that the usage model never saw: laws in turn from every category, and policy documents.

    The choice hangs on the titles' hashes alone, so that it stays the same.
    """
    by_category: defaultdict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    with gzip.open(folder / "laws.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if is_held_out(row["title"]) and _LENGTHS[0] <= len(row["text"]) <= _LENGTHS[1]:
                by_category[row["category"]].setdefault(_order(row["title"]), (row["title"], row["text"]))
    laws = _in_turn([[texts[key] for key in sorted(texts)] for _, texts in sorted(by_category.items())])
    policies = [
        (_without_date(name).removesuffix(".md"), text)
        for path in default_files(folder)[1:]
        for name, text in read_documents(path)
    ]
    held = [pair for pair in policies if is_held_out(pair[0], 2) and _LENGTHS[0] <= len(pair[1]) <= _LENGTHS[1]]
    held.sort(key=lambda pair: _order(pair[0]))
    return [*_first_usable(laws, _LAWS), *_first_usable(iter(held), _POLICIES)]


def as_truth(name: str, text: str) -> Truth:
    """A truth whose first line is its title; a table keeps that apart from the text."""
    title = "".join(name.removesuffix(".md").removesuffix(".txt").split())
    has_title = title in "".join(text[:300].split())
    whole = text.strip() if has_title else f"{title}\n\n{text.strip()}"
    return Truth(title, whole, parse_alone(whole))


def measure_setting(truths: Sequence[Truth], setting: Setting, seed: int) -> list[Result]:
    return [measure(truth, setting, seed) for truth in truths]


def summarise(results: Sequence[Result]) -> dict[str, Any]:
    """All figures of one setting, or of several together."""
    lengths = [r.length for r in results]
    best, voted, ours = ([float(getattr(r, name)) for r in results] for name in ("best", "majority", "ours"))
    wrong = [place for r in results for place in r.wrong]
    doubted = sum(place.confidence is not None and place.confidence < DOUBTFUL for place in wrong)
    return {
        "documents": len(results),
        "characters": sum(lengths),
        "cer_best": asdict(ratio(best, lengths)),
        "cer_majority": asdict(ratio(voted, lengths)),
        "cer_ours": asdict(ratio(ours, lengths)),
        "ours_by_best": asdict(ratio(ours, best)),
        "ours_by_majority": asdict(ratio(ours, voted)),
        "calibration": asdict(calibrate([(j.confidence, j.right) for r in results for j in r.judged])),
        "wrong_places": len(wrong),
        "wrong_in_apparatus": sum(place.confidence is not None for place in wrong),
        "wrong_in_doubtful": doubted,
        "slips": summarise_slips([m for r in results for m in r.mended], lambda m: m.kind),
        "origins": summarise_slips([m for r in results for m in r.mended], lambda m: m.origin),
        "ungrouped": dict(Counter(cause for r in results for cause in r.ungrouped)),
        "seconds": round(sum(r.seconds for r in results), 3),
    }


def summarise_slips(mended: Sequence[Mended], key: Callable[[Mended], str]) -> dict[str, dict[str, float]]:
    """For each kind (or origin) of slip: places, and the shares of them where the majority and ours have the truth."""
    groups: defaultdict[str, list[Mended]] = defaultdict(list)
    for each in mended:
        groups[key(each)].append(each)
    return {
        name: {
            "places": len(group),
            "majority": round(sum(m.by_majority for m in group) / len(group), 4),
            "ours": round(sum(m.by_ours for m in group) / len(group), 4),
        }
        for name, group in sorted(groups.items())
    }


def wrong_lines(setting: str, results: Sequence[Result]) -> Iterator[dict[str, Any]]:
    """One line of wrong.jsonl for each place where our text is wrong."""
    for result in results:
        for place in result.wrong:
            yield {"setting": setting, "document": result.name, **asdict(place)}


def _first_usable(documents: Iterator[tuple[str, str]], count: int) -> list[Truth]:
    """The first documents that have articles enough to be one: lists of names and tables are left out."""
    chosen: list[Truth] = []
    for title, text in documents:
        truth = as_truth(title, text)
        if len(truth.body) >= 0.7 * len("".join(text.split())):
            chosen.append(truth)
        if len(chosen) == count:
            break
    return chosen


def _in_turn(groups: Sequence[Sequence[tuple[str, str]]]) -> Iterator[tuple[str, str]]:
    """The first of every group, then the second of every group, and so on."""
    for turn in range(max(map(len, groups), default=0)):
        for group in groups:
            if turn < len(group):
                yield group[turn]


def _order(title: str) -> str:
    return sha256(title.encode()).hexdigest()


def _without_date(name: str) -> str:
    """`read_documents` puts a document's date behind its title."""
    return name.partition(" 20")[0].partition(" 19")[0].strip()
