"""Equal stretches of two texts joined over small differences: how far two texts run side by side.

Texts are letters only (seeds.py); a stretch grows from a seed that both have, and a passage ends where the texts part.
"""

from __future__ import annotations

from index.collation.seeds import SEED

Run = tuple[int, int, int]
"""Equal letters: where they start in this text and in the other one, and how many they are."""
_WIDEST_GAP = 16  # letters between two equal stretches of one passage
_SLIP = 4  # letters that may differ before the end of a passage, if as many equal ones follow
_OPEN = 24  # passages still open that the next equal stretch may continue
_BEFORE = 400  # letters before the first equal stretch of a passage that are looked at
_FAR = 64  # letters before the first seed of a stretch: those that a window or a set phrase left out


def join_runs(text: str, other: str, hits: list[tuple[int, int]]) -> list[list[Run]]:
    """Equal stretches joined over small differences into passages that are not parts of one another."""
    chains: list[list[Run]] = []
    for run in _runs(text, other, hits):
        for chain in reversed(chains[-_OPEN:]):
            joined = _continue(chain[-1], run)
            if joined is not None:
                if joined[2] > 0:
                    chain.append(joined)
                break
        else:
            chains.append([run])
    grown = [_grow(text, other, chain) for chain in chains]
    kept: list[list[Run]] = []
    reached = -1
    for chain in sorted(grown, key=lambda c: (c[0][0], -c[-1][0] - c[-1][2])):
        end = chain[-1][0] + chain[-1][2]
        if end > reached:  # else a rival for words that a longer passage has
            kept.append(chain)
            reached = end
    return kept


def _runs(text: str, other: str, hits: list[tuple[int, int]]) -> list[Run]:
    """The longest equal stretches around the seeds."""
    covered: dict[int, int] = {}
    runs: list[Run] = []
    for i, j in sorted(hits):
        if covered.get(j - i, -1) > i or text[i : i + SEED] != other[j : j + SEED]:
            continue
        start = i - _common(text[max(0, i - _FAR) : i][::-1], other[max(0, j - _FAR) : j][::-1])
        end = i + _common(text, other, i, j)
        covered[j - i] = end
        runs.append((start, start + j - i, end - start))
    return sorted(runs)


def _common(one: str, other: str, i: int = 0, j: int = 0) -> int:
    """How many characters are equal from two places on, found by steps that grow and shrink."""
    count, step, most = 0, 8, min(len(one) - i, len(other) - j)
    while count < most and step:
        if one[i + count : i + count + step] == other[j + count : j + count + step]:
            count, step = min(count + step, most), step * 2
        else:
            step = step // 4 if step > 4 else step // 2
    return count


def _continue(last: Run, run: Run) -> Run | None:
    """What a stretch adds to a passage that ends with `last` (length 0: nothing); None if it does not belong to it."""
    gap, other_gap = run[0] - last[0] - last[2], run[1] - last[1] - last[2]
    overlap = max(0, -min(gap, other_gap))
    if overlap >= run[2]:
        return (run[0], run[1], 0) if run[0] >= last[0] and run[1] >= last[1] and max(gap, other_gap) < 0 else None
    if run[0] < last[0] or run[1] < last[1] or max(gap, other_gap) > min(_WIDEST_GAP, last[2] + _SLIP, run[2] + _SLIP):
        return None
    return run[0] + overlap, run[1] + overlap, run[2] - overlap


def _grow(text: str, other: str, chain: list[Run]) -> list[Run]:
    """A passage with what follows and precedes it behind a slip of a few letters."""
    chain = list(chain)
    while step := _step(text, other, chain[-1][0] + chain[-1][2], chain[-1][1] + chain[-1][2]):
        chain.append(step)
    start, other_start, _ = chain[0]
    before, other_before = (
        text[max(0, start - _BEFORE) : start][::-1],
        other[max(0, other_start - _BEFORE) : other_start][::-1],
    )
    at = other_at = 0
    while step := _step(before, other_before, at, other_at):
        at, other_at = step[0] + step[2], step[1] + step[2]
        chain.insert(0, (start - at, other_start - other_at, step[2]))
    return chain


def _step(text: str, other: str, i: int, j: int) -> Run | None:
    """The equal stretch of at least `_SLIP` letters behind the smallest slip from two places on."""
    for size in range(2 * _SLIP + 1):
        for skipped in range(max(0, size - _SLIP), min(_SLIP, size) + 1):
            x, y = i + skipped, j + size - skipped
            if len(text) - x >= _SLIP and text[x : x + _SLIP] == other[y : y + _SLIP]:
                return x, y, _common(text, other, x, y)
    return None
