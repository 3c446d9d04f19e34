"""The weights of the evidence: learnt where they tell right from wrong, never negative, and shipped for every feature."""

from __future__ import annotations

import numpy as np

from index.ranking import ASKED, PLAIN, load_weights
from index.training.rank import Example, fit


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
    weights = fit([examples(1), examples(2)], ("telling", "noise", "misleading"))
    assert weights["telling"] > 2 * weights["noise"] and weights["misleading"] == 0.0


def test_a_group_counts_the_same_however_large_it_is() -> None:
    once = fit([examples(1), examples(2)], ("a", "b", "c"))
    twice = fit([examples(1) * 3, examples(2)], ("a", "b", "c"))
    assert abs(once["a"] - twice["a"]) < 0.05


def test_the_shipped_weights_fit_the_features() -> None:
    weights = load_weights()
    assert weights.plain.shape == (len(PLAIN),) and weights.asked.shape == (len(ASKED),)
    assert (weights.plain >= 0).all() and weights.plain.sum() > 0 and weights.asked.sum() > 0
