"""What the reading room says about a document before its text: kind, dates, whether it is in force, how it is used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from sqlalchemy import select

from assistant.citations import bracketed
from assistant.state.database import Database
from assistant.state.tables import Cited
from assistant.web.engine import Shelf, find_document
from index.numerals import parse_numeral
from index.records import NEWS, Article, Document

MOST_ASKED = 8
"""Articles in the list “大家问得最多的条文”: what fits on one screen."""

_DATE = re.compile(
    r"([\d〇○零一二三四五六七八九]{4})[年./-]([\d一二三四五六七八九十]{1,3})[月./-]([\d一二三四五六七八九十]{1,3})日?"
)
_REPORTS = ("qa", "summary")
"""What speaks about a document is not in force itself."""

_KINDS = {NEWS: "新闻", "document": "文件"}

Times = dict[tuple[str, str], int]
"""(document id, article number) -> how many answers had the article for their main citation."""


@dataclass(frozen=True, slots=True)
class Status:
    """Whether a document is in force: `words` for people, `name` (`valid`, `future`, `unknown`) for the style sheet."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    """A document as the library lists it; `facts` are (name, words), `versions` (title, address or empty)."""

    document: Document
    address: str
    title: str
    kind: str
    status: Status | None
    facts: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]

    @property
    def printings(self) -> int:
        return len(self.document.witnesses)

    @property
    def articles(self) -> str:
        number = len(self.document.articles)
        unit = "问" if self.document.grammar == "qa" else "条"
        return f"{number} {unit}" if number else "没有正文"


@dataclass(frozen=True, slots=True)
class Asked:
    """An article that answers many questions."""

    title: str
    label: str
    address: str
    times: int


def address_of(document: Document, number: str = "") -> str:
    """The page of a document, or the address of one article.

    >>> from tests.fake_assistant import VOLUNTEERS
    >>> address_of(VOLUNTEERS), address_of(VOLUNTEERS, "12之一")
    ('/read/volunteers', '/read/volunteers/12%E4%B9%8B%E4%B8%80')
    """
    page = f"/read/{quote(document.id, safe='')}"
    return f"{page}/{quote(number, safe='')}" if number else page


def anchored(document: Document, number: str, query: str = "") -> str:
    """Where on the page of a document an article stands, the words of `query` marked.

    >>> from tests.fake_assistant import VOLUNTEERS
    >>> anchored(VOLUNTEERS, "2", "请 假")
    '/read/volunteers?q=%E8%AF%B7%20%E5%81%87#a-2'
    """
    asked = f"?q={quote(query, safe='')}" if query else ""
    anchor = f"#a-{quote(number, safe='')}" if number else ""
    return f"{address_of(document)}{asked}{anchor}"


def describe_card(document: Document, library: Shelf, today: date) -> Card:
    """The card of one document."""
    facts = (
        ("发文单位", "、".join(document.issuer.split())),
        ("文号", document.document_number),
        ("发布日期", shown_date(document.date)),
        ("施行日期", shown_date(document.effective_date)),
    )
    by_title = {each.title: address_of(each) for each in library.documents}
    return Card(
        document=document,
        address=address_of(document),
        title=bracketed(document.title),
        kind=_KINDS.get(document.kind, document.kind),
        status=None if document.kind == NEWS or document.grammar in _REPORTS else status_of(document, today),
        facts=tuple((name, words) for name, words in facts if words),
        versions=tuple((bracketed(title), by_title.get(title, "")) for title in document.versions),
    )


def status_of(document: Document, today: date) -> Status:
    """In force, not yet, or not said."""
    since = read_date(document.effective_date)
    if since is None:
        return Status("unknown", "未注明施行日期")
    if since > today:
        return Status("future", f"将于{shown_date(document.effective_date)}施行")
    return Status("valid", "已施行")


def read_date(text: str) -> date | None:
    """The day that a text names first; None where it names none.

    >>> read_date("2024年6月1日"), read_date("二〇二四年十二月三十一日"), read_date("2024-02-30")
    (datetime.date(2024, 6, 1), datetime.date(2024, 12, 31), None)
    """
    found = _DATE.search(text)
    numbers = [parse_numeral(part) for part in found.groups()] if found else []
    try:
        year, month, day = (number or 0 for number in numbers)
        return date(year, month, day)
    except ValueError:
        return None


def shown_date(text: str) -> str:
    """A date as people write it; what is no date stays as it is.

    >>> shown_date("2024-06-01"), shown_date("近日")
    ('2024年6月1日', '近日')
    """
    day = read_date(text)
    return f"{day.year}年{day.month}月{day.day}日" if day else text


def read_times(database: Database, library: Shelf) -> Times:
    """How often each article was the main citation; rows about what the library no longer has are left out."""
    with database.session() as session:
        rows = session.execute(select(Cited.document, Cited.article, Cited.times).where(Cited.times > 0)).all()
    times: Times = {}
    known: dict[str, Document | None] = {}
    for name, article, count in rows:
        if name not in known:
            known[name] = find_document(library, name)
        if (document := known[name]) is not None:
            key = (document.id, article)
            times[key] = times.get(key, 0) + count
    return times


def most_asked(library: Shelf, times: Times) -> list[Asked]:
    """The articles that answered most questions, at most `MOST_ASKED`."""
    documents = {document.id: document for document in library.documents}
    found: list[Asked] = []
    for (identity, number), count in sorted(times.items(), key=lambda item: -item[1]):
        article = documents[identity].article(number)
        if article is not None and len(found) < MOST_ASKED:
            document = documents[identity]
            found.append(Asked(bracketed(document.title), article.label, anchored(document, number), count))
    return found


def gist_of(article: Article, characters: int = 18) -> str:
    """The first words of an article without a heading, for a list of bare numbers."""
    words = article.text.replace("\n", " ")
    return "" if article.heading else words if len(words) <= characters else f"{words[:characters]}…"


def split_news(documents: Sequence[Document]) -> tuple[list[Document], list[Document]]:
    """The documents that answers are drawn from, and the news."""
    return [d for d in documents if d.kind != NEWS], [d for d in documents if d.kind == NEWS]
