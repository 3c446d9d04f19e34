"""The library room over HTTP and in a browser: who may come in, uploads, decisions, corrections, removals, the rebuild."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.answer import Assistant
from assistant.api import create_app
from assistant.settings import Settings
from assistant.state.database import Database
from assistant.web.library_views import show_size
from assistant.web.sign_in import Visitor, require_administrator
from index.build import build_index
from index.library import build_library
from index.records import Page
from tests.browser import DESKTOP, PHONE, chromium, serving
from tests.fake_assistant import FakeAssistant
from tests.small_library import PAGE, RULES
from tests.test_holdings import DOGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["chromium"]  # a fixture: used by name

SIGNS = "示例镇招牌管理办法\n\n第一条 临街招牌由店主自己擦洗，每月一次。\n\n第二条 招牌的灯夜里十点熄灭。\n"
HTML = {"accept": "text/html"}
ADDRESSES = [
    ("GET", "/library"),
    ("GET", "/library/check"),
    ("GET", "/library/uploads/1"),
    ("GET", "/library/documents/x/edit"),
    ("GET", "/library/documents/x/remove"),
    ("GET", "/api/library/uploads/x"),
    ("GET", "/api/library/rebuild"),
    ("POST", "/library/uploads"),
    ("POST", "/library/uploads/clear"),
    ("POST", "/library/uploads/decide"),
    ("POST", "/library/changes/undo"),
    ("POST", "/library/told"),
    ("POST", "/library/documents/x/edit"),
    ("POST", "/library/documents/x/remove"),
    ("POST", "/library/removed/1/restore"),
    ("POST", "/library/rebuild"),
    ("POST", "/library/rebuild/cancel"),
    ("POST", "/library/rebuild/reopen"),
    ("POST", "/api/library/uploads?name=a.txt"),
]


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not within time"
        time.sleep(0.02)


def two_documents() -> FakeAssistant:
    """A library of two invented documents on a page each; nothing is indexed."""
    engine = FakeAssistant()
    pages = [Page("900", "900.txt", PAGE), Page("901", "901 招牌.txt", SIGNS)]
    engine.library = build_library(pages)  # type: ignore[assignment]
    return engine


@pytest.fixture
def app() -> FastAPI:
    app = create_app(two_documents(), Settings(upload_megabytes=1))
    app.dependency_overrides[require_administrator] = lambda: Visitor("管理员甲", True)
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


def send(client: TestClient, name: str, content: str | bytes) -> dict[str, str]:
    """What became of an uploaded file."""
    response = client.post("/api/library/uploads", params={"name": name}, content=content)
    assert response.status_code == 202, response.text
    address = f"/api/library/uploads/{response.json()['id']}"
    wait_for(lambda: client.get(address).json()["stage"] in ("待确认", "没有收录"))
    told: dict[str, str] = client.get(address).json()
    return told


def document_id(client: TestClient, title: str = RULES) -> str:
    found = next(d for d in client.get("/api/documents").json() if d["document"] == title)
    return str(found["id"])


def section(page: str, name: str) -> str:
    """The HTML of one section of the room."""
    match = re.search(rf'<section id="{name}".*?</section>', page, re.S)
    assert match
    return match[0]


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_nobody_but_an_administrator_comes_in(method: str, address: str) -> None:
    client = TestClient(create_app(FakeAssistant()), follow_redirects=False)
    response = client.request(method, address, headers=HTML)
    if address.startswith("/api"):
        assert response.status_code == 401 and "登录" in response.json()["detail"]
    else:
        assert response.status_code == 303 and response.headers["location"].startswith("/sign-in?next=")


def test_a_large_body_of_a_stranger_is_not_even_read() -> None:
    client = TestClient(create_app(FakeAssistant(), Settings(upload_megabytes=5)), follow_redirects=False)
    pieces: list[int] = []

    def body() -> Iterator[bytes]:
        for n in range(40):
            pieces.append(n)
            yield b"x" * 100_000

    assert client.post("/api/library/uploads?name=a.txt", content=body()).status_code == 401


def test_the_room_shows_what_is_held(client: TestClient) -> None:
    response = client.get("/library")
    assert response.status_code == 200 and response.headers["cache-control"] == "no-store"
    documents = section(response.text, "documents")
    assert RULES in documents and "901 招牌.txt" in documents and "2025年3月1日起施行" in documents
    assert 'href="/library/questions"' in response.text
    assert "没有待确认的文件" in section(response.text, "waiting")
    assert "没有连接（用原文摘答）" in section(response.text, "state")
    found = section(client.get("/library", params={"q": "招 牌"}).text, "documents")
    assert "招牌管理办法" in found and RULES not in found
    nothing = section(client.get("/library", params={"q": "<script>" * 100}).text, "documents")
    assert "没有找到" in nothing and "<script>" not in nothing


def test_a_fake_library_without_pages_is_shown_too() -> None:
    app = create_app(FakeAssistant())
    app.dependency_overrides[require_administrator] = lambda: Visitor("甲", True)
    page = TestClient(app).get("/library").text
    assert "示例镇志愿服务办法" in page and "移除《示例镇志愿服务办法》" not in page


def test_an_uploaded_file_is_reviewed_accepted_and_taken_back(client: TestClient) -> None:
    assert send(client, "养犬.txt", DOGS)["stage"] == "待确认"
    waiting = section(client.get("/library").text, "waiting")
    assert "《示例镇养犬管理办法》" in waiting and "新文件" in waiting and "分出 3 条" in waiting
    assert "管理员甲上传于" in waiting
    full = client.get("/library/uploads/1").text
    assert "遛犬应当牵绳。" in full
    response = client.post(
        "/library/uploads/decide", data={"upload": "1", "decision": "accept"}, follow_redirects=False
    )
    assert (response.status_code, response.headers["location"]) == (303, "/library#waiting")
    changes = section(client.get("/library").text, "changes")
    assert "收录" in changes and "养犬.txt" in changes and "应用更改" in changes
    client.post("/library/changes/undo", data={"change": "add:1"})
    page = client.get("/library").text
    assert "养犬.txt" in section(page, "waiting") and "没有待生效的更改" in section(page, "changes")
    client.post("/library/uploads/decide", data={"upload": "all", "decision": "discard"})
    assert "没有待确认的文件" in client.get("/library").text
    assert client.get("/library/uploads/1").status_code == 404
    assert send(client, "养犬.txt", DOGS)["stage"] == "待确认"  # what was discarded may come again


def test_several_files_of_a_plain_form_go_their_own_ways(client: TestClient) -> None:
    files = [
        ("files", ("甲.txt", DOGS.encode(), "text/plain")),
        ("files", ("坏.pdf", b"%PDF-1.4", "application/pdf")),
        ("files", ("病毒.exe", b"MZ\x00", "application/octet-stream")),
        ("files", ("<script>alert(1)</script>.txt", DOGS.replace("养犬", "养猫").encode(), "text/plain")),
    ]
    response = client.post("/library/uploads", files=files, follow_redirects=False)
    assert response.status_code == 303
    wait_for(lambda: client.get("/library").text.count("waiting-card") == 2)
    wait_for(lambda: "PDF 已损坏" in client.get("/library").text)
    page = client.get("/library").text
    assert "不能收录这种文件" in page
    assert "<script>alert" not in page and "script&gt;.txt" in page
    client.post("/library/uploads/clear")
    assert "PDF 已损坏" not in client.get("/library").text


def test_an_empty_form_and_too_many_files_are_explained(client: TestClient) -> None:
    assert "没有选择文件" in client.post("/library/uploads", data={"x": "1"}).text
    many = [("files", (f"{n}.txt", b"x", "text/plain")) for n in range(21)]
    response = client.post("/library/uploads", files=many)
    assert response.status_code == 409 and "一次最多 20 个文件" in response.text
    assert "waiting-card" not in client.get("/library").text


@pytest.mark.parametrize("length", [1_000_001, 2_500_000])
def test_a_file_that_is_too_large_is_refused_by_the_server(client: TestClient, length: int) -> None:
    announced = client.post("/api/library/uploads?name=a.txt", content=b"x" * length)
    assert announced.status_code == 413 and "最多 1 MB" in announced.json()["detail"]

    def body() -> Iterator[bytes]:
        for _ in range(length // 1000 + 1):
            yield b"x" * 1000

    streamed = client.post("/api/library/uploads?name=a.txt", content=body())
    assert streamed.status_code == 413 and "请拆分文件" in streamed.json()["detail"]
    assert "waiting-card" not in client.get("/library").text


def test_a_large_file_within_the_limit_passes_where_a_question_would_not() -> None:
    app = create_app(two_documents(), Settings(upload_megabytes=4))
    app.dependency_overrides[require_administrator] = lambda: Visitor("甲", True)
    with TestClient(app) as client:
        assert client.post("/api/ask", content=b"x" * 3_000_000).status_code == 413
        assert send(client, "长.txt", DOGS + "\n" * 2_500_000)["stage"] == "待确认"


@pytest.mark.parametrize("name", ["a.exe", "", "无后缀", "a.txt.zip"])
def test_a_wrong_kind_of_file_is_refused_before_it_is_read(client: TestClient, name: str) -> None:
    response = client.post("/api/library/uploads", params={"name": name}, content=b"x")
    assert response.status_code == 415 and ".docx" in response.json()["detail"]


def test_a_double_click_uploads_once(client: TestClient) -> None:
    assert send(client, "甲.txt", DOGS)["error"] == ""
    assert "已经上传过" in send(client, "甲.txt", DOGS)["error"]
    assert client.get("/library").text.count("waiting-card") == 1


def test_a_job_that_is_not_known_is_explained(client: TestClient) -> None:
    response = client.get("/api/library/uploads/nothing")
    assert response.status_code == 404 and "重新启动过" in response.json()["detail"]


def test_titles_and_dates_are_corrected_with_the_next_rebuild(client: TestClient) -> None:
    address = f"/library/documents/{document_id(client)}/edit"
    page = client.get(address).text
    assert f'value="{RULES}"' in page and "文件上没有写" in page
    typed = {
        "title": RULES,
        "date": "昨天",
        "issuer": "图书馆<b>",
        "document_number": "",
        "effective_date": "2025年3月1日",
    }
    wrong = client.post(address, data=typed)
    assert wrong.status_code == 409 and "不是日期" in wrong.text
    assert 'value="昨天"' in wrong.text and "图书馆&lt;b&gt;" in wrong.text  # what was typed is not lost
    client.post(address, data={**typed, "date": "2025-2-1"})
    page = client.get("/library").text
    assert "将改动标题或日期" in section(page, "documents")
    assert "发布日期“（空）”改为“2025年2月1日”" in section(page, "changes")
    assert 'value="2025年2月1日"' in client.get(address).text
    client.post("/library/changes/undo", data={"change": f"edit:{document_id(client)}"})
    assert "没有待生效的更改" in client.get("/library").text
    assert client.post(address, data={"title": "长" * 10_001}).status_code == 422


def test_a_document_is_removed_but_never_the_last(client: TestClient) -> None:
    rules, signs = document_id(client), document_id(client, "示例镇招牌管理办法")
    page = client.get(f"/library/documents/{rules}/remove").text
    assert "900.txt" in page and f"移除《{RULES}》" in page
    nothing = client.post(f"/library/documents/{rules}/remove", data={})
    assert nothing.status_code == 409 and "没有选中" in nothing.text
    foreign = client.post(f"/library/documents/{rules}/remove", data={"sources": ["901"]})
    assert foreign.status_code == 409  # a page of another document
    client.post(f"/library/documents/{rules}/remove", data={"sources": ["900"]})
    page = client.get("/library").text
    assert "将移除" in section(page, "documents") and "来源文件 900" in section(page, "changes")
    last = client.post(f"/library/documents/{signs}/remove", data={"sources": ["901"]})
    assert last.status_code == 409 and "至少要留一份" in last.text
    client.post("/library/changes/undo", data={"change": "remove:1"})
    assert "没有待生效的更改" in client.get("/library").text


@pytest.mark.parametrize(
    ("method", "address", "data"),
    [
        ("GET", "/library/documents/nothing/edit", None),
        ("GET", "/library/documents/nothing/remove", None),
        ("GET", "/library/uploads/7", None),
        ("GET", "/library/uploads/99999999999999", None),
        ("POST", "/library/changes/undo", {"change": "unknown:1"}),
        ("POST", "/library/changes/undo", {"change": "add:x"}),
        ("POST", "/library/uploads/decide", {"upload": "١", "decision": "accept"}),
    ],
)
def test_what_is_not_there_is_a_page_with_a_way_back(
    client: TestClient, method: str, address: str, data: dict[str, str] | None
) -> None:
    response = client.request(method, address, data=data)
    assert response.status_code == 404
    assert "回到资料库" in response.text and response.headers["content-type"].startswith("text/html")


def test_undoing_what_is_already_gone_is_no_error(client: TestClient) -> None:
    for change in ("add:5", "remove:5", "restore:5", "edit:nothing", "tell:a\nb"):
        assert client.post("/library/changes/undo", data={"change": change}).status_code == 200
    assert client.post("/library/removed/5/restore").status_code == 200


def test_a_rebuild_without_an_index_or_changes_is_refused_in_words(client: TestClient) -> None:
    response = client.post("/library/rebuild")
    assert response.status_code == 409 and "没有待生效的更改" in response.text
    assert client.post("/library/rebuild/cancel").status_code == 200
    assert client.get("/api/library/rebuild").json()["state"] == "idle"


def test_the_check_says_what_is_wrong(app: FastAPI, tmp_path: Path) -> None:
    app = create_app(two_documents(), Settings(index=tmp_path / "没有"))
    app.dependency_overrides[require_administrator] = lambda: Visitor("甲", True)
    page = TestClient(app).get("/library/check").text
    assert "检查发现" in page and "还没有索引" in page


def test_sizes_are_in_words() -> None:
    assert show_size(0) == "1 KB"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("room") / "index"
    build_index([Page("900", "900.txt", PAGE)], folder)
    return folder


@pytest.mark.browser
@pytest.mark.timeout(180)
@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_main_path_in_a_browser(chromium: Browser, built: Path, tmp_path: Path, screen: Any) -> None:
    """Two files in, looked at, accepted, rebuilt: the new document answers; nothing leaves the house."""
    shutil.copytree(built, tmp_path / "index")
    settings = Settings(index=tmp_path / "index")
    app = create_app(Assistant.open(settings), settings, Database.open(tmp_path / "policyqa.db"))
    good, copy, bad = (tmp_path / name for name in ("养犬.txt", "抄本 <b>.md", "坏.pdf"))
    good.write_text(DOGS, encoding="utf-8")
    copy.write_text(PAGE.replace("五册", "五本"), encoding="utf-8")
    bad.write_bytes(b"%PDF-1.4")
    errors: list[str] = []
    with serving(app) as address:
        page = chromium.new_context(viewport=screen, has_touch=screen["width"] < 600).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: errors.append(request.url) if not request.url.startswith(address) else None)
        page.goto(f"{address}/sign-in?code={app.state.door.accounts.local_code}")
        page.get_by_text("本机管理员").wait_for()
        page.set_input_files("#files", [str(good), str(copy), str(bad)])
        page.wait_for_function(
            "document.querySelectorAll('.waiting-card').length === 2 && document.querySelector('.job.refused')"
        )
        waiting = page.locator("#waiting").inner_text()
        assert "另一刊本" in waiting and "1 处不同" in waiting and "新文件" in waiting
        assert "PDF 已损坏" in page.locator("#jobs").inner_text()
        page.locator("#waiting summary").first.click()
        assert page.get_by_text("遛犬应当牵绳。").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
        page.get_by_role("button", name="全部收录").click()
        page.get_by_role("button", name="应用更改").click()
        page.locator("#rebuild-bar").wait_for()
        assert (
            page.request.post(f"{address}/api/ask", data={"question": "借阅期限是多久？"}).json()["status"]
            == "answered"
        )
        page.locator("#changes .good").wait_for(timeout=120_000)
        assert "示例镇养犬管理办法" in page.locator("#documents").inner_text()
        answer = page.request.post(f"{address}/api/ask", data={"question": "遛犬要牵绳吗？"}).json()
        assert answer["citations"][0]["document"] == "示例镇养犬管理办法"
        page.context.close()
    assert errors == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_room_has_no_serious_accessibility_violation(chromium: Browser, app: FastAPI, scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with serving(app) as address:
        page = chromium.new_context(viewport=PHONE, color_scheme=scheme).new_page()
        rules = page.request.get(f"{address}/api/documents").json()[0]["id"]
        page.request.post(f"{address}/api/library/uploads?name=a.txt", data=DOGS.encode())
        page.request.post(f"{address}/library/documents/{rules}/remove", form={"sources": "900"})
        page.goto(f"{address}/library")
        page.wait_for_function("document.querySelector('.waiting-card')")
        for path in (
            "/library",
            "/library/uploads/1",
            f"/library/documents/{rules}/edit",
            f"/library/documents/{rules}/remove",
        ):
            page.goto(f"{address}{path}")
            found = Axe().run(page).response["violations"]
            assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == [], path
        page.context.close()
