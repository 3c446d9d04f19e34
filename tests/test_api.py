"""The HTTP API over a fake assistant: the contract's answer, clear errors, nothing open to other hosts."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from assistant.api import create_app, fingerprint
from assistant.citations import bracketed
from assistant.records import Turn
from assistant.web.problems import UNEXPECTED
from tests.fake_assistant import GAZETTE, LEAVE_TEXT, VOLUNTEERS, FakeAssistant, FakeLibrary

CONTRACT_FIELDS = {
    "id", "question", "status", "mode", "answer", "citations", "related", "notices", "timings_ms",
}  # fmt: skip
CITATION_FIELDS = {"marker", "document", "article", "label", "quote", "start", "end", "variants"}


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def client(assistant: FakeAssistant) -> Iterator[TestClient]:
    with TestClient(create_app(assistant)) as client:
        yield client


def test_an_answer_is_the_contracts_json(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": "志愿者怎么请假？", "id": "7"})
    answer = response.json()
    assert response.status_code == 200
    expected = FakeAssistant().ask("志愿者怎么请假？", question_id="7").to_json()
    assert answer == json.loads(json.dumps(expected))
    assert set(answer) >= CONTRACT_FIELDS
    assert [set(citation) for citation in answer["citations"]] == [CITATION_FIELDS] * 2
    assert [LEAVE_TEXT[each["start"] : each["end"]] for each in answer["citations"]] == [
        each["quote"] for each in answer["citations"]
    ]
    assert answer["citations"][0]["variants"] == [
        {"reading": "三日", "variants": ["五日"], "note": "“三日”另一印本作“五日”。"}
    ]


def test_a_refusal_is_an_answer_without_citations(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": "今天下雨吗"}).json()
    assert (answer["status"], answer["citations"]) == ("refused", [])
    assert answer["related"] == [{"document": VOLUNTEERS.title, "article": "1", "label": "第1条"}]


def test_the_history_reaches_the_assistant(client: TestClient, assistant: FakeAssistant) -> None:
    history = [{"q": "请假吗", "a": "提前三日"}, {"q": "那呢"}]
    client.post("/api/ask", json={"question": " 还有呢 ", "history": history})
    assert assistant.heard[-1] == ("还有呢", (Turn("请假吗", "提前三日"), Turn("那呢", "")))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "缺少字段 question"),
        ({"question": "  "}, "question 不能为空"),
        ({"question": 3}, "question 应为文字"),
        ({"question": "问" * 501}, "question 最多 500 个字，现在有 501 个"),
        ({"question": "问", "history": {"q": "a"}}, "history 应为列表"),
        ({"question": "问", "history": [{"q": "a", "a": "b"}] * 21}, "history 最多 20 轮，现在有 21 轮"),
        ({"question": "问", "history": [{"a": "b"}]}, "缺少字段 history.0.q"),
        ({"question": "问", "history": [{"q": "a", "a": "b" * 20_001}]}, "history.0.a 最多 20000 个字"),
    ],
)
def test_a_bad_request_says_in_chinese_what_is_wrong(client: TestClient, body: dict[str, Any], words: str) -> None:
    response = client.post("/api/ask", json=body)
    assert response.status_code == 422
    assert words in response.json()["detail"]


@pytest.mark.parametrize(
    "content", [b"{", b"", b"\xff\xfe", b'{"question": "\\ud800"}', b"[]", b"null", b'{"question": NaN}']
)
def test_broken_json_is_a_clear_error(client: TestClient, content: bytes) -> None:
    response = client.post("/api/ask", content=content, headers={"content-type": "application/json"})
    assert response.status_code == 422
    assert re.search(r"[\u4e00-\u9fff]", response.json()["detail"])


@pytest.mark.parametrize(
    "content", [b'{"question": "\xff"}', b"[" * 50_000, b'{"question": "a", "x": ' + b"9" * 5000 + b"}"]
)
def test_what_cannot_be_read_at_all_is_told_in_chinese(client: TestClient, content: bytes) -> None:
    response = client.post("/api/ask", content=content, headers={"content-type": "application/json"})
    assert (response.status_code, "UTF-8 编码的 JSON" in response.json()["detail"]) == (400, True)


def test_no_history_may_be_written_as_null_as_in_a_batch(client: TestClient) -> None:
    assert client.post("/api/ask", json={"question": "请假", "history": None}).status_code == 200


def test_five_hundred_characters_are_still_a_question(client: TestClient) -> None:
    assert client.post("/api/ask", json={"question": "问" * 500}).status_code == 200


def test_a_huge_body_is_refused_whether_or_not_it_announces_its_length(client: TestClient) -> None:
    announced = client.post("/api/ask", content=b"x" * 2_000_001)
    assert announced.status_code == 413
    assert "请求太大" in announced.json()["detail"]
    chunks = (b"x" * 100_000 for _ in range(21))
    chunked = client.post("/api/ask", content=chunks, headers={"content-type": "application/json"})
    assert chunked.status_code == 413


def test_a_failure_of_the_engine_is_told_as_its_one_line(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": "故障"})
    assert (response.status_code, response.json()) == (503, {"detail": "语言模型没有回应：请检查 POLICYQA_LLM_URL。"})


def test_several_people_are_answered_at_the_same_time(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.gate = threading.Barrier(4)  # four must be inside ask() at once, or all of them fail
    try:
        with ThreadPoolExecutor(4) as pool:
            questions = [f"{number}号请假" for number in range(4)]
            answers = list(pool.map(lambda each: client.post("/api/ask", json={"question": each}).json(), questions))
    finally:
        assistant.gate = None
    assert [answer["question"] for answer in answers] == questions


def test_health_names_the_index_and_its_size(client: TestClient) -> None:
    health = client.get("/healthz").json()
    assert (health["status"], health["documents"], health["articles"]) == ("ok", 2, 3)
    assert re.fullmatch(r"[0-9a-f]{12}", health["index"])


def test_the_fingerprint_changes_with_any_text() -> None:
    changed = replace(VOLUNTEERS.articles[0], text="为了规范志愿服务，制定本规定。")
    other = replace(VOLUNTEERS, articles=(changed, *VOLUNTEERS.articles[1:]))
    assert fingerprint(FakeLibrary(VOLUNTEERS)) == fingerprint(FakeLibrary(VOLUNTEERS))
    assert fingerprint(FakeLibrary(VOLUNTEERS)) != fingerprint(FakeLibrary(other))


@pytest.mark.parametrize("name", ["volunteers", "示例镇志愿服务办法"])
def test_an_article_is_found_by_id_and_by_title(client: TestClient, name: str) -> None:
    article = client.get(f"/api/articles/{name}/2").json()
    assert (article["text"], article["heading"], article["part"]) == (LEAVE_TEXT, "请假", "第二章 管理")
    assert (article["previous"], article["next"]) == ("1", "3")
    items = article["paragraphs"][1]["items"]
    assert [LEAVE_TEXT[item["start"] : item["end"]] for item in items] == ["（一）突发疾病的；", "（二）家中有急事的。"]


@pytest.mark.parametrize("path", ["volunteers/99", "nothing/1"])
def test_an_unknown_article_is_404_in_chinese(client: TestClient, path: str) -> None:
    response = client.get(f"/api/articles/{path}")
    assert response.status_code == 404
    assert "没有这一条" in response.json()["detail"]


AWKWARD = "关于“一老/一小”的《意见》（2024?修订）#50%"


@pytest.fixture(scope="module")
def awkward() -> Iterator[TestClient]:
    with TestClient(create_app(FakeAssistant(replace(VOLUNTEERS, title=AWKWARD)))) as client:
        yield client


@pytest.mark.parametrize("name", [AWKWARD, bracketed(AWKWARD), "volunteers"])
def test_a_title_with_slashes_and_brackets_works_in_an_address(awkward: TestClient, name: str) -> None:
    document = awkward.get(f"/api/documents/{quote(name, safe='')}").json()
    assert (document["id"], document["document"]) == ("volunteers", AWKWARD)
    assert document["articles"][1] == {"article": "2", "label": "第2条 请假", "heading": "请假", "part": "第二章 管理"}
    assert LEAVE_TEXT not in str(document)
    for number in ("2", "第二条", "第2条"):
        article = awkward.get(f"/api/articles/{quote(name, safe='')}/{quote(number)}").json()
        assert article["text"] == LEAVE_TEXT


@pytest.mark.parametrize("name", ["没有这份", "%00", "..%2F..%2Fetc%2Fpasswd", "<script>", "《》"])
def test_an_unknown_document_is_404_in_chinese(client: TestClient, name: str) -> None:
    response = client.get(f"/api/documents/{name}")
    assert response.status_code == 404
    assert "没有收录这份文件" in response.json()["detail"]


HITS = [
    {
        "document": VOLUNTEERS.title,
        "article": "2",
        "score": 1.0,
        "text": "志愿者请假应当提前三日提出。",
        "label": "第2条 请假",
        "document_id": "volunteers",
    },
    {
        "document": VOLUNTEERS.title,
        "article": "2",
        "score": 0.5,
        "text": "（一）突发疾病的；",
        "label": "第2条 请假",
        "document_id": "volunteers",
    },
]


def test_a_search_finds_articles_by_address_and_by_body(client: TestClient, assistant: FakeAssistant) -> None:
    assert client.get("/api/search", params={"q": " 怎么请假 "}).json() == HITS
    assert client.get("/api/search", params={"q": "怎么请假", "k": 1}).json() == HITS[:1]
    assert client.post("/api/search", json={"query": "怎么请假", "k": 1}).json() == HITS[:1]
    assert client.post("/api/search", json={"query": "下雨"}).json() == []
    assert assistant.heard[-1] == ("下雨", ())


def test_a_search_and_a_question_look_only_in_the_documents_that_are_named(
    client: TestClient, assistant: FakeAssistant
) -> None:
    named = [VOLUNTEERS.title, GAZETTE.id, "volunteers"]
    client.get("/api/search", params={"q": "请假", "documents": named})
    client.post("/api/search", json={"query": "请假", "documents": named})
    client.post("/api/ask", json={"question": "请假", "documents": named})
    client.post("/api/ask", json={"question": "请假", "documents": []})
    assert assistant.looked_in[-4:] == [("volunteers", "gazette")] * 3 + [None]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "缺少字段 query"),
        ({"query": " "}, "query 不能为空"),
        ({"query": "问" * 501}, "query 最多 500 个字，现在有 501 个"),
        ({"query": "问", "k": 0}, "k 至少是 1"),
        ({"query": "问", "k": 101}, "k 最多是 100"),
        ({"query": "问", "k": "十"}, "k 应为整数"),
        ({"query": "问", "documents": "x"}, "documents 应为列表"),
        ({"query": "问", "documents": ["没有这份"]}, "没有收录这些文件：没有这份"),
        ({"query": "问", "documents": ["x"] * 1001}, "documents 最多 1000 个"),
    ],
)
def test_a_bad_search_says_in_chinese_what_is_wrong(client: TestClient, body: dict[str, Any], words: str) -> None:
    response = client.post("/api/search", json=body)
    assert (response.status_code, words in response.json()["detail"]) == (422, True)
    if isinstance(body.get("documents", []), list) and len(body.get("documents", [])) < 9:
        address = client.get("/api/search", params={"q" if name == "query" else name: v for name, v in body.items()})
        assert (address.status_code, words.replace("query", "q") in address.json()["detail"]) == (422, True)


def test_a_bug_is_told_in_one_sentence_without_a_traceback(assistant: FakeAssistant) -> None:
    with TestClient(create_app(assistant), raise_server_exceptions=False) as client:
        response = client.post("/api/ask", json={"question": "崩溃"})
    assert (response.status_code, response.json()) == (500, {"detail": UNEXPECTED})
    assert response.headers["x-content-type-options"] == "nosniff"


def test_the_description_names_only_errors_that_are_sent(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert "HTTPValidationError" not in json.dumps(described)
    errors = described["paths"]["/api/search"]["get"]["responses"]["422"]
    assert errors["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert {"/api/ask", "/api/search", "/api/documents", "/v1/chat/completions", "/v1/models"} <= set(
        described["paths"]
    )


def test_documents_are_listed_with_their_size(client: TestClient) -> None:
    listed = client.get("/api/documents").json()
    assert [(each["id"], each["kind"], each["articles"]) for each in listed] == [
        ("volunteers", "document", 3),
        (GAZETTE.id, "news", 0),
    ]


def test_the_reference_page_names_every_operation_and_loads_nothing_from_outside(client: TestClient) -> None:
    page = client.get("/docs").text
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in page
    assert "citations[].quote" in page
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert "Successful Response" not in page
    assert "Validation Error" not in page
    assert 'base_url="http://testserver/v1"' in page
    assert "messages[].content[].text" in page
    assert "policyqa.answer" not in page  # the answer's fields are told once


@pytest.mark.parametrize("path", ["/", "/docs", "/api/documents", "/web/chat.js", "/nothing", "/gradio_api/info"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "connect-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", ["/api/documents", "/gradio_api/info", "/"])
@pytest.mark.parametrize("host", ["localhost:7860", "10.0.0.5:7860"])
def test_no_other_origin_may_read_an_answer(client: TestClient, path: str, host: str) -> None:
    headers = {"origin": "https://elsewhere.example", "host": host}
    assert "access-control-allow-origin" not in client.get(path, headers=headers).headers
    preflight = client.options(path, headers=headers | {"access-control-request-method": "POST"})
    assert "access-control-allow-origin" not in preflight.headers


def test_the_chat_page_is_chinese_and_points_at_no_other_host(client: TestClient) -> None:
    page = client.get("/").text
    assert 'lang="zh-CN"' in page
    assert "<title>政策问答</title>" in page
    hosts = set(re.findall(r"(?:https?:)?//([\w.-]+\.\w+)", re.sub(r"//\s.*", "", page)))
    assert hosts <= {"testserver"}
    assert '"analytics_enabled":false' in page


def test_the_upload_address_of_gradio_takes_no_files(client: TestClient) -> None:
    for address in ("/gradio_api/upload", "/gradio_api/process_recording"):
        response = client.post(address, files={"files": ("a.txt", b"x")})
        assert response.status_code == 404 and response.json()["detail"] == "没有这个地址；对话里不能传文件。"
    assert client.get("/gradio_api/dev/reload").status_code == 404  # else a stream without end
