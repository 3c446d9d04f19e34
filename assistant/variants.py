"""Where printings differ inside a quotation: the places that change the sense, and one sentence about each for readers.

The whole apparatus (校勘记) is data of the document; here it is cut to what stands in the quoted words.
"""

from __future__ import annotations

import re
import unicodedata

from assistant.records import Variant
from index.numerals import NUMERAL
from index.records import ApparatusEntry, Article, Damage, Document, Reading

DOUBTFUL = 0.8
"""Below this confidence a reader is told to look at the original."""

_LONGEST_SHOWN = 24  # characters of a reading inside a sentence; a longer one is shown by its two ends
_MOST_COUNTED = 10  # characters: “多‘以上’二字”; what is longer is not counted but called a sentence
_COUNTS = "零一二三四五六七八九十"
_MARKS = re.escape("，。；？！…·“”‘’「」『』\"'`《》〈〉（）()[]【】〔〕,;?!")
_BETWEEN = re.escape("、.:-")
_NUMBER = rf"[\d{NUMERAL}]"
_IDLE = re.compile(rf"[\s{_MARKS}]|(?<!{_NUMBER})[{_BETWEEN}]|[{_BETWEEN}](?!{_NUMBER})")
"""Marks that carry no sense; between two numbers some do: 1.5 is not 15, 三、五 not 三五."""

_DASHES = str.maketrans("—–~", "---")


def variants_within(document: Document, article: Article, start: int, end: int) -> tuple[Variant, ...]:
    """The places of substance that lie in or touch `article.text[start:end)`, in reading order, each with its sentence."""
    return tuple(
        Variant(
            reading=entry.reading,
            variants=tuple(dict.fromkeys(each.reading for each in substance(entry, article.text))),
            note=explain(entry, article.text),
        )
        for entry in disputed_places(document, article)
        if touches(entry, start, end)
    )


def disputed_places(document: Document, article: Article) -> tuple[ApparatusEntry, ...]:
    """The entries of one article whose other readings change the sense, in reading order.

    An entry whose words do not stand at its place is left out, as a quotation would be.
    """
    text = article.text
    found = [
        entry
        for entry in document.apparatus
        if entry.article == article.number
        and 0 <= entry.offset <= len(text)
        and text[entry.offset : entry.offset + entry.length] == entry.reading
        and substance(entry, text)
    ]
    return tuple(sorted(found, key=lambda entry: (entry.offset, entry.length)))


def touches(entry: ApparatusEntry, start: int, end: int) -> bool:
    """Whether an entry has a character in `[start, end)`; one without characters must stand strictly inside."""
    if entry.length == 0:
        return start < entry.offset < end
    return entry.offset < end and start < entry.offset + entry.length


def substance(entry: ApparatusEntry, text: str) -> tuple[Reading, ...]:
    """The other readings that say something else; width, blanks and punctuation apart."""
    before, after = text[: entry.offset][-1:], text[entry.offset + entry.length :][:1]
    chosen = _sense(before + entry.reading + after)
    return tuple(each for each in entry.variants if _sense(before + each.reading + after) != chosen)


def is_told(document: Document, article: Article, damage: Damage) -> bool:
    """Whether a damage is a dispute that the apparatus tells already, with the readings themselves."""
    return damage.kind == "disputed" and any(
        touches(entry, damage.start, max(damage.end, damage.start + 1)) or entry.offset == damage.start
        for entry in disputed_places(document, article)
    )


def explain(entry: ApparatusEntry, text: str) -> str:
    """One sentence about an entry for readers; `text` is the article's.

    >>> article = "考核结果与岗位等级挂钩，优进绌退。"
    >>> others = (Reading("优胜劣汰", ("000", "001")),)
    >>> explain(ApparatusEntry("9", 12, 4, "优进绌退", ("004",), others, 0.9), article)
    '“优进绌退”，刊本 000、001 作“优胜劣汰”，本文据 004。'
    >>> explain(ApparatusEntry("9", 12, 4, "优进绌退", ("004",), others, 0.6), article)
    '各刊本不一：000、001 作“优胜劣汰”；暂取“优进绌退”（据 004），请核对原件。'
    """
    others = other_readings(entry, text)
    if entry.confidence < DOUBTFUL:
        gap = "" if entry.reading else _gap(entry, text)
        return f"各刊本不一：{gap}{'，'.join(others)}；{taken_for_now(entry, text)}，请核对原件。"
    return f"{_opening(entry, text)}刊本 {'，'.join(others)}，{chosen_after(entry)}。"


def other_readings(entry: ApparatusEntry, text: str) -> list[str]:
    """What each group of other printings has: “000、001 作‘…’”, “000 缺‘…’二字”, “002 多‘…’二字”."""
    before, after = _context(entry, text) if len(entry.reading) == 1 else ("", "")
    said = []
    for each in substance(entry, text):
        if not each.reading.strip():
            says = f"缺{_counted(entry.reading)}"
        elif not entry.reading.strip():
            says = f"多{_counted(each.reading)}"
        else:
            says = f"作“{shortened(before + each.reading + after)}”"
        said.append(f"{'、'.join(each.support)} {says}")
    return said


def chosen_after(entry: ApparatusEntry) -> str:
    """Which printings the text follows; none, where no printing has what it must have said."""
    return f"本文据 {'、'.join(entry.support)}" if entry.support else "本文据上下文校正"


def taken_for_now(entry: ApparatusEntry, text: str) -> str:
    """What a doubtful place reads for now, and after which printings."""
    taken = f"暂取“{place_words(entry, text)}”" if entry.reading else "暂不取"
    return f"{taken}（据 {'、'.join(entry.support)}）" if entry.support else taken


def place_words(entry: ApparatusEntry, text: str) -> str:
    """The words by which a reader finds the place; a single character or a gap is shown with its neighbours."""
    before, after = _context(entry, text) if len(entry.reading) < 2 else ("", "")
    return shortened(before + entry.reading + after)


def shortened(text: str) -> str:
    """A reading on one line, a long one by its two ends."""
    line = re.sub(r"\s+", "", text)
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:10]}……{line[-10:]}"


def _opening(entry: ApparatusEntry, text: str) -> str:
    if not entry.reading:
        return _gap(entry, text)
    only_lacking = all(not each.reading for each in substance(entry, text)) and len(entry.reading) > 1
    return "" if only_lacking else f"“{place_words(entry, text)}”，"


def _gap(entry: ApparatusEntry, text: str) -> str:
    """Where nothing stands in our text: “…”后，."""
    before, after = _context(entry, text)
    if before:
        return f"“{before}”后，"
    return f"“{after}”前，" if after else ""


def _counted(text: str) -> str:
    line = re.sub(r"\s+", "", text)
    if len(line) > _MOST_COUNTED:
        return f"“{shortened(line)}”一句"
    return f"“{line}”{_COUNTS[len(line)]}字" if line.isalnum() else f"“{line}”"


def _context(entry: ApparatusEntry, text: str, reach: int = 2) -> tuple[str, str]:
    """Up to `reach` characters of the same phrase on either side."""
    before = re.search(rf"[^\W_]{{0,{reach}}}$", text[max(0, entry.offset - reach) : entry.offset])
    after = re.match(rf"[^\W_]{{0,{reach}}}", text[entry.offset + entry.length :][:reach])
    return before.group() if before else "", after.group() if after else ""


def _sense(text: str) -> str:
    """Text without what changes no sense.

    >>> _sense("提出，报“县” 级") == _sense("提出。报县级"), _sense("1.5") == _sense("15")
    (True, False)
    """
    return _IDLE.sub("", unicodedata.normalize("NFKC", text).translate(_DASHES))
