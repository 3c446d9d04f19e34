"""`python -m index.training --data ../shared/data --out index/models/default --minutes 10` makes the shipped model."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from index.training.batches import BatchDrawer, count_features, hard_negatives
from index.training.card import write_card
from index.training.data import Data, read_data
from index.training.features import StaticFeatures
from index.training.measure import measure
from index.training.train import Options, Run, save_module, start_module, train


def main(arguments: Sequence[str]) -> int:
    defaults = Options()
    parser = argparse.ArgumentParser(prog="python -m index.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training data (shared/data)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--minutes", type=float, default=defaults.minutes, help="stop training after this time")
    parser.add_argument("--steps", type=int, default=defaults.steps)
    parser.add_argument("--seed", type=int, default=defaults.seed)
    given = parser.parse_args(arguments)
    if not (given.data / "stard_corpus.jsonl.gz").is_file():
        print(f"{given.data} 里没有训练数据（stard_corpus.jsonl.gz）；请用 --data 指定数据文件夹。", file=sys.stderr)
        return 2
    options = replace(defaults, seed=given.seed, steps=given.steps, minutes=given.minutes)
    command = shlex.join(["python", "-m", "index.training", *arguments])
    make_model(given.data, given.out, options, command)
    return 0


def make_model(folder: Path, out: Path, options: Options, command: str) -> None:
    """Trains a twin without the held-out questions, measures it, then trains the model on everything and saves it.

    Progress goes to stderr.
    """
    data = read_data(folder, options.seed, options.law_articles, options.news_items)
    _say(f"read {len(data.laws)} law passages, {len(data.train)} questions, {len(data.held_out)} held out")
    twin, _ = train_model(data, options)
    figures = measure(data, twin.to_encoder())
    for figure in figures:
        _say(f"{figure.source} {figure.method}: R@10 {figure.recall:.3f}, MRR@10 {figure.reciprocal_rank:.3f}")
    module, run = train_model(data.everything(), options)
    save_module(module, out)
    write_card(out, data, options, run, figures, command)


def train_model(data: Data, options: Options) -> tuple[StaticFeatures, Run]:
    """One training from the data to the module."""
    counts, texts = count_features(data)
    module = start_module(counts, texts, options)
    _say(f"counted {len(counts)} features in {texts} texts, kept {len(module.vocabulary)}")
    drawer = BatchDrawer(data, hard_negatives(data), module.feature_ids, options.mix)
    run = train(module, drawer, options, lambda step, loss: _say(f"step {step}: loss {loss:.3f}"))
    _say(f"trained {run.steps} steps in {run.seconds:.0f} s")
    return module, run


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
