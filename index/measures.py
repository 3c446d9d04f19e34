"""意见, 通知, 办法, 方案, plans: the outline's nodes become articles, numbered through the document or by their path."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from index.clean import Passage
from index.drafts import Draft
from index.headings import Level, Marker, read_marker
from index.outline import Node, holds_articles, read_outline, walk
from index.records import LEAD_ARTICLE

_PLAN_LEVELS = ("book", "chapter", "section")
_UNITS = {"chapter": "章", "section": "节"}


def read_measures(passages: list[Passage], continued: bool = False) -> list[Draft]:
    """The drafts of an outline in printed order. `continued`: the text begins inside the article before the first number."""
    lead, roots = read_outline(passages, continued)
    runs_on = _running_level(roots)
    drafts: list[Draft] = []
    if continued and lead and roots:
        first = next(n for n in walk(roots) if not n.children or runs_on == n.marker.level)
        number = str(first.marker.number - 1)
        drafts.append(Draft(number, f"第{number}条", passages=lead))
    elif lead:
        drafts.append(Draft(LEAD_ARTICLE, LEAD_ARTICLE, passages=lead))
    for root in roots:
        _collect(root, runs_on, drafts)
    return drafts


def _running_level(roots: list[Node]) -> Level | None:
    """The level below the parts whose numbers run through them all (1–17 in six parts), or None."""
    nodes = [n for n in walk(roots) if _is_article_node(n)]
    levels: tuple[Level, ...] = ("chapter", "section", "one", "two", "three")
    return next((level for level in levels if _runs_through([n for n in nodes if n.marker.level == level])), None)


def _runs_through(nodes: list[Node]) -> bool:
    """Whether nodes under several parents are numbered in one series (each attachment has its own)."""
    if len({id(n.parent) for n in nodes}) < 2:
        return False
    several = False
    for series in {n.series for n in nodes}:
        own = [n for n in nodes if n.series == series]
        if any(b.marker.number - a.marker.number not in (1, 2) for a, b in pairwise(own)):
            return False
        several = several or len({id(n.parent) for n in own}) > 1
    return several


def _is_article_node(node: Node) -> bool:
    return node.parent is None or (_is_article_node(node.parent) and holds_articles(node.parent))


def _collect(node: Node, runs_on: Level | None, drafts: list[Draft]) -> None:
    """Adds the node's own text as an article, then those of its children; 项 stay inside the node's text."""
    if not holds_articles(node):
        drafts.append(_draft(node, runs_on, _all_passages(node)))
        return
    own = [] if node.is_heading_only else [_without_marker(node)]
    own += node.passages[1:]
    if own:
        drafts.append(_draft(node, runs_on, own))
    for child in node.children:
        _collect(child, runs_on, drafts)


def _all_passages(node: Node) -> list[Passage]:
    """The node's text with its list items in printed order; a heading on its own line is no part of the text.

    One with a full stop is: “删去第二十条第二款。” is a rule, and no one can tell it from “基本原则。” by its form.
    """
    own = list(node.passages[1:])
    for child in node.children:
        own += [child.passages[0], *_all_passages(child)[1:]] if not child.is_heading_only else _items_below(child)
    own.sort(key=lambda p: p.span.start)
    if node.is_heading_only and own and not node.first_text.endswith("。"):
        return own
    return [_without_marker(node), *own]


def _items_below(node: Node) -> list[Passage]:
    found = list(node.passages)
    for child in node.children:
        found += _items_below(child)
    return found


def _without_marker(node: Node) -> Passage:
    return replace(node.passages[0], text=node.first_text)


def _draft(node: Node, runs_on: Level | None, passages: list[Passage]) -> Draft:
    """Number and label: the running number, else the path; a part without a running number is called by its heading."""
    heading = node.heading
    part = " › ".join(_printed(n) for n in _ancestors(node))
    chain = [*_ancestors(node), node]
    running = next((i for i, n in enumerate(chain) if n.marker.level == runs_on), None)
    if runs_on is not None and running is None:
        number = label = heading or _printed(node)
        part = part or _printed(node)
    elif running is not None:
        number = ".".join(str(n.marker.number) for n in chain[running:])
        label = f"第{number}{_UNITS.get(node.marker.level, '条')} {heading}".strip()
    else:
        number = ".".join(str(n.marker.number) for n in chain)
        label = _path_label(chain, heading)
        part = part or (_printed(node) if node.is_heading_only else "")
    if node.series:
        number, label = f"附{node.series}.{number}", f"附件{node.series} {label}"
    return Draft(number, label, heading, part, passages)


def _path_label(chain: list[Node], heading: str) -> str:
    """一、总体要求; 三（一） 申请; of a numbered rule without a heading 第四条."""
    if len(chain) > 1:
        return f"{''.join(_sign(n.marker) for n in chain)} {heading}".strip()
    marker = chain[0].marker
    return f"{marker.printed}{heading}" if heading else f"第{marker.number}条"


def _ancestors(node: Node) -> list[Node]:
    return [] if node.parent is None else [*_ancestors(node.parent), node.parent]


def _sign(marker: Marker) -> str:
    """The number as printed in a label: 四、（一）-> 四（一）, 第三章第一节."""
    return re.sub(r"[、．.]$", "", marker.printed)


def _printed(node: Node) -> str:
    return (
        f"{node.marker.printed}{' ' if node.marker.level in _PLAN_LEVELS else ''}{node.heading or node.first_text[:30]}"
    )


def has_outline(passages: list[Passage]) -> bool:
    """Whether a text is numbered 一、 or （一） or 1. at the beginning of its paragraphs, at least twice."""
    levels = [m.level for p in passages if (m := read_marker(p.text)) is not None]
    return any(levels.count(level) >= 2 for level in ("one", "two", "three", "chapter", "section"))
