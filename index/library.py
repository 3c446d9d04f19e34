"""Printings -> documents: witnesses of one text are joined, untitled ones recognised by what they say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from index.errors import InputError
from index.metadata import effective_date
from index.printings import read_printings, with_title
from index.records import NEWS, Article, Document, Page, Witness
from index.witnesses import Care, choose_articles, measure_care

_SHINGLE = 8  # characters; two texts that share half of these are printings of one text
_SAME_TEXT = 0.4


@dataclass(frozen=True, slots=True)
class Library:
    """All documents, the pages they stand on, how carefully each page was printed, and the pages without any article."""

    documents: tuple[Document, ...]
    pages: tuple[Page, ...] = ()
    care: tuple[Care, ...] = ()
    empty: tuple[str, ...] = ()

    def document(self, document_id: str) -> Document | None:
        return next((d for d in self.documents if d.id == document_id), None)

    def article(self, document_id: str, number: str) -> Article | None:
        document = self.document(document_id)
        return document.article(number) if document else None

    def find(self, title_part: str) -> Document:
        """The document whose title contains the words; an exact title, then documents before news. Raises InputError."""
        wanted = _key(title_part)
        own = [d for d in self.documents if d.kind != NEWS and "《" not in d.title]  # not about another document
        ranked = [
            [d for d in self.documents if _key(d.title) == wanted],
            [d for d in own if _key(d.title).endswith(wanted)],
            [d for d in own if wanted in _key(d.title)],
            [d for d in self.documents if d.kind != NEWS and wanted in _key(d.title)],
            [d for d in self.documents if wanted in _key(d.title)],
        ]
        found = next((documents for documents in ranked if documents and wanted), [])
        if len(found) == 1:
            return found[0]
        names = "、".join(f"《{d.title}》" for d in (found or self.documents) if found or d.kind != NEWS)
        if found:
            raise InputError(f"“{title_part}”对应 {len(found)} 份文件：{names}；请写得再具体一些")
        raise InputError(f"没有题名含“{title_part}”的文件；现有：{names or '（空）'}")


def build_library(pages: Iterable[Page]) -> Library:
    """The documents of all pages, in printed order. Two texts under one title that differ stay two documents."""
    pages = tuple(pages)
    read = [(page, read_printings(page)) for page in pages]
    printings = [witness for _, witnesses in read for witness in witnesses]
    groups = _group(_recognise(printings))
    care = measure_care(groups)
    documents: list[Document] = []
    titles: set[str] = set()
    for witnesses in groups:
        documents.append(_join(witnesses, care, titles))
        titles.add(documents[-1].title)
    empty = tuple(page.name for page, witnesses in read if not witnesses)
    return Library(tuple(documents), pages, tuple(care.values()), empty)


def _recognise(printings: list[Witness]) -> list[Witness]:
    """Gives a printing without a title, or with only a part of the text, the title of the text that it shares."""
    titled = [w for w in printings if w.title and not w.starts_inside]
    result = []
    for witness in printings:
        if witness.title and not witness.starts_inside:
            result.append(witness)
            continue
        own = _shingles(witness)
        scored = [
            (len(own & _shingles(other)) / max(1, len(own)), other)
            for other in titled
            if other.siglum != witness.siglum
        ]
        best, other = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if other is not None and best >= _SAME_TEXT:
            result.append(with_title(witness, other.title, other.kind))
        else:
            result.append(with_title(witness, witness.title or _opening(witness), witness.kind))
    return result


def _group(printings: list[Witness]) -> list[tuple[Witness, ...]]:
    """Printings with the same title and the same text; the title alone is not enough, versions differ."""
    groups: dict[str, list[list[Witness]]] = {}
    for witness in printings:
        same_title = groups.setdefault(_key(witness.title), [])
        group = next((g for g in same_title if _similar(g[0], witness)), None)
        if group is None:
            same_title.append([witness])
        else:
            group.append(witness)
    order = {id(w): i for i, w in enumerate(printings)}
    found = [tuple(group) for same_title in groups.values() for group in same_title]
    return sorted(found, key=lambda group: order[id(group[0])])


def _join(witnesses: tuple[Witness, ...], care: dict[str, Care], taken: set[str]) -> Document:
    whole = [w for w in witnesses if not w.starts_inside] or list(witnesses)
    first = whole[0]
    date = next((w.date for w in whole if w.date), "")
    title = first.title
    if title in taken:
        title = next(
            t
            for t in (f"{title}（{date or first.siglum}）", *(f"{title}（{n}）" for n in range(2, 999)))
            if t not in taken
        )
    identity = hashlib.sha256(title.encode()).hexdigest()[:10]
    articles, base = choose_articles(witnesses, care)
    text = "\n".join(a.text for a in articles)
    return Document(
        id=identity,
        title=title,
        headline=first.headline,
        kind=first.kind,
        grammar=first.grammar,
        articles=tuple(replace(a, document_id=identity) for a in articles),
        base=base,
        witnesses=witnesses,
        issuer=next((w.issuer for w in whole if w.issuer), ""),
        document_number=next((w.document_number for w in whole if w.document_number), ""),
        date=date,
        effective_date=effective_date(text) if first.kind != NEWS else "",
    )


def _similar(one: Witness, other: Witness) -> bool:
    a, b = _shingles(one), _shingles(other)
    return len(a & b) >= _SAME_TEXT * max(1, min(len(a), len(b)))


def _shingles(witness: Witness) -> set[str]:
    text = re.sub(r"[\W_]", "", "".join(a.text for a in witness.articles))
    return {text[i : i + _SHINGLE] for i in range(max(1, len(text) - _SHINGLE + 1))}


def _key(title: str) -> str:
    return re.sub(r"[\W_]", "", title)


def _opening(witness: Witness) -> str:
    """A name for a text that nothing names: its first words."""
    text = re.sub(r"^据?新华社.*?电\s*", "", witness.articles[0].text) if witness.articles else ""
    first = re.split(r"[，。；：\n]", text)[0][:24]
    return (
        first if len(first) >= 6 else re.split(r"[。；：\n]", text)[0][:24]
    ) or witness.siglum  # “近日” names nothing
