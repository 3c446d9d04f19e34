"""Chinese numerals as they number articles: 第十二条, 第一百零三条, 第12条, 十二之一."""

from __future__ import annotations

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "O": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_TENS = {"廿": 20, "卅": 30}
NUMERAL = "零〇○一二两三四五六七八九十百千廿卅"
"""The characters of a Chinese numeral, for use inside a character class."""

_LONGEST = 15  # characters; Python refuses to read thousands of digits

_CIRCLED = {chr(0x2460 + i): i + 1 for i in range(20)}


def parse_numeral(text: str) -> int | None:
    """The value of a Chinese, Arabic (half or full width) or circled numeral; None if it is none.

    >>> [parse_numeral(t) for t in ("十二", "一百零三", "二十", "１２", "③", "一千二百六十", "二〇二四", "廿三", "第")]
    [12, 103, 20, 12, 3, 1260, 2024, 23, None]
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    if text in _CIRCLED:
        return _CIRCLED[text]
    if text.isdecimal():
        return int(text)
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = current = 0
    for character in text:
        if character in _DIGITS:
            current = _DIGITS[character]
        elif character in _TENS:
            total += _TENS[character]
        elif character in _UNITS:
            total += (current or 1) * _UNITS[character]
            current = 0
        else:
            return None
    return total + current


def format_numeral(number: int) -> str:
    """The Chinese numeral of 1–9999 as laws print it.

    >>> [format_numeral(n) for n in (1, 10, 12, 20, 103, 110, 1260)]
    ['一', '十', '十二', '二十', '一百零三', '一百一十', '一千二百六十']
    """
    if not 0 < number < 10000:
        raise ValueError(f"no article has the number {number}")
    digits, result, pending_zero = "零一二三四五六七八九", "", False
    for unit, value in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, value)
        if digit:
            result += ("零" if pending_zero and result else "") + digits[digit] + unit
            pending_zero = False
        else:
            pending_zero = bool(result)
    return re.sub("^一十", "十", result)
