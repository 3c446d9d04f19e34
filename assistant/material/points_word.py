"""要求与口径: the words by which a rule decides (应当, 可以, 不得, 定期, 书面), and what makes it false in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from assistant.material.clauses import Clause
from assistant.material.points import Point, Texts, swap
from index.records import Article
from index.tokens import word_edges

MODALITY, DETAIL = "要求程度", "关键口径"
_ACTOR = "政府|部门|机关|单位|作者|员会|企业|公司|组织|机构|人员|业主|个人|公民|居民|法院|学校|医院"
_MODALITIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    # what stands there, what makes the statement false
    (rf"(?<=(?:{_ACTOR}))应当(?!严格|切实|积极|依法|及时|认真|自觉|努力|地|遵守|尊重|爱护|维护|服从|诚|文明|保守|忠|如实|收取|学习|使用|享受|具有|具备|符合|是|为|加强|做好|重视)", ("可以",)),
    (rf"(?<=(?:{_ACTOR}))必须", ("可以",)),
    (r"不得(?!非法|擅自|随意|任意|以任何|违背|违反|少于|低于|超过|高于|强|拒|阻|妨|干|隐|降低|减少|泄|侵|超出)", ("可以",)),
    (r"(?<![不也还])可以(?!说|不|受|被|由)", ("应当",)),
    (r"(?<!不)可(?!.{0,15}自主)(?=向|结合|给予|通过|视情|累计|享受|申请|适当|优先|进一步|聘|参照)", ("必须",)),
    (r"(?<![、要员育织传导持力极])鼓励(?:[、和](?:支持|引导|指导|推动|扶持))+", ("要求",)),
    (r"(?<![、要员育织传导持力极])鼓励(?=有|社|就|在|各|企|单|用)", ("要求",)),
    (r"(?<![、和员育织传导力极励善])支持(?=社区|有|企业|单位|个人|社会)", ("要求",)),
    (r"(?<![、和员育织传持力极励])引导(?=社会|居民|企业|村民)", ("要求",)),
    (r"原则上", ("一律",)),
    (r"探索(?=建立|开展|推行|实行|设立|推进)", ("全面",)),
    (r"无需|无须|不需要", ("应当",)),
)  # fmt: skip
_BAD = re.compile(
    r"截留|挪用|占用|拖欠|弄虚作假|歧视|虐待|殴打|滥用|玩忽|徇私|犯罪|腐败|窃|[骗诱违损害乱伪假毁盗侵污赌毒暴逃瞒泄偷抢敲勒]"
)
"""Whoever bans these says nothing that a class has to learn."""
_ANYBODY = re.compile(
    r"任何(?:单位|组织|个人|人)|随意|违背|严禁|禁止|捐助|捐赠|赞助|捐献|社会资本|志愿|自主|自愿|允许|研究开发"
)
"""Sentences that can only ban."""
_SACRED = re.compile(
    r"习近平|中国共产党|党的领导|党中央|两个确立|两个维护|四个意识|四个自信|二十大|执政根基|领袖|长治久安|中国特色社会主义"
)
"""Clauses that no trainer wants to see altered."""


def find_words(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    yield from _find_modalities(article, clause)
    yield from _find_contraries(article, clause, texts)


def must_stay(clause: Clause) -> bool:
    """Whether nobody should put a false form of the clause before a class."""
    return bool(_SACRED.search(clause.text))


def _find_modalities(article: Article, clause: Clause) -> Iterator[Point]:
    if _BAD.search(clause.text) or _ANYBODY.search(clause.text):
        return
    for pattern, lies in _MODALITIES:
        for match in re.finditer(pattern, clause.text):
            if match.group()[:2] in ("鼓励", "支持", "引导") and (match.start() == 0 or "依法" in clause.text):
                continue  # who is called on to keep the law has to; “根据《…》，要求……” says that the document requires it
            if match.group() == "应当" and re.search("要求|必须|义务", clause.text[: match.start()]):
                continue
            if match.group() == "不得" and "应当" in clause.text[: match.start()]:
                continue  # who has to do one thing may not do the other
            if match.group() == "不得" and re.search("未经|不符合|违反|未取得|未按|任何", clause.text):
                continue  # what may not be done without leave is not left to anybody
            yield swap(article, clause, match, MODALITY, 1.4, lies)


def _find_contraries(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    edges = word_edges(clause.text)
    taken: set[int] = set()
    for word, others in contraries().items():
        if word not in clause.text or any(each in texts.document.title for each in (word, *others)):
            continue  # whoever reads the title knows which
        others = tuple(other for other in others if len(other) < NAMED or other not in article.text)
        start = clause.text.find(word)
        while start >= 0:
            span = range(start, start + len(word))
            is_word = start in edges and span.stop in edges and not _is_bound(clause.text, start, span.stop)
            if is_word and not taken & set(span):
                taken |= set(span)
                begin = clause.start + start
                yield Point(
                    article,
                    clause,
                    begin,
                    begin + len(word),
                    word,
                    DETAIL,
                    (),
                    1.8,
                    lies=others,
                    can_be_blank=len(word) >= 4 and word not in _NO_BLANK,
                )
            start = clause.text.find(word, start + 1)


def _is_bound(text: str, start: int, end: int) -> bool:
    """Whether the word stands in quotation marks, in a list, or as a part of another one (相统一)."""
    is_quoted = text.rfind("“", 0, start) > text.rfind("”", 0, start)
    if "自愿" in text[start:end] and re.search("严禁|责任|义务|追究", text):
        return True
    if text[end : end + 1] == "的" or text[start - 1 : start] == "最":
        return True  # a qualifier, not the rule
    if text[start:end].endswith("的") and text[start - 1 : start] not in tuple("，；。"):
        return True  # 暂不具备条件的
    if text[start:end] in _APPROVALS and text[end : end + 1] not in tuple("，。；后"):
        return True  # 审批机关, 备案手续
    if text[end : end + 2] in ("无法", "不能") or text[:start].endswith(("事中", "并", "各地")):
        return True
    if text[end : end + 1] == "化" or text[end : end + 2] == "基金":
        return True  # 匿名化, 社会保险基金
    if text[start:end] == "备案" and "向" in text[:start].rpartition("，")[2]:
        return True  # one files with somebody, and asks somebody for leave
    if "财政" in text[start:end] and re.search("各地|各省", text):
        return True
    if text[start:end] in ("横向", "纵向") and re.search("地区间|各级|逐级", text):
        return True  # between regions nothing is vertical
    return is_quoted or text[start - 1 : start] in tuple("相和与及或者、") or text[end : end + 1] in tuple("和与及或、")


NAMED = 4
"""Characters of a name (专项规划) that is no wrong answer where the same article speaks of it as well."""
_APPROVALS = ("备案", "审批", "批准", "核准")
_NO_BLANK = (
    "优先用于",
    "逐步增加",
    "责令改正",
    "按国家有关规定",
    "按照国家有关规定",
    "期限届满后",
    "重要依据",
    "重要参考",
)


@lru_cache(maxsize=1)
def contraries() -> dict[str, tuple[str, ...]]:
    """Word -> what makes a statement false in its place; longer words first.

    >>> contraries()["定期"]
    ('不定期',)
    """
    found: dict[str, tuple[str, ...]] = {}
    lines = (Path(__file__).parent / "contraries.txt").read_text(encoding="utf-8").splitlines()
    for line in (line for line in lines if line.strip() and not line.startswith("#")):
        word, arrow, rest = line.partition(" > ")
        if arrow:
            found.setdefault(word.strip(), tuple(rest.split()))
        else:
            group = line.split()
            for each in group:
                found.setdefault(each, tuple(other for other in group if other != each))
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0])))
