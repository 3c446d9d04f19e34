"""Question -> article by the questions that people ask: multinomial naive Bayes over words, characters and sounds.

Each article's questions are one class; a class more, `elsewhere`, stands for questions about other documents. Counts are
tf-idf weights of unit length, smoothed by `SMOOTHING` (Rennie, Shih, Teevan, Karger: Tackling the Poor Assumptions of
Naive Bayes Text Classifiers, ICML 2003). With log P(f|c) = log(SMOOTHING / N'_c) + log(1 + n_fc / SMOOTHING) only what a
class has seen is stored, so a question costs as much as its features have classes; nothing is trained, so a question can
be added at any time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexUnusableError
from index.tokens import sounds, terms

Floats = NDArray[np.float32]

SMOOTHING = 0.05


@lru_cache(maxsize=4096)
def _features(text: str) -> tuple[str, ...]:
    return (*terms(text), *(f"~{sound}" for sound in sounds(text)))


@dataclass(frozen=True, slots=True)
class Recogniser:
    """`gains[starts[f]:starts[f + 1]]` are log(1 + n_fc / SMOOTHING) for the classes `classes[…]` of feature f.

    `bias[c]` is log(SMOOTHING / N'_c) for one unit of weight. The last class is `elsewhere`.
    """

    vocabulary: dict[str, int]
    rarity: Floats
    starts: NDArray[np.int64]
    classes: NDArray[np.int32]
    gains: Floats
    bias: Floats

    @classmethod
    def build(cls, asked: Sequence[Iterable[str]], elsewhere: Iterable[str]) -> Recogniser:
        """`asked[c]` are the questions of class c."""
        groups = [[_features(q) for q in questions] for questions in (*asked, elsewhere)]
        frequency = Counter(f for group in groups for question in group for f in set(question))
        total = sum(map(len, groups))
        vocabulary = {feature: row for row, feature in enumerate(frequency)}
        rarity = np.array([log((1 + total) / (1 + n)) + 1 for n in frequency.values()], dtype=np.float32)
        counts: list[defaultdict[int, float]] = [defaultdict(float) for _ in groups]
        for number, group in enumerate(groups):
            for question in group:
                for row, weight in _weigh(question, vocabulary, rarity).items():
                    counts[number][row] += weight
        triples = sorted((row, number, n) for number, own in enumerate(counts) for row, n in own.items())
        rows = np.array([row for row, _, _ in triples], dtype=np.int64)
        masses = np.array([sum(own.values()) for own in counts]) + SMOOTHING * max(1, len(vocabulary))
        return cls(
            vocabulary,
            rarity,
            np.searchsorted(rows, np.arange(len(vocabulary) + 1)),
            np.array([number for _, number, _ in triples], dtype=np.int32),
            np.log1p(np.array([n for _, _, n in triples], dtype=np.float32) / SMOOTHING).astype(np.float32),
            np.log(SMOOTHING / masses).astype(np.float32),
        )

    def scores(self, question: str) -> Floats:
        """float32 `[classes + 1]`: log P(question | class), the last for `elsewhere`; zeros where nothing is known."""
        weights = _weigh(_features(question), self.vocabulary, self.rarity)
        found = np.zeros(len(self.bias), dtype=np.float32)
        for row, weight in weights.items():
            own = slice(self.starts[row], self.starts[row + 1])
            found[self.classes[own]] += weight * self.gains[own]
        return np.asarray(found + sum(weights.values()) * self.bias, dtype=np.float32)

    def save(self, path: Path) -> None:
        np.savez(
            path,
            vocabulary=np.array("\n".join(self.vocabulary)),
            rarity=self.rarity,
            starts=self.starts,
            classes=self.classes,
            gains=self.gains,
            bias=self.bias,
        )

    @classmethod
    def load(cls, path: Path) -> Recogniser:
        """Raises `IndexUnusableError` where the file is missing or damaged."""
        try:
            with np.load(path) as saved:
                names = str(saved["vocabulary"]).split("\n")
                arrays = {name: saved[name] for name in ("rarity", "starts", "classes", "gains", "bias")}
        except (OSError, ValueError, KeyError) as exc:
            raise IndexUnusableError(f"{path}：读不出来，索引已损坏；请重新运行 policyqa build") from exc
        return cls({name: row for row, name in enumerate(names)}, **arrays)


def _weigh(features: Sequence[str], vocabulary: dict[str, int], rarity: Floats) -> dict[int, float]:
    """Row -> weight, (1 + log tf) · idf, of unit length; unknown features count nothing."""
    counts = Counter(row for feature in features if (row := vocabulary.get(feature)) is not None)
    weights = {row: (1 + log(n)) * float(rarity[row]) for row, n in counts.items()}
    length = sum(weight * weight for weight in weights.values()) ** 0.5
    return {row: weight / length for row, weight in weights.items()}
