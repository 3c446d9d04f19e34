"""The sections of a handout that gather rules by kind: numbers and deadlines, who does what, what must and must not be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.material.actors import group_tasks
from assistant.material.blocks import Block, Heading, Table, Text
from assistant.material.figures import read_figures
from assistant.material.handout_sections import LOWEST, place_of
from assistant.material.records import Selection
from assistant.material.rules import Rule, RuleKind, is_appeal, on_one_line, read_rules, rule_kinds, split_list
from index.records import LEAD_ARTICLE, Article

UNSAID = "—"
_KINDS: tuple[tuple[RuleKind, str], ...] = (
    ("ban", "不得做的"),
    ("duty", "必须做的"),
    ("permission", "可以做的"),
    ("encouragement", "鼓励、支持、探索的"),
    ("sanction", "违反了怎么办"),
)
_STRICTEST: tuple[RuleKind, ...] = ("sanction", "ban", "duty", "permission", "encouragement")
"""A rule that does several things stands once, under the first of these."""


def figure_blocks(selection: Selection, level: int) -> Iterator[Block]:
    """数字、时限: every one with its words, who sees to it, and the clause."""
    figures = [figure for article in selection.articles for figure in read_figures(article)]
    if not figures:
        return
    rows = tuple((f.words, f.text, f.body or UNSAID, place_of(f.article)) for f in figures)
    yield Heading(level, "数字与时限")
    yield Table(("数字、时限", "原文", "谁来做", "条款"), rows, (0.16, 0.48, 0.22, 0.14))


def task_blocks(selection: Selection, level: int) -> Iterator[Block]:
    """责任分工: who must do what."""
    tasks = group_tasks(selection.articles)
    if not tasks:
        return
    yield Heading(level, "责任分工")
    yield Text("按文中写明的单位和人员归在一起；一句话里写了几家的，列在同一格。", "caption")
    rows = tuple(("；".join(task.bodies), task.text, place_of(task.article)) for task in tasks)
    yield Table(("谁", "做什么（原文）", "条款"), rows, (0.26, 0.6, 0.14))


def duty_blocks(selection: Selection, level: int) -> Iterator[Block]:
    """必须做的、不得做的、可以做的、鼓励的: every rule with such a word, under the strictest of its kinds."""
    sorted_rules = _sort(selection.articles)
    if not sorted_rules:
        return
    yield Heading(level, "必须做的、不得做的、可以做的")
    if selection.document.grammar != "law":
        yield Text("这里只列带有“要、应当、不得、可、鼓励”等字样的句子；其他任务见逐条要点。", "caption")
    for kind, name in _KINDS:
        rules = sorted_rules.get(kind, ())
        if rules:
            yield Heading(min(level + 1, LOWEST), name)
            yield Table(("原文", "条款"), tuple(rules), (0.84, 0.16))


def _sort(articles: Sequence[Article]) -> dict[RuleKind, list[tuple[str, str]]]:
    """Kind -> (literal words, clause); appeals to thought and spirit, and the beginning of a document, set no rules."""
    found: dict[RuleKind, list[tuple[str, str]]] = {}
    for article in articles:
        for rule in read_rules(article):
            if article.number == LEAD_ARTICLE or is_appeal(rule.text):
                continue
            kind = next((kind for kind in _STRICTEST if kind in rule.kinds), None)
            if kind is not None:
                found.setdefault(kind, []).append((rule.brief, place_of(article)))
            if kind != "ban" and (words := _banned_items(rule)):
                found.setdefault("ban", []).append((words, place_of(article)))
    return found


def _banned_items(rule: Rule) -> str:
    """The items of a list that forbid something, after the words before the list; empty where none does."""
    lead, items = split_list(rule.text)
    banned = [on_one_line(item) for item in items if "ban" in rule_kinds(item)]
    return f"{on_one_line(lead)}……{'；'.join(banned)}" if banned else ""
