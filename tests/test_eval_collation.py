"""`eval collation`: the printings that it makes, the vote it compares with, and its figures against hand-worked values."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from eval import collation, collation_run
from eval.__main__ import main
from eval.collation_scores import calibrate, is_right, normalise_with_offsets, ratio, wrong_slots
from eval.majority import edit_distance, majority, medoid
from eval.slip_maker import Printing, Setting, make_printings, make_witnesses
from eval.slip_tables import load_tables
from eval.slips import SHARES, Kind, Slip, draw_slip, read_source
from index.library import Library, build_library
from index.records import ApparatusEntry, Page

REGULATION = Path(__file__).parent / "data" / "collation_regulation.txt"
TEXT = REGULATION.read_text(encoding="utf-8")
LONG = TEXT + "".join(TEXT.partition("\n\n")[2].replace("菜园", word) for word in ("书屋", "工坊", "球场"))
THREE = Setting("three", 0.02, (1.0, 1.0, 1.0))


# The slip maker


@pytest.mark.parametrize("rate", [0.005, 0.01, 0.05])
@pytest.mark.parametrize("care", [(1.0, 1.0), (0.4, 1.0, 1.6)])
def test_printings_have_the_slips_that_the_setting_says(rate: float, care: tuple[float, ...]) -> None:
    printings = make_printings(LONG, Setting("x", rate, care), seed=3)
    got = sorted(len(printing.slips) / len(LONG) for printing in printings)
    assert got == pytest.approx([rate * factor for factor in sorted(care)], rel=0.05, abs=1 / len(LONG))


def test_the_slips_that_are_told_make_the_text() -> None:
    for printing in make_printings(LONG, THREE, seed=4):
        text = LONG
        for slip in reversed(printing.slips):
            assert text[slip.start : slip.end] != slip.reading
            text = text[: slip.start] + slip.reading + text[slip.end :]
        assert text == printing.text


def test_the_same_seed_gives_the_same_printings_and_another_seed_others() -> None:
    one = make_witnesses(TEXT, THREE, seed=1)
    assert one == make_witnesses(TEXT, THREE, seed=1)
    assert len({*one, *make_witnesses(TEXT, THREE, seed=2)}) == 6


def test_an_empty_text_has_no_printings() -> None:
    with pytest.raises(ValueError, match="empty"):
        make_witnesses(" \n", THREE, seed=1)


def shared_slips(setting: Setting) -> list[int]:
    """For every pair of printings, the slips they have in common."""
    printings = make_printings(LONG, setting, seed=5)
    sets = [set(printing.slips) for printing in printings]
    return sorted(len(a & b) for i, a in enumerate(sets) for b in sets[:i])


def test_copies_share_half_of_their_slips_and_independent_printings_hardly_any() -> None:
    rate, half = 0.03, 0.03 * len(LONG) / 2
    assert max(shared_slips(Setting("x", rate, (1.0,) * 3))) <= 0.1 * half
    two_of_three = shared_slips(Setting("x", rate, (1.0,) * 3, copies=2))
    assert two_of_three[2] == pytest.approx(half, rel=0.1)
    assert two_of_three[1] <= 0.1 * half
    three_of_four = shared_slips(Setting("x", rate, (1.0,) * 4, copies=3))
    assert three_of_four[3] == pytest.approx(half, rel=0.1)
    assert three_of_four[2] <= 0.1 * half


def test_a_vulgate_makes_printings_agree_in_commonplaces_without_copying() -> None:
    printings = make_printings(LONG, Setting("x", 0.04, (1.0,) * 3, temptation=0.6), seed=6)
    shared = [slip for slip in printings[0].slips if slip in printings[1].slips and slip.origin == "vulgate"]
    assert len(shared) >= 0.04 * len(LONG) * 0.3 * 0.36 * 0.5
    assert {slip.kind for slip in shared} == {"phrase"}


def test_every_kind_of_slip_happens_about_as_often_as_the_mixture_says() -> None:
    counts: Counter[str] = Counter()
    for seed in range(12):
        for printing in make_printings(LONG, Setting("x", 0.05, (1.0, 1.0)), seed):
            counts.update(slip.kind for slip in printing.slips)
    assert sum(SHARES.values()) == pytest.approx(1)
    assert set(counts) == set(SHARES)
    for kind, share in SHARES.items():
        assert counts[kind] / counts.total() == pytest.approx(share, rel=0.35), kind


@pytest.mark.parametrize(
    ("kind", "text", "readings"),
    [
        ("drop", "甲", {""}),
        ("double", "甲", {"甲"}),
        ("transpose", "甲乙", {"乙甲"}),
        ("shape", "己", {"已", "巳"}),
        ("punctuation", "、", {"，", "；"}),
        ("eye_skip", "应当提出申请的应当", {""}),
        ("word_sound", "报酬", {"报仇"}),
    ],
)
def test_a_slip_does_what_its_kind_says(kind: Kind, text: str, readings: set[str]) -> None:
    source = read_source(text, load_tables())
    slips = [slip for seed in range(200) if (slip := draw_slip(source, kind, Random(seed)))]
    assert {slip.reading for slip in slips} == readings


def test_phrases_are_replaced_by_commoner_ones_only() -> None:
    source = read_source("报请批准，玩忽职守", load_tables())
    made = {
        (source.text[s.start : s.end], s.reading)
        for seed in range(300)
        if (s := draw_slip(source, "phrase", Random(seed)))
    }
    assert {("报请", "报"), ("玩忽职守", "失职渎职")} <= made
    tables = load_tables()
    words = [(a, b) for a, b in made if a in tables.rank and b in tables.rank and b not in tables.phrases.get(a, ())]
    assert all(tables.rank[b] < tables.rank[a] for a, b in words if tables.rank[a][0] == tables.rank[b][0])


def test_a_lost_line_is_a_short_paragraph_or_a_newspapers_line() -> None:
    source = read_source(TEXT, load_tables())
    lost = {TEXT[s.start : s.end] for seed in range(400) if (s := draw_slip(source, "line", Random(seed)))}
    assert any(20 <= len(line) <= 30 and line not in TEXT.split("\n") for line in lost)
    assert any(line in TEXT.split("\n") for line in lost)
    assert TEXT.split("\n")[0] not in lost
    assert all("\n" not in line and len(line) <= 60 for line in lost)


def test_the_tables_are_as_large_as_they_should_be() -> None:
    tables = load_tables()
    assert len(tables.shapes) > 1000
    assert len(tables.phrases) > 250
    assert {"已", "巳"} <= set(tables.shapes["己"])
    assert "力" in tables.sounds["利"]
    assert "利" not in tables.sounds["利"]


# The vote


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["甲乙丙", "甲乙丙", "甲丁丙"], "甲乙丙"),
        (["甲乙丙", "甲丙", "甲丙"], "甲丙"),
        (["甲丙", "甲乙丙", "甲乙丙"], "甲乙丙"),
        (["甲的乙", "甲的的乙", "甲的的乙"], "甲的的乙"),
        (["甲的的乙", "甲的乙", "甲的乙"], "甲的乙"),
        (["甲乙", "甲丙"], "甲乙"),  # no reading leads
        (["一二三四五六七八九", "一二三九", "一二三四五丁七八九", "一二三四丙六七八九"], "一二三四五六七八九"),
        (["一二三七八九", "一二三四五丁七八九", "一二三四五六七八九", "一二三四五六七八九"], "一二三四五六七八九"),
        (["", "", "甲"], ""),
    ],
)
def test_the_majority_is_taken_character_by_character(texts: list[str], expected: str) -> None:
    assert majority(texts) == expected


def test_the_medoid_is_the_text_nearest_to_all_others() -> None:
    assert medoid(["甲乙丙丁", "甲乙丙戊", "己庚丙丁", "甲乙丙丁戊"]) == "甲乙丙丁"


@pytest.mark.parametrize("seed", range(3))
def test_the_majority_of_three_independent_printings_beats_each_of_them(seed: int) -> None:
    texts = make_witnesses(LONG, THREE, seed)
    assert edit_distance(majority(texts), LONG) < 0.5 * min(edit_distance(text, LONG) for text in texts)


def test_the_majority_follows_two_copies_into_their_common_slips() -> None:
    printings = make_printings(LONG, Setting("x", 0.02, (1.0,) * 3, copies=2), seed=2)
    shared = sum(slip.origin == "ancestor" for slip in max(printings, key=ancestral).slips)
    assert edit_distance(majority([p.text for p in printings]), LONG) > 0.8 * shared


def ancestral(printing: Printing) -> int:
    return sum(slip.origin == "ancestor" for slip in printing.slips)


# The figures


@pytest.mark.parametrize(
    ("text", "truth", "distance", "wrong"),
    [
        ("甲乙丙", "甲乙丙", 0, []),
        ("甲丁丙", "甲乙丙", 1, [3]),
        ("甲丙", "甲乙丙", 1, [2]),
        ("甲乙乙丙", "甲乙丙", 1, [3, 4, 5]),  # either 乙 may be the false one
        ("甲乙丙", "甲乙乙丙", 1, [2, 4]),
        ("", "甲乙", 2, [0]),
        ("甲丁丙", "甲乙戊丙", 2, [2, 3, 4]),
    ],
)
def test_wrong_slots_and_distances_by_hand(text: str, truth: str, distance: int, wrong: list[int]) -> None:
    assert edit_distance(text, truth) == distance
    assert [slot for slot, is_wrong in enumerate(wrong_slots(text, truth)) if is_wrong] == wrong


def test_an_entry_is_right_only_with_nothing_missing_at_its_edges() -> None:
    slots = wrong_slots("甲乙丁", "甲乙丙丁")
    assert is_right(slots, 0, 1)
    assert not is_right(slots, 1, 2)
    assert not is_right(slots, 2, 2)  # an empty reading where the truth has one
    assert is_right(slots, 1, 1)


def test_calibration_by_hand() -> None:
    judged = [(0.95, True), (0.95, True), (0.95, False), (1.0, True), (0.55, False)]
    result = calibrate(judged)
    assert [(b.low, b.count, b.confidence, b.accuracy) for b in result.bins] == [
        (0.5, 1, 0.55, 0.0),
        (0.9, 4, 0.9625, 0.75),
    ]
    assert result.ece == pytest.approx(0.2 * 0.55 + 0.8 * 0.2125, abs=1e-4)
    assert result.brier == pytest.approx((0.05**2 * 2 + 0.95**2 + 0 + 0.55**2) / 5, abs=1e-4)
    assert result.accuracy == 0.6
    assert calibrate([]).ece is None


def test_the_error_rate_of_all_documents_is_edits_by_characters() -> None:
    found = ratio([1, 3], [100, 300])
    assert (found.value, found.low, found.high, found.n) == (0.01, 0.01, 0.01, 2)
    spread = ratio([0, 30], [100, 200])
    assert (spread.value, spread.low, spread.high) == (0.1, 0.0, 0.15)
    assert ratio([1], [0]).value is None


def test_offsets_survive_normalisation() -> None:
    text, offsets = normalise_with_offsets("（１）　㈠款")
    assert text == "(1)(一)款"
    assert [text[offsets[i] : offsets[i + 1]] for i in range(6)] == ["(", "1", ")", "", "(一)", "款"]


# A document in a setting


def measured(build: collation_run.Build) -> collation_run.Result:
    return collation_run.measure(collation.as_truth("示例市社区公共菜园管理办法", TEXT), THREE, 1, build)


def altered(change: dict[str, str], confidence: float) -> collation_run.Build:
    """A product that gives the true text, but for the `change`, with an apparatus entry at each changed place and at 居民自愿."""

    def build(pages: Iterable[Page]) -> Library:
        pages = list(pages)
        library = build_library(pages if len(pages) == 1 else [Page("0", "0.txt", TEXT)])
        if len(pages) == 1:
            return library
        document = library.documents[0]
        articles, entries = [], []
        for article in document.articles:
            text = article.text
            for old, new in change.items():
                text = text.replace(old, new)
            articles.append(replace(article, text=text))
            for word in [*change.values(), "居民自愿"]:
                if word in text:
                    entries.append(
                        ApparatusEntry(article.number, text.index(word), len(word), word, (), (), confidence)
                    )
        witnesses = tuple(replace(document.witnesses[0], siglum=page.siglum) for page in pages)
        document = replace(document, articles=tuple(articles), apparatus=tuple(entries), witnesses=witnesses)
        return replace(library, documents=(document,))

    return build


def test_a_perfect_product_has_no_wrong_place_and_mends_every_slip() -> None:
    result = measured(altered({}, 0.9))
    assert (result.ours, result.wrong, result.ungrouped) == (0, (), ())
    assert result.best > 0
    assert [(j.confidence, j.right) for j in result.judged] == [(0.9, True)]
    assert all(m.by_ours for m in result.mended)
    assert not all(m.by_majority for m in result.mended) or result.majority == 0


def test_wrong_places_are_judged_and_those_in_doubtful_entries_counted() -> None:
    result = measured(altered({"绿色环保": "绿色还保", "重新分配": "重分配"}, 0.7))
    assert result.ours == 2
    assert Counter(j.right for j in result.judged) == {True: 1, False: 2}
    figures = collation.summarise([result])
    assert figures["cer_ours"]["value"] == pytest.approx(2 / result.length, abs=1e-6)
    assert (figures["wrong_places"], figures["wrong_in_apparatus"], figures["wrong_in_doubtful"]) == (2, 2, 2)
    assert figures["calibration"]["accuracy"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["calibration"]["ece"] == pytest.approx(0.7 - 1 / 3, abs=1e-4)
    assert {(p.ours, p.truth) for p in result.wrong} == {("还", "环"), ("", "新")}
    sure = measured(altered({"绿色环保": "绿色还保"}, 0.9))
    assert collation.summarise([sure])["wrong_in_doubtful"] == 0


def test_printings_outside_the_document_are_counted_with_the_cause() -> None:
    other = "示例市游泳场馆开放规则\n\n第一条 场馆每日开放十小时。\n\n第二条 儿童入场须有成人陪同。\n\n第三条 池水每日化验。\n"
    full, without = Page("0", "0.txt", TEXT), Page("2", "2.txt", "")
    library = build_library([full, Page("1", "1.txt", other), without])
    document = library.documents[0]
    assert list(collation_run._ungrouped(library, document, [full, Page("1", "", ""), without])) == [
        "题名不同",
        "没有条文",
    ]


def test_slips_are_counted_where_the_compared_text_has_them() -> None:
    truth = collation.as_truth("示例市社区公共菜园管理办法", TEXT)
    at = TEXT.index("邻里互助")
    title, inside = Slip("drop", 0, 1, ""), Slip("sound", at, at + 1, "林")
    printings = [Printing("", (title, inside)), Printing("", (inside,))]
    false_there = wrong_slots(truth.body, truth.body.replace("邻里", "林里"))
    found = collation_run._mended(truth, printings, false_there, bytearray(2 * len(truth.body) + 1))
    assert [(m.kind, m.carriers, m.by_majority, m.by_ours) for m in found] == [("sound", 2, False, True)]


# The command


def run(tmp_path: Path, *more: str) -> dict[str, Any]:
    out = tmp_path / "out"
    arguments = ["collation", "--documents", str(REGULATION), "--out", str(out), *more]
    assert main(arguments) == 0
    return dict(json.loads((out / "scores.json").read_text(encoding="utf-8")))


def test_the_command_measures_every_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scores = run(tmp_path, "--settings", "quick", "--seed", "7")
    assert list(scores["settings"]) == list(collation.SETS["quick"])
    assert scores["documents"] == ["collation_regulation"]
    assert scores["seed"] == 7
    for figures in scores["settings"].values():
        assert 0 <= figures["cer_ours"]["value"] < 1
        assert figures["cer_best"]["value"] > 0
    printed = capsys.readouterr()
    assert "| 3-ancestor-2.0% |" in printed.out
    assert len(printed.err.splitlines()) == len(collation.SETS["quick"])


def test_what_the_command_cannot_use_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["--out", str(tmp_path)]
    assert main(["collation", "--settings", "3-equel", *out]) == 2
    assert main(["collation", "--data", str(tmp_path), *out]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 2
    assert "3-equel" in errors[0]
    assert "laws.jsonl.gz" in errors[1]


@pytest.mark.shared
def test_the_default_documents_are_held_out_and_of_many_kinds(shared: Path) -> None:
    truths = collation.choose_truths(shared / "data")
    assert len(truths) == 22
    assert len({truth.name for truth in truths}) == 22
    assert all(1_000 < len(truth.body) < 12_000 for truth in truths)
