"""Plans and standards numbered 1, 1.1, 1.1.1: each number with text is an article, a number that only heads is a part."""

from __future__ import annotations

import re
from dataclasses import replace

from index.clean import TERMINAL, Passage
from index.drafts import Draft
from index.records import LEAD_ARTICLE

_DECIMAL = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})[.．、]?[\s\u3000]+(?=[\u4e00-\u9fff“《（])")
_LONGEST_HEADING = 40
_FEWEST = 4


def is_decimal(text: str) -> bool:
    """Whether a line begins with such a number.

    >>> is_decimal("1 总则"), is_decimal("11.2的试验适用于"), is_decimal("2035年远景目标")
    (True, False, False)
    """
    return _DECIMAL.match(text) is not None


def has_decimals(passages: list[Passage]) -> bool:
    """Whether paragraphs are numbered 1.1, 1.2 … in order; single references (“11.2的试验”) do not count."""
    chain = [path for _, path in _chain(passages)]
    return sum(len(path) > 1 for path in chain) >= _FEWEST and len({path[0] for path in chain}) >= 2


def read_decimals(passages: list[Passage]) -> list[Draft]:
    """The drafts in printed order; a table of contents before them is left out."""
    starts = dict(_chain(passages))
    first = _first_after_contents(passages, starts)
    drafts: list[Draft] = []
    headings: dict[tuple[int, ...], str] = {}
    lead = [p for i, p in enumerate(passages) if i < min(starts) and p.text[-1] in TERMINAL]
    if lead:
        drafts.append(Draft(LEAD_ARTICLE, LEAD_ARTICLE, passages=lead))
    for index, passage in enumerate(passages):
        if index < first:
            continue
        path = starts.get(index)
        if path is None:
            if drafts:
                drafts[-1].passages.append(passage)
            continue
        text = _DECIMAL.sub("", passage.text)
        is_heading = len(text) <= _LONGEST_HEADING and text[-1] not in TERMINAL.replace("）", "")
        heading = text if is_heading else ""
        headings[path] = heading
        number = ".".join(map(str, path))
        part = " › ".join(
            f"{'.'.join(map(str, path[:n]))} {headings[path[:n]]}"
            for n in range(1, len(path))
            if headings.get(path[:n])
        )
        body = [] if is_heading else [replace(passage, text=text)]
        drafts.append(Draft(number, f"{number} {heading}".strip(), heading, part, body))
    return drafts


def _chain(passages: list[Passage]) -> list[tuple[int, tuple[int, ...]]]:
    """(index, path) of the passages whose decimal number follows the one before it, or opens the series again."""
    chain: list[tuple[int, tuple[int, ...]]] = []
    for index, passage in enumerate(passages):
        match = _DECIMAL.match(passage.text)
        if match is None:
            continue
        path = tuple(int(n) for n in match[1].split("."))
        last = chain[-1][1] if chain else ()
        if path == (1,) or path == (*last, 1) or any(path == (*last[:n], last[n] + 1) for n in range(len(last))):
            chain.append((index, path))
    return chain


def _first_after_contents(passages: list[Passage], starts: dict[int, tuple[int, ...]]) -> int:
    """Where the text begins: at the last “1” if everything numbered before it stands line on line, as in a contents list."""
    openings = [i for i, path in starts.items() if path == (1,)]
    if len(openings) > 1:
        listed = [i for i in starts if i < openings[-1]]
        if openings[-1] - listed[0] <= len(listed) + 3:
            return openings[-1]
    return min(starts)
