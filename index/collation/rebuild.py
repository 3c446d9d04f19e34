"""Decisions -> the collated articles and their apparatus: the chosen characters in their printed form, with line breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.collation.alignment import GAP
from index.collation.decide import Decision, Problem
from index.collation.line_breaks import LineBreaks
from index.collation.parts import settle_parts
from index.collation.places import Place
from index.collation.streams import (
    ARTICLE,
    BODY,
    HEADING,
    TEXT,
    Markers,
    Stream,
    is_marker,
    repeats_heading,
)
from index.drafts import read_lines
from index.records import Article, Damage, Witness


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a place, or the part of it that lies in one article, stands: its columns, and its span in the text.

    `offsets` are (column, start, end) of each of its printed characters.
    """

    place: int
    start_column: int
    end_column: int
    start: int
    end: int
    offsets: tuple[tuple[int, int, int], ...] = ()


@dataclass(slots=True)
class Building:
    """An article while its tokens arrive."""

    number: str
    heading: str = ""
    text: list[str] = field(default_factory=list)
    length: int = 0
    votes: Counter[tuple[int, int]] = field(default_factory=Counter)
    pieces: list[Piece] = field(default_factory=list)
    lines: dict[tuple[int, int, int], int] = field(default_factory=dict)
    offsets: dict[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Emitted:
    """One chosen token: its column, the printing it is taken from, its place (-1 where all agree)."""

    column: int
    printing: int
    token: int
    place: int
    begins_line: bool


Opened = tuple[Building, int, int, int]
"""An article, and the column, offset and number of printed tokens at which a place began in it."""


def rebuild(
    witnesses: Sequence[Witness],
    streams: Sequence[Stream],
    problem: Problem,
    decisions: Sequence[Decision],
    markers: Markers,
    rates: Sequence[float],
) -> list[tuple[Article, tuple[Piece, ...]]]:
    """The articles in order, each with the pieces of places in its text. `rates[w]` are the printings' slip rates."""
    meanings = {character: key for key, character in markers.numbers.items()}
    building: list[Building] = []
    field_name = TEXT
    open_places: dict[int, Opened] = {}
    starts = {place.start: k for k, place in enumerate(problem.places)}
    ends = {place.end: k for k, place in enumerate(problem.places)}
    for column, emitted in _columns(streams, problem, decisions, rates):
        if column in ends and (k := ends[column]) in open_places:
            _close(open_places.pop(k), k, column)
        if column in starts and building and field_name == TEXT:
            open_places[starts[column]] = _open(building[-1], column)
        if emitted is None:
            continue
        stream = streams[emitted.printing]
        character, token = stream.normal[emitted.token], stream.tokens[emitted.token]
        kind, name = meanings.get(character, ("", ""))
        if kind == ARTICLE or not building:
            if emitted.place in open_places:
                _close(open_places.pop(emitted.place), emitted.place, column)
            building.append(Building(name if kind == ARTICLE else _first_number(witnesses, emitted)))
            field_name = TEXT
            if emitted.place >= 0:
                open_places[emitted.place] = _open(building[-1], column + (kind == ARTICLE))
        if kind in (ARTICLE, BODY):
            field_name = TEXT
        elif kind == HEADING:
            field_name = HEADING
        elif field_name == HEADING:
            building[-1].heading += token.printed
        else:
            _append(building[-1], emitted, token.printed, token.article, token.offset)
    for k, opened in open_places.items():
        _close(opened, k, problem.places[k].end)
    parts = settle_parts(witnesses, rates)
    finished = [(_finish(b, witnesses, rates, parts), tuple(b.pieces)) for b in building if b.length]
    return _unique(finished)


def _open(article: Building, column: int) -> Opened:
    return article, column, article.length, len(article.text)


def _close(opened: Opened, place: int, column: int) -> None:
    """A line break before the first word of a place is not part of it."""
    article, start_column, start, written = opened
    if column > start_column:
        breaks = len(article.text) > written and article.text[written] == "\n"
        inside = (c for c in range(start_column, column) if c in article.offsets)
        offsets = tuple((c, *article.offsets[c]) for c in inside)
        article.pieces.append(Piece(place, start_column, column, start + breaks, article.length, offsets))


def _append(article: Building, emitted: Emitted, printed: str, source: int, offset: int) -> None:
    if emitted.begins_line and article.length:
        article.text.append("\n")
        article.length += 1
    if emitted.begins_line or not article.length:
        article.lines[(emitted.printing, source, offset)] = article.length
    article.text.append(printed)
    if emitted.place >= 0:
        article.offsets[emitted.column] = (article.length, article.length + len(printed))
    article.length += len(printed)
    article.votes[(emitted.printing, source)] += 1


def _columns(
    streams: Sequence[Stream], problem: Problem, decisions: Sequence[Decision], rates: Sequence[float]
) -> Iterator[tuple[int, Emitted | None]]:
    """Every column in order with the token chosen for it, None where nothing is."""
    columns = problem.columns
    order = sorted(range(len(streams)), key=lambda w: (rates[w], w))
    source: dict[int, int] = {}
    inside: dict[int, int] = {}
    for k, (place, decision) in enumerate(zip(problem.places, decisions, strict=True)):
        for start, end, printing in _sources(place, decision, order):
            source.update(dict.fromkeys(range(start, end), printing))
        inside.update(dict.fromkeys(range(place.start, place.end), k))
    tokens = columns.tokens.tolist()
    characters = columns.characters.tolist()
    breaks = LineBreaks(streams, rates)
    for c in range(columns.tokens.shape[1]):
        printing = source.get(c, -1)
        if printing < 0:
            printing = next(w for w in order if tokens[w][c] != GAP)
        here = [row[c] for row in tokens]
        if here[printing] == GAP:
            breaks.skip(here)
            yield c, None
            continue
        begins = breaks.decide(here, [row[c] for row in characters], characters[printing][c])
        yield c, Emitted(c, printing, here[printing], inside.get(c, -1), begins)


def _sources(place: Place, decision: Decision, order: Sequence[int]) -> tuple[tuple[int, int, int], ...]:
    """Where the chosen candidate is taken from; of several printings that have it the most reliable."""
    if decision.chosen >= place.attested:
        return place.sources[decision.chosen]
    reading = place.candidates[decision.chosen]
    return ((place.start, place.end, next(w for w in order if place.readings[w] == reading)),)


def _first_number(witnesses: Sequence[Witness], emitted: Emitted) -> str:
    """The number of an article whose beginning no printing has."""
    return witnesses[emitted.printing].articles[0].number


def _finish(building: Building, witnesses: Sequence[Witness], rates: Sequence[float], parts: dict[str, str]) -> Article:
    text = "".join(building.text)
    own = {k: n for k, n in building.votes.items() if witnesses[k[0]].articles[k[1]].number == building.number}
    whole = {k: n for k, n in own.items() if not (witnesses[k[0]].starts_inside and k[1] == 0)}
    votes = whole or own or _numbered(building.number, witnesses) or building.votes
    printing, index = max(votes, key=lambda k: (votes[k], -rates[k[0]]))
    base = witnesses[printing].articles[index]
    heading = building.heading or _run_in_heading(base, text)
    paragraphs, cut_off = read_lines(text.split("\n"))
    lost = [d for d in base.damages if d.kind == "lost_marker"]
    restored = [_moved(d, building.lines.get((printing, index, d.start)), text) for d in lost]
    damages = sorted((*filter(None, restored), *cut_off), key=lambda d: d.start)
    return replace(
        base,
        number=building.number,
        label=base.label.replace(_named(base.heading), _named(heading)) if base.heading else base.label,
        heading=heading,
        part=parts.get(building.number, base.part),
        text=text,
        paragraphs=paragraphs,
        damages=tuple(damages),
        siglum=witnesses[printing].siglum,
    )


def _numbered(number: str, witnesses: Sequence[Witness]) -> Counter[tuple[int, int]]:
    """The articles of this number, for one whose words all come from printings that misprinted its number."""
    found = (
        (w, k) for w, witness in enumerate(witnesses) for k, a in enumerate(witness.articles) if a.number == number
    )
    return Counter(found)


def _named(heading: str) -> str:
    return heading.rstrip("？?。：:")


def _run_in_heading(base: Article, text: str) -> str:
    """The heading as the collated text has it, where it is the beginning of the text."""
    if not repeats_heading(base):
        return base.heading
    start = base.text.find(base.heading)
    closing = base.text[start + len(base.heading) : start + len(base.heading) + 1]
    if base.heading[-1:] in "。？?":
        closing = base.heading[-1]
        end = text.find(closing, start) + 1
    else:
        end = text.find(closing, start) if closing else len(base.heading)
    return text[start:end] if abs(end - start - len(base.heading)) <= 6 and end > start else base.heading


def _moved(damage: Damage, start: int | None, text: str) -> Damage | None:
    if start is None:
        return None
    end = text.find("\n", start)
    return replace(damage, start=start, end=end if end >= 0 else len(text))


def _unique(articles: list[tuple[Article, tuple[Piece, ...]]]) -> list[tuple[Article, tuple[Piece, ...]]]:
    """A number that stands twice all the same keeps both texts, as `index.articles` does."""
    seen: Counter[str] = Counter()
    result = []
    for article, pieces in articles:
        seen[article.number] += 1
        if seen[article.number] > 1:
            times = seen[article.number] - 1
            number = f"{article.number}（重{times if times > 1 else ''}）"
            article = replace(article, number=number, label=f"{article.label}（重出）")
        result.append((article, pieces))
    return result


def piece_readings(problem: Problem, streams: Sequence[Stream], piece: Piece) -> list[tuple[str, str] | None]:
    """What each printing has in a piece: (normal form, printed form) without structural marks; None if not covered."""
    found: list[tuple[str, str] | None] = []
    for w, whole in enumerate(problem.places[piece.place].readings):
        if whole is None:
            found.append(None)
            continue
        row = problem.columns.tokens[w, piece.start_column : piece.end_column]
        kept = [int(t) for t in row if t != GAP]
        normal = "".join(streams[w].normal[t] for t in kept)
        printed = "".join(streams[w].tokens[t].printed for t in kept)
        found.append(("".join(c for c in normal if not is_marker(c)), printed.strip()))
    return found
