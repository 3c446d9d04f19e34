"""Texts to vectors: the shipped static model read with NumPy, or any sentence-transformers model by name or folder.

A static model folder holds `config.json`, `vocabulary.txt` (one feature a line), and `model.safetensors` with `rows`
(int8 `[features, dimension]`) and `scales` (float32 `[features]`): a text's vector is the sum of `scale · row` over its
different features, made unit length. `index/training` makes such folders.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import EmbeddingError
from index.tokens import features

Vectors = NDArray[np.float32]

DEFAULT_FOLDER = Path(__file__).parent / "models" / "default"
STATIC_FORMAT = "policyqa-static-1"

_QUERY_PROMPTS = ("query", "retrieval.query", "Retrieval-query", "s2p_query")
_DOCUMENT_PROMPTS = ("document", "passage", "corpus", "retrieval.passage", "Retrieval-document")
"""Names under which models of sentence-transformers keep what goes before a text."""

_FAMILIES = (
    (r"bge-(?:small|base|large)-zh(?!-noinstruct)", "为这个句子生成表示以用于检索相关文章：", ""),
    (r"bge-(?:small|base|large)-en", "Represent this sentence for searching relevant passages: ", ""),
    (
        r"e5-(?:small|base|large)-instruct",
        "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ",
        "",
    ),
    (r"e5-(?:small|base|large)", "query: ", "passage: "),
)
"""Name of a model -> what its model card puts before queries and documents, where its config does not say."""


class Encoder(Protocol):
    """Turns texts into float32 `[n, dimension]` with unit rows; a text without any known feature is a zero row.

    `encode` is for what is searched, `encode_query` for what it is searched with: many models tell them apart. `name` says which model made an index, so that another one is not asked to search it.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: list[str]) -> Vectors: ...

    def encode_query(self, texts: list[str]) -> Vectors: ...


def load_encoder(name_or_folder: str | Path | None = None) -> Encoder:
    """The shipped model for None or "default"; a static model's folder; else a sentence-transformers name or folder.

    Raises `EmbeddingError` with one line that names the model and the remedy.
    """
    if name_or_folder is None or str(name_or_folder) == "default":
        return StaticEncoder.load(DEFAULT_FOLDER)
    if _is_static(Path(name_or_folder)):
        return StaticEncoder.load(Path(name_or_folder))
    return TransformerEncoder.load(str(name_or_folder))


class StaticEncoder:
    """A sum of learned feature vectors: needs no PyTorch, loads in some 30 ms, encodes a question in under 1 ms."""

    def __init__(self, vocabulary: list[str], rows: NDArray[np.int8], scales: Vectors, fingerprint: str = "") -> None:
        self._vocabulary = vocabulary
        self._row_of = {feature: row for row, feature in enumerate(vocabulary)}
        self._rows = rows
        self._scales = scales
        self._fingerprint = fingerprint or _fingerprint(vocabulary, rows, scales)

    @classmethod
    def quantise(cls, vocabulary: list[str], vectors: Vectors) -> StaticEncoder:
        """Keeps each float32 row as int8 and one scale: the largest of a row becomes ±127."""
        largest = np.abs(vectors).max(axis=1)
        scales = np.where(largest > 0, largest / 127, 1.0).astype(np.float32)
        return cls(vocabulary, np.rint(vectors / scales[:, None]).astype(np.int8), scales)

    @property
    def name(self) -> str:
        return f"policyqa-static@{self._fingerprint}"

    @property
    def dimension(self) -> int:
        return int(self._rows.shape[1])

    @property
    def vocabulary(self) -> list[str]:
        return list(self._vocabulary)

    def vectors(self) -> Vectors:
        """float32 `[features, dimension]`, the rows as they are added up."""
        return np.asarray(self._rows * self._scales[:, None], dtype=np.float32)

    def encode(self, texts: list[str]) -> Vectors:
        """float32 `[n, dimension]`, unit rows; a text without a known feature is a zero row."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            known = [row for feature in features(text) if (row := self._row_of.get(feature)) is not None]
            if known:
                vector[:] = self._scales[known] @ self._rows[known].astype(np.float32)
        return _unit_rows(vectors)

    def encode_query(self, texts: list[str]) -> Vectors:
        """As `encode`: this model was trained with both alike."""
        return self.encode(texts)

    def save(self, folder: Path) -> None:
        """Writes the three files of the format into `folder`."""
        from safetensors.numpy import save

        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.safetensors").write_bytes(save({"rows": self._rows, "scales": self._scales}))
        (folder / "vocabulary.txt").write_text("\n".join(self._vocabulary) + "\n", encoding="utf-8", newline="\n")
        config = {"format": STATIC_FORMAT, "dimension": self.dimension, "fingerprint": self._fingerprint}
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8", newline="\n")

    @classmethod
    def load(cls, folder: Path) -> StaticEncoder:
        """Raises `EmbeddingError` where a file is missing or damaged, or the files do not belong together."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            arrays = load((folder / "model.safetensors").read_bytes())
            vocabulary = (folder / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
            rows, scales = arrays["rows"], arrays["scales"]
            if config["format"] != STATIC_FORMAT or not len(vocabulary) == len(rows) == len(scales):
                raise ValueError("the files do not belong together")
            return cls(vocabulary, rows, scales, config["fingerprint"])
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as exc:
            raise EmbeddingError(
                f"词向量模型文件夹 {folder} 缺文件或已损坏（{exc}）；"
                "请重新安装 policyqa，或用 --embedding 指定别的模型。"
            ) from exc


class TransformerEncoder:
    """Any model of sentence-transformers. Its import takes seconds, so it is imported only here, when asked for.

    What goes before queries and documents is what the model's config says, or else what its family is known to need.
    """

    def __init__(self, name: str, model: Any) -> None:
        self._name = name
        self._model = model
        self._query_prompt, self._document_prompt = _prompts(name, model.prompts, model.default_prompt_name)
        self._dimension = int(self.encode(["条"]).shape[1])

    @classmethod
    def load(cls, name_or_folder: str) -> TransformerEncoder:
        """Looks in the folder, then in the local cache, then on the hub, unless HF_HUB_OFFLINE is set.

        Code inside a model folder is never run. Raises `EmbeddingError`.
        """
        from httpx import HTTPError
        from sentence_transformers import SentenceTransformer

        try:
            return cls(name_or_folder, SentenceTransformer(name_or_folder, device="cpu", trust_remote_code=False))
        except (OSError, ValueError, KeyError, ImportError, RuntimeError, HTTPError) as exc:
            reason = (str(exc).strip().splitlines() or [type(exc).__name__])[0]
            raise EmbeddingError(
                f"向量模型“{name_or_folder}”加载不了：{reason} 请检查名称或文件夹；没有网络时先在能上网的机器上下载，"
                "再用 --embedding 指定它的文件夹；或者去掉 --embedding，用自带的模型。"
            ) from exc

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    def encode(self, texts: list[str]) -> Vectors:
        """float32 `[n, dimension]`, unit rows: the texts as documents."""
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        return _unit_rows_of(self._model.encode_document(texts, prompt=self._document_prompt, show_progress_bar=False))

    def encode_query(self, texts: list[str]) -> Vectors:
        """float32 `[n, dimension]`, unit rows: the texts as questions."""
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        return _unit_rows_of(self._model.encode_query(texts, prompt=self._query_prompt, show_progress_bar=False))


def _prompts(name_or_folder: str, saved: Mapping[str, str], default_name: str | None) -> tuple[str, str]:
    """What goes before queries and before documents, both empty for most models.

    Prompts of the model's config, `saved`, come first: by their usual names, else the default one, unless it is named
    for the other side.

    >>> _prompts("intfloat/multilingual-e5-small", {}, None)
    ('query: ', 'passage: ')
    """

    def find(names: Sequence[str], other_names: Sequence[str]) -> str:
        default = (default_name,) if default_name and default_name not in other_names else ()
        return next((prompt for name in (*names, *default) if (prompt := saved.get(name))), "")

    query, document = find(_QUERY_PROMPTS, _DOCUMENT_PROMPTS), find(_DOCUMENT_PROMPTS, _QUERY_PROMPTS)
    if query or document:
        return query, document
    own_name = _own_name(name_or_folder)
    families = (prompts for pattern, *prompts in _FAMILIES if re.search(rf"(?:^|[-_]){pattern}", own_name))
    query, document = next(families, ("", ""))
    return query, document


def _own_name(name_or_folder: str) -> str:
    """The model's name in lower case, without its owner; the hub's cache has it two folders up.

    >>> _own_name("BAAI/bge-small-zh-v1.5"), _own_name("hub/models--BAAI--bge-m3/snapshots/5617a9f61b02")
    ('bge-small-zh-v1.5', 'bge-m3')
    """
    path = Path(name_or_folder)
    if path.parent.name == "snapshots":
        path = path.parents[1]
    return path.name.rpartition("--")[2].lower()


def _is_static(folder: Path) -> bool:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("format") == STATIC_FORMAT


def _unit_rows_of(vectors: Any) -> Vectors:
    return _unit_rows(np.asarray(vectors, dtype=np.float32))


def _unit_rows(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)


def _fingerprint(vocabulary: list[str], rows: NDArray[np.int8], scales: Vectors) -> str:
    digest = hashlib.sha256("\n".join(vocabulary).encode())
    digest.update(rows.tobytes())
    digest.update(scales.tobytes())
    return digest.hexdigest()[:12]
