"""各刊本的差异与出处: what a class must know about the text itself before it relies on a word of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.citations import bracketed
from assistant.variants import DOUBTFUL, disputed_places, explain, is_told, substance
from index.numerals import NUMERAL
from index.records import ApparatusEntry, Article, Document

_DECIDES = re.compile(
    rf"[\d{NUMERAL}](?:年|个?月|日|次|人|倍|元|级)|[省市县]级|以上|以下|部门|政府|党委|委员会|机关|层面|不得|应当|必须|可以|可按|鼓励|招聘"
)
_IDLE = re.compile(r"[的了用等和与门]")
_PHRASE = 4
"""Characters from which two readings that differ altogether are told even where nothing decides on them."""


def telling_differences(document: Document, articles: Sequence[Article]) -> Iterator[tuple[Article, str]]:
    """The disputed places of the articles on which a number, a body, a duty or a whole phrase hangs, and the damaged
    places, each with its sentence."""
    for article in articles:
        for entry in disputed_places(document, article):
            if matters(entry, article.text):
                yield article, explain(entry, article.text)
        for note in dict.fromkeys(
            damage.note
            for damage in article.damages
            if damage.note and damage.kind != "lost_marker" and not is_told(document, article, damage)
        ):
            yield article, f"{note.rstrip('。')}。"


def matters(entry: ApparatusEntry, text: str) -> bool:
    """Whether a class must know that printings differ here."""
    others = [each.reading for each in substance(entry, text)]
    readings = [entry.reading, *others]
    if len({"".join(sorted(_IDLE.sub("", reading))) for reading in readings}) == 1:
        return False  # 市地级, 地市级
    after = text[entry.offset + entry.length :][:2]
    if any(match.start() < len(each) for each in readings for match in _DECIDES.finditer(each + after)):
        return True
    longest = max(len(reading) for reading in readings)
    return longest >= _PHRASE or (entry.confidence < DOUBTFUL and longest > 1)


def source_line(document: Document) -> str:
    """Title, issuer, number, date and the printings that the text was made from.

    >>> source_line(Document("d", "甲办法", "", "", "law", (), "000", issuer="甲局", date="2024年3月1日"))
    '《甲办法》，甲局，2024年3月1日。'
    """
    facts = (bracketed(document.title), "、".join(document.issuer.split()), document.document_number, document.date)
    line = "，".join(fact for fact in facts if fact)
    sigla = [witness.siglum for witness in document.witnesses if witness.siglum]
    if len(sigla) > 1:
        line += f"。据 {len(sigla)} 种刊本（{'、'.join(sorted(sigla))}）校对，正文主要依 {document.base}"
    return f"{line}。"
