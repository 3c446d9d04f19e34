"""Articles to the pieces that can be quoted: sentences, half-sentences and enumerations, each with offsets.

Every piece keeps `article.text[start:end] == text`; nothing is rewritten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.records import Article

_CLOSERS = "”’」』）)】》"
_STOP = re.compile(rf"[。！？!?][{_CLOSERS}]*|\n+|$")
_CONTINUES = tuple("：；，、:;,")
"""A line that ends so is not over: the items of a list follow their colon on lines of their own."""

_QUESTION_LINE = re.compile(r"\s*问[：:]")
_ANSWER_MARK = re.compile(r"\s*答[：:]\s*")
_ORDINAL = re.compile(r"(?<![一二三四五六七八九十第])([一二三四五六七八九十]{1,2})是(?=[^否])")
_LINE_MARK = re.compile(r"^[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]\s*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A quotable piece. `role`: a run-in heading or a reporter's question never answers by itself."""

    start: int
    end: int
    text: str
    role: str = "sentence"


@dataclass(frozen=True, slots=True)
class Enumeration:
    """列举: 一是…二是…, or the 项 after a colon. `titles` is each item's first clause, whole where items are short."""

    start: int
    end: int
    lead: str
    titles: tuple[str, ...]


def split_sentences(article: Article) -> list[Sentence]:
    """The sentences of an article in reading order; the list after a colon stays one sentence with its lead.

    >>> text = "明确范围。下列人员参加：\\n教师；\\n医生。\\n其他人员自愿。"
    >>> [s.text for s in split_sentences(Article("d", "1", "第1条", "明确范围", "", text)) if s.role == "sentence"]
    ['下列人员参加：\\n教师；\\n医生。', '其他人员自愿。']
    """
    text, sentences, start = article.text, [], 0
    for match in _STOP.finditer(text):
        body = text[start : match.start()].rstrip()
        if match.group().startswith("\n") and body.endswith(_CONTINUES):
            continue
        end = start + len(body) if match.group().startswith("\n") else match.end()
        start = _skip_marks(text, start, end)
        if (piece := text[start:end]).strip():
            sentences.append(Sentence(start, end, piece, _role(piece, article.heading)))
        start = match.end()
    return sentences


def _skip_marks(text: str, start: int, end: int) -> int:
    """Moves past blank space and “答：”, which are no part of a quotation."""
    while start < end and text[start].isspace():
        start += 1
    match = _ANSWER_MARK.match(text, start, end)
    return match.end() if match else start


def _role(piece: str, heading: str) -> str:
    if _QUESTION_LINE.match(piece):
        return "question"
    bare = piece.strip().rstrip("。！？!?：:")
    return "heading" if heading and bare in (heading.rstrip("。？?"), heading) else "sentence"


def split_halves(sentence: Sentence) -> list[Sentence]:
    """The parts of a sentence between semicolons; one part where it has none or is a list after a colon.

    >>> [h.text for h in split_halves(Sentence(5, 18, "单位不得借调；确需的，报批。"))]
    ['单位不得借调；', '确需的，报批。']
    """
    if "\n" in sentence.text:
        return [sentence]
    halves, start = [], 0
    for match in re.finditer(r"[；;]|$", sentence.text):
        if piece := sentence.text[start : match.end()]:
            halves.append(Sentence(sentence.start + start, sentence.start + match.end(), piece))
        start = match.end()
    return halves


def find_enumeration(article: Article) -> Enumeration | None:
    """The article's longest enumeration of at least two items, or None.

    >>> text = "坚持以下原则：一是坚持党的领导。把准方向。二是坚持为民服务。三是因地制宜。"
    >>> find_enumeration(Article("d", "2", "第2问", "", "", text)).titles
    ('坚持党的领导', '坚持为民服务', '因地制宜')
    """
    found = [e for e in (_ordinal_series(article.text), _colon_list(article)) if e is not None]
    return max(found, key=lambda e: len(e.titles), default=None)


def _ordinal_series(text: str) -> Enumeration | None:
    marks: list[re.Match[str]] = []
    for match in _ORDINAL.finditer(text):
        if "一二三四五六七八九十"[len(marks) : len(marks) + 1] == match.group(1):
            marks.append(match)
    if len(marks) < 2:
        return None
    ends = [m.start() for m in marks[1:]] + [_end_of_last(text, marks[-1].end())]
    titles = tuple(_first_clause(text[m.end() : end]) for m, end in zip(marks, ends, strict=True))
    lead_start = max(text.rfind(stop, 0, marks[0].start() - 1) for stop in "。\n") + 1
    lead = text[lead_start : marks[0].start()].removeprefix("答：").strip()
    return Enumeration(marks[0].start(), ends[-1], lead, titles)


def _end_of_last(text: str, start: int) -> int:
    """The last item has no mark after it: it is taken to the end of its paragraph."""
    stop = text.find("\n", start)
    return len(text) if stop < 0 else stop


def _first_clause(item: str) -> str:
    clause = re.split(r"[。；;\n]", item.strip(), maxsplit=1)[0].strip()
    if len(clause) <= 40:
        return clause
    short = re.split(r"[，,]", clause, maxsplit=1)[0]
    return short if len(short) >= 4 else clause


def _colon_list(article: Article) -> Enumeration | None:
    best: Enumeration | None = None
    for sentence in split_sentences(article):
        lead, newline, rest = sentence.text.partition("\n")
        lines = [line for line in rest.split("\n") if line.strip()] if newline else []
        if len(lines) < 2 or not lead.rstrip().endswith(("：", ":")):
            continue
        titles = tuple(_LINE_MARK.sub("", line.strip()).rstrip("；;。") for line in lines)
        if best is None or len(titles) > len(best.titles):
            best = Enumeration(sentence.start, sentence.end, lead.rstrip("：:"), titles)
    return best
