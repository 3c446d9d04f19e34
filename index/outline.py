"""Passages -> an outline of numbered nodes, for 意见, 通知, 办法, 方案 (一、（一）1.) and plans (篇/章/节).

Which level is an article is read off the text: headings hold articles; a number inside a sentence's list is a 项.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from index.clean import Passage
from index.headings import Level, Marker, read_marker

_ORDER: tuple[Level, ...] = ("book", "chapter", "section", "one", "two", "three", "four")
_LONGEST_HEADING = 45
_LONGEST_RUN_IN = 40
_RULE = re.compile(r"[；：]|应当|应(?![用急对])|不得|可以|必须|由|要(?![求素点闻])|是(?!非)")
"""A sentence with one of these lays down a rule, however short it is; headings do not."""


@dataclass(slots=True)
class Node:
    """A numbered place of the outline; `passages[0]` is its own line, the rest is the text under it."""

    marker: Marker
    passages: list[Passage]
    children: list[Node] = field(default_factory=list)
    parent: Node | None = None
    series: int = 0

    @property
    def first_text(self) -> str:
        return self.passages[0].text[self.marker.length :].strip()

    @property
    def is_heading_only(self) -> bool:
        """Whether its own line says what follows instead of a rule."""
        text = self.first_text
        heads_children = bool(self.children) and len(text) <= 30 and text.count("。") == 1 and text.endswith("。")
        if heads_children and not _RULE.search(text):
            return True
        return is_heading_text(text) or (bool(self.passages[0].level) and len(text) <= _LONGEST_HEADING)

    @property
    def heading(self) -> str:
        """The heading line, or the run-in heading (“优化队伍。”) that begins the text; else empty."""
        return self.first_text.rstrip("。：:") if self.is_heading_only else run_in_heading(self.first_text)


def is_heading_text(text: str) -> bool:
    """Whether a whole line is a heading: short and not a sentence, or one short phrase with a full stop.

    >>> [is_heading_text(t) for t in ("总体要求", "健全机制，形成合力", "基本原则。", "本办法自发布之日起施行，请遵照执行。")]
    [True, True, True, False]
    """
    if not text or len(text) > _LONGEST_HEADING:
        return False
    return text[-1] not in "。；：！？;:" or (
        text[-1] == "。" and len(text) <= 30 and text.count("。") == 1 and not re.search("[，：“]", text)
    )


def run_in_heading(text: str) -> str:
    """The short first sentence that heads a measure, without its full stop; empty where there is none.

    >>> run_in_heading("优化工作力量配置。各地按照标准配备。"), run_in_heading("企业通过公益性社会组织捐赠的支出，准予扣除。")
    ('优化工作力量配置', '')
    """
    first, stop, rest = text.partition("。")
    is_rule = _RULE.search(first)
    return first if stop and rest.strip() and len(first) <= _LONGEST_RUN_IN and not is_rule else ""


def read_outline(passages: list[Passage], continued: bool = False) -> tuple[list[Passage], list[Node]]:
    """The unnumbered beginning and the outline's top nodes. A number out of its series is text, not a node.

    `continued`: the text begins on another page, so that each level's first number may be any.
    """
    lead: list[Passage] = []
    roots: list[Node] = []
    path: list[Node] = []
    series = 0
    for passage in passages:
        marker = read_marker(passage.text)
        place = _place(marker, path, roots, continued) if marker is not None and marker.level in _ORDER else None
        if marker is None or place is None:
            (path[-1].passages if path else lead).append(passage)
            continue
        if (
            place == 0
            and marker.number == 1
            and any(n.marker.level == marker.level and n.series == series for n in roots)
        ):
            series += 1
        del path[place:]
        node = Node(marker, [passage], parent=path[-1] if path else None, series=series)
        (path[-1].children if path else roots).append(node)
        path.append(node)
    return lead, roots


def _place(marker: Marker, path: list[Node], roots: list[Node], continued: bool) -> int | None:
    """The depth at which the marker goes on or opens a series; None where it fits none (a reference, a stray number)."""
    rank = _ORDER.index(marker.level)
    depth = next((i for i, node in enumerate(path) if _ORDER.index(node.marker.level) >= rank), len(path))
    if depth < len(path) and path[depth].marker.level == marker.level:
        last = path[depth].marker.number
        goes_on = last < marker.number <= last + 2
        return depth if goes_on or (marker.number == 1 and last > 1 and depth == 0) else None
    if marker.number == 1 or (continued and not any(n.marker.level == marker.level for n in walk(roots))):
        return depth
    return depth if _runs_on(marker, roots) else None


def _runs_on(marker: Marker, roots: list[Node]) -> bool:
    """Whether the number goes on with a series that runs through the document (（三） stands under 一、, （四） under 二、)."""
    last = 0
    for node in walk(roots):
        if node.marker.level == marker.level:
            last = node.marker.number
    return last > 0 and last < marker.number <= last + 2


def walk(nodes: list[Node]) -> list[Node]:
    """All nodes, depth first, in printed order."""
    found: list[Node] = []
    for node in nodes:
        found.append(node)
        found.extend(walk(node.children))
    return found


def holds_articles(node: Node) -> bool:
    """Whether the children of a node are articles of their own rather than 项 of its sentence."""
    children = node.children
    if not children:
        return False
    texts = ["".join(p.text for p in child.passages) for child in children]
    if any(text.endswith(("；", ";")) for text in texts[:-1]):
        return False
    if node.is_heading_only and len(node.passages) == 1 and not node.first_text.endswith(("：", ":")):
        return True
    headed = sum(bool(child.heading) for child in children) >= 0.5 * len(children)
    opens_list = node.passages[-1].text.endswith(("：", ":"))
    if opens_list and not (headed if node.is_heading_only else all(child.heading for child in children)):
        return False
    return node.is_heading_only or (headed and sum(map(len, texts)) >= 60 * len(texts))
