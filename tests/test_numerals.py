"""Chinese numerals: both directions, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.numerals import format_numeral, parse_numeral


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("二十一", 21), ("一百", 100), ("一百零三", 103),
        ("一百一十", 110), ("一百一十二", 112), ("一千零一", 1001), ("一千二百六十", 1260), ("二〇二四", 2024),
        ("廿三", 23), ("卅", 30), ("12", 12), ("１２", 12), ("③", 3), ("⑳", 20), (" 七 ", 7), ("两", 2), ("零", 0),
    ],
)  # fmt: skip
def test_values(text: str, value: int) -> None:
    assert parse_numeral(text) == value


@pytest.mark.parametrize("text", ["", " ", "第", "第三", "三条", "a", "1a", "十,", "-3"])
def test_what_is_no_numeral(text: str) -> None:
    assert parse_numeral(text) is None


@given(st.integers(1, 9999))
def test_parsing_undoes_formatting(number: int) -> None:
    assert parse_numeral(format_numeral(number)) == number


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_no_article_has_such_a_number(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        format_numeral(number)
