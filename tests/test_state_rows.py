"""What the rooms store, on SQLite and on PostgreSQL: clicks at the same moment, odd texts, sign-ins."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from assistant.api import create_app
from assistant.records import Answer, Citation, Related
from assistant.settings import Settings
from assistant.state import learned
from assistant.state.accounts import Accounts, Visitor, hash_password
from assistant.state.database import Database
from assistant.state.feedback import Opinion, note_answer, rate
from assistant.state.tables import ArticleQuestion, Cited, Feedback, SignIn, now
from tests.fake_assistant import FakeAssistant

AT_ONCE = 12


def all_at_once(do: Callable[[int], Any]) -> list[Any]:
    """Do it in as many threads, started together; what each returned or raised."""
    gate = threading.Barrier(AT_ONCE)

    def one(number: int) -> Any:
        gate.wait(timeout=10)
        try:
            return do(number)
        except learned.AlreadySettledError as error:
            return error

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def rows(database: Database, table: type[Any]) -> list[Any]:
    with database.session() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def opinion(**fields: Any) -> Opinion:
    return Opinion(**{"answer_id": "a1", "question": "怎么请假", "status": "answered", "rating": "up", **fields})


def refusal(question: str = "能养狗吗") -> Answer:
    return Answer(
        "",
        question,
        "refused",
        "extractive",
        "没有规定。",
        related=(Related("办法", "1", "第1条"),),
        effective=question,
    )


def answer() -> Answer:
    citation = Citation(1, "示例镇志愿服务办法", "2", "第2条", "原文", 0, 2)
    return Answer("", "怎么请假", "answered", "extractive", "三日[1]", (citation,))


def test_two_clicks_at_the_same_moment_are_one_opinion(database: Database) -> None:
    all_at_once(lambda number: rate(database, opinion(rating="up" if number % 2 else "down")))
    assert len(rows(database, Feedback)) == 1


def test_clicks_on_different_answers_are_all_kept(database: Database) -> None:
    all_at_once(lambda number: rate(database, opinion(answer_id=f"a{number}")))
    assert len(rows(database, Feedback)) == AT_ONCE


def test_an_opinion_is_changed_and_taken_back(database: Database) -> None:
    rate(database, opinion())
    rate(database, opinion(rating="down", reason="太长，打 13812345678"))
    (row,) = rows(database, Feedback)
    assert (row.rating, "13812345678" in row.reason) == ("down", False)
    rate(database, opinion(rating="none"))
    assert rows(database, Feedback) == []


def test_a_question_refused_to_many_at_once_is_one_row_with_its_count(database: Database) -> None:
    all_at_once(lambda _: note_answer(database, refusal()))
    assert [(row.question, row.times) for row in rows(database, Feedback)] == [("能养狗吗", AT_ONCE)]


def test_an_article_cited_to_many_at_once_is_counted_exactly(database: Database) -> None:
    all_at_once(lambda _: note_answer(database, answer()))
    assert [(row.article, row.times) for row in rows(database, Cited)] == [("2", AT_ONCE)]


@pytest.mark.parametrize("odd", ["能\x00养狗\ud800吗", "'; DROP TABLE feedback; --", "<script>alert(1)</script>"])
def test_odd_texts_are_counted_as_one_question_too(database: Database, odd: str) -> None:
    for _ in range(3):
        note_answer(database, refusal(odd))
        rate(database, opinion(question=odd, reason=odd, document=odd))
    assert [(row.rating, row.times) for row in rows(database, Feedback)] == [("refused", 3), ("up", 1)]


def test_a_very_long_text_is_masked_and_kept_quickly(database: Database) -> None:
    start = time.perf_counter()
    rate(database, opinion(question="问" * 100_000, reason="1" * 100_000, document="名" * 100_000))
    assert time.perf_counter() - start < 5
    assert len(rows(database, Feedback)[0].question) == 100_000


def test_a_question_given_to_an_article_twice_at_once_is_given_once(database: Database) -> None:
    all_at_once(lambda _: learned.add(database, "办法", "2", ["能养狗吗", "能养狗吗？"], "管理员"))
    assert len(learned.active(database)) == 1


def test_of_several_administrators_one_settles_a_question(database: Database) -> None:
    note_answer(database, refusal())
    (question,) = learned.open_questions(database)
    results = all_at_once(
        lambda number: (
            learned.dismiss(database, question.id, "甲")
            if number % 2
            else learned.add(database, "办法", "2", [question.wording], "乙", question.id)
        )
    )
    assert sum(isinstance(each, learned.AlreadySettledError) for each in results) == AT_ONCE - 1
    assert learned.open_questions(database) == []
    assert len(rows(database, ArticleQuestion)) == 1


def test_what_was_learned_is_undone_and_restored(database: Database) -> None:
    before = learned.version(database)
    (change,) = learned.add(database, "办法", "2", ["能养狗吗"], "管理员")
    learned.undo(database, change)
    assert learned.active(database) == []
    undone = learned.version(database)
    learned.restore(database, change)
    assert [row.question for row in learned.active(database)] == ["能养狗吗"]
    assert len({before, undone, learned.version(database)}) == 3


def test_a_session_is_found_until_it_expires_or_ends(database: Database) -> None:
    clock = [now()]
    settings = Settings(users={"小王": hash_password("correct horse")}, administrators=("小王",), sign_in_days=1)

    def accounts() -> Accounts:  # a server that has just started remembers nothing
        return Accounts(settings, database, is_local=False, clock=lambda: clock[0])

    token = accounts().sign_in(Visitor("小王", True))
    other = accounts().sign_in(Visitor("小王", True))
    assert accounts().find_session(token) == Visitor("小王", True)
    assert accounts().find_session("\x00\ud800") is None
    accounts().sign_out(other)
    assert accounts().find_session(other) is None
    clock[0] += timedelta(days=1)
    assert accounts().find_session(token) is None
    accounts().sign_in(Visitor("小王", True))
    with database.session() as session:
        (row,) = session.scalars(select(SignIn))
        assert isinstance(row.expires, datetime)
        assert row.expires == clock[0] + timedelta(days=1)


def test_many_people_sign_in_at_once(database: Database) -> None:
    settings = Settings(users={"小王": hash_password("correct horse")})
    accounts = Accounts(settings, database, is_local=False)
    tokens = all_at_once(lambda _: accounts.sign_in(Visitor("小王")))
    assert all(Accounts(settings, database, is_local=False).find_session(token) for token in tokens)


def test_whoever_asks_is_answered_while_the_database_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("assistant.state.database.BUSY_MS", 50)
    opened = Database.open(tmp_path / "state.db")
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    with TestClient(create_app(FakeAssistant(), database=opened)) as client:
        other.execute("BEGIN EXCLUSIVE")
        message = {"model": "policyqa", "messages": [{"role": "user", "content": "怎么请假"}]}
        assert client.post("/api/ask", json={"question": "怎么请假"}).json()["status"] == "answered"
        assert "提前三日" in client.post("/v1/chat/completions", json=message).text
        assert client.get("/read").status_code == 200
        refused = client.post("/api/feedback", json={"answer_id": "a", "question": "问", "rating": "up"})
        assert (refused.status_code, "请稍后再试" in refused.json()["detail"]) == (503, True)
        other.execute("ROLLBACK")
        opinion = {"answer_id": "a", "question": "问", "rating": "up"}
        assert client.post("/api/feedback", json=opinion).status_code == 204
    other.close()
    assert "an answer was not counted" in caplog.text
    assert "Traceback" not in caplog.text
