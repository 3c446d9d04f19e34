"""What frames a document: title, issuer, 文号, dates, addressees, signature. None of it is in an article."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.clean import TERMINAL, Passage
from index.headings import read_marker

_NUMBER = re.compile(
    r"^[\u4e00-\u9fff]{1,12}\s*[〔\[（(【]\s*\d{4}\s*[〕\]）)】]\s*第?\s*\d{1,5}\s*号$|^第\s*\d{1,4}\s*号$"
)
_DATE = re.compile(
    r"^[（(]?\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*(?:公布|发布|印发)?[）)]?$"
    r"|^[（(]?[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日[）)]?$"
)
_ADDRESSEE = re.compile(
    r"^(?!.*(?:如下|下列|以下|决定：))(?:各|有关|机关|[\u4e00-\u9fff]{2,8}(?:省|市|局|部|厅|委))[^。；]{0,160}[：:]$"
)
_PUBLIC = re.compile(r"^[（(]?此件.{2,8}(?:公开|发布).{0,4}[）)]?$")
_HISTORY = re.compile(
    r"^[（(].{0,80}?(?:\d{4}年|根据|经).{0,4000}(?:通过|修正|修订|批准|公布|施行|发布|决定)[^）)]{0,40}[）)]$", re.S
)
_CONTENTS = re.compile(r"^目\s*录$")
_FOLLOWS = re.compile(r"^附件[\d一二三四五六七八九十]{0,2}\s*[：:]")
_ISSUERS = re.compile(
    r"^(?>(?>(?:中共中央|国务院|中央军委|全国人大常委会)(?:办公厅)?|中办|国办|"
    r"(?![印转]发|批转)[\u4e00-\u9fff]{2,12}?(?:办公厅|办公室|委员会|人民政府|部|厅|局|总局|委)(?:办公厅|办公室)?)[\s、]*)+"
    r"(?=关于|[印转]发|批转)"
)
"""Atomic groups: a line of twenty ministries could be parted in millions of ways, and each would be tried."""
_EFFECTIVE = re.compile(
    r"自\s*(\d{4}年\d{1,2}月\d{1,2}日|[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
    r"\s*起(?:施行|实施|执行|生效)"
)
_LONGEST_SIGNATURE = 40
_SHORTEST_ATTACHMENT = 200  # characters; fewer, without any numbers, are who may copy it and where it was printed


@dataclass(frozen=True, slots=True)
class Metadata:
    """Issuer, 文号 and date of a document as printed; empty where the text does not say."""

    issuer: str = ""
    document_number: str = ""
    date: str = ""


def is_frame(text: str) -> bool:
    """Whether a line is a date, a 文号, an addressee line, a legislative history or 此件公开发布.

    >>> [is_frame(t) for t in ("（2024年3月28日）", "国发〔2019〕5号", "各省、自治区、直辖市人民政府：", "第一条 为了")]
    [True, True, True, False]
    """
    patterns = (_NUMBER, _DATE, _ADDRESSEE, _PUBLIC, _HISTORY, _CONTENTS)
    return any(pattern.match(text) for pattern in patterns)


def split_frame(passages: list[Passage]) -> tuple[list[Passage], list[Passage]]:
    """The passages of the document itself and those attached after its signature, both without their frames."""
    signed = _signature(passages)
    body = passages if signed is None else passages[: signed[0]]
    attached = [] if signed is None else passages[signed[1] :]
    body = _without_contents(_without_frame(body))
    attached = _without_contents(_without_frame(attached))
    while attached and _is_title_line(attached[0]):
        attached.pop(0)
    numbered = sum(read_marker(p.text) is not None for p in attached)
    is_text = numbered >= 2 or sum(len(p.text) for p in attached) >= _SHORTEST_ATTACHMENT
    return _without_signature(body), attached if is_text else []


def read_metadata(passages: list[Passage], titles: list[str]) -> Metadata:
    """What the frame says; a date in the head counts before one in the signature."""
    number = next((p.text for p in passages[:12] if _NUMBER.match(p.text)), "")
    dates = [p.text.strip("（）()") for p in passages if _DATE.match(p.text)]
    history = next(
        (
            m[0]
            for p in passages[:8]
            if _HISTORY.match(p.text) and (m := re.search(r"\d{4}年\d{1,2}月\d{1,2}日", p.text))
        ),
        "",
    )
    issuer = next((m[0].strip(" 、") for t in titles if (m := _ISSUERS.match(t))), "")
    alone = next((t for t in titles if is_issuer_line(t)), "")
    signed = (passages[i - 1].text for i in range(3, len(passages)) if _DATE.match(passages[i].text))
    alone = alone or next((text for text in signed if is_issuer_line(text)), "")
    return Metadata(issuer or alone, number, dates[0] if dates else history)


def is_issuer_line(text: str) -> bool:
    """Whether a line names only those who issue a document.

    >>> is_issuer_line("中共中央办公厅 国务院办公厅"), is_issuer_line("关于加强社区工作者队伍建设的意见")
    (True, False)
    """
    parts = re.split(r"[\s、]+", text.strip())
    return not re.search("关于|[印转]发|批转", text) and all(
        re.fullmatch(r"中共中央|国务院|[\u4e00-\u9fff]{1,14}(?:办公厅|办公室|委员会|人民政府|办事处|部|厅|局|委|院)", p)
        for p in parts
    )


def strip_issuer(title: str) -> str:
    """A headline without the issuers that the newspaper set before it.

    >>> strip_issuer("中共中央办公厅国务院办公厅关于加强社区工作者队伍建设的意见")
    '关于加强社区工作者队伍建设的意见'
    """
    return _ISSUERS.sub("", title) if re.match(r"中共中央|国务院|中办|国办", title) else title


def effective_date(text: str) -> str:
    """The day from which a document is in force, as printed; empty where it does not say."""
    match = _EFFECTIVE.search(text)
    return match[1] if match else ""


def _signature(passages: list[Passage]) -> tuple[int, int] | None:
    """Where issuer and date stand after the text: (first line of it, first line after it)."""
    for index in range(3, len(passages)):
        if not _DATE.match(passages[index].text):
            continue
        start = index
        while start > 2 and _is_signature_line(passages[start - 1]):
            start -= 1
        end = index + 1
        while end < len(passages) and is_frame(passages[end].text):
            end += 1
        if start < index or end == len(passages):
            return start, end
    return None


def _is_signature_line(passage: Passage) -> bool:
    text = passage.text
    return (
        len(text) <= _LONGEST_SIGNATURE and text[-1] not in TERMINAL and read_marker(text) is None and "，" not in text
    )


def _is_title_line(passage: Passage) -> bool:
    return read_marker(passage.text) is None and (len(passage.text) <= 40 and passage.text[-1] not in "。；：")


def _without_frame(passages: list[Passage]) -> list[Passage]:
    """Without frame lines. Whom a text addresses stands before its first sentence; later such a line opens a list."""
    kept: list[Passage] = []
    has_begun = False
    for passage in passages:
        if is_frame(passage.text) and not (has_begun and _ADDRESSEE.match(passage.text)):
            continue
        has_begun = has_begun or passage.text.endswith(("。", "；")) or read_marker(passage.text) is not None
        kept.append(passage)
    return kept


def _without_signature(passages: list[Passage]) -> list[Passage]:
    """Without the lines after the last sentence that only sign it or list what is attached."""
    end = len(passages)
    while end > 2 and (_FOLLOWS.match(passages[end - 1].text) or _PUBLIC.match(passages[end - 1].text)):
        end -= 1
    return passages[:end]


def _without_contents(passages: list[Passage]) -> list[Passage]:
    """Without a table of contents: parts listed at the beginning that come again before their articles."""
    heads = [
        i
        for i, p in enumerate(passages[:400])
        if (m := read_marker(p.text)) and m.level in ("book", "chapter", "section")
    ]
    texts = [re.sub(r"[\s.…·\d]+$", "", re.sub(r"\s", "", passages[i].text)) for i in heads]
    run = 0
    while run + 1 < len(heads) and heads[run + 1] == heads[run] + 1 and heads[0] < 12:
        if texts[run + 1] in texts[: run + 1]:
            break  # the list is over: its first part begins
        run += 1
    repeated = [i for i, t in zip(heads[: run + 1], texts, strict=False) if texts.count(t) > 1]
    if run < 2 or len(repeated) < 0.6 * (run + 1):
        return passages
    return [p for i, p in enumerate(passages) if not heads[0] <= i <= heads[run]]
