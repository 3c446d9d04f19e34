"""The studio room: choosing, jobs, a quiz in one's hands, its files, and who may see it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from assistant.material.records import Wanted
from assistant.state import materials
from assistant.state.accounts import GUEST, Visitor
from assistant.web import studio_jobs
from assistant.web.studio_jobs import Jobs, TooManyJobsError
from index.errors import InputError
from tests.browser import DESKTOP, PHONE, chromium, serving
from tests.fake_assistant import VOLUNTEERS
from tests.hostile import MARKUP, TEXTS, hostile_document, intruders
from tests.material_samples import DOCUMENT, ITEMS, TITLE
from tests.studio_app import SECONDS, Studio
from tests.test_web_rooms import is_wide, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

__all__ = ["chromium"]  # a fixture: used by name

LIST = "/studio/material"


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def held(studio: Studio) -> Iterator[Studio]:
    """The studio whose quizzes take until the gate opens."""
    studio.fakes.gate = threading.Event()
    yield studio
    studio.fakes.gate.set()


def numbers(page: str) -> list[str]:
    """The items of a page by the number in their quiz, in order."""
    return re.findall(r'<li class="item" id="q-(\d+)"', page)


# Choosing


def test_one_button_makes_thirty_mixed_items_of_a_whole_document(studio: Studio) -> None:
    page = studio.client.get("/studio").text
    assert f"《{TITLE}》" in page and 'value="30"' in page
    number = studio.make()
    assert studio.fakes.asked == [Wanted()]
    (chosen,) = studio.fakes.selected[0]
    assert (chosen.document.id, len(chosen.articles)) == (DOCUMENT.id, 5)
    page = studio.client.get(f"{LIST}/{number}").text
    assert numbers(page) == [str(n) for n in range(1, 9)]
    assert "这几条只出得了 8 题" in page


def test_single_articles_and_settings_reach_the_maker(studio: Studio) -> None:
    chosen = [article.id for article in DOCUMENT.articles[1:3]]
    settings = {"count-单选": "2", "count-判断": "0", "difficulty": ["易", "难"], "seed": "7"}
    studio.make(document=[], article=chosen, **settings)
    assert studio.fakes.asked == [Wanted(2, {"单选": 2}, ("易", "难"), 7)]
    (selection,) = studio.fakes.selected[0]
    assert [article.number for article in selection.articles] == ["2", "3"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"document": []}, "还没有选文件"),
        ({"document": "没有的"}, "还没有选文件"),
        ({"goal": "comparison", "subject": "培训"}, "现在选了 1 份"),
        ({"goal": "comparison", "document": [DOCUMENT.id, VOLUNTEERS.id], "subject": " "}, "写上对比什么"),
        ({"count-单选": "400", "count-多选": "400"}, "一次最多出 500 题"),
    ],
)
def test_what_cannot_be_made_is_told_and_the_choice_stays(studio: Studio, fields: dict[str, Any], words: str) -> None:
    form = {"document": DOCUMENT.id, "goal": "quiz", "total": "17", **fields}
    answer = studio.client.post("/studio/make", data=form)
    assert answer.status_code == 422 and words in answer.text
    assert 'value="17"' in answer.text
    ticked = re.findall(r'name="document" value="([^"]+)" checked', answer.text)
    assert ticked == [each for each in (DOCUMENT.id, VOLUNTEERS.id) if each in form["document"]]


def test_a_browser_that_comes_back_to_the_address_of_a_problem_can_choose_again(studio: Studio) -> None:
    answer = studio.client.get("/studio/make", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/studio")


@pytest.mark.parametrize(("total", "taken"), [("", 30), ("abc", 30), ("-3", 30), ("0", 1), ("９", 30), ("9" * 40, 500)])
def test_a_number_that_is_none_becomes_the_usual_or_the_nearest(studio: Studio, total: str, taken: int) -> None:
    studio.make(total=total)
    assert studio.fakes.asked[0].total == taken


def test_the_articles_of_a_document_are_listed_with_and_without_scripts(studio: Studio) -> None:
    fragment = studio.client.get("/studio/articles", params={"document": DOCUMENT.id}).text
    assert fragment.count('name="article"') == 5 and "第二章 服务" in fragment and "<html" not in fragment
    opened = studio.client.get("/studio", params={"open": DOCUMENT.id, "document": VOLUNTEERS.id, "total": "12"}).text
    assert opened.count('name="article"') == 5 and 'value="12"' in opened
    assert f'value="{VOLUNTEERS.id}" checked' in opened
    assert studio.client.get("/studio/articles", params={"document": "没有"}).status_code == 404


def test_a_choice_survives_in_an_address(studio: Studio) -> None:
    page = studio.client.get("/studio", params={"from": f"{DOCUMENT.id}|1,3~5"}).text
    assert re.findall(r'name="article" value="[^"]+/(\d)" checked', page) == ["1", "3", "4", "5"]


def test_another_set_of_the_same_documents_is_one_click_away(studio: Studio) -> None:
    page = studio.client.get(f"{LIST}/{studio.make(seed='4', total='9')}").text
    again = re.findall(r'href="(/studio[?][^"]+)">再做一套', page)[0].replace("&amp;", "&")
    page = studio.client.get(again).text
    assert 'name="seed" type="number" inputmode="numeric" min="0" max="999999" value="5"' in page
    assert 'value="9"' in page and f'value="{DOCUMENT.id}" checked' in page


# Jobs


def test_a_job_tells_how_far_it_is_and_leads_to_the_quiz(held: Studio) -> None:
    job = held.start()
    page = held.client.get(job).text
    assert "正在做题库" in page and "<progress" in page and "取消" in page
    assert "正在做题库" in held.client.get("/studio").text
    assert held.fakes.gate is not None
    held.fakes.gate.set()
    told = held.end(job)
    assert (told["state"], told["percent"]) == ("done", 100)
    assert held.client.get(job).headers["location"] == told["address"]


def test_a_cancelled_job_says_so_and_keeps_nothing(held: Studio) -> None:
    job = held.start()
    held.client.post(f"{job}/cancel")
    page = held.client.get(job).text
    assert "已取消" in page and f"from={DOCUMENT.id}" in page
    assert held.end(job)["state"] == "cancelled"
    assert "还没有材料" in held.client.get(LIST).text


@pytest.mark.parametrize(
    ("error", "words"), [(InputError("这几条没有可出的题。"), "这几条没有可出的题"), (ZeroDivisionError(), "出了意外")]
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_failed_job_says_why_and_leads_back(studio: Studio, error: Exception, words: str) -> None:
    studio.fakes.error = error
    job = studio.start(total="11")
    assert studio.end(job)["state"] == "failed"
    page = studio.client.get(job).text
    assert words in page and "没有做成" in page and "total=11" in page


def test_a_button_pressed_twice_starts_one_job_and_a_third_other_one_is_refused(held: Studio) -> None:
    assert held.start() == held.start()
    held.start(total="5")
    answer = held.client.post("/studio/make", data={"document": DOCUMENT.id, "total": "6"})
    assert answer.status_code == 422 and "已经有 2 份在做" in answer.text
    other = held.browser()
    assert held.start(other)


def test_another_browser_neither_sees_nor_stops_a_job(held: Studio) -> None:
    job = held.start()
    other = held.browser()
    assert other.get(job).status_code == 404
    assert other.get(f"/api/studio/jobs/{job[-32:]}").status_code == 404
    other.post(f"{job}/cancel")
    assert held.client.get(f"/api/studio/jobs/{job[-32:]}").json()["state"] in ("waiting", "running")


def test_a_job_that_nobody_looks_at_ends(held: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio_jobs, "ABANDONED_SECONDS", 0)
    told = held.end(held.start())
    assert told["state"] == "cancelled" and "关了太久" in told["words"]


def test_everybody_s_jobs_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio_jobs, "MOST_UNDER_WAY", 3)
    gate, jobs = threading.Event(), Jobs()
    for owner in "abc":
        jobs.start(owner, owner, "题库", "/studio", lambda progress: str(gate.wait(SECONDS)))
    with pytest.raises(TooManyJobsError, match="人太多"):
        jobs.start("d", "d", "题库", "/studio", lambda progress: "")
    gate.set()


# A quiz in one's hands


def test_an_item_is_shown_with_its_key_its_reason_and_its_clause(studio: Studio) -> None:
    page = studio.client.get(f"{LIST}/{studio.make()}").text
    first = page[page.index('id="q-1"') : page.index('id="q-2"')]
    for words in (ITEMS[0].stem, "单选", "难度：易", "考点：数量", ITEMS[0].quote, ITEMS[0].explanation):
        assert words in first
    assert re.search(r'class="right"><span class="letter">C</span>', first)
    assert f'href="/read/{DOCUMENT.id}#a-2"' in first


def test_a_reworded_item_is_kept_checked_and_given_back(studio: Studio) -> None:
    number = studio.make()
    item = ITEMS[0]
    form = {"stem": "C 项对吗？", "option": list(item.options), "key": "C", "explanation": item.explanation}
    answer = studio.change(number, "reword", **form).json()
    assert answer["version"] == 2 and "C 项对吗？" in answer["cards"]["1"]
    assert "题干里说出了答案" in answer["cards"]["1"]
    page = studio.client.get(f"{LIST}/{number}").text
    assert "C 项对吗？" in page and "题干里说出了答案" in page
    back = studio.change(number, "take-back", version=2).json()
    assert item.stem in back["cards"]["1"] and "题干里说出了答案" not in back["cards"]["1"]


def test_dropping_can_be_undone_and_a_file_has_only_what_is_kept(studio: Studio) -> None:
    number = studio.make()
    answer = studio.change(number, "drop", entry=2).json()
    assert answer["order"] == [1, 3, 4, 5, 6, 7, 8] and answer["counts"].startswith("7 题")
    assert studio.client.get(f"{LIST}/{number}.docx").text.startswith("docx  7 ")
    undo = answer["undo"]
    again = studio.change(number, undo["action"], version=2, **undo["fields"]).json()
    assert again["order"] == list(range(1, 9)) and "2" in again["cards"]


def test_an_item_is_replaced_by_another_until_there_is_none(studio: Studio) -> None:
    number = studio.make()
    first = studio.change(number, "replace").json()
    assert first["order"][0] == 9 and "另一道题 0" in first["cards"]["9"]
    second = studio.change(number, "replace", version=2, entry=9).json()
    assert "另一道题 1" in second["cards"]["10"]
    refused = studio.change(number, "replace", version=3, entry=10)
    assert refused.status_code == 422 and "没有别的题可换" in refused.json()["detail"]
    undo = second["undo"]
    back = studio.change(number, undo["action"], version=3, **undo["fields"]).json()
    assert back["order"][0] == 9


@pytest.mark.parametrize(
    ("fields", "order"),
    [
        ({"entry": 2, "place": "up"}, [2, 1, 3]),
        ({"entry": 1, "place": "down"}, [2, 1, 3]),
        ({"entry": 1, "place": "up"}, [1, 2, 3]),
        ({"entry": 3, "before": "1"}, [3, 1, 2]),
        ({"entry": 1, "before": "end"}, [2, 3, 4]),
    ],
)
def test_items_are_reordered(studio: Studio, fields: dict[str, Any], order: list[int]) -> None:
    number = studio.make()
    told = studio.change(number, "move", **fields).json()
    assert told["order"][:3] == order
    assert [int(each) for each in numbers(studio.client.get(f"{LIST}/{number}").text)] == told["order"]


def test_without_scripts_every_change_leads_back_to_its_item(studio: Studio) -> None:
    number = studio.make()
    answer = studio.client.post(f"{LIST}/{number}/items/move", data={"version": "1", "entry": "2", "place": "up"})
    assert answer.status_code == 303 and answer.headers["location"].endswith("#q-2")
    page = studio.client.get(f"{LIST}/{number}", params={"type": "判断"}).text
    assert numbers(page) == ["4", "5"]


def test_saving_over_another_window_is_refused_and_what_was_typed_is_shown(studio: Studio) -> None:
    number = studio.make()
    studio.change(number, "drop", entry=8)
    refused = studio.change(number, "drop", entry=7)
    assert refused.status_code == 409 and "别的窗口" in refused.json()["detail"]
    form = {"version": "1", "entry": "1", "stem": "我写了很久的题干"}
    page = studio.client.post(f"{LIST}/{number}/items/reword", data=form)
    assert page.status_code == 409 and "我写了很久的题干" in page.text and "没有存上" in page.text
    assert len(numbers(studio.client.get(f"{LIST}/{number}").text)) == 7


@pytest.mark.parametrize("fields", [{"stem": ""}, {"stem": "长" * 100_000}, {"entry": 99}, {"entry": "x"}])
def test_a_change_that_cannot_be_made_is_told_in_a_sentence(studio: Studio, fields: dict[str, Any]) -> None:
    number = studio.make()
    answer = studio.change(number, "reword", **{"stem": "新题干", **fields})
    assert answer.status_code == 422 and answer.json()["detail"].endswith("。")
    assert studio.change(number, "explode").status_code == 422


@pytest.mark.parametrize("name", TEXTS)
def test_any_text_may_be_typed(studio: Studio, name: str) -> None:
    number = studio.make()
    text = TEXTS[name].encode("utf-8", "replace").decode()
    studio.change(number, "reword", stem=text, option=[text, "乙"], key="A", explanation=text)
    studio.client.post(f"{LIST}/{number}/rename", data={"name": text})
    for address in (f"{LIST}/{number}", LIST, f"{LIST}/{number}/cards", "/studio"):
        page = studio.client.get(address)
        assert page.status_code == 200 and intruders(page.text) == []
    assert studio.client.get(f"{LIST}/{number}.docx").status_code == 200


def test_markup_in_a_document_stays_text() -> None:
    studio = Studio()
    document = hostile_document()
    studio.assistant.library.documents = (document,)
    bad = dict.fromkeys(("stem", "explanation", "document", "label", "quote", "point", "article"), MARKUP)
    studio.fakes.items = tuple(replace(item, options=(MARKUP,) * len(item.options), **bad) for item in ITEMS)
    number = studio.make(document=document.id)
    dropped = studio.change(number, "drop").json()
    assert intruders(dropped["dropped"]) == []
    studio.client.post(f"{LIST}/{number}/rename", data={"name": MARKUP[-70:]})
    for address in ("/studio", f"/studio?open={document.id}", f"{LIST}/{number}", f"{LIST}/{number}/cards", LIST):
        page = studio.client.get(address).text
        assert intruders(page) == [] and "&lt;script&gt;" in page


def test_a_library_that_changed_is_told_on_the_item(studio: Studio) -> None:
    number = studio.make()
    changed = replace(DOCUMENT.articles[1], text="社区不再设立窗口。")
    kept = (DOCUMENT.articles[0], changed, DOCUMENT.articles[3], DOCUMENT.articles[4])
    studio.assistant.library.documents = (replace(DOCUMENT, articles=kept),)
    page = studio.client.get(f"{LIST}/{number}").text
    assert page.count("文字改过了") == 3 and page.count("现在没有第3条") == 1
    studio.assistant.library.documents = (VOLUNTEERS,)
    page = studio.client.get(f"{LIST}/{number}").text
    assert page.count("资料库里现在没有") == 9
    assert studio.change(number, "replace").status_code == 422
    answer = studio.change(number, "reword", stem="照样可以改", option=["甲", "乙"], key="A", explanation="")
    assert answer.status_code == 200 and len(studio.fakes.checked) == 0
    assert studio.client.get(f"{LIST}/{number}/coverage").status_code == 200


def test_what_is_stored_in_another_shape_is_told_in_a_sentence(studio: Studio) -> None:
    number = studio.make()
    owner = "browser:"
    with studio.database.session() as session:
        row = session.get(materials.Material, number)
        assert row is not None and row.owner.startswith(owner)
        row.content = {"from": "another version"}
    answer = studio.client.get(f"{LIST}/{number}")
    assert answer.status_code == 422 and "读不出来" in answer.text
    assert studio.change(number, "drop").status_code == 422


# 我的材料, files and papers


def test_materials_are_listed_renamed_copied_deleted_and_restored(studio: Studio) -> None:
    number = studio.make()
    client = studio.client
    assert client.post(f"{LIST}/{number}/rename", data={"name": "九月培训"}).status_code == 303
    script = client.post(f"{LIST}/{number}/rename", data={"name": " 十月 "}, headers={"x-fragment": "1"})
    assert script.json() == {"name": "十月"}
    client.post(f"{LIST}/{number}/duplicate")
    page = client.get(LIST).text
    assert "十月" in page and "十月（副本）" in page
    answer = client.post(f"{LIST}/{number}/delete")
    page = client.get(answer.headers["location"]).text
    assert f"{LIST}/{number}/restore" in page and f'href="{LIST}/{number}"' not in page
    assert client.get(f"{LIST}/{number}").status_code == 404
    client.post(f"{LIST}/{number}/restore")
    assert f'href="{LIST}/{number}"' in client.get(LIST).text
    assert client.post(f"{LIST}/{number}/explode").status_code == 404


def test_every_kind_of_file_has_its_name_and_type(studio: Studio) -> None:
    number = studio.make()
    studio.client.post(f"{LIST}/{number}/rename", data={"name": "题/库"})
    for ending, kind in (("docx", "wordprocessing"), ("xlsx", "spreadsheet"), ("pptx", "presentation")):
        answer = studio.client.get(f"{LIST}/{number}.{ending}")
        assert kind in answer.headers["content-type"]
    key = studio.client.get(f"{LIST}/{number}.docx", params={"part": "key"})
    assert key.text.startswith("docx key 8 题/库")
    assert "%E9%A2%98_%E5%BA%93%EF%BC%88%E7%AD%94%E6%A1%88%EF%BC%89.docx" in key.headers["content-disposition"]
    for address in (f"{number}.exe", f"{number}.docx?part=x", "99.docx", "x.docx", f"{10**30}.docx"):
        assert studio.client.get(f"{LIST}/{address}").status_code == 404


def test_of_a_quiz_without_items_there_is_no_file(studio: Studio) -> None:
    number = studio.make(total="1")
    studio.change(number, "drop")
    assert studio.client.get(f"{LIST}/{number}.docx").status_code == 422
    assert "这里没有题了" in studio.client.get(f"{LIST}/{number}").text


def test_cards_and_coverage_are_made_of_the_items(studio: Studio) -> None:
    told = studio.end(studio.start(goal="cards"))
    assert told["address"].endswith("/cards")
    assert studio.client.get(told["address"]).text.count("<details>") == 8
    told = studio.end(studio.start(goal="coverage"))
    page = studio.client.get(told["address"]).text
    assert "<svg" in page and "第2条" in page


@pytest.mark.parametrize("goal", ["handout", "slides"])
def test_papers_are_shown_and_given_as_files(studio: Studio, goal: str) -> None:
    answer = studio.client.post("/studio/make", data={"document": DOCUMENT.id, "goal": goal})
    address = answer.headers["location"]
    assert address.startswith(f"/studio/{goal}?from={DOCUMENT.id}")
    page = studio.client.get(address)
    assert page.status_code == 200 and TITLE in page.text
    ending = "pptx" if goal == "slides" else "docx"
    file = studio.client.get(address.replace(f"/studio/{goal}", f"/studio/{goal}.{ending}"))
    assert file.status_code == 200 and file.headers["content-disposition"].endswith(f".{ending}")
    assert studio.client.get(f"/studio/{goal}").status_code == 422
    assert studio.client.get(f"/studio/{goal}.{ending}").status_code == 422
    studio.client.post("/studio/keep", data={"from": DOCUMENT.id, "goal": goal})
    (number,) = re.findall(rf'href="{LIST}/(\d+)"', studio.client.get(LIST).text)
    assert studio.client.get(f"{LIST}/{number}").headers["location"] == address


def test_two_documents_are_compared_on_a_subject(studio: Studio) -> None:
    form = {"document": [DOCUMENT.id, VOLUNTEERS.id], "goal": "comparison", "subject": "请假"}
    address = studio.client.post("/studio/make", data=form).headers["location"]
    assert "请假：两份文件怎么说" in studio.client.get(address).text
    file = studio.client.get(address.replace("comparison?", "comparison.md?"))
    assert file.status_code == 200
    silent = studio.client.get(address.replace("%E8%AF%B7%E5%81%87", "%E5%A4%A9%E6%B0%94"))
    assert silent.status_code == 422 and "都没有说到" in silent.text
    assert studio.client.get(address.replace("comparison?", "comparison.exe?")).status_code == 404


# Who sees what


def test_another_browser_sees_and_changes_nothing(studio: Studio) -> None:
    number = studio.make()
    other = studio.browser()
    for address in (f"{LIST}/{number}", f"{LIST}/{number}.docx", f"{LIST}/{number}/cards", f"{LIST}/{number}/coverage"):
        assert other.get(address).status_code == 404
    for action in ("delete", "duplicate", "rename", "items/drop"):
        assert other.post(f"{LIST}/{number}/{action}", data={"version": "1", "entry": "1"}).status_code == 404
    assert "还没有材料" in other.get(LIST).text
    assert len(numbers(studio.client.get(f"{LIST}/{number}").text)) == 8


def test_a_cookie_that_somebody_made_up_owns_nothing(studio: Studio) -> None:
    studio.make()
    for cookie in ("", "x", "a" * 44, "../../etc/passwd", "browser:abc"):
        client = TestClient(studio.app, cookies={"policyqa_studio": cookie})
        assert "还没有材料" in client.get(LIST).text
    cookie = studio.client.cookies["policyqa_studio"]
    with studio.database.session() as session:
        row = session.get(materials.Material, 1)
        assert row is not None and cookie not in row.owner


def test_users_own_by_name_and_guests_by_browser(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    who = {"visitor": Visitor("李芳")}
    monkeypatch.setattr("assistant.web.studio_owner.current_visitor", lambda request: who["visitor"])
    number = studio.make()
    assert studio.browser().get(f"{LIST}/{number}").status_code == 200
    who["visitor"] = Visitor("zhang", True)
    assert studio.client.get(f"{LIST}/{number}").status_code == 404
    who["visitor"] = Visitor(GUEST)
    guests = studio.make()
    assert studio.client.get(f"{LIST}/{guests}").status_code == 200
    assert studio.browser().get(f"{LIST}/{guests}").status_code == 404


def test_a_form_of_another_site_is_refused(studio: Studio) -> None:
    number = studio.make()
    answer = studio.client.post(f"{LIST}/{number}/delete", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert studio.client.get(f"{LIST}/{number}").status_code == 200


# In a browser


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with serving(Studio().app) as address:
        yield address


@pytest.mark.browser
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("screen", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_a_trainer_makes_a_quiz_and_works_on_it(
    chromium: Browser, served: str, screen: ViewportSize, scheme: Any
) -> None:
    is_phone = screen == PHONE
    context = chromium.new_context(viewport=screen, color_scheme=scheme, has_touch=is_phone, is_mobile=is_phone)
    page = context.new_page()
    page.set_default_timeout(15_000)
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    choose(page, served)
    work_on(page, is_phone)
    with page.expect_download() as download:
        page.locator(".downloads summary").click()
        page.get_by_role("link", name="Word 只要试题").click()
    assert download.value.suggested_filename == "九月培训（试题）.docx"
    page.keyboard.press("Escape")
    for address in (page.url, f"{served}{LIST}", f"{served}/studio/handout?from={DOCUMENT.id}"):
        page.goto(address)
        assert violations(page) == [] and not is_wide(page), address
    assert errors == [] and [url for url in asked if not url.startswith(served)] == []
    context.close()


def choose(page: Page, address: str) -> None:
    """Four articles of a document, and the button."""
    page.goto(f"{address}/studio")
    page.locator("[name=document]").first.check()
    page.get_by_text("只选几条").first.click()
    page.get_by_label("第1条 目的").uncheck()
    page.get_by_text("选了 1 份文件，4 条").wait_for()
    assert page.locator("[name=document]").first.evaluate("each => each.indeterminate")
    assert violations(page) == [] and not is_wide(page)
    page.get_by_label("出多少题").press("Enter")
    page.locator(".item").nth(7).wait_for()


def work_on(page: Page, is_phone: bool) -> None:
    """Reword, drop and undo, reorder, name; all of it is there after a reload."""
    page.locator(".edit summary").first.click()
    stem = page.locator("[name=stem]").first
    stem.fill("每周至少开门几天？")
    page.locator(".saving", has_text="已存好").first.wait_for()  # without a click
    assert stem.evaluate("each => each === document.activeElement")
    assert violations(page) == []
    page.get_by_role("button", name="改好了").first.click()
    page.locator("#q-1 .stem", has_text="每周至少开门几天？").wait_for()
    page.locator("#q-2 [formaction$=drop]").click()
    page.locator("#q-2").wait_for(state="detached")
    page.get_by_role("button", name="撤销").click()
    page.locator("#q-2").wait_for()
    if is_phone:
        page.locator("#q-1 [value=down]").click()
    else:
        drag_below(page, "#q-1", "#q-2")
    page.locator("#said", has_text="移到了第 2 题").wait_for()
    page.get_by_text("改名", exact=True).click()
    page.get_by_label("新的名字").fill("九月培训")
    page.get_by_role("button", name="存成这个名字").click()
    page.locator("#name", has_text="九月培训").wait_for()
    page.reload()
    assert page.locator("#name").inner_text() == "九月培训"
    assert page.locator(".item .stem").nth(1).inner_text() == "每周至少开门几天？"
    assert [card.get_attribute("id") for card in page.locator(".item").all()][:3] == ["q-2", "q-1", "q-3"]


def drag_below(page: Page, card: str, other: str) -> None:
    """Drags a card by its grip onto the lower half of another, which stands below it."""
    page.locator(card).evaluate("each => each.scrollIntoView()")
    grip, target = page.locator(f"{card} .grip").bounding_box(), page.locator(other).bounding_box()
    assert grip is not None and target is not None
    page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 60, target["y"] + target["height"] * 0.6, steps=8)
    page.mouse.up()
