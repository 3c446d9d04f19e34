"""Character ids -> a pruned back-off model: modified Kneser–Ney estimates of orders 1 to n, in the arrays `usage.py` reads.

Estimates: Chen & Goodman 1999, "An empirical study of smoothing techniques for language modeling", section 3 (interpolated
modified Kneser–Ney). Pruning: Seymore & Rosenfeld 1996 (weighted difference): an n-gram goes where its count times what
its own probability gains over the back-off is least. Kept n-grams are closed under prefixes and suffixes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.collation.usage import BREAK, ROW

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]
Packed = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Level:
    """The distinct n-grams of one order, sorted by (prefix, last character).

    `prefix` and `suffix` are rows of the level below (its n-1 first and n-1 last characters); `count` is how often the
    n-gram stands in the text.
    """

    prefix: Ids
    suffix: Ids
    last: Ids
    count: Ids


@dataclass(frozen=True, slots=True)
class Estimate:
    """Per n-gram of one order: log probability, and log of the mass that its prefix leaves to the level below."""

    log_probability: Floats
    log_rest: Floats


def count_levels(ids: Ids, order: int) -> list[Level]:
    """Counts the n-grams of orders 1 to `order`; none reaches over a break, though it may begin or end with one."""
    levels: list[Level] = []
    below = np.zeros(len(ids), np.int64)
    for n in range(1, order + 1):
        prefix = np.zeros(len(ids), np.int64) if n == 1 else np.concatenate(([-1], below[:-1]))
        if n > 2:
            prefix[1:][ids[:-1] == BREAK] = -1
        at = np.flatnonzero(prefix >= 0)
        keys, first, inverse, count = np.unique(
            prefix[at] * ROW + ids[at], return_index=True, return_inverse=True, return_counts=True
        )
        suffix = below[at[first]]
        levels.append(Level(keys // ROW, suffix, keys % ROW, count))
        below = np.full(len(ids), -1, np.int64)
        below[at] = inverse
    return levels


def estimate(levels: list[Level], characters: int) -> list[Estimate]:
    """Interpolated modified Kneser–Ney over `characters` known ids; lower orders count distinct left neighbours."""
    estimates: list[Estimate] = []
    below = np.full(1, 1 / characters)
    for n, level in enumerate(levels):
        count = level.count if n + 1 == len(levels) else _neighbours(level, levels[n + 1], levels[0])
        discount = _discounts(count)[np.minimum(count, 3)]
        total = np.bincount(level.prefix, count, len(below))[level.prefix]
        rest = (np.bincount(level.prefix, discount, len(below))[level.prefix]) / total
        shorter = below[level.suffix] if n else np.full(len(count), below[0])
        probability = (count - discount) / total + rest * shorter
        estimates.append(Estimate(np.log(probability), np.log(rest)))
        below = probability
    return estimates


def prune(levels: list[Level], estimates: list[Estimate], size: int, fewest: int = 2) -> list[NDArray[np.bool_]]:
    """Which n-grams stay: at most about `size`, from order 3 on only those that stand at least `fewest` times."""
    gains = [_gain(levels[n], estimates[n], estimates[n - 1], fewest if n > 1 else 1) for n in range(1, len(levels))]
    low, high = 0.0, float(max((gain.max(initial=0.0) for gain in gains), default=0.0))
    kept = _closed(levels, gains, low)
    if sum(int(k.sum()) for k in kept) <= size:
        return kept
    for _ in range(16):
        middle = (low + high) / 2 if low else high / 64
        kept = _closed(levels, gains, middle)
        low, high = (middle, high) if sum(int(k.sum()) for k in kept) > size else (low, middle)
        if low and high / low < 1.01:
            break
    return _closed(levels, gains, high)


def pack(levels: list[Level], estimates: list[Estimate], kept: list[NDArray[np.bool_]]) -> list[Packed]:
    """Per order, for the kept n-grams: `last`, `fanout` (how many continue each one below), `probability`, `rest`.

    `rest` is the log of what the kept continuations of an n-gram leave, over what they leave in the level below.
    """
    packed: list[Packed] = []
    for n, (level, values, keep) in enumerate(zip(levels, estimates, kept, strict=True)):
        packed.append({"last": level.last[keep], "probability": values.log_probability[keep]})
        if n == 0:
            continue
        size, prefix = len(kept[n - 1]), level.prefix[keep]
        used = np.bincount(prefix, np.exp(values.log_probability[keep]), size)
        below = np.bincount(prefix, np.exp(estimates[n - 1].log_probability[level.suffix[keep]]), size)
        rest = np.log(np.maximum(1 - used, 1e-6) / np.maximum(1 - below, 1e-6))
        packed[n - 1]["fanout"] = np.bincount(prefix, minlength=size)[kept[n - 1]]
        packed[n - 1]["rest"] = rest[kept[n - 1]]
    return packed


def _neighbours(level: Level, longer: Level, single: Level) -> Ids:
    """How many different characters stand left of each n-gram; its plain count where it begins a line."""
    count = np.bincount(longer.suffix, minlength=len(level.count))
    return np.where(count > 0, count, level.count)


def _discounts(count: Ids) -> Floats:
    """Discounts of counts 0, 1, 2, 3 and more: equation 17 of Chen & Goodman 1999; .5 where a count never occurs."""
    n1, n2, n3, n4 = (float(np.sum(count == k)) for k in (1, 2, 3, 4))
    if not (n1 and n2 and n3 and n4):
        return np.array([0.0, 0.5, 0.5, 0.5])
    y = n1 / (n1 + 2 * n2)
    return np.clip([0.0, 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3], 0.0, [0, 0.95, 1.9, 2.9])


def _gain(level: Level, values: Estimate, below: Estimate, fewest: int) -> Floats:
    """count · (log P(w|h) - log of the backed-off P(w|h)); -1 for n-grams that are too rare."""
    gain = level.count * (values.log_probability - values.log_rest - below.log_probability[level.suffix])
    return np.where(level.count >= fewest, gain, -1.0)


def _closed(levels: list[Level], gains: list[Floats], threshold: float) -> list[NDArray[np.bool_]]:
    kept = [np.ones(len(levels[0].count), np.bool_)] + [gain > threshold for gain in gains]
    for n in range(len(levels) - 1, 1, -1):
        kept[n - 1][levels[n].prefix[kept[n]]] = True
        kept[n - 1][levels[n].suffix[kept[n]]] = True
    return kept
