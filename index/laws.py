"""Laws and regulations: 编/章/节 give the part, 第X条 the article. A cross-reference at a line's beginning is text."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain, count

from index.clean import TERMINAL, Passage
from index.drafts import Draft
from index.headings import Marker, read_marker
from index.numerals import NUMERAL, parse_numeral
from index.records import LEAD_ARTICLE, Span

_INLINE = re.compile(rf"(?<=[。；])\s*第([{NUMERAL}]{{1,7}})条(?:之[{NUMERAL}]{{1,3}})?\s*(?=\S)")
_PART_LEVELS = ("book", "chapter", "section")
_ATTACHMENT = re.compile(r"^\s*(附件|附表|附录|附则表|附)\s*([一二三四五六七八九十\d]{0,3})\s*(?:[：:.]|\s|$|[《（])")
_LONGEST_GAP = 15


def read_law(passages: list[Passage]) -> list[Draft]:
    """The drafts of a law in printed order: 导语 (if it has prose before 第一条), the articles, attachments."""
    passages = _split_inline(passages)
    headings = _choose_headings(passages)
    drafts: list[Draft] = []
    parts: dict[str, str] = {}
    lead: list[Passage] = []
    series = 0
    for index, passage in enumerate(passages):
        marker = read_marker(passage.text)
        if index in headings and marker is not None:
            series += bool(drafts) and marker.name == "1" and any(d.number == "1" for d in drafts)
            drafts.append(_open(marker, passage, " › ".join(parts.values()), series))
        elif marker is not None and marker.level in _PART_LEVELS and _is_part_line(passage.text, marker):
            parts = {
                level: parts[level] for level in _PART_LEVELS[: _PART_LEVELS.index(marker.level)] if level in parts
            }
            parts[marker.level] = _part_name(passage.text, marker)
        elif drafts and _opens_attachment(passage.text):
            name = _attachment_name(passage.text, {d.number for d in drafts})
            drafts.append(Draft(name, name, passage.text[:40], "", [passage]))
        elif drafts:
            drafts[-1].passages.append(passage)
        else:
            lead.append(passage)
    prose = [
        p
        for p in lead
        if p.text[-1] in ("。" if len(p.text) < 25 else TERMINAL) and not re.match(r"^[（(].*[）)]$", p.text)
    ]
    return ([Draft(LEAD_ARTICLE, LEAD_ARTICLE, passages=prose)] if prose else []) + drafts


def _open(marker: Marker, passage: Passage, part: str, series: int) -> Draft:
    text = passage.text[marker.length :].strip()
    heading = ""
    bracketed = re.match(r"^[【\[（(]([^】\]）)]{2,20})[】\]）)]\s*", text)
    if bracketed and text[0] in "【[":
        heading, text = bracketed[1], text[bracketed.end() :]
    number = marker.name if not series else f"附{series}.{marker.name}"
    label = f"第{marker.number}条" + (f"之{marker.added}" if marker.added else "")
    if heading:
        label += f" {heading}"
    return Draft(number, label if not series else f"附{series} {label}", heading, part, [replace(passage, text=text)])


def _choose_headings(passages: list[Passage]) -> set[int]:
    """Indices of the passages that open an article: numbers in order, inserted 之一, and gaps that nothing fills later."""
    candidates = [
        (i, marker)
        for i, passage in enumerate(passages)
        if (marker := read_marker(passage.text)) is not None and marker.level == "article"
    ]
    chosen: set[int] = set()
    last: Marker | None = None
    for position, (index, marker) in enumerate(candidates):
        later = {m.number for _, m in candidates[position + 1 : position + 1 + _LONGEST_GAP]}
        if last is None:
            fits = marker.number == 1 or marker.number + 1 in later or len(candidates) == 1
        elif marker.added:
            fits = last.number <= marker.number <= last.number + 1
        elif marker.number == last.number + 1:
            fits = True
        elif marker.number == 1:
            fits = last.number > 1 and 2 in later
        else:
            fits = last.number < marker.number <= last.number + _LONGEST_GAP and last.number + 1 not in later
        if fits:
            chosen.add(index)
            last = marker
    return chosen


def _split_inline(passages: list[Passage]) -> list[Passage]:
    """Parts a passage that runs into the next article (“…处罚。第三十五条 违反…”) where the number goes on."""
    result: list[Passage] = []
    last = 0
    numbers = {m.number for p in passages if (m := read_marker(p.text)) is not None and m.level == "article"}
    for passage in passages:
        marker = read_marker(passage.text)
        if marker is not None and marker.level == "article":
            last = marker.number
        rest = passage
        for match in _INLINE.finditer(passage.text):
            number = parse_numeral(match[1])
            tail = passage.text[match.start() :].strip()
            inner = read_marker(tail)
            if number != last + 1 or number in numbers or inner is None or inner.level != "article":
                continue
            cut = len(rest.text) - len(passage.text[match.start() :])
            middle = max(rest.span.start, rest.span.end - len(tail))
            result.append(Passage(rest.text[:cut].strip(), Span(rest.span.start, middle), rest.level))
            rest = Passage(tail, Span(middle, rest.span.end))
            last = number
        result.append(rest)
    return [p for p in result if p.text]


def _is_part_line(text: str, marker: Marker) -> bool:
    """A part's heading is one short line; “第二章规定的…” in a sentence is none."""
    return len(text) <= 60 and text[-1] not in "。；，"


def _part_name(text: str, marker: Marker) -> str:
    return f"{text[: marker.length].strip()} {text[marker.length :].strip()}".strip()


def _opens_attachment(text: str) -> bool:
    return len(text) <= 60 and _ATTACHMENT.match(text) is not None


def _attachment_name(text: str, taken: set[str]) -> str:
    """附件, 附件2, 附录: as printed, or with the next free number where the printing has none."""
    match = _ATTACHMENT.match(text)
    printed = f"{match[1]}{match[2]}" if match else "附件"
    return next(n for n in chain((printed,), (f"{printed}{i}" for i in count(2))) if n not in taken)
