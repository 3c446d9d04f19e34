"""What the items of a language model must stand beyond `checks`: they are not in the text's own words, so that each right
option is measured by the words, numbers, bodies and kinds of rule of the quotation, and each wrong one must differ from it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.citations import bracketed
from assistant.leads import EXCEPTION
from assistant.material.checks import claims
from assistant.material.clauses import Clause
from assistant.material.drafts import CHOICES, is_chinese
from assistant.material.points_body import named_bodies
from assistant.material.points_word import contraries, must_stay
from assistant.material.records import BETWEEN_BLANKS, BLANK, GAP, LETTERS, WRONG, Item
from assistant.material.similar import likeness
from assistant.polarity import modalities, nearest_piece
from assistant.verification import DATE, NUMBER, faults, unsupported
from index.mask import MASK, mask_personal
from index.numerals import parse_numeral
from index.records import Article, Document
from index.tokens import content_words, searched_form

ENOUGH = 0.6
"""Share of the words of a right answer that must stand in the quoted sentences, of a stem and its answer in the article."""
STATED = 0.8
"""Share of the words of a wrong option from which on a sentence of the document says as much."""
FOREIGN = 0.34
"""Share of the words of a wrong option that the article lacks, from which on it is not of the article."""
ALIKE = 0.4
"""Cosine from which on options may say the same: 不少于6天, 至少六天: .41."""
_SHORT = 8  # characters; a shorter piece neither says nor denies anything
_LONGEST_BY, _SHORT_OPTION = 2.0, 16
"""A right option that is so many times as long as every wrong one tells itself, unless it is short."""

RULE = "程度"
_RULES = ("ban", "may", "must", "encourage")
_NEGATION = re.compile(r"不(?![少低超足断同仅但])|无(?![须需障])|未(?!来)|没|别(?=[给让收])|禁止|严禁|拒绝|违[反规]")
_BOUND_LEVEL = re.compile(r"级(?:及)?以[上下]")
_PIECE = re.compile(r"[，；。\n]")
_OF_RULE = re.compile(r"根据|按照|依据|依照|按规定|规定(?:是|了|要|：|，)|政策|《")
_RULES_ITSELF = re.compile(rf"{_OF_RULE.pattern}|规定|要求|应当|必须|不得|可以|可领|可按")
_BODY = re.compile(r"国务院|街道|[省市县]人民政府")
_EVERY = re.compile(r"每(?:半?年|季度?|月|周|日|天|届)")
_ONLY = re.compile(r"只[有能是由]|仅|一律|任何|唯一")
_WEB = re.compile(r"https?|www|网址|点击|扫码|链接", re.IGNORECASE)
_EXAM_WORDS = frozenset(
    [
        "根据",
        "规定",
        "下列",
        "以下",
        "正确",
        "错误",
        "说法",
        "做法",
        "符合",
        "属于",
        "包括",
        "不属于",
        "要求",
        "内容",
        "哪些",
        "多少",
        "由谁",
        "关于",
        "答复",
        "表述",
        "选项",
        "应当",
        "可以",
        "不得",
        "必须",
    ]
)
_TITLE = re.compile(r"《([^《》]+)》")
_LETTERS_ONLY = re.compile(r"\W+")


def check_draft(item: Item, article: Article, document: Document) -> tuple[str, ...]:
    """What is wrong with an item that has passed `checks.check_item`, in Chinese; empty where nothing is."""
    checked = _Checked(item, article, replace(document, date=""))
    found = [*_wording(checked), *_place(checked)]
    if not found:
        found = [*_stem(checked), *_right(checked), *_wrong(checked), *_options(checked)]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Checked:
    """`document` without its date, whose numbers would count as stated."""

    item: Item
    article: Article
    document: Document

    @property
    def context(self) -> str:
        """The whole sentences that the quotation touches."""
        text, start = self.article.text, self.item.quote_start
        begin = max(text.rfind("。", 0, start), text.rfind("\n", 0, start)) + 1
        end = text.find("。", start + len(self.item.quote) - 1)
        return text[begin : end + 1 if end >= 0 else len(text)]

    @property
    def known(self) -> str:
        return f"{self.document.title} {self.article.part} {self.article.heading} {self.article.text}"

    @property
    def is_filled(self) -> bool:
        """Whether the claims are the stem filled in, not options alone."""
        return self.item.type != "简答" and all(claim.text not in self.item.options for claim in claims(self.item))

    def lacking(self, text: str, source: str) -> list[str]:
        """Numbers, dates and bodies of `text` that `source` has not."""
        often = [match for match in _EVERY.findall(text) if match not in source]
        return often + unsupported(text, replace(self.article, text=source, label=""), replace(self.document, title=""))


def _wording(checked: _Checked) -> Iterator[str]:
    item = checked.item
    text = "\n".join((item.stem, *item.options, item.key if item.type not in CHOICES else "", item.explanation))
    own = item.stem.replace(BLANK, "") + "".join(item.options)
    if not is_chinese(text.replace(BLANK, "").replace(f"故选{item.key}", ""), checked.known) or _WEB.search(own):
        yield "有外文、网址或怪字符"
    if mask_personal(text) != text or MASK in text:
        yield "有个人号码"
    if any(title not in checked.known for title in _TITLE.findall(text.replace("〈", "").replace("〉", ""))):
        yield "提到了别的文件"
    if item.type == "判断" and item.stem.endswith("？"):
        yield "判断题要写成一句陈述"
    if item.type == "情景" and not item.stem.endswith("？"):
        yield "情景题要以问句结尾"
    if item.type == "单选" and GAP not in item.stem and not item.stem.endswith("？"):
        yield "单选题没有要填的地方"


def _place(checked: _Checked) -> Iterator[str]:
    item, start = checked.item, checked.item.quote_start
    end = start + len(item.quote)
    if any(damage.start < end and start < max(damage.end, damage.start + 1) for damage in checked.article.damages):
        yield "原文此处有缺损"
    changes = item.type in CHOICES or item.key == WRONG
    if changes and must_stay(Clause(start, end, item.quote, start, end, stands=True)):
        yield "这类表述不宜改动"


def _stem(checked: _Checked) -> Iterator[str]:
    """The stem speaks of what is quoted; numbers and bodies that the article has not stand in a situation only."""
    item = checked.item
    stem = item.stem.replace(f"根据{bracketed(checked.document.title)}，", "")
    right = _bare("".join(_right_options(item)))
    if (
        item.type in CHOICES
        and len(right) > 3
        and any(_bare(o) in _bare(stem) for o in _right_options(item) if len(o) > 3)
    ):
        yield "题干里已经有答案"
    if item.type == "情景":
        if _wrong_circumstances(stem, checked):
            yield "情景里的数字或主体与规定对不上"
        if not any(
            word in checked.context for word in content_words(stem) if len(word) > 1 and word not in _EXAM_WORDS
        ):
            yield "题干与引文无关"
        return
    if item.type != "判断":
        if unsupported(stem, checked.article, checked.document):
            yield "题干里有原文没有的数字或主体"
        if _coverage(stem, checked.known) < ENOUGH / 1.5:
            yield "题干与引文无关"


def _wrong_circumstances(stem: str, checked: _Checked) -> bool:
    """A situation may have any street, age or body, but what it says of the rule must be the article's, and a number in the
    unit of one that the rule has must be that number: whether 12年 are 10年以上 nobody checks here."""
    units = {_unit(match) for match in NUMBER.finditer(checked.context)}
    for sentence in re.findall(r"[^。？]+[。？]", stem):
        says = _OF_RULE if sentence.endswith("？") else _RULES_ITSELF
        if says.search(sentence) and unsupported(sentence, checked.article, checked.document):
            return True
    for piece in filter(None, re.split(r"[，；。？]", stem)):
        for other in checked.lacking(piece, checked.context):
            number = NUMBER.fullmatch(other)
            if (number and _unit(number) in units) or (DATE.fullmatch(other) and DATE.search(checked.context)):
                return True
    return False


def _unit(number: re.Match[str]) -> str:
    """The unit in one character: 周岁 and 岁, 个工作日 and 天 are one."""
    name = number["unit"] or number["after"] or number["counted"] or ("%" if number["percent"] else "")
    return name.replace("天", "日").replace("％", "%")[-1:]


def _right(checked: _Checked) -> Iterator[str]:
    """What holds by the key is said by the quotation."""
    item = checked.item
    if item.type == "填空" and any(_bare(answer) not in _bare(item.quote) for answer in item.key.split(BETWEEN_BLANKS)):
        yield "答案不在引文里"
    for text in (claim.text for claim in claims(item) if claim.is_true):
        is_bold = faults(text, item.quote, checked.article, checked.document) or _departs(text, checked)
        if is_bold or _uncovered(text, checked):
            yield "正确的答案引文里没有依据"
    for option in _right_options(item):
        if checked.lacking(option, checked.context):
            yield "正确的答案引文里没有依据"


def _departs(text: str, checked: _Checked) -> bool:
    """Whether a right claim says something else than the piece of the quoted sentences that it is nearest to."""
    is_taken_back = EXCEPTION.search(checked.context)
    found = [d for d in _differences(text, checked.context, checked) if d != RULE or not is_taken_back]
    return bool(found) or _is_misplaced(text, checked.context, checked, _open_stem(checked.item))


def _is_misplaced(text: str, source: str, checked: _Checked, asked: str = "") -> bool:
    """Whether a number or body of the text stands in the source, but not where it speaks of the same."""
    for piece in filter(None, _PIECE.split(text)):
        bare = functools.reduce(lambda left, part: left.replace(part, ""), [*_numbers(piece), *_bodies(piece)], piece)
        near = _nearest(asked + bare, source)
        numbers, bodies = ([f(t) for t in (piece, near)] for f in (_numbers, _bodies))
        if (all(numbers) or all(bodies)) and (
            checked.lacking(piece, near) or any(b not in near for b in _bodies(piece))
        ):
            return True
    return False


def _numbers(text: str) -> list[str]:
    return [match.group() for match in NUMBER.finditer(text)] + _EVERY.findall(text)


def _bodies(text: str) -> list[str]:
    return [body.removesuffix("层面") for body in named_bodies(text)] + _BODY.findall(text)


def _open_stem(item: Item) -> str:
    """The question that an option answers by itself."""
    return item.stem.rpartition("，")[2] if item.type in ("单选", "多选") and "下列" not in item.stem else ""


def _uncovered(text: str, checked: _Checked) -> bool:
    if checked.is_filled:
        by_quote = _coverage(text, f"{checked.document.title}{checked.article.heading}{checked.context}")
        return by_quote < ENOUGH
    if checked.item.type == "情景":
        return (
            _coverage(text, checked.context) < ENOUGH / 2
            or _coverage(text, checked.context + checked.item.stem) < ENOUGH
        )
    return _coverage(text, checked.context) < ENOUGH


def _coverage(text: str, source: str) -> float:
    """Share of the words of a text that a source has; of a text without words, its characters."""
    known = searched_form(source)
    own = _own_words(text) or [c for c in searched_form(_bare(text)) if not c.isdigit()]
    return sum(word in known for word in own) / len(own) if own else 1.0


def _own_words(text: str) -> list[str]:
    """The longest words of a text that have a content."""
    found = [w for w in content_words(text) if len(w) > 1 and not w.isdigit() and w not in _EXAM_WORDS]
    return [word for word in found if not any(word in other and word != other for other in found)]


def _nearest(text: str, source: str) -> str:
    """The piece between commas that shares most words with a text."""
    pieces = [piece for piece in _PIECE.split(source) if piece] or [source]
    most = max(sum(word in piece for word in _own_words(text)) for piece in pieces)
    return nearest_piece(text, "；".join(p for p in pieces if sum(w in p for w in _own_words(text)) == most))


def _wrong(checked: _Checked) -> Iterator[str]:
    """What does not hold by the key differs from what does in a number, a body or the kind of rule, or is not of the article."""
    item, found = checked.item, list(claims(checked.item))
    rivals = [claim.text for claim in found if claim.is_true]
    is_list = item.type in CHOICES and len(rivals) == len(item.key)
    right = _right_options(item)
    for claim, option in zip(found, item.options or (item.stem,), strict=False):
        if claim.is_true:
            continue
        if is_list:
            differs = all(_differences(claim.text, rival, checked) for rival in rivals)
            is_wrong = differs or _is_foreign(option, right, checked) or _has_faults(claim.text, checked)
            is_wrong = is_wrong and not _is_consequence(claim.text, checked)
        else:
            is_wrong = _is_contradicted(claim.text, checked)
        if not is_wrong or _is_stated(claim.text, checked):
            yield "看不出错误的选项错在哪里" if item.options else "看不出错在哪里"


def _is_contradicted(text: str, checked: _Checked) -> bool:
    """Whether a statement is about what is quoted and differs from it."""
    near = nearest_piece(text, checked.context)
    differs = _differences(text, near, checked) or _is_misplaced(text, near, checked) or _has_faults(text, checked)
    return _coverage(text, checked.known) >= ENOUGH and bool(differs) and not _is_consequence(text, checked)


def _has_faults(text: str, checked: _Checked) -> bool:
    found = faults(text, checked.item.quote, checked.article, checked.document)
    return any(fault != "不成句或与条文无关" for fault in found) and not _is_consequence(text, checked)


def _is_consequence(text: str, checked: _Checked) -> bool:
    """满10年以上的可以: then whoever has 12年 may, too. A blank asks for the number itself."""
    if checked.is_filled and checked.item.type != "判断":
        return False
    for bound in NUMBER.finditer(checked.context):
        after = checked.context[bound.end() : bound.end() + 3]
        sign = 1 if re.match(r"及?以上", after) else -1 if re.match(r"及?以下", after) else 0
        for other in NUMBER.finditer(text) if sign else ():
            if _unit(other) == _unit(bound) and sign * (_value(other) - _value(bound)) > 0:
                return True
    return False


def _value(number: re.Match[str]) -> float:
    return float(number["digits"] or parse_numeral(number["percent"] or number["numeral"] or "") or 0)


def _is_foreign(option: str, right: Sequence[str], checked: _Checked) -> bool:
    """Whether an option speaks of something that the article lacks, and of nothing like a right option."""
    own = _own_words(option)
    known = searched_form(checked.known)
    return (
        bool(own)
        and sum(word not in known for word in own) / len(own) >= FOREIGN
        and max(likeness([option], right), default=0.0) < ALIKE
    )


def _is_stated(text: str, checked: _Checked) -> bool:
    """Whether the document says the same in nearly the same words, in as many pieces between commas and one more."""
    if len(content_words(text)) < 4:
        return False
    width = len(_PIECE.findall(text.rstrip("。"))) + 2
    for article in checked.document.articles:
        pieces = [piece for piece in _PIECE.split(article.text) if piece]
        for start in range(max(1, len(pieces) - width + 1)):
            window = "，".join(pieces[start : start + width])
            if _coverage(text, window) >= STATED and not (
                _differences(text, window, checked) or _is_misplaced(text, window, checked)
            ):
                return True
    return False


def _differences(text: str, source: str, checked: _Checked) -> list[str]:
    """In what a text differs from a source that speaks of the same: 数字, 主体, 范围, 程度, 口径, 否定."""
    near = nearest_piece(text, source)
    found = ["数字"] if checked.lacking(text, source) else []
    bodies = [b for b in _bodies(text) if b not in source]
    if bodies and not _BOUND_LEVEL.search(source):
        found.append("主体")
    if _ONLY.search(text) and not _ONLY.search(near):
        found.append("范围")
    rules, stated = (set(modalities(t)) & set(_RULES) for t in (text, near))
    if rules and stated and not rules & stated:
        found.append(RULE)
    if any(
        w in source and w not in text and any(o in text and o not in source for o in others)
        for w, others in contraries().items()
    ):
        found.append("口径")
    if _is_negated(text, source):
        found.append("否定")
    return found


def _is_negated(text: str, source: str) -> bool:
    """Whether a text denies what the source says, or says without a denial what the source denies."""
    pieces = [piece for piece in _PIECE.split(source) if piece]
    denied, said = ("，".join(p for p in pieces if bool(_NEGATION.search(p)) is is_denied) for is_denied in (True, False))
    for piece in (piece for piece in _PIECE.split(text) if len(piece) >= _SHORT):
        near = _nearest(piece, source)
        is_of_denied = any(len(w) > 1 and w in denied and w not in said for w in content_words(piece))
        has_denial, is_denied = bool(_NEGATION.search(piece)), bool(_NEGATION.search(near)) or is_of_denied
        if has_denial != is_denied and (is_of_denied or _coverage(piece, near) >= ENOUGH) and not (is_of_denied and _NEGATION.search(text)):
            return True
    return False


def _options(checked: _Checked) -> Iterator[str]:
    options = checked.item.options
    for place, option in enumerate(options):
        for other in options[:place]:
            if _says_same(option, other, checked):
                yield "选项意思相同"
    right = _right_options(checked.item)
    wrong = [option for option in options if option not in right]
    if wrong and right and min(map(len, right)) > max(_SHORT_OPTION, _LONGEST_BY * max(map(len, wrong))):
        yield "正确的选项明显更长"


def _says_same(option: str, other: str, checked: _Checked) -> bool:
    if _differences(option, other, checked) or _differences(other, option, checked):
        return False
    return set(content_words(option)) == set(content_words(other)) or max(likeness([option], [other])) >= STATED


def _right_options(item: Item) -> list[str]:
    return [option for letter, option in zip(LETTERS, item.options, strict=False) if letter in item.key]


def _bare(text: str) -> str:
    return _LETTERS_ONLY.sub("", text).replace("_", "")
