"""Corrections of a document's frame as a person types them -> what is stored, or a sentence that says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from index.corpus import mask_text
from index.edits import FIELDS, frame_of
from index.errors import InputError
from index.records import Document

NAMES = {
    "title": "标题",
    "issuer": "发文机关",
    "document_number": "文号",
    "date": "发布日期",
    "effective_date": "施行日期",
}
"""What a person calls each of `FIELDS`."""
MOST_CHARACTERS = 200
_DATES = ("date", "effective_date")
_DATE = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?")


def read_date(text: str) -> str:
    """A date as documents print it; nothing for nothing. Raises `InputError` for what is no date.

    >>> read_date("2024-06-01"), read_date(" 2024年6月1日 "), read_date("2024.6.1"), read_date("")
    ('2024年6月1日', '2024年6月1日', '2024年6月1日', '')
    """
    if not text.strip():
        return ""
    match = _DATE.fullmatch(text.strip())
    try:
        day = date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        day = None
    if day is None:
        raise InputError(f"“{text.strip()[:30]}”不是日期；请写成 2024年6月1日 或 2024-06-01")
    return f"{day.year}年{day.month}月{day.day}日"


def read_frame(document: Document, typed: Mapping[str, str], documents: Sequence[Document]) -> dict[str, str]:
    """The frame that a person wants `document` to have. Raises `InputError` naming the field that is wrong.

    A date that was left as it stands passes, whatever the form the file prints it in.
    """
    now = frame_of(document)
    frame = {name: _clean(typed.get(name, now[name])) for name in FIELDS}
    for name, text in frame.items():
        if len(text) > MOST_CHARACTERS:
            raise InputError(f"{NAMES[name]}太长：最多 {MOST_CHARACTERS} 个字，现在有 {len(text)} 个")
    frame["title"] = (
        frame["title"].removeprefix("《").removesuffix("》") if _is_bracketed(frame["title"]) else frame["title"]
    )
    if not re.search(r"\w", frame["title"]):
        raise InputError("标题不能是空的")
    if any(d.title == frame["title"] and d.id != document.id for d in documents):
        raise InputError(f"已经有一份《{frame['title']}》；请写得与它不同，如在后面加上年份")
    for name in _DATES:
        if frame[name] != now[name]:
            try:
                frame[name] = read_date(frame[name])
            except InputError as error:
                raise InputError(f"{NAMES[name]}：{error}") from error
    return frame


def _is_bracketed(title: str) -> bool:
    return re.fullmatch(r"《[^《》]+》", title) is not None


def _clean(text: str) -> str:
    """One line without control characters and personal numbers."""
    line = "".join(c if c.isprintable() else " " for c in text[: 10 * MOST_CHARACTERS])
    return mask_text(re.sub(r"\s+", " ", line)).strip()
