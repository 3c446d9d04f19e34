"""What other documents say at disputed places, and which documents are asked."""

from __future__ import annotations

import pytest

from index.collation.alignment import align
from index.collation.decide import Problem, likeness
from index.collation.mentions import related_texts
from index.collation.places import find_places
from index.collation.streams import Markers
from index.collation.testimony import find_testimony
from index.records import Article, Witness


def witness(text: str, siglum: str = "900") -> Witness:
    article = Article("", "1", "第1问", "", "", text)
    return Witness(siglum, "就《意见》答记者问", "", "qa", (article,))


def problem(*texts: str) -> Problem:
    columns = align(texts, likeness)
    return Problem(tuple("ABCD"[: len(texts)]), columns, tuple(find_places(columns)), Markers())


ONE = "要健全社区工作者管理制度,树立能进能出、优进绌退的鲜明导向,推动形成良好氛围。"
OTHER = ONE.replace("优进绌退", "优胜劣汰")


@pytest.mark.parametrize(
    ("quotation", "expected"),
    [
        ("答:《意见》提出,树立能进能出、优进绌退的鲜明导向,这很重要。", "进绌退"),
        ("答:《意见》提出,树立能进能出、优胜劣汰的鲜明导向,这很重要。", "胜劣汰"),
        ("答:《意见》提出,树立能进能出、优中选优的鲜明导向,这很重要。", None),
        ("答:优进绌退是这次的亮点。", None),
        ("", None),
    ],
)
def test_a_quotation_is_heard_for_the_reading_that_it_has(quotation: str, expected: str | None) -> None:
    found = find_testimony(problem(ONE, OTHER), [witness(quotation)])
    assert [reading for _, _, readings in found for reading in readings] == ([expected] if expected else [])


def test_no_printing_has_an_advantage() -> None:
    quotation = "答:《意见》提出,树立能进能出、优进绌退的鲜明导向,这很重要。"
    for texts in ((ONE, OTHER), (OTHER, ONE), (OTHER, OTHER, ONE)):
        ((_, _, readings),) = find_testimony(problem(*texts), [witness(quotation)])
        assert readings == ("进绌退",)


def test_an_omission_is_heard_as_well() -> None:
    shorter = ONE.replace("鲜明导向", "导向")
    quotation = "答:《意见》提出,树立能进能出、优进绌退的导向,推动形成良好氛围。"
    ((_, _, readings),) = find_testimony(problem(ONE, shorter), [witness(quotation)])
    assert readings == ("",)


def test_only_documents_that_name_each_other_are_asked() -> None:
    texts = [
        ("某市条例", ["第一条"]),
        ("就《某市条例》答记者问", ["问"]),
        ("别的条例", ["无关"]),
        ("某市办法", ["依照《某市条例》第三条"]),
    ]
    assert related_texts(texts) == [(1, 3), (0,), (), (0,)]
