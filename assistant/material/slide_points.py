"""The points of a slide: an article's deciding clauses, in its own words, cut only where the meaning survives the cut.

What is left out between two pieces of one sentence is shown by `……`; conditions, exceptions and the subject stay with
whatever they govern. The article's whole text belongs into the notes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.sentences import Sentence, find_enumeration, split_halves, split_sentences
from index.records import Article

WHOLE = 42
"""Characters up to which a part of a sentence is never cut: two lines on a slide at most."""

SHORT, LONGEST = 32, 80
"""What a point should have and what it may have where no shorter one says the same."""

FEWEST, MOST_ON_ONE, MOST = 3, 5, 8
DECIDES = 2.0
"""The score from which a point is one that the article cannot be taught without: a number, a ban, who does what."""

TALK = -0.8
"""The score up to which a point only fills a slide that has too few."""

OMISSION = "……"
ENDLESS = 110
"""A sentence that nowhere may be cut is shown to here; `FULL_TEXT` then sends the reader to the notes."""

FULL_TEXT = "（全文见备注）"

_CLAUSE_END = re.compile(r"[，,](?![^（(]*[）)])(?![^“]*”)")
_LIST_MARK = re.compile(r"^[（(][一二三四五六七八九十百\d]+[）)]")
_BODY = (
    r"(?!督促|鼓励|支持|指导|引导|组织|推动|加强|发挥|规范|完善|健全|建立|协同|会同|强化|开展|坚持|注重|依托|调动|促进|由|大力)"
    r"(?:[^，。；的将把对]{0,18}?(?:层面|部门|党委|政府|机关|财政|地区|单位|企业|机构|委员会|党组织)|街道（乡镇）|各地|国家|"
    r"省级|社区工作者|社会力量)"
)
_ACTS = (
    r"(?:要|应当|应|可|不得|必须|负责|会同|根据|依据|按照|参照|结合|依法|每年|对|给予|予以|加强|制定|建立|统筹|抓好|明确|"
    r"开展|推进|安排|实行|设立|将|通过|鼓励|完善|指导|推动|共同|履行|协调|定期|严格|确需)"
)
_SUBJECT = re.compile(rf"^({_BODY}(?:会同[^，。；]{{2,18}}?部门)?)(?={_ACTS})")
_MODAL = re.compile(r"^(?:应当|可以|必须|要(?!求|素)|可(?!持续)|应)")
_MODAL_SUBJECT = re.compile(r"^([^，。；对在按根]{2,22}?)(?=应当|不得|可以|必须|负责)")
_FRAME = (
    r"(?:根据|依据|按照|依照|按|参照|结合|围绕|在|经|自|通过|为了)[^，]*"
    r"(?:原则|规定|要求|需要|实际|情况|水平|状况|等|特点|因素|方式|职责|程序|办法|规则|标准|机制|形式|手段|渠道|途径|基础上|前提下|批准|同意|过程中)$"
)
_OPEN = re.compile(rf"(?:的|外|时|》|之际)$|在[^，]*上$|{_FRAME}|^(?:为了|凡|除)|所称[^，]*$")
_TOPIC = re.compile(r"^(?:对|对于|此前|已|由|因)[^，]*(?:资金|个人|工作者|书记|人员|单位|地区|居民|群众|企业|组织)$")
_ACTS_ON_TOPIC = re.compile(r"给予|予以|进行|每年|每\d|加强|实行|培训$")
_CONDITION = re.compile(r"(?:的|外|时)$|^除|所称")
_DROPPABLE = re.compile(r"^(?:根据|结合|围绕|以及|着眼)|(?:层面|）|部门|政府|各地)可?(?:根据|结合)")
_LEANS = re.compile(
    r"^(?:并|且|及|以及|其中|从而|以便|但|不过|同时|该|其(?!他)|上述|必要时|有关|前款|逾期|协商不成|构成犯罪|情节)"
)
_LEANS_ON_HEAD = re.compile(r"^(?:可(?!持续)|可以|应当|不得|必须|由|原则上|给予|予以|符合|逾期|按|依)")
_SOFT = re.compile(r"^(?:国家)?(?:鼓励|支持|探索|原则上|引导|不得|禁止|严禁|可以|注重|坚持|防止)")
_NUMBER = re.compile(
    r"(?<!\d)\d{1,3}(?:[,，]\d{3})*(?:\.\d+)?\s*(?:%|％|[^\W\d_])|(?<![第一二三四五六七八九十])[一二三四五六七八九十百两]+"
    r"(?:个工作日|个月|日内|日以|年内|年以|万元|倍|%|周岁|届)"
)
_PERIOD = re.compile(r"每年|每月|每季|每\d|定期|年度|日常|期限|日起")
_BAN = re.compile(r"不得|禁止|严禁|不予")
_DUTY = re.compile(r"应当|必须|须|要(?!求|素)|负责|纳入|报请|依法")
_MAY = re.compile(r"可以|可(?!持续|靠|能)|原则上|除.+外|鼓励|允许")
_LEVEL = re.compile(r"省级|市地级|县级|街道（乡镇）|国务院|各级")
_MEANS = re.compile(r"是指|包括|所称|自.*施行")
_DOES = re.compile(r"建立|健全|完善|实行|推行|制定|落实|开展|参加|使用|补偿|签订")
_BEGUN = re.compile(r"(?:建立|形成|构建)[^，]*$")
_DONE = re.compile(r"的(?:工作)?(?:格局|体系|机制|局面)$")
_TOOL = re.compile(r"实行|制定|签订|备案|审计|制度|机制|目录|标准|预算|试用期|责任|处罚|追究|补助|补偿")
_TALK = re.compile(
    r"深刻领悟|深入贯彻|营造|氛围|提振|精神|树牢|情感|自豪|荣誉|大力宣传|意识|坚持以|增强|出发点|有机会有舞台|用心用情|"
    r"精气神|提供[^，]*支撑|导向|切实|重大意义|重要意义|事关"
)
_WEIGHTS = (
    (_NUMBER, 3.0),
    (_BAN, 3.0),
    (_DUTY, 2.0),
    (_MAY, 2.0),
    (_MEANS, 2.0),
    (_PERIOD, 1.0),
    (_TOOL, 1.0),
    (_LEVEL, 1.0),
    (_DOES, 0.5),
    (_TALK, -2.5),
)
_CUT_DAMAGE = ("cut_off", "missing_line", "unreadable", "impossible_number")


@dataclass(frozen=True, slots=True)
class Point:
    """One point. `score`: how much it decides; `leans`: it says nothing without the point before it."""

    text: str
    start: int
    end: int
    score: float
    leans: bool = False


@dataclass(frozen=True, slots=True)
class _Clause:
    start: int
    end: int
    text: str


def pick_points(article: Article) -> tuple[str, ...]:
    """Three to eight points of an article in its order; fewer where it says less, none where it is empty.

    >>> pick_points(Article("d", "1", "第1条", "", "", "街道确需借调的，报批。县级以上机关不得借调社区工作者。"))
    ('街道确需借调的，报批', '县级以上机关不得借调社区工作者')
    """
    titles = _series(article)
    if titles:
        return titles
    found = [p for p in find_points(article) if not _is_damaged(p, article)]
    if not found:
        return _first_words(article)
    deciding = [p for p in found if p.score >= DECIDES]
    most = MOST if len(deciding) > MOST_ON_ONE else MOST_ON_ONE
    ranked = sorted(range(len(found)), key=lambda i: (-found[i].score, i))
    listed = {i for i in range(len(found)) if _LIST_MARK.match(found[i].text)}
    chosen: set[int] = set(listed) | {i - 1 for i in listed if i and i - 1 not in listed}
    for i in ranked:
        if len(chosen - listed) >= most:
            break
        if found[i].score > TALK or len(chosen) < FEWEST:
            chosen.add(i)
            if found[i].leans and i:
                chosen.add(i - 1)
    return tuple(found[i].text for i in sorted(chosen))


def find_points(article: Article) -> list[Point]:
    """Every point that can be cut out of an article, in its order, with its place and score."""
    points: list[Point] = []
    for sentence in split_sentences(article):
        if sentence.role != "sentence":
            continue
        if "\n" in sentence.text:
            points += _list_points(sentence)
            continue
        for half in split_halves(sentence):
            points += _cut(_clauses(half))
    return points


def _series(article: Article) -> tuple[str, ...]:
    """The titles of 一是…二是…, where they carry the article (an official's answer to a question)."""
    found = find_enumeration(article)
    if found is None or "一是" not in article.text or len(found.titles) < FEWEST:
        return ()
    return tuple(_bare(title) for title in found.titles[:MOST])


def _list_points(sentence: Sentence) -> list[Point]:
    """The lead with its colon, and every 项 whole; 项 are never picked apart."""
    points: list[Point] = []
    place = sentence.start
    for number, line in enumerate(sentence.text.split("\n")):
        text = line.strip().rstrip("；;。")
        if text:
            points.append(Point(text, place, place + len(line), DECIDES, leans=number > 0))
        place += len(line) + 1
    return points


def _clauses(half: Sentence) -> list[_Clause]:
    clauses: list[_Clause] = []
    start = 0
    for match in [*_CLAUSE_END.finditer(half.text), None]:
        end = match.start() if match else len(half.text)
        if text := _bare(half.text[start:end]):
            clauses.append(_Clause(half.start + start, half.start + start + len(text), text))
        start = match.end() if match else end
    return clauses


def _bare(text: str) -> str:
    text = text.strip().rstrip("。；;！？!?，,")
    if text.endswith("”") and "“" not in text:
        return text.rstrip("”").rstrip("。；;！？!?，,")
    return text[1:] if text.startswith("“") and "”" not in text else text


def _is_open(clause: _Clause, following: _Clause | None) -> bool:
    """Whether a clause only prepares the next one: a condition, an exception, whom it is about, on what ground."""
    if following is None:
        return False
    if _TOPIC.match(clause.text):
        return not _ACTS_ON_TOPIC.search(clause.text)
    return bool(_OPEN.search(clause.text))


def _cut(clauses: Sequence[_Clause]) -> list[Point]:
    """The points of one part of a sentence (between semicolons)."""
    if not clauses:
        return []
    whole = "，".join(clause.text for clause in clauses)
    if len(whole) <= WHOLE or (len(whole) <= LONGEST and _SOFT.match(whole)):
        return [_point(whole, clauses)]
    points: list[Point] = []
    subject = head = ""
    governed = False
    for number, group in enumerate(_groups(clauses)):
        own = _actor(group[0].text)
        conditions = [c.text for c in group[:-1] if _CONDITION.search(c.text) or _TOPIC.match(c.text)]
        prefix = "" if own or number == 0 or conditions else head or _bent(subject, group[0].text)
        leans = bool(_LEANS.match(group[0].text)) and not conditions[:1]
        if group[0].text.startswith("其中"):
            prefix, leans = "", True
        text = _fitted(group, prefix, clauses[-1].end)
        if text and not (governed and not own and not _SOFT.match(group[0].text)):
            bonus = score_point(_joined(group, "")) + (0.5 if prefix else 0) - len(prefix) / 20
            points.append(replace(_point(text, group), score=bonus, leans=leans and bool(points)))
        if number == 0:
            governed = bool(_SOFT.match(group[0].text))
        subject = own or subject
        head = "，".join(conditions) if conditions else "" if own else head
    return points or [_whole(whole, clauses)]


def _groups(clauses: Sequence[_Clause]) -> list[list[_Clause]]:
    """Clauses that must not be parted: what prepares with what it prepares, what leans with what it leans on."""
    groups: list[list[_Clause]] = []
    has_head = False
    for number, clause in enumerate(clauses):
        before = clauses[number - 1] if number else None
        joins = before is not None and (
            _is_open(before, clause)
            or (len(clause.text) < 9 and not clause.text.startswith("其中"))
            or _is_begun(groups[-1], clauses[number:])
            or (bool(_LEANS.match(clause.text)) and not clause.text.startswith("其中"))
            or (bool(_LEANS_ON_HEAD.match(clause.text)) and not has_head)
        )
        if joins:
            groups[-1].append(clause)
        else:
            groups.append([clause])
        following = clauses[number + 1] if number + 1 < len(clauses) else None
        has_head = has_head or _is_open(clause, following) or bool(_subject(clause.text))
    return _merged(groups)


def _is_begun(group: Sequence[_Clause], rest: Sequence[_Clause]) -> bool:
    """建立A，B，C的工作格局: whether what the group begins to set up is named only in a later clause."""
    begun = any(_BEGUN.search(c.text) and not _DONE.search(c.text) and len(c.text) < LONGEST for c in group)
    return begun and any(_DONE.search(c.text) and not _DOES.match(c.text) for c in rest[:3])


def _merged(groups: list[list[_Clause]]) -> list[list[_Clause]]:
    """Neighbours that are short together stay together, as in the text."""
    merged: list[list[_Clause]] = []
    if len(groups) > 1 and _length(groups[0]) < 9:
        groups = [[*groups[0], *groups[1]], *groups[2:]]
    for group in groups:
        if merged and _length(merged[-1]) + _length(group) + 1 <= SHORT and not _differs(merged[-1], group):
            merged[-1] = [*merged[-1], *group]
        else:
            merged.append(list(group))
    return merged


def _differs(first: Sequence[_Clause], second: Sequence[_Clause]) -> bool:
    """Whether one decides and the other only talks."""
    scores = sorted(score_point(_joined(each, "")) for each in (first, second))
    return scores[0] < 0 or scores[1] >= DECIDES > 1 > scores[0]


def _length(group: Sequence[_Clause]) -> int:
    return sum(len(clause.text) + 1 for clause in group) - 1


def _subject(text: str) -> str:
    """Who acts, at the beginning of a clause; empty where the text does not say it in a way that is sure."""
    match = _SUBJECT.match(text) or _MODAL_SUBJECT.match(text)
    return match.group(1) if match else ""


def _actor(text: str) -> str:
    """The subject with its 应当 or 可以."""
    subject = _subject(text)
    modal = _MODAL.match(text[len(subject) :]) if subject else None
    return subject + (modal.group() if modal else "")


def _bent(actor: str, text: str) -> str:
    """The actor without its 应当 before a clause that has its own 不得 or 可以."""
    return re.sub(r"(?:应当|可以|必须|要|可|应)$", "", actor) if _LEANS_ON_HEAD.match(text) else actor


def _fitted(group: Sequence[_Clause], prefix: str, end: int) -> str:
    """The group with what governs it, without what it can do without where it is too long; empty where nothing fits."""
    kept = list(group)
    text = _joined(kept, prefix)
    if len(text) > LONGEST:
        kept = [c for c in kept if not _DROPPABLE.search(c.text) or _subject(c.text)]
        if kept and kept[-1] is group[-1]:
            text = _joined(kept, prefix)
    while len(text) > LONGEST and len(kept) > 1 and not _is_open(kept[-2], kept[-1]):
        kept.pop()
        text = _joined(kept, prefix)
    if "：" in text and kept[-1].end < end:
        text += OMISSION
    return text if len(text) <= LONGEST else ""


def _joined(kept: Sequence[_Clause], prefix: str) -> str:
    text = prefix + OMISSION if prefix else ""
    before: _Clause | None = None
    for clause in kept:
        if before is not None:
            text += "，" if clause.start - before.end <= 1 else OMISSION
        text += clause.text
        before = clause
    return text


def _whole(text: str, clauses: Sequence[_Clause]) -> Point:
    shown = text if len(text) <= ENDLESS else text[:ENDLESS].rstrip("，、") + OMISSION + FULL_TEXT
    return _point(shown, clauses)


def _point(text: str, clauses: Sequence[_Clause]) -> Point:
    return Point(text, clauses[0].start, clauses[-1].end, score_point(text), bool(_LEANS.match(text)))


def score_point(text: str) -> float:
    """How much a clause decides: numbers, bans, bodies with duties; talk counts against it, and length a little.

    >>> score_point("各地按每万人18人的标准配备") > score_point("增强荣誉感")
    True
    """
    score = sum(weight for pattern, weight in _WEIGHTS if pattern.search(text))
    if _subject(text):
        score += 1.5
    return score - max(0, len(text) - SHORT) / 20


def _is_damaged(point: Point, article: Article) -> bool:
    """Whether the page cut the text off inside this point."""
    return any(
        damage.kind in _CUT_DAMAGE and damage.start <= point.end and point.start <= damage.end
        for damage in article.damages
    )


def _first_words(article: Article) -> tuple[str, ...]:
    text = " ".join(article.text.split())
    if not text:
        return ()
    return (text,) if len(text) <= ENDLESS else (text[:ENDLESS] + OMISSION + FULL_TEXT,)
