"""All sound items that a selection can carry: made of its points, lists, headings and questions, each checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.material.checks import check_item
from assistant.material.drafting import WEIGHT, draft_all
from assistant.material.items import Maker, items_of_pairs, items_of_point
from assistant.material.items_asked import items_asked
from assistant.material.items_list import items_of_listing
from assistant.material.items_matching import items_of_duties, items_of_headings
from assistant.material.items_short import items_short
from assistant.material.items_statement import items_of_statements, items_of_truth
from assistant.material.points import Finder, Texts, find_points
from assistant.material.points_body import find_bodies
from assistant.material.points_list import find_members, listings
from assistant.material.points_name import find_names
from assistant.material.points_object import find_objects
from assistant.material.points_phrase import find_phrases
from assistant.material.points_procedure import find_procedures
from assistant.material.points_quantity import find_quantities
from assistant.material.points_term import find_terms
from assistant.material.points_word import find_words
from assistant.material.records import Complete, Item, Progress, Selection
from index.asked import Note, Notes, for_documents
from index.records import Document

SPARE = 0.0
"""The weight of an item that is made only where more is wanted than the better ones give."""
FINDERS: tuple[Finder, ...] = (
    find_quantities,
    find_bodies,
    find_words,
    find_procedures,
    find_phrases,
    find_names,
    find_members,
    find_objects,
    find_terms,
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The sound `items` in reading order, how much each one's place `weighs`, how many were `dropped`, by reason, and what a
    language model's failure is told by; empty where there was none."""

    items: tuple[Item, ...]
    weights: Mapping[str, float]
    dropped: Mapping[str, int]
    notice: str = ""


def gather(
    selections: Sequence[Selection],
    library: Sequence[Document],
    notes: Notes,
    seed: int,
    progress: Progress | None = None,
    complete: Complete | None = None,
) -> Candidates:
    """Every item that the selected articles can carry and that stands all checks; those of a language model, where there is
    one, as well."""
    items: dict[str, Item] = {}
    weights: dict[str, float] = {}
    dropped: Counter[str] = Counter()
    todo = [(selection, article) for selection in selections for article in selection.articles]
    asked = {selection.document.id: for_documents([selection.document], notes) for selection in selections}
    makers = [Maker(Texts(selection.document, tuple(library)), article, seed) for selection, article in todo]
    notice = ""
    if complete is not None:
        drafted, faults, notice = draft_all(makers, complete, progress)
        items |= {item.id: item for item in drafted}
        weights |= {item.id: WEIGHT for item in drafted}
        dropped.update(faults)
    for done, (selection, article) in enumerate(todo):
        if progress:
            progress(done / len(todo), f"正在出题：{article.label}")
        maker = makers[done]
        for item, weight in _of_article(maker, asked[selection.document.id].get(article.id, {})):
            wrong = check_item(item, selection.document, is_literal=True)
            if wrong:
                dropped[wrong[0].partition("：")[0]] += 1
            elif item.id not in items:
                items[item.id] = item
                weights[item.id] = weight
    places = {(selection.document.id, article.number): place for place, (selection, article) in enumerate(todo)}
    in_order = sorted(items.values(), key=lambda item: places[item.article_key])
    return Candidates(tuple(in_order), weights, dict(dropped), notice)


def _of_article(maker: Maker, notes: Mapping[str, Note]) -> Iterator[tuple[Item, float]]:
    points = find_points(maker.article, maker.texts, FINDERS)
    for point in points:
        for item in (*items_of_point(maker, point), *items_of_statements(maker, point, points)):
            yield item, SPARE if point.is_spare else point.weight
    for item in items_of_pairs(maker, points):
        yield item, 1.2
    for item in items_of_truth(maker, points):
        yield item, 0.3
    for listing in listings(maker.article):
        for item in items_of_listing(maker, listing):
            yield item, SPARE if item.type == "多选" else 2.5  # members of another list are seldom taken for its own
    for item in items_of_headings(maker):
        yield item, SPARE  # the other headings seldom tempt anybody
    for item in items_of_duties(maker):
        yield item, 1.6
    for item in items_short(maker):
        yield item, 1.5
    for item in items_asked(maker, notes, points):
        yield item, 3.0
