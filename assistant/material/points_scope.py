"""适用范围: who and what a rule reaches, and by whom it is done, with forms that reach less or need less and are wrong
(单位和个人 > 单位，不包括个人; 会同有关部门 > 单独; 经批准 > 无需经批准)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.material.clauses import Clause
from assistant.material.points import Point, Texts
from index.records import Article

KIND = "适用范围"
WEIGHT = 1.3
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"单位(?:和|或者|、)个人(?=[，按依由给应可])(?<!任何单位和个人)(?<!任何单位、个人)(?<!任何单位或者个人)"), "单位（不包括个人）"),
    (re.compile(r"会同[^，。；、]{2,16}?(?:部门|机关|机构|单位)(?=制定|编制|组织|确定|建立|划定|公布|分|拟订|提出|起草|负责|开展)"), "单独"),
    (re.compile(r"(?<=[，；])经(?!党中央|国务院同意)(?=[^，。；]{2,20}(?:批准|同意|审核|核准)(?:后|，))"), "无需经"),
    (re.compile(r"^经(?=[^，。；]{4,20}(?:批准|同意|审核|核准)(?:后|，))"), "无需经"),
    (re.compile(r"中央财政和(?:省级|地方)财政(?=可以|应当|对|给予|分别)"), "中央财政（不包括地方财政）"),
    (re.compile(r"(?<=[^不未])应当(?=(?:公开)?征求|听取|举行听证|组织听证|组织论证|组织专家|书面|向社会公[布开]|事先|予以公告)"), "无需"),
    (re.compile(r"(?<=[^不未])应当(?=签订|订立|编制|制定|设置|设立|建立)"), "可以不"),
)  # fmt: skip
"""What stands there, and what makes the statement false."""


def find_scopes(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    for pattern, lie in _SHAPES:
        for match in pattern.finditer(clause.text):
            start, end = clause.start + match.start(), clause.start + match.end()
            yield Point(
                article,
                clause,
                start,
                end,
                match.group(),
                KIND,
                (),
                WEIGHT,
                lies=(lie,),
                can_be_blank=False,
                may_recur=True,
            )
