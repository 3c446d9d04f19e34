"""Signs that no sentence has: brackets that nothing closes, marks in a row, unreadable and stray characters."""

from __future__ import annotations

import re
from typing import Literal

from index.records import Damage

_UNREADABLE: Literal["unreadable"] = "unreadable"
_LETTER = r"\u4e00-\u9fff"
_SIGNS = re.compile(r"[，、；：][，、。；]|。[，、。；]|！[，。]|？[，。]")
_TEMPLATE = re.compile(r"[；：][。、]")
_HEAD = re.compile(r"(?:^|(?<=\n))[，、。；：！？》]")
_BROKEN = re.compile(
    r"[\ufffd\ue000-\uf8ff\u0000-\u0008\u000b-\u001f\u007f-\u009f]|&(?:nbsp|lt|gt|amp|quot|#\d+);|[?？]{3,}"
)
_FRAGMENT = re.compile(rf"(?<=[{_LETTER}，。；、])(?:[l|]|lO|[@#$^~\\_`{{}}]+)(?=[{_LETTER}，。；、])")
_PAIRS = {"》": "《", "）": "（", ")": "（", "”": "“", "〉": "〈", "〕": "〔", "】": "【", "』": "『", "」": "「"}
_LIST_SIGN = re.compile(r"(?:^|(?<=[\n，。；：、])) *[\d①-⑳a-zA-Z一二三四五六七八九十]{1,3}[）)]")


def unbalanced(text: str) -> list[Damage]:
    """Brackets, quotation marks and title marks without their counterpart."""
    signs = {m.end() - 1 for m in _LIST_SIGN.finditer(text)}
    open_signs: list[tuple[str, int]] = []
    found: list[tuple[str, int]] = []
    for place, sign in enumerate(text):
        if sign in _PAIRS.values() or sign == "(":
            open_signs.append(("（" if sign == "(" else sign, place))
        elif sign in _PAIRS and place not in signs:
            match = next((k for k in range(len(open_signs) - 1, -1, -1) if open_signs[k][0] == _PAIRS[sign]), None)
            if match is None:
                found.append((sign, place))
            else:
                found += open_signs[match + 1 :]
                del open_signs[match:]
    several = {s for s in "“「『" if text.count("\n" + s)}  # a quotation of several paragraphs opens each of them
    left = [(s, p) for s, p in found + open_signs if s not in several]
    return [
        Damage(
            "unbalanced",
            p,
            p + 1,
            f"“{s}”没有与之配对的符号，可能有缺漏" if s not in "“”" else "引号不成对，可能有缺漏",
        )
        for s, p in left
    ]


def foreign(text: str) -> list[Damage]:
    """Signs in a row, a sentence that begins with one, unreadable characters, stray letters between Chinese ones."""
    found = [Damage(_UNREADABLE, m.start(), m.end(), "此处的字符无法辨认，未作补写") for m in _BROKEN.finditer(text)]
    found += [
        Damage(_UNREADABLE, m.start(), m.end(), f"“{m[0]}”夹在汉字之间，可能是误认的字符")
        for m in _FRAGMENT.finditer(text)
    ]
    found += [
        Damage("missing_line", m.start(), m.end(), f"段首是标点“{m[0]}”，前面可能有缺漏") for m in _HEAD.finditer(text)
    ]
    return found + [
        Damage("missing_line", m.start(), m.end(), f"标点“{m[0]}”相连，中间可能有缺漏")
        for m in _SIGNS.finditer(text)
        if not _TEMPLATE.fullmatch(m[0])
    ]
