"""The figures that no library has: citations, facts, refusals, quotations; and the interval around any of them.

Every function is pure and takes one question's material; `eval/answers.py` puts them together and averages.
Names are those of contract.md, the same in code, JSON and report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Any, Literal

import numpy as np

from eval.records import ArticleKey, Estimate

BOOTSTRAP_SEED = 20240410
BOOTSTRAP_SAMPLES = 2000
"""With 300 values the ends of the interval move by less than 0.005 from seed to seed at this number."""

_BLOCK_VALUES = 2_000_000
"""Resampled values held at once: 16 MB, however many questions there are."""

Statistic = Literal["mean", "p50", "p95"]

_WHITE_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """NFKC with white space removed, as contract.md compares texts.

    >>> normalise("每万 城镇常住人口\\n１８人（标准）")
    '每万城镇常住人口18人(标准)'
    """
    return _WHITE_SPACE.sub("", unicodedata.normalize("NFKC", text))


def hit_at(ranking: Sequence[ArticleKey], gold: Collection[ArticleKey], k: int) -> float:
    """`hit@k`: 1 where one of the first `k` articles is gold, else 0."""
    return float(any(key in gold for key in ranking[:k]))


def reciprocal_rank(ranking: Sequence[ArticleKey], gold: Collection[ArticleKey]) -> float:
    """`mrr` of one question: 1 / rank of the first gold article, 0 where none was found."""
    return next((1 / rank for rank, key in enumerate(ranking, start=1) if key in gold), 0.0)


def first_citation_correct(cited: Sequence[ArticleKey], gold: Collection[ArticleKey]) -> float:
    """1 where the first citation's document and article are gold; an answer without citations gets 0."""
    return float(bool(cited) and cited[0] in gold)


def citation_precision(cited: Sequence[ArticleKey], gold: Collection[ArticleKey]) -> float:
    """Share of the different cited articles that are gold; an answer without citations gets 0."""
    different = set(cited)
    return len(different & set(gold)) / len(different) if different else 0.0


def citation_recall(cited: Sequence[ArticleKey], gold: Collection[ArticleKey]) -> float:
    """Share of the gold articles that are cited."""
    return len(set(cited) & set(gold)) / len(set(gold))


def facts_met(text: str, must_include: Sequence[Sequence[str]], must_not_include: Sequence[str] = ()) -> float:
    """1 where every group has an alternative in `text` and nothing forbidden is in it.

    >>> facts_met("按每万人18 人配备", [["18人", "十八人"]]), facts_met("按18人", [["18人"], ["每万"]])
    (1.0, 0.0)
    """
    shown = normalise(text)
    included = all(any(normalise(alternative) in shown for alternative in group) for group in must_include)
    return float(included and not any(normalise(forbidden) in shown for forbidden in must_not_include))


def shown_answer(answer: dict[str, Any], with_quotes: bool) -> str:
    """The answer as a reader sees it: without its markers and, where asked for, followed by the quotations.

    Pieces are separated by a character that no fact holds, so that none arises across the edge of two pieces.
    """
    text = answer["answer"]
    for citation in answer["citations"]:
        text = text.replace(f"[{citation['marker']}]", "")
    pieces = [text, *(citation["quote"] for citation in answer["citations"])] if with_quotes else [text]
    return "\0".join(pieces)


POLARITIES = ("yes", "no", "cond_yes", "cond_no")
"""Is the act asked about allowed or required, the fact so: yes, no, yes on a condition, no with an exception."""

_SAYS_NO = re.compile(
    r"(?:一般)?(?:不可以|不能|不行|不是必须的|不是|不需要|不会|不得|不对|不用|没有|没|无需|无须|否)(?=[。，；,！!的]|硬性|规定)|不得|禁止|严禁|文件没有规定"
)
_SAYS_YES = re.compile(
    r"(?:可以|需要|有|会|是的|是|能|要|对|应当|必须|有这个方向|允许|可)[。，；,！!]|符合[^，。]{0,8}的，(?:可以|需要)"
)
_REJECTS_NEGATION = re.compile(r"不行，(?:这是|须|必须|应当|需要)")
_AGREES, _DISAGREES = re.compile(r"对[，。]|没错"), re.compile(r"不是这样|并非如此|不对")


def stated_polarity(answer: str, negated: bool = False) -> str:
    """`yes` or `no` as an answer begins, about the act itself; empty where it begins with neither. `negated`: the question
    asks by its negation (不用备案吧), to which 不是这样 means yes.

    >>> [stated_polarity(t) for t in ("一般不可以，但有例外。", "可以，但有条件。", "不行，这是规定要做的。", "《办法》第1条规定")]
    ['no', 'yes', 'yes', '']
    >>> stated_polarity("不是这样。", negated=True)
    'yes'
    """
    if negated and (_AGREES.match(answer) or _DISAGREES.match(answer)):
        return "yes" if _DISAGREES.match(answer) else "no"
    if _REJECTS_NEGATION.match(answer):
        return "yes"
    if _SAYS_NO.match(answer):
        return "no"
    return "yes" if _SAYS_YES.match(answer) else ""


def polarity_right(answer: str, polarity: str, negated: bool = False) -> float:
    """1 where the answer begins with the yes or the no that is right, conditions aside."""
    return float(stated_polarity(answer, negated) == polarity.removeprefix("cond_"))


def polarity_wrong(answer: str, polarity: str, negated: bool = False) -> float:
    """1 where the answer begins with the opposite; one that states neither is not wrong."""
    return float(stated_polarity(answer, negated) not in ("", polarity.removeprefix("cond_")))


def quote_exact(citation: dict[str, Any], article_text: str | None) -> float:
    """1 where `quote` is not empty and stands at `[start, end)` of the exported article; an unknown article gives 0."""
    quote, start, end = citation["quote"], citation["start"], citation["end"]
    if article_text is None or not quote or not 0 <= start < end <= len(article_text):
        return 0.0
    return float(article_text[start:end] == quote)


def estimate(values: Sequence[float], statistic: Statistic = "mean") -> Estimate:
    """The statistic of `values` with its percentile bootstrap 95% interval (Efron and Tibshirani 1993, ch. 13).

    Seeded, so that the same values give the same interval.
    """
    if not values:
        return Estimate(None, None, None, 0)
    observed = np.asarray(values, dtype=np.float64)
    generator = np.random.default_rng(BOOTSTRAP_SEED)
    rows_a_block = max(1, _BLOCK_VALUES // len(observed))
    figures = [
        _statistic(generator.choice(observed, (min(rows_a_block, BOOTSTRAP_SAMPLES - done), len(observed))), statistic)
        for done in range(0, BOOTSTRAP_SAMPLES, rows_a_block)
    ]
    low, high = np.percentile(np.concatenate(figures), [2.5, 97.5])
    value = _statistic(observed[None, :], statistic)[0]
    return Estimate(round(float(value), 6), round(float(low), 6), round(float(high), 6), len(observed))


def _statistic(samples: np.ndarray, statistic: Statistic) -> np.ndarray:
    """One figure for each row of `samples`, float64 `[samples, values]`."""
    if statistic == "mean":
        return np.asarray(samples.mean(axis=1))
    return np.asarray(np.percentile(samples, {"p50": 50, "p95": 95}[statistic], axis=1))
