"""The numbers that ranking and refusing use: a small readable file, made by `python -m assistant.calibrate`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from assistant import evidence, refusal
from assistant.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Calibration:
    """`ranking` is in the order of `evidence.FEATURES`, `refusal` in that of `refusal.FEATURES`."""

    ranking: tuple[float, ...]
    refusal: tuple[float, ...]
    bias: float
    threshold: float


@lru_cache(maxsize=1)
def load_calibration() -> Calibration:
    """The shipped numbers. Raises `SettingsError` where the file and the features do not belong together."""
    return parse_calibration(files("assistant").joinpath("calibration.json").read_text(encoding="utf-8"))


def parse_calibration(text: str) -> Calibration:
    """Reads calibration.json; every feature must have its weight, so a renamed feature cannot go unnoticed."""
    data = json.loads(text)
    for part, names in (("ranking", evidence.FEATURES), ("refusal", refusal.FEATURES)):
        if set(data[part]) != set(names):
            wanted = "、".join(sorted(set(data[part]) ^ set(names)))
            raise SettingsError(f"calibration.json 的 {part} 与程序不符：{wanted}；请重新生成")
    return Calibration(
        tuple(float(data["ranking"][n]) for n in evidence.FEATURES),
        tuple(float(data["refusal"][n]) for n in refusal.FEATURES),
        float(data["bias"]),
        float(data["threshold"]),
    )
