"""归属与职责: which measure a clause is of, what a body has to do. The wrong options are
the text's own clauses, measures and duties, from other places of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.material.clauses import Clause, clauses, shown
from assistant.material.items import CHOICES, Maker, is_damaged
from assistant.material.points_body import level_places
from assistant.material.points_head import KIND as MEASURE
from assistant.material.points_head import fitting_headings, stem_of
from assistant.material.points_list import OPENS
from assistant.material.points_word import must_stay
from assistant.material.records import GAP, LETTERS, Item
from assistant.material.remember import remembered
from index.records import Article, Document
from index.tokens import content_words

DUTY = "职责分工"
SHORTEST_DEED, LONGEST_DEED = 8, 40
_DUTY = re.compile(
    r"(?:^|[，；])(?:原则上)?(?P<body>(?:省级|市地级|市级|设区的市级|县级|街道（乡镇）|乡镇（街道）)(?:(?:或|和)(?:省级|市地级|市级|县级|街道（乡镇）))?(?:以上)?"
    r"(?:层面|党委[\u4e00-\u9fff]{2,6}部门|[\u4e00-\u9fff]{2,8}(?:主管|行政|管理)部门)?)(?P<deed>(?!或|和|以上|、)[^；。]{6,40})(?=[；。])"
)
_FRAGMENT = re.compile(r"^(?:可?根据|可?结合|可?按|其|该|此|并|也|前款|参照|比照|依照|适用)|前款|前条|本条第")


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a clause that can be an option: offsets into the article's text."""

    article: Article
    clause: Clause
    start: int
    end: int
    asks: str
    places: frozenset[int]

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


def items_of_headings(maker: Maker) -> Iterator[Item]:
    """For the clauses that share no word with their heading: which measure they are of. The first tests the heading, the
    others themselves."""
    tested_heading = False
    first_paragraph = maker.article.text.find("\n") % (
        len(maker.article.text) + 1
    )  # what follows may close the document
    for clause in (c for c in clauses(maker.article) if c.end <= first_paragraph):
        others = fitting_headings(maker.texts.document, maker.article, clause)
        if len(others) < CHOICES - 1 or is_damaged(maker.article, clause):
            continue
        heading = maker.article.heading.rstrip("。")
        chance = maker.chance("heading", clause.start)
        options = [heading, *chance.sample(others[:4], CHOICES - 1)]
        chance.shuffle(options)
        key = LETTERS[options.index(heading)]
        explanation = f"这句话出自{maker.article.label}，故选{key}。"
        quote = (clause.start, clause.end) if tested_heading else (0, clause.end)
        tested = (clause.start, clause.end) if tested_heading else (0, len(heading))
        tested_heading = True
        yield maker.item(
            "单选", stem_of(maker.texts.document, clause), options, key, explanation, quote, tested, MEASURE, "中"
        )


def items_of_duties(maker: Maker) -> Iterator[Item]:
    """What a body has to do, among what other bodies have to do."""
    everywhere = _duties(maker.texts.document)
    for own in (part for part in everywhere if part.article.number == maker.article.number):
        others = [
            p for p in everywhere if not p.places & own.places and p.text not in own.clause.text and not _alike(p, own)
        ]
        yield from _matched(maker, own, others, f"下列事项中，由{own.asks}负责的是{GAP}。", DUTY)


def _matched(maker: Maker, own: _Part, others: list[_Part], asks: str, kind: str) -> Iterator[Item]:
    texts = list(dict.fromkeys(shown(part.text) for part in others))
    near = [text for text in texts if abs(len(text) - len(own.text)) <= max(8, len(own.text) // 2)]
    if len(near) < CHOICES - 1 or is_damaged(maker.article, own.clause) or must_stay(own.clause):
        return
    chance = maker.chance(kind, own.start)
    right = shown(own.text)
    options = [right, *chance.sample(near, CHOICES - 1)]
    chance.shuffle(options)
    key = LETTERS[options.index(right)]
    explanation = f"原文：“{own.clause.text.rstrip('；;。')}。”其他各项是别处的规定。"
    yield maker.item(
        "单选",
        maker.opening() + asks,
        options,
        key,
        explanation,
        (own.clause.start, own.clause.end),
        (own.start, own.end),
        kind,
        "中",
    )


def _alike(one: _Part, other: _Part) -> bool:
    """Whether two pieces share most of their words: then one may be right in the other's place."""
    ones, others = set(content_words(one.text)), set(content_words(other.text))
    return 2 * len(ones & others) > min(len(ones), len(others)) or one.asks == other.asks


@remembered(64)
def _duties(document: Document) -> tuple[_Part, ...]:
    found = []
    for article in document.articles:
        for clause in clauses(article):
            for match in _DUTY.finditer(clause.text):
                deed, start = match["deed"], clause.start + match.start("deed")
                if (
                    SHORTEST_DEED <= len(deed) <= LONGEST_DEED
                    and not deed.endswith(("的", "等"))
                    and not _FRAGMENT.search(deed)
                    and OPENS.match(deed)
                    and not re.search("省级|市地级|市级|县级|街道", deed)
                ):
                    places = level_places(match["body"])
                    found.append(_Part(article, clause, start, start + len(deed), match["body"], places))
    return tuple(found)
