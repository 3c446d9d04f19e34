"""What every item must stand, whoever made it: its quotation is literal, its key is what the text says, its wrong options are
not, it has one answer and does not tell it, and it is written in Chinese punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from assistant.material.clauses import shown
from assistant.material.points_head import KIND as MEASURE
from assistant.material.records import BETWEEN_BLANKS, BLANK, GAP, LETTERS, RIGHT, WRONG, Item
from assistant.material.remember import remembered
from assistant.verification import faults as unsupported
from index.records import Article, Document

_LATIN_SIGN = re.compile(r"(?<=[\u4e00-\u9fff”》）])[,;:?!()](?=[\u4e00-\u9fff“《（]|$)")
_DOUBLED = re.compile(r"[，。；：、]{2,}|[？！][。，]")
_OPENING = re.compile(r"^(?:根据《.+?》(?:第[^，]{1,12}条)?|《.+?》规定)，(?:关于“[^”]*”，)?")
_QUIET = re.compile(r"[\s，。；：、？！“”‘’（）()《》…\-—]")
_MATCHED = ("职责分工",)
"""Kinds whose wrong options stand elsewhere in the document, but not in the article."""
_ASKS_STATEMENTS = re.compile(r"下列(?:说法|做法|表述|答复)|有四种写法")
_ASKS_WRONG = re.compile(r"错误|不正确|不符合|不属于|不包括")
_POINTS = re.compile(r"[；\n]|（\d{1,2}）")
"""What parts the points of a short answer."""
FEWEST_OPTIONS, MOST_OPTIONS = 3, 8


def check_item(item: Item, document: Document, is_literal: bool = False) -> tuple[str, ...]:
    """What is wrong with an item, in Chinese; empty where it is sound.

    `is_literal`: its statements are the text's own words, so that they are looked up in it; otherwise (an item that
    somebody worded anew) numbers, bodies and kinds of rule are compared (`assistant.verification`).
    """
    article = document.article(item.article)
    if article is None:
        return (f"文件里没有{item.label}",)
    found = [*_form(item), *_quotation(item, article)]
    if not found:
        found += _giveaways(item)
        found += _support(item, article, document, is_literal)
    return tuple(dict.fromkeys(found))


def tests_same_words(item: Item, other: Item) -> bool:
    same_article = (item.document_id, item.article) == (other.document_id, other.article)
    return same_article and item.start < other.end and other.start < item.end


def _form(item: Item) -> Iterator[str]:
    texts = (item.stem, *item.options, item.explanation)
    if not item.stem.strip():
        yield "没有题干"
    if any(_LATIN_SIGN.search(text) for text in texts):
        yield "有英文标点"
    if any(_DOUBLED.search(text) for text in texts):
        yield "标点重复"
    if any(not option.strip() for option in item.options):
        yield "有空的选项"
    if len({_plain(option) for option in item.options}) < len(item.options):
        yield "选项重复"
    yield from _form_of_type(item)


def _form_of_type(item: Item) -> Iterator[str]:
    letters = LETTERS[: len(item.options)]
    if item.type in ("单选", "情景", "多选"):
        if not FEWEST_OPTIONS <= len(item.options) <= MOST_OPTIONS:
            yield f"选项要有 {FEWEST_OPTIONS}–{MOST_OPTIONS} 个，现在是 {len(item.options)} 个"
        if not item.key or any(letter not in letters for letter in item.key):
            yield f"答案“{item.key}”不是选项的字母"
        elif item.type == "多选" and not 2 <= len(item.key) < len(item.options):
            yield "多选题要有两个以上正确选项和至少一个错误选项"
        elif item.type != "多选" and len(item.key) != 1:
            yield "只能有一个正确选项"
        elif list(item.key) != sorted(set(item.key)):
            yield "答案的字母要按顺序，不重复"
    elif item.options:
        yield f"{item.type}题没有选项"
    if item.type == "判断" and item.key not in (RIGHT, WRONG):
        yield f"判断题的答案要写“{RIGHT}”或“{WRONG}”"
    if item.type == "填空":
        blanks, answers = item.stem.count(BLANK), item.key.split(BETWEEN_BLANKS)
        if blanks == 0 or blanks != len(answers) or not all(answer.strip() for answer in answers):
            yield f"题干有 {blanks} 个空，答案有 {len([a for a in answers if a.strip()])} 个"
    if item.type == "简答" and not item.key.strip():
        yield "没有答案"


def _quotation(item: Item, article: Article) -> Iterator[str]:
    end = item.quote_start + len(item.quote)
    if not item.quote or article.text[item.quote_start : end] != item.quote:
        yield "引文与原文不符"
    elif not (item.quote_start <= item.start < item.end <= end):
        yield "考点不在引文里"


def _giveaways(item: Item) -> Iterator[str]:
    """What lets an answer be read off the stem."""
    stem = _plain(_OPENING.sub("", item.stem))
    if item.type == "填空":
        for answer in item.key.split(BETWEEN_BLANKS):
            if _plain(answer) in stem:
                yield "题干里已经有答案"
    if item.type in ("单选", "多选") and GAP in item.stem:
        right = [option for letter, option in zip(LETTERS, item.options, strict=False) if letter in item.key]
        if any(len(_plain(option)) > 1 and _plain(option) in stem for option in right):
            yield "题干里已经有答案"


def _support(item: Item, article: Article, document: Document, is_literal: bool) -> Iterator[str]:
    if item.point == MEASURE:
        right = item.options[LETTERS.index(item.key)]
        if right != article.heading.rstrip("。"):
            yield "答案不是这一条的名称"
        return
    if item.type == "填空" and not is_literal:
        missing = [answer for answer in item.key.split(BETWEEN_BLANKS) if _plain(answer) not in _plain(item.quote)]
        yield from (f"引文里没有答案“{answer}”" for answer in missing)
        return
    for claim in claims(item):
        if claim.scope == "quote":
            holds = _plain(claim.text) in _plain(item.quote)
        else:
            holds = stands_in(claim.text, [article] if claim.scope == "article" else document.articles)
        if claim.is_true and not holds and (is_literal or unsupported(claim.text, item.quote, article, document)):
            yield f"原文没有这样说：{claim.text[:40]}"
        if not claim.is_true and holds:
            yield f"错误的选项原文里也有：{claim.text[:40]}"


class Claim(NamedTuple):
    """What an item says, whether the text should say so, and where."""

    text: str
    is_true: bool
    scope: Literal["quote", "article", "document"]


def claims(item: Item) -> Iterator[Claim]:
    """What the item says of the text when it is filled in.

    Of a list its members, of an answer its sentences, of a question its options: where they stand elsewhere in the text
    they answer another question.
    """
    stem = _OPENING.sub("", item.stem)
    marked = [(option, letter in item.key) for letter, option in zip(LETTERS, item.options, strict=False)]
    if item.type == "填空":
        for answer in item.key.split(BETWEEN_BLANKS):
            stem = stem.replace(BLANK, answer, 1)
        yield Claim(stem, True, "article")
    elif item.type == "判断":
        yield Claim(stem, item.key == RIGHT, "article" if item.key == RIGHT else "document")
    elif item.type == "简答":
        yield from (Claim(text, True, "article") for text in _POINTS.split(item.key) if _plain(text))
    elif _ASKS_STATEMENTS.search(stem):
        asks_wrong = bool(_ASKS_WRONG.search(re.split("下列|有四种写法", stem)[-1])) and item.type != "多选"
        yield from (Claim(option, is_key != asks_wrong, "document") for option, is_key in marked)
    elif item.type == "多选" or item.point in _MATCHED:
        yield from (Claim(option, is_key, "article") for option, is_key in marked)
    elif GAP in stem and not stem.endswith("？"):
        for option, is_key in marked:
            yield Claim(stem.replace(GAP, option), is_key, "article" if is_key else "document")
    else:
        yield from (Claim(option, is_key, "quote") for option, is_key in marked)


def stands_in(text: str, articles: Sequence[Article]) -> bool:
    """Whether an article says so in these words; `……` stands for words left out."""
    parts = [_plain(part) for part in text.split("……") if _plain(part)]
    return any(all(part in spoken for part in parts) for article in articles for spoken in _spoken(article))


@remembered(4096)
def _spoken(article: Article) -> tuple[str, str]:
    """The text without signs, and without the abbreviations that it introduces as well."""
    return _plain(shown(article.text)), _plain(article.text)


def _plain(text: str) -> str:
    return _QUIET.sub("", text)
