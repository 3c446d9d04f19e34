"""An optional judge: a language model says whether an answer follows from its quotations and answers the question.

A judgement is an opinion, reported beside the figures that are computed, never instead of them (on what such judges favour:
Zheng et al.: Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena, NeurIPS 2023).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.errors import LanguageModelError
from assistant.llm import OpenAICompatible, read_object
from assistant.prompting import fill
from assistant.settings import load_settings
from eval.errors import DatasetError
from eval.records import Outcome, Values

METRICS = ("judge_faithful", "judge_answers", "judge_missing")
"""Share of answers that follow from their quotations; that answer the question; that the judge gave no opinion on."""

Complete = Callable[[str, str], str]


def open_judge(index: Path | None = None) -> Complete:
    """The model of the settings. Raises `DatasetError` where none is named."""
    settings = load_settings(index)
    if not settings.uses_language_model:
        raise DatasetError("--judge 需要语言模型：请设置 POLICYQA_LLM_BASE_URL 和 POLICYQA_LLM_MODEL")
    return OpenAICompatible(settings).complete


def judge(outcome: Outcome, complete: Complete) -> Values:
    """What the judge says of one answer; refusals and missing answers are not judged."""
    answer = outcome.answer
    if answer is None or answer["status"] != "answered":
        return dict.fromkeys(METRICS, ())
    material = {
        "问题": outcome.question.question,
        "回答": answer["answer"],
        "引文": [citation["quote"] for citation in answer["citations"]],
    }
    try:
        opinion = read_object(
            complete(fill("judge_system"), fill("judge_user", material=json.dumps(material, ensure_ascii=False)))
        )
    except LanguageModelError:
        opinion = {}
    if not all(isinstance(opinion.get(name), bool) for name in ("faithful", "answers")):
        return {"judge_faithful": (), "judge_answers": (), "judge_missing": (1.0,)}
    said: dict[str, Any] = opinion
    return {
        "judge_faithful": (float(said["faithful"]),),
        "judge_answers": (float(said["answers"]),),
        "judge_missing": (0.0,),
    }
