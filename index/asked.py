"""Questions people ask, by article: written for the bundled documents, or made by a language model for others.

A file has the lines `《title》`, `## article number`, and under it one question a line. They are indexed with the article
(the idea of doc2query: Nogueira, Yang, Lin, Cho: Document Expansion by Query Prediction, 2019), never shown as its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from index.errors import InputError
from index.records import Document

Asked = dict[tuple[str, str], tuple[str, ...]]
"""(document title, article number) -> questions."""

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
    try:
        return parse_asked(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as exc:
        raise InputError(f"{path}：读不出来；请检查路径，并存为 UTF-8 文本") from exc


def parse_asked(text: str, name: str) -> Asked:
    """
    >>> parse_asked("《某办法》\\n## 1\\n谁管\\n归谁管\\n", "x")
    {('某办法', '1'): ('谁管', '归谁管')}
    """
    found: dict[tuple[str, str], list[str]] = {}
    title = number = ""
    lines = text.splitlines()
    for position, raw in enumerate(lines, start=1):
        line = raw.strip()
        following = next((other.strip() for other in lines[position:] if other.strip()), "")
        if (match := _TITLE.fullmatch(line)) and following.startswith("## "):
            title, number = match.group(1), ""
        elif line.startswith("## "):
            number = line[3:].strip()
        elif line:
            if not title or not number:
                raise InputError(f"{name} 第 {position} 行：问题要写在“《文件名》”和“## 条号”之下，现在是“{line[:30]}”")
            found.setdefault((title, number), []).append(line)
    return {key: tuple(dict.fromkeys(questions)) for key, questions in found.items()}


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


def read_folder(folder: Path) -> Asked:
    """All `.txt` files of a folder; none where there is no such folder. Raises `InputError`."""
    return merge(map(read_asked, sorted(folder.glob("*.txt"))))


def read_bundled() -> Asked:
    """The questions for the bundled documents; they serve wherever a library has a document of that title."""
    return read_folder(BUNDLED_QUESTIONS)


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


def for_documents(documents: Iterable[Document], asked: Asked) -> dict[str, tuple[str, ...]]:
    """Article id -> questions, for those documents of a library that have any."""
    return {
        article.id: questions
        for document in documents
        for article in document.articles
        if (questions := asked.get((document.title, article.number)))
    }
