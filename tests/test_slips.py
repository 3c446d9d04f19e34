"""Slips: what could have made one reading from another, how probable it is, and the tables and blocks that tell."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.collation import blocks
from index.collation.blocks import opcodes, similarity
from index.collation.likelihoods import SHARES, substitution
from index.collation.render_shapes import characters, is_common
from index.collation.shapes import TABLE, look_alikes, same_shape
from index.collation.slips import Edit, describe, explain, log_kernel
from index.collation.sounds import homophones, same_sound, sounding_like
from tests.timing import cpu_seconds

MARK, OTHER_MARK = "\U000f0001", "\U000f0002"
LINE = "加强基层队伍建设，"


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Reads the dictionary and the tables before the first example is timed."""
    log_kernel("制定", "制订")


@pytest.mark.parametrize(
    ("truth", "reading", "left", "right", "kinds", "name"),
    [
        ("制定", "制订", "", "", "sound", "音同"),
        ("权利", "权力", "", "", "sound", "音同"),
        ("事实", "实施", "", "", "sound", "音同"),
        ("身", "生", "", "", "sound", "音近"),
        ("未", "末", "", "", "shape", "形近"),
        ("治", "冶", "", "理", "shape", "形近"),
        ("侯", "候", "气", "", "shape", "形近"),
        ("20", "30", "", "", "shape", "形近"),
        ("己已", "已己", "", "", "transpose", "倒文"),
        ("的", "", "", "确", "drop", "脱字"),
        ("网格化", "网格", "", "", "drop", "脱字"),
        (LINE, "", "一、", "促进", "line", "脱行"),
        ("", LINE, "一、", "促进", "line", "衍字"),
        ("", LINE, LINE, "促进", "double", "重文"),
        ("", LINE, "一、", LINE, "double", "重文"),
        ("", LINE * 20, LINE * 20, "", "double", "重文"),
        ("", LINE, LINE + "促进", "发展", "double", "重文"),
        ("", "的", "的", "", "double", "重文"),
        ("的", "的的", "", "", "double", "重文"),
        ("", "的", "人民", "代表", "insert", "衍字"),
        ("社会经济", "经济社会", "", "", "transpose", "倒文"),
        ("建设和发展", "发展和建设", "", "", "transpose", "倒文"),
        ("绌", "秀", "优", "", "phrase", "习见语替换"),
        ("经费", "资金", "", "", "phrase", "习见语替换"),
        ("与", "加", "参", "", "phrase", "习见语替换"),
        ("，", "、", "甲", "乙", "punctuation", "标点"),
        ("。", "", "甲", "乙", "punctuation", "标点"),
        ("", "，", "甲", "乙", "punctuation", "标点"),
        ("秀", "橇", "优", "", "other", "改写"),
        ("", "门", "组织部", "统筹", "insert", "衍字"),
        ("", "压", "纾", "解压力", "insert", "衍字"),
        ("胜劣汰", "进绌退", "优", "的", "other", "改写"),
        ("进绌退", "胜劣汰", "优", "的", "phrase", "习见语替换"),
        ("优进绌退", "优胜劣汰", "", "", "phrase", "习见语替换"),
        (MARK, "", "甲", "", "drop", "脱字"),
        ("治一二三四五六制定", "冶一二三四五六制订", "", "", "shape sound", "形近、音同"),
        ("", "", "甲", "乙", "", ""),
        ("同", "同", "甲", "乙", "", ""),
    ],
)
def test_the_kind_of_slip(truth: str, reading: str, left: str, right: str, kinds: str, name: str) -> None:
    edits = explain(truth, reading, left, right)
    assert [edit.kind for edit in edits] == kinds.split()
    assert describe(truth, reading, left, right) == name


@pytest.mark.parametrize(
    ("likelier", "rarer"),
    [
        (("的", "", "甲", "乙"), ("", "的", "甲", "乙")),
        (("", "的", "的", "乙"), ("", "的", "甲", "乙")),
        (("的", "", "甲", "乙"), ("的", "了", "甲", "乙")),
        (("绌", "秀", "优", ""), ("秀", "绌", "优", "")),
        (("甄", "鉴", "", "别"), ("鉴", "甄", "", "别")),
        (("置", "施", "措", ""), ("施", "置", "措", "")),
        (("经费", "资金", "", ""), ("资金", "经费", "", "")),
        (("亳", "毫", "", ""), ("毫", "亳", "", "")),
        (("未", "末", "", ""), ("未", "橇", "", "")),
        (("实", "十", "", ""), ("实", "使", "", "")),
        (("三", "二", "", ""), ("三", "橇", "", "")),
        (("和", "与", "甲", "乙"), ("和", "治", "甲", "乙")),
        (("", "门", "部", "统筹"), ("", "门", "甲", "统筹")),
        (("", "压", "纾", "解压力"), ("", "压", "纾", "解放")),
        (("进绌退", "胜劣汰", "优", "的"), ("胜劣汰", "进绌退", "优", "的")),
        ((LINE, "", "一、", "二、"), ("", LINE, "一、", "二、")),
        (("", LINE, LINE, "二、"), ("", LINE, "一、", "二、")),
        ((LINE, "", "促进建设，", "二、"), (LINE, "", "促进发展：", "二、")),
        ((MARK, "", "甲", "乙"), ("", MARK, "甲", "乙")),
        (("未来", "末来", "", ""), ("未来", "末耒", "", "")),
    ],
)
def test_what_is_likelier(likelier: tuple[str, str, str, str], rarer: tuple[str, str, str, str]) -> None:
    assert log_kernel(*likelier) > log_kernel(*rarer) + 0.2


def test_a_lost_line_costs_about_the_same_at_any_length_and_a_strange_one_has_a_floor() -> None:
    short, long = (log_kernel("".join(chr(0x4E00 + 7 * k) for k in range(n)), "", "甲", "乙") for n in (10, 200))
    assert short - 1 < long < short
    added = [log_kernel("", "".join(chr(0x4E00 + 7 * k) for k in range(n)), "甲", "乙") for n in (10, 200)]
    assert added[0] == added[1] < long - 20


@pytest.mark.parametrize("truth", ["的", "国", "己", "实", "橇", "三"])
def test_the_chances_of_all_readings_of_a_character_make_a_distribution(truth: str) -> None:
    """Oracle: what substitution gives to all characters is the share of its three kinds, and no more."""
    total = sum(exp(substitution(truth, other)[1]) for other in characters() if other != truth)
    shares = SHARES["sound"] + SHARES["shape"] + SHARES["other"]
    assert 0.5 * shares < total < 1.3 * shares
    assert sum(SHARES.values()) == pytest.approx(1)


def test_marks_of_structure_are_like_nothing() -> None:
    for other in ("一", "1", "，", OTHER_MARK, "\ud800", "\U0002a6d6"):
        assert same_shape(MARK, other) == same_sound(MARK, other) == 0
        assert log_kernel(MARK, other) < log_kernel("橇", "国")
        assert {edit.kind for edit in explain(MARK, other)} <= {"other", "drop", "insert", "punctuation"}
    assert log_kernel("", MARK, "甲", "乙") < log_kernel("", "橇", "甲", "乙")


ALPHABET = st.sampled_from("的地得未末制定订，。和一二橇" + MARK + "\ud800𪚥a1")
TEXT = st.text(ALPHABET, max_size=9)


def rebuilt(truth: str, reading: str, edits: tuple[Edit, ...]) -> str:
    """What the script makes of `truth`: edits write the reading's span, all else is copied from the truth."""
    pieces, place = [], 0
    for edit in edits:
        assert edit.truth[0] >= place and edit.log_probability < 0
        pieces += [truth[place : edit.truth[0]], reading[slice(*edit.reading)]]
        place = edit.truth[1]
    return "".join([*pieces, truth[place:]])


@settings(max_examples=150, deadline=None)
@given(TEXT, TEXT, st.text(ALPHABET, max_size=4), st.text(ALPHABET, max_size=4))
def test_the_script_rebuilds_the_reading(truth: str, reading: str, left: str, right: str) -> None:
    edits = explain(truth, reading, left, right)
    assert rebuilt(truth, reading, edits) == reading
    assert bool(edits) == (truth != reading)
    assert log_kernel(truth, reading, left, right) == pytest.approx(sum(e.log_probability for e in edits))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("甲乙丙丁"), TEXT), min_size=4, max_size=12))
def test_the_script_of_long_texts_rebuilds_them(pieces: list[tuple[str, str]]) -> None:
    truth = "".join(common * 8 + own for common, own in pieces)
    reading = "".join(common * 8 + own[::-1] for common, own in pieces)
    assert rebuilt(truth, reading, explain(truth, reading)) == reading


def flawed(length: int) -> tuple[str, str]:
    """A text without repetitions, and its copy with one slip in a hundred characters."""
    state, text = 1, []
    for _ in range(length):
        state = state * 1103515245 + 12345 & 0x7FFFFFFF
        text.append(chr(0x4E00 + (state >> 8) % 3000))
    copy = [c if k % 100 else "" if k % 200 else c + c for k, c in enumerate(text)]
    return "".join(text), "".join(copy)


def test_long_texts_take_linear_time() -> None:
    def seconds(length: int) -> float:
        truth, reading = flawed(length)
        edits = explain(truth, reading)
        assert len(edits) == length // 100 and {edit.kind for edit in edits} <= {"drop", "double"}
        return cpu_seconds(lambda: explain(truth, reading))

    assert seconds(80_000) < 20 * max(seconds(10_000), 0.01)


def test_two_long_texts_that_share_nothing_are_one_edit() -> None:
    (edit,) = explain("甲乙" * 100, "丙丁" * 90)
    assert (edit.kind, edit.truth, edit.reading) == ("other", (0, 200), (0, 180))
    assert edit.log_probability < log(1e-9)


def test_twenty_thousand_short_pairs_a_second() -> None:
    """Measured 19,000 unseen single characters a second and 1,000,000 seen ones on one core."""
    common = [c for c in characters()[:600] if is_common(c)]
    pairs = list(zip(common, common[7:], common[11:], common[300:], strict=False))
    for pair in pairs:
        log_kernel(*pair)

    def score() -> None:
        for pair in pairs:
            log_kernel(*pair)

    assert cpu_seconds(score) < len(pairs) / 20_000


# Sounds


@pytest.mark.parametrize(
    ("a", "b", "likeness"),
    [
        ("定", "订", 1.0),
        ("权利", "权力", 1.0),
        ("再", "在", 1.0),
        ("试", "时", 0.8),
        ("身", "生", 0.5),
        ("自", "治", 0.5),
        ("南", "蓝", 0.5),
        ("飞", "灰", 0.0),
        ("夫", "呼", 0.5),
        ("身", "心", 0.0),
        ("行", "形", 1.0),
        ("行", "航", 1.0),
        ("a", "a", 1.0),
        ("a", "啊", 0.0),
        ("，", "、", 0.0),
        ("权利", "权", 0.0),
        ("", "", 0.0),
        ("\ud800", "一", 0.0),
    ],
)
def test_same_sound(a: str, b: str, likeness: float) -> None:
    assert same_sound(a, b) == same_sound(b, a) == likeness


def test_common_characters_that_sound_so() -> None:
    alike = dict(sounding_like("事"))
    assert alike["是"] == 1 and alike["时"] == 0.8 and alike["四"] == 0.5 and "事" not in alike and "国" not in alike
    assert homophones("事") > homophones("国") > 0 == homophones("，")


# Shapes


@pytest.mark.parametrize(
    "pair",
    [
        *("己已", "已巳", "未末", "土士", "人入", "拔拨", "侯候", "戊戌", "戌戍", "日曰", "千干", "干于", "晴睛"),
        *("拆折", "杆杠", "治冶", "贷货", "徽微", "O0", "l1", "间问", "刺剌", "免兔", "，、", "；：", "梁粱", "崇祟"),
    ],
)
def test_look_alikes(pair: str) -> None:
    assert same_shape(*pair) == same_shape(*reversed(pair)) > 0.3


@pytest.mark.parametrize("pair", ["国一", "政人", "未的", "，国", "己橇"])
def test_what_does_not_look_alike(pair: str) -> None:
    assert same_shape(*pair) == 0


def test_the_table_of_look_alikes_is_whole() -> None:
    assert TABLE.stat().st_size < 500_000
    known = set(characters())
    for character in characters():
        near = look_alikes(character)
        assert character not in near and len(near) <= 14 and known.issuperset(near)
        assert all(0.3 <= likeness <= 1 for likeness in near.values())
        assert list(near.values()) == sorted(near.values(), reverse=True)
    assert same_shape("己已", "已已") == same_shape("己", "已") and same_shape("己", "己已") == same_shape("", "") == 0


# Blocks


def tiles(a: str, b: str) -> int:
    """Checks that the blocks tile both texts in turn; returns the characters that changed."""
    place, other, changed, was_equal = 0, 0, 0, None
    for tag, i1, i2, j1, j2 in opcodes(a, b):
        assert (i1, j1) == (place, other) and (tag == "equal") != was_equal
        assert (a[i1:i2] == b[j1:j2]) == (tag == "equal") and (i2 - i1 + j2 - j1)
        assert (tag == "insert") == (i1 == i2) and (tag == "delete") == (j1 == j2)
        place, other, was_equal = i2, j2, tag == "equal"
        changed += 0 if was_equal else max(i2 - i1, j2 - j1)
    assert (place, other) == (len(a), len(b))
    return changed


def distance(a: str, b: str) -> int:
    """Levenshtein distance, the slow way."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


@settings(max_examples=150, deadline=None)
@given(TEXT, TEXT)
def test_blocks_change_as_little_as_possible(a: str, b: str) -> None:
    assert tiles(a, b) <= distance(a, b)
    assert similarity(a, b) == pytest.approx(1 - distance(a, b) / max(len(a), len(b), 1))


@pytest.mark.parametrize("whole", [blocks.WHOLE, 20_000_000, 1_000_000])
def test_blocks_of_long_texts_find_every_slip(whole: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "WHOLE", whole)
    a, b = flawed(20_000)
    assert tiles(a, b) == 200
    assert tiles(a, b[:7_000] + b[9_500:]) == pytest.approx(200 + 2_500 - 25, abs=25)


def test_blocks_of_texts_without_anchors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "WHOLE", 1_000_000)
    assert tiles("测试的句子。" * 1_000, "测试的句子。" * 999) < 200
    assert tiles("甲" * 5_000, "乙" * 4_000) == 5_000
    assert tiles("", "甲" * 3) == 3 and tiles("甲", "") == 1 and tiles("", "") == 0
