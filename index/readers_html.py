"""HTML -> text: headings as `# ` lines, a line for each paragraph, list item and table row.

Scripts, menus and hidden parts go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from index.errors import InputError
from index.numerals import format_numeral
from index.readers_text import decode_text

_DROPPED = re.compile(
    r"script|style|nav|svg|noscript|template|iframe|object|embed|canvas|audio|video|map|head|footer|aside"
    r"|button|select|option|textarea|input|del|rt|rp"
)
_BLOCK = re.compile(
    r"html|body|div|p|h[1-6]|ul|ol|li|d[ltd]|table|thead|tbody|tfoot|tr|t[dh]|caption|blockquote|pre"
    r"|article|section|header|main|form|fieldset|figure|figcaption|details|summary|address|center|hr|br"
)
MAX_HTML_BYTES = 10 * 1024 * 1024  # 8 MB of paragraphs take 2 s, of tiny ones 20 s; the longest law has 0.3 MB
_MAX_DEPTH = 1000  # unclosed <span> tags of old pages nest by the dozen
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHINESE_LIST = re.compile(r"cjk-ideographic|chinese-informal", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\s*[（(]?(?:[\d０-９]{1,3}|[一二三四五六七八九十]{1,3})[)）、.．]|\s*第.{1,5}[条章节]|\s*[①-⑳]"
)


def read_html(data: bytes) -> str:
    """The visible text of an HTML file in UTF-8, the encoding it declares, or one that gives plausible Chinese."""
    if len(data) > MAX_HTML_BYTES:
        raise InputError(f"网页超过 {MAX_HTML_BYTES // 1024 // 1024} MB；请把正文复制到 Word，另存为 .docx 后再导入")
    return html_to_text(_decode_html(data))


def html_to_text(html: str) -> str:
    """Text of an HTML document or fragment, a block a line.

    >>> html_to_text("<h2>第一章　总则</h2><p>第一条&nbsp;为<b>了</b>。</p><ul><li>甲<li>乙</ul><script>x</script>")
    '## 第一章 总则\\n第一条 为了。\\n甲\\n乙'
    """
    soup = BeautifulSoup(html, "lxml")
    _check_depth(soup)
    for tag in soup.find_all(_is_dropped):
        if not tag.decomposed:
            tag.decompose()
    for menu in soup.find_all(["ul", "ol"]):
        if not menu.decomposed and _is_menu(menu):
            menu.decompose()
    _print_list_numbers(soup)
    for row in soup.find_all("tr"):
        _print_row(row)
    lines = (re.sub(r"[\s\u3000\xa0]+", " ", line).strip() for line in "".join(_pieces(soup)).split("\n"))
    return "\n".join(line for line in lines if line and not re.fullmatch(r"#+", line))


def _pieces(soup: BeautifulSoup) -> Iterator[str]:
    """Strings and line breaks in document order; without recursion, since a hostile file may nest 100,000 tags."""
    stack: list[Tag | NavigableString | str] = [soup]
    has_pre = soup.find("pre") is not None
    while stack:
        node = stack.pop()
        if isinstance(node, Tag):
            is_block = _BLOCK.fullmatch(node.name) is not None
            if is_block:
                stack.append("\n")
            heading = re.fullmatch(r"h([1-6])", node.name)
            children = [child for child in node.contents if isinstance(child, (Tag, NavigableString))]
            if heading:
                children = [NavigableString(" ".join(node.get_text(" ").split()))]
            stack.extend(reversed(children))
            if is_block:
                stack.append("\n" + "#" * int(heading[1]) + " " if heading else "\n")
        elif isinstance(node, NavigableString):
            if not isinstance(node, PreformattedString):  # comments, doctypes, processing instructions
                inside_pre = has_pre and node.find_parent("pre") is not None
                yield str(node) if inside_pre else re.sub(r"[ \t\r\n\f]+", " ", str(node))
        else:
            yield node


def _check_depth(soup: BeautifulSoup) -> None:
    """Refuses nesting that no page has: with it every look at what a tag contains costs as much as the whole page."""
    level, depth = [child for child in soup.contents if isinstance(child, Tag)], 0
    while level:
        depth += 1
        if depth > _MAX_DEPTH:
            raise InputError(f"网页标签嵌套超过 {_MAX_DEPTH} 层，已停止；请用浏览器打开，把正文复制到 Word 再导入")
        level = [child for tag in level for child in tag.contents if isinstance(child, Tag)]


def _is_dropped(tag: Tag) -> bool:
    if _DROPPED.fullmatch(tag.name):
        return True
    if tag.name == "header":
        return tag.find(["h1", "h2"]) is None
    attributes = tag.attrs
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or attributes.get("role") == "navigation"
        or bool(_HIDDEN.search(str(attributes.get("style", ""))))
    )


def _is_menu(tag: Tag) -> bool:
    """Whether a list is a menu: three or more items that are almost nothing but links."""
    total = len(re.sub(r"\s", "", tag.get_text()))
    linked = sum(len(re.sub(r"\s", "", link.get_text())) for link in tag.find_all("a"))
    return len(tag.find_all("li")) >= 3 and linked > 0.9 * total


def _print_list_numbers(soup: BeautifulSoup) -> None:
    """Numbers that a browser would draw before the items of an <ol> become text, unless the items carry their own."""
    for ordered in soup.find_all("ol"):
        items = ordered.find_all("li", recursive=False)
        style = str(ordered.get("style", ""))
        if "list-style-type:none" in style.replace(" ", "") or any(_NUMBERED.match(item.get_text()) for item in items):
            continue
        start = str(ordered.get("start", "1"))
        first = int(start) if start.isdecimal() else 1
        for number, item in enumerate(items, first):
            chinese = _CHINESE_LIST.search(style) and 0 < number < 10000
            item.insert(0, f"{format_numeral(number)}、" if chinese else f"{number}. ")


def _print_row(row: Tag) -> None:
    """A table row whose cells are short becomes one line, `甲 | 乙`; cells with paragraphs of their own stay blocks."""
    if row.find("table") is not None:
        return
    cells = row.find_all(["td", "th"], recursive=False)
    if any(cell.find(["p", "div", "br", "table", "li"]) and len(_cell_lines(cell)) > 1 for cell in cells):
        return
    texts = [text for cell in cells if (text := " ".join(cell.get_text(" ").split()))]
    if len(texts) > 1:
        row.clear()
        row.append(" | ".join(texts))


def _cell_lines(cell: Tag) -> list[str]:
    return [line for line in cell.get_text("\n").split("\n") if line.strip()]


def _decode_html(data: bytes) -> str:
    declared = re.search(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", data[:4096], re.IGNORECASE)
    encoding = declared[1].decode("ascii").lower() if declared else ""
    if encoding in {"gb2312", "gbk", "gb18030", "x-gbk"} and not data.startswith(b"\xef\xbb\xbf"):
        for candidate in ("utf-8", "gb18030"):  # pages that say gb2312 and are UTF-8 are common
            try:
                return data.decode(candidate)
            except UnicodeDecodeError:
                continue
        raise InputError("网页的文字编码有损坏；请用浏览器打开，把正文复制到 Word，另存为 .docx 后再导入")
    return decode_text(data)
