"""Articles to rules: the pieces that can be quoted without losing their condition or exception, and what kind each is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.compose import LEANS, OPENS_EXCEPTION
from assistant.leads import EXCEPTION
from assistant.sentences import split_halves, split_sentences
from index.records import Article

RuleKind = Literal["ban", "duty", "permission", "encouragement", "sanction"]

SHORT = 80
"""Characters up to which a rule is shown whole; of a longer one, only what is asked for."""

_MARKUP = re.compile(r"</?(?:div|svg|span|path|p|a|br|img|table)\b[^>]*>")
"""What a page left of its own making is no rule."""
_LONGEST_LIST = 120
"""Characters up to which a list is shown whole in an overview."""

_LIMITS: frozenset[RuleKind] = frozenset(("ban", "permission"))
"""What a shortened rule may not lose."""

_SANCTION = re.compile(
    r"责令|罚款|罚金|吊销|没收|(?:给予|依法|予以)[^，。；]{0,8}处分|追究[^，。；]{0,12}责任|处以?[^，。；]{0,8}(?:徒刑|拘留)"
    r"|停拨|减拨|追回|依法(?:依规)?(?:给予)?(?:处理、)?处罚"
)
_BAN = re.compile(r"(?<![可要])不得(?![不到])|禁止(?!行为|性|的)|严禁|不准|不允许|不予(?!以)")
_DUTY = re.compile(
    r"(?<!其他)应当|必须|务必|(?<![适相对响反供顺感答])应(?![急用届邀对变付当激聘征])(?=[及先在于向由按根依优为将给予确视严立同加当])"
    r"|(?<![无必莫])须(?![知臾弥])|(?<![需主重必只纲摘首次概扼简紧])要(?![求素点件闻么是领害道挟务地塞职员目因项])"
)
_PERMISSION = re.compile(
    r"(?<!不)可以|(?<![所没])有权|(?<![不许认尚非])可(?=[按由向依根给参结进适视采通申在将对直优酌自凭与]|不(?!少))"
)
_ENCOURAGED = re.compile(r"鼓励|提倡|倡导|探索|(?<![引导给供予续术金财策项适当技])支持(?![。，；、力度和])|引导社会")
_DEFINES = re.compile(r"所称|是指|包括|以下简?称|适用")
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百两]+(?:年|个?月|日|个工作日|次|人|倍|元|届|周岁|%)|定期|每年")
_WORK = re.compile(
    r"制度|机制|标准|规划|程序|由[^，。；]{2,20}(?:负责|统一|与)|按(?:有关)?规定|批准|备案|经费|预算|待遇|协议|合同"
)
_SLOGAN = re.compile(r"思想|精神|意识|氛围|觉悟|自信|重要意义|根本|旗帜|情怀|理念|大局|总书记|中国式现代化|精气神")
_NAMES_BODY = re.compile(r"层面|部门|街道|机关|政府|党委|各地|[省地县]级")
_MOST_SLOGANS = 2
_LIST = re.compile(r"：[^。]*(?:一是|（一）|\(一\)|1[.．、])")
_LEAD_IN = re.compile(
    r"^(?:到|自|对|在|从|按|依|根据|为|凡|除|如|若|因|当|以|通过|符合|与|截至|逾期|未|经|年满|每)|(?:的|后|时|前|内|外|中|下|上|者)$"
)
"""A piece between commas that only prepares what follows it."""
_EXTENDS = re.compile(r"[^，。；]{2,30}的，[^。；]*(?:延长|除外|顺延|不受)")
"""A half-sentence that loosens the one before it: 情况复杂的，可以延长."""
_IS_OPEN = re.compile(r"(?:的|后|时|前|内|外|以上|以下|年底?|起)，$")
"""How a piece ends that needs the next one."""
_PIECE = re.compile(r"[^，]+(?:，|$)")


@dataclass(frozen=True, slots=True)
class Rule:
    """`article.text[start:end]` without blanks at its ends; `kinds` as its words say, `weight` how much hangs on it."""

    article: Article
    start: int
    end: int
    kinds: frozenset[RuleKind]
    weight: float

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def shown(self) -> str:
        return on_one_line(self.text)

    @property
    def brief(self) -> str:
        """As `shown`; of a long list the words before it, and how many items follow."""
        lead, items = split_list(self.text)
        if not items or len(self.text) <= _LONGEST_LIST:
            return self.shown
        return f"{on_one_line(lead)}……（下列 {len(items)} 项）"


def split_list(text: str) -> tuple[str, list[str]]:
    """The words before a list of lines, and its lines; no lines where a text is no list.

    >>> split_list("下列人员参加：\\n（一）教师；\\n（二）医生。")
    ('下列人员参加：', ['（一）教师；', '（二）医生。'])
    """
    lead, _, rest = text.partition("\n")
    lines = [line.strip() for line in rest.split("\n") if line.strip()]
    is_list = len(lines) > 1 and lead.rstrip().endswith(("：", ":"))
    return (lead, lines) if is_list else (text, [])


def on_one_line(text: str) -> str:
    """Literal words without line breaks, a semicolon at the end as a full stop is read."""
    return re.sub(r"\s*\n\s*", "", text).strip().rstrip("；;，,")


@lru_cache(maxsize=2048)
def read_rules(article: Article) -> tuple[Rule, ...]:
    """The rules of an article in reading order: sentences, or their parts between semicolons, each with its exception.

    >>> text = "单位不得借调；确需的，按程序报批。每年培训1次；表现好的可以奖励。"
    >>> [r.text for r in read_rules(Article("d", "1", "第1条", "", "", text))]
    ['单位不得借调；确需的，按程序报批。', '每年培训1次；', '表现好的可以奖励。']
    """
    found: list[Rule] = []
    for start, end in _spans(article):
        text = article.text[start:end]
        if text.strip() and not _MARKUP.search(text):
            lead, _ = split_list(text)
            found.append(Rule(article, start, end, rule_kinds(lead), _weight(lead, is_first=not found)))
    return tuple(found)


def _spans(article: Article) -> Iterator[tuple[int, int]]:
    for sentence in split_sentences(article):
        if sentence.role != "sentence":
            continue
        if _LIST.search(sentence.text):
            yield sentence.start, sentence.end
            continue
        start = end = sentence.start
        for half in split_halves(sentence):
            leans = "：" in article.text[start:end] or any(
                p.match(half.text) for p in (LEANS, OPENS_EXCEPTION, _EXTENDS)
            )
            if end > start and not leans and _is_closed(article.text[start:end]):
                yield start, end
                start = half.start
            end = half.end
        yield start, end


def _is_closed(text: str) -> bool:
    """Whether every quotation and bracket that opens in a piece is closed in it."""
    return all(text.count(opening) == text.count(closing) for opening, closing in ("“”", "（）", "《》", "()"))


def rule_kinds(text: str) -> frozenset[RuleKind]:
    """What a piece does: forbids, obliges, allows, encourages, punishes.

    >>> sorted(rule_kinds("不得借调；确需借调的，可按程序报批。")), sorted(rule_kinds("主要包括两类人员。"))
    (['ban', 'permission'], [])
    """
    bare = re.sub(r"“[^”]{0,30}”", "", text)
    tests: tuple[tuple[RuleKind, re.Pattern[str]], ...] = (
        ("ban", _BAN),
        ("duty", _DUTY),
        ("permission", _PERMISSION),
        ("encouragement", _ENCOURAGED),
        ("sanction", _SANCTION),
    )
    return frozenset(kind for kind, pattern in tests if pattern.search(bare))


def _weight(text: str, is_first: bool) -> float:
    kinds = rule_kinds(text)
    worth = 3.0 * ("ban" in kinds) + 2.0 * bool(kinds & {"duty", "permission", "sanction"})
    worth += 3.0 * bool(_DEFINES.search(text)) + 3.0 * bool(_FIGURE.search(text)) + 1.5 * bool(EXCEPTION.search(text))
    worth += 0.5 * ("encouragement" in kinds) + 1.0 * bool(_WORK.search(text)) + 1.0 * is_first
    worth += 0.5 * bool(_NAMES_BODY.search(text)) - 0.5 * (len(text) < 16)
    return worth - 2.0 * bool(_SLOGAN.search(text)) - 3.0 * bool(LEANS.match(text))


def is_appeal(text: str) -> bool:
    """Whether a piece is about thought and spirit rather than about what somebody must do."""
    return len(_SLOGAN.findall(text)) >= _MOST_SLOGANS


def main_rule(article: Article) -> Rule | None:
    """The one rule by which an article is remembered; the earlier of equal ones."""
    return max(read_rules(article), key=lambda rule: (rule.weight, -rule.start), default=None)


def around(rule: Rule, start: int, end: int) -> str:
    """The words of a rule that hold `article.text[start:end]`, literal, on one line: all of a short one, of a sanction, of one with
    an exception; of a list its lead, …… and the item; else the pieces between commas with what prepares them."""
    text = rule.text
    lead, items = split_list(text)
    item = next((i for i in items if i in text and text.index(i) <= start - rule.start < text.index(i) + len(i)), "")
    if item and len(text) > SHORT:
        return f"{on_one_line(lead)}……{on_one_line(item)}"
    if len(text) <= SHORT or "sanction" in rule.kinds or EXCEPTION.search(text) or "\n" in text or _LIST.search(text):
        return rule.shown
    pieces = [(rule.start + m.start(), rule.start + m.end()) for m in _PIECE.finditer(text)]
    first = next((i for i, piece in enumerate(pieces) if start < piece[1]), 0)
    last = next((i for i, piece in enumerate(pieces) if end <= piece[1]), len(pieces) - 1)
    while first and _leads_in(rule.article.text[slice(*pieces[first - 1])]):
        first -= 1
    while last + 1 < len(pieces) and _IS_OPEN.search(rule.article.text[slice(*pieces[last])]):
        last += 1
    words = rule.article.text[pieces[first][0] : pieces[last][1]]
    if first == last and _LEAD_IN.search(words.rstrip("，")):
        return rule.shown  # a condition alone
    keeps_sense = rule_kinds(words) & _LIMITS == rule.kinds & _LIMITS and _is_closed(words)
    return on_one_line(words) if keeps_sense else rule.shown


def _leads_in(piece: str) -> bool:
    bare = piece.rstrip("，")
    return bool(_LEAD_IN.search(bare)) or len(bare) < 6
