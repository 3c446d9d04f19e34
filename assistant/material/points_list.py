"""列举: the lists in clauses (甲、乙、丙等), their members, and members of other lists that do not belong there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.material.clauses import Clause, clauses
from assistant.material.points import Point, Texts
from assistant.material.remember import remembered
from assistant.material.similar import SAME, likeness
from assistant.material.stock import is_stock
from assistant.sentences import split_sentences
from index.records import NEWS, Article, Document
from index.tokens import word_edges

KIND = "列举内容"
FEWEST = 3
MOST_MEMBERS = 6
"""Of a list whose single members are still asked for: nobody learns the seventh of twelve."""
PLAUSIBLE = 0.3
SURELY_PLAUSIBLE = 0.4
"""Cosine with a member from which a stranger could be taken for one; for members of two characters, which are anything."""
LONGEST_MEMBER = 24
_DEEDS = re.compile(r"(?:^为了?|着力)(?P<deeds>[^。；：、]+?)(?=，(?:根据|依据|按照|经|制定|结合|现)|[。；])")
_VERB = re.compile(
    r"保护|加强|规范|调动|推动|推进|促进|维护|保障|提高|提升|增强|健全|完善|优化|深化|强化|发展|防止|防范|预防|改善|巩固|落实|建设|实现|鼓励|引导|打击|惩治|节约"
)
_ETC = r"(?<![高平同对均优中初上下特相何])等(?![级候待于同])"
_INNER = re.compile(rf"(?<=、)(?P<own>(?:(?!的|和|与|及|或)[\u4e00-\u9fff]){{3,8}}?)(?=、|{_ETC})")
_LINE_MARK = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十]))\s*"
)
_RUN = re.compile(rf"(?:(?!{_ETC})[^，；：。！？\n（）()“”])+(?:{_ETC})?")
_CLOSES = re.compile(_ETC)
_JOIN = re.compile(
    r"、|以及|或者|(?<![共总附])和(?![谐平睦解])|(?<![普涉波])及(?![时其])|(?<![赋给参])与(?![会者])|或(?!者)"
)

_TAIL = re.compile(
    r"(?:(?:相应|全面|切实|不断|持续)[提加增][升强高]|为重点|为主|为辅|为核心|为基础|为导向|相统一|相结合|相协调|相衔接|并重|的)$"
)
_PREDICATE = re.compile(r"(?:加强|提升|提高|增强|增加|减少|完善|健全|改善|推进|落实|优化|调整|使用|开展)$")
_HEAD = re.compile(
    r"(?:制度|机制|体系|工作|标准|能力|意识|原则|活动|事项|部门|人员|关系|建设|方式|内容|范围|手续|行为|行动|工程|服务)$"
)
"""What the last member may have for all: 日常考勤、请销假、请示报告制度."""
OPENS = re.compile(
    r"主要包括|包括|包含|注重加强|突出|积极吸纳|灵活运用|建立健全|健全完善|推动|推进|促进|加强|健全|完善|落实|严格|强化|提高|提升|增强|开展|推行|实行|"
    r"实施|规范|建立|制定|组织|参加|运用|采取|通过|统筹|引导|支持|鼓励|吸纳|优化|深化|防止|纠治|整治|履行|承担|享受|提供|给予|保障|维护|保护|"
    r"尊重|发挥|坚持|树立|树牢|弘扬|依托|利用|针对|根据|按照|依据|遵循|结合|围绕|聚焦|综合考虑|统筹考虑|考虑|明确|载明|列入|纳入|作为|成为|涉及|"
    r"属于|存在|发生|从事|负责|做好|抓好|用于|帮助|营造|激发|拓宽|加大|加快|扩大|培育|培养|构建|搭建|打造|实现|形成|增加|减少|具有|具备|享有|经过|参照|"
    r"国务院|可以|应当|不得|的|一支|让|做到|各级|参与|评选|随着|其|"
    r"由|对|以|将|把|从|向|在|为|与|按|如|于|有|被|给|是"
)
"""Words after which a list begins."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list in a clause, or of lines after a colon. Spans are offsets into `article.text`; `members` are without numbers
    and closing signs, `starts` where each begins. `is_open`: the text closes it by 等."""

    start: int
    end: int
    members: tuple[str, ...]
    starts: tuple[int, ...]
    is_open: bool
    lead: str = ""


@remembered(4096)
def listings(article: Article) -> tuple[Listing, ...]:
    """The lists of at least three members in an article, whose first and last members are cut out with certainty."""
    found = [listing for clause in clauses(article) for listing in _in_clause(clause)]
    return tuple(found) + tuple(_of_lines(article))


def _in_clause(clause: Clause) -> Iterator[Listing]:
    yield from _of_pieces(clause)
    for run in _RUN.finditer(clause.text):
        if run.group().count("、") < 1:
            continue
        pieces = _split(run.group(), clause.start + run.start())
        if len(pieces) < FEWEST:
            continue
        listing = _trimmed(pieces, clause)
        if listing is not None:
            yield listing


def _of_pieces(clause: Clause) -> Iterator[Listing]:
    """Three and more parts between commas that each say what is to be done (保护和改善生态环境，推动生态文明建设，…)."""
    for match in _DEEDS.finditer(clause.text):
        begin = clause.start + match.start("deeds")
        pieces = match["deeds"].split("，")
        starts, position = [], begin
        for piece in pieces:
            starts.append(position)
            position += len(piece) + 1
        has_verbs = all(_VERB.match(piece) for piece in pieces)
        if len(pieces) >= FEWEST and has_verbs and all(5 <= len(piece) <= LONGEST_MEMBER for piece in pieces):
            yield Listing(begin, position - 1, tuple(pieces), tuple(starts), False)


def _split(run: str, offset: int) -> list[tuple[int, str]]:
    """The run between its marks; the last mark may be a word (和), where the text does not close the list by 等 (in
    “治理和修复等” it may be inside a member)."""
    pieces, position = [], 0
    for match in re.finditer("、|以及", run):
        pieces.append((offset + position, run[position : match.start()]))
        position = match.end()
    rest = run[position:]
    joint = None if _CLOSES.search(rest) else next(_JOIN.finditer(rest), None)
    if joint is not None and joint.start() >= 2:
        pieces.append((offset + position, rest[: joint.start()]))
        position, rest = position + joint.end(), rest[joint.end() :]
    return [*pieces, (offset + position, rest)]


def _trimmed(pieces: list[tuple[int, str]], clause: Clause) -> Listing | None:
    """The first member without what leads to it, the last without what follows; None where that is doubtful."""
    if not all(len(text) >= 2 for _, text in pieces):
        return None
    middle = [text for _, text in pieces[1:-1]]
    last_start, last = pieces[-1]
    close = _CLOSES.search(last)
    usual = sorted(map(len, middle))[len(middle) // 2]
    owned = last.find("的")
    if close and close.start() >= 2:
        last = last[: close.start()]
    elif abs(owned - usual) <= 1 and not any("的" in text for text in middle):
        last = last[:owned]
    elif clause.text[last_start + len(last) - clause.start :][:1] not in tuple("，；。"):
        return None
    last = _TAIL.sub("", last)
    if len(last) >= 4 and all(len(text) == 2 for text in middle) and 2 in word_edges(last):
        last = last[:2]  # 新建、改建、扩建|船闸
    if len(last) >= 1.5 * usual and not close and len(bare := _HEAD.sub("", last)) >= 2:
        last = bare
    others = [*middle, last]
    if _is_doubtful(middle, last, bool(close)):
        return None
    first_start, first = _cut_opening(*pieces[0], others, clause)
    members = (first, *others)
    if re.search("应当|可以|不得|必须", first):
        return None
    lengths = [len(member) for member in members]
    closes_all = (
        not close
        and bool(_PREDICATE.search(last))
        and len(last) > usual
        and not any(_PREDICATE.search(text) for text in middle)
    )
    if closes_all or any(text.startswith(("其", "该", "国家", "有关", "本意见", "本条例")) for text in members):
        return None
    if min(lengths) < 2 or max(lengths) > LONGEST_MEMBER or max(lengths) > 2 * min(lengths) + 2 or not _alike(members):
        return None
    starts = (first_start, *(start for start, _ in pieces[1:]))
    return Listing(first_start, last_start + len(last), members, starts, bool(close))


def _is_doubtful(middle: Sequence[str], last: str, is_closed: bool) -> bool:
    """Whether the last member may have more in it than a member: what is said of all (抄表收费人员勒索用户), or an object of
    all (新建、改建、扩建船闸)."""
    if any(re.search("应当|可以|不得|必须|滥用职权|玩忽职守|行政法规|自治区|直辖市", text) for text in (*middle, last)):
        return True
    if any(
        re.search("(?<=.)(?:新建|改建|扩建|从事|进行|按照|根据|通过|一致$|通行$)", text) for text in (*middle, last)
    ):
        return True
    usual = max(map(len, middle))
    has_joint = any(re.search("[和或及]", text) for text in (*middle, last))
    return not is_closed and (has_joint or len(last) > usual + 2)


def _cut_opening(start: int, text: str, others: Sequence[str], clause: Clause) -> tuple[int, str]:
    """Where the first member begins: after the opening word that leaves about as much as the others have, rather one with
    nothing but opening words before it; at the start of the piece where that is as likely; "" where nothing fits."""
    edges = word_edges(text)
    sizes = sorted(map(len, others))
    usual, tails = sizes[len(sizes) // 2], {other[-1] for other in others}
    opens = [m for m in OPENS.finditer(text) if m.end() in edges and len(text) - m.end() >= 2]
    opens = [m for m in opens if not any(other.startswith(m.group()) for other in others)]
    consumed, costs = 0, []
    if 2 * sum(bool(OPENS.match(other)) for other in others) > len(others):  # each has a verb of its own
        costs = [
            (_misfit(text[m.start() :], sizes, tails), m.start()) for m in OPENS.finditer(text) if m.start() in edges
        ]
        opens = []
    for match in opens:
        is_plain = match.start() == consumed
        consumed = match.end() if is_plain else consumed
        sure = is_plain or match.group() in ("随着", "包括", "主要包括", "依据", "根据", "按照", "通过", "作为")
        goes_on = 2.0 if OPENS.match(text, match.end()) else 0.0
        costs.append((_misfit(text[match.end() :], sizes, tails) - (2.0 if sure else 0.0) + goes_on, match.end()))
    starts_clause = clause.text[: start - clause.start][-1:] in ("", "：", "“", "，")
    if starts_clause or not costs:
        costs.append((_misfit(text, sizes, tails) + (2.0 if consumed else 0.0), 0))
    cost, cut = min(costs, key=lambda pair: (pair[0], -pair[1]))
    return (start + cut, text[cut:]) if cost <= max(2.0, 0.4 * usual) else (start, "")


def _misfit(text: str, sizes: Sequence[int], tails: set[str]) -> float:
    """How far a member's length is outside of the others' lengths, and whether it ends like one of them."""
    outside = max(0, sizes[0] - len(text), len(text) - sizes[-1])
    return outside + 0.2 * abs(len(text) - sizes[len(sizes) // 2]) - (1.0 if text[-1] in tails else 0.0)


def _alike(members: Sequence[str]) -> bool:
    """Whether nothing in the list is a member with a tail of its own: 的 stands in all but one of the members or in none."""
    with_of = sum("的" in member for member in members)
    return with_of in (0, len(members)) or with_of > 1


def _of_lines(article: Article) -> Iterator[Listing]:
    for sentence in split_sentences(article):
        lead, newline, rest = sentence.text.partition("\n")
        if not newline or not lead.rstrip().endswith(("：", ":")):
            continue
        members, starts, position = [], [], sentence.start + len(lead) + 1
        for line in rest.split("\n"):
            mark = _LINE_MARK.match(line)
            bare = line[mark.end() if mark else 0 :].strip().rstrip("；;。，")
            if bare:
                members.append(bare)
                starts.append(position + line.index(bare))
            position += len(line) + 1
        if len(members) >= FEWEST:
            yield Listing(starts[0], starts[-1] + len(members[-1]), tuple(members), tuple(starts), False, lead.strip())


def strangers(listing: Listing, article: Article, texts: Texts) -> list[str]:
    """Members of other lists that could be taken for members of this one: of about the same length, those nearest in meaning
    and of this document first; none that the article names, and none that says the same as a member (they share two
    characters, or mean much the same)."""
    usual = sorted(len(member) for member in listing.members)[len(listing.members) // 2]
    has_verb = 2 * sum(bool(OPENS.match(m)) for m in listing.members) > len(listing.members)
    tails = {member[-1] for member in listing.members}
    own_pairs = {m[i : i + 2] for m in listing.members for i in range(len(m) - 1)}
    low, high = min(map(len, listing.members)) - 1, max(map(len, listing.members)) + 2
    found: dict[str, int] = {}
    for document in (texts.document, *texts.others()):
        for number, member in _all_members(document):
            if document is texts.document and number == article.number:
                continue
            pairs = {member[i : i + 2] for i in range(len(member) - 1)}
            fits = low <= len(member) <= high and not pairs & own_pairs and member not in article.text
            if fits and member[-1] in tails and bool(OPENS.match(member)) == has_verb:
                found.setdefault(member, document is not texts.document)
    alike = likeness(list(found), listing.members)
    order = {
        member: score - 0.1 * is_foreign - 0.02 * abs(len(member) - usual)
        for (member, is_foreign), score in zip(found.items(), alike, strict=True)
        if (PLAUSIBLE if usual > 2 else SURELY_PLAUSIBLE) <= score < SAME
    }
    return sorted(order, key=lambda member: (-round(order[member], 6), member))


@remembered(64)
def _all_members(document: Document) -> tuple[tuple[str, str], ...]:
    """Article number and member, of all lists of a document; none that points elsewhere, and none of news."""
    if document.kind == NEWS:
        return ()
    leans = ("其他", "其", "该", "前款", "本")
    return tuple(
        (article.number, member)
        for article in document.articles
        for listing in listings(article)
        for member in listing.members
        if not member.startswith(leans)
    )


def find_members(article: Article, clause: Clause, texts: Texts) -> Iterator[Point]:
    """Each member of a list in the clause as a place for a blank. A stranger in its place would mostly be nonsense there."""
    for listing in listings(article):
        if listing.lead or not clause.start <= listing.start < clause.end or len(listing.members) > MOST_MEMBERS:
            continue
        if clause.text[: listing.start - clause.start].endswith("不得"):
            continue  # one ban is like the other
        if any(is_stock(member) for member in listing.members[1:]):
            continue  # 工会、共青团、妇女联合会: everybody knows the series
        longest = max(map(len, listing.members[:-1]))
        for start, member in zip(listing.starts, listing.members, strict=True):
            if member is listing.members[-1] and not listing.is_open and len(member) > longest:
                continue  # it may end in what all share: 物耗、能耗|情况
            opens_clause = start == clause.start  # nothing before it says what is listed
            if (
                2 <= len(member) <= 8
                and not opens_clause
                and not re.search("等|有关|相关", member)
                and not _is_series(member, listing.members)
            ):
                short = len(member) <= 3
                yield Point(article, clause, start, start + len(member), member, KIND, (), 0.8, lies=(), is_spare=short)
    yield from _inner_members(article, clause)


def _is_series(member: str, members: Sequence[str]) -> bool:
    """Whether the others give it away: 西段、中段、东段."""
    return len(member) <= 3 and any(other != member and set(other) & set(member) for other in members)


def _inner_members(article: Article, clause: Clause) -> Iterator[Point]:
    """Members whose two ends are sure, of lists whose first member cannot be cut out."""
    known = [(listing.start, listing.end) for listing in listings(article)]
    edges = word_edges(clause.text)
    for match in _INNER.finditer(clause.text):
        start, end = clause.start + match.start("own"), clause.start + match.end("own")
        is_word = {match.start("own"), match.end("own")} <= edges and clause.text.count(match["own"]) == 1
        if match["own"] in ("自治区", "直辖市", "自治州") or is_stock(match["own"]):
            continue  # who knows the state knows its parts
        if is_word and not any(a <= start < b for a, b in known) and not _PREDICATE.search(match["own"]):
            yield Point(article, clause, start, end, match["own"], KIND, (), 0.5, lies=())
