"""The static encoder against a hand-worked sum, its files, the shipped model, and models of sentence-transformers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import index.embedding
from index.embedding import DEFAULT_FOLDER, StaticEncoder, Vectors, load_encoder
from index.errors import EmbeddingError

VOCABULARY = ["补贴", "工资", "补", "贴"]
VECTORS = np.array([[127, 0, 0], [0, 127, 0], [0, 0, 127], [0, 0, -127]], dtype=np.float32)


def small() -> StaticEncoder:
    return StaticEncoder.quantise(VOCABULARY, VECTORS)


def test_a_text_is_the_sum_of_its_different_features() -> None:
    # 补贴工资: features 补贴 [1,0,0], 工资 [0,1,0], 补 [0,0,1], 贴 [0,0,-1] (贴工, 工 and 资 are unknown): [1,1,0].
    vectors = small().encode(["补贴工资", "补贴补贴工资"])
    assert vectors.dtype == np.float32
    assert vectors == pytest.approx(np.array([[0.5**0.5, 0.5**0.5, 0]] * 2), abs=1e-6)


def test_rows_are_unit_and_unknown_texts_zero() -> None:
    vectors = small().encode(["补贴", "xyz", "", "工资"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 0, 1], abs=1e-6)
    assert small().encode([]).shape == (0, 3)


def test_quantising_keeps_rows_to_one_part_in_254_of_their_largest() -> None:
    rows = np.random.default_rng(0).standard_normal((50, 16)).astype(np.float32)
    rows[7] = 0
    kept = StaticEncoder.quantise([str(n) for n in range(50)], rows).vectors()
    assert np.all(np.abs(kept - rows) <= np.abs(rows).max(axis=1, keepdims=True) / 254 + 1e-7)


def test_saved_and_read_back(tmp_path: Path) -> None:
    small().save(tmp_path / "模型")
    loaded = load_encoder(tmp_path / "模型")
    assert isinstance(loaded, StaticEncoder)
    assert (loaded.name, loaded.dimension) == (small().name, 3)
    assert np.array_equal(loaded.encode(["补贴工资"]), small().encode(["补贴工资"]))


def test_another_model_has_another_name() -> None:
    assert small().name != StaticEncoder.quantise(VOCABULARY, VECTORS[::-1].copy()).name
    assert small().name != StaticEncoder.quantise(VOCABULARY[::-1], VECTORS).name


@pytest.mark.parametrize("damage", ["no weights", "no words", "a word less", "cut weights", "other format"])
def test_a_damaged_folder_says_so(tmp_path: Path, damage: str) -> None:
    small().save(tmp_path)
    weights, vocabulary, config = (tmp_path / n for n in ("model.safetensors", "vocabulary.txt", "config.json"))
    match damage:
        case "no weights":
            weights.unlink()
        case "no words":
            vocabulary.unlink()
        case "a word less":
            vocabulary.write_text("补贴\n工资\n补\n", encoding="utf-8")
        case "cut weights":
            weights.write_bytes(weights.read_bytes()[:20])
        case _:
            config.write_text(json.dumps({"format": "x", "fingerprint": "y"}), encoding="utf-8")
    with pytest.raises(EmbeddingError, match="--embedding"):
        StaticEncoder.load(tmp_path)


@pytest.mark.parametrize("name", [None, "default"])
def test_the_shipped_model_without_pytorch(name: str | None) -> None:
    encoder = load_encoder(name)
    assert encoder.dimension >= 128
    asked, near, far = encoder.encode(["被单位辞退了怎么办", "用人单位解除劳动合同", "森林防火期禁止野外用火"])
    assert asked @ near > asked @ far + 0.2


def test_the_shipped_model_is_small_whole_and_quick_to_load() -> None:
    assert sum(path.stat().st_size for path in DEFAULT_FOLDER.iterdir()) < 25_000_000
    config = json.loads((DEFAULT_FOLDER / "config.json").read_text(encoding="utf-8"))
    shipped = StaticEncoder.load(DEFAULT_FOLDER)
    assert StaticEncoder.quantise(shipped.vocabulary, shipped.vectors()).name.endswith(config["fingerprint"])
    code = (
        "import sys, time; from index.embedding import load_encoder\n"
        "began = time.perf_counter(); load_encoder(); took = time.perf_counter() - began\n"
        "assert 'torch' not in sys.modules and 'sentence_transformers' not in sys.modules\n"
        "assert took < 0.5, took\n"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 0, finished.stderr


def test_the_shipped_vocabulary_holds_no_long_numbers() -> None:
    assert not [f for f in StaticEncoder.load(DEFAULT_FOLDER).vocabulary if f.isdigit() and len(f) > 4]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of sentence-transformers: a tokenizer with four words and their vectors."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "补贴": 1, "工资": 2, "社区": 3}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    weights = np.array([[0, 0], [3, 4], [0, 2], [-5, 0]], dtype=np.float32)
    path = tmp_path_factory.mktemp("小模型")
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, weights)], device="cpu").save(str(path))
    return path


def test_any_folder_is_read_and_made_unit_length(folder: Path) -> None:
    encoder = load_encoder(folder)
    assert (encoder.name, encoder.dimension) == (str(folder), 2)
    vectors = encoder.encode(["补贴", "工资", "未知"])
    assert vectors.dtype == np.float32
    assert vectors == pytest.approx(np.array([[0.6, 0.8], [0, 1], [0, 0]]), abs=1e-6)
    assert encoder.encode([]).shape == (0, 2)


BGE_PROMPT = "为这个句子生成表示以用于检索相关文章："
MakeBert = Callable[..., Path]


@pytest.fixture(scope="module")
def make_bert(tmp_path_factory: pytest.TempPathFactory) -> MakeBert:
    """Makes a folder of the given name with a BERT of two layers over single characters, and prompts in its config."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast, set_seed

    letters = sorted(
        {*BGE_PROMPT, *"补贴工资社区查询段落:：qupasedcrygointh", "[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"}
    )
    pieces = [f"##{letter}" for letter in letters if letter.isascii() and letter.isalpha()]

    def make(name: str, **settings: object) -> Path:
        plain = tmp_path_factory.mktemp("bert")
        (plain / "vocab.txt").write_text("\n".join((*letters, *pieces)), encoding="utf-8")
        set_seed(0)
        size = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
        BertModel(BertConfig(vocab_size=len(letters) + len(pieces), **size)).save_pretrained(plain)
        BertTokenizerFast(str(plain / "vocab.txt")).save_pretrained(plain)
        body = Transformer(str(plain))
        folder = tmp_path_factory.mktemp("模型") / name
        SentenceTransformer(modules=[body, Pooling(16)], device="cpu", **settings).save(str(folder))
        return folder

    return make


def without_prompts(folder: Path, texts: list[str]) -> Vectors:
    from sentence_transformers import SentenceTransformer

    vectors = SentenceTransformer(str(folder), device="cpu").encode(texts, prompt="", normalize_embeddings=True)
    return np.asarray(vectors, dtype=np.float32)


@pytest.mark.parametrize(
    ("name", "settings", "before_query", "before_document"),
    [
        ("自己的模型", {}, "", ""),
        ("自己的模型", {"prompts": {"query": "查询：", "document": "段落："}}, "查询：", "段落："),
        ("自己的模型", {"prompts": {"query": "查询：", "passage": "段落："}}, "查询：", "段落："),
        ("自己的模型", {"prompts": {"query": "查询："}, "default_prompt_name": "query"}, "查询：", ""),
        ("自己的模型", {"prompts": {"检索": "查询："}, "default_prompt_name": "检索"}, "查询：", "查询："),
        ("bge-small-zh-v1.5", {}, BGE_PROMPT, ""),
        ("BAAI_bge-large-zh", {}, BGE_PROMPT, ""),
        ("bge-small-zh-v1.5", {"prompts": {"query": "查询："}}, "查询：", ""),
        ("bge-large-zh-noinstruct", {}, "", ""),
        ("bge-m3", {}, "", ""),
        ("multilingual-e5-small", {}, "query: ", "passage: "),
    ],
)
def test_what_goes_before_queries_and_documents(
    make_bert: MakeBert, name: str, settings: dict[str, object], before_query: str, before_document: str
) -> None:
    folder = make_bert(name, **settings)
    encoder = load_encoder(folder)
    texts = ["社区补贴", "工资"]
    asked, searched = encoder.encode_query(texts), encoder.encode(texts)
    assert asked == pytest.approx(without_prompts(folder, [before_query + text for text in texts]), abs=1e-5)
    assert searched == pytest.approx(without_prompts(folder, [before_document + text for text in texts]), abs=1e-5)
    assert np.allclose(asked, searched, atol=1e-3) == (before_query == before_document)
    assert np.linalg.norm(np.concatenate([asked, searched]), axis=1) == pytest.approx([1] * 4, abs=1e-6)
    assert encoder.encode_query([]).shape == (0, 16)


@pytest.mark.parametrize(
    ("name", "query", "document"),
    [
        ("BAAI/bge-base-zh-v1.5", BGE_PROMPT, ""),
        ("hub/models--BAAI--bge-base-zh/snapshots/0e5f83d4895d", BGE_PROMPT, ""),
        ("models/bge-small-zh-v1.5/", BGE_PROMPT, ""),
        ("bge-small-zh-v1.5/我的模型", "", ""),
        ("BAAI/bge-small-en-v1.5", "Represent this sentence for searching relevant passages: ", ""),
        ("intfloat/multilingual-e5-large", "query: ", "passage: "),
        ("intfloat/e5-base-v2", "query: ", "passage: "),
        ("shibing624/text2vec-base-chinese", "", ""),
        ("some/core5-large", "", ""),
    ],
)
def test_families_are_known_by_the_name_of_the_model(name: str, query: str, document: str) -> None:
    assert index.embedding._prompts(name, {"query": "", "document": ""}, None) == (query, document)


def test_an_instructed_model_is_told_what_to_do() -> None:
    query, document = index.embedding._prompts("intfloat/multilingual-e5-large-instruct", {}, None)
    assert query.startswith("Instruct: ") and query.endswith("\nQuery: ") and document == ""


def test_the_static_model_takes_both_alike() -> None:
    assert np.array_equal(small().encode_query(["补贴工资"]), small().encode(["补贴工资"]))


def test_code_in_a_folder_is_not_run(folder: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    shutil.copytree(folder, foreign)
    modules = [{"idx": 0, "name": "0", "path": "", "type": "planted.Planted"}]
    (foreign / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    marker = tmp_path / "ran"
    (foreign / "planted.py").write_text(f"open({str(marker)!r}, 'w').close()\nclass Planted: pass\n")
    with pytest.raises(EmbeddingError, match="foreign"):
        load_encoder(foreign)
    assert not marker.exists()


def test_a_folder_without_a_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="empty"):
        (tmp_path / "empty").mkdir()
        load_encoder(tmp_path / "empty")


def test_a_name_that_offline_nobody_has() -> None:
    code = (
        "from index.embedding import load_encoder\n"
        "from index.errors import EmbeddingError\n"
        "try:\n    load_encoder('nobody/no-such-model')\n"
        "except EmbeddingError as exc:\n    print(exc)\n"
    )
    environment = {"HF_HUB_OFFLINE": "1", "PATH": "", "PYTHONIOENCODING": "utf-8"}
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=100, check=False, env=environment
    )
    assert "nobody/no-such-model" in finished.stdout and "没有网络" in finished.stdout, finished.stderr
    assert finished.stdout.count("\n") == 1
