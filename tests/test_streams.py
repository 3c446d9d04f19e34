"""What is no difference between printings, and that nothing printed is lost on the way to the comparison."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.collation.streams import Markers, Stream, known_parts, make_stream, normal_form
from index.library import Library
from index.records import Article, Witness


def printing(*texts: str, siglum: str = "000", starts_inside: bool = False, parts: tuple[str, ...] = ()) -> Witness:
    numbered = [(str(n), text) for n, text in enumerate(texts, start=1)]
    articles = tuple(Article("", n, f"第{n}条", "", parts[int(n) - 1] if parts else "", text) for n, text in numbered)
    return Witness(siglum, "测试条例", "测试条例", "law", articles, starts_inside=starts_inside)


def printed(stream: Stream, article: int) -> str:
    return "".join(t.printed for t in stream.tokens if t.article == article and t.place == "text")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("（一）申请；", "(一)申请;"),
        ("“两委”成员", "「两委」 成员"),
        ("６万人——每万人", "6万人—每万人"),
        ("省级　层面", "省级层面"),
        ("第一款\n第二款", "第一款第二款"),
        ("等等……", "等等…"),
        ("1. 申请", "1、申请"),
    ],
)
def test_no_difference(one: str, other: str) -> None:
    markers = Markers()
    assert make_stream(printing(one), markers).normal == make_stream(printing(other), markers).normal


@pytest.mark.parametrize(
    ("one", "other"), [("应当", "可以"), ("申请，", "申请、"), ("（一）申请", "（二）申请"), ("12", "21")]
)
def test_a_difference(one: str, other: str) -> None:
    markers = Markers()
    assert make_stream(printing(one), markers).normal != make_stream(printing(other), markers).normal


@given(st.text(alphabet="一二（）()1.、“”…—· 区\n职，。Ａ㎡", max_size=60))
def test_every_printed_character_is_in_one_token(text: str) -> None:
    stream = make_stream(printing("甲" + text), Markers())
    assert len(stream.normal) == len(stream.tokens)
    assert "".join(printed(stream, 0).split()) == "".join(("甲" + text).split())


def test_blanks_inside_a_line_stay_printed() -> None:
    stream = make_stream(printing("使用 Windows 11 系统\n第二款"), Markers())
    assert printed(stream, 0) == "使用 Windows 11 系统第二款"
    assert [t.printed for t in stream.tokens if t.begins_line] == ["第"]


def test_numbers_of_articles_are_marks_that_know_how_they_are_printed() -> None:
    markers = Markers()
    stream = make_stream(printing("甲", "乙"), markers)
    assert [markers.spelt(stream.normal[i]) for i in (0, 2)] == ["\n第一条", "\n第二条"]


def test_a_printing_that_begins_inside_has_no_first_mark() -> None:
    stream = make_stream(printing("半句。", "乙", starts_inside=True), Markers())
    assert stream.normal.startswith("半句")


def test_a_misprinted_heading_of_a_part_is_no_text() -> None:
    good = printing("甲甲甲。", "乙乙乙。", parts=("第一章 总则", "第二章 法律责任"))
    bad = printing("甲甲甲。\n弟二章 法律责任", "乙乙乙。", parts=("第一章 总则", "第一章 总则"))
    markers = Markers()
    parts = known_parts([good, bad])
    assert make_stream(bad, markers, parts).normal == make_stream(good, markers, parts).normal
    assert make_stream(bad, markers).normal != make_stream(good, markers).normal


def test_the_bundled_printings_are_wholly_in_their_streams(bundled_library: Library) -> None:
    for document in bundled_library.documents:
        for witness in document.witnesses:
            stream = make_stream(witness, Markers())
            for number, article in enumerate(witness.articles):
                assert "".join(printed(stream, number).split()) == "".join(article.text.split())


def test_normal_form_is_stable() -> None:
    for text in ("“Ａ”—…", "第１２条（一）"):
        assert normal_form(normal_form(text)) == normal_form(text)
