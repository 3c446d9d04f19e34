"""Points to items: blanks and choices. Every item is checked afterwards (`checks`)."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.citations import bracketed
from assistant.material.clauses import Clause, with_gap
from assistant.material.points import Point, Texts, pairs
from assistant.material.points_list import KIND as LIST
from assistant.material.points_list import OPENS
from assistant.material.points_name import subjects_of
from assistant.material.points_phrase import PAIR
from assistant.material.points_quantity import KIND as QUANTITY
from assistant.material.records import BETWEEN_BLANKS, BLANK, GAP, LETTERS, Difficulty, Item, ItemType
from index.numerals import NUMERAL, parse_numeral
from index.records import LEAD_ARTICLE, Article

CHOICES = 4
LEAST_BESIDE_TWO = 16
"""Characters of a clause beside two blanks."""
LEAST_CONTEXT = 15
"""Characters of a stem beside its blank."""
_NO_VERBS = ("对", "在", "为", "由", "根据", "按照", "通过", "国务院", "有", "各级", "以", "从", "与")
"""Openings of a law's sentence that are like those of a list, but tell who acts or in which case."""
_FREQUENCIES = {"每季度": 0.25, "每半年": 0.5, "每年": 1.0}
_ACTS = re.compile(
    r"[^，。；]{0,24}?(?:政府|部门|机关|单位|人员|委员会|组织|企业|法院|机构|公司|学校|国家|国务院|本[省市区]|[者人员工户会院校])"
    r"(?:应当|可以|不得|必须|负责|有权|要|对|在|按照|根据|会同|鼓励|支持|引导|建立|制定|实行|推进|完善)|^(?:对|由|国家|违反|为了?)"
)
"""How a sentence begins that says who acts, or in which case."""
_NO_MATTER = re.compile("自(?:受理|收到|接到|决定|批准)之日起")
"""A time that begins with what the sentence before was about."""
_BOUND = re.compile("(?:以上|以下|以内|之内|内|左右)$")


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

    @property
    def title(self) -> str:
        return bracketed(self.texts.document.title)

    def opening(self, text: str = "") -> str:
        """What leads to `text`; 根据 but once."""
        is_led = text.startswith(("根据", "按照", "依据", "依照"))
        return f"{self.title}规定，" if is_led else f"根据{self.title}，"

    def stem(self, text: str) -> str:
        return self.opening(text) + text


def is_usable(maker: Maker, point: Point) -> bool:
    """Whether the clause around a place is whole, stands alone, and was printed without damage there."""
    clause, article = point.clause, maker.article
    if not clause.stands or article.number == LEAD_ARTICLE or is_damaged(article, clause, point.start, point.end):
        return False
    if "……" in with_gap(clause, point.start, point.end, BLANK):
        return False  # a stem that breaks off
    lost_actor = OPENS.match(clause.text) and not clause.text.startswith(_NO_VERBS)
    return maker.texts.document.grammar != "law" or not lost_actor


def items_of_point(maker: Maker, point: Point) -> Iterator[Item]:
    """The items that are asked for one place: a blank, a choice."""
    if not is_usable(maker, point):
        return
    if point.can_be_blank and point.kind != PAIR:
        yield from _blank(maker, point)
    if point.kind == QUANTITY and _NO_MATTER.search(point.clause.text):
        return
    if len(point.wrong) >= CHOICES - 1 and is_understood(maker.article, point.clause):
        yield _choice(maker, point)


def items_of_pairs(maker: Maker, points: Sequence[Point]) -> Iterator[Item]:
    """Two blanks beside each other (树立____、____的鲜明导向): one item, as each half gives the other away."""
    for one, other in pairwise(sorted((p for p in points if p.kind == PAIR), key=lambda p: p.start)):
        if one.clause != other.clause or other.start - one.end != 1 or not is_usable(maker, one):
            continue
        gap = f"{BLANK}{one.clause.text[one.end - one.clause.start]}{BLANK}"
        stem = maker.stem(with_gap(one.clause, one.start, other.end, gap))
        if len(one.clause.text) - (other.end - one.start) < LEAST_BESIDE_TWO or "……" in stem:
            continue
        key = f"{one.text}{BETWEEN_BLANKS}{other.text}"
        yield maker.item("填空", stem, (), key, source(one), quote_of(one), (one.start, other.end), PAIR, "中")


def is_understood(article: Article, clause: Clause) -> bool:
    """Whether a class understands the clause without those before it: of a law's later sentences only those that name who
    acts."""
    begin = clause.sentence_start if clause.is_first else clause.start
    opens = begin == 0 or article.text[begin - 1] == "\n"
    return opens or bool(article.heading) or bool(_ACTS.match(clause.text))


def is_damaged(article: Article, clause: Clause, start: int = 0, end: int = 0) -> bool:
    """Whether the page cut the clause off, or failed the words `article.text[start:end]`: nobody is examined on what is not
    sure. A lost number of a list harms nothing."""
    for damage in article.damages:
        first, last = (clause.start, clause.end) if damage.kind in ("cut_off", "missing_line") else (start, end)
        if damage.kind != "lost_marker" and damage.start < last and first < max(damage.end, damage.start + 1):
            return True
    return False


def _blank(maker: Maker, point: Point) -> Iterator[Item]:
    if point.text == "每年":
        return  # what else
    if point.kind == QUANTITY and (bound := _BOUND.search(point.text)):
        point = replace(point, end=point.start + bound.start(), text=point.text[: bound.start()])
    gap = with_gap(point.clause, point.start, point.end, BLANK)
    if len(re.sub(r"[^\w]|_", "", gap)) < LEAST_CONTEXT or _is_told(maker, point):
        return
    difficulty: Difficulty = "易" if point.kind == QUANTITY else "中"
    stem = maker.stem(gap)
    yield maker.item(
        "填空", stem, (), point.text, source(point), quote_of(point), span_of(point), point.kind, difficulty
    )


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
    explanation = f"{source(point)}故选{key}。"
    return maker.item("单选", stem, options, key, explanation, quote_of(point), span_of(point), point.kind, difficulty)


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


def source(point: Point) -> str:
    return f"原文：{quoted(point)}"


def quoted(point: Point) -> str:
    return quoted_clause(point.clause)


def quoted_clause(clause: Clause) -> str:
    """The clause in quotation marks, with one full stop."""
    return f"“{clause.text.rstrip('；;：:')}”" + ("" if clause.text.endswith("。") else "。")


def quote_of(point: Point) -> tuple[int, int]:
    return point.clause.start, point.clause.end


def span_of(point: Point) -> tuple[int, int]:
    return point.start, point.end
