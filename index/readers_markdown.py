"""Markdown -> text: heading marks, quotes and list dashes stay; front matter, HTML, emphasis, links and pictures go."""

from __future__ import annotations

import html
import re

_FRONT_MATTER = re.compile(
    r"\A\s*---[ \t]*\n(?:[ \t]*(?:[\w-]+[ \t]*:.*|-[ \t].*|#.*)?\n){0,200}?(?:---|\.\.\.)[ \t]*\n"
)
_TAG_NAMES = (
    "a|abbr|article|b|big|blockquote|body|br|button|center|code|dd|del|details|div|dl|dt|em|figure|figcaption|font"
    "|footer|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|li|main|mark|meta|nav|ol|p|path|pre|s|script"
    "|section|small|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul|video"
)
_TAG = re.compile(rf"</?(?:{_TAG_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK = re.compile(
    r"^[ ]{0,3}<(?:div|table|section|article|details|center|ul|ol|p|svg|style|script|blockquote|figure|nav|header"
    r"|footer|pre|h[1-6])\b"
    r"[^\n]*(?:\n(?![ \t]*\n)[^\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
_NOTICE_BOX = re.compile(r"\s*<(?:div|section|aside|p)\b[^>]*\brole\s*=\s*[\"']?(?:alert|note|status)\b", re.IGNORECASE)
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$", re.MULTILINE)

_INLINE = (
    (re.compile(r"!\[[^\]\n]*\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"), ""),
    (re.compile(r"!?\[([^\[\]\n]+)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"), r"\1"),
    (re.compile(r"\[\^[\w-]+\](?!:)"), ""),
    (re.compile(r"(?<![*\\])\*{3}(?![*\s])([^*\n]+?)(?<![\s*\\])\*{3}(?!\*)"), r"\1"),
    (re.compile(r"(?<![*\\])\*{2}(?![*\s])([^*\n]+?)(?<![\s*\\])\*{2}(?!\*)"), r"\1"),
    (re.compile(r"(?<![*\w\\])\*(?![*\s])([^*\n]+?)(?<![\s*\\])\*(?![*\w])"), r"\1"),
    (re.compile(r"~~(?!\s)[^~\n]+~~"), ""),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"), r"\1"),
)


def read_markdown(text: str) -> str:
    """Plain text of a Markdown document; a box (`role="alert"`) becomes one line, other HTML a block a line.

    >>> read_markdown("---\\ntag:\\n - a\\n---\\n# 意见\\n\\n**一、总则**<br>见[附件](a.pdf)。\\n\\n> 第一篇\\n")
    '# 意见\\n\\n一、总则\\n见附件。\\n\\n> 第一篇\\n'
    """
    text = re.sub(r"\r\n?", "\n", text)
    text = _FRONT_MATTER.sub("", text, count=1)
    text = _drop_comments(text)
    text = _BLOCK.sub(lambda match: _render_block(match[0]), text)
    text = re.sub(r"<br\s*/?>", "\n", text, flags=re.IGNORECASE)
    text = _TAG.sub("", text)
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    text = re.sub(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[\da-fA-F]{1,6});", lambda match: html.unescape(match[0]), text)
    return _plain_blocks(text)


def _plain_blocks(text: str) -> str:
    """Tables, underlined headings, fences and closing marks in the plain form that headings and lists have."""
    text = re.sub(r"^[ ]{0,3}(```|~~~).*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^([^\n#>|\-\s][^\n]{0,80})\n=+[ \t]*$", r"# \1", text, flags=re.MULTILINE)
    text = re.sub(r"^(#{1,6})(?=[^#\s])", r"\1 ", text, flags=re.MULTILINE)
    text = re.sub(r"^([ \t]*)[*+][ \t]+", r"\1- ", text, flags=re.MULTILINE)
    if "|" in text:
        text = _TABLE_RULE.sub(lambda match: "" if "|" in match[0] else match[0], text)
        text = re.sub(r"^[ \t]*\|(.*)\|[ \t]*$", lambda match: _row(match[1]), text, flags=re.MULTILINE)
    return "\n".join(_plain_line(line) for line in text.split("\n"))


def _plain_line(line: str) -> str:
    """A line without the marks at its end: of a hard break, or of a closed heading (`# 总则 #`)."""
    line = line.rstrip(" \t\\")
    is_closed = line.startswith("#") and line.rstrip("#").endswith((" ", "\t")) and line.strip("# \t")
    return line.rstrip("#").rstrip() if is_closed else line


def _drop_comments(text: str) -> str:
    parts, position = [], 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts.append(text[position:start])
        position = end + 3
    return "".join([*parts, text[position:]])


def _row(cells: str) -> str:
    return " | ".join(cell.strip() for cell in cells.split("|") if cell.strip())


def _render_block(block: str) -> str:
    from index.readers_html import html_to_text

    rendered = html_to_text(block)
    return rendered.replace("\n", " ") if _NOTICE_BOX.match(block) else rendered
