"""A paper as Markdown; nothing in its texts becomes markup."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.markup import escape_line, escape_lines, escape_markdown, one_line
from assistant.material.blocks import Block, Bullets, Heading, NewPage, Paper, Table, Text

_BETWEEN_LISTS = "<!-- -->"
"""Two lists in a row would be one."""


def write_markdown(paper: Paper) -> str:
    """CommonMark with GitHub's tables; headings of the paper begin at `##`."""
    head = [f"# {escape_markdown(one_line(paper.title))}", escape_line(one_line(paper.subtitle))]
    parts = [part for part in (*head, *_parts(paper)) if part]
    if paper.footer.strip():
        parts += ["---", escape_line(one_line(paper.footer))]
    return "\n\n".join(parts) + "\n"


def _parts(paper: Paper) -> Iterator[str]:
    """One string a block, empty where it shows nothing; the options of an item are lines of one paragraph."""
    options: list[str] = []
    before: Block | None = None
    for block in paper.blocks:
        if isinstance(block, Text) and block.style == "option":
            options.append(escape_line(one_line(block.text)))
            continue
        if options:
            yield "  \n".join(options)
            options = []
        part = _part(block)
        if part and isinstance(block, Bullets) and isinstance(before, Bullets):
            yield _BETWEEN_LISTS
        yield part
        before = block if part else before
    if options:
        yield "  \n".join(options)


def _part(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * (min(max(block.level, 1), 3) + 1)} {escape_markdown(one_line(block.text))}"
    if isinstance(block, Text):
        return _text(block)
    if isinstance(block, Bullets):
        lines = [escape_line(line) for line in map(one_line, block.lines) if line]
        signs = (f"{place}." if block.is_numbered else "-" for place in range(1, len(lines) + 1))
        return "\n".join(f"{sign} {line}" for sign, line in zip(signs, lines, strict=True))
    return "---" if isinstance(block, NewPage) else _table(block)


def _text(block: Text) -> str:
    text = escape_lines(block.text)
    if not text:
        return ""
    if block.style == "quote":
        return "\n".join(f"> {line}" for line in text.split("\n"))
    if block.style == "strong":
        return "  \n".join(f"**{line}**" for line in text.split("  \n"))
    return text


def _table(block: Table) -> str:
    """With an empty header where there is none: Markdown has no table without it."""
    count = max(map(len, (block.header, *block.rows)))
    if count == 0:
        return ""
    rows = [[_cell(text) for text in row] + [""] * (count - len(row)) for row in (block.header, *block.rows)]
    rows.insert(1, ["---"] * count)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(text: str) -> str:
    return "<br>".join(escape_line(line) for line in text.splitlines() if line.strip())
