"""判断 and 下列说法: statements of the text, as they stand or with one place changed, alone and among others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from assistant.material.clauses import Clause, clauses, is_statement, shown
from assistant.material.items import (
    CHOICES,
    Maker,
    is_damaged,
    is_understood,
    is_usable,
    quote_of,
    quoted,
    quoted_clause,
    span_of,
)
from assistant.material.points import Point
from assistant.material.points_body import KIND as BODY
from assistant.material.points_word import must_stay
from assistant.material.records import GAP, LETTERS, RIGHT, WRONG, Item
from assistant.material.remember import remembered
from index.records import LEAD_ARTICLE, Article

LONGEST_OPTION = 60
_COMMONPLACE = re.compile(
    "各自(?:的)?职责|各负其责|滥用职权|玩忽职守|徇私舞弊|追究刑事责任|多种形式|从其规定|遵守本|制定本(?:条例|办法|法|规定)|另有规定|表彰|规定用途|近年来|有的|由此|取得.{0,8}(?:成效|进展)|重要意义"
)
_CHECKABLE = re.compile(
    "应当|可以|不得|必须|由(?!此|于)|负责|每|[一二三四五六七八九十\\d]+[年月日个次]|原则上|经.{2,12}(?:批准|同意)|是指"
)
"""What a true statement has that somebody may doubt."""
_PIECE = re.compile("[^，；。]+")
TRUTH = "原文表述"
LEAST_TRUTH = 24
"""Characters of a statement that is asked for as it stands."""
_NEXT_STAGE = re.compile("协商|调解|逾期|构成犯罪|情节|拒不|造成|给.{2,12}造成|有违法所得")
"""How a half-sentence begins that goes on with what happens then, and takes nothing back."""
LEAST_OPTION = 16
"""Characters of a statement among others, which has no sentence before it that says who."""
_PART_NUMBER = re.compile(r"^(?:第[一二三四五六七八九十百]+[章节编部分]+|[一二三四五六七八九十]+、)\s*")
TWO_FALSE = 0.6
"""How often two of four statements are false where they can be: who knows that one is always false need not read them."""


def items_of_statements(maker: Maker, point: Point, points: Sequence[Point]) -> Iterator[Item]:
    """The clause of a place as it stands, with the place changed, and so among other statements of the article."""
    if not _may_be_false(maker, point):
        return
    yield _true(maker, point)
    yield _false(maker, point)
    yield from _among_statements(maker, point, points)


def _may_be_false(maker: Maker, point: Point) -> bool:
    around = maker.article.heading, maker.article.part
    is_told = point.kind != BODY and any(point.text in each for each in around)
    if is_told or not point.falsehoods or not is_usable(maker, point):
        return False
    return may_be_asked(maker.article, point.clause) and not must_stay(point.clause)


def may_be_asked(article: Article, clause: Clause) -> bool:
    """Whether the clause can be put to a class as a statement: nobody doubts that everybody does his part, and what merely
    tells how things were is no rule."""
    if article.text[clause.end : clause.end + 1] in ("但", "除"):
        return False  # the exception belongs to it
    following = article.text[clause.end : clause.sentence_end]
    if not article.heading and clause.text.endswith(("；", ";")) and not _NEXT_STAGE.match(following):
        return False  # a law's other half may take it back
    if not is_statement(clause) or _COMMONPLACE.search(clause.text) or clause.statement.endswith("的。"):
        return False
    return is_understood(article, clause)


def items_of_truth(maker: Maker, points: Sequence[Point]) -> Iterator[Item]:
    """The clauses that nothing makes false, as they stand, where there is something in them to doubt."""
    asked = {point.clause for point in points if point.falsehoods}
    for clause in clauses(maker.article):
        overlaps = any(c.start < clause.end and clause.start < c.end for c in asked)
        is_whole = clause.statement.rstrip("。") == clause.text.strip().rstrip("；;。")
        if (
            overlaps
            or not is_whole
            or must_stay(clause)
            or not may_be_asked(maker.article, clause)
            or len(clause.statement) < LEAST_TRUTH
        ):
            continue
        if is_damaged(maker.article, clause) or maker.article.number == LEAD_ARTICLE:
            continue
        if not _CHECKABLE.search(clause.text):
            continue  # a slogan
        pieces = [(clause.start + m.start(), clause.start + m.end()) for m in _PIECE.finditer(clause.text)]
        free = [(s, e) for s, e in pieces if not any(p.start < e and s < p.end and p.can_be_blank for p in points)]
        if not free:
            continue
        start, end = max(free, key=lambda span: span[1] - span[0])
        explanation = f"与原文一致：{quoted_clause(clause)}"
        stem = maker.stem(clause.statement)
        quote = clause.start, clause.end
        yield maker.item("判断", stem, (), RIGHT, explanation, quote, (start, end), TRUTH, "易")


def altered(*changes: tuple[Point, str]) -> str:
    """The clause of some places as a statement, with each of them filled with what is beside it."""
    clause = changes[0][0].clause
    text = clause.text
    for point, filling in sorted(changes, key=lambda change: -change[0].start):
        text = f"{text[: point.start - clause.start]}{filling}{text[point.end - clause.start :]}"
    return shown(text)


class _Lie(NamedTuple):
    """A place, and what stands there in the false statement."""

    point: Point
    lie: str

    @property
    def statement(self) -> str:
        return altered(self)

    @property
    def correction(self) -> str:
        return f"原文是“{self.point.text}”，不是“{self.lie}”：{quoted(self.point)}"


def _true(maker: Maker, point: Point) -> Item:
    stem = maker.stem(point.clause.statement)
    explanation = f"与原文一致：{quoted(point)}"
    return maker.item("判断", stem, (), RIGHT, explanation, quote_of(point), span_of(point), point.kind, "易")


def _false(maker: Maker, point: Point) -> Item:
    false = _lie(maker, point)
    stem = maker.stem(false.statement)
    return maker.item("判断", stem, (), WRONG, false.correction, quote_of(point), span_of(point), point.kind, "中")


def _lie(maker: Maker, point: Point) -> _Lie:
    return _Lie(point, maker.chance(point.start, point.end, "lie").choice(point.falsehoods[:3]))


def _among_statements(maker: Maker, point: Point, points: Sequence[Point]) -> Iterator[Item]:
    """下列说法错误的是, 下列说法正确的有: the false statement among true ones of the same article, else of the same part; of
    the latter two may be false."""
    if not _is_option(maker.article, point.clause):
        return
    articles = [maker.article]
    if len(_options(maker.article)) < CHOICES + 1 and maker.article.part and not maker.article.heading:
        articles = [a for a in maker.texts.document.articles if a.part == maker.article.part]
    false = _lie(maker, point)
    others = [c for a in articles for c in _options(a) if not _gives_away(c, false)]
    about = _about(maker.article)
    if len(others) >= CHOICES - 1:
        yield _of_statements(maker, "单选", f"{about}下列说法错误的是{GAP}。", [false], others)
    lies = [false, *_another_lie(maker, false, points)]
    others = [c for c in others if not any(_gives_away(c, each) for each in lies)]
    if len(others) >= CHOICES - len(lies):
        yield _of_statements(maker, "多选", f"{about}下列说法正确的有{GAP}。", lies, others)


def _another_lie(maker: Maker, false: _Lie, points: Sequence[Point]) -> Iterator[_Lie]:
    """A second false statement of the article, now and then."""
    chance = maker.chance(false.point.start, false.point.end, "another")
    if chance.random() >= TWO_FALSE:
        return
    options = {(clause.start, clause.end) for clause in _options(maker.article)}
    for other in chance.sample(list(points), len(points)):
        if (other.clause.start, other.clause.end) not in options or _gives_away(other.clause, false):
            continue
        if _may_be_false(maker, other):
            lie = _lie(maker, other)
            if not _gives_away(false.point.clause, lie):
                yield lie
                return


def _of_statements(
    maker: Maker, kind: Literal["单选", "多选"], asks: str, lies: Sequence[_Lie], others: Sequence[Clause]
) -> Item:
    point = lies[0].point
    chance = maker.chance(point.start, point.end, asks)
    true = [c.statement for c in chance.sample(list(others), CHOICES - len(lies))]
    options = [*(each.statement for each in lies), *true]
    chance.shuffle(options)
    odd = {LETTERS[options.index(each.statement)]: each.correction for each in lies}
    letters = LETTERS[: len(options)]
    key = "".join(letter for letter in letters if (letter in odd) == (kind == "单选"))
    wrong = "".join(f"{letter}项{odd[letter]}" for letter in sorted(odd))
    explanation = f"{wrong}其他各项与原文一致。"
    stem = maker.opening() + asks
    return maker.item(kind, stem, options, key, explanation, quote_of(point), span_of(point), point.kind, "难")


def _about(article: Article) -> str:
    heading = article.heading.rstrip("。") or _PART_NUMBER.sub("", article.part.rpartition("›")[2].strip())
    is_general = heading in ("总则", "附则", "其他", "其它", "一般规定", "其他规定", "")
    return "" if is_general else f"关于“{heading}”，"


def _is_option(article: Article, clause: Clause) -> bool:
    if not clause.is_first:
        return False  # what stands before a semicolon says who and when
    size = len(clause.statement)
    return may_be_asked(article, clause) and not must_stay(clause) and LEAST_OPTION <= size <= LONGEST_OPTION


@remembered(4096)
def _options(article: Article) -> tuple[Clause, ...]:
    """The clauses that may stand beside a false one; none that holds another."""
    found = [c for c in clauses(article) if _is_option(article, c) and not is_damaged(article, c)]
    return tuple(c for c in found if not any(o is not c and c.start <= o.start and o.end <= c.end for o in found))


def _gives_away(clause: Clause, false: _Lie) -> bool:
    """Whether a true option overlaps with the false one, or speaks of what was swapped."""
    point, lie = false
    overlaps = clause.start < point.clause.end and point.clause.start < clause.end and clause.text in point.article.text
    return overlaps or point.text in clause.text or lie in clause.text
