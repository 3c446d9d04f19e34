"""`python -m assistant.calibrate --data ../shared/data`: fits the numbers of `calibration.json` on development questions.

Ranking: a softmax over all sentences of a question's found articles, the sentences that hold the facts being right.
Refusing: a logistic regression on whether the question is answerable. Both shrink towards their starting point (L2),
and both are judged by five-fold cross-validation. The figures and the threshold come from out-of-fold predictions on
the *unseen* questions alone: the lay words were written with the development questions in sight, which flatters them.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant import evidence, refusal
from assistant.answer import Assistant, Found
from assistant.calibration import Calibration, RefusalModel
from assistant.records import Turn
from assistant.settings import load_settings
from index.asked import training_questions
from index.build import library_texts
from index.embedding import load_encoder
from index.library import Library, build_library
from index.retriever import Retriever
from index.search import Searcher
from index.store import open_build
from index.training.data import read_pages

Array = NDArray[np.float64]
DATA = Path("tests/data")
UNSEEN = (
    *sorted(DATA.glob("calibration_*.jsonl")),
    DATA / "yesno.jsonl",
    DATA / "followups.jsonl",
    *(Path("eval/data") / f"unseen_{name}.jsonl" for name in ("bundled", "bundled_2", "left_open")),
)
"""Asked twice to measure the search, then made development data, as the next."""
OTHERS = Path("eval/data/unseen_others.jsonl")
FOLDS, STEPS, RATE = 5, 400, 0.05
RANKING_SHRINK, REFUSAL_SHRINK = 0.02, 0.005
MOST_FALSE_REFUSALS = {"known": 0.035, "general": 0.15}
"""Each threshold refuses as much as it can while it wrongly refuses at most this share of the unseen questions."""

RANKING_START = {
    "sentence": 2.0, "article": 1.0, "pairs": 1.0, "soft": 2.0, "soft_article": 1.0, "cosine": 0.5, "hit": 15.0,
    "heading": 0.5, "expected": 0.4, "cue": 0.2, "named": 1.0, "looked_up": 10.0, "primary": 0.2,
    "numbered": 0.3, "list": 0.5, "recalled": 1.5, "recognised": 2.0,
}  # fmt: skip

_UNFITTED = RefusalModel((0.0,) * len(refusal.FEATURES), 0.0, 0.0)
START = Calibration(tuple(RANKING_START[name] for name in evidence.FEATURES), _UNFITTED, _UNFITTED)
"""What finds the evidence that the numbers are fitted on."""


@dataclass(frozen=True, slots=True)
class Example:
    """One development question as numbers: a row of features a sentence, and which rows are right."""

    question: str
    found: Found
    rows: Array
    right: NDArray[np.bool_]
    gold: NDArray[np.bool_]
    answerable: bool


def read_examples(path: Path, assistant: Assistant) -> list[Example]:
    """The questions of a data set (contract.md) that are not mere talk, searched."""
    return _examples([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()], assistant)


def _examples(items: Sequence[dict[str, Any]], assistant: Assistant) -> list[Example]:
    examples = []
    for item in items:
        history = [Turn(turn["q"], turn["a"]) for turn in item.get("history", [])]
        found = assistant.find(item["question"], history)
        if found is not None and found.ranked:
            examples.append(_example(item, found))
    return examples


def _example(item: dict[str, Any], found: Found) -> Example:
    gold = {(a["document"], a["article"]) for a in item["articles"]}
    is_gold = np.array([(e.document.title, e.article.number) in gold for e in found.ranked])
    facts = np.array([_facts(item["must_include"], e.sentence.text) for e in found.ranked]) * is_gold
    right = is_gold & (facts == facts.max()) if facts.max() > 0 else is_gold
    rows = np.array([e.features for e in found.ranked], dtype=np.float64)
    return Example(item["question"], found, rows, right, is_gold, bool(item["answerable"]))


def _facts(groups: Sequence[Sequence[str]], text: str) -> int:
    bare = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    return sum(any(re.sub(r"\s", "", unicodedata.normalize("NFKC", a)) in bare for a in group) for group in groups)


def fit_ranking(examples: Sequence[Example]) -> Array:
    """Adam on the mean negative log probability of the right sentences, plus the shrinkage."""
    start = np.array([RANKING_START[name] for name in evidence.FEATURES])
    useful = [e for e in examples if e.right.any()]

    def gradient(weights: Array) -> Array:
        total: Array = RANKING_SHRINK * (weights - start)
        for example in useful:
            scores = np.exp(example.rows @ weights - (example.rows @ weights).max())
            every, right = scores / scores.sum(), scores * example.right / scores[example.right].sum()
            total = total + (every - right) @ example.rows / len(useful)
        return total

    weights: Array = np.maximum(_adam(gradient, start), 0)
    return weights


def fit_refusal(rows: Array, answerable: Array) -> Array:
    """Logistic regression on standardised features, its weights those of the features as they are; the last is the bias."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    standard = np.hstack([(rows - mean) / spread, np.ones((len(rows), 1))])

    def gradient(weights: Array) -> Array:
        likely = 1 / (1 + np.exp(-standard @ weights))
        shrink = REFUSAL_SHRINK * weights
        shrink[-1] = 0
        step: Array = standard.T @ (likely - answerable) / len(rows) + shrink
        return step

    weights = _adam(gradient, np.zeros(standard.shape[1]))
    own = weights[:-1] / spread
    return np.append(own, weights[-1] - own @ mean)


def _adam(gradient: Any, start: Array) -> Array:
    weights, mean, square = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, STEPS + 1):
        slope = gradient(weights)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights = weights - RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights


def refusal_row(example: Example, weights: Array, is_known: bool) -> tuple[float, ...]:
    """The refusal features of a question under new ranking weights."""
    scores = example.rows @ weights
    order = np.argsort(-scores, kind="stable")
    ranked = [replace(example.found.ranked[i], score=float(scores[i])) for i in order]
    return refusal.refusal_features(example.found.asked, ranked, example.found.familiarity, is_known)


def folds(count: int) -> NDArray[np.int64]:
    """The fold of each question, fixed by a seed."""
    fold: NDArray[np.int64] = np.random.default_rng(0).permutation(count) % FOLDS
    return fold


def choose_threshold(likely: Array, answerable: Array, most: float) -> tuple[float, float, float]:
    """Threshold, refusal recall and false refusals: the highest that keeps to `most` false refusals."""
    chosen = (0.0, 0.0, 0.0)
    for threshold in np.arange(0.01, 1.0, 0.01):
        recall, false = (likely[answerable == 0] < threshold).mean(), (likely[answerable == 1] < threshold).mean()
        if false <= most:
            chosen = (float(threshold), float(recall), float(false))
    return chosen


def calibrate_ranking(examples: Sequence[Example], is_unseen: NDArray[np.bool_]) -> tuple[Array, float]:
    """The weights, and the cross-validated share of unseen answerable questions with the right article first."""
    fold = folds(len(examples))
    without = [
        fit_ranking([e for e, f in zip(examples, fold, strict=True) if f != held_out]) for held_out in range(FOLDS)
    ]
    first = [
        bool(e.gold[int(np.argmax(e.rows @ without[f]))])
        for e, f, unseen in zip(examples, fold, is_unseen, strict=True)
        if e.answerable and unseen
    ]
    return fit_ranking(examples), round(float(np.mean(first)), 3)


def calibrate_refusal(
    examples: Sequence[Example], is_unseen: NDArray[np.bool_], ranking: Array, is_known: bool
) -> tuple[dict[str, Any], dict[str, float]]:
    """One model of calibration.json, fitted on all questions, and the cross-validated figures of the unseen ones, with
    the sentences ranked as they will be."""
    fold, answerable = folds(len(examples)), np.array([float(e.answerable) for e in examples])
    likely = np.zeros(len(examples))
    rows = np.array([refusal_row(e, ranking, is_known) for e in examples])
    for held_out in range(FOLDS):
        model = fit_refusal(rows[fold != held_out], answerable[fold != held_out])
        likely[fold == held_out] = 1 / (1 + np.exp(-(rows[fold == held_out] @ model[:-1] + model[-1])))
    threshold, recall, false = choose_threshold(
        likely[is_unseen], answerable[is_unseen], MOST_FALSE_REFUSALS["known" if is_known else "general"]
    )
    model = fit_refusal(rows, answerable)
    content = {
        "weights": {n: round(float(w), 3) for n, w in zip(refusal.FEATURES, model[:-1], strict=True)},
        "bias": round(float(model[-1]), 3),
        "threshold": round(threshold, 2),
    }
    return content, {"refusal_recall": round(recall, 3), "false_refusal": round(false, 3)}


def without_questions(library: Library) -> Assistant:
    """A library as if nobody had written questions about it: what a user's own documents are."""
    chunks, texts, _ = library_texts(library, {})
    encoder = load_encoder()
    searcher = Searcher(library, Retriever.build([c.id for c in chunks], texts, encoder))
    return Assistant(searcher, encoder, calibration=START)


def other_examples(folder: Path) -> list[Example]:
    """Questions on ten other documents, and as many about still others, which these leave open."""
    items = [json.loads(line) for line in OTHERS.read_text(encoding="utf-8").splitlines()]
    titles = {a["document"] for item in items for a in item["articles"]}
    assistant = without_questions(build_library(read_pages(folder, titles)))
    strangers = [text for texts in training_questions().values() for text in texts]
    chosen = np.random.default_rng(0).choice(len(strangers), size=len(items), replace=False)
    nothing = {"articles": [], "must_include": [], "answerable": False}
    return _examples([*items, *({"question": strangers[i], **nothing} for i in chosen)], assistant)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m assistant.calibrate", description=__doc__.split("\n")[0])
    parser.add_argument("--index", type=Path, default=None, help="index folder (default: POLICYQA_INDEX)")
    parser.add_argument("--seen", type=Path, nargs="*", default=[DATA / "dev_questions.jsonl"])
    parser.add_argument("--unseen", type=Path, nargs="+", default=list(UNSEEN))
    parser.add_argument("--data", type=Path, required=True, help="folder of the training data (shared/data)")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("calibration.json"))
    arguments = parser.parse_args()
    folder = load_settings(arguments.index).index
    encoder = load_encoder(open_build(folder)[1].embedding)
    searcher = Searcher.open(folder, encoder)
    assistant = Assistant(searcher, encoder, calibration=START)
    content: dict[str, Any] = {"made_by": "python -m assistant.calibrate"}
    figures: dict[str, Any] = {}
    for name, own in (("known", assistant), ("general", without_questions(assistant.library))):
        unseen = [e for path in arguments.unseen for e in read_examples(path, own)]
        seen = [e for path in arguments.seen for e in read_examples(path, own)]
        if name == "general":  # fitted on all, but its threshold is chosen on the documents that it is for
            unseen, seen = other_examples(arguments.data), [*unseen, *seen]
        examples, is_unseen = [*unseen, *seen], np.arange(len(unseen) + len(seen)) < len(unseen)
        if name == "known":
            ranking, first = calibrate_ranking(examples, is_unseen)
            content["ranking"] = {n: round(float(w), 3) for n, w in zip(evidence.FEATURES, ranking, strict=True)}
            figures["first_article"] = first
        content[name], measured = calibrate_refusal(examples, is_unseen, ranking, name == "known")
        figures[name] = {"questions": len(examples), "unseen": len(unseen), **measured}
    content["figures"] = figures
    arguments.out.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(content["figures"], ensure_ascii=False))


if __name__ == "__main__":
    main()
