"""The reading room: every document in full, every article at an address of its own, what is searched found and marked."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.state.database import IN_MEMORY, Database
from assistant.state.tables import Cited
from assistant.web.reading_search import MOST_QUERY_CHARACTERS, find_words, read_query
from assistant.web.reading_shelf import describe_card, status_of
from assistant.web.reading_text import lay_out
from index.records import NEWS, ApparatusEntry, Article, Document, Reading, Witness
from tests.browser import DESKTOP, PHONE, chromium, serving, visiting
from tests.fake_assistant import GAZETTE, LEAVE_TEXT, VOLUNTEERS, FakeAssistant, FakeLibrary, make_article
from tests.test_web_pages import HOSTILE, Reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["chromium"]  # a fixture: used by name

ADDED = "志愿者依照本条例第二条请假的，应当遵守《示例市图书馆办法》第一条。"
PLACES = (
    ApparatusEntry("2", LEAVE_TEXT.index("三日"), 2, "三日", ("000",), (Reading("五日", ("001",)),), 0.9, ("形近",)),
    ApparatusEntry("2", LEAVE_TEXT.index("提出"), 0, "", ("000",), (Reading("书面", ("001",)),), 0.5, ("脱字",)),
)
OTHER = replace(VOLUNTEERS.articles[1], text=LEAVE_TEXT.replace("三日", "五日").replace("提出", "书面提出"))
RULES = replace(
    VOLUNTEERS,
    articles=(*VOLUNTEERS.articles, make_article("12之一", ADDED, "第二章 管理"), make_article("导语", "引言。", "")),
    apparatus=PLACES,
    base="000",
    witnesses=(
        Witness("000", VOLUNTEERS.title, VOLUNTEERS.title, "law", VOLUNTEERS.articles),
        Witness("001", VOLUNTEERS.title, VOLUNTEERS.title, "law", (OTHER,), starts_inside=True),
    ),
    effective_date="2024年3月1日",
    versions=("示例市图书馆办法",),
)
LIBRARY_RULES = Document(
    "city/library", "示例市图书馆办法", "", "办法", "law", (make_article("1", "读者请假不影响借阅。", ""),), "901"
)
NEWS_ITEM = replace(GAZETTE, articles=(make_article("全文", "记者获悉，志愿者请假有了新办法。", ""),))
TODAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    database = Database.open(IN_MEMORY)
    with database.session() as session:
        session.add(Cited(document=RULES.title, article="2", times=7))
        session.add(Cited(document=RULES.id, article="3", times=2))
        session.add(Cited(document="移走的文件", article="1", times=99))
        session.add(Cited(document=RULES.id, article="404", times=99))
    yield database
    database.close()


@pytest.fixture(scope="module")
def client(database: Database) -> Iterator[TestClient]:
    assistant = FakeAssistant(RULES, LIBRARY_RULES, NEWS_ITEM)
    with TestClient(create_app(assistant, database=database), follow_redirects=False) as client:
        yield client


def test_the_library_lists_documents_with_their_data_and_news_apart_at_the_end(client: TestClient) -> None:
    page = client.get("/read").text
    text = Reader(page).text
    documents, _, news = text.partition("新闻报道（1 篇）")
    assert "收录的文件（2 份）" in documents
    for words in (
        "《示例镇志愿服务办法》",
        "示例镇人民政府",
        "2024年1月1日",
        "已施行",
        "5 条",
        "2 个刊本对照",
        "另有版本",
    ):
        assert words in documents
    assert "示例新闻" in news
    assert "示例新闻" not in documents
    assert 'href="/read/city%2Flibrary"' in page


def test_the_articles_asked_most_are_listed_whether_kept_by_title_or_id(client: TestClient) -> None:
    text = re.sub(r"\s+", " ", Reader(client.get("/read").text).text)
    assert "《示例镇志愿服务办法》第2条 请假7 次" in text
    assert text.index("7 次") < text.index("2 次")
    assert "99 次" not in text
    assert "回答里引用过 7 次" in Reader(client.get("/read/volunteers").text).text


@pytest.mark.parametrize(
    ("since", "words"),
    [
        ("2024年3月1日", "已施行"),
        ("二〇二七年一月一日", "将于2027年1月1日施行"),
        ("2026-01-01", "已施行"),
        ("", "未注明施行日期"),
        ("公布之日", "未注明施行日期"),
    ],
)
def test_whether_a_document_is_in_force_follows_its_date(since: str, words: str) -> None:
    assert status_of(replace(RULES, effective_date=since), TODAY).words == words


def test_what_only_reports_on_a_document_is_not_said_to_be_in_force() -> None:
    library = FakeLibrary(RULES)
    assert describe_card(replace(RULES, grammar="qa", kind="答记者问"), library, TODAY).status is None
    assert describe_card(replace(RULES, kind=NEWS), library, TODAY).kind == "新闻"


def test_a_document_has_all_articles_under_their_parts_with_anchors_and_contents(client: TestClient) -> None:
    page = client.get("/read/volunteers").text
    read = Reader(page)
    assert [value for name, value in read.attributes if name == "id" and value.startswith("a-")] == [
        f"a-{article.number}" for article in RULES.articles
    ]
    assert page.count('href="#a-12%E4%B9%8B%E4%B8%80"') >= 3  # two tables of contents and the heading
    assert page.index("第一章 总则</h2>") < page.index('id="a-1"') < page.index("第二章 管理</h2>")
    assert '<h3 class="article-head">' in page
    assert page.count('<p class="item">') == 2


@pytest.mark.parametrize("query", ["", "三日", "请假 三日提", "提出", "（一）突", "志"])
def test_the_text_shown_is_the_documents_own_whatever_is_marked(query: str) -> None:
    forms = read_query(query).forms
    sheet = lay_out(RULES, forms, {}, (LIBRARY_RULES,))
    articles = [article for part in sheet.parts for article in part.articles]
    for article, shown in zip(RULES.articles, articles, strict=True):
        plain = re.sub(r'<span class="(?:paragraph-number|damage)">.*?</span>', "", shown.body)
        assert Reader(plain).text == article.text.replace("\n", "")
    marked = "".join(Reader(article.heading + article.body).marked for article in articles)
    every = [a.label[s:e] for a in RULES.articles for s, e in find_words(a.label, forms)]
    every += [a.text[s:e] for a in RULES.articles for s, e in find_words(a.text, forms)]
    assert sorted(marked) == sorted("".join(every))
    assert sheet.matches == len(every)
    numbers = re.findall(r'id="match-(\d+)"', "".join(a.heading + a.body for a in articles))
    assert [int(number) for number in numbers] == list(range(1, sheet.matches + 1))


def test_references_in_the_text_lead_to_the_article_that_they_name(client: TestClient) -> None:
    page = client.get("/read/volunteers").text
    assert '<a class="reference" href="#a-2">第二条</a>' in page
    assert '<a class="reference" href="/read/city%2Flibrary#a-1">《示例市图书馆办法》第一条</a>' in page


def test_damage_and_disputed_places_are_shown_with_their_reasons(client: TestClient) -> None:
    page = client.get("/read/volunteers").text
    assert "本条在版面末尾中断，后文缺失。" in page
    assert "〔原版面在此处中断，后文缺失〕" in page
    assert '<a class="disputed" href="#r-2-1" id="p-2-1"' in page
    assert '<a class="disputed gap" href="#r-2-2" id="p-2-2"' in page
    assert "各刊本文字不同（2 处）" in page
    assert "形近" in Reader(page).text
    identities = re.findall(r' id="([^"]+)"', page)
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("number", ["2", "12之一", "导语"])
def test_each_article_has_an_address_that_leads_to_its_anchor_without_scripts(client: TestClient, number: str) -> None:
    answer = client.get(f"/read/volunteers/{number}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/read/volunteers#a-{quote(number)}"


def test_an_id_with_a_slash_and_a_title_work_as_addresses(client: TestClient) -> None:
    assert client.get("/read/city%2Flibrary").status_code == 200
    assert client.get("/read/city/library").status_code == 200
    assert client.get("/read/city/library/1").headers["location"] == "/read/city%2Flibrary#a-1"
    assert client.get(f"/read/{quote(RULES.title)}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "nothing/3",
        "volunteers/77",
        "nothing/printings",
        "nothing/file.txt",
        "volunteers/file.exe",
        "%00%0d/",
    ],
)
def test_what_is_not_there_is_said_in_a_page_with_a_way_on(client: TestClient, path: str) -> None:
    answer = client.get(f"/read/{path}")
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]
    assert "没有这" in answer.text
    assert 'href="/read' in answer.text


def test_a_missing_article_lists_those_that_are_there(client: TestClient) -> None:
    page = client.get("/read/volunteers/77").text
    assert "里没有“77”这一条" in page
    assert 'href="/read/volunteers#a-3"' in page


def test_words_are_found_literally_first_with_counts_then_by_meaning(client: TestClient) -> None:
    page = client.get("/read", params={"q": "请假"}).text
    text = re.sub(r"\s+", " ", Reader(page).text)
    assert "原文里有这些字（3 份文件，5 处）" in text
    order = [
        text.index(f"{title}{count}") for title, count in (("《示例镇志愿服务办法》", "3 处"), ("《示例新闻》", "1 处"))
    ]
    assert order == sorted(order)
    assert 'href="/read/volunteers?q=%E8%AF%B7%E5%81%87#a-2"' in page
    assert "<mark>请假</mark>" in page
    assert "意思相近的条文" not in page  # search found the same article only


def test_what_only_search_finds_stands_under_its_own_heading(client: TestClient) -> None:
    page = client.get("/read", params={"q": "补贴是不是有"}).text
    assert "原文里有这些字" not in page
    assert "意思相近的条文" in page
    assert 'href="/read/volunteers#a-3"' in page
    assert "<mark>补贴</mark>" in page


def test_titles_are_searched_too_and_every_word_must_be_there(client: TestClient) -> None:
    assert "文件名相符（1 份）" in client.get("/read", params={"q": "图书馆 市"}).text
    assert "文件名相符" not in client.get("/read", params={"q": "图书馆 镇"}).text


def test_width_case_and_traditional_characters_make_no_difference() -> None:
    assert find_words("ＡＢ级补贴", read_query("ab级補貼").forms) == [(0, 5)]


def test_without_any_match_the_page_says_what_to_do(client: TestClient) -> None:
    page = client.get("/read", params={"q": "养老金"}).text
    assert "没有找到" in page
    assert 'href="/?q=%E5%85%BB%E8%80%81%E9%87%91"' in page


def test_where_search_by_meaning_fails_the_literal_matches_are_still_shown(client: TestClient) -> None:
    answer = client.get("/read", params={"q": "志愿者 故障"})
    assert answer.status_code == 200
    assert "按意思查找暂时不能用" in answer.text


@pytest.mark.parametrize("address", ["/read", "/read/volunteers"])
def test_a_very_long_query_is_cut_with_a_notice(client: TestClient, address: str) -> None:
    answer = client.get(address, params={"q": "请假" * 3_000})
    assert answer.status_code == 200
    assert f"只用了前 {MOST_QUERY_CHARACTERS} 个字" in answer.text
    assert len(answer.text) < 60_000


def test_of_a_query_of_100_000_characters_only_the_beginning_is_looked_at() -> None:
    query = read_query("假 " * 50_000)
    assert len(query.text) <= MOST_QUERY_CHARACTERS
    assert query.words == (("假",),)
    assert query.notice


@pytest.mark.parametrize("address", ["/read", "/read/volunteers", "/read/volunteers/77"])
def test_hostile_queries_are_text_and_control_characters_are_dropped(client: TestClient, address: str) -> None:
    answer = client.get(address, params={"q": f"{HOSTILE}\x00\x1b[31m\u202e"})
    read = Reader(answer.text)
    assert read.tags.count("script") == 2  # chat.js and read.js
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    assert not set("\x00\x1b\u202e") & set(answer.text)


def test_hostile_documents_are_text_on_every_page() -> None:
    article = Article(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, f"{HOSTILE}请假")
    witness = Witness(HOSTILE, HOSTILE, HOSTILE, "law", (article,))
    entry = ApparatusEntry(HOSTILE, 0, 4, HOSTILE[:4], (HOSTILE,), (Reading(HOSTILE, (HOSTILE,)),), 0.1, (HOSTILE,))
    document = Document(HOSTILE, HOSTILE, HOSTILE, HOSTILE, "law", (article,), HOSTILE, (witness, witness))
    document = replace(document, issuer=HOSTILE, document_number=HOSTILE, date=HOSTILE, effective_date=HOSTILE)
    document = replace(document, apparatus=(entry,), versions=(HOSTILE,))
    client = TestClient(create_app(FakeAssistant(document)))
    name = quote(HOSTILE, safe="")
    for address in ("/read", "/read?q=请假", f"/read/{name}", f"/read/{name}/printings", f"/read/{name}/x"):
        answer = client.get(address)
        read = Reader(answer.text)
        assert HOSTILE in read.text, address
        assert "x" not in [value for name, value in read.attributes if name == "src"]
        assert not [name for name, _ in read.attributes if name.startswith("on") and name != "open"]


def test_printings_stand_side_by_side_with_support_confidence_and_reasons(client: TestClient) -> None:
    page = client.get("/read/volunteers/printings").text
    text = Reader(page).text
    assert "异文 2 处" in text
    assert "较可靠 90%" in text
    assert "存疑 50%" in text
    assert "形近" in text
    assert '<td data-printing="刊本 001">' in page
    assert '<mark class="other">五日</mark>' in page
    assert "此本缺这一条" in text
    assert "只有一个刊本" in client.get("/read/city/library/printings").text
    assert "/printings" not in client.get("/read/city/library").text


def test_documents_can_be_kept_as_files_with_their_chinese_name(client: TestClient) -> None:
    answer = client.get("/read/volunteers/file.txt")
    assert f"filename*=UTF-8''{quote(RULES.title)}.txt" in answer.headers["content-disposition"]
    text = answer.content.decode("utf-8-sig").replace("\r\n", "\n")
    assert text.startswith("示例镇志愿服务办法\n\n发文单位：示例镇人民政府")
    assert f"第2条 请假\n{LEAVE_TEXT}" in text
    data = client.get("/read/volunteers/file.json")
    assert data.json()["articles"][1]["text"] == LEAVE_TEXT
    assert f"{quote(RULES.title)}.json" in data.headers["content-disposition"]


def test_a_document_of_three_hundred_articles_is_laid_out_in_less_than_300_ms() -> None:
    words = "依照本办法第九条的规定，县级以上人民政府应当落实社区工作者薪酬待遇保障。" * 19
    articles = tuple(make_article(str(n), f"{words}\n{words[:30]}", f"第{n // 30 + 1}章") for n in range(1, 301))
    entries = tuple(
        ApparatusEntry(a.number, 2, 3, a.text[2:5], ("0",), (Reading("甲乙", ("1",)),), 0.9) for a in articles
    )
    large = replace(VOLUNTEERS, articles=articles, apparatus=entries)
    assert sum(len(article.text) for article in articles) > 200_000
    took = []
    for _ in range(3):
        start = time.process_time()
        sheet = lay_out(large, ("社区工作者",), {}, (LIBRARY_RULES,))
        took.append(time.process_time() - start)
    assert sheet.matches == 300 * 20
    assert min(took) < 0.3


@pytest.mark.browser
@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_visitor_finds_a_document_steps_through_matches_and_copies(
    chromium: Browser, database: Database, screen: dict[str, int]
) -> None:
    app = create_app(FakeAssistant(RULES, LIBRARY_RULES, NEWS_ITEM), database=database)
    with serving(app) as address, visiting(chromium, address, screen) as visitor:  # type: ignore[arg-type]
        page = visitor.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{address}/read")
        page.keyboard.press("/")
        page.keyboard.type("请假")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="第2条 请假").click()
        page.wait_for_url("**/read/volunteers?q=*#a-2")
        tally = page.locator(".tally")
        assert tally.inner_text() == "第 1 处，共 3 处"
        page.keyboard.press("n")
        assert tally.inner_text() == "第 2 处，共 3 处"
        page.keyboard.press("Shift+N")
        page.get_by_role("link", name="上一处").click()
        assert tally.inner_text() == "第 3 处，共 3 处"
        assert page.locator("mark.current").inner_text() == "请假"
        article = page.locator('[id="a-2"]')
        article.get_by_role("button", name="复制条文").click()
        article.get_by_role("button", name="已复制").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == f"{LEAVE_TEXT}\n——《示例镇志愿服务办法》第2条 请假，2024年3月1日起施行"
        article.get_by_role("button", name="复制链接").click()
        page.wait_for_function("navigator.clipboard.readText().then((words) => words.endsWith('/read/volunteers/2'))")
        assert page.locator(".side").is_visible() == (screen is DESKTOP)
        assert page.locator(".fold summary").is_visible() == (screen is PHONE)
        for path in ("/read", "/read/volunteers", "/read/volunteers/printings", "/read?q=请假"):
            page.goto(f"{address}{path}")
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide), path
        assert visitor.foreign_requests() == []
        assert visitor.errors == []


@pytest.mark.browser
def test_on_a_phone_one_printing_is_shown_at_a_time(chromium: Browser) -> None:
    with serving(create_app(FakeAssistant(RULES))) as address, visiting(chromium, address, PHONE) as visitor:
        page = visitor.page
        page.goto(f"{address}/read/volunteers/printings")
        page.get_by_role("button", name="展开全部对照").click()
        cells = page.locator(".article").nth(1).locator("td")
        assert [cells.nth(k).is_visible() for k in range(2)] == [True, False]
        page.get_by_label("只看", exact=True).select_option("刊本 001")
        assert [cells.nth(k).is_visible() for k in range(2)] == [False, True]


@pytest.mark.browser
def test_print_leaves_bars_and_marks_out_and_ends_with_source_and_address(chromium: Browser) -> None:
    with serving(create_app(FakeAssistant(RULES))) as address, visiting(chromium, address) as visitor:
        page = visitor.page
        page.goto(f"{address}/read/volunteers?q=请假")
        page.emulate_media(media="print", color_scheme="dark")
        for hidden in (".topbar", ".side", ".within", ".acts", ".doc-tools"):
            assert not page.locator(hidden).first.is_visible(), hidden
        assert f"网址：{address}/read/volunteers" in page.locator(".print-only").inner_text()
        look = "getComputedStyle(document.querySelector('mark.current')).backgroundColor"
        assert page.evaluate(look) == "rgba(0, 0, 0, 0)"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
