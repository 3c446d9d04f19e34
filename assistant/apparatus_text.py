"""The apparatus for people at a terminal: aligned blocks, coloured where colour can be seen, clear where it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from assistant.apparatus import (
    CONTEXT,
    NOTHING,
    RELIABLE,
    Place,
    describe_witnesses,
    grade,
    group_damages,
    list_places,
    list_readings,
    summarise,
    visible,
)
from index.records import Document, Reliability

_CONTEXT_COLUMNS = 2 * CONTEXT + 1  # and an ellipsis
_PIPED_COLUMNS = 100  # a file has no width
_FEWEST_COLUMNS = 36  # for a reading, however narrow the window: a folded one still shows five characters at each end


def print_apparatus(
    document: Document, reliability: Sequence[Reliability], out: TextIO, doubtful_only: bool = False
) -> None:
    """Prints the apparatus; in colour only on a terminal, and not where NO_COLOR is set."""
    console = Console(file=out, highlight=False, markup=False, emoji=False)
    width = console.width if console.is_terminal else _PIPED_COLUMNS
    for line in render_apparatus(document, reliability, doubtful_only, width):
        console.print(line, soft_wrap=True)  # never broken into two lines: the columns would be lost


def render_apparatus(
    document: Document, reliability: Sequence[Reliability], doubtful_only: bool = False, width: int = _PIPED_COLUMNS
) -> list[Text]:
    """The lines for a terminal of `width` columns."""
    places = list_places(document)
    lines = [Text(line, style="bold" if rank == 0 else "") for rank, line in enumerate(summarise(document))]
    lines[1:1] = [Text(f"  {line}") for line in describe_witnesses(document, reliability)]
    shown = [place for place in places if place.is_doubtful or not doubtful_only]
    sigla = max((cell_len(" ".join(reading.support)) for p in shown for reading in list_readings(p.entry)), default=0)
    for _, group in groupby(shown, key=lambda place: place.entry.article):
        article = list(group)
        lines += [Text(), Text(visible(article[0].label), style="bold cyan")]
        for place in article:
            lines += _block(place, sigla, max(_FEWEST_COLUMNS, width - sigla - 2 * _CONTEXT_COLUMNS - 10))
    if not doubtful_only or len(document.witnesses) < 2:
        lines += _damage_lines(document)
    return lines


def fold(readings: Sequence[str], columns: int) -> list[str]:
    """The readings of one place, long ones shown by their ends; in full where their ends would not tell them apart.

    >>> fold(["甲" * 40, ""], 30)
    ['甲甲甲甲…（共40字）…甲甲甲甲', '∅']
    """
    folded = [_fold(reading, columns) for reading in readings]
    return folded if len(set(folded)) == len(set(readings)) else [visible(r) or NOTHING for r in readings]


def _block(place: Place, sigla: int, columns: int) -> list[Text]:
    """The lines of one place: number and confidence, the chosen reading, the variants."""
    colour = "red" if place.is_doubtful else "yellow" if place.entry.confidence < RELIABLE else "green"
    reasons = "；".join(visible(reason) for reason in place.entry.reasons)
    head = Text.assemble(f"{place.number:>3}. ", (grade(place.entry.confidence), colour), f"  {reasons}".rstrip())
    readings = list_readings(place.entry)
    folded = fold([reading.reading for reading in readings], columns)
    widest = max(map(cell_len, folded))
    before = _pad(("…" if len(place.before) == CONTEXT else "") + visible(place.before), _CONTEXT_COLUMNS, left=True)
    after = visible(place.after) + ("…" if len(place.after) == CONTEXT else "")
    lines = [head]
    for rank, (reading, shown) in enumerate(zip(readings, folded, strict=True)):
        style = "bold green" if rank == 0 else "red" if place.is_doubtful else "yellow"
        lines.append(
            Text.assemble(
                ("  取 " if rank == 0 else "  异 ", style),
                _pad(visible(" ".join(reading.support)), sigla),
                f" {before}",
                (f"【{shown}】", style),
                f"{' ' * (widest - cell_len(shown))}{after}".rstrip(),
            )
        )
    return lines


def _damage_lines(document: Document) -> list[Text]:
    lines: list[Text] = []
    for (label, kind, note), places in group_damages(document):
        lines.append(Text(f"  {visible(label)}：{kind}——{visible(note)}"))
        for place in places:
            shown = fold([place.text], _FEWEST_COLUMNS)[0]
            lines.append(
                Text.assemble(f"      {visible(place.before)}", (f"【{shown}】", "yellow"), visible(place.after))
            )
    if lines:
        return [Text(), Text("版面损坏", style="bold"), *lines]
    return [Text(), Text("版面上没有发现损坏。")] if len(document.witnesses) < 2 else []


def _fold(reading: str, columns: int) -> str:
    text = visible(reading)
    marker = f"…（共{len(''.join(reading.split()))}字）…"
    half = max(2, (columns - cell_len(marker)) // 4)
    if cell_len(text) <= columns or len(text) <= 2 * half:
        return text or NOTHING
    return f"{text[:half]}{marker}{text[-half:]}"


def _pad(text: str, columns: int, left: bool = False) -> str:
    spaces = " " * (columns - cell_len(text))
    return spaces + text if left else text + spaces
