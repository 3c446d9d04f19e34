"""Opens the assistant as something to measure: beside the judge the only place where `eval` knows `assistant`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.answers import Subject
from eval.records import ArticleKey, PastTurn


def open_assistant(index: Path | None) -> Subject:
    """The assistant on `index`, or on the one that the settings name. Raises `PolicyQAError` where there is none."""
    from assistant.answer import Assistant
    from assistant.records import Turn
    from assistant.settings import load_settings

    assistant = Assistant.open(load_settings(index))

    def turns(history: Sequence[PastTurn]) -> list[Turn]:
        return [Turn(turn.question, turn.answer) for turn in history]

    def ask(question: str, history: Sequence[PastTurn], question_id: str) -> dict[str, Any]:
        return assistant.ask(question, turns(history), question_id).to_json()

    def search(question: str, history: Sequence[PastTurn], k: int) -> list[ArticleKey]:
        return [ArticleKey(hit.document, hit.article) for hit in assistant.search(question, turns(history), k)]

    def article_text(document: str, article: str) -> str | None:
        return texts.get(ArticleKey(document, article))

    texts = {
        ArticleKey(document.title, article.number): article.text
        for document in assistant.library.documents
        for article in document.articles
    }
    return Subject(ask, search, article_text)
