"""One clause, or the contents of a document, as HTML: for the panel beside the chat and as a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from urllib.parse import quote as quoted_address

from assistant.citations import bracketed
from assistant.variants import disputed_places, is_told
from assistant.web.answers import clause_link
from assistant.web.engine import neighbours
from assistant.web.readings import render_place, render_readings
from assistant.web.references import Reference, find_links
from index.records import ApparatusEntry, Article, Damage, Document

GIST_CHARACTERS = 24

DAMAGE_WORDS = {
    "cut_off": "原版面在此处中断，后文缺失",
    "lost_marker": "原版面此处的项序号缺失",
    "missing_line": "原版面此处缺行",
    "impossible_number": "此处数字不合情理，原版面可能有误",
    "broken_reference": "此处所引的条文不存在，原版面可能有误",
    "doubled": "此处文字重复，原版面可能有误",
    "unbalanced": "此处标点不成对，原版面可能有误",
    "disputed": "此处文字存疑，请核对原件",
    "unreadable": "此处有字无法辨认",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """What is shown in the text of a clause: the quotation (offsets), failures of the page, disputed places, references."""

    quote: tuple[int, int]
    damages: Sequence[Damage]
    places: Sequence[ApparatusEntry]
    references: Sequence[Reference]

    def bounds(self) -> list[int]:
        """The offsets where something begins or ends."""
        ends = [damage.end for damage in self.damages]
        disputed = [bound for each in self.places for bound in (each.offset, each.offset + each.length)]
        return [*self.quote, *ends, *disputed, *(bound for each in self.references for bound in (each.start, each.end))]


def render_clause(
    document: Document, article: Article, start: int = 0, end: int = 0, documents: Sequence[Document] = ()
) -> str:
    """The whole article with `text[start:end]` highlighted, its place in the document, its damage and its variants;
    references to itself and to `documents` are links."""
    places = disputed_places(document, article)
    damages = tuple(damage for damage in article.damages if not is_told(document, article, damage))
    # One notice for each kind of sentence: seven lost numbers in a list are one thing to know, not seven.
    notes = dict.fromkeys(damage.note or DAMAGE_WORDS[damage.kind] for damage in damages)
    notices = "".join(f'<p class="notice">{escape(note)}</p>' for note in notes)
    # A lost number is told in the notice; a sign before every item of a list would hide the text.
    signed = tuple(damage for damage in damages if damage.kind != "lost_marker")
    marks = Marks((start, end), signed, places, find_links(document, article, documents))
    return (
        f'<header class="clause-head"><nav class="breadcrumb" aria-label="所在位置">{_render_path(document, article)}'
        f'</nav><h2 id="clause-title" tabindex="-1">{escape(article.label)}</h2></header>'
        f'<div class="clause-notices">{notices}</div>'
        f'<div class="clause-text" lang="zh-CN">{_render_text(document, article, marks)}</div>'
        f"{render_readings(article, places)}{_render_source(document)}{_render_moves(document, article)}"
    )


def render_contents(document: Document) -> str:
    """The list of a document's articles, under their parts."""
    lines, part = [], ""
    for article in document.articles:
        if article.part and article.part != part:
            part = article.part
            lines.append(f'<li class="part">{escape(part)}</li>')
        address = escape(clause_link(document.id, article.number))
        label = escape(article.label or article.number)
        lines.append(
            f'<li><a href="{address}" data-clause><span>{label}</span>'
            f'<span class="gist">{escape(_gist(article))}</span></a></li>'
        )
    return (
        f'<header class="clause-head"><h2 id="clause-title" tabindex="-1">{escape(bracketed(document.title))}</h2>'
        f'</header>{_render_source(document)}<ul class="contents">{"".join(lines)}</ul>'
    )


def render_missing(document: str, article: str) -> str:
    """What stands in place of a clause that the library does not have."""
    named = f"{bracketed(document)}{article}" if article else bracketed(document)
    return (
        '<header class="clause-head"><h2 id="clause-title" tabindex="-1">没有这一条</h2></header>'
        f'<p class="notice">收录的文件里没有 {escape(named)}。文件可能已经更新，请重新提问。</p>'
    )


def split_blocks(article: Article) -> list[tuple[int, int, str]]:
    """The lines of an article as `(start, end, kind)`; kind is `paragraph` or `item`. Blank lines are left out.

    A 项 begins a line of its own on screen even where the page ran it on, and a new line always ends a block, so an
    article whose 款 were not recorded still reads in paragraphs.
    """
    items = [item for paragraph in article.paragraphs for item in paragraph.items]
    cuts = {0, len(article.text)}
    cuts.update(place + 1 for place, character in enumerate(article.text) if character == "\n")
    cuts.update(paragraph.start for paragraph in article.paragraphs)
    for item in items:
        cuts.update((item.start, item.end))
    blocks = []
    for start, end in pairwise(sorted(cuts)):
        if article.text[start:end].strip():
            inside = any(item.start <= start < item.end for item in items)
            blocks.append((start, end, "item" if inside else "paragraph"))
    return blocks


def _render_text(document: Document, article: Article, marks: Marks) -> str:
    numbered = {paragraph.start: paragraph.number for paragraph in article.paragraphs}
    # Only in laws is a 款 cited by its number; elsewhere the numbers would be noise.
    with_numbers = document.grammar == "law" and len(numbered) > 1
    lines = []
    for start, end, kind in split_blocks(article):
        number = numbered.get(start) if with_numbers else None
        before = f'<span class="paragraph-number">第{number}款</span>' if number else ""
        lines.append(f'<p class="{kind}">{before}{_render_span(article.text, (start, end), marks)}</p>')
    return "".join(lines)


def _render_span(text: str, block: tuple[int, int], marks: Marks) -> str:
    """Text of one block with the quotation marked, disputed places and references as links, and a visible sign wherever
    the page failed."""
    quote = marks.quote
    cuts = {*block, *(bound for bound in marks.bounds() if block[0] < bound < block[1])}
    pieces = []
    for start, end in pairwise(sorted(cuts)):
        gaps = _render_gaps(start, marks.places)
        pieces.append(f"<mark>{gaps}</mark>" if gaps and quote[0] < start < quote[1] else gaps)
        words = _render_piece(text, start, end, marks)
        pieces.append(f"<mark>{words}</mark>" if quote[0] <= start and end <= quote[1] and words else words)
        pieces.extend(_render_damage(damage) for damage in marks.damages if damage.end == end)
    if block[1] == len(text):
        pieces.append(_render_gaps(block[1], marks.places))
    return "".join(pieces)


def _render_piece(text: str, start: int, end: int, marks: Marks) -> str:
    words = text[start:end].strip("\n")
    for number, entry in enumerate(marks.places, 1):
        if words and entry.offset <= start and end <= entry.offset + entry.length:
            return render_place(words, number, is_first=not text[entry.offset : start].strip())
    for each in marks.references:
        if words and each.start <= start and end <= each.end:
            address = clause_link(each.document_id, each.article, *(each.quoted if any(each.quoted) else ()))
            return f'<a class="reference" href="{escape(address)}" data-clause>{escape(words)}</a>'
    return escape(words)


def _render_gaps(offset: int, places: Sequence[ApparatusEntry]) -> str:
    """The signs of the places at `offset` where only other printings have words."""
    found = [number for number, entry in enumerate(places, 1) if entry.offset == offset and entry.length == 0]
    return "".join(render_place("", number) for number in found)


def _render_damage(damage: Damage) -> str:
    return f'<span class="damage">〔{DAMAGE_WORDS[damage.kind]}〕</span>'


def _render_path(document: Document, article: Article) -> str:
    contents = escape(clause_link(document.id))
    steps = [f'<a href="{contents}" data-clause>{escape(bracketed(document.title))}</a>']
    if article.part:
        steps.append(f"<span>{escape(article.part)}</span>")
    return '<span class="step" aria-hidden="true">›</span>'.join(steps)


def _render_source(document: Document) -> str:
    facts = [document.issuer, document.document_number]
    facts.append(f"发布日期：{document.date}" if document.date else "")
    facts.append(f"施行日期：{document.effective_date}" if document.effective_date else "")
    shown = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    return f'<p class="source">{shown}</p>' if shown else ""


def _render_moves(document: Document, article: Article) -> str:
    before, after = neighbours(document, article)
    moves = []
    for target, words in ((before, "上一条"), (after, "下一条")):
        if target is not None:
            address = escape(clause_link(document.id, target.number))
            moves.append(f'<a class="quiet" href="{address}" data-clause title="{escape(target.label)}">{words}</a>')
    place = escape(f"/read/{quoted_address(document.id, safe='')}#a-{quoted_address(article.number)}")
    moves.append(f'<a class="quiet" href="{place}">在全文中看</a>')
    copied = escape(f"{article.text}\n——{bracketed(document.title)}{article.label}")
    moves.append(f'<button type="button" class="quiet" data-copy="{copied}">复制条文</button>')
    return f'<nav class="moves" aria-label="前后条文">{"".join(moves)}</nav>'


def _gist(article: Article) -> str:
    """The first words of an article without a heading, so that a list of bare numbers can be read."""
    if article.heading:
        return ""
    words = article.text.replace("\n", " ")
    return words if len(words) <= GIST_CHARACTERS else f"{words[:GIST_CHARACTERS]}……"
