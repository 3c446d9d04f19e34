"""Training on a handful of planted texts: repeatable, honest about what is held out, and equal in both readers."""

from __future__ import annotations

import doctest
import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import index.training.data
import index.training.measure
from index.asked import statute_questions
from index.embedding import DEFAULT_FOLDER, StaticEncoder
from index.training.__main__ import main, make_model
from index.training.batches import BatchDrawer, Mix, count_features, hard_negatives
from index.training.data import OWN, Data, Passage, Question, read_data
from index.training.features import collate_ids
from index.training.measure import measure
from index.training.train import Options, start_module, train

ARTICLES = [
    "工资应当按月支付给劳动者本人",
    "用人单位应当依法缴纳社会保险费",
    "森林防火期内禁止野外用火",
    "夫妻有相互扶养的义务",
    "出租人应当维修租赁物",
]
QUESTIONS = ["老板拖着不发钱", "公司不给上社保", "能在山上烧烤吗", "老公不管我了", "房东不修空调"]
SMALL_MIX = Mix(laws=4, news=4, reading=2, questions=5)
SMALL = Options(features=2000, dimension=16, steps=30, learning_rate=0.02, mix=SMALL_MIX)


def planted() -> Data:
    """Five questions whose articles share no word with them."""
    corpus = {str(n): f"某法第{n}条\n{text}" for n, text in enumerate(ARTICLES)}
    questions = tuple(Question(f"stard-{n}", text, (str(n),)) for n, text in enumerate(QUESTIONS))
    sentences = ("第一条 为了保护环境，制定本条例。", "国家保护环境，人人有责任。", "污染环境的，应当赔偿。")
    passage = Passage("某条例", sentences)
    news = Passage("", ("今天上午本市举行了植树活动。", "三百名志愿者参加了这次活动。"))
    reading = (("谁参加了植树？", "三百名志愿者参加了植树。"),)
    return Data(corpus, questions, questions[:2], (passage,), (news,), reading)


def write_data(folder: Path) -> None:
    """The files of shared/data with a few invented rows each."""

    def rows(name: str, *records: dict[str, Any]) -> None:
        text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        opener = gzip.open if name.endswith(".gz") else open
        with opener(folder / name, "wt", encoding="utf-8") as out:
            out.write(text)

    names = [f"中华人民共和国某法第{n}条" for n in range(5)]
    rows("stard_corpus.jsonl.gz", *({"id": n, "name": names[n], "content": ARTICLES[n]} for n in range(5)))
    rows("stard_train.jsonl", *({"id": n, "question": QUESTIONS[n], "gold": [n], "answer": None} for n in range(5)))
    lay = [{"source": "lawbench_3-8", "question": f"问{n}", "articles": [f"某法第{n}条"]} for n in range(5)]
    rows("lay_pairs.jsonl", *lay, {"source": "lawbench_3-8", "question": "问无", "articles": ["没有的法第一条"]})
    law = "第一条 为了保护环境，制定本条例。国家保护环境，人人有责。\n\n第二条 没有别的规定。"
    rows("laws.jsonl.gz", {"title": "某条例", "text": law})
    rows("state_council.jsonl", {"title": "某通知", "text": "各省、自治区人民政府应当加强领导。有关部门应当分工负责。"})
    rows("reading.jsonl.gz", {"question": "谁参加了？", "context": "三百名志愿者参加了植树。"})
    (folder / "policies").mkdir()
    policy = "# 某意见\n\n一、要加强社区建设工作。二、要提高服务的水平。\n"
    (folder / "policies" / "某意见.md").write_text(policy, encoding="utf-8")
    with gzip.open(folder / "news.txt.gz", "wt", encoding="utf-8") as out:
        out.write("2023-08-08，正文：今天上午本市举行了植树活动。三百名志愿者参加了这次活动。\n没有这个记号的一行\n")


def test_the_examples_in_the_docstrings() -> None:
    for module in (index.training.data, index.training.measure):
        result = doctest.testmod(module)
        assert result.attempted >= 1 and result.failed == 0


def test_data_is_read_and_a_fifth_held_out(tmp_path: Path) -> None:
    write_data(tmp_path)
    data = read_data(tmp_path, seed=1, law_articles=10, news_items=10)
    assert (len(data.corpus), len(data.train), len(data.held_out)) == (5, 8, 2)
    assert not {q.id for q in data.train} & {q.id for q in data.held_out}
    assert all(set(q.gold) <= set(data.corpus) for q in (*data.train, *data.held_out))
    assert sorted(passage.title for passage in data.laws) == ["某意见", "某条例", "某通知"]
    assert data.news == (Passage("", ("今天上午本市举行了植树活动。", "三百名志愿者参加了这次活动。")),)
    assert read_data(tmp_path, seed=1, law_articles=10, news_items=10) == data
    assert read_data(tmp_path, seed=2, law_articles=1, news_items=10).held_out != data.held_out


def test_hard_negatives_are_never_gold() -> None:
    data = planted()
    asked = replace(data, train=(Question("q", "用人单位应当支付工资", ("0",)),))
    assert hard_negatives(asked)["q"][0] == "1" and "0" not in hard_negatives(asked)["q"]


def test_batches_pair_each_left_with_its_right() -> None:
    data = planted()
    twice = replace(data, train=(*data.train, Question("again", "工资没发", ("0",))))
    module = start_module(*count_features(twice), SMALL)
    drawer = BatchDrawer(twice, hard_negatives(twice), module.feature_ids, replace(SMALL.mix, questions=6))
    batch = drawer.draw(np.random.default_rng(0))
    assert len(batch.left) == len(batch.same) == 4 + 4 + 2 + 6 <= len(batch.right)
    articles = {tuple(module.feature_ids(text)): i for i, text in data.corpus.items()}
    gold = {tuple(module.feature_ids(q.text)): q.gold[0] for q in twice.train}
    for position in range(10, 16):
        assert articles[tuple(batch.right[position])] == gold[tuple(batch.left[position])]
        others = [c for c in range(10, len(batch.right)) if c != position]
        same = [c for c in others if articles[tuple(batch.right[c])] == gold[tuple(batch.left[position])]]
        assert sorted(batch.same[position]) == same
    # A sentence never meets itself in the rest of its passage.
    for sentence, rest in zip(batch.left[:4], batch.right[:4], strict=True):
        assert set(sentence) - set(rest)


def test_training_learns_words_that_share_nothing_and_repeats_exactly() -> None:
    data = planted()

    def trained() -> tuple[StaticEncoder, float, float]:
        module = start_module(*count_features(data), SMALL)
        drawer = BatchDrawer(data, hard_negatives(data), module.feature_ids, SMALL.mix)
        before = recall(module.to_encoder(), data)
        train(module, drawer, SMALL)
        return module.to_encoder(), before, recall(module.to_encoder(), data)

    first, before, after = trained()
    assert before < 1 and after == 1
    assert trained()[0].name == first.name


def recall(encoder: StaticEncoder, data: Data) -> float:
    """The share of questions whose article comes first among five."""
    cosines = encoder.encode([q.text for q in data.train]) @ encoder.encode(list(data.corpus.values())).T
    return float(np.mean(cosines.argmax(axis=1) == np.arange(5)))


def test_the_clock_cuts_off() -> None:
    data = planted()
    module = start_module(*count_features(data), SMALL)
    drawer = BatchDrawer(data, hard_negatives(data), module.feature_ids, SMALL.mix)
    assert train(module, drawer, replace(SMALL, steps=10**9, minutes=0.01)).seconds < 10


def test_long_numbers_are_no_features() -> None:
    data = replace(planted(), news=(Passage("", ("请拨打13800001111联系我们吧。", "2023年的第12次会议开过了。")),))
    vocabulary = start_module(*count_features(data), SMALL).vocabulary
    assert "13800001111" not in vocabulary and {"2023", "12"} <= set(vocabulary)


def test_one_command_makes_a_model_that_both_readers_agree_on(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    write_data(tmp_path)
    out = tmp_path / "模型"
    make_model(tmp_path, out, SMALL, "python -m index.training …")
    card = json.loads((out / "training.json").read_text(encoding="utf-8"))
    assert card["options"]["seed"] == SMALL.seed and card["run"]["steps"] == SMALL.steps
    assert {figure["method"] for figure in card["held_out"]} >= {"bm25", "dense", "hybrid"}
    assert "R@10" in (out / "README.md").read_text(encoding="utf-8")
    texts = [*ARTICLES, *QUESTIONS, "zzz"]
    by_torch = SentenceTransformer(str(out), device="cpu", trust_remote_code=True).encode(texts)
    assert np.abs(by_torch - StaticEncoder.load(out).encode(texts)).max() < 1e-3


def test_the_shipped_model_in_both_readers() -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["社区工作者的工资是多少", "国家建立生态保护补偿制度", "", "zzz"]
    by_torch = SentenceTransformer(str(DEFAULT_FOLDER), device="cpu", trust_remote_code=True).encode(texts)
    assert np.abs(by_torch - StaticEncoder.load(DEFAULT_FOLDER).encode(texts)).max() < 1e-3


def test_the_shipped_card_belongs_to_the_shipped_model() -> None:
    card = json.loads((DEFAULT_FOLDER / "training.json").read_text(encoding="utf-8"))
    options = card["options"]
    shipped = StaticEncoder.load(DEFAULT_FOLDER)
    assert (len(shipped.vocabulary), shipped.dimension) == (options["features"], options["dimension"])
    assert card["run"]["steps"] == options["steps"], "the clock cut training off, so it cannot be repeated"
    dense = {f["source"]: f["recall"] for f in card["held_out"] if f["method"] == "dense"}
    assert dense["stard"] > 0.5 and dense["lawbench"] > 0.4


def test_figures_of_the_planted_questions() -> None:
    encoder = start_module(*count_features(planted()), SMALL).to_encoder()
    figures = {(f.source, f.method): f for f in measure(planted(), encoder)}
    assert figures["stard", "bm25"].questions == 2 and figures["lawbench", "bm25"].questions == 0
    assert figures["stard", "bm25"].recall == 0.5, "one of two shares single characters with its article, none a word"
    assert figures["stard", "dense"].recall == 1.0, "all five articles are among the first ten"


def test_no_text_enters_flat_ids_as_an_empty_bag() -> None:
    collated = collate_ids([np.array(ids, dtype=np.int32) for ids in ([3, 4], [], [5])])
    assert collated["input_ids"].tolist() == [3, 4, 5] and collated["offsets"].tolist() == [0, 2, 2]


def test_the_command_names_a_missing_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert str(tmp_path) in capsys.readouterr().err


@pytest.mark.shared
def test_the_real_data_loses_no_question(shared: Path) -> None:
    data = read_data(shared / "data", seed=13, law_articles=100, news_items=100)
    own = [question for question in data.train if question.id.startswith(OWN)]
    assert len(data.train) - len(own) + len(data.held_out) == 1235 + 933
    assert len(own) == sum(map(len, statute_questions().values())) > 7_000
    assert len(data.corpus) == 55_404
