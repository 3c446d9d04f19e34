"""Which printing to read where several exist: the one that has the article and stands alone most rarely.

A reading that no other printing shares is more often its own slip than theirs, so a printing's care is measured by its
lone characters per thousand over the whole document. (Until collation decides place by place.)
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from index.records import Article, Witness

_COMPARED = 20_000  # letters of one article: a rate needs no more, and the comparison takes quadratic time


@dataclass(frozen=True, slots=True)
class Care:
    """How carefully a page was printed: its lone readings, and the characters that could be compared."""

    siglum: str
    lone: int
    compared: int

    @property
    def rate(self) -> float:
        """Lone characters per thousand; infinite where nothing could be compared."""
        return 1000 * self.lone / self.compared if self.compared else float("inf")


def measure_care(groups: Iterable[tuple[Witness, ...]]) -> dict[str, Care]:
    """Lone readings of each page over all articles that at least two other pages print (else one: then both differ alike)."""
    groups = list(groups)
    lone: dict[str, int] = defaultdict(int)
    compared: dict[str, int] = defaultdict(int)
    fewest = 2 if any(len(group) > 2 for group in groups) else 1
    for witnesses in groups:
        for witness in witnesses:
            for article in witness.articles:
                others = [
                    _letters(a.text)
                    for w in witnesses
                    if w is not witness
                    for a in _same(w, article)
                    if not _is_partial(w, a)
                ]
                if len(others) < fewest or _is_partial(witness, article):
                    continue
                own = _letters(article.text)
                lone[witness.siglum] += lone_characters(own, others)
                compared[witness.siglum] += len(own)
    sigla = {w.siglum for group in groups for w in group}
    return {s: Care(s, lone[s], compared[s]) for s in sorted(sigla)}


def lone_characters(own: str, others: list[str]) -> int:
    """How many characters of `own` no other text has at that place, and how many all others have but it.

    >>> lone_characters("优胜劣汰的导向", ["优进绌退的导向", "优胜劣汰的导向"]), lone_characters("县级党委批准", ["县级以上党委批准"] * 2)
    (0, 2)
    """
    if own in others:
        return 0  # also the quick way for one file given in two formats
    own, others = own[:_COMPARED], [other[:_COMPARED] for other in others]
    alone = set(range(len(own)))
    missing: dict[int, int] | None = None
    for other in others:
        matcher = difflib.SequenceMatcher(None, own, other, autojunk=False)
        differing: set[int] = set()
        absent: dict[int, int] = {}
        for tag, a, b, c, d in matcher.get_opcodes():
            if tag in ("replace", "delete"):
                differing.update(range(a, b))
            if tag == "insert":
                absent[a] = d - c
        alone &= differing
        missing = absent if missing is None else {k: min(v, absent[k]) for k, v in missing.items() if k in absent}
    return len(alone) + sum((missing or {}).values())


def choose_articles(witnesses: tuple[Witness, ...], care: dict[str, Care]) -> tuple[tuple[Article, ...], str]:
    """Each article as the most careful printing that has it whole reads it, and the siglum that gave most of them."""
    ranked = sorted(witnesses, key=lambda w: (care[w.siglum].rate, w.siglum))
    numbers = _ordered_numbers(witnesses)
    chosen: list[Article] = []
    by_number: dict[str, list[tuple[Witness, Article]]] = defaultdict(list)
    for ranked_witness in ranked:
        for ranked_article in ranked_witness.articles:
            by_number[ranked_article.number].append((ranked_witness, ranked_article))
    for number in numbers:
        having = by_number[number]
        whole = [(w, a) for w, a in having if not _is_partial(w, a)] or having
        longest = max(len(_letters(a.text)) for _, a in whole)
        complete = [(w, a) for w, a in whole if len(_letters(a.text)) >= 0.85 * longest]
        witness, article = complete[0]
        part = article.part or next((a.part for _, a in whole if a.part), "")
        heading = article.heading or next((a.heading for _, a in whole if a.heading), "")
        chosen.append(replace(article, part=part, heading=heading, siglum=witness.siglum))
    sigla = [a.siglum for a in chosen]
    return tuple(chosen), max(sorted(set(sigla)), key=sigla.count)


def _ordered_numbers(witnesses: tuple[Witness, ...]) -> list[str]:
    """All articles' numbers in the order of the fullest printing; what only others have follows its predecessor."""
    fullest = max(witnesses, key=lambda w: (len(w.articles), w.siglum))
    order = [a.number for a in fullest.articles]
    for witness in witnesses:
        if witness is fullest:
            continue
        position = -1
        for article in witness.articles:
            if article.number in order:
                position = order.index(article.number)
            else:
                position += 1
                order.insert(position, article.number)
    return order


def _same(witness: Witness, article: Article) -> list[Article]:
    return [a for a in witness.articles if a.number == article.number]


def _is_partial(witness: Witness, article: Article) -> bool:
    """Whether the page has only the end of an article (上接第一版)."""
    return witness.starts_inside and article is witness.articles[0]


def _letters(text: str) -> str:
    """Only what is read aloud: no punctuation, no white space."""
    return re.sub(r"[\W_]", "", text)
