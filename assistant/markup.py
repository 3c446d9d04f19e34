"""Words that somebody typed or a page had, made harmless for a file: no control characters, no accidental Markdown."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~&])")
_SPACE = re.compile(r"[^\S\u3000]+")
_BLOCK_START = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+=])")


def printable(text: str) -> str:
    """Without the characters that XML cannot hold or nobody sees.

    >>> printable("请\\x01假\\n")
    '请假\\n'
    """
    return _CONTROL.sub("", text)


def one_line(text: str) -> str:
    """Printable, on one line, with single spaces; wide spaces stay.

    >>> one_line(" 第1条\\n  目的　总则 ")
    '第1条 目的　总则'
    """
    return _SPACE.sub(" ", printable(text)).strip()


def escape_markdown(text: str) -> str:
    """`text` as Markdown that shows exactly these characters; for a place inside a line.

    >>> escape_markdown("<b>*急*</b> &lt;")
    '\\\\<b\\\\>\\\\*急\\\\*\\\\</b\\\\> \\\\&lt;'
    """
    return _MARKDOWN.sub(r"\\\1", printable(text))


def escape_line(line: str) -> str:
    """Like `escape_markdown`, for a whole line: it begins no list, heading, rule or code either.

    >>> [escape_line(each) for each in ("1. 甲", "- 乙", "---", "  丙", "1．丁")]
    ['1\\\\. 甲', '\\\\- 乙', '\\\\---', '丙', '1．丁']
    """
    return _BLOCK_START.sub(_with_backslash, escape_markdown(line).strip())


def escape_lines(text: str) -> str:
    """Each line a line of its own in Markdown, too; empty ones are left out."""
    return "  \n".join(escape_line(line) for line in text.splitlines() if line.strip())


def _with_backslash(match: re.Match[str]) -> str:
    return f"\\{match[3]}" if match[3] else f"{match[1]}\\{match[2]}"
