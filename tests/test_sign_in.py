"""Signing in over HTTP: who is let in where, what cookies and redirects look like."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.server import run_server
from assistant.settings import Settings
from assistant.state.accounts import GUEST, LOCAL_ADMINISTRATOR
from assistant.state.tables import now
from assistant.web.limiting import TRIES
from assistant.web.visitors import COOKIE, safe_next
from tests.browser import PHONE, chromium, serving
from tests.fake_assistant import FakeAssistant
from tests.sign_in_app import (
    ACCESS,
    GUESTS,
    PASSWORD,
    USERS,
    both_app,
    client,
    connect,
    fresh_limits,
    make_app,
    sign_in,
    users_app,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["both_app", "chromium", "client", "users_app"]  # fixtures: used by name


def test_without_accounts_everybody_reads_and_asks() -> None:
    client = connect(make_app())
    assert client.get("/").status_code == 200
    assert client.post("/api/ask", json={"question": "请假"}).status_code == 200
    assert client.get("/api/who").json() == ""
    assert client.get("/library/test").headers["location"] == "/sign-in?next=%2Flibrary%2Ftest"
    assert client.get("/api/library/test").status_code == 401


@pytest.mark.parametrize("path", ["/", "/read", "/docs", "/clause?document=a&article=2", "/nothing"])
def test_a_page_leads_to_the_sign_in_page_and_back(client: TestClient, path: str) -> None:
    response = client.get(path, headers={"accept": "text/html"})
    assert response.status_code == 303
    target = httpx.URL(response.headers["location"])
    assert (target.path, target.params["next"]) == ("/sign-in", path)
    shown = client.get(response.headers["location"])
    assert shown.status_code == 200 and 'name="password"' in shown.text
    after = re.search(r'name="next" value="([^"]*)"', shown.text)
    assert after and sign_in(client, next=after[1].replace("&amp;", "&")).headers["location"] == path
    assert client.get(path, headers={"accept": "text/html"}).status_code in (200, 404)


def test_a_document_whose_name_looks_like_a_query_is_come_back_to(client: TestClient) -> None:
    there = client.get("/read/%E6%96%87%3F%23%25?q=a%26b").headers["location"]
    assert httpx.URL(there).params["next"] == "/read/%E6%96%87%3F%23%25?q=a%26b"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient) -> None:
    cookie = sign_in(client).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=") and "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert f"Max-Age={14 * 86400}" in cookie and "Path=/" in cookie and "Secure" not in cookie
    assert re.match(r"\w+=[\w-]{43};", cookie), "32 random bytes"


def test_over_https_the_cookie_is_secure(users_app: FastAPI) -> None:
    with connect(users_app, base_url="https://testserver") as client:
        assert "Secure" in sign_in(client).headers["set-cookie"]


def test_a_wrong_password_is_told_and_the_name_stays(client: TestClient) -> None:
    for name in ("zhang", "没有这个人"):
        response = sign_in(client, name=name, password="wrong", next="/read")
        assert response.status_code == 401 and "set-cookie" not in response.headers
        assert "名字或口令不对" in response.text and f'value="{name}"' in response.text
        assert 'value="/read"' in response.text and "wrong" not in response.text
    assert client.get("/api/documents").status_code == 401


def test_what_was_typed_is_shown_and_never_run(client: TestClient) -> None:
    page = sign_in(client, name='"><script>alert(1)</script>', password="x", next='/"><script>alert(2)</script>').text
    assert "<script>alert" not in page
    assert sign_in(client, name="x" * 100_000, password="y" * 100_000).status_code == 401
    assert sign_in(client, name="\x00\x01", password="\x00").status_code == 401


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example", "http://evil.example", "https:evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "/%0d%0aset-cookie:x=1\r\n", "javascript:alert(1)", "evil.example", "", "/sign-in?next=/", "/sign-out", "///evil.example",
    ],
)  # fmt: skip
def test_signing_in_leads_nowhere_but_to_this_host(client: TestClient, elsewhere: str) -> None:
    assert safe_next(elsewhere) == "/"
    assert sign_in(client, next=elsewhere).headers["location"] == "/"
    assert "evil" not in client.get("/sign-in", params={"next": elsewhere}).text


def test_signing_out_ends_the_session_on_the_server(client: TestClient) -> None:
    sign_in(client)
    kept = client.cookies[COOKIE]
    assert "已登录为" in client.get("/sign-in").text and client.get("/api/who").json() == "zhang"
    response = client.post("/sign-out")
    assert (response.status_code, response.headers["location"]) == (303, "/sign-in")
    client.cookies.set(COOKIE, kept)
    assert client.get("/api/who").status_code == 401
    assert "已登录为" not in client.get("/sign-in").text


def test_signing_in_again_makes_a_new_token_and_ends_the_old_one(client: TestClient) -> None:
    sign_in(client)
    before = client.cookies[COOKIE]
    sign_in(client, name="李芳")
    assert client.cookies[COOKIE] != before
    client.cookies.clear()
    client.cookies.set(COOKIE, before)
    assert client.get("/api/who").status_code == 401


def test_a_session_expires() -> None:
    app = make_app(**USERS)
    client = connect(app)
    sign_in(client)
    assert client.get("/api/who").status_code == 200
    app.state.door.accounts._clock = lambda: now() + timedelta(days=15)
    assert client.get("/api/who").status_code == 401


def test_the_library_room_is_for_administrators(client: TestClient) -> None:
    sign_in(client, name="李芳")
    page = client.get("/library/test", headers={"accept": "text/html"})
    assert page.status_code == 303
    shown = client.get(page.headers["location"]).text
    assert "李芳" in shown and "资料库只对管理员开放" in shown
    assert client.get("/api/library/test").status_code == 403
    assert "管理员" in client.get("/api/library/test").json()["detail"]
    sign_in(client)
    assert client.get("/library/test").json() == "zhang"
    assert client.get("/api/library/test").json() == "zhang"
    assert "zhang（管理员）" in client.get("/sign-in").text


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page() -> None:
    client = connect(make_app())
    headers = {"accept": "text/html", "referer": "http://testserver/library/questions?x=1"}
    response = client.post("/library/test", headers=headers)
    assert response.headers["location"] == "/sign-in?next=%2Flibrary%2Fquestions"
    elsewhere = client.post("/library/test", headers=headers | {"referer": "http://evil.example/library"})
    assert elsewhere.headers["location"] == "/sign-in?next=%2F"
    assert client.post("/library/test", headers={"accept": "*/*"}).status_code == 401


def test_guests_come_in_with_the_access_password_and_users_by_name(both_app: FastAPI) -> None:
    fresh_limits(both_app)
    client = connect(both_app)
    assert sign_in(client, name="", password=PASSWORD).status_code == 401
    assert sign_in(client, name="", password=ACCESS).status_code == 303
    assert client.get("/api/who").json() == GUEST
    assert client.get("/api/library/test").status_code == 403
    sign_in(client)
    assert client.get("/api/library/test").json() == "zhang"


def test_where_there_is_only_an_access_password_no_name_is_asked_for() -> None:
    client = connect(make_app(is_local=False, **GUESTS))
    page = client.get("/sign-in").text
    assert 'name="password"' in page and 'name="name"' not in page
    assert client.post("/sign-in", data={"password": ACCESS}).headers["location"] == "/"
    assert client.get("/api/who").json() == GUEST


def test_the_link_of_the_start_makes_an_administrator_of_the_person_at_this_machine() -> None:
    app = make_app()
    code = app.state.door.accounts.local_code
    client = connect(app)
    hint = client.get("/sign-in", params={"next": "/library"}).text
    assert "管理员链接" in hint and "policyqa password" in hint and code not in hint
    assert "失效" in client.get("/sign-in", params={"code": code[:-1]}).text
    response = client.get("/sign-in", params={"code": code})
    assert (response.status_code, response.headers["location"]) == (303, "/library")
    assert response.headers["cache-control"] == "no-store"
    assert client.get("/library/test").json() == LOCAL_ADMINISTRATOR
    assert "已登录为" in client.get("/sign-in").text
    assert connect(make_app()).get("/sign-in", params={"code": code}).status_code == 401, "of another start"


@pytest.mark.parametrize("settings", [USERS, USERS | GUESTS])
def test_with_users_there_is_no_code(settings: dict[str, Any]) -> None:
    app = make_app(**settings)
    assert app.state.door.accounts.local_code == ""
    assert connect(app).get("/sign-in", params={"code": ""}).status_code == 200
    assert "set-cookie" not in connect(app).get("/sign-in", params={"code": "None"}).headers


def test_the_code_opens_the_gate_of_an_access_password_on_this_machine() -> None:
    app = make_app(**GUESTS)
    client = connect(app)
    client.get("/sign-in", params={"code": app.state.door.accounts.local_code})
    assert client.get("/library/test").json() == LOCAL_ADMINISTRATOR


def test_codes_are_not_guessed() -> None:
    client = connect(make_app())
    codes = [client.get("/sign-in", params={"code": f"guess{n}"}).status_code for n in range(TRIES + 1)]
    assert codes == [401] * TRIES + [429]


def test_where_nobody_can_be_administrator_the_page_says_so() -> None:
    page = connect(make_app(is_local=False, open_to_all=True)).get("/sign-in", params={"next": "/library"}).text
    assert "还没有管理员" in page and 'name="password"' not in page


def test_the_start_prints_the_link_for_the_person_at_this_machine_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[FastAPI] = []
    monkeypatch.setattr("uvicorn.run", lambda app, **_: served.append(app))
    run_server(FakeAssistant(), Settings(database="sqlite://"), "127.0.0.1", 17860)
    code = served[0].state.door.accounts.local_code
    assert f"资料库（管理员）：http://127.0.0.1:17860/sign-in?code={code}\n" in capsys.readouterr().out
    for host, settings in (("127.0.0.1", USERS), ("0.0.0.0", USERS), ("0.0.0.0", {"open_to_all": True})):
        run_server(FakeAssistant(), Settings(database="sqlite://", **settings), host, 17860)
        assert "code=" not in capsys.readouterr().out
    assert [app.state.services.is_local for app in served] == [True, True, False, False]


@pytest.mark.browser
def test_a_person_signs_in_asks_and_signs_out_again(chromium: Browser) -> None:
    with serving(make_app(is_local=False, requests_per_minute=4, **USERS)) as address:
        # The proxy's header makes a stranger of this browser; uvicorn believes it from 127.0.0.1 only.
        context = chromium.new_context(viewport=PHONE, extra_http_headers={"X-Forwarded-For": "10.0.0.5"})
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(address)
        assert page.url == f"{address}/sign-in?next=%2F"
        page.get_by_label("名字").fill("李芳")
        page.get_by_label("口令", exact=True).fill(PASSWORD)
        page.get_by_label("显示口令").check()
        assert page.locator("#password").get_attribute("type") == "text"
        page.keyboard.press("Enter")
        box = page.locator("#question textarea")
        box.fill("怎么请假？")
        box.press("Enter")
        page.locator(".citation .chip").first.wait_for()
        for _ in range(4):  # more than four a minute: Gradio shows why, and the question stays
            box.fill("还有呢？")
            box.press("Enter")
            page.wait_for_timeout(300)
        page.get_by_text(re.compile(r"每分钟最多 4 次，请 \d+ 秒后再试")).first.wait_for()
        assert box.input_value() == "还有呢？"
        cookies = context.cookies()
        context.clear_cookies()  # as if the session had expired
        box.fill("还有呢？")
        box.press("Enter")
        page.get_by_text("登录已过期，请刷新页面重新登录").first.wait_for()
        page.locator(".citation .chip").first.click()
        page.locator("#panel a", has_text="重新登录").wait_for()
        assert box.input_value() == "还有呢？"
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page.goto(f"{address}/sign-in")
        assert "已登录为 李芳" in page.locator("main").inner_text()
        page.get_by_role("button", name="退出").click()
        page.wait_for_url(f"{address}/sign-in")
        assert page.get_by_label("名字").is_visible()
        context.close()
