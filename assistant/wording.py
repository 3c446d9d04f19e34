"""A question's words as slots: what was typed, and the policy words that it may stand for in a clause.

“开除” is met by a clause that says 解聘. A slot that no text of the library can meet is what a refusal looks at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from assistant.background import law_words
from index.lay_words import expand, lay_words
from index.numerals import NUMERAL
from index.tokens import STOP_WORDS, content_words, searched_form

LITERAL, SYNONYM = 1.0, 0.7
"""How much a slot is met by the typed word itself and by a policy word that it may stand for."""


_COUNT = rf"[{NUMERAL}\d几多哪这那每第半某各]+"
_COUNTS = re.compile(rf"{_COUNT}整?\S?$|{_COUNT}(个月|小时|工作日|块钱|多少|方面)")
"""一个月, 哪几种, 第十四条: they count or point, they name nothing."""


MISTYPED_IN = 100_000
"""Characters of the library looked through for the word meant by a mistyped one: a few milliseconds."""

TELLING_RARITY = 1.5
"""A single character counts where fewer than about 30 of 100 articles have it."""

LAY_WEIGHT = 0.25
"""A word that neither the library nor any law has is mostly colour; it dilutes the other words only this much."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that the question speaks of. `weight` is its rarity (idf); `known` where some text can meet it.

    `foreign` is above 0 where the library lacks a word that laws use (`assistant.background`): its subject is another.
    """

    typed: str
    policy_words: tuple[str, ...]
    weight: float
    known: bool
    foreign: float = 0.0

    def met_by(self, text: str) -> float:
        """1 where the typed word stands in `text`, less where a policy word does, else 0."""
        if self.typed in text:
            return LITERAL
        return SYNONYM if any(word in text for word in self.policy_words) else 0.0


@lru_cache(maxsize=1)
def empty_words() -> frozenset[str]:
    """Words of asking, time and manner that no clause repeats: not meeting them says nothing about a clause."""
    return frozenset(files("assistant.lexicon").joinpath("empty_words.txt").read_text(encoding="utf-8").split())


class Wording:
    """How rare words are in a library; made once when it is opened.

    A library of thousands of articles is sampled evenly: rarity needs no more, and opening stays quick.
    """

    SAMPLE = 3000

    def __init__(self, texts: Iterable[str]) -> None:
        every = list(texts)
        step = max(1, len(every) // self.SAMPLE)
        self._texts = [searched_form(text) for text in every[::step]]
        self._everything = "\n".join(self._texts)[:MISTYPED_IN]
        self._rarity = lru_cache(maxsize=20000)(self._measure)

    def rarity(self, word: str) -> float:
        """idf = ln(1 + N/df), with df at least 0.5, so an unknown word is the rarest."""
        return self._rarity(word)

    def knows(self, word: str) -> bool:
        return self._rarity(word) < self._unknown

    @property
    def _unknown(self) -> float:
        return math.log(1 + len(self._texts) / 0.5)

    def _measure(self, word: str) -> float:
        count = sum(word in text for text in self._texts)
        return math.log(1 + len(self._texts) / max(count, 0.5))

    def slots(self, question: str) -> tuple[Slot, ...]:
        """The slots of a question: lay words first, then every other word that names something."""
        found: list[Slot] = []
        empty = empty_words()
        covered = ""
        for typed, policy_words in expand(question):
            covered += " " + typed
            found.append(self._slot(typed, policy_words))
        names = [w for w in content_words(question) if len(w) > 1 and w not in empty and not _COUNTS.match(w)]
        for word in names:
            # “补偿款” says no more than the known “补偿” inside it: only whole unknown words are held against a clause.
            inside = any(w != word and w in word and self.knows(w) for w in names)
            if word not in covered and (self.knows(word) or not inside):
                found.append(self._slot(word, lay_words().get(word, ())))
        loose = _loose_runs(question, [*covered.split(), *names])
        found += [self._slot(term, ()) for run in loose for term in self._terms_in(run)]
        found += [self._slot(c, ()) for c in self._telling_characters(question, found)]
        return tuple({slot.typed: slot for slot in found}.values())

    def _telling_characters(self, question: str, found: list[Slot]) -> list[str]:
        """Single characters that name something, e.g. 借 or 罚: in the library, but rare there."""
        spoken = "".join(slot.typed for slot in found)
        single = [word for word in content_words(question) if len(word) == 1 and word not in spoken]
        single += [c for slot in found if not slot.known and not slot.foreign for c in slot.typed]
        empty = empty_words()
        return [c for c in single if c not in empty and self.knows(c) and self.rarity(c) >= TELLING_RARITY]

    def _terms_in(self, run: str) -> list[str]:
        """What the dictionary does not know but the library says: “全岗通”, or “公积金” mistyped as “公记金”."""
        for length in range(len(run), 1, -1):
            for start in range(len(run) - length + 1):
                part = run[start : start + length]
                if self.knows(part):
                    return [part]
                if 3 <= length <= 4 and (meant := self._mistyped(part)):
                    return [meant]
        return []

    def _mistyped(self, part: str) -> str:
        """The word of the library that differs from `part` in one character, where there is just one; else empty."""
        patterns = [re.escape(part[:i]) + r"[\u4e00-\u9fff]" + re.escape(part[i + 1 :]) for i in range(len(part))]
        found = {m for p in patterns for m in re.findall(p, self._everything)}
        return found.pop() if len(found) == 1 else ""

    def _slot(self, typed: str, policy_words: tuple[str, ...]) -> Slot:
        policy_words = tuple(dict.fromkeys(policy_words))
        known = [word for word in (typed, *policy_words) if self.knows(word)]
        if typed in known:
            return Slot(typed, policy_words, self.rarity(typed), True)
        if known:
            return Slot(typed, policy_words, _mean(map(self.rarity, known)), True)
        foreign = max(0.0, law_words().get(typed, 0.0))
        return Slot(typed, policy_words, self._unknown * max(foreign, LAY_WEIGHT), False, foreign)


_LINKS = "的了吗呢是有在和与把被给让从到向不没个啥能会可要想得还都也就只上下里中些每各几多谁哪怎么何咋吧呀啊"


def _loose_runs(question: str, taken: Iterable[str]) -> list[str]:
    """The stretches of two to six Chinese characters that no word of the question covers.

    >>> _loose_runs("社区全岗通是个啥", ["社区"])
    ['全岗通']
    """
    text = searched_form(question)
    for word in sorted((*taken, *empty_words(), *STOP_WORDS), key=len, reverse=True):
        if len(word) > 1 or word in _LINKS:
            text = text.replace(word, " ")
    return re.findall(r"[\u4e00-\u9fff]{2,6}", text)


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 0.0


def share_met(slots: tuple[Slot, ...], text: str) -> float:
    """The weighted share of `slots` that `text` meets, 0–1; 0 where there are none."""
    total = sum(slot.weight for slot in slots)
    return sum(slot.weight * slot.met_by(text) for slot in slots) / total if total else 0.0
