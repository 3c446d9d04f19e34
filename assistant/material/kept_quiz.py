"""A quiz that somebody works on: reworded, dropped, replaced and reordered items, as they are stored. Nothing is thrown
away: a dropped item stays with its place, a reworded one with its first wording."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.material.records import ITEM_TYPES, LETTERS, RIGHT, WRONG, Item, Quiz, Selection
from assistant.state.columns import clean_text
from index.corpus import mask_text
from index.errors import InputError
from index.records import Article, Document

MOST_STEM, MOST_OPTION, MOST_KEY, MOST_EXPLANATION = 2000, 500, 2000, 4000
"""Characters; a longer text is a paper pasted by mistake."""

CHOICES = ("单选", "多选", "情景")
"""Types whose items may have options."""

UNREADABLE = "这份材料存的格式读不出来，可能来自别的版本。请重新做一份。"


@dataclass(frozen=True, slots=True)
class Entry:
    """An item with its `id` in this quiz. `original`: as it was made, where somebody reworded it; `faults`: what the check
    said of the new wording."""

    id: int
    item: Item
    original: Item | None = None
    faults: tuple[str, ...] = ()
    is_dropped: bool = False


@dataclass(frozen=True, slots=True)
class Selected:
    """A document and the articles that were chosen of it, by name."""

    document_id: str
    document: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptQuiz:
    """`entries` in the order of the paper, dropped ones between the others; `replaced` counts the replacements."""

    title: str
    entries: tuple[Entry, ...]
    selected: tuple[Selected, ...] = ()
    wanted: int = 0
    most: int = 0
    notices: tuple[str, ...] = ()
    dropped: dict[str, int] | None = None
    replaced: int = 0
    seed: int = 0

    @property
    def kept(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if not entry.is_dropped)

    def entry(self, entry_id: int) -> Entry:
        """Raises `InputError` where there is none."""
        found = next((entry for entry in self.entries if entry.id == entry_id), None)
        if found is None:
            raise InputError("没有这道题，请刷新这一页。")
        return found

    def to_json(self) -> dict[str, Any]:
        kept: dict[str, Any] = _KEPT.dump_python(self, mode="json")
        return kept

    def as_quiz(self, title: str) -> Quiz:
        """What is handed out: without the dropped items, under the name that somebody gave it."""
        items = tuple(replace(entry.item, id=f"{entry.id}-{entry.item.id}") for entry in self.kept)
        return Quiz(title, items, len(items), max(self.most, len(items)))

    def counts(self) -> dict[str, int]:
        """How many items of each type, in the usual order, without types that there are none of."""
        found = Counter(entry.item.type for entry in self.kept)
        return {kind: found[kind] for kind in ITEM_TYPES if found[kind]}


@dataclass(frozen=True, slots=True)
class Wording:
    """What somebody typed into the form of an item: `key` are letters of `options` by their place in the form, or a text."""

    stem: str
    options: tuple[str, ...]
    key: tuple[str, ...]
    explanation: str


_KEPT = TypeAdapter(KeptQuiz)


def keep_quiz(quiz: Quiz, selections: Sequence[Selection], seed: int = 0) -> KeptQuiz:
    """A new quiz, nothing changed in it yet."""
    selected = tuple(Selected(s.document.id, s.document.title, tuple(a.number for a in s.articles)) for s in selections)
    entries = tuple(Entry(number, item) for number, item in enumerate(quiz.items, start=1))
    return KeptQuiz(quiz.title, entries, selected, quiz.wanted, quiz.most, quiz.notices, dict(quiz.dropped), 0, seed)


def read_kept(content: object) -> KeptQuiz:
    """Raises `InputError` where it is none."""
    try:
        return _KEPT.validate_python(content)
    except ValidationError as error:
        raise InputError(UNREADABLE) from error


def reword(quiz: KeptQuiz, entry_id: int, wording: Wording) -> KeptQuiz:
    """The item with new words, masked; what equals the first wording again counts as unchanged. Raises `InputError`."""
    entry = quiz.entry(entry_id)
    options, key = _options_and_key(entry.item, wording)
    item = replace(
        entry.item,
        stem=clean_words(wording.stem, entry.item.stem, MOST_STEM, "题干"),
        options=options,
        key=key,
        explanation=clean_words(wording.explanation, entry.item.explanation, MOST_EXPLANATION, "解析"),
    )
    if not item.stem:
        raise InputError("题干不能空着；不要这道题，可以点“删掉”。")
    first = entry.original or entry.item
    return _put(quiz, replace(entry, item=item, original=None if item == first else first))


def take_back(quiz: KeptQuiz, entry_id: int) -> KeptQuiz:
    """The item as it was made."""
    entry = quiz.entry(entry_id)
    return _put(quiz, replace(entry, item=entry.original or entry.item, original=None, faults=()))


def note_faults(quiz: KeptQuiz, entry_id: int, faults: Sequence[str]) -> KeptQuiz:
    return _put(quiz, replace(quiz.entry(entry_id), faults=tuple(faults)))


def drop(quiz: KeptQuiz, entry_id: int) -> KeptQuiz:
    return _put(quiz, replace(quiz.entry(entry_id), is_dropped=True))


def restore(quiz: KeptQuiz, entry_id: int, instead_of: int = 0) -> KeptQuiz:
    """A dropped item comes back to its place; `instead_of`: the one that replaced it goes."""
    quiz = _put(quiz, replace(quiz.entry(entry_id), is_dropped=False))
    return drop(quiz, instead_of) if instead_of else quiz


def swap(quiz: KeptQuiz, entry_id: int, item: Item) -> tuple[KeptQuiz, Entry]:
    """`item` in the place of another, which stays dropped behind it."""
    old = quiz.entry(entry_id)
    new = Entry(max(entry.id for entry in quiz.entries) + 1, item)
    place = quiz.entries.index(old)
    gone = replace(old, is_dropped=True)
    entries = (*quiz.entries[:place], new, gone, *quiz.entries[place + 1 :])
    return replace(quiz, entries=entries, replaced=quiz.replaced + 1), new


def move(quiz: KeptQuiz, entry_id: int, before: int | None) -> KeptQuiz:
    """Puts an item before another, or at the end where `before` is None."""
    moved = quiz.entry(entry_id)
    if before == entry_id:
        return quiz
    others = [entry for entry in quiz.entries if entry.id != entry_id]
    place = others.index(quiz.entry(before)) if before is not None else len(others)
    return replace(quiz, entries=(*others[:place], moved, *others[place:]))


def step(quiz: KeptQuiz, entry_id: int, is_up: bool) -> KeptQuiz:
    """Puts an item before the kept one above it, or behind the one below; nothing happens at the end of the paper."""
    kept = [entry.id for entry in quiz.kept]
    place = kept.index(quiz.entry(entry_id).id) if entry_id in kept else -1
    if place < 0 or (place == 0 if is_up else place == len(kept) - 1):
        return quiz
    if is_up:
        return move(quiz, entry_id, kept[place - 1])
    return move(quiz, entry_id, kept[place + 2] if place + 2 < len(kept) else None)


def _put(quiz: KeptQuiz, entry: Entry) -> KeptQuiz:
    return replace(quiz, entries=tuple(entry if each.id == entry.id else each for each in quiz.entries))


def _options_and_key(item: Item, wording: Wording) -> tuple[tuple[str, ...], str]:
    """The options that are not empty and the key by their new letters, or the text of the key."""
    if item.type == "判断":
        key = next((each for each in wording.key if each in (RIGHT, WRONG)), "")
        return (), key
    if not item.options:
        return (), clean_words("；".join(wording.key), item.key, MOST_KEY, "答案")
    if len(wording.options) > len(LETTERS):
        raise InputError(f"选项最多 {len(LETTERS)} 个。")
    options: list[str] = []
    key = ""
    for letter, words in zip(LETTERS, wording.options, strict=False):
        if option := clean_words(words, "", MOST_OPTION, "选项", known=item.options):
            key += LETTERS[len(options)] if letter in wording.key else ""
            options.append(option)
    return tuple(options), key


def clean_words(words: str, before: str, most: int, what: str, known: Sequence[str] = ()) -> str:
    """What somebody typed: without control characters, masked unless it is as it was. Raises `InputError`.

    >>> clean_words(" 打\\x0713812345678\\r\\n", "", 99, "题干")
    '打[号码已隐去]'
    """
    plain = "".join(
        each if each.isprintable() or each in "\n\t\u3000" else "" for each in clean_text(words.replace("\r\n", "\n"))
    ).strip()
    if plain == before or plain in known:
        return plain
    if len(plain) > most:
        raise InputError(f"{what}太长了：最多 {most} 个字，现在有 {len(plain)} 个。没有存，请缩短后再存。")
    return mask_text(plain).strip()


def resolve(selected: Sequence[Selected], documents: Sequence[Document]) -> tuple[Selection, ...]:
    """What is still there of a choice: a document by its id, else by its title, and its articles by number."""
    found = []
    for each in selected:
        document = find_by(documents, each.document_id, each.document)
        articles = tuple(a for a in document.articles if a.number in set(each.articles)) if document else ()
        if document and articles:
            found.append(Selection(document, articles))
    return tuple(found)


def find_by(documents: Sequence[Document], document_id: str, title: str) -> Document | None:
    """The document with this id, else the first with this title."""
    by_id = (each for each in documents if each.id == document_id)
    return next(by_id, None) or next((each for each in documents if each.title == title), None)


def place_now(item: Item, documents: Sequence[Document]) -> tuple[Document | None, Article | None, Item, str]:
    """Where the item's text stands in the library of today: document, article, the item with the offsets of today, and
    what a person should know where it is no longer there (else empty)."""
    document = find_by(documents, item.document_id, item.document)
    if document is None:
        return None, None, item, f"资料库里现在没有《{item.document}》，用前请核对。"
    article = document.article(item.article)
    if article is None:
        return document, None, item, f"《{document.title}》里现在没有{item.label.split(' ')[0]}，用前请核对。"
    start = item.quote_start
    if article.text[start : start + len(item.quote)] != item.quote:
        start = article.text.find(item.quote)
    if start < 0 or not item.quote:
        return document, article, item, "这一条的文字改过了，和下面的引文不一样，用前请核对。"
    shift = start - item.quote_start
    moved = replace(item, document_id=document.id, quote_start=start, start=item.start + shift, end=item.end + shift)
    return document, article, moved, ""
