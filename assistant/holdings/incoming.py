"""One uploaded file -> its masked page, and a report of what is on it and how it stands to what is held already."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from assistant.importing import SUFFIXES
from index.audit import audit_text, find_oddities
from index.collation.collate import collate
from index.collation.identity import Grouping, Told, group_printings
from index.corpus import import_files, mask_text
from index.errors import InputError
from index.library import build_library
from index.mask import MASK
from index.metadata import effective_date
from index.printings import read_printings
from index.records import NEWS, Document, Page, Witness

LONGEST_NAME, LONGEST_STEM = 200, 60
"""Characters of a file name that are shown, and that a file on the disk has: 255 bytes hold 85 Chinese characters."""
OPENING = 40  # characters of an article that a list shows
_MOST_DAMAGES = 20  # that a report keeps of a document

RelationKind = Literal["new", "copy", "printing", "version", "unclear"]


@dataclass(frozen=True, slots=True)
class Relation:
    """How a document stands to one that is held: `differences` are counted where it is another printing. `is_waiting`:
    the other one is not in the library either."""

    kind: RelationKind
    title: str = ""
    differences: int = 0
    reasons: tuple[str, ...] = ()
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One document on a page; `articles` are (label, first words)."""

    title: str
    kind: str
    issuer: str
    document_number: str
    date: str
    effective_date: str
    articles: tuple[tuple[str, str], ...]
    oddities: tuple[str, ...]
    damages: tuple[str, ...]
    relations: tuple[Relation, ...]

    @property
    def is_news(self) -> bool:
        return self.kind == NEWS


@dataclass(frozen=True, slots=True)
class Report:
    """What a file holds: `masked` places were hidden, `oddities` speak of the whole file, `notes` come from its reader."""

    documents: tuple[Found, ...]
    characters: int
    masked: int
    notes: tuple[str, ...]
    oddities: tuple[str, ...]

    @property
    def is_held(self) -> bool:
        """Whether every document of it is in the library already, word for word."""
        return all(any(r.kind == "copy" and not r.is_waiting for r in d.relations) for d in self.documents)


@dataclass(frozen=True, slots=True)
class Held:
    """A printing that a new one is compared with, and the title of its document."""

    witness: Witness
    title: str
    is_waiting: bool = False


_REPORT = TypeAdapter(Report)
_PAGE = TypeAdapter(Page)


def report_to_json(report: Report) -> dict[str, Any]:
    values: dict[str, Any] = _REPORT.dump_python(report, mode="json")
    return values


def report_from_json(values: dict[str, Any]) -> Report:
    return _REPORT.validate_python(values)


def page_to_json(page: Page) -> dict[str, Any]:
    values: dict[str, Any] = _PAGE.dump_python(page, mode="json")
    return values


def page_from_json(values: dict[str, Any]) -> Page:
    return _PAGE.validate_python(values)


def digest_of(page: Page) -> str:
    """SHA-256 of a page's text: by it the same file is known under another name."""
    return hashlib.sha256(page.text.encode("utf-8", "surrogatepass")).hexdigest()


def clean_name(name: str) -> str:
    """A file name as it may be kept and shown: no folders, no control characters, no personal numbers, not too long.

    >>> clean_name("../../etc/某办法\\x07.txt"), clean_name("C:\\\\文件\\\\某条例.DOCX"), clean_name("  ")
    ('某办法.txt', '某条例.DOCX', '未命名')
    """
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(c if c.isprintable() else " " for c in last)
    masked = mask_text(re.sub(r"\s+", " ", printable)).strip(" .")
    suffix = Path(masked).suffix[:10]
    stem = masked.removesuffix(suffix)[: LONGEST_NAME - len(suffix)].strip()
    return f"{stem}{suffix}" or "未命名"


def disk_name(name: str) -> str:
    """`clean_name`'s result, as short and plain as every disk takes it."""
    suffix = Path(name).suffix
    return re.sub(r'[<>:"|?*]', "_", f"{name.removesuffix(suffix)[:LONGEST_STEM].strip()}{suffix}")


def check_suffix(name: str) -> None:
    """Raises `InputError` for a file that is of no kind that can be read."""
    if Path(name).suffix.lower() not in SUFFIXES:
        raise InputError(f"{name}：不能收录这种文件；可以收录 .txt .md .html .docx .pdf")


def read_page(path: Path) -> tuple[Page, tuple[str, ...]]:
    """The masked page of a file and its reader's notes. Raises `InputError`, one line that says what to do."""
    check_suffix(path.name)
    imported = import_files([path])
    if imported.refused:
        raise InputError(imported.refused[0])
    return imported.pages[0], tuple(note.partition("：")[2] or note for note in imported.notes)


def examine(
    page: Page,
    notes: Sequence[str],
    held: Sequence[Held],
    told_same: Told = frozenset(),
    told_different: Told = frozenset(),
) -> Report:
    """What is on a page. Raises `InputError` where it holds no text of any document.

    Only the documents that `page` may be a printing of are collated with it, so a large library takes no longer than
    the comparison of its texts.
    """
    library = build_library([page])
    if not library.documents:
        raise InputError(f"{page.name}：只有标题，没有正文；请检查是否选错了文件")
    printings = [document.witnesses[0] for document in library.documents]
    grouping = group_printings([*(h.witness for h in held), *printings], told_same, told_different)
    found = [_describe(d, _relate(len(held) + n, grouping, held, printings)) for n, d in enumerate(library.documents)]
    oddities: tuple[str, ...] = ()
    if not page.is_newspaper:
        own = {oddity for each in found for oddity in each.oddities}
        oddities = tuple(o for o in audit_text(page.name, page.text).findings if o not in own)
    return Report(tuple(found), len(page.text), page.text.count(MASK), tuple(notes), oddities)


def held_of(documents: Sequence[Document], waiting: Sequence[Page]) -> list[Held]:
    """What there is to compare with: the printings of the library, and those of pages that are to come into it."""
    held = [Held(witness, document.title) for document in documents for witness in document.witnesses]
    return held + [Held(w, w.title or page.name, True) for page in waiting for w in read_printings(page)]


def _describe(document: Document, relations: tuple[Relation, ...]) -> Found:
    news = document.kind == NEWS
    return Found(
        title=document.title,
        kind=document.kind,
        issuer=document.issuer,
        document_number=document.document_number,
        date=document.date,
        effective_date="" if news else effective_date("\n".join(a.text for a in document.articles)),
        articles=tuple((a.label, _opening(a.text)) for a in document.articles),
        oddities=() if news else tuple(find_oddities(document.articles, document.grammar)),
        damages=tuple(
            f"{a.label.split()[0] if a.label else a.number}：{d.note}" for a in document.articles for d in a.damages
        )[:_MOST_DAMAGES],
        relations=relations,
    )


def _opening(text: str) -> str:
    line = " ".join(text.split())
    return f"{line[:OPENING]}……" if len(line) > OPENING else line


def _relate(index: int, grouping: Grouping, held: Sequence[Held], own: Sequence[Witness]) -> tuple[Relation, ...]:
    """How printing `index` stands to those held; (`new`,) where it stands to none."""
    place = next(n for n, group in enumerate(grouping.groups) if index in group)
    witness = own[index - len(held)]
    others = [held[k] for k in grouping.groups[place] if k < len(held)]
    relations: list[Relation] = []
    if others:
        other = next((o for o in others if _letters(o.witness) == _letters(witness)), others[0])
        relations.append(_compare(witness, other))
    for one, two, relation in grouping.versions:
        if place in (one, two):
            group = grouping.groups[two if one == place else one]
            titles = {held[k].title: held[k].is_waiting for k in group if k < len(held)}
            relations += [Relation("version", t, 0, relation.reasons, w) for t, w in titles.items()]
    for question in grouping.questions:
        ends = (question.one, question.other)
        if (witness.siglum, witness.title) in ends:
            siglum, title = ends[1 - ends.index((witness.siglum, witness.title))]
            match = next((h for h in held if h.witness.siglum == siglum and h.witness.title == title), None)
            if match:
                relations.append(Relation("unclear", match.title, 0, question.relation.reasons[:4], match.is_waiting))
    return tuple(relations) or (Relation("new"),)


def _compare(witness: Witness, other: Held) -> Relation:
    if _letters(witness) == _letters(other.witness):
        return Relation("copy", other.title, 0, (), other.is_waiting)
    (collated,), _ = collate([(other.witness, witness)])
    return Relation("printing", other.title, len(collated.apparatus), (), other.is_waiting)


def _letters(witness: Witness) -> tuple[str, ...]:
    return tuple(re.sub(r"\s", "", f"{a.number}{a.heading}{a.text}") for a in witness.articles)
