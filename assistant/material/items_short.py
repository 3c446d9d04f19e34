"""简答: an article in outline, what a term means, what follows in a case. The key is the text's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.material.clauses import Clause, clauses, points_elsewhere
from assistant.material.items import Maker, is_damaged, quoted_clause
from assistant.material.records import Item
from index.records import LEAD_ARTICLE

OUTLINE, TERM, CASE = "要点归纳", "名词解释", "情形处理"
SHORTEST_ANSWER, LONGEST_ANSWER = 60, 420
"""Characters of an article that somebody can be asked to outline."""
_DEFINED = re.compile(
    r"(?:本[\u4e00-\u9fff]{1,4})?所称的?(?P<term>[^，。；：]{2,20}?)，?是指(?P<means>[^。；：]{16,200})[。；]?$"
)
_CASE = re.compile(
    r"^(?P<case>[^。；]{8,70}?的)，(?P<then>(?:由|责令|处|给予|予以|依法|不予|可以|应当|(?:[^，]{2,20})(?:应当|可以|责令|不得))[^。；]{4,120})。$"
)
_HANDLES = re.compile("责令|罚款|处分|处罚|没收|吊销|撤销|缓拨|协商|调解|仲裁|诉讼|裁决|补办|退还|赔偿")
_OF_COURSE = re.compile("^依法(?:追究|给予|承担|处理)|追究刑事责任。?$|依照.{2,30}规定(?:处理|处罚|执行)")


def items_short(maker: Maker) -> Iterator[Item]:
    if maker.article.number == LEAD_ARTICLE:
        return
    yield from _outline(maker)
    for clause in clauses(maker.article):
        if clause.is_first and not is_damaged(maker.article, clause):
            yield from _definition(maker, clause)
            yield from _consequence(maker, clause)


def _outline(maker: Maker) -> Iterator[Item]:
    """What the article demands under its heading, a point a sentence."""
    article, heading = maker.article, maker.article.heading.rstrip("。")
    body = article.text.removeprefix(heading).strip("。 \n")
    is_cut = any(damage.kind in ("cut_off", "missing_line") for damage in article.damages)
    if not heading or not article.text.startswith(heading) or is_cut or "\n" in body:
        return
    if SHORTEST_ANSWER <= len(body) <= LONGEST_ANSWER:
        stem = f"简述{maker.title}关于“{heading}”的主要要求。"
        points = [point for point in body.split("。") if point]
        key = "".join(f"（{n}）{point}。" for n, point in enumerate(points, 1)) if len(points) > 1 else f"{body}。"
        explanation = f"见{article.label}。"
        quote, tested = (0, len(article.text)), (0, len(heading))
        yield maker.item("简答", stem, (), key, explanation, quote, tested, OUTLINE, "难")


def _definition(maker: Maker, clause: Clause) -> Iterator[Item]:
    match = _DEFINED.match(clause.text)
    if match is None or points_elsewhere(match["means"]) or match["term"] in match["means"]:
        return
    term = match["term"].strip("“”")
    stem = f"{maker.title}所称“{term}”是指什么？"
    start = clause.start + match.start("term")
    yield _answered(maker, clause, stem, match["means"], (start, start + len(match["term"])), TERM)


def _consequence(maker: Maker, clause: Clause) -> Iterator[Item]:
    match = _CASE.match(clause.text)
    if match is None or not clause.stands or points_elsewhere(clause.text) or _OF_COURSE.search(match["then"]):
        return
    asks = "如何处理" if _HANDLES.search(match["then"]) else "有什么规定"
    stem = f"{maker.stem(match['case'])}，{asks}？"
    span = clause.start + match.start("then"), clause.start + match.end("then")
    yield _answered(maker, clause, stem, match["then"], span, CASE)


def _answered(maker: Maker, clause: Clause, stem: str, answer: str, tested: tuple[int, int], point: str) -> Item:
    explanation = f"原文：{quoted_clause(clause)}"
    quote = clause.start, clause.end
    return maker.item("简答", stem, (), f"{answer.rstrip('。')}。", explanation, quote, tested, point, "难")
