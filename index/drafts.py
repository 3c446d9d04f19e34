"""An article while it is read: its passages become text, 款, 项, spans and damages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from index.clean import Passage
from index.headings import is_dash_item, read_marker, strip_dash
from index.numerals import NUMERAL, format_numeral, parse_numeral
from index.records import Article, Damage, Grammar, Item, Paragraph, Span

_SINGLE_DASH = re.compile(r"^\s*[-•·●○◆■▪]\s+")
_INLINE_ITEM = re.compile(rf"(?<=[：；。])（([{NUMERAL}]{{1,3}})）")
_CUT_OFF_NOTE = "这句话在所据版面上被截断，后文缺失，未作补写"
_LOST_MARKER_NOTE = "版面上的项号变成了横线，已按顺序补回"
_SHORTEST_SENTENCE = 16


@dataclass(slots=True)
class Draft:
    """One article's number, label, heading, part and the passages under it, its own number already taken off."""

    number: str
    label: str
    heading: str = ""
    part: str = ""
    passages: list[Passage] = field(default_factory=list)


def finish(draft: Draft, grammar: Grammar) -> Article:
    """The article of a draft; its document is named later, when witnesses are joined."""
    lines, restored = _lines(draft.passages, grammar)
    text = "\n".join(lines)
    paragraphs, cut_off = read_lines(lines)
    offsets = _offsets(lines)
    damages = [Damage("lost_marker", offsets[i], offsets[i] + len(lines[i]), _LOST_MARKER_NOTE) for i in restored]
    return Article(
        document_id="",
        number=draft.number,
        label=draft.label,
        heading=draft.heading,
        part=draft.part,
        text=text,
        paragraphs=paragraphs,
        spans=_spans(draft.passages),
        damages=tuple(sorted((*damages, *cut_off), key=lambda d: d.start)),
    )


def read_lines(lines: list[str]) -> tuple[tuple[Paragraph, ...], tuple[Damage, ...]]:
    """The 款 and 项 of an article's lines, and the sentences that were cut off in them."""
    offsets = _offsets(lines)
    return _paragraphs(lines, offsets), tuple(_cut_off(lines, offsets))


def _offsets(lines: list[str]) -> list[int]:
    offsets, position = [], 0
    for line in lines:
        offsets.append(position)
        position += len(line) + 1
    return offsets


def _lines(passages: list[Passage], grammar: Grammar) -> tuple[list[str], list[int]]:
    """The article's lines, and which of them got a lost （一） back (only a law's list items are surely numbered so)."""
    lines: list[str] = []
    restored: list[int] = []
    count = 0
    for passage in passages:
        text = passage.text.strip()
        if not text:
            continue
        marker = read_marker(text)
        if marker is not None and marker.level == "two":
            count = marker.number
        elif grammar == "law" and _SINGLE_DASH.match(text) and (count or (lines and lines[-1].endswith(("：", ":")))):
            count += 1
            text = f"（{format_numeral(count)}）{strip_dash(text)}"
            restored.append(len(lines))
        else:
            count = 0
            text = strip_dash(text) if _SINGLE_DASH.match(text) else text
        lines.append(text)
    return lines, restored


def _is_item(line: str) -> bool:
    marker = read_marker(line)
    return is_dash_item(line) or (marker is not None and marker.level in ("two", "three", "four"))


def _paragraphs(lines: list[str], offsets: list[int]) -> tuple[Paragraph, ...]:
    """款 with their 项: a numbered line belongs to the 款 before it."""
    found: list[Paragraph] = []
    for line, start in zip(lines, offsets, strict=True):
        end = start + len(line)
        if found and _is_item(line):
            marker = read_marker(line)
            item = Item(marker.printed if marker else "", start, end)
            last = found[-1]
            found[-1] = Paragraph(last.number, last.start, end, (*last.items, item))
        else:
            found.append(Paragraph(len(found) + 1, start, end, _items_inside(line, start)))
    return tuple(found)


def _items_inside(line: str, start: int) -> tuple[Item, ...]:
    """The 项 that a 款 lists on its own line (“…材料：（一）身份证；（二）户口簿。”)."""
    signs: list[re.Match[str]] = []
    for match in _INLINE_ITEM.finditer(line):
        if parse_numeral(match[1]) == len(signs) + 1:
            signs.append(match)
    ends = [match.start() for match in signs[1:]] + [len(line)]
    items = (Item(m[0], start + m.start(), start + end) for m, end in zip(signs, ends, strict=True))
    return tuple(items) if len(signs) > 1 else ()


def _cut_off(lines: list[str], offsets: list[int]) -> list[Damage]:
    """Sentences that stop without a full stop: nothing follows them on the page that could be their end."""
    found = []
    for line, start in zip(lines, offsets, strict=True):
        stop = max(line.rfind(c) for c in "。！？；：") + 1
        broken = line[stop:]
        is_sentence = len(broken) >= _SHORTEST_SENTENCE and ("，" in line or "、" in line) and not _is_item(line)
        if is_sentence and re.search(r"[\u4e00-\u9fff]$", broken):
            found.append(Damage("cut_off", start + stop, start + len(line), _CUT_OFF_NOTE))
    return found


def _spans(passages: list[Passage]) -> tuple[Span, ...]:
    """The passages' spans, joined where only line breaks lie between them."""
    merged: list[Span] = []
    for passage in sorted(passages, key=lambda p: p.span.start):
        if merged and passage.span.start - merged[-1].end <= 6:
            merged[-1] = Span(merged[-1].start, passage.span.end)
        else:
            merged.append(passage.span)
    return tuple(merged)
