"""What a newspaper page prints beside the news: notices, lost-and-found, advertisements, photo captions. None is kept.

Notices name private people, so doubt counts against keeping: inside a notice column only clear prose ends it.
"""

from __future__ import annotations

import re

from index.clean import Passage

_HEADING = re.compile(
    r"^[\s【\[]*(?:.{0,14}(?:遗失|作废|挂失)?声明|.{0,24}(?:公\s*告|启\s*事|公\s*示|通\s*告|讣\s*告|寻\s*[人物]|招\s*[租聘商])|"
    r"特此公告|特此声明|.{0,8}广告|.{0,8}刊登.{0,8})[】\]\s]*$"
)
_CUE = re.compile(
    r"声明作废|特此(?:公告|声明|通告)|遗失|丢失|债权|注销登记|清算|减少注册资本|本公告(?:发布|见报|刊登)|联系人\s*[：:]|联系?电话|电话\s*[：:]|"
    r"广告|刊登|拍卖|尊敬的.{0,8}(?:客户|用户|业主)|不便.{0,4}谅解|统一社会信用代码|公章|收据|营业执照|迁址|职工[：:]$|"
    r"(?<!\d)\d{6}(?:19|20)\d{2}(?:\d{4}|\*{4,}|×{4,})|号码已隐去"
)
_BULLET = re.compile(r"^[▲●◆■★※]")
_DATE_LINE = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$")
_CREDIT = re.compile(r"^(?:据?新华社|本报|人民日报|中新社|光明日报)?(?:记者|通讯员|发)?.{0,16}[\s（(]?(?:摄|摄影|供图|图/文)[）)]?$|^新华社发[（(].{1,12}[）)]$")
_PICTURE = re.compile(r"^(?:图为|这是|\d{1,2}月\d{1,2}日，)|（?(?:无人机(?:照片|航拍)|资料图|拼版照片)）?")


def opens_notices(text: str) -> bool:
    """Whether a line is the heading of a notice or of a column of them.

    >>> [opens_notices(t) for t in ("遗失声明", "解除（终止）劳动合同的公告", "减资公告", "二、公告", "生态保护补偿条例")]
    [True, True, True, False, False]
    """
    return bool(_HEADING.match(text)) and len(text) <= 32 and not re.match(r"[一二三四五六七八九十]+、|关于", text)


def is_notice(text: str) -> bool:
    """Whether a passage reads like a notice or an advertisement, by its words or by a personal number in it."""
    return bool(_BULLET.match(text)) or bool(_CUE.search(text)) or opens_notices(text)


def stays_in_notices(text: str) -> bool:
    """Whether a passage after a notice still belongs to the column: another notice, a signature, a date, a fragment."""
    return is_notice(text) or bool(_DATE_LINE.match(text)) or len(text) < 40


def is_credit(text: str) -> bool:
    """Whether a line only says who took a picture.

    >>> [is_credit(t) for t in ("新华社发（某某摄）", "新华社记者 某某 摄", "新华社记者", "（新华社北京4月10日电）")]
    [True, True, False, False]
    """
    return len(text) <= 24 and bool(_CREDIT.match(text))


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
