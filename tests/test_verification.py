"""What a sentence says must stand in the clause that it cites, whoever wrote it."""

from __future__ import annotations

import pytest

from assistant.verification import faults, unsupported
from index.records import Article, Document

DOCUMENT = Document("d", "示例办法", "", "", "law", (), "0", date="2024年4月10日")
TEXT = (
    "读者借阅图书的期限为30日，每名读者最多借阅5册。读者不得转借图书；因教学确需转借的，报市图书馆批准。"
    "鼓励读者捐赠图书。读者可以申请续借。本办法自2024年6月1日起施行。"
)
ARTICLE = Article("d", "4", "第4条", "", "", TEXT)
BAN = "读者不得转借图书；因教学确需转借的，报市图书馆批准"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("借阅期限是30天，最多5册", []),
        ("借阅期限是三十天", []),
        ("借阅期限是30册", ["30册"]),  # the number stands there, with another unit
        ("借阅期限是15天", ["15天"]),
        ("最多借五本", []),
        ("2024年6月1日起施行", []),
        ("2024年6月起施行", []),
        ("2024年1月6日起施行", ["2024年1月6日"]),  # the same numbers, another date
        ("2025年6月1日起施行", ["2025年6月1日"]),
        ("2024年4月10日公布", []),  # the document's own date
        ("转借由市教育局批准", ["市教育局"]),
        ("转借找居委会批准", ["居委会"]),
        ("逾期罚款五万", ["五万"]),
        ("逾期扣百分之五十押金", ["百分之五十"]),
        ("期限一年", ["一年"]),
        ("图书一次最多借5册", []),
    ],
)
def test_numbers_with_their_units_dates_and_bodies(text: str, wrong: list[str]) -> None:
    found = unsupported(text, ARTICLE, DOCUMENT)
    assert len(found) == len(wrong) and all(w in f or f in w for w, f in zip(wrong, found, strict=True))


@pytest.mark.parametrize(
    ("text", "quote", "is_wrong"),
    [
        ("转借图书可以", "读者不得转借图书", True),
        ("图书不能转借，教学确需的报批", BAN, False),
        ("图书一律不得转借", BAN, True),  # without the exception that stands beside it
        ("图书一般一律不得转借，教学确需的除外", BAN, False),
        ("读者必须捐赠图书", "鼓励读者捐赠图书", True),
        ("鼓励读者捐赠图书", "鼓励读者捐赠图书", False),
        ("读者必须申请续借图书", "读者可以申请续借", True),
        ("读者可以申请续借图书", "读者可以申请续借", False),
        ("读者能转借图书", "读者不得转借图书", True),
        ("读者转借图书没问题", BAN, True),
        ("因教学确需的，经市图书馆批准可以转借图书", BAN, False),
        ("教学确需转借图书不用报市图书馆批准", BAN, True),
        ("图书一律不得转借", "读者不得转借图书", True),  # the exception is cut from the quotation
    ],
)
def test_the_kind_of_rule_is_kept(text: str, quote: str, is_wrong: bool) -> None:
    assert bool(faults(text, quote, ARTICLE, DOCUMENT)) is is_wrong


def test_a_ban_that_stands_nowhere_is_wrong() -> None:
    article = Article("d", "5", "第5条", "", "", "读者可以申请续借图书。")
    assert faults("读者不得续借图书", "读者可以申请续借图书", article, DOCUMENT) == ["原文没有禁止"]


@pytest.mark.parametrize(
    "text",
    ["书转市得批馆读学阅准借教确因册捐赠续", "社区工作者每年体检并参加社会保险", "asdf jkl 市批读转册馆学得借准"],
)
def test_what_is_no_language_or_about_something_else_is_wrong(text: str) -> None:
    assert "不成句或与条文无关" in faults(text, BAN, ARTICLE, DOCUMENT)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("不行，教学确需的要报市图书馆批准", BAN),
        ("可以续借图书", "读者可以申请续借"),
        ("不行", BAN),
        ("最多借5册图书，期限30天", "读者借阅图书的期限为30日，每名读者最多借阅5册"),
    ],
)
def test_plain_sentences_pass(text: str, quote: str) -> None:
    assert faults(text, quote, ARTICLE, DOCUMENT) == []
