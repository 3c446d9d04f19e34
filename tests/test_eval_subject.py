"""The bridge to the assistant: what it is given, and what of its records becomes the contract's names."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from assistant.records import Answer, Turn
from eval.records import ArticleKey, PastTurn
from eval.subject import open_assistant
from index.records import Article, Document, Hit

ARTICLE = Article("doc", "12之一", "第12条之一", "", "", "按规定给予补助。")
LAW = Document("doc", "示例办法", "示例办法", "document", "law", (ARTICLE,), "900")


class FakeAssistant:
    """Refuses everything, finds its only article, and remembers what it was asked."""

    def __init__(self, settings: Any) -> None:
        self.index = settings.index
        self.library = SimpleNamespace(documents=(LAW,))
        self.asked: list[tuple[str, list[Turn]]] = []

    def ask(self, question: str, history: Sequence[Turn] = (), question_id: str = "") -> Answer:
        self.asked.append((question, list(history)))
        return Answer(question_id, question, "refused", "extractive", "没有规定。")

    def search(self, question: str, history: Sequence[Turn] = (), k: int = 10) -> list[Hit]:
        self.asked.append((question, list(history)))
        return [Hit("doc", "示例办法", "12之一", "第12条之一", 1.0, ARTICLE.text)][:k]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[FakeAssistant]:
    """The assistants that were opened, in order."""
    assistants: list[FakeAssistant] = []

    class Assistant:
        @staticmethod
        def open(settings: Any) -> FakeAssistant:
            assistants.append(FakeAssistant(settings))
            return assistants[-1]

    module = ModuleType("assistant.answer")
    module.Assistant = Assistant  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "assistant.answer", module)
    return assistants


def test_answer_becomes_the_contract_form(opened: list[FakeAssistant]) -> None:
    answer = open_assistant(Path("somewhere")).ask("多少钱？", [PastTurn("先问", "先答")], "q-1")
    assert answer is not None
    assert (answer["id"], answer["status"], list(answer["citations"])) == ("q-1", "refused", [])
    assert opened[0].index == Path("somewhere")
    assert opened[0].asked == [("多少钱？", [Turn("先问", "先答")])]


def test_search_names_articles_by_title_and_number(opened: list[FakeAssistant]) -> None:
    found = open_assistant(Path("somewhere")).search("补助", [PastTurn("先问", "先答")], 5)
    assert found == [ArticleKey("示例办法", "12之一")]
    assert opened[0].asked == [("补助", [Turn("先问", "先答")])]


def test_article_text_is_the_exported_one(opened: list[FakeAssistant]) -> None:
    subject = open_assistant(Path("somewhere"))
    assert subject.article_text("示例办法", "12之一") == ARTICLE.text
    assert subject.article_text("示例办法", "13") is None
    assert subject.article_text("doc", "12之一") is None
