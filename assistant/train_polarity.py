"""`python -m assistant.train_polarity` makes `models/polarity.npz` (a minute), from `assistant/training/yes_no_*.txt` and what
is noted about the bundled documents' questions.

A block is `《title》number`, the article's text in lines that begin with `|`, and questions about it: one of
`index.asked.SAYS`, with `!` where the question asks by its negation, a tab, the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from assistant.errors import SettingsError
from assistant.polarity import HEADS, MODEL_FILE, Polarity, polarity_features
from assistant.sentences import split_sentences
from index.asked import BUNDLED_QUESTIONS, SAYS, for_documents, read_notes
from index.corpus import read_bundled
from index.library import build_library
from index.records import Article
from index.tokens import character_pairs

FOLDER = Path(__file__).parent / "training"
STRENGTHS = (0.5, 0.2)
"""Inverse of the penalty (scikit-learn's C), for documents with questions of their own and for any other."""
SMALLEST = 0.01
"""A feature whose weight is nearer to zero in every head is left out."""
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """One question of yes or no about an article. `article` groups the questions of one article."""

    article: str
    clause: str
    question: str
    says: str
    is_negated: bool


def read_cases(path: Path) -> list[Case]:
    """Raises `SettingsError` with the file and line that is none of the format."""
    cases: list[Case] = []
    article, text = "", ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        says, tab, question = line.partition("\t")
        if line.startswith("《"):
            article, text = line, ""
        elif line.startswith("| "):
            text = f"{text}\n{line[2:]}".strip()
        elif tab and says.rstrip("!") in SAYS and text:
            cases.append(Case(article, deciding_sentence(question, text), question, says.rstrip("!"), "!" in says))
        elif line.strip():
            raise SettingsError(f"{path} 第 {number} 行：应为“《法规》条号”“| 条文”或“{'/'.join(SAYS)}<制表符>问题”")
    return cases


def deciding_sentence(question: str, text: str) -> str:
    """The sentence that shares most with the question, as an answer would quote it."""
    asked = set(character_pairs(question))
    sentences = split_sentences(Article("", "", "", "", "", text))
    best = max(sentences, key=lambda s: len(asked & set(character_pairs(s.text))) / np.sqrt(30 + len(s.text)))
    return best.text


def labels(cases: Sequence[Case]) -> NDArray[np.bool_]:
    """bool `[3, n]` in the order of `HEADS`."""
    affirmed = [case.says in ("是", "有条件") for case in cases]
    qualified = [case.says in ("有条件", "有例外") for case in cases]
    return np.array([affirmed, qualified, [case.is_negated for case in cases]])


def train(laws: Sequence[Case], bundled: Sequence[Case]) -> Polarity:
    """The model for documents with questions of their own learns from both, that for any other from `laws` alone."""
    cases = [*laws, *bundled]
    vectorizer = DictVectorizer()
    rows = vectorizer.fit_transform([polarity_features(case.question, case.clause) for case in cases])
    models = [
        [_fit(rows[:used], wanted[:used], strength) for wanted in labels(cases)]
        for used, strength in zip((len(cases), len(laws)), STRENGTHS, strict=True)
    ]
    weights = np.array([[head.coef_[0] for head in heads] for heads in models], dtype=np.float32)
    kept = np.flatnonzero(np.abs(weights).max(axis=(0, 1)) >= SMALLEST)
    names = vectorizer.get_feature_names_out()
    vocabulary = {str(names[row]): place for place, row in enumerate(kept)}
    bias = np.array([[head.intercept_[0] for head in heads] for heads in models], dtype=np.float32)
    return Polarity(vocabulary, weights[:, :, kept], bias)


def _fit(rows: Any, wanted: NDArray[np.bool_], strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=1000).fit(rows, wanted)


def cross_validate(cases: Sequence[Case]) -> dict[str, float]:
    """The share of right judgements of each head by the model for any document, articles held out."""
    rows = DictVectorizer().fit_transform([polarity_features(case.question, case.clause) for case in cases])
    groups = [case.article for case in cases]
    right = {}
    for head, wanted in zip(HEADS, labels(cases), strict=True):
        said = np.zeros(len(cases), dtype=bool)
        for known, held_out in GroupKFold(FOLDS).split(rows, wanted, groups):
            said[held_out] = _fit(rows[known], wanted[known], STRENGTHS[1]).predict(rows[held_out])
        right[head] = round(float((said == wanted).mean()), 3)
    return right


def law_cases() -> list[Case]:
    """Our questions about articles of other laws."""
    return [case for path in sorted(FOLDER.glob("yes_no_*.txt")) for case in read_cases(path)]


def bundled_cases() -> list[Case]:
    """The questions of yes or no about the bundled documents, with the sentences that are noted to answer them."""
    documents = build_library(read_bundled()).documents
    notes = for_documents(documents, read_notes(BUNDLED_QUESTIONS))
    cases = []
    for article in (article for document in documents for article in document.articles):
        sentences = [s.text for s in split_sentences(article) if s.role == "sentence"]
        for question, note in notes.get(article.id, {}).items():
            answering = [s for s in sentences if s.startswith(note.passages)] if note.passages else []
            clause = "\n".join(answering) or deciding_sentence(question, article.text)
            if note.says:
                cases.append(Case(article.id, clause, question, note.says, note.is_negated))
    return cases


def main() -> None:
    laws, bundled = law_cases(), bundled_cases()
    model = train(laws, bundled)
    model.save(MODEL_FILE)
    size = MODEL_FILE.stat().st_size
    print(f"{len(laws)} + {len(bundled)} questions, {len(model.vocabulary)} features, {size:,} bytes")
    print("articles held out:", cross_validate(laws))


if __name__ == "__main__":
    main()
