"""How far each printing can be trusted, and what the document says, estimated together from all places.

A truth-discovery model in the manner of ACCU and ACCUCOPY: X. L. Dong, L. Berti-Équille, D. Srivastava, "Integrating
Conflicting Data: The Role of Source Dependence", PVLDB 2(1), 2009; the estimation by expectation-maximisation goes back
to A. P. Dawid, A. M. Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm", Applied
Statistics 28(1), 1979. Each printing slips at its own rate; what a slip makes of a reading is not uniform but has the
probability of that kind of slip (`index.collation.slips`); printings repeat a part of each other's slips, so that their
agreement in a wrong reading counts little more than once (in textual criticism: common errors show common descent).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ROUNDS = 12
_SETTLED = 1e-3  # greatest change of a posterior at which the rounds end early
_PRIOR_SLIPS, _PRIOR_LENGTH = 2.0, 125.0  # a printing of which little is known slips 8 times in a thousand characters
_LOWEST, _HIGHEST = 2e-4, 0.2
_PRIOR_SHARED, _PRIOR_OWN = 0.5, 14.5  # before any evidence a twentieth of the slips is shared with any other printing
_PRIOR_TEMPTED, _PRIOR_STEADY = 1.0, 19.0
"""Before any evidence one in twenty printings makes a change that another one made and that several make alike."""


@dataclass(frozen=True, slots=True)
class Cases:
    """The places of one document as numbers: P places, at most C candidates, W printings (and quotations).

    `slips[p, c, w]` is log P(what w has | candidate c, given the slips), 0 where w has the candidate; `edits[p, c, w]`
    how many slips that takes; `tempting[p, c, w]` whether it is a change that several make alike; `same[p, v, w]` whether v and w have the same; `covered[p, w]` whether w has the place;
    `prior[p, c]` log P(c), -inf where a place has fewer candidates. `printings[w]` is the key of its reliability, `""`
    where the rate is given in `fixed_rate[w]`, and `lengths[w]` how many characters of it were compared.
    `bound[v, w]` is a share of slips known beforehand (the same page sets a quotation and the quoted text).
    """

    slips: Floats
    edits: Floats
    tempting: NDArray[np.bool_]
    same: NDArray[np.bool_]
    covered: NDArray[np.bool_]
    prior: Floats
    printings: tuple[str, ...]
    lengths: tuple[int, ...]
    fixed_rate: tuple[float, ...]
    bound: Floats


@dataclass(frozen=True, slots=True)
class Estimate:
    """`rates[siglum]` is the share of characters that slip; `shared[(w, v)]` the share of v's slips that w repeats.

    `tempted` is P(a printing makes a change that several make alike | another made it). `posteriors[d][p, c]` is the probability of candidate c at place p of document d.
    """

    rates: dict[str, float]
    shared: dict[tuple[str, str], float]
    tempted: float = _PRIOR_TEMPTED / (_PRIOR_TEMPTED + _PRIOR_STEADY)
    posteriors: tuple[Floats, ...] = field(default=(), repr=False)


def estimate(cases: Sequence[Cases]) -> Estimate:
    """Rates, shared slips and posteriors that fit each other, over all documents that the printings have in common."""
    sigla = sorted({s for case in cases for s in case.printings if s})
    found = Estimate(dict.fromkeys(sigla, _PRIOR_SLIPS / _PRIOR_LENGTH), {})
    posteriors = [posterior(case, found) for case in cases]
    for _ in range(_ROUNDS):
        rates = _estimate_rates(cases, posteriors, sigla)
        shared = _estimate_shared(cases, posteriors, replace(found, rates=rates))
        found = Estimate(rates, shared, _estimate_tempted(cases, posteriors))
        renewed = [posterior(case, found) for case in cases]
        pairs = zip(posteriors, renewed, strict=True)
        change = max((float(np.abs(a - b).max()) for a, b in pairs if a.size), default=0.0)
        posteriors = renewed
        if change < _SETTLED:
            break
    return replace(found, posteriors=tuple(posteriors))


def posterior(case: Cases, known: Estimate) -> Floats:
    """float64 `[P, C]`: the probability of each candidate, rows summing to 1."""
    if not case.prior.size:
        return case.prior.copy()
    scores = log_scores(case, known)
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True))


def log_scores(case: Cases, known: Estimate) -> Floats:
    """float64 `[P, C]`: log prior plus log probability of all that the printings have, given the candidate."""
    count = len(case.printings)
    rate = np.array([_rate(case, w, known.rates) for w in range(count)])
    order = sorted(range(count), key=lambda w: (rate[w], w))
    total = case.prior.copy()
    wrong = case.edits > 0
    for position, w in enumerate(order):
        own = np.where(wrong[:, :, w], case.edits[:, :, w] * np.log(rate[w]) + case.slips[:, :, w], np.log1p(-rate[w]))
        repeated = np.zeros_like(own)
        spared = np.zeros_like(own)
        for v in order[:position]:
            part = _shared(case, w, v, known.shared)
            both = case.covered[:, [v]] & wrong[:, :, v]
            alike = both & case.same[:, v, w][:, None]
            likely = np.where(case.tempting[:, :, v], max(part, known.tempted), part)
            repeated = np.maximum(repeated, np.where(alike, likely, 0.0))
            spared = np.maximum(spared, np.where(both & ~wrong[:, :, w], part, 0.0))
        own = np.logaddexp(np.log(np.maximum(repeated, 1e-300)), np.log1p(-repeated) + own) + np.log1p(-spared)
        total += np.where(case.covered[:, [w]], own, 0.0)
    return total


def _rate(case: Cases, w: int, rates: Mapping[str, float]) -> float:
    return rates[case.printings[w]] if case.printings[w] else case.fixed_rate[w]


def _shared(case: Cases, w: int, v: int, shared: Mapping[tuple[str, str], float]) -> float:
    known = float(case.bound[v, w])
    if known or not (case.printings[w] and case.printings[v]):
        return known
    return shared.get((case.printings[w], case.printings[v]), _PRIOR_SHARED / (_PRIOR_SHARED + _PRIOR_OWN))


def _estimate_rates(cases: Sequence[Cases], posteriors: Sequence[Floats], sigla: Sequence[str]) -> dict[str, float]:
    slips = dict.fromkeys(sigla, _PRIOR_SLIPS)
    lengths = dict.fromkeys(sigla, _PRIOR_LENGTH)
    for case, chances in zip(cases, posteriors, strict=True):
        for w, siglum in enumerate(case.printings):
            if siglum:
                expected = (chances * case.edits[:, :, w]).sum(axis=1)
                slips[siglum] += float(expected[case.covered[:, w]].sum())
                lengths[siglum] += case.lengths[w]
    return {s: float(np.clip(slips[s] / lengths[s], _LOWEST, _HIGHEST)) for s in sigla}


def _estimate_shared(
    cases: Sequence[Cases],
    posteriors: Sequence[Floats],
    before: Estimate,
) -> dict[tuple[str, str], float]:
    """The share of v's slips that w repeats because they depend on each other, chance coincidences taken off."""
    repeated: dict[tuple[str, str], float] = {}
    possible: dict[tuple[str, str], float] = {}
    for case, chances in zip(cases, posteriors, strict=True):
        for w, one in enumerate(case.printings):
            for v, other in enumerate(case.printings):
                if w == v or not one or not other:
                    continue
                both = (case.covered[:, w] & case.covered[:, v])[:, None]
                wrong = chances * (both & (case.edits[:, :, v] > 0))
                part = _shared(case, w, v, before.shared)
                chance = np.exp(np.minimum(0.0, case.edits[:, :, w] * np.log(before.rates[one]) + case.slips[:, :, w]))
                chance = np.where(case.tempting[:, :, v], np.maximum(chance, before.tempted), chance)
                descended = part / (part + (1 - part) * chance)
                alike = case.same[:, v, w][:, None]
                key = (one, other)
                repeated[key] = repeated.get(key, 0.0) + float((wrong * alike * descended).sum())
                possible[key] = possible.get(key, 0.0) + float(wrong.sum())
    total = _PRIOR_SHARED + _PRIOR_OWN
    return {key: min(0.95, (repeated[key] + _PRIOR_SHARED) / (possible[key] + total)) for key in repeated}


def _estimate_tempted(cases: Sequence[Cases], posteriors: Sequence[Floats]) -> float:
    """Of the printings beside one that made a tempting change how many made it, too; every place counts once."""
    repeated, possible = _PRIOR_TEMPTED, _PRIOR_TEMPTED + _PRIOR_STEADY
    for case, chances in zip(cases, posteriors, strict=True):
        own = np.array([bool(siglum) for siglum in case.printings])
        covered = case.covered & own
        made = case.tempting & covered[:, None, :]
        number = made.sum(axis=2)
        alike = np.einsum("pcw,pvw->pcv", made.astype(int), (case.same & covered[:, :, None]).astype(int)).max(
            axis=2, initial=0
        )
        others = np.maximum(covered.sum(axis=1) - 1, 1)[:, None]
        repeated += float((chances * np.maximum(np.minimum(alike, number) - 1, 0) / others).sum())
        possible += float((chances * (number > 0)).sum())
    return repeated / possible
