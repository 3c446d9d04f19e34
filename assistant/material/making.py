"""`policyqa material`: what was named on the command line to a file; the ending of its name decides the format."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.citations import bracketed
from assistant.material.files import write_cards, write_deck, write_paper, write_picture, write_quiz
from assistant.material.quiz import make_quiz
from assistant.material.records import DIFFICULTIES, ITEM_TYPES, Complete, ItemType, Progress, Quiz, Selection, Wanted
from assistant.reading import find_article
from index.errors import InputError
from index.library import Library
from index.records import Hit

ENDINGS: Mapping[str, tuple[str, ...]] = {
    "quiz": ("docx", "xlsx", "pptx", "apkg", "md", "txt", "json"),
    "handout": ("docx", "md", "txt", "json"),
    "slides": ("pptx", "md", "txt", "json"),
    "cards": ("apkg", "xlsx", "md", "txt", "json"),
    "coverage": ("svg", "docx", "md", "txt", "json"),
}
"""What can be made of one document, and in which formats."""
COMPARISON = "comparison"
_ALL = {**ENDINGS, COMPARISON: ENDINGS["handout"]}
COUNT = 30
MOST_COUNT = 2000


@dataclass(frozen=True, slots=True)
class Made:
    """A written file: what it holds in one phrase, and what the reader should know."""

    path: Path
    holds: str
    notices: tuple[str, ...] = ()


def make_file(
    library: Library,
    kind: str,
    selection: Selection,
    out: Path,
    wanted: Wanted,
    complete: Complete | None = None,
    progress: Progress | None = None,
) -> Made:
    """Makes material of one document and writes it. Raises `InputError` for a kind, an ending or a folder that there is none
    of, before anything is made, and where the text carries nothing of the kind."""
    ending = check_target(kind, out)
    selections, notices = (selection,), tuple[str, ...]()
    if kind == "handout":
        from assistant.material.handout import make_handout

        body, holds = write_paper(make_handout(selections, library.documents), ending), "讲义"
    elif kind == "slides":
        from assistant.material.slides import make_slides

        deck = make_slides(selections)
        body, holds = write_deck(deck, ending), f"{len(deck.slides)} 张幻灯片"
    else:
        quiz = make_quiz(selections, wanted, library.documents, progress=progress, complete=complete)
        body, holds = _of_quiz(kind, quiz, selections, ending)
        notices = quiz.notices
    _write(out, body)
    return Made(out, holds, notices)


def make_comparison(
    library: Library, documents: Sequence[str], subject: str, out: Path, search: Callable[..., Sequence[Hit]]
) -> Made:
    """Compares two documents on a subject and writes the comparison. `search`: as `assistant.answer.Assistant.search`.
    Raises `InputError` for anything but two documents, and without a subject."""
    from assistant.material.comparison import MOST_FOUND, compare

    ending = check_target(COMPARISON, out)
    if len(documents) != 2:
        raise InputError("对比要写两份文件，如 policyqa material comparison 意见 条例 --on 经费 --out 对比.docx")
    one, other = (select(library, document, ()) for document in documents)
    paper = compare(subject, one, other, lambda query, ids: search(query, k=MOST_FOUND, documents=ids))
    _write(out, write_paper(paper, ending))
    return Made(out, paper.title)


def _of_quiz(kind: str, quiz: Quiz, selections: Sequence[Selection], ending: str) -> tuple[bytes, str]:
    if kind == "coverage":
        from assistant.material.coverage import count_coverage, summarise

        coverage = count_coverage(selections, quiz.items)
        return write_picture(coverage, quiz.title, ending), summarise(coverage).rstrip("。")
    if kind == "cards":
        from assistant.material.cards import make_cards

        cards = make_cards(quiz.items)
        return write_cards(cards, quiz.title.removesuffix("题库") + "卡片", ending), f"{len(cards)} 张卡片"
    return write_quiz(quiz, ending), f"{len(quiz.items)} 道题"


def check_target(kind: str, out: Path) -> str:
    """The ending of the file. Raises `InputError` where it is not one of the kind, or nothing can be written there."""
    if kind not in _ALL:
        raise InputError(f"没有“{kind}”这种材料；可用：{'、'.join(_ALL)}")
    ending = out.suffix.removeprefix(".").lower()
    if ending not in _ALL[kind]:
        known = "、".join(f".{each}" for each in _ALL[kind])
        raise InputError(f"{out}：{kind} 不能存成“{out.suffix or '没有后缀的文件'}”；可以是 {known}")
    if out.is_dir():
        raise InputError(f"{out} 是一个文件夹；请写文件名")
    if not out.parent.is_dir():
        raise InputError(f"{out.parent}：没有这个文件夹；请先建好，或换一个位置")
    if not os.access(out.parent, os.W_OK):
        raise InputError(f"{out.parent}：这个文件夹不让写文件；请换一个位置")
    return ending


def select(library: Library, document: str, articles: Sequence[str]) -> Selection:
    """The document and its named articles, in reading order; all of them where none is named. Raises `InputError`."""
    found = library.find(document)
    if not found.articles:
        raise InputError(f"{bracketed(found.title)}没有条文，出不了材料")
    if not articles:
        return Selection(found, found.articles)
    named = {find_article(library, found.title, number)[1].number for number in articles}
    return Selection(found, tuple(article for article in found.articles if article.number in named))


def read_wanted(count: int | None, types: str, difficulties: Sequence[str], seed: int) -> Wanted:
    """What was typed. Raises `InputError` for numbers given twice and for a difficulty that there is none of."""
    if count is not None and not 0 < count <= MOST_COUNT:
        raise InputError(f"--count 要在 1 到 {MOST_COUNT} 之间，现在是 {count}")
    if types and count is not None:
        raise InputError("--count 和 --types 只写一个：--types 已经写了各题型的题数")
    unknown = [each for each in difficulties if each not in DIFFICULTIES]
    if unknown:
        raise InputError(f"没有“{unknown[0]}”这种难度；可用：{'、'.join(DIFFICULTIES)}")
    chosen = tuple(each for each in DIFFICULTIES if each in difficulties) or DIFFICULTIES
    counts = read_counts(types) if types else None
    return Wanted(COUNT if count is None else count, counts, chosen, seed)


def read_counts(text: str) -> dict[ItemType, int]:
    """Numbers by type, as they are typed.

    >>> read_counts("单选=10,多选=5，判断 5")
    {'单选': 10, '多选': 5, '判断': 5}
    """
    counts: dict[ItemType, int] = {}
    for part in text.replace("，", ",").split(","):
        if not part.strip():
            continue
        name = next((kind for kind in ITEM_TYPES if part.strip().startswith(kind)), None)
        number = part.strip()[2:].removeprefix("题").strip(" =：:")
        if name is None or not number.isdecimal():
            raise InputError(
                f"题型和题数“{part.strip()}”看不懂；请写成 单选=10,判断=5（题型：{'、'.join(ITEM_TYPES)}）"
            )
        counts[name] = int(number)
    if not 0 < sum(counts.values()) <= MOST_COUNT:
        raise InputError(f"一共要 1 到 {MOST_COUNT} 题，现在是 {sum(counts.values())} 题")
    return counts


def _write(out: Path, body: bytes) -> None:
    """In one step: a run that breaks off leaves no half of a file."""
    unfinished = out.with_name(f"{out.name}.new")
    try:
        unfinished.write_bytes(body)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
