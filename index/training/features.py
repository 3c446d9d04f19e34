"""The static model as a module of sentence-transformers: trained here, read by it and by NumPy alike.

`SentenceTransformer(folder, trust_remote_code=True)` loads what `save` writes: sentence-transformers asks for that flag
before it imports any module class that is not its own, here this one from the installed policyqa.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers.base.modules.input_module import InputModule
from torch import Tensor, nn

from index.embedding import StaticEncoder
from index.tokens import features

FeatureIds = NDArray[np.int32]


class StaticFeatures(InputModule):
    """Adds up `weight · row` over the different features of a text and makes the sum unit length."""

    def __init__(self, vocabulary: list[str], rows: Tensor, weights: Tensor) -> None:
        """`rows` is float32 `[features, dimension]`, `weights` float32 `[features]`."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.vocabulary = vocabulary
        self.rows = nn.Parameter(rows)
        self.weights = nn.Parameter(weights)
        self._row_of = {feature: row for row, feature in enumerate(vocabulary)}

    def feature_ids(self, text: str) -> FeatureIds:
        """The rows of the features of `text`; features outside the vocabulary are left out."""
        known = [row for feature in features(text) if (row := self._row_of.get(feature)) is not None]
        return np.array(known, dtype=np.int32)

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        return collate_ids([self.feature_ids((prompt or "") + text) for text in inputs])

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Adds `sentence_embedding`, float32 `[n, dimension]`; a text without a known feature is a zero row."""
        ids = features["input_ids"]
        added = nn.functional.embedding_bag(
            ids, self.rows, features["offsets"], mode="sum", per_sample_weights=self.weights[ids]
        )
        features["sentence_embedding"] = nn.functional.normalize(added, dim=-1)
        return features

    def get_embedding_dimension(self) -> int:
        return int(self.rows.shape[1])

    def to_encoder(self) -> StaticEncoder:
        """The model as it is shipped: weights folded into the rows, rows as int8."""
        vectors = (self.rows * self.weights[:, None]).detach().numpy()
        return StaticEncoder.quantise(self.vocabulary, vectors)

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        self.to_encoder().save(Path(output_path))

    @classmethod
    def load(  # type: ignore[override]  # where a hub model would come from is of no use here
        cls, model_name_or_path: str, subfolder: str = "", **_: Any
    ) -> StaticFeatures:
        encoder = StaticEncoder.load(Path(model_name_or_path) / subfolder)
        vectors = torch.from_numpy(encoder.vectors())
        return cls(encoder.vocabulary, vectors, torch.ones(len(vectors)))


def collate_ids(texts_ids: Sequence[FeatureIds]) -> dict[str, Any]:
    """One flat `input_ids` and where each text begins in it (`offsets`)."""
    lengths = [len(ids) for ids in texts_ids]
    flat = np.concatenate([*texts_ids, np.empty(0, dtype=np.int32)]).astype(np.int64)
    offsets = np.cumsum([0, *lengths[:-1]]) if lengths else np.empty(0)
    return {"input_ids": torch.from_numpy(flat), "offsets": torch.from_numpy(offsets.astype(np.int64))}
