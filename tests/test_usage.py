"""The usage model: hand-worked probabilities, sums of one, batches, breaks, a document's own usage, the shipped model."""

from __future__ import annotations

import random
import re
import zipfile
from math import log
from pathlib import Path

import numpy as np
import pytest

from index.collation.streams import normal_form
from index.collation.train_usage import Options, _lines, save, train
from index.collation.usage import DEFAULT_FOLDER, UNSEEN, LocalUsage, UsageModel, mixture, normal_text
from index.errors import IndexUnusableError
from tests.timing import cpu_seconds

EVERYTHING = 10**9
MARK = chr(0xF0003)


def model_of(lines: list[str], order: int, size: int = EVERYTHING, fewest: int = 1) -> UsageModel:
    packed, characters = train(lines, Options(order=order, size=size, fewest=fewest))
    return UsageModel(characters, packed)


@pytest.fixture(scope="module")
def shipped() -> UsageModel:
    return UsageModel.load()


def noise(seed: int = 5) -> list[str]:
    """300 lines in which each character depends on the two before it."""
    drawn = random.Random(seed)
    lines = []
    for _ in range(300):
        line = "甲"
        while len(line) < 12:
            line += drawn.choice("甲乙丙丁戊己"[(line.count("乙") + ord(line[-1])) % 4 :])
        lines.append(line)
    return lines


@pytest.mark.parametrize(
    ("left", "text", "right", "expected"),
    [
        # ab, ab, ac and the line of <unknown>: all discounts .5. Left neighbours: break 3, a b c <unknown> 1 each, of 7:
        # P(b) = .5/7 + 5·.5/7/5 = 1/7, P(break) = 3/7. P(b|a) = (2-.5)/3 + 2·.5/3 · 1/7.
        ("a", "b", "", log(23 / 42)),
        ("a", "c", "", log(9 / 42)),
        ("a", "\n", "", log(1 / 3 * 3 / 7)),  # never after a: what a leaves, times P(break)
        ("a", "a", "", log(1 / 3 * 1 / 7)),
        ("", "a", "b", log((3 - 0.5) / 4 + 2 * 0.5 / 4 * 1 / 7) + log(23 / 42)),  # the text begins; b is in `right`
        ("a", "b", "ca", log(23 / 42) + log(0.5 / 2 * 1 / 7)),  # c after b; the second of `right` is out of reach
        ("a", "", "c", log(9 / 42)),
        ("", "", "", 0.0),
    ],
)
def test_a_hand_worked_model(left: str, text: str, right: str, expected: float) -> None:
    model = model_of(["ab", "ab", "ac"], order=2)
    assert model.score([left], [text], [right])[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("size", [EVERYTHING, 150])
def test_probabilities_sum_to_one_after_any_context(size: int) -> None:
    model = model_of(noise(), order=4, size=size)
    known = [*"甲乙丙丁戊己", "\n"]
    for left in ("", "甲", "乙甲", "甲乙丙", "己己己", "龘", MARK + "丁"):
        scores = model.score([left] * 8, [*known, "龘"], [""] * 8).astype(np.float64)
        scores[-1] += log(UNSEEN)  # <unknown> stands for so many characters
        assert np.exp(scores).sum() == pytest.approx(1, abs=1e-5), left


def test_pruning_keeps_what_tells_most_and_costs_little_there() -> None:
    full, small = model_of(noise(), order=3), model_of(noise(), order=3, size=40)
    text = "\n".join(noise(6))
    lost = full.log_probabilities(text).mean() - small.log_probabilities(text).mean()
    flat = full.log_probabilities(text).mean() - model_of(noise(), order=1).log_probabilities(text).mean()
    assert 0 < lost < flat / 2


def test_a_batch_equals_its_places_one_by_one(shipped: UsageModel) -> None:
    places = [
        ("报请县级", "以上主管", "部门批准"),
        ("", "社区", ""),
        ("权", "", "力"),
        (MARK, "利", "益" + MARK),
        ("工作" * 9, "者", "队伍"),
    ]
    left, text, right = (list(column) for column in zip(*places, strict=True))
    batch = shipped.score(left, text, right)
    single = [shipped.score([a], [b], [c])[0] for a, b, c in places]
    assert batch.dtype == np.float32
    assert batch == pytest.approx(single, abs=1e-4)
    assert shipped.score([], [], []).shape == (0,)


def test_markers_are_breaks(shipped: UsageModel) -> None:
    with_mark, with_break, without = shipped.score(["社区工作" + c for c in (MARK, "\n", "")], ["者"] * 3, ["队伍"] * 3)
    assert with_mark == with_break < without
    assert shipped.score(["丁一" + MARK], ["工"], ["作"]) == shipped.score([""], ["工"], ["作"])


def test_unknown_characters_are_finite_and_unlikely(shipped: UsageModel) -> None:
    scores = shipped.score(["社区"] * 4, ["\ud800", "𠮷", "龘", "工"], ["作者"] * 4)
    assert np.isfinite(scores).all()
    assert max(scores[:3]) < scores[3] - 10


def test_a_document_has_its_own_words(shipped: UsageModel) -> None:
    """优进绌退 is no usual word; where the document has it elsewhere, it is the likelier one."""
    places = (["坚持"] * 2, ["优进绌退", "优胜劣汰"], ["的导向"] * 2)
    general = shipped.score(*places)
    assert general[0] < general[1]
    pieces = ["强化优进绌退的导向,坚持", "形成优进绌退的机制", "建立优进绌退的制度", "实行优进绌退"] * 3
    adapted = mixture(shipped, LocalUsage(pieces)).score(*places)
    assert adapted[0] > adapted[1]
    assert mixture(shipped, LocalUsage(pieces), weight=0).score(*places) == pytest.approx(general, abs=1e-3)


def test_adapting_by_hand_and_never_across_pieces() -> None:
    general = model_of(["ab", "ab", "ac"], order=2)
    local = LocalUsage(["bac", "ac", "a", "b"])
    (after_a,) = local.adapt("ac", np.log([0.25, 0.25]), 0.0, [4, 1, 1])[1:]
    assert after_a == pytest.approx(log((2 + 4 * 0.25) / (2 + 4)))  # twice of twice: "a" and "b" are two pieces
    (shared,) = local.adapt("cc", np.log([0.25, 0.25]), 0.5, [4, 1, 1])[1:]
    assert shared == pytest.approx(log(0.5 * 0.25 + 0.5 * 2 / 7))  # nothing follows c; it is 2 of 7 characters
    only = mixture(general, LocalUsage([])).score(["a"], ["b"], [""])
    assert only == pytest.approx(general.score(["a"], ["b"], [""]), abs=1e-6)
    # Adapted probabilities sum to one as well.
    texts = ["a" + c for c in "abc\n龘"]
    logs = np.array([mixture(general, local).log_probabilities(text)[1] for text in texts])
    assert np.exp(logs[:-1]).sum() + UNSEEN * np.exp(logs[-1]) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("left", "truth", "wrong", "right"),
    [
        ("关于加强社区工作者", "队伍", "队五", "建设的意见"),
        ("维护职工合法", "权益", "全益", ",依法"),
        ("应当自收到申请之", "日", "", "起十五个工作日内"),
        ("县级以上人民", "政府", "政府府", "应当"),
        ("按照国家有关", "规定", "固定", "执行"),
    ],
)
def test_the_shipped_model_prefers_what_is_usual(
    shipped: UsageModel, left: str, truth: str, wrong: str, right: str
) -> None:
    own, other = shipped.score([left] * 2, [truth, wrong], [right] * 2)
    assert own > other + 1


def test_the_shipped_model_loads_and_scores_fast() -> None:
    assert cpu_seconds(UsageModel.load, repeats=2) < 1.5
    model, places = UsageModel.load(), 20_000
    sides = ["加强社区"] * places, ["工作者"] * places, ["队伍建设"] * places
    assert 7 * places / cpu_seconds(lambda: model.score(*sides)) > 100_000
    assert (DEFAULT_FOLDER / "model.npz").stat().st_size < 12_000_000


def test_saved_is_loaded_to_a_sixteenth_and_the_same_bytes_again(tmp_path: Path) -> None:
    packed, characters = train(noise(), Options(order=3, size=EVERYTHING, fewest=1))
    save(tmp_path / "model.npz", packed, characters)
    first = (tmp_path / "model.npz").read_bytes()
    text = "\n".join(noise(7)[:20])
    exact, loaded = UsageModel(characters, packed), UsageModel.load(tmp_path)
    assert np.abs(loaded.log_probabilities(text) - exact.log_probabilities(text)).max() <= 3 / 32 + 1e-6
    with zipfile.ZipFile(tmp_path / "model.npz") as written:
        assert {entry.date_time for entry in written.infolist()} == {(1980, 1, 1, 0, 0, 0)}  # not the time of writing
    save(tmp_path / "model.npz", packed, characters)
    assert (tmp_path / "model.npz").read_bytes() == first
    assert [path.name for path in tmp_path.iterdir()] == ["model.npz"]


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "flipped", "text", "other format"])
def test_a_damaged_file_is_one_clear_line(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "model.npz"
    packed, characters = train(noise(), Options(order=2, size=EVERYTHING, fewest=1))
    save(path, packed, characters)
    whole = path.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes(255 - b for b in whole[middle : middle + 40]) + whole[middle + 40 :]
    contents = {"empty": b"", "cut": whole[:-200], "flipped": flipped, "text": b"oid sha256:00"}
    if damage == "missing":
        path.unlink()
    elif damage == "other format":
        np.savez_compressed(path, format=np.array("policyqa-usage-9"))
    else:
        path.write_bytes(contents[damage])
    with pytest.raises(IndexUnusableError) as caught:
        UsageModel.load(tmp_path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value) and "重新安装" in str(caught.value)


def test_normal_text_is_the_form_of_the_streams() -> None:
    for code in [*range(0xD800), *range(0xE000, 0x10000)]:
        expected = re.sub(r"\.+", ".", f"甲{normal_form(chr(code))}乙")
        assert normal_text(f"甲{chr(code)}乙") == expected, hex(code)
    assert normal_text("——甲……乙......" + MARK) == "-甲…乙." + MARK


def test_the_trainer_reads_stretches_between_structural_marks() -> None:
    text = "---\ntag: 甲\n---\n# 总则\n第一条 为了：（一）加强；（二）改进。\n前款规定适用。\n第二条的规定不变\n<b>一、要求</b>"
    assert list(_lines(text)) == ["总则", "为了:", "加强;", "改进。前款规定适用。第二条的规定不变", "要求"]
