"""Which printing an article is read from: careful ones before careless ones, whole ones before ends."""

from __future__ import annotations

import time

import pytest

from index.library import Library
from index.records import Article, Witness
from index.witnesses import choose_articles, lone_characters, measure_care


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [
        ("县级党委批准", ["县级党委批准", "市级党委批准"], 0),
        ("县级党委批准", ["市级党委批准", "市级党委批准"], 1),
        ("县级党委批准", ["县级以上党委批准", "县级以上党委批准"], 2),
        ("县级党委批准", ["县级以上党委批准", "县级或党委批准"], 1),
        ("县级党委批准", ["县级以上党委批准", "县级党委会批准"], 0),
        ("", ["甲"], 1),
    ],
)
def test_lone_readings_counted_by_hand(own: str, others: list[str], expected: int) -> None:
    assert lone_characters(own, others) == expected


def printing(siglum: str, *texts: str, inside: bool = False) -> Witness:
    articles = tuple(Article("", str(n), f"第{n}条", "", "", t) for n, t in enumerate(texts, start=1))
    return Witness(siglum, "意见", "意见", "measures", articles, starts_inside=inside)


TRUE = ("招聘工作由县级统一组织实施。", "考核每年举行一次并公布结果。", "经费列入本级政府年度预算。")


def test_the_careful_printing_is_read_whatever_it_is_called() -> None:
    careless = printing("000", "招聘工作由市级统一组织实施。", "考核每月举行一次并公布结果。", TRUE[2])
    group = (careless, printing("001", *TRUE), printing("002", *TRUE))
    care = measure_care([group])
    assert care["000"].rate > care["001"].rate == care["002"].rate == 0
    articles, base = choose_articles(group, care)
    assert (tuple(a.text for a in articles), base) == (TRUE, "001")


def test_an_end_of_an_article_and_a_printing_with_missing_lines_are_not_read() -> None:
    end = printing("000", "统一组织实施。", TRUE[1], TRUE[2], inside=True)
    short = printing("001", TRUE[0], "考核每年举行。", TRUE[2])
    articles, _ = choose_articles(
        (end, short, printing("002", *TRUE)), measure_care([(end, short, printing("002", *TRUE))])
    )
    assert tuple(a.text for a in articles) == TRUE


def test_articles_that_only_one_printing_has_stand_in_their_place() -> None:
    first = Witness(
        "000", "意见", "意见", "measures", tuple(a for a in printing("000", *TRUE).articles if a.number != "2")
    )
    articles, _ = choose_articles((first, printing("001", *TRUE)), measure_care([(first, printing("001", *TRUE))]))
    assert [a.number for a in articles] == ["1", "2", "3"]


def test_the_bundled_pages_were_measured(bundled_library: Library) -> None:
    rates = {c.siglum: c.rate for c in bundled_library.care}
    assert sorted(rates) == ["000", "001", "002", "003", "004"]
    assert max(rates, key=lambda s: rates[s]) == "000"  # its lost lines and 县级以上主管部门
    assert min(rates, key=lambda s: rates[s]) == "004"


def test_a_very_long_text_in_two_formats_is_compared_at_once() -> None:
    long = "街道办事处应当将雨水利用工作纳入年度计划，" * 20_000
    started = time.perf_counter()
    measure_care([(printing("000", long), printing("001", long))])
    assert time.perf_counter() - started < 3
