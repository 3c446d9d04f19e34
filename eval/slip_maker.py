"""A true text -> several flawed printings of it: as careful as a setting says, independent or with slips in common.

Slips are random, but the same text, setting and seed give the same printings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

from eval.slip_tables import load_tables
from eval.slips import SHARES, Kind, Origin, Slip, Source, draw_slip, read_source

_TRIES = 200
"""Places tried for one slip of a rare kind, such as a swapped mark or a word repeated near by, before another kind is drawn."""

_LONG: tuple[Kind, ...] = ("line", "eye_skip")
"""Placed first: between many short slips there is no room for them."""

_VULGATE_SHARE = 0.3
"""Tempting places for every slip of a setting: at rate 0.02, six in a thousand characters."""

_ANCESTOR_SHARE = 0.5
"""Of a copy's slips, the share that it has from the ancestor."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How the printings of a document come about.

    `rate` is slips per character of a printing of care 1; `care` multiplies it, one factor a printing. The last `copies`
    printings descend from one ancestor. `temptation` is the probability that a printing makes the commonplace
    substitution at a tempting place, where several make the same without copying; 0 for none.
    """

    name: str
    rate: float
    care: tuple[float, ...]
    copies: int = 0
    temptation: float = 0.0

    @property
    def witnesses(self) -> int:
        return len(self.care)


@dataclass(frozen=True, slots=True)
class Printing:
    """A flawed text and the slips that made it, in the order of the true text."""

    text: str
    slips: tuple[Slip, ...]


def make_witnesses(text: str, setting: Setting, seed: int) -> list[str]:
    """The printings' texts, in random order."""
    return [printing.text for printing in make_printings(text, setting, seed)]


def make_printings(text: str, setting: Setting, seed: int) -> list[Printing]:
    """The printings with their slips. Raises `ValueError` for an empty text."""
    if not text.strip():
        raise ValueError("an empty text has no printings")
    random = Random(f"{setting} {seed} {text}")
    source = read_source(text, load_tables())
    places = round(_VULGATE_SHARE * setting.rate * len(text)) if setting.temptation else 0
    tempting = _draw(source, places, random, (), {"phrase": 1.0}, "vulgate")
    carriers = setting.care[setting.witnesses - setting.copies :] if setting.copies else ()
    inherited = _ANCESTOR_SHARE * setting.rate * sum(carriers) / max(1, len(carriers))
    ancestral = _draw(source, _rounded(inherited * len(text), random), random, tempting, SHARES, "ancestor")
    printings = []
    for index, care in enumerate(setting.care):
        given = [slip for slip in tempting if random.random() < setting.temptation]
        if index >= setting.witnesses - setting.copies:
            given += ancestral
        count = _rounded(setting.rate * care * len(text), random) - len(given)
        printings.append(_print(source, [*given, *_draw(source, count, random, given, SHARES, "own")]))
    random.shuffle(printings)
    return printings


def _draw(
    source: Source, count: int, random: Random, taken: Iterable[Slip], shares: dict[Kind, float], origin: Origin
) -> list[Slip]:
    """`count` slips that neither touch each other nor those that are `taken`; fewer where the text has no room."""
    blocked = bytearray(len(source.text) + 2)
    for slip in taken:
        _block(blocked, slip)
    kinds, weights = list(shares), list(shares.values())
    wanted = random.choices(kinds, weights, k=max(0, count))
    wanted.sort(key=lambda kind: kind not in _LONG)
    slips: list[Slip] = []
    for first in wanted:
        for kind in (first, *random.choices(kinds, weights, k=3)):
            placed = _place(source, kind, random, blocked)
            if placed is not None:
                _block(blocked, placed)
                slips.append(replace(placed, origin=origin))
                break
    return slips


def _place(source: Source, kind: Kind, random: Random, blocked: bytearray) -> Slip | None:
    for _ in range(_TRIES):
        slip = draw_slip(source, kind, random)
        if slip is not None and not any(blocked[slip.start : slip.end + 2]):
            return slip
    return None


def _block(blocked: bytearray, slip: Slip) -> None:
    """Marks the slip's characters and one on either side; index 0 stands before the text."""
    blocked[slip.start : slip.end + 2] = b"\1" * (slip.end + 2 - slip.start)


def _print(source: Source, slips: Sequence[Slip]) -> Printing:
    ordered = sorted(slips, key=lambda slip: slip.start)
    pieces, done = [], 0
    for slip in ordered:
        pieces += [source.text[done : slip.start], slip.reading]
        done = slip.end
    return Printing("".join([*pieces, source.text[done:]]), tuple(ordered))


def _rounded(number: float, random: Random) -> int:
    """Rounds up or down so that the mean is kept: short texts have less than one slip at low rates."""
    return int(number) + (random.random() < number % 1)
