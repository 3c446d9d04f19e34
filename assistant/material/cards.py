"""Cards to learn by: a question or a gapped sentence on the front; the answer, why, and where it stands on the back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.markup import one_line, printable
from assistant.material.quiz_paper import letter
from assistant.material.records import BETWEEN_BLANKS, BLANK, Item
from assistant.material.slides import shown_place, whole_key

_GAP = re.compile(re.escape(BLANK) + "_*")
_NOT_IN_A_TAG = re.compile(r"[^\w《》〈〉·—-]+")
JUDGE = "判断对错："


@dataclass(frozen=True, slots=True)
class Card:
    """`front` and `back` are plain text with line breaks; `source` is 《…》第12条 with the quotation under it.

    `gaps` are the words that the blanks of `front` stand for, in order; empty but for a card made of a 填空 item. `tags`
    hold no spaces. `id` stays the same as long as the item does.
    """

    front: str
    back: str
    source: str
    tags: tuple[str, ...]
    gaps: tuple[str, ...] = ()
    id: str = ""


def make_cards(items: Sequence[Item]) -> tuple[Card, ...]:
    """A card for each item, in order."""
    return tuple(_card(item) for item in items)


def _card(item: Item) -> Card:
    place = shown_place(item.document, item.label)
    source = f"{place}\n“{printable(item.quote).strip()}”" if item.quote.strip() else place
    tags = tuple(tag for tag in map(_tag, (place, item.type, item.point, item.difficulty)) if tag)
    gaps = _gaps(item)
    explanation = printable(item.explanation).strip()
    back = explanation if gaps else "\n\n".join(part for part in (whole_key(item).strip(), explanation) if part)
    return Card(_front(item), back, source, tags, gaps, item.id)


def _front(item: Item) -> str:
    stem = printable(item.stem).strip()
    if item.type == "判断":
        return f"{JUDGE}{stem}"
    options = [f"{letter(place)}．{one_line(option)}" for place, option in enumerate(item.options)]
    return "\n".join([stem, *options])


def _gaps(item: Item) -> tuple[str, ...]:
    """What stands in the blanks; empty where the item has none, or another number of them than of words."""
    if item.type != "填空":
        return ()
    blanks = len(_GAP.findall(item.stem))
    words = (item.key,) if blanks == 1 else tuple(item.key.split(BETWEEN_BLANKS))
    return tuple(one_line(word) for word in words) if blanks and len(words) == blanks and all(words) else ()


def fill_gaps(card: Card, shown: Sequence[str]) -> str:
    """The front with `shown` in place of its blanks, in order.

    >>> fill_gaps(Card("每年____次，共____人", "", "", (), ("1", "18")), ("（一）", "（二）"))
    '每年（一）次，共（二）人'
    """
    words = iter(shown)
    return _GAP.sub(lambda match: next(words, match.group()), card.front)


def _tag(text: str) -> str:
    """Anki parts tags at spaces.

    >>> _tag("《某 办法》第2条")
    '《某_办法》第2条'
    """
    return _NOT_IN_A_TAG.sub("_", one_line(text)).strip("_")
