"""覆盖: which articles have items, of which types, and how much of their text is tested; as a picture and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.citations import bracketed
from assistant.material.blocks import Block, Table, Text
from assistant.material.records import ITEM_TYPES, Item, ItemType, Selection
from index.records import LEAD_ARTICLE

_WIDTH, _LEFT, _CELL, _ROW, _HEAD = 380, 110, 33, 30, 58
"""Units of the picture: a phone shows it at its own size. `_LEFT` holds about seven characters."""
_LONGEST_LABEL = 7
_TYPE_SIZE = 15
_FILLED, _ON_FILLED, _EMPTY, _ON_EMPTY = "#1f7a63", "#ffffff", "#c2410c", "#ffffff"
"""White on these has a contrast of more than 4.5; both stand out on light and on dark paper."""
_GREY = "#808b86"
NONE = "没有题"
_NAMED = 8
"""Articles without items that the sentence names."""


@dataclass(frozen=True, slots=True)
class ArticleCoverage:
    """`counts`: type -> items of the article; `tested` of `length` characters are words that an item tests."""

    document_id: str
    document: str
    number: str
    label: str
    counts: Mapping[ItemType, int]
    tested: int
    length: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def share(self) -> float:
        """0–1."""
        return self.tested / self.length if self.length else 0.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """The selected articles in reading order; the beginning of a document counts only where it has items."""

    articles: tuple[ArticleCoverage, ...]

    @property
    def total(self) -> int:
        return sum(article.total for article in self.articles)

    @property
    def empty(self) -> tuple[ArticleCoverage, ...]:
        return tuple(article for article in self.articles if not article.total)

    @property
    def types(self) -> tuple[ItemType, ...]:
        """The types that occur, in their usual order."""
        return tuple(kind for kind in ITEM_TYPES if any(article.counts.get(kind) for article in self.articles))


def count_coverage(selections: Sequence[Selection], items: Sequence[Item]) -> Coverage:
    """How often, and how much of, each selected article is tested; items on other articles are left out."""
    by_place: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        by_place.setdefault((item.document_id, item.article), []).append(item)
    found: dict[tuple[str, str], ArticleCoverage] = {}
    for selection in selections:
        for article in selection.articles:
            place = (selection.document.id, article.number)
            own = by_place.get(place, [])
            if article.number == LEAD_ARTICLE and not own:
                continue
            counts = {kind: sum(item.type == kind for item in own) for kind in ITEM_TYPES}
            tested = _covered((item.start, item.end) for item in own)
            length = len(article.text)
            found[place] = ArticleCoverage(
                selection.document.id,
                selection.document.title,
                article.number,
                article.label,
                counts,
                min(tested, length),
                length,
            )
    return Coverage(tuple(found.values()))


def _covered(spans: Iterable[tuple[int, int]]) -> int:
    """Characters in at least one span.

    >>> _covered([(0, 4), (2, 6), (10, 11)])
    7
    """
    total = reached = 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def summarise(coverage: Coverage) -> str:
    """One sentence for people and for screen readers."""
    total, empty = len(coverage.articles), len(coverage.empty)
    if not total:
        return "还没有选择条文。"
    covered = f"{total} 条中有 {total - empty} 条出了题，共 {coverage.total} 题"
    if not empty:
        return f"{covered}，每条都有题。"
    several = len({article.document_id for article in coverage.articles}) > 1
    named = "、".join((bracketed(a.document) if several else "") + _short(a) for a in coverage.empty[:_NAMED])
    return f"{covered}；还没有题的有 {empty} 条：{named}{'等' if empty > _NAMED else ''}。"


def draw_coverage(coverage: Coverage) -> str:
    """An SVG picture, 380 units wide: a row an article, a column a type; rows without items are orange.

    Letters take the colour of the page around it, so it suits light and dark paper. Empty coverage gives an empty string.
    """
    if not coverage.articles:
        return ""
    types = coverage.types or ITEM_TYPES
    lines = [_text(_LEFT + _CELL * (k + 0.5), _HEAD - 14, kind, "middle") for k, kind in enumerate(types)]
    lines.append(_text(_LEFT + _CELL * (len(types) + 0.6), _HEAD - 14, "合计", "middle"))
    top, document = _HEAD, ""
    several = len({article.document_id for article in coverage.articles}) > 1
    for article in coverage.articles:
        if several and article.document_id != document:
            document = article.document_id
            lines.append(_text(4, top + 20, _clip(bracketed(article.document), 26), "start", bold=True))
            top += _ROW
        lines.append(_draw_row(article, types, top))
        top += _ROW
    height = top + 12
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="coverage-title coverage-text" fill="currentColor" font-size="{_TYPE_SIZE}" '
        f"font-family=\"'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif\">"
        f'<title id="coverage-title">题目覆盖图</title><desc id="coverage-text">{_safe(summarise(coverage))}</desc>'
        f"{_text(4, 20, f'共 {coverage.total} 题，{len(coverage.articles)} 条', 'start', bold=True)}"
        f"{''.join(lines)}</svg>"
    )


def _draw_row(article: ArticleCoverage, types: Sequence[ItemType], top: int) -> str:
    named = _text(4, top + 20, _clip(_short(article), _LONGEST_LABEL), "start", bold=not article.total)
    said = f"{article.label}：{article.total} 题" if article.total else f"{article.label}：{NONE}"
    if not article.total:
        width = _CELL * (len(types) + 1) + 4
        return (
            f"<g><title>{_safe(said)}</title>{named}"
            f'<rect x="{_LEFT}" y="{top + 3}" width="{width}" height="{_ROW - 6}" rx="4" fill="{_EMPTY}"/>'
            f"{_text(_LEFT + width / 2, top + 20, NONE, 'middle', _ON_EMPTY, bold=True)}</g>"
        )
    cells = [_draw_cell(article.counts.get(kind, 0), _LEFT + _CELL * k, top) for k, kind in enumerate(types)]
    total = _text(_LEFT + _CELL * (len(types) + 0.6), top + 20, str(article.total), "middle", bold=True)
    said += f"，考到原文的 {article.share:.0%}"
    return f"<g><title>{_safe(said)}</title>{named}{''.join(cells)}{total}</g>"


def _draw_cell(count: int, left: int, top: int) -> str:
    place = f'x="{left + 2}" y="{top + 3}" width="{_CELL - 4}" height="{_ROW - 6}" rx="4"'
    if not count:
        return f'<rect {place} fill="none" stroke="{_GREY}" stroke-opacity="0.5"/>'
    return f'<rect {place} fill="{_FILLED}"/>' + _text(left + _CELL / 2, top + 20, str(count), "middle", _ON_FILLED)


def _text(x: float, y: float, words: str, anchor: str, colour: str = "", bold: bool = False) -> str:
    fill = f' fill="{colour}"' if colour else ""
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{fill}{weight}>{_safe(words)}</text>'


def _safe(words: str) -> str:
    """Words for SVG: escaped, without the control characters that no XML file may have."""
    return escape("".join(c for c in words if c.isprintable() or c == " "))


def _short(article: ArticleCoverage) -> str:
    return article.label.split(" ", 1)[0] or article.number


def _clip(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def coverage_blocks(coverage: Coverage) -> tuple[Block, ...]:
    """The sentence and the table for a paper: a row an article, then the sum."""
    if not coverage.articles:
        return (Text(summarise(coverage)),)
    types = coverage.types or ITEM_TYPES
    several = len({article.document_id for article in coverage.articles}) > 1
    rows = [
        (
            f"{bracketed(a.document)}{_short(a)}" if several else a.label,
            *(str(a.counts.get(kind) or "") for kind in types),
            str(a.total) if a.total else NONE,
            f"{a.share:.0%}",
        )
        for a in coverage.articles
    ]
    sums = (str(sum(a.counts.get(kind, 0) for a in coverage.articles)) for kind in types)
    length = sum(a.length for a in coverage.articles)
    share = sum(a.tested for a in coverage.articles) / length if length else 0.0
    rows.append(("合计", *sums, str(coverage.total), f"{share:.0%}"))
    narrow = 0.6 / (len(types) + 2)
    header = ("条款", *types, "合计", "考到的原文")
    return (
        Text(summarise(coverage)),
        Table(header, tuple(rows), (0.4, *([narrow] * (len(types) + 2)))),
        Text("“考到的原文”是题目所考的字占这一条总字数的比例。", "caption"),
    )
