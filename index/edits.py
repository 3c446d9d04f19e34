"""What a person corrected of documents' frames, applied to a library; identities, texts and printings stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.records import Document

FIELDS = ("title", "issuer", "document_number", "date", "effective_date")
"""What can be corrected of a document."""

Frame = Mapping[str, str]
"""Field -> text, for some or all of `FIELDS`."""

Edits = Mapping[str, Frame]
"""Title as read from the file (its first `KEY_LENGTH` characters) -> corrections."""

KEY_LENGTH = 300
"""The longest title that the database of corrections keeps."""


def frame_of(document: Document) -> dict[str, str]:
    """What a document says of itself in each field."""
    return {name: str(getattr(document, name)) for name in FIELDS}


def apply_edits(documents: Sequence[Document], edits: Edits) -> tuple[list[Document], dict[str, dict[str, str]]]:
    """The documents as corrected, and id -> frame as read, for those that differ now.

    A title that another document has is not given twice: the rest of such a correction still applies.
    """
    edited: list[Document] = []
    as_read: dict[str, dict[str, str]] = {}
    taken = {document.title for document in documents}
    for document in documents:
        read = frame_of(document)
        values = {k: v for k, v in edits.get(document.title[:KEY_LENGTH], {}).items() if k in FIELDS and v != read[k]}
        if not values.get("title", "").strip() or values["title"] in taken:
            values.pop("title", None)
        if values:
            as_read[document.id] = read
            taken.add(values.get("title", document.title))
        edited.append(replace(document, **values))  # type: ignore[arg-type]
    names = {as_read[d.id]["title"]: d.title for d in edited if d.id in as_read}
    return [replace(d, versions=tuple(names.get(title, title) for title in d.versions)) for d in edited], as_read


def under_read_titles(documents: Sequence[Document], frames: Mapping[str, Frame]) -> list[Document]:
    """The documents under the titles that their files have; `frames` is id -> frame as read."""
    return [replace(d, title=frames[d.id]["title"]) if d.id in frames else d for d in documents]
