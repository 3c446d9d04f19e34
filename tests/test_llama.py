"""The LlamaIndex seams give what the assistant gives: article ids, the same vectors, the same answers."""

from __future__ import annotations

import numpy as np

from assistant.llama import PolicyEmbedding, PolicyQueryEngine, PolicyRetriever
from tests.small_library import default_encoder, small_assistant, small_library


def test_nodes_are_articles_in_the_order_of_the_search() -> None:
    assistant = small_assistant()
    nodes = PolicyRetriever(assistant, k=3).retrieve("谁批准转借图书？")
    assert [n.node.node_id for n in nodes] == [
        f"{hit.document_id}/{hit.article}" for hit in assistant.search("谁批准转借图书？", k=3)
    ]
    document = small_library().documents[0]
    article = document.article("4")
    assert article is not None and nodes[0].node.node_id == article.id and nodes[0].text == article.text
    assert nodes[0].metadata["document"] == document.title


def test_the_embedding_is_our_encoder() -> None:
    embedding = PolicyEmbedding(default_encoder())
    expected = default_encoder().encode(["转借图书", "归还图书"])
    np.testing.assert_allclose(embedding.get_text_embedding_batch(["转借图书", "归还图书"]), expected, atol=1e-6)
    np.testing.assert_allclose(embedding.get_query_embedding("转借图书"), expected[0], atol=1e-6)


def test_the_query_engine_asks() -> None:
    engine = PolicyQueryEngine(assistant=small_assistant())
    response = engine.query("谁批准转借图书？")
    answer = small_assistant().ask("谁批准转借图书？")
    assert str(response) == answer.answer
    assert [n.node.node_id.rpartition("/")[2] for n in response.source_nodes] == [c.article for c in answer.citations]
    assert response.metadata is not None and response.metadata["id"] == answer.id


def test_a_refusal_has_no_source_nodes() -> None:
    response = PolicyQueryEngine(assistant=small_assistant()).query("馆长电话是多少？")
    assert response.source_nodes == [] and "没有写明" in str(response)
