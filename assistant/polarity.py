"""Whether a clause answers a question of yes or no with yes, with no, or with either under conditions.

Logistic regressions over what the question says and how, and which duties, bans and permissions the clause has where it
speaks of the same; trained on lay questions about articles of other laws (`assistant/training`) and, for the bundled
documents, joined by what their articles answer to the nearest known questions. `python -m assistant.train_polarity` makes
`models/polarity.npz`.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import SettingsError
from assistant.left_open import question_features
from index.asked import SAYS
from index.numerals import NUMERAL, parse_numeral
from index.tokens import character_pairs

MODEL_FILE = Path(__file__).parent / "models" / "polarity.npz"
HEADS = ("affirmed", "qualified", "negated")
Floats = NDArray[np.float32]

NEIGHBOURS = 1.0
"""Log odds that known questions add which are all as near as can be and all answered alike."""

_FORMS = {
    "may": r"能不能|可不可以|可以|能[^力]|行不|成不|中不|得行|许|准|行吗|成吗|要得|没事|犯法|违[法规]",
    "must": r"必须|非得|一定要|要不要|用不用|得不得|需不需要|需要|该不该|强制|硬性|非要|不用|用[^途]",
    "is": r"是不是|是[^否]|算不算|算|对不|对吧",
    "there": r"有没有|有无|有[^关]",
    "will": r"会不会|会|要罚|挨罚",
}
_NEGATED = re.compile(
    r"(?<![能行是要会有可许该用得需让给管算归准])"
    r"(?:不能|不用|不必|不需|不得|不许|不准|不[\u4e00-\u9fff]{1,8}(?:行|没事|可以|成|中|要紧)|没[^有]|别|甭|不要|不是|不会|不算|没有|不)"
    r"(?!.{0,1}$)"
)
_MODALITIES = {
    "ban": r"不得|禁止|严禁|不予|不能|不准|不可以|不应当",
    "may": r"(?<!不)可以|有权|可(?=按|由|向|根据)",
    "must": r"应当|必须|(?<!不)应(?=[在于向按由])|须",
    "encourage": r"鼓励|支持|提倡|引导|探索|倡导",
    "except": r"除[^，。]{1,30}外|但是|但(?=[^不])|另有规定|确需|原则上|特殊情况",
    "condition": r"的，|符合|经[^，。]{1,12}(?:批准|同意)|方可",
    "sanction": r"罚款|处[^，。]{0,6}罚|责令|吊销|处分|责任",
    "scope": r"是指|包括|适用|属于",
}
_STRESSED = (
    "随便", "都", "只", "就", "光", "还", "也", "必须", "一定", "白", "照样", "直接", "自己", "私自", "偷偷", "马上", "一律",
    "所有", "任何", "才", "非", "统统", "必", "全", "只能", "谁都", "单独", "免", "不",
)  # fmt: skip
_QUANTITY = re.compile(rf"(?<!\d)[\d{NUMERAL}]{{1,9}}(?=个?(?:[年月日天岁人元块倍次户周小米平%％]|工作日))")
_PIECES = re.compile(r"[；;\n]|(?<=。)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Chances, 0–1: that what is asked about is so (allowed, required, true); that a condition or an exception
    matters; and that the question asks by its negation (“不备案行不行”)."""

    affirmed: float
    qualified: float
    negated: float

    @property
    def certainty(self) -> float:
        """The chance of the likelier of yes and no, 0.5–1."""
        return max(self.affirmed, 1 - self.affirmed)


@dataclass(frozen=True, slots=True)
class Polarity:
    """`weights` float32 `[2, 3, n]` and `bias` `[2, 3]`: for documents whose articles have questions of their own, then
    for any other; in the order of `HEADS`."""

    vocabulary: dict[str, int]
    weights: Floats
    bias: Floats

    def judge(self, question: str, clause: str, says: Mapping[str, float] | None = None) -> Verdict:
        """`says`: how the nearest known questions of the article are answered, one of `index.asked.SAYS` -> share; None
        where it has none."""
        features = polarity_features(question, clause)
        rows = [row for name in features if (row := self.vocabulary.get(name)) is not None]
        values = np.array([features[name] for name in features if name in self.vocabulary], dtype=np.float32)
        model = 0 if says is not None else 1
        odds = self.weights[model][:, rows] @ values + self.bias[model]
        shares = [(says or {}).get(name, 0.0) for name in SAYS]
        odds[0] += NEIGHBOURS * (shares[0] - shares[1] + shares[2] - shares[3])
        odds[1] += NEIGHBOURS * (shares[2] + shares[3] - shares[0] - shares[1])
        return Verdict(*(1 / (1 + math.exp(-value)) for value in odds.tolist()))

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        names = np.array("\n".join(self.vocabulary))
        np.savez_compressed(path, vocabulary=names, weights=self.weights.astype(np.float16), bias=self.bias)

    @classmethod
    def load(cls, path: Path = MODEL_FILE) -> Polarity:
        """Raises `SettingsError` where the file is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as saved:
                names = str(saved["vocabulary"]).split("\n")
                weights, bias = (np.asarray(saved[name], dtype=np.float32) for name in ("weights", "bias"))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as exc:
            raise SettingsError(f"{path} 缺失或已损坏；请重新安装 policyqa。") from exc
        return cls({name: row for row, name in enumerate(names)}, weights, bias)


@lru_cache(maxsize=1)
def load_polarity() -> Polarity:
    """The shipped model, read once."""
    return Polarity.load()


def polarity_features(question: str, clause: str) -> dict[str, float]:
    """Feature -> value: the question's words, its form, the modalities of the clause, and these with each other."""
    found = {f"q {name}": 1.0 for name in question_features(question)}
    bare = question.rstrip("？?。.！!～~ 吧吗")
    found |= {f"${bare[-length:]}": 1.0 for length in (2, 3, 4)}
    forms = [name for name, pattern in _FORMS.items() if re.search(pattern, question)] or ["none"]
    nearest = modalities(nearest_piece(question, clause)) or ["none"]
    by_negation = bool(_NEGATED.search(question))
    stressed = [word for word in _STRESSED if word in question]
    found |= {f"form {name}": 1.0 for name in forms}
    found |= {f"clause {name}": 1.0 for name in modalities(clause)}
    found |= {f"piece {name}": 1.0 for name in nearest}
    found |= {f"{form} {name}": 1.0 for form, name in product(forms, nearest)}
    found |= {f"{form} {name} {by_negation}": 1.0 for form, name in product(forms, nearest)}
    found |= {f"{form} {'+'.join(nearest)}": 1.0 for form in forms}
    found |= {f"stress {word}": 1.0 for word in stressed}
    found |= {f"stress {word} {name}": 1.0 for word, name in product(stressed, nearest)}
    found["negated"] = float(by_negation)
    asked, stated = quantities(question), quantities(clause)
    if asked:
        found |= {"quantity": 1.0, "quantity same": float(bool(asked & stated))}
        found["quantity other"] = float(bool(stated) and bool(asked - stated))
    pairs = set(character_pairs(question))
    found["shared"] = 2 * len(pairs & set(character_pairs(clause))) / max(1, len(pairs))
    return found


def modalities(text: str) -> list[str]:
    """The kinds of rule that a text has: a ban, a permission, a duty …"""
    return [name for name, pattern in _MODALITIES.items() if re.search(pattern, text)]


def quantities(text: str) -> set[int]:
    """The numbers before a unit of time, money, people …

    >>> sorted(quantities("三十日内，罚款200元"))
    [30, 200]
    """
    numbers = (parse_numeral(match.group().replace("两", "二")) for match in _QUANTITY.finditer(text))
    return {number for number in numbers if number is not None}


def nearest_piece(question: str, clause: str) -> str:
    """The half-sentence that shares most with the question."""
    asked = set(character_pairs(question))
    pieces = [piece for piece in _PIECES.split(clause) if piece] or [clause]
    return max(pieces, key=lambda piece: len(asked & set(character_pairs(piece))) / math.sqrt(20 + len(piece)))
