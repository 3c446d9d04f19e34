"""Cards as an Anki deck (.apkg): sentences with gaps as cloze notes, everything else as question and answer.

Anki's fields are HTML: every text is escaped, and `{{` and `::`, which would end a gap, are kept apart. Ids come from hashes, so
that importing a deck again updates its cards and keeps what was learnt.
"""

from __future__ import annotations

import hashlib
import html
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.markup import one_line, printable
from assistant.material.cards import Card, fill_gaps
from assistant.material.packing import MADE, repack

PLAIN_MODEL, CLOZE_MODEL = "政策问答·问答", "政策问答·填空"
_WORD_JOINER = "\u2060"
_CSS = """
.card { font-family: "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif; font-size: 20px; line-height: 1.7;
  color: #262626; background: #ffffff; text-align: left; max-width: 40em; margin: 0 auto; padding: 16px; }
.question { font-size: 22px; font-weight: 600; }
.answer { color: #a01c20; font-weight: 600; }
.cloze { color: #a01c20; font-weight: 700; }
.source { color: #5f5f5f; font-size: 16px; border-left: 3px solid #d9a441; padding-left: 12px; margin-top: 20px; }
hr { border: 0; border-top: 1px solid #dddddd; margin: 20px 0; }
.nightMode.card, .night_mode .card { color: #e8e8e8; background: #1f1f1f; }
.nightMode .answer, .nightMode .cloze, .night_mode .answer, .night_mode .cloze { color: #ff9a8f; }
.nightMode .source, .night_mode .source { color: #b8b8b8; }
.nightMode hr, .night_mode hr { border-top-color: #444444; }
"""
_QUESTION = '<div class="question">{{题目}}</div>'
_BACK = '{{FrontSide}}<hr id="answer"><div>{{答案}}</div><div class="source">{{依据}}</div>'
_CLOZE = '<div class="question">{{cloze:题目}}</div>'
_CLOZE_BACK = f'{_CLOZE}<hr id="answer"><div>{{{{答案}}}}</div><div class="source">{{{{依据}}}}</div>'


def write_anki(cards: Sequence[Card], title: str) -> bytes:
    """The deck as .apkg; the same bytes for the same cards and title."""
    import genanki

    name = one_line(title)[:100] or "政策学习"
    deck = genanki.Deck(_number(f"deck {name}"), name)
    plain, cloze = _models()
    seen: set[str] = set()
    for card in cards:
        guid = hashlib.sha256("\n".join((card.id, card.front, *card.gaps)).encode()).hexdigest()[:20]
        if guid in seen:
            continue
        seen.add(guid)
        front = _shown(fill_gaps(card, _marks(card)), card) if card.gaps else _html(card.front)
        fields = [front, _html(card.back) if card.gaps else _answer(card.back), _html(card.source)]
        deck.add_note(genanki.Note(cloze if card.gaps else plain, fields, tags=list(card.tags), guid=guid))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        genanki.Package(deck).write_to_file(str(path), timestamp=MADE.timestamp())
        return repack(path.read_bytes())


def _models() -> tuple[Any, Any]:
    import genanki

    fields = [{"name": "题目"}, {"name": "答案"}, {"name": "依据"}]
    plain = genanki.Model(
        _number(PLAIN_MODEL), PLAIN_MODEL, fields, [{"name": "卡片", "qfmt": _QUESTION, "afmt": _BACK}], css=_CSS
    )
    cloze = genanki.Model(
        _number(CLOZE_MODEL),
        CLOZE_MODEL,
        fields,
        [{"name": "填空", "qfmt": _CLOZE, "afmt": _CLOZE_BACK}],
        css=_CSS,
        model_type=genanki.Model.CLOZE,
    )
    return plain, cloze


def _answer(back: str) -> str:
    """The key set off from the reasons for it."""
    key, _, reasons = back.partition("\n\n")
    parts = [f'<div class="answer">{_html(key)}</div>', f"<div>{_html(reasons)}</div>" if reasons else ""]
    return "".join(parts)


def _number(text: str) -> int:
    """An id as Anki likes them: positive, below 2**31."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % (2**31 - 2**30) + 2**30


def _marks(card: Card) -> list[str]:
    """Stand-ins for the gaps: characters that no printable text has, so that what is around them can be escaped first."""
    return [f"\x01{number}\x02" for number in range(len(card.gaps))]


def _shown(front: str, card: Card) -> str:
    text = html.escape(front.replace("{{", "{" + _WORD_JOINER + "{"), quote=False)
    for number, (mark, gap) in enumerate(zip(_marks(card), card.gaps, strict=True), 1):
        text = text.replace(mark, f"{{{{c{number}::{_kept_apart(gap)}}}}}")
    return text.replace("\n", "<br>")


def _kept_apart(text: str) -> str:
    text = html.escape(printable(text), quote=False)
    return text.replace("}}", "}" + _WORD_JOINER + "}").replace("::", ":" + _WORD_JOINER + ":")


def _html(text: str) -> str:
    return (
        html.escape(printable(text).strip(), quote=False).replace("{{", "{" + _WORD_JOINER + "{").replace("\n", "<br>")
    )
