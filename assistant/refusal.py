"""Whether the found clauses settle the question: a small logistic model over readable features, and some rules."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant import evidence
from assistant.asking import PATTERNS
from assistant.citations import bracketed
from assistant.evidence import Asked, Evidence
from assistant.left_open import load_left_open
from assistant.question import Question, without_indefinite
from assistant.records import Related
from assistant.wording import Wording
from index.asked_index import Familiarity
from index.tokens import searched_form

FEATURES = (
    "sentence", "article", "pairs", "soft", "soft_article", "cosine", "dense", "sparse", "margin", "lay", "foreign",
    "most_foreign", "unmet", "heaviest_unmet", "missing", "given", "slots", "heading", "named", "cue", "sounds_answered",
    "above_elsewhere", "above_second", "near_answered", "near_open", "recalled", "recognised", "nearest", "near_odds",
)  # fmt: skip
HARD = ("amount", "duration", "percentage", "contact", "date")
"""What a clause must contain when it is asked for; without it the clause is near the question, not an answer."""

_SPARSE_SCALE = 20.0  # a BM25 score that only a question in the clause's own words reaches


def refusal_features(
    asked: Asked, ranked: Sequence[Evidence], familiarity: Familiarity, is_known: bool
) -> tuple[float, ...]:
    """In the order of `FEATURES`; all zero where nothing was found.

    `is_known`: as if the question were about documents whose articles have questions of their own.
    """
    if not ranked:
        return (0.0,) * len(FEATURES)
    best = ranked[0]
    other = next((e for e in ranked if e.article.id != best.article.id and e.document.id == best.document.id), None)
    whole = searched_form(f"{best.document.title} {best.article.heading} {best.article.part} {best.article.text}")
    total = sum(s.weight for s in asked.slots) or 1.0
    unmet = [s.weight for s in asked.slots if not s.met_by(whole)]
    odds = load_left_open().odds(without_indefinite(asked.searched))
    shares = {name: best.feature(name) for name in evidence.FEATURES}
    values = shares | {
        "dense": best.hit.dense or 0.0,
        "sparse": min(1.0, (best.hit.sparse or 0.0) / _SPARSE_SCALE),
        "margin": min(1.0, (best.score - other.score) / _CLEAR_MARGIN) if other else 1.0,
        "lay": sum(not s.known and not s.foreign for s in asked.slots) / len(asked.slots) if asked.slots else 1.0,
        "foreign": min(1.0, sum(s.foreign for s in asked.slots) / 2),
        "most_foreign": max((s.foreign for s in asked.slots), default=0.0),
        "unmet": sum(unmet) / total,
        "heaviest_unmet": max(unmet, default=0.0) / _HEAVIEST,
        "missing": float(lacks_expected(asked, best)),
        "given": float(bool(_asks_hard(asked)) and not lacks_expected(asked, best)),
        "slots": min(1.0, len(asked.slots) / 6),
        "sounds_answered": _limited((odds.known if is_known else odds.general) / _ODDS_SCALE),
        "above_elsewhere": _limited(familiarity.above_elsewhere / _NATS_SCALE) if is_known else 0.0,
        "above_second": _limited(familiarity.above_second / _NATS_SCALE) if is_known else 0.0,
        "near_answered": familiarity.near_answered if is_known else 0.0,
        "near_open": familiarity.near_open if is_known else 0.0,
        "nearest": best.nearest if is_known else 0.0,
        "near_odds": _limited(familiarity.near_odds / _NATS_SCALE) if is_known else 0.0,
    }
    values |= {name: values[name] * is_known for name in ("recalled", "recognised")}
    return tuple(values[name] for name in FEATURES)


def _limited(value: float) -> float:
    return max(-1.0, min(1.0, value))


_ODDS_SCALE, _NATS_SCALE = 5.0, 10.0
_CLEAR_MARGIN = 4.0  # nats of ranking
_WHOLLY_MET = 0.8  # share of the question's weight that stands in the sentence
_HEAVIEST = 10.0  # brings the rarity of a word (natural logarithm) into 0–1


def _asks_hard(asked: Asked) -> list[str]:
    return [name for name in asked.question.expects if name in HARD]


def lacks_expected(asked: Asked, found: Evidence) -> bool:
    """Whether the question asks for an amount, a time … and the sentence has none."""
    wanted = _asks_hard(asked)
    return bool(wanted) and not all(PATTERNS[name].search(found.sentence.text) for name in wanted)


def cannot_say_what_is_asked(asked: Asked, found: Evidence) -> bool:
    """Whether an amount, a percentage or a way to reach somebody is asked for, and the whole article has none."""
    wanted = [name for name in ("amount", "percentage", "contact") if name in asked.question.expects]
    return bool(wanted) and not any(PATTERNS[name].search(found.article.text) for name in wanted)


def says_what_is_asked(asked: Asked, found: Evidence) -> bool:
    """Whether an amount, a time … is asked for in the sentence's own words, and the sentence has one: no model is needed."""
    return bool(_asks_hard(asked)) and not lacks_expected(asked, found) and found.feature("sentence") >= _WHOLLY_MET


def probability(features: Sequence[float], weights: Sequence[float], bias: float) -> float:
    """The logistic of the weighted sum: how likely the clause answers."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, bias + sum(f * w for f, w in zip(features, weights, strict=True))))))


def outside_library(asked: Asked, titles: Sequence[str], wording: Wording) -> str:
    """A reason to refuse that needs no model: a law or a place that no document speaks of; else empty."""
    for title in asked.question.titles:
        bare = title.replace("〈", "《").replace("〉", "》")
        if not any(bare in known or known in bare for known in titles):
            return f"没有收录{bracketed(title)}"
    for place in asked.question.places:
        if not wording.knows(place):
            return f"没有涉及{place}的规定"
    return ""


def names_nothing(asked: Asked) -> bool:
    """Whether no word and no pair of characters of the question stands in any text: “a”, “的的的”, “吃了吗”."""
    return not asked.pairs and not any(slot.known for slot in asked.slots)


def missing_article(asked: Asked, ranked: Sequence[Evidence]) -> str:
    """A reason where the question names an article that no document has, e.g. 第五十条 of thirty-three."""
    number = asked.question.named_article
    if asked.question.kind != "lookup" or not number or any(e.hit.looked_up for e in ranked):
        return ""
    return f"没有第{number}条"


def nearest(ranked: Sequence[Evidence], count: int = 3) -> tuple[Related, ...]:
    """The clauses of the best sentences, for a reader who wants to look further."""
    found = dict.fromkeys(Related(e.document.title, e.article.number, e.article.label) for e in ranked)
    return tuple(found)[:count]


_MISSING: dict[str, str] = {
    "contact": "联系方式、办理地点或表格",
    "amount": "具体的数额",
    "percentage": "具体的比例",
    "duration": "具体的期限",
    "date": "具体的时间",
}


def refusal_text(asked: Asked, reason: str) -> str:
    """What is not settled, and whom to ask; `reason` is one of this module's words or a finished clause."""
    missing = [what for name, what in _MISSING.items() if name in asked.question.expects]
    if reason in ("not_settled", "nothing_found", "no_citation"):
        said = f"现有文件没有写明{'、'.join(missing[:2])}" if missing else "现有文件没有直接规定这个问题"
    else:
        said = f"现有文件{reason}"
    closing = "可以先看看下面几条相近的规定；具体" if reason != "nothing_found" else "具体"
    return f"{said}，不能据此回答。{closing}请咨询所在街道（乡镇）或上级主管部门。"


def talk_text(question: Question, titles: Sequence[str]) -> str:
    """The one friendly line for what is no question to the documents."""
    known = "、".join(map(bracketed, titles[:2]))
    known += "等文件" if len(titles) > 2 else ""
    about = f"我可以根据{known or '收录的文件'}的原文回答问题"
    if question.kind == "manipulation":
        return "这个要求我不能照办，我只根据收录的文件原文回答问题。"
    if question.kind == "thanks":
        return "不客气，还有政策上的问题可以接着问。"
    if question.kind == "greeting":
        return f"你好！{about}，请直接问，例如某项规定由谁负责、有什么条件。"
    return f"这件事不在我能回答的范围内。{about}。" if question.text else "请写下您的问题，一句话就可以。"
