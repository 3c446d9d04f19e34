"""Which of the sound items make a quiz: in the numbers wanted, spread over the articles, none beside one that it clashes with."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from assistant.material.checks import claims, tests_same_words
from assistant.material.clauses import shown
from assistant.material.points_list import KIND as LIST
from assistant.material.records import ITEM_TYPES, RIGHT, Item, ItemType
from assistant.material.remember import remembered

NEIGHBOURS = 2
"""Characters between two blanks of one list, from which another member stands between them."""
SCARCE_FIRST: tuple[ItemType, ...] = ("情景", "多选", "简答", "单选", "判断", "填空")
SAME_WORDS = 0.75
"""Share of a statement that it has in common with the form of it that is changed in one place."""
SHORTEST_TWIN = 4
"""Characters of an answer that is asked for once in a quiz; a shorter one (1次) may answer two questions."""


class Chosen:
    """Items that stand side by side, and whether another one may join them. `is_strict`: no two are about one sentence, and
    no statement that is printed by one is asked about, or printed again, by another."""

    def __init__(self, items: Iterable[Item] = (), is_strict: bool = False) -> None:
        self._is_strict = is_strict
        self._true: set[str] = set()
        self._false: set[str] = set()
        self._asked: set[str] = set()
        self.items: list[Item] = []
        self._near: defaultdict[tuple[str, str], list[Item]] = defaultdict(list)
        self._stems: defaultdict[str, list[Item]] = defaultdict(list)
        self._blanks: set[str] = set()
        self._answers: set[tuple[str, str]] = set()
        for item in items:
            self.add(item)

    def add(self, item: Item) -> None:
        self.items.append(item)
        self._near[item.article_key].append(item)
        self._stems[item.stem].append(item)
        self._answers.add((item.quote, item.key))
        true, false = _printed(item)
        self._true |= true
        self._false |= false
        self._asked.add(_quoted(item))
        if item.type == "填空" and len(item.key) >= SHORTEST_TWIN:
            self._blanks.add(item.key)

    def allows(self, item: Item) -> bool:
        """Whether none of them tests the same words, asks the same in the same words, or tells the item's answer."""
        near = self._near.get(item.article_key, ())
        if self._is_strict and any(_shares_quote(item, other) for other in near):
            return False
        if _printed(item)[1] & self._false or (self._is_strict and self._prints_same(item)):
            return False
        if item.type == "填空" and item.key in self._blanks:
            return False
        if any(_shares_options(item, other) for other in self._stems.get(item.stem, ())):
            return False
        if any(tests_same_words(item, other) or _tells(item, other) for other in near):
            return False
        own = any((item.quote, item.key) == (other.quote, other.key) for other in near)
        return own or (item.quote, item.key) not in self._answers  # an article may repeat another

    def _prints_same(self, item: Item) -> bool:
        """Whether the item and one of them print the same statement, as it stands or, of the same article, changed."""
        own, (true, false) = _quoted(item), _printed(item)
        if own in self._true or true & (self._asked | self._true):
            return True
        for other in self._near.get(item.article_key, ()):
            text, (others_true, others_false) = _quoted(other), _printed(other)
            if any(_is_altered(lie, said) for lie in false for said in (text, *others_true)):
                return True
            if any(_is_altered(lie, said) for lie in others_false for said in (own, *true)):
                return True
        return False


@remembered(16384)
def _printed(item: Item) -> tuple[frozenset[str], frozenset[str]]:
    """The statements that an item prints as they stand in the text, and those that it changes."""
    if not _is_of_statements(item):
        return frozenset(), frozenset()
    said = [(claim.text.strip("。"), claim.is_true) for claim in claims(item)]
    return frozenset(t for t, is_true in said if is_true), frozenset(t for t, is_true in said if not is_true)


def _is_altered(lie: str, text: str) -> bool:
    """Whether one text is the other with a few words changed.

    >>> _is_altered("单位应当在5日内答复居民", "单位应当在3日内答复居民"), _is_altered("单位应当答复居民", "单位可以依法申请补助")
    (True, False)
    """
    return _common(lie, text) + _common(lie[::-1], text[::-1]) >= SAME_WORDS * max(len(lie), len(text))


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _quoted(item: Item) -> str:
    """The statement that an item is about."""
    return shown(item.quote).strip("。")


def _shares_quote(item: Item, other: Item) -> bool:
    """Whether two items are about the same sentence: each stem prints what the other asks for."""
    ends = item.quote_start + len(item.quote), other.quote_start + len(other.quote)
    return item.quote_start < ends[1] and other.quote_start < ends[0]


def _is_of_statements(item: Item) -> bool:
    return item.type == "判断" or "下列说法" in item.stem


def _shares_options(item: Item, other: Item) -> bool:
    return not item.options or len(set(item.options) & set(other.options)) > 1


def _tells(item: Item, other: Item) -> bool:
    """Whether one of two items on an article gives the other away: a true statement a false one, a list its other blank."""
    if item.quote_start != other.quote_start or item.type != other.type:
        return False
    if item.type == "判断":
        return RIGHT in (item.key, other.key) and item.quote == other.quote
    is_list = item.type == "填空" and item.point == other.point == LIST
    return is_list and max(item.start, other.start) - min(item.end, other.end) < NEIGHBOURS


def choose(
    items: Sequence[Item], counts: Mapping[ItemType, int], weights: Mapping[str, float], seed: int, fill: bool
) -> tuple[Item, ...]:
    """As many items of each type as wanted; with `fill` others in the place of those that the text does not carry. Items
    without weight are left out as long as the others suffice.

    Several ways are tried and the fullest kept: what matters most first; what takes least of the text first; that with the
    types that take most of it last; and, where that is not enough, as many places as fit.
    """
    weighty = [item for item in items if weights[item.id] > 0]
    best = _fullest(weighty, counts, weights, seed, fill)
    if len(best) < sum(counts.values()) and len(weighty) < len(items):
        best = max(best, _fullest(items, counts, weights, seed, fill), key=len)
    order_in_text = {item.id: place for place, item in enumerate(items)}
    return tuple(sorted(best, key=lambda item: (ITEM_TYPES.index(item.type), order_in_text[item.id])))


def _fullest(
    items: Sequence[Item], counts: Mapping[ItemType, int], weights: Mapping[str, float], seed: int, fill: bool
) -> list[Item]:
    total, plain = sum(counts.values()), tuple(reversed(SCARCE_FIRST))
    ways: list[list[Item]] = []
    for thrift, order in ((0.0, SCARCE_FIRST), (1.0, SCARCE_FIRST), (1.0, plain)):
        ways.append(_pick(items, counts, weights, seed, fill, thrift, order))
        if len(ways[-1]) == total:
            return ways[-1]
    if fill:
        ways += [pack(items, each, weights)[:total] for each in (counts, {})]
    return max(ways, key=lambda way: (len(way), -max(Counter(item.type for item in way).values(), default=0)))


def pack(items: Sequence[Item], counts: Mapping[ItemType, int], weights: Mapping[str, float]) -> list[Item]:
    """As many items as fit beside each other, the earliest-ending place first (the best choice of disjoint intervals:
    Kleinberg, Tardos: Algorithm Design, 2005, section 4.1); of the items of a place one of the type that is wanted most and
    had least."""
    places: dict[tuple[str, str, int, int], list[Item]] = {}
    for item in items:
        places.setdefault((*item.article_key, item.end, -item.start), []).append(item)
    order = {item.article_key: place for place, item in enumerate(items)}
    had: Counter[object] = Counter()
    chosen = Chosen()
    for place in sorted(places, key=lambda p: (order[p[0], p[1]], p[2], p[3])):
        free = [item for item in places[place] if chosen.allows(item)]
        if free:
            best = min(
                free,
                key=lambda i: (had[i.type] / max(1, counts.get(i.type, 1)), had[i.type, i.key], -weights[i.id]),
            )
            chosen.add(best)
            had.update((best.type, (best.type, best.key)))
    return chosen.items


def _pick(
    items: Sequence[Item],
    counts: Mapping[ItemType, int],
    weights: Mapping[str, float],
    seed: int,
    fill: bool,
    thrift: float,
    order: Sequence[ItemType],
) -> list[Item]:
    """One item after another, each the cheapest that fits: of articles and sentences that were asked little."""
    chosen, used = Chosen(is_strict=thrift == 0), Counter[object]()
    chance = random.Random(seed)
    luck = {item.id: chance.random() for item in items}

    def cost(item: Item) -> float:
        spread = used[item.article_key] + 2.0 * used[item.article_key, item.quote_start]
        same_kind = 0.3 * used[item.point] + (0.8 * used[item.type, item.key] if item.type == "判断" else 0)
        width = 0.15 * (item.end - item.start) * thrift
        return spread * (1 - 0.5 * thrift) + 0.2 * same_kind + width - 0.6 * weights[item.id] - 0.5 * luck[item.id]

    def take(kinds: Iterable[ItemType], number: int) -> None:
        pool = [item for item in items if item.type in kinds and chosen.allows(item)]
        while number > 0 and pool:
            item = min(pool, key=cost)
            chosen.add(item)
            used.update((item.article_key, (item.article_key, item.quote_start), item.point, (item.type, item.key)))
            pool = [other for other in pool if chosen.allows(other)]
            number -= 1

    for kind in order:
        take((kind,), counts.get(kind, 0))
    if fill:
        take([kind for kind in ITEM_TYPES if kind != "简答"], sum(counts.values()) - len(chosen.items))
    return chosen.items
