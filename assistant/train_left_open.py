"""`python -m assistant.train_left_open` makes `models/left_open.npz` from the questions in the repository (a minute)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from assistant.left_open import MODEL_FILE, LeftOpen, question_features
from index.asked import ANYTHING, Asked, read_bundled, read_left_open, statute_questions, training_questions

STRENGTH = 5.0
"""Inverse of the penalty (scikit-learn's C)."""
SMALLEST = 0.02
"""A feature whose weight is nearer to zero in both models is left out."""


def train(answered: Asked, others: Sequence[Asked], left_open: Asked) -> LeftOpen:
    """`known`: the questions of the bundled documents against all that is open; `general`: the answered questions of
    every document against what comes near to an article and is open. Open questions under `ANYTHING` are open for the
    bundled documents, perhaps not for others."""
    bundled, everywhere = _texts(answered), [text for asked in others for text in _texts(asked)]
    near = _texts({key: texts for key, texts in left_open.items() if key[0] != ANYTHING})
    far = _texts({key: texts for key, texts in left_open.items() if key[0] == ANYTHING})
    vectorizer = TfidfVectorizer(analyzer=question_features, sublinear_tf=True, min_df=2)
    rows = vectorizer.fit_transform([*bundled, *everywhere, *near, *far])
    sizes = np.cumsum([len(bundled), len(everywhere), len(near), len(far)])
    number = np.arange(sizes[-1])
    is_answered = number < sizes[1]
    models = []
    for used in ((number < sizes[0]) | (number >= sizes[1]), number < sizes[2]):
        model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=500)
        models.append(model.fit(rows[used], is_answered[used]))
    weights = np.concatenate([model.coef_ for model in models]).astype(np.float32)
    kept = np.flatnonzero(np.abs(weights).max(axis=0) >= SMALLEST)
    names = vectorizer.get_feature_names_out()
    return LeftOpen(
        {str(names[row]): place for place, row in enumerate(kept)},
        np.asarray(vectorizer.idf_[kept], dtype=np.float32),
        weights[:, kept],
        np.array([model.intercept_[0] for model in models], dtype=np.float32),
    )


def _texts(asked: Asked) -> list[str]:
    return [text for texts in asked.values() for text in texts]


def main() -> None:
    model = train(read_bundled(), [training_questions(), statute_questions()], read_left_open())
    model.save(MODEL_FILE)
    print(f"{len(model.vocabulary)} features, {MODEL_FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
