"""Printings to documents: which texts are one document, how a person finds one, what happens to files without text."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.corpus import import_files, read_bundled
from index.errors import InputError
from index.library import Library, build_library
from index.records import NEWS
from tests.page_samples import CHINESE, DATELINE, RULE, page, read_library, rules


def test_two_files_of_one_text_are_one_document_with_two_witnesses() -> None:
    library = read_library(page("某市条例", *rules(1, 5)), page("某市条例", *rules(1, 5)).replace("经费", "资金"))
    assert [(d.title, [w.siglum for w in d.witnesses]) for d in library.documents] == [("某市条例", ["000", "001"])]


def test_two_texts_under_one_title_stay_two_documents() -> None:
    other = [f"第{CHINESE[n]}条 养犬人应当为犬只办理登记并按时接种疫苗，第{n}次违反的处以罚款。" for n in range(5)]
    library = read_library(page("某市条例", *rules(1, 5)), page("某市条例", "（2024年3月1日）", *other))
    assert [d.title for d in library.documents] == ["某市条例", "某市条例（2024年3月1日）"]
    assert len({d.id for d in library.documents}) == 2


def test_a_text_without_headline_is_recognised_by_what_it_says() -> None:
    body = [
        "近日，某局负责人就《雨水办法》回答了提问。",
        "1.问：为什么制定办法？",
        f"答：{RULE}",
        "2.问：有什么要求？",
        f"答：{RULE.replace('雨水', '中水')}",
        "（新华社北京4月10日电）",
    ]
    library = read_library(
        page("某局负责人就《雨水办法》答记者问", *body), page(DATELINE, "（新华社北京4月10日电）", *body)
    )
    interviews = [d for d in library.documents if d.grammar == "qa"]
    assert [[w.siglum for w in d.witnesses] for d in interviews] == [["000", "001"]]


@pytest.mark.parametrize(
    ("part", "title"),
    [
        ("条例", "生态保护补偿条例"),
        ("意见", "关于加强社区工作者队伍建设的意见"),
        ("答记者问", "就《关于加强社区工作者队伍建设的意见》答记者问"),
        ("《生态保护补偿条例》", "生态保护补偿条例"),
        ("社区工作者队伍建设", "关于加强社区工作者队伍建设的意见"),
        ("李强签署国务院令", "李强签署国务院令 公布《生态保护补偿条例》"),
        ("雪山深处", "雪山深处植物园"),
    ],
)
def test_a_part_of_a_title_finds_its_document(bundled_library: Library, part: str, title: str) -> None:
    assert bundled_library.find(part).title == title


@pytest.mark.parametrize("part", ["民法典", "", "《》"])
def test_a_title_that_no_document_has(bundled_library: Library, part: str) -> None:
    with pytest.raises(InputError, match="生态保护补偿条例"):
        bundled_library.find(part)


def test_a_part_that_several_titles_have_names_them() -> None:
    library = read_library(
        page("甲市停车条例", *rules(1, 3)), page("乙市养犬条例", "第一条 养犬登记。", "第二条 犬只应当接种疫苗。")
    )
    with pytest.raises(InputError, match=r"甲市停车条例.*乙市养犬条例"):
        library.find("条例")


def test_identity_is_an_id(bundled_library: Library) -> None:
    ids = [a.id for d in bundled_library.documents for a in d.articles]
    assert len(ids) == len(set(ids))
    assert all(bundled_library.article(d.id, a.number) == a for d in bundled_library.documents for a in d.articles)


def test_parsing_is_deterministic_and_does_not_depend_on_the_order_of_the_pages(bundled_library: Library) -> None:
    assert build_library(read_bundled()) == bundled_library
    turned = build_library(reversed(read_bundled()))
    public = [
        {d.title: d.articles for d in library.documents if d.kind != NEWS} for library in (turned, bundled_library)
    ]
    assert public[0] == public[1]


def test_a_file_with_headings_only_is_named_not_lost_silently() -> None:
    library = read_library(page("某市条例", "第一条", "第二条"), page("某市办法", *rules(1, 2)))
    assert (library.empty, [d.title for d in library.documents]) == (("000.txt",), ["某市办法"])


def test_a_text_that_nothing_names_is_called_by_its_first_words() -> None:
    titles = [
        d.title
        for d in read_library(
            page(
                DATELINE,
                "（新华社北京4月10日电）",
                "近日，某地社区举办邻里节，居民欢聚一堂品尝美食。",
                "（新华社北京4月10日电）",
            )
        ).documents
    ]
    assert titles == ["某地近日举行植树活动", "近日，某地社区举办邻里节，居民欢聚一堂品尝美食"]


@pytest.mark.shared
def test_the_raw_pages_give_the_library_of_the_shipped_ones(shared: Path, bundled_library: Library) -> None:
    raw = build_library(import_files(sorted((shared / "pages").glob("*.txt"))).pages)
    assert raw.documents == bundled_library.documents
    assert [p.text for p in raw.pages] == [p.text for p in bundled_library.pages]


def test_news_are_kept_apart(bundled_library: Library) -> None:
    assert sum(d.kind == NEWS for d in bundled_library.documents) == 10
