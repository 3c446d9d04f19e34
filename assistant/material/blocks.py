"""Material as a sequence of blocks: what it says, before any format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1–3, below the title of the paper."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph. `quote`: words of a policy text; `caption`: small print (依据, notes); `option`: one option of an item."""

    text: str
    style: Literal["body", "strong", "quote", "caption", "option"] = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    lines: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`widths` are shares of the page's width, one a column; equal where empty."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own: the answer key."""


Block = Heading | Text | Bullets | Table | NewPage


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper: title, a line under it, and its blocks. `footer` stands beside the page number."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    footer: str = ""
