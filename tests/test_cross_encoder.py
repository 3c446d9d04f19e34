"""The optional reranker: order, caps and threads with an invented model, loading with a small real one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from math import nan
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.settings import Settings
from index.build import build_index
from index.cross_encoder import CrossEncoderReranker, load_reranker
from index.errors import RerankerError
from index.records import Hit, Page
from index.search import Searcher, reranked
from tests.small_library import PAGE, default_encoder, small_library, small_searcher

QUESTION = "图书逾期归还怎么办"


class Preferring:
    """A reranker that gives a text the number of its first preferred word, from the last, and else 0."""

    def __init__(self, *words: str, pairs: int = 20) -> None:
        self.pairs = pairs
        self._words = words
        self.asked: list[tuple[str, list[str]]] = []

    def scores(self, query: str, texts: list[str]) -> list[float]:
        self.asked.append((query, texts))
        ranks = dict(zip(self._words, range(len(self._words), 0, -1), strict=True))
        return [float(max((r for w, r in ranks.items() if w in text), default=0)) for text in texts[: self.pairs]]


def searcher_with(reranker: Preferring) -> Searcher:
    return Searcher(small_library(), small_searcher()._retriever, reranker=reranker)


def hits(*scores: float) -> list[Hit]:
    return [Hit("d", "文件", str(n), f"第{n}条", score, "文") for n, score in enumerate(scores, start=1)]


def places(found: list[Hit]) -> list[str]:
    return [hit.article for hit in found]


def test_scored_hits_are_reordered_and_places_keep_their_scores() -> None:
    found = reranked(hits(0.9, 0.7, 0.4), [0.1, 0.8, 0.3])
    assert [(hit.article, hit.score) for hit in found] == [("2", 0.9), ("3", 0.7), ("1", 0.4)]


@pytest.mark.parametrize(
    ("scores", "order"),
    [
        ([], "12345"),
        ([0.1], "12345"),
        ([0.1, 0.2], "21345"),
        ([nan, 0.1, 0.2], "32145"),
        ([0.3, float("inf"), 0.5, nan, 0.4], "35124"),
        ([0.5, 0.5, 0.5], "12345"),
        ([nan] * 5, "12345"),
    ],
)
def test_the_unscored_follow_in_their_old_order(scores: list[float], order: str) -> None:
    found = reranked(hits(0.5, 0.4, 0.3, 0.2, 0.1), scores)
    assert "".join(places(found)) == order
    assert [hit.score for hit in found] == [0.5, 0.4, 0.3, 0.2, 0.1]


def test_hybrid_search_follows_the_reranker() -> None:
    plain = small_searcher().search(QUESTION, 8)
    assert places(plain)[0] == "5"
    reranker = Preferring("捐赠", "古籍")
    found = searcher_with(reranker).search(QUESTION, 8)
    assert places(found)[:2] == ["7", "6"]
    assert places(found)[2:] == [place for place in places(plain) if place not in ("6", "7")]
    assert [hit.score for hit in found] == [hit.score for hit in plain]
    assert {replace(hit, score=0.0) for hit in found} == {replace(hit, score=0.0) for hit in plain}


def test_what_is_scored_is_what_is_searched() -> None:
    reranker = Preferring()
    searcher_with(reranker).search(QUESTION, 3)
    (query, texts), *others = reranker.asked
    assert query == QUESTION and not others
    assert texts[0].startswith("《示例市图书馆借阅管理办法》 › 第二章 借阅 › 第5条\n逾期归还图书的")


def test_more_hits_are_fetched_than_asked_for() -> None:
    last = small_searcher().search(QUESTION, 8)[-1]
    assert len(small_searcher().search(QUESTION, 8)) > 4
    assert places(searcher_with(Preferring(last.text[:8])).search(QUESTION, 1)) == [last.article]


def test_beyond_the_capped_pairs_nothing_moves() -> None:
    plain = places(small_searcher().search(QUESTION, 8))
    found = places(searcher_with(Preferring("捐赠", "古籍", pairs=2)).search(QUESTION, 8))
    assert found[2:] == plain[2:]


def test_named_articles_stay_first() -> None:
    found = searcher_with(Preferring("捐赠")).search("第三条说的逾期归还怎么办", 8)
    assert places(found)[:2] == ["3", "7"] and found[0].looked_up and not found[1].looked_up
    assert len(set(places(found))) == len(found)


@pytest.mark.parametrize("method", ["dense", "bm25"])
def test_other_methods_are_left_alone(method: str) -> None:
    reranker = Preferring("捐赠")
    assert searcher_with(reranker).search(QUESTION, 8, method) == small_searcher().search(QUESTION, 8, method)
    assert reranker.asked == []


def test_the_assistant_ranks_the_sentences_of_the_new_first_article_higher() -> None:
    def score_of(found: Assistant, article: str) -> float:
        return next(hit.score for hit in found.search(QUESTION) if hit.article == article)

    plain = Assistant(small_searcher(), default_encoder())
    with_reranker = Assistant(searcher_with(Preferring("捐赠")), default_encoder())
    assert score_of(with_reranker, "7") > score_of(plain, "7") + 1
    assert score_of(with_reranker, "5") < score_of(plain, "5")


class Clock:
    """A model that counts its batches and takes `seconds` for each, on its own clock."""

    def __init__(self, seconds: float) -> None:
        self.now = 100.0
        self.batches: list[list[tuple[str, str]]] = []
        self._seconds = seconds

    def __call__(self) -> float:
        return self.now

    def predict(self, batch: list[tuple[str, str]], show_progress_bar: bool) -> list[float]:
        self.batches.append(batch)
        self.now += self._seconds
        return [float(text) for _, text in batch]


def scored(model: Clock, texts: int, pairs: int, seconds: float) -> list[float]:
    reranker = CrossEncoderReranker(model, pairs, seconds, clock=model)
    return reranker.scores("问", [str(number) for number in range(texts)])


@pytest.mark.parametrize(("texts", "pairs", "expected"), [(30, 20, 20), (30, 6, 6), (3, 20, 3), (0, 20, 0), (9, 9, 9)])
def test_no_more_pairs_than_allowed_in_small_batches(texts: int, pairs: int, expected: int) -> None:
    model = Clock(0.0)
    assert scored(model, texts, pairs, 1.0) == [float(number) for number in range(expected)]
    assert all(len(batch) <= 4 for batch in model.batches)
    assert all(query == "问" for batch in model.batches for query, _ in batch)


@pytest.mark.parametrize(("each", "expected"), [(0.4, 12), (0.5, 8), (1.0, 4), (60.0, 4), (0.01, 20)])
def test_no_batch_is_begun_after_the_time(each: float, expected: int) -> None:
    assert len(scored(Clock(each), 30, 20, 1.0)) == expected


def test_threads_take_turns_and_do_not_wait_longer_than_allowed() -> None:
    class Slow:
        def __init__(self) -> None:
            self.inside = 0
            self.most = 0

        def predict(self, batch: list[tuple[str, str]], show_progress_bar: bool) -> list[float]:
            self.inside += 1
            self.most = max(self.most, self.inside)
            time.sleep(0.1)
            self.inside -= 1
            return [1.0] * len(batch)

    model = Slow()
    reranker = CrossEncoderReranker(model, 20, 0.25)
    lengths: list[int] = []
    threads = [
        threading.Thread(target=lambda: lengths.append(len(reranker.scores("问", ["文"] * 20)))) for _ in "12345"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert model.most == 1
    assert len(lengths) == 5 and sum(lengths) <= 16  # without the wait counted, five times 12


MakeModel = Callable[..., Path]


@pytest.fixture(scope="module")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> MakeModel:
    """Makes a folder with a BERT of two layers over single characters: a cross-encoder, or what is taken for one."""
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast, set_seed

    def make(labels: int = 1, headless: bool = False, longest: int = 512) -> Path:
        plain, folder = tmp_path_factory.mktemp("bert"), tmp_path_factory.mktemp("重排模型")
        letters = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]", *sorted(set(PAGE + QUESTION) - {"\n", " "})]
        (plain / "vocab.txt").write_text("\n".join(letters), encoding="utf-8")
        set_seed(0)
        size = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
        config = BertConfig(
            vocab_size=len(letters), num_labels=labels, max_position_embeddings=longest, initializer_range=0.5, **size
        )
        (BertModel if headless else BertForSequenceClassification)(config).save_pretrained(plain)
        BertTokenizerFast(str(plain / "vocab.txt")).save_pretrained(plain)
        if headless:
            return plain
        CrossEncoder(str(plain), device="cpu").save_pretrained(str(folder))
        return folder

    return make


def test_a_folder_scores_pairs_as_its_model_does(make_model: MakeModel) -> None:
    from sentence_transformers import CrossEncoder

    folder = make_model()
    texts = ["逾期归还图书的", "鼓励读者向图书馆捐赠图书", "借阅古籍", "读者不得转借图书", "本办法自三月施行", "读者"]
    reranker = load_reranker(str(folder), 5, 60.0)
    assert reranker is not None and reranker.pairs == 5
    expected = CrossEncoder(str(folder), device="cpu").predict([(QUESTION, text) for text in texts[:5]])
    assert reranker.scores(QUESTION, texts) == pytest.approx(expected.tolist(), abs=1e-5)
    assert len(set(expected.tolist())) == 5


def test_long_texts_are_cut_at_the_length_of_the_model(make_model: MakeModel) -> None:
    reranker = CrossEncoderReranker.load(str(make_model(longest=32)), 5, 60.0)
    cut, longer = reranker.scores("逾期", ["读者" * 100, "读者" * 100 + "古籍"])
    assert cut == pytest.approx(longer, abs=1e-6)


def test_the_settings_reach_the_search(make_model: MakeModel, tmp_path: Path) -> None:
    build_index([Page("900", "900.txt", PAGE)], tmp_path)
    off = Assistant.open(Settings(index=tmp_path)).searcher.search(QUESTION, 8)
    folder = str(make_model())
    settings = Settings(index=tmp_path, reranker=folder, reranker_pairs=8, reranker_seconds=60)
    on = Assistant.open(settings).searcher.search(QUESTION, 8)
    assert places(on) != places(off) and sorted(places(on)) == sorted(places(off))
    reranker = CrossEncoderReranker.load(folder, 8, 60.0)
    assert on == Searcher.open(tmp_path, reranker=reranker).search(QUESTION, 8)


def test_an_empty_name_is_no_reranker() -> None:
    assert load_reranker("", 20, 1.0) is None


@pytest.mark.parametrize(
    ("settings", "reason"), [({"labels": 3}, "3 个分数"), ({"headless": True}, "没有学过给成对的文字打分")]
)
def test_a_model_for_something_else_says_so(make_model: MakeModel, settings: dict[str, int], reason: str) -> None:
    folder = make_model(**settings)
    with pytest.raises(RerankerError, match=reason) as caught:
        load_reranker(str(folder), 20, 1.0)
    assert str(folder) in str(caught.value) and "POLICYQA_RERANKER" in str(caught.value)


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_without_a_model_says_so(tmp_path: Path, exists: bool) -> None:
    if exists:
        (tmp_path / "空").mkdir()
    with pytest.raises(RerankerError, match=r"空”用不了") as caught:
        load_reranker(str(tmp_path / "空"), 20, 1.0)
    assert "\n" not in str(caught.value)


def test_a_model_that_fails_while_it_reads_leaves_the_rest_unscored() -> None:
    class Failing:
        calls = 0

        def predict(self, pairs: list[tuple[str, str]], show_progress_bar: bool) -> list[float]:
            self.calls += 1
            if self.calls > 1:
                raise RuntimeError("out of memory")
            return [1.0] * len(pairs)

    reranker = CrossEncoderReranker(Failing(), pairs=20, seconds=10.0)
    texts = ["甲"] * 9
    first = reranker.scores("问", texts)
    assert first and len(first) < len(texts)
    assert reranker.scores("问", texts) == []  # and the lock is free again
