"""The weights of the evidence: learnt where they tell right from wrong, never nothing, and shipped for every feature."""

from __future__ import annotations

import numpy as np
import pytest

from index.ranking import ASKED, PLAIN, load_weights
from index.training.rank import LEAST, Example, fit


def examples(seed: int) -> list[Example]:
    """The first feature tells the right one of five, the second is noise, the third speaks for the wrong ones."""
    chance = np.random.default_rng(seed)
    made = []
    for _ in range(60):
        right = np.arange(5) == chance.integers(5)
        features = chance.random((5, 3)).astype(np.float32) * 0.5
        features[:, 0] += 0.4 * right
        features[:, 2] += 0.4 * ~right
        made.append(Example(features, right))
    return made


def test_what_tells_right_from_wrong_weighs_most() -> None:
    weights = fit(examples(1) + examples(2), ("telling", "noise", "misleading"))
    assert weights["telling"] > 2 * weights["noise"] and weights["misleading"] == pytest.approx(LEAST)


def test_the_shipped_weights_fit_the_features() -> None:
    weights = load_weights()
    assert weights.plain.shape == (len(PLAIN),) and weights.asked.shape == (len(ASKED),)
    assert (weights.plain >= LEAST).all() and (weights.asked >= LEAST).all()
