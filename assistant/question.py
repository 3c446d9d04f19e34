"""What a question asks for: its kind, the things an answer must contain, and the subject it names.

Only wording decides, so it works for documents nobody has seen; `lexicon/asking.txt` has words of asking only.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from assistant.asking import asking_patterns, place_names
from index.numerals import NUMERAL, parse_numeral

Kind = Literal[
    "greeting", "thanks", "manipulation", "errand", "lookup", "yesno", "who", "number", "when", "list",
    "definition", "procedure", "compare", "reason", "fact",
]  # fmt: skip
Expected = Literal["amount", "duration", "date", "count", "body", "contact", "percentage"]

_EXPECTED: tuple[Expected, ...] = ("contact", "percentage", "amount", "duration", "date", "count")
_INDEFINITE = re.compile(
    r"几[^,，。？?]{1,3}(?=[,，][^,，]*(谁|哪|怎|咋|啥|什么|吗|能不能|是不是))|[这那好头前十]几\S|几十\S?"
)
"""“用几个月，找谁批”: a 几 that asks nothing, because the question comes after it."""

_TALK: tuple[Kind, ...] = ("manipulation", "errand")
_ORDER: tuple[Kind, ...] = (
    "lookup", "compare", "definition", "reason", "when", "number", "list", "who", "procedure", "yesno",
)  # fmt: skip
"""The first kind whose wording is met: what changes the form of an answer most comes first."""

_ARTICLE_NUMBER = re.compile(
    rf"(?:第|(?:条例|意见|办法|规定|细则|通知|方案|决定|规则|法|答记者问|》)\s*(?:的|里|中)?|^(?=\d)|(?<=看)(?=\d))"
    rf"\s*([{NUMERAL}\d]+)\s*(?:条|问|项|(?=[。？?！!\s]*$))(?:之([{NUMERAL}\d]{{1,2}}))?"
)
"""A number that stands alone counts things: “头一条看啥”, “一条河”."""

_LONGEST_NUMBER = 9  # characters of an article's number; Python refuses to read thousands of digits
_TITLE = re.compile(r"《((?:[^《》]|《[^《》]{1,40}》){2,60})》")
_PART_BREAK = re.compile(r"[，,；;。？?！!]\s*(?:还有|另外|以及|又|再|那|而)?|(?:，|,)?(?:还有|另外|以及|同时)")
_ASKS = re.compile(r"谁|哪|啥|什么|咋|怎|几|多少|吗|能不能|是否|有没有|多久|多长|何")

_COMPARED = re.compile(
    r"(?:^|[，,。])(?P<one>[^，,。和跟与]{2,14})[和跟与](?P<other>[^，,。]{2,14}?)(?:之间)?"
    r"(?:有(?:啥|什么|哪些|没有?)?|到底|的)?(?:区别|不同|不一样|差别|差异|两样|啥不同|啥区别)"
)
_EACH = re.compile(
    r"(?:^|[，,。])(?P<one>[^，,。和跟与]{2,10})[和跟与](?P<other>[^，,。]{2,10}?)(?=各自?[干管做负出]|分别[^，,。])"
)
_CLAUSE = re.compile(r"[，,；;。？?！!\s]+")
_OPEN_WORD = re.compile(r"谁|哪|啥|什么|咋|怎|多少|多久|多长|几[^乎率]|何")
_CHOICE = re.compile(r"(?:会不会|是不是|有没有|要不要|用不用|该不该|算不算)")
_TELLS = re.compile(r"告诉|说说|讲讲|知道|问问")
_YES_NO_END = re.compile(r"(?:吗|吧|不|没|没有|么|撒|噻|伐|啵)[？?。！!~～\s]*$")

_PLACE = re.compile(
    r"(?:(?![的得了着过我你他她它咱这那哪各每某几多两和与跟在到从对给把被让有是])[\u4e00-\u9fff]){2,3}"
    r"(?:省|自治区|市|县|区|镇|乡|街道)(?=[的有出发把给今明])"
)
_NO_PLACE = re.compile(
    r"社区|地区|城市|[全本我外跨各]省|[全本我各]市|省市|市县|县区|景区|小区|辖区"
    r"|咱们|我们|哪个|哪些|所在|生态|保护|城区|乡镇|街道"
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read. `named_article` is a number as contract.md writes it; `places` are named localities;
    `asks_yes_no` may be so whatever the kind (“社工管哪些事要公开不”)."""

    text: str
    kind: Kind
    expects: frozenset[Expected] = frozenset()
    asks_list: bool = False
    parts: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    named_article: str = ""
    places: tuple[str, ...] = ()
    asks_yes_no: bool = False

    @property
    def is_talk(self) -> bool:
        """No question to the documents at all."""
        return self.kind in ("greeting", "thanks", "manipulation", "errand")


def normalise_question(text: str) -> str:
    """One line, half-width letters and digits, without doubled blanks or broken characters; Chinese punctuation as typed.

    >>> normalise_question("  第１２条\\n讲什么？ ")
    '第12条 讲什么?'
    """
    return re.sub(r"[\s\ud800-\udfff]+", " ", unicodedata.normalize("NFKC", text)).strip()


def analyse(text: str) -> Question:
    """Reads a question.

    >>> analyse("街道能不能借调社区工作者？").kind, sorted(analyse("补贴多少钱").expects)
    ('yesno', ['amount'])
    """
    text = normalise_question(text)
    return Question(
        text=text,
        kind=_kind(text),
        expects=_expects(text),
        asks_list=bool(asking_patterns()["list"].search(text)),
        parts=_parts(text),
        titles=tuple(_TITLE.findall(text)),
        named_article=_named_article(text),
        places=_places(text),
        asks_yes_no=_asks_yes_no(text),
    )


def _kind(text: str) -> Kind:
    patterns = asking_patterns()
    bare = text.strip("。.!！?？~～ ,，")
    if patterns["greeting"].fullmatch(bare) or patterns["about_us"].search(bare):
        return "greeting"
    if patterns["thanks"].fullmatch(bare):
        return "thanks"
    for talk in _TALK:
        if patterns[talk].search(text):
            return talk
    return next((kind for kind in _ORDER if patterns[kind].search(text)), "fact")


def without_indefinite(text: str) -> str:
    """A question without a 几 that asks nothing.

    >>> without_indefinite("抽人帮忙几个月，找谁批"), without_indefinite("能借几个月")
    ('抽人帮忙，找谁批', '能借几个月')
    """
    return _INDEFINITE.sub("", text)


def _expects(text: str) -> frozenset[Expected]:
    patterns = asking_patterns()
    text = without_indefinite(text)
    found: list[Expected] = [name for name in _EXPECTED if patterns[name].search(text)]
    return frozenset([*found, "body"] if patterns["who"].search(text) else found)


def _parts(text: str) -> tuple[str, ...]:
    """The questions inside a question, where at least two clauses ask something of their own."""
    if (match := _COMPARED.search(text)) and not _ARTICLE_NUMBER.search(text):
        return match["one"], match["other"]
    if match := _EACH.search(text):
        before, after = text[: match.start("one")], text[match.end("other") :]
        return f"{before}{match['one']}{after}", f"{before}{match['other']}{after}"
    clauses = [clause.strip() for clause in _PART_BREAK.split(text) if clause and clause.strip()]
    asking = [c for c in clauses if len(c) >= 4 and (_ASKS.search(c) or _YES_NO_END.search(c))]
    return tuple(asking) if len(asking) >= 2 else ()


def _asks_yes_no(text: str) -> bool:
    """Whether a clause asks for yes or no and none after it asks for more; a question word in it asks for more, unless
    the question ends as one of yes or no does."""
    if _YES_NO_END.search(text):
        return True
    asked = asking_patterns()["yesno"]
    for clause in reversed(_CLAUSE.split(text)):
        if open_word := _OPEN_WORD.search(clause):
            choice = _CHOICE.search(clause)
            return bool(choice and choice.start() < open_word.start() and not _TELLS.search(clause))
        if asked.search(clause):
            return True
    return False


def _named_article(text: str) -> str:
    match = _ARTICLE_NUMBER.search(text)
    if not match or text[match.end() :].startswith(("措施", "建议", "原则")):
        return ""
    if len(match.group(1)) > _LONGEST_NUMBER:
        return match.group(1)[:_LONGEST_NUMBER] + "…"  # no article: it is named in the refusal
    number, inserted = parse_numeral(match.group(1)), match.group(2)
    if number is None:
        return ""
    return f"{number}之{inserted}" if inserted else str(number)


def _places(text: str) -> tuple[str, ...]:
    named = [place for place in place_names() if place in text]
    named += [m.group() for m in _PLACE.finditer(text) if not _NO_PLACE.search(m.group())]
    return tuple(dict.fromkeys(named))
