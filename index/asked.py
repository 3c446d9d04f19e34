"""Questions people ask, by article: written for the bundled documents, or made by a language model for others.

A file has the lines `《title》`, `## article number`, and under it one question a line. They are indexed with the article
(the idea of doc2query: Nogueira, Yang, Lin, Cho: Document Expansion by Query Prediction, 2019), never shown as its text.
A line `### first words` before questions names the sentence that answers them, several such lines several sentences; a
tab and one of `SAYS` behind a question of yes or no is what the article answers to it, with `!` where the question asks by
its negation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from index.errors import InputError
from index.records import Document

Key = tuple[str, str]
"""(document title, article number)."""
Asked = dict[Key, tuple[str, ...]]

SAYS = ("是", "否", "有条件", "有例外")
"""Allowed, or true; not; yes on a condition that matters; no with an exception. Of what is asked about, without its
negation: “不用备案吧” where filing is a duty is 是."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is known about a question: the first words of the sentences that answer it, one of `SAYS` or nothing, and
    whether it asks by its negation (不用备案吧)."""

    passages: tuple[str, ...] = ()
    says: str = ""
    is_negated: bool = False


Notes = dict[Key, dict[str, Note]]
"""What is known about the questions of each article, those without any note as well."""

_Own = TypeVar("_Own")

LEARNED_FILE, REMOVED_FILE = "learned.txt", "removed.list"
"""Beside the questions of an index folder: what administrators gave to articles, and what they took from them."""

BUNDLED_QUESTIONS = Path(__file__).parent / "corpus" / "questions"

TRAINING_QUESTIONS = Path(__file__).parent / "training" / "questions"
LEFT_OPEN_QUESTIONS = Path(__file__).parent / "corpus" / "left_open"
ANYTHING = "其他"
"""Title under which questions stand that are about no bundled document."""
STATUTE_QUESTIONS = TRAINING_QUESTIONS / "statutes"
BACKGROUND = 2000
"""How many questions stand for everything else; more would outweigh the questions of one article."""

_TITLE = re.compile(r"《(.+)》")


def read_asked(path: Path) -> Asked:
    """Reads one file. Raises `InputError` with file and line where a question stands under no article."""
    return parse_asked(_read(path), str(path))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise InputError(f"{path}：读不出来；请检查路径，并存为 UTF-8 文本") from exc


def parse_asked(text: str, name: str) -> Asked:
    """
    >>> parse_asked("《某办法》\\n## 1\\n谁管\\n归谁管\\n", "x")
    {('某办法', '1'): ('谁管', '归谁管')}
    """
    return {key: tuple(questions) for key, questions in parse_notes(text, name).items()}


def parse_notes(text: str, name: str) -> Notes:
    """
    >>> parse_notes("《某办法》\\n## 1\\n### 图书不得\\n能转借吗\\t否\\n", "x")
    {('某办法', '1'): {'能转借吗': Note(passages=('图书不得',), says='否', is_negated=False)}}
    """
    found: Notes = {}
    title = number = ""
    passages: tuple[str, ...] = ()
    is_open = False  # whether the next passage belongs to those before it
    lines = text.splitlines()
    for position, raw in enumerate(lines, start=1):
        line = raw.strip()
        following = next((other.strip() for other in lines[position:] if other.strip()), "")
        if (match := _TITLE.fullmatch(line)) and following.startswith("## "):
            title, number = match.group(1), ""
        elif line.startswith("### "):
            passages, is_open = (*(passages if is_open else ()), line[4:].strip()), True
        elif line.startswith("## "):
            number, passages = line[3:].strip(), ()
        elif line:
            question, says = _question(line, f"{name} 第 {position} 行")
            if not title or not number:
                raise InputError(f"{name} 第 {position} 行：问题要写在“《文件名》”和“## 条号”之下，现在是“{line[:30]}”")
            found.setdefault((title, number), {}).setdefault(question, Note(passages, says.rstrip("!"), "!" in says))
            is_open = False
    return found


def _question(line: str, place: str) -> tuple[str, str]:
    question, tab, says = line.rpartition("\t")
    if not tab:
        return line, ""
    if says.strip().rstrip("!") not in SAYS:
        raise InputError(f"{place}：制表符后面要写{'、'.join(SAYS)}之一，现在是“{says.strip()[:30]}”")
    return question.strip(), says.strip()


def write_asked(asked: Mapping[tuple[str, str], Iterable[str]], path: Path) -> None:
    """Writes what `read_asked` reads."""
    lines: list[str] = []
    title = ""
    for (document, number), questions in asked.items():
        if document != title:
            title = document
            lines.append(f"《{title}》")
        lines += [f"## {number}", *questions]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def merge(several: Iterable[Asked]) -> Asked:
    """All questions of several files."""
    merged: Asked = {}
    for asked in several:
        for key, questions in asked.items():
            merged[key] = tuple(dict.fromkeys((*merged.get(key, ()), *questions)))
    return merged


def with_notes(asked: Asked, several: Iterable[Notes]) -> Notes:
    """Every question with what any of `several` notes about it; the first note counts."""
    known: Notes = {key: dict.fromkeys(questions, Note()) for key, questions in asked.items()}
    for notes in several:
        for key, own in notes.items():
            for question, note in own.items():
                if known.get(key, {}).get(question) == Note():
                    known[key][question] = note
    return known


def read_folder(folder: Path) -> Asked:
    """All `.txt` files of a folder; none where there is no such folder. Raises `InputError`."""
    return merge(map(read_asked, sorted(folder.glob("*.txt"))))


def read_removed(folder: Path) -> Asked:
    """The questions of a folder that people took from their articles; none where there is no such file."""
    path = folder / REMOVED_FILE
    return read_asked(path) if path.is_file() else {}


def read_bundled() -> Asked:
    """The questions for the bundled documents; they serve wherever a library has a document of that title."""
    return read_folder(BUNDLED_QUESTIONS)


def read_notes(folder: Path) -> Notes:
    """What all `.txt` files of a folder say about their questions. Raises `InputError`."""
    notes: Notes = {}
    for path in sorted(folder.glob("*.txt")):
        for key, own in parse_notes(_read(path), str(path)).items():
            notes[key] = own | notes.get(key, {})
    return notes


def read_left_open() -> Asked:
    """Questions that come near to an article of the bundled documents, which leaves them open; and any others."""
    return read_folder(LEFT_OPEN_QUESTIONS)


def training_questions() -> Asked:
    """Our questions about other laws and policies, which train the default embedding."""
    return read_folder(TRAINING_QUESTIONS)


def statute_questions() -> Asked:
    """Our questions about articles of the Civil Code and other national laws, which train the default embedding."""
    return read_folder(STATUTE_QUESTIONS)


def background_questions() -> tuple[str, ...]:
    """A sample of the training questions: what everybody asks about something else."""
    every = [question for questions in training_questions().values() for question in questions]
    return tuple(every[:: max(1, len(every) // BACKGROUND)])


def for_documents(documents: Iterable[Document], asked: Mapping[Key, _Own]) -> dict[str, _Own]:
    """Article id -> questions, or notes about them, for those documents of a library that have any."""
    return {
        article.id: questions
        for document in documents
        for article in document.articles
        if (questions := asked.get((document.title, article.number)))
    }
