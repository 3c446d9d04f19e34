"""Selections to a quiz: every place of the text that can be tested, each once, in the numbers that were wanted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from assistant.citations import bracketed
from assistant.material.candidates import gather
from assistant.material.checks import tests_same_words
from assistant.material.points_list import KIND as LIST
from assistant.material.records import ITEM_TYPES, RIGHT, Complete, Item, ItemType, Progress, Quiz, Selection, Wanted
from index.asked import BUNDLED_QUESTIONS, Notes, read_notes
from index.errors import InputError
from index.records import Document

SHARES: Mapping[ItemType, float] = {"单选": 0.30, "多选": 0.15, "判断": 0.20, "填空": 0.20, "简答": 0.05, "情景": 0.10}
"""Of a quiz for which nobody chose numbers."""
NEIGHBOURS = 12
"""Characters between two blanks of one list, from which neither is given away by the other's stem."""
_SCARCE_FIRST: tuple[ItemType, ...] = ("情景", "多选", "简答", "单选", "判断", "填空")


def make_quiz(
    selections: Sequence[Selection],
    wanted: Wanted,
    library: Sequence[Document],
    notes: Notes | None = None,
    progress: Progress | None = None,
    complete: Complete | None = None,
) -> Quiz:
    """A quiz on the selected articles; the same for the same arguments (without a language model).

    `library`: where distractors may come from, `notes`: what people ask of the articles (`index.asked`); the bundled
    questions where None. `complete`: a language model that writes items too, which stand the same checks. Raises `InputError`
    where nothing is selected or nothing can be asked.
    """
    if not any(selection.articles for selection in selections):
        raise InputError("没有选中任何条文；请至少选一条")
    found = gather(selections, library, bundled_notes() if notes is None else notes, wanted.seed, progress)
    usable = [item for item in found.items if item.difficulty in wanted.difficulties]
    if not usable:
        raise InputError("选中的条文出不了题：没有数字、主体、列举等可考的内容；请多选几条，或换一份文件")
    counts = _counts(wanted)
    chosen = _choose(usable, counts, found.weights, wanted.seed, fill=wanted.counts is None)
    carry = {kind: len(_pack([i for i in usable if i.type == kind], {}, found.weights)) for kind in ITEM_TYPES}
    most = max(len(_pack(usable, {}, found.weights)), len(chosen))
    total = sum(counts.values())
    return Quiz(
        _title(selections),
        chosen,
        total,
        most,
        carry,
        found.dropped,
        tuple(_notices(chosen, counts, carry, most, wanted)),
    )


def replace_item(
    quiz: Sequence[Item],
    old: Item,
    selections: Sequence[Selection],
    library: Sequence[Document],
    notes: Notes | None = None,
    seed: int = 0,
) -> Item | None:
    """Another item in the place of `old`, of its type where there is one, from its article first, that tests no words that
    the quiz tests already; None where the text has none left."""
    found = gather(selections, library, bundled_notes() if notes is None else notes, seed)
    others = [item for item in quiz if item.id != old.id]
    free = [
        item
        for item in found.items
        if item.id != old.id and item.stem != old.stem and not any(clash(item, other) for other in others)
    ]
    chance = random.Random(f"{seed}|{old.id}")
    return min(
        free,
        key=lambda i: (
            i.type != old.type,
            tests_same_words(i, old),
            i.article != old.article,
            -found.weights[i.id] + chance.random(),
        ),
        default=None,
    )


@cache
def bundled_notes() -> Notes:
    return read_notes(BUNDLED_QUESTIONS)


def _counts(wanted: Wanted) -> dict[ItemType, int]:
    if wanted.counts is not None:
        return {kind: count for kind in ITEM_TYPES if (count := wanted.counts.get(kind, 0)) > 0}
    counts = {kind: int(wanted.total * share) for kind, share in SHARES.items()}
    for kind in ("单选", "判断", "填空", "多选"):
        if sum(counts.values()) < wanted.total:
            counts[kind] += 1
    return counts


def _choose(
    items: Sequence[Item], counts: Mapping[ItemType, int], weights: Mapping[str, float], seed: int, fill: bool
) -> tuple[Item, ...]:
    """As many items of each type as wanted, spread over the articles, none testing words that another one tests; with `fill`
    others in the place of those that the text does not carry. Three ways are tried and the fullest kept: what matters most
    first; what takes least of the text first; and that with the types that take most of it last."""
    plain = tuple(reversed(_SCARCE_FIRST))
    ways = [
        _pick(items, counts, weights, seed, fill, thrift, order)
        for thrift, order in ((0.0, _SCARCE_FIRST), (1.0, _SCARCE_FIRST), (1.0, plain))
    ]
    if fill and max(map(len, ways)) < sum(counts.values()):
        ways.append(_pack(items, counts, weights)[: sum(counts.values())])
    best = max(ways, key=len)
    order = {item.id: place for place, item in enumerate(items)}
    return tuple(sorted(best, key=lambda item: (ITEM_TYPES.index(item.type), order[item.id])))


def _pack(items: Sequence[Item], counts: Mapping[ItemType, int], weights: Mapping[str, float]) -> list[Item]:
    """As many items as fit beside each other, the earliest-ending place first; of the items of a place one of the type that
    is wanted most and had least."""
    places: dict[tuple[str, str, int, int], list[Item]] = {}
    for item in items:
        places.setdefault((item.document_id, item.article, item.end, -item.start), []).append(item)
    order = {item.article_key: k for k, item in enumerate(items)}
    had: Counter[object] = Counter()
    chosen: list[Item] = []
    for place in sorted(places, key=lambda p: (order[p[0], p[1]], p[2], p[3])):
        near = [other for other in chosen if other.article_key == (place[0], place[1])]
        free = [item for item in places[place] if not any(clash(item, other) for other in near)]
        if free:
            best = min(
                free, key=lambda i: (had[i.type] / max(1, counts.get(i.type, 1)), had[i.type, i.key], -weights[i.id])
            )
            chosen.append(best)
            had[best.type] += 1
            had[best.type, best.key] += 1
    return chosen


def _pick(
    items: Sequence[Item],
    counts: Mapping[ItemType, int],
    weights: Mapping[str, float],
    seed: int,
    fill: bool,
    thrift: float,
    order: Sequence[ItemType],
) -> list[Item]:
    chosen: list[Item] = []
    used: Counter[object] = Counter()
    chance = random.Random(seed)
    luck = {item.id: chance.random() for item in items}

    def cost(item: Item) -> float:
        spread = used[item.document_id, item.article] + 2.0 * used[item.document_id, item.article, item.quote_start]
        same_kind = 0.3 * used[item.point] + (0.8 * used[item.type, item.key] if item.type == "判断" else 0)
        width = 0.15 * (item.end - item.start) * thrift
        return spread * (1 - 0.5 * thrift) + 0.2 * same_kind + width - 0.6 * weights[item.id] - 0.5 * luck[item.id]

    def take(kinds: Iterable[ItemType], number: int) -> None:
        pool = [item for item in items if item.type in kinds and not any(clash(item, other) for other in chosen)]
        for _ in range(number):
            if not pool:
                return
            item = min(pool, key=cost)
            chosen.append(item)
            for name in (
                (item.document_id, item.article),
                (item.document_id, item.article, item.quote_start),
                item.point,
                (item.type, item.key),
            ):
                used[name] += 1
            pool = [other for other in pool if not clash(item, other)]

    for kind in order:
        take((kind,), counts.get(kind, 0))
    if fill:
        take([kind for kind in ITEM_TYPES if kind != "简答"], sum(counts.values()) - len(chosen))
    return chosen


def clash(item: Item, other: Item) -> bool:
    """Whether two items may not stand in one quiz: they test the same words, or ask for the same thing in the same words
    elsewhere (an article may repeat another)."""
    if tests_same_words(item, other):
        return True
    if item.stem == other.stem and (not item.options or len(set(item.options) & set(other.options)) > 1):
        return True
    if item.type == other.type == "判断" and RIGHT in (item.key, other.key) and item.quote == other.quote:
        return True  # the true statement tells the false one
    if item.type == other.type == "填空" and item.key == other.key and len(item.key) >= 4:
        return True
    is_same_list = (
        item.type == other.type == "填空"
        and item.point == other.point == LIST
        and item.quote_start == other.quote_start
        and abs(item.start - other.start) < NEIGHBOURS
    )
    return (is_same_list and item.document_id == other.document_id and item.article == other.article) or (
        item.quote == other.quote and item.key == other.key and item.article != other.article
    )


def _title(selections: Sequence[Selection]) -> str:
    titles = [bracketed(selection.document.title) for selection in selections]
    return f"{'、'.join(titles[:2])}{'等' if len(titles) > 2 else ''}题库"


def _notices(
    chosen: Sequence[Item], counts: Mapping[ItemType, int], carry: Mapping[ItemType, int], most: int, wanted: Wanted
) -> Iterable[str]:
    total = sum(counts.values())
    if len(chosen) >= total:
        return
    yield f"要了 {total} 题，选中的条文只出得了 {len(chosen)} 题（每处只考一次，各类题合计最多 {most} 题）。"
    if wanted.counts is not None:
        have = Counter(item.type for item in chosen)
        short = [
            f"{kind} {have[kind]}（单出此类最多 {carry[kind]}）" for kind, count in counts.items() if have[kind] < count
        ]
        yield f"不足的题型：{'，'.join(short)}。"
