"""Personal numbers in a text -> `[号码已隐去]`: ID, certificate, bank, register, vehicle and telephone numbers, e-mail.

Two ways to know one: by its own shape (a mobile number, 15 or more digits), or by the word before it (收据号, 电话).
Whatever a policy text counts, dates or cites stays: 国发〔2019〕5号, 241800元, 12345热线, 1853.2万件.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from index.mask_bylines import mask_bylines
from index.mask_labels import follows_label, is_listed_after

__all__ = ["MASK", "find_personal", "mask_bylines", "mask_personal"]

MASK = "[号码已隐去]"

_GAP = r"[ \t\u3000\xa0\u2000-\u200d\u2060\ufeff]"
_DASH = r"[-–—‐‑－﹣―]"
_BIG_UNIT = r"(?:[万亿]?[元股吨份]|[美欧港日]元|人次|千[克瓦米]|平方|立方|公[里斤顷]|计算单位)"
_SURNAME_UNIT = r"[万亿](?!.{0,2}(?:先生|女士|经理|主任|老师))"
_UNIT = rf"(?:{_BIG_UNIT}|[余多][万亿元人户个家件]|{_SURNAME_UNIT}|[%％‰年月日米亩个件户]|小时)"
"""What follows an amount. 万, 余 and 多 are surnames as well, so 电话……万先生 is none."""

_NOT_AMOUNT = rf"(?![\d%％]|[.．]\d|{_GAP}*{_UNIT})"
_NOT_MONEY = rf"(?![\d%％]|[.．]\d|{_GAP}*{_BIG_UNIT})"
_ALONE = r"(?<!\d)(?<!\d[.．])"

_EXTENSION = rf"(?:{_GAP}*(?:转|{_DASH}){_GAP}*\d{{1,5}}(?!\d))?"

_SHAPES = [
    # 15 digits and more: no amount, date or code of a policy text is that long. Old and new ID, bank card, certificate.
    rf"{_ALONE}\d{{15,}}+[\dA-Za-zＡ-Ｚ*＊]{{0,6}}",
    # partly hidden already: 2206031981********, 138****5678, ****5678
    r"\d{3,}+[*＊×✱]{4,}[\dXx*]*|\d{3,}+[*＊×✱]{3}\d+|\d{8,}+[*＊×✱]{2,}[\dXx]*|(?<![*＊×])[*＊×✱]{4,}\d{3,}",
    # mobile, with or without +86, in one piece or 3-4-4
    rf"{_ALONE}(?:[+＋]?86(?:{_DASH}|{_GAP})?)?[1１][3-9３-９]\d{{9}}{_NOT_MONEY}",
    rf"{_ALONE}[1１][3-9３-９]\d(?:{_DASH}|{_GAP}|[.·])\d{{4}}(?:{_DASH}|{_GAP}|[.·])\d{{4}}(?!\d)",
    # landline with area code, and an extension
    rf"{_ALONE}[(（]?[0０]\d{{2,3}}[)）]?(?:{_GAP}|{_DASH}){{1,3}}\d{{7,8}}{_NOT_MONEY}{_EXTENSION}",
    rf"{_ALONE}[(（][0０]\d{{2,3}}[)）]\d{{7,8}}(?!\d){_EXTENSION}",
    rf"{_ALONE}[0０][1-9１-９]\d{{9,10}}{_NOT_MONEY}",
    rf"(?<!\d)[+＋]\d{{1,3}}(?:(?:{_GAP}|{_DASH}|[()（）]){{1,2}}\d{{2,8}}){{2,4}}(?!\d)",
    rf"{_ALONE}[48]00(?:{_DASH}|{_GAP})\d{{3,4}}(?:{_DASH}|{_GAP})?\d{{3,4}}(?!\d)",
    # unified social credit code, also one with a lost character (16, 17): office, division, then letters and digits
    r"(?<![A-Za-z\d])[1-9ANY][1-9]\d{6}[\dA-HJ-NP-RT-UW-Y]{8,10}(?![A-Za-z\d])",
    r"[A-Za-z\d][A-Za-z\d_.+-]{0,63}[@＠#][A-Za-z\d-]{1,63}(?:[.．][A-Za-z\d-]{1,63})+",
    r"(?:微信|[Ww]e[Cc]hat|VX|vx)(?:号|ID|id)?\s*[:：]\s*[A-Za-z][-_A-Za-z\d]{5,19}",
    # number plate, also of a new-energy vehicle
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•.\s]?"
    r"(?:[DF]\d{5}|\d{5}[DF]|(?=(?:[A-Z]*\d){4})[A-HJ-NP-Z\d]{5})(?![A-Za-z\d])",
]
_SHAPE = re.compile("|".join(f"(?:{shape})" for shape in _SHAPES))

_DIGIT_GROUPS = re.compile(rf"{_ALONE}\d+(?:(?:{_GAP}|{_DASH}){{1,3}}\d+)+(?:{_GAP}?[XxＸｘ])?")
_BROKEN = re.compile(rf"{_ALONE}(\d{{3,17}})[^\S\n]*\n\s*(\d{{1,15}}[XxＸｘ]?){_NOT_AMOUNT}")
_CONTINUED = re.compile(rf"[^\S\n]*\n\s*\d{{1,15}}[XxＸｘ]?{_NOT_AMOUNT}(?!\s*[.．、:：)）号])")

_VALUE = re.compile(
    rf"(?<![A-Za-z\d])(?<!\d[.．])[A-Za-zＡ-Ｚ]{{0,12}}\d(?:[\dA-Za-zＡ-Ｚ*＊×]|[/({{]?{_DASH}(?=[\dA-Z])"
    rf"|{_GAP}(?=\d{{2,}}(?!\d|{_GAP}*(?:{_UNIT}|[.．、]))))*"
)
_LONGEST = 32  # digits; certificates of physicians have 27
_IS_NO_AMOUNT = re.compile(_NOT_AMOUNT)
_STANDARD = re.compile(r"[A-Z]{1,4}(?:/?[TZ])?\s?\d{2,6}(?:\.\d+)?[-—–]?(?:19|20)\d\d|(?:19|20)\d\d[-—–]\d{1,4}")
_HASH = re.compile(r"[0-9a-f]{24,}|[0-9A-F]{32,}")
_RESIDENT_ID = re.compile(r"[1-8]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")


def mask_personal(text: str) -> str:
    """The text with every personal number replaced; line breaks inside a number stay.

    >>> mask_personal("联系人：某某 电话：13800001234，或致电0431-81234567。")
    '联系人：某某 电话：[号码已隐去]，或致电[号码已隐去]。'
    >>> mask_personal("国发〔2019〕5号，拨打12345，补助241800元，2024年全国1853.2万件。")
    '国发〔2019〕5号，拨打12345，补助241800元，2024年全国1853.2万件。'
    """
    parts, position = [], 0
    for start, end in _personal_spans(text):
        parts += [text[position:start], MASK, "\n" * text.count("\n", start, end)]
        position = end
    return "".join([*parts, text[position:]])


def find_personal(text: str) -> list[str]:
    """What still looks like a personal number, in order; empty for a masked text.

    >>> find_personal("身份证号 110101 19900101 001X，邮编100000")
    ['110101 19900101 001X']
    """
    return [text[start:end] for start, end in _personal_spans(text)]


def _personal_spans(text: str) -> list[tuple[int, int]]:
    """Spans of personal numbers, in order, without overlap."""
    found = sorted([*_shaped(text), *_grouped(text), *_broken(text), *_labelled(text)])
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _shaped(text: str) -> Iterator[tuple[int, int]]:
    """Numbers that are personal by their shape alone."""
    for match in _SHAPE.finditer(text):
        if _is_inside_hash(text, match.start(), match.end()):
            continue
        end = match.end()
        complete = _RESIDENT_ID.fullmatch(_plain(match[0]))
        if match[0].isdecimal() and len(match[0]) >= 15 and not complete:
            end = _with_continuation(text, end)
        yield match.start(), end


def _grouped(text: str) -> Iterator[tuple[int, int]]:
    """Numbers printed in groups: 110101 19900101 001X, 6222 0212 …, or with a blank after every digit."""
    for match in _DIGIT_GROUPS.finditer(text):
        groups = list(re.finditer(r"[\dXxＸｘ]+", match[0]))
        plain = [_plain(group[0]) for group in groups]
        first = 0
        while first < len(groups):
            last, length = first, 0
            while last < len(groups) and length + len(plain[last]) <= _LONGEST:
                length += len(plain[last])
                last += 1
            while last > first + 1 and not _is_grouped_number(plain[first:last]):
                last -= 1
            if last > first + 1:
                yield match.start() + groups[first].start(), match.start() + groups[last - 1].end()
            first = max(last, first + 1)


def _is_grouped_number(groups: list[str]) -> bool:
    joined = "".join(groups)
    if len(joined) < 11:
        return False
    if set(map(len, groups)) == {1}:
        return True
    if _RESIDENT_ID.fullmatch(joined):
        return True
    if _MOBILE.fullmatch(joined):
        sizes = tuple(map(len, groups))
        return sizes[-3:] == (3, 4, 4) or sizes in {(3, 8), (7, 4), (4, 4, 3), (2, 11)}
    fours = all(len(g) == 4 for g in groups[:-1]) and len(groups[-1]) <= 4
    card = fours and 16 <= len(joined) <= 19 and joined[0] in "3456"
    return card and (joined.startswith("62") or _passes_luhn(joined))


def _broken(text: str) -> Iterator[tuple[int, int]]:
    """Numbers that the end of a line cuts in two: 1101011990\\n0101001X."""
    for match in _BROKEN.finditer(text):
        joined = _plain(match[1] + match[2])
        line_starts = match.start() == 0 or text[match.start() - 1] == "\n"
        alone = line_starts and (match.end() == len(text) or text[match.end()] == "\n")
        card = 16 <= len(joined) <= 19 and joined[0] in "3456" and _passes_luhn(joined)
        if _RESIDENT_ID.fullmatch(joined) or (not alone and (card or _MOBILE.fullmatch(joined))):
            yield match.start(), match.end()


def _labelled(text: str) -> Iterator[tuple[int, int]]:
    """Numbers that the word before them makes personal: 收据号 00244217, 电话：3316016."""
    previous_end = -1
    for match in _VALUE.finditer(text):
        start, end = match.span()
        value = _plain(match[0])
        digits = sum(c.isdecimal() for c in value)
        if digits < 4 or _STANDARD.fullmatch(value) or not _IS_NO_AMOUNT.match(text, end):
            continue
        listed = 0 <= previous_end <= start and digits >= 6 and is_listed_after(text[previous_end:start])
        if listed or follows_label(text[max(0, start - 90) : start], value, digits):
            complete = len(value) in (7, 8, 11, 18) and value.isdecimal()
            previous_end = end if complete else _with_continuation(text, end)
            yield start, previous_end


def _with_continuation(text: str, end: int) -> int:
    """Where a number that stops at the end of a line really ends: the next line may begin with the rest of it."""
    match = _CONTINUED.match(text, end)
    return match.end() if match else end


def _is_inside_hash(text: str, start: int, end: int) -> bool:
    """Whether the digits are part of a checksum, as an index manifest has them."""
    before = re.search(r"[\da-fA-F]*$", text[max(0, start - 128) : start])
    after = re.match(r"[\da-fA-F]*", text[end : end + 128])
    run = (before[0] if before else "") + text[start:end] + (after[0] if after else "")
    return not run.isdecimal() and _HASH.fullmatch(run) is not None


def _plain(number: str) -> str:
    """Half-width capitals without blanks and dashes at which numbers can be compared."""
    return re.sub(rf"{_GAP}", "", unicodedata.normalize("NFKC", number)).upper()


def _passes_luhn(digits: str) -> bool:
    """The check digit of bank cards (ISO/IEC 7812-1)."""
    if not digits.isdecimal():
        return False
    doubled = (int(c) * (2 if i % 2 else 1) for i, c in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
