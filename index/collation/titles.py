"""Whether two titles name one document: equal, with a wrong letter or two, or as different as 济南市 and 莱芜市."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import Literal

TitleRelation = Literal["equal", "slips", "part", "marked", "near", "conflict", "unrelated", "unknown"]
"""`part`: one is the other with an issuer or 的通知 around it; `marked`: equal but for （试行）, （2018年修正）;
`near`: a word, a number or a letter of a place differs, so that only the texts can tell; `unknown`: one has none."""

_MARK = re.compile(r"[（(\[【]([^（）()\[\]【】]*)[）)\]】]|(?:试行|暂行|草案|征求意见稿|修正|修订)$")
_ISSUED = re.compile(r"(?:关于)?(?:[印转]发|批转|公布|发布).{0,2}《(.+)》的(?:通知|公告|决定|函)")
_ABOUT = re.compile(r"答记者问|解读|释义|修正案|实施细则|实施办法|实施条例|的解释|的决定|的批复|补充规定|说明$")
_AFTER = re.compile(r"(?:的通知|的公告|全文|公布|发布|印发|正文)*")
_BEFORE = re.compile(
    r"(?:.{2,16}?(?:部|厅|局|委|院|会|府|办公室|组|行|署)+)*(?:关于)?(?:印发|公布|发布|批转|转发)?"
    r"|中华人民共和国|关于"
)
_PLACES = [
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
]
_TOWN = re.compile(r"^(?:[\u4e00-\u9fff]{2,3}省)?((?!关于)[\u4e00-\u9fff]{2,7}?)(?:市|县|自治州|盟|旗)")
_NUMERALS = frozenset("零〇一二三四五六七八九十百0123456789")
_UNRELATED = 0.7
_MOST_SLIPS = 0.15  # of a title's letters


def compare_titles(one: str, other: str) -> TitleRelation:
    """How two titles stand to each other.

    >>> compare_titles("生态保护补偿条例", "生太保护补偿条例"), compare_titles("济南市物业条例", "莱芜市物业条例")
    ('slips', 'conflict')
    >>> compare_titles("某市物业条例", "某市物业条例（试行）"), compare_titles("某法解释（一）", "某法解释（二）")
    ('marked', 'near')
    """
    one, other = _plain(one), _plain(other)
    mine, theirs = _letters(one), _letters(other)
    if not mine or not theirs:
        return "unknown"
    if mine == theirs:
        return "equal"
    bare, bare_other = _letters(_MARK.sub("", one)), _letters(_MARK.sub("", other))
    if bare == bare_other and bare:
        marks = [{m[0].strip("（()）[]【】") for m in _MARK.finditer(t)} for t in (one, other)]
        return "near" if any(_numbered(m) for m in marks) else "marked"
    if mine in theirs or theirs in mine:
        return _compare_contained(*sorted((mine, theirs), key=len))
    return _compare_letters(mine, theirs)


def find_named_apart(titles: tuple[str, str], texts: tuple[str, str]) -> tuple[str, str] | None:
    """Words in which two titles differ and which their texts use, too, each its own: no slip of a title does that.

    >>> find_named_apart(("反倾销条例", "反补贴条例"), ("倾销是…倾销的…倾销", "补贴是…补贴的…补贴"))
    ('倾销', '补贴')
    """
    one, other = (_letters(_plain(title)) for title in titles)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "replace":
            continue
        for before, after in ((1, 1), (0, 1), (1, 0), (0, 0)):
            words = one[max(0, a - before) : b + after], other[max(0, c - before) : d + after]
            if min(map(len, words)) >= 2 and _are_own(words, texts):
                return words
    return None


def _are_own(words: tuple[str, str], texts: tuple[str, str]) -> bool:
    own = [text.count(word) for word, text in zip(words, texts, strict=True)]
    foreign = [text.count(word) for word, text in zip(words[::-1], texts, strict=True)]
    return all(mine >= 2 and alien <= mine / 5 for mine, alien in zip(own, foreign, strict=True))


def _plain(title: str) -> str:
    text = unicodedata.normalize("NFKC", title)
    issued = _ISSUED.search(text)
    return issued[1] if issued else text


def _letters(title: str) -> str:
    return re.sub(r"[\W_]", "", title)


def _numbered(marks: set[str]) -> bool:
    """Whether a mark is a number in a series (（二）), and not a year or a word."""
    return any(0 < len(mark) <= 3 and _NUMERALS.issuperset(mark) for mark in marks)


def _compare_contained(short: str, long: str) -> TitleRelation:
    before, _, after = long.partition(short)
    if _ABOUT.search(before + after) or _NUMERALS & set(after):
        return "conflict"
    if len(before) <= 1 and len(after) <= 1:
        return "slips"
    if not _AFTER.fullmatch(after):
        return "conflict" if len(after) > 1 else "near"
    return "part" if _BEFORE.fullmatch(before) else "near"


def _compare_letters(one: str, other: str) -> TitleRelation:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if bool(_ABOUT.search(one)) != bool(_ABOUT.search(other)):
        return "conflict"
    place, place_other = _place(one), _place(other)
    if place and place_other and place != place_other and not _one_letter(place, place_other):
        return "conflict"
    if matcher.ratio() < _UNRELATED:
        return "unrelated"
    changes = [(one[a:b], other[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
    wrong = sum(max(len(a), len(b)) for a, b in changes)
    has_number = any(_NUMERALS & set(a + b) for a, b in changes)
    has_word = any(min(len(a), len(b)) >= 2 or max(len(a), len(b)) >= 3 for a, b in changes)
    if has_number or has_word or place != place_other or wrong > max(1, _MOST_SLIPS * len(one)):
        return "near"
    return "slips"


def _place(title: str) -> str:
    """The province or town for which a title speaks; of the known ones, the letters only."""
    town = _TOWN.search(title)
    return town[1] if town else next((p for p in _PLACES if p in title), "")


def _one_letter(one: str, other: str) -> bool:
    """Whether a slip could have made one place of the other; two provinces that exist are two provinces."""
    if one in _PLACES and other in _PLACES:
        return False
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) <= 1
