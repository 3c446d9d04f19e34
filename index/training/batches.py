"""Draws batches of pairs: a sentence and the rest of its passage, a question and the text that answers it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from index.sparse import SparseBuilder, best_rows
from index.tokens import features, terms
from index.training.data import OWN, AskedTexts, Data, Passage, Question
from index.training.features import FeatureIds

Number = Callable[[str], FeatureIds]


@dataclass(frozen=True, slots=True)
class Mix:
    """How many pairs of each source make one batch. Breadth of subjects is what general wording is learnt from."""

    laws: int = 200
    news: int = 100
    reading: int = 80
    questions: int = 100
    statutes: int = 150
    own: int = 200
    bundled: int = 100


@dataclass(frozen=True, slots=True)
class Batch:
    """`left[i]` belongs to `right[i]`; what `right` holds beyond that are hard negatives.

    `same[i]` are further columns of `right` that answer `left[i]` too, and so are no negatives.
    """

    left: list[FeatureIds]
    right: list[FeatureIds]
    same: list[list[int]]


Key = str | tuple[str, str]
"""What names a text: an id of the corpus, or (document title, article number)."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """`gold` are the keys of every text that answers `left`."""

    left: FeatureIds
    right: FeatureIds
    key: Key | None = None
    gold: frozenset[Key] = frozenset()


def count_features(data: Data) -> tuple[Counter[str], int]:
    """In how many texts each feature occurs, over everything that is trained on; and the number of texts."""
    counts: Counter[str] = Counter()
    texts = 0
    for text in _all_texts(data):
        counts.update(features(text))
        texts += 1
    return counts, texts


def hard_negatives(data: Data, depth: int = 30) -> dict[str, list[str]]:
    """For each training question the ids of the corpus that BM25 finds and that are not gold: alike, but no answer."""
    ids = list(data.corpus)
    builder = SparseBuilder()
    for text in data.corpus.values():
        builder.add(terms(text))
    index = builder.build()
    negatives: dict[str, list[str]] = {}
    for question in data.train:
        found = best_rows(index.scores(terms(question.text)), depth)
        negatives[question.id] = [ids[row] for row, _ in found if ids[row] not in question.gold]
    return negatives


class BatchDrawer:
    """Numbers each text once and draws the same batches for the same generator."""

    def __init__(self, data: Data, negatives: dict[str, list[str]], number: Number, mix: Mix) -> None:
        needed = {i for question in data.train for i in (*question.gold, *negatives[question.id])}
        self._corpus = {i: number(data.corpus[i]) for i in sorted(needed)}
        numbered = [(question, number(question.text), number(question.answer)) for question in data.train]
        self._questions = [each for each in numbered if not each[0].id.startswith(OWN)]
        self._statutes = [each for each in numbered if each[0].id.startswith(OWN)]
        self._negatives = negatives
        self._laws = [_number_passage(passage, number) for passage in data.laws]
        self._news = [_number_passage(passage, number) for passage in data.news]
        self._reading = [(number(question), number(paragraph)) for question, paragraph in data.reading]
        self._own = [_OwnQuestions(asked, number) for asked in data.asked]
        self._mix = mix

    def draw(self, chance: Generator) -> Batch:
        pairs: list[_Pair] = []
        negatives: list[tuple[Key, FeatureIds]] = []
        for passages, count in ((self._laws, self._mix.laws), (self._news, self._mix.news)):
            for index in chance.integers(len(passages), size=count):
                pairs.append(_Pair(*_cut_passage(passages[index], chance)))
        for index in chance.integers(len(self._reading), size=self._mix.reading):
            pairs.append(_Pair(*self._reading[index]))
        self._add_questions(pairs, negatives, self._questions, self._mix.questions, chance)
        self._add_questions(pairs, negatives, self._statutes, self._mix.statutes, chance)
        for own, count in zip(self._own, (self._mix.own, self._mix.bundled), strict=False):
            own.add(pairs, negatives, count, chance)
        return _batch(pairs, negatives)

    def _add_questions(
        self,
        pairs: list[_Pair],
        negatives: list[tuple[Key, FeatureIds]],
        questions: Sequence[tuple[Question, FeatureIds, FeatureIds]],
        count: int,
        chance: Generator,
    ) -> None:
        count = min(count, len(questions))
        for index in chance.choice(len(questions), size=count, replace=False) if count else ():
            question, asked, answered = questions[index]
            # A lawyer's answer stands between lay and legal wording: now and then it asks instead of the question.
            left = answered if len(answered) and chance.random() < 0.25 else asked
            gold = question.gold[int(chance.integers(len(question.gold)))]
            pairs.append(_Pair(left, self._corpus[gold], gold, frozenset(question.gold)))
            if others := self._negatives[question.id]:
                other = others[int(chance.integers(len(others)))]
                negatives.append((other, self._corpus[other]))


class _OwnQuestions:
    """Our own questions about some documents; the hard negative of each is another article of the same document."""

    def __init__(self, asked: AskedTexts, number: Number) -> None:
        self._texts = {key: number(text) for key, text in asked.texts.items()}
        self._questions = [(number(question), key) for question, key in asked.questions]
        self._of_document: dict[str, list[tuple[str, str]]] = {}
        for key in asked.texts:
            self._of_document.setdefault(key[0], []).append(key)

    def add(self, pairs: list[_Pair], negatives: list[tuple[Key, FeatureIds]], count: int, chance: Generator) -> None:
        count = min(count, len(self._questions))
        for index in chance.choice(len(self._questions), size=count, replace=False) if count else ():
            question, key = self._questions[index]
            pairs.append(_Pair(question, self._texts[key], key, frozenset([key])))
            siblings = self._of_document[key[0]]
            other = siblings[int(chance.integers(len(siblings)))]
            if other != key:
                negatives.append((other, self._texts[other]))


def _batch(pairs: Sequence[_Pair], negatives: Sequence[tuple[Key, FeatureIds]]) -> Batch:
    keys = [*(pair.key for pair in pairs), *(key for key, _ in negatives)]
    columns: dict[Key, list[int]] = {}
    for column, key in enumerate(keys):
        if key is not None:
            columns.setdefault(key, []).append(column)
    same = [[c for key in pair.gold for c in columns.get(key, ()) if c != row] for row, pair in enumerate(pairs)]
    return Batch([p.left for p in pairs], [*(p.right for p in pairs), *(ids for _, ids in negatives)], same)


def _all_texts(data: Data) -> Iterator[str]:
    yield from data.corpus.values()
    for passage in (*data.laws, *data.news):
        yield "\n".join((passage.title, *passage.sentences))
    for question, paragraph in data.reading:
        yield f"{question}\n{paragraph}"
    yield from (f"{question.text}\n{question.answer}" for question in data.train)
    for asked in data.asked:
        # Three times: the everyday words of our own questions are what the other texts lack.
        yield from (question for question, _ in asked.questions for _ in range(3))


def _number_passage(passage: Passage, number: Number) -> tuple[FeatureIds, list[FeatureIds]]:
    return number(passage.title), [number(sentence) for sentence in passage.sentences]


def _cut_passage(passage: tuple[FeatureIds, list[FeatureIds]], chance: Generator) -> tuple[FeatureIds, FeatureIds]:
    """One sentence at random, and everything else with the title, each feature once."""
    title, sentences = passage
    chosen = int(chance.integers(len(sentences)))
    rest: Sequence[FeatureIds] = [title, *sentences[:chosen], *sentences[chosen + 1 :]]
    return sentences[chosen], np.unique(np.concatenate(rest))
