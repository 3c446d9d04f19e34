"""列举题: a list as a multiple choice, as a question for its members, and with a line missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.material.clauses import ANNOUNCED, Clause, clauses, points_elsewhere, shown, with_gap
from assistant.material.items import CHOICES, Maker, is_damaged, is_understood, quoted_clause
from assistant.material.items_statement import LONGEST_OPTION
from assistant.material.points_list import KIND as LIST
from assistant.material.points_list import Listing, strangers
from assistant.material.records import BLANK, GAP, LETTERS, Item
from index.records import Article

MOST_OPTIONS = 5
SHORTEST_QUESTION, LONGEST_QUESTION = 14, 90
"""Characters of a question that is made of a clause with a list in it."""
_OF_ALL = re.compile(
    r"等(?:多种|各种|各类|多个)?(?P<what>[\u4e00-\u9fff]{0,4}?(?:方式|方法|形式|途径|手段|措施|因素|条件|特点|情况|方面|原则|机制|制度|体系|工作|活动|"
    r"服务|内容|事项|职责|部门|单位|机构|组织|人员|群体|对象|材料|信息|资料|设施|领域|区域|场所|行为|权益|费用|能力))"
)
"""What the members of a list are (等|因素)."""
_GOES_ON = re.compile("的|给予|予以|开展|实施|进行|组成|推进|加强|提供|纳入")
"""What may follow the name of the members; other words belong to it."""
_LEADS_IN = re.compile(
    "^(?:根据|通过|按照|依据|以|为了?|在|对)|(?:围绕|针对)[^，]*$|(?:通过|采取|采用|利用|运用|按照)$"
)
MOST_ASKED = 8
"""Members of a list that nobody can be asked to write down whole if there are more."""
LONGEST_LIST, LONGEST_LINE = 220, 12
"""Characters of a list that is printed with one of its lines missing, and of that line."""


def items_of_listing(maker: Maker, listing: Listing) -> Iterator[Item]:
    """A list as a multiple choice among members of this list and of others; a list of lines also as a question."""
    if listing.lead:
        yield from _list_question(maker, listing)
        yield from _missing_lines(maker, listing)
    else:
        yield from _inline_question(maker, listing)
    members = [m for m in listing.members if len(m) <= LONGEST_OPTION and not m.startswith("其他")]
    wrong = strangers(listing, maker.article, maker.texts)[:12]
    if len(members) < 2 or len(wrong) < 2:
        return
    if listing.lead and max(map(len, members)) > LONGEST_LINE:
        return  # whole sentences of another list are easily told apart
    chance = maker.chance(listing.start, listing.end, "list")
    right = chance.sample(members, min(len(members), chance.choice((2, 3, 3)), MOST_OPTIONS - 1))
    false = chance.sample(wrong, min(len(wrong), MOST_OPTIONS - len(right) if len(right) > 2 else CHOICES - len(right)))
    options = [*right, *false]
    chance.shuffle(options)
    key = "".join(LETTERS[k] for k, option in enumerate(options) if option in right)
    clause = _clause_of(maker.article, listing)
    if clause is not None and "不得" in clause.text[: listing.start - clause.start]:
        return  # what is banned elsewhere is banned here
    if listing.lead:
        question = _as_question(listing.lead, "哪些")
        if "哪些" not in question:
            return
        stem = f"{maker.opening()}{question}"
        quote = maker.article.text.rfind(listing.lead, 0, listing.start), listing.end
    elif clause is not None:
        stem = maker.stem(with_gap(clause, listing.start, listing.end, GAP))
        quote = clause.start, clause.end
    else:
        return
    outside = "、".join(LETTERS[k] for k, option in enumerate(options) if option in false)
    explanation = f"原文列举的是：{'、'.join(listing.members)}{'等' if listing.is_open else ''}。{outside}不在其中。"
    yield maker.item("多选", stem, options, key, explanation, quote, (listing.start, listing.end), LIST, "难")


def _list_question(maker: Maker, listing: Listing) -> Iterator[Item]:
    question = _as_question(listing.lead, "哪些")
    if (
        "哪些" not in question
        or len(listing.members) > MOST_ASKED
        or re.search("除外|(?:以下|下列|哪些)规定", question)
    ):
        return
    if any(points_elsewhere(member) for member in listing.members):
        return
    start = maker.article.text.rfind(listing.lead, 0, listing.start)
    key = "；".join(listing.members) + "。"
    explanation = f"共 {len(listing.members)} 项，见{maker.article.label}。"
    yield maker.item(
        "简答",
        maker.opening() + question,
        (),
        key,
        explanation,
        (start, listing.end),
        (listing.start, listing.end),
        LIST,
        "难",
    )


def _inline_question(maker: Maker, listing: Listing) -> Iterator[Item]:
    """A list in a clause as a question: 应当综合考虑甲、乙、丙等因素 > 应当综合考虑哪些因素？"""
    clause = _clause_of(maker.article, listing)
    text = maker.article.text
    what = _OF_ALL.match(text, listing.end)
    if clause is None or what is None or len(listing.members) > MOST_ASKED or not is_understood(maker.article, clause):
        return
    before, after = text[clause.start : listing.start], text[what.end() : clause.end].strip("。；")
    piece = re.split("[，；：]", before)[-1]
    goes_on = re.match("[\u4e00-\u9fff]", after) and not _GOES_ON.match(after)
    if goes_on and not _LEADS_IN.search(piece):
        return  # 等方面|能力
    rest = after if _LEADS_IN.search(piece) else re.split("[，；：]", after)[0]
    question = f"{before}哪些{what['what']}{rest}"
    is_plain = (
        clause.stands
        and "是指" not in before
        and not points_elsewhere(question)
        and "等" not in question
        and "其" not in question
    )
    if not is_plain or is_damaged(maker.article, clause) or not SHORTEST_QUESTION <= len(question) <= LONGEST_QUESTION:
        return
    key = "；".join(listing.members) + "。"
    explanation = f"原文：{quoted_clause(clause)}"
    quote, tested = (clause.start, clause.end), (listing.start, listing.end)
    yield maker.item("简答", f"{maker.stem(question)}？", (), key, explanation, quote, tested, LIST, "难")


def _missing_lines(maker: Maker, listing: Listing) -> Iterator[Item]:
    """The whole list, a short line of it left out; not the first, which the others call to mind."""
    text = maker.article.text
    begin = text.rfind(listing.lead, 0, listing.start)
    if listing.end - begin > LONGEST_LIST:
        return
    for start, member in list(zip(listing.starts, listing.members, strict=True))[1:]:
        if len(member) <= LONGEST_LINE and not member.startswith("其他"):
            end = start + len(member)
            gap = f"{text[begin:start]}{BLANK}{text[end : listing.end]}"
            stem = maker.stem(shown("".join(gap.split("\n"))))
            explanation = f"原文列举的是：{'；'.join(listing.members)}。"
            yield maker.item("填空", stem, (), member, explanation, (begin, listing.end), (start, end), LIST, "中")


def _as_question(lead: str, asks: str) -> str:
    """The lead of a list as a question.

    >>> _as_question("地区间横向补偿针对下列区域开展：", "哪些")
    '地区间横向补偿针对哪些区域开展？'
    """
    bare = shown(lead.rstrip("：:")).rstrip("。")
    return re.sub(rf"下列|以下(?={ANNOUNCED})", asks, bare, count=1) + "？"


def _clause_of(article: Article, listing: Listing) -> Clause | None:
    return next((c for c in clauses(article) if c.start <= listing.start < c.end), None)
