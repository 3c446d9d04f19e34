"""Pages -> library -> chunks -> vectors and keywords -> index folder: the pipeline, top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from index.asked import (
    ANYTHING,
    BUNDLED_QUESTIONS,
    Asked,
    Note,
    Notes,
    for_documents,
    merge,
    read_folder,
    read_left_open,
    read_notes,
    read_removed,
    with_notes,
)
from index.chunks import make_chunks
from index.edits import Edits, under_read_titles
from index.embedding import load_encoder
from index.errors import IndexUnusableError, InputError
from index.known_questions import KnownQuestions
from index.library import Library, build_library
from index.records import Chunk, Page
from index.retriever import Retriever
from index.store import Manifest, write_build

LIBRARY_FILE = "library.json"
RETRIEVER_FOLDER = "retriever"
QUESTIONS_FOLDER = "questions"

Progress = Callable[[str, int, int], None]
"""`progress(stage, done, total)`, stages in Chinese."""


def build_index(
    pages: Sequence[Page],
    folder: Path,
    embedding: str = "default",
    progress: Progress | None = None,
    told_same: frozenset[tuple[str, str]] = frozenset(),
    told_different: frozenset[tuple[str, str]] = frozenset(),
    expand: Callable[[Library, Asked], Asked] | None = None,
    edits: Edits | None = None,
) -> tuple[Library, Manifest]:
    """Builds the index of `pages` and makes it the current one of `folder`. Raises `InputError`, `EmbeddingError`.

    Questions about articles are the bundled ones, those in the folder's `questions/*.txt` (written by people, or by a
    language model before), and what `expand(library, known questions)` adds, without those in `questions/removed.list`.
    `told_same` and `told_different` are pairs of sigla that a person has judged, `edits` what one corrected of titles
    and dates.
    """
    report = progress or (lambda stage, done, total: None)
    report("分条", 0, len(pages))
    library = build_library(pages, told_same, told_different, edits)
    folders = (BUNDLED_QUESTIONS, folder / QUESTIONS_FOLDER)
    known = merge(map(read_folder, folders))
    if expand is not None:
        known = merge([known, expand(library, known)])
    noted = _by_article(library, with_notes(known, map(read_notes, folders)), read_removed(folder / QUESTIONS_FOLDER))
    chunks, texts, asked = library_texts(library, {article: tuple(own) for article, own in noted.items()})
    if not chunks:
        raise InputError("没有可以建索引的条文；请检查所给的文件")
    encoder = load_encoder(embedding)
    retriever = Retriever.build(
        [c.id for c in chunks],
        texts,
        encoder,
        lambda done, total: report("向量与词", done, total),
        asked,
    )
    questions = KnownQuestions.build(noted, _left_open(library), encoder)
    counts = {
        "documents": len(library.documents),
        "articles": sum(len(d.articles) for d in library.documents),
        "chunks": len(chunks),
        "pages": len(pages),
    }

    def write(build: Path) -> None:
        (build / LIBRARY_FILE).write_bytes(TypeAdapter(Library).dump_json(library))
        retriever.save(build / RETRIEVER_FOLDER)
        questions.save(build / RETRIEVER_FOLDER)

    manifest = write_build(folder, write, version("policyqa"), embedding, encoder.name, counts)
    report("完成", len(chunks), len(chunks))
    return library, manifest


def _by_article(library: Library, known: Notes, removed: Asked) -> dict[str, dict[str, Note]]:
    """Article id -> its questions and what is known of them, but for the removed ones; they stand under the document's
    title, the one that its file has or a corrected one."""
    found: dict[str, dict[str, Note]] = {}
    for documents in (library.documents, under_read_titles(library.documents, library.as_read)):
        for article, notes in for_documents(documents, known).items():
            found[article] = {**found.get(article, {}), **notes}
    for documents in (library.documents, under_read_titles(library.documents, library.as_read)):
        for article, questions in for_documents(documents, removed).items():
            found[article] = {q: note for q, note in found.get(article, {}).items() if q not in questions}
    return {article: own for article, own in found.items() if own}


def _left_open(library: Library) -> list[str]:
    """The open questions of the library's documents, and those about anything else; none where it has none of them."""
    titles = {document.title for document in under_read_titles(library.documents, library.as_read)}
    questions = read_left_open()
    if not any(title in titles for title, _ in questions):
        return []
    return [q for (title, _), own in questions.items() if title in titles or title == ANYTHING for q in own]


def library_texts(
    library: Library, questions: Mapping[str, tuple[str, ...]]
) -> tuple[list[Chunk], list[str], list[tuple[str, ...]]]:
    """All chunks, what is searched of each, and the questions asked about its article (article id -> questions)."""
    chunks = [chunk for document in library.documents for chunk in make_chunks(document)]
    asked = [questions.get(f"{c.document_id}/{c.article}", ()) for c in chunks]
    return chunks, [c.searchable for c in chunks], asked


def read_library(build: Path) -> Library:
    """The library of a build. Raises `IndexUnusableError` where the file is missing or is no library."""
    try:
        return TypeAdapter(Library).validate_json((build / LIBRARY_FILE).read_bytes())
    except (OSError, ValidationError) as exc:
        raise IndexUnusableError(f"{build / LIBRARY_FILE}：读不出来，索引已损坏；请重新运行 policyqa build") from exc
