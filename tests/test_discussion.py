"""The questions of the studio room, and its pages."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.discussion import Sheet, discussion_sheets, documents_with_topics, render_markdown
from index.corpus import read_bundled
from index.library import build_library
from index.records import Document
from tests.fake_assistant import FakeAssistant


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    return build_library(read_bundled()).documents


@pytest.fixture(scope="module")
def regulation(documents: tuple[Document, ...]) -> Document:
    return next(d for d in documents if d.title == "生态保护补偿条例")


def test_every_article_of_the_regulation_has_its_questions(regulation: Document) -> None:
    sheets = discussion_sheets(regulation, 3)
    assert [sheet.article.number for sheet in sheets] == [str(n) for n in range(1, 34)]
    assert all(1 <= len(sheet.topics) <= 3 for sheet in sheets)


def test_a_passage_is_literally_in_its_article(regulation: Document) -> None:
    topics = [(sheet.article, topic) for sheet in discussion_sheets(regulation, 5) for topic in sheet.topics]
    assert sum(bool(topic.passage) for _, topic in topics) > len(topics) * 0.9
    assert all(topic.passage in article.text for article, topic in topics)


def test_no_question_comes_twice_and_each_ends_as_one(regulation: Document) -> None:
    for sheet in discussion_sheets(regulation, 10):
        questions = [topic.question for topic in sheet.topics]
        assert len(set(questions)) == len(questions)
        assert all(question.endswith("？") for question in questions)


def test_different_sentences_come_before_a_second_question_about_one(regulation: Document) -> None:
    more = {sheet.article.id: {topic.passage for topic in sheet.topics} for sheet in discussion_sheets(regulation, 10)}
    several = [sheet for sheet in discussion_sheets(regulation, 2) if len(more[sheet.article.id]) > 1]
    assert len(several) > 10
    assert all(len({topic.passage for topic in sheet.topics}) == 2 for sheet in several)


def test_news_and_foreign_documents_have_none(documents: tuple[Document, ...]) -> None:
    titles = {document.title for document in documents_with_topics(documents)}
    assert "生态保护补偿条例" in titles
    assert all(d.kind != "news" for d in documents_with_topics(documents))
    assert documents_with_topics(FakeAssistant().library.documents) == []


def test_the_file_names_the_article_the_question_and_its_passage(regulation: Document) -> None:
    sheet: Sheet = discussion_sheets(regulation, 1)[1]
    text = render_markdown(regulation, [sheet])
    assert text.startswith("# 《生态保护补偿条例》讨论题")
    assert f"## {sheet.article.label}" in text
    assert f"1. {sheet.topics[0].question}" in text


def test_a_document_without_questions_has_no_sheet() -> None:
    with TestClient(create_app(FakeAssistant())) as client:
        page = client.get("/studio")
        assert page.status_code == 200 and "示例镇志愿服务办法" in page.text
        empty = client.get("/studio/sheet", params={"document": "volunteers"})
        assert empty.status_code == 200 and "还没有配问题" in empty.text
        missing = client.get("/studio/sheet", params={"document": "<script>x</script>"})
        assert missing.status_code == 404 and "<script>x" not in missing.text
        assert client.get("/studio/sheet.md", params={"document": "没有"}).status_code == 404
        assert client.get("/studio/sheet", params={"document": "没有", "each": 0}).status_code == 422


def test_the_room_shows_prints_and_gives_the_questions(documents: tuple[Document, ...], regulation: Document) -> None:
    with TestClient(create_app(FakeAssistant(*documents))) as client:
        assert "《生态保护补偿条例》" in client.get("/studio").text
        page = client.get("/studio/sheet", params={"document": regulation.id, "each": 2}).text
        assert page.count('class="sheet"') == 33
        some = client.get("/studio/sheet", params={"from": f"{regulation.id}|1,3~5"}).text
        assert some.count('class="sheet"') == 4
        file = client.get("/studio/sheet.md", params={"document": regulation.id, "each": 2})
        assert file.headers["content-type"].startswith("text/markdown")
        assert file.text.count("\n## ") == 33
