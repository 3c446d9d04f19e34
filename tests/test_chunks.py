"""Chunks: whole 款, found again in the article's text, with the breadcrumb of the place."""

from __future__ import annotations

from index.chunks import make_chunks
from index.library import Library
from tests.page_samples import RULE, page, read_one


def test_chunks_are_literal_and_cover_every_article(bundled_library: Library) -> None:
    for document in bundled_library.documents:
        chunks = make_chunks(document)
        assert len({c.id for c in chunks}) == len(chunks)
        for article in document.articles:
            own = [c for c in chunks if c.article == article.number]
            assert "\n".join(c.text for c in own) == article.text
            assert all(article.text[c.start : c.end] == c.text for c in own)
            assert all(
                c.start in {p.start for p in article.paragraphs} and c.end in {p.end for p in article.paragraphs}
                for c in own
            )


def test_the_breadcrumb_is_searched_with_the_text(bundled_library: Library) -> None:
    chunk = next(c for c in make_chunks(bundled_library.find("意见")) if c.article == "12")
    assert chunk.breadcrumb == "《关于加强社区工作者队伍建设的意见》 › 五、强化激励保障 › 第12条 落实薪酬待遇保障"
    assert chunk.searchable == f"{chunk.breadcrumb}\n{chunk.text}"


def test_a_long_article_is_parted_at_its_paragraphs_and_never_inside_one() -> None:
    paragraphs = [RULE.format(n=n) * 4 for n in range(1, 8)]
    article_chunks = make_chunks(read_one(page("某市条例", "第一条 " + paragraphs[0], *paragraphs[1:], "第二条 完。")))
    texts = [c.text for c in article_chunks if c.article == "1"]
    assert len(texts) > 1
    assert "\n".join(texts).split("\n") == paragraphs


def test_a_single_paragraph_longer_than_a_chunk_is_one_chunk() -> None:
    chunks = make_chunks(read_one(page("某市条例", "第一条 " + RULE * 40, "第二条 完。")))
    assert [len(c.text) for c in chunks if c.article == "1"] == [len(RULE * 40)]
