"""Draws batches of pairs: a sentence and the rest of its passage, a question and the text that answers it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from index.sparse import SparseBuilder, best_rows
from index.tokens import features, terms
from index.training.data import Data, Passage
from index.training.features import FeatureIds

Number = Callable[[str], FeatureIds]


@dataclass(frozen=True, slots=True)
class Mix:
    """How many pairs of each source make one batch. Breadth of subjects is what general wording is learnt from."""

    laws: int = 200
    news: int = 160
    reading: int = 120
    questions: int = 100


@dataclass(frozen=True, slots=True)
class Batch:
    """`left[i]` belongs to `right[i]`; what `right` holds beyond that are hard negatives.

    `same[i]` are further columns of `right` that answer `left[i]` too, and so are no negatives.
    """

    left: list[FeatureIds]
    right: list[FeatureIds]
    same: list[list[int]]


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
        self._questions = [(question, number(question.text), number(question.answer)) for question in data.train]
        self._negatives = negatives
        self._laws = [_number_passage(passage, number) for passage in data.laws]
        self._news = [_number_passage(passage, number) for passage in data.news]
        self._reading = [(number(question), number(paragraph)) for question, paragraph in data.reading]
        self._mix = mix

    def draw(self, chance: Generator) -> Batch:
        left: list[FeatureIds] = []
        right: list[FeatureIds] = []
        for passages, count in ((self._laws, self._mix.laws), (self._news, self._mix.news)):
            for index in chance.integers(len(passages), size=count):
                sentence, rest = _cut_passage(passages[index], chance)
                left.append(sentence)
                right.append(rest)
        for index in chance.integers(len(self._reading), size=self._mix.reading):
            question, paragraph = self._reading[index]
            left.append(question)
            right.append(paragraph)
        same: list[list[int]] = [[] for _ in left]
        self._add_questions(left, right, same, chance)
        return Batch(left, right, same)

    def _add_questions(
        self, left: list[FeatureIds], right: list[FeatureIds], same: list[list[int]], chance: Generator
    ) -> None:
        drawn = chance.choice(len(self._questions), size=min(self._mix.questions, len(self._questions)), replace=False)
        chosen = [self._questions[index] for index in drawn]
        columns: list[str] = []
        for question, asked, answered in chosen:
            # A lawyer's answer stands between lay and legal wording: now and then it asks instead of the question.
            left.append(answered if len(answered) and chance.random() < 0.25 else asked)
            columns.append(question.gold[int(chance.integers(len(question.gold)))])
        for question, _, _ in chosen:
            if others := self._negatives[question.id]:
                columns.append(others[int(chance.integers(len(others)))])
        first = len(right)
        right += [self._corpus[identifier] for identifier in columns]
        for position, (question, _, _) in enumerate(chosen):
            gold = set(question.gold)
            same.append([first + c for c, i in enumerate(columns) if i in gold and c != position])


def _all_texts(data: Data) -> Iterator[str]:
    yield from data.corpus.values()
    for passage in (*data.laws, *data.news):
        yield "\n".join((passage.title, *passage.sentences))
    for question, paragraph in data.reading:
        yield f"{question}\n{paragraph}"
    yield from (f"{question.text}\n{question.answer}" for question in data.train)


def _number_passage(passage: Passage, number: Number) -> tuple[FeatureIds, list[FeatureIds]]:
    return number(passage.title), [number(sentence) for sentence in passage.sentences]


def _cut_passage(passage: tuple[FeatureIds, list[FeatureIds]], chance: Generator) -> tuple[FeatureIds, FeatureIds]:
    """One sentence at random, and everything else with the title, each feature once."""
    title, sentences = passage
    chosen = int(chance.integers(len(sentences)))
    rest: Sequence[FeatureIds] = [title, *sentences[:chosen], *sentences[chosen + 1 :]]
    return sentences[chosen], np.unique(np.concatenate(rest))
