"""Columns: every token stands in one column, in order, and what is alike stands together."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.collation.alignment import GAP, align
from index.collation.decide import likeness
from index.collation.places import MOST_CANDIDATES, find_places
from index.collation.streams import FIRST_MARKER
from tests.timing import cpu_seconds


def rows(*texts: str) -> list[str]:
    """The columns as lines, `-` for a gap."""
    columns = align(texts, likeness)
    return ["".join(chr(c) if c else "-" for c in row) for row in columns.characters.tolist()]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("县级党委批准", "县级以上党委批准"), ["县级--党委批准", "县级以上党委批准"]),
        (("制定规划方案", "制定方案规划"), None),
        (("全科通机制", "全岗通机制", "全通机制"), ["全科通机制", "全岗通机制", "全-通机制"]),
        (("甲乙丙", "", "甲丙"), ["甲乙丙", "---", "甲-丙"]),
    ],
)
def test_columns(texts: tuple[str, ...], expected: list[str] | None) -> None:
    found = rows(*texts)
    assert expected is None or found == expected
    assert [row.replace("-", "") for row in found] == list(texts)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(alphabet="甲乙丙丁戊,。", max_size=24), min_size=1, max_size=4))
def test_every_token_has_one_column_in_order(texts: list[str]) -> None:
    columns = align(texts, likeness)
    for row, text in zip(columns.tokens, texts, strict=True):
        assert row[row != GAP].tolist() == list(range(len(text)))
    assert ((columns.tokens != GAP).sum(axis=0) > 0).all()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(alphabet="甲乙丙丁戊,。", min_size=1, max_size=24), min_size=2, max_size=4))
def test_places_and_agreed_columns_give_every_printing_back(texts: list[str]) -> None:
    columns = align(texts, likeness)
    places = find_places(columns)
    assert all(a.end <= b.start for a, b in pairwise(places))
    for w, text in enumerate(texts):
        rebuilt, position = "", 0
        for place in places:
            rebuilt += "".join(map(chr, filter(None, columns.characters[w, position : place.start].tolist())))
            reading = place.readings[w]
            if reading is None:
                reading = "".join(map(chr, filter(None, columns.characters[w, place.start : place.end].tolist())))
            else:
                assert reading in place.candidates[: place.attested]
            rebuilt += reading
            position = place.end
        rebuilt += "".join(map(chr, filter(None, columns.characters[w, position:].tolist())))
        assert rebuilt == text
        assert all(len(place.candidates) <= MOST_CANDIDATES + place.attested + 1 for place in places)


def test_a_missing_beginning_is_no_place() -> None:
    whole = (
        "加强社区工作者队伍建设，要坚持正确方向，选拔优秀人才。" * 3 + "选优配强社区党组织书记，注重培养储备后备力量。"
    )
    columns = align([whole, "选优配强社区党组织书记，注重培养储备后备力量。"], likeness)
    assert find_places(columns) == []


def test_neighbouring_slips_of_two_printings_can_both_be_mended() -> None:
    columns = align(["经济的巩固发展", "劲济的巩固发展", "经剂的巩固发展"], likeness)
    (place,) = find_places(columns)
    assert "经济" in place.candidates


def test_slips_in_a_line_that_one_printing_lost_can_all_be_mended() -> None:
    line = "监狱应当对罪犯进行法制、道德、形势、政策、前途等内容的思想教育。"
    copies = [
        line.replace("监狱", "览狱").replace("对罪犯", "对").replace("前途", "前徒"),
        line.replace("法制", "法治").replace("思想", "思相").replace("道德", "到德"),
        line.replace("形势", "形式").replace("政策", "正策").replace("内容", "内客"),
    ]
    columns = align(["前文前文前文前文。" + t + "后文后文后文后文。" for t in (*copies, "")], likeness)
    assert any(
        line[:-1] in candidate or candidate in line
        for p in find_places(columns)
        for candidate in p.candidates
        if len(candidate) > 20
    )


def test_a_mark_never_stands_with_a_character() -> None:
    mark = chr(FIRST_MARKER)
    found = rows(f"甲甲甲{mark}乙乙", "甲甲甲丙乙乙")
    assert all(not (a == mark and b not in (mark, "-")) for a, b in zip(*found, strict=True))


def test_cost_is_linear() -> None:
    generator = np.random.default_rng(5)
    seconds = []
    for size in (20_000, 80_000):
        text = "".join(map(chr, generator.integers(0x4E00, 0x5200, size)))
        other = "".join(c if generator.random() > 0.02 else "某" for c in text)
        seconds.append(cpu_seconds(partial(align, [text, other, text], likeness), repeats=2))
    assert seconds[1] < 12 * max(seconds[0], 0.05)
