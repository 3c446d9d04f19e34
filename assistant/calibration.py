"""The numbers that ranking and refusing use: a small readable file, made by `python -m assistant.calibrate`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant import evidence, refusal
from assistant.errors import SettingsError


@dataclass(frozen=True, slots=True)
class RefusalModel:
    """`weights` in the order of `refusal.FEATURES`; a question below `threshold` is refused."""

    weights: tuple[float, ...]
    bias: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """`ranking` is in the order of `evidence.FEATURES`; `known` judges questions about documents whose articles have
    questions of their own, `general` those about any other."""

    ranking: tuple[float, ...]
    known: RefusalModel
    general: RefusalModel


@lru_cache(maxsize=1)
def load_calibration() -> Calibration:
    """The shipped numbers. Raises `SettingsError` where the file and the features do not belong together."""
    return parse_calibration(files("assistant").joinpath("calibration.json").read_text(encoding="utf-8"))


def parse_calibration(text: str) -> Calibration:
    """Reads calibration.json; every feature must have its weight, so a renamed feature cannot go unnoticed."""
    data = json.loads(text)
    parts = (
        ("ranking", data["ranking"], evidence.FEATURES),
        ("known", data["known"]["weights"], refusal.FEATURES),
        ("general", data["general"]["weights"], refusal.FEATURES),
    )
    for part, weights, names in parts:
        if set(weights) != set(names):
            wanted = "、".join(sorted(set(weights) ^ set(names)))
            raise SettingsError(f"calibration.json 的 {part} 与程序不符：{wanted}；请重新生成")
    return Calibration(
        tuple(float(data["ranking"][n]) for n in evidence.FEATURES), _model(data["known"]), _model(data["general"])
    )


def _model(data: dict[str, Any]) -> RefusalModel:
    return RefusalModel(
        tuple(float(data["weights"][n]) for n in refusal.FEATURES), float(data["bias"]), float(data["threshold"])
    )
