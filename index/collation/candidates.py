"""Which printings are worth comparing: those that share rare runs of letters, found without comparing all with all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.collation.differences import hash_runs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RUN = 8  # letters; with one slip in ten letters, four runs in ten stay whole
_SAMPLE = 500  # hashes kept of a text, about; all of a news item, one in 2^n of a law
_CROWD = 24  # texts that have a run in common; where it is boilerplate, only neighbours in the list are paired
_FEWEST = 3  # sampled runs that two texts must share


def pair_candidates(texts: Sequence[str], threshold: float) -> dict[tuple[int, int], float]:
    """Pairs of indexes `(i, j)`, i < j, with the estimated share of the shorter text's 8-letter runs that the other has.

    Runs are sampled by their hash (all that end in n zero bits, n by the length of the text: Broder 1997's sketches
    modulo m), so that the samples of two texts are comparable at the coarser n. Linear in the letters of all texts.
    """
    import numpy as np

    samples, levels = _sample(texts)
    if not samples:
        return {}
    owners = np.repeat(np.arange(len(texts)), [len(s) for s in samples])
    hashes = np.concatenate(samples)
    order = np.lexsort((owners, hashes))
    hashes, owners = hashes[order], owners[order]
    coarse = np.array(levels, dtype=np.uint64)
    firsts, seconds = _pairs(hashes, owners, coarse)
    codes, counts = np.unique(firsts * len(texts) + seconds, return_counts=True)
    ones, twos = np.divmod(codes, len(texts))
    lengths = np.array([len(s) for s in samples])
    level = np.maximum(coarse[ones], coarse[twos]).astype(np.int64)
    sizes = [np.maximum(1, lengths[ends] >> (level - coarse[ends].astype(np.int64))) for ends in (ones, twos)]
    size = np.minimum(*sizes)
    kept = np.flatnonzero((counts >= np.minimum(_FEWEST, size)) & (counts >= threshold * size))
    return {(int(ones[k]), int(twos[k])): float(counts[k] / size[k]) for k in kept}


def _sample(texts: Sequence[str]) -> tuple[list[NDArray[np.uint64]], list[int]]:
    """The sampled hashes of each text, each once, and how many zero bits they end in."""
    import numpy as np

    samples, levels = [], []
    for text in texts:
        level = max(0, (len(text) // _SAMPLE).bit_length() - 1)
        hashes = hash_runs(text, _RUN)
        samples.append(np.unique(hashes[hashes & np.uint64((1 << level) - 1) == 0]))
        levels.append(level)
    return samples, levels


def _pairs(
    hashes: NDArray[np.uint64], owners: NDArray[np.int64], levels: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All pairs of texts that share a hash, once for each hash; of a crowd only those at most two places apart."""
    import numpy as np

    firsts, seconds = [], []
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]])
    crowd = np.repeat(np.diff(np.r_[starts, len(hashes)]), np.diff(np.r_[starts, len(hashes)]))
    for distance in range(1, _CROWD):
        here = np.flatnonzero(hashes[distance:] == hashes[:-distance])
        if distance > 2:
            here = here[crowd[here] <= _CROWD]
        if not len(here):
            continue
        one, two = owners[here], owners[here + distance]
        level = np.maximum(levels[one], levels[two])
        fine = hashes[here] & ((np.uint64(1) << level) - np.uint64(1)) == 0
        firsts.append(one[fine])
        seconds.append(two[fine])
    if not firsts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate(firsts), np.concatenate(seconds)
