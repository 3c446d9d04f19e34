"""One page or file -> the printings (witnesses) on it: title, kind, metadata and articles of each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from index.articles import detect_grammar, parse_articles
from index.clean import TERMINAL, Passage, read_passages
from index.decimals import is_decimal
from index.headings import read_marker
from index.metadata import is_frame, is_issuer_line, read_metadata, strip_issuer
from index.pages import Piece, headline, is_dateline, is_newspaper_page, split_page
from index.records import NEWS, Article, Grammar, Page, Witness

_KINDS = (
    "实施条例", "条例", "实施细则", "细则", "实施意见", "意见", "实施办法", "办法", "规定", "通知", "实施方案", "方案", "规划", "纲要", "决定", "公告", "通告", "批复", "复函",
    "答复", "规则", "解释", "报告", "指南", "标准", "制度", "章程", "通报", "预案", "办法（试行）", "意见（试行）", "法典", "修正案", "法", "函", "令",
)  # fmt: skip
_ENDS_TITLE = re.compile(rf"(?:{'|'.join(_KINDS)})(?:[（(].{{1,20}}[）)])?$")
_INTERVIEW = re.compile(r"就(《.+》)(?:有关问题|等问题)?答记者问")
_PROMULGATED = re.compile(r"公布.{0,4}《.+?》.*自\d{4}年\d{1,2}月\d{1,2}日起施行", re.S)
_DECREE = re.compile(r"令(?:[（(]?第?\s*\d{1,4}\s*号[）)]?)?$")
_FIRST_LEVELS = ("book", "chapter", "article", "one")
_LONGEST_TITLE = 60
_SHORTEST_TITLE = 6  # a shorter line may well say a word twice
_FEWEST_MEASURES = 3


def read_printings(page: Page) -> list[Witness]:
    """All printings of a newspaper page, or the one document of any other file."""
    passages = read_passages(page.text)
    if not passages:
        return []
    if page.is_newspaper or is_newspaper_page(page.text):
        return [w for piece in split_page(passages) if (w := _read_piece(piece, page)).articles]
    printing = _read_file(passages, page)
    return [printing] if printing.articles else []


def _read_piece(piece: Piece, page: Page) -> Witness:
    body = list(piece.body)
    printed = headline(piece.titles, page.text)
    lines = [line for t in piece.titles if (line := headline((t,), page.text))]
    grammar = _piece_grammar(piece, body)
    is_news = grammar == "plain"
    title = printed if is_news or grammar == "summary" else _document_title(lines)
    metadata = read_metadata(body, lines)
    articles = parse_articles(body, grammar, piece.continued)
    return Witness(
        siglum=page.siglum,
        title=_without_brackets(title),
        headline=printed,
        grammar=grammar,
        articles=articles,
        kind=NEWS if is_news else kind_of(title, grammar),
        issuer=metadata.issuer,
        document_number=metadata.document_number,
        date=metadata.date,
        starts_inside=piece.continued,
        frame=_frame(body, articles),
    )


def _piece_grammar(piece: Piece, body: list[Passage]) -> Grammar:
    """News is `plain` however it enumerates; an official summary promulgates a document and gives its points."""
    grammar = detect_grammar(body)
    if grammar == "summary":
        return grammar if _PROMULGATED.search(body[0].text) else "plain"
    if grammar == "measures" and not piece.continued and is_dateline(body[0].text):
        numbered = sum(read_marker(p.text) is not None for p in body)
        return grammar if numbered >= 2 * _FEWEST_MEASURES else "plain"
    return grammar


def _read_file(passages: list[Passage], page: Page) -> Witness:
    """A user's file is one document: its first heading line names it, else the file's name."""
    lines, body = split_title(passages)
    title = "".join(line for line in lines if not is_issuer_line(line)) or re.sub(r"\.\w{1,5}$", "", page.name)
    title = _decreed_title(title, body) or title
    grammar = detect_grammar(body)
    metadata = read_metadata(passages, [*lines, title])
    articles = parse_articles(body, grammar)
    return Witness(
        siglum=page.siglum,
        title=_without_brackets(title),
        headline=" ".join(lines) or title,
        grammar=grammar,
        articles=articles,
        kind=kind_of(title, grammar),
        issuer=metadata.issuer,
        document_number=metadata.document_number,
        date=metadata.date,
        frame=_frame(passages, articles),
    )


def _frame(passages: Sequence[Passage], articles: Sequence[Article]) -> tuple[str, ...]:
    """The passages that no article has, neither as text nor as its heading, each once."""
    spans = sorted((span.start, span.end) for article in articles for span in article.spans)
    headings = tuple(article.heading for article in articles if article.heading)
    outside = (p.text for p in passages if not _is_inside(p.span.start, spans))
    return tuple(dict.fromkeys(text for text in outside if not text.endswith(headings)))


def _is_inside(position: int, spans: Sequence[tuple[int, int]]) -> bool:
    before = bisect_right(spans, position, key=lambda span: span[0])
    return before > 0 and position < spans[before - 1][1]


def split_title(passages: list[Passage]) -> tuple[list[str], list[Passage]]:
    """The title's lines (issuer lines among them) and what follows; a title goes on until it ends as titles do."""
    lines: list[str] = []
    index = 0
    while index < min(8, len(passages)):
        passage = passages[index]
        text = passage.text
        if is_frame(text) and not lines:
            index += 1
            continue
        if lines and (passages[index - 1].level or _is_whole_title("".join(lines), text)):
            break
        is_line = (
            len(text) <= (2 * _LONGEST_TITLE if passage.level else _LONGEST_TITLE)
            and read_marker(text) is None
            and not is_frame(text)
            and not is_decimal(text)
        )
        if not is_line or (
            not passage.level and text[-1] in TERMINAL.replace("）", "").replace("”", "").replace("’", "")
        ):
            break
        lines.append(text)
        index += 1
    if lines and not passages[0].level and not _ENDS_TITLE.search(lines[-1]) and len(lines) > 1:
        lines, index = lines[:1], index - len(lines) + 1
    return _said_once(lines), passages[index:]


def _said_once(lines: list[str]) -> list[str]:
    """A title that stands twice, as a web page's heading and its text's, once; it may be set in other lines."""
    whole = re.sub(r"\s", "", "".join(lines))
    half = whole[: len(whole) // 2]
    if len(half) < _SHORTEST_TITLE or half * 2 != whole:
        return lines
    first = next((k for k in range(1, len(lines)) if re.sub(r"\s", "", "".join(lines[:k])) == half), 0)
    return lines[:first] if first else [half]


def _is_whole_title(title: str, following: str) -> bool:
    """Whether a title ends with these lines: “关于实施《某条例》” or “关于某制度” can go on to “有关规定的决定”."""
    if not _ENDS_TITLE.search(title):
        return False
    is_open = title.count("《") > title.count("》") or ("关于" in title and "的" not in title.rpartition("关于")[2])
    return not (is_open and _ENDS_TITLE.search(following))


def _decreed_title(title: str, body: list[Passage]) -> str:
    """The title of what a 令 promulgates: the line that stands before its first number, or nothing.

    The decree itself is named like every other (中华人民共和国国务院令); nobody asks for it by that name.
    """
    if not _DECREE.search(title):
        return ""
    numbered = (i for i, p in enumerate(body) if (m := read_marker(p.text)) and m.level in _FIRST_LEVELS)
    before = (p.text for p in reversed(body[: next(numbered, 0)]) if not is_frame(p.text))
    line = next(before, "")
    return line if len(line) <= _LONGEST_TITLE and _ENDS_TITLE.search(line) and not _DECREE.search(line) else ""


def _document_title(lines: list[str]) -> str:
    """The title among a newspaper's headline lines: 就《…》答记者问, or the line(s) without the issuers' names."""
    joined = "".join(lines)
    interview = _INTERVIEW.search(joined)
    if interview:
        inner = strip_issuer(interview[1].strip("《》"))
        return f"就《{inner}》答记者问"
    return "".join(strip_issuer(re.sub(r"\s", "", line)) for line in lines if not is_issuer_line(line))


def kind_of(title: str, grammar: Grammar) -> str:
    """What sort of document a title names: 意见, 条例, 答记者问 …

    >>> kind_of("生态保护补偿条例", "law"), kind_of("就《意见》答记者问", "qa"), kind_of("物业服务指引", "plain")
    ('条例', '答记者问', '文件')
    """
    if grammar == "qa":
        return "答记者问"
    if grammar == "summary":
        return "公布稿"
    match = _ENDS_TITLE.search(title)
    return next((k for k in _KINDS if match and match[0].startswith(k)), "文件")


def _without_brackets(title: str) -> str:
    """A title set in 《…》 as a whole loses them; inner ones stay."""
    match = re.fullmatch(r"《([^《》]+)》", title.strip())
    return match[1] if match else title.strip()
