"""`python -m index.collation.measure_usage --data ../shared/data`: how often the usage model prefers what stood there.

Slips are made at random places of held-out documents: a like-sounding, a like-looking character, one dropped, one doubled, a
word replaced by a commoner one. The figures go into the model's card.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from index.collation.commonness import character_count, word_count
from index.collation.shapes import look_alikes
from index.collation.sounds import SAME_BUT_TONE, sounding_like
from index.collation.train_usage import Text, read_papers
from index.collation.usage import DEFAULT_FOLDER, AdaptedUsage, Floats, LocalUsage, UsageModel, mixture

Score = Callable[[Sequence[str], Sequence[str], Sequence[str]], np.ndarray]

_EVERY = 150  # characters of a document for each place of a kind
_CORRECTIONS = np.arange(-2, 8.01, 0.25)


@dataclass(frozen=True, slots=True)
class Slip:
    """`truth` stands at `line[at:]`; the slip wrote `reading`."""

    kind: str
    line: int
    at: int
    truth: str
    reading: str


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m index.collation.measure_usage", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training data (shared/data)")
    parser.add_argument("--model", type=Path, default=DEFAULT_FOLDER)
    given = parser.parse_args(arguments)
    model = UsageModel.load(given.model)
    figures = {}
    for name, texts in zip(("laws", "policy papers"), read_papers(given.data, held_out=True), strict=True):
        figures[name] = measure(model, texts)
        print(name, json.dumps(figures[name], indent=1))
    path = given.model / "card.json"
    card = json.loads(path.read_text(encoding="utf-8")) | {"prefers_the_truth": figures}
    path.write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
    return 0


def measure(model: UsageModel, texts: Sequence[Text]) -> dict[str, dict[str, float]]:
    """Per kind of slip: places, and the share of them where the truth scores higher; general and adapted model.

    `length` is what to add to a log probability for each character, so that dropped and doubled ones, of equal weight, are
    told best: the truth is the longer one there and the shorter one here.
    """
    margins: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for text, slips in slips_of(texts):
        for name, scorer in (("general", model), ("adapted", adapted(model, text, slips))):
            for slip, margin in zip(slips, preference(scorer.score, text, slips), strict=True):
                margins[name][slip.kind].append(float(margin))
    figures: dict[str, dict[str, float]] = defaultdict(dict)
    for name, kinds in margins.items():
        for kind, values in kinds.items():
            figures[kind] |= {"places": len(values), name: round(_share(np.array(values)), 4)}
        best, share = _length(np.array(kinds["dropped"]), np.array(kinds["doubled"]))
        figures["length"] |= {f"{name} correction": best, f"{name} dropped and doubled": round(share, 4)}
    return dict(figures)


def slips_of(texts: Sequence[Text], seed: int = 3) -> Iterator[tuple[Text, list[Slip]]]:
    """Each text with its slips, some characters apart from one another."""
    for number, text in enumerate(texts):
        drawn = random.Random(f"{seed} {number}")
        places = [(i, at) for i, line in enumerate(text) for at in range(len(line)) if _is_han(line[at])]
        drawn.shuffle(places)
        slips: list[Slip] = []
        for kind, make in SLIPS.items():
            found = (_slip(kind, make, text, places.pop(), drawn) for _ in range(len(places)))
            wanted = max(1, sum(map(len, text)) // _EVERY)
            slips += [slip for slip, _ in zip((s for s in found if s), range(wanted), strict=False)]
        yield text, slips


def preference(score: Score, text: Text, slips: Sequence[Slip]) -> Floats:
    """Log probability of the truth less that of the reading, at each place."""
    left = [text[slip.line][: slip.at] for slip in slips]
    right = [text[slip.line][slip.at + len(slip.truth) :] + "\n" for slip in slips]
    own = score(left, [slip.truth for slip in slips], right)
    return np.asarray(own - score(left, [slip.reading for slip in slips], right), np.float64)


def adapted(model: UsageModel, text: Text, slips: Sequence[Slip]) -> AdaptedUsage:
    """The model with the usage of `text` but for the places of the slips."""
    cuts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for slip in slips:
        cuts[slip.line].append((slip.at, slip.at + len(slip.truth)))
    pieces: list[str] = []
    for number, line in enumerate(text):
        start = 0
        for a, b in sorted(cuts[number]):
            pieces.append(line[start : max(a, start)])
            start = max(b, start)
        pieces.append(line[start:])
    return mixture(model, LocalUsage(pieces))


def _slip(kind: str, make: Maker, text: Text, place: tuple[int, int], drawn: random.Random) -> Slip | None:
    line, at = place
    made = make(text[line], at, drawn)
    return Slip(kind, line, at, *made) if made else None


def _sound(line: str, at: int, drawn: random.Random) -> tuple[str, str] | None:
    weights = {c: character_count(c) for c, likeness in sounding_like(line[at]) if likeness >= SAME_BUT_TONE}
    return _replaced(line[at], weights, drawn)


def _shape(line: str, at: int, drawn: random.Random) -> tuple[str, str] | None:
    weights = {c: likeness * character_count(c) ** 0.5 for c, likeness in look_alikes(line[at]).items() if _is_han(c)}
    return _replaced(line[at], weights, drawn)


def _dropped(line: str, at: int, drawn: random.Random) -> tuple[str, str] | None:
    return line[at], ""


def _doubled(line: str, at: int, drawn: random.Random) -> tuple[str, str] | None:
    return line[at], line[at] * 2


def _word(line: str, at: int, drawn: random.Random) -> tuple[str, str] | None:
    """A word of two characters, and a commoner one that shares one of them."""
    truth = line[at : at + 2]
    own = word_count(truth)
    others = {word: count for word, count in _words_with(truth[0], 0) + _words_with(truth[-1], 1) if count > own}
    return _replaced(truth, others, drawn) if own else None


Maker = Callable[[str, int, random.Random], tuple[str, str] | None]
SLIPS: Mapping[str, Maker] = {
    "sound": _sound,
    "shape": _shape,
    "dropped": _dropped,
    "doubled": _doubled,
    "commoner word": _word,
}


@lru_cache(maxsize=8192)
def _words_with(character: str, place: int) -> list[tuple[str, int]]:
    pairs = (character + other if place == 0 else other + character for other in _common_characters())
    return [(word, count) for word in pairs if (count := word_count(word)) > 0]


@lru_cache(maxsize=1)
def _common_characters() -> list[str]:
    cells = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return [character for cell in cells if (character := cell.decode("gb2312", "ignore"))]


def _replaced(truth: str, weights: Mapping[str, float], drawn: random.Random) -> tuple[str, str] | None:
    readings = [reading for reading in weights if reading != truth]
    return (truth, drawn.choices(readings, [weights[r] for r in readings])[0]) if readings else None


def _share(margins: Floats) -> float:
    return float((margins > 0).mean() + (margins == 0).mean() / 2)


def _length(dropped: Floats, doubled: Floats) -> tuple[float, float]:
    """The best correction and the mean share it gives."""
    shares = [(_share(dropped + c) + _share(doubled - c)) / 2 for c in _CORRECTIONS]
    best = int(np.argmax(shares))
    return float(_CORRECTIONS[best]), shares[best]


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
