"""Who makes what in the studio: the functions of `assistant.material`, loaded when they are first needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.material.blocks import Paper
from assistant.material.records import Complete, Item, Progress, Quiz, Selection, Wanted
from index.records import Document, Hit

if TYPE_CHECKING:
    from assistant.material.cards import Card
    from assistant.material.slides import Deck

Find = Callable[[str, tuple[str, ...]], list[Hit]]
"""Question and document ids -> what was found, best first."""


def make_quiz(
    selections: Sequence[Selection],
    wanted: Wanted,
    library: Sequence[Document],
    progress: Progress,
    complete: Complete | None,
) -> Quiz:
    from assistant.material import quiz

    return quiz.make_quiz(selections, wanted, library, None, progress, complete)


def replace_item(
    items: Sequence[Item], old: Item, selections: Sequence[Selection], library: Sequence[Document], seed: int
) -> Item | None:
    from assistant.material import quiz

    return quiz.replace_item(items, old, selections, library, None, seed)


def check_item(item: Item, document: Document) -> tuple[str, ...]:
    from assistant.material.checks import check_item

    return check_item(item, document)


def make_handout(selections: Sequence[Selection], library: Sequence[Document]) -> Paper:
    from assistant.material.handout import make_handout

    return make_handout(selections, library)


def make_slides(selections: Sequence[Selection]) -> Deck:
    from assistant.material.slides import make_slides

    return make_slides(selections)


def make_cards(items: Sequence[Item]) -> tuple[Card, ...]:
    from assistant.material.cards import make_cards

    return make_cards(items)


def compare(subject: str, one: Selection, other: Selection, find: Find) -> Paper:
    from assistant.material.comparison import compare

    return compare(subject, one, other, find)


def draw_coverage(selections: Sequence[Selection], items: Sequence[Item]) -> tuple[str, str]:
    """The picture (SVG) and a sentence on it."""
    from assistant.material.coverage import count_coverage, draw_coverage, summarise

    coverage = count_coverage(selections, items)
    return draw_coverage(coverage), summarise(coverage)


def write_quiz(quiz: Quiz, ending: str, part: str) -> bytes:
    from assistant.material.files import write_quiz

    return write_quiz(quiz, ending, part)


def write_paper(paper: Paper, ending: str) -> bytes:
    from assistant.material.files import write_paper

    return write_paper(paper, ending)


def write_deck(deck: Deck) -> bytes:
    from assistant.material.powerpoint import write_powerpoint

    return write_powerpoint(deck)


@dataclass(frozen=True, slots=True)
class Makers:
    """The functions that the room calls; tests give others."""

    make_quiz: Callable[[Sequence[Selection], Wanted, Sequence[Document], Progress, Complete | None], Quiz] = make_quiz
    replace_item: Callable[[Sequence[Item], Item, Sequence[Selection], Sequence[Document], int], Item | None] = (
        replace_item
    )
    check_item: Callable[[Item, Document], tuple[str, ...]] = check_item
    make_handout: Callable[[Sequence[Selection], Sequence[Document]], Paper] = make_handout
    make_slides: Callable[[Sequence[Selection]], Deck] = make_slides
    make_cards: Callable[[Sequence[Item]], tuple[Card, ...]] = make_cards
    compare: Callable[[str, Selection, Selection, Find], Paper] = compare
    draw_coverage: Callable[[Sequence[Selection], Sequence[Item]], tuple[str, str]] = draw_coverage
    write_quiz: Callable[[Quiz, str, str], bytes] = write_quiz
    write_paper: Callable[[Paper, str], bytes] = write_paper
    write_deck: Callable[[Deck], bytes] = write_deck
