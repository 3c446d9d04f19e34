"""异文 on screen: the places of a clause where printings differ, and the list below it that says how.

A place is a link to its line in the list and the line links back, so that keyboard, finger and screen reader get there
alike. Numbers are drawn by the style sheet: the text of the page stays the text of the document.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.variants import DOUBTFUL, explain, place_words
from index.records import ApparatusEntry, Article


def render_place(words: str, number: int, is_first: bool = True) -> str:
    """Words of the `number`th disputed place; without words a sign where other printings have some.

    >>> render_place("三日", 1)
    '<a class="disputed" href="#reading-1" id="place-1" data-number="1" aria-label="三日（异文1）">三日</a>'
    """
    identity = f' id="place-{number}"' if is_first else ""
    label = f"{escape(words)}（异文{number}）" if words else f"异文{number}：别的刊本此处另有文字"
    gap = "" if words else " gap"
    return (
        f'<a class="disputed{gap}" href="#reading-{number}"{identity} data-number="{number}" aria-label="{label}">'
        f"{escape(words)}</a>"
    )


def render_readings(article: Article, places: Sequence[ApparatusEntry]) -> str:
    """The list under a clause: one line for each place, in the order of the text; empty where printings agree."""
    if not places:
        return ""
    lines = "".join(_render_line(number, entry, article.text) for number, entry in enumerate(places, 1))
    return (
        '<section class="readings" aria-labelledby="readings-title">'
        f'<h3 id="readings-title">各刊本文字不同（{len(places)} 处）</h3><ol>{lines}</ol></section>'
    )


def _render_line(number: int, entry: ApparatusEntry, text: str) -> str:
    doubt = '<span class="doubt">存疑</span>' if entry.confidence < DOUBTFUL else ""
    reasons = f'<span class="reasons">{escape("；".join(entry.reasons))}</span>' if entry.reasons else ""
    words = escape(place_words(entry, text))
    return (
        f'<li id="reading-{number}" tabindex="-1"><a href="#place-{number}" aria-label="异文{number}，回到正文：{words}">{number}</a>'
        f"<p>{doubt}{escape(explain(entry, text))}{reasons}</p></li>"
    )
