"""Opinions on answers and questions asked in vain: kept once, masked, counted, never in the way of an answer."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from assistant.api import create_app
from assistant.state.database import IN_MEMORY, Database
from assistant.state.feedback import Opinion, note_answer, rate
from assistant.state.tables import Cited, Feedback
from assistant.web import feedback as web_feedback
from assistant.web.services import Services
from tests.fake_assistant import FakeAssistant

OPINION = Opinion("a1", "怎么请假？电话13800001234", "answered", "down", "", "某办法", "2", "不完整：联系13900001234")


@pytest.fixture
def database() -> Database:
    return Database.open(IN_MEMORY)


def rows(database: Database, table: Any = Feedback) -> list[Any]:
    with database.session() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def test_an_opinion_is_kept_masked_and_changed_rather_than_added(database: Database) -> None:
    rate(database, OPINION)
    rate(database, replace(OPINION, rating="up", reason=""))
    (row,) = rows(database)
    assert (row.rating, row.reason, row.article, row.outcome) == ("up", "", "2", "")
    assert "13800001234" not in row.question
    rate(database, OPINION)
    assert "13900001234" not in rows(database)[0].reason and rows(database)[0].reason.startswith("不完整")
    rate(database, replace(OPINION, answer_id="a2"))  # another person's
    assert len(rows(database)) == 2
    rate(database, replace(OPINION, rating="none"))
    assert [row.answer_id for row in rows(database)] == ["a2"]
    rate(database, replace(OPINION, rating="none"))  # twice harms nothing


def test_a_question_asked_in_vain_is_kept_once_and_counted(database: Database) -> None:
    refused = replace(FakeAssistant().ask("天气如何"), effective="天气如何")
    for _ in range(3):
        note_answer(database, refused)
    note_answer(database, replace(refused, related=()))  # a greeting
    (row,) = rows(database)
    assert (row.rating, row.times, row.question, row.status) == ("refused", 3, "天气如何", "refused")
    rate(database, Opinion(refused.id, "天气如何", "refused", "down"))
    rate(database, Opinion(refused.id, "天气如何", "refused", "none"))
    assert rows(database)[0].times == 3  # taking back an opinion leaves the question


def test_answers_count_for_the_article_that_they_cite_first(database: Database) -> None:
    answer = FakeAssistant().ask("请假")
    threads = [threading.Thread(target=note_answer, args=(database, answer)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(row.document, row.article, row.times) for row in rows(database, Cited)] == [
        (answer.citations[0].document, "2", 8)
    ]


def test_a_database_that_fails_does_not_fail_the_answer(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("", {}, OSError("disk full"))

    services = TestClient(create_app(FakeAssistant(), database=database)).app.state.services  # type: ignore[attr-defined]
    monkeypatch.setattr(web_feedback, "note_answer", fail)
    assert isinstance(services, Services)
    web_feedback.note(services, FakeAssistant().ask("请假"))
    assert "was not counted" in caplog.text
    monkeypatch.setattr(web_feedback, "rate", fail)
    with TestClient(create_app(FakeAssistant(), database=database)) as client:
        response = client.post("/api/feedback", json={"answer_id": "1", "question": "问", "rating": "up"})
    assert response.status_code == 503 and "请稍后再试" in response.json()["detail"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rating": "great"},
        {"rating": "up", "question": " "},
        {"rating": "up", "answer_id": ""},
        {"rating": "down", "reason": "长" * 401},
        {"rating": "up", "status": "odd"},
    ],
)
def test_a_wrong_opinion_is_told_in_chinese(wrong: dict[str, str]) -> None:
    with TestClient(create_app(FakeAssistant())) as client:
        response = client.post("/api/feedback", json={"answer_id": "1", "question": "问", **wrong})
    assert response.status_code == 422
    assert response.json()["detail"].endswith("。")


def test_an_opinion_comes_over_http(database: Database) -> None:
    hostile = "<script>\x00" + "\ud800"
    with TestClient(create_app(FakeAssistant(), database=database)) as client:
        body = {"answer_id": "1", "question": "问", "rating": "down", "reason": "其他：<script>"}
        assert client.post("/api/feedback", json=body).status_code == 204
        sent = '{"answer_id": "2", "question": "a\\u0000b\\ud800", "rating": "up"}'
        assert client.post("/api/feedback", content=sent).status_code in (204, 400, 422)
    assert rows(database)[0].reason == "其他：<script>"
    assert hostile not in rows(database)[-1].question
