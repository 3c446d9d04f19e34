"""The LlamaIndex seams: our search as a retriever, our encoder as an embedding, `ask()` as a query engine.

A node's id is the article's id, never its text: two documents may hold the same sentence.
"""

from __future__ import annotations

from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import PrivateAttr

from assistant.answer import Assistant
from assistant.citations import find_article
from index.embedding import Encoder
from index.records import Article, Document, Hit


class PolicyRetriever(BaseRetriever):
    """The ranked articles of a question as nodes."""

    def __init__(self, assistant: Assistant, k: int = 10) -> None:
        super().__init__()
        self._assistant = assistant
        self._k = k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._assistant.search(query_bundle.query_str, k=self._k)
        return [NodeWithScore(node=self._node(hit), score=hit.score) for hit in hits]

    def _node(self, hit: Hit) -> TextNode:
        document = self._assistant.library.document(hit.document_id)
        article = self._assistant.library.article(hit.document_id, hit.article)
        if document is None or article is None:
            raise LookupError(f"{hit.document_id}/{hit.article} was found but is not in the library")
        return article_node(document, article)


def article_node(document: Document, article: Article) -> TextNode:
    """An article as a node, its place as metadata."""
    place = {"document": document.title, "article": article.number, "label": article.label, "part": article.part}
    return TextNode(id_=article.id, text=article.text, metadata=place)


class PolicyEmbedding(BaseEmbedding):
    """Our encoder, for whoever wants to put the articles into another vector store."""

    _encoder: Encoder = PrivateAttr()

    def __init__(self, encoder: Encoder, **settings: Any) -> None:
        super().__init__(model_name=encoder.name, **settings)
        self._encoder = encoder

    @classmethod
    def class_name(cls) -> str:
        return "PolicyEmbedding"

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [[float(value) for value in vector] for vector in self._encoder.encode(list(texts))]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class PolicyQueryEngine(CustomQueryEngine):
    """`ask()` as a query engine: the response's text is the answer, its source nodes are the cited articles."""

    assistant: Any
    """An `Assistant`; pydantic has no schema for it."""

    def custom_query(self, query_str: str) -> Response:
        answer = self.assistant.ask(query_str)
        nodes = []
        for citation in answer.citations:
            article = find_article(self.assistant.library, citation.document, citation.article)
            document = self.assistant.library.document(article.document_id) if article else None
            if article is not None and document is not None:
                nodes.append(NodeWithScore(node=article_node(document, article)))
        return Response(answer.answer, source_nodes=nodes, metadata=answer.to_json())
