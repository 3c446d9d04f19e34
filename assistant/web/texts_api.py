"""`/api/documents` and `/api/articles`: what is in the library, for programs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Path
from pydantic import BaseModel, ConfigDict, Field

from assistant import reading
from assistant.web.asking_api import find_written
from assistant.web.engine import Live, neighbours
from assistant.web.problems import BAD_REQUEST, NOT_FOUND
from index.records import Article, Document

DocumentId = Annotated[str, Path(description="文件的 id 或完整标题，带不带书名号都行；要按网址编码")]
ArticleNumber = Annotated[str, Path(description="条号，如 12、第十二条、导语")]


class Frame(BaseModel):
    """What is known of a document besides its articles."""

    id: str = Field(description="文件的 id")
    document: str = Field(description="文件标题")
    headline: str = Field(description="刊登时的标题")
    kind: str = Field(description="种类：document 是文件，news 是新闻（不用来作答）")
    issuer: str = Field(description="发文机关")
    document_number: str = Field(description="文号")
    date: str = Field(description="公布日期")
    effective_date: str = Field(description="施行日期")

    model_config = ConfigDict(extra="allow")


class ListedDocument(Frame):
    """A document in the list."""

    articles: int = Field(description="有几条")


class ListedArticle(BaseModel):
    """An article in the list of its document."""

    article: str = Field(description="条号")
    label: str = Field(description="条号和条标")
    heading: str = Field(description="条标")
    part: str = Field(description="所在的章、节或部分")


class Contents(Frame):
    """A document with the list of its articles."""

    articles: list[ListedArticle] = Field(description="各条，按原文顺序")


class WholeArticle(BaseModel):
    """An article with its text."""

    document_id: str = Field(description="文件的 id")
    document: str = Field(description="文件标题")
    article: str = Field(description="条号")
    label: str = Field(description="条号和条标")
    heading: str = Field(description="条标")
    part: str = Field(description="所在的章、节或部分")
    text: str = Field(description="全文，款与款之间换行")
    siglum: str = Field(description="据哪个刊本")
    paragraphs: list[dict[str, Any]] = Field(description="各款和其中的项，start 和 end 是在 text 中的字符位置")
    spans: list[dict[str, Any]] = Field(description="在刊本版面上的字符位置")
    damages: list[dict[str, Any]] = Field(description="版面残缺处，note 是说明")
    variants: list[dict[str, Any]] = Field(description="各刊本不一致之处（校勘记）")
    previous: str | None = Field(description="上一条的条号")
    next: str | None = Field(description="下一条的条号")

    model_config = ConfigDict(extra="allow")


def add_texts(app: FastAPI, live: Live) -> None:
    """Add the addresses of this module; after the rooms, since a title may hold slashes and these take all below them."""

    @app.get("/api/documents", summary="已收录的文件", response_description="文件列表，不含正文。")
    def documents() -> list[ListedDocument]:
        return [ListedDocument(**describe_document(document)) for document in live.library.documents]

    @app.get(
        "/api/documents/{document_id:path}",
        summary="一份文件和它的各条",
        description="条文只列条号、条标和所在部分，不含正文。",
        response_description="文件的标题、发文机关、文号、日期等，articles 逐条列出。",
        responses={**BAD_REQUEST, **NOT_FOUND},
    )
    def document(document_id: DocumentId) -> Contents:
        found = find_written(live.library, document_id)
        if found is None:
            raise HTTPException(404, f"没有收录这份文件：{document_id[:200]}。可用 /api/documents 查看收录的文件。")
        return Contents(**describe_contents(found))

    @app.get(
        "/api/articles/{document_id:path}/{number}",
        summary="一条条文的全文",
        response_description="条文全文 text，款、项、残缺处和异文以字符位置给出。",
        responses={**BAD_REQUEST, **NOT_FOUND},
    )
    def article(document_id: DocumentId, number: ArticleNumber) -> WholeArticle:
        document = find_written(live.library, document_id)
        numbers = (number, reading.read_number(number))
        found = next((a for each in numbers if document and (a := document.article(each))), None)
        if document is None or found is None:
            words = f"没有这一条：{document_id[:200]} {number[:100]}。可用 /api/documents 查看收录的文件。"
            raise HTTPException(404, words)
        return WholeArticle(**describe_article(document, found))


def describe_document(document: Document) -> dict[str, Any]:
    """A document without its texts."""
    return {"id": document.id, **reading.describe_frame(document), "articles": len(document.articles)}


def describe_contents(document: Document) -> dict[str, Any]:
    """A document with the list of its articles, without their texts."""
    listed = [{"article": a.number, "label": a.label, "heading": a.heading, "part": a.part} for a in document.articles]
    return {**describe_document(document), "articles": listed}


def describe_article(document: Document, article: Article) -> dict[str, Any]:
    """An article with its 款, 项, damage and variants as offsets into `text`, and the numbers of its neighbours."""
    before, after = neighbours(document, article)
    return {
        "document_id": document.id,
        "document": document.title,
        **reading.describe_article(document, article),
        "previous": before.number if before else None,
        "next": after.number if after else None,
    }
