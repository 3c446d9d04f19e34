"""Question and text read together by a cross-encoder of sentence-transformers; optional, capped in pairs and time."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol

from index.errors import RerankerError

_BATCH = 4  # pairs at once: the time is looked at after each batch
_PROBE = ("条", "条" * 600)
"""Scored once at loading: longer than what most models read, so one that does not cut long texts fails there."""


class Reranker(Protocol):
    """Scores texts for a question, at most the first `pairs` of them.

    `scores` may be shorter than `texts`; NaN stands for a text that has no score. Threads may call it at once.
    """

    @property
    def pairs(self) -> int: ...

    def scores(self, query: str, texts: list[str]) -> list[float]: ...


def load_reranker(name_or_folder: str, pairs: int, seconds: float) -> Reranker | None:
    """The named cross-encoder; None for an empty name. Raises `RerankerError`."""
    return CrossEncoderReranker.load(name_or_folder, pairs, seconds) if name_or_folder else None


class CrossEncoderReranker:
    """A cross-encoder with one label; higher scores are better, and comparable within one call only.

    One thread at a time asks the model: its tokenizer is changed while it works ("Already borrowed" otherwise). What is
    scored within `seconds` depends on the machine, so the same search may be ordered differently under load.
    """

    def __init__(self, model: Any, pairs: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._model = model
        self._pairs = pairs
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()

    @classmethod
    def load(cls, name_or_folder: str, pairs: int, seconds: float) -> CrossEncoderReranker:
        """Looks in the folder, then in the local cache, then on the hub, unless HF_HUB_OFFLINE is set.

        Code inside a model folder is never run. Raises `RerankerError` with one line that names the model and the
        remedy, also for a model that was not made to score pairs or that gives them several labels.
        """
        from httpx import HTTPError
        from sentence_transformers import CrossEncoder

        try:
            model = CrossEncoder(name_or_folder, device="cpu", trust_remote_code=False)
            _check(model)
            model.predict([_PROBE], show_progress_bar=False)
        except (OSError, ValueError, KeyError, IndexError, ImportError, RuntimeError, HTTPError) as exc:
            reason = (str(exc).strip().splitlines() or [type(exc).__name__])[0]
            raise RerankerError(
                f"重排模型“{name_or_folder}”用不了：{reason} 请检查 POLICYQA_RERANKER（或 policyqa.toml 的 reranker）；"
                "没有网络时先在能上网的机器上下载，再写它的文件夹；或者去掉这一项，不用重排。"
            ) from exc
        return cls(model, pairs, seconds)

    @property
    def pairs(self) -> int:
        return self._pairs

    def scores(self, query: str, texts: list[str]) -> list[float]:
        """The scores of the first texts, at most `pairs`; none is begun after `seconds`, the wait for others included.

        The batch under way is finished; what the model fails at has no score. Long texts are cut at the model's own length.
        """
        until = self._clock() + self._seconds
        found: list[float] = []
        for start in range(0, min(len(texts), self._pairs), _BATCH):
            batch = [(query, text) for text in texts[start : min(start + _BATCH, self._pairs)]]
            left = until - self._clock()
            if left <= 0 or not self._lock.acquire(timeout=left):
                break
            try:
                found += [float(score) for score in self._model.predict(batch, show_progress_bar=False)]
            except RuntimeError:  # too little memory, a tokenizer's fault: the search answers without
                break
            finally:
                self._lock.release()
        return found


def _check(model: Any) -> None:
    """Raises `ValueError` for several labels, and for an embedding model, which would get a random last layer."""
    if model.num_labels != 1:
        raise ValueError(f"它给每一对文字 {model.num_labels} 个分数，重排要只给一个分数的模型。")
    made_for = getattr(model.config, "architectures", None) or []
    if len(model) == 1 and made_for and not any(name.endswith("ForSequenceClassification") for name in made_for):
        raise ValueError(f"它是 {made_for[0]}，没有学过给成对的文字打分（向量模型用 policyqa build --embedding）。")
