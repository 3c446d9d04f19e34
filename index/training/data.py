"""Reads the training data: passages (whose sentences predict each other) and questions (with the texts that answer).

The files and their licences are described in `shared/data/README.md`; nothing of them is copied into the project.
A fifth of the questions is held out by a fixed shuffle and never trained on.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from index.asked import Asked, read_bundled, statute_questions, training_questions
from index.chunks import breadcrumb
from index.corpus import read_bundled as read_bundled_pages
from index.library import build_library
from index.numerals import format_numeral
from index.printings import read_printings
from index.records import Page

_SENTENCE_END = re.compile(r"(?<=[。！？；])|\n+")
_ARTICLE_START = re.compile(r"(?m)^(?=第[一二三四五六七八九十百千零〇]+条)")
_HEADING_MARKS = re.compile(r"(?m)^[#>*\s]+|</?\w[^>]*>")
OWN = "own"
"""How the ids of our own questions about the statute corpus begin."""
_NEWS_LENGTH = 500
"""Characters kept of a news item: its beginning says what it is about."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text in sentences; `title` is searched with it but is no question to it."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """`gold` are ids of `Data.corpus`; `text` is what somebody asked."""

    id: str
    text: str
    gold: tuple[str, ...]
    answer: str = ""


@dataclass(frozen=True, slots=True)
class AskedTexts:
    """Our own questions with the articles that answer them.

    `texts` maps (document title, article number) to the searchable text; `questions` are (question, key).
    """

    texts: dict[tuple[str, str], str]
    questions: tuple[tuple[str, tuple[str, str]], ...]


@dataclass(frozen=True, slots=True)
class Data:
    """`corpus` maps the id of a statute article to its searchable text. `reading` are (question, paragraph) pairs."""

    corpus: dict[str, str]
    train: tuple[Question, ...]
    held_out: tuple[Question, ...]
    laws: tuple[Passage, ...]
    news: tuple[Passage, ...]
    reading: tuple[tuple[str, str], ...]
    asked: tuple[AskedTexts, ...] = ()
    asked_held_out: AskedTexts | None = None

    def everything(self) -> Data:
        """The same with nothing held out: what the shipped model is trained on once the held-out figures are known."""
        asked = (*self.asked, self.asked_held_out) if self.asked_held_out else self.asked
        return replace(self, train=(*self.train, *self.held_out), asked=asked, held_out=(), asked_held_out=None)


def read_data(folder: Path, seed: int, law_articles: int, news_items: int) -> Data:
    """Reads everything under `folder`, samples `law_articles` and `news_items`, and splits the questions 80 : 20."""
    chance = random.Random(seed)
    rows = list(_read_lines(folder / "stard_corpus.jsonl.gz"))
    id_of_name = {row["name"]: str(row["id"]) for row in rows}
    questions = _read_questions(folder, id_of_name)
    chance.shuffle(questions)
    held_out = len(questions) // 5
    laws = list(_read_laws(folder))
    own = _with_texts(training_questions(), dict(_read_titled(folder)))
    news = list(_read_news(folder))
    return Data(
        corpus={str(row["id"]): f"{row['name']}\n{row['content']}" for row in rows},
        train=(*questions[held_out:], *_own_statute_questions(id_of_name)),
        held_out=tuple(questions[:held_out]),
        laws=tuple(chance.sample(laws, min(law_articles, len(laws)))),
        news=tuple(chance.sample(news, min(news_items, len(news)))),
        reading=tuple((row["question"], row["context"]) for row in _read_lines(folder / "reading.jsonl.gz")),
        asked=(_only(own, held_out=False), _bundled()),
        asked_held_out=_only(own, held_out=True),
    )


def read_pages(folder: Path, titles: Collection[str]) -> list[Page]:
    """The laws and policies of these titles as pages. Raises `KeyError` where one is not there."""
    texts = dict(_read_titled(folder))
    return [Page(f"{n:03}", f"{title}.md", _under_title(title, texts[title])) for n, title in enumerate(sorted(titles))]


def is_held_out_document(title: str) -> bool:
    """Whether our questions about this document are kept for development: one document of eight."""
    return int(sha256(title.encode()).hexdigest(), 16) % 8 == 0


def split_sentences(text: str) -> tuple[str, ...]:
    """Sentences with more than a few characters, without Markdown marks.

    >>> split_sentences("## 第一章 总则\\n各级人民政府应当加强领导。有关部门分工负责；好。")
    ('各级人民政府应当加强领导。', '有关部门分工负责；')
    """
    plain = _HEADING_MARKS.sub("", text)
    pieces = (piece.strip() for piece in _SENTENCE_END.split(plain))
    return tuple(piece for piece in pieces if len(piece) >= 9)


def _read_lines(path: Path) -> Iterator[Any]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _read_questions(folder: Path, id_of_name: dict[str, str]) -> list[Question]:
    questions = [
        Question(f"stard-{row['id']}", row["question"], tuple(str(i) for i in row["gold"]), row["answer"] or "")
        for row in _read_lines(folder / "stard_train.jsonl")
    ]
    for number, row in enumerate(_read_lines(folder / "lay_pairs.jsonl")):
        # Both kinds of names occur: 道路交通安全法第九十一条 and 中华人民共和国民法典第四百六十三条.
        names = [name if name in id_of_name else f"中华人民共和国{name}" for name in row["articles"]]
        gold = tuple(id_of_name[name] for name in names if name in id_of_name)
        if gold:
            questions.append(Question(f"{row['source']}-{number}", row["question"], gold))
    return questions


def _own_statute_questions(id_of_name: dict[str, str]) -> Iterator[Question]:
    """Our own questions about articles of the statute corpus; never held out, as the public ones measure."""
    for (title, number), texts in statute_questions().items():
        plain, _, added = number.partition("之")
        gold = id_of_name.get(f"{title}第{format_numeral(int(plain))}条{added and f'之{added}'}")
        if gold is not None:
            for text in texts:
                yield Question(f"{OWN}-{gold}-{text}", text, (gold,))


def _read_laws(folder: Path) -> Iterator[Passage]:
    for row in _read_lines(folder / "laws.jsonl.gz"):
        yield from _passages(row["title"], _ARTICLE_START.split(row["text"]))
    for row in _read_lines(folder / "state_council.jsonl"):
        yield from _passages(row["title"], row["text"].split("\n"))
    for path in sorted((folder / "policies").glob("*.md")):
        yield from _passages(path.stem, path.read_text(encoding="utf-8").split("\n"))


def _read_news(folder: Path) -> Iterator[Passage]:
    with gzip.open(folder / "news.txt.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from _passages("", [line.partition("正文：")[2][:_NEWS_LENGTH]])


def _read_titled(folder: Path) -> Iterator[tuple[str, str]]:
    for row in _read_lines(folder / "laws.jsonl.gz"):
        yield row["title"], row["text"]
    for row in _read_lines(folder / "state_council.jsonl"):
        yield row["title"], row["text"]
    for path in (folder / "policies").glob("*.md"):
        yield path.stem, path.read_text(encoding="utf-8")


def _with_texts(asked: Asked, texts: dict[str, str]) -> AskedTexts:
    """The questions whose document is among `texts`, with their articles as the importer parses them."""
    found: dict[tuple[str, str], str] = {}
    for title in dict.fromkeys(title for title, _ in asked):
        if title in texts:
            witnesses = read_printings(Page("0", f"{title}.md", _under_title(title, texts[title])))
            for article in max((w.articles for w in witnesses), key=len, default=()):
                found[title, article.number] = f"《{title}》 › {article.part} › {article.label}\n{article.text}"
    pairs = ((question, key) for key, questions in asked.items() if key in found for question in questions)
    return AskedTexts({key: found[key] for key in asked if key in found}, tuple(pairs))


def _under_title(title: str, text: str) -> str:
    return text if title in text[:200] else f"{title}\n\n{text}"


def _only(own: AskedTexts, held_out: bool) -> AskedTexts:
    keys = {key for key in own.texts if is_held_out_document(key[0]) == held_out}
    return AskedTexts(
        {k: t for k, t in own.texts.items() if k in keys}, tuple(q for q in own.questions if q[1] in keys)
    )


def _bundled() -> AskedTexts:
    asked, library = read_bundled(), build_library(read_bundled_pages())
    texts = {
        (d.title, a.number): f"{breadcrumb(d, a)}\n{a.text}"
        for d in library.documents
        for a in d.articles
        if (d.title, a.number) in asked
    }
    return AskedTexts(texts, tuple((q, key) for key in texts for q in asked[key]))


def _passages(title: str, texts: list[str]) -> Iterator[Passage]:
    for text in texts:
        if len(sentences := split_sentences(text)) >= 2:
            yield Passage(title, sentences)
