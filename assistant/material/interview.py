"""官方解读: what an official interview or summary says about a document, beside the articles that it explains."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.material.rules import Rule, read_rules
from assistant.sentences import split_sentences
from index.records import LEAD_ARTICLE, NEWS, Article, Document
from index.tokens import character_pairs

EXPLAINERS = ("qa", "summary")
SURE = 0.57
"""Share of an explanation's pairs of characters, rare ones counting more, that the article must have. Of the bundled
interview and summary all 30 matches above it are right; the first wrong one, which speaks of two articles, has 0.54."""

AHEAD = 1.25
"""How much better than the second article the best one must be."""
SHORTEST = 16
_RUNS_ON = re.compile(r"：一是")
"""A sentence that announces what follows in others."""
_BARE = re.compile(r"[\W_]")


@dataclass(frozen=True, slots=True)
class Explanation:
    """`text` is literal from `source`; `rule` is what it explains."""

    document: Document
    source: Article
    text: str
    rule: Rule


def find_explainers(document: Document, library: Sequence[Document]) -> list[Document]:
    """The interviews and summaries of the library that are about a document, by their titles."""
    name = _BARE.sub("", document.title)
    return [
        each
        for each in library
        if each.grammar in EXPLAINERS
        and each.kind != NEWS
        and each.id != document.id
        and name
        and name in _BARE.sub("", f"{each.title} {each.headline}")
    ]


def match_explanations(
    document: Document, articles: Sequence[Article], explainers: Sequence[Document]
) -> list[Explanation]:
    """The sentences of `explainers` that surely speak of one of `articles`, in reading order.

    All articles of the document compete, so that nothing is forced onto the selected ones.
    """
    rivals = [article for article in document.articles if article.number != LEAD_ARTICLE]
    wanted = {article.number for article in articles}
    known = [set(character_pairs(f"{a.heading}。{a.text}")) for a in rivals]
    found = []
    for explainer in explainers:
        for source in explainer.articles:
            for sentence in split_sentences(source):
                if sentence.role != "sentence" or len(sentence.text) < SHORTEST or _RUNS_ON.search(sentence.text):
                    continue
                best = _best(sentence.text, known)
                if best is not None and rivals[best].number in wanted:
                    rule = _nearest(sentence.text, rivals[best])
                    if rule is not None:
                        found.append(Explanation(explainer, source, sentence.text.replace("\n", ""), rule))
    return found


def _best(text: str, known: Sequence[set[str]]) -> int | None:
    """The index of the one article that has enough of the text's pairs; None where none or several have."""
    pairs = set(character_pairs(text))
    weights = {pair: math.log(1 + len(known) / (1 + sum(pair in other for other in known))) for pair in pairs}
    total = sum(weights.values())
    shares = [sum(weights[pair] for pair in pairs & other) / total if total else 0.0 for other in known]
    order = sorted(range(len(shares)), key=lambda k: -shares[k])
    if not order or shares[order[0]] < SURE:
        return None
    if len(order) > 1 and shares[order[1]] * AHEAD > shares[order[0]]:
        return None
    return order[0]


def _nearest(text: str, article: Article) -> Rule | None:
    asked = set(character_pairs(text))
    return max(
        read_rules(article),
        key=lambda rule: len(asked & set(character_pairs(rule.text))) / math.sqrt(20 + len(rule.text)),
        default=None,
    )
