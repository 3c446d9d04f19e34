"""`policyqa build --expand`: a language model writes questions that people would ask about articles that have few.

The idea is doc2query (see `index.asked`). One request an article; every question is checked in code, and what was made
is on disk after every article, so that a run that breaks off loses nothing and the next one asks only for the rest.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import LanguageModelError
from assistant.llm import OpenAICompatible
from assistant.prompting import fill
from assistant.settings import Settings
from index.asked import Asked, merge, parse_asked, read_asked, write_asked
from index.build import Progress
from index.errors import InputError
from index.library import Library
from index.mask import mask_bylines, mask_personal
from index.records import NEWS, Article, Document

Complete = Callable[[str, str], str]
"""`complete(system, user) -> reply`; raises `LanguageModelError`."""

ENOUGH = 20
"""Questions; an article that has so many is not asked about."""

MOST = 24
"""Questions that an article may have from the model, those that it had before included."""

_SHORTEST, _LONGEST = 2, 60  # characters of a question
_LONGEST_TEXT = 4000  # characters of an article that the model is shown: small models see no more
_MOST_FAILURES = 3  # in a row: the model cannot be reached
_MOST_USELESS = 10  # replies in a row without one usable question

_THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)
_NUMBERING = re.compile(r"^(?:[-*•·]|\(\d{1,2}\)|（\d{1,2}）|\d{1,2}[.．、)）:：](?!\d))\s*")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_FOREIGN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ\u0400-\u04ff]")
_OTHER_SCRIPT = re.compile(r"[\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]")
_TITLE = re.compile(r"《.+》")
_STRING = re.compile(r'\s*,?\s*("(?:[^"\\]|\\.)*")', re.DOTALL)
_JSON = json.JSONDecoder(strict=False)


def model_of(settings: Settings, option: str = "--expand") -> Complete:
    """The configured language model, which `option` of a command needs. Raises `InputError` where there is none."""
    if not settings.uses_language_model:
        raise InputError(
            f"{option} 要用大模型，还没有配置：请设 POLICYQA_LLM_BASE_URL 和 POLICYQA_LLM_MODEL"
            f"（或 policyqa.toml 里的 llm_base_url 和 llm_model），或去掉 {option}"
        )
    return OpenAICompatible(settings).complete


class Expander:
    """What `build_index(expand=…)` calls. Questions are kept in `folder`, a file for each document.

    After a call, `notes` says in Chinese what was made, and `stopped` why the model was given up; empty where it was not.
    """

    def __init__(self, complete: Complete, folder: Path, progress: Progress | None = None) -> None:
        self._complete = complete
        self._folder = folder
        self._progress = progress or (lambda stage, done, total: None)
        self.stopped = ""
        self.notes: tuple[str, ...] = ()

    def __call__(self, library: Library, known: Asked) -> Asked:
        """Asks about every article with fewer than `ENOUGH` questions in `known`; returns what is new.

        A model that fails costs questions, never the build. Raises `InputError` where `folder` cannot be one.
        """
        wanting = list(_find_wanting(library, known))
        if wanting:
            self._make_folder()
        made: Asked = {}
        tally = _Tally()
        for done, (document, article) in enumerate(wanting):
            self._progress("出题", done, len(wanting))
            key = document.title, article.number
            try:
                questions, dropped = self._ask(document, article, known.get(key, ()))
            except LanguageModelError as error:
                tally.add_failure(str(error))
            else:
                tally.add_reply(len(questions), dropped)
                if questions:
                    made[key] = questions
                    self._keep(document.title, {key: questions})
            if tally.reason:
                break
        self.stopped = tally.explain_stop(len(wanting))
        self.notes = tuple(filter(None, (tally.describe(self._folder, len(wanting)), self.stopped)))
        return made

    def _ask(self, document: Document, article: Article, known: Sequence[str]) -> tuple[tuple[str, ...], int]:
        """The usable questions of one reply, and how many were dropped. Raises `LanguageModelError`."""
        room = MOST - len(known)
        shown = {
            "文件": document.title,
            "部分": article.part,
            "条": article.label,
            "内容": article.text[:_LONGEST_TEXT],
            "已有的问题": list(known),
        }
        as_json = json.dumps({name: value for name, value in shown.items() if value}, ensure_ascii=False, indent=1)
        reply = self._complete(fill("questions_system"), fill("questions_user", article=as_json, count=str(room)))
        return choose(parse_questions(reply), known, room)

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as exc:
            raise InputError(f"{self._folder}：不是文件夹，不能存放问题；请换一个文件夹") from exc

    def _keep(self, title: str, made: Asked) -> None:
        """Adds to the document's file in one atomic step."""
        path = self._folder / file_name(title)
        before = read_asked(path) if path.exists() else {}
        unfinished = path.with_suffix(".new")
        write_asked(merge([before, made]), unfinished)
        unfinished.replace(path)


@dataclass
class _Tally:
    """What became of the requests: counts, and `reason` once the model is to be left alone."""

    asked: int = 0
    articles: int = 0
    questions: int = 0
    dropped: int = 0
    failed: int = 0
    failures_in_a_row: int = 0
    useless_in_a_row: int = 0
    reason: str = ""

    def add_failure(self, error: str) -> None:
        self.asked += 1
        self.failed += 1
        self.failures_in_a_row += 1
        if self.failures_in_a_row == _MOST_FAILURES:
            self.reason = f"大模型连续 {_MOST_FAILURES} 次没有回答（{error}）"

    def add_reply(self, questions: int, dropped: int) -> None:
        self.asked += 1
        self.failures_in_a_row = 0
        self.articles += questions > 0
        self.questions += questions
        self.dropped += dropped
        self.useless_in_a_row = 0 if questions else self.useless_in_a_row + 1
        if self.useless_in_a_row == _MOST_USELESS:
            self.reason = f"大模型连续 {_MOST_USELESS} 次没有写出可用的问题"

    def explain_stop(self, wanted: int) -> str:
        """One line for people; empty where all `wanted` articles were asked about."""
        if not self.reason:
            return ""
        return (
            f"{self.reason}，不再提问，还有 {wanted - self.asked} 条没有问到；索引照常建好。"
            "请检查 POLICYQA_LLM_* 设置，再用 --expand 建索引会接着问"
        )

    def describe(self, folder: Path, wanted: int) -> str:
        if not wanted:
            return f"各条都已有 {ENOUGH} 个以上的问题，没有请大模型出题"
        parts = [f"大模型为 {self.articles} 条写了 {self.questions} 个问题"]
        if self.articles:
            parts[0] += f"，存在 {folder}"
        if self.dropped:
            parts.append(f"另有 {self.dropped} 个不合要求，没有采用")
        if self.failed and not self.reason:
            parts.append(f"有 {self.failed} 条没有得到回答，再用 --expand 建索引会接着问")
        return "；".join(parts)


def _find_wanting(library: Library, known: Asked) -> Iterator[tuple[Document, Article]]:
    """The articles that have too few questions, in order; none of news, and none that a file could not name."""
    seen: set[tuple[str, str]] = set()
    for document in library.documents:
        for article in document.articles if document.kind != NEWS else ():
            key = document.title, article.number
            few = len(known.get(key, ())) < ENOUGH and key not in seen
            seen.add(key)
            if few and article.text.strip() and _can_be_written(*key):
                yield document, article


def _can_be_written(title: str, number: str) -> bool:
    """Whether a file of questions keeps this title and number as they are."""
    try:
        return parse_asked(f"《{title}》\n## {number}\n问\n", "") == {(title, number): ("问",)}
    except InputError:
        return False


def file_name(title: str) -> str:
    """A file name for the questions about a document: safe on every system, and readable.

    >>> file_name("示例市/某某<办法>")
    '示例市某某办法-7ea6b58a.txt'
    """
    words = re.sub(r"\W+", "", title)[:40]
    return f"{words}-{hashlib.sha256(title.encode()).hexdigest()[:8]}.txt"


def parse_questions(text: str) -> list[str]:
    """The questions of a reply, whatever stands around its JSON and where it breaks off; empty where there are none.

    >>> parse_questions('好的：```json\\n{"questions": ["谁管", {"question": "归谁"}]}\\n```')
    ['谁管', '归谁']
    >>> parse_questions('{"questions": ["谁管", "归谁管", "归')
    ['谁管', '归谁管']
    """
    text = _THINKING.sub("", text)
    for start in ("{", "["):
        for value in _read_values(text, start):
            found = value.get("questions") if isinstance(value, dict) else value
            if isinstance(found, list) and any(questions := [_text_of(item) for item in found]):
                return questions
    return _read_broken(text)


def _read_values(text: str, start: str) -> Iterator[Any]:
    """The JSON values that begin with the character `start`, outer ones first."""
    for match in re.finditer(re.escape(start), text):
        try:
            yield _JSON.raw_decode(text, match.start())[0]
        except (ValueError, RecursionError):
            continue


def _text_of(item: object) -> str:
    if isinstance(item, dict):
        item = item.get("question")
    return item if isinstance(item, str) else ""


def _read_broken(text: str) -> list[str]:
    """The complete strings of a list that breaks off."""
    opening = re.search(r'"questions"\s*:\s*\[', text)
    questions: list[str] = []
    match = _STRING.match(text, opening.end()) if opening else None
    while match:
        try:
            questions.append(str(_JSON.decode(match[1])))
        except ValueError:  # an escape that JSON does not have
            questions.append("")
        match = _STRING.match(text, match.end())
    return questions


def choose(questions: Iterable[str], known: Iterable[str], room: int) -> tuple[tuple[str, ...], int]:
    """The first `room` usable questions that are not `known`, and how many were dropped.

    >>> choose(["1. 谁管？", "谁管", "啥时候", "who", "归谁"], ["啥时候？"], 1)
    (('谁管？',), 4)
    """
    taken = {_skeleton(question) for question in known}
    kept: list[str] = []
    dropped = 0
    for question in (_NUMBERING.sub("", q.strip()) for q in questions):
        if len(kept) < room and _skeleton(question) not in taken and is_usable(question):
            taken.add(_skeleton(question))
            kept.append(question)
        else:
            dropped += 1
    return tuple(kept), dropped


def is_usable(question: str) -> bool:
    """Whether this is one line of Chinese that a file of questions can hold, and that says nothing of a person.

    >>> [is_usable(q) for q in ("谁来管？", "《某办法》", "电话是13800001234吗", "谁管\\n归谁")]
    [True, False, False, False]
    """
    chinese = len(_CHINESE.findall(question))
    return (
        _SHORTEST <= len(question) <= _LONGEST
        and question == question.strip()
        and not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for c in question)
        and "##" not in question
        and not _TITLE.fullmatch(question)
        and chinese >= max(2, len(_FOREIGN.findall(question)))
        and not _OTHER_SCRIPT.search(question)
        and mask_bylines(mask_personal(question)) == question
    )


def _skeleton(question: str) -> str:
    """The letters and digits of a question: what two of them are compared by."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", question)).lower()
