"""The sections of a handout that follow the text: overview, outline, key points, explanations, terms, differences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.citations import bracketed
from assistant.material.blocks import Block, Bullets, Heading, Table, Text
from assistant.material.glossary import find_terms, unexplained
from assistant.material.interview import EXPLAINERS, match_explanations
from assistant.material.printings import telling_differences
from assistant.material.records import Selection
from assistant.material.rules import Rule, is_appeal, main_rule, on_one_line, read_rules
from index.records import LEAD_ARTICLE, Article, Document

LOWEST = 3
"""Headings have three levels."""

_PURPOSE = re.compile(r"^(?:为了?|根据)[^。]*(?:制定|提出|作出|如下|通知|规定)|为[^。]{4,80}现(?:就|提出)")
_AIM = re.compile(r"(?:主要|总体|工作|任务|发展|以下)目标|^到20\d\d年|力争")
_OPENING = 6
"""Articles in which a document says what it is for."""
_LONGEST_AIM = 260
_LEAST_POINTS, _MOST_POINTS = 2, 6
"""Key points of an article in a policy: what a class takes in; a law's rules are all shown."""
_WORTH = 0.5
_NUMBERED = re.compile(r"第.+[条问]|[一二三四五六七八九十]+是")
_MOST_TERMS = 30
_FEW = 2  # articles: less needs no outline


def place_of(article: Article) -> str:
    """How a table names an article: 第3条; 二（一）; 导语.

    >>> place_of(Article("d", "3", "第3条 优化工作力量配置", "优化工作力量配置", "", ""))
    '第3条'
    """
    return article.label.split(" ", 1)[0] or article.number


def overview_blocks(selection: Selection, level: int) -> Iterator[Block]:
    """概览: what the document is, how long, since when, what for."""
    document = selection.document
    facts = [
        ("文件", bracketed(document.title)),
        ("发文机关", "、".join(document.issuer.split())),
        ("文号", document.document_number),
        ("发布日期", document.date),
        ("施行日期", document.effective_date),
        ("篇幅", _size(document)),
    ]
    if len(selection.articles) < len(document.articles):
        facts.append(("本讲义选讲", "、".join(place_of(article) for article in selection.articles)))
    facts += _aims(document)
    yield Heading(level, "概览")
    yield Table(("项目", "内容"), tuple((name, words) for name, words in facts if words), (0.2, 0.8))


def _aims(document: Document) -> Iterator[tuple[str, str]]:
    """What a document is for and what it is to reach, in its own words; nothing where it does not say."""
    if document.grammar in EXPLAINERS:
        return
    rules = [rule for article in document.articles[:_OPENING] for rule in read_rules(article)]
    purpose = next((rule for rule in rules if _PURPOSE.search(rule.text) and len(rule.text) <= _LONGEST_AIM), None)
    if purpose is not None:
        lead = purpose.article
        is_short = lead.number == LEAD_ARTICLE and len(lead.text) <= _LONGEST_AIM
        yield "制定目的", f"{on_one_line(lead.text) if is_short else purpose.shown}（{place_of(lead)}）"
    aim = next((rule for rule in rules if _AIM.search(rule.text) and len(rule.text) <= _LONGEST_AIM), None)
    if aim is not None and aim is not purpose:
        yield "目标", f"{aim.shown}（{place_of(aim.article)}）"


def _size(document: Document) -> str:
    own = [article for article in document.articles if article.number != LEAD_ARTICLE]
    numbered = [article for article in own if _NUMBERED.match(article.label)]
    unit = {"qa": "问", "summary": "点"}.get(document.grammar, "条")
    if not numbered:
        unit = "项" if any(article.label[:1] in "一二三四五六七八九十" for article in own if article.label) else "段"
    parts = list(dict.fromkeys(a.part.split(" › ")[0] for a in document.articles if a.part))
    name = "章" if parts and re.match(r"第.+章", parts[0]) else "个部分"
    count = f"{len(numbered or own or document.articles)} {unit}"
    return f"{len(parts)} {name}，{count}" if len(parts) > 1 else f"共 {count}"


def outline_blocks(selection: Selection, level: int) -> Iterator[Block]:
    """提纲: every part with its articles, each with the sentence that decides most."""
    if not _is_outlined(selection):
        return
    articles = [article for article in selection.articles if article.number != LEAD_ARTICLE and read_rules(article)]
    yield Heading(level, "提纲")
    yield Text("每条一句最要紧的原文。", "caption")
    for part, own in _by_part(articles):
        if part:
            yield Heading(min(level + 1, LOWEST), part)
        rows = tuple((article.label, rule.brief) for article in own if (rule := main_rule(article)))
        yield Table(("条款", "最要紧的一句"), rows, (0.28, 0.72))


def _is_outlined(selection: Selection) -> bool:
    return sum(bool(read_rules(a)) for a in selection.articles if a.number != LEAD_ARTICLE) >= _FEW


def _by_part(articles: Sequence[Article]) -> list[tuple[str, list[Article]]]:
    parts: list[tuple[str, list[Article]]] = []
    for article in articles:
        if not parts or parts[-1][0] != article.part:
            parts.append((article.part, []))
        parts[-1][1].append(article)
    return parts


def point_blocks(selection: Selection, level: int) -> Iterator[Block]:
    """要点: the rules of each article that the outline does not say already."""
    outlined = _is_outlined(selection)
    shown = []
    for article in selection.articles:
        if article.number == LEAD_ARTICLE and len(selection.articles) > 1:
            continue
        points = key_points(article, selection.document.grammar == "law")
        main = main_rule(article) if outlined else None
        points = tuple(rule for rule in points if rule != main or rule.brief != rule.shown)
        if points:
            shown.append((article, points))
    if not shown:
        return
    yield Heading(level, "逐条要点")
    note = "提纲里已有的那一句不再重复。" if outlined else ""
    yield Text(f"{note}依据是{bracketed(selection.document.title)}的相应条款。", "caption")
    for article, points in shown:
        yield Heading(min(level + 1, LOWEST), article.label or article.number)
        yield Bullets(tuple(rule.shown for rule in points))


def key_points(article: Article, is_law: bool) -> tuple[Rule, ...]:
    """The rules of an article that a class must know, in reading order; all of a law's."""
    rules = read_rules(article)
    if is_law or len(rules) <= _LEAST_POINTS:
        return rules
    ranked = sorted(rules, key=lambda rule: (-rule.weight, rule.start))
    worthy = [rule for rule in ranked if rule.weight >= _WORTH and not is_appeal(rule.text)]
    kept = (worthy if len(worthy) >= _LEAST_POINTS else ranked[:_LEAST_POINTS])[:_MOST_POINTS]
    return tuple(sorted(kept, key=lambda rule: rule.start))


def explanation_blocks(selection: Selection, explainers: Sequence[Document], level: int) -> Iterator[Block]:
    """问答: what official explanations say, beside the rules that they explain."""
    found = match_explanations(selection.document, selection.articles, explainers)
    if not found:
        return
    yield Heading(level, "官方解读对照")
    last: tuple[str, str] | None = None
    rows: list[tuple[str, str]] = []
    for each in [*found, None]:
        place = (each.document.id, each.source.number) if each else None
        if place != last and rows:
            yield Table(("解读原文", "对应的规定"), tuple(rows), (0.5, 0.5))
            rows = []
        if each is None:
            return
        if place != last:
            name = bracketed(each.document.title)
            if last is None or each.document.id != last[0]:
                yield Text(f"解读出自{name}。", "caption")
            yield Heading(min(level + 1, LOWEST), each.source.label)
            last = place
        same = each.text == each.rule.shown
        rows.append((each.text, f"{place_of(each.rule.article)}：{'原文相同。' if same else each.rule.shown}"))


def glossary_blocks(selection: Selection, explainers: Sequence[Document], level: int) -> Iterator[Block]:
    """名词解释: only what the document or its explanation explains; the other quoted words are named for the trainer."""
    terms = find_terms(selection.articles, (selection.document, *explainers))
    others = unexplained(selection.articles, terms)
    if not terms and not others:
        return
    yield Heading(level, "名词解释")
    if terms:
        own = selection.document.id
        rows = tuple(
            (
                term.name,
                term.text,
                (bracketed(term.document.title) if term.document.id != own else "") + place_of(term.article),
            )
            for term in terms
        )
        yield Table(("名词", "原文的解释", "条款"), rows, (0.2, 0.62, 0.18))
    if others:
        named = "、".join(f"“{name}”" for name in others[:_MOST_TERMS])
        more = f"等 {len(others)} 个" if len(others) > _MOST_TERMS else ""
        yield Text(f"文中用到、但没有解释的说法，请讲师备课时补充：{named}{more}。", "caption")


def difference_blocks(selection: Selection, level: int) -> Iterator[Block]:
    """各刊本的差异: where printings differ or the page was damaged."""
    found = list(telling_differences(selection.document, selection.articles))
    versions = selection.document.versions
    if not found and not versions:
        return
    yield Heading(level, "文字差异与缺损")
    if versions:
        yield Text(f"另有版本：{'、'.join(map(bracketed, versions))}，请以现行有效的为准。")
    if found:
        yield Text("讲到这些地方时请留意；其余差异多为个别字词，可在阅览页里查看。", "caption")
        yield Table(("条款", "情况"), tuple(dict.fromkeys((place_of(a), words) for a, words in found)), (0.18, 0.82))
