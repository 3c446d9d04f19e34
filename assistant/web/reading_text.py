"""The full text of a document as HTML: parts, articles, 款 and 项, with found words, disputed and damaged places marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from urllib.parse import urlencode

from markupsafe import Markup

from assistant.citations import bracketed
from assistant.variants import DOUBTFUL, disputed_places, explain, is_told, place_words
from assistant.web.clauses import DAMAGE_WORDS, split_blocks
from assistant.web.reading_links import Link, Links
from assistant.web.reading_search import Span, find_words
from assistant.web.reading_shelf import Times, address_of, gist_of
from index.records import ApparatusEntry, Article, Damage, Document


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """One article, ready for the template. `heading` and `body` are HTML, `level` is that of its heading (2 or 3)."""

    number: str
    label: str
    gist: str
    heading: Markup
    level: int
    notices: tuple[str, ...]
    body: Markup
    readings: Markup
    places: int
    address: str
    ask: str
    source: str
    times: int


@dataclass(frozen=True, slots=True)
class ReadPart:
    """A part (章、部分) with its articles; `title` is empty for articles outside any."""

    title: str
    articles: tuple[ReadArticle, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole document; `matches` places of it are marked, numbered from 1 as `match-1` …"""

    parts: tuple[ReadPart, ...]
    matches: int


class Matches:
    """Numbers the found words of a document in reading order."""

    def __init__(self, forms: Sequence[str]) -> None:
        self.forms = forms
        self.count = 0

    def find(self, text: str) -> list[tuple[int, Span]]:
        """The places in `text`, each with its number in the document."""
        spans = find_words(text, self.forms)
        first = self.count + 1
        self.count += len(spans)
        return list(enumerate(spans, first))


@dataclass(frozen=True, slots=True)
class _Signs:
    """What is shown in the text of one article: found words, failures of the page, disputed places, references."""

    found: Sequence[tuple[int, Span]]
    damages: Sequence[Damage]
    places: Sequence[ApparatusEntry]
    links: Sequence[Link]

    def cuts(self, block: Span) -> list[int]:
        """The offsets in a block at which something begins or ends, with its own ends."""
        bounds = [bound for _, span in self.found for bound in span]
        bounds += [damage.end for damage in self.damages]
        bounds += [bound for entry in self.places for bound in (entry.offset, entry.offset + entry.length)]
        bounds += [bound for link in self.links for bound in (link.start, link.end)]
        return sorted({*block, *(bound for bound in bounds if block[0] < bound < block[1])})


def lay_out(document: Document, forms: Sequence[str], times: Times, documents: Sequence[Document] = ()) -> Sheet:
    """The document for the template, the words `forms` marked; references to it and to `documents` are links."""
    matches, links = Matches(forms), Links(document, documents)
    entries: dict[str, list[ApparatusEntry]] = defaultdict(list)
    for entry in document.apparatus:
        entries[entry.article].append(entry)
    parts: list[ReadPart] = []
    for article in document.articles:
        # With its own entries only: what is asked of an article then takes no look at all the others.
        narrow = replace(document, apparatus=tuple(entries[article.number]))
        read = _read_article(narrow, article, matches, links.of(article), times.get((document.id, article.number), 0))
        if parts and parts[-1].title == article.part:
            parts[-1] = ReadPart(article.part, (*parts[-1].articles, read))
        else:
            parts.append(ReadPart(article.part, (read,)))
    return Sheet(tuple(parts), matches.count)


def _read_article(
    document: Document, article: Article, matches: Matches, links: Sequence[Link], times: int
) -> ReadArticle:
    places = disputed_places(document, article)
    damages = [damage for damage in article.damages if not is_told(document, article, damage)]
    # A lost number is told in the notice; a sign before every item of a list would hide the text.
    signed = [damage for damage in damages if damage.kind != "lost_marker"]
    label = article.label or article.number
    named = f"{bracketed(document.title)}{label.split(' ', 1)[0]}"
    heading = _render_heading(label, matches)  # before the text: matches are numbered in reading order
    return ReadArticle(
        number=article.number,
        label=label,
        gist=gist_of(article),
        heading=Markup(heading),
        level=3 if article.part else 2,
        notices=tuple(dict.fromkeys(damage.note or DAMAGE_WORDS[damage.kind] for damage in damages)),
        body=Markup(_render_text(document, article, _Signs(matches.find(article.text), signed, places, links))),
        readings=Markup(_render_readings(article, places)),
        places=len(places),
        address=address_of(document, article.number),
        ask=f"/?{urlencode({'q': f'{named}讲什么？'})}",
        source=_source_line(document, article),
        times=times,
    )


def _source_line(document: Document, article: Article) -> str:
    since = f"，{document.effective_date}起施行" if document.effective_date else ""
    return f"——{bracketed(document.title)}{article.label}{since}"


def _render_text(document: Document, article: Article, signs: _Signs) -> str:
    numbered = {paragraph.start: paragraph.number for paragraph in article.paragraphs}
    with_numbers = document.grammar == "law" and len(numbered) > 1
    lines = []
    for start, end, kind in split_blocks(article):
        number = numbered.get(start) if with_numbers else None
        before = f'<span class="paragraph-number">第{number}款</span>' if number else ""
        lines.append(f'<p class="{kind}">{before}{"".join(_render_block(article, (start, end), signs))}</p>')
    return "".join(lines)


def _render_block(article: Article, block: Span, signs: _Signs) -> Iterator[str]:
    """One block, cut wherever something begins or ends in it."""
    for start, end in pairwise(signs.cuts(block)):
        yield from _render_gaps(article, start, signs.places)
        words = _render_place(article, start, end, signs)
        match = next(((number, span) for number, span in signs.found if span[0] <= start and end <= span[1]), None)
        yield _render_match(match[0], words, is_first=start == match[1][0]) if match and words else words
        for damage in signs.damages:
            if damage.end == end:
                yield f'<span class="damage">〔{DAMAGE_WORDS[damage.kind]}〕</span>'
    if block[1] == len(article.text):
        yield from _render_gaps(article, block[1], signs.places)


def _render_place(article: Article, start: int, end: int, signs: _Signs) -> str:
    """Words as a link to their other readings or to what they refer to, else alone."""
    words = article.text[start:end].strip("\n")
    for number, entry in enumerate(signs.places, 1):
        if words and entry.offset <= start and end <= entry.offset + entry.length:
            return _link_place(article, words, number, is_first=not article.text[entry.offset : start].strip())
    link = next((link for link in signs.links if link.start <= start and end <= link.end), None)
    return (
        f'<a class="reference" href="{escape(link.address)}">{escape(words)}</a>' if link and words else escape(words)
    )


def _render_gaps(article: Article, offset: int, places: Sequence[ApparatusEntry]) -> Iterator[str]:
    """The signs of the places where only other printings have words."""
    for number, entry in enumerate(places, 1):
        if entry.offset == offset and entry.length == 0:
            yield _link_place(article, "", number)


def _link_place(article: Article, words: str, number: int, is_first: bool = True) -> str:
    place = f"{escape(article.number)}-{number}"
    identity = f' id="p-{place}"' if is_first else ""
    label = f"{escape(words)}（异文{number}）" if words else f"异文{number}：别的刊本此处另有文字"
    return (
        f'<a class="disputed{"" if words else " gap"}" href="#r-{place}"{identity} data-number="{number}" '
        f'aria-label="{label}">{escape(words)}</a>'
    )


def _render_match(number: int, words: str, is_first: bool) -> str:
    """Words (HTML) of the `number`th match; its first piece is where links lead."""
    identity = f' id="match-{number}"' if is_first else ""
    return f'<mark{identity} data-match="{number}">{words}</mark>'


def _render_heading(label: str, matches: Matches) -> str:
    pieces, place = [], 0
    for number, (start, end) in matches.find(label):
        pieces += [escape(label[place:start]), _render_match(number, escape(label[start:end]), is_first=True)]
        place = end
    return "".join([*pieces, escape(label[place:])])


def _render_readings(article: Article, places: Sequence[ApparatusEntry]) -> str:
    """One line for each disputed place, in the order of the text."""
    lines = []
    for number, entry in enumerate(places, 1):
        place = f"{escape(article.number)}-{number}"
        doubt = '<span class="doubt">存疑</span>' if entry.confidence < DOUBTFUL else ""
        reasons = f'<span class="reasons">{escape("；".join(entry.reasons))}</span>' if entry.reasons else ""
        back = f"异文{number}，回到正文：{escape(place_words(entry, article.text))}"
        lines.append(
            f'<li id="r-{place}" tabindex="-1"><a href="#p-{place}" aria-label="{back}">{number}</a>'
            f"<p>{doubt}{escape(explain(entry, article.text))}{reasons}</p></li>"
        )
    return "".join(lines)
