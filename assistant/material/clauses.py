"""Articles to clauses that can stand alone: what a statement says, and where a blank may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.material.remember import remembered
from assistant.sentences import Sentence, split_halves, split_sentences
from index.records import Article

SHORTEST, LONGEST, LONGEST_GAP = 10, 110, 150
"""Characters of a statement: a shorter one says nothing by itself, a longer one nobody reads to its end; and of a clause
that is shown whole around a blank."""
WINDOW = 80
"""Characters of a longer clause that are shown around a blank, at most a part more."""

ANNOUNCED = (
    "情形|条件|要求|措施|规定|行为|方式|材料|内容|事项|情况|人员|单位|对象|职责|任务|原则|资格|程序|工作|活动|项目|信息|权利|义务|标准|范围|费用|"
    "因素|区域|机构|设施"
)
"""What 以下 announces a list of."""
_NAMED = re.compile(r"[（(]以下(?:简)?称[^）)]*[）)]")
_LEANS = re.compile(
    r"^(?:[^，。]{0,4}也|[^，。]{0,10}确需|有权|先行|在此|[^，。]{1,8}的由|除[^，]*[。；]|前款|前条|前两款|前项|(?:不)?同意的|(?:不)?批准的|对(?:不)?符合|接到|收到|[^，。]{2,12}接到报告|施行前|既|审查|经审|(?:不)?合格的|在(?:限定|规定)的?期限|补偿的|因.{2,20}需要|相关(?!部门|单位|人员)|给.{2,12}造成|续期|延期|(?:补偿|延续|延长|申请|审批|公示|有效)期|再次|被|[审备].机关|原.{2,6}(?:机关|部门)|[\u4e00-\u9fff]{2,6}：|其中|其他|其|该|此外|此|对此|上述|但|并|也|同时|还|因此|必要时|除此|有前|依照前|协商不成|逾期|构成犯罪|情节|拒不|不服|"
    r"未|不予|不符合|法律、行政法规另有|另有规定|公告|公布.{0,6}时间|移交后|请求|变更后|届时|到期|期满|认为|发现|有下列|具体办法|具体|上一级|拒绝|需要|经|属于|"
    r"不属于|以上|以下|造成|由此|所需|.{0,6}(?<!及)其)"
)
"""Openings that point at what stands before."""
_POINTS = re.compile(
    rf"以下(?:{ANNOUNCED})|"
    r"前款|前条|本款|上款|前项|上述|第[一二三四五六七八九十百\d]+[条款项]|本章|本节|本条(?!例)|下列|对以下|另有规定|清单之外|将其|废止|^——|^.{0,15}该"
)
"""What sends the reader elsewhere."""
_HAS_ACTOR = re.compile(
    r"(?:由|对|在|各|省|市|县|区|街道|乡|社区|国家|国务院|中央|地方|上级|[^，]{2,20}?(?:应当|可以|不得|负责|部门|政府|机关|单位|人员|委员会|组织|企业|法院))"
)
"""How a half after a semicolon begins that does not live on the half before."""
_SAYS = re.compile("应当|可以|不得|必须|负责|是指|包括|坚持|实行|鼓励|(?<![重主需必])要(?![求点素件])")
"""What the lead of a list has that says something without the list."""
_LISTED = re.compile(r"，[^，]*(?:下列|以下)[^，]*：$")
"""What announces the lines of a list, which an item does not show."""
_MARK = re.compile(
    r"\s*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十])|\d{1,2}[.．、](?!\d)|[一二三四五六七八九十]是(?!否))\s*"
)
"""The number of a line, which is no part of what it says."""
_BEGINS = re.compile(
    r"着力|坚持|打造|推动|推进|促进|加强|加大|加快|健全|完善|建立|构建|深化|强化|优化|提升|提高|增强|开展|落实|严格|规范|引导|鼓励|支持|发挥|营造|培育|实施|统筹"
)
"""How a part of a long sentence begins that reads as a demand of its own."""
_PIECE = re.compile(r"[^，；：。！？\n]+[，；：。！？\n]*")


@dataclass(frozen=True, slots=True)
class Clause:
    """`article.text[start:end] == text`; `sentence_start` and `sentence_end` bound the sentence that it is of. `stands`:
    it is understood by itself."""

    start: int
    end: int
    text: str
    sentence_start: int
    sentence_end: int
    stands: bool
    is_first: bool = True
    """Nothing of its sentence stands before it but the number of a line."""

    @property
    def statement(self) -> str:
        """The clause as a sentence of its own: without the abbreviation that it introduces, closed by a full stop."""
        return shown(self.text)


@remembered(4096)
def clauses(article: Article) -> tuple[Clause, ...]:
    """The sentences of an article, or their parts between semicolons; none that is a heading or a question; of a list of
    lines its lead, which does not stand."""
    found = []
    for sentence in split_sentences(article):
        if sentence.role != "sentence":
            continue
        if "\n" in sentence.text:
            lead = _LISTED.sub("", sentence.text.partition("\n")[0])
            is_whole = bool(_SAYS.search(lead)) and not _LEANS.match(lead) and not _POINTS.search(lead)
            end = sentence.start + len(lead)
            found.append(Clause(sentence.start, end, lead, sentence.start, sentence.end, is_whole))
            continue
        halves = split_halves(sentence)
        for half, following in zip(halves, [*halves[1:], None], strict=True):
            clause = _clause(_unmarked(half), sentence, is_first=half.start == sentence.start)
            goes_on = following is not None and following.text.startswith(("或", "以及", "对", "为"))
            found.append(replace(clause, stands=clause.stands and not (goes_on and not _SAYS.search(half.text))))
    return tuple(_with_context(found, article))


def _with_context(found: list[Clause], article: Article) -> Iterator[Clause]:
    """The clauses; one that leans on the clause before it together with that one (……应当协商解决；协商不成的，报请……)."""
    for clause, before in zip(found, [None, *found], strict=False):
        yield clause
        if clause.stands or before is None or not before.stands or _POINTS.search(clause.text):
            continue
        whole = article.text[before.start : clause.end]
        if "\n" not in whole and len(whole) <= LONGEST_GAP and clause.text[-1:] in "。；":
            yield Clause(
                before.start, clause.end, whole, before.sentence_start, clause.sentence_end, True, before.is_first
            )


def _unmarked(half: Sentence) -> Sentence:
    mark = _MARK.match(half.text)
    skipped = mark.end() if mark else 0
    return Sentence(half.start + skipped, half.end, half.text[skipped:], half.role)


def _clause(half: Sentence, sentence: Sentence, is_first: bool) -> Clause:
    stands = bool(half.text) and not _LEANS.match(half.text) and not _POINTS.search(half.text)
    if half.text.count("“") != half.text.count("”"):
        stands = False
    if half.text.startswith(("（", "(")) or half.text.endswith(("）", ")")):
        stands = False  # who is responsible, in brackets behind a measure
    if not is_first and not _HAS_ACTOR.match(half.text):
        stands = False
    if not is_first and "“" in sentence.text[: half.start - sentence.start].rpartition("”")[2]:
        stands = False  # the semicolon stood inside a quotation
    return Clause(half.start, half.end, half.text, sentence.start, sentence.end, stands, is_first)


def points_elsewhere(text: str) -> bool:
    """Whether a text sends its reader to another place (前款, 第十条)."""
    return bool(_POINTS.search(text))


def shown(text: str) -> str:
    """A clause as it is printed in an item.

    >>> shown("应当签订书面协议（以下称补偿协议）；")
    '应当签订书面协议。'
    """
    bare = _NAMED.sub("", text).strip().rstrip("；;，,。：:")
    return bare if bare.endswith("……") else f"{bare}。"


def with_gap(clause: Clause, start: int, end: int, filling: str) -> str:
    """The clause with `filling` in the place of `article.text[start:end]`; a long one only around that place.

    >>> with_gap(Clause(5, 14, "每三年轮训1次。", 5, 14, True), 6, 8, "____")
    '每____轮训1次。'
    """
    before, after = clause.text[: start - clause.start], clause.text[end - clause.start :]
    if len(clause.text) > LONGEST_GAP:
        before, after = _nearest(before, after)
    return shown(f"{before}{filling}{after}")


def _nearest(before: str, after: str) -> tuple[str, str]:
    """The pieces between commas that are nearest to the gap, the opening one always with it."""
    left = [m.group() for m in _PIECE.finditer(before)]
    right = [m.group() for m in _PIECE.finditer(after)]
    own_left = left.pop() if left and not left[-1].endswith(tuple("，：")) else ""
    sign = after[:1] if after[:1] in tuple("，；：。") else ""
    own_right = sign or (right.pop(0) if right else "")
    kept_left: list[str] = []
    length = len(own_left) + len(own_right)
    while left and length + len(left[-1]) <= WINDOW:
        kept_left.insert(0, left.pop())
        length += len(kept_left[0])
    kept_right: list[str] = []
    while right and length + len(right[0]) <= WINDOW:
        kept_right.append(right.pop(0))
        length += len(kept_right[-1])
    is_demand = _BEGINS.match((kept_left[0] if kept_left else own_left).strip())
    opening = "……" if left and not is_demand else ""
    closing = "……" if right and "".join(right).strip("。") and not _BEGINS.match(right[0]) else ""
    return opening + "".join(kept_left) + own_left, own_right + "".join(kept_right) + closing


def is_statement(clause: Clause) -> bool:
    """Whether the clause can be put to a class as true or false."""
    is_closed = clause.text[-1:] in tuple("。；;！!") or clause.end < clause.sentence_end
    return clause.stands and is_closed and SHORTEST <= len(clause.statement) <= LONGEST
