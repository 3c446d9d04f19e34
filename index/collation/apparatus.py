"""Places and decisions -> the entries of the 校勘记."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.collation.decide import Context, Decision, Problem, context_of
from index.collation.rebuild import Piece, piece_readings
from index.collation.slips import describe
from index.collation.streams import Stream, is_marker
from index.records import ApparatusEntry, Article, Reading
from index.tokens import word_edges

_CONTEXT = 8
_LONGEST_WIDENING = 3  # characters by which an entry grows on a side to whole words
_LONGEST_WIDENED = 12  # a longer reading is a phrase or a line, not a part of a word


def make_entries(
    rebuilt: Sequence[tuple[Article, Sequence[Piece]]],
    problem: Problem,
    streams: Sequence[Stream],
    decisions: Sequence[Decision],
) -> list[ApparatusEntry]:
    """One entry for each place inside an article's text where some printing has other characters, in reading order."""
    contexts = context_of(problem, [d.chosen for d in decisions])
    entries: list[ApparatusEntry] = []
    for article, pieces in rebuilt:
        own: list[ApparatusEntry] = []
        for piece in pieces:
            for part in _parts(problem, decisions[piece.place], piece):
                entry = _entry(article, part, problem, streams, decisions[part.place], contexts[part.place])
                own += [entry] if entry else []
        entries += _widen(article, own)
    return entries


def _parts(problem: Problem, decision: Decision, piece: Piece) -> list[Piece]:
    """The piece, or where it was put together from several printings the part that comes from each."""
    place = problem.places[piece.place]
    if decision.chosen < place.attested:
        return [piece]
    parts: list[Piece] = []
    start = piece.start
    for low, high, _ in place.sources[decision.chosen]:
        low, high = max(low, piece.start_column), min(high, piece.end_column)
        if low >= high:
            continue
        own = tuple(o for o in piece.offsets if low <= o[0] < high)
        begin, end = (own[0][1], own[-1][2]) if own else (start, start)
        parts.append(Piece(piece.place, low, high, begin, end, own))
        start = end
    return parts


def _entry(
    article: Article,
    piece: Piece,
    problem: Problem,
    streams: Sequence[Stream],
    decision: Decision,
    context: Context,
) -> ApparatusEntry | None:
    readings = piece_readings(problem, streams, piece)
    chosen = _normal(problem, piece, decision.chosen)
    support = tuple(s for s, r in zip(problem.sigla, readings, strict=True) if r is not None and r[0] == chosen)
    grouped: dict[str, tuple[str, list[str]]] = {}
    for siglum, reading in zip(problem.sigla, readings, strict=True):
        if reading is not None and reading[0] != chosen:
            grouped.setdefault(reading[0], (reading[1], []))[1].append(siglum)
    if not grouped:
        return None
    variants = sorted(grouped.items(), key=lambda item: (-len(item[1][1]), item[1][1]))
    reasons = [describe(chosen, normal, context.left, context.right) for normal, _ in variants]
    quoting = [title for _, title, found in problem.quotations if chosen and found[piece.place] == chosen]
    reasons += [f"{_bracketed(title)}引文同" for title in quoting]
    return ApparatusEntry(
        article=article.number,
        offset=piece.start,
        length=piece.end - piece.start,
        reading=article.text[piece.start : piece.end],
        support=support,
        variants=tuple(Reading(printed, tuple(sigla)) for _, (printed, sigla) in variants),
        confidence=_confidence(problem, piece, decision, chosen),
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _bracketed(title: str) -> str:
    return f"《{title.replace('《', '〈').replace('》', '〉')}》"


def _confidence(problem: Problem, piece: Piece, decision: Decision, chosen: str) -> float:
    """The sum over all candidates that read the same in this piece."""
    same = sum(c for k, c in enumerate(decision.chances) if c > 1e-6 and _normal(problem, piece, k) == chosen)
    return round(min(1.0, same), 4)


def _normal(problem: Problem, piece: Piece, candidate: int) -> str:
    """What a candidate has in the piece, without structural marks."""
    codes: list[int] = []
    for start, end, printing in problem.places[piece.place].sources[candidate]:
        low, high = max(start, piece.start_column), min(end, piece.end_column)
        if low < high:
            codes += problem.columns.characters[printing, low:high].tolist()
    return "".join(chr(code) for code in codes if code and not is_marker(chr(code)))


def _widen(article: Article, entries: Sequence[ApparatusEntry]) -> list[ApparatusEntry]:
    """Entries grown to whole words, so that a person reads 优进绌退 and 优胜劣汰, not 进绌退 and 胜劣汰.

    Never over punctuation, a line's end, or a neighbouring entry.
    """
    result: list[ApparatusEntry] = []
    for k, entry in enumerate(entries):
        low = result[-1].offset + result[-1].length if result else 0
        high = entries[k + 1].offset if k + 1 < len(entries) else len(article.text)
        result.append(_widened(article.text, entry, low, high))
    return result


def _widened(text: str, entry: ApparatusEntry, low: int, high: int) -> ApparatusEntry:
    readings = [entry.reading, *(v.reading for v in entry.variants)]
    if not any(map(_is_word, readings)) or max(map(len, readings)) > _LONGEST_WIDENED:
        return entry
    end = entry.offset + entry.length
    left = _letters_before(text[max(low, entry.offset - _CONTEXT) : entry.offset])
    right = _letters_after(text[end : min(high, end + _CONTEXT)])
    before = after = 0
    for reading in readings:
        edges = word_edges(left + reading + right)
        stop = len(left) + len(reading)
        before = max(before, len(left) - max(e for e in edges if e <= len(left)))
        after = max(after, min(e for e in edges if e >= stop) - stop)
    if before > _LONGEST_WIDENING or after > _LONGEST_WIDENING or not before + after:
        return entry
    opening, closing = text[entry.offset - before : entry.offset], text[end : end + after]
    return replace(
        entry,
        offset=entry.offset - before,
        length=entry.length + before + after,
        reading=opening + entry.reading + closing,
        variants=tuple(replace(v, reading=opening + v.reading + closing) for v in entry.variants),
    )


def _is_word(reading: str) -> bool:
    return bool(reading) and all("\u4e00" <= c <= "\u9fff" for c in reading)


def _letters_before(text: str) -> str:
    count = next((k for k, c in enumerate(reversed(text)) if not _is_word(c)), len(text))
    return text[len(text) - count :]


def _letters_after(text: str) -> str:
    return text[: next((k for k, c in enumerate(text) if not _is_word(c)), len(text))]
