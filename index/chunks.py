"""Articles -> chunks: whole 款 of one article, with the breadcrumb 《文件》› 部分 › 条 for the search."""

from __future__ import annotations

from index.records import Article, Chunk, Document, Paragraph

_LONGEST = 500  # characters; the bundled articles have up to 500, and a longer article is found better by its 款


def make_chunks(document: Document) -> list[Chunk]:
    """The chunks of all articles in printed order; neighbouring 款 share a chunk while they fit, none is ever cut."""
    return [chunk for article in document.articles for chunk in _article_chunks(document, article)]


def breadcrumb(document: Document, article: Article) -> str:
    """《文件》 › 部分 › 条, for people and for the search."""
    return " › ".join(part for part in (f"《{document.title}》", article.part, article.label) if part)


def _article_chunks(document: Document, article: Article) -> list[Chunk]:
    groups = _group(article.paragraphs) or [(0, len(article.text))]
    return [
        Chunk(
            id=f"{article.id}#{number}",
            document_id=document.id,
            article=article.number,
            breadcrumb=breadcrumb(document, article),
            text=article.text[start:end],
            start=start,
            end=end,
        )
        for number, (start, end) in enumerate(groups, start=1)
        if article.text[start:end].strip()
    ]


def _group(paragraphs: tuple[Paragraph, ...]) -> list[tuple[int, int]]:
    groups: list[tuple[int, int]] = []
    for paragraph in paragraphs:
        if groups and paragraph.end - groups[-1][0] <= _LONGEST:
            groups[-1] = (groups[-1][0], paragraph.end)
        else:
            groups.append((paragraph.start, paragraph.end))
    return groups
