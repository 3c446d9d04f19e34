"""How near a sentence in somebody's own words is to the text: its words, numbers, bodies, kinds of rule and denials.

A `source` is always words of the text. Pieces are what stands between commas: a number or body counts where it stands
beside the same words, not anywhere in a sentence.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

from assistant.material.points_body import named_bodies
from assistant.material.points_word import contraries
from assistant.polarity import modalities, nearest_piece
from assistant.verification import NUMBER, unsupported
from index.numerals import parse_numeral
from index.records import Article, Document
from index.tokens import content_words, searched_form

ENOUGH = 0.6
"""Share of the words of a right answer that must stand in the quoted sentences."""
STATED = 0.8
"""Share of the words of a wrong option from which on the text says as much."""
RULE = "程度"

_SHORT = 8  # characters; a shorter piece denies nothing
_NOWHERE = Document("", "", "", "", "plain", (), "")
_RULES = {"ban", "may", "must", "encourage"}
_NEGATION = re.compile(r"不(?![少低超足断同仅但])|无(?![须需障])|未(?!来)|没|别(?=[给让收])|禁止|严禁|拒绝|违[反规]")
_DENIED = re.compile(r"(?:不得|禁止|严禁)(?![将把])([^，。；\n]+)")
_BOUND_LEVEL = re.compile(r"级(?:及)?以[上下]")
_BEFORE = re.compile(r"^.?[由在向报经和与及对到给是为的应请让把被同](?=.*街道|.*[委局厅院])")
"""What `verification` may take for the beginning of a body's name: 日常由街道办."""
_EVERY = re.compile(r"每(?:半?年|季度?|月|周|日|天|届)")
_REQUIRES = re.compile(r"须|才|至少|不少于|不低于|要求")
_BODY = re.compile(r"国务院|街道|[省市县]人民政府|本级|[上下]一?级(?!以)")
_HEAD = re.compile(r"(.{2,16}?)(?:应当|可以|不得|必须|负责)")
_ONLY = re.compile(r"只[有能是由]|仅|一律|任何|唯一")
_PIECE = re.compile(r"[，；。\n]")
_QUIET = re.compile(r"[\W_]+")
_EXAM_WORD = re.compile(
    "根据|规定|下列|以下|正确|错误|说法|做法|符合|属于|不属于|包括|要求|内容|哪些|多少|由谁|关于|答复|表述|选项|应当|可以|不得|必须"
)
"""What every examination says."""


def bare(text: str) -> str:
    """The letters and digits of a text."""
    return _QUIET.sub("", text)


def own_words(text: str) -> list[str]:
    """The words of a text that have a content, none that is a part of another one.

    >>> own_words("下列说法正确的是：社区工作者应当积极配合")
    ['社区', '工作者', '积极', '配合']
    """
    found = [w for w in content_words(text) if len(w) > 1 and not w.isdigit() and not _EXAM_WORD.fullmatch(w)]
    return [word for word in found if not any(word in other and word != other for other in found)]


def coverage(text: str, source: str) -> float:
    """Share of the words of a text that a source has, 0–1; of a text without words, of its characters."""
    known = searched_form(source)
    own = own_words(text) or [c for c in searched_form(bare(text)) if not c.isdigit()]
    return sum(word in known for word in own) / len(own) if own else 1.0


def lacking(text: str, source: str) -> list[str]:
    """Numbers, dates, frequencies and bodies of a text that a source has not."""
    often = [every for every in _EVERY.findall(text) if every not in source]
    found = unsupported(text, Article("", "", "", "", "", source), _NOWHERE)
    return often + [each for each in found if _BEFORE.sub("", each) not in source]


def differences(text: str, source: str) -> list[str]:
    """In what a text differs from a source that speaks of the same: 数字, 主体, 范围, 程度, 口径, 否定."""
    beside = _beside(text, source)
    bodies = [body for body in _bodies(text) if body not in source]
    is_other_word = any(
        word in source and word not in text and any(o in text and o not in source for o in others)
        for word, others in contraries().items()
    )
    found = {
        "数字": bool(lacking(text, source)),
        "主体": bool(bodies) and not _BOUND_LEVEL.search(source),
        "范围": bool(_ONLY.search(text)) and not _ONLY.search(source),
        RULE: any(_is_other_rule(piece, near if own_words(piece) else source, source) for piece, near in beside),
        "口径": is_other_word,
        "否定": _is_denied(text, source, beside),
    }
    return [name for name, differs in found.items() if differs]


def is_misplaced(text: str, source: str, asked: str = "") -> bool:
    """Whether a number, body or actor of the text stands in the source, but not where it speaks of the same.

    `asked`: the question that the text answers, where it says nothing by itself.

    >>> is_misplaced("社区在3天内答复", "社区在5天内答复，可以延长3天")
    True
    """
    for piece in filter(None, _PIECE.split(text)):
        rest = functools.reduce(lambda left, part: left.replace(part, ""), [*_numbers(piece), *_bodies(piece)], piece)
        own = _nearest(piece, source)
        if _is_other_actor(piece, own, source):
            return True
        if coverage(piece, own) >= ENOUGH and coverage(rest, own) >= 0.5 and not _lacks(piece, own):
            continue
        near = _nearest(asked + rest, source)
        is_of_kind = any(all(found(each) for each in (piece, near)) for found in (_numbers, _bodies))
        if is_of_kind and _lacks(piece, near):
            return True
    return False


def _is_other_actor(piece: str, near: str, source: str) -> bool:
    """Whether somebody stands before 应当, 可以 … who in the source stands elsewhere."""
    head, other = (_HEAD.match(each) for each in (piece, near))
    if not head or not other or not coverage(head[1], other[1]):
        return False
    is_swapped = any(word in source and word not in other[1] for word in own_words(head[1]))
    return is_swapped and coverage(other[1], head[1]) < 1


def _lacks(piece: str, near: str) -> bool:
    return bool(lacking(piece, near)) or any(body not in near for body in _bodies(piece))


def is_stated(text: str, decisive: str, articles: Iterable[Article]) -> bool:
    """Whether the text says the same in nearly the same words, in as many pieces; `decisive` are those of them that
    matter."""
    if len(content_words(text)) < 4:
        return False
    width = len(_PIECE.findall(text.rstrip("。"))) + 1
    windows = (window for article in articles for window in _windows(article.text, width))
    return any(
        min(coverage(text, window), coverage(decisive, window)) >= STATED
        and not differences(text, window)
        and not is_misplaced(text, window)
        for window in windows
    )


def is_consequence(text: str, source: str) -> bool:
    """Whether a number of the text lies beyond a bound of the source.

    >>> is_consequence("工作满12年的可以", "工作10年以上的，可以"), is_consequence("工作满8年的可以", "工作10年以上的，可以")
    (True, False)
    """
    if _REQUIRES.search(text):
        return False
    for bound in NUMBER.finditer(source):
        after = source[bound.end() : bound.end() + 3]
        sign = 1 if re.match(r"及?以上", after) else -1 if re.match(r"及?以下", after) else 0
        for other in NUMBER.finditer(text) if sign else ():
            if unit(other) == unit(bound) and sign * (_value(other) - _value(bound)) > 0:
                return True
    return False


def unit(number: re.Match[str]) -> str:
    """The unit of a match of `NUMBER` in one character: 周岁 and 岁, 个工作日 and 天 are one."""
    name = number["unit"] or number["after"] or number["counted"] or ("%" if number["percent"] else "")
    return name.replace("天", "日").replace("％", "%")[-1:]


def _value(number: re.Match[str]) -> float:
    return float(number["digits"] or parse_numeral(number["percent"] or number["numeral"] or "") or 0)


def _windows(text: str, width: int) -> Iterator[str]:
    pieces = [piece for piece in _PIECE.split(text) if piece]
    for start in range(max(1, len(pieces) - width + 1)):
        yield "，".join(pieces[start : start + width])


def _beside(text: str, source: str) -> list[tuple[str, str]]:
    """Each piece of a text with the piece of the source that it is nearest to."""
    return [(piece, _nearest(piece, source)) for piece in _PIECE.split(text) if piece]


def _nearest(text: str, source: str) -> str:
    """The piece of a source that shares most words with a text."""
    own = own_words(text)
    shared = {piece: sum(word in piece for word in own) for piece in _PIECE.split(source) if piece}
    most = max(shared.values(), default=0)
    return nearest_piece(text, "；".join(piece for piece, number in shared.items() if number == most))


def _numbers(text: str) -> list[str]:
    return [match.group() for match in NUMBER.finditer(text)] + _EVERY.findall(text)


def _bodies(text: str) -> list[str]:
    return [body.removesuffix("层面") for body in named_bodies(text)] + _BODY.findall(text)


def _is_other_rule(piece: str, near: str, source: str) -> bool:
    """`near` is the whole source where the piece has no word of content."""
    rules, stated = (set(modalities(each)) & _RULES for each in (piece, near))
    is_banned = "ban" in rules and any(word in piece for word in _banned(source))
    return bool(rules and stated and not rules & stated) and not is_banned


def _banned(source: str) -> list[str]:
    """The first word of everything that a source bans.

    >>> _banned("应当及时补偿，不得截留、占用或者拖欠")
    ['截留', '占用', '拖欠']
    """
    parts = [part for tail in _DENIED.findall(source) for part in re.split(r"[、和或及]", tail)]
    return [word for part in parts for word in own_words(part)[:1]]


def _is_denied(text: str, source: str, beside: Iterable[tuple[str, str]]) -> bool:
    """Whether a text denies what the source says, or says without a denial what the source bans."""
    has_denial = bool(_NEGATION.search(text))
    if not has_denial and len(text) >= _SHORT:
        said = "，".join(piece for piece in _PIECE.split(source) if not _NEGATION.search(piece))
        if any(word in text and word not in said for word in _banned(source)):
            return True
    if has_denial and _DENIED.search(source):  # which of its bans is meant is not known by the nearest words
        return False
    return any(
        bool(_NEGATION.search(piece)) != bool(_NEGATION.search(near)) and coverage(piece, near) >= ENOUGH
        for piece, near in beside
        if len(piece) >= _SHORT
    )
