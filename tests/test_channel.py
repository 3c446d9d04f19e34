"""How a reading came from a candidate: what a hand does, what an editor does, and what depends on the printings' manner."""

from __future__ import annotations

import pytest

from index.collation.channel import VERBATIM, Manner, pass_on, read_manner

SLIPS, REWORDS = Manner(1.0), Manner(0.0)


def chance(candidate: str, reading: str, usual: dict[str, float], manner: Manner = SLIPS) -> float:
    return pass_on(candidate, reading, "社区工作者", "建设", usual, manner).log_probability


def test_a_misprint_does_not_ask_for_usage() -> None:
    usual = {"未": -2.0, "末": -9.0}
    assert chance("未", "末", usual) == chance("未", "末", {"未": -9.0, "末": -2.0})


@pytest.mark.parametrize("manner", [SLIPS, REWORDS])
def test_a_rare_phrase_becomes_the_usual_one_rather_than_the_other_way_round(manner: Manner) -> None:
    usual = {"优进绌退": -25.0, "优胜劣汰": -8.0}
    assert chance("优进绌退", "优胜劣汰", usual, manner) > chance("优胜劣汰", "优进绌退", usual, manner) + 5


def test_putting_in_is_less_probable_than_dropping() -> None:
    usual = {"队伍": -5.0, "人才队伍": -9.0}
    assert chance("人才队伍", "队伍", usual) > chance("队伍", "人才队伍", usual)


def test_a_strange_line_is_as_improbable_as_it_is_long() -> None:
    line = "居民委员会应当及时公布办理结果，接受居民监督。"
    usual = {"": -1.0, line: -60.0, line * 2: -120.0}
    assert chance("", line * 2, usual) < chance("", line, usual) - 20 < chance(line, "", usual) - 40


def test_dropping_a_word_so_that_the_text_stays_usual_is_tempting() -> None:
    assert pass_on("人才队伍", "队伍", "社区", "建设", {"人才队伍": -9.0, "队伍": -5.0}, REWORDS).is_tempting
    assert not pass_on("队伍", "队五", "社区", "建设", {"队伍": -5.0, "队五": -15.0}, REWORDS).is_tempting


def test_several_changes_of_wording_are_one_slip() -> None:
    passed = pass_on(
        "认真学习贯彻", "深入学习领会", "推动", "精神", {"认真学习贯彻": -9.0, "深入学习领会": -8.0}, REWORDS
    )
    assert passed.slips == 1


def test_a_hand_that_slips_may_write_a_phrase_that_is_usual_elsewhere() -> None:
    usual = {"应当": -2.0, "应该": -12.0}
    against_usage = chance("应当", "应该", usual)
    passed = pass_on("应当", "应该", "社区工作者", "建设", usual, SLIPS)
    assert passed.is_tempting  # several write it without copying
    assert against_usage - chance("应该", "应当", usual) > -5.0  # .8 of the odds would be 8


def test_manner() -> None:
    slips = read_manner([("未来", "末来"), ("治理", "冶理"), ("制定", "制订"), ("的", "的的")] * 5)
    rewords = read_manner([("认真", "深入"), ("走访", "服务"), ("层面", "以上"), ("工作", "决策")] * 5)
    assert slips.misprints > 0.6 > 0.2 > rewords.misprints
    assert slips.usage_weight > rewords.usage_weight and slips.temptation < rewords.temptation
    assert VERBATIM.usage_weight == 1.0
    assert 0 < read_manner([]).misprints < 1
