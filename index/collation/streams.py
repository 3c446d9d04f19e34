"""One printing -> a stream of tokens: each character in its normal form for comparing, beside the form that was printed.

What is no difference disappears here: width, the shape of quotation marks, white space, line breaks and the way a list
item is numbered. Numbers of articles and items become single private characters, so that a slip cannot move them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise, product
from types import MappingProxyType

from index.collation.blocks import similarity
from index.numerals import NUMERAL, format_numeral, parse_numeral
from index.pages import dateline_length
from index.records import LEAD_ARTICLE, Article, Witness

FIRST_MARKER = 0xF0000
"""Private characters from here on stand for structure, not for text: an article's number, each of which stands once."""
FIRST_REPEATED = 0x100000
"""And from here on for structure that may stand many times: headings, numbers of list items."""

ARTICLE, HEADING, BODY, ITEM, TEXT = "article", "heading", "body", "item", "text"
_LONGEST_HEADING = 40
_SAME_HEADING = 0.7  # share of equal characters: 第三章总则 with one slip has .8
LONGEST_FRAME_LINE = 400  # all departments that a notice addresses
_LONGEST_MARK = 10  # 第一千二百三十四条
_OPENINGS = (slice(0, 7), slice(3, 10))  # of an article's first words: a slip may stand in one of them
_SAME_LINE = 0.8
_ITEM = re.compile(rf"(?:^|(?<=[：:；;。\n]))[（(]([{NUMERAL}]{{1,3}}|\d{{1,2}})[）)]")
_ENCLOSED = re.compile(r"(?:^|(?<=[：:；;。\n]))[㈠-㈩⑴-⒇⒈-⒛①-⑳]")
_HEADING = re.compile(r"(?=第\S{1,4}[编章节])")
_MARK = re.compile(rf"第(?:[{NUMERAL}]{{1,7}}|\d{{1,4}})条")
_BEGINNING = re.compile(r"(?:^|\n|(?<=[。；]))")
_OUTLINE_MARK = re.compile(
    r"(?:^|(?<=[\n。；;.．，,：:]))[（(]?\S{0,3}[）)、．.]$|(?:^|(?<=[\n。；;.．，,：:]))[（(]\S{1,3}$"
)
_REFERRING = tuple("第规所、和至的，或及以")  # 第二十一条规定的… refers to an article
_RUN = re.compile(r"([-.…])\1+")
_LINE_ITEM = re.compile(r"^(\d{1,2})[.．、](?!\d)")
_UNIFIED = {
    **dict.fromkeys("“”„‟〝〞「」『』＂", '"'),
    **dict.fromkeys("‘’‚‛＇", "'"),
    **dict.fromkeys("—―–‐‑‒－─━", "-"),
    **dict.fromkeys("·•・‧∙●", "·"),
    **dict.fromkeys("〈＜", "<"),
    **dict.fromkeys("〉＞", ">"),
    **dict.fromkeys("~～", "-"),
    "…": "…",
}


@dataclass(slots=True)
class Markers:
    """The private characters of one collation: the same structural mark is the same character in every printing."""

    numbers: dict[tuple[str, str], str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)

    def character(self, kind: str, name: str = "", form: str = "") -> str:
        """The character of a mark; `form` is how it is printed, which a slip may have made into text (第第十八条)."""
        first = FIRST_MARKER if kind == ARTICLE else FIRST_REPEATED
        character = self.numbers.setdefault((kind, name), chr(first + len(self.numbers)))
        self.forms.setdefault(character, form)
        return character

    def spelt(self, normal: str) -> str:
        """A piece of a stream with its marks as they are printed, each on a new line."""
        if not any(map(is_marker, normal)):
            return normal
        return "".join(f"\n{self.forms[c]}" if is_marker(c) else c for c in normal)

    def written(self, normal: str) -> str:
        """The same as a hand writes it: the line break before a list item's number is none of its slips."""
        if not any(map(is_repeated_marker, normal)):
            return self.spelt(normal)
        return "".join((is_repeated_marker(c) and self.forms[c]) or self.spelt(c) for c in normal)

    def meaning(self, character: str) -> tuple[str, str]:
        """(kind, name) of a private character, e.g. `("article", "12")`."""
        return next(key for key, value in self.numbers.items() if value == character)


@dataclass(frozen=True, slots=True)
class Token:
    """A printed piece: `printed` stands in field `place` ("text" or "heading") of article `article`."""

    printed: str
    place: str
    article: int
    offset: int
    begins_line: bool = False


@dataclass(frozen=True, slots=True)
class Stream:
    """A printing as compared: `normal[i]` is the normal form of `tokens[i]`, one character each."""

    siglum: str
    normal: str
    tokens: tuple[Token, ...]


def is_marker(character: str) -> bool:
    return character >= chr(FIRST_MARKER)


def is_repeated_marker(character: str) -> bool:
    return character >= chr(FIRST_REPEATED)


def normal_form(text: str) -> str:
    """Text as compared: no width, no white space, one form of quotation marks and dashes.

    >>> normal_form("“ 职工 ”（Ａ）——按程序 ， 报批")
    '"职工"(A)-按程序,报批'
    """
    return _RUN.sub(r"\1", "".join(_character(c) for c in text))


def make_stream(
    witness: Witness,
    markers: Markers,
    parts: frozenset[str] = frozenset(),
    with_dateline: bool = True,
    lost: Mapping[str, Sequence[str]] = MappingProxyType({}),
    is_fragment: bool = False,
    frame: Sequence[str] = (),
) -> Stream:
    """The stream of a whole printing: article mark, heading where the text does not repeat it, text.

    A printing that begins inside an article (上接第一版, or `is_fragment`) has no mark before its first words. `parts` are the headings of
    parts that some printing has; a line in the text that is one of them with a slip is no text, nor is one of `frame`. The agency's line
    (新华社北京4月10日电) is the newspaper's, so it is left out where another printing does without it. `lost` are the
    numbers of articles that other printings have, with the words that these begin with: a misprint of one (弟二十一条) at
    the beginning of a line is its mark, and so is what stands for the mark of an outline, as （力） for （八）, before these words.
    """
    forms = {form: number for number in lost if (form := printed_number(witness, number)).endswith("条")}
    normal: list[str] = []
    tokens: list[Token] = []

    def mark(kind: str, name: str, article: int) -> None:
        form = printed_number(witness, name) if kind == ARTICLE else ""
        normal.append(markers.character(kind, name, form))
        tokens.append(Token("", kind, article, 0))

    for index, article in enumerate(witness.articles):
        if (witness.starts_inside or is_fragment) and index == 0:
            _add(normal, tokens, article.text, TEXT, index, markers, _no_text(article.text, parts, frame, True))
            continue
        first_line = article.text.partition("\n")[0]
        is_part = is_part_line(printed_number(witness, article.number) + normal_form(first_line), frame)
        if not is_part:
            mark(ARTICLE, article.number, index)
        if article.heading and not repeats_heading(article):
            mark(HEADING, "", index)
            _add(normal, tokens, article.heading, HEADING, index, markers)
            mark(BODY, "", index)
        skipped = 0 if with_dateline or index else dateline_length(article.text)
        skipped = len(first_line) if is_part else skipped
        no_text = _no_text(article.text, parts, frame, article.number == LEAD_ARTICLE)
        marks = _lost_marks(article.text, forms) if forms else {}
        marks |= _lost_outline_marks(article.text, lost) if lost and witness.grammar == "measures" else {}
        marks = {start: found for start, found in marks.items() if start not in no_text}
        pieces = [skipped, *sorted(marks), len(article.text)]
        for start, end in pairwise(pieces):
            if start in marks:
                length, number = marks[start]
                mark(ARTICLE, number, index)
                start += length
            _add(normal, tokens, article.text[:end], TEXT, index, markers, no_text, start)
    return Stream(witness.siglum, "".join(normal), tuple(tokens))


def _lost_marks(text: str, forms: Mapping[str, str]) -> dict[int, tuple[int, str]]:
    """Where the text has the number of a lost article, whole or with one slip: its length and the article's number."""
    found: dict[int, tuple[int, str]] = {}
    left = dict(forms)
    for match in _BEGINNING.finditer(text):
        start = match.end()
        size, form = _read_mark(text, start, left) if start and _may_be_mark(text, start) else (0, "")
        after = text[start + size : start + size + 1]
        if size and after not in _REFERRING:
            found[start] = (size + len(after) - len(after.lstrip()), left.pop(form))
    return found


def _lost_outline_marks(text: str, lost: Mapping[str, Sequence[str]]) -> dict[int, tuple[int, str]]:
    """Where the first words of a lost article stand after what may be a mark of an outline: its length and the number."""
    found: dict[int, tuple[int, str]] = {}
    for number, openings in lost.items():
        for opening, part in product(openings, _OPENINGS):
            place = text.find(opening[part]) - (part.start or 0) if len(opening[part]) == part.stop - part.start else -1
            mark = _OUTLINE_MARK.search(text, max(0, place - _LONGEST_MARK), place) if place > 0 else None
            if mark and _may_number(mark.group(), number):
                found[mark.start()] = (place - mark.start(), number)
                break
    return found


def _may_number(mark: str, number: str) -> bool:
    """Whether a mark is a misprint, or says the number of this article: （2） is no misprint of （3）."""
    said = parse_numeral(mark.strip("（()）、．."))
    return said is None or str(said) == number.rpartition(".")[2]


def _may_be_mark(text: str, start: int) -> bool:
    """Whether 第 or 条 stands where a number has it; one slip leaves one of them."""
    return text.startswith("第", start) or "条" in text[start : start + _LONGEST_MARK]


def _read_mark(text: str, start: int, forms: Mapping[str, str]) -> tuple[int, str]:
    """Length and form of the lost mark that stands here; one slip only at the beginning of a line, and only in what
    is no other number."""
    whole = next((form for form in forms if text.startswith(form, start)), "")
    if whole:
        return len(whole), whole
    if text[start - 1] != "\n" or _MARK.match(text, start):
        return 0, ""
    for form in forms:
        for size in (len(form), len(form) + 1, len(form) - 1):
            printed = text[start : start + size]
            ends = printed[-1:] == "条" or text[start + size : start + size + 1] != "条"
            if ends and printed and max(size, len(form)) * (1 - similarity(printed, form)) < 1.5:
                return size, form
    return 0, ""


def printed_number(witness: Witness, number: str) -> str:
    """How an article's number is printed, as far as the grammar tells."""
    match = re.fullmatch(r"(\d{1,4})(之.+)?", number.partition("（重")[0])
    if not match:
        return ""
    if witness.grammar == "law":
        return f"第{format_numeral(int(match[1]))}条{match[2] or ''}"
    return f"{number}." if witness.grammar in ("measures", "decimal") else ""


def repeats_heading(article: Article) -> bool:
    """Whether the text begins with its own heading (“明确人员范围。本意见所称…”)."""
    return bool(article.heading) and 0 <= article.text.find(article.heading) <= 3


def known_parts(witnesses: Iterable[Witness]) -> frozenset[str]:
    """The normal forms of all headings of parts, those of a chapter and of its sections apart."""
    parts = {article.part for witness in witnesses for article in witness.articles}
    return frozenset(normal_form(piece) for part in parts for piece in _HEADING.split(part) if piece.strip())


def _no_text(text: str, parts: frozenset[str], frame: Sequence[str], is_beginning: bool) -> dict[int, int]:
    """Where a line begins that is a heading of a part with a slip in its number (弟三章 总则) or a line of the frame,
    with its end. The first line under an article's number is its text; `is_beginning` is one without a number."""
    found: dict[int, int] = {}
    start = 0
    for line in text.split("\n"):
        form = normal_form(line) if len(line) <= LONGEST_FRAME_LINE and (parts or frame) else ""
        is_heading = form and start and len(line) <= _LONGEST_HEADING and _most_like(form, parts) >= _SAME_HEADING
        if is_heading or (form and (start or is_beginning) and is_frame_line(form, frame)):
            found[start] = start + len(line)
        start += len(line) + 1
    return found


def is_frame_line(form: str, frame: Iterable[str]) -> bool:
    """Whether a line, in its normal form, is one of these with a slip or two."""
    return any(
        abs(len(form) - len(line)) <= (1 - _SAME_LINE) * len(line) + 1 and similarity(form, line) >= _SAME_LINE
        for line in frame
    )


def is_part_line(form: str, frame: Iterable[str]) -> bool:
    """Whether an article's number and words are the heading of a part with a slip (第四条 狱政管理 for 第四章)."""
    return is_frame_line(form, [line for line in frame if _HEADING.match(line)])


def _most_like(form: str, others: Iterable[str]) -> float:
    return max((similarity(form, other) for other in others), default=0.0)


def _add(
    normal: list[str],
    tokens: list[Token],
    text: str,
    place: str,
    article: int,
    markers: Markers,
    no_text: Mapping[int, int] = MappingProxyType({}),
    position: int = 0,
) -> None:
    """Appends the tokens of a text from `position` on; a list item's number is one token, a dash or a run of dots as well."""
    items = _item_marks(text, markers) if place == TEXT else {}
    begins = False  # the first word of a text begins it, not a line in it
    while position < len(text):
        position = no_text.get(position, position)
        if position >= len(text):
            break
        if position in items:
            end, character = items[position]
            normal.append(character)
            tokens.append(Token(text[position:end], place, article, position, begins))
            position, begins = end, False
            continue
        form = _character(text[position])
        if form and not (form in "-.…" and normal and normal[-1] == form and not begins):
            normal.append(form)
            tokens.append(Token(text[position], place, article, position, begins))
            begins = False
        elif form:
            last = tokens[-1]
            tokens[-1] = replace(last, printed=last.printed + text[position])
        elif text[position] == "\n":
            begins = True
        elif (
            tokens and tokens[-1].printed and not begins
        ):  # a blank inside a line (“Windows 11”) is printed, not compared
            tokens[-1] = replace(tokens[-1], printed=tokens[-1].printed + text[position])
        position += 1


def _item_marks(text: str, markers: Markers) -> dict[int, tuple[int, str]]:
    """Where a list item's number begins, with its end and its private character."""
    found: dict[int, tuple[int, str]] = {}
    for match in _ITEM.finditer(text):
        number = parse_numeral(match[1])
        found[match.start()] = (match.end(), markers.character(ITEM, f"{number}", f"({match[1]})"))
    for match in _ENCLOSED.finditer(text):
        spelt = unicodedata.normalize("NFKC", match[0]).strip("().")
        number = int(spelt) if spelt.isdigit() else parse_numeral(spelt)
        found[match.start()] = (match.end(), markers.character(ITEM, f"{number}", f"({spelt})"))
    start = 0
    for line in text.split("\n"):
        if numbered := _LINE_ITEM.match(line):
            found[start] = (start + numbered.end(), markers.character(ITEM, f"{int(numbered[1])}", f"{numbered[1]}."))
        start += len(line) + 1
    return found


@lru_cache(maxsize=65_536)
def _character(raw: str) -> str:
    if raw.isspace() or raw in "\u200b\ufeff\u00ad" or is_marker(raw):
        return ""
    if raw in _UNIFIED:
        return _UNIFIED[raw]
    form = unicodedata.normalize("NFKC", raw)
    return _UNIFIED.get(form, form) if len(form) == 1 and not form.isspace() else raw  # ㎡ stays one character


def visible(normal: Iterable[str]) -> str:
    """A piece of a stream for people: without structural marks."""
    return "".join(c for c in normal if not is_marker(c))
