"""套话: phrases that laws and policy documents have everywhere. Whoever knows the genre fills them in without having read the text."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


def is_stock(phrase: str) -> bool:
    """
    >>> is_stock("行政区域"), is_stock("惠益分享")
    (True, False)
    """
    return phrase in _phrases()


@lru_cache(maxsize=1)
def _phrases() -> frozenset[str]:
    lines = (Path(__file__).parent / "stock.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(phrase for line in lines if not line.startswith("#") for phrase in line.split())
