"""A language model behind any OpenAI-compatible address writes the answer; the program checks every word that matters.

The model sees articles under opaque ids (A1 …) as JSON and must reply with one JSON object. Ids are resolved here, each
quotation must be literal, and every number and body in a claim must stand in the cited article; what fails is dropped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from assistant.citations import Statement, locate
from assistant.compose import cite_name, contradicts
from assistant.errors import LanguageModelError
from assistant.evidence import Evidence
from assistant.prompting import fill
from assistant.settings import Settings
from index.numerals import NUMERAL, parse_numeral
from index.records import Article, Document

ARTICLES = 6
"""How many articles the model sees; the right one is among the first six for .93 of the development questions."""

MOST_CLAIMS = 4

_SHORTEST_QUOTE = 6  # characters: less (“，”, “应当”) stands in every article and carries no claim
_LONGEST_CLAIM = 400  # characters: a claim is a sentence or two, not an essay
_UNIT = "年个条次人日月天倍元项届成章部周岁"
_NUMBER = re.compile(rf"\d+(?:\.\d+)?|[{NUMERAL}]+(?=[{_UNIT}])")
_BODY = re.compile(r"[\u4e00-\u9fff]{0,2}(?:部门|政府|委员会|机关|法院|检察院|组织部|工作部|办公室|[局厅])")
_MARKER = re.compile(r"\[\d+\]|【\d+】|（?\bA\d+\b）?")


class _Claim(BaseModel):
    text: str
    source: str
    quote: str


class _Reply(BaseModel):
    answerable: bool
    claims: list[_Claim] = []


@dataclass(frozen=True, slots=True)
class Draft:
    """What the model wrote, checked. `statements` may be empty although it thought the question answerable."""

    answerable: bool
    statements: tuple[Statement, ...]


class ModelWriter:
    """Writes answers with a model; `complete(system, user) -> reply` is the only thing that knows a network."""

    def __init__(self, complete: Callable[[str, str], str]) -> None:
        self._complete = complete

    @classmethod
    def from_settings(cls, settings: Settings) -> ModelWriter:
        """Connects to the address of the settings when the first question comes, not before."""
        return cls(OpenAICompatible(settings).complete)

    def write(self, question: str, evidence: Sequence[Evidence]) -> Draft:
        """The checked answer of the model. Raises `LanguageModelError` where it cannot be reached or read."""
        sources: dict[str, Evidence] = {}
        for found in evidence:
            if len(sources) < ARTICLES and all(e.article.id != found.article.id for e in sources.values()):
                sources[f"A{len(sources) + 1}"] = found
        articles = [
            {"id": i, "条文": cite_name(e.document, e.article), "内容": e.article.text} for i, e in sources.items()
        ]
        user = fill(
            "answer_user",
            articles=json.dumps(articles, ensure_ascii=False, indent=1),
            question=json.dumps(question, ensure_ascii=False),
        )
        reply = parse_reply(self._complete(fill("answer_system"), user))
        checked = [_check(claim, sources.get(claim.source.strip())) for claim in reply.claims]
        statements = dict.fromkeys(s for s in checked if s is not None)  # a model that repeats itself is heard once
        return Draft(reply.answerable, tuple(statements)[:MOST_CLAIMS])


def parse_reply(text: str) -> _Reply:
    """Reads the JSON object of a reply, whatever stands around it. Raises `LanguageModelError`.

    >>> parse_reply('```json\\n{"answerable": false, "claims": []}\\n```').answerable
    False
    """
    text = re.sub(r"<think>.*?</think>", "", text, flags=re.S)
    start, end = text.find("{"), text.rfind("}")
    try:
        return _Reply.model_validate_json(text[start : end + 1])
    except ValidationError as exc:
        raise LanguageModelError("模型的回答不是约定的 JSON") from exc


def _check(claim: _Claim, source: Evidence | None) -> Statement | None:
    """The claim as a statement, or None where its source, its quotation, a number, a body or its yes does not hold."""
    text = _MARKER.sub("", " ".join(claim.text.split())).replace("{mark}", "").strip()
    if source is None or not text or len(text) > _LONGEST_CLAIM:
        return None
    span = locate(claim.quote.strip(), source.article.text)
    if span is None or span[1] - span[0] < min(_SHORTEST_QUOTE, len(source.article.text)):
        return None
    if unsupported(text, source.article, source.document) or contradicts(text, source.article.text[slice(*span)]):
        return None
    name = cite_name(source.document, source.article)
    return Statement(f"{text.rstrip('。')}（{name}）。{{mark}}", source.article, source.document.title, *span)


def unsupported(text: str, article: Article, document: Document) -> list[str]:
    """The numbers and bodies of `text` that neither the article nor its name has.

    >>> article = Article("d", "8", "第8条", "", "", "由县级民政部门每三年轮训1次。")
    >>> unsupported("县级民政部门3年训一次，教育局批准", article, Document("d", "办法", "", "", "law", (), "0"))
    ['教育局']
    """
    known = f"{document.title} {article.label} {article.text}"
    values = {_value(n) for n in _NUMBER.findall(known)}
    wrong = [n for n in _NUMBER.findall(text) if _value(n) not in values and _value(n) != 1]
    return wrong + [body for body in _BODY.findall(text) if body not in known]


def _value(number: str) -> float | None:
    return float(number) if number[0].isdigit() and number.isascii() else parse_numeral(number)


class OpenAICompatible:
    """A chat model at any address that speaks OpenAI's protocol (DeepSeek, Qwen, Ollama, vLLM), through llama-index."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def complete(self, system: str, user: str) -> str:
        """The model's reply. Raises `LanguageModelError`; the message names no key and no address."""
        from llama_index.core.base.llms.types import ChatMessage, MessageRole
        from llama_index.llms.openai_like import OpenAILike
        from openai import APIStatusError, APITimeoutError, OpenAIError

        settings = self._settings
        model = OpenAILike(
            model=settings.llm_model,
            api_base=settings.llm_base_url,
            api_key=settings.llm_api_key.get_secret_value() or "none",
            is_chat_model=True,
            temperature=0.0,
            max_tokens=settings.llm_max_tokens,
            timeout=settings.llm_timeout_seconds,
            max_retries=0,
        )
        messages = [
            ChatMessage(role=MessageRole.SYSTEM, content=system),
            ChatMessage(role=MessageRole.USER, content=user),
        ]
        try:
            return model.chat(messages).message.content or ""
        except APITimeoutError as exc:
            raise LanguageModelError(f"{settings.llm_timeout_seconds:g} 秒内没有回应") from exc
        except APIStatusError as exc:
            raise LanguageModelError(f"接口返回 {exc.status_code}") from exc
        except OpenAIError as exc:
            raise LanguageModelError("连接不上") from exc
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as exc:
            # The client reads whatever came: a proxy's HTML page, broken JSON, {"error": …} with status 200, no choices.
            raise LanguageModelError("接口的回应不是 OpenAI 的格式") from exc
