"""关键词语: single words of three and four characters that close a phrase. They are asked for when nothing better is left."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from assistant.material.clauses import Clause
from assistant.material.points import Point, Texts
from assistant.material.points_list import OPENS
from assistant.material.points_name import subjects_of
from assistant.material.stock import is_stock
from index.records import Article
from index.tokens import word_edges

WORD = "关键词语"
_WORD = re.compile(r"(?=(?P<own>[\u4e00-\u9fff]{4}|[\u4e00-\u9fff]{2}[感库期度点权费金率]))")
_CLOSES = re.compile(r"[，。；、）等]|的(?!人)")
_SAYS_LITTLE = re.compile(
    r"依法|认真|切实|充分|灵活|进一步|国家|具体|有关|相关|多种|符合|放在|现代化|社会主义|中国|党中央|国务院|相结合|明确|要求|规定|办法|条例|意见|人民政府|部门|工作人员|"
    r"其他|各级|各类|各项|以上|以下|[的和与及等对在由为以从将把按并其该不可到有]"
)


_AFTER_A_MARK = re.compile(
    r"(?:^|[，。；：、的在对由为以从将把按并到给有])$|(?:参加|缴存|签订|加强|应对|组织|开展|提供|建立|完善)$"
)
_AFTER_A_SIGN = re.compile("[、对在以为将把由的]$")
_AFTER_A_NUMBER = re.compile(r"\d[^，。；：]*$")
"""A part of a sentence with a number: that is what is asked there."""
_SHARED_HEAD = re.compile(r"(?:工作|建设|制度|机制|体系|能力|服务|行为|手续|活动|工程|行动|部门|人员)$")
_AFTER_A_VERB = re.compile(
    r"(?:^|[，；。、]|应当|可以|要|进一步|着力|切实|不断|持续|积极)(?:加强|健全|完善|落实|强化|提高|提升|增强|开展|推行|实行|实施|规范|建立|制定|深化|优化|推进|推动|促进|营造|改进|做好|参加|创造|接受|、)$|、$"
)


def find_terms(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    """Words of the dictionary alone, so that no name is cut in two; none that the title has, or that the clause has twice."""
    edges = sorted(word_edges(clause.text))
    following = dict(itertools.pairwise(edges))
    subjects = subjects_of(texts.document)
    for match in _WORD.finditer(clause.text):
        own, begin = match["own"], match.start()
        before = clause.text[:begin]
        is_one = following.get(begin) == begin + len(own)
        is_two = len(own) == 4 and following.get(begin) == begin + 2 and following.get(begin + 2) == begin + 4
        if _AFTER_A_NUMBER.search(before):
            continue
        closes = bool(_CLOSES.match(clause.text, begin + len(own)))
        after_verb = bool(_AFTER_A_VERB.search(before))
        follows = after_verb or (is_one and bool(_AFTER_A_MARK.search(before)))
        if not (closes and (follows or (is_two and _AFTER_A_SIGN.search(before)))) or not (is_one or is_two):
            continue
        if _SAYS_LITTLE.search(own) or is_stock(own) or OPENS.match(own) or _inside(clause.text, begin, subjects):
            continue
        if before.endswith("、") and _SHARED_HEAD.search(own):
            continue  # 党建、治理、服务工作: the head is of all three
        if own in texts.document.title or clause.text.count(own) > 1 or any(s in own or own in s for s in subjects):
            continue
        rest = f"{before}，{clause.text[begin + len(own) :]}"
        if any(half in rest and half not in texts.document.title for half in (own[:2], own[-2:])):
            continue  # 其中特别优秀的 tells 表现优秀
        start = clause.start + begin
        yield Point(article, clause, start, start + len(own), own, WORD, (), 0.0, lies=(), is_spare=True)


def _inside(text: str, begin: int, subjects: tuple[str, ...]) -> bool:
    """Whether the word goes on with what the whole document is about: (生态保护)补偿资金."""
    return any(text[max(0, begin - k) :].startswith(subject) for subject in subjects for k in range(1, len(subject)))
