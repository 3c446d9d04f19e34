"""Words, clauses and lines that were set twice: 的的, 应当应当, 建建立.

Nearly every doubled character of a law is sound (委员会|会议, 目的|的), so general usage decides: how much likelier the place
is with the word once. Measured on 0.95 million characters of laws that the usage model has not seen: 84% of doubled
characters and 97% of doubled words are found, and the one alarm was a slip of that printing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.collation.usage import normal_text
from index.records import Damage

_ALLOWED = {
    "的": ("目标", "确"),
    "与": ("参", ""),
    "和": ("总饱缓调温共", "平谐解睦善美田"),
    "及": ("涉普触危波顾提", "时格其早"),
    "或": ("", ""),
    "在": ("存实现所内潜", "线职校岗建读册途押场编教学逃位野"),
    "由": ("自理事缘来任", ""),
    "其": ("尤极莫", "他中余次实间"),
    "为": ("行作认成以人因视称有所", "期难止主何此"),
    "对": ("应相反面比校核针绝配查敌", "外口象方内照策接比应话抗立账"),
    "将": ("即必", "来军要"),
    "并": ("合兼吞", "且购网轨联列不"),
    "且": ("并而", ""),
    "向": ("方面走定流转导志意趋内外横纵倾去单双", "前后"),
    "从": ("服自听跟遵", "事业严重轻而"),
    "应": ("相适供反响对效感回呼", "急对用聘届邀税诉"),
    "以": ("可予加所得难足用", "及上下内外前后来便免致"),
    "是": ("但于可还就只凡要也", "非否"),
    "之": ("", "前后间内外一"),
    "把": ("", "关握手"),
    "者": ("", ""),
    "于": ("", "洪都田"),
}
"""A doubled function word is no slip behind (before) these: 目的|的, 参与|与, 以及|及时, 行为|为, 可以|以."""

_CERTAIN = re.compile(
    "应当|可以|不得|必须|或者|以及|并且|按照|根据|依照|依据|有关|及其|由于|通过|对于|关于|为了|其他|任何|不能|能够"
    "|需要|如果|但是|因为|而且|加强|提高|促进|推动|推进|健全|完善|建立|县级|负责|给予|进行|实施|开展|鼓励|支持|落实"
    "|坚持|确保|保障|强化|深化|加快|不断|进一步|国务院|各级|本条例|本办法|本法|以上|以下|属于|具有|符合|会同|依法|及时|统筹"
    "|积极|自治区|直辖市|省级|市级|乡镇|主管|相关|没有|他们|我们|这些|一些|同时|其中|因此|特别|包括|作为|成为|达到|超过"
    "|努力|切实|充分|认真|大力|着力|全面"
)
"""Words that never end one phrase and begin the next; doubled they are a slip."""

_LIKELIER = {1: 10.0, 2: 9.0, 3: 9.0}
"""Nats by which a place must be likelier without the doubled word, by its length."""
_BESIDE = 8  # characters on each side that usage looks at
_LETTER = r"\u4e00-\u9fff"
_SINGLE = re.compile(rf"([{_LETTER}])\1")
_PAIR = re.compile(rf"([{_LETTER}]{{2,3}})\1")
_CLAUSE = re.compile(r"[^，。；：！？\n]+")
_SIGN = re.compile(r"[^\w%℃]")
_LONG_PIECE = 20  # characters
_LONGEST = 60  # letters of a repeated piece
_SHORTEST = 4
_SHORTEST_CLAUSE = 6


class Usage(Protocol):
    """What knows how likely a text is between its neighbours (usage.py)."""

    def score(self, left: Sequence[str], text: Sequence[str], right: Sequence[str]) -> NDArray[np.float32]: ...


def doubled(text: str, usage: Usage | None = None) -> list[Damage]:
    """Doubled characters, words, clauses and lines. Without `usage` only the words that can never stand twice.

    >>> [text[d.start:d.end] for text in ("应当应当办理的的事项", "以营利为目的的活动") for d in doubled(text)]
    ['的的', '应当应当']
    """
    matches = [*_SINGLE.finditer(text), *_PAIR.finditer(text)]
    if usage is None or not matches:
        slips = [m for m in matches if (_CERTAIN.fullmatch(m[1]) or (len(m[1]) == 1 and _is_slip(text, m)))]
    else:
        gains = _gains(text, matches, usage)
        slips = [m for m, gain in zip(matches, gains, strict=True) if gain > _LIKELIER[len(m[1])]]
    return [_double(m.start(), m.end(), m[1]) for m in slips] + _repeated(text)


def _gains(text: str, matches: list[re.Match[str]], usage: Usage) -> list[float]:
    """How much likelier each place is with the word once than twice, in nats."""
    left = [normal_text(f"\n{text[: m.start()]}".rpartition("\n")[2][-_BESIDE:]) for m in matches]
    right = [normal_text(f"{text[m.end() :]}\n".partition("\n")[0][:_BESIDE]) + "\n" for m in matches]
    once = usage.score(left, [m[1] for m in matches], right)
    twice = usage.score(left, [m[0] for m in matches], right)
    return [float(gain) for gain in once - twice]


def _double(start: int, end: int, word: str) -> Damage:
    return Damage("doubled", start, end, f"“{word}”重复，可能是误排，未作删改")


def _is_slip(text: str, match: re.Match[str]) -> bool:
    if match[1] not in _ALLOWED:
        return False
    before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
    behind, ahead = _ALLOWED[match[1]]
    return not (before and before in behind) and not (after and after in ahead)


def _repeated(text: str) -> list[Damage]:
    """Pieces of four letters and more that stand twice in a row, and clauses that follow themselves."""
    found: list[Damage] = []
    seen: dict[str, int] = {}
    for place in range(len(text) - _SHORTEST + 1):
        gram = text[place : place + _SHORTEST]
        last = seen.get(gram, -_LONGEST - 1)
        seen[gram] = place
        piece = text[last:place] if _SHORTEST <= place - last <= _LONGEST else ""
        if (
            piece
            and text.startswith(piece, place)
            and _is_slipped(text, last, piece)
            and not (found and last < found[-1].end)
        ):
            found.append(_double(last, place + len(piece), piece))
    clauses = list(_CLAUSE.finditer(text))
    for one, next_one in pairwise(clauses):
        is_new = not any(d.start < next_one.end() and one.start() < d.end for d in found)
        same_sign = text[one.end() : one.end() + 1] == text[next_one.end() : next_one.end() + 1]
        if (
            one[0] == next_one[0]
            and len(one[0]) >= (_SHORTEST_CLAUSE if same_sign else 2 * _SHORTEST_CLAUSE)
            and _is_prose(one[0])
            and is_new
        ):
            found.append(_double(one.start(), next_one.end(), one[0]))
    return found


def _is_slipped(text: str, start: int, piece: str) -> bool:
    """Whether a repeated piece is one: 第六十条、第七十条、第七十一条 repeats “条、第七十” and is none.

    One with a sign in it begins and ends with the clause, or it is so long that no enumeration repeats it.
    """
    if not _is_prose(piece):
        return False
    if not _SIGN.search(piece) or len(piece) >= _LONG_PIECE:
        return True
    before, after = text[start - 1 : start] or "\n", text[start + 2 * len(piece) :][:1] or "\n"
    if _SIGN.match(piece):
        return bool(_SIGN.match(after))
    return bool(_SIGN.match(before) and _SIGN.match(piece[-1]))


def _is_prose(piece: str) -> bool:
    """Whether a repeated piece is words: no row of a table, no 一个问题一个问题, no formula."""
    letters = {c for c in piece if "\u4e00" <= c <= "\u9fff"}
    return len(letters) >= 3 and piece[0] not in "一每逐某" and not set(piece) & set("|×")
