"""办理程序: with whom, by whose leave and after hearing whom a thing is done, and forms that need less and are wrong
(会同有关部门 > 单独; 经批准 > 无需经批准; 应当征求 > 无需征求)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.material.clauses import Clause
from assistant.material.points import Point, Texts, swap
from index.records import Article

KIND = "办理程序"
WEIGHT = 1.3
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"会同[^，。；、]{2,16}?(?:部门|机关|机构|单位)(?=制定|编制|组织|确定|建立|划定|公布|分|拟订|提出|起草|负责|开展)"), "单独"),
    (re.compile(r"(?:^|(?<=[，；]))经(?!党中央|国务院同意)(?=[^，。；]{4,20}(?:批准|同意|审核|核准)(?:后|，))(?!.*应当)"), "无需经"),
    (re.compile(r"(?<=[^不未])应当(?=(?:公开)?征求|举行听证|组织听证|组织论证|向社会公[布开]|予以公告)"), "无需"),
)  # fmt: skip
"""What stands there, and what makes the statement false."""


def find_procedures(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    for pattern, lie in _SHAPES:
        for match in pattern.finditer(clause.text):
            yield swap(article, clause, match, KIND, WEIGHT, (lie,), may_recur=True)
