"""Whether a question sounds like those that the texts answer or like those that they leave open.

A logistic regression over the question's words, pairs, first and last two characters (tf-idf, unit length), trained on
the questions people ask (`index/corpus/questions`, `index/training/questions` and its `statutes`) against questions that come near to an
article and that it does not answer (`index/corpus/left_open`). `known` is for documents whose articles have questions of
their own, `general` for any other. `python -m assistant.train_left_open` makes `models/left_open.npz`.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import SettingsError
from index.tokens import searched_form, terms

MODEL_FILE = Path(__file__).parent / "models" / "left_open.npz"
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Odds:
    """Natural log odds that a question is answered, judged by its words alone."""

    known: float
    general: float


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """`weights` float32 `[2, n]` and `bias` `[2]`: `known`, then `general`; `rarity` `[n]` is each feature's idf."""

    vocabulary: dict[str, int]
    rarity: Floats
    weights: Floats
    bias: Floats

    def odds(self, question: str) -> Odds:
        counts = Counter(row for f in question_features(question) if (row := self.vocabulary.get(f)) is not None)
        rows = list(counts)
        values = np.array([1 + log(counts[row]) for row in rows], dtype=np.float32) * self.rarity[rows]
        length = float(np.linalg.norm(values)) or 1.0
        known, general = (self.weights[:, rows] @ values / length + self.bias).tolist()
        return Odds(known, general)

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            path,
            vocabulary=np.array("\n".join(self.vocabulary)),
            rarity=self.rarity.astype(np.float16),
            weights=self.weights.astype(np.float16),
            bias=self.bias,
        )

    @classmethod
    def load(cls, path: Path = MODEL_FILE) -> LeftOpen:
        """Raises `SettingsError` where the file is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as saved:
                names = str(saved["vocabulary"]).split("\n")
                arrays = {name: np.asarray(saved[name], dtype=np.float32) for name in ("rarity", "weights", "bias")}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as exc:
            raise SettingsError(f"{path} 缺失或已损坏；请重新安装 policyqa。") from exc
        return cls({name: row for row, name in enumerate(names)}, **arrays)


@lru_cache(maxsize=1)
def load_left_open() -> LeftOpen:
    """The shipped model, read once."""
    return LeftOpen.load()


def question_features(question: str) -> Sequence[str]:
    """The terms of a question, and how it begins and ends: 谁…, …多少钱.

    >>> question_features("谁来管")[-2:]
    ['^谁来', '$来管']
    """
    plain = searched_form(question).strip("？?。！!…~～ ")
    return [*terms(plain), f"^{plain[:2]}", f"${plain[-2:]}"]
