"""Selections to a quiz: every place of the text that can be tested, each once, in the numbers that were wanted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from assistant.citations import bracketed
from assistant.discussion import bundled_notes
from assistant.material.candidates import SPARE, gather
from assistant.material.checks import tests_same_words
from assistant.material.choosing import Chosen, choose, pack
from assistant.material.records import (
    DIFFICULTIES,
    ITEM_TYPES,
    Complete,
    Item,
    ItemType,
    Progress,
    Quiz,
    Selection,
    Wanted,
)
from index.asked import Notes
from index.errors import InputError
from index.records import Document

SHARES: Mapping[ItemType, float] = {"单选": 0.30, "多选": 0.15, "判断": 0.20, "填空": 0.20, "简答": 0.05, "情景": 0.10}
"""Of a quiz for which nobody chose numbers."""


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
    found = gather(selections, library, bundled_notes() if notes is None else notes, wanted.seed, progress, complete)
    usable = [item for item in found.items if item.difficulty in wanted.difficulties]
    if not usable:
        raise InputError("选中的条文出不了题：没有数字、主体、列举等可考的内容；请多选几条，或换一份文件")
    counts = _counts(wanted)
    chosen = choose(usable, counts, found.weights, wanted.seed, fill=wanted.counts is None)
    carry = {kind: len(pack([i for i in usable if i.type == kind], {}, found.weights)) for kind in ITEM_TYPES}
    if not chosen:
        able = "、".join(f"{kind} {most}" for kind, most in carry.items() if most)
        raise InputError(f"选中的条文出不了{'、'.join(counts)}题；能出的有：{able}（各自最多几道）")
    most = max(len(pack(usable, {}, found.weights)), len(chosen))
    total = sum(counts.values())
    return Quiz(
        _title(selections),
        chosen,
        total,
        most,
        carry,
        found.dropped,
        tuple(
            filter(
                None, (_of_spare(chosen, found.weights), *_notices(chosen, counts, carry, most, wanted), found.notice)
            )
        ),
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
    new = [item for item in found.items if item.id != old.id and item.stem != old.stem]
    free: list[Item] = []
    for is_strict in (True, False):
        beside = Chosen(others, is_strict)
        free = free or [item for item in new if beside.allows(item)]
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


def _counts(wanted: Wanted) -> dict[ItemType, int]:
    if wanted.counts is not None:
        return {kind: count for kind in ITEM_TYPES if (count := wanted.counts.get(kind, 0)) > 0}
    counts = {kind: int(wanted.total * share) for kind, share in SHARES.items()}
    for kind in ("单选", "判断", "填空", "多选"):
        if sum(counts.values()) < wanted.total:
            counts[kind] += 1
    return counts


def _title(selections: Sequence[Selection]) -> str:
    titles = [bracketed(selection.document.title) for selection in selections]
    return f"{'、'.join(titles[:2])}{'等' if len(titles) > 2 else ''}题库"


def _of_spare(chosen: Sequence[Item], weights: Mapping[str, float]) -> str:
    """What to tell whoever wants more than the better places of the text carry."""
    spare = sum(weights[item.id] == SPARE for item in chosen)
    return f"好的考点不够，其中 {spare} 题考的是普通的词语，请先过一遍。" if spare else ""


def _notices(
    chosen: Sequence[Item], counts: Mapping[ItemType, int], carry: Mapping[ItemType, int], most: int, wanted: Wanted
) -> Iterable[str]:
    total = sum(counts.values())
    if len(chosen) >= total:
        return
    level = "" if wanted.difficulties == DIFFICULTIES else f"{'、'.join(wanted.difficulties)}难度的"
    yield f"要了 {total} 题，选中的条文{level and '里' + level}只出得了 {len(chosen)} 题（每处只考一次，各类题合计最多 {most} 题）。"
    if wanted.counts is not None:
        have = Counter(item.type for item in chosen)
        short = [
            f"{kind} {have[kind]}（单出此类最多 {carry[kind]}）" for kind, count in counts.items() if have[kind] < count
        ]
        yield f"不足的题型：{'，'.join(short)}。"
