"""Points to items: blanks, choices, statements that are true or false, lists. Every item is checked afterwards (`checks`)."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import cast

from assistant.citations import bracketed
from assistant.material.clauses import Clause, clauses, is_statement, shown, with_gap
from assistant.material.points import Point, Texts, pairs
from assistant.material.points_body import KIND as BODY
from assistant.material.points_list import KIND as LIST
from assistant.material.points_list import OPENS
from assistant.material.points_name import subjects_of
from assistant.material.points_phrase import PAIR
from assistant.material.points_quantity import KIND as QUANTITY
from assistant.material.points_word import must_stay
from assistant.material.records import BETWEEN_BLANKS, BLANK, GAP, LETTERS, RIGHT, WRONG, Difficulty, Item, ItemType
from assistant.material.remember import remembered
from index.numerals import NUMERAL, parse_numeral
from index.records import LEAD_ARTICLE, Article

CHOICES = 4
LONGEST_OPTION = 60
LEAST_BESIDE_TWO = 16
"""Characters of a clause beside two blanks."""
LEAST_CONTEXT = 12
"""Characters of a stem beside its blank."""
_ACTS = re.compile(
    r"[^，。；]{0,24}?(?:政府|部门|机关|单位|人员|委员会|组织|企业|法院|机构|公司|学校|国家|国务院|本[省市区]|[者人员工户会院校])"
    r"(?:应当|可以|不得|必须|负责|有权|要|对|在|按照|根据|会同|鼓励|支持|引导|建立|制定|实行|推进|完善)|^(?:对|由|国家|违反|为了?)"
)
"""How a sentence begins that says who acts, or in which case."""
_COMMONPLACE = re.compile(
    "各自(?:的)?职责|各负其责|滥用职权|玩忽职守|徇私舞弊|追究刑事责任|多种形式|从其规定|制定本(?:条例|办法|法|规定)|另有规定"
)
_CHECKABLE = re.compile(
    "应当|可以|不得|必须|由|负责|每|[一二三四五六七八九十\\d]+[年月日个次]|原则上|经.{2,12}(?:批准|同意)|是指"
)
"""What a true statement has that somebody may doubt."""
_BOUND = re.compile("(?:以上|以下|以内|之内|内|左右)$")
_PIECE = re.compile("[^，；。]+")
TRUTH = "原文表述"
LEAST_TRUTH = 24
"""Characters of a statement that is asked for as it stands."""
LEAST_OPTION = 16
"""Characters of a statement among others, which has no sentence before it that says who."""
_FREQUENCIES = {"每季度": 0.25, "每半年": 0.5, "每年": 1.0}
_PART_NUMBER = re.compile(r"^(?:第[一二三四五六七八九十百]+[章节编部分]+|[一二三四五六七八九十]+、)\s*")


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes items about one article; `seed` decides which fillings are taken and where the right one stands."""

    texts: Texts
    article: Article
    seed: int

    def chance(self, *about: object) -> random.Random:
        """A generator of its own for each item: another number of items changes none of them."""
        return random.Random("|".join(map(str, (self.seed, self.article.id, *about))))

    def item(
        self,
        kind: ItemType,
        stem: str,
        options: Sequence[str],
        key: str,
        explanation: str,
        quote: tuple[int, int],
        tested: tuple[int, int],
        point: str,
        difficulty: Difficulty,
    ) -> Item:
        start, end = quote
        text = self.article.text[start:end]
        name = f"{self.article.id}|{tested}|{kind}|{stem}|{'|'.join(options)}"
        return Item(
            hashlib.sha256(name.encode()).hexdigest()[:12],
            kind,
            stem,
            tuple(options),
            key,
            explanation,
            self.texts.document.id,
            self.texts.document.title,
            self.article.number,
            self.article.label,
            text,
            start,
            *tested,
            point,
            difficulty,
        )

    def opening(self, text: str = "") -> str:
        """What leads to `text`; 根据 but once."""
        title = bracketed(self.texts.document.title)
        return f"{title}规定，" if text.startswith(("根据", "按照", "依据", "依照")) else f"根据{title}，"

    def stem(self, text: str) -> str:
        return self.opening(text) + text


def items_of_point(maker: Maker, point: Point) -> Iterator[Item]:
    """The items that can be made of one place: a blank, a choice, a statement, one false statement among true ones."""
    clause = point.clause
    if (
        not clause.stands
        or is_damaged(maker.article, clause, point.start, point.end)
        or maker.article.number == LEAD_ARTICLE
    ):
        return
    if "……" in with_gap(clause, point.start, point.end, BLANK):
        return  # a stem that breaks off
    if (
        maker.texts.document.grammar == "law"
        and OPENS.match(clause.text)
        and not clause.text.startswith(
            ("对", "在", "为", "由", "根据", "按照", "通过", "国务院", "有", "各级", "以", "从", "与")
        )
    ):
        return  # a sentence of a law has an actor; this one was lost
    if point.can_be_blank and point.kind != PAIR:
        yield from _blank(maker, point)
    if len(point.wrong) >= CHOICES - 1:
        yield _choice(maker, point)
    tells = point.kind != BODY and (point.text in maker.article.heading or point.text in maker.article.part)
    if may_be_asked(maker.article, clause) and not must_stay(clause) and point.falsehoods and not tells:
        yield _true(maker, point)
        yield _false(maker, point)
        yield from _among_statements(maker, point)


def may_be_asked(article: Article, clause: Clause) -> bool:
    """Whether the clause can be put to a class as a statement: nobody doubts that everybody does his part, and of a law's
    later sentences only those that name who acts are understood without the first."""
    if not is_statement(clause) or _COMMONPLACE.search(clause.text):
        return False
    opens = clause.start == 0 or article.text[clause.start - 1] == "\n"
    return opens or bool(article.heading) or bool(_ACTS.match(clause.text))


def items_of_truth(maker: Maker, points: Sequence[Point]) -> Iterator[tuple[Item, bool]]:
    """The clauses that nothing makes false, as they stand, and whether there is something in them to doubt."""
    asked = {point.clause for point in points if point.falsehoods}
    for clause in clauses(maker.article):
        overlaps = any(c.start < clause.end and clause.start < c.end for c in asked)
        is_whole = clause.statement.rstrip("。") == clause.text.strip().rstrip("；;。")
        if overlaps or not is_whole or not may_be_asked(maker.article, clause) or len(clause.statement) < LEAST_TRUTH:
            continue
        if is_damaged(maker.article, clause) or maker.article.number == LEAD_ARTICLE:
            continue
        pieces = [(clause.start + m.start(), clause.start + m.end()) for m in _PIECE.finditer(clause.text)]
        free = [(s, e) for s, e in pieces if not any(p.start < e and s < p.end and p.can_be_blank for p in points)]
        if not free:
            continue
        start, end = max(free, key=lambda span: span[1] - span[0])
        explanation = f"与原文一致：{_quoted_clause(clause)}"
        stem = maker.stem(clause.statement)
        quote = clause.start, clause.end
        item = maker.item("判断", stem, (), RIGHT, explanation, quote, (start, end), TRUTH, "易")
        yield item, bool(_CHECKABLE.search(clause.text))


def items_of_pairs(maker: Maker, points: Sequence[Point]) -> Iterator[Item]:
    """Two blanks beside each other (树立____、____的鲜明导向): one item, as each half gives the other away."""
    for one, other in pairwise(sorted((p for p in points if p.kind == PAIR), key=lambda p: p.start)):
        if one.clause != other.clause or other.start - one.end != 1 or is_damaged(maker.article, one.clause):
            continue
        gap = f"{BLANK}{one.clause.text[one.end - one.clause.start]}{BLANK}"
        stem = maker.stem(with_gap(one.clause, one.start, other.end, gap))
        if len(one.clause.text) - (other.end - one.start) < LEAST_BESIDE_TWO or "……" in stem:
            continue
        key = f"{one.text}{BETWEEN_BLANKS}{other.text}"
        yield maker.item("填空", stem, (), key, _source(one), _quote(one), (one.start, other.end), PAIR, "中")


def is_damaged(article: Article, clause: Clause, start: int = 0, end: int = 0) -> bool:
    """Whether the page cut the clause off, or failed the words `article.text[start:end]`: nobody is examined on what is not
    sure. A lost number of a list harms nothing."""
    for damage in article.damages:
        first, last = (clause.start, clause.end) if damage.kind in ("cut_off", "missing_line") else (start, end)
        if damage.kind != "lost_marker" and damage.start < last and first < max(damage.end, damage.start + 1):
            return True
    return False


def _blank(maker: Maker, point: Point) -> Iterator[Item]:
    if point.kind == QUANTITY and (bound := _BOUND.search(point.text)):
        point = replace(point, end=point.start + bound.start(), text=point.text[: bound.start()])
    gap = with_gap(point.clause, point.start, point.end, BLANK)
    if len(re.sub(r"[^\w]|_", "", gap)) < LEAST_CONTEXT or _is_told(maker, point):
        return
    difficulty: Difficulty = "易" if point.kind == QUANTITY else "中"
    stem = maker.stem(gap)
    yield maker.item("填空", stem, (), point.text, _source(point), _quote(point), _span(point), point.kind, difficulty)


def _is_told(maker: Maker, point: Point) -> bool:
    """Whether the title, the heading or the word beside the blank tells what stands in it (____和地方财政)."""
    around = maker.texts.document.title, maker.article.heading, maker.article.part
    rest = f"{point.clause.text[: point.start - point.clause.start]}，{point.clause.text[point.end - point.clause.start :]}"
    own = pairs(point.text)
    if point.kind not in (LIST, PAIR) and len(point.text) > 3 and 2 * len(own & pairs(rest)) > len(own):
        return True  # most of it stands beside the blank, or elsewhere in the sentence
    subjects = subjects_of(maker.texts.document)
    words = (point.text[:2], point.text[-2:]) if len(point.text) == 4 and point.kind not in (LIST, PAIR) else ()
    if any(word in rest and not any(word in subject for subject in subjects) for word in words):
        return True  # 责令____；逾期未改正的
    runs = {point.text[i : i + 4] for i in range(len(point.text) - 3)} if len(point.text) > 4 else set()
    if point.kind == LIST and any(run in rest and not any(run in s for s in subjects) for run in runs):
        return True  # 职业水平……职业水平提高
    before = point.clause.text[: point.start - point.clause.start]
    after = point.clause.text[point.end - point.clause.start :]
    tail = re.escape(point.text[-2:])
    beside = re.match(rf"[和或与及、][^，。；]{{0,6}}{tail}", after) or re.search(rf"{tail}[和或与及、]$", before)
    is_beside = bool(beside) and point.kind not in (LIST, PAIR)
    return any(point.text in each for each in around) or is_beside


def _choice(maker: Maker, point: Point) -> Item:
    chance = maker.chance(point.start, point.end, "choice")
    wrong = chance.sample(point.wrong[: CHOICES + 1], CHOICES - 1)
    options = _arranged([point.text, *wrong], point.kind, chance)
    stem = maker.stem(with_gap(point.clause, point.start, point.end, GAP))
    key = LETTERS[options.index(point.text)]
    difficulty: Difficulty = "易" if point.kind == QUANTITY else "中"
    explanation = f"{_source(point)}故选{key}。"
    return maker.item("单选", stem, options, key, explanation, _quote(point), _span(point), point.kind, difficulty)


def _arranged(options: list[str], kind: str, chance: random.Random) -> list[str]:
    """Numbers by size, as examinations print them; everything else by chance."""
    chance.shuffle(options)
    if kind != QUANTITY:
        return options
    sizes = {option: _size(option) for option in options}
    return sorted(options, key=lambda option: sizes[option] or 0) if None not in sizes.values() else options


def _size(text: str) -> float | None:
    """
    >>> _size("每半年") < _size("每年") < _size("每3年"), _size("2024年6月1日") < _size("2024年10月1日")
    (True, True)
    """
    if date := re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日", text):
        return int(date[1]) * 10_000 + int(date[2]) * 100 + int(date[3])
    if text in _FREQUENCIES:
        return _FREQUENCIES[text]
    digits = "".join(c for c in text if c.isdigit())
    numeral = "".join(c for c in text if c in NUMERAL)
    return int(digits) if digits else parse_numeral(numeral) if numeral else None


def _true(maker: Maker, point: Point) -> Item:
    stem = maker.stem(point.clause.statement)
    explanation = f"与原文一致：{_quoted(point)}"
    return maker.item("判断", stem, (), RIGHT, explanation, _quote(point), _span(point), point.kind, "易")


def _false(maker: Maker, point: Point) -> Item:
    lie = _lie(maker, point)
    stem = maker.stem(_altered(point, lie))
    explanation = f"原文是“{point.text}”，不是“{lie}”：{_quoted(point)}"
    return maker.item("判断", stem, (), WRONG, explanation, _quote(point), _span(point), point.kind, "中")


def _lie(maker: Maker, point: Point) -> str:
    return maker.chance(point.start, point.end, "lie").choice(point.falsehoods[:3])


def _altered(point: Point, filling: str) -> str:
    start, end = point.start - point.clause.start, point.end - point.clause.start
    return shown(f"{point.clause.text[:start]}{filling}{point.clause.text[end:]}")


def _among_statements(maker: Maker, point: Point) -> Iterator[Item]:
    """下列说法错误的是, 下列说法正确的有: the false statement among three true ones of the same article, else of the same part."""
    if not _is_option(maker.article, point.clause):
        return
    articles = [maker.article]
    if len(_options(maker.article)) < CHOICES + 1 and maker.article.part and not maker.article.heading:
        articles = [a for a in maker.texts.document.articles if a.part == maker.article.part]
    lie = _lie(maker, point)
    false = _altered(point, lie)
    others = [c for a in articles for c in _options(a) if not _gives_away(c, point, lie)]
    if len(others) < CHOICES - 1:
        return
    heading = maker.article.heading.rstrip("。") or _PART_NUMBER.sub("", maker.article.part.rpartition("›")[2].strip())
    heading = "" if heading in ("总则", "附则", "其他", "其它", "一般规定", "其他规定") else heading
    about = f"关于“{heading}”，" if heading else ""
    wrong = f"原文是“{point.text}”，不是“{lie}”：{_quoted(point)}"
    for kind, asks in (("单选", "错误的是"), ("多选", "正确的有")):
        chance = maker.chance(point.start, point.end, asks)
        options = [false, *(c.statement for c in chance.sample(others, CHOICES - 1))]
        chance.shuffle(options)
        odd = LETTERS[options.index(false)]
        key = odd if kind == "单选" else "".join(letter for letter in LETTERS[: len(options)] if letter != odd)
        stem = f"{maker.opening()}{about}下列说法{asks}{GAP}。"
        explanation = f"{odd}项{wrong}其他各项与原文一致。"
        yield maker.item(
            cast(ItemType, kind), stem, options, key, explanation, _quote(point), _span(point), point.kind, "难"
        )


def _is_option(article: Article, clause: Clause) -> bool:
    size = len(clause.statement)
    return may_be_asked(article, clause) and not must_stay(clause) and LEAST_OPTION <= size <= LONGEST_OPTION


@remembered(4096)
def _options(article: Article) -> tuple[Clause, ...]:
    """The clauses that may stand beside a false one; none that holds another."""
    found = [c for c in clauses(article) if _is_option(article, c) and not is_damaged(article, c)]
    return tuple(c for c in found if not any(o is not c and c.start <= o.start and o.end <= c.end for o in found))


def _gives_away(clause: Clause, point: Point, lie: str) -> bool:
    """Whether a true option overlaps with the false one, or speaks of what was swapped."""
    overlaps = clause.start < point.clause.end and point.clause.start < clause.end and clause.text in point.article.text
    return overlaps or point.text in clause.text or lie in clause.text


def _source(point: Point) -> str:
    return f"原文：{_quoted(point)}"


def _quoted(point: Point) -> str:
    return _quoted_clause(point.clause)


def _quoted_clause(clause: Clause) -> str:
    """The clause in quotation marks, with one full stop."""
    return f"“{clause.text.rstrip('；;：:')}”" + ("" if clause.text.endswith("。") else "。")


def _quote(point: Point) -> tuple[int, int]:
    return point.clause.start, point.clause.end


def _span(point: Point) -> tuple[int, int]:
    return point.start, point.end
