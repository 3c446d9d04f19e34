"""Printings -> documents: witnesses of one text are joined, untitled ones recognised by what they say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from index.collation.collate import Collated, collate, shipped_usage
from index.collation.damage import mark_damage
from index.collation.identity import Grouping, Question, group_printings
from index.collation.mentions import related_texts
from index.edits import Edits, apply_edits
from index.errors import InputError
from index.metadata import effective_date
from index.printings import read_printings
from index.records import NEWS, Article, Document, Page, Reliability, Witness


@dataclass(frozen=True, slots=True)
class Library:
    """All documents, the pages they stand on, how reliably each page was printed, the pages without any article, and
    which printings a person should say are one document or two.

    What a person said before: `told_same` and `told_different` are pairs of sigla, `as_read` is document id -> frame as
    its file has it, for the documents whose frame was corrected.
    """

    documents: tuple[Document, ...]
    pages: tuple[Page, ...] = ()
    reliability: tuple[Reliability, ...] = ()
    empty: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    told_same: tuple[tuple[str, str], ...] = ()
    told_different: tuple[tuple[str, str], ...] = ()
    as_read: dict[str, dict[str, str]] = field(default_factory=dict, hash=False)

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


def build_library(
    pages: Iterable[Page],
    told_same: frozenset[tuple[str, str]] = frozenset(),
    told_different: frozenset[tuple[str, str]] = frozenset(),
    edits: Edits | None = None,
) -> Library:
    """The documents of all pages, in printed order, each collated from its printings.

    `told_same` and `told_different` are pairs of sigla that a person has judged, `edits` what one corrected of titles
    and dates. Versions of one document, and different documents under one title, stay apart.
    """
    pages = tuple(pages)
    read = [(page, read_printings(page)) for page in pages]
    printings = [witness for _, witnesses in read for witness in witnesses]
    grouping = group_printings(printings, told_same, told_different)
    collated, reliability = collate([tuple(printings[k] for k in group) for group in grouping.groups])
    slips = {r.siglum: r.slips for r in reliability}
    groups = [_ordered([printings[k] for k in group], slips) for group in grouping.groups]
    documents = _name_apart([_join(*each) for each in zip(groups, collated, strict=True)])
    documents = _name_versions(documents, grouping)
    related = related_texts([(d.title, [a.text for a in d.articles]) for d in documents])
    documents = [
        mark_damage(d, [documents[k] for k in near], shipped_usage())
        for d, near in zip(documents, related, strict=True)
    ]
    empty = tuple(page.name for page, witnesses in read if not witnesses)
    documents, frames = apply_edits(documents, edits or {})
    told = tuple(sorted(told_same)), tuple(sorted(told_different))
    return Library(tuple(documents), pages, reliability, empty, grouping.questions, *told, frames)


def _ordered(witnesses: list[Witness], slips: dict[str, float]) -> tuple[Witness, ...]:
    """Printings of the whole text before parts of it, reliable ones before others: they give title, issuer and date."""
    return tuple(sorted(witnesses, key=lambda w: (w.starts_inside, not w.title, slips.get(w.siglum, 0.0), w.siglum)))


def _name_versions(documents: list[Document], grouping: Grouping) -> list[Document]:
    """Each document with the titles of its other versions."""
    others: dict[int, list[str]] = {}
    for one, other, _ in grouping.versions:
        others.setdefault(one, []).append(documents[other].title)
        others.setdefault(other, []).append(documents[one].title)
    return [replace(d, versions=tuple(others.get(k, ()))) for k, d in enumerate(documents)]


def _join(witnesses: tuple[Witness, ...], text: Collated) -> Document:
    first = witnesses[0]
    sigla = [a.siglum for a in text.articles]
    whole = "\n".join(a.text for a in text.articles)
    return Document(
        id="",
        title=text.title or _opening(first),
        headline=first.headline,
        kind=first.kind,
        grammar=first.grammar,
        articles=text.articles,
        base=max(sorted(set(sigla)), key=sigla.count),
        witnesses=witnesses,
        issuer=next((w.issuer for w in witnesses if w.issuer), ""),
        document_number=next((w.document_number for w in witnesses if w.document_number), ""),
        date=next((w.date for w in witnesses if w.date), ""),
        effective_date=effective_date(whole) if first.kind != NEWS else "",
        apparatus=text.apparatus,
    )


def _name_apart(documents: list[Document]) -> list[Document]:
    """Documents under one title get what tells them apart behind it, all but one: the newest,
    or one without any date. Identities follow the titles."""
    namesakes: dict[str, list[int]] = {}
    for number, document in enumerate(documents):
        namesakes.setdefault(document.title, []).append(number)
    names: dict[int, str] = {}
    taken = set(namesakes)
    for title, numbers in namesakes.items():
        undated = [k for k in numbers if not any(_age(documents[k]))]
        plain = undated[0] if undated else max(numbers, key=lambda k: (*_age(documents[k]), -k))
        for k in (n for n in numbers if n != plain):
            named = (f"{title}（{label}）" for label in _labels(documents[k], documents[plain]))
            name = next(name for name in named if name not in taken)
            names[k] = name
            taken.add(name)
    renamed = (replace(d, title=names.get(k, d.title)) for k, d in enumerate(documents))
    return [_identified(document) for document in renamed]


def _labels(document: Document, plain: Document) -> Iterator[str]:
    """What a namesake may be told by: its dates where they differ, else the page that it stands on."""
    if document.effective_date and document.effective_date != plain.effective_date:
        yield f"{document.effective_date}起施行"
    if document.date and document.date != plain.date:
        yield document.date
    yield document.base
    yield from (str(n) for n in range(2, 10_000))


def _age(document: Document) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Dates as numbers for comparing; what has none is the oldest."""
    effective, issued = (tuple(map(int, re.findall(r"\d+", date))) for date in (document.effective_date, document.date))
    return effective, issued


def _identified(document: Document) -> Document:
    identity = hashlib.sha256(document.title.encode()).hexdigest()[:10]
    articles = tuple(replace(article, document_id=identity) for article in document.articles)
    return replace(document, id=identity, articles=articles)


def _key(title: str) -> str:
    return re.sub(r"[\W_]", "", title)


def _opening(witness: Witness) -> str:
    """A name for a text that nothing names: its first words."""
    text = re.sub(r"^据?新华社.*?电\s*", "", witness.articles[0].text) if witness.articles else ""
    first = re.split(r"[，。；：\n]", text)[0][:24]
    return (
        first if len(first) >= 6 else re.split(r"[。；：\n]", text)[0][:24]
    ) or witness.siglum  # “近日” names nothing
