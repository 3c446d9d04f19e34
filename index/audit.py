"""What looks wrong in parsed documents: missing, repeated or out-of-order numbers, odd lengths, text outside any article."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from index.articles import WHOLE_TEXT, detect_grammar, parse_articles
from index.clean import Passage, read_passages
from index.errors import InputError
from index.headings import read_marker
from index.metadata import is_frame
from index.readers import read_source
from index.records import LEAD_ARTICLE, Article, Grammar

_VERY_LONG = 4000
_TABLES = (".jsonl", ".jsonl.gz")


@dataclass(frozen=True, slots=True)
class Report:
    """The audit of one document; `findings` are sentences for people, empty where nothing looks wrong."""

    name: str
    grammar: Grammar
    articles: int
    findings: tuple[str, ...]
    in_order: bool
    numbered_lines: int = 0
    numbered_found: int = 0


@dataclass(slots=True)
class Totals:
    """Counts over all audited documents."""

    documents: int = 0
    laws: int = 0
    laws_in_order: int = 0
    numbered_lines: int = 0
    numbered_found: int = 0
    unclean: list[Report] = field(default_factory=list)

    def add(self, report: Report) -> None:
        self.documents += 1
        self.laws += report.grammar == "law"
        self.laws_in_order += report.grammar == "law" and report.in_order
        self.numbered_lines += report.numbered_lines
        self.numbered_found += report.numbered_found
        if report.findings:
            self.unclean.append(report)


def audit_text(name: str, text: str) -> Report:
    """The audit of one document's text, parsed as an import would parse it."""
    passages = read_passages(text)
    grammar = detect_grammar(passages)
    articles = parse_articles(passages, grammar)
    findings = find_oddities(articles, grammar) + _outside(passages, articles)
    lines, found = _measure_coverage(passages, articles) if grammar == "measures" else (0, 0)
    if found < lines:
        findings.append(f"有编号的段落 {lines} 个，其中 {lines - found} 个没有成为条或项")
    in_order = not any("号" in f and ("缺" in f or "重" in f or "乱" in f) for f in findings)
    return Report(name, grammar, len(articles), tuple(findings), in_order, lines, found)


def find_oddities(articles: tuple[Article, ...], grammar: Grammar) -> list[str]:
    """Sentences about numbers and lengths of a document's articles that look wrong."""
    return _number_findings(articles, grammar) + _length_findings(articles)


def read_documents(path: Path) -> Iterator[tuple[str, str]]:
    """(name, text) of a policy file, or of every line of a .jsonl(.gz) with `title` and `text`."""
    if not path.name.endswith(_TABLES):
        source = read_source(path)
        yield path.name, source.text
        return
    if not path.is_file():
        raise InputError(f"{path}：没有这个文件，请检查路径")
    with gzip.open(path, "rt", encoding="utf-8") if path.name.endswith(".gz") else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                yield f"{row['title']} {row.get('date', '')}".strip(), row["text"]
            except (json.JSONDecodeError, KeyError, TypeError) as exc:
                raise InputError(f"{path} 第 {number} 行：应是含 title 和 text 的 JSON，请改正这一行") from exc


def _number_findings(articles: tuple[Article, ...], grammar: Grammar) -> list[str]:
    repeated = [a.number for a in articles if "（重" in a.number]
    findings = [f"重号：{'、'.join(repeated[:8])}"] if repeated else []
    if grammar != "law":
        return findings
    numbers = [int(a.number.partition("之")[0]) for a in articles if re.fullmatch(r"\d+(?:之\w+)?", a.number)]
    missing = [n for a, b in pairwise(numbers) for n in range(a + 1, b)]
    if missing:
        findings.append(f"缺号：{'、'.join(map(str, missing[:12]))}")
    if numbers != sorted(numbers):
        findings.append("乱号：条号没有按顺序排列")
    return findings


def _length_findings(articles: tuple[Article, ...]) -> list[str]:
    long = [a.label for a in articles if len(a.text) > _VERY_LONG and a.number not in (WHOLE_TEXT, LEAD_ARTICLE)]
    empty = [a.label for a in articles if len(re.sub(r"\W", "", a.text)) < 3]
    findings = [f"过长（>{_VERY_LONG} 字）：{'、'.join(long[:5])}"] if long else []
    return findings + ([f"空条：{'、'.join(empty[:5])}"] if empty else [])


def _outside(passages: list[Passage], articles: tuple[Article, ...]) -> list[str]:
    """Prose that is in no article: titles, parts, dates and signatures are not prose."""
    covered = [(s.start, s.end) for a in articles for s in a.spans]
    lost = [
        p.text
        for p in passages
        if len(p.text) >= 40
        and not is_frame(p.text)
        and not p.level
        and p.text[-1] in "。；"
        and not any(start <= p.span.start < end for start, end in covered)
    ]
    return [f"不在任何条内的文字 {len(lost)} 段，如“{lost[0][:24]}…”"] if lost else []


def _measure_coverage(passages: list[Passage], articles: tuple[Article, ...]) -> tuple[int, int]:
    """How many paragraphs are numbered, and how many of them begin an article or a 项, or are a part's heading."""
    texts = "\n".join(f"{a.heading}\n{a.part}\n{a.text}" for a in articles)
    squeezed = re.sub(r"\s", "", texts)
    numbered = [p for p in passages if (m := read_marker(p.text)) is not None and m.level in ("one", "two", "three")]
    found = 0
    for passage in numbered:
        marker = read_marker(passage.text)
        body = re.sub(r"\s", "", passage.text[marker.length if marker else 0 :]).rstrip("。：:")[:40]
        found += body in squeezed
    return len(numbered), found
