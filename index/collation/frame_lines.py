"""Which lines of a printing's articles are no text: most others have them in their frame, where a slip did not hide them.

Addressees, dates, signatures and headings of parts are known by their form, so that one slip makes text of one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.collation.streams import LONGEST_FRAME_LINE, is_frame_line, is_part_line, normal_form, printed_number
from index.metadata import is_frame
from index.records import LEAD_ARTICLE, Article, Witness

_SHORTEST, _LONGEST_FORMULA = 4, 40  # characters


def frames_of_others(witnesses: Sequence[Witness]) -> list[tuple[str, ...]]:
    """For each printing the normal forms of the lines that most of the others, two at least, have in their frames, and none of them as text.

    What one of them has as text, too, slips apart, may be text here (本办法自2024年12月31日起施行 as a subtitle).
    """
    frames = [frozenset(normal_form(line) for line in w.frame if _is_formula(line)) for w in witnesses]
    texts = [frozenset(normal_form(line) for a in w.articles for line in a.text.split("\n")) for w in witnesses]
    found = []
    for own in range(len(witnesses)):
        others = [k for k in range(len(witnesses)) if k != own]
        lines = sorted(set().union(*(frames[k] for k in others)) - frames[own])
        found.append(
            tuple(
                line
                for line in lines
                if _SHORTEST <= len(line) <= LONGEST_FRAME_LINE
                and sum(is_frame_line(line, frames[k]) for k in others) > max(1, len(others) // 2)
                and not any(is_frame_line(line, texts[k]) for k in others if _vouches(line, frames[k]))
            )
        )
    return found


def _is_formula(line: str) -> bool:
    """Whether a line of the frame is short, or known by its form: a preamble with a slip may have come there as well."""
    return 0 < len(line) <= _LONGEST_FORMULA or is_frame(line)


def _vouches(line: str, frame: frozenset[str]) -> bool:
    """Whether a printing that has such a line as text speaks against the frame: of a short one (a date, a signature)
    only where its frame has it, too, for each may have its own slip there; a long one is not known by its form."""
    return len(line) > _LONGEST_FORMULA or is_frame_line(line, frame)


def without_frame(witness: Witness, frame: Sequence[str]) -> Witness:
    """The printing without the articles that are only such a line (第四条 狱政管理 where others have 第四章)."""
    kept = tuple(a for a in witness.articles if not _is_frame(witness, a, frame))
    return replace(witness, articles=kept) if len(kept) < len(witness.articles) and kept else witness


def _is_frame(witness: Witness, article: Article, frame: Sequence[str]) -> bool:
    """A beginning without a number by its words; an article with one only where number and words make the line."""
    if not frame or len(article.text) > LONGEST_FRAME_LINE or "\n" in article.text:
        return False
    form = normal_form(article.text)
    if article.number == LEAD_ARTICLE:
        return is_frame_line(form, frame)
    return is_part_line(printed_number(witness, article.number) + form, frame)
