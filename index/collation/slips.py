"""By which slips of a copyist, a typist or an OCR a reading could have come from the truth, and how probable they are.

An edit script is the most probable way to write `reading` where `truth` should stand: characters exchanged (by sound, by
shape), dropped, doubled, added, transposed, a word replaced by a commoner one, a line lost. Probabilities are those of
likelihoods.py; the script is found by dynamic programming over both strings, after what they have in common was cut off.
The idea of a noisy channel with its own costs for each confusion: Kernighan, Church and Gale, COLING 1990; Brill and
Moore, ACL 2000.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.collation.blocks import opcodes
from index.collation.likelihoods import (
    Kind,
    Scored,
    Word,
    deletion,
    insertion,
    rewriting,
    substitution,
    transposition,
    word_for_word,
    words_around,
)
from index.collation.sounds import SAME_BUT_TONE, same_sound

__all__ = ["Edit", "Kind", "describe", "explain", "log_kernel"]

Place = tuple[int, int]
Table = dict[Place, tuple[float, Place, Scored | None]]
Words = list[Word]
Written = tuple[list[tuple[int, Scored]], list[tuple[int, Words]]]

CELLS = 400
"""Product of two lengths up to which the script is the best of all; above, equal blocks are taken as equal first."""
WORD = 4
"""Characters of a word that is exchanged at once."""
TURN = 10
"""Characters of two phrases that changed places."""
FEWER = -4.0
"""Weight of each edit when scripts are compared: a second slip at the same place is a rare thing (about one in fifty).
It is no part of `log_probability`, as how often slips happen is for the estimate of a printing's reliability."""
NEIGHBOURHOOD = 80
"""Characters of context on each side: enough to see a doubled line."""
NAMES: dict[Kind, str] = {
    "shape": "形近",
    "drop": "脱字",
    "line": "脱行",
    "double": "重文",
    "insert": "衍字",
    "transpose": "倒文",
    "phrase": "习见语替换",
    "punctuation": "标点",
    "other": "改写",
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One slip: `truth[a:b]` was written as `reading[c:d]`; natural log of its probability given that a slip happened."""

    kind: Kind
    truth: tuple[int, int]
    reading: tuple[int, int]
    log_probability: float


def explain(truth: str, reading: str, left: str = "", right: str = "") -> tuple[Edit, ...]:
    """The most probable edit script from `truth` to `reading`, in order; what no edit covers is equal in both.

    `left` and `right` are the agreed neighbours: without them no doubling is seen, and no word across the border. Equal
    texts have no edits.

    >>> [edit.kind for edit in explain("的", "的的")], [edit.kind for edit in explain("治理", "冶理")]
    (['double'], ['shape'])
    """
    # One key for all places whose neighbourhood is the same as far as these readings can tell.
    reach = WORD if len(reading) <= len(truth) else max(min(NEIGHBOURHOOD, 4 * len(reading)), len(reading))
    return _script(truth, reading, left[-reach:] if left else "", right[:reach])


def log_kernel(truth: str, reading: str, left: str = "", right: str = "") -> float:
    """log P(reading | truth, as many slips as needed happened here): the edits' sum; 0 for equal texts."""
    return sum(edit.log_probability for edit in explain(truth, reading, left, right))


def describe(truth: str, reading: str, left: str = "", right: str = "") -> str:
    """What happened, for people: 音同, 音近, 形近, 脱字, 脱行, 衍字, 重文, 倒文, 习见语替换, 标点, 改写.

    Several slips at one place are joined by 、; empty for equal texts.

    >>> describe("制定", "制订"), describe("未", "末"), describe("贯彻落实", "落实")
    ('音同', '形近', '脱字')
    """
    names = (_name(edit, truth, reading) for edit in explain(truth, reading, left, right))
    return "、".join(dict.fromkeys(names))


def _name(edit: Edit, truth: str, reading: str) -> str:
    meant, written = truth[slice(*edit.truth)], reading[slice(*edit.reading)]
    if edit.kind == "sound":
        return "音同" if same_sound(meant, written) >= SAME_BUT_TONE else "音近"
    return "衍字" if edit.kind == "line" and not meant else NAMES[edit.kind]


@lru_cache(maxsize=131_072)
def _script(truth: str, reading: str, left: str, right: str) -> tuple[Edit, ...]:
    edits: list[Edit] = []
    for i1, i2, j1, j2 in _regions(truth, reading):
        reach = max(NEIGHBOURHOOD, j2 - j1)
        around = (left + reading[max(0, j1 - reach) : j1])[-reach:], (reading[j2 : j2 + reach] + right)[:reach]
        edits += (
            Edit(edit.kind, _moved(edit.truth, i1), _moved(edit.reading, j1), edit.log_probability)
            for edit in _region(truth[i1:i2], reading[j1:j2], *around)
        )
    return tuple(edits)


def _moved(span: tuple[int, int], by: int) -> tuple[int, int]:
    return span[0] + by, span[1] + by


def _edit(truth: tuple[int, int], reading: tuple[int, int], scored: Scored) -> Edit:
    return Edit(scored[0], truth, reading, scored[1])


def _regions(truth: str, reading: str) -> Iterator[tuple[int, int, int, int]]:
    """Where the two differ: all between the common beginning and end if that is short, else block by block."""
    start = _common(truth, reading)
    end = _common(truth[start:][::-1], reading[start:][::-1])
    i2, j2 = len(truth) - end, len(reading) - end
    if (i2 - start) * (j2 - start) <= CELLS:
        if truth != reading:
            yield start, i2, start, j2
        return
    held: tuple[int, int, int, int] | None = None
    for tag, a, b, c, d in opcodes(truth[start:i2], reading[start:j2]):
        if tag == "equal":
            continue
        region = start + a, start + b, start + c, start + d
        joined = held and (held[0], region[1], held[2], region[3])
        if joined and held and region[0] - held[1] <= 2 and _cells(joined) <= CELLS:
            held = joined  # 建设和发展, 发展和建设: one transposition, not two exchanged words
            continue
        if held:
            yield held
        held = region
    if held:
        yield held


def _cells(region: tuple[int, int, int, int]) -> int:
    return (region[1] - region[0]) * (region[3] - region[2])


def _common(a: str, b: str) -> int:
    """How many characters both begin with."""
    return next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _region(truth: str, reading: str, left: str, right: str) -> tuple[Edit, ...]:
    """The best script of one place; two long texts that have nothing in common are one edit."""
    whole = (0, len(truth)), (0, len(reading))
    if not truth:
        return (_edit(*whole, insertion(reading, left, right)),)
    if not reading:
        return (_edit(*whole, deletion(truth, left)),)
    if len(truth) == len(reading) == 1:  # by far the commonest place
        single, word = substitution(truth, reading), word_for_word(truth, reading, words_around(reading, left, right))
        return (_edit(*whole, word if word and word[1] > single[1] else single),)
    at_once = (_edit(*whole, rewriting(reading)),)
    if len(truth) * len(reading) > CELLS:
        return at_once
    by_character = tuple(_by_character(truth, reading)) if len(truth) == len(reading) else at_once
    sure = max(at_once, by_character, key=_weight)
    return _best(truth, reading, left, right, _weight(sure)) or sure


def _by_character(truth: str, reading: str) -> Iterator[Edit]:
    for k, (meant, written) in enumerate(zip(truth, reading, strict=True)):
        if meant != written:
            yield _edit((k, k + 1), (k, k + 1), substitution(meant, written))


def _weight(edits: tuple[Edit, ...]) -> float:
    return sum(edit.log_probability + FEWER for edit in edits)


def _best(truth: str, reading: str, left: str, right: str, floor: float) -> tuple[Edit, ...]:
    """Dynamic programming over all prefixes: `best[i, j]` is the weight so far, where it came from and its last edit.

    Empty where no script weighs more than `floor`: each edit takes weight away, so what is below it is not followed.
    """
    best: Table = {(0, 0): (0.0, (0, 0), None)}
    written: dict[int, Written] = {}
    for i in range(len(truth) + 1):
        row: list[tuple[int, Scored]] | None = None
        for j in range(len(reading) + 1):
            weight = best[i, j][0] if (i, j) in best else floor
            if weight > floor and truth[i : i + 1] == reading[j : j + 1] != "":
                _keep(best, (i + 1, j + 1), weight, (i, j), None)
            if weight + FEWER <= floor:
                continue
            row = _dropped(truth, left, i) if row is None else row
            if j not in written:
                written[j] = _written(reading, left, right, j)
            added, words = written[j]
            for a, scored in row:
                _keep(best, (a, j), weight + scored[1] + FEWER, (i, j), scored)
            for b, scored in added:
                _keep(best, (i, b), weight + scored[1] + FEWER, (i, j), scored)
            for a, b, scored in _exchanged(truth, reading, i, j, words):
                _keep(best, (a, b), weight + scored[1] + FEWER, (i, j), scored)
    end = (len(truth), len(reading))
    return _script_to(best, end) if end in best and best[end][0] > floor else ()


def _keep(best: Table, place: Place, weight: float, before: Place, scored: Scored | None) -> None:
    if place not in best or weight > best[place][0]:
        best[place] = weight, before, scored


def _script_to(best: Table, place: Place) -> tuple[Edit, ...]:
    found: list[Edit] = []
    while place != (0, 0):
        _, before, scored = best[place]
        if scored:
            found.append(_edit((before[0], place[0]), (before[1], place[1]), scored))
        place = before
    return tuple(reversed(found))


def _dropped(truth: str, left: str, i: int) -> list[tuple[int, Scored]]:
    """Every run that may be dropped from `i` on: its end and how probable that is."""
    return [(a, deletion(truth[i:a], left + truth[:i])) for a in range(i + 1, len(truth) + 1)]


def _written(reading: str, left: str, right: str, j: int) -> Written:
    """Every run that may have been added from `j` on, and the dictionary words that one would make of it."""
    before = left + reading[:j]
    added = [(b, insertion(reading[j:b], before, reading[b:] + right)) for b in range(j + 1, len(reading) + 1)]
    ends = range(j + 1, min(j + WORD, len(reading)) + 1)
    words = [(b, words_around(reading[j:b], before, reading[b:] + right)) for b in ends]
    return added, [(b, found) for b, found in words if found]


def _exchanged(
    truth: str, reading: str, i: int, j: int, words: list[tuple[int, Words]]
) -> Iterator[tuple[int, int, Scored]]:
    """Every exchange that could be the next slip after `truth[:i]` was written as `reading[:j]`: both ends, chance."""
    if i < len(truth) and j < len(reading) and truth[i] != reading[j]:
        yield i + 1, j + 1, substitution(truth[i], reading[j])
    for size in range(2, min(TURN, len(truth) - i, len(reading) - j) + 1):
        if found := transposition(truth[i : i + size], reading[j : j + size]):
            yield i + size, j + size, found
    for b, around in words:
        for a in range(i + 1, min(i + WORD, len(truth)) + 1):
            if truth[i] == reading[j] or truth[a - 1] == reading[b - 1]:
                continue  # what is equal at its borders belongs to the neighbourhood
            if found := word_for_word(truth[i:a], reading[j:b], around):
                yield a, b, found
