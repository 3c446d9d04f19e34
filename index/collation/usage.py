"""How likely a reading is in its place: a character n-gram model of policy language, adapted to one document's own usage.

`index/models/usage/model.npz` holds, for each order n, the kept n-grams sorted by (their first n-1 characters, the last):
`last_n` (ids), `fanout_n` (how many n+1-grams begin with each), `probability_n` and `rest_n` (natural logs in steps of
1/16). `python -m index.collation.train_usage` makes it. Probabilities of the longest known n-gram, backed off.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.collation.streams import is_marker, normal_form
from index.errors import IndexUnusableError

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]

DEFAULT_FOLDER = Path(__file__).parents[1] / "models" / "usage"
FORMAT = "policyqa-usage-1"
UNKNOWN, BREAK = 0, 1
ROW = 8192  # ids a character may have: 13 bits
UNSEEN = 20_000  # characters that share the probability of <unknown>
STEPS = 16  # of a stored logarithm, per nat
HIGHEST = {"probability": 0.0, "rest": 4.0}
SHARE = 0.05  # of the document's own characters, whatever stands before them
PRIORS = (400.0, 60.0, 12.0)  # characters that the general model counts for, by context length

_RUNS = re.compile(r"([-.…])\1+")


class _Folding(dict[int, str]):
    """What `str.translate` asks for each character; filled as characters come."""

    def __missing__(self, code: int) -> str:
        self[code] = chr(code) if is_marker(chr(code)) else normal_form(chr(code))
        return self[code]


_FOLDING = _Folding()


def normal_text(text: str) -> str:
    """The form of characters in a collation's streams (`normal_form`), fast for long texts; markers stay.

    >>> normal_text("“１２　个”，（一） 「乡镇」——")
    '"12个",(一)"乡镇"-'
    """
    return _RUNS.sub(r"\1", text.translate(_FOLDING))


class UsageModel:
    """A back-off model of characters: natural-log probabilities for many places at once."""

    def __init__(self, characters: str, levels: Sequence[dict[str, NDArray[Any]]]) -> None:
        """`characters[i]` has id i+2. `levels[n-1]` has `last`, `probability` and, below the top, `fanout`, `rest`."""
        self.order = len(levels)
        self._ids = np.zeros(0x10000, np.int64)
        self._ids[_bmp(characters)] = np.arange(2, len(characters) + 2)
        self._ids[ord("\n")] = BREAK
        self._probability = [np.asarray(level["probability"], np.float32) for level in levels]
        self._rest = [np.asarray(level["rest"], np.float32) for level in levels[:-1]]
        self._keys: list[Ids] = []
        for below, level in pairwise(levels):
            prefix = np.repeat(np.arange(len(below["last"])), np.asarray(below["fanout"], np.int64))
            self._keys.append(prefix * ROW + np.asarray(level["last"], np.int64))

    @classmethod
    def load(cls, folder: Path = DEFAULT_FOLDER) -> UsageModel:
        """Raises `IndexUnusableError` with one line where the file is missing, damaged or of another format."""
        try:
            with np.load(folder / "model.npz", allow_pickle=False) as stored:
                if str(stored["format"]) != FORMAT:
                    raise ValueError(f"format {stored['format']}")
                order = int(stored["order"])
                return cls(str(stored["characters"]), [_level(stored, n, order) for n in range(1, order + 1)])
        except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile, zlib.error) as exc:
            reason = (str(exc).strip().splitlines() or [type(exc).__name__])[0]
            raise IndexUnusableError(
                f"用语模型 {folder / 'model.npz'} 缺失或已损坏（{reason}）；请重新安装 policyqa。"
            ) from exc

    def score(self, left: Sequence[str], text: Sequence[str], right: Sequence[str]) -> NDArray[np.float32]:
        """float32 `[n]`: log probability of each `text` and the first order-1 characters of `right`, after `left`.

        All in `normal_text`. A line break or a structure marker (U+F0000 and above) is a break; where `left` is shorter
        than order-1 characters, the text begins there.
        """
        return _score_places(self, left, text, right)

    def log_probabilities(self, text: str) -> Floats:
        """log P(character | the order-1 characters before it) at each position; no context reaches over a break."""
        points = _bmp(text)
        ids = self._ids[points]
        row = ids
        result = np.asarray(self._probability[0][row], np.float64)
        for n, keys in enumerate(self._keys):
            prefix = np.concatenate(([-1], row[:-1]))
            if n:
                prefix[1:][ids[:-1] == BREAK] = -1
            at = np.flatnonzero(prefix >= 0)
            key = prefix[at] * ROW + ids[at]
            place = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
            known = keys[place] == key
            result[at] += self._rest[n][prefix[at]]
            result[at[known]] = self._probability[n + 1][place[known]]
            row = np.full(len(ids), -1)
            row[at[known]] = place[known]
        return np.where(ids == UNKNOWN, result - np.log(UNSEEN), result)


class LocalUsage:
    """Counts of the n-grams (orders 2 to 4) of one document's own text, the disputed places left out by the caller."""

    def __init__(self, texts: Iterable[str]) -> None:
        """`texts` in `normal_text`; cut them at the disputed places: nothing is counted across two texts."""
        points = _bmp("\0".join(texts))
        self.size = int(np.count_nonzero(points))
        self._single = np.bincount(points[points > 0], minlength=0x10000) / max(self.size, 1)
        self._counts = {n: np.unique(key[key > 0], return_counts=True) for n, key in _windows(points)}
        self._starts = {n: np.unique(key[key > 0] >> np.uint64(16), return_counts=True) for n, key in _windows(points)}

    def adapt(self, text: str, log_probabilities: Floats, share: float, priors: Sequence[float]) -> Floats:
        """The same positions' log probabilities, seen from this document's usage; `priors[k-1]` for k characters of context.

        P(c|h) = (count(h,c) + prior · P(c|shorter h)) / (count(h) + prior), the mean under a Dirichlet prior
        (MacKay & Peto 1995), from contexts of 1 to 3 characters; without context, `share` of the document's characters
        and the rest of the general model's own P.
        """
        points = _bmp(text)
        result = (1 - share) * np.exp(log_probabilities) + share * self._single[points]
        for (n, key), prior in zip(_windows(points), priors, strict=True):
            together, alone = _look_up(self._counts[n], key), _look_up(self._starts[n], key >> np.uint64(16))
            result = (together + prior * result) / (alone + prior)
        return np.asarray(np.log(result), np.float64)


class AdaptedUsage:
    """A general model, adapted to one document."""

    def __init__(self, general: Scorer, local: LocalUsage, share: float, priors: Sequence[float]) -> None:
        self.order = general.order
        self._general, self._local, self._share, self._priors = general, local, share, tuple(priors)

    def score(self, left: Sequence[str], text: Sequence[str], right: Sequence[str]) -> NDArray[np.float32]:
        """As `UsageModel.score`."""
        return _score_places(self, left, text, right)

    def log_probabilities(self, text: str) -> Floats:
        """As `UsageModel.log_probabilities`."""
        return self._local.adapt(text, self._general.log_probabilities(text), self._share, self._priors)


def mixture(general: Scorer, local: LocalUsage, weight: float = 1.0) -> AdaptedUsage:
    """`general` adapted to a document; `weight` multiplies the evidence of the document's own counts (0: none)."""
    share = min(SHARE * weight, 0.5) if local.size else 0.0
    return AdaptedUsage(general, local, share, [prior / max(weight, 1e-9) for prior in PRIORS])


class Scorer(Protocol):
    """What gives a log probability to every position of a text."""

    @property
    def order(self) -> int: ...

    def log_probabilities(self, text: str) -> Floats: ...


def _score_places(model: Scorer, left: Sequence[str], text: Sequence[str], right: Sequence[str]) -> NDArray[np.float32]:
    """Lays all places out in one sequence, and adds up each one's own positions."""
    reach = model.order - 1
    befores = [("\n" * reach + before)[-reach:] for before in left]
    afters = [own + after[:reach] for own, after in zip(text, right, strict=True)]
    values = model.log_probabilities("".join(part for pair in zip(befores, afters, strict=True) for part in pair))
    lengths = np.array([len(after) for after in afters], np.int64)
    ends = np.cumsum(lengths + reach)
    sums = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray(sums[ends] - sums[ends - lengths], np.float32)


def _bmp(text: str) -> Ids:
    """Code points; markers become breaks, other characters beyond 16 bits the replacement character."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    return np.where(points >= 0xF0000, ord("\n"), np.where(points > 0xFFFF, 0xFFFD, points))


def _windows(points: Ids) -> Iterator[tuple[int, NDArray[np.uint64]]]:
    """(n, packed last n characters at each position) for n = 2, 3, 4; 0 where they reach over a break or a text's end."""
    own = points.astype(np.uint64)
    keys = own
    for n in (2, 3, 4):
        before = np.concatenate((np.zeros(1, np.uint64), keys))[: len(keys)]
        if n > 2:
            before[1:][points[:-1] == ord("\n")] = 0
        keys = np.where((before > 0) & (points > 0), (before << np.uint64(16)) | own, np.uint64(0))
        yield n, keys


def _look_up(counts: tuple[NDArray[np.uint64], NDArray[np.intp]], keys: NDArray[np.uint64]) -> Floats:
    known, count = counts
    if not len(known):
        return np.zeros(len(keys))
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where((known[place] == keys) & (keys > 0), count[place], 0).astype(np.float64)


def steps(logarithms: Floats, highest: float) -> NDArray[np.uint8]:
    """Logarithms as steps below `highest`, the form in which they are stored."""
    return np.clip(np.rint((highest - logarithms) * STEPS), 0, 255).astype(np.uint8)


def _level(stored: Mapping[str, NDArray[Any]], n: int, order: int) -> dict[str, NDArray[Any]]:
    level = {"last": stored[f"last_{n}"]}
    for name, top in HIGHEST.items():
        if name == "probability" or n < order:
            level[name] = top - stored[f"{name}_{n}"].astype(np.float32) / STEPS
    if n < order:
        level["fanout"] = stored[f"fanout_{n}"]
    return level
