"""Bad input of every kind over a real socket: a clear word in Chinese, a server that goes on, no traceback."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from assistant.api import create_app
from assistant.records import Answer
from eval.load import connect
from eval.visitor import DATA, JOIN, Answered, Chat, GradioVisitor, read_chat
from tests.browser import serving
from tests.fake_assistant import FakeAssistant
from tests.hostile import SCRIPT, TEXTS, HostileAssistant, head, hostile_document, intruders, raw, witnessing

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ASK, CHAT = "/api/ask", "/v1/chat/completions"
SECONDS = 20


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def address(assistant: FakeAssistant) -> Iterator[str]:
    with serving(create_app(assistant)) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=SECONDS) as client:
        yield client


@pytest.fixture(autouse=True)
def unharmed(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After each test the server still answers, and has logged no error."""
    with witnessing(monkeypatch) as errors:
        yield
        answer = client.post(ASK, json={"question": "怎么请假"}).json()
        assert answer["status"] == "answered"
    assert errors == []


def chat_with(address: str, *questions: Any, **values: Any) -> Answered:
    """Ask in the chat; the last answer. `values` replace what the browser keeps."""

    async def run() -> Answered:
        async with connect(address) as client:
            visitor = GradioVisitor(client, await read_chat(client))
            visitor.values |= values
            return [await visitor.ask(question) for question in questions][-1]

    return asyncio.run(run())


@pytest.mark.parametrize("name", TEXTS)
def test_any_question_of_a_program_gets_an_answer_or_a_clear_word(client: httpx.Client, name: str) -> None:
    body = json.dumps({"question": TEXTS[name]})  # lone surrogates travel as \ud800
    response = client.post(ASK, content=body, headers={"content-type": "application/json"})
    answer = response.json()
    assert response.status_code in (200, 422)
    assert CHINESE.search(answer["answer"] if response.status_code == 200 else answer["detail"])


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("streaming", [False, True])
def test_any_message_of_a_chat_client_gets_an_answer_or_a_clear_word(
    client: httpx.Client, name: str, streaming: bool
) -> None:
    earlier = {"role": "assistant", "content": TEXTS[name]}
    messages = [{"role": "user", "content": TEXTS[name]}, earlier, {"role": "user", "content": TEXTS[name]}]
    body = json.dumps({"model": "policyqa", "messages": messages, "stream": streaming})
    response = client.post(CHAT, content=body, headers={"content-type": "application/json"})
    assert response.status_code in (200, 400)
    assert CHINESE.search(response.text if streaming else json.dumps(response.json(), ensure_ascii=False))


@pytest.mark.parametrize("name", TEXTS)
def test_any_question_in_the_chat_is_answered_or_stays_in_the_box(address: str, name: str) -> None:
    answered = chat_with(address, TEXTS[name])
    assert answered.ok
    assert intruders(answered.thread) == []
    if name == "long":
        assert answered.kept == []
        assert answered.box == TEXTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_any_text_may_be_searched_and_looked_up(client: httpx.Client, name: str) -> None:
    words = TEXTS[name].encode("utf-8", "replace").decode()[:2000]
    for path, query in (
        ("/read", {"q": words}),
        ("/clause", {"document": words, "article": words}),
        ("/api/search", {"q": words}),
        ("/studio", {"document": words}),
        ("/sign-in", {"next": words, "code": words}),
        ("/", {"q": words, "ask": words}),
    ):
        response = client.get(path, params=query)
        assert response.status_code < 500
        assert intruders(response.text) == []


@pytest.mark.parametrize("name", TEXTS)
def test_any_text_may_be_an_opinion_and_a_conversation(client: httpx.Client, name: str) -> None:
    text = TEXTS[name]
    opinion = {"answer_id": text, "question": text, "rating": "down", "reason": text, "document": text}
    for body in (opinion, opinion | {"answer_id": "a", "reason": "", "document": ""}):
        response = client.post("/api/feedback", content=json.dumps(body), headers={"content-type": "application/json"})
        assert response.status_code in (204, 413, 422)
    answer = {"id": text, "question": text, "status": "refused", "mode": "extractive", "answer": text}
    turns = json.dumps([{"question": text, "answer": answer}])
    for kind in ("docx", "md"):
        response = client.post(
            f"/api/conversation?format={kind}", content=turns, headers={"content-type": "application/json"}
        )
        assert response.status_code in (200, 413, 422)


@pytest.mark.parametrize(
    "path",
    [
        "/web/../api.py",
        "/web/..%2f..%2fsettings.py",
        "/web/%2e%2e/%2e%2e/api.py",
        "/web/....//....//api.py",
        "/web/..%5c..%5capi.py",
        "/web//etc/passwd",
        "/web/%00",
        "/web/base.css%00.png",
        "/read/../../etc/passwd",
        "/read/..%2f..%2fetc%2fpasswd",
        "/read/%00",
        "/read/%ff%fe",
        "/read/" + "长" * 2000,
        "/read/" + "a/" * 500,
        "/read/volunteers/file.txt/../../../etc/passwd",
        "/clause?document=%ff&article=%00",
        "/clause?document=volunteers&article=2&start=99999999999999999999999&end=-1",
        "/clause?document=volunteers&article=2&start=9999999&end=1",
        "/api/articles/..%2f../etc/passwd",
        "/api/documents/%00",
        "/studio?document=../../etc/passwd",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=../../etc/passwd",
        "/file=/etc/passwd",
        "/assets/../../../../etc/passwd",
        "/static/..%2f..%2f..%2fetc%2fpasswd",
        "/theme.css/../../etc/passwd",
        "/v1/models/..%2f..%2fetc",
        "/library/uploads/..%2f..%2fetc",
    ],
)
def test_no_path_leads_out(address: str, path: str) -> None:
    answer = raw(address, head(path.encode().decode("latin-1"), "Connection: close", method="GET"))
    status = int(answer.split(b" ", 2)[1])
    assert status < 500
    assert b"root:" not in answer
    assert b"from __future__" not in answer


@pytest.mark.parametrize("path", [ASK, CHAT, "/api/search", "/api/feedback", "/api/conversation"])
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"[" * 100_000, "application/json"),
        (b'{"question":' * 20_000 + b"1" + b"}" * 20_000, "application/json"),
        (b'{"question": ["a"], "history": {"a": 1}}', "application/json"),
        (b'{"question": "a", "question": {}}', "application/json"),
        (b"\xff\xfe\x00", "application/json"),
        (b"\x1f\x8b\x08\x00\x00", "application/json"),
        (b"question=a", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"--x\r\nbroken", "multipart/form-data"),
        (b"<a/>", "text/xml"),
        (b'{"question": "a"}', "\xff"),
        (b"1e999999", "application/json"),
        (b"-" + b"9" * 5000, "application/json"),
        (b"true", "application/json"),
        (b"", ""),
    ],
)
def test_a_body_of_the_wrong_kind_is_told_in_chinese(
    client: httpx.Client, path: str, content: bytes, kind: str
) -> None:
    headers = {b"content-type": kind.encode("latin-1")} if kind else {}
    response = client.post(path, content=content, headers=headers)
    assert response.status_code in (400, 401, 413, 415, 422)
    assert CHINESE.search(json.dumps(response.json(), ensure_ascii=False))


@pytest.mark.parametrize(
    "history",
    ["请假", 3, {"q": "a"}, [3], ["a"], [[]], [None], [{"q": None}], [{"q": "a", "a": ["b"]}], [{"q": "\ud800"}]],
)
def test_a_history_of_the_wrong_kind_is_told_in_chinese(client: httpx.Client, history: Any) -> None:
    body = json.dumps({"question": "请假", "history": history})
    response = client.post(ASK, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 422
    assert CHINESE.search(response.json()["detail"])


@pytest.mark.parametrize(
    "kept",
    ["请假", 3, {}, [3], [[]], [None], [{"question": 1}], [{"question": "a", "answer": {"answer": 1}}], "[" * 999],
)
def test_a_kept_conversation_of_the_wrong_kind_is_left_out(address: str, kept: Any) -> None:
    answered = chat_with(address, "怎么请假", **{"policyqa-conversation": kept, "policyqa-scope": kept})
    assert answered.ok
    assert [turn["question"] for turn in answered.kept] == ["怎么请假"]


def test_half_a_character_in_a_kept_conversation_is_shown_as_a_mark(address: str) -> None:
    answer = Answer("", "请\ud800假", "refused", "extractive", "没有\udfff规定。")
    kept = [{"question": "请\ud800假", "answer": answer.to_json()}]
    answered = chat_with(address, "怎么请假", **{"policyqa-conversation": kept})
    assert answered.ok
    assert [turn["question"] for turn in answered.kept] == ["请\ufffd假", "怎么请假"]


@pytest.mark.parametrize("question", [None, 3, [], {}, ["请假"], {"question": "请假"}])
def test_a_question_in_the_chat_that_is_no_text_harms_nothing(address: str, question: Any) -> None:
    chat_with(address, question)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": []},
        {"data": None, "fn_index": 0, "session_hash": "a"},
        {"data": ["a"], "fn_index": 99, "session_hash": "a"},
        {"data": ["a"], "fn_index": -1, "session_hash": "a"},
        {"data": ["a"], "fn_index": "0", "session_hash": ["a"]},
        {"data": ["a"], "fn_index": 0},
        {"data": ["a", [], []], "fn_index": 0, "session_hash": "\ud800"},
    ],
)
def test_a_broken_message_to_the_chat_harms_nothing(client: httpx.Client, body: dict[str, Any]) -> None:
    response = client.post(JOIN, content=json.dumps(body), headers={"content-type": "application/json"})
    assert response.status_code < 500


def test_a_page_of_another_version_is_told_to_be_opened_again(client: httpx.Client) -> None:
    message = {"data": [], "fn_index": 99, "session_hash": "a"}
    response = client.post(JOIN, json=message)
    assert (response.status_code, "请刷新" in response.json()["detail"]) == (409, True)


def test_a_session_that_nobody_has_is_no_error_of_the_server(client: httpx.Client) -> None:
    with client.stream("GET", DATA, params={"session_hash": "nobody"}) as stream:
        assert "session_not_found" in "".join(stream.iter_text())


def test_the_same_question_twice_at_once_is_two_answers_and_no_error(address: str) -> None:
    async def run() -> list[dict[str, Any]]:
        async with connect(address) as connection:
            visitor = GradioVisitor(connection, await read_chat(connection))
            events = set(await asyncio.gather(visitor.join("怎么请假"), visitor.join("怎么请假")))
            found = []
            async with connection.stream("GET", DATA, params={"session_hash": visitor.session}) as stream:
                async for line in stream.aiter_lines():
                    message = json.loads(line.removeprefix("data: ") or "{}")
                    if message.get("msg") == "process_completed":
                        found.append(message)
                        events.discard(message["event_id"])
            assert events == set()
            return found

    answered = asyncio.run(run())
    assert [each["success"] for each in answered] == [True, True]
    for each in answered:
        (kept,) = [value for value in each["output"]["data"] if isinstance(value, list)]
        assert [turn["question"] for turn in kept] == ["怎么请假"]


def test_a_large_body_without_its_length_is_refused_while_it_arrives(address: str) -> None:
    piece = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    start = head(ASK, "Content-Type: application/json", "Transfer-Encoding: chunked")
    answer = raw(address, start + piece * 40 + b"0\r\n\r\n")
    assert answer == b"" or b" 413 " in answer.split(b"\r\n", 1)[0]


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 99999999999999999999",),
        ("Content-Length: " + "9" * 5000,),
        ("Content-Length: -1",),
        ("Content-Length: abc",),
        ("Content-Length: 3", "Content-Length: 4"),
        ("Content-Length: 3", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: nonsense",),
        ("X-Long: " + "a" * 200_000,),
        ("Cookie: " + "; ".join(f"c{number}=v" for number in range(3000)),),
        ("Cookie: policyqa-session=" + "a" * 5000,),
        ("Cookie: \xff\xfe=\x01; ;;=; a",),
        ("Authorization: Bearer " + "a" * 5000,),
        ("Authorization: Bearer \xff:\xfe",),
        ("Authorization: Basic !!!",),
        ("Origin: http://[::1",),
        ("Origin: null", "Sec-Fetch-Site: cross-site"),
        ("Accept-Language: " + "zh," * 5000,),
        ("Expect: 100-continue",),
        ("Content-Encoding: gzip",),
    ],
    ids=lambda headers: headers[0][:30],
)
def test_odd_headers_harm_nothing(address: str, headers: tuple[str, ...]) -> None:
    lines = [f"POST {ASK} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", "Connection: close", *headers]
    answer = raw(address, "\r\n".join([*lines, "", ""]).encode("latin-1"))
    assert answer == b"" or int(answer.split(b" ", 2)[1]) < 500


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n" * 100,
        b"\x00" * 1000,
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
def test_what_is_no_request_at_all_harms_nothing(address: str, request_bytes: bytes) -> None:
    raw(address, request_bytes, wait=False)


def test_a_connection_that_breaks_off_harms_nothing(address: str) -> None:
    body = json.dumps({"question": "怎么请假"}).encode()
    whole = head(ASK, "Content-Type: application/json", f"Content-Length: {len(body)}")
    for end in (10, len(whole), len(whole) + 5):
        raw(address, (whole + body)[:end], wait=False)
    for path in (CHAT, "/api/feedback", "/sign-in", JOIN, "/api/library/uploads?name=a.txt", "/library/uploads"):
        raw(address, head(path, "Content-Type: application/json", "Content-Length: 500") + b'{"a', wait=False)
        raw(address, head(path, "Content-Type: application/json", "Transfer-Encoding: chunked") + b"5\r\n{", wait=False)


def test_a_visitor_who_leaves_while_the_answer_is_on_its_way_harms_nothing(
    address: str, assistant: FakeAssistant
) -> None:
    async def leave(chat: Chat, client: httpx.AsyncClient, read: bool) -> None:
        visitor = GradioVisitor(client, chat)
        await visitor.join("怎么请假")
        async with client.stream("GET", DATA, params={"session_hash": visitor.session}) as stream:
            if read:
                await anext(stream.aiter_lines())

    async def run() -> None:
        async with connect(address) as client:
            chat = await read_chat(client)
            await asyncio.gather(*(leave(chat, client, number % 2 == 0) for number in range(10)))

    asyncio.run(run())
    message = {"model": "policyqa", "stream": True, "messages": [{"role": "user", "content": "怎么请假"}]}
    body = json.dumps(message).encode()
    for _ in range(5):
        raw(address, head(CHAT, "Content-Type: application/json", f"Content-Length: {len(body)}") + body, wait=False)


def test_an_address_is_answered_by_its_methods_only(client: httpx.Client) -> None:
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "OPTIONS", "HEAD", "NONSENSE"):
        for path in ("/", ASK, CHAT, "/read", "/library", "/web/base.css", "/healthz"):
            assert client.request(method, path).status_code < 500


def test_a_hostile_document_is_cited_in_the_chat_as_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    document = hostile_document()
    with serving(create_app(HostileAssistant(document))) as address:
        answered = chat_with(address, "怎么请假", f"请假{SCRIPT}")
    assert answered.ok
    assert len(answered.kept) == 2
    assert intruders(answered.thread) == []
    assert "&lt;script&gt;" in answered.thread
