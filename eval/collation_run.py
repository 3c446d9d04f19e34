"""One document in one setting: printings are made, collated by the product, and held against the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter

from eval.collation_scores import is_right, normalise_with_offsets, wrong_slots
from eval.majority import edit_distance, majority
from eval.slip_maker import Printing, Setting, make_printings
from eval.slips import Slip
from index.collation.blocks import opcodes
from index.library import Library, build_library
from index.records import ApparatusEntry, Document, Page

Build = Callable[[Iterable[Page]], Library]

_CONTEXT = 12


@dataclass(frozen=True, slots=True)
class Truth:
    """A document that is taken to be right. `text` begins with its title; `body` is its compared form."""

    name: str
    text: str
    body: str


@dataclass(frozen=True, slots=True)
class Judged:
    """An apparatus entry and whether its reading is the truth's. Offsets are into the compared form of our text."""

    start: int
    end: int
    confidence: float
    right: bool
    entry: ApparatusEntry


@dataclass(frozen=True, slots=True)
class Mended:
    """One slip that `carriers` printings have, and whether the majority and our text have the truth there."""

    kind: str
    origin: str
    carriers: int
    by_majority: bool
    by_ours: bool


@dataclass(frozen=True, slots=True)
class WrongPlace:
    """A place where our text is wrong, for people: what stands before and after, ours, the truth, what was decided."""

    before: str
    ours: str
    truth: str
    after: str
    confidence: float | None
    entry: ApparatusEntry | None


@dataclass(frozen=True, slots=True)
class Result:
    """What one document gave in one setting; edits are Levenshtein distances to a truth of `length` characters."""

    name: str
    length: int
    witnesses: tuple[int, ...]
    majority: int
    ours: int
    judged: tuple[Judged, ...]
    mended: tuple[Mended, ...]
    wrong: tuple[WrongPlace, ...]
    ungrouped: tuple[str, ...]
    seconds: float

    @property
    def best(self) -> int:
        return min(self.witnesses)


def parse_alone(text: str, name: str = "0", build: Build = build_library) -> str:
    """All articles of a text that is imported alone, in compared form."""
    library = build([Page("0", f"{name}.txt", text)])
    articles = (article.text for document in library.documents for article in document.articles)
    return normalise_with_offsets("\n".join(articles))[0]


def measure(truth: Truth, setting: Setting, seed: int, build: Build = build_library) -> Result:
    """Makes the printings and measures the best of them, their majority, and what the product makes of them."""
    printings = make_printings(truth.text, setting, seed)
    pages = [Page(f"{number:03}", f"{number:03}.txt", p.text) for number, p in enumerate(printings)]
    alone = [parse_alone(p.text, page.siglum, build) for p, page in zip(printings, pages, strict=True)]
    voted = parse_alone(majority([p.text for p in printings]), "majority", build)
    started = perf_counter()
    library = build(pages)
    seconds = perf_counter() - started
    document = max(library.documents, key=_rank)
    ours, spans = _collated(document)
    slots = wrong_slots(ours, truth.body)
    judged = tuple(Judged(s, e, entry.confidence, is_right(slots, s, e), entry) for s, e, entry in spans)
    return Result(
        name=truth.name,
        length=len(truth.body),
        witnesses=tuple(edit_distance(text, truth.body) for text in alone),
        majority=edit_distance(voted, truth.body),
        ours=edit_distance(ours, truth.body),
        judged=judged,
        mended=_mended(truth, printings, wrong_slots(truth.body, voted), wrong_slots(truth.body, ours)),
        wrong=tuple(_wrong_places(ours, truth.body, judged)),
        ungrouped=tuple(_ungrouped(library, document, pages)),
        seconds=seconds,
    )


def _rank(document: Document) -> tuple[int, int]:
    return len({w.siglum for w in document.witnesses}), sum(len(article.text) for article in document.articles)


def _collated(document: Document) -> tuple[str, list[tuple[int, int, ApparatusEntry]]]:
    """Our text in compared form, and the spans of the apparatus in it."""
    pieces: list[str] = []
    starts: dict[str, tuple[int, list[int]]] = {}
    length = 0
    for article in document.articles:
        text, offsets = normalise_with_offsets(article.text)
        starts[article.number] = (length, offsets)
        pieces.append(text)
        length += len(text)
    spans = []
    for entry in document.apparatus:
        base, offsets = starts[entry.article]
        spans.append((base + offsets[entry.offset], base + offsets[entry.offset + entry.length], entry))
    return "".join(pieces), spans


def _mended(
    truth: Truth, printings: Sequence[Printing], wrong_voted: bytearray, wrong_ours: bytearray
) -> tuple[Mended, ...]:
    """Each different slip of the printings that lies in what is compared; titles and numbers are not."""
    carriers: dict[Slip, int] = {}
    for printing in printings:
        for slip in printing.slips:
            carriers[slip] = carriers.get(slip, 0) + 1
    places = _body_places(truth)
    mended = []
    for slip, count in carriers.items():
        touched = [p for p in places[slip.start : max(slip.end, slip.start + 1)] if p >= 0]
        if not touched:
            continue
        start = touched[0]
        end = touched[-1] + 1 if slip.end > slip.start else start
        mended.append(
            Mended(slip.kind, slip.origin, count, is_right(wrong_voted, start, end), is_right(wrong_ours, start, end))
        )
    return tuple(mended)


def _body_places(truth: Truth) -> list[int]:
    """For each character of the raw text its place in the compared body; -1 for what is not in it."""
    compared, offsets = normalise_with_offsets(truth.text)
    places = [-1] * (len(compared) + 1)
    for tag, i1, i2, j1, _ in opcodes(compared, truth.body):
        if tag == "equal":
            places[i1:i2] = range(j1, j1 + i2 - i1)
    return [places[offset] if offset < following else -1 for offset, following in pairwise(offsets)]


def _wrong_places(ours: str, truth: str, judged: Sequence[Judged]) -> Iterable[WrongPlace]:
    for tag, i1, i2, j1, j2 in opcodes(ours, truth):
        if tag != "equal":
            touching = [j for j in judged if j.start <= i2 and i1 <= j.end and not j.right]
            nearest = min(touching, key=lambda j: j.confidence, default=None)
            yield WrongPlace(
                ours[max(0, i1 - _CONTEXT) : i1],
                ours[i1:i2],
                truth[j1:j2],
                ours[i2 : i2 + _CONTEXT],
                nearest.confidence if nearest else None,
                nearest.entry if nearest else None,
            )


def _ungrouped(library: Library, document: Document, pages: Sequence[Page]) -> Iterable[str]:
    """For each printing that did not land in the document, why."""
    inside = {witness.siglum for witness in document.witnesses}
    for page in pages:
        if page.siglum in inside:
            continue
        other = next((d for d in library.documents if any(w.siglum == page.siglum for w in d.witnesses)), None)
        if other is None:
            yield "没有条文"
        elif other.title in document.versions or document.title in other.versions:
            yield "当作另一版本"
        elif other.grammar != document.grammar:
            yield f"编号方式读作 {other.grammar}"
        else:
            titles = {w.title for w in document.witnesses}
            yield "题名不同" if other.witnesses[0].title not in titles else "题名相同而未合并"
