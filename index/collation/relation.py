"""How two printings stand to each other: one text, two versions of it, two documents, or a question for the user."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from index.collation.change_pattern import Pattern, read_pattern
from index.collation.differences import Letters, read_letters
from index.collation.titles import TitleRelation, compare_titles, find_named_apart
from index.records import NEWS, Witness

RelationKind = Literal["same", "version", "different", "uncertain"]

_SAME_TEXT = 0.5  # of the shorter text, in equal stretches of five letters; 5% slips on both sides leave about 0.8
_WHOLE = 0.85  # of both texts, where the titles are of no help
_AMENDED = 0.8  # of the shorter text, where the titles differ by a letter: 水生动物 and 陆生动物 have two rules in 70%
_MANY_SLIPS, _SLIP_RATE = 8, 0.008  # of the letters; 0.5% on both sides, less those that fall together
_NEWS_TEXT = 0.6
_VERSION = 1.3  # log odds from which it is said to be a version; from 0 on it is asked
_SHORTEST_TITLE = 6
_YEAR_DIFFERS = 3.0
_HISTORY_DIFFERS = 4.5
_SAME_HISTORY = 0.75  # of the letters: a slip may hide its last date
_LONG_HISTORY, _ADDED_DATE = 60, 12  # letters; 根据2018年12月29日…修正 has more than twelve
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日|(\d{4})-(\d{1,2})-(\d{1,2})")
_CHINESE_DAY = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_IN_FORCE = re.compile(r"自\s*([\d〇○零一二三四五六七八九十]{2,4}年.{2,8}日)\s*起(?:施行|实施|执行|生效)")
_HISTORY = re.compile("修正|修订|修改")


@dataclass(frozen=True, slots=True)
class Relation:
    """`probability` is that of being printings of one and the same text, whatever the kind. `reasons` are for people."""

    kind: RelationKind
    probability: float
    reasons: tuple[str, ...]
    similarity: float = 0.0
    """The share of the shorter text that the other has, too, in stretches of five letters or more."""


def compare(one: Witness, other: Witness) -> Relation:
    """Judges two printings by title, text, dates and the pattern of their differences."""
    return compare_letters(one, other, read_letters(one), read_letters(other))


def compare_letters(one: Witness, other: Witness, letters: Letters, letters_other: Letters) -> Relation:
    """`compare`, with the letters of both already read."""
    titles = compare_titles(one.title, other.title)
    if one.starts_inside or other.starts_inside:
        titles = "unknown" if titles == "unrelated" else titles
    if not letters.text or not letters_other.text:
        return Relation("different", 0.0, ("其中一份没有正文",))
    pattern = read_pattern((one, other), letters, letters_other)
    shorter, longer = max(pattern.shared, pattern.shared_other), min(pattern.shared, pattern.shared_other)
    reasons = (*_title_reason(titles), f"正文 {_percent(shorter)}% 相同")
    if NEWS in (one.kind, other.kind):
        return _judge_news(one, other, titles, shorter, longer, reasons)
    if shorter < _SAME_TEXT or _are_unlike_kinds(one, other):
        return _judge_unlike(one, other, titles, shorter, reasons)
    dates, date_reasons = _weigh_dates(one, other)
    if pattern.slips >= max(_MANY_SLIPS, _SLIP_RATE * pattern.letters):
        dates /= 2  # where slips are many, one has hidden a date now and then
    odds = pattern.odds_of_version(dates >= _YEAR_DIFFERS) + dates + (_YEAR_DIFFERS if titles == "marked" else 0.0)
    if dates >= _YEAR_DIFFERS and pattern.count:
        odds = max(odds, 0.0)  # clean texts of two years that differ somewhere: an amendment or a slip, who can tell
    reasons = (*reasons, *date_reasons, *_pattern_reasons(pattern))
    named = find_named_apart((one.title, other.title), (letters.text, letters_other.text))
    if named and titles in ("conflict", "near", "slips"):
        return Relation("different", 0.01, (*reasons, f"正文中一份称“{named[0]}”，一份称“{named[1]}”"), shorter)
    return _judge_alike(titles, pattern, odds, reasons)


def _judge_alike(titles: TitleRelation, pattern: Pattern, odds: float, reasons: tuple[str, ...]) -> Relation:
    """Texts that have most in common, by their titles and the odds of an amendment."""
    shorter, longer = max(pattern.shared, pattern.shared_other), min(pattern.shared, pattern.shared_other)
    if titles == "unrelated" and longer < _WHOLE:
        is_open = shorter >= _WHOLE and longer >= _SAME_TEXT and odds < 0
        return Relation("uncertain" if is_open else "different", 0.3 if is_open else 0.05, reasons, shorter)
    if titles in ("conflict", "near", "unrelated") and odds < _VERSION and _is_careless(pattern, odds):
        is_sure = odds < 0
        reasons = (*reasons, "全文多有错字，题名之异当属此类")
        return Relation("same" if is_sure else "uncertain", 0.8 if is_sure else 0.4, reasons, shorter)
    if titles == "conflict":
        return Relation("different", 0.01, reasons, shorter)
    is_alike = {"near": False, "unrelated": False, "unknown": shorter >= _AMENDED, "slips": shorter >= _AMENDED}
    if odds >= 0 and not is_alike.get(titles, True):
        return Relation("different", 1 / (1 + math.exp(odds + 2)), reasons, shorter)
    kind: RelationKind = "same" if odds < 0 else "uncertain" if odds < _VERSION else "version"
    return Relation(kind, 1 / (1 + math.exp(odds)), reasons, shorter)


def _is_careless(pattern: Pattern, odds: float) -> bool:
    """Whether one text runs through both, with slips all over it and no sign of an amendment: a title has slips, too."""
    rate = _SLIP_RATE if odds < 0 else 3 * _SLIP_RATE
    return (
        pattern.slips >= max(_MANY_SLIPS, rate * pattern.letters)
        and min(pattern.shared, pattern.shared_other) >= _SAME_TEXT
    )


def _judge_news(
    one: Witness, other: Witness, titles: TitleRelation, shorter: float, longer: float, reasons: tuple[str, ...]
) -> Relation:
    """News has no versions: one item in two papers, perhaps cut short, or two items."""
    needed = _NEWS_TEXT if titles in ("equal", "slips", "part") else _WHOLE
    found = shorter if one.kind == other.kind else longer  # a report that quotes a document is not the document
    if found >= needed:
        return Relation("same", 0.95, reasons, shorter)
    return Relation("different", 0.05, reasons, shorter)


def _judge_unlike(
    one: Witness, other: Witness, titles: TitleRelation, shorter: float, reasons: tuple[str, ...]
) -> Relation:
    """Texts that have little in common: a new version under the old title, or two documents."""
    is_named = titles in ("equal", "marked") and len(one.title) >= _SHORTEST_TITLE
    is_whole = not (one.starts_inside or other.starts_inside) and one.grammar == other.grammar
    if is_named and is_whole and _issuers_agree(one, other):
        if _are_parts(one, other):
            return Relation("different", 0.02, (*reasons, "条号不相重，像是同一文件的两个部分"), shorter)
        return Relation("version", 0.02, (*reasons, *_weigh_dates(one, other)[1], "大部分条文已重写"), shorter)
    return Relation("different", 0.02, reasons, shorter)


def _are_unlike_kinds(one: Witness, other: Witness) -> bool:
    """Whether one of two texts is about a document: an interview or the report of its promulgation."""
    return any((one.grammar == about) != (other.grammar == about) for about in ("qa", "summary"))


def _issuers_agree(one: Witness, other: Witness) -> bool:
    mine, theirs = (re.sub(r"[\W_]", "", w.issuer) for w in (one, other))
    return not mine or not theirs or mine in theirs or theirs in mine


def _are_parts(one: Witness, other: Witness) -> bool:
    """Whether two texts number their articles on, as the books of a code do."""
    mine, theirs = (sorted(int(a.number) for a in w.articles if a.number.isdecimal()) for w in (one, other))
    if len(mine) < 2 or len(theirs) < 2:
        return False
    return mine[-1] < theirs[0] or theirs[-1] < mine[0]


def _weigh_dates(one: Witness, other: Witness) -> tuple[float, tuple[str, ...]]:
    """Log odds for a version from the dates, and what to tell. One wrong digit is a slip; another day of another year not."""
    odds, reasons = 0.0, []
    days = [_days_in_force(witness) for witness in (one, other)]
    in_force = [max(found, default=()) for found in days]
    if all(in_force) and not days[0] & days[1]:
        odds += _YEAR_DIFFERS if _differing(*in_force) >= 2 else 1.0
        reasons.append(f"施行日期不同：{_write_day(in_force[0])}／{_write_day(in_force[1])}")
    printed = [_last_day(w.date) for w in (one, other)]
    is_other_year = all(printed) and printed[0][0] != printed[1][0] and _differing(*printed) >= 2
    if is_other_year and not _are_one_history(one.date, other.date):
        is_history = all(_HISTORY.search(w.date) for w in (one, other))
        odds += _HISTORY_DIFFERS if is_history else _YEAR_DIFFERS
        reasons.append(f"公布或修正日期不同：{_write_day(printed[0])}／{_write_day(printed[1])}")
    numbers = [re.sub(r"[\W_]", "", w.document_number) for w in (one, other)]
    if all(numbers) and numbers[0] != numbers[1]:
        odds += 1.0
        reasons.append(f"文号不同：{one.document_number}／{other.document_number}")
    return odds, tuple(reasons)


def _are_one_history(one: str, other: str) -> bool:
    """Whether two legislative histories name the same acts, one of them with slips in its dates."""
    is_long = min(len(one), len(other)) >= _LONG_HISTORY and abs(len(one) - len(other)) < _ADDED_DATE
    return is_long and SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SAME_HISTORY


def _days_in_force(witness: Witness) -> set[tuple[int, ...]]:
    """Every day from which something is in force, as the text says: a slip may hide the one and show another."""
    return {day for a in witness.articles for m in _IN_FORCE.finditer(a.text) if (day := _last_day(m[1]))}


def _last_day(text: str) -> tuple[int, ...]:
    days = [tuple(int(g) for g in m.groups() if g) for m in _DAY.finditer(text)]
    days += [_chinese_day(m) for m in _CHINESE_DAY.finditer(text)]
    return max(days, default=())


def _chinese_day(match: re.Match[str]) -> tuple[int, ...]:
    digits = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
    year = int("".join(str(digits[c]) for c in match[1]))

    def small(text: str) -> int:
        tens, ten, ones = text.rpartition("十")
        return (digits.get(tens, 1) * 10 if ten else 0) + digits.get(ones, 0)

    return year, small(match[2]), small(match[3])


def _differing(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _write_day(day: tuple[int, ...]) -> str:
    return "{}年{}月{}日".format(*day)


def _percent(share: float) -> int:
    return int(share * 100)


def _title_reason(titles: TitleRelation) -> tuple[str, ...]:
    words: dict[TitleRelation, str] = {
        "equal": "题名相同",
        "slips": "题名只差个别字",
        "part": "题名相同（繁简不一）",
        "marked": "题名相同，所注的修订或试行不同",
        "conflict": "题名所指不同",
        "near": "题名相近而有一处不同",
        "unrelated": "题名不同",
    }
    return (words[titles],) if titles in words else ()


def _pattern_reasons(pattern: Pattern) -> tuple[str, ...]:
    """What the differences look like, largest first."""
    reasons = []
    rewritten = round(pattern.rewritten)
    if rewritten:
        reasons.append(f"成句改写 {rewritten} 处")
    if pattern.repeated >= 2:
        reasons.append(f"同样的改动重复 {round(pattern.repeated)} 处")
    if pattern.renumbered >= 2:
        reasons.append(f"条号顺移 {pattern.renumbered} 条")
    if pattern.numerals:
        reasons.append(f"数字不同 {pattern.numerals} 处")
    if pattern.clauses:
        reasons.append(f"整句增删 {pattern.clauses} 处")
    if pattern.slips:
        reasons.append(f"零星异文 {pattern.slips} 处")
    return tuple(reasons) or ("其余一字不差",)
