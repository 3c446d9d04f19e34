"""A small invented library with a real index: what the answering tests ask about, and what they never find in it."""

from __future__ import annotations

from functools import lru_cache

from assistant.answer import Assistant
from assistant.seams import Writer
from index.chunks import make_chunks
from index.embedding import Encoder, load_encoder
from index.library import Library, build_library
from index.records import Page
from index.retriever import Retriever
from index.search import Searcher

RULES = "示例市图书馆借阅管理办法"
SUMMARY = "示例市公布《示例市图书馆借阅管理办法》"

PAGE = """示例市图书馆借阅管理办法

第一章 总则

第一条 为了规范图书借阅，保障读者权益，根据有关法律，制定本办法。

第二条 本办法所称读者，是指持有借书证的个人。

第二章 借阅

第三条 读者每次可以借阅图书五册，借阅期限为三十日。

第四条 读者不得转借图书；因教学确需转借的，报市图书馆批准。

第五条 逾期归还图书的，由图书馆责令改正；逾期超过三个月的，可以停止借阅。

第六条 借阅古籍应当具备下列条件：
（一）持有单位介绍信；
（二）在馆内阅览；
（三）由馆员陪同。

第七条 鼓励读者向图书馆捐赠图书。

第三章 附则

第八条 本办法自2025年3月1日起施行。
"""


@lru_cache(maxsize=1)
def default_encoder() -> Encoder:
    return load_encoder()


@lru_cache(maxsize=1)
def small_library() -> Library:
    return build_library([Page("900", "900.txt", PAGE)])


@lru_cache(maxsize=1)
def small_searcher() -> Searcher:
    return searcher_over(small_library())


def searcher_over(library: Library) -> Searcher:
    chunks = [chunk for document in library.documents for chunk in make_chunks(document)]
    retriever = Retriever.build([c.id for c in chunks], [c.searchable for c in chunks], default_encoder())
    return Searcher(library, retriever)


def assistant_over(text: str, writer: Writer | None = None) -> Assistant:
    """An assistant whose only document is `text`."""
    return Assistant(searcher_over(build_library([Page("901", "901.txt", text)])), default_encoder(), writer)


def small_assistant(writer: Writer | None = None) -> Assistant:
    return Assistant(small_searcher(), default_encoder(), writer)
