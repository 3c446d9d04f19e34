"""A newspaper page -> its pieces (one document or news item each), with headlines joined to the bodies they belong to.

OCR reads columns as it meets them: a headline can stand after its text (page 004), and “上接第一版” can begin one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.clean import TERMINAL, Passage
from index.headings import ends_piece, read_marker
from index.notices import (
    begins_policy,
    closes_notice,
    drop_captions,
    has_credit,
    headline_before,
    is_credit,
    is_notice,
    is_notice_among_clauses,
    opens_notices,
    stays_in_notices,
)

CONTINUED = re.compile(r"^\s*[（(]?\s*(?:上接|紧接)第?.{1,6}?版\s*[）)]?\s*")
_DATELINE = re.compile(
    r"^[（(]?\s*据?(?:新华社|本报|中新社|人民网|央视网).{0,10}?(?:\d{1,2}月\d{1,2}日)?(?:电|讯)\s*(?=\S)"
)
_BYLINE = re.compile(r"^(?:新华社|本报|人民日报|光明日报)?(?:记者|通讯员|评论员)(?:[\s\u4e00-\u9fff·×、]{0,24})$")
_FOLIO = re.compile(r"^(?:第?\s*\d{1,2}\s*版.{0,8}|\d{4}年\d{1,2}月\d{1,2}日.{0,3}星期.{0,16})$")
"""The head of a newspaper page: its number, section and date."""
_LABELS = ("新华时评", "新华视点", "新华快评", "要闻", "时评", "短评", "评论员文章", "导读")
_NEWSPAPER = re.compile(
    r"新华社.{0,12}\d{1,2}月\d{1,2}日电|[上下紧][接转]第?.{1,4}版|^[ \t\u3000]*[（(]?本报讯|^[ \t\u3000]*新华社(?:记者|发[（(])|"
    r"^[ \t\u3000]*[▲●◆■★※].{0,200}(?:声明作废|遗失|丢失)|"
    r"^[ \t\u3000【\[]*(?:遗失声明|挂失声明|寻[人物]启事|招领启事|讣告|讣闻|减资公告|注销公告|(?:债权债务)?清算公告)[ \t\u3000】\]]*$",
    re.MULTILINE,
)
"""Signs that stand on lines of their own: laws, too, say “声明作废”, and seven of 3,472 lost clauses when that was enough."""

_NUMBERED = ("chapter", "section", "article", "one", "two", "three", "question")
_LOOK_AHEAD = 6
_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """One document or item of a page. `continued` where it is the rest of a text that began on another page."""

    titles: tuple[Passage, ...]
    body: tuple[Passage, ...]
    continued: bool = False
    closed: bool = False

    @property
    def text(self) -> str:
        return "\n".join(p.text for p in self.body)


def is_newspaper_page(text: str) -> bool:
    """Whether a file is a page with several pieces on it rather than one document."""
    return bool(_NEWSPAPER.search(text))


def split_page(passages: list[Passage]) -> list[Piece]:
    """The pieces of a page in printed order, without notices, advertisements and captions."""
    pieces = _cut(_drop_pictures(_drop_notices(passages)))
    return [piece for piece in _place_headlines(pieces) if piece.body and not _is_caption(piece)]


def public_passages(passages: list[Passage]) -> list[Passage]:
    """What of a page may be kept: everything but notices, advertisements, captions and photographers' names."""
    public = _drop_pictures(_drop_notices(passages))
    kept = {p.span for piece in split_page(passages) for p in piece.body}
    dropped = {
        p.span for piece in _cut(public) if _is_caption(piece) or has_credit(list(piece.body)) for p in piece.body
    } - kept
    return [p for p in public if p.span not in dropped and not is_credit(p.text)]


def is_dateline(text: str) -> bool:
    return bool(_DATELINE.match(text)) and not ends_piece(text)


def dateline_length(text: str) -> int:
    """How many characters the agency's line before a text takes; 0 where there is none.

    >>> dateline_length("新华社北京4月10日电 近日，中共中央办公厅印发意见。")
    12
    """
    match = _DATELINE.match(text)
    return match.end() if match and is_dateline(text) else 0


def strip_closing(text: str) -> str:
    """The text without a closing （新华社北京4月10日电）.

    >>> strip_closing("解难题的服务实效。（新华社北京4月10日电）")
    '解难题的服务实效。'
    """
    return re.sub(r"\s*[（(]?\s*据?新华社.{0,8}?(?:\d{1,2}月\d{1,2}日)?电\s*[）)]?\s*$", "", text)


def _drop_notices(passages: list[Passage]) -> list[Passage]:
    """All that is no notice. An open notice lasts until it is closed or dated, or a text begins that is surely none."""
    kept: list[Passage] = []
    inside = is_open = in_clauses = False
    for index, passage in enumerate(passages):
        text = passage.text
        continues = bool(CONTINUED.match(text))
        if continues or is_dateline(text) or begins_policy(passages, index):
            kept += headline_before(passages, index) if inside and read_marker(text) is None else []
            inside = is_open = False
            in_clauses = continues
        elif opens_notices(text):
            inside = is_open = True
        elif is_notice_among_clauses(text) if in_clauses else is_notice(text) and not _is_policy_text(text):
            inside = True
        elif inside:
            inside = is_open or stays_in_notices(text)
        if inside:
            is_open = is_open and not closes_notice(text)
            in_clauses = False
            continue
        kept.append(passage)
        in_clauses = not ends_piece(text) and (in_clauses or _is_policy_text(text))
    return kept


def _drop_pictures(passages: list[Passage]) -> list[Passage]:
    """Without the pictures that stand in the middle of a numbered text: headline, caption and credit."""
    kept: list[Passage] = []
    for index, passage in enumerate(passages):
        if not (is_credit(passage.text) and _goes_on(kept, passages[index + 1 : index + 1 + _LOOK_AHEAD])):
            kept.append(passage)
            continue
        before = len(kept)
        kept = [*kept[:-8], *drop_captions([*kept[-8:], passage])]
        if len(kept) < before and len(kept) > 1 and _may_be_title(kept[-1]) and not kept[-2].is_broken:
            kept.pop()
    return kept


def _is_policy_text(text: str) -> bool:
    """A numbered clause may speak of lost certificates or debts; a notice is never numbered 第X条 or 一、."""
    marker = read_marker(text)
    return marker is not None and marker.level not in ("three", "four")


def _cut(passages: list[Passage]) -> list[Piece]:
    pieces: list[Piece] = []
    titles: list[Passage] = []
    body: list[Passage] = []
    continued = False

    def close(closed: bool = False) -> None:
        nonlocal titles, body, continued
        if titles or body:
            pieces.append(Piece(tuple(titles), tuple(body), continued, closed))
        titles, body, continued = [], [], False

    is_title = _find_titles(passages)
    for index, passage in enumerate(passages):
        text = passage.text
        ahead = passages[index + 1 : index + 1 + _LOOK_AHEAD]
        if CONTINUED.match(text):
            if body:
                close()
            continued = True
            start = CONTINUED.match(text).end()  # type: ignore[union-attr]
            passage = replace(passage, text=text[start:])
        elif is_dateline(text) and body:
            close()
        elif is_title[index] and not (body and not passage.level and _goes_on(body, ahead)):
            if body:
                close()
            titles.append(passage)
            continue
        if ends_piece(passage.text):
            rest = strip_closing(passage.text)
            if rest:
                body.append(replace(passage, text=rest))
            close(closed=True)
        elif is_credit(passage.text):
            body.append(passage)
            close(closed=True)
        else:
            body.append(passage)
    close()
    return pieces


def _goes_on(body: list[Passage], ahead: list[Passage]) -> bool:
    """Whether the next number is the one after the last of its kind in `body`: nothing new began in between."""
    following = next((m for p in ahead if (m := read_marker(p.text)) is not None and m.level in _NUMBERED), None)
    if following is None or following.number < 2:
        return False
    earlier = (
        m for p in reversed(body[-400:]) if (m := read_marker(p.text)) is not None and m.level == following.level
    )
    last = next(earlier, None)
    return last is not None and last.number + 1 == following.number


def _find_titles(passages: list[Passage]) -> list[bool]:
    """For each passage whether it is a title; a line after a broken sentence is its rest, not a title."""
    found: list[bool] = []
    for index, passage in enumerate(passages):
        is_title = _may_be_title(passage)
        if is_title and not passage.level and index and passages[index - 1].is_broken and not found[-1]:
            previous = passages[index - 1].text
            is_title = is_credit(previous) or ends_piece(previous)
        found.append(is_title)
    return found


def _may_be_title(passage: Passage) -> bool:
    """An unnumbered line without closing punctuation that stands before a text, after another title, or at its end."""
    text = passage.text
    if passage.level:
        return read_marker(text) is None
    if len(text) > _LONGEST_TITLE or text[-1] in TERMINAL.replace("”", "").replace("’", "") or is_credit(text):
        return False
    if len(text) > 30 and "，" in text:
        return False
    return not (read_marker(text) is not None or ends_piece(text) or is_dateline(text) or text.startswith("- "))


def _is_caption(piece: Piece) -> bool:
    return not piece.titles and not piece.continued and has_credit(list(piece.body))


def _place_headlines(pieces: list[Piece]) -> list[Piece]:
    """Moves a headline back to the untitled text before it where its words belong there; drops captions' credits."""
    placed: list[Piece] = []
    for piece in pieces:
        previous = placed[-1] if placed else None
        if (
            previous is not None
            and piece.titles
            and not previous.titles
            and not previous.continued
            and not _is_caption(previous)
        ):
            words = "".join(t.text for t in piece.titles)
            if not piece.body or _affinity(words, previous.text) > _affinity(words, piece.text):
                placed[-1] = replace(previous, titles=piece.titles)
                piece = replace(piece, titles=())
        if piece.titles or piece.body:
            placed.append(piece)
    return [replace(p, body=tuple(drop_captions(list(p.body))) if p.titles else p.body) for p in placed]


def _affinity(title: str, text: str) -> float:
    """The share of a headline's character pairs that occur in a text."""
    pairs = {title[i : i + 2] for i in range(len(title) - 1)}
    return sum(pair in text for pair in pairs) / max(1, len(pairs))


def headline(titles: tuple[Passage, ...], source: str) -> str:
    """The headline as printed, its lines joined by one blank; labels of the newspaper and bylines left out."""
    lines = [re.sub(r"^#+\s*", "", source[t.span.start : t.span.end]) for t in titles]
    lines = [re.sub(r"[\s\u3000]+", " ", line).strip() for line in lines]
    return " ".join(line for line in lines if line not in _LABELS and not (_BYLINE.match(line) or _FOLIO.match(line)))
