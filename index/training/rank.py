"""`python -m index.training.rank --data ../shared/data --others FILE … --bundled FILE …` fits `index/models/ranking.json`.

A softmax over the candidates of each question, the gold texts being right. `plain` is fitted on development questions
(FILE, in the form of contract.md) about laws and policies that have no questions of their own, all of them in one
library; `asked` on questions about the bundled documents that nobody indexed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from index.asked import for_documents, read_bundled
from index.build import library_texts
from index.corpus import read_bundled as read_bundled_pages
from index.embedding import Encoder, load_encoder
from index.library import Library, build_library
from index.ranking import ASKED, PLAIN, WEIGHTS_FILE
from index.retriever import FUSION_DEPTH, Retriever
from index.training.data import read_pages

STEPS, RATE, SHRINK = 600, 0.05, 1e-3
LEAST = 0.3
"""Every kind of evidence keeps a little weight: slips of the input method are too rare among the questions to show theirs."""

Row = dict[str, Any]
"""A question as contract.md has it."""


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


def fit(examples: Sequence[Example], names: Sequence[str]) -> dict[str, float]:
    """Weights that make the right texts likely, none below `LEAST`."""
    weights = torch.full((len(names),), 3.0, requires_grad=True)
    prepared = [(torch.from_numpy(e.features.astype(np.float32)), torch.from_numpy(e.right)) for e in examples]
    optimizer = torch.optim.Adam([weights], lr=RATE)
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = SHRINK * (weights**2).sum()
        for features, right in prepared:
            scores = features @ weights
            loss = loss + (scores.logsumexp(0) - scores[right].logsumexp(0)) / len(prepared)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        with torch.no_grad():
            weights.clamp_(min=LEAST)
    return {name: round(float(w), 3) for name, w in zip(names, weights.detach(), strict=True)}


def library_examples(
    library: Library, asked: Mapping[str, tuple[str, ...]], questions: Sequence[Row], encoder: Encoder
) -> list[Example]:
    """The questions on a library; `asked` are the questions indexed with its articles, if any."""
    chunks, texts, known = library_texts(library, asked)
    titles = {d.id: d.title for d in library.documents}
    of_article: dict[tuple[str, str], set[str]] = {}
    for chunk in chunks:
        of_article.setdefault((titles[chunk.document_id], chunk.article), set()).add(chunk.id)
    ids = [chunk.id for chunk in chunks]
    retriever = Retriever.build(ids, texts, encoder, asked=known)
    wanted = [
        (row["question"], frozenset(i for a in row["articles"] for i in of_article[a["document"], a["article"]]))
        for row in questions
    ]
    return examples(retriever, ids, wanted, "asked" if asked else "plain")


def read_questions(files: Sequence[Path]) -> list[Row]:
    """The answerable questions of the files, in the form of contract.md, without those that need the turns before."""
    rows = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["answerable"] and not row.get("history")]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m index.training.rank", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--others", type=Path, nargs="+", help="questions about laws and policies of DATA; fits `plain`"
    )
    parser.add_argument("--bundled", type=Path, nargs="+", help="questions about the bundled documents; fits `asked`")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FILE)
    given = parser.parse_args(arguments)
    if not (given.others or given.bundled):
        parser.error("give --others, or --bundled, or both")
    weights = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    if given.others:
        questions = read_questions(given.others)
        library = build_library(read_pages(given.data, {a["document"] for q in questions for a in q["articles"]}))
        weights["plain"] = fit(library_examples(library, {}, questions, load_encoder()), PLAIN)
    if given.bundled:
        library = build_library(read_bundled_pages())
        asked = for_documents(library.documents, read_bundled())
        weights["asked"] = fit(library_examples(library, asked, read_questions(given.bundled), load_encoder()), ASKED)
    given.out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8", newline="\n")
    print(json.dumps(weights))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
