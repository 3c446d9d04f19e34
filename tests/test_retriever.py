"""The three methods through one signature, with an encoder that can be checked by eye."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index import retriever as retriever_module
from index.embedding import Vectors, load_encoder
from index.errors import IndexUnusableError
from index.ranking import ASKED, PLAIN, load_weights
from index.retriever import Found, Method, Retriever

METHODS: tuple[Method, ...] = ("hybrid", "dense", "bm25")

TEXTS = {
    "工资": "社区工作者的薪酬待遇按照工资标准执行",
    "培训": "对新入职的社区工作者开展培训",
    "补偿": "生态保护补偿资金由财政部门拨付",
    "森林": "禁止在森林防火期内野外用火",
    "重复": "禁止在森林防火期内野外用火",
}


class CountingEncoder:
    """Counts five known words, two of which mean the same: 工资 and 薪酬."""

    name = "counting"
    dimension = 4
    axes = ({"工资", "薪酬"}, {"培训"}, {"森林"}, {"补偿"})

    def encode(self, texts: list[str]) -> Vectors:
        counts = [[float(sum(text.count(word) for word in axis)) for axis in self.axes] for text in texts]
        vectors = np.array(counts, dtype=np.float32).reshape(len(texts), self.dimension)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)

    def encode_query(self, texts: list[str]) -> Vectors:
        return self.encode(texts)


@pytest.fixture(scope="module")
def retriever() -> Retriever:
    return Retriever.build(list(TEXTS), list(TEXTS.values()), CountingEncoder())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("query", "expected"), [("培训", "培训"), ("工资标准", "工资"), ("森林里用火", "森林")])
def test_each_method_finds_the_text(retriever: Retriever, method: Method, query: str, expected: str) -> None:
    found = retriever.search(query, 3, method)
    assert found[0].id == expected
    assert [f.score for f in found] == sorted((f.score for f in found), reverse=True)
    assert len({f.id for f in found}) == len(found) <= 3


@pytest.mark.parametrize("method", METHODS)
def test_equal_texts_keep_their_own_ids_and_a_fixed_order(retriever: Retriever, method: Method) -> None:
    found = retriever.search("森林防火期用火", 5, method)
    pair = [f for f in found if f.id in {"森林", "重复"}]
    assert [f.id for f in pair] == (["森林", "重复"] if method != "hybrid" else sorted(["森林", "重复"]))
    assert pair[0].score == pair[1].score


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("allowed", "expected"), [(["重复"], ["重复"]), ({"工资", "重复"}, ["重复"]), (["没有这个"], []), ([], [])]
)
def test_only_what_is_allowed(
    retriever: Retriever, method: Method, allowed: list[str] | set[str], expected: list[str]
) -> None:
    found = [f.id for f in retriever.search("森林防火期用火", 1, method, allowed=allowed)]
    assert found == expected


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("query", "k"), [("", 3), ("？！", 3), ("zzz", 3), ("培训", 0), ("培训", -1)])
def test_nothing_is_found(retriever: Retriever, method: Method, query: str, k: int) -> None:
    assert retriever.search(query, k, method) == []


@pytest.mark.parametrize("method", METHODS)
def test_more_asked_than_there_is(retriever: Retriever, method: Method) -> None:
    found = retriever.search("森林防火", 1000, method)
    assert 2 <= len(found) <= len(TEXTS)


def test_vectors_find_what_shares_no_word_and_hybrid_keeps_it(retriever: Retriever) -> None:
    only = Retriever.build(["a", "b"], ["薪酬", "补偿"], CountingEncoder())
    assert only.search("工资", 2, "bm25") == []
    assert only.search("工资", 1, "dense")[0].id == only.search("工资", 1, "hybrid")[0].id == "a"


def test_each_method_reports_its_own_scores_and_hybrid_both(retriever: Retriever) -> None:
    dense = {f.id: f for f in retriever.search("森林防火", 5, "dense")}
    sparse = {f.id: f for f in retriever.search("森林防火", 5, "bm25")}
    assert all(f.dense == f.score and f.sparse is None for f in dense.values())
    assert all(f.sparse == f.score and f.dense is None for f in sparse.values())
    for found in retriever.search("森林防火", 5, "hybrid"):
        assert found.dense == pytest.approx(dense[found.id].score, abs=1e-5)
        assert found.sparse == pytest.approx(sparse[found.id].score if found.id in sparse else 0.0)


def test_hybrid_is_the_weighted_sum_of_what_speaks_for_a_text(retriever: Retriever) -> None:
    rows, features, share = retriever.compare("薪酬培训", 5)
    weights = load_weights().plain
    expected = {
        list(TEXTS)[row]: own @ weights / weights.sum() for row, own in zip(rows, features["plain"], strict=True)
    }
    found = retriever.search("薪酬培训", 5, "hybrid")
    assert share == 0.0 and features["plain"].shape == (len(TEXTS), len(PLAIN))
    assert found and all(f.score == pytest.approx(expected[f.id], abs=1e-6) for f in found)


ASKED_QUESTIONS = {"工资": ["一个月到手几个钱", "开多少钱"], "培训": ["新手谁来带", "要不要上课"]}


def with_questions() -> Retriever:
    asked = [ASKED_QUESTIONS.get(name, ()) for name in TEXTS]
    return Retriever.build(list(TEXTS), list(TEXTS.values()), CountingEncoder(), asked=asked)


@pytest.fixture
def asked_retriever(monkeypatch: pytest.MonkeyPatch) -> Retriever:
    monkeypatch.setattr(retriever_module, "RECOGNISED_FROM", 2)
    return with_questions()


def test_few_questions_are_searched_as_part_of_the_text() -> None:
    few = with_questions()
    assert not few.has_classes and few.search("到手有几个钱", 1)[0].id == "工资"


@pytest.mark.parametrize(
    ("query", "expected"), [("到手有几个钱", "工资"), ("新手有人带没", "培训"), ("新守随来带", "培训")]
)
def test_questions_people_ask_find_their_text(asked_retriever: Retriever, query: str, expected: str) -> None:
    assert asked_retriever.search(query, 1)[0].id == expected


def test_a_text_without_questions_is_found_beside_those_that_have_some(asked_retriever: Retriever) -> None:
    assert asked_retriever.search("森林防火期能不能用火", 1)[0].id in {"森林", "重复"}
    _, features, share = asked_retriever.compare("森林防火期能不能用火", 5)
    assert 0 < share < 0.5 and features["asked"].shape == (len(TEXTS), len(ASKED))


def test_among_texts_that_all_have_questions_nothing_is_elsewhere(asked_retriever: Retriever) -> None:
    rows = [list(TEXTS).index(name) for name in ASKED_QUESTIONS]
    _, features, share = asked_retriever.compare("狗咬人了谁赔", 5, rows)
    assert share == 1.0 and features["asked"].shape == (len(rows), len(ASKED))


def test_questions_survive_saving(asked_retriever: Retriever, tmp_path: Path) -> None:
    asked_retriever.save(tmp_path)
    loaded = Retriever.load(tmp_path, CountingEncoder())
    assert loaded.search("到手有几个钱", 5) == asked_retriever.search("到手有几个钱", 5)
    (tmp_path / "recogniser.npz").write_bytes(b"x")
    with pytest.raises(IndexUnusableError, match="recogniser"):
        Retriever.load(tmp_path, CountingEncoder())


def test_a_question_without_a_vector_is_still_answered_by_words(retriever: Retriever) -> None:
    found = retriever.search("财政部门", 3, "hybrid")
    assert found[0].id == "补偿" and found[0].dense is None and found[0].sparse


@pytest.mark.parametrize("method", METHODS)
def test_saved_and_read_back(retriever: Retriever, tmp_path: Path, method: Method) -> None:
    retriever.save(tmp_path / "索引")
    loaded = Retriever.load(tmp_path / "索引", CountingEncoder())
    assert len(loaded) == len(TEXTS)
    assert loaded.search("社区工作者培训", 5, method) == retriever.search("社区工作者培训", 5, method)


class AskingEncoder(CountingEncoder):
    """Takes every question for one about training."""

    def encode_query(self, texts: list[str]) -> Vectors:
        return self.encode(["培训" for _ in texts])


def test_a_question_is_encoded_as_a_question_and_texts_as_texts() -> None:
    built = Retriever.build(list(TEXTS), list(TEXTS.values()), AskingEncoder())
    assert built.search("森林", 1, "dense")[0].id == "培训"


@pytest.mark.parametrize("method", METHODS)
def test_traditional_and_simplified_find_each_other(method: Method) -> None:
    texts = {"繁": "社區工作者的薪酬標準", "简": "生态保护补偿资金的拨付", "火": "森林防火"}
    built = Retriever.build(list(texts), list(texts.values()), load_encoder())
    assert built.search("社区工作者薪酬标准", 1, method)[0].id == "繁"
    assert built.search("生態補償資金怎麼撥付", 1, method)[0].id == "简"


class OtherEncoder(CountingEncoder):
    name = "other"


def remove_ids(folder: Path) -> None:
    header = json.loads((folder / "retriever.json").read_text(encoding="utf-8"))
    header["ids"].pop()
    (folder / "retriever.json").write_text(json.dumps(header), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "retriever.json").unlink(), "不完整"),
        (lambda folder: (folder / "retriever.json").write_text("[]"), "不完整"),
        (lambda folder: (folder / "vectors.faiss").unlink(), "向量索引"),
        (remove_ids, "对不上"),
    ],
)
def test_a_damaged_folder_says_so(
    retriever: Retriever, tmp_path: Path, damage: Callable[[Path], object], said: str
) -> None:
    retriever.save(tmp_path)
    damage(tmp_path)
    with pytest.raises(IndexUnusableError, match=said):
        Retriever.load(tmp_path, CountingEncoder())


def test_an_index_of_another_model_is_refused(retriever: Retriever, tmp_path: Path) -> None:
    retriever.save(tmp_path)
    with pytest.raises(IndexUnusableError, match=r"counting.*other"):
        Retriever.load(tmp_path, OtherEncoder())


@pytest.mark.parametrize(("ids", "texts"), [([], []), (["a"], ["x", "y"]), (["a", "a"], ["x", "y"])])
def test_ids_must_pair_with_texts(ids: list[str], texts: list[str]) -> None:
    with pytest.raises(ValueError, match="each text needs one"):
        Retriever.build(ids, texts, CountingEncoder())


def test_progress_counts_up_to_all() -> None:
    seen: list[tuple[int, int]] = []
    ids = [str(number) for number in range(1100)]
    Retriever.build(ids, ["培训"] * 1100, CountingEncoder(), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (1100, 1100) and len(seen) > 1
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_threads_get_what_one_gets(retriever: Retriever) -> None:
    questions = ["工资", "培训", "森林用火", "补偿资金", "社区工作者"] * 40

    def ask(question: str) -> list[Found]:
        return retriever.search(question, 5)

    alone = [ask(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, questions)) == alone
