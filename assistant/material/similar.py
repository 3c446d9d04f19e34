"""How alike two phrases are in meaning: what is quite unlike is no plausible wrong answer, what is too alike may be right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from index.embedding import Encoder, load_encoder

SAME = 0.5
"""应急处突, 应对突发事件: cosine .53."""


def likeness(phrases: Sequence[str], others: Sequence[str]) -> list[float]:
    """For each phrase, the greatest cosine with any of the others."""
    if not phrases or not others:
        return [0.0] * len(phrases)
    encoder = _encoder()
    cosines = encoder.encode(list(phrases)) @ encoder.encode(list(others)).T
    return [float(value) for value in np.asarray(cosines).max(axis=1)]


@lru_cache(maxsize=1)
def _encoder() -> Encoder:
    return load_encoder()
