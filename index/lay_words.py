"""Everyday words -> the policy words that they may stand for: 工资 -> 薪酬, 待遇 …

`lexicon/lay_words.txt` is general; `POLICYQA_LEXICON` may name a file of the same form with a user's own words.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from index.errors import InputError
from index.tokens import normalise, searched_form

SETTING = "POLICYQA_LEXICON"
RANK_DISCOUNT = 0.25
"""The likeliest policy word of a line counts 1, the next 1 / 1.25, then 1 / 1.5 …"""


@lru_cache(maxsize=1)
def lay_words() -> dict[str, tuple[str, ...]]:
    """Lay word -> policy words, the likeliest first. Raises `InputError` where a user's file cannot be read."""
    table = _parse(files("index.lexicon").joinpath("lay_words.txt").read_text(encoding="utf-8"), "lay_words.txt")
    if own := os.environ.get(SETTING):
        try:
            text = Path(own).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as exc:
            raise InputError(f"{own}：词表读不出来（{SETTING}）；请检查路径，并存为 UTF-8") from exc
        for word, policy_words in _parse(text, own).items():
            table[word] = tuple(dict.fromkeys((*policy_words, *table.get(word, ()))))
    return table


def expand(question: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The lay words of a question, each with the policy words it may stand for.

    >>> expand("会被炒鱿鱼吗")[0][0]
    '炒鱿鱼'
    """
    table = lay_words()
    return tuple((m.group(), table[m.group()]) for m in _pattern().finditer(searched_form(question)))


def weighted_expansion(question: str) -> dict[str, float]:
    """Policy words for the search, each with a weight of at most 1: a lay word with many meanings gives little to each."""
    weights: dict[str, float] = {}
    for _, policy_words in expand(question):
        share = len(policy_words) ** -0.5
        for rank, word in enumerate(policy_words):
            weights[word] = max(weights.get(word, 0.0), share / (1 + RANK_DISCOUNT * rank))
    return weights


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, lay_words()), key=lambda w: (-len(w), w))))


def _parse(text: str, name: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        left, arrow, right = line.partition("=>")
        if not arrow or not left.split() or not right.split():
            raise InputError(f"{name} 第 {number} 行：应为“口语词 口语词 => 文件用词 文件用词”，现在是“{line[:40]}”")
        for word in left.split():
            key = normalise(word)
            table[key] = tuple(dict.fromkeys((*table.get(key, ()), *normalise(right).split())))
    return table
