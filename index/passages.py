"""Question -> the sentence of an article that answers it, by the known questions of which that is noted (naive Bayes)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from index.asked import Note
from index.errors import IndexUnusableError
from index.recogniser import Recogniser

FILE, NAMES = "passages.npz", "passages.json"


@dataclass(frozen=True)
class PassageRecogniser:
    """`classes[i]` is (article id, first words of the sentence) of the recogniser's class i."""

    recogniser: Recogniser
    classes: tuple[tuple[str, str], ...]

    @classmethod
    def build(cls, noted: Mapping[str, Mapping[str, Note]]) -> PassageRecogniser:
        """`noted` are the questions of each article, by its id."""
        questions: dict[tuple[str, str], list[str]] = {}
        for article, own in noted.items():
            for question, note in own.items():
                for passage in note.passages:
                    questions.setdefault((article, passage), []).append(question)
        return cls(Recogniser.build(list(questions.values()), []), tuple(questions))

    @cached_property
    def _rows(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, (article, _) in enumerate(self.classes):
            rows.setdefault(article, []).append(row)
        return rows

    def shares(self, question: str, articles: tuple[str, ...]) -> dict[str, dict[str, float]]:
        """Article id -> first words of a sentence -> P(that sentence | question, article); no article without notes."""
        known = [article for article in articles if article in self._rows]
        if not known:
            return {}
        scores = self.recogniser.scores(question)
        found = {}
        for article in known:
            rows = self._rows[article]
            chances = np.exp(scores[rows] - scores[rows].max())
            chances /= chances.sum()
            found[article] = {self.classes[row][1]: float(p) for row, p in zip(rows, chances, strict=True)}
        return found

    def save(self, folder: Path) -> None:
        self.recogniser.save(folder / FILE)
        (folder / NAMES).write_text(json.dumps(self.classes, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> PassageRecogniser:
        """Raises `IndexUnusableError` where a file is missing, damaged, or belongs to another."""
        recogniser = Recogniser.load(folder / FILE)
        try:
            classes = tuple((article, passage) for article, passage in json.loads((folder / NAMES).read_bytes()))
        except (OSError, ValueError, TypeError) as exc:
            raise IndexUnusableError(f"{folder / NAMES}：读不出来，索引已损坏；请重新运行 policyqa build。") from exc
        if len(classes) + 1 != len(recogniser.bias):
            raise IndexUnusableError(f"{folder / NAMES}：与 {FILE} 对不上；请重新运行 policyqa build。")
        return cls(recogniser, classes)
