"""Printings of one text are joined, amended versions and other documents are not, and what is unclear is asked."""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from index.collation.candidates import pair_candidates
from index.collation.differences import find_differences, match, read_letters
from index.collation.identity import Relation, compare, group_printings
from index.collation.titles import compare_titles
from index.numerals import format_numeral
from index.printings import read_printings
from index.records import NEWS, Page, Witness

SUBJECTS = [
    "雨水利用",
    "河道清淤",
    "道路照明",
    "公园绿化",
    "垃圾分类",
    "房屋修缮",
    "食堂卫生",
    "校车安全",
    "图书借阅",
    "电梯检验",
    "停车收费",
    "噪声防治",
]
DUTIES = [
    "制定计划",
    "公布结果",
    "安排经费",
    "组织检查",
    "登记造册",
    "听取意见",
    "报送数据",
    "保存记录",
    "培训人员",
    "设立标志",
    "接受监督",
    "及时答复",
]
BODIES = [
    "街道办事处",
    "居民委员会",
    "业主大会",
    "物业公司",
    "供水单位",
    "主管部门",
    "建设单位",
    "承包人",
    "监理单位",
    "志愿者组织",
]
HOMOPHONES = dict(zip("当定会部门备理建行织", "档订汇布们倍里健形职", strict=True))
TITLE = "某市公共设施管理条例"


def sentences(number: int, seed: int) -> str:
    """An invented article of three sentences: what they say depends on the seed."""
    choice = random.Random(f"{number} {seed}")
    made = []
    for _ in range(3):
        body, subject, duty, other = (choice.choice(words) for words in (BODIES, SUBJECTS, DUTIES, BODIES))
        made.append(f"{body}应当在每年{choice.randint(1, 12)}月前就{subject}{duty}，并会同{other}建立{subject}档案。")
    return "".join(made)


def law(count: int = 24, seed: int = 0, title: str = TITLE, effective: str = "2018年1月1日") -> list[str]:
    """An invented law: title, then one line for each article."""
    lines = [f"第{format_numeral(n)}条 {sentences(n, seed)}" for n in range(1, count)]
    return [title, *lines, f"第{format_numeral(count)}条 本条例自{effective}起施行。"]


def witness(lines: Sequence[str], siglum: str) -> Witness:
    return read_printings(Page(siglum, f"{siglum}.txt", "\n\n".join(lines) + "\n"))[0]


def slip(lines: Sequence[str], rate: float, seed: int, lost: int = 0) -> list[str]:
    """A careless printing: homophones, dropped and doubled characters everywhere, the title too; lost runs of a line."""
    chance = random.Random(seed)
    result = []
    for number, line in enumerate(lines):
        begun = 0 if number == 0 else line.index(" ") + 1
        made = line[:begun]
        for sign in line[begun:]:
            kind = chance.random()
            if chance.random() >= rate:
                made += sign
            elif kind < 0.6:
                made += HOMOPHONES.get(sign) or chance.choice("的一是了在有和人这中大为上个国")
            elif kind < 0.8:
                made += sign + sign
        result.append(made)
    for _ in range(lost):
        at = chance.randrange(1, len(result) - 1)
        cut = chance.randrange(8, max(9, len(result[at]) - 30))
        result[at] = result[at][:cut] + result[at][cut + 25 :]
    return result


@pytest.mark.parametrize("rate", [0.0, 0.005, 0.02, 0.05])
@pytest.mark.parametrize("lost", [0, 3])
def test_careless_printings_are_the_same(rate: float, lost: int) -> None:
    for seed in range(4):
        one = witness(slip(law(seed=seed), rate, seed, lost), "甲")
        other = witness(slip(law(seed=seed), rate, seed + 50, lost), "乙")
        assert compare(one, other).kind == "same", compare(one, other)


def test_three_printings_and_one_of_the_end_only_are_one_document() -> None:
    whole = [witness(slip(law(), 0.02, n, 2), f"00{n}") for n in range(3)]
    last = witness(slip(law(), 0.02, 9), "009")
    end = replace(last, title="", articles=last.articles[14:], starts_inside=True)
    other = witness(slip(law(seed=1, title="某市集市管理条例"), 0.02, 4), "004")
    grouping = group_printings([whole[0], other, end, whole[1], whole[2]])
    assert grouping.groups == ((0, 2, 3, 4), (1,))
    assert grouping.versions == ()
    assert grouping.questions == ()


def test_a_printing_without_its_end_is_the_same() -> None:
    relation = compare(witness(law(), "甲"), witness(law()[:12], "乙"))
    assert relation.kind == "same" and "题名相同" in relation.reasons


def amended(lines: list[str], *articles: int) -> list[str]:
    """The same law with some articles rewritten."""
    result = list(lines)
    for n in articles:
        result[n] = f"第{format_numeral(n)}条 {sentences(n, 77)}"
    return result


def test_an_amendment_with_another_date_is_a_version() -> None:
    new = amended(law(effective="2023年9月1日"), 7)
    relation = compare(witness(law(), "甲"), witness(new, "乙"))
    assert relation.kind == "version"
    assert "施行日期不同：2018年1月1日／2023年9月1日" in relation.reasons
    grouping = group_printings([witness(law(), "甲"), witness(new, "乙"), witness(slip(new, 0.01, 3), "丙")])
    assert grouping.groups == ((0,), (1, 2))
    assert [(one, other) for one, other, _ in grouping.versions] == [(0, 1)]


def test_an_inserted_article_and_renumbered_ones_are_a_version_even_in_careless_printings() -> None:
    lines = law()
    new = [*lines[:5], *(f"第{format_numeral(n)}条 {sentences(n, 77)}" for n in (5, 6))]
    new += [f"第{format_numeral(n + 2)}条 {lines[n].partition(' ')[2]}" for n in range(5, 25)]
    assert compare(witness(lines, "甲"), witness(new, "乙")).kind == "version"
    assert compare(witness(slip(lines, 0.01, 1), "甲"), witness(slip(new, 0.01, 2), "乙")).kind == "version"


def with_one_other_sentence(lines: list[str]) -> list[str]:
    """The same law, letter by letter, but for one sentence."""
    kept, _, _ = lines[7].rpartition("，并")
    return [*lines[:7], f"{kept}，违者由原许可机关责令停业整顿。", *lines[8:]]


def test_one_rewritten_sentence_alone_is_asked_and_nothing_is_mixed() -> None:
    grouping = group_printings([witness(law(), "甲"), witness(with_one_other_sentence(law()), "乙")])
    assert grouping.groups == ((0,), (1,))
    (question,) = grouping.questions
    assert question.relation.kind == "uncertain"
    assert f"甲《{TITLE}》" in question.text and "--same 甲,乙" in question.text and "--separate" in question.text
    assert "相同" in question.text and question.text.count("。") == 0


def test_what_was_told_counts() -> None:
    pair = [witness(law(), "甲"), witness(with_one_other_sentence(law()), "乙")]
    assert group_printings(pair, told_same=frozenset({("乙", "甲")})).groups == ((0, 1),)
    told = group_printings(pair, told_different=frozenset({("甲", "乙")}))
    assert (told.groups, told.questions) == (((0,), (1,)), ())
    equal = [witness(law(), "甲"), witness(law(), "乙"), witness(law(), "丙")]
    assert group_printings(equal).groups == ((0, 1, 2),)
    apart = group_printings(equal, told_different=frozenset({("甲", "乙")})).groups
    assert not any({0, 1} <= set(group) for group in apart)


def test_a_part_that_two_versions_have_is_asked() -> None:
    old, new = law(), amended(law(effective="2023年9月1日"), 3, 4)
    end = witness(old, "丙")
    end = replace(end, title="", articles=end.articles[6:20], starts_inside=True)
    grouping = group_printings([witness(old, "甲"), witness(new, "乙"), end])
    assert grouping.groups == ((0,), (1,), (2,))
    assert {q.other[0] for q in grouping.questions} | {q.one[0] for q in grouping.questions} == {"甲", "乙", "丙"}


def test_the_same_rules_of_two_towns_are_two_documents() -> None:
    one = [line.replace("某市", "河东市") for line in law(title="河东市公共设施管理条例")]
    other = [line.replace("河东市", "临海市") for line in one]
    assert compare(witness(one, "甲"), witness(other, "乙")).kind == "different"
    assert group_printings([witness(one, "甲"), witness(other, "乙")]).groups == ((0,), (1,))


def test_texts_that_use_the_differing_word_are_two_documents_however_careless() -> None:
    lines = [line.replace("公共设施", "景州设施").replace("雨水", "景州") for line in law()]
    other = [line.replace("景州", "沧州") for line in lines]
    pair = witness(slip(lines, 0.02, 1), "甲"), witness(slip(other, 0.02, 2), "乙")
    assert compare(*pair).kind == "different"


def test_new_text_under_the_old_title_is_a_version_and_the_next_book_is_not() -> None:
    assert compare(witness(law(seed=1), "甲"), witness(law(seed=2), "乙")).kind == "version"
    book = [TITLE, *(f"第{format_numeral(n)}条 {sentences(n, 5)}" for n in range(40, 60))]
    assert compare(witness(law(seed=1), "甲"), witness(book, "乙")).kind == "different"


def test_news_is_joined_by_text_and_never_a_version() -> None:
    base = witness(law(), "甲")
    news = [replace(base, siglum=s, kind=NEWS, grammar="plain", title="雨水利用有新规") for s in "乙丙丁"]
    cut = replace(news[1], articles=news[1].articles[:12])
    other = replace(news[2], articles=witness(law(seed=8), "丁").articles)
    assert group_printings([news[0], cut, other]).groups == ((0, 1), (2,))


def test_an_empty_witness_harms_nothing() -> None:
    empty = replace(witness(law(), "甲"), articles=())
    grouping = group_printings([empty, witness(law(), "乙"), replace(empty, siglum="丙", title="")])
    assert grouping.groups == ((0,), (1,), (2,))
    assert group_printings([]).groups == ()


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("关于加强社区工作的意见", "关于加強社区工作的意见", "slips"),
        ("国务院办公厅关于加强社区工作的意见", "关于加强社区工作的意见", "part"),
        ("关于印发《社区工作办法》的通知", "社区工作办法", "equal"),
        ("就《社区工作办法》答记者问", "社区工作办法", "conflict"),
        ("某法实施条例", "某法", "conflict"),
        ("湖北省渔业条例", "湖南省渔业条例", "conflict"),
        ("某市渔业条例", "", "unknown"),
        ("某市渔业条例（2018年修正）", "某市渔业条例（2023年修正）", "marked"),
        ("某案件的解释（二）", "某案件的解释（三）", "near"),
        ("城乡规划条例", "野生动物保护办法", "unrelated"),
    ],
)
def test_titles(one: str, other: str, relation: str) -> None:
    assert compare_titles(one, other) == compare_titles(other, one) == relation


def test_alignment_gives_both_texts_back() -> None:
    one, other = (read_letters(witness(slip(law(), 0.03, n, 2), "甲")).text for n in (1, 2))
    stretches = match(one, other)
    assert all(one[a : a + n] == other[b : b + n] for a, b, n in stretches)
    ends = [(a, a + n, b, b + n) for a, b, n in stretches]
    assert all(x[1] <= y[0] and x[3] <= y[2] for x, y in pairwise(ends))
    differing = sum(max(d.lengths) for d in find_differences(stretches, len(one), len(other)))
    assert 0 < differing < 0.2 * len(one)


def test_candidates_equal_those_of_comparing_all_with_all() -> None:
    texts = ["".join(law(12, seed)) for seed in range(12)]
    texts += ["".join(slip(law(12, seed), 0.02, seed)) for seed in range(6)]
    runs = [{text[i : i + 8] for i in range(len(text) - 7)} for text in texts]
    found = pair_candidates(texts, 0.3)
    for i in range(len(texts)):
        for j in range(i + 1, len(texts)):
            share = len(runs[i] & runs[j]) / min(len(runs[i]), len(runs[j]))
            if not 0.2 < share < 0.4:
                assert ((i, j) in found) == (share >= 0.3), (i, j, share)


def test_a_large_text_takes_seconds() -> None:
    lines = [TITLE, *(f"第{format_numeral(n)}条 {sentences(n, 0)}" for n in range(1, 2400))]
    pair = witness(slip(lines, 0.01, 1), "甲"), witness(slip(lines, 0.01, 2), "乙")
    assert len(read_letters(pair[0]).text) > 200_000
    begun = time.process_time()
    grouping = group_printings(pair)
    assert grouping.groups == ((0, 1),)
    assert time.process_time() - begun < 6


@pytest.mark.shared
@pytest.mark.slow
def test_versions_of_real_laws_are_found_and_no_two_towns_are_joined(shared: Path) -> None:
    with gzip.open(shared / "data" / "laws.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["title"]] = counts.get(row["title"], 0) + 1
    rows = [row for row in rows if counts[row["title"]] == 2 or "制定地方性法规" in row["title"]]
    read = [(r, w[0]) for n, r in enumerate(rows) if (w := read_printings(Page(str(n), "x.md", _markdown(r))))]
    grouping = group_printings([w for _, w in read])
    joined = [{read[k][0]["title"] for k in group} for group in grouping.groups if len(group) > 1]
    assert all(len(titles) == 1 for titles in joined), joined
    assert len(grouping.versions) >= 85 and len(joined) <= 14 and len(grouping.questions) <= 6


def _markdown(row: dict[str, str]) -> str:
    year, _, rest = row["date"].partition("-")
    month, _, day = rest.partition("-")
    date = f"（{year}年{int(month)}月{int(day)}日公布）\n\n" if day else ""
    return f"# {row['title']}\n\n{date}{row['text']}"


def test_a_relation_says_how_sure_it_is() -> None:
    same, version = (
        compare(witness(law(), "甲"), witness(lines, "乙"))
        for lines in (law(), amended(law(effective="2023年9月1日"), 3, 4, 5))
    )
    assert isinstance(same, Relation) and same.probability > 0.9 > 0.1 > version.probability
    assert same.similarity == 1.0
