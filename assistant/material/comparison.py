"""对比: what two documents say on a subject, side by side, in their own words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from assistant.citations import bracketed
from assistant.material.actors import bodies_of
from assistant.material.blocks import Block, Heading, Paper, Table, Text
from assistant.material.figures import find_figures
from assistant.material.handout_sections import place_of
from assistant.material.printings import source_line
from assistant.material.records import Selection
from assistant.material.rules import Rule, is_appeal, read_rules, rule_kinds
from index.errors import InputError
from index.records import Hit
from index.tokens import character_pairs, content_words, searched_form

Search = Callable[[str, tuple[str, ...]], Sequence[Hit]]
"""Question and document ids -> the articles found, best first."""

MOST_FOUND = 20
"""Articles that a search for the subject gives."""
MOST_ARTICLES = 8
MOST_RULES = 12
"""Sentences of one document in a comparison: more nobody compares."""

LONGEST_SUBJECT = 60
FOUND = 0.5
"""Share of the subject's words, longer ones counting more, that a sentence on it must have."""
ALIKE = 0.15
"""The cosine of two sentences, rare pairs of characters counting more, from which they say something of the same."""
_ASKING = re.compile(r"(?:怎么|如何|多少|多久|哪些|什么|有没有|是否|规定|问题|方面|要求|内容|关于|的|吗|呢|[？?。！!])")
_NAMES = {
    "ban": "不得、禁止",
    "duty": "应当、要",
    "permission": "可以",
    "encouragement": "鼓励、支持、探索",
    "sanction": "有处罚或追责",
}


@dataclass(frozen=True, slots=True)
class _Side:
    selection: Selection
    rules: tuple[Rule, ...]

    @property
    def name(self) -> str:
        return bracketed(self.selection.document.title)


def compare(subject: str, one: Selection, other: Selection, search: Search) -> Paper:
    """A comparison of two selections on a subject. Raises `InputError` without a subject, an article or a second document."""
    wanted = " ".join(subject.split())
    if not _subject_words(wanted):
        raise InputError("请写明要对比的主题，例如“培训”“经费”")
    if len(wanted) > LONGEST_SUBJECT:
        raise InputError(f"主题请写短一些，最多 {LONGEST_SUBJECT} 个字")
    if one.document.id == other.document.id:
        raise InputError("请选两份不同的文件来对比")
    if not one.articles or not other.articles:
        raise InputError("两份文件都要选中条文，才能对比")
    sides = (_Side(one, _find_rules(wanted, one, search)), _Side(other, _find_rules(wanted, other, search)))
    blocks: list[Block] = [
        Text("表中文字都是原文；括号里是条款。", "caption"),
        *_verdict(wanted, *sides),
        *_side_by_side(*sides),
        *_differences(*sides),
        Heading(1, "出处"),
        *(Text(source_line(side.selection.document)) for side in sides),
    ]
    return Paper(f"“{wanted}”对比", f"{sides[0].name}与{sides[1].name}", tuple(blocks), "条文以正式公布的文本为准")


def _subject_words(subject: str) -> dict[str, int]:
    """The words of a subject that a sentence can have -> how much each counts: its length."""
    bare = _ASKING.sub(" ", searched_form(subject))
    found = [word for word in content_words(bare) if len(word) > 1] or [w for w in content_words(bare) if w.strip()]
    whole = [word for word in found if not any(word != longer and word in longer for longer in found)]
    return {word: len(word) for word in whole}


def _find_rules(subject: str, selection: Selection, search: Search) -> tuple[Rule, ...]:
    """The sentences on the subject, in reading order: those that have its words, in the articles that were found and in
    those whose heading names it."""
    wanted = _subject_words(subject)
    numbers = [
        hit.article for hit in search(subject, (selection.document.id,)) if hit.document_id == selection.document.id
    ]
    order = {number: place for place, number in enumerate(dict.fromkeys(numbers))}
    near = [
        a for a in selection.articles if order.get(a.number, MOST_ARTICLES) < MOST_ARTICLES or _meets(a.heading, wanted)
    ]
    scored = [
        (share, -order.get(article.number, MOST_ARTICLES), rule)
        for article in near
        for rule in read_rules(article)
        if not is_appeal(rule.text) and (share := _share(rule.text, wanted)) >= FOUND
    ]
    best = sorted(scored, key=lambda each: (-each[0], -each[1], each[2].start))[:MOST_RULES]
    places = {article.number: place for place, article in enumerate(selection.articles)}
    return tuple(sorted((each[2] for each in best), key=lambda rule: (places[rule.article.number], rule.start)))


def _share(text: str, wanted: dict[str, int]) -> float:
    form = searched_form(text)
    return sum(worth for word, worth in wanted.items() if word in form) / sum(wanted.values())


def _meets(heading: str, wanted: dict[str, int]) -> bool:
    return bool(heading) and _share(heading, wanted) >= FOUND


def _verdict(subject: str, one: _Side, other: _Side) -> list[Block]:
    silent = [side.name for side in (one, other) if not side.rules]
    if len(silent) == 2:
        return [Text(f"所选条文里，两份文件都没有写到“{subject}”。可以换一个说法再试。", "strong")]
    if silent:
        return [Text(f"{silent[0]}的所选条文里没有写到“{subject}”，下面只有另一份文件的规定。", "strong")]
    return []


def _side_by_side(one: _Side, other: _Side) -> list[Block]:
    blocks: list[Block] = []
    if not one.rules or not other.rules:
        for side in (one, other):
            if side.rules:
                rows = tuple((rule.shown, place_of(rule.article)) for rule in side.rules)
                blocks += [Heading(1, f"{side.name}的规定"), Table(("原文", "条款"), rows, (0.84, 0.16))]
        return blocks
    pairs = _pair(one.rules, other.rules)
    if pairs:
        rows = tuple((_cited(a), _cited(b)) for a, b in pairs)
        blocks += [Heading(1, "说法相近的"), Table((one.name, other.name), rows, (0.5, 0.5))]
    left = [_cited(rule) for rule in one.rules if all(rule is not a for a, _ in pairs)]
    right = [_cited(rule) for rule in other.rules if all(rule is not b for _, b in pairs)]
    if left or right:
        rows = tuple(zip_longest(left, right, fillvalue=""))
        name = "各自另外写到的" if pairs else "各自的规定"
        note = "按原文顺序排列，同一行的两句不一定对应。"
        blocks += [Heading(1, name), Text(note, "caption"), Table((one.name, other.name), rows, (0.5, 0.5))]
    return blocks


def _pair(ones: Sequence[Rule], others: Sequence[Rule]) -> list[tuple[Rule, Rule]]:
    """The rules that say something of the same, each once, the most alike first; then in the order of the first text."""
    weights = _weights([*ones, *others])
    alike = sorted(
        ((_likeness(a.text, b.text, weights), i, j) for i, a in enumerate(ones) for j, b in enumerate(others)),
        key=lambda each: (-each[0], each[1], each[2]),
    )
    taken: dict[int, int] = {}
    for likeness, i, j in alike:
        if likeness >= ALIKE and i not in taken and j not in taken.values():
            taken[i] = j
    return [(ones[i], others[taken[i]]) for i in sorted(taken)]


def _weights(rules: Sequence[Rule]) -> dict[str, float]:
    """Pair of characters -> what it counts: nothing where every rule has it, as the subject itself."""
    counts = Counter(pair for rule in rules for pair in set(character_pairs(rule.text)))
    return {pair: math.log(len(rules) / count) for pair, count in counts.items()}


def _likeness(one: str, other: str, weights: Mapping[str, float]) -> float:
    """The cosine of two texts, 0–1."""
    a, b = set(character_pairs(one)), set(character_pairs(other))
    norms = [math.sqrt(sum(weights[pair] ** 2 for pair in pairs)) for pairs in (a, b)]
    return sum(weights[pair] ** 2 for pair in a & b) / (norms[0] * norms[1]) if all(norms) else 0.0


def _differences(one: _Side, other: _Side) -> list[Block]:
    """The numbers, bodies and kinds of rule of each side, where the two are not the same."""
    if not one.rules or not other.rules:
        return []
    rows = []
    for name, read, unsaid in (
        ("数字与时限", _figures, "没有写数字和时限"),
        ("写明由谁做", _bodies, "没有写明"),
        ("要求的力度", _force, "没有“应当、可以”一类字样"),
    ):
        sides = (read(one.rules), read(other.rules))
        if sides[0] != sides[1]:
            rows.append((name, *("；".join(side) or unsaid for side in sides)))
    if not rows:
        return []
    return [Heading(1, "不同之处"), Table(("方面", one.name, other.name), tuple(rows), (0.16, 0.42, 0.42))]


def _cited(rule: Rule) -> str:
    return f"{rule.shown}（{place_of(rule.article)}）"


def _figures(rules: Sequence[Rule]) -> tuple[str, ...]:
    found = ((rule, "、".join(find_figures(rule.text))) for rule in rules)
    return tuple(dict.fromkeys(f"{words}（{place_of(rule.article)}）" for rule, words in found if words))


def _bodies(rules: Sequence[Rule]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(body for rule in rules for body in bodies_of(rule)))


def _force(rules: Sequence[Rule]) -> tuple[str, ...]:
    kinds = {kind for rule in rules for kind in rule_kinds(rule.text)}
    return tuple(words for kind, words in _NAMES.items() if kind in kinds)
