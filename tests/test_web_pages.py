"""Records to HTML: nothing unescaped, nothing lost, the quotation marked exactly."""

from __future__ import annotations

import doctest
import importlib
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from assistant.records import Answer, Citation, Related, Turn, Variant
from assistant.web.answers import clause_link, render_thread, render_words
from assistant.web.clauses import render_clause, render_contents, split_blocks
from assistant.web.conversation import Exchange, as_history, read_exchanges, write_exchanges
from assistant.web.engine import find_cited_id
from assistant.web.shell import rewrite_head
from assistant.web.sources import copied_text, report_text
from assistant.web.welcome import choose_examples, load_examples, render_welcome
from index.records import Article, Document
from tests.fake_assistant import COST_TEXT, LEAVE_TEXT, VOLUNTEERS, FakeAssistant, FakeLibrary

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&${1}{{value}}"
LIBRARY = FakeLibrary(VOLUNTEERS)


class Reader(HTMLParser):
    """Collects what a browser would make of a fragment: tags, attributes, text, marked text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.marked = ""
        self._marks = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attributes]
        self._marks += tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._marks -= tag == "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._marks:
            self.marked += data


def hostile_answer(status: str) -> Answer:
    citation = Citation(1, HOSTILE, HOSTILE, HOSTILE, HOSTILE, 0, 4, (Variant(HOSTILE, (HOSTILE,)),))
    return Answer(
        id=HOSTILE,
        question=HOSTILE,
        status="refused" if status == "refused" else "answered",
        mode="extractive",
        answer=f"答[1]{HOSTILE}",
        citations=(citation,),
        related=(Related(HOSTILE, HOSTILE, HOSTILE),),
        notices=(HOSTILE,),
        key_words=(HOSTILE, "<img"),
    )


@pytest.mark.parametrize("status", ["answered", "refused"])
def test_every_field_of_an_answer_is_escaped(status: str) -> None:
    page = render_thread([Exchange(HOSTILE, hostile_answer(status))], LIBRARY, pending=HOSTILE, failure=HOSTILE)
    read = Reader(page)
    assert not {"script", "img"} & set(read.tags)
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    assert all(value.startswith("/clause?") for name, value in read.attributes if name == "href")
    assert all(not value.startswith("javascript") for _, value in read.attributes)
    assert read.text.count(HOSTILE) >= 5


def test_every_field_of_an_article_is_escaped() -> None:
    article = Article("x", HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    document = Document(HOSTILE, HOSTILE, HOSTILE, "document", "law", (article,), "1", issuer=HOSTILE, date=HOSTILE)
    for page in (
        render_clause(document, article, 0, 20),
        render_contents(document),
        render_welcome([document], load_examples()),
    ):
        read = Reader(page)
        assert not {"script", "img"} & set(read.tags)
        assert not [name for name, _ in read.attributes if name.startswith("on")]


def test_exactly_the_quotation_is_marked_wherever_it_stands() -> None:
    article = VOLUNTEERS.articles[1]
    for start in range(len(LEAVE_TEXT)):
        for end in range(start + 1, len(LEAVE_TEXT) + 1):
            read = Reader(render_clause(VOLUNTEERS, article, start, end))
            assert read.marked == LEAVE_TEXT[start:end].replace("\n", "")


def test_without_a_quotation_nothing_is_marked() -> None:
    assert "mark" not in Reader(render_clause(VOLUNTEERS, VOLUNTEERS.articles[1])).tags


@pytest.mark.parametrize("article", VOLUNTEERS.articles, ids=lambda each: each.number)
def test_the_blocks_of_an_article_hold_its_whole_text_in_order(article: Article) -> None:
    blocks = split_blocks(article)
    joined = "".join(article.text[start:end] for start, end, _ in blocks)
    assert joined.replace("\n", "") == article.text.replace("\n", "")
    assert blocks == sorted(blocks)


def test_items_stand_on_lines_of_their_own_and_paragraphs_are_numbered() -> None:
    page = render_clause(VOLUNTEERS, VOLUNTEERS.articles[1])
    assert page.count('<p class="item">') == 2
    assert "第1款" in page
    assert "第2款" in page


def test_a_page_that_cut_the_text_off_shows_where_and_why() -> None:
    read = Reader(render_clause(VOLUNTEERS, VOLUNTEERS.articles[2], 0, len(COST_TEXT)))
    assert "本条在版面末尾中断，后文缺失。" in read.text
    assert "最高不超过两〔原版面在此处中断，后文缺失〕" in read.text
    assert read.marked == COST_TEXT


def test_an_article_shows_its_place_and_its_neighbours() -> None:
    read = Reader(render_clause(VOLUNTEERS, VOLUNTEERS.articles[1]))
    links = [value for name, value in read.attributes if name == "href"]
    assert links == [
        clause_link("volunteers"),
        clause_link("volunteers", "1"),
        clause_link("volunteers", "3"),
        "/read/volunteers#a-2",
    ]
    assert "第二章 管理" in read.text


@pytest.mark.parametrize(
    ("text", "key_words", "bold"),
    [
        ("提前三日[1]提出", ("三日", "提前三日"), ["提前三日"]),
        ("a<b>[1]", ("<b>",), ["<b>"]),
        ("没有", ("",), []),
        ("[2]是文中的话[1]", ("[2]",), []),
    ],
)
def test_words_keep_their_text(text: str, key_words: tuple[str, ...], bold: list[str]) -> None:
    page = render_words(text, key_words, {1: "/clause?document=x"})
    read = Reader(page)
    assert read.text == text.replace("[1]", "1")
    assert read.tags.count("strong") == len(bold)
    assert [name for name, _ in read.attributes].count("href") == text.count("[1]")


def test_the_copied_text_names_each_source_once() -> None:
    answer = FakeAssistant().ask("怎么请假")
    assert copied_text(answer, LIBRARY) == (
        "请假要提前三日提出；突发疾病可以事后补办。\n依据：《示例镇志愿服务办法》第2条（2024-01-01发布）"
    )
    in_force = replace(VOLUNTEERS, effective_date="2024年6月1日")
    assert copied_text(answer, FakeLibrary(in_force)).endswith("第2条（2024年6月1日起施行）")
    assert copied_text(answer, FakeLibrary()).endswith("《示例镇志愿服务办法》第2条")  # no longer in the library


def test_what_is_copied_for_a_report_has_each_quotation_in_full_with_issuer_number_and_article() -> None:
    answer = FakeAssistant().ask("怎么请假")
    numbered = FakeLibrary(replace(VOLUNTEERS, document_number="示政发〔2024〕1号"))
    assert report_text("怎么请假", answer, numbered) == (
        "问：怎么请假\n\n答：请假要提前三日提出；突发疾病可以事后补办。\n\n"
        "依据1：《示例镇志愿服务办法》（示例镇人民政府，示政发〔2024〕1号，2024-01-01发布）第2条 请假\n"
        "原文：“志愿者请假应当提前三日提出。”\n\n"
        "依据2：《示例镇志愿服务办法》（示例镇人民政府，示政发〔2024〕1号，2024-01-01发布）第2条 请假\n"
        "原文：“（一）突发疾病的；”"
    )


def test_a_quotation_that_the_answer_repeats_is_not_shown_twice() -> None:
    page = render_thread([Exchange("补贴", FakeAssistant().ask("补贴"))], LIBRARY)
    assert Reader(page).text.count(COST_TEXT) == 1


def test_a_quotation_is_not_repeated_because_its_lines_were_joined() -> None:
    citation = Citation(1, VOLUNTEERS.title, "2", "第2条 请假", LEAVE_TEXT, 0, len(LEAVE_TEXT))
    words = f"原文是：“{LEAVE_TEXT.replace(chr(10), '')}”[1]"
    answer = Answer("", "请假", "answered", "extractive", words, (citation,))
    assert "blockquote" not in Reader(render_thread([Exchange("请假", answer)], LIBRARY)).tags


def test_thanks_are_not_met_with_nothing_found() -> None:
    thanks = Answer("", "谢谢", "refused", "extractive", "不客气。")
    page = render_thread([Exchange("谢谢", thanks)], LIBRARY)
    assert "不客气。" in page
    assert "没有找到依据" not in page
    refused = render_thread([Exchange("天气", FakeAssistant().ask("天气"))], LIBRARY)
    assert "没有找到依据" in refused
    assert "换个问法" in refused


def test_of_two_documents_with_one_title_the_quotation_picks_the_right_one() -> None:
    changed = replace(VOLUNTEERS.articles[1], text=LEAVE_TEXT.replace("三日", "五日"))
    other = replace(VOLUNTEERS, id="other", articles=(changed,))
    citation = FakeAssistant().ask("请假").citations[0]
    assert find_cited_id(FakeLibrary(other, VOLUNTEERS), citation) == "volunteers"
    assert find_cited_id(FakeLibrary(other), citation) == VOLUNTEERS.title


def test_a_conversation_comes_back_from_the_browser_as_it_went() -> None:
    assistant = FakeAssistant()
    exchanges = [Exchange(question, assistant.ask(question)) for question in ("请假", "天气", "补贴")]
    exchanges[1] = replace(exchanges[1], scope=(VOLUNTEERS.title,))
    stored = write_exchanges(exchanges)
    assert read_exchanges(stored) == exchanges
    assert as_history(exchanges)[0] == Turn("请假", "请假要提前三日提出[1]；突发疾病可以事后补办[2]。")


def test_a_conversation_kept_by_an_older_version_is_still_read() -> None:
    stored = write_exchanges([Exchange("请假", FakeAssistant().ask("请假"))])
    del stored[0]["scope"]
    assert read_exchanges(stored)[0].scope == ()


@pytest.mark.parametrize("stored", [None, "text", 3, [None], [{"question": 3}], [{"question": "a", "answer": {}}]])
def test_what_is_no_conversation_is_left_out(stored: object) -> None:
    good = write_exchanges([Exchange("请假", FakeAssistant().ask("请假"))])
    assert read_exchanges(stored) == []
    if isinstance(stored, list):
        assert len(read_exchanges([*stored, *good])) == 1


def test_examples_fit_the_library() -> None:
    examples = [{"question": "工资怎么定？", "about": "工作者"}, {"question": "何时施行？", "about": "条例"}]
    assert choose_examples([VOLUNTEERS], examples) == ["《示例镇志愿服务办法》第1条是怎么规定的？"]
    assert choose_examples([replace(VOLUNTEERS, title="某条例")], examples) == ["何时施行？"]
    assert choose_examples([], examples) == []


def test_the_head_is_rewritten_once_and_outside_addresses_go() -> None:
    page = (
        '<html lang="en"><head><meta name="viewport" content="width=1" /><meta property="og:image" '
        'content="https://elsewhere.example/a.jpg" /></head><body><gradio-app></gradio-app></body></html>'
    )
    done = rewrite_head(page)
    assert "elsewhere.example" not in done
    assert 'lang="zh-CN"' in done
    assert done.count("</head>") == 1
    assert done.index("/web/chat.css") < done.index("</head>")


@pytest.mark.parametrize("name", ["answers", "clauses", "engine", "sources", "suggestions", "exporting"])
def test_the_examples_in_the_docstrings_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"assistant.web.{name}")).failed == 0
