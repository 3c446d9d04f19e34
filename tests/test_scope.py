"""A question limited to some documents: only these are cited, and nothing beside the question is."""

from __future__ import annotations

from fastapi.testclient import TestClient

from assistant.answer import Assistant
from assistant.api import create_app
from index.library import build_library
from index.records import Page
from tests.fake_assistant import FakeAssistant
from tests.small_library import PAGE, default_encoder, searcher_over

OTHER = """示例县河道采砂管理办法

第一章 总则

第一条 为了保护河道，制定本办法。

第二条 河道采砂应当申请许可证，许可证有效期为一年。

第二章 管理

第三条 汛期禁止采砂。

第四条 违反本办法采砂的，没收违法所得。

第五条 本办法自2025年5月1日起施行。
"""


def two_subjects() -> Assistant:
    library = build_library([Page("900", "900.txt", PAGE), Page("901", "901.txt", OTHER)])
    return Assistant(searcher_over(library), default_encoder())


def test_only_the_chosen_documents_are_cited() -> None:
    assistant = two_subjects()
    books, sand = (document.id for document in assistant.library.documents)
    question = "图书借阅期限是多久？"
    everywhere = assistant.ask(question)
    assert [each.article for each in everywhere.citations] == ["3"]
    inside = assistant.ask(question, documents=(books,))
    assert [(c.document, c.article) for c in inside.citations] == [
        (c.document, c.article) for c in everywhere.citations
    ]
    outside = assistant.ask(question, documents=(sand,))
    assert outside.status == "refused"
    assert {each.document for each in outside.related} == {"示例县河道采砂管理办法"}
    assert {hit.document_id for hit in assistant.search(question, documents=(sand,))} == {sand}
    assert len({everywhere.id, inside.id, outside.id}) == 3
    *_, streamed = assistant.stream(question, documents=(sand,))
    assert streamed.answer == outside.answer


def test_an_article_named_by_number_is_looked_up_in_the_chosen_document() -> None:
    assistant = two_subjects()
    _, sand = (document.id for document in assistant.library.documents)
    answer = assistant.ask("第三条讲什么？", documents=(sand,))
    assert [(c.document, c.article) for c in answer.citations] == [("示例县河道采砂管理办法", "3")]


def test_the_api_takes_ids_and_titles_and_names_what_it_does_not_know() -> None:
    assistant = FakeAssistant()
    with TestClient(create_app(assistant)) as client:
        for documents, expected in (
            (["volunteers"], ("volunteers",)),
            (["示例镇志愿服务办法", "volunteers"], ("volunteers",)),
            ([], None),
            (None, None),
        ):
            assert client.post("/api/ask", json={"question": "请假", "documents": documents}).status_code == 200
            assert assistant.looked_in[-1] == expected
        response = client.post("/api/ask", json={"question": "请假", "documents": ["volunteers", "没有的办法"]})
        assert response.status_code == 422
        assert "没有的办法" in response.json()["detail"] and "volunteers" not in response.json()["detail"]
