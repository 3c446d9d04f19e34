"""关键词语: quoted terms (“全岗通”), pairs of four characters (能进能出、优进绌退), who does what where several do something
each (县级骨干培训), and names of one kind that are set against each other (生态受益地区, 生态保护地区)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.material.clauses import Clause
from assistant.material.points import Point, Texts
from assistant.material.points_list import OPENS
from assistant.material.points_name import FUNCTION_WORDS
from assistant.material.remember import remembered
from assistant.material.stock import is_stock
from index.records import Article, Document
from index.tokens import word_edges

TERM, PAIR, SHARE, CONCEPT = "专有提法", "固定提法", "分工", "概念辨析"
_QUOTED = re.compile(r"“([^“”，。；：]{2,12})”")
_SLOGAN = re.compile(r"[两三四五六七八九十][个大].{2,3}")
"""四个意识: whoever sits in the class knows these without the document."""
_FOUR = re.compile(r"(?<![、])([\u4e00-\u9fff]{4})[、和]([\u4e00-\u9fff]{4})(?=[，。；]|的(?!人))")
_TWO = re.compile(r"(?<=[予时格合法])([\u4e00-\u9fff]{2})和([\u4e00-\u9fff]{2})(?=[，。；\u4e00-\u9fff])")
_EMPTY = re.compile(
    r"便利|更多|帮助|支持|必要|相关|有关|其|该|各|本|依照|按照|根据|依据|应当|可以|不得|进行|各司其职|各负其责|齐抓共管"
)
_COUNTERPART = re.compile(r"(?P<own>[\u4e00-\u9fff]{2})(?P<head>地区|协议|主体|效益)")
_VERB = re.compile("通过|开展|根据|按照|加强|推动|推进|实施|落实|提供|获得|支持|相应|各类|使用|安排|完善|建立")
_LEVEL = "省级以上|市地级以上|县级以上|省级|市地级|市级|县级|街道（乡镇）|乡镇|社区|村|省|市|县|国务院|国家|中央|地方|企业|学校|家庭|政府|社会|个人"
_SHARED = re.compile(rf"(?:^|[由，、；])(?P<body>{_LEVEL})(?P<does>[\u4e00-\u9fff]{{2,8}})(?=[、，。；的]|$)")


def find_phrases(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    yield from _find_quoted(article, clause)
    yield from _find_pairs(article, clause)
    yield from _find_shares(article, clause)
    yield from _find_counterparts(article, clause, texts)


def _find_quoted(article: Article, clause: Clause) -> Iterator[Point]:
    for match in _QUOTED.finditer(clause.text):
        term = match.group(1)
        if _SLOGAN.fullmatch(term) or "两委" in term or f"以下简称{match.group()}" in clause.text:
            continue
        start = clause.start + match.start(1)
        yield Point(article, clause, start, start + len(term), term, TERM, (), 2.2, lies=())


def _find_pairs(article: Article, clause: Clause) -> Iterator[Point]:
    edges = word_edges(clause.text)
    for match in (*_FOUR.finditer(clause.text), *_TWO.finditer(clause.text)):
        one, other = match.group(1), match.group(2)
        is_listed = "、" in clause.text[max(0, match.start() - 8) : match.start()]
        is_by_word = clause.text[match.end(1)] == "和" and len(one) == 4
        if is_listed or (is_by_word and one[:2] != other[:2] and one[2:] != other[2:]):  # (社区治理和服务)能力
            continue
        if (
            not _begins(clause.text, match.start(1), edges)
            or re.search("法律|法规", match.group())
            or is_stock(match.group().rstrip("的"))
            or is_stock(one + other)
        ):
            continue
        if any(_is_half(half) for half in (one, other)) or not (len(one) == 2 or _is_parallel(match)):
            continue
        for group in (1, 2):
            if {match.start(group), match.end(group)} <= edges:
                start = clause.start + match.start(group)
                half = match.group(group)
                yield Point(article, clause, start, start + len(half), half, PAIR, (), 1.0, lies=())


def _begins(text: str, start: int, edges: set[int]) -> bool:
    """Whether a phrase begins there: behind a sign or a verb, not inside a name (土地|管理法律)."""
    if start == 0 or text[start - 1] in "，。；：、的地“":
        return True
    word = text[max(edge for edge in edges if edge < start) : start]
    return bool(OPENS.fullmatch(word)) or word in ("给予", "接受", "做到", "确保", "及时")


def _is_parallel(match: re.Match[str]) -> bool:
    """Whether the two are built alike (能进能出、优进绌退; 邻里和睦、社区和谐): of “投资建设、经营港口” the second has the
    object of both."""
    return any(a == b for a, b in zip(match.group(1), match.group(2), strict=True))


def _is_half(text: str) -> bool:
    """Whether four characters are a verb with half of what it governs (坚持激励|和约束并重), or say nothing."""
    return bool(_EMPTY.search(text) or OPENS.match(text) or text.endswith(("并重", "结合", "统一")))


def _find_shares(article: Article, clause: Clause) -> Iterator[Point]:
    """Bodies that do one thing each: what one of them does."""
    found = list(_SHARED.finditer(clause.text))
    if len({m["body"] for m in found}) < 2 or len(found) < 2:
        return
    tail = _common_tail([m["does"] for m in found])
    does = [m["does"][: len(m["does"]) - len(tail)] for m in found]
    if any(re.match("以[上下]|(?:地方|人民)", each) for each in does):
        return  # 县级以上地方人民政府
    if len(set(does)) < len(does) or min(map(len, does)) < 2 or max(map(len, does)) > min(map(len, does)) + 3:
        return
    for match, own in zip(found, does, strict=True):
        start = clause.start + match.start("does")
        yield Point(article, clause, start, start + len(own), own, SHARE, (), 2.4, lies=())


def _common_tail(words: list[str]) -> str:
    """
    >>> _common_tail(["示范培训", "重点培训", "骨干培训"])
    '培训'
    """
    shortest = min(map(len, words))
    for size in range(shortest - 1, 0, -1):
        tail = words[0][-size:]
        if all(word.endswith(tail) for word in words):
            return tail
    return ""


def _find_counterparts(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    edges = word_edges(clause.text)
    known = _counterparts(texts.document)
    for match in _COUNTERPART.finditer(clause.text):
        own = match["own"]
        others = tuple(other for other in known.get(match["head"], ()) if other != own)
        if {match.start("own"), match.start("head")} <= edges and own in known.get(match["head"], ()) and others:
            start = clause.start + match.start("own")
            yield Point(article, clause, start, start + len(own), own, CONCEPT, others, 1.6, can_be_blank=False)


@remembered(64)
def _counterparts(document: Document) -> dict[str, tuple[str, ...]]:
    """Last word -> the two-character words before it that stand there at least twice in the document."""
    counts: dict[str, dict[str, int]] = {}
    for article in document.articles:
        edges = word_edges(article.text)
        for match in _COUNTERPART.finditer(article.text):
            is_word = {match.start("own"), match.start("head"), match.end("head")} <= edges
            if is_word and not _VERB.fullmatch(match["own"]) and not FUNCTION_WORDS.search(match["own"]):
                own = counts.setdefault(match["head"], {})
                own[match["own"]] = own.get(match["own"], 0) + 1
    return {head: tuple(sorted(w for w, n in own.items() if n > 1)) for head, own in counts.items()}
