"""Questions that people gave to an article while the service runs: a question equal or near to one gets that article.

Nearest neighbour by the cosine of the questions' vectors, with guards: what the two ask for, and the numbers, places and
titles they name, must be the same (docs/decisions/0007-learning-from-use.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from assistant.dialogue import EffectiveQuestion
from assistant.evidence import Documents, Evidence
from assistant.question import Question, analyse, normalise_question
from index.embedding import Vectors
from index.known_questions import Recalled
from index.numerals import NUMERAL, parse_numeral
from index.records import Hit
from index.simplify import simplified

NEAR = 0.65
"""Cosine from which a question that would be refused counts as a learned one in other words: of 205,000 pairs of
development questions that different articles answer eight are as near, of 216 pairs that ask for the same 24."""

OVERRULES = 0.75
"""Cosine from which a learned question also outweighs an article that would answer without it."""

LIFT = 3.0
"""Nats of ranking by which the learned article stands above the next: clear, and beyond what the composer calls as good."""

ALIKE = 0.5
"""The shorter of two near questions has at least this share of the other's characters: 公积金 alone is near whatever asks
about it."""

OWN_PART = 0.1
"""Cosine by which a follow-up must be nearer to a learned question than the question before it was: else it is that one
which is near."""

CLOSEST = 5
"""How many of the nearest learned questions are looked at: the nearest may ask for something else."""

_NUMBER = re.compile(rf"\d+(?:\.\d+)?|[{NUMERAL}]{{2,}}|[{NUMERAL}](?=[年月日天岁元倍次级条项届])")
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Key:
    """A question that an article answers, because a person says so."""

    question: str
    document_id: str
    article: str

    @property
    def article_id(self) -> str:
        return f"{self.document_id}/{self.article}"


@dataclass(frozen=True, slots=True)
class Match:
    """A learned question that a new one is equal (`nearness` 1) or near to (cosine)."""

    key: Key
    nearness: float
    is_equal: bool

    @property
    def judged(self) -> tuple[float, float]:
        """How likely the article answers, and the threshold: none, since a person has judged."""
        return self.nearness, 0.0


@dataclass(frozen=True, slots=True)
class _Known:
    key: Key
    asks: object
    length: int


@dataclass(frozen=True, slots=True)
class Keys:
    """An immutable collection. `vectors` float32 `[n, dimension]` are unit rows, one for each of `known`."""

    known: tuple[_Known, ...] = ()
    vectors: Vectors = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    rows: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: Sequence[Key], vector: Callable[[str], Vectors], earlier: Keys | None = None) -> Keys:
        """Of two keys with the same question the later counts. Vectors of `earlier` are taken over, not made again."""
        latest = {plain(key.question): key for key in keys}
        latest.pop("", None)
        if not latest:
            return cls()
        made = [
            earlier.vectors[earlier.rows[text]]
            if earlier and text in earlier.rows
            else vector(_read(key.question).text)
            for text, key in latest.items()
        ]
        known = tuple(_Known(key, _asks(_read(key.question)), len(text)) for text, key in latest.items())
        return cls(known, np.stack(made).astype(np.float32), {text: row for row, text in enumerate(latest)})

    def __len__(self) -> int:
        return len(self.known)

    def equal(self, text: str) -> Match | None:
        """The learned question with the same words, whatever the punctuation."""
        row = self.rows.get(plain(text)) if self.known else None
        return None if row is None else Match(self.known[row].key, 1.0, True)

    def match(
        self,
        own: Question,
        effective: EffectiveQuestion,
        vector: Callable[[str], Vectors],
        documents: Collection[str] | None = None,
    ) -> Match | None:
        """The learned question that counts for `own`, or for what the conversation makes of it (`effective`); only one
        whose document is among `documents` (ids)."""
        if not self.known:
            return None
        found = self.equal(effective.shown) or self.equal(own.text) or self._near(own, effective, vector)
        return found if found and (documents is None or found.key.document_id in documents) else None

    def _near(self, own: Question, effective: EffectiveQuestion, vector: Callable[[str], Vectors]) -> Match | None:
        cosines = self.vectors @ vector(effective.searched)
        if cosines.max() < NEAR:
            return None
        before = self.vectors @ vector(effective.context) if effective.context else None
        whole = analyse(effective.searched) if effective.context else own
        asked, length = _asks(whole), len(plain(whole.text))
        for row in np.argsort(-cosines, kind="stable")[:CLOSEST].tolist():
            if cosines[row] < NEAR:
                return None
            known, is_of_before = self.known[row], before is not None and before[row] + OWN_PART > cosines[row]
            shorter, longer = sorted((length, known.length))
            if known.asks == asked and shorter >= longer * ALIKE and not is_of_before:
                return Match(known.key, float(cosines[row]), False)
        return None


def plain(text: str) -> str:
    """What makes two questions the same: simplified characters, half width, no signs, no blanks.

    >>> plain("  社區書記，在哪備案？ ") == plain("社区书记在哪备案")
    True
    """
    return _SIGNS.sub("", normalise_question(simplified(text))).casefold()


def _read(text: str) -> Question:
    return analyse(simplified(text))


def _asks(question: Question) -> object:
    """What two questions must have in common to be the same in other words."""
    numbers = frozenset(parse_numeral(n) or n for n in _NUMBER.findall(question.text))
    hard = question.expects - {"body", "count"}
    return hard, numbers, question.places, question.titles, question.named_article


def with_article(hits: Sequence[Hit], match: Match | None, library: Documents) -> list[Hit]:
    """`hits` with the learned article among them, last where search did not find it."""
    if match is None or any(f"{h.document_id}/{h.article}" == match.key.article_id for h in hits):
        return list(hits)
    document = library.document(match.key.document_id)
    article = document.article(match.key.article) if document else None
    if document is None or article is None:
        return list(hits)
    lowest = min((hit.score for hit in hits), default=1.0)
    return [*hits, Hit(document.id, document.title, article.number, article.label, lowest, article.text)]


def settled(
    match: Match | None, ranked: Sequence[Evidence], recalled: Mapping[str, Recalled], is_answered: bool
) -> Match | None:
    """The match where it counts: its article is there, no known question of another article is nearer, and another
    article that would answer (`is_answered`) is overruled only by a question that is nearer still."""
    if match is None or not any(e.article.id == match.key.article_id for e in ranked):
        return None
    if match.is_equal:
        return match
    elsewhere = max((known.nearness for id_, known in recalled.items() if id_ != match.key.article_id), default=0.0)
    is_other = is_answered and ranked[0].article.id != match.key.article_id
    return match if match.nearness >= max(elsewhere, OVERRULES if is_other else NEAR) else None


def lifted(ranked: Sequence[Evidence], match: Match) -> list[Evidence]:
    """The learned article's sentences `LIFT` above all others, in their own order."""
    own = [e for e in ranked if e.article.id == match.key.article_id]
    others = [e for e in ranked if e.article.id != match.key.article_id]
    raised = max(0.0, others[0].score + LIFT - own[0].score) if others else 0.0
    return [*(replace(e, score=e.score + raised) for e in own), *others]
