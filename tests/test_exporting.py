"""A conversation as Word and Markdown: whole, styled, and no markup of what people typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from urllib.parse import unquote

from docx import Document
from docx.oxml.ns import qn
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.web.conversation import Exchange, write_exchanges
from assistant.web.exporting import write_markdown, write_word
from tests.fake_assistant import VOLUNTEERS, FakeAssistant, FakeLibrary

LIBRARY = FakeLibrary(VOLUNTEERS)
TODAY = date(2025, 1, 31)


def talk(*questions: str) -> list[Exchange]:
    return [Exchange(question, FakeAssistant().ask(question)) for question in questions]


def test_word_has_questions_as_headings_quotations_and_sources() -> None:
    exchanges = talk("怎么请假？", "天气\x01如何")
    exchanges[1] = replace(exchanges[1], scope=(VOLUNTEERS.title,))
    document = Document(BytesIO(write_word(exchanges, LIBRARY, TODAY)))
    styled = [(each.style.name if each.style else "", each.text) for each in document.paragraphs]
    assert styled[:3] == [
        ("Title", "政策问答记录"),
        ("Subtitle", "2025年1月31日　共 2 问"),
        ("Heading 1", "1. 怎么请假？"),
    ]
    assert ("Quote", "志愿者请假应当提前三日提出。") in styled
    assert ("Caption", "依据：《示例镇志愿服务办法》（示例镇人民政府，2024-01-01发布）第2条 请假") in styled
    assert ("Heading 1", "2. 天气如何") in styled
    assert ("Caption", "只在《示例镇志愿服务办法》中查找") in styled
    assert "收录的文件里没有找到依据" in [text for _, text in styled]
    assert document.sections[0].footer.paragraphs[0].text == "回答依据所收录的文件原文，不构成法律意见。"


def test_word_names_chinese_fonts_for_every_style_that_it_uses() -> None:
    document = Document(BytesIO(write_word(talk("怎么请假？", "天气"), LIBRARY, TODAY)))
    for style in {each.style.name for each in document.paragraphs if each.style}:
        fonts = document.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in ("宋体", "黑体", "仿宋"), style
        assert fonts.get(qn("w:eastAsiaTheme")) is None, style  # it would win


def test_word_has_the_page_of_a_chinese_office_and_no_quotation_twice() -> None:
    exchanges = talk("补贴怎么算？")
    document = Document(BytesIO(write_word(exchanges, LIBRARY, TODAY)))
    section = document.sections[0]
    assert section.page_width and section.page_height
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    quote = exchanges[0].answer.citations[0].quote
    assert "\n".join(each.text for each in document.paragraphs).count(quote) == 1
    page = write_markdown(exchanges, LIBRARY, TODAY)
    assert page.count(quote) == 1 and "\n\n依据：《示例镇志愿服务办法》" in page


def test_markdown_of_a_conversation() -> None:
    page = write_markdown(talk("怎么<b>请假</b> *急*？\n# 标题"), LIBRARY, TODAY)
    assert page.startswith(
        "# 政策问答记录\n\n2025年1月31日 · 共 1 问\n\n## 1. 怎么\\<b\\>请假\\</b\\> \\*急\\*？ \\# 标题\n"
    )
    assert "> 志愿者请假应当提前三日提出。\n>\n> ——《示例镇志愿服务办法》" in page
    assert page.endswith("---\n\n回答依据所收录的文件原文，不构成法律意见。\n")


def test_the_file_comes_with_a_chinese_name() -> None:
    with TestClient(create_app(FakeAssistant())) as client:
        stored = write_exchanges(talk("怎么请假？"))
        for kind, start in (("docx", b"PK"), ("md", "# 政策".encode())):
            response = client.post(f"/api/conversation?format={kind}", json=stored)
            assert response.status_code == 200 and response.content.startswith(start)
            name = unquote(response.headers["content-disposition"].split("filename*=UTF-8''")[1])
            assert name == f"政策问答记录 {date.today().isoformat()}.{kind}"


def test_what_is_no_conversation_is_told_in_chinese() -> None:
    with TestClient(create_app(FakeAssistant())) as client:
        for body in ([], [{"question": 3}], {"question": "a"}, None):
            response = client.post("/api/conversation?format=docx", json=body)
            assert response.status_code == 422
            assert any("\u4e00" <= letter <= "\u9fff" for letter in response.json()["detail"])
        assert client.post("/api/conversation?format=exe", json=[]).status_code == 422


def test_a_forged_conversation_of_very_many_lines_is_refused_at_once() -> None:
    client = TestClient(create_app(FakeAssistant()))
    forged = write_exchanges([Exchange("请假", replace(FakeAssistant().ask("请假"), answer="a\n" * 500_000))])
    response = client.post("/api/conversation", json=forged)
    assert response.status_code == 413 and "导出不了" in response.json()["detail"]
