"""制度名称与方式条件: what is to be set up, by what name (完善|绿色金融|体系); by what means, for whom and on what condition."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.material.clauses import Clause
from assistant.material.points import Point, Texts
from assistant.material.points_list import OPENS
from assistant.material.remember import remembered
from index.records import Article, Document
from index.tokens import word_edges

NAME, MEANS, TARGET = "制度名称", "方式条件", "适用对象"
_HEADS = (
    "责任制|制度|机制|体系|标准|规划|计划|方案|格局|基地|数据库|资源库|师资库|人才库|基金|协议|清单|目录|名录|档案|平台|原则|序列|大赛|模式|"
    "政策|教育|武装|培训|登记|公示|听证|审计"
)
_ADVERBS = "(?:着力|切实|不断|持续|进一步|大力|积极|严格|深入|充分|加快|稳步|统筹|逐步|依法)*"
_VERBS = (
    "建立健全|健全完善|健全|完善|建立|落实|实行|推行|推进|推动|开展|制定|规范|加强|优化|深化|强化|实施|构建|拓展|培育|编制|签订|研究制定|探索建立|"
    "发挥|设立|组建|公布"
)
_NAMED = re.compile(
    rf"(?:^|[，；]|应当|可以|国家|本[省市区县]){_ADVERBS}(?:{_VERBS})(?P<name>[\u4e00-\u9fff]{{4,16}}?)(?P<head>{_HEADS})(?=[，。；]|和[^，。；]{{2,8}}(?:制度|机制|体系))"
)
FUNCTION_WORDS = re.compile(r"[的和与及等对在由为以从将把按并其该不可到有受使让]|应当|有关|相关|各级|各自|各类|各项|本")
_PLAIN = frozenset(
    [
        "工作",
        "相关",
        "有关",
        "管理",
        "建设",
        "具体",
        "实施",
        "重要",
        "相应",
        "良好",
        "队伍",
        "组织",
        "责任",
        "服务",
        "资金",
        "分配",
        "技术",
        "教育",
        "基层治理",
        "经济社会",
    ]
)
_OF_KINDS = ("制度", "机制", "体系", "模式", "格局", "政策", "序列", "教育", "培训")
"""Words for what is set up that say nothing by themselves; any other (方案, 规划) is asked for with its name."""
LONGEST_NAME = 8
_MEANS = (
    (re.compile(r"通过(?P<own>[\u4e00-\u9fff]{2,12}?)等?(?:方式|途径|形式|手段)"), MEANS),
    (re.compile(r"在(?P<own>[\u4e00-\u9fff]{4,12}?)的?(?:前提下|基础上)"), MEANS),
    (re.compile(r"(?:纳入|列入)(?P<own>[\u4e00-\u9fff]{4,14})(?=[，。；])"), MEANS),
    (re.compile(r"按照(?P<own>[\u4e00-\u9fff]{4,10})(?<!规定)(?<!要求)(?<!程序)(?<!约定)(?<!职责)(?=，)"), MEANS),
    (re.compile(r"以(?P<own>[\u4e00-\u9fff]{2,10}?)为(?:主体|重点|核心|基础|导向|主)"), MEANS),
    (re.compile(r"把(?P<own>[\u4e00-\u9fff]{4,12}?)(?:放在|作为|摆在|列为)"), MEANS),
    (re.compile(r"从(?P<own>[\u4e00-\u9fff]{4,12}?)中(?=[培招选发聘录])"), MEANS),
    (re.compile(r"(?:做好|强化|规范|着力整治|抓好|推进|深化|加强)(?P<own>[\u4e00-\u9fff]{4})(?=(?:工作|行为|运用|管理|训练|建设|活动)[，。；])"), NAME),
    (re.compile(r"(?:人员|工作者|组织|单位|居民|干部|书记|的|等)(?P<own>[\u4e00-\u9fff]{4,6})(?=(?:制度|机制|体系|方案|规划|人才库|名录|档案)[，。；])"), NAME),
    (re.compile(r"(?:^|[，；])对(?P<own>[\u4e00-\u9fff]{4,10}?)(?=每年|每\d|每[一二三两]|按照|按规定|给予|予以|实行)"), TARGET),
)  # fmt: skip


def find_names(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    yield from _find_names(article, clause, texts)
    edges = word_edges(clause.text)
    for pattern, kind in _MEANS:
        for match in pattern.finditer(clause.text):
            own = match["own"]
            is_whole = {match.start("own"), match.end("own")} <= edges and not FUNCTION_WORDS.search(own[:-1])
            if kind == MEANS and any(
                OPENS.match(own, edge - match.start("own")) or own.startswith("进行", edge - match.start("own"))
                for edge in edges
                if match.start("own") < edge < match.end("own")
            ):
                continue  # a verb inside: more than one thing
            if kind == NAME and (
                OPENS.match(own)
                or re.match("书记|干部|人员|单位|居民", own)
                or own in clause.text[: match.start("own")]
            ):
                continue
            if (
                is_whole
                and clause.text.count(own) == 1
                and not re.search("各[项类级种]|有关|相关|多种|其他", own)
                and not _of_title(own, texts.document)
                and own not in _PLAIN
            ):
                start = clause.start + match.start("own")
                yield Point(article, clause, start, start + len(own), own, kind, (), 1.5, lies=())


def _find_names(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    """What stands between the verb of a part of the clause and the word for what is set up, without what the whole document
    is about. Only words that are no verb, cut at their edges: half of a name is no answer."""
    edges = word_edges(clause.text)
    for match in _NAMED.finditer(clause.text):
        begin = _past_subject(match["name"], subjects_of(texts.document)) + match.start("name")
        name = clause.text[begin : match.end("name")]
        inner = sorted(edge for edge in edges if begin <= edge <= match.end("name"))
        parts = [
            clause.text[a:b] for a, b in zip([begin, *inner[1:]], [*inner[1:], match.end("name")], strict=True) if a < b
        ]
        if not 2 <= len(name) <= LONGEST_NAME or begin not in edges or match.end("head") not in edges:
            continue
        if any(len(part) < 2 for part in parts) or OPENS.match(name) or FUNCTION_WORDS.search(name):
            continue
        end = match.end("name") if match["head"] in _OF_KINDS else match.end("head")
        name = clause.text[begin:end]
        rest = f"{clause.text[:begin]}，{clause.text[end:]}"
        is_told = any(name[i : i + 2] in rest for i in range(len(name) - 1))  # the rest calls it by its name
        if name not in _PLAIN and not _of_title(name, texts.document) and clause.text.count(name) == 1:
            start = clause.start + begin
            yield Point(article, clause, start, start + len(name), name, NAME, (), 1.3, lies=(), is_spare=is_told)


def _of_title(text: str, document: Document) -> bool:
    """Whether the words are of the document's title, or hold what it is about: everybody who has read the stem knows them."""
    return text in document.title or any(
        len(s) > 3 and s in text and s in document.title for s in subjects_of(document)
    )


def _past_subject(name: str, subjects: tuple[str, ...]) -> int:
    begin = 0
    while own := next((s for s in subjects if name.startswith(s, begin) and len(name) - begin > len(s) + 1), ""):
        begin += len(own)
    return begin


@remembered(64)
def subjects_of(document: Document) -> tuple[str, ...]:
    """The long words that the title and many articles share: what the document is about names no system."""
    runs = re.findall(r"[\u4e00-\u9fff]{3,}", document.title)
    parts = {run[i : i + n] for run in runs for n in range(3, 9) for i in range(len(run) - n + 1)}
    often = [p for p in parts if 3 * sum(p in article.text for article in document.articles) > len(document.articles)]
    whole = [part for part in often if not any(part in other and part != other for other in often)]
    return (
        *sorted(whole, key=lambda part: (-len(part), part)),
        "国家",
        "全国",
        "全市",
        "相关",
        "有关",
        "各项",
        "新时代",
    )
