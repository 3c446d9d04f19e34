"""A quiz as papers: 试卷 for those who sit it, 答案与解析 for the trainer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.citations import bracketed
from assistant.markup import one_line
from assistant.material.blocks import Block, Heading, NewPage, Paper, Table, Text
from assistant.material.records import BLANK, ITEM_TYPES, RIGHT, WRONG, Item, ItemType, Quiz
from index.numerals import format_numeral

HEADINGS: dict[ItemType, tuple[str, str]] = {
    "单选": ("单项选择题", "每题只有一个正确答案"),
    "多选": ("多项选择题", "每题有两个以上正确答案"),
    "判断": ("判断题", "对的打√，错的打×"),
    "填空": ("填空题", "把答案写在横线上"),
    "简答": ("简答题", "写出要点即可"),
    "情景": ("情景题", "先读情况，再作答"),
}
"""What each part of a paper is called, and what it asks for."""

BRACKET = "（　　）"
LINE = "_" * 66
"""A line to write on: 66 half-width characters at 12 pt are 14 of the 14.64 cm of a page."""

NAME_LINE = "姓名：____________　　单位：________________　　得分：________"
KEY_TITLE = "答案与解析"
FOOTER = "题目依据所收录的文件原文"
_SHORT = ("单选", "多选", "判断")
_SIGNS = {RIGHT: "√", WRONG: "×"}
_BRACKET_PRINTED = re.compile(r"[（(][\s_]*[）)]")
_BLANK_PRINTED = re.compile(re.escape(BLANK) + "_*")
_WRITTEN_BLANK = "_" * 12
_CHARACTERS_A_LINE, _FEWEST_LINES, _MOST_LINES = 22, 3, 8
"""Handwriting takes more room than print; room is there for half as much again as the answer needs."""


def question_paper(quiz: Quiz, with_key: bool = True) -> Paper:
    """试题: the items by type, numbered through; the key on a page of its own behind them where `with_key`."""
    blocks = list(_question_blocks(quiz))
    if with_key:
        blocks += [NewPage(), Heading(1, KEY_TITLE), *_key_blocks(quiz, level=2)]
    return Paper(quiz.title, f"共{len(quiz.items)}题", tuple(blocks), FOOTER)


def key_paper(quiz: Quiz) -> Paper:
    """答案与解析 as a file of its own, with the numbers of `question_paper`."""
    subtitle = f"{KEY_TITLE}　共{len(quiz.items)}题"
    return Paper(quiz.title, subtitle, tuple(_key_blocks(quiz, level=1)), FOOTER)


def by_type(items: Sequence[Item]) -> list[tuple[ItemType, list[tuple[int, Item]]]]:
    """The items of each type that there is, in the order of a paper, with their numbers in it; within a type in their order."""
    number, parts = 1, []
    for kind in ITEM_TYPES:
        found = [item for item in items if item.type == kind]
        if found:
            parts.append((kind, list(enumerate(found, number))))
            number += len(found)
    return parts


def shown_key(item: Item) -> str:
    """The key as a paper shows it: √ or × for 判断."""
    return _SIGNS.get(item.key, item.key) if item.type == "判断" else item.key


def quotes_all(item: Item) -> bool:
    """Whether the explanation quotes the whole quotation; the mark at its end, which may be left out there, aside."""
    return f"“{item.quote.strip().rstrip('，、；：。')}" in item.explanation


def letter(place: int) -> str:
    """
    >>> letter(0), letter(9)
    ('A', 'J')
    """
    return chr(ord("A") + place)


def _question_blocks(quiz: Quiz) -> Iterator[Block]:
    if not quiz.items:
        yield Text("还没有题目。")
        return
    yield Text(NAME_LINE, "caption")
    for place, (kind, items) in enumerate(by_type(quiz.items), 1):
        name, request = HEADINGS[kind]
        yield Heading(1, f"{format_numeral(place)}、{name}（共{len(items)}题，{request}）")
        for number, item in items:
            yield Text(f"{number}．{_shown_stem(item)}")
            yield from (Text(f"{letter(i)}．{option}", "option") for i, option in enumerate(item.options))
            if _is_written(item):
                yield from [Text(LINE)] * _lines_for(item.key)


def _shown_stem(item: Item) -> str:
    """The stem on one line, with a bracket for letters or signs, or with lines for the words that are missing."""
    stem = one_line(item.stem)
    if item.type == "填空":
        return _BLANK_PRINTED.sub(_WRITTEN_BLANK, stem)
    if (item.options or item.type == "判断") and not _BRACKET_PRINTED.search(stem):
        return f"{stem}{BRACKET}"
    return stem


def _is_written(item: Item) -> bool:
    """Whether the answer is sentences: those of a 情景 item without options are."""
    return not item.options and item.type in ("简答", "情景")


def _lines_for(key: str) -> int:
    needed = round(1.5 * len(key) / _CHARACTERS_A_LINE)
    return max(_FEWEST_LINES, min(needed, _MOST_LINES))


def _key_blocks(quiz: Quiz, level: int) -> Iterator[Block]:
    """First all short answers, to mark by; then each answer with its explanation and source."""
    parts = by_type(quiz.items)
    short = [
        (HEADINGS[kind][0], "　".join(f"{number}．{shown_key(item)}" for number, item in items))
        for kind, items in parts
        if kind in _SHORT
    ]
    if short:
        yield Heading(level, "答案速查")
        yield Table(("题型", "答案"), tuple(short), (0.22, 0.78))
    for place, (kind, items) in enumerate(parts, 1):
        yield Heading(level, f"{format_numeral(place)}、{HEADINGS[kind][0]}")
        for number, item in items:
            yield from _answer_blocks(number, item)
    yield from _notes(quiz, level)


def _answer_blocks(number: int, item: Item) -> Iterator[Block]:
    yield Text(f"{number}．答案：{_whole_key(item)}", "strong")
    if item.explanation.strip():
        yield Text(f"解析：{item.explanation}")
    place = f"{bracketed(item.document)}{item.label}"
    if item.quote and not quotes_all(item):
        yield Text(f"“{item.quote}”", "quote")
    yield Text(f"依据：{place}", "caption")


def _whole_key(item: Item) -> str:
    """The key, with the words of the option where it is one letter."""
    key = shown_key(item)
    if item.options and len(key) == 1 and (place := ord(key) - ord("A")) in range(len(item.options)):
        return f"{key}（{item.options[place]}）"
    return key


def _notes(quiz: Quiz, level: int) -> Iterator[Block]:
    """What the trainer should know about the number of items; those who sit the quiz need not."""
    if not quiz.notices:
        return
    yield Heading(level, "说明")
    yield from (Text(notice, "caption") for notice in quiz.notices)
    if quiz.dropped:
        reasons = "，".join(f"{reason}{count}题" for reason, count in quiz.dropped.items())
        yield Text(f"另有{sum(quiz.dropped.values())}题没有通过核对，没有收入：{reasons}。", "caption")
