"""A newspaper page -> its pieces (one document or news item each), with headlines joined to the bodies they belong to.

OCR reads columns as it meets them: a headline can stand after its text (page 004), and “上接第一版” can begin one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.clean import TERMINAL, Passage
from index.headings import ends_piece, read_marker
from index.notices import drop_captions, has_credit, is_credit, is_notice, opens_notices, stays_in_notices

CONTINUED = re.compile(r"^\s*[（(]?\s*(?:上接|紧接)第?.{1,6}?版\s*[）)]?\s*")
_DATELINE = re.compile(r"^[（(]?\s*据?(?:新华社|本报|中新社|人民网|央视网).{0,10}?(?:\d{1,2}月\d{1,2}日)?(?:电|讯)\s*(?=\S)")
_BYLINE = re.compile(r"^(?:新华社|本报|人民日报|光明日报)?(?:记者|通讯员|评论员)(?:[\s\u4e00-\u9fff·×、]{0,24})$")
_LABELS = ("新华时评", "新华视点", "新华快评", "要闻", "时评", "短评", "评论员文章", "导读")
_NEWSPAPER = re.compile(r"新华社.{0,12}\d{1,2}月\d{1,2}日电|[上下][接转]第.{1,3}版|遗失声明|声明作废")
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
    pieces = _cut(_drop_notices(passages))
    return [piece for piece in _place_headlines(pieces) if piece.body and not _is_caption(piece)]


def public_passages(passages: list[Passage]) -> list[Passage]:
    """What of a page may be kept: everything but notices, advertisements, captions and photographers' names."""
    public = _drop_notices(passages)
    kept = {p.span for piece in split_page(passages) for p in piece.body}
    dropped = {p.span for piece in _cut(public) if _is_caption(piece) or has_credit(list(piece.body)) for p in piece.body} - kept
    return [p for p in public if p.span not in dropped and not is_credit(p.text)]


def is_dateline(text: str) -> bool:
    return bool(_DATELINE.match(text)) and not ends_piece(text)


def strip_closing(text: str) -> str:
    """The text without a closing （新华社北京4月10日电）.

    >>> strip_closing("解难题的服务实效。（新华社北京4月10日电）")
    '解难题的服务实效。'
    """
    return re.sub(r"\s*[（(]?\s*据?新华社.{0,8}?(?:\d{1,2}月\d{1,2}日)?电\s*[）)]?\s*$", "", text)


def _drop_notices(passages: list[Passage]) -> list[Passage]:
    kept: list[Passage] = []
    inside = False
    for passage in passages:
        text = passage.text
        if CONTINUED.match(text) or is_dateline(text):
            inside = False
        elif opens_notices(text) or (is_notice(text) and not _is_policy_text(text)):
            inside = True
        elif inside:
            inside = stays_in_notices(text)
        if not inside:
            kept.append(passage)
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

    for index, passage in enumerate(passages):
        text = passage.text
        if CONTINUED.match(text):
            if body:
                close()
            continued = True
            start = CONTINUED.match(text).end()  # type: ignore[union-attr]
            passage = replace(passage, text=text[start:])
        elif is_dateline(text) and body:
            close()
        elif _is_title(passages, index):
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


def _is_title(passages: list[Passage], index: int) -> bool:
    """An unnumbered line without closing punctuation that stands before a text, after another title, or at its end."""
    passage = passages[index]
    text = passage.text
    if passage.level:
        return read_marker(text) is None
    if len(text) > _LONGEST_TITLE or text[-1] in TERMINAL.replace("”", "").replace("’", "") or is_credit(text):
        return False
    if len(text) > 30 and "，" in text:
        return False
    if read_marker(text) is not None or ends_piece(text) or is_dateline(text) or text.startswith("- "):
        return False
    if index and passages[index - 1].is_broken and not _is_title(passages, index - 1):
        previous = passages[index - 1].text
        return is_credit(previous) or ends_piece(previous)
    return True


def _is_caption(piece: Piece) -> bool:
    return not piece.titles and not piece.continued and has_credit(list(piece.body))


def _place_headlines(pieces: list[Piece]) -> list[Piece]:
    """Moves a headline back to the untitled text before it where its words belong there; drops captions' credits."""
    placed: list[Piece] = []
    for piece in pieces:
        previous = placed[-1] if placed else None
        if previous is not None and piece.titles and not previous.titles and not previous.continued and not _is_caption(previous):
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
    return " ".join(line for line in lines if line not in _LABELS and not _BYLINE.match(line))
