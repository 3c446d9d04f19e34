"""One clause, or the contents of a document, as HTML: for the panel beside the chat and as a page of its own."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from assistant.citations import bracketed
from assistant.web.answers import clause_link
from assistant.web.engine import neighbours
from index.records import Article, Damage, Document

GIST_CHARACTERS = 24

DAMAGE_WORDS = {
    "cut_off": "原版面在此处中断，后文缺失",
    "lost_marker": "原版面此处的项序号缺失",
    "missing_line": "原版面此处缺行",
}


def render_clause(document: Document, article: Article, start: int = 0, end: int = 0) -> str:
    """The whole article with `text[start:end]` highlighted, its place in the document, and its damage."""
    # One notice for each kind of sentence: seven lost numbers in a list are one thing to know, not seven.
    notes = dict.fromkeys(damage.note or DAMAGE_WORDS[damage.kind] for damage in article.damages)
    notices = "".join(f'<p class="notice">{escape(note)}</p>' for note in notes)
    return (
        f'<header class="clause-head"><nav class="breadcrumb" aria-label="所在位置">{_render_path(document, article)}'
        f'</nav><h2 id="clause-title" tabindex="-1">{escape(article.label)}</h2></header>'
        f'<div class="clause-notices">{notices}</div>'
        f'<div class="clause-text" lang="zh-CN">{_render_text(document, article, start, end)}</div>'
        f"{_render_source(document)}{_render_moves(document, article)}"
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


def _render_text(document: Document, article: Article, start: int, end: int) -> str:
    numbered = {paragraph.start: paragraph.number for paragraph in article.paragraphs}
    # Only in laws is a 款 cited by its number; elsewhere the numbers would be noise.
    with_numbers = document.grammar == "law" and len(numbered) > 1
    lines = []
    for block_start, block_end, kind in split_blocks(article):
        number = numbered.get(block_start) if with_numbers else None
        before = f'<span class="paragraph-number">第{number}款</span>' if number else ""
        words = _render_span(article, block_start, block_end, start, end)
        lines.append(f'<p class="{kind}">{before}{words}</p>')
    return "".join(lines)


def _render_span(article: Article, block_start: int, block_end: int, start: int, end: int) -> str:
    """Text of one block with the quotation marked and a visible sign wherever the page failed."""
    # A lost number is told in the notice; a sign before every item of a list would hide the text.
    damages = [
        damage for damage in article.damages if damage.kind != "lost_marker" and block_start < damage.end <= block_end
    ]
    cuts = {block_start, block_end, *(place for place in (start, end) if block_start < place < block_end)}
    cuts.update(damage.end for damage in damages if block_start < damage.end < block_end)
    pieces = []
    for piece_start, piece_end in pairwise(sorted(cuts)):
        words = escape(article.text[piece_start:piece_end].strip("\n"))
        pieces.append(f"<mark>{words}</mark>" if start <= piece_start and piece_end <= end and words else words)
        pieces.extend(_render_damage(damage) for damage in damages if damage.end == piece_end)
    return "".join(pieces)


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
    copied = escape(f"{article.text}\n——{bracketed(document.title)}{article.label}")
    moves.append(f'<button type="button" class="quiet" data-copy="{copied}">复制条文</button>')
    return f'<nav class="moves" aria-label="前后条文">{"".join(moves)}</nav>'


def _gist(article: Article) -> str:
    """The first words of an article without a heading, so that a list of bare numbers can be read."""
    if article.heading:
        return ""
    words = article.text.replace("\n", " ")
    return words if len(words) <= GIST_CHARACTERS else f"{words[:GIST_CHARACTERS]}……"
