"""The gate: programs with their passwords, other sites, who asks too often, many at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.errors import StateError
from assistant.state.accounts import GUEST, Visitor
from assistant.web.limiting import TRIES
from assistant.web.problems import NO_DATABASE
from assistant.web.visitors import COOKIE
from tests.sign_in_app import (
    ACCESS,
    HASH,
    PASSWORD,
    STRANGER,
    USERS,
    both_app,
    client,
    connect,
    fresh_limits,
    make_app,
    sign_in,
    users_app,
)

__all__ = ["both_app", "client", "users_app"]  # fixtures: used by name


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/api/documents", {"accept": "text/html"}),
        ("POST", "/api/ask", {}),
        ("GET", "/v1/models", {}),
        ("POST", "/gradio_api/queue/join", {}),
        ("GET", "/openapi.json", {}),
        ("GET", "/", {"accept": "application/json"}),
        ("GET", "/clause", {"x-fragment": "1", "accept": "*/*"}),
        ("GET", "/read", {"sec-fetch-mode": "cors", "accept": "*/*"}),
        ("DELETE", "/library/1", {}),
    ],
)
def test_programs_and_scripts_get_401_in_json(
    client: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    response = client.request(method, path, headers=headers)
    assert response.status_code == 401
    told = response.json()
    assert "登录" in (told.get("detail") or told["error"]["message"])


@pytest.mark.parametrize("path", ["/healthz", "/web/base.css", "/web/icon.svg", "/sign-in"])
def test_what_the_sign_in_page_needs_is_open(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/web/../api/documents", "/web/%2e%2e/api/documents", "//api/documents", "/WEB/"])
def test_no_other_spelling_of_an_address_gets_around_the_gate(client: TestClient, path: str) -> None:
    assert "volunteers" not in client.get(path).text


@pytest.mark.parametrize(
    ("token", "status", "who"),
    [
        (f"zhang:{PASSWORD}", 200, "zhang"),
        (f"%E6%9D%8E%E8%8A%B3:{PASSWORD}", 200, "李芳"),
        (ACCESS, 200, GUEST),
        ("zhang:wrong", 401, ""),
        (PASSWORD, 401, ""),
        ("", 401, ""),
        (HASH, 401, ""),
    ],
)
def test_programs_send_their_password_along(both_app: FastAPI, token: str, status: int, who: str) -> None:
    fresh_limits(both_app)
    client = connect(both_app)
    for _ in range(2):
        response = client.get("/api/who", headers={"authorization": f"Bearer {token}"})
        assert response.status_code == status
        assert response.json() == who if who else "口令" in response.json()["detail"]
    assert client.get("/api/who", headers={"authorization": f"Basic {token}"}).status_code == 401


def test_a_name_in_utf_8_is_understood_too(both_app: FastAPI) -> None:
    headers = {"authorization": f"Bearer 李芳:{PASSWORD}".encode()}
    assert connect(both_app).get("/api/who", headers=headers).json() == "李芳"


def test_a_right_bearer_is_checked_once(both_app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    client = connect(both_app)
    headers = {"authorization": f"Bearer zhang:{PASSWORD}"}
    client.get("/api/who", headers=headers)
    monkeypatch.setattr("assistant.state.accounts.verify_password", lambda *_: pytest.fail("checked again"))
    assert client.get("/api/who", headers=headers).json() == "zhang"


def test_a_program_of_an_administrator_manages_the_library_where_reading_is_open() -> None:
    client = connect(make_app(is_local=False, open_to_all=True, **USERS))
    assert client.get("/api/documents", headers={"authorization": "Bearer sk-any-client-sends-this"}).status_code == 200
    assert client.get("/api/library/test").status_code == 401
    bearer = {"authorization": f"Bearer zhang:{PASSWORD}"}
    assert client.get("/api/library/test", headers=bearer).json() == "zhang"
    wrong = {"authorization": "Bearer zhang:wrong"}
    codes = [client.get("/api/library/test", headers=wrong).status_code for _ in range(TRIES + 1)]
    assert codes == [401] * TRIES + [429]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"origin": "https://evil.example"},
        {"origin": "http://testserver:8080"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": ""},
        {"sec-fetch-site": "same-site", "origin": "http://other.testserver"},
    ],
)
def test_other_sites_change_nothing(client: TestClient, method: str, headers: dict[str, str]) -> None:
    response = client.request(method, "/sign-in", headers=headers, data={"name": "zhang", "password": PASSWORD})
    assert response.status_code == 403 and "别的网站" in response.json()["detail"]
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://testserver"},
        {"origin": "http://TESTSERVER:80"},
        {"origin": "https://policy.example", "host": "policy.example:443"},
        {"origin": "http://10.0.0.5:7860", "host": "10.0.0.5:7860"},
        {"sec-fetch-site": "same-origin", "origin": "https://behind-a-proxy.example"},
        {"sec-fetch-site": "none"},
    ],
)
def test_our_own_pages_and_programs_may_send(client: TestClient, headers: dict[str, str]) -> None:
    response = client.post("/sign-in", headers=headers, data={"name": "zhang", "password": PASSWORD})
    assert response.status_code == 303


def test_links_from_other_sites_are_followed(client: TestClient) -> None:
    assert client.get("/sign-in", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def ask(client: TestClient, **headers: str) -> httpx.Response:
    return client.post("/api/ask", json={"question": "请假"}, headers=headers)


def test_who_asks_too_often_waits_and_others_do_not() -> None:
    app = make_app(is_local=False, open_to_all=True, requests_per_minute=3)
    client = connect(app, STRANGER)
    assert [ask(client).status_code for _ in range(3)] == [200] * 3
    refused = ask(client)
    assert refused.status_code == 429 and 1 <= int(refused.headers["retry-after"]) <= 60
    assert re.search(r"每分钟最多 3 次，请 \d+ 秒后再试", refused.json()["detail"])
    assert client.post("/gradio_api/queue/join", json={}).status_code == 429
    assert client.get("/v1/models").status_code == 429
    assert client.post("/api/feedback", json={}).status_code == 429, "each opinion is a row"
    assert client.post("/gradio_api/api/answer", json={}).status_code == 429
    assert client.post("/studio/make", data={}).status_code == 429, "a quiz takes a second of the processor"
    assert client.get("/api/documents").status_code == 200, "reading is not counted"
    assert ask(connect(app, ("10.0.0.6", 1))).status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "testclient"])
def test_this_machine_is_not_counted(address: str) -> None:
    client = connect(make_app(requests_per_minute=1), (address, 1))
    assert [ask(client).status_code for _ in range(3)] == [200] * 3


def test_users_behind_one_address_are_counted_apart() -> None:
    app = make_app(is_local=False, requests_per_minute=1, **USERS)
    first, second = connect(app, STRANGER), connect(app, STRANGER)
    sign_in(first)
    sign_in(second, name="李芳")
    assert [ask(first).status_code, ask(second).status_code, ask(first).status_code] == [200, 200, 429]


@pytest.mark.parametrize("address", [STRANGER, ("127.0.0.1", 1)])
def test_passwords_are_not_guessed_from_any_client(address: tuple[str, int]) -> None:
    app = make_app(**USERS)
    client = connect(app, address)
    for _ in range(TRIES):
        assert sign_in(client, password="wrong").status_code == 401
    refused = sign_in(client)
    assert refused.status_code == 429 and 240 < int(refused.headers["retry-after"]) <= 300
    assert "5 分钟后再试" in refused.text and 'value="zhang"' in refused.text
    bearer = client.get("/api/who", headers={"authorization": f"Bearer zhang:{PASSWORD}"})
    assert bearer.status_code == 429 and "retry-after" in bearer.headers
    assert sign_in(connect(app, ("10.9.9.9", 1))).status_code == 303


def test_many_guesses_at_once_are_counted_as_well() -> None:
    client = connect(make_app(**USERS))
    with client, ThreadPoolExecutor(8) as pool:
        codes = [r.status_code for r in pool.map(lambda n: sign_in(client, password=f"wrong{n}"), range(TRIES + 6))]
    assert (codes.count(401), codes.count(429)) == (TRIES, 6)


def test_signing_in_rightly_is_not_counted() -> None:
    client = connect(make_app(**USERS))
    assert [sign_in(client).status_code for _ in range(TRIES + 2)] == [303] * (TRIES + 2)


def test_fifty_people_at_once_stay_who_they_are() -> None:
    app = make_app(is_local=False, **USERS)
    with TestClient(app) as client:
        tokens = {name: app.state.door.accounts.sign_in(Visitor(name)) for name in ("zhang", "李芳")}

        def who(number: int) -> bool:
            name = ("zhang", "李芳")[number % 2]
            answer = client.get("/api/who", headers={"cookie": f"{COOKIE}={tokens[name]}"})
            return bool(answer.json() == name)

        with ThreadPoolExecutor(16) as pool:
            assert all(pool.map(who, range(50)))


def test_a_database_that_does_not_answer_is_told(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StateError("数据库现在用不了（no route to db.example, user policyqa），请稍后再试。")

    monkeypatch.setattr("assistant.state.accounts.Accounts.find_session", fail)
    client.cookies.set(COOKIE, "unknown")
    response = client.get("/api/documents")
    assert (response.status_code, response.json()["detail"]) == (503, NO_DATABASE)
