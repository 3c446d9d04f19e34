"""The apparatus as one self-contained page: the text with its places, their variants, and the printings side by side."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

from assistant.apparatus import (
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
from assistant.apparatus_parallel import locate_readings
from index.errors import InputError
from index.records import Article, Document, Reading, Reliability

_TEMPLATE = "apparatus_page.html"
_LONG = 120  # characters; a longer reading is folded in its note
_SHOWN = 24  # characters that a folded reading shows at each end


def write_page(path: Path, document: Document, reliability: Sequence[Reliability]) -> None:
    """Writes the page over `path`. Raises `InputError` where that is a folder, or cannot be written."""
    page = render_page(document, reliability)
    try:
        if path.is_dir():
            raise InputError(f"{path}：是文件夹，不能写成网页；请写出文件名，如 {path / '校勘记.html'}")
        if not path.parent.is_dir():
            raise InputError(f"{path}：没有文件夹 {path.parent}；请先建立，或换一个位置")
        path.write_text(page, encoding="utf-8", newline="\n")
    except OSError as exc:
        raise InputError(f"{path}：写不进去（{exc.strerror or exc}）；请检查权限和磁盘空间，或换一个位置") from exc


def render_page(document: Document, reliability: Sequence[Reliability]) -> str:
    """The page; whatever comes from a text is escaped."""
    parts = render_parts(document, reliability)
    template = Template(files("assistant").joinpath(_TEMPLATE).read_text(encoding="utf-8"))
    return template.substitute(title=parts["heading"], **parts)


def render_parts(document: Document, reliability: Sequence[Reliability]) -> dict[str, str]:
    """The pieces of the page as HTML, for any frame around them."""
    heading, *summary = summarise(document)
    by_article: dict[str, list[Place]] = defaultdict(list)
    for place in list_places(document):
        by_article[place.entry.article].append(place)
    articles, part = [], ""
    for rank, article in enumerate(document.articles):
        if article.part and article.part != part:
            part = article.part
            articles.append(f'<p class="part">{_escape(part)}</p>')
        articles.append(_render_article(rank, article, document, by_article[article.number]))
    return {
        "heading": _escape(heading),
        "summary": "\n".join(f'<p class="summary">{_escape(line)}</p>' for line in summary),
        "printings": _list("printings", [_escape(line) for line in describe_witnesses(document, reliability)]),
        "tools": _render_tools(list_places(document)),
        "articles": "\n".join(articles),
        "damages": _render_damages(document),
        "footer": "可信度是所取之字即文件原文的概率；低于 80% 的为存疑，请核对正式文本。",
    }


def _render_tools(places: list[Place]) -> str:
    if not places:
        return ""
    doubtful = [place for place in places if place.is_doubtful]
    jumps = " ".join(f'<a href="#p{p.number}">{p.number}</a>' for p in doubtful)
    return (
        '<div class="tools"><span><span class="key sure">可靠</span> <span class="key likely">较可靠</span> '
        '<span class="key doubtful">存疑</span></span>'
        + ('<label><input type="checkbox" id="only"/>只看存疑</label>' if doubtful else "")
        + (f'<span class="jumps">存疑的：{jumps}</span>' if doubtful else "")
        + "</div>"
    )


def _render_article(rank: int, article: Article, document: Document, places: list[Place]) -> str:
    doubtful = " has-doubtful" if any(place.is_doubtful for place in places) else ""
    notes = "".join(map(_render_note, places))
    parallel = _render_parallel(article, document, places) if len(document.witnesses) > 1 else ""
    return (
        f'<section class="article{doubtful}" id="a{rank}"><h2>{_escape(article.label)}</h2>'
        f'<div class="columns{"" if places else " plain"}"><div class="text">{_render_text(article.text, places)}</div>'
        + (f'<ol class="notes">{notes}</ol>' if places else "")
        + f"</div>{parallel}</section>"
    )


def _render_text(text: str, places: list[Place]) -> str:
    parts, cursor = [], 0
    for place in places:
        start, end = max(cursor, place.entry.offset), max(cursor, place.entry.offset + place.entry.length)
        empty = " empty" if start == end else ""
        parts.append(
            f'{_escape(text[cursor:start])}<a class="place {_class(place)}{empty}" id="p{place.number}" '
            f'href="#n{place.number}" data-number="{place.number}" '
            f'title="{grade(place.entry.confidence)}">{_escape(text[start:end])}</a>'
        )
        cursor = end
    rendered = "".join(parts) + _escape(text[cursor:])
    return rendered.replace("\n", '\n<span class="gap"></span>')  # a little room between paragraphs


def _render_note(place: Place) -> str:
    reasons = "；".join(place.entry.reasons)
    doubtful = " of-doubtful" if place.is_doubtful else ""
    readings = "".join(
        f'<div class="reading{" chosen" if rank == 0 else ""}"><span class="word">{"取" if rank == 0 else "异"}</span>'
        f'<span class="wording">{_render_reading(reading, place)}</span>'
        f'<span class="sigla">{_escape(" ".join(reading.support))}</span></div>'
        for rank, reading in enumerate(list_readings(place.entry))
    )
    return (
        f'<li class="note{doubtful}" id="n{place.number}"><div class="head">'
        f'<a class="back" href="#p{place.number}">{place.number}</a>'
        f'<span class="grade {_class(place)}">{grade(place.entry.confidence)}</span>'
        f"<span>{_escape(reasons)}</span></div>{readings}</li>"
    )


def _render_reading(reading: Reading, place: Place) -> str:
    """A reading; a short one between its neighbours, a long one folded."""
    text = reading.reading
    if len(text) > _LONG:
        short = f"{_escape(text[:_SHOWN])}…（共{len(text)}字）…{_escape(text[-_SHOWN:])}"
        return f"<details><summary>{short}</summary>{_escape(text)}</details>"
    return (
        f'<span class="around">{_escape(place.before[-4:])}</span>{_escape(text) or "∅"}'
        f'<span class="around">{_escape(place.after[:4])}</span>'
    )


def _render_parallel(article: Article, document: Document, places: list[Place]) -> str:
    """The article as each printing has it, the places marked; a reading that was not chosen stands out."""
    heads, cells = [], []
    for witness in document.witnesses:
        name = f"刊本 {_escape(witness.siglum)}"
        own = next((a.text for a in witness.articles if a.number == article.number), None)
        heads.append(f'<th scope="col">{name}</th>')
        text = _mark(witness.siglum, own, article.text, places) if own else '<span class="lacking">此本缺这一条</span>'
        cells.append(f'<td data-printing="{name}">{text}</td>')
    return (
        f'<details class="parallel"><summary>{len(cells)} 本对照</summary><div class="wide"><table>'
        f"<thead><tr>{''.join(heads)}</tr></thead><tbody><tr>{''.join(cells)}</tr></tbody></table></div></details>"
    )


def _mark(siglum: str, own: str, collated: str, places: list[Place]) -> str:
    parts, cursor = [], 0
    for passage in locate_readings(siglum, own, collated, places):
        other = ' class="other"' if passage.rank else ""
        parts.append(
            f"{_escape(own[cursor : passage.start])}<mark{other}>{_escape(own[passage.start : passage.end])}</mark>"
        )
        cursor = passage.end
    return "".join(parts) + _escape(own[cursor:])


def _render_damages(document: Document) -> str:
    items = []
    for (label, kind, note), damages in group_damages(document):
        places = "".join(f"<br/>{_escape(d.before)}<mark>{_escape(d.text)}</mark>{_escape(d.after)}" for d in damages)
        items.append(f"{_escape(label)}：{_escape(kind)}——{_escape(note)}{places}")
    if not items:
        return "<p>版面上没有发现损坏。</p>" if len(document.witnesses) < 2 else ""
    return f'<section class="article has-doubtful"><h2>版面损坏</h2>{_list("damages", items)}</section>'


def _list(name: str, items: list[str]) -> str:
    return f'<ul class="{name}">{"".join(f"<li>{item}</li>" for item in items)}</ul>' if items else ""


def _class(place: Place) -> str:
    return "doubtful" if place.is_doubtful else "likely" if place.entry.confidence < RELIABLE else "sure"


def _escape(text: str) -> str:
    return html.escape(visible(text, newline="\n"))
