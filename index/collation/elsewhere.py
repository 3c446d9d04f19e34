"""What a document's quotations and summaries elsewhere in the library say of its own words, where it has one printing only.

Only texts that name the document are asked (a 答记者问, an official summary, a news item): another law with the same
sentence may mean to differ. A paraphrase is no evidence: a few characters must differ inside words otherwise equal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.collation.literal import Difference, find_differences, only_letters
from index.collation.quotations import Passage, Quotations, reading_at
from index.numerals import NUMERAL, format_numeral, parse_numeral
from index.records import NEWS, Article, Damage, Document

Key = tuple[int, int]
"""Which source, and which of its articles."""

_BESIDE = 8  # equal letters on both sides of a difference that is no paraphrase
_TO_THE_END = 4  # or so many, if they reach the beginning or the end of the sentence in one of the texts
_SHORTEST = 12  # equal letters of a passage
_RATE = 30  # equal letters for each difference; a text that differs more often follows another version
_CONTEXT = 4  # letters shown on each side of a difference
_END = "。；！？\n"
_AMENDS = re.compile(r"修改|修正|废止|实施|适用|解释")
_SIZE = re.compile(
    rf"》?(?:全文)?共(?:[{NUMERAL}\d]{{1,4}}章[，、]?)?(?:共)?([{NUMERAL}]{{1,7}}|\d{{1,4}})条(?=[，。；、])"
)
"""“《条例》共6章33条，…”; not “共提出33条措施”."""


@dataclass(frozen=True, slots=True)
class _Source:
    """Another document as it is read, or one of its printings where they are several and may differ."""

    document: Document
    articles: tuple[Article, ...]
    siglum: str = ""


def check_elsewhere(document: Document, others: Iterable[Document]) -> list[list[Damage]]:
    """For each article in turn its disputed places, and what stands elsewhere of a sentence that was cut off."""
    asked = _sources(d for d in others if d.id != document.id and speaks_of(d, document))
    found: list[list[Damage]] = [[] for _ in document.articles]
    if not asked:
        return found
    texts = {(i, k): article.text for i, source in enumerate(asked) for k, article in enumerate(source.articles)}
    quotations = Quotations(list(texts.items()))
    passages = [quotations.passages(article.text, _SHORTEST) for article in document.articles]
    differences = [
        [d for p in own for d in find_differences(p, article.text, texts[p.key])]
        for article, own in zip(document.articles, passages, strict=True)
    ]
    editorial = _editorial(d for own in differences for d in own)
    strangers = _strangers(passages, differences)
    for place, article in enumerate(document.articles):
        sure = [
            d
            for d in differences[place]
            if d.is_sure
            and d.passage.key[0] not in strangers
            and (d.mine, d.theirs) not in editorial
            and not _is_style(d, article.text, texts)
            and not _is_confirmed(d, article.text, passages[place], texts)
        ]
        found[place] = _disputed(sure, article.text, asked) + _continued(article, passages[place], asked, texts)
    if found:
        found[-1] += _sizes(document, asked)
    return found


def _sources(others: Iterable[Document]) -> list[_Source]:
    found = []
    for other in others:
        found.append(_Source(other, other.articles))
        if len(other.witnesses) > 1:
            found += [_Source(other, witness.articles, witness.siglum) for witness in other.witnesses]
    return found


def speaks_of(other: Document, document: Document) -> bool:
    """Whether a text is about the document: its title or, of news, an interview or a summary, its words name it."""
    title = re.sub(r"[\s《》〈〉]|[（(][^）)]*[）)]$|^中华人民共和国", "", document.title)
    is_report = other.kind == NEWS or other.grammar in ("qa", "summary")
    places = [other.title, *(article.text for article in other.articles if is_report)]
    if len(title) < _TO_THE_END or not any(title in place for place in places):
        return False
    before = r"(?:中华人民共和国|中共中央|国务院|办公厅|[^《》]{0,12})?"
    name = re.compile(rf"[《〈]{before}{re.escape(title)}(?:[（(][^）)]*[）)])?[》〉]")
    return not _AMENDS.search(name.sub("", other.title)) and any(name.search(place) for place in places)


def _editorial(differences: Iterable[Difference[Key]]) -> set[tuple[str, str]]:
    """Changes that a text makes again and again are its style (地方人民政府 -> 地方政府), not our slip."""
    places = {(d.mine, d.theirs, d.passage.key[0], d.start, d.passage.other_start) for d in differences}
    counts = Counter((mine, theirs, source) for mine, theirs, source, *_ in places)
    return {(mine, theirs) for (mine, theirs, _), count in counts.items() if count > 1}


def _is_style(difference: Difference[Key], text: str, texts: dict[Key, str]) -> bool:
    """Whether the other document says so more than once, and never as here (地方政府, not 地方人民政府)."""
    before, after = text[: difference.start][-2:], text[difference.end :][:2]
    whole = "\n".join(other for key, other in texts.items() if key[0] == difference.passage.key[0])
    mine, theirs = f"{before}{difference.mine}{after}", f"{before}{difference.theirs}{after}"
    return mine not in whole and whole.count(theirs) > 1


def _strangers(passages: Sequence[list[Passage[Key]]], differences: Sequence[list[Difference[Key]]]) -> set[int]:
    """Texts that differ so often that they follow another version."""
    agreed = Counter[int]()
    for own in passages:
        for passage in own:
            agreed[passage.key[0]] += passage.agreed
    sure = Counter(d.passage.key[0] for own in differences for d in own if d.is_sure)
    return {number for number, count in sure.items() if count * _RATE > agreed[number] + 2 * _RATE}


def _is_confirmed(difference: Difference[Key], text: str, passages: list[Passage[Key]], texts: dict[Key, str]) -> bool:
    """Whether the same document has our own words in another passage of the same place."""
    return any(
        p.key[0] == difference.passage.key[0]
        and only_letters(reading_at(p, text, texts[p.key], difference.start, difference.end) or "-") == difference.mine
        for p in passages
        if p != difference.passage
    )


def _disputed(differences: list[Difference[Key]], text: str, asked: list[_Source]) -> list[Damage]:
    """One mark for each reading of each document: of its collated text before those of its printings."""
    found: dict[tuple[int, int, str, str], Damage] = {}
    for difference in sorted(differences, key=lambda d: d.passage.key[0]):
        start, end, theirs = difference.start, difference.end, difference.theirs
        low, high = _widen(text, start, end)
        note = (
            f"{_name(asked, difference.passage.key)}作“{text[low:start]}{theirs}{text[end:high]}”，"
            f"此处作“{text[low:high]}”；只有一种刊本，未作改动"
        )
        if start == end:  # something may be missing here: the mark stands on the letters beside it
            start, end = max(0, start - 1), min(len(text), end + 1)
        key = (start, end, theirs, asked[difference.passage.key[0]].document.id)
        found.setdefault(key, Damage("disputed", start, end, note))
    return list(found.values())


def _widen(text: str, start: int, end: int) -> tuple[int, int]:
    """The place with its clause, or with a few letters of a long one."""
    low, high = start, end
    while low > 0 and start - low < 2 * _CONTEXT and text[low - 1].isalnum():
        low -= 1
    while high < len(text) and high - end < 2 * _CONTEXT and text[high].isalnum():
        high += 1
    low = low if start - low < 2 * _CONTEXT else start - _CONTEXT
    return low, high if high - end < 2 * _CONTEXT else end + _CONTEXT


def _continued(
    article: Article, passages: list[Passage[Key]], asked: list[_Source], texts: dict[Key, str]
) -> list[Damage]:
    """The parser's mark of a cut-off sentence with the words in which another text goes on."""
    found = []
    for damage in article.damages:
        if damage.kind != "cut_off":
            continue
        for passage in sorted(passages, key=lambda p: -p.agreed):
            other = texts[passage.key]
            rest = re.match(rf"[^{_END}]+", other[passage.other_end :])
            if abs(damage.end - passage.end) <= 1 and passage.start <= damage.end - _BESIDE and rest:
                words = f"{other[passage.other_end - _BESIDE : passage.other_end]}{rest[0]}"
                note = f"{damage.note}；{_name(asked, passage.key)}引作“{words}”，可供参照"
                found.append(Damage("cut_off", damage.start, damage.end, note))
                break
    return found


def _sizes(document: Document, asked: list[_Source]) -> list[Damage]:
    """Where a text says of how many articles the document consists, and it does not."""
    numbers = [int(a.number) for a in document.articles if a.number.isdecimal()]
    if document.grammar != "law" or not numbers:
        return []
    end = len(document.articles[-1].text)
    found = []
    for number, source in enumerate(asked):
        for place, article in enumerate(source.articles if not source.siglum else ()):
            match = _SIZE.search(article.text)
            if match and (parse_numeral(match[1]) or 0) > max(numbers):
                note = (
                    f"{_name(asked, (number, place))}称全文共{match[1]}条，这里到第{max(numbers)}条为止，后文可能缺失"
                )
                found.append(Damage("missing_line", end, end, note))
    return found


def _name(asked: list[_Source], key: Key) -> str:
    """《…》第二项, 《…》第3问, 《…》第12条（刊本003）."""
    source = asked[key[0]]
    article = source.articles[key[1]]
    number = parse_numeral(article.number) if article.number.isdecimal() else None
    if number is None:
        place = article.label.partition(" ")[0]
    elif source.document.grammar == "summary":
        place = f"第{format_numeral(number)}项"
    else:
        place = f"第{number}{'问' if source.document.grammar == 'qa' else '条'}"
    title = source.document.title.replace("《", "〈").replace("》", "〉")
    return f"《{title}》{place}" + (f"（刊本{source.siglum}）" if source.siglum else "")
