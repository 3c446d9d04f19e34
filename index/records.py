"""The records that travel through the pipeline: frozen, without I/O, named with the field's own words.

Page 版面 -> Witness 刊本 (one printing of a document) -> Document 文件 -> Article 条 (Paragraph 款, Item 项) -> Chunk -> Hit.
Identity is an id, never the text: two documents may hold the same sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Grammar = Literal["law", "measures", "decimal", "qa", "summary", "plain"]
"""How the articles are numbered: 第X条; 一、（一）1.; 1.1; 问答; 一是二是; or not at all."""

LEAD_ARTICLE = "导语"
"""`number` of the unnumbered beginning of a document (contract.md)."""

NEWS = "news"
"""`kind` of a news item: kept, but outside the default search."""


@dataclass(frozen=True, slots=True)
class Span:
    """Character offsets `[start, end)` into a page's masked text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """版面: the masked text of one source file. `siglum` names it in an apparatus (`000`).

    `is_newspaper` is remembered from the raw file: masking may take away the signs by which a newspaper page is known.
    """

    siglum: str
    name: str
    text: str
    is_newspaper: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """项: a list item inside a 款. Offsets are into `Article.text`; `number` is empty where the page lost it."""

    number: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """款: offsets into `Article.text`, and the 项 that follow its colon."""

    number: int
    start: int
    end: int
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Damage:
    """A place where the page failed the text, e.g. a sentence it cut off. Offsets are into `Article.text`."""

    kind: Literal[
        "cut_off",
        "lost_marker",
        "missing_line",
        "impossible_number",
        "broken_reference",
        "doubled",
        "unbalanced",
        "disputed",
        "unreadable",
    ]
    start: int
    end: int
    note: str


@dataclass(frozen=True, slots=True)
class Article:
    """条: the smallest unit that is cited.

    `text` is everything after the printed number, so a run-in heading (“明确人员范围。”) is part of it; paragraphs
    are separated by one newline. `spans` point into the page (`siglum`) that it was read from.
    """

    document_id: str
    number: str
    label: str
    heading: str
    part: str
    text: str
    paragraphs: tuple[Paragraph, ...] = ()
    spans: tuple[Span, ...] = ()
    damages: tuple[Damage, ...] = ()
    siglum: str = ""

    @property
    def id(self) -> str:
        return f"{self.document_id}/{self.number}"


@dataclass(frozen=True, slots=True)
class Witness:
    """刊本: one printing of a document on one page, with the articles that it has.

    `frame` are the lines that are no article's text or heading: title, addressees, headings of parts, dates, signatures.
    """

    siglum: str
    title: str
    headline: str
    grammar: Grammar
    articles: tuple[Article, ...]
    kind: str = "document"
    issuer: str = ""
    document_number: str = ""
    date: str = ""
    starts_inside: bool = False
    frame: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """异文: what some printings have at one place; empty where they have nothing there."""

    reading: str
    support: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApparatusEntry:
    """One place of the 校勘记: `article.text[offset:offset + length] == reading`, and what other printings have there.

    `confidence` is the probability that `reading` is what the document says. `reasons` are short phrases for people
    (“形近”, “脱字”, “《…》答记者问同”).
    """

    article: str
    offset: int
    length: int
    reading: str
    support: tuple[str, ...]
    variants: tuple[Reading, ...]
    confidence: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reliability:
    """How often a printing errs, as estimated from all its documents: slips per thousand characters, and the shares
    of its slips that it has in common with another printing beyond chance (0 independent, 1 a copy)."""

    siglum: str
    slips: float
    compared: int
    shared: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """文件: what readers see. `articles` are the collated ones; `base` is the printing that most of them follow.

    `versions` are the titles of other versions of the same document in the library: an amendment is not a slip.
    """

    id: str
    title: str
    headline: str
    kind: str
    grammar: Grammar
    articles: tuple[Article, ...]
    base: str
    witnesses: tuple[Witness, ...] = field(default=(), repr=False)
    issuer: str = ""
    document_number: str = ""
    date: str = ""
    effective_date: str = ""
    apparatus: tuple[ApparatusEntry, ...] = ()
    versions: tuple[str, ...] = ()

    def article(self, number: str) -> Article | None:
        return next((a for a in self.articles if a.number == number), None)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is indexed: whole 款 of one article. `breadcrumb` is 《文件》› 部分 › 条 and is searched with the text.

    `start`/`end` are offsets into the article's text: `article.text[start:end] == text`.
    """

    id: str
    document_id: str
    article: str
    breadcrumb: str
    text: str
    start: int
    end: int

    @property
    def searchable(self) -> str:
        return f"{self.breadcrumb}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Hit:
    """One found article. `text` is its best chunk; `score` is comparable within one search only.

    `dense` is the cosine of question and chunk, `sparse` the BM25 score; None where that method did not find it.
    """

    document_id: str
    document: str
    article: str
    label: str
    score: float
    text: str
    dense: float | None = None
    sparse: float | None = None
    looked_up: bool = False
