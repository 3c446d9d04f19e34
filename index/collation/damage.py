"""Damage that can be seen in one printing alone, or beside what the library quotes of it: found and marked, never mended.

What a parser sees already (cut-off sentences, lost list markers) it marks itself (index/drafts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.collation.damage_doubled import Usage, doubled
from index.collation.damage_numbers import broken_article_numbers, broken_lists, impossible_numbers
from index.collation.damage_references import broken_references
from index.collation.damage_signs import foreign, unbalanced
from index.collation.elsewhere import check_elsewhere
from index.records import NEWS, Article, Damage, Document


def mark_damage(document: Document, others: Sequence[Document] = (), usage: Usage | None = None) -> Document:
    """The document with all damage that its text shows; one with a single printing is compared with `others` as well.

    `usage` (usage.py) finds doubled characters; the collation has it at hand.
    """
    found = find_damage(document, usage)
    elsewhere = check_elsewhere(document, others) if len(document.witnesses) <= 1 and document.kind != NEWS else None
    articles = []
    for place, article in enumerate(document.articles):
        damages = [*article.damages, *found[place], *(elsewhere[place] if elsewhere else ())]
        articles.append(replace(article, damages=_in_order(damages)))
    return replace(document, articles=tuple(articles))


def find_damage(document: Document, usage: Usage | None = None) -> list[list[Damage]]:
    """For each article in turn what its own text, and the numbering of the document, show to be wrong."""
    references = broken_references(document)
    numbers = broken_article_numbers(document)
    found = []
    for place, article in enumerate(document.articles):
        damages = find_in_article(article, usage) + references[place]
        found.append([*damages, numbers[place]] if place in numbers else damages)
    return found


def find_in_article(article: Article, usage: Usage | None = None) -> list[Damage]:
    """What is wrong in an article whatever the document around it."""
    text = article.text
    return impossible_numbers(text) + broken_lists(article) + doubled(text, usage) + unbalanced(text) + foreign(text)


def _in_order(damages: Sequence[Damage]) -> tuple[Damage, ...]:
    """Sorted, each once; of two marks of one kind the longer stays, of two notes on one cut the one that says more."""
    kept: list[Damage] = []
    for damage in sorted(set(damages), key=lambda d: (d.start, -d.end, d.kind, -len(d.note), d.note)):
        same = [k for k in kept if k.kind == damage.kind and k.start <= damage.start and damage.end <= k.end]
        if damage.kind == "cut_off":
            same = [k for k in same if k.note.startswith(damage.note)]
        if damage.kind == "disputed" or not any(damage.start < k.end or damage.start == damage.end for k in same):
            kept.append(damage)
    return tuple(kept)
