"""What the items of a language model must stand beyond `checks`: they are not in the text's own words, so that each right
option is measured by the quotation (`draft_meaning`), and each wrong one must differ from it or be foreign to the article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.citations import bracketed
from assistant.leads import EXCEPTION
from assistant.material.checks import claims
from assistant.material.clauses import Clause
from assistant.material.draft_meaning import (
    ENOUGH,
    RULE,
    STATED,
    bare,
    coverage,
    differences,
    is_consequence,
    is_misplaced,
    is_stated,
    lacking,
    own_words,
    unit,
)
from assistant.material.drafts import CHOICES, is_chinese
from assistant.material.points_word import must_stay
from assistant.material.records import BETWEEN_BLANKS, BLANK, GAP, LETTERS, WRONG, Item
from assistant.material.similar import likeness
from assistant.verification import DATE, NUMBER, faults, unsupported
from index.mask import MASK, mask_personal
from index.records import Article, Document
from index.tokens import content_words, searched_form

NO_GROUND, NO_ERROR = "正确的答案引文里没有依据", "看不出错误的选项错在哪里"
SPEAKS = 0.4
"""Share of the words of a stem that must stand in the article: the rest may be the asking."""
FOREIGN = 0.34
"""Share of the words of a wrong option that the article lacks, from which on it is not of the article."""
ALIKE = 0.4
"""Cosine from which on options may say the same: 不少于6天, 至少六天: .41."""
_LONGER, _SHORT_OPTION = 2.0, 16
"""A right option that is so many times as long as every wrong one tells itself, unless it has so few characters."""

_SOURCE = re.compile(r"根据|按照|依据|依照|按规定|规定(?:是|了|要|：|，)|政策|《")
_SAYS_RULE = re.compile(rf"{_SOURCE.pattern}|规定|应当|必须|不得|可以|可领|可按")
_WEB = re.compile(r"https?|www|网址|点击|扫码|链接", re.IGNORECASE)
_TITLE = re.compile(r"《([^《》]+)》")


def check_draft(item: Item, article: Article, document: Document) -> tuple[str, ...]:
    """What is wrong with an item that has passed `checks.check_item`, in Chinese; empty where nothing is."""
    # The digits of the document's date would bear out any number of the item.
    checked = _Checked(item, article, replace(document, date=""))
    found = [*_wording(checked), *_place(checked)]
    if not found:
        found = [*_stem(checked), *_right(checked), *_wrong(checked), *_options(checked)]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Checked:
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
    def right(self) -> list[str]:
        """The right options."""
        return [option for letter, option in zip(LETTERS, self.item.options, strict=False) if letter in self.item.key]

    @property
    def is_filled(self) -> bool:
        """Whether the claims are the stem filled in, not options alone."""
        return self.item.type != "简答" and all(claim.text not in self.item.options for claim in claims(self.item))


def _wording(checked: _Checked) -> Iterator[str]:
    item = checked.item
    text = "\n".join((item.stem, *item.options, item.key if item.type not in CHOICES else "", item.explanation))
    plain = text.replace(BLANK, "").replace(f"故选{item.key}", "")
    if not is_chinese(plain, checked.known) or _WEB.search(item.stem + "".join(item.options)):
        yield "有外文、网址或怪字符"
    if mask_personal(text) != text or MASK in text:
        yield "有个人号码"
    titles = [f"《{title.replace('〈', '《').replace('〉', '》')}》" for title in _TITLE.findall(text)]
    if any(title not in f"《{checked.document.title}》{checked.known}" for title in titles):
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
    if any(len(option) > 3 and bare(option) in bare(stem) for option in checked.right):
        yield "题干里已经有答案"
    if item.type == "情景":
        if _has_wrong_circumstances(stem, checked):
            yield "情景里的数字或主体与规定对不上"
        if not any(word in checked.context for word in own_words(stem)):
            yield "题干与引文无关"
    elif item.type != "判断":
        if unsupported(stem, checked.article, checked.document):
            yield "题干里有原文没有的数字或主体"
        if coverage(stem, checked.known) < SPEAKS:
            yield "题干与引文无关"


def _has_wrong_circumstances(stem: str, checked: _Checked) -> bool:
    """A situation may have any street, age or body, but what it says of the rule must be the article's, and a number in the
    unit of one that the rule has must be that number: whether 12年 are 10年以上 nobody checks here."""
    for sentence in re.findall(r"[^。？]+[。？]", stem):
        says = _SOURCE if sentence.endswith("？") else _SAYS_RULE
        if says.search(sentence) and unsupported(sentence, checked.article, checked.document):
            return True
    units = {unit(match) for match in NUMBER.finditer(checked.context)}
    for other in (other for piece in re.split(r"[，；。？]", stem) for other in lacking(piece, checked.context)):
        number = NUMBER.fullmatch(other)
        if (number and unit(number) in units) or (DATE.fullmatch(other) and DATE.search(checked.context)):
            return True
    return False


def _right(checked: _Checked) -> Iterator[str]:
    """What holds by the key is said by the quotation."""
    item = checked.item
    if item.type == "填空" and any(bare(answer) not in bare(item.quote) for answer in item.key.split(BETWEEN_BLANKS)):
        yield "答案不在引文里"
    if any(lacking(option, checked.context) for option in checked.right):
        yield NO_GROUND
    for text in (claim.text for claim in claims(item) if claim.is_true):
        is_unborne = faults(text, item.quote, checked.article, checked.document) or _departs(text, checked)
        if is_unborne or not _is_covered(text, checked):
            yield NO_GROUND


def _departs(text: str, checked: _Checked) -> bool:
    """Whether a right claim says something else than the sentences that are quoted."""
    item, context = checked.item, checked.context
    is_taken_back = EXCEPTION.search(
        context
    )  # 可以 of a text that says 不得 may be the exception; `faults` has judged it
    found = [name for name in differences(text, context) if name != RULE or not is_taken_back]
    is_bare_answer = item.type in ("单选", "多选") and "下列" not in item.stem
    return bool(found) or is_misplaced(text, context, item.stem.rpartition("，")[2] if is_bare_answer else "")


def _is_covered(text: str, checked: _Checked) -> bool:
    if checked.is_filled:
        return coverage(text, f"{checked.document.title}{checked.article.heading}{checked.context}") >= ENOUGH
    if checked.item.type == "情景":
        by_both = coverage(text, checked.context + checked.item.stem)
        return by_both >= ENOUGH and coverage(text, checked.context) >= ENOUGH / 2
    return coverage(text, checked.context) >= ENOUGH


def _wrong(checked: _Checked) -> Iterator[str]:
    """What does not hold by the key differs from what does, or is not of the article; and it is not said elsewhere."""
    item, found = checked.item, list(claims(checked.item))
    rivals = [claim.text for claim in found if claim.is_true]
    is_rivalled = item.type in CHOICES and len(rivals) == len(item.key)  # not 下列说法错误的是
    for claim, option in zip(found, item.options or (item.stem,), strict=False):
        if claim.is_true:
            continue
        if is_rivalled:
            is_wrong = all(differences(claim.text, rival) for rival in rivals) or _is_foreign(option, checked)
        else:
            is_about = coverage(claim.text, checked.known) >= ENOUGH
            is_wrong = is_about and bool(
                differences(claim.text, checked.context) or is_misplaced(claim.text, checked.context)
            )
        is_wrong = is_wrong or _has_faults(claim.text, checked)
        asks_number = checked.is_filled and item.type != "判断"
        if not asks_number and is_consequence(claim.text, checked.context):
            is_wrong = False
        if not is_wrong or is_stated(claim.text, option if item.options else claim.text, checked.document.articles):
            yield NO_ERROR if item.options else "看不出错在哪里"


def _has_faults(text: str, checked: _Checked) -> bool:
    found = faults(text, checked.item.quote, checked.article, checked.document)
    return any(fault != "不成句或与条文无关" for fault in found)


def _is_foreign(option: str, checked: _Checked) -> bool:
    """Whether an option speaks of something that the article lacks, and of nothing like a right option."""
    known, own = searched_form(checked.known), own_words(option)
    lacks = sum(word not in known for word in own) / len(own) if own else 0.0
    return lacks >= FOREIGN and max(likeness([option], checked.right), default=0.0) < ALIKE


def _options(checked: _Checked) -> Iterator[str]:
    options, right = checked.item.options, checked.right
    if any(_says_same(option, other) for place, option in enumerate(options) for other in options[:place]):
        yield "选项意思相同"
    if right and min(map(len, right)) > max(_SHORT_OPTION, _LONGER * _longest(options, right)):
        yield "正确的选项明显更长"


def _longest(options: Sequence[str], right: Sequence[str]) -> int:
    return max((len(option) for option in options if option not in right), default=0)


def _says_same(option: str, other: str) -> bool:
    if differences(option, other) or differences(other, option):
        return False
    return set(content_words(option)) == set(content_words(other)) or max(likeness([option], [other])) >= STATED
