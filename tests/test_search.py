"""Search: look-ups first, news only where asked for, the same every time, several at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from index.records import NEWS
from index.retriever import Method
from index.search import Searcher

REGULATION = "生态保护补偿条例"
METHODS: tuple[Method, ...] = ("hybrid", "dense", "bm25")


@pytest.mark.parametrize(
    ("question", "document", "article"),
    [
        ("条例17条", REGULATION, "17"),
        ("意见第3条", "关于加强社区工作者队伍建设的意见", "3"),
        ("答记者问第3问讲什么", "就《关于加强社区工作者队伍建设的意见》答记者问", "3"),
    ],
)
def test_a_named_article_comes_first_with_its_whole_text(
    searcher: Searcher, question: str, document: str, article: str
) -> None:
    hit = searcher.search(question)[0]
    assert (hit.document, hit.article, hit.looked_up) == (document, article, True)
    found = searcher.library.article(hit.document_id, hit.article)
    assert found is not None and hit.text == found.text


@pytest.mark.parametrize("question", ["守了哪五条原则", "17条措施"])
def test_counted_things_are_searched(searcher: Searcher, question: str) -> None:
    assert not any(hit.looked_up for hit in searcher.search(question))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("question", "document", "article"),
    [
        ("截留、占用、挪用生态保护补偿资金怎么处理", REGULATION, "31"),
        ("科学设定社区工作者薪酬构成和岗位等级薪酬标准，签订劳动合同", "关于加强社区工作者队伍建设的意见", "12"),
    ],
)
def test_each_method_finds_an_article_by_its_own_words(
    searcher: Searcher, method: Method, question: str, document: str, article: str
) -> None:
    assert (document, article) in [(h.document, h.article) for h in searcher.search(question, 5, method)]


@pytest.mark.parametrize("method", METHODS)
def test_scores_fall_and_no_article_comes_twice(searcher: Searcher, method: Method) -> None:
    hits = searcher.search("生态保护补偿资金", 20, method)
    assert 0 < len(hits) <= 20
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert len({(h.document_id, h.article) for h in hits}) == len(hits)


def test_news_only_where_asked_for(searcher: Searcher) -> None:
    news = {d.id for d in searcher.library.documents if d.kind == NEWS}
    question = "一季度汽车产销量同比增长"
    assert not any(h.document_id in news for h in searcher.search(question, 30))
    assert searcher.search(question, 3, include_news=True)[0].document_id in news


def test_only_in_the_documents_named(searcher: Searcher) -> None:
    regulation = searcher.library.find(REGULATION)
    hits = searcher.search("社区工作者薪酬，第三条", 30, documents={regulation.id})
    assert {h.document for h in hits} == {REGULATION}
    assert (hits[0].article, hits[0].looked_up) == ("3", True)
    assert searcher.search("社区工作者", documents=set()) == []


@pytest.mark.parametrize("query", ["", " ", "？", "\x00", "zzzz", "的" * 5000, "第条", "第九千九百条"])
def test_odd_questions_are_answered_without_an_error(searcher: Searcher, query: str) -> None:
    assert all(h.text for h in searcher.search(query))


@pytest.mark.parametrize("k", [0, 1, 3, 1000])
def test_never_more_than_asked_for(searcher: Searcher, k: int) -> None:
    assert len(searcher.search("条例第三条", k)) <= k


def test_the_same_answer_every_time_and_in_several_threads(searcher: Searcher) -> None:
    questions = ["借调社区工作者谁批准", "条例第九条", "补偿协议写什么", "每年培训几次", "挪用资金"] * 8
    alone = [searcher.search(q) for q in questions]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(searcher.search, questions)) == alone
