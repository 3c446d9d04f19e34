"""Sums over a norm: only where the question names one quantity of what the norm is reckoned by."""

from __future__ import annotations

import pytest

from assistant.arithmetic import find_norm, reckon

NORM = "各地按照每万城镇常住人口拥有社区工作者18人的标准配备"


@pytest.mark.parametrize(
    ("question", "total"),
    [
        ("6万人的街道要配几个社工", "108人"),
        ("一万二千人的社区该配多少社工", "21.6，约22人"),
        ("1万5千人的街道配几个", "27人"),
        ("12万3千人的县配多少", "221.4，约221人"),
        ("65,800人的镇配几个", "118.44，约118人"),
        ("六万五人口配几个", "117人"),
        ("1.5万人口的镇配几个", "27人"),
        ("2500人配几个", "4.5，约5人"),
        ("半万人配几个", "9人"),
    ],
)
def test_sums(question: str, total: str) -> None:
    assert f"＝{total}（推算" in reckon(question, NORM)


@pytest.mark.parametrize(
    "question",
    [
        "要配几个社工",
        "配18个人够不够",
        "我们社区工作者已有700人，还要配几个",
        "6万人口分10个社区，每个社区配几个",
        "6万人和3万人的街道各配几个",
        "1" * 30 + "人的街道要配几个社工",
        "9" * 27 + "万人配几个",
        "9999999999万人配几个",
        "1" * 20000 + "人配几个",
        "6万人的标准是什么",
    ],
)
def test_no_sum_where_the_question_names_no_quantity_or_more_than_one(question: str) -> None:
    assert reckon(question, NORM) == ""


def test_norms() -> None:
    found = find_norm("每百户居民拥有综合服务设施面积不低于30平方米")
    assert found is not None and (int(found.per), found.base, int(found.number), found.result) == (
        100,
        "户",
        30,
        "平方米",
    )
    assert find_norm("读者不得转借图书。") is None
    assert reckon("我家3亩地补多少", "每亩补助500元").startswith("按此标准推算：3×500＝1500元")
