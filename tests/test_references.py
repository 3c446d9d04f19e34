"""Articles that a question names are looked up; what only counts things names none."""

from __future__ import annotations

import pytest

from index.library import Library
from index.references import find_references, name_documents
from tests.page_samples import page, read_library, rules

OPINION, REGULATION, INTERVIEW = (
    "关于加强社区工作者队伍建设的意见",
    "生态保护补偿条例",
    "就《关于加强社区工作者队伍建设的意见》答记者问",
)


def looked_up(library: Library, question: str) -> list[tuple[str, str]]:
    titles = {d.id: d.title for d in library.documents}
    return [(titles[i], n) for i, n in find_references(question, library.documents)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("条例17条说了什么", [(REGULATION, "17")]),
        ("条例第十七条", [(REGULATION, "17")]),
        ("条例第１７条", [(REGULATION, "17")]),
        ("《生态保护补偿条例》第三十三条", [(REGULATION, "33")]),
        ("生态保护补偿条例的第2条", [(REGULATION, "2")]),
        ("条例第十七条第二款", [(REGULATION, "17")]),
        ("条例第九条第三项", [(REGULATION, "9")]),
        ("意见第3条", [(OPINION, "3")]),
        ("意见里第三条是啥", [(OPINION, "3")]),
        ("《关于加强社区工作者队伍建设的意见》第十二条", [(OPINION, "12")]),
        ("答记者问第3问", [(INTERVIEW, "3")]),
        ("答记者问第三问", [(INTERVIEW, "3")]),
        ("条例第三条和第五条", [(REGULATION, "3"), (REGULATION, "5")]),
        ("第三十条", [(REGULATION, "30")]),
        ("意见12", [(OPINION, "12")]),
        ("生态保护补偿条例 31？", [(REGULATION, "31")]),
        ("这份意见配备18人", []),
        ("条例第九十九条", []),
    ],
)
def test_named_articles(bundled_library: Library, question: str, expected: list[tuple[str, str]]) -> None:
    assert looked_up(bundled_library, question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "守了哪五条原则",
        "意见有17条措施吗",
        "17条措施是哪些",
        "起草时坚持了哪五条原则？",
        "每万人配18人吗",
        "第一次考核不合格怎么办",
        "第三方机构能评估吗",
        "分三条渠道补偿吗",
        "",
    ],
)
def test_counts_and_ordinals_name_no_article(bundled_library: Library, question: str) -> None:
    assert looked_up(bundled_library, question) == []


def test_an_article_without_a_document_is_looked_up_in_the_few_that_have_it(bundled_library: Library) -> None:
    assert {title for title, _ in looked_up(bundled_library, "第十二条")} == {OPINION, REGULATION}


def test_inserted_articles() -> None:
    library = read_library(page("某市停车条例", *rules(1, 2), "第二条之一 夜间停车应当登记。", *rules(3, 3)))
    assert looked_up(library, "停车条例第二条之一") == [("某市停车条例", "2之一")]


def test_the_longest_title_wins() -> None:
    library = read_library(
        page("某市停车条例", *rules(1, 2)),
        page("某市停车条例实施细则", "第一条 细则甲应当遵守。", "第二条 细则乙应当遵守。"),
    )
    assert [d.title for d in name_documents("某市停车条例实施细则第一条", library.documents)] == [
        "某市停车条例实施细则"
    ]
