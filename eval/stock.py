"""套话: the phrases that laws and policy documents have everywhere, counted; `assistant/material/stock.txt` is made by this."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from index.tokens import word_edges

SHORTEST, LONGEST, MOST_WORDS = 3, 8, 3
LAWS, POLICIES = 0.02, 0.1
"""Shares of the documents that have a stock phrase."""
WIDTH = 118
_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
_HEAD = """\
# Phrases of three to eight characters (at the edges of words, at most three words) that one in fifty of {laws} laws has, or one in
# ten of {policies} policy documents: who knows the genre knows them. Made by `python -m eval stock`.
"""


def stock_phrases(laws: Sequence[str], policies: Sequence[str]) -> list[str]:
    """The phrases that stand in at least `LAWS` of the laws or `POLICIES` of the policy documents, sorted."""
    found = {
        phrase
        for texts, share in ((laws, LAWS), (policies, POLICIES))
        for phrase, count in _documents_with(texts).items()
        if count >= share * len(texts)
    }
    return sorted(found)


def stock_file(laws: Sequence[str], policies: Sequence[str]) -> str:
    """The phrases as lines of words, below a heading that says what they are."""
    lines, line = [], ""
    for phrase in stock_phrases(laws, policies):
        if line and len(line) + len(phrase) + 1 > WIDTH:
            lines.append(line)
            line = ""
        line = f"{line} {phrase}".strip()
    return _HEAD.format(laws=f"{len(laws):,}", policies=len(policies)) + "\n".join([*lines, line]) + "\n"


def _documents_with(texts: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(_phrases(text)))
    return counts


def _phrases(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        edges = sorted(word_edges(run))
        for place, start in enumerate(edges):
            for end in edges[place + 1 : place + 1 + MOST_WORDS]:
                if SHORTEST <= end - start <= LONGEST:
                    yield run[start:end]
