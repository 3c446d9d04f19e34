"""From the messages of a chat client to a question with its history, and from an answer to the message that it gets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.citations import bracketed
from assistant.records import Answer, Turn
from assistant.state.columns import clean_text
from assistant.web.conversation import MOST_QUESTION_CHARACTERS, MOST_TURNS_ASKED, earlier_turn
from assistant.web.problems import ChatRequestError

NOTICES, SOURCES, NEAREST = "提示：", "依据：", "相近的规定："
CORRECTION = "\n\n（以上没有写完，请以下面的回答为准。）\n\n"

_FOOTER = re.compile(rf"\n[^\S\n]*(?:{SOURCES}\s*\[\d+\]《|{NEAREST}\s*《)|\n[^\S\n]*\n[^\S\n]*{NOTICES}")
"""Where what stands below an answer begins; a client may have changed the blanks around it. Blanks end with their line:
Any white space would need hours for a message of nothing but line breaks."""


class Part(BaseModel):
    """One piece of a message; only text is read."""

    type: str = Field(default="text", description="只支持 text")
    text: str | None = Field(default=None, description="文字")

    model_config = ConfigDict(extra="allow")


class Message(BaseModel):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"] = Field(
        description="谁说的：user 是提问的人，assistant 是先前的回答；其余的不看"
    )
    content: str | list[Part] | None = Field(default=None, description="说了什么：文字，或由文字段组成的列表")

    model_config = ConfigDict(extra="allow")

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return clean_text("\n".join(part.text for part in self.content if part.text))
        return clean_text(self.content or "")


def read_conversation(messages: Sequence[Message]) -> tuple[str, tuple[Turn, ...]]:
    """The last user message is the question, earlier ones with what was answered to them are the history, at most
    `MOST_TURNS_ASKED` of them. Raises `ChatRequestError` where there is no question or it is too long."""
    asked = [place for place, message in enumerate(messages) if message.role == "user"]
    if not asked:
        raise ChatRequestError("messages 里没有提问：要有一条 role 为 user 的消息。", "messages")
    question = _read_question(messages[asked[-1]], f"messages.{asked[-1]}.content")
    turns = []
    for place, end in pairwise(asked):
        said = "\n".join(each.text for each in messages[place + 1 : end] if each.role == "assistant")
        before = messages[place].text.strip()
        turn = earlier_turn(before, strip_footer(said))
        if turn.answer or len(before) <= MOST_QUESTION_CHARACTERS:  # a longer one was turned down, not answered
            turns.append(turn)
    return question, tuple(turns[-MOST_TURNS_ASKED:])


def write_content(answer: Answer) -> str:
    """The message: the answer with its markers, and below it what a reader needs who sees nothing but the message.

    >>> write_content(Answer("", "q", "refused", "extractive", "没有规定。"))
    '没有规定。'
    """
    return answer.answer + write_footer(answer)


def write_footer(answer: Answer) -> str:
    """Notices, and the citations with their words; of a refusal the nearest clauses. Empty, or begins with a blank line."""
    pieces = [NOTICES + "".join(answer.notices)] if answer.notices else []
    if answer.citations:
        lines = [f"[{c.marker}]{bracketed(c.document)}{c.label}：“{c.quote}”" for c in answer.citations]
        pieces.append("\n".join([SOURCES, *lines]))
    elif answer.related:
        pieces.append("\n".join([NEAREST, *(f"{bracketed(r.document)}{r.label}" for r in answer.related)]))
    return "".join(f"\n\n{piece}" for piece in pieces)


def strip_footer(content: str) -> str:
    """An earlier answer without what stood below it.

    >>> strip_footer("要提前三日提出[1]。\\n\\n依据：\\n[1]《办法》第2条：“应当提前三日”")
    '要提前三日提出[1]。'
    """
    content = content.rpartition(CORRECTION.strip())[2]
    found = _FOOTER.search(content)
    return (content[: found.start()] if found else content).strip()


class Growing:
    """Cuts answers that grow into pieces that, put together, are the message of the last one.

    Nothing is given before two successive answers agree on it. An answer that takes back what was given already is put
    below it in full.
    """

    def __init__(self) -> None:
        self.given = ""
        self._last = ""

    def add(self, text: str) -> str:
        """The next piece once the answer reads `text`, or the empty string."""
        agreed = _common(self._last, text)
        self._last = text
        return self._give(text[: len(agreed)])

    def finish(self, content: str) -> str:
        """The last piece; `content` is the whole message."""
        return self._give(content if content.startswith(self.given) else f"{self.given}{CORRECTION}{content}")

    def _give(self, text: str) -> str:
        if not text.startswith(self.given):
            return ""
        piece, self.given = text[len(self.given) :], text
        return piece


def _common(one: str, other: str) -> str:
    end = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    return one[: min(len(one), len(other)) if end is None else end]


def _read_question(message: Message, place: str) -> str:
    if isinstance(message.content, list) and any(part.text is None for part in message.content):
        raise ChatRequestError(
            f"{place} 里有图片、文件或录音；这里只读文字，请去掉后再问。", place, "unsupported_content"
        )
    question = message.text.strip()
    if not question:
        raise ChatRequestError(f"{place} 是空的：请写下问题。", place)
    if len(question) > MOST_QUESTION_CHARACTERS:
        words = f"问题最多 {MOST_QUESTION_CHARACTERS} 个字，现在有 {len(question)} 个；请缩短后再问。"
        raise ChatRequestError(words, place, "question_too_long")
    return question
