"""What speaks for a text, as numbers, and their weights (`models/ranking.json`, fitted by `python -m index.training.rank`).

Each number of a question lies between 0 and 1 over the candidates: keyword scores and cosines are divided by the best,
so that a weight means the same in a small library and in a large one (Bruch, Gai, Ingber: An Analysis of Fusion
Functions for Hybrid Retrieval, ACM TOIS 2023).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]

PLAIN = ("words", "lay", "sounds", "text", "sentence")
"""Keywords of the text, policy words for lay words, sounds, cosine of the text and of its nearest sentence."""
ASKED = ("asked_words", "asked_sounds", "recognised", *PLAIN)
"""Keywords and sounds of the text with its questions, log probability of its questions' words, then as above."""

WEIGHTS_FILE = Path(__file__).parent / "models" / "ranking.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """One weight a feature, in the order of `PLAIN` and `ASKED`."""

    plain: Features
    asked: Features


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    content = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return Weights(*(_vector(content[name], features) for name, features in (("plain", PLAIN), ("asked", ASKED))))


def stretch(scores: Features) -> Features:
    """Divides by the best; negative scores become 0.

    >>> stretch(np.array([2.0, 1.0, -1.0], dtype=np.float32)).tolist()
    [1.0, 0.5, 0.0]
    """
    best = float(scores.max(initial=0.0))
    return np.asarray(np.maximum(scores, 0) / best if best > 0 else np.zeros_like(scores), dtype=np.float32)


def _vector(weights: dict[str, float], names: tuple[str, ...]) -> Features:
    return np.array([weights[name] for name in names], dtype=np.float32)
