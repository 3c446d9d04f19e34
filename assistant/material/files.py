"""Material as a file, by the ending of its name. Each format is loaded when it is first needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.markup import one_line
from assistant.material.blocks import Block, Bullets, Heading, Paper, Text
from assistant.material.records import Quiz
from index.errors import InputError

if TYPE_CHECKING:
    from assistant.material.cards import Card
    from assistant.material.coverage import Coverage
    from assistant.material.slides import Deck

QUESTIONS, KEY = "questions", "key"
"""The parts of a quiz that may be a file of their own."""

PAPER_ENDINGS = ("docx", "md", "txt", "json")
QUIZ_ENDINGS = ("docx", "xlsx", "pptx", "apkg", "md", "txt", "json")


def write_paper(paper: Paper, ending: str) -> bytes:
    """Raises `InputError` for an ending that is none of `PAPER_ENDINGS`."""
    match ending:
        case "docx":
            from assistant.material.word import write_word

            return write_word(paper)
        case "md":
            from assistant.material.markdown import write_markdown

            return write_markdown(paper).encode()
        case "txt":
            from assistant.material.plain import write_plain

            return write_plain(paper).encode()
        case "json":
            return _dumped(
                {"title": paper.title, "subtitle": paper.subtitle, "blocks": [_block(b) for b in paper.blocks]}
            )
    raise InputError(f"不能存成 .{ending}；可以是 {'、'.join(PAPER_ENDINGS)}")


def write_quiz(quiz: Quiz, ending: str, part: str = "") -> bytes:
    """The whole quiz (of `txt` the form that 问卷星 imports), or the `QUESTIONS` or the `KEY` alone as a paper.

    Raises `InputError` for an ending that there is none of.
    """
    if part or ending in ("docx", "md"):
        return write_paper(_paper(quiz, part), ending)
    if ending in _WRITERS:
        return _WRITERS[ending](quiz)
    raise InputError(f"不能存成 .{ending}；可以是 {'、'.join(QUIZ_ENDINGS)}")


def _paper(quiz: Quiz, part: str) -> Paper:
    from assistant.material.quiz_paper import key_paper, question_paper

    return key_paper(quiz) if part == KEY else question_paper(quiz, with_key=part != QUESTIONS)


def _excel(quiz: Quiz) -> bytes:
    from assistant.material.excel import write_excel

    return write_excel(quiz)


def _powerpoint(quiz: Quiz) -> bytes:
    from assistant.material.powerpoint import write_powerpoint
    from assistant.material.slides import quiz_deck

    return write_powerpoint(quiz_deck(quiz))


def _anki(quiz: Quiz) -> bytes:
    from assistant.material.anki import write_anki
    from assistant.material.cards import make_cards

    return write_anki(make_cards(quiz.items), quiz.title)


def _wenjuanxing(quiz: Quiz) -> bytes:
    from assistant.material.wenjuanxing import write_wenjuanxing

    return write_wenjuanxing(quiz).encode()


def _json(quiz: Quiz) -> bytes:
    return _dumped(quiz.to_json())


def write_deck(deck: Deck, ending: str) -> bytes:
    """Slides: a presentation, or its words as a paper."""
    if ending == "pptx":
        from assistant.material.powerpoint import write_powerpoint

        return write_powerpoint(deck)
    if ending == "json":
        return _dumped(asdict(deck))
    blocks: list[Block] = []
    for slide in deck.slides:
        blocks += [
            Heading(1, slide.title),
            Bullets(slide.points),
            *([Text(slide.notes, "caption")] if slide.notes else []),
        ]
    return write_paper(Paper(deck.title, "", tuple(blocks)), ending)


def write_cards(cards: Sequence[Card], title: str, ending: str) -> bytes:
    """Cards: a package for Anki, a sheet, tab-separated lines (`txt`, as card programs import them), Markdown or JSON."""
    match ending:
        case "apkg":
            from assistant.material.anki import write_anki

            return write_anki(cards, title)
        case "xlsx":
            from assistant.material.excel import write_excel_cards

            return write_excel_cards(cards, title)
        case "txt":
            rows = ("\t".join(one_line(part) for part in (c.front, _back(c), c.source)) for c in cards)
            return ("\n".join(rows) + "\n").encode()
        case "json":
            return _dumped({"title": title, "cards": [asdict(card) for card in cards]})
    blocks = [
        block for card in cards for block in (Text(card.front, "strong"), Text(_back(card)), Text(card.source, "quote"))
    ]
    return write_paper(Paper(title, f"共 {len(cards)} 张", tuple(blocks)), ending)


def write_picture(coverage: Coverage, title: str, ending: str) -> bytes:
    """Which articles have items: a picture (`svg`), or a table in a paper."""
    from assistant.material.coverage import coverage_blocks, draw_coverage

    if ending == "svg":
        return draw_coverage(coverage).encode()
    return write_paper(Paper(f"{title}：覆盖情况", "", coverage_blocks(coverage)), ending)


def _back(card: Card) -> str:
    """What the gaps stand for is on the back as well."""
    return "\n".join(part for part in ("；".join(card.gaps), card.back) if part)


def _block(block: Any) -> dict[str, Any]:
    return {"block": type(block).__name__.lower(), **asdict(block)}


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


_WRITERS: dict[str, Callable[[Quiz], bytes]] = {
    "xlsx": _excel,
    "pptx": _powerpoint,
    "apkg": _anki,
    "txt": _wenjuanxing,
    "json": _json,
}
