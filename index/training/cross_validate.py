"""`python -m index.training.cross_validate --data ../shared/data --out FILE.json`: five-fold figures on STARD's questions.

Near-duplicate questions stay in one fold. For each fold a model is trained on everything but its questions, with the same
options as the shipped one; the fold's questions then search the whole corpus, once without and once with the other
folds' questions indexed beside the articles that answer them. What is done is written after every fold.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from index.embedding import Encoder, load_encoder
from index.retriever import Method, Retriever
from index.tokens import terms
from index.training.__main__ import train_model
from index.training.data import Data, Question, read_data
from index.training.measure import recall_at, reciprocal_rank_at
from index.training.train import Options, save_module

FOLDS = 5
NEAR_DUPLICATE = 0.6
"""Share of common terms (Jaccard) from which on two questions stay in one fold."""
_COMMON = 200  # terms of more questions than this are no sign of a near-duplicate

Row = dict[str, float]


def fold_of(questions: Sequence[Question]) -> list[int]:
    """The fold of each question: groups of near-duplicates go to the fold that is smallest so far."""
    owns = [set(terms(question.text)) for question in questions]
    having: defaultdict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(owns):
        for term in own:
            having[term].append(number)
    leader = list(range(len(questions)))

    def find(number: int) -> int:
        while leader[number] != number:
            number = leader[number]
        return number

    for number, own in enumerate(owns):
        near = {other for term in own if len(having[term]) <= _COMMON for other in having[term] if other > number}
        for other in sorted(near):
            if len(own & owns[other]) / len(own | owns[other]) >= NEAR_DUPLICATE:
                leader[find(other)] = find(number)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for number in range(len(questions)):
        groups[find(number)].append(number)
    sizes = [0] * FOLDS
    folds = [0] * len(questions)
    for group in groups.values():
        smallest = sizes.index(min(sizes))
        sizes[smallest] += len(group)
        for number in group:
            folds[number] = smallest
    return folds


def split(data: Data, fold: int) -> Data:
    """The data with STARD's questions of one fold held out, and nothing else."""
    statutes = [q for q in data.train if q.id.startswith("stard")]
    folds = fold_of(statutes)
    training = tuple(q for q, own in zip(statutes, folds, strict=True) if own != fold)
    others = tuple(q for q in data.train if not q.id.startswith("stard"))
    held_out = tuple(q for q, own in zip(statutes, folds, strict=True) if own == fold)
    return replace(data, train=(*training, *others), held_out=held_out)


def measure_fold(data: Data, encoder: Encoder, asked: bool, methods: Sequence[Method]) -> dict[Method, list[Row]]:
    """R@5, R@10, R@100, MRR@10 and milliseconds of each held-out question by each method.

    `asked`: the training questions are indexed with their articles.
    """
    known: defaultdict[str, list[str]] = defaultdict(list)
    if asked:
        for question in data.train:
            for article in question.gold:
                known[article].append(question.text)
    ids = list(data.corpus)
    retriever = Retriever.build(ids, list(data.corpus.values()), encoder, asked=[known[i] for i in ids])
    retriever.search("预热", 10)
    return {method: [_ask(retriever, question, method) for question in data.held_out] for method in methods}


def _model(data: Data, options: Options, kept: Path | None) -> Encoder:
    """The model trained on `data`, from its folder where an earlier run left it."""
    if kept and kept.is_dir():
        return load_encoder(kept)
    module = train_model(data, options)[0]
    if kept:
        save_module(module, kept)
    return module.to_encoder()


def _ask(retriever: Retriever, question: Question, method: Method) -> Row:
    started = time.perf_counter()
    found = [f.id for f in retriever.search(question.text, 100, method)]
    return {
        "R@5": recall_at(found, question.gold, 5),
        "R@10": recall_at(found, question.gold, 10),
        "R@100": recall_at(found, question.gold, 100),
        "MRR@10": reciprocal_rank_at(found, question.gold, 10),
        "milliseconds": (time.perf_counter() - started) * 1000,
    }


def means(rows: Iterable[Row]) -> Row:
    rows = list(rows)
    return {name: round(sum(row[name] for row in rows) / len(rows), 4) for name in rows[0]}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m index.training.cross_validate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="JSON file; rewritten after every fold")
    parser.add_argument("--folds", type=int, default=FOLDS, help="stop after so many folds")
    parser.add_argument("--models", type=Path, help="folder that keeps each fold's model; one that is there is used")
    given = parser.parse_args(arguments)
    options = Options()
    data = read_data(given.data, options.seed, options.law_articles, options.news_items).everything()
    rows: dict[str, list[Row]] = defaultdict(list)
    for fold in range(given.folds):
        own = split(data, fold)
        encoder = _model(own, options, given.models and given.models / f"fold{fold}")
        for method, own_rows in measure_fold(own, encoder, False, ("bm25", "dense", "hybrid")).items():
            rows[method] += own_rows
        rows["hybrid with the other folds' questions"] += measure_fold(own, encoder, True, ("hybrid",))["hybrid"]
        result = {"folds": fold + 1, "questions": len(rows["hybrid"]), **{n: means(r) for n, r in rows.items()}}
        given.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
