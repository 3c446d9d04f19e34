"""Texts together with the many questions people ask about them: keywords, sounds, and which text a question is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.asked import background_questions
from index.errors import IndexUnusableError
from index.ranking import Features
from index.recogniser import Recogniser
from index.sparse import SparseBuilder, SparseIndex
from index.tokens import sounds, terms

LOWEST_RECOGNISED = 10.0
"""Nats below the best class at which a text counts as not recognised at all."""

ELSEWHERE_BELOW = 2.5
"""Nats that the best class must be above `elsewhere` for even odds that a question is about a text with questions: questions
about the bundled documents lie 6.5 above it in the median, questions about held-out other documents 1.2 below."""


@dataclass(frozen=True, slots=True)
class Familiarity:
    """How a question compares with the questions that are known.

    `share`, 0–1, is the chance that it is about one of the texts with questions; the next two are nats of log
    probability by which the best of them is above all other documents and above the second best; then come the mean
    cosines of the nearest known questions that the texts answer, and of such as they leave open, and the log odds of the
    two kinds by what lies nearest.
    """

    share: float = 0.0
    above_elsewhere: float = 0.0
    above_second: float = 0.0
    near_answered: float = 0.0
    near_open: float = 0.0
    near_odds: float = 0.0


@dataclass(frozen=True, slots=True)
class AskedIndex:
    """The texts together with the questions people ask about them. `classes[row]` is the text's class, -1 for none."""

    words: SparseIndex
    sounds: SparseIndex
    recogniser: Recogniser
    classes: np.ndarray[tuple[int], np.dtype[np.int64]]

    @classmethod
    def build(cls, texts: Sequence[str], asked: Sequence[Sequence[str]]) -> AskedIndex:
        words, heard = SparseBuilder(), SparseBuilder()
        groups: dict[tuple[str, ...], int] = {}
        classes = []
        for text, questions in zip(texts, asked, strict=True):
            whole = "\n".join((text, *questions))
            words.add(terms(whole))
            heard.add(sounds(whole))
            key = tuple(questions)
            classes.append(groups.setdefault(key, len(groups)) if key else -1)
        recogniser = Recogniser.build(list(groups), background_questions())
        return cls(words.build(), heard.build(), recogniser, np.array(classes))

    def save(self, folder: Path) -> None:
        self.words.save(folder / "asked_words")
        self.sounds.save(folder / "asked_sounds")
        self.recogniser.save(folder / "recogniser.npz")
        np.save(folder / "asked_classes.npy", self.classes)

    @classmethod
    def load(cls, folder: Path) -> AskedIndex:
        try:
            classes = np.load(folder / "asked_classes.npy")
        except (OSError, ValueError) as exc:
            raise IndexUnusableError(f"索引 {folder} 不完整或已损坏；请重新运行 policyqa build。") from exc
        return cls(
            SparseIndex.load(folder / "asked_words"),
            SparseIndex.load(folder / "asked_sounds"),
            Recogniser.load(folder / "recogniser.npz"),
            classes,
        )

    def are_known(self, rows: Sequence[int]) -> bool:
        """Whether every one of these texts has questions, so that a question can be about no other."""
        return bool((self.classes[rows] >= 0).all())

    def familiarity(self, query: str, all_known: bool) -> Familiarity:
        """How familiar a question is; `all_known` where nothing but texts with questions is searched."""
        scores = self.recogniser.scores(query)
        inside = np.sort(scores[:-1])[::-1]
        second = float(inside[0] - inside[1]) if len(inside) > 1 else LOWEST_RECOGNISED
        return Familiarity(1.0 if all_known else self._share(scores), float(inside[0] - scores[-1]), second)

    def recognise(self, query: str, candidates: Sequence[int]) -> tuple[Features, float]:
        """float32 `[n]`, 0–1 for each candidate; and how likely the question is about one of those with questions."""
        scores = self.recogniser.scores(query)
        inside = scores[:-1]
        best = float(inside.max())
        near = np.maximum(inside - best, -LOWEST_RECOGNISED) / LOWEST_RECOGNISED + 1
        own = self.classes[candidates]
        found = np.where(own >= 0, near[np.maximum(own, 0)], 0.0).astype(np.float32)
        return found, 1.0 if (own >= 0).all() else self._share(scores)

    def _share(self, scores: Features) -> float:
        return float(1 / (1 + np.exp(float(scores[-1]) + ELSEWHERE_BELOW - float(scores[:-1].max()))))
