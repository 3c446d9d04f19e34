"""What a studio makes: items of a quiz, and what they were made from. Frozen, without I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from index.records import Article, Document

ItemType = Literal["单选", "多选", "判断", "填空", "简答", "情景"]
ITEM_TYPES: tuple[ItemType, ...] = ("单选", "多选", "判断", "填空", "简答", "情景")
Difficulty = Literal["易", "中", "难"]
DIFFICULTIES: tuple[Difficulty, ...] = ("易", "中", "难")

RIGHT, WRONG = "正确", "错误"
"""The keys of a 判断 item."""
BLANK = "____"
GAP = "（　　）"
"""Where an option of a 单选 or 多选 item goes in its stem."""
LETTERS = "ABCDEFGH"
BETWEEN_BLANKS = "；"

Progress = Callable[[float, str], None]
"""Called with the share done (0–1) and what is being done; it raises `Cancelled` to stop the work."""


Complete = Callable[[str, str], str]
"""`complete(system, user) -> reply` of a language model; raises `LanguageModelError`."""


class Cancelled(Exception):
    """Whoever wanted the material wants it no more."""


@dataclass(frozen=True, slots=True)
class Item:
    """题: one question of a quiz.

    `options` are without letters, and empty but for 单选, 多选 and 情景. `key` is what is right: letters (`B`, `ACD`), 正确 or
    错误, what stands in the blanks (`；` between several), or the whole answer of a 简答 item. `quote` is
    `article.text[quote_start:quote_start + len(quote)]` of the document's article (`Article.number`), and
    `article.text[start:end]` are the words that the item tests. `point` says what kind of thing is tested (数量, 主体, …).
    """

    id: str
    type: ItemType
    stem: str
    options: tuple[str, ...]
    key: str
    explanation: str
    document_id: str
    document: str
    article: str
    label: str
    quote: str
    quote_start: int
    start: int
    end: int
    point: str
    difficulty: Difficulty

    @property
    def article_key(self) -> tuple[str, str]:
        """Document and article."""
        return self.document_id, self.article

    def to_json(self) -> dict[str, Any]:
        """As in `quiz.json` (contract.md), with label, point and difficulty."""
        return {
            "type": self.type,
            "stem": self.stem,
            "options": list(self.options),
            "key": self.key,
            "explanation": self.explanation,
            "document": self.document,
            "article": self.article,
            "quote": self.quote,
            "label": self.label,
            "point": self.point,
            "difficulty": self.difficulty,
            "id": self.id,
        }


@dataclass(frozen=True, slots=True)
class Selection:
    """What material is made from: a document of the library, and which of its articles (in reading order)."""

    document: Document
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many items: `counts` by type where somebody chose them, else `total` of any type. `difficulties`: only these."""

    total: int = 30
    counts: Mapping[ItemType, int] | None = None
    difficulties: tuple[Difficulty, ...] = DIFFICULTIES
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Quiz:
    """题库: the items in order of the text; what was `wanted`, how many of each type the text `can_carry` (`most` of all
    types together: each place of the text is tested once), and how many candidates were `dropped` by a check, by reason."""

    title: str
    items: tuple[Item, ...]
    wanted: int
    most: int
    can_carry: Mapping[ItemType, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"title": self.title, "items": [item.to_json() for item in self.items]}
