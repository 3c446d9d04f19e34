"""A language model behind any OpenAI-compatible address writes the answer; the program checks every word that matters.

The model sees articles under opaque ids (A1 …) as JSON and must reply with one JSON object. Ids are resolved here, each
quotation must be literal, and what a claim says must stand in the cited article (`assistant.verification`); what fails is
dropped. A reply that streams in is checked claim by claim.
"""

from __future__ import annotations

import json
import queue
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from pydantic import BaseModel, ValidationError

from assistant.citations import Statement, locate
from assistant.compose import cite_name
from assistant.errors import LanguageModelError
from assistant.evidence import Evidence
from assistant.prompting import fill
from assistant.records import Turn
from assistant.settings import Settings
from assistant.verification import faults
from index.tokens import content_words, searched_form

ARTICLES = 6
"""How many articles the model sees; the right one is among the first six for .93 of the development questions."""

MOST_CLAIMS = 4

_SHORTEST_QUOTE = 6  # characters: less (“，”, “应当”) stands in every article and carries no claim
_TURNS, _LONGEST_TURN, _LONGEST_QUESTION = 3, 300, 120
_LONGEST_CLAIM = 400  # characters: a claim is a sentence or two, not an essay
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


class Completes(Protocol):
    """What knows a network: the whole reply, or its pieces as they come. Raises `LanguageModelError`."""

    def complete(self, system: str, user: str) -> str: ...

    def stream(self, system: str, user: str) -> Iterator[str]: ...


class ModelWriter:
    """Writes answers with a model and checks them."""

    def __init__(self, model: Completes) -> None:
        self._model = model

    @classmethod
    def from_settings(cls, settings: Settings) -> ModelWriter:
        """Connects to the address of the settings when the first question comes, not before."""
        return cls(OpenAICompatible(settings))

    def write_once(self, question: str, evidence: Sequence[Evidence]) -> Iterator[Draft]:
        """The checked answer of the model, whole. Raises `LanguageModelError` where it cannot be reached or read."""
        sources = _sources(evidence)
        reply = parse_reply(self._model.complete(fill("answer_system"), _asked(question, sources)))
        checked = [_check(claim, sources.get(claim.source.strip())) for claim in reply.claims]
        statements = dict.fromkeys(s for s in checked if s is not None)  # a model that repeats itself is heard once
        yield Draft(reply.answerable, tuple(statements)[:MOST_CLAIMS])

    def stream(self, question: str, evidence: Sequence[Evidence]) -> Iterator[Draft]:
        """The same while it is being written: a longer draft whenever a claim has come and holds, the last one whole.

        Raises `LanguageModelError` at the end where the stream breaks off; what was given before holds all the same.
        """
        sources = _sources(evidence)
        text, statements = "", dict[Statement, None]()
        for piece in self._model.stream(fill("answer_system"), _asked(question, sources)):
            text += piece
            claims = finished_claims(text)
            checked = [_check(claim, sources.get(claim.source.strip())) for claim in claims]
            held = dict.fromkeys(s for s in checked if s is not None)
            if len(held) > len(statements):
                statements = held
                yield Draft(True, tuple(statements)[:MOST_CLAIMS])
        reply = parse_reply(text)
        yield Draft(reply.answerable, tuple(statements)[:MOST_CLAIMS])

    def rewrite(self, question: str, history: Sequence[Turn]) -> str:
        """A follow-up as a question that stands by itself; empty where the model's words are not those of the
        conversation. Raises `LanguageModelError`."""
        turns = [{"问": turn.question[:_LONGEST_TURN], "答": turn.answer[:_LONGEST_TURN]} for turn in history[-_TURNS:]]
        user = fill(
            "rewrite_user",
            history=json.dumps(turns, ensure_ascii=False),
            question=json.dumps(question, ensure_ascii=False),
        )
        found = read_object(self._model.complete(fill("rewrite_system"), user)).get("question", "")
        rewritten = " ".join(str(found).split())
        spoken = searched_form(" ".join([question, *(f"{turn.question} {turn.answer}" for turn in history)]))
        own = [word for word in content_words(rewritten) if searched_form(word) not in spoken]
        return "" if own or not content_words(rewritten) or len(rewritten) > _LONGEST_QUESTION else rewritten


def _sources(evidence: Sequence[Evidence]) -> dict[str, Evidence]:
    """Opaque id -> the best sentence of each article that the model is shown."""
    sources: dict[str, Evidence] = {}
    for found in evidence:
        if len(sources) < ARTICLES and all(e.article.id != found.article.id for e in sources.values()):
            sources[f"A{len(sources) + 1}"] = found
    return sources


def _asked(question: str, sources: Mapping[str, Evidence]) -> str:
    articles = [{"id": i, "条文": cite_name(e.document, e.article), "内容": e.article.text} for i, e in sources.items()]
    shown = json.dumps(articles, ensure_ascii=False, indent=1)
    return fill("answer_user", articles=shown, question=json.dumps(question, ensure_ascii=False))


def finished_claims(text: str) -> list[_Claim]:
    """The claims of a reply that may not be whole yet, those whose object has closed.

    >>> [c.source for c in finished_claims('{"answerable": true, "claims": [{"text": "t", "source": "A1", "quote": "q"}, {"te')]
    ['A1']
    """
    text = re.sub(r"<think>.*?(?:</think>|$)", "", text, flags=re.S)
    found = re.search(r'"claims"\s*:\s*\[', text)
    claims: list[_Claim] = []
    place = found.end() if found else len(text)
    while (start := text.find("{", place)) >= 0:
        try:
            content, place = json.JSONDecoder().raw_decode(text, start)
            claims.append(_Claim.model_validate(content))
        except ValidationError:
            continue
        except (ValueError, RecursionError):
            break
    return claims


def read_object(text: str) -> dict[str, Any]:
    """The JSON object of a reply, whatever stands around it. Raises `LanguageModelError`."""
    text = re.sub(r"<think>.*?</think>", "", text, flags=re.S)
    try:
        content = json.loads(text[text.find("{") : text.rfind("}") + 1])
    except (ValueError, RecursionError) as exc:
        raise LanguageModelError("模型的回答不是约定的 JSON") from exc
    if not isinstance(content, dict):
        raise LanguageModelError("模型的回答不是约定的 JSON")
    return content


def parse_reply(text: str) -> _Reply:
    """Reads the JSON object of a reply, whatever stands around it. Raises `LanguageModelError`.

    >>> parse_reply('```json\\n{"answerable": false, "claims": []}\\n```').answerable
    False
    """
    try:
        return _Reply.model_validate(read_object(text))
    except ValidationError as exc:
        raise LanguageModelError("模型的回答不是约定的 JSON") from exc


def _check(claim: _Claim, source: Evidence | None) -> Statement | None:
    """The claim as a statement, or None where its source, its quotation or anything in `verification.faults` does not hold."""
    text = _MARKER.sub("", " ".join(claim.text.split())).replace("{mark}", "").strip()
    if source is None or not text or len(text) > _LONGEST_CLAIM:
        return None
    span = locate(claim.quote.strip(), source.article.text)
    if span is None or span[1] - span[0] < min(_SHORTEST_QUOTE, len(source.article.text)):
        return None
    if faults(text, source.article.text[slice(*span)], source.article, source.document):
        return None
    name = cite_name(source.document, source.article)
    return Statement(f"{text.rstrip('。')}（{name}）。{{mark}}", source.article, source.document.title, *span)


class OpenAICompatible:
    """A chat model at any address that speaks OpenAI's protocol (DeepSeek, Qwen, Ollama, vLLM), through llama-index.

    A whole reply must come within the time limit, streaming or not; a server that asks to come again (429 with
    Retry-After) within it is asked once more.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def complete(self, system: str, user: str) -> str:
        """The model's reply. Raises `LanguageModelError`; the message names no key and no address."""
        return "".join(self._pieces(system, user, streaming=False))

    def stream(self, system: str, user: str) -> Iterator[str]:
        """The pieces of the reply as they come. Raises `LanguageModelError`, also where the stream breaks off."""
        yield from self._pieces(system, user, streaming=True)

    def _pieces(self, system: str, user: str, streaming: bool) -> Iterator[str]:
        from openai import APIStatusError

        deadline = time.monotonic() + self._settings.llm_timeout_seconds
        for attempt in (1, 2):
            try:
                yield from self._within(deadline, system, user, streaming)
                return
            except APIStatusError as exc:
                wait = _retry_after(exc.response.headers.get("retry-after", ""))
                late = wait is None or time.monotonic() + wait >= deadline
                if exc.status_code != 429 or attempt == 2 or late:
                    raise LanguageModelError(f"接口返回 {exc.status_code}") from exc
                time.sleep(wait or 0.0)

    def _within(self, deadline: float, system: str, user: str, streaming: bool) -> Iterator[str]:
        """The pieces, from a thread of their own: a server that sends blank lines to keep the connection never lets a
        read time out. At the deadline the connection is closed."""
        from openai import APIStatusError, APITimeoutError, OpenAIError

        limit = self._settings.llm_timeout_seconds
        arrived: queue.Queue[str | Exception | None] = queue.Queue()
        client = httpx.Client(timeout=max(0.1, deadline - time.monotonic()))

        def fetch() -> None:
            try:
                for piece in self._request(system, user, streaming, client):
                    arrived.put(piece)
                arrived.put(None)
            except APIStatusError as exc:
                arrived.put(exc)
            except APITimeoutError:
                arrived.put(LanguageModelError(f"{limit:g} 秒内没有回应"))
            except OpenAIError:
                arrived.put(LanguageModelError("连接不上"))
            except (httpx.HTTPError, RuntimeError):  # while a stream is read, the client does not translate these
                arrived.put(LanguageModelError("连接中断"))
            except (AttributeError, IndexError, KeyError, TypeError, ValueError):
                # Whatever came was read: a proxy's HTML page, broken JSON, {"error": …} with status 200, no choices.
                arrived.put(LanguageModelError("接口的回应不是 OpenAI 的格式"))

        threading.Thread(target=fetch, daemon=True).start()
        has_begun = False
        try:
            while True:
                try:
                    piece = arrived.get(timeout=max(0.01, deadline - time.monotonic()))
                except queue.Empty:
                    raise LanguageModelError(f"{limit:g} 秒内没有{'写完' if has_begun else '回应'}") from None
                if isinstance(piece, Exception):
                    raise piece
                if piece is None:
                    return
                has_begun = True
                yield piece
        finally:
            client.close()

    def _request(self, system: str, user: str, streaming: bool, client: httpx.Client) -> Iterator[str]:
        from llama_index.core.base.llms.types import ChatMessage, MessageRole
        from llama_index.llms.openai_like import OpenAILike

        settings = self._settings
        model = OpenAILike(
            model=settings.llm_model,
            api_base=settings.llm_base_url,
            api_key=settings.llm_api_key.get_secret_value() or "none",
            is_chat_model=True,
            temperature=0.0,
            max_tokens=settings.llm_max_tokens,
            timeout=client.timeout.read,
            max_retries=0,
            http_client=client,
        )
        messages = [
            ChatMessage(role=MessageRole.SYSTEM, content=system),
            ChatMessage(role=MessageRole.USER, content=user),
        ]
        if streaming:
            yield from (piece.delta or "" for piece in model.stream_chat(messages))
        else:
            yield model.chat(messages).message.content or ""


def _retry_after(header: str) -> float | None:
    """The seconds of a Retry-After header; None for a date or nothing (RFC 9110, 10.2.3)."""
    return float(header) if re.fullmatch(r"\d{1,4}", header.strip()) else None
