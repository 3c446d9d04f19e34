"""The room where administrators teach: with a click a refused question is answered, and with another it is not."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from assistant.api import create_app
from assistant.settings import Settings
from assistant.state import learned
from assistant.state.database import IN_MEMORY, Database
from assistant.state.feedback import Opinion, note_answer, rate
from assistant.web.engine import Live
from assistant.web.learning_articles import ON_A_PAGE
from assistant.web.learning_refresh import Refresher
from assistant.web.learning_room import add_learning_room
from assistant.web.services import Services
from assistant.web.sign_in import Visitor, require_administrator
from tests.browser import DESKTOP, PHONE, chromium, serving, visiting
from tests.fake_assistant import VOLUNTEERS, FakeAssistant
from tests.small_library import RULES, small_assistant

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

__all__ = ["chromium"]  # a fixture: used by name

ROOM = "/library/questions"
TITLE = VOLUNTEERS.title
ARTICLE = f"{ROOM}/{VOLUNTEERS.id}/2"
RAIN = "下雨天能不能不来"
HOSTILE = "<script>alert(1)</script>“引号'\""
GIFT = "家里旧书不要了送你们收不"


class Desk:
    """An administrator's browser without scripts, and what it works on."""

    def __init__(self, folder: Path) -> None:
        self.database = Database.open(IN_MEMORY)
        self.assistant = FakeAssistant()
        self.services = Services(Live(self.assistant), self.database, Settings(index=folder / "index"))
        app = FastAPI()  # the whole app takes a second to make
        add_learning_room(app, self.services)
        app.dependency_overrides[require_administrator] = lambda: Visitor("李主任", True)
        self.client = TestClient(app)

    def refuse(self, question: str) -> int:
        """A question that was asked in vain; gives its row."""
        note_answer(self.database, self.assistant.ask(question))
        return next(each.id for each in learned.open_questions(self.database) if each.wording == question)

    def assign(self, feedback: int, number: str = "3", **values: str) -> Response:
        form = {"feedback": str(feedback), "target": f"{VOLUNTEERS.id}/{number}", **values}
        return self.client.post(f"{ROOM}/assign", data=form)

    def page(self, address: str = ROOM) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """The whole app, to somebody who has not signed in."""
    settings = Settings(index=tmp_path_factory.mktemp("closed") / "index")
    return TestClient(create_app(FakeAssistant(), settings), follow_redirects=False)


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", ROOM),
        ("GET", f"{ROOM}/articles"),
        ("GET", f"{ROOM}/evaluation.jsonl"),
        ("GET", ARTICLE),
        ("POST", ARTICLE),
        *(("POST", f"{ROOM}/{name}") for name in ("assign", "dismiss", "undo", "restore")),
    ],
)
def test_only_administrators_come_in(closed: TestClient, method: str, address: str) -> None:
    answer = closed.request(method, address, data={"feedback": "1", "change": "1"})
    assert answer.status_code in (303, 307, 401, 403)


def test_an_empty_list_says_so(desk: Desk) -> None:
    assert "没有待处理的问题" in desk.page()


def test_a_refused_question_is_given_to_an_article_and_answered_at_once_and_undone(desk: Desk) -> None:
    feedback = desk.refuse(RAIN)
    assert RAIN in desk.page() and "没答上" in desk.page()
    answer = desk.assign(feedback)
    assert answer.history[0].status_code == 303 and "现在这样回答" in answer.text
    assert "场地使用费按照实际支出" in answer.text and "引用的还不是这一条" not in answer.text
    assert desk.assistant.ask(RAIN).citations[0].article == "3"

    [row] = learned.active(desk.database)
    assert (row.document, row.article, row.author, row.feedback_id) == (TITLE, "3", "李主任", feedback)
    undone = desk.client.post(f"{ROOM}/undo", data={"change": str(row.id)})
    assert "已撤销" in undone.text and f"question-{feedback}" in undone.text
    assert desk.assistant.ask(RAIN).status == "refused"
    restored = desk.client.post(f"{ROOM}/restore", data={"change": str(row.id)})
    assert f"question-{feedback}" not in restored.text
    assert desk.assistant.ask(RAIN).status == "answered"


def test_the_wording_may_be_mended_and_is_masked(desk: Desk) -> None:
    desk.assign(desk.refuse(RAIN), question="下雨可以不来吗，\n我电话13812345678")
    [row] = learned.active(desk.database)
    assert row.question.startswith("下雨可以不来吗， 我电话") and "138" not in row.question


def test_a_click_that_does_not_help_is_told(desk: Desk) -> None:
    desk.assistant.learn = lambda keys: None  # type: ignore[method-assign]
    assert "还是没有答上" in desk.assign(desk.refuse(RAIN)).text


def test_a_disliked_answer_is_listed_with_its_reason_and_what_it_cited(desk: Desk) -> None:
    rate(desk.database, Opinion("a", "补贴给多少", "answered", "down", "补贴给多少", TITLE, "3", HOSTILE))
    rate(desk.database, Opinion("b", "志愿者怎么请假", "answered", "up", "", TITLE, "2"))
    page = desk.page()
    assert "第3条" in page and "&lt;script&gt;" in page and "<script>alert" not in page
    assert "志愿者怎么请假" not in page and "上次引用的就是这一条" in page
    assert "没有待处理" in desk.page(f"{ROOM}?show=refused") and "补贴给多少" in desk.page(f"{ROOM}?show=disliked")


def test_what_was_typed_is_shown_where_the_conversation_made_it_another_question(desk: Desk) -> None:
    rate(desk.database, Opinion("a", "那几天呢", "refused", "down", "志愿者请长假？那几天呢"))
    assert "原话是“那几天呢”" in desk.page()


def test_ignoring_can_be_undone(desk: Desk) -> None:
    feedback = desk.refuse(RAIN)
    page = desk.client.post(f"{ROOM}/dismiss", data={"feedback": str(feedback)}).text
    assert "忽略了" in page and f"question-{feedback}" not in page
    [row] = learned.recent_changes(desk.database, 5)
    assert f"question-{feedback}" in desk.client.post(f"{ROOM}/undo", data={"change": str(row.id)}).text


def test_a_second_click_changes_nothing_and_says_so(desk: Desk) -> None:
    feedback = desk.refuse(RAIN)
    desk.assign(feedback)
    assert "刚刚已经处理过" in desk.assign(feedback, "2").text
    assert "刚刚已经处理过" in desk.client.post(f"{ROOM}/dismiss", data={"feedback": str(feedback)}).text
    assert [row.article for row in learned.active(desk.database)] == ["3"]


def test_a_question_of_another_article_is_given_away_only_when_confirmed(desk: Desk) -> None:
    learned.add(desk.database, TITLE, "2", [RAIN], "别人")
    feedback = desk.refuse(RAIN)
    asked = desk.assign(feedback)
    assert asked.status_code == 409 and "第2条" in asked.text and len(learned.active(desk.database)) == 1
    assert "现在这样回答" in desk.assign(feedback, confirmed="true", question=RAIN).text
    assert desk.assistant.ask(RAIN).citations[0].article == "3"


@pytest.mark.parametrize("target", ["", "nowhere/3", f"{VOLUNTEERS.id}/99", "gazette/1", HOSTILE])
def test_an_article_that_there_is_not_is_told_and_nothing_is_changed(desk: Desk, target: str) -> None:
    feedback = desk.refuse(RAIN)
    answer = desk.client.post(f"{ROOM}/assign", data={"feedback": str(feedback), "target": target})
    assert answer.status_code == 404 and "没有这一条" in answer.text and "<script>alert" not in answer.text
    assert learned.active(desk.database) == [] and learned.find_open(desk.database, feedback)


@pytest.mark.parametrize("path", ["assign", "dismiss", "undo", "restore"])
@pytest.mark.parametrize("value", ["999999", "0", "-1", "x", "9" * 30, ""])
def test_senseless_numbers_harm_nothing(desk: Desk, path: str, value: str) -> None:
    form = {"feedback": value, "change": value, "target": f"{VOLUNTEERS.id}/3"}
    answer = desk.client.post(f"{ROOM}/{path}", data=form)
    assert answer.status_code in (200, 422)
    assert learned.recent_changes(desk.database, 5) == []


def test_articles_are_found_by_name_and_number_without_a_script(desk: Desk) -> None:
    feedback = desk.refuse(RAIN)
    page = desk.page(f"{ROOM}/articles?feedback={feedback}&q=志愿 请假")
    assert re.findall(r'name="target" value="([^"]+)"', page) == [f"{VOLUNTEERS.id}/2"]
    assert f'form="assign-{feedback}"' in page and f'id="assign-{feedback}"' in page
    fragment = desk.client.get(f"{ROOM}/articles?feedback={feedback}&q=场地", headers={"x-fragment": "1"}).text
    assert "<html" not in fragment and f'value="{VOLUNTEERS.id}/3"' in fragment
    assert "没有找到" in desk.page(f"{ROOM}/articles?q={quote(HOSTILE)}")
    assert f'href="{ARTICLE}"' in desk.page(f"{ROOM}/articles")


def test_many_questions_come_in_pages_and_kinds(desk: Desk) -> None:
    for number in range(23):
        desk.refuse(f"第{number}个没答上的问题")
    assert desk.page().count('<li class="item"') == 10 and "第 1 页，共 3 页" in desk.page()
    assert desk.page(f"{ROOM}?page=3").count('<li class="item"') == 3
    assert desk.page(f"{ROOM}?page=99").count('<li class="item"') == 3


def test_the_evaluation_set_is_a_file(desk: Desk) -> None:
    desk.assign(desk.refuse(RAIN))
    answer = desk.client.get(f"{ROOM}/evaluation.jsonl")
    assert answer.json()["question"] == RAIN and "used.jsonl" in answer.headers["content-disposition"]


def test_questions_are_added_to_an_article_several_at_once_and_removed_again(desk: Desk) -> None:
    page = desk.client.post(ARTICLE, data={"add": f"{RAIN}\r\n\r\n  {RAIN}？\n要写条子吗\n"}).text
    assert "加了 2 句" in page and desk.assistant.ask("要写条子吗").citations[0].article == "2"
    assert "1 句本来就有" in desk.client.post(ARTICLE, data={"add": RAIN}).text
    page = desk.client.post(ARTICLE, data={"remove": "要写条子吗"}).text
    assert "已去掉“要写条子吗”，马上生效" in page and desk.assistant.ask("要写条子吗").citations == ()


def test_questions_that_were_built_in_go_with_the_next_build_and_the_page_says_so(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "index" / "questions"
    folder.mkdir(parents=True)
    (folder / "own.txt").write_text(f"《{TITLE}》\n## 2\n请假找谁\n提前几天说\n", encoding="utf-8")
    (folder / "learned.txt").write_text(f"《{TITLE}》\n## 2\n撤销前学过的\n", encoding="utf-8")
    page = desk.page(ARTICLE)
    assert "现有 2 句" in page and "撤销前学过的" not in page
    page = desk.client.post(ARTICLE, data={"remove": "请假找谁"}).text
    assert "下次重建资料库后生效" in page and "下次重建后去掉" in page and "现有 1 句" in page
    (folder / "removed.list").write_text(f"《{TITLE}》\n## 2\n请假找谁\n", encoding="utf-8")
    assert "已去掉" in desk.page(ARTICLE) and "下次重建后去掉" not in desk.page(ARTICLE)
    [row] = learned.active(desk.database, learned.REMOVED)
    desk.client.post(f"{ROOM}/undo", data={"change": str(row.id)})
    assert "现有 2 句" in desk.page(ARTICLE)


def test_a_question_of_another_article_is_added_only_when_confirmed(desk: Desk) -> None:
    learned.add(desk.database, TITLE, "3", [RAIN], "别人")
    answer = desk.client.post(ARTICLE, data={"add": f"{RAIN}\n要写条子吗"})
    assert answer.status_code == 409 and "加了 1 句" in answer.text and "已经是别的条文的问法" in answer.text
    desk.client.post(ARTICLE, data={"add": RAIN, "confirmed": "true"})
    assert {row.question for row in learned.active(desk.database) if row.article == "2"} == {RAIN, "要写条子吗"}


def test_long_lists_come_in_pages_and_are_searched(desk: Desk) -> None:
    learned.add(desk.database, TITLE, "2", [f"第{number}句问法" for number in range(ON_A_PAGE + 5)], "李主任")
    assert desk.page(ARTICLE).count('class="learned"') == ON_A_PAGE
    assert desk.page(f"{ARTICLE}?page=2").count('class="learned"') == 5
    assert desk.page(f"{ARTICLE}?q=第7句").count('class="learned"') == 1


def test_too_much_is_refused_and_what_was_typed_is_kept(desk: Desk) -> None:
    answer = desk.client.post(ARTICLE, data={"add": "问" * 100_000})
    assert answer.status_code == 413 and "一次最多加" in answer.text and "问" * 1000 in answer.text
    assert desk.client.post(ARTICLE, data={"add": "\n".join(f"问法{n}" for n in range(201))}).status_code == 413
    assert learned.active(desk.database) == []


def test_scripts_and_control_characters_stay_text(desk: Desk) -> None:
    desk.client.post(ARTICLE, data={"add": f"{HOSTILE}\n\x00\x07问\x1b句"})
    page = desk.page(ARTICLE)
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert len(learned.active(desk.database)) == 2


def test_what_waits_for_its_article_is_listed(desk: Desk) -> None:
    learned.add(desk.database, "撤下的办法", "1", ["老规矩还算数吗"], "李主任")
    assert "老规矩还算数吗（《撤下的办法》1）" in desk.page()


def test_what_was_taught_before_is_known_when_the_program_starts(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "state.db")
    learned.add(database, TITLE, "2", [RAIN], "李主任")
    assistant = FakeAssistant()
    create_app(assistant, Settings(index=tmp_path / "index"), database)
    assert [key.question for key in assistant.keys] == [RAIN]


def test_what_another_process_was_taught_is_known_here_after_a_look(desk: Desk) -> None:
    refresher = Refresher(desk.services, every=0.05)
    assert refresher.look() and not refresher.look() and not refresher.is_due()
    learned.add(desk.database, TITLE, "2", [RAIN], "别处")
    time.sleep(0.06)
    assert refresher.is_due() and desk.assistant.keys == ()
    assert refresher.look() and [key.question for key in desk.assistant.keys] == [RAIN]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Database]]:
    """A server over the small library, and its database."""
    folder = tmp_path_factory.mktemp("learning")
    database = Database.open(folder / "state.db")
    app = create_app(small_assistant(), Settings(index=folder / "index"), database)
    app.dependency_overrides[require_administrator] = lambda: Visitor("李主任", True)
    with serving(app) as address:
        yield address, database
    database.close()


@pytest.mark.browser
@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_refused_assigned_answered_undone_refused(
    chromium: Browser, library: tuple[str, Database], screen: ViewportSize
) -> None:
    address, database = library
    for row in learned.active(database):
        learned.undo(database, row.id)
    with visiting(chromium, address, screen) as visitor:
        assert visitor.ask(GIFT).locator(".citation").count() == 0
        page = visitor.page
        page.goto(address + ROOM)
        item = page.locator(".item", has_text=GIFT)
        item.locator("summary", has_text="都不是").click()
        item.locator("input[type=search]").fill("第7条")
        item.locator("[data-found] button", has_text=f"归到《{RULES}》第7条").click()
        page.locator("#done blockquote", has_text="鼓励读者向图书馆捐赠图书").wait_for()
        assert page.locator(".item", has_text=GIFT).count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

        page.goto(address)
        page.locator(".turn").first.wait_for()  # the conversation of before
        assert "第7条" in visitor.ask("家里的旧书不要了，送给你们收吗").inner_text()

        page.goto(address + ROOM)
        page.locator(".changes li", has_text=GIFT).first.get_by_role("button", name="撤销").click()
        page.locator("#done", has_text="已撤销").wait_for()
        page.goto(address)
        page.locator(".turn").first.wait_for()  # the conversation of before
        assert visitor.ask(GIFT).locator(".citation").count() == 0
        assert visitor.errors == [] and visitor.foreign_requests() == []
