"""Items by a language model: one request an article, every item checked in code, and given up where the model is away."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.errors import LanguageModelError
from assistant.llm import read_object
from assistant.material.checks import check_item
from assistant.material.draft_checks import check_draft
from assistant.material.drafts import Unusable, read_draft
from assistant.material.items import Maker
from assistant.material.records import ITEM_TYPES, Complete, Item, Progress
from assistant.prompting import fill

MOST = 10
"""Items that one reply may bring: more of one article test the same words twice, and a long reply breaks off."""
WEIGHT = 3.5
"""Of a drafted item for `candidates`: above every kind that is made without a model, as it is better worded."""

_LONGEST_TEXT = 4000  # characters of an article that the model is shown: small models see no more
_MOST_FAILURES = 3  # in a row: the model cannot be reached
_MOST_USELESS = 8  # replies in a row without one sound item
_REPEATED = "题目重复"
_DETAIL = re.compile(r"：.*|“[^”]*”", re.DOTALL)


def draft_items(maker: Maker, complete: Complete) -> tuple[list[Item], Counter[str]]:
    """The sound items of one request about the maker's article, and how many were dropped, by reason.

    Raises `LanguageModelError` where the model does not answer or answers without an item of the agreed form.
    """
    article, document = maker.article, maker.texts.document
    items: list[Item] = []
    dropped: Counter[str] = Counter()
    for draft in parse_items(complete(fill("items_system"), _asked(maker))):
        try:
            item = read_draft(draft, maker)
        except Unusable as unusable:
            dropped[str(unusable)] += 1
            continue
        wrong = check_item(item, document) or check_draft(item, article, document)
        if not wrong and any(item.stem == other.stem for other in items):
            wrong = (_REPEATED,)
        if wrong:
            dropped[_DETAIL.sub("", wrong[0])] += 1
        elif len(items) < MOST:
            items.append(item)
    return items, dropped


def draft_all(
    makers: Sequence[Maker], complete: Complete, progress: Progress | None = None
) -> tuple[list[Item], Counter[str], str]:
    """The sound items about all the articles, how many were dropped, and what to tell whoever wanted them; empty where the
    model did what it should. A model that fails costs its items, never the quiz; whatever `progress` raises is raised."""
    tally = _Tally()
    items: dict[str, Item] = {}
    wanting = [maker for maker in makers if maker.article.text.strip()]
    for done, maker in enumerate(wanting):
        if progress:
            progress(done / len(wanting), f"大模型正在出题：{maker.article.label}")
        try:
            found, dropped = draft_items(maker, complete)
        except LanguageModelError as error:
            tally.add_failure(str(error))
        else:
            items |= {item.id: item for item in found}
            tally.add_reply(len(found), dropped)
        if tally.reason:
            break
    return list(items.values()), tally.dropped, tally.explain(len(wanting))


@dataclass
class _Tally:
    """What became of the requests; `reason` says why the model is to be left alone."""

    asked: int = 0
    items: int = 0
    failed: int = 0
    failures_in_a_row: int = 0
    useless_in_a_row: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    error: str = ""
    reason: str = ""

    def add_failure(self, error: str) -> None:
        self.asked += 1
        self.failed += 1
        self.failures_in_a_row += 1
        self.error = error
        if self.failures_in_a_row == _MOST_FAILURES:
            self.reason = f"大模型连续 {_MOST_FAILURES} 次没有出题（{error}）"

    def add_reply(self, items: int, dropped: Counter[str]) -> None:
        self.asked += 1
        self.failures_in_a_row = 0
        self.items += items
        self.dropped += dropped
        if items or dropped:  # an article of phrases has no items
            self.useless_in_a_row = 0 if items else self.useless_in_a_row + 1
        if self.useless_in_a_row == _MOST_USELESS:
            self.reason = f"大模型连续 {_MOST_USELESS} 次没有出一道合格的题"

    def explain(self, wanted: int) -> str:
        """One sentence for people; empty where every article was answered."""
        if not self.failed and not self.reason:
            return ""
        made = f"采用了它出的 {self.items} 题，其余" if self.items else ""
        if self.reason:
            rest = f"，还有 {wanted - self.asked} 条没有请它出题" if wanted > self.asked else ""
            return f"{self.reason}{rest}；{made}题目由程序按原文出。请检查大模型的设置后再试。"
        return f"大模型有 {self.failed} 条没有出题（{self.error}）；{made}题目由程序按原文出。"


def _asked(maker: Maker) -> str:
    article = maker.article
    shown = {
        "id": "A1",
        "文件": maker.texts.document.title,
        "部分": article.part,
        "条": article.label,
        "内容": article.text[:_LONGEST_TEXT],
    }
    as_json = json.dumps({name: value for name, value in shown.items() if value}, ensure_ascii=False, indent=1)
    return fill("items_user", article=as_json, count=str(MOST), types="、".join(ITEM_TYPES))


def parse_items(text: str) -> list[object]:
    """The items of a reply, whatever stands around its JSON; of one that breaks off those that are whole. Raises
    `LanguageModelError` where there is no list of items.

    >>> parse_items('```json\\n{"items": [{"type": "判断"}, {"type": "单')
    [{'type': '判断'}]
    """
    text = re.sub(r"<think>.*?(?:</think>|$)", "", text, flags=re.DOTALL)
    whole = list(_finished(text))
    if whole:
        return whole
    found = read_object(text).get("items")
    if not isinstance(found, list):
        raise LanguageModelError("模型的回答不是约定的 JSON")
    return found


def _finished(text: str) -> Iterator[object]:
    """The objects of the list "items" that are closed."""
    opening = re.search(r'"items"\s*:\s*\[', text)
    place = opening.end() if opening else len(text)
    while match := re.compile(r"[\s,]*(?=\{)").match(text, place):
        try:
            content, place = json.JSONDecoder(strict=False).raw_decode(text, match.end())
        except (ValueError, RecursionError):
            return
        yield content
