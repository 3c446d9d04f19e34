"""关键词语: quoted terms (“全岗通”), pairs of four characters (能进能出、优进绌退), what a system is called (试用期筛选机制), and
who does what where several do something each (县级骨干培训)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.material.clauses import Clause
from assistant.material.points import Point, Texts
from assistant.material.points_list import OPENS
from index.records import NEWS, Article, Document
from index.tokens import word_edges

TERM, NAME, PAIR, SHARE, WORD = "专有提法", "制度名称", "固定提法", "分工", "关键词语"
CONCEPT, TARGET, BAN = "概念辨析", "适用对象", "禁止事项"
_QUOTED = re.compile(r"“([^“”，。；：]{2,12})”")
_COUNTS = "一两二三四五六七八九十"
_FOUR = re.compile(r"(?<![、])([\u4e00-\u9fff]{4})[、和]([\u4e00-\u9fff]{4})(?=[，。；]|的(?!人))")
_TWO = re.compile(r"(?<=[予时格合法])([\u4e00-\u9fff]{2})和([\u4e00-\u9fff]{2})(?=[，。；\u4e00-\u9fff])")
_HEADS = (
    "制度|机制|体系|标准|规划|计划|方案|办法|格局|基地|数据库|资源库|师资库|人才库|基金|协议|清单|目录|名录|档案|平台|原则|序列|大赛|考试|备案|"
    "身份|待遇|津贴|补贴|保险|公积金|责任制|审计|评估|登记|公示|听证|调解|仲裁|培训|体检|工作法"
)
_SYSTEM = re.compile(rf"(?:{_HEADS})(?=[，。；、等和与及]|建设|管理|工作|$)")
_CUT = re.compile(
    r"[，。；：、“”（）()\s]|的|和|与|及|或|对|在|由|将|把|从|按照|按|以|为|向|并|等|依法|进一步|切实|着力|不断|持续|积极|"
    r"建立健全|健全完善|健全|完善|建立|落实|实行|推行|推进|推动|探索|开展|参加|制定|研究|规范|加强|优化|深化|强化|组织|举办|设立|实施|加快|构建|"
    r"签订|发挥|形成|支持|鼓励|引导|利用|作为|纳入|列入|接受|进行|属于|具有|享受|给予|缴存|缴纳|办理|申请|通过|采取|执行|履行|编制|公布|定期|统一|省内|国家|坚持|遵循|应当|可以|不得"
)
_SAYS_NOTHING = frozenset(
    [
        "工作",
        "相关",
        "有关",
        "培训",
        "补偿",
        "职业",
        "标准",
        "管理",
        "建设",
        "各项",
        "具体",
        "实施",
        "基层治理",
        "线上",
        "本级",
        "队伍建设各项",
        "重要",
        "相应",
        "鲜明",
        "良好",
        "良好社会",
        "队伍",
        "组织",
        "责任",
        "服务",
        "资金",
        "规范化",
        "二十大",
        "分配",
        "技术",
        "总量",
        "决定性",
        "教育",
        "生态保护",
        "生态产品",
        "专业化",
        "市场化",
        "长期执政",
        "精气神进一步",
    ]
)
LONGEST_NAME = 8
_BEFORE_NAME = (
    "建立健全|健全完善|健全|完善|建立|落实|实行|推行|推进|推动|开展|制定|规范|加强|优化|深化|强化|实施|加快|构建|发挥|形成|提高|提升|增强|拓展|拓宽|"
    "培育|营造|实现|完成|明确|接受|提供|结合|坚持|突出|注重|改进|调动|促进|列入|纳入|履行|享受|承担|维护|保障|改善|安排|确保|掌握|解决|转化为|的"
)
_NAMED_LAST = re.compile(
    rf"(?:{_BEFORE_NAME})(?P<name>(?:(?!的|和|与|及|等|对|在|由|为|以|从|将|把|按|并|其|该|各|有关|相关|要求|规定)[\u4e00-\u9fff]){{4,16}})(?=[，。；])"
)
_FUNCTION = re.compile(
    r"[的和与及等对在由为以从将把按并其该不可到有]|应当|有关|相关|各级|各自|本|进行|提供|开展|设立|利用|建立|增加|依法|得到|落实|进一步|一级|逐步|"
    r"进入|通过|部门|人民政府|人员|实际|^间|情况|^体系|整体"
)
_CORE = re.compile(r"以(?P<own>[\u4e00-\u9fff]{2,12}?)为(?:主体|重点|核心|基础|导向|主要|指导)")
_TARGET = re.compile(
    r"(?:^|[，；])对(?P<own>[\u4e00-\u9fff“”、（）]{4,20}?)(?=，?(?:每年|每\d|每[一二三两]|按照|按规定|给予|予以|进行|实行|可|应当|由))"
)
_BANNED = re.compile(
    r"不得(?:擅自|随意|违规|违法|单独)?(?P<own>(?!非法|故意|擅自|违法|强制|任意|无故|超过|低于|少于|以|将|把|在|向|对|因|从)[\u4e00-\u9fff]{2})(?![、或])"
)
_COUNTERPART = re.compile(
    r"(?P<own>[\u4e00-\u9fff]{2})(?P<head>地区|财政|产业|资金|协议|机关|成员|人员|主体|责任|效益|标准|权益)"
)
_LEVEL = r"省级以上|市地级以上|县级以上|省级|市地级|市级|县级|街道（乡镇）|乡镇|社区|村|省|市|县|国务院|国家|中央|地方|企业|学校|家庭|政府|社会|个人"
_SHARED = re.compile(rf"(?:^|[由，、；])(?P<body>{_LEVEL})(?P<does>[\u4e00-\u9fff]{{2,8}})(?=[、，。；的]|$)")


def find_phrases(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    yield from _find_quoted(article, clause, texts)
    yield from _find_pairs(article, clause)
    yield from _find_names(article, clause, texts)
    yield from _find_targets(article, clause)
    yield from _find_shares(article, clause)
    yield from _find_modifiers(article, clause, texts)
    yield from _find_counterparts(article, clause, texts)


def _find_quoted(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    others = [term for document in (texts.document, *texts.others()) for term in _quoted(document)]
    for match in _QUOTED.finditer(clause.text):
        term = match.group(1)
        start = clause.start + match.start(1)
        same = [
            o
            for o in dict.fromkeys(others)
            if abs(len(o) - len(term)) <= 2 and o not in article.text and not set(o) & set(term)
        ]
        same = [o for o in same if (o[0] in _COUNTS) == (term[0] in _COUNTS) and len(o) > 2]
        is_reference = f"以下简称{match.group()}" in clause.text or "两委" in term
        if not is_reference:
            yield Point(article, clause, start, start + len(term), term, TERM, tuple(same[:6]), 2.2, lies=())


def _is_half(text: str) -> bool:
    """Whether four characters are a verb with half of what it governs (坚持激励|和约束并重), no set phrase."""
    return bool(
        re.match("依照|按照|根据|依据|应当|可以|不得", text)
        or _CUT.match(text)
        or OPENS.match(text)
        or text.endswith(("并重", "结合", "统一"))
    )


@lru_cache(maxsize=32)
def _quoted(document: Document) -> tuple[str, ...]:
    if document.kind == NEWS:
        return ()
    found = [m.group(1) for article in document.articles for m in _QUOTED.finditer(article.text)]
    return tuple(dict.fromkeys(found))


def _find_pairs(article: Article, clause: Clause) -> Iterator[Point]:
    edges = word_edges(clause.text)
    for match in (*_FOUR.finditer(clause.text), *_TWO.finditer(clause.text)):
        for group in (1, 2):
            is_listed = "、" in clause.text[max(0, match.start() - 8) : match.start()]
            if {match.start(group), match.end(group)} <= edges and not is_listed and not _is_half(match.group(group)):
                start = clause.start + match.start(group)
                yield Point(
                    article, clause, start, start + len(match.group(group)), match.group(group), PAIR, (), 1.0, lies=()
                )


def _find_names(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    """What stands before 制度, 机制 and the like, back to the word that introduces it; not the document's own subject."""
    edges = word_edges(clause.text)
    for head in _SYSTEM.finditer(clause.text):
        before = clause.text[: head.start()]
        begin = max((m.end() for m in _CUT.finditer(before) if {m.start(), m.end()} <= edges), default=0)
        begin = _past_subject(before, begin, subjects_of(texts.document))
        while len(before) - begin > LONGEST_NAME and (later := [e for e in edges if begin < e <= len(before) - 4]):
            begin = min(later)
        name = before[begin:]
        if (
            name in _SAYS_NOTHING
            or name in subjects_of(texts.document)
            or clause.text.count(name) > 1
            or before[:begin].endswith("、")
        ):
            continue
        if 2 <= len(name) <= LONGEST_NAME and begin in edges and head.end() in edges and (begin or clause.stands):
            start = clause.start + begin
            yield Point(article, clause, start, start + len(name), name, NAME, (), 1.4, lies=())


def _find_modifiers(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    """What stands before the last word of a name that closes its part of the clause (完善|绿色金融|体系，): the last word
    stays, so that the blank can be answered."""
    edges = word_edges(clause.text)
    subjects = subjects_of(texts.document)
    for match in _NAMED_LAST.finditer(clause.text):
        begin = _past_subject(match["name"], 0, subjects) + match.start("name")
        inner = sorted(edge for edge in edges if begin <= edge <= match.end("name"))
        if len(inner) < 2 or begin not in edges or inner[-1] - inner[-2] not in (2, 4):
            continue
        stop = match.end("name") - 2
        starts = [edge for edge in inner if stop - 8 <= edge <= stop - 2]
        text = clause.text[starts[0] : stop] if starts else ""
        if (
            len(text) < 3
            or clause.text[stop : stop + 2] == "支付"
            or _cuts_a_subject(clause.text, starts[0], stop, subjects)
        ):
            continue
        says = text and text not in _SAYS_NOTHING and text not in subjects and not _FUNCTION.search(text)
        if says and clause.text.count(text) == 1:
            start = clause.start + starts[0]
            yield Point(article, clause, start, start + len(text), text, WORD, (), 0.6, lies=())


def _cuts_a_subject(text: str, start: int, end: int, subjects: tuple[str, ...]) -> bool:
    """Whether the place begins or ends inside a word that the whole document is about."""
    for subject in subjects:
        place = text.find(subject)
        while place >= 0:
            if place < start < place + len(subject) or place < end < place + len(subject):
                return True
            place = text.find(subject, place + 1)
    return False


def _find_counterparts(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    """Names of one kind that the document sets against each other (生态受益地区, 生态保护地区)."""
    edges = word_edges(clause.text)
    known = _counterparts(texts.document)
    for match in _COUNTERPART.finditer(clause.text):
        own = match["own"]
        others = tuple(other for other in known.get(match["head"], ()) if other != own)
        if {match.start("own"), match.start("head")} <= edges and own in known.get(match["head"], ()) and others:
            start = clause.start + match.start("own")
            yield Point(article, clause, start, start + len(own), own, CONCEPT, others, 1.6, can_be_blank=False)


@lru_cache(maxsize=32)
def _counterparts(document: Document) -> dict[str, tuple[str, ...]]:
    """Last word -> the two-character words before it that stand there at least twice in the document."""
    counts: dict[str, dict[str, int]] = {}
    for article in document.articles:
        edges = word_edges(article.text)
        for match in _COUNTERPART.finditer(article.text):
            is_word = {match.start("own"), match.start("head"), match.end("head")} <= edges
            if is_word and not _CUT.search(match["own"]) and not _FUNCTION.search(match["own"]):
                own = counts.setdefault(match["head"], {})
                own[match["own"]] = own.get(match["own"], 0) + 1
    return {head: tuple(sorted(w for w, n in own.items() if n > 1)) for head, own in counts.items()}


def _find_targets(article: Article, clause: Clause) -> Iterator[Point]:
    """Whom a rule is for (对其他社区工作者每3年轮训1次) and what it bans (不得借调社区工作者)."""
    edges = word_edges(clause.text)
    for pattern, kind in ((_TARGET, TARGET), (_BANNED, BAN), (_CORE, WORD)):
        for match in pattern.finditer(clause.text):
            own = match["own"]
            if {match.start("own"), match.end("own")} <= edges and clause.text.count(own) == 1:
                start = clause.start + match.start("own")
                yield Point(article, clause, start, start + len(own), own, kind, (), 1.6, lies=())


def _past_subject(text: str, begin: int, subjects: tuple[str, ...]) -> int:
    while own := next((s for s in subjects if text.startswith(s, begin) and len(text) - begin > len(s) + 1), ""):
        begin += len(own)
    return begin


@lru_cache(maxsize=32)
def subjects_of(document: Document) -> tuple[str, ...]:
    """The long words that the title and many articles share: what the document is about names no system."""
    runs = re.findall(r"[\u4e00-\u9fff]{3,}", document.title)
    parts = {run[i : i + n] for run in runs for n in range(3, 9) for i in range(len(run) - n + 1)}
    often = [
        part
        for part in parts
        if 3 * sum(part in article.text for article in document.articles) > len(document.articles)
    ]
    whole = [part for part in often if not any(part in other and part != other for other in often)]
    return (*tuple(sorted(whole, key=len, reverse=True)), "国家", "全国", "全市", "相关", "有关", "各项", "新时代")


def _find_shares(article: Article, clause: Clause) -> Iterator[Point]:
    """Bodies that do one thing each: what one does is wrong of another."""
    found = list(_SHARED.finditer(clause.text))
    if len({m["body"] for m in found}) < 2 or len(found) < 2:
        return
    tail = _common_tail([m["does"] for m in found])
    does = [m["does"][: len(m["does"]) - len(tail)] for m in found]
    if len(set(does)) < len(does) or min(map(len, does)) < 2 or max(map(len, does)) > min(map(len, does)) + 3:
        return
    for match, own in zip(found, does, strict=True):
        start = clause.start + match.start("does")
        others = tuple(other for other in does if other != own)
        yield Point(article, clause, start, start + len(own), own, SHARE, others, 2.4, lies=())


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
