"""Found articles -> ranked sentences: which words of which clause answer the question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

import numpy as np

from assistant.asking import CUES, PATTERNS
from assistant.question import Question
from assistant.sentences import Enumeration, Sentence, find_enumeration, split_sentences
from assistant.vectors import SentenceVectors
from assistant.wording import Slot, Wording, share_met
from index.known_questions import Recalled
from index.records import Article, Document, Hit
from index.tokens import character_pairs, searched_form

FEATURES = (
    "sentence", "article", "pairs", "soft", "soft_article", "cosine", "hit", "heading", "expected", "cue", "named",
    "looked_up", "primary", "numbered", "list", "recalled", "recognised",
)  # fmt: skip
"""What ranks a sentence, each 0–1: slots met by it and by its article; character pairs shared; nearness word by word of
sentence and article; cosine; search score; slots met by the heading; what the kind of question expects and the words
such answers use; the document named; the article named; a document that sets the rule (not one that speaks of it); a
numbered article (not a document's beginning); a sentence of an enumeration where a list is asked for; the share of the
nearest known questions that it answers, as far as these are near; its chance by the words of all known questions."""


_NEAR = 0.6  # cosine of a question that asks for the same


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence with what speaks for it; `features` are in the order of `FEATURES`, `nearest` is the cosine of the
    nearest known question of its article (0: none)."""

    hit: Hit
    document: Document
    article: Article
    sentence: Sentence
    features: tuple[float, ...]
    score: float
    nearest: float = 0.0

    def feature(self, name: str) -> float:
        return self.features[FEATURES.index(name)]


class Documents(Protocol):
    """What ranking needs of a library."""

    def document(self, document_id: str) -> Document | None: ...

    def article(self, document_id: str, number: str) -> Article | None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready for ranking. `pairs` are its character pairs with their rarity."""

    question: Question
    searched: str
    slots: tuple[Slot, ...]
    pairs: dict[str, float]


def prepare(question: Question, searched: str, context: str, wording: Wording) -> Asked:
    """Slots and character pairs of a question; those of the conversation before it count a third."""
    own = wording.slots(question.text)
    typed = {slot.typed for slot in own}
    from_context = tuple(
        replace(s, weight=s.weight / 3, foreign=0.0) for s in wording.slots(context) if s.typed not in typed
    )
    pairs = {p: wording.rarity(p) for p in character_pairs(question.text) if wording.knows(p)}
    return Asked(question, searched, own + from_context, pairs)


def rank_sentences(
    asked: Asked,
    hits: Sequence[Hit],
    library: Documents,
    vectors: SentenceVectors,
    weights: Sequence[float],
    recalled: Mapping[str, Recalled] = MappingProxyType({}),
) -> list[Evidence]:
    """Every sentence of the found articles, best first; equal scores in the order of search and reading.

    `recalled` is what known questions say about an article, by its id.
    """
    found: list[Evidence] = []
    best_hit = max((h.score for h in hits), default=0.0) or 1.0
    vector = vectors.question(asked.searched, [(s.typed, s.weight) for s in asked.slots])
    for hit in hits:
        document, article = library.document(hit.document_id), library.article(hit.document_id, hit.article)
        if document is None or article is None:
            continue
        sentences = [s for s in split_sentences(article) if s.role == "sentence"]
        listed = find_enumeration(article) if asks_enumeration(asked.question) else None
        met, heading, named, primary = _article_features(asked, document, article)
        near = vectors.nearness(vector, article, sentences)
        known = recalled.get(article.id)
        nearest = known.nearness if known else 0.0
        for sentence, cosine, soft in zip(sentences, near.cosines, near.soft, strict=True):
            own, pairs, expected, cue = _sentence_features(asked, sentence)
            features = (
                own, met, pairs, soft, near.article, cosine, hit.score / best_hit, heading, expected, cue, named,
                float(hit.looked_up), primary,
                float(article.number[:1].isdigit()), float(listed is not None and belongs(sentence, listed)),
                recalled_share(known, sentence), share_of(known.recognised, sentence) if known else 0.0,
            )  # fmt: skip
            score = float(np.dot(features, weights))
            found.append(Evidence(hit, document, article, sentence, features, score, nearest))
    return sorted(found, key=lambda e: -e.score)


def piece_scores(
    asked: Asked, article: Article, pieces: Sequence[Sentence], vectors: SentenceVectors, weights: Sequence[float]
) -> list[float]:
    """What `weights` make of the features that pieces of one article differ in: log odds up to a constant."""
    vector = vectors.question(asked.searched, [(s.typed, s.weight) for s in asked.slots])
    near = vectors.nearness(vector, article, pieces)
    scores = []
    for piece, cosine, soft in zip(pieces, near.cosines, near.soft, strict=True):
        own, pairs, expected, cue = _sentence_features(asked, piece)
        values = {"sentence": own, "pairs": pairs, "soft": soft, "cosine": cosine, "expected": expected, "cue": cue}
        scores.append(sum(weights[FEATURES.index(name)] * value for name, value in values.items()))
    return scores


def _article_features(asked: Asked, document: Document, article: Article) -> tuple[float, float, float, float]:
    heading = searched_form(f"{article.heading} {article.part}")
    whole = searched_form(f"{document.title} {heading} {article.text}")
    primary = 0.0 if document.grammar in ("qa", "summary") else 1.0
    named = names_document(asked.question, document)
    return share_met(asked.slots, whole), share_met(asked.slots, heading), named, primary


def names_document(question: Question, document: Document) -> float:
    """1 where the question names the document, ½ where only by its kind of text (条例, 意见 …), else 0.

    >>> from assistant.question import analyse
    >>> names_document(analyse("条例什么时候施行"), Document("d", "某某补偿条例", "", "", "law", (), "0"))
    0.5
    """
    title = re.sub(r"[《》〈〉]", "", document.title)
    if any(re.sub(r"[《》〈〉]", "", t) in title for t in question.titles) or title in question.text:
        return 1.0
    kind = re.search(r"(答记者问|条例|意见|办法|规定|通知|方案|规划|细则|决定|公告|法)$", title)
    return 0.5 if kind and kind.group() in question.text else 0.0


def asks_enumeration(question: Question) -> bool:
    """Whether a list or a count is wanted, not an amount of money."""
    return (question.asks_list or "count" in question.expects) and "amount" not in question.expects


def belongs(sentence: Sentence, enumeration: Enumeration) -> bool:
    """Whether a sentence is part of an enumeration or leads to it."""
    return sentence.start < enumeration.end and enumeration.start <= sentence.end


def recalled_share(known: Recalled | None, sentence: Sentence) -> float:
    """The share of the nearest known questions that a sentence answers, 0–1, less where even the nearest are not near."""
    if known is None:
        return 0.0
    return share_of(known.passages, sentence) * min(1.0, max(0.0, known.nearness) / _NEAR)


def share_of(passages: Mapping[str, float], sentence: Sentence) -> float:
    """What a sentence has of shares that are given by first words."""
    return sum(share for words, share in passages.items() if sentence.text.startswith(words))


def _sentence_features(asked: Asked, sentence: Sentence) -> tuple[float, float, float, float]:
    text = searched_form(sentence.text)
    total = sum(asked.pairs.values())
    pairs = sum(weight for pair, weight in asked.pairs.items() if pair in text) / total if total else 0.0
    cue = CUES.get(asked.question.kind)
    cued = float(bool(cue and cue.search(text)))
    return share_met(asked.slots, text), pairs, expected_share(asked.question, text), cued


def expected_share(question: Question, text: str) -> float:
    """The share of what the question expects (an amount, a body …) that `text` has; ½ where it expects nothing."""
    if not question.expects:
        return 0.5
    return sum(bool(PATTERNS[name].search(text)) for name in question.expects) / len(question.expects)
