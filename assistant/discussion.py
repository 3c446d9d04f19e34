"""Questions for a class to talk about: what people ask of each article, with the sentence that answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from assistant.citations import bracketed
from assistant.sentences import split_sentences
from index.asked import BUNDLED_QUESTIONS, Note, Notes, for_documents, read_notes
from index.records import NEWS, Article, Document

FEWEST_CHARACTERS, MOST_CHARACTERS = 8, 26
"""Shorter ones are key words (“发文机关”), longer ones tell a story."""
_WELL_FORMED = re.compile(r"[\u4e00-\u9fff\w“”《》、，%]+？")
_SLANG = re.compile(r"[咋啥呗哩嘛咱俺哋嘅冇佢]|来着|考题|有木有|不[？]$")


@dataclass(frozen=True, slots=True)
class Topic:
    """A question about an article and, where it is known, the sentence of the article that answers it."""

    question: str
    passage: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The topics of one article."""

    article: Article
    topics: tuple[Topic, ...]


def discussion_sheets(document: Document, each: int) -> list[Sheet]:
    """At most `each` topics for every article that has questions, one for each of its sentences first; always the same."""
    notes = for_documents([document], bundled_notes())
    sheets = [Sheet(a, tuple(_choose(a, notes.get(a.id, {}), each))) for a in document.articles]
    return [sheet for sheet in sheets if sheet.topics]


def documents_with_topics(documents: Iterable[Document]) -> list[Document]:
    """Those whose articles have questions; news never."""
    return [d for d in documents if d.kind != NEWS and for_documents([d], bundled_notes())]


def _choose(article: Article, notes: Mapping[str, Note], each: int) -> list[Topic]:
    sentences = [s.text for s in split_sentences(article) if s.role == "sentence"]
    groups: dict[str, list[str]] = {}
    only = sentences[0] if len(sentences) == 1 else ""
    for question, note in notes.items():
        if _reads_well(question):
            passage = next((s for s in sentences if note.passages and s.startswith(note.passages)), only)
            groups.setdefault(passage, []).append(question)
    unanswered = groups.pop("", [])
    queues = [sorted(own, key=_order) for _, own in sorted(groups.items(), key=lambda item: sentences.index(item[0]))]
    passages = sorted(groups, key=sentences.index)
    chosen: list[Topic] = []
    for turn in range(each):
        chosen += [Topic(own[turn], passage) for own, passage in zip(queues, passages, strict=True) if turn < len(own)]
    if not chosen:
        chosen = [Topic(question, "") for question in sorted(unanswered, key=_order)]
    kept = chosen[:each]
    return sorted(kept, key=lambda topic: sentences.index(topic.passage) if topic.passage else len(sentences))


def _reads_well(question: str) -> bool:
    is_long_enough = FEWEST_CHARACTERS <= len(question) <= MOST_CHARACTERS
    return is_long_enough and bool(_WELL_FORMED.fullmatch(question)) and not _SLANG.search(question)


def _order(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()


@cache
def bundled_notes() -> Notes:
    """What people ask of the bundled documents, read once."""
    return read_notes(BUNDLED_QUESTIONS)


def render_markdown(document: Document, sheets: Iterable[Sheet]) -> str:
    """The sheets as a Markdown file: article, questions, the sentence that answers."""
    lines = [f"# {bracketed(document.title)}讨论题", ""]
    for sheet in sheets:
        lines += [f"## {sheet.article.label}", ""]
        for place, topic in enumerate(sheet.topics, start=1):
            lines.append(f"{place}. {topic.question}")
            if topic.passage:
                passage = " ".join(topic.passage.split())
                lines.append(f"   - 依据：{passage}")
        lines.append("")
    return "\n".join(lines)
