"""What a language model wrote as an item to an `Item`: types, letters, blanks and signs in our form, the quotation found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from assistant.citations import locate
from assistant.material.items import Maker
from assistant.material.items_asked import KIND
from assistant.material.points_body import KIND as BODY
from assistant.material.points_body import named_bodies
from assistant.material.points_quantity import KIND as QUANTITY
from assistant.material.records import (
    BETWEEN_BLANKS,
    BLANK,
    GAP,
    ITEM_TYPES,
    LETTERS,
    RIGHT,
    WRONG,
    Difficulty,
    Item,
    ItemType,
)
from assistant.verification import NUMBER, faults

INCOMPLETE, TOO_LONG, NOT_LITERAL = "没有写完整", "太长", "引文与原文不符"
CHOICES: tuple[ItemType, ...] = ("单选", "多选", "情景")
_SHORTEST_QUOTE = 6  # characters: less stands in every article and carries no item
_LONGEST_STEM, _LONGEST_OPTION, _LONGEST_KEY, _LONGEST_EXPLANATION = 300, 120, 400, 200
_HARD: tuple[ItemType, ...] = ("情景", "多选")

_GAP = re.compile(r"[（(][\s_＿]*[）)]")
_BLANK = re.compile(r"[_＿]{2,}")
_SPACE = re.compile(r"\s+(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])\s+")
_LATIN_SIGN = re.compile(r"(?<=[^\x00-\x7f])[,;:?!()]|[,;:?!()](?=[^\x00-\x7f])")
_CHINESE_SIGNS = str.maketrans(",;:?!()", "，；：？！（）")
_QUOTED = re.compile(r'"([^"]*)"')
_LETTER = re.compile(r"^\s*[（(]?[A-Ha-h][.．、:：)）]\s*")
_RIGHT = re.compile(r"^(?:正确|对|是|√|T|true)。?$", re.IGNORECASE)
_WRONG = re.compile(r"^(?:错误|错|不正确|不对|否|×|F|false)。?$", re.IGNORECASE)
_BY_RULE = re.compile(
    r"^(?:根据|按照|依据|依照)(?:《(?P<title>[^》]*)》|(?:本|该|上述|给出的|以上)?(?:办法|意见|条例|文件|规定|条文|材料|原文))(?:的?规定|的?要求)?，"
)
_NAMES_OPTION = re.compile(r"[A-H]|选项")


class Unusable(Exception):
    """A draft that is no item; says why in Chinese."""


def read_draft(draft: object, maker: Maker) -> Item:
    """One object of a reply as an item about the maker's article, not yet checked. Raises `Unusable`."""
    if not isinstance(draft, Mapping):
        raise Unusable(INCOMPLETE)
    kind = _kind(_text(draft.get("type")))
    options = _options(draft.get("options")) if kind in CHOICES else []
    stem = _stem(_text(draft.get("stem")), kind, maker)
    key = _key(draft.get("key", draft.get("answer")), kind, stem, options)
    if len(stem) > _LONGEST_STEM or len(key) > _LONGEST_KEY or any(len(o) > _LONGEST_OPTION for o in options):
        raise Unusable(TOO_LONG)
    quote = locate(str(draft.get("quote") or "").strip(), maker.article.text)
    if quote is None or quote[1] - quote[0] < min(_SHORTEST_QUOTE, len(maker.article.text)):
        raise Unusable(NOT_LITERAL)
    right = [options[LETTERS.index(letter)] for letter in key] if kind in CHOICES else key.split(BETWEEN_BLANKS)
    point = _point(right)
    if kind in CHOICES and point != QUANTITY:  # models put the right one where they like
        maker.chance("draft", stem).shuffle(options)
        key = "".join(LETTERS[place] for place, option in enumerate(options) if option in right)
    explanation = _explanation(_text(draft.get("explanation")), maker, quote) + (
        f"故选{key}。" if kind in CHOICES else ""
    )
    tested = _tested(right, maker.article.text, quote)
    return maker.item(kind, stem, options, key, explanation, quote, tested, point, _difficulty(kind, key, point))


def _text(value: object) -> str:
    """One line without control characters, in Chinese signs; empty where the value is no text.

    >>> _text('“两委”成员, 由谁"产生"?')
    '“两委”成员，由谁“产生”？'
    """
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    line = _GAP.sub(GAP.replace("　", "_"), str(value).replace("\n", " "))
    line = "".join(c for c in line if c == " " or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    line = _SPACE.sub("", line.strip()).replace("（__）", GAP)
    return _LATIN_SIGN.sub(lambda m: m.group().translate(_CHINESE_SIGNS), _QUOTED.sub(r"“\1”", line))


def _kind(name: str) -> ItemType:
    kind = next((kind for kind in ITEM_TYPES if name.removesuffix("题") == kind), None)
    if kind is None:
        raise Unusable(INCOMPLETE)
    return kind


def _options(value: object) -> list[str]:
    listed = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    if not listed or len(listed) > len(LETTERS):
        raise Unusable(INCOMPLETE)
    return [_LETTER.sub("", _text(option)).rstrip("。；，") for option in listed]


def _stem(stem: str, kind: ItemType, maker: Maker) -> str:
    """The stem with our gap or blank; it names the document, where it is not a situation at its beginning."""
    if not stem:
        raise Unusable(INCOMPLETE)
    if kind == "填空":
        stem = _BLANK.sub(BLANK, stem.replace(GAP, BLANK))
    elif kind in ("单选", "多选"):
        stem = _BLANK.sub(GAP, stem)
    else:
        stem = re.sub(rf"(?:{GAP}|{BLANK})", "", stem)
    if kind == "情景":
        stem = re.sub(r"是[：。]?$", "是什么？", stem)
    stem = stem.rstrip("：，") if stem.endswith(("：", "，")) else stem
    if not stem.endswith(tuple("。？！")):
        stem += "。"
    named = _BY_RULE.match(stem)
    title = maker.texts.document.title
    # 按照规定，… in a situation says what the rule is
    if named and (named["title"] or "") in title and (kind != "情景" or named["title"]):
        stem = stem[named.end() :]
    if f"《{title}》" in stem or maker.opening() in stem:
        return stem
    before, mark, last = stem[:-1].rpartition("。") if kind == "情景" else ("", "", stem[:-1])
    return f"{before}{mark}{maker.opening()}{last}{stem[-1]}"


def _key(value: object, kind: ItemType, stem: str, options: list[str]) -> str:
    parts = [_text(part) for part in value] if isinstance(value, list) else [_text(value)]
    if kind in CHOICES:
        return _letters(parts, options)
    if isinstance(value, bool):
        return RIGHT if value else WRONG
    joined = BETWEEN_BLANKS.join(parts)
    if not joined:
        raise Unusable(INCOMPLETE)
    if kind == "判断":
        return RIGHT if _RIGHT.match(joined) else WRONG if _WRONG.match(joined) else joined
    if kind == "填空":
        return _answers(joined, stem.count(BLANK))
    return joined


def _letters(parts: list[str], options: list[str]) -> str:
    """Options named by their letters or their words, as letters in order; empty where neither is meant."""
    bare = [_LETTER.sub("", part).rstrip("。；，") for part in parts]
    if bare and all(part in options for part in bare):
        return "".join(sorted(LETTERS[options.index(part)] for part in bare))
    named = unicodedata.normalize("NFKC", "".join(parts)).upper()
    letters = re.sub(r"[\s,、，;；.。]", "", named)
    if not letters or not all(letter in LETTERS[: len(options)] for letter in letters):
        raise Unusable("答案不是选项的字母")
    return "".join(sorted(letters))


def _answers(joined: str, blanks: int) -> str:
    if blanks > 1:
        for sign in (r"[；;]", r"[|/／]", r"[、，]"):
            answers = [answer.strip() for answer in re.split(sign, joined)]
            if len(answers) == blanks:
                return BETWEEN_BLANKS.join(answers)
    return joined.rstrip("。")


def _point(right: list[str]) -> str:
    text = "，".join(right)
    return QUANTITY if NUMBER.search(text) else BODY if named_bodies(text) else KIND


def _difficulty(kind: ItemType, key: str, point: str) -> Difficulty:
    is_plain = (kind, key) == ("判断", RIGHT) or (kind in ("单选", "填空") and point == QUANTITY)
    return "难" if kind in _HARD else "易" if is_plain else "中"


def _explanation(text: str, maker: Maker, quote: tuple[int, int]) -> str:
    """The model's explanation where the article bears it out, else the quotation."""
    article = maker.article
    literal = article.text[slice(*quote)]
    is_fine = (
        4 <= len(text) <= _LONGEST_EXPLANATION and not _NAMES_OPTION.search(text) and is_chinese(text, article.text)
    )
    if is_fine and not faults(text, literal, article, maker.texts.document):
        return text.rstrip("。；") + "。"
    return f"原文：“{''.join(literal.split())}”。".replace("。”。", "。”")


def is_chinese(text: str, known: str) -> bool:
    """Whether a text has no letters but Chinese ones and those of `known`, and no sign of markup."""
    return not any((c.isalpha() and not "\u3400" <= c <= "\u9fff" and c not in known) or c in "<>{}\\`@" for c in text)


def _tested(right: list[str], text: str, quote: tuple[int, int]) -> tuple[int, int]:
    """Where the right words stand in the quotation, from the first to the last; else the whole quotation."""
    found = []
    for words in right:
        place = locate(words, text[slice(*quote)])
        if place is None:
            return quote
        found.append(place)
    return quote[0] + min(start for start, _ in found), quote[0] + max(end for _, end in found)
