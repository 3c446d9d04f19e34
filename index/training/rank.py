"""`python -m index.training.rank --data ../shared/data --questions FILE …` fits `index/models/ranking.json`.

A softmax over the candidates of each question, the gold texts being right, with weights that are not negative. `plain`
is fitted on our questions about held-out documents and on held-out statute questions, with a model trained without
either; `asked` on questions about the bundled documents (FILE, in the form of contract.md) that nobody indexed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from index.asked import for_documents, read_bundled
from index.build import library_texts
from index.corpus import read_bundled as read_bundled_pages
from index.embedding import Encoder, load_encoder
from index.library import build_library
from index.ranking import ASKED, PLAIN, WEIGHTS_FILE
from index.retriever import FUSION_DEPTH, Retriever
from index.training.data import Data, read_data
from index.training.train import Options

STEPS, RATE, SHRINK = 600, 0.05, 1e-3


@dataclass(frozen=True, slots=True)
class Example:
    """The features of one question's candidates, float32 `[n, features]`, and which of them are right."""

    features: NDArray[np.float32]
    right: NDArray[np.bool_]


def examples(
    retriever: Retriever, ids: Sequence[str], questions: Iterable[tuple[str, frozenset[str]]], kind: str
) -> list[Example]:
    """Those questions with a right text among the candidates; `kind` is `plain` or `asked`."""
    found = []
    for question, gold in questions:
        rows, features, _ = retriever.compare(question, FUSION_DEPTH)
        right = np.array([ids[row] in gold for row in rows], dtype=bool)
        if right.any():
            found.append(Example(features[kind], right))
    return found


def fit(groups: Sequence[Sequence[Example]], names: Sequence[str]) -> dict[str, float]:
    """Weights that make the right texts likely; each group of examples counts the same."""
    weights = torch.full((len(names),), 3.0, requires_grad=True)
    prepared = [
        [(torch.from_numpy(e.features.astype(np.float32)), torch.from_numpy(e.right)) for e in group]
        for group in groups
        if group
    ]
    optimizer = torch.optim.Adam([weights], lr=RATE)
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = SHRINK * (weights**2).sum()
        for group in prepared:
            for features, right in group:
                scores = features @ weights
                loss = loss + (scores.logsumexp(0) - scores[right].logsumexp(0)) / len(group) / len(prepared)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        with torch.no_grad():
            weights.clamp_(min=0)
    return {name: round(float(w), 3) for name, w in zip(names, weights.detach(), strict=True)}


def plain_examples(data: Data, encoder: Encoder) -> list[list[Example]]:
    """Our held-out documents as one library; the statute corpus with its held-out questions."""
    groups = []
    if data.asked_held_out:
        own = data.asked_held_out
        ids = ["/".join(key) for key in own.texts]
        retriever = Retriever.build(ids, list(own.texts.values()), encoder)
        asked = [(q, frozenset(["/".join(key)])) for q, key in own.questions]
        groups.append(examples(retriever, ids, asked, "plain"))
    ids = list(data.corpus)
    retriever = Retriever.build(ids, list(data.corpus.values()), encoder)
    groups.append(examples(retriever, ids, [(q.text, frozenset(q.gold)) for q in data.held_out], "plain"))
    return groups


def asked_examples(files: Sequence[Path], encoder: Encoder) -> list[Example]:
    """The bundled documents with the questions people ask, and the development questions of the files."""
    library = build_library(read_bundled_pages())
    chunks, texts, asked = library_texts(library, for_documents(library.documents, read_bundled()))
    titles = {d.id: d.title for d in library.documents}
    of_article: dict[tuple[str, str], set[str]] = {}
    for chunk in chunks:
        of_article.setdefault((titles[chunk.document_id], chunk.article), set()).add(chunk.id)
    ids = [chunk.id for chunk in chunks]
    retriever = Retriever.build(ids, texts, encoder, asked=asked)
    rows = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    wanted = [
        (row["question"], frozenset(i for a in row["articles"] for i in of_article[a["document"], a["article"]]))
        for row in rows
        if row["answerable"] and not row.get("history")
    ]
    return examples(retriever, ids, wanted, "asked")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m index.training.rank", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--twin", type=Path, required=True, help="the model trained without the held-out questions")
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, default=WEIGHTS_FILE)
    given = parser.parse_args(arguments)
    options = Options()
    data = read_data(given.data, options.seed, options.law_articles, options.news_items)
    weights = {
        "plain": fit(plain_examples(data, load_encoder(given.twin)), PLAIN),
        "asked": fit([asked_examples(given.questions, load_encoder())], ASKED),
    }
    given.out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8", newline="\n")
    print(json.dumps(weights))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
