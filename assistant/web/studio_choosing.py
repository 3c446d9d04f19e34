"""What somebody chose in the studio: documents and articles, what to make of them, and how. Read from a form or an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request
from starlette.datastructures import FormData, QueryParams

from assistant.citations import bracketed
from assistant.material.records import DIFFICULTIES, ITEM_TYPES, Difficulty, ItemType, Selection, Wanted
from index.errors import InputError
from index.records import NEWS, Document

USUAL_TOTAL, MOST_TOTAL = 30, 500
MOST_SUBJECT = 100
MOST_SEED = 999_999
MOST_FIELDS = 20_000
"""Of a form: every article of several long laws may be ticked."""

BETWEEN, RANGE, LIST = "|", "~", ","
"""In an address a choice of articles is `document|1,3~7`."""

QUIZ, HANDOUT, SLIDES, CARDS, TOPICS, COVERAGE, COMPARISON = (
    "quiz",
    "handout",
    "slides",
    "cards",
    "topics",
    "coverage",
    "comparison",
)
GOALS: dict[str, tuple[str, str]] = {
    QUIZ: ("题库", "选择、判断、填空、简答、情景题，都带答案和出处"),
    HANDOUT: ("讲义", "要点、数字和期限、谁来做，发给大家看"),
    SLIDES: ("课件", "一条一页，备注里有原文"),
    CARDS: ("卡片", "一面问一面答，拿来背"),
    TOPICS: ("讨论题", "大家真正会问的话，课上讨论"),
    COVERAGE: ("覆盖图", "哪些条文出了题，哪些还没有"),
    COMPARISON: ("对比", "两份文件对同一件事怎么说"),
}
"""What can be made: what it is called, and what it is good for."""

MADE_OF_ITEMS = (QUIZ, CARDS, COVERAGE)
_SPEAKS_OF_OTHERS = ("qa", "summary")


Fields = QueryParams | FormData
"""What an address or a form says; a name may come several times."""


async def read_fields(request: Request) -> FormData:
    """The fields of a form that was sent."""
    return await request.form(max_files=0, max_fields=MOST_FIELDS)


SentFields = Annotated[FormData, Depends(read_fields)]


@dataclass(frozen=True, slots=True)
class Choice:
    """`counts` by type where somebody chose them; `subject` is what two documents are compared on;
    `with_model`: a language model writes items too."""

    selections: tuple[Selection, ...] = ()
    goal: str = QUIZ
    total: int = USUAL_TOTAL
    counts: Mapping[ItemType, int] | None = None
    difficulties: tuple[Difficulty, ...] = DIFFICULTIES
    seed: int = 0
    subject: str = ""
    with_model: bool = False

    @property
    def wanted(self) -> Wanted:
        total = sum(self.counts.values()) if self.counts else self.total
        return Wanted(total, self.counts, self.difficulties, self.seed)

    @property
    def title(self) -> str:
        """What to call the material.

        >>> from tests.material_samples import SELECTION
        >>> Choice((SELECTION,)).title
        '《测试市社区服务办法》题库'
        """
        titles = [each.document.title for each in self.selections]
        shown = bracketed(titles[0][:50]) if titles else ""
        several = f"等 {len(titles)} 份文件" if len(titles) > 1 else ""
        subject = f"“{self.subject[:20]}”" if self.goal == COMPARISON else ""
        return f"{shown}{several}{subject}{GOALS[self.goal][0]}"

    @property
    def names(self) -> list[str]:
        """The selections as an address names them."""
        return [name_selection(each) for each in self.selections]

    def query(self, *, with_settings: bool = True) -> str:
        """The choice for an address."""
        fields: list[tuple[str, str]] = [("from", name) for name in self.names]
        if self.subject:
            fields.append(("subject", self.subject))
        if with_settings:
            fields += [("goal", self.goal), ("total", str(self.total))]
            fields += [(f"count-{kind}", str(count)) for kind, count in (self.counts or {}).items()]
            fields += [("difficulty", each) for each in self.difficulties if self.difficulties != DIFFICULTIES]
            fields += [("seed", str(self.seed))] if self.seed else []
            fields += [("with-model", "1")] if self.with_model else []
        return urlencode(fields)


def read_choice(fields: Fields, documents: Sequence[Document]) -> Choice:
    """What the fields say; whatever cannot be used is taken for the usual. Articles that are ticked outweigh the tick of
    their whole document."""
    difficulties = tuple(each for each in DIFFICULTIES if each in fields.getlist("difficulty"))
    counts: dict[ItemType, int] = {
        kind: count for kind in ITEM_TYPES if (count := _number(fields.get(f"count-{kind}"), 0, MOST_TOTAL, 0))
    }
    goal = fields.get("goal")
    return Choice(
        read_selections(fields, documents),
        goal if isinstance(goal, str) and goal in GOALS else QUIZ,
        _number(fields.get("total"), 1, MOST_TOTAL, USUAL_TOTAL),
        counts or None,
        difficulties or DIFFICULTIES,
        _number(fields.get("seed"), 0, MOST_SEED, 0),
        " ".join(str(fields.get("subject") or "").split())[:MOST_SUBJECT],
        bool(fields.get("with-model")),
    )


def read_selections(fields: Fields, documents: Sequence[Document]) -> tuple[Selection, ...]:
    """The chosen documents in the order of the library, each with the chosen articles."""
    whole = {str(each) for each in fields.getlist("document")}
    ticked = {str(each) for each in fields.getlist("article")}
    named: dict[str, set[str] | None] = {}
    for each in fields.getlist("from"):
        document_id, numbers = _parse(str(each), documents)
        named[document_id] = numbers
    found = []
    for document in documents:
        numbers = {a.number for a in document.articles if a.id in ticked} or None
        if numbers is None and document.id not in whole and document.title not in whole:
            if document.id not in named:
                continue
            numbers = named[document.id]
        articles = tuple(a for a in document.articles if numbers is None or a.number in numbers)
        if articles:
            found.append(Selection(document, articles))
    return tuple(found)


def name_selection(selection: Selection) -> str:
    """A selection for an address: the document alone where all its articles are chosen.

    >>> from dataclasses import replace
    >>> from tests.material_samples import SELECTION
    >>> name_selection(SELECTION), name_selection(replace(SELECTION, articles=SELECTION.articles[1:4]))
    ('community-service', 'community-service|2~4')
    """
    document = selection.document
    if len(selection.articles) == len(document.articles):
        return document.id
    chosen = {article.number for article in selection.articles}
    runs: list[list[str]] = [[]]
    for article in document.articles:
        if article.number in chosen:
            runs[-1].append(article.number)
        elif runs[-1]:
            runs.append([])
    named = (f"{run[0]}{RANGE}{run[-1]}" if len(run) > 2 else LIST.join(run) for run in runs if run)
    return f"{document.id}{BETWEEN}{LIST.join(named)}"


def check_choice(choice: Choice) -> None:
    """Raises `InputError`, a sentence for whoever chose, where nothing can be made of it."""
    if not choice.selections:
        raise InputError("还没有选文件：请在第一步里勾一份，或只勾其中几条。")
    if choice.goal == COMPARISON:
        if len(choice.selections) != 2:
            raise InputError(f"对比要选两份文件，现在选了 {len(choice.selections)} 份。")
        if not choice.subject:
            raise InputError("请写上对比什么，比如“培训”或“补偿标准”。")
    if choice.goal in MADE_OF_ITEMS and choice.counts and sum(choice.counts.values()) > MOST_TOTAL:
        raise InputError(f"一次最多出 {MOST_TOTAL} 题，请把各题型的数目改小。")


def shelf(documents: Sequence[Document]) -> list[Document]:
    """What material is made from: no news; what speaks of other documents comes last."""
    shown = [each for each in documents if each.kind != NEWS and each.articles]
    return sorted(shown, key=lambda each: each.grammar in _SPEAKS_OF_OTHERS)


def _parse(named: str, documents: Sequence[Document]) -> tuple[str, set[str] | None]:
    """`name_selection` backwards: document id and numbers, None for all."""
    if any(document.id == named for document in documents):
        return named, None
    document_id, _, listed = named.rpartition(BETWEEN)
    document = next((each for each in documents if each.id == document_id), None)
    order = [article.number for article in document.articles] if document else []
    numbers: set[str] = set()
    for part in listed.split(LIST):
        first, _, last = part.partition(RANGE)
        if first in order and last in order:
            numbers.update(order[order.index(first) : order.index(last) + 1])
        numbers.add(part)
    return document_id, numbers


def _number(value: Any, least: int, most: int, otherwise: int) -> int:
    """Digits of a form as a number within limits."""
    text = str(value or "").strip()
    if not (text.isascii() and text.isdigit()):
        return otherwise
    return min(max(int(text[:9]), least), most)
