"""A paper as plain text, for a message or a printer without anything else."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.markup import one_line, printable
from assistant.material.blocks import Block, Bullets, Heading, NewPage, Paper, Table, Text

PAGE_LINE = "－" * 20
_PAIR = 2


def write_plain(paper: Paper) -> str:
    """Lines of text; a row of a table is one line that repeats what its columns are called."""
    lines = [one_line(paper.title), one_line(paper.subtitle)]
    before: Block | None = None
    for block in paper.blocks:
        if not _belong_together(before, block):
            lines.append("")
        lines += [line.rstrip() for line in _lines(block)]
        before = block
    if paper.footer.strip():
        lines += ["", one_line(paper.footer)]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept).strip() + "\n"


def _belong_together(before: Block | None, block: Block) -> bool:
    """Whether no empty line stands between two blocks: options under their stem, a source under its quotation."""
    if isinstance(block, Text) and isinstance(before, Text):
        if block.style == "quote":
            return before.style not in ("quote", "caption")
        return before.style == "strong" or block.style in ("option", "caption") or block.text == before.text
    return isinstance(before, Heading) and not isinstance(block, Heading | NewPage)


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield one_line(block.text)
    elif isinstance(block, Text):
        yield from (line.strip() for line in printable(block.text).splitlines() if line.strip())
    elif isinstance(block, Bullets):
        lines = [line for line in map(one_line, block.lines) if line]
        yield from (f"{place}．{line}" if block.is_numbered else f"· {line}" for place, line in enumerate(lines, 1))
    elif isinstance(block, NewPage):
        yield PAGE_LINE
    else:
        yield from _rows(block)


def _rows(table: Table) -> Iterator[str]:
    """答复申请　时限：5个工作日　依据：第3条; of two columns, 发文机关：测试市人民政府"""
    for cells in ([one_line(cell) for cell in row] for row in table.rows if any(row)):
        if len(cells) == _PAIR and all(cells):
            yield "· " + "：".join(cells)
            continue
        names = [one_line(name) for name in table.header] + [""] * len(cells)
        named = [
            f"{name}：{cell}" if name and place else cell
            for place, (name, cell) in enumerate(zip(names, cells, strict=False))
        ]
        yield "· " + "　".join(cell for cell, text in zip(named, cells, strict=True) if text)
