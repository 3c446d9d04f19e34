"""Quoted passages: found over small slips, cut where texts part, and asked what they have at one place."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest

from index.collation.quotations import Passage, Quotations, aligned, reading_at
from index.collation.seeds import SEED, read_letters, seeds, spell

RULE = "市图书馆应当建立健全读者信用评价机制，完善优进绌退的管理办法，由县级以上主管部门批准后施行。"
NEWS = "记者获悉，市图书馆将建立健全读者信用评价机制，完善优胜劣汰的管理办法，由县级主管部门批准后施行！明日有雨。"


def only(text: str, other: str, shortest: int = 12) -> Passage[str]:
    found = Quotations([("other", other)]).passages(text, shortest)
    assert len(found) == 1, found
    return found[0]


def test_a_passage_reaches_over_slips_and_ends_where_the_texts_part() -> None:
    passage = only(RULE, NEWS)
    assert RULE[passage.start : passage.end] == RULE[:-1]  # without its full stop: signs do not count
    assert NEWS[passage.other_start : passage.other_end] == NEWS[NEWS.index("市图") : NEWS.index("！")]
    assert passage.agreed == len("市图书馆建立健全读者信用评价机制完善优的管理办法由县级主管部门批准后施行")


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        ("优进绌退", "优胜劣汰"),
        ("进绌退", "胜劣汰"),
        ("绌", "劣"),  # three letters against three: one by one
        ("管理办法", "管理办法"),
        ("以上", ""),
        ("县级以上主管", "县级主管"),
    ],
)
def test_reading_at_says_what_the_other_text_has(mine: str, expected: str) -> None:
    start = RULE.index(mine)
    assert reading_at(only(RULE, NEWS), RULE, NEWS, start, start + len(mine)) == expected


def test_reading_at_a_place_where_only_the_other_text_has_words() -> None:
    passage = only(NEWS, RULE)
    at = NEWS.index("主管部门")
    assert reading_at(passage, NEWS, RULE, at, at) == "以上"
    assert reading_at(passage, NEWS, RULE, at, at + 4) == "以上主管部门"  # what is added at the edge is part of it


def test_reading_at_is_none_where_the_place_is_not_safe() -> None:
    passage = only(RULE, NEWS)
    edge = RULE.index("施行")
    assert reading_at(passage, RULE, NEWS, edge, edge + 2) is None  # nothing agrees behind it
    assert reading_at(passage, RULE, NEWS, 0, 2) is None
    assert reading_at(passage, RULE, NEWS, len(RULE) - 1, len(RULE)) is None  # outside
    middle = RULE.index("应当") + 1  # 应当 became 将: there is no half of it
    assert reading_at(passage, RULE, NEWS, middle, middle + 1) is None


def test_aligned_blocks_tile_the_passage_and_the_equal_ones_are_equal() -> None:
    passage = only(RULE, NEWS)
    blocks = aligned(passage, RULE, NEWS)
    assert (blocks[0][0], blocks[-1][1]) == (passage.start, passage.end)
    assert (blocks[0][2], blocks[-1][3]) == (passage.other_start, passage.other_end)
    assert all(one[1] == two[0] and one[3] == two[2] for one, two in pairwise(blocks))
    different = [(RULE[a:b], NEWS[c:d]) for a, b, c, d in blocks if RULE[a:b] != NEWS[c:d]]
    assert different == [("应当", "将"), ("进绌退", "胜劣汰"), ("以上", "")]


def test_signs_and_white_space_do_not_count() -> None:
    spaced = "“市 图书馆\n应当、建立健全读者信用　评价机制”"
    passage = only(RULE, spaced)
    assert spaced[passage.other_start : passage.other_end] == spaced[1:-1]


@pytest.mark.parametrize(
    "other",
    ["", "，。；", "今天天气很好", "读者信用评价", "机制评价信用读者健全建立", "\ud800" * 30],
)
def test_texts_that_share_nothing_share_no_passage(other: str) -> None:
    assert Quotations([("other", other)]).passages(RULE) == []


def test_an_empty_library_and_an_empty_text() -> None:
    assert Quotations[str]([]).passages(RULE) == []
    assert Quotations([("a", RULE)]).passages("") == []


def test_excluded_texts_and_the_shortest_length() -> None:
    quotations = Quotations([("a", RULE), ("b", RULE), ("c", "他们完善优进绌退的管理，")])
    assert {p.key for p in quotations.passages(RULE, exclude={"a"})} == {"b"}
    assert {p.key for p in quotations.passages(RULE, 9, exclude=["a", "b"])} == {"c"}


def test_a_set_phrase_is_no_reason_for_a_passage_but_a_part_of_one() -> None:
    phrase = "以习近平新时代中国特色社会主义思想为指导"
    many = [(n, f"{phrase}，第{n}份文件另有内容。") for n in range(100)]
    mine = f"{phrase}，加强社区工作者队伍建设。"
    assert Quotations(many).passages(mine) == []
    found = Quotations([*many, (100, f"会议指出，{phrase}，加强社区工作者队伍建设。")]).passages(mine)
    assert [(p.key, mine[p.start : p.end]) for p in found] == [(100, mine[:-1])]


def test_seeds_of_a_window_keep_one_of_every_window_and_are_the_same_in_every_text() -> None:
    chooser = random.Random(3)
    text = "".join(chooser.choice("甲乙丙丁戊己庚辛") for _ in range(400))
    every, _ = seeds(read_letters(text)[0], 1)
    assert len(every) == len(text) - SEED + 1
    kept, places = seeds(read_letters(text)[0], 4)
    assert 0.3 < len(kept) / len(every) < 0.55
    assert all(any(i <= p < i + 4 for p in places.tolist()) for i in range(len(every) - 3))
    _, inner_places = seeds(read_letters(text[100:200])[0], 4)
    assert {p + 100 for p in inner_places.tolist() if 4 < p < 89} == {p for p in places.tolist() if 104 < p < 189}


def test_letters_keep_their_places() -> None:
    letters, positions = read_letters("甲，乙 1%𠀀")
    assert (spell(letters), positions.tolist()) == ("甲乙1𠀀", [0, 2, 4, 6])


def test_every_planted_quotation_is_found_and_nothing_else() -> None:
    """An oracle: passages of known places, with slips, planted in random text."""
    chooser = random.Random(11)
    alphabet = [chr(0x4E00 + n) for n in range(3000)]

    def prose(size: int) -> str:
        return "".join(chooser.choice(alphabet) for _ in range(size))

    mine = prose(4000)
    for _ in range(40):
        start = chooser.randrange(0, 3900)
        quoted = list(mine[start : start + 60])
        for place in chooser.sample(range(12, 48, 9), 3):  # a slip in three places
            quoted[place] = chooser.choice(["", "某某", chooser.choice(alphabet)])
        other = prose(300) + "".join(quoted) + prose(300)
        (passage,) = Quotations([("x", other)]).passages(mine)
        assert abs(passage.start - start) <= 1
        assert abs(passage.end - start - 60) <= 1
        assert abs(passage.other_start - 300) <= 1


def test_the_cost_grows_with_the_length_of_the_library() -> None:
    chooser = random.Random(5)
    alphabet = [chr(0x4E00 + n) for n in range(2000)]
    texts = [(n, "".join(chooser.choices(alphabet, k=5000))) for n in range(500)]  # 2.5 million: the large kind
    mine = texts[7][1]
    start = time.process_time()
    found = Quotations(texts).passages(mine, exclude=[7])
    assert found == []
    quoted = [*texts[:400], (900, texts[3][1][:200] + mine[1000:1200] + texts[4][1][:200]), *texts[400:]]
    (passage,) = Quotations(quoted).passages(mine, exclude=[7])
    assert time.process_time() - start < 6
    assert (passage.key, passage.start, passage.end, passage.other_start) == (900, 1000, 1200, 200)
