"""The figures of collation: wrong places of a text against the truth, calibration of confidences, ratios with intervals.

Texts are compared after NFKC with white space removed. A text of n characters has 2n + 1 slots: its gaps (even) and its
characters (odd); a missing character is a wrong gap.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.metrics import BOOTSTRAP_SAMPLES, BOOTSTRAP_SEED
from eval.records import Estimate
from index.collation.blocks import opcodes

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """One row of the reliability table: entries with a confidence in [low, low + 0.1), and how many are right."""

    low: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """`ece`: expected calibration error over 10 bins of equal width (Guo et al. 2017); `brier`: Brier (1950)."""

    entries: int
    accuracy: float | None
    ece: float | None
    brier: float | None
    bins: tuple[Bin, ...]


def normalise_with_offsets(text: str) -> tuple[str, list[int]]:
    """The compared form, and for each character of `text` (and its end) where it begins in it.

    >>> normalise_with_offsets("１ 条")
    ('1条', [0, 1, 1, 2])
    """
    pieces: list[str] = []
    offsets, length = [], 0
    for character in text:
        offsets.append(length)
        piece = "".join(unicodedata.normalize("NFKC", character).split())
        pieces.append(piece)
        length += len(piece)
    return "".join(pieces), [*offsets, length]


def wrong_slots(text: str, truth: str) -> bytearray:
    """For each of the 2n + 1 slots of `text`, 1 where it is not as in `truth`.

    Where 的的 stands for 的, or 的 for 的的, nobody can say which one is wrong: all that may be are marked.

    >>> [slot for slot, wrong in enumerate(wrong_slots("甲的乙丁", "甲的的乙丙")) if wrong]
    [2, 4, 7]
    """
    slots = bytearray(2 * len(text) + 1)
    codes = opcodes(text, truth)
    for index, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag == "equal":
            continue
        before = codes[index - 1][2] - codes[index - 1][1] if index else 0
        after = codes[index + 1][2] - codes[index + 1][1] if index + 1 < len(codes) else 0
        if tag == "insert":
            left, right = _slack(truth, j1, j2, before, after)
            for gap in range(i1 - left, i1 + right + 1):
                slots[2 * gap] = 1
        elif tag == "delete":
            left, right = _slack(text, i1, i2, before, after)
            _mark(slots, i1 - left, i2 + right)
        else:
            _mark(slots, i1, i2)
            if j2 - j1 > i2 - i1:
                slots[2 * i1] = slots[2 * i2] = 1
    return slots


def _mark(slots: bytearray, start: int, end: int) -> None:
    """Marks characters `start` to `end` and the gaps between them, not those at the edges."""
    slots[2 * start + 1 : 2 * end] = b"\1" * (2 * (end - start) - 1)


def _slack(text: str, start: int, end: int, before: int, after: int) -> tuple[int, int]:
    """How far `text[start:end]` can move left and right while the rest of the text stays the same."""
    left = right = 0
    while left < before and text[start - 1 - left] == text[end - 1 - left]:
        left += 1
    while right < after and text[start + right] == text[end + right]:
        right += 1
    return left, right


def is_right(slots: bytearray, start: int, end: int) -> bool:
    """Whether characters `start` to `end` are those of the truth, with nothing missing inside or at their edges."""
    return not any(slots[2 * start : 2 * end + 1])


def calibrate(judged: Sequence[tuple[float, bool]]) -> Calibration:
    """Calibration of (confidence, right) pairs; a confidence of 1 falls into the last bin."""
    if not judged:
        return Calibration(0, None, None, None, ())
    bins, error = [], 0.0
    for index in range(BINS):
        inside = [(c, right) for c, right in judged if min(BINS - 1, int(c * BINS + 1e-9)) == index]
        if inside:
            confidence = sum(c for c, _ in inside) / len(inside)
            accuracy = sum(right for _, right in inside) / len(inside)
            error += abs(confidence - accuracy) * len(inside) / len(judged)
            bins.append(Bin(index / BINS, len(inside), round(confidence, 4), round(accuracy, 4)))
    brier = sum((c - right) ** 2 for c, right in judged) / len(judged)
    right_share = sum(right for _, right in judged) / len(judged)
    return Calibration(len(judged), round(right_share, 4), round(error, 4), round(brier, 4), tuple(bins))


def ratio(above: Sequence[float], below: Sequence[float]) -> Estimate:
    """Sum by sum, one value a document, with the percentile bootstrap 95% interval over documents.

    A character error rate is edits by characters; None where `below` sums to 0.
    """
    a, b = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    if not len(b) or b.sum() == 0:
        return Estimate(None, None, None, len(b))
    chosen = np.random.default_rng(BOOTSTRAP_SEED).integers(0, len(b), (BOOTSTRAP_SAMPLES, len(b)))
    sums = b[chosen].sum(axis=1)
    resampled = a[chosen].sum(axis=1)[sums > 0] / sums[sums > 0]
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Estimate(round(float(a.sum() / b.sum()), 6), round(float(low), 6), round(float(high), 6), len(b))
