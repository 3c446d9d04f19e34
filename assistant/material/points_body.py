"""主体: who must act; levels and bodies, with others of the same kind that would be wrong.

A level is swapped for another level (县级 for 市地级), a department for another one that the library names. A filling that
includes the right one or is included by it (市地级或县级, 县级) is no wrong answer and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.material.clauses import Clause
from assistant.material.points import Point, Texts, whole_text
from assistant.material.similar import likeness
from index.records import Article, Document

KIND = "责任主体"
WEIGHT = 2.5

_PLACES = {
    "省级": 1, "省": 1, "市地级": 2, "市级": 2, "地市级": 2, "设区的市级": 2, "设区的市": 2, "县级": 3, "区县级": 3, "县（市、区）": 3,
    "街道（乡镇）": 4, "乡镇（街道）": 4, "乡级": 4, "社区": 5,
}  # fmt: skip
_LEVEL = "设区的市级|市地级|地市级|区县级|省级|市级|县级|乡级|街道（乡镇）|乡镇（街道）"
_LEVELS = re.compile(
    rf"(?P<levels>(?:{_LEVEL})(?:(?:或|和|、|及)(?:{_LEVEL}))*)(?P<bound>及?以上|及?以下)?(?P<tail>层面)?"
)
_FIELD = (
    r"组织|社会工作|宣传|统战|政法|发展改革|财政|自然资源|生态环境|水行政|住房城乡建设|农业农村|林业草原|民政|教育|卫生健康|"
    r"人力资源社会保障|医疗保障|市场监督管理|公安|司法行政|审计|税务|交通运输|文化和旅游|文化旅游|应急管理|退役军人事务|城市管理|"
    r"体育|科学技术|工业和信息化|商务|统计|信访|海关|气象|电力|价格|证券监督管理|机构编制|价格主管|建设|规划|环境保护|食品药品监督管理"
)
_DEPARTMENT = re.compile(
    r"(?P<owner>国务院|中央|各级党委|县级党委|省级党委|党委|县级以上(?:地方)?人民政府|省级人民政府|人民政府)?"
    rf"(?P<field>{_FIELD})(?P<office>行政主管部门|主管部门|行政部门|管理部门|部门|机关|机构)"
)
TOLD = 0.2
"""Cosine of a department's field with the rest of its clause from which the clause tells the field (报案, 公安)."""
FEWEST_ARTICLES, EVERYWHERE = 4, 0.15
"""Articles, and share of a document's articles, that may name a body which is still worth asking for."""
_OFFICES = re.compile(
    r"审计机关|公安机关|人民法院|人民检察院|监察机关|税务机关|司法行政机关|居务监督委员会|居民委员会|村民委员会|业主委员会|工会|"
    r"妇女联合会|残疾人联合会|共产主义青年团|消费者协会|仲裁委员会"
)
_ACTORS = re.compile(
    r"(?:(?<=[，由请时；])|^)(?P<actor>国务院(?=[\u4e00-\u9fff、]{2,20}(?<!主管)部门(?:负责|会同|制定|可以|应当|依据))|国务院(?=制定|规定|批准|另行)|共同的上一级人民政府|国务院主管部门|"
    r"(?:省、自治区、直辖市|省级|省|自治区|设区的市|市)人民政府(?=另行|制定|规定|批准|划定|公布|决定|确定|审批|统一)|"
    r"(?:有关)?地方(?:各级)?人民政府(?=应当|可以|不得|负责|制定)|(?:地方人民)?政府(?:和|及其)(?:有关|相关)(?:主管)?部门(?=应当|可以|不得|依法))"
)
_OTHER_ACTORS = {
    "共同的上一级人民政府": ("国务院", "省级人民政府", "人民法院"),
    "国务院主管部门": ("省级人民政府主管部门",),
    "省人民政府": ("国务院", "设区的市人民政府"),
    "自治区人民政府": ("国务院", "设区的市人民政府"),
    "省级人民政府": ("国务院", "设区的市级人民政府"),
    "省、自治区、直辖市人民政府": ("国务院", "设区的市级人民政府"),
    "设区的市人民政府": ("省人民政府", "县级人民政府"),
    "市人民政府": ("省人民政府", "区、县（市）人民政府"),
    "国务院": ("省、自治区、直辖市人民政府", "设区的市级人民政府", "县级人民政府"),
}
"""Who acts, and real rivals for it; the others are only asked for."""
_BEFORE = re.compile(
    r"(?:^|[，。；、：“（由向对经报请和与及同送至交为将给的市县省区级于在使被把或]|应当|可以|移送|委托|通知|申请|配合|协助|接受)$"
)
"""What stands before the name of a body that begins there."""
_OF_THE_STATE = re.compile("中央|全国|国家")
LEAST_AROUND = 30
"""Characters of a clause that say enough for its actor to be asked for."""
_GENERAL = re.compile("县级以上|有关地方|地方|(?:地方人民)?政府(?:和|及其)")
"""Who acts in every law: little to ask for."""
_FELLOWS = {
    "审计机关": ("财政部门", "税务机关", "监察机关"), "公安机关": ("司法行政机关", "监察机关", "人民法院"),
    "人民法院": ("公安机关", "人民检察院", "仲裁委员会"), "人民检察院": ("人民法院", "公安机关", "监察机关"),
    "监察机关": ("审计机关", "公安机关", "人民检察院"), "税务机关": ("财政部门", "审计机关", "海关"),
    "居务监督委员会": ("业主委员会", "居民代表会议", "社区党组织"), "居民委员会": ("业主委员会", "居务监督委员会", "物业服务企业"),
    "村民委员会": ("村务监督委员会", "村民代表会议", "农村集体经济组织"), "业主委员会": ("居民委员会", "物业服务企业", "街道办事处"),
    "仲裁委员会": ("人民法院", "工会", "人民调解委员会"),
}  # fmt: skip
"""Bodies that are easily taken for one another."""
_TELLS = {
    "公安机关": "侦查|警|治安|拘留|户籍|户口|护送", "人民法院": "诉讼|判决|裁定|执行|起诉|受理|支持|审理|强制", "税务机关": "税|申报",
    "审计机关": "审计", "人民检察院": "公诉|检察|抗诉", "监察机关": "监察|留置", "仲裁委员会": "仲裁",
}  # fmt: skip
"""What gives a body away, for whoever has never read the text."""


def find_bodies(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    taken: set[int] = set()
    for finder in (_departments, _levels, _offices, _actors):
        for start, end, wrong in finder(clause.text, texts):
            text = clause.text[start:end]
            if taken & set(range(start, end)) or clause.text[end : end + 2] in ("主任", "成员", "委员"):
                continue
            if finder in (_departments, _offices) and _is_everywhere(text, texts.document):
                continue
            taken |= set(range(start, end))
            lies = tuple(w for w in wrong if _reaches_further(w, text)) if "以上" in text else wrong
            if finder is _levels:
                lies = tuple(w for w in lies if _is_next(w, text))
            is_spare = not wrong and bool(_GENERAL.match(text))
            yield Point(
                article,
                clause,
                clause.start + start,
                clause.start + end,
                text,
                KIND,
                wrong,
                WEIGHT,
                lies=lies,
                is_spare=is_spare,
            )


Found = tuple[int, int, tuple[str, ...]]
"""Start and end in the clause, and the wrong fillings."""


def _is_everywhere(body: str, document: Document) -> bool:
    """Whether the whole document is about the body: whoever has read its title knows who is meant."""
    named = sum(body in article.text for article in document.articles)
    return named > max(FEWEST_ARTICLES, EVERYWHERE * len(document.articles))


def _is_next(wrong: str, text: str) -> bool:
    """Whether a level is the one above or below: nobody takes a street for a province."""
    own, other = sorted(level_places(text)), sorted(level_places(wrong))
    return abs(own[0] - other[0]) <= 1 and len(range(other[0], other[-1] + 1)) == len(other)


def _reaches_further(wrong: str, text: str) -> bool:
    """Whoever binds all counties binds the provinces: only a bound that reaches lower makes the statement false."""
    own, other = (_covered(each, "以上") or frozenset() for each in (text, wrong))
    return own < other


def _levels(text: str, texts: Texts) -> Iterator[Found]:
    for match in _LEVELS.finditer(text):
        after = text[match.end() :]
        if re.search("省内|全省|市内|全市|县域|全县", text) or _government_of(match["levels"]) in text:
            continue  # the reach, or whoever acts, tells the level
        if _is_listed(text, match.start(), match.end()) or after.startswith(
            ("、", "领导", "班子", "干部", "党工委", "财政", "市", "统筹")
        ):
            continue
        tail = (match["bound"] or "") + (match["tail"] or "")
        own = _covered(match["levels"], match["bound"] or "")
        if own is None:
            continue
        candidates = _level_phrases(match["levels"], match["bound"] or "", texts)
        if "街道" in text[: match.start()]:  # a street office reports to nobody beyond its city
            candidates = tuple(each for each in candidates if "省" not in each)
        if match["bound"] and match["levels"] == "县级" and re.match("(?:地方)?(?:各级)?人民政府", after):
            yield match.start(), match.end(), ()  # a stock phrase of every law
            continue
        if re.match(r"(?:党委|人民政府|政府)|[\u4e00-\u9fff、]{2,16}(?:主管|行政|管理)?部门", after):
            candidates = tuple(each for each in candidates if each != "街道（乡镇）")  # 街道民政部门 there is none
        wrong = [
            f"{other}{tail}"
            for other in candidates
            if (covers := _covered(other, match["bound"] or "")) is not None
            and not (covers <= own or own <= covers or (match["bound"] and covers == own))
        ]
        if match["bound"]:  # 县级以上 includes 省级以上: another bound, not another right answer, as each is a minimum
            wrong = [f"{other}{tail}" for other in candidates if other != match["levels"]]
        yield match.start(), match.end(), tuple(wrong)


def _government_of(levels: str) -> str:
    """
    >>> _government_of("设区的市级"), _government_of("省级")
    ('市人民政府', '省人民政府')
    """
    name = next((each for each in "省市县" if each in levels), "乡")
    return f"{name}人民政府"


def _is_listed(text: str, start: int, end: int) -> bool:
    """Whether the levels stand in a list of levels with something else after each (省级以上示范培训、市地级重点培训)."""
    return text[start - 1 : start] == "、" or bool(re.match(rf"[^，。；、]{{2,8}}、(?:{_LEVEL})", text[end:]))


def level_places(text: str) -> frozenset[int]:
    """The levels that a body is of, by number (1 省 … 4 街道); all of them where it names none.

    >>> sorted(level_places("市地级或县级层面"))
    [2, 3]
    """
    match = _LEVELS.search(text)
    found = _covered(match["levels"], match["bound"] or "") if match else None
    return found or frozenset(range(1, 6))


def _covered(levels: str, bound: str) -> frozenset[int] | None:
    places = [_PLACES[name] for name in re.findall(_LEVEL, levels)]
    if not places:
        return None
    if "以上" in bound:
        return frozenset(range(1, max(places) + 1))
    return frozenset(range(min(places), 6)) if "以下" in bound else frozenset(places)


def _level_phrases(levels: str, bound: str, texts: Texts) -> tuple[str, ...]:
    """Phrases of as many levels, the nearest first, with the names that the document uses. Beside a single 街道（乡镇） there is
    no bare level that reads well, and a bound is only swapped for the next lower one that laws speak of."""
    text = whole_text(texts.document)
    city = next((name for name in ("设区的市级", "市地级", "地市级") if name in text), "市级")
    names = ["省级", city, "县级", "街道（乡镇）"]
    joint = next((sign for sign in "或和、及" if sign in levels), "")
    if joint:
        pairs = ((names[0], names[1]), (names[1], names[2]), (names[2], names[3]), (names[0], names[2]))
        return tuple(f"{a}{joint}{b}" for a, b in pairs)
    own = next((place for place, name in enumerate(names) if levels[:2] == name[:2]), -1)
    if own < 0 or own == 3:
        return ()
    if bound:
        return (names[own + 1],) if own < 2 else ()
    return tuple(sorted(names, key=lambda name: abs(names.index(name) - own)))


def _departments(text: str, texts: Texts) -> Iterator[Found]:
    """The field of a department (国务院|财政|部门); beside a party department the other party departments, whose work is near."""
    for match in _DEPARTMENT.finditer(text):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        field = match["field"]
        if match["office"] == "机关" or after == "、" or before in ("、", "和"):
            continue
        if not match["owner"] and not _BEFORE.search(text[: match.start()]):
            continue  # 住房|城乡建设, 纪检|监察
        if text.count(field) > 1 or field in texts.document.title:  # the rest of the clause tells it
            continue
        if likeness([field], [text.replace(field, "")])[0] > TOLD:
            continue
        rivals = _PARTY_FIELDS if "党委" in (match["owner"] or "") else ()
        wrong = tuple(other for other in rivals if other not in text)
        yield match.start("field"), match.end("field"), wrong if len(wrong) > 2 else ()


_PARTY_FIELDS = ("组织", "社会工作", "宣传", "统战", "政法")


def _offices(text: str, texts: Texts) -> Iterator[Found]:
    for match in _OFFICES.finditer(text):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if (
            before in ("、", "和", "或")
            or not _BEFORE.search(text[: match.start()])
            or after in ("、", "和", "或", "成")
            or re.match(r"[\u4e00-\u9fff]{2,6}部门", text[match.end() :])
        ):
            continue
        rest = text[: match.start()] + text[match.end() :]
        if re.search(_TELLS.get(match.group(), "$^"), rest) or match.group()[:2] in rest:
            continue
        named = whole_text(texts.document)
        yield match.start(), match.end(), tuple(each for each in _FELLOWS.get(match.group(), ()) if each in named)


def _actors(text: str, texts: Texts) -> Iterator[Found]:
    for match in _ACTORS.finditer(text):
        wrong = _OTHER_ACTORS.get(match["actor"], ())
        is_department = re.match(r"[\u4e00-\u9fff、]{2,20}部门", text[match.end() :])
        if match["actor"] == "国务院" and is_department:
            wrong = ("省级人民政府",)
        if match["actor"].startswith("国务院") and _OF_THE_STATE.search(text):
            wrong = ()  # no province decides on that
        if wrong or (len(text) >= LEAST_AROUND and not _GENERAL.match(match["actor"])):
            yield match.start("actor"), match.end("actor"), wrong


def named_bodies(text: str) -> list[str]:
    """The levels and bodies that a text names, in reading order."""
    found: list[tuple[int, str]] = []
    for pattern in (_DEPARTMENT, _LEVELS, _OFFICES):
        found += [(m.start(), m.group()) for m in pattern.finditer(text)]
    return [body for _, body in sorted(found)]
