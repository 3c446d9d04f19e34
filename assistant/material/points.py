"""考点: the places of a text that can be tested, with what could stand there instead and would be wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.material.clauses import Clause, clauses
from assistant.material.remember import remembered
from index.records import Article, Document


@dataclass(frozen=True, slots=True)
class Point:
    """A place that is tested: `article.text[start:end] == text`, inside `clause`.

    `wrong` are fillings of the same kind to choose from that are not the right one, the most plausible first; `lies` those
    that make a false statement of the clause (省级以上 for 县级以上 does not: who binds all counties binds the provinces);
    the same where None. `weight` says how much the place matters (higher is more): a number more than a phrase.
    """

    article: Article
    clause: Clause
    start: int
    end: int
    text: str
    kind: str
    wrong: tuple[str, ...]
    weight: float
    lies: tuple[str, ...] | None = None
    can_be_blank: bool = True
    may_recur: bool = False
    """Its words may stand in the rest of the clause without telling it."""
    is_spare: bool = False
    """It is asked for only where more is wanted than the better places carry: sound, but of little weight."""

    @property
    def falsehoods(self) -> tuple[str, ...]:
        return self.wrong if self.lies is None else self.lies


@dataclass(frozen=True, slots=True)
class Texts:
    """Where fillings come from: the document that is asked about, and its library."""

    document: Document
    library: tuple[Document, ...]

    def others(self) -> Iterable[Document]:
        """The library's other documents, this one's own kind first."""
        rest = [d for d in self.library if d.id != self.document.id]
        return sorted(rest, key=lambda d: d.kind != self.document.kind)


def swap(
    article: Article,
    clause: Clause,
    match: re.Match[str],
    kind: str,
    weight: float,
    lies: tuple[str, ...],
    may_recur: bool = False,
) -> Point:
    """A place (a match in `clause.text`) that is only made false: of a blank there, other words would often be right."""
    start, end = clause.start + match.start(), clause.start + match.end()
    return Point(
        article, clause, start, end, match.group(), kind, (), weight, lies=lies, can_be_blank=False, may_recur=may_recur
    )


Finder = Callable[[Article, Clause, Texts], Iterable[Point]]


def find_points(article: Article, texts: Texts, finders: Sequence[Finder]) -> list[Point]:
    """Every point of an article, in reading order; where two overlap, both."""
    found = [
        point
        for clause in clauses(article)
        for finder in finders
        for point in finder(article, clause, texts)
        if not _is_in_title(point)
    ]
    looked_up = [_look_up(point, texts.document) for point in found]
    return sorted(looked_up, key=lambda p: (p.start, p.end))


def _is_in_title(point: Point) -> bool:
    """Whether the place is of the name of another document (《…》)."""
    before = point.clause.text[: point.start - point.clause.start]
    return before.rfind("《") > before.rfind("》")


def _look_up(point: Point, document: Document) -> Point:
    wrong = tuple(w for w in still_wrong(point, point.wrong, document) if not _recurs(point, w))
    lies = None if point.lies is None else still_wrong(point, point.lies, document)
    lies = tuple(lie for lie in (wrong if lies is None else lies) if not _recurs(point, lie))
    return replace(point, wrong=wrong, lies=lies)


def _recurs(point: Point, lie: str) -> bool:
    """Whether the clause speaks again of what is swapped: “下级人民政府协调下级人民政府”, “月度考核……年度考核”."""
    rest = (
        point.clause.text[: point.start - point.clause.start]
        + "，"
        + point.clause.text[point.end - point.clause.start :]
    )
    if point.may_recur:
        return False
    own, other = pairs(point.text), pairs(lie)
    return lie in rest or any(pair in rest for pair in own ^ other)


def pairs(text: str) -> set[str]:
    """Every two neighbouring characters."""
    return {text[i : i + 2] for i in range(len(text) - 1)}


@remembered(64)
def whole_text(document: Document) -> str:
    """All articles of a document, a line break between two."""
    return "\n".join(article.text for article in document.articles)


def still_wrong(point: Point, fillings: Sequence[str], document: Document) -> tuple[str, ...]:
    """Those fillings that the document says nowhere in this place: with the characters around them they stand in no article."""
    before = point.clause.text[: point.start - point.clause.start][-NEAR:]
    after = point.clause.text[point.end - point.clause.start :][:NEAR]
    whole = whole_text(document)
    kept = []
    for filling in dict.fromkeys(fillings):
        stated = f"{before}{filling}{after}"
        if filling != point.text and stated not in whole:
            kept.append(filling)
    return tuple(kept)


NEAR = 4
"""Characters on each side of a filling that must stand together with it for the filling to be right there too."""
