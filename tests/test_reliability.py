"""The reliability model against values worked by hand and against witnesses whose rates and copying are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from index.collation.reliability import Cases, Estimate, estimate, log_scores, posterior

SLIP = math.log(0.1)


def cases(readings: list[list[int]], prior: list[list[float]] | None = None, tempting: bool = False) -> Cases:
    """Places where printing w has candidate `readings[p][w]` of two; every slip has probability .1; -1: not covered."""
    table = np.array(readings)
    places, count = table.shape
    wrong = np.stack([(table != c) & (table >= 0) for c in (0, 1)], axis=1).astype(float)
    return Cases(
        slips=wrong * SLIP,
        edits=wrong,
        tempting=np.full((places, 2, count), tempting) & (wrong > 0),
        same=table[:, :, None] == table[:, None, :],
        covered=table >= 0,
        prior=np.array(prior) if prior else np.zeros((places, 2)),
        printings=tuple("ABCDE"[:count]),
        lengths=(1000,) * count,
        fixed_rate=(0.0,) * count,
        bound=np.zeros((count, count)),
    )


def test_scores_of_two_printings_by_hand() -> None:
    known = Estimate({"A": 0.01, "B": 0.02}, {("A", "B"): 0.0, ("B", "A"): 0.0}, 0.0)
    (row,) = log_scores(cases([[0, 1]]), known)
    assert row[0] == pytest.approx(math.log(0.99) + math.log(0.02) + SLIP)
    assert row[1] == pytest.approx(math.log(0.98) + math.log(0.01) + SLIP)
    assert posterior(cases([[0, 1]]), known)[0, 0] == pytest.approx(0.99 * 0.02 / (0.99 * 0.02 + 0.98 * 0.01))


def test_a_copied_slip_counts_little_more_than_once() -> None:
    free = Estimate({"A": 0.01, "B": 0.01, "C": 0.01}, {(a, b): 0.0 for a in "ABC" for b in "ABC"}, 0.0)
    bound = Estimate(free.rates, {**free.shared, ("A", "B"): 0.9, ("B", "A"): 0.9}, 0.0)
    both = cases([[1, 1, 0]])
    assert log_scores(both, free)[0, 0] == pytest.approx(2 * (math.log(0.01) + SLIP) + math.log(0.99))
    expected = math.log(0.01) + SLIP + math.log(0.9 + 0.1 * 0.001) + math.log(0.99)
    assert log_scores(both, bound)[0, 0] == pytest.approx(expected)


def test_a_printing_that_does_not_cover_a_place_says_nothing() -> None:
    known = Estimate({"A": 0.01, "B": 0.01}, {}, 0.0)
    (row,) = log_scores(cases([[0, -1]]), known)
    assert row[0] == pytest.approx(math.log(0.99))


def witnesses(rates: list[float], copies: dict[int, int], seed: int = 3, places: int = 3000) -> list[list[int]]:
    """Truth is candidate 0; a copy has half of its model's slips besides its own."""
    generator = np.random.default_rng(seed)
    table = [(generator.random(places) < rate).astype(int) for rate in rates]
    for copy, model in copies.items():
        table[copy] = table[copy] | (table[model] & (generator.random(places) < 0.5))
    return [row for row in np.array(table).T.tolist() if 0 < sum(row) < len(rates)]


def test_rates_are_found_from_disagreements_alone() -> None:
    found = estimate([cases(witnesses([0.005, 0.02, 0.05, 0.05], {}))])
    assert found.rates["A"] < 0.5 * found.rates["B"] < 0.5 * found.rates["C"]
    assert all(share < 0.1 for share in found.shared.values())


def test_copying_is_found_and_the_majority_loses_its_weight() -> None:
    # usage favours the truth in every place: as it does for misprints
    rows = witnesses([0.01, 0.05, 0.05, 0.05], {2: 1, 3: 1})
    found = estimate([cases(rows, [[2.0, 0.0]] * len(rows))])
    assert min(found.shared["C", "B"], found.shared["D", "B"]) > 0.3 > 5 * found.shared["A", "B"]
    chosen = found.posteriors[0].argmax(axis=1)
    majority = [int(sum(row) > 2) for row in rows]
    assert chosen.sum() < 0.3 * sum(majority)


def test_posteriors_are_probabilities_and_order_does_not_matter() -> None:
    rows = witnesses([0.02, 0.02, 0.02], {})
    found = estimate([cases(rows)])
    assert np.allclose(found.posteriors[0].sum(axis=1), 1)
    turned = estimate([cases([row[::-1] for row in rows])])
    assert np.allclose(found.posteriors[0], turned.posteriors[0], atol=5e-3)


def test_changes_that_several_make_alike_are_told_from_single_ones() -> None:
    generator = np.random.default_rng(4)
    rows = [row for row in (generator.random((400, 4)) < 0.35).astype(int).tolist() if 0 < sum(row) < 4]
    often = estimate([cases(rows, [[6.0, 0.0]] * len(rows), tempting=True)])
    alone = [[int(w == p % 4) for w in range(4)] for p in range(300)]
    seldom = estimate([cases(alone, [[6.0, 0.0]] * len(alone), tempting=True)])
    assert often.tempted > 0.15 > 0.05 > seldom.tempted


def test_no_places() -> None:
    empty = cases([[0, 1]])
    none = Cases(**{**{f: getattr(empty, f) for f in Cases.__slots__}, "slips": np.zeros((0, 0, 2)), "edits": np.zeros((0, 0, 2)), "tempting": np.zeros((0, 0, 2), bool), "same": np.zeros((0, 2, 2), bool), "covered": np.zeros((0, 2), bool), "prior": np.zeros((0, 0))})  # fmt: skip
    found = estimate([none])
    assert set(found.rates) == {"A", "B"} and not found.posteriors[0].size
