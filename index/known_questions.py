"""Questions of which it is known that the texts answer them, or leave them open, and what they say about a new one.

How near a question is to each kind; and for an article, which of its sentences answer the questions that are nearest, and
what these answer to a question of yes or no (nearest neighbours: Cover, Hart: Nearest Neighbor Pattern Classification, 1967).
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from index.asked import SAYS, Note
from index.dense import Vectors
from index.embedding import Encoder
from index.errors import IndexUnusableError
from index.passages import PassageRecogniser

FILE = "known_questions.npz"
ANSWERED, LEFT_OPEN = 5, 3
"""How many of the nearest questions of each kind count; their mean cosine is taken."""

NEIGHBOURS = 8
"""How many questions of an article speak about a new one."""
SHARPNESS = 0.05
"""Cosine by which a neighbour must be nearer to weigh e times as much."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the nearest known questions of one article say. `nearness` is the cosine of the nearest.

    `passages`: first words of a sentence -> 0–1, the share of the neighbours that it answers; `recognised`: the same by
    the words of all known questions (`index.passages`); `says`: one of `index.asked.SAYS` -> 0–1, the share of the
    neighbours to which the article answers so.
    """

    nearness: float
    passages: Mapping[str, float]
    says: Mapping[str, float]
    recognised: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Owners:
    """Whose questions the vectors are, in runs: rows `starts[i]` to `starts[i + 1]` are those of article `articles[i]`."""

    articles: tuple[str, ...] = ()
    starts: tuple[int, ...] = (0,)

    @classmethod
    def of(cls, questions: Mapping[str, Collection[str]]) -> Owners:
        return cls(tuple(questions), tuple(np.cumsum([0, *map(len, questions.values())]).tolist()))

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {article: row for row, article in enumerate(self.articles)}

    def rows(self, article: str) -> slice:
        """The rows of an article's questions; an empty slice where it has none."""
        row = self._row_of.get(article)
        return slice(0, 0) if row is None else slice(self.starts[row], self.starts[row + 1])


@dataclass(frozen=True, slots=True)
class KnownQuestions:
    """Unit vectors, float32 `[n, dimension]`, of questions that are answered and of such as are left open, with their
    owners; `notes[i]` is what is noted about an answered one."""

    answered: Vectors
    left_open: Vectors
    notes: tuple[Note, ...] = ()
    owners: Owners = Owners()
    passages: PassageRecogniser | None = None

    @classmethod
    def build(
        cls, answered: Mapping[str, Mapping[str, Note]], left_open: Sequence[str], encoder: Encoder
    ) -> KnownQuestions:
        """`answered` are the questions of each article, by its id."""
        return cls(
            encoder.encode_query([question for own in answered.values() for question in own]),
            encoder.encode_query(list(left_open)),
            tuple(replace(note, is_negated=False) for own in answered.values() for note in own.values()),
            Owners.of(answered),
            PassageRecogniser.build(answered),
        )

    def nearness(self, query: Vectors) -> tuple[float, float, float]:
        """Mean cosine of the query's vector and its nearest answered questions, and its nearest open ones; 0 for none.
        And the log odds of the two kinds by what lies nearest (0 unless there are both): kernel densities of width
        `SHARPNESS` over the `NEIGHBOURS` of each kind."""
        answered, left_open = _nearest(self.answered, query), _nearest(self.left_open, query)
        odds = _density(answered) - _density(left_open) if len(answered) and len(left_open) else 0.0
        return _mean(answered[:ANSWERED]), _mean(left_open[:LEFT_OPEN]), odds

    def recall(self, question: str, query: Vectors, articles: Iterable[str]) -> dict[str, Recalled]:
        """What is known about a question (`query` is its vector), for those of the articles (by id) that have questions of
        their own."""
        articles = tuple(articles)
        recognised = self.passages.shares(question, articles) if self.passages else {}
        found = {}
        for article in articles:
            rows = self.owners.rows(article)
            if rows.stop > rows.start:
                own = _recall(self.answered[rows] @ query, self.notes[rows])
                found[article] = replace(own, recognised=recognised.get(article, {}))
        return found

    def save(self, folder: Path) -> None:
        half = {name: getattr(self, name).astype(np.float16) for name in ("answered", "left_open")}
        words = [passage for note in self.notes for passage in note.passages]
        passages = {passage: row for row, passage in enumerate(dict.fromkeys(words))}
        names = json.dumps([self.owners.articles, tuple(passages)], ensure_ascii=False)
        np.savez(
            folder / FILE,
            **half,
            names=np.frombuffer(names.encode("utf-8"), dtype=np.uint8),
            starts=np.array(self.owners.starts, dtype=np.int32),
            says=np.array([SAYS.index(n.says) if n.says else -1 for n in self.notes], dtype=np.int8),
            counts=np.array([len(note.passages) for note in self.notes], dtype=np.int16),
            passages=np.array([passages[word] for word in words], dtype=np.int32),
        )
        if self.passages:
            self.passages.save(folder)

    @classmethod
    def load(cls, folder: Path, dimension: int) -> KnownQuestions:
        """Raises `IndexUnusableError` where the file is missing, damaged, or of vectors of another size."""
        try:
            with np.load(folder / FILE, allow_pickle=False) as saved:
                answered, left_open = (np.asarray(saved[name], dtype=np.float32) for name in ("answered", "left_open"))
                articles, words = json.loads(saved["names"].tobytes().decode("utf-8"))
                owners = Owners(tuple(articles), tuple(saved["starts"].tolist()))
                known = cls(answered, left_open, _notes(saved, words), owners, PassageRecogniser.load(folder))
            if {known.answered.shape[1], known.left_open.shape[1]} != {dimension}:
                raise ValueError("vectors of another size")
            if not len(answered) == owners.starts[-1] == len(known.notes):
                raise ValueError("owners or notes of other questions")
            return known
        except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as exc:
            raise IndexUnusableError(f"{folder / FILE}：读不出来，索引已损坏；请重新运行 policyqa build。") from exc


def _notes(saved: Mapping[str, np.ndarray], words: Sequence[str]) -> tuple[Note, ...]:
    ends = np.cumsum(saved["counts"], dtype=np.int64).tolist()
    own = [words[row] for row in saved["passages"].tolist()]
    return tuple(
        Note(tuple(own[end - count : end]), SAYS[says] if says >= 0 else "")
        for end, count, says in zip(ends, saved["counts"].tolist(), saved["says"].tolist(), strict=True)
    )


def _recall(cosines: Vectors, notes: Sequence[Note]) -> Recalled:
    order = np.argsort(-cosines, kind="stable")[:NEIGHBOURS]
    near = cosines[order]
    weights = np.exp((near - near[0]) / SHARPNESS)
    passages: dict[str, float] = {}
    says: dict[str, float] = {}
    for row, weight in zip(order.tolist(), (weights / weights.sum()).tolist(), strict=True):
        for passage in notes[row].passages:
            passages[passage] = passages.get(passage, 0.0) + weight
        if notes[row].says:
            says[notes[row].says] = says.get(notes[row].says, 0.0) + weight
    return Recalled(float(near[0]), passages, says)


def _nearest(vectors: Vectors, query: Vectors) -> Vectors:
    """The cosines of the nearest, falling."""
    cosines = vectors @ query
    best = np.partition(cosines, -NEIGHBOURS)[-NEIGHBOURS:] if len(cosines) > NEIGHBOURS else cosines
    return np.sort(best)[::-1]


def _mean(cosines: Vectors) -> float:
    return float(cosines.mean()) if len(cosines) else 0.0


def _density(cosines: Vectors) -> float:
    return float(cosines[0]) / SHARPNESS + float(np.log(np.exp((cosines - cosines[0]) / SHARPNESS).sum()))
