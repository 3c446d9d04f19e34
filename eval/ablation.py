"""`python -m eval ablation`: what each part of the search is worth on one library and one set of questions.

Every row is a library searched with some of the evidence only; the weights of the rest stay as they are. Of an article's
chunks the best counts. Follow-ups are left out: they are resolved before the search.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.errors import DatasetError
from eval.metrics import estimate, hit_at
from eval.records import ArticleKey, Estimate, Question
from index.asked import for_documents, read_bundled
from index.audit import read_documents
from index.build import library_texts
from index.corpus import import_files
from index.embedding import Encoder
from index.errors import InputError
from index.library import Library
from index.ranking import ASKED, PLAIN, load_weights
from index.records import NEWS, Page
from index.retriever import FUSION_DEPTH, Retriever
from index.sparse import SparseBuilder
from index.tokens import STOP_WORDS, character_pairs, terms, words

Scores = NDArray[np.float32]
Score = Callable[[str], Scores]
"""One score for every chunk."""

QUESTIONS = (5, 10, 20, 40, 80, 160)
"""How many questions an article is searched with, drawn at random."""
_SEED = 13


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the share of questions whose right article is first, or among the first three."""

    name: str
    first: Estimate
    first_three: Estimate


def ablate(library: Library, questions: Sequence[Question], encoder: Encoder) -> Iterator[Row]:
    """All rows, the simplest search first."""
    asked_of = for_documents(library.documents, read_bundled())
    chunks, texts, asked = library_texts(library, asked_of)
    documents = {d.id: d for d in library.documents}
    kept = [i for i, chunk in enumerate(chunks) if documents[chunk.document_id].kind != NEWS]
    ids = [chunks[i].id for i in kept]
    texts = [texts[i] for i in kept]
    keys = [ArticleKey(documents[chunks[i].document_id].title, chunks[i].article) for i in kept]
    known = [asked[i] for i in kept]
    usable = [q for q in questions if q.answerable and not q.history]

    def row(name: str, score: Score) -> Row:
        rankings = [_articles(score(question.question), keys) for question in usable]
        gold = [question.articles for question in usable]
        hits = [[hit_at(r, g, k) for r, g in zip(rankings, gold, strict=True)] for k in (1, 3)]
        return Row(name, *map(estimate, hits))

    yield row("BM25，词和相邻两字", _keywords(texts))
    plain = Retriever.build(ids, texts, encoder)
    for number, name in enumerate(("BM25，加单字", "加口语词表", "加读音", "加整段向量", "加逐句向量"), start=1):
        yield row(name, _weighted(plain, "plain", PLAIN[:number], dict(zip(PLAIN, load_weights().plain, strict=True))))
    if not any(known):
        return
    weights = dict(zip(ASKED, load_weights().asked, strict=True))
    for count in QUESTIONS:
        some = Retriever.build(ids, texts, encoder, asked=_sample(known, count))
        yield row(f"每条加 {count} 个常见问法", _hybrid(some))
    every = Retriever.build(ids, texts, encoder, asked=known)
    yield row("每条加全部常见问法", _hybrid(every))
    if not every.has_classes:
        return
    for name in ASKED:
        others = tuple(other for other in ASKED if other != name)
        yield row(f"其中去掉 {name}", _weighted(every, "asked", others, weights))
    yield row("只用朴素贝叶斯", _weighted(every, "asked", ("recognised",), weights))


def read_pages(paths: Sequence[Path], named: Collection[str]) -> list[Page]:
    """The files as pages; of a table of documents those that the questions name. Raises `InputError`, `DatasetError`."""
    imported = import_files([path for path in paths if ".jsonl" not in path.name])
    if imported.refused:
        raise InputError(imported.refused[0])
    pages = list(imported.pages)
    for path in paths:
        if ".jsonl" in path.name:
            for name, text in read_documents(path):
                title = name.rpartition(" ")[0] or name  # a table keeps the date behind the title
                if title in named and all(page.name != f"{title}.md" for page in pages):  # the first of its name
                    whole = text if title in text[:200] else f"{title}\n\n{text}"
                    pages.append(Page(f"t{len(pages):03}", f"{title}.md", whole))
    if not pages:
        raise DatasetError(f"{paths[0]}：没有问题所指的文件，请检查 --documents。")
    return pages


def table(rows: Sequence[Row]) -> str:
    """A Markdown table, a row each."""
    lines = ["| 检索 | 第一条对 | 前三条有 |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {r.name} | {_interval(r.first)} | {_interval(r.first_three)} |" for r in rows)])


def _keywords(texts: Sequence[str]) -> Score:
    builder = SparseBuilder()
    for text in texts:
        builder.add(_without_characters(text))
    index = builder.build()
    return lambda question: index.scores(_without_characters(question))


def _without_characters(text: str) -> list[str]:
    return [word for word in words(text) if word not in STOP_WORDS] + character_pairs(text)


def _weighted(retriever: Retriever, kind: str, names: Sequence[str], weights: Mapping[str, float]) -> Score:
    order = PLAIN if kind == "plain" else ASKED
    own = np.array([weights[name] if name in names else 0.0 for name in order], dtype=np.float32)

    def score(question: str) -> Scores:
        rows, features, _ = retriever.compare(question, FUSION_DEPTH)
        found = np.zeros(len(retriever), dtype=np.float32)
        if rows and terms(question):
            found[rows] = features[kind] @ own
        return found

    return score


def _hybrid(retriever: Retriever) -> Score:
    def score(question: str) -> Scores:
        found = {hit.id: hit.score for hit in retriever.search(question, len(retriever))}
        return np.array([found.get(identifier, 0.0) for identifier in retriever.ids], dtype=np.float32)

    return score


def _sample(asked: Sequence[Sequence[str]], count: int) -> list[tuple[str, ...]]:
    """The same questions for all chunks of an article."""
    chosen: dict[tuple[str, ...], tuple[str, ...]] = {}
    chance = random.Random(_SEED)
    for questions in asked:
        key = tuple(questions)
        chosen.setdefault(key, tuple(chance.sample(key, min(count, len(key)))))
    return [chosen[tuple(questions)] for questions in asked]


def _articles(scores: Scores, keys: Sequence[ArticleKey]) -> list[ArticleKey]:
    order = np.argsort(-scores, kind="stable")
    return list(dict.fromkeys(keys[i] for i in order if scores[i] > 0))


def _interval(figure: Estimate) -> str:
    return f"{figure.value:.3f}（{figure.low:.2f}–{figure.high:.2f}）"
