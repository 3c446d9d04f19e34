"""The training: InfoNCE over batches of mixed pairs, Adam with a falling rate, the same result for the same seed."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn

from index.training.batches import Batch, BatchDrawer, Mix
from index.training.features import FeatureIds, StaticFeatures, collate_ids


@dataclass(frozen=True, slots=True)
class Options:
    """Every number that decides the result. `minutes` only cuts off: a run that is cut off is not repeatable.

    With our own questions in the batch 600 steps are better than 300, and 900 with more of them no better than 600
    (`docs/evaluation.md`, Retrieval).
    """

    seed: int = 13
    features: int = 60_000
    dimension: int = 256
    steps: int = 600
    minutes: float = 10.0
    learning_rate: float = 2e-3
    temperature: float = 0.05
    feature_dropout: float = 0.3
    law_articles: int = 60_000
    news_items: int = 20_000
    mix: Mix = field(default_factory=Mix)


@dataclass(frozen=True, slots=True)
class Run:
    """What training did: `loss` is the mean of the last fifty steps."""

    steps: int
    seconds: float
    loss: float


def start_module(counts: Counter[str], texts: int, options: Options) -> StaticFeatures:
    """Random rows and idf weights for the most frequent features; numbers of more than four digits are left out.

    Such numbers name a person, a telephone or a case, never a subject.
    """
    named = [(feature, count) for feature, count in counts.items() if not (feature.isdigit() and len(feature) > 4)]
    named.sort(key=lambda pair: (-pair[1], pair[0]))
    kept = named[: options.features]
    random_rows = torch.randn(len(kept), options.dimension, generator=torch.Generator().manual_seed(options.seed))
    idf = torch.tensor([math.log((texts + 1) / (count + 0.5)) for _, count in kept], dtype=torch.float32)
    return StaticFeatures([feature for feature, _ in kept], random_rows / math.sqrt(options.dimension), idf)


def train(
    module: StaticFeatures, drawer: BatchDrawer, options: Options, report: Callable[[int, float], None] | None = None
) -> Run:
    """Trains `module` in place; `report(step, loss)` is called every fifty steps.

    On one thread: with two the same run gave other last digits each time, and was no faster on a busy machine.
    """
    torch.set_num_threads(1)
    chance = np.random.default_rng(options.seed)
    optimizer = torch.optim.Adam(module.parameters(), lr=options.learning_rate)
    began = time.monotonic()
    losses: list[float] = []
    while len(losses) < options.steps and (elapsed := time.monotonic() - began) < options.minutes * 60:
        # The clock decides the rate only on a machine that would not get through its steps in time.
        progress = max(len(losses) / options.steps, elapsed / (options.minutes * 60))
        for group in optimizer.param_groups:
            group["lr"] = options.learning_rate * (1 - progress)
        loss = _loss(module, drawer.draw(chance), options, chance)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
        if report is not None and len(losses) % 50 == 0:
            report(len(losses), sum(losses[-50:]) / 50)
    recent = losses[-50:]
    return Run(len(losses), time.monotonic() - began, sum(recent) / max(len(recent), 1))


def save_module(module: StaticFeatures, folder: Path) -> None:
    """Writes the folder that `SentenceTransformer` and `StaticEncoder` both load."""
    folder.mkdir(parents=True, exist_ok=True)
    SentenceTransformer(modules=[module], device="cpu").save(str(folder), create_model_card=False)


def _loss(module: StaticFeatures, batch: Batch, options: Options, chance: Generator) -> Tensor:
    """InfoNCE (van den Oord et al. 2018): each left must find its own right among all of the batch, and back."""
    left = _embed(module, batch.left, options.feature_dropout, chance)
    right = _embed(module, batch.right, options.feature_dropout, chance)
    logits = left @ right.T / options.temperature
    rows = [row for row, columns in enumerate(batch.same) for _ in columns]
    columns = [column for columns in batch.same for column in columns]
    logits[rows, columns] = float("-inf")
    own = torch.arange(len(batch.left))
    forth = nn.functional.cross_entropy(logits, own)
    back = nn.functional.cross_entropy(logits[:, : len(own)].T, own)
    return (forth + back) / 2


def _embed(module: StaticFeatures, texts: list[FeatureIds], dropout: float, chance: Generator) -> Tensor:
    kept = [ids[chance.random(len(ids)) >= dropout] for ids in texts]
    embedded: Tensor = module(collate_ids(kept))["sentence_embedding"]
    return embedded
