"""Slides before any format: a deck that teaches the selected articles, and one that goes through a quiz."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import ceil
from typing import Literal

from assistant.citations import bracketed
from assistant.markup import one_line, printable
from assistant.material.quiz_paper import HEADINGS, by_type, letter
from assistant.material.records import RIGHT, WRONG, Item, Quiz, Selection
from assistant.material.slide_figures import Figure, find_slide_figures
from assistant.material.slide_points import pick_points
from index.errors import InputError
from index.records import LEAD_ARTICLE, Article, Document

SlideKind = Literal["title", "contents", "part", "measure", "item", "answer", "closing"]

LINE, NARROW_LINE = 36, 24
"""Characters in one line of a slide at the smallest size of its body (24 pt); `NARROW_LINE` beside a figure."""

MOST_LINES, MOST_POINTS = 9, 6
"""What a slide holds; 项 of a list are short and only count as lines."""

CONTENTS_A_SLIDE = 9
LIST_MARKS = ("（", "(")
CONTINUED = "（续）"
GUIDE = "要点摘自文件原文，省略处以“……”标明；讲解和引用以正式文件为准。"
DAMAGED = ("cut_off", "missing_line", "unreadable", "impossible_number")


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide. `notes`: what the speaker reads; `footer`: the source beside the slide number."""

    title: str
    subtitle: str
    points: tuple[str, ...]
    notes: str
    kind: SlideKind
    figures: tuple[Figure, ...] = ()
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Deck:
    title: str
    slides: tuple[Slide, ...]


def make_slides(selections: Sequence[Selection]) -> Deck:
    """A deck on the selected articles: title, contents, parts, each article with its points, sources.

    Raises `InputError` where no article is selected.
    """
    chosen = [_taught(selection) for selection in selections if selection.articles]
    if not chosen:
        raise InputError("还没有选文件或者条款，先选好再做课件。")
    slides = [_title_slide(chosen)]
    for selection in chosen:
        slides += _contents(selection, len(chosen) > 1)
        slides += _body(selection)
    slides.append(_closing([selection.document for selection in chosen]))
    titles = [bracketed(one_line(selection.document.title)) for selection in chosen]
    title = f"{titles[0]}课件" if len(titles) == 1 else f"{titles[0]}等{len(titles)}个文件课件"
    return Deck(title, tuple(slides))


def quiz_deck(quiz: Quiz) -> Deck:
    """A deck that asks each item on one slide and answers it on the next. Raises `InputError` where the quiz is empty."""
    if not quiz.items:
        raise InputError("还没有题目，先出好题再做课件。")
    slides = [Slide(one_line(quiz.title), f"共{len(quiz.items)}题", (), "先请大家作答，再看下一页的答案。", "title")]
    for _, numbered in by_type(quiz.items):
        for number, item in numbered:
            slides += _item_slides(number, item)
    documents = dict.fromkeys(bracketed(one_line(item.document)) for item in quiz.items)
    slides.append(Slide("题目出处", "", tuple(documents), "题目依据所收录的文件原文。", "closing"))
    return Deck(one_line(quiz.title), tuple(slides))


def shown_place(document: str, label: str) -> str:
    """
    >>> shown_place("某意见", "第12条 落实薪酬待遇保障")
    '《某意见》第12条'
    """
    return f"{bracketed(one_line(document))}{one_line(label).split(' ', 1)[0]}"


def shown_frame(document: Document) -> str:
    """Issuer, number and date of a document; empty where none is known."""
    if document.effective_date:
        since = f"{document.effective_date}起施行"
    else:
        since = f"{document.date}发布" if document.date else ""
    return "　".join(one_line(each) for each in (document.issuer, document.document_number, since) if each)


def _taught(selection: Selection) -> Selection:
    """Without the unnumbered beginning, which says why, not what; with it where nothing else is chosen."""
    articles = tuple(article for article in selection.articles if article.number != LEAD_ARTICLE)
    return replace(selection, articles=articles or selection.articles)


def _title_slide(chosen: Sequence[Selection]) -> Slide:
    if len(chosen) == 1:
        document = chosen[0].document
        return Slide(one_line(document.title), shown_frame(document), (), GUIDE, "title")
    titles = tuple(bracketed(one_line(selection.document.title)) for selection in chosen)
    return Slide("政策学习", f"共{len(titles)}个文件", titles, GUIDE, "title")


def _contents(selection: Selection, is_one_of_several: bool) -> Iterator[Slide]:
    parts = _parts(selection.articles)
    named = [(part, articles) for part, articles in parts if part]
    if len(named) > 1:
        lines = [_part_line(one_line(part), _range(articles)) for part, articles in named]
    elif len(selection.articles) > 3 or is_one_of_several:
        lines = [one_line(article.label) for article in selection.articles]
    else:
        return
    subtitle = bracketed(one_line(selection.document.title)) if is_one_of_several else ""
    share = ceil(len(lines) / ceil(len(lines) / CONTENTS_A_SLIDE))
    for start in range(0, len(lines), share):
        page = tuple(lines[start : start + share])
        yield Slide("内容" + (CONTINUED if start else ""), subtitle, page, "", "contents")


def _parts(articles: Sequence[Article]) -> list[tuple[str, list[Article]]]:
    return [(part, list(group)) for part, group in groupby(articles, key=lambda article: article.part)]


def _range(articles: Sequence[Article]) -> str:
    first, last = (one_line(each.label).split(" ", 1)[0] for each in (articles[0], articles[-1]))
    return first if len(articles) == 1 else f"{first}至{last}"


def _part_line(part: str, covered: str) -> str:
    return part if covered in part else f"{part}（{covered}）"


def _body(selection: Selection) -> Iterator[Slide]:
    parts = _parts(selection.articles)
    has_parts = len({part for part, _ in parts if part}) > 1
    title = bracketed(one_line(selection.document.title))
    for part, articles in parts:
        if has_parts and part and len(articles) > 1:
            labels = tuple(one_line(article.label) for article in articles if article.heading)
            shown = labels if len(labels) <= CONTENTS_A_SLIDE else ()
            yield Slide(one_line(part), _range(articles), shown, "", "part", footer=title)
        for article in articles:
            yield from _measure(selection.document, article)


def _measure(document: Document, article: Article) -> Iterator[Slide]:
    place = shown_place(document.title, article.label)
    notes = f"{printable(article.text)}\n\n出处：{place}"
    for damage in article.damages:
        if damage.kind in DAMAGED:
            notes += f"\n注意：{printable(damage.note)}"
    points = tuple(one_line(point) for point in pick_points(article))
    subtitle = "" if article.heading else one_line(article.part)
    slide = Slide(one_line(article.label), subtitle, (), notes, "measure", footer=place)
    yield from _paged(slide, points)


def _paged(slide: Slide, points: Sequence[str]) -> Iterator[Slide]:
    """The slide with as many points as it holds; the rest on further slides with 续."""
    figures = find_slide_figures(points)
    pages = _pages(points, NARROW_LINE if figures else LINE)
    for number, page in enumerate(pages):
        title = slide.title + (CONTINUED if number else "")
        yield replace(slide, title=title, points=page, figures=find_slide_figures(page))


def _pages(points: Sequence[str], line: int) -> list[tuple[str, ...]]:
    """Points in order on as few slides as hold them, about as full as each other; a list stays with its lead if it can."""
    needed = ceil(_lines_of(points, line) / MOST_LINES)
    share = max(ceil(_lines_of(points, line) / max(needed, 1)), 1)
    pages: list[list[str]] = [[]]
    for block in _blocks(points, line):
        filled = _lines_of(pages[-1], line)
        is_full = filled + _lines_of(block, line) > MOST_LINES or filled >= share or _counted(pages[-1]) >= MOST_POINTS
        if pages[-1] and is_full:
            pages.append([])
        pages[-1] += block
    return [tuple(page) for page in pages]


def _blocks(points: Sequence[str], line: int) -> Iterator[list[str]]:
    """A lead with its 项 where one slide holds them, else each point by itself."""
    groups: list[list[str]] = []
    for point in points:
        if groups and point.startswith(LIST_MARKS):
            groups[-1].append(point)
        else:
            groups.append([point])
    for group in groups:
        if _lines_of(group, line) <= MOST_LINES:
            yield group
        else:
            yield from ([point] for point in group)


def _lines_of(points: Sequence[str], line: int) -> int:
    return sum(ceil(len(point) / line) or 1 for point in points)


def _counted(points: Sequence[str]) -> int:
    return sum(not point.startswith(LIST_MARKS) for point in points)


def _item_slides(number: int, item: Item) -> Iterator[Slide]:
    place = shown_place(item.document, item.label)
    options = tuple(f"{letter(i)}．{one_line(option)}" for i, option in enumerate(item.options))
    if item.type == "判断" and not options:
        options = (f"（　　）{RIGHT}", f"（　　）{WRONG}")
    key = whole_key(item)
    parts = (f"答案：{key}", f"解析：{printable(item.explanation)}" if item.explanation.strip() else "")
    basis = f"依据：{place}“{printable(item.quote)}”" if item.quote else f"依据：{place}"
    notes = "\n".join(part for part in (*parts, basis) if part)
    asked = Slide(f"第{number}题　{HEADINGS[item.type][0]}", "", (), notes, "item")
    yield from _plain_pages(asked, (one_line(item.stem), *options))
    shown = [one_line(key), one_line(item.explanation)]
    if item.quote and one_line(item.quote) not in shown[1]:
        shown.append(f"原文：“{one_line(item.quote)}”")
    answer = Slide(f"第{number}题　答案", "", (), notes, "answer", footer=place)
    yield from _plain_pages(answer, [each for each in shown if each])


def _plain_pages(slide: Slide, points: Sequence[str]) -> Iterator[Slide]:
    """Like `_paged`, without figures; a text that fills more than a slide goes on on the next."""
    most = LINE * (MOST_LINES - 1)
    pieces = [point[start : start + most] for point in points for start in range(0, len(point), most)]
    for number, page in enumerate(_pages(pieces, LINE)):
        yield replace(slide, title=slide.title + (CONTINUED if number else ""), points=page)


def whole_key(item: Item) -> str:
    """What is right, with the words of the options where the key is letters.

    Several stand one behind the other with `；`.
    """
    places = [ord(each) - ord("A") for each in item.key]
    if not item.options or not all(0 <= place < len(item.options) for place in places):
        return printable(item.key)
    right = [f"{letter(place)}．{one_line(item.options[place])}" for place in places]
    return "；".join([*(each.rstrip("。") for each in right[:-1]), right[-1]])


def _closing(documents: Sequence[Document]) -> Slide:
    lines = []
    for document in documents:
        frame = shown_frame(document)
        lines.append(bracketed(one_line(document.title)) + (f"　{frame}" if frame else ""))
    return Slide("出处", GUIDE, tuple(dict.fromkeys(lines)), "\n".join(dict.fromkeys(lines)), "closing")
