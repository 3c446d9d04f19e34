"""How a reading came from a candidate: mechanical slips as `slips` has them, changes of wording as usage suggests them.

A hand or an eye that slips does not ask what the text means: 未 becomes 末 whatever stands around it. Who puts in a word or
puts one word for another writes what is usual there. So a change of wording has the probability that the usage model
gives to its result, which takes back what the prior gave: usage tells a misprint from a word, but not which of two
phrases a document has, and the rarer of them is rather the original (lectio difficilior potior).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log

from index.collation.commonness import character_share
from index.collation.slips import Edit, explain

WORDING = {"insert": 0.0125, "phrase": 0.0125, "other": 0.006, "punctuation": 0.0025, "line": 1e-6}
"""Share of slips that are changes of wording of each kind and have one particular result, no less usual than what it
replaced: the share of the kind times how much of it one result takes."""
FLUENCY, EXCHANGE = [0.6, 0.8], [0.6, 0.35]
"""Power of the usage model's odds between result and original, for what is put in and for a phrase put for another: 1
takes back the prior wholly. An exchange obeys usage less than an insertion: a hand that is tired writes a phrase that is
usual elsewhere, and often not here."""
MOST_TEMPTING = 3.0
"""Odds, as a logarithm, beyond which a more usual result tempts no more."""
FRAME = 0.002
"""The same of a line of the frame at the edge of a document."""
STRAY = 0.01
"""Share of slips that put in a stray character, whatever stands around it, drawn by how common it is."""
RARER_DROPS = -1.0
"""Added to the log probability of a drop: beside changes of wording, drops are rarer than among slips of the hand alone."""
STRANGE = -2.5
"""Log probability of a character in a strange line, about the usage model's average on policy texts."""
_LINE = 6


@dataclass(frozen=True, slots=True)
class Manner:
    """How the printings of a document err: `misprints` is the share of misprints among all their differences, 0 to 1.

    Where hands slip, usage tells the truth; where editors put usual words for rare ones, usage misleads.
    """

    misprints: float
    is_verbatim: bool = False

    @property
    def usage_weight(self) -> float:
        """How far the usage model's log probabilities are believed as a prior."""
        return 1.0 if self.is_verbatim else _between(USAGE_WEIGHT, self.misprints)

    @property
    def fluency(self) -> float:
        """Power of the usage model's odds where the result of a change is the less usual: it lowers its probability."""
        return _between(FLUENCY, self.misprints)

    @property
    def exchange(self) -> float:
        """The same where one phrase was put for another."""
        return _between(EXCHANGE, self.misprints)

    @property
    def temptation(self) -> float:
        """Power of the usage model's odds where the result of a change is the more usual: it raises its probability."""
        return _between(TEMPTATION, self.misprints)


VERBATIM = Manner(1.0, is_verbatim=True)
"""Inside 《…》: the name of a document is copied as it is, so what is usual there is what it is called."""
USAGE_WEIGHT, TEMPTATION = [0.4, 0.8], [0.3, 0.0]
"""Values for printings that only reword, and for printings that only slip."""
ALL_REWORDED, ALL_SLIPPED = 0.1, 0.3
"""Shares of misprints below and above which nothing changes any more."""
MISPRINTS = ("sound", "shape", "double")
_PRIOR_MISPRINTS, _PRIOR_DIFFERENCES = 2.0, 6.0


def _between(values: Sequence[float], share: float) -> float:
    part = min(1.0, max(0.0, (share - ALL_REWORDED) / (ALL_SLIPPED - ALL_REWORDED)))
    return values[0] + part * (values[1] - values[0])


def read_manner(places: Iterable[Sequence[str]]) -> Manner:
    """The manner that the readings of all places show, each compared with the one that most printings have."""
    misprints, differences = _PRIOR_MISPRINTS, _PRIOR_DIFFERENCES
    for readings in places:
        for reading in readings[1:]:
            kinds = [edit.kind for edit in explained(readings[0], reading, "", "")]
            misprints += sum(kind in MISPRINTS for kind in kinds)
            differences += sum(kind != "punctuation" for kind in kinds)
    return Manner(misprints / differences)


@dataclass(frozen=True, slots=True)
class Passed:
    """How a candidate was passed on as a reading: by how many slips, with which log probability, and whether the change
    is one that several would make alike: a phrase for another, or a drop or insertion that leaves a more usual text."""

    slips: int
    log_probability: float
    is_tempting: bool


def pass_on(candidate: str, reading: str, left: str, right: str, usual: Mapping[str, float], manner: Manner) -> Passed:
    """How `reading` came from `candidate`.

    `usual` has the usage model's log probability of the candidates in their context. A phrase put for another is one
    slip, however many words it changed.
    """
    edits = explained(candidate, reading, left, right)
    mechanical = sum(_mechanical(edit, reading) for edit in edits)
    worded = [edit for edit in edits if _is_wording(edit)]
    number = max(1, len(edits) - max(0, len(worded) - 1))
    gain = usual.get(reading, 0.0) - usual.get(candidate, 0.0)
    if not worded:
        return Passed(number, mechanical, gain > 0 and all(edit.kind == "drop" for edit in edits))
    reworded = _apply(worded, candidate, reading)
    if reworded not in usual or candidate not in usual:
        return Passed(number, mechanical, False)
    fluent = sum(_mechanical(edit, reading) for edit in edits if not _is_wording(edit))
    fluent += log(sum(_share(edit, left, right) for edit in worded) / len(worded))
    better = usual[reworded] - usual[candidate]
    is_exchange = all(edit.kind == "phrase" for edit in worded)
    fluency = manner.exchange if is_exchange else manner.fluency
    fluent += fluency * min(0.0, better) + manner.temptation * min(max(0.0, better), MOST_TEMPTING)
    stray = mechanical if not any(edit.kind in ("phrase", "line") for edit in worded) else fluent
    high, low = max(stray, fluent), min(stray, fluent)
    return Passed(number, high + log(1 + exp(low - high)), (gain > 0 or is_exchange) and len(worded) == len(edits))


def _share(edit: Edit, left: str, right: str) -> float:
    """Share of such changes of wording; one that brings in a line's length of text is a line, and not so rare at the
    beginning or the end of a document, where addressees, dates and signatures stand."""
    added = (edit.reading[1] - edit.reading[0]) - (edit.truth[1] - edit.truth[0])
    if added < _LINE:
        return WORDING[edit.kind]
    return FRAME if not right or not left.strip() else WORDING["line"]


def _apply(edits: Sequence[Edit], candidate: str, reading: str) -> str:
    """The candidate with only these changes made: what was written before the hand slipped."""
    pieces: list[str] = []
    position = 0
    for edit in edits:
        pieces += [candidate[position : edit.truth[0]], reading[slice(*edit.reading)]]
        position = edit.truth[1]
    return "".join([*pieces, candidate[position:]])


@lru_cache(maxsize=200_000)
def explained(candidate: str, reading: str, left: str, right: str) -> tuple[Edit, ...]:
    return explain(candidate, reading, left, right)


def _is_wording(edit: Edit) -> bool:
    """Whether a slip of this kind is made for the sake of its result; a line that was lost was not."""
    if edit.kind == "line":
        return edit.truth[0] == edit.truth[1]
    return edit.kind in WORDING


def _mechanical(edit: Edit, reading: str) -> float:
    """The slip's own log probability; a strange line has that of its characters, which no constant can stand for."""
    length = edit.reading[1] - edit.reading[0]
    if edit.kind == "drop":
        return edit.log_probability + RARER_DROPS
    if edit.kind == "insert":
        return log(STRAY) + sum(log(character_share(c)) for c in reading[slice(*edit.reading)])
    if edit.kind in ("line", "other") and length >= _LINE:
        return min(edit.log_probability, STRANGE * length + log(WORDING["line"]))
    return edit.log_probability
