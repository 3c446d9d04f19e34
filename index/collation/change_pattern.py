"""What kind of differences two texts have: the scattered slips of careless printing, or the hand of a legislator."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from index.collation.differences import Difference, Letters, Stretch, find_differences, match
from index.records import Witness

_LONG = 5  # letters of an equal stretch that is no chance
_SLIP = 4  # letters: what one slip changes at most (a dropped or replaced word)
_SENTENCE = 8
_SHORT = 400  # letters: in a shorter text one wrong place says nothing of the rest
_BY_CHANCE = 0.3
_NUMERALS = frozenset("零〇一二三四五六七八九十百千万两0123456789")

_BIAS = -3.5
_REWRITTEN, _REPEATED, _RENUMBERED, _NUMBERS, _CLAUSES, _SLIPS = 3.9, 0.55, 2.5, 1.3, 0.3, 0.15
_CONCENTRATED = 2.0
"""Fitted by logistic regression on 384 pairs of versions of one law (three in four with 0.5-10% slips and lost lines) and
987 pairs of slipped printings of one text; numbers, clauses and concentration set by hand: made-up slips tell little of
them. At odds of 0, 1% of the slipped printings and 6% of the plain versions are on the wrong side."""
_LOOSE = 0.06  # rewordings a slip: two in 24 places where the bundled pages 000 and 001 differ, made-up slips 0.01


@dataclass(frozen=True, slots=True)
class Pattern:
    """The differences of two texts, counted by kind.

    `shared`/`shared_other`: the share of each text's letters that stand in equal stretches of five or more.
    """

    shared: float
    shared_other: float
    letters: int = 0
    """Letters of the shorter text."""
    slips: int = 0
    """Places of at most four letters, numerals apart."""
    numerals: int = 0
    """Numerals replaced by numerals."""
    rewritten: float = 0.0
    """Places where a clause stands for another one; half or less where only a part of it is new."""
    repeated: float = 0.0
    """Places where the same change comes again: 县人民政府水行政主管部门 -> 水务部门."""
    clauses: int = 0
    """Whole clauses that only one text has, from one mark to another."""
    lines: int = 0
    """Longer runs that only one text has, from the middle of a clause to another's: lost lines."""
    renumbered: int = 0
    """Articles with another number in the other text, by as much as the article before them."""

    @property
    def count(self) -> int:
        """Places of any kind."""
        return self.slips + self.numerals + self.clauses + self.lines + math.ceil(self.rewritten)

    @property
    def changes(self) -> float:
        """Places that look like the work of an amendment."""
        return self.rewritten + self.numerals + self.repeated

    def odds_of_version(self, dates_differ: bool = False) -> float:
        """The logarithm of the odds that this is an amended version and no flawed printing.

        Careless printings reword now and then, two slips fall side by side, and two lost lines look like one for another;
        only what exceeds that counts.
        """
        chance = 1.2 * self.slips**2 / max(1, self.letters) + _LOOSE * self.slips + 0.05 * self.lines
        evidence = (
            (_REWRITTEN, self.rewritten - chance - math.sqrt(chance)),
            (_REPEATED, self.repeated - 0.02 * self.slips),
            (_RENUMBERED, self.renumbered - 1 - 0.01 * self.slips),
            (_NUMBERS, self.numerals - 0.05 * self.slips),
            (_CLAUSES, self.clauses),
            (_SLIPS, self.slips),
        )
        odds = _BIAS + sum(weight * math.log1p(max(0.0, excess)) for weight, excess in evidence)
        changes = self.changes + (self.clauses if dates_differ else 0)
        is_concentrated = changes >= 1 and self.slips <= 2 * changes and self.letters >= _SHORT
        return odds + (_CONCENTRATED if is_concentrated else 0.0)


def read_pattern(witnesses: tuple[Witness, Witness], one: Letters, other: Letters) -> Pattern:
    """Aligns two texts and counts their differences; what one printing lacks at its beginning or end counts nothing."""
    stretches = match(one.text, other.text)
    shared = sum(length for _, _, length in stretches if length >= _LONG)
    counts: Counter[str] = Counter()
    changes: Counter[tuple[str, str]] = Counter()
    rewritten = 0.0
    for difference in find_differences(stretches, len(one.text), len(other.text)):
        if _is_edge(difference, one, other):
            continue
        mine = one.text[difference.one_start : difference.one_end]
        theirs = other.text[difference.other_start : difference.other_end]
        changes[mine, theirs] += 1
        kind = _classify(difference, mine, theirs, one, other)
        rewritten += {"rewritten": 1.0, "mixed": 0.5, "other": 0.3}.get(kind, 0.0)
        counts[kind] += 1
    return Pattern(
        shared=shared / max(1, len(one.text)),
        shared_other=shared / max(1, len(other.text)),
        letters=min(len(one.text), len(other.text)),
        slips=counts["slip"],
        numerals=counts["numeral"],
        rewritten=rewritten,
        repeated=_repeated(changes, one.text, other.text),
        clauses=counts["clause"],
        lines=counts["line"],
        renumbered=_renumbered(witnesses, one, other, stretches),
    )


def _is_edge(difference: Difference, one: Letters, other: Letters) -> bool:
    """Whether one text only begins later or ends sooner than the other."""
    at_end = difference.one_end == len(one.text) and difference.other_end == len(other.text)
    at_start = difference.one_start == 0 and difference.other_start == 0
    return (at_end or at_start) and min(difference.lengths) <= 2


def _classify(difference: Difference, mine: str, theirs: str, one: Letters, other: Letters) -> str:
    short, long = sorted(difference.lengths)
    if short and _NUMERALS.issuperset(mine + theirs):
        return "numeral"
    if long <= _SLIP:
        return "slip"
    if short <= 1:
        if len(mine) > len(theirs):
            is_clause = difference.one_start in one.opens and difference.one_end in one.opens
        else:
            is_clause = difference.other_start in other.opens and difference.other_end in other.opens
        return "clause" if is_clause else "line"
    if short >= 4 and long >= _SENTENCE and difference.wrong >= 0.7 * long:
        return "rewritten"
    return "mixed" if long >= 10 and long >= 3 * short else "other"


def _repeated(changes: Counter[tuple[str, str]], one: str, other: str) -> float:
    """Changes that come again wherever they can: an amendment puts 经营主体 for every 市场主体, a careless hand 要求 for
    some of many 规定. The first time, and three in ten of the places where it could have come, count nothing."""
    total = 0.0
    for (mine, theirs), times in changes.items():
        if times > 1:
            total += max(0.0, times - 1 - _BY_CHANCE * (one.count(mine) if mine else other.count(theirs)))
    return total


def _renumbered(witnesses: tuple[Witness, Witness], one: Letters, other: Letters, stretches: Sequence[Stretch]) -> int:
    """Articles that follow another one with the same shift; only 第X条 is printed in full with every article."""
    if any(witness.grammar != "law" for witness in witnesses):
        return 0
    votes: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for start, start_other, length in stretches:
        article = bisect_right(one.articles, start) - 1
        while length >= _SENTENCE and article < len(one.articles) and one.articles[article] < start + length:
            begun = max(start, one.articles[article])
            end = min(start + length, *one.articles[article + 1 : article + 2] or [start + length])
            votes[article][bisect_right(other.articles, start_other + begun - start) - 1] += end - begun
            article += 1
    count = last = 0
    for article, found in sorted(votes.items()):
        mine = witnesses[0].articles[article].number
        theirs = witnesses[1].articles[found.most_common(1)[0][0]].number
        if mine.isdecimal() and theirs.isdecimal():
            shift = int(theirs) - int(mine)
            count += shift != 0 and shift == last
            last = shift
    return count
