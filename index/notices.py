"""What a newspaper page prints beside the news: notices, lost-and-found, advertisements, photo captions. None is kept.

Notices name private people, so doubt counts against keeping: inside a notice column only clear prose ends it.
"""

from __future__ import annotations

import re

from index.clean import TERMINAL, Passage
from index.headings import read_marker
from index.metadata import is_issuer_line

_HEADING = re.compile(
    r"^[\s【\[]*(?:.{0,14}(?:遗失|作废|挂失)?声明|.{0,24}(?:公\s*告|启\s*事|公\s*示|通\s*告|讣\s*[告闻]|寻\s*[人物]|招\s*[租聘商领])|"
    r"特此公告|特此声明|.{0,8}广告|.{0,8}刊登.{0,8})[】\]\s]*$"
)
_CUE = re.compile(
    r"声明作废|特此(?:公告|声明|通告)|遗失|丢失|债权|注销登记|清算|减少注册资本|本公告(?:发布|见报|刊登)|联系人\s*[：:]|联系?电话|电话\s*[：:]|"
    r"广告|刊登|拍卖|尊敬的.{0,8}(?:客户|用户|业主)|不便.{0,4}谅解|统一社会信用代码|公章|收据|营业执照|迁址|职工[：:]$|"
    r"(?<!\d)\d{6}(?:19|20)\d{2}(?:\d{4}|\*{4,}|×{4,})|号码已隐去"
)
_SURE_CUE = re.compile(
    r"声明作废|作废声明|特此(?:公告|声明|通告)|联系人\s*[：:]|电话\s*[：:]|(?<!\d)\d{6}(?:19|20)\d{2}(?:\d{4}|\*{4,}|×{4,})|号码已隐去"
)
"""What no clause of a law says, unless it lays down a rule: laws, too, speak of debts, seals, licences and advertisements."""

_RULE = re.compile(r"应当|不得|可以|可|须|应")
_PRIVATE = re.compile(
    r"走失|失踪|知情者|重谢|拾到|认领|逝世|辞世|去世|享年|终年|告别|吊唁|治丧|泣告|亲属|家属|亲友|喜结|完婚|[，、][男女][，、]|现年|身高|住址|户籍"
)
_CLOSING = re.compile(
    r"特此(?:公告|声明|通告|公示|启事|告知|致歉)|声明作废|谨此.{0,12}[。！]?$|\d{4}年\d{1,2}月\d{1,2}日$"
)
_POLICY_TITLE = re.compile(r"(?:条例|意见|办法|规定|细则|方案|规划|纲要|决定|规则|答记者问)(?:[（(].{1,20}[）)])?$")
_OFFICIAL = re.compile(r"^.{2,20}(?:部|局|署|委|院|银行|政府|委员会|办公厅|办公室).{0,12}关于")
_SIGNED = re.compile(r"人\s*[：:]|泣|敬|携|率|亲属|家属")
_BULLET = re.compile(r"^[▲●◆■★※]")
_DATE_LINE = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$")
_CREDIT = re.compile(
    r"^(?:据?新华社|本报|人民日报|中新社|光明日报)?(?:记者|通讯员|发)?.{0,16}[\s（(]?(?:摄|摄影|供图|图/文)[）)]?$|^新华社发[（(].{1,12}[）)]$"
)
_CAPTION = re.compile(
    r"^(?:图为|这是|[上下左右]图|\d{1,2}月\d{1,2}日，).{0,160}[\s（(。].{0,16}(?:摄|摄影|供图)[）)]?$"
)
_PICTURE = re.compile(r"^(?:图为|这是|\d{1,2}月\d{1,2}日，)|（?(?:无人机(?:照片|航拍)|资料图|拼版照片)）?")


def opens_notices(text: str) -> bool:
    """Whether a line is the heading of a notice or of a column of them.

    >>> [opens_notices(t) for t in ("遗失声明", "解除（终止）劳动合同的公告", "减资公告", "二、公告", "第三章 公告", "生态保护补偿条例")]
    [True, True, True, False, False, False]
    """
    if len(text) > 32 or not _HEADING.match(text) or _OFFICIAL.match(text):
        return False
    return read_marker(text) is None and not text.startswith("关于")


def is_notice(text: str) -> bool:
    """Whether a passage reads like a notice or an advertisement, by its words or by a personal number in it."""
    return bool(_BULLET.match(text)) or bool(_CUE.search(text)) or opens_notices(text)


def is_notice_among_clauses(text: str) -> bool:
    """Whether a passage that stands between the clauses of a law is a notice all the same.

    >>> [is_notice_among_clauses(t) for t in ("●某某遗失收据一张，声明作废。", "遗失营业执照的，应当声明作废。", "公司清算时，债权人应当申报债权。")]
    [True, False, False]
    """
    if _BULLET.match(text) and _CUE.search(text):
        return True
    return opens_notices(text) or (bool(_SURE_CUE.search(text)) and not _RULE.search(text))


def stays_in_notices(text: str) -> bool:
    """Whether a passage after a notice still belongs to the column: another notice, a signature, a date, a fragment."""
    return is_notice(text) or bool(_PRIVATE.search(text)) or bool(_DATE_LINE.match(text)) or len(text) < 40


def closes_notice(text: str) -> bool:
    """Whether a notice is over with this passage: “特此公告”, “声明作废”, or its date. Until then all of it is the notice."""
    return bool(_CLOSING.search(text))


def begins_policy(passages: list[Passage], index: int) -> bool:
    """Whether a passage surely begins or goes on with a policy text: 第X章, 第X条, 问：, or a title before 一、 or 第一条."""
    passage = passages[index]
    marker = read_marker(passage.text)
    if marker is not None:
        return marker.level in ("book", "chapter", "article", "question")
    if len(passage.text) > 60 or opens_notices(passage.text):
        return False
    if passage.level:
        return len(passage.text) >= 8 and not is_notice(passage.text)
    if not _POLICY_TITLE.search(passage.text):
        return False
    for later in passages[index + 1 : index + 9]:
        found = read_marker(later.text)
        if found is not None and found.number == 1:
            return found.level in ("chapter", "article", "one", "question")
        if opens_notices(later.text):
            return False
    return False


def headline_before(passages: list[Passage], index: int) -> list[Passage]:
    """The headline lines that stand between a notice and the text at `index`; signatures and dates are none."""
    start = index
    while start and index - start < 4 and _may_be_headline(passages[start - 1].text):
        start -= 1
    return passages[start:index]


def _may_be_headline(text: str) -> bool:
    if not 6 <= len(text) <= 60 or text[-1] in TERMINAL.replace("”", "").replace("）", ""):
        return False
    is_signature = is_notice(text) or closes_notice(text) or bool(_SIGNED.search(text) or _PRIVATE.search(text))
    return is_issuer_line(text) or not (is_signature or is_credit(text))


def is_credit(text: str) -> bool:
    """Whether a line only says who took a picture, alone or after the picture's text.

    >>> [is_credit(t) for t in ("新华社发（某某摄）", "新华社记者 某某 摄", "新华社记者", "（新华社北京4月10日电）")]
    [True, True, False, False]
    >>> is_credit("图为居民在社区食堂用餐。本报记者 某某 摄")
    True
    """
    return (len(text) <= 24 and bool(_CREDIT.match(text))) or bool(_CAPTION.match(text))


def drop_captions(passages: list[Passage]) -> list[Passage]:
    """The passages of one titled item without credits and without the picture texts that stand before them.

    A picture text begins with a day (“4月10日，某地…”) or says 图为/无人机照片; the item's own first passage stays.
    """
    kept: list[Passage] = []
    for passage in passages:
        if not is_credit(passage.text):
            kept.append(passage)
            continue
        recent = range(max(1, len(kept) - 3), len(kept))
        start = next((i for i in recent if _PICTURE.search(kept[i].text)), None)
        if start is not None:
            del kept[start:]
    return kept


def has_credit(passages: list[Passage]) -> bool:
    return any(is_credit(p.text) for p in passages)
