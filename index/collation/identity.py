"""Which printings are one document, which are versions of it, and which pairs only the user can tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product

from index.collation.candidates import pair_candidates
from index.collation.differences import Letters, read_letters
from index.collation.relation import Relation, compare, compare_letters
from index.collation.titles import compare_titles
from index.records import NEWS, Witness

__all__ = ["Grouping", "Question", "Relation", "Told", "compare", "group_printings"]

Told = frozenset[tuple[str, str]]
"""Pairs of sigla of which the user said that they are one document, or two."""

_SHARED = 0.12  # of the sampled runs of eight letters: 5% slips on both sides leave 0.4, most boilerplate less
_ALIKE = 0.3  # … and where the titles are no reason to suspect anything
_NAMESAKES = 12  # printings under one title that are all compared; among more (通知), only those that share text
_TIE = 0.002  # a part fits two versions equally well where its similarities differ by less

_MOST_REASONS = 4  # in a question

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Question:
    """Two printings that may be one document: siglum and title of both."""

    one: tuple[str, str]
    other: tuple[str, str]
    relation: Relation

    @property
    def text(self) -> str:
        """One sentence for the user: what is alike, what was done, what to do."""
        names = "和".join(f"{siglum}《{title}》" if title else siglum for siglum, title in (self.one, self.other))
        sigla = f"{self.one[0]},{self.other[0]}"
        return (
            f"{names}可能是同一份文件（{'，'.join(self.relation.reasons[:_MOST_REASONS])}），暂按两份文件分列；"
            f"是同一份请用 policyqa build … --same {sigla}，不是请用 --separate {sigla}"
        )


@dataclass(frozen=True, slots=True)
class Grouping:
    """Indexes into the witnesses, grouped in order of first appearance; `versions` are pairs of indexes into `groups`."""

    groups: tuple[tuple[int, ...], ...]
    versions: tuple[tuple[int, int, Relation], ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(slots=True)
class _Groups:
    """Groups that grow: printings are joined unless a pair across the two is known to be kept apart."""

    owner: list[int]
    members: dict[int, list[int]]
    apart: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def keep_apart(self, one: int, other: int) -> None:
        self.apart[one].add(other)
        self.apart[other].add(one)

    def join(self, one: int, other: int) -> None:
        keep, drop = sorted((self.owner[one], self.owner[other]))
        if keep == drop or any(self.apart[m] & set(self.members[keep]) for m in self.members[drop] if m in self.apart):
            return
        for member in self.members[drop]:
            self.owner[member] = keep
        self.members[keep] += self.members.pop(drop)


def group_printings(
    witnesses: Sequence[Witness], told_same: Told = frozenset(), told_different: Told = frozenset()
) -> Grouping:
    """The documents that printings are of. What was told counts before what is found; an uncertain pair stays apart."""
    witnesses = [replace(w, title="") if w.title == w.siglum else w for w in witnesses]  # named after its file only
    letters = [read_letters(witness) for witness in witnesses]
    relations = {
        (i, j): compare_letters(witnesses[i], witnesses[j], letters[i], letters[j])
        for i, j in _suspects(witnesses, letters)
    }
    _doubt_ties(witnesses, relations)
    same, different = _apply_told(witnesses, letters, relations, told_same, told_different)
    groups = _Groups(list(range(len(witnesses))), {i: [i] for i in range(len(witnesses))})
    for i, j in different:
        groups.keep_apart(i, j)
    for i, j in same:
        groups.join(i, j)
    for (i, j), relation in sorted(relations.items(), key=_by_certainty):
        if relation.kind == "same":
            groups.join(i, j)
        elif relation.kind == "version" and groups.owner[i] != groups.owner[j]:
            groups.keep_apart(i, j)
    relations = {pair: r for pair, r in relations.items() if not (pair in different and r.kind == "version")}
    return _describe(witnesses, relations, groups, same | different)


def _by_certainty(item: tuple[Pair, Relation]) -> tuple[float, float, Pair]:
    """The surest first, so that a doubtful version does not part what is surely one, nor the other way round."""
    pair, relation = item
    return -abs(relation.probability - 0.5), -relation.similarity, pair


def _suspects(witnesses: Sequence[Witness], letters: Sequence[Letters]) -> list[Pair]:
    """Pairs worth a look: the same title or much text in common; two printings are never on one page."""
    pairs = pair_candidates([text.text for text in letters], _SHARED)
    found = {pair for pair, share in pairs.items() if share >= _ALIKE or _may_be_one(witnesses, pair)}
    namesakes: defaultdict[str, list[int]] = defaultdict(list)
    for index, witness in enumerate(witnesses):
        if witness.title and witness.kind != NEWS:
            namesakes[witness.title].append(index)
    for indexes in namesakes.values():
        found.update(combinations(indexes, 2) if len(indexes) <= _NAMESAKES else [])
    return sorted((i, j) for i, j in found if witnesses[i].siglum != witnesses[j].siglum)


def _may_be_one(witnesses: Sequence[Witness], pair: Pair) -> bool:
    one, other = (witnesses[i] for i in pair)
    is_part = one.starts_inside or other.starts_inside
    return is_part or compare_titles(one.title, other.title) not in ("conflict", "near", "unrelated")


def _doubt_ties(witnesses: Sequence[Witness], relations: dict[Pair, Relation]) -> None:
    """A part that fits two versions equally well could be of either: nothing is mixed, the user is asked."""
    fits: defaultdict[int, list[tuple[int, Pair]]] = defaultdict(list)
    for (i, j), relation in relations.items():
        if relation.kind == "same":
            fits[i].append((j, (i, j)))
            fits[j].append((i, (i, j)))
    doubtful: set[Pair] = set()
    for found in fits.values():
        for (one, pair), (other, pair_other) in combinations(found, 2):
            between = relations.get((min(one, other), max(one, other)))
            close = abs(relations[pair].similarity - relations[pair_other].similarity) < _TIE
            if close and between and between.kind == "version":
                doubtful |= {pair, pair_other}
    for pair in doubtful:
        reasons = (*relations[pair].reasons, "与另一版本同样相合")
        relations[pair] = replace(relations[pair], kind="uncertain", probability=0.5, reasons=reasons)


def _apply_told(
    witnesses: Sequence[Witness],
    letters: Sequence[Letters],
    relations: dict[Pair, Relation],
    told_same: Told,
    told_different: Told,
) -> tuple[set[Pair], set[Pair]]:
    """The pairs of printings that the user spoke of. A page may hold several: those in doubt are meant, if any are."""
    on_page: defaultdict[str, list[int]] = defaultdict(list)
    for index, witness in enumerate(witnesses):
        on_page[witness.siglum].append(index)

    def meant(told: Iterable[tuple[str, str]], order: tuple[str, ...]) -> set[Pair]:
        found: set[Pair] = set()
        for one, other in told:
            pairs = [(min(p), max(p)) for p in product(on_page[one], on_page[other]) if p[0] != p[1]]
            for kind in order:
                chosen = [p for p in pairs if p in relations and relations[p].kind == kind]
                if chosen:
                    found.update(chosen)
                    break
            else:
                found.update(_most_alike(witnesses, letters, pairs))
        return found

    same = meant(told_same, ("uncertain", "version", "same"))
    different = meant(told_different, ("uncertain", "same", "version"))
    return same - different, different


def _most_alike(witnesses: Sequence[Witness], letters: Sequence[Letters], pairs: Sequence[Pair]) -> list[Pair]:
    """The pair with most text in common, where nothing else tells which printings of two pages are meant."""
    if len(pairs) <= 1:
        return list(pairs)
    compared = {(i, j): compare_letters(witnesses[i], witnesses[j], letters[i], letters[j]) for i, j in pairs}
    return [max(pairs, key=lambda pair: compared[pair].similarity)]


def _describe(
    witnesses: Sequence[Witness], relations: dict[Pair, Relation], groups: _Groups, told: set[Pair]
) -> Grouping:
    members = sorted(sorted(group) for group in groups.members.values())
    place = {index: number for number, group in enumerate(members) for index in group}
    versions: dict[Pair, Relation] = {}
    questions: dict[Pair, Question] = {}
    for (i, j), relation in sorted(relations.items(), key=lambda item: -item[1].similarity):
        key = (min(place[i], place[j]), max(place[i], place[j]))
        if key[0] == key[1]:
            continue
        if relation.kind == "version":
            versions.setdefault(key, relation)
        elif relation.kind in ("uncertain", "same") and (i, j) not in told:
            ends = [(witnesses[k].siglum, witnesses[k].title) for k in (i, j)]
            questions.setdefault(key, Question(ends[0], ends[1], relation))
    asked = tuple(question for key, question in sorted(questions.items()) if key not in versions)
    ordered = tuple((one, other, relation) for (one, other), relation in sorted(versions.items()))
    return Grouping(tuple(tuple(group) for group in members), ordered, asked)
