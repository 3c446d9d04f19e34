"""The references in the text of a whole document (“依照本条例第九条”) as links, looked up once for all its articles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from assistant.web.reading_shelf import anchored
from assistant.web.references import find_links
from index.records import Article, Document

_NAMED = re.compile(r"《([^《》]{2,80})》")
_DECLARES = "以下简称"


@dataclass(frozen=True, slots=True)
class Link:
    """`article.text[start:end]` leads to `address`."""

    start: int
    end: int
    address: str


class Links:
    """The references of one document.

    What names a document is looked for in every article at every question, so that an article is asked with the texts
    of the others taken away, unless they declare a short name.
    """

    def __init__(self, document: Document, documents: Sequence[Document]) -> None:
        bare = tuple(a if _DECLARES in a.text else replace(a, text="") for a in document.articles)
        self._document = replace(document, articles=bare)
        named = {title for article in document.articles for title in _NAMED.findall(article.text)}
        self._named = [each for each in documents if each.title in named and each.id != document.id]
        self._by_id = {each.id: each for each in self._named}

    def of(self, article: Article) -> list[Link]:
        """The links in an article, in reading order; those to itself are left out."""
        found = []
        for each in find_links(self._document, article, self._named):
            if each.document_id != self._document.id:
                found.append(Link(each.start, each.end, anchored(self._by_id[each.document_id], each.article)))
            elif each.article and each.article != article.number:
                found.append(Link(each.start, each.end, f"#a-{quote(each.article, safe='')}"))
        return found
