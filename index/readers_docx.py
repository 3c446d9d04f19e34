"""Word (.docx) -> text: paragraphs and table rows in document order, with the numbers that Word draws before them.

Only the parts needed are unpacked, each within a limit, so a ZIP bomb is refused without being opened.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from index.errors import InputError
from index.readers_docx_numbering import Numbering, read_numbering
from index.readers_docx_styles import Styles, read_styles

MAX_PART_BYTES = 40 * 1024 * 1024  # unpacked; the longest of 3,472 laws takes 0.4 MB
MAX_TOTAL_BYTES = 500 * 1024 * 1024  # all parts as declared, pictures too
MAX_RATIO = 150  # unpacked to packed, for parts over 4 MB; the longest law has 5, a bomb of blanks 1,000
_RATIO_FROM = 4 * 1024 * 1024
_MAX_ENTRIES = 10_000
_HEADING_LENGTH = 60  # a longer paragraph, or one that ends a sentence, is no heading whatever its style

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"

_IGNORED = frozenset(
    [qn(f"w:{name}") for name in ("del", "moveFrom", "instrText", "delText", "rt", "pPr", "rPr", "sdtPr", "fldData")]
    + [_FALLBACK]
)
_WRAPPERS = frozenset(qn(f"w:{name}") for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_SIGNS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-", qn("w:ptab"): " "}
_DAMAGED = "文件已损坏，无法打开；请用 Word 或 WPS 打开并另存为 .docx 后再导入"


def read_docx(data: bytes) -> str:
    """The text of a .docx file, one paragraph or table row a line, headings marked `# `; raises `InputError`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive)
            main = _find_main_part(archive)
            body = _parse(_read_part(archive, main)).find(qn("w:body"))
            folder = main.rpartition("/")[0]
            styles = read_styles(_parse_optional(archive, f"{folder}/styles.xml"))
            numbering = read_numbering(_parse_optional(archive, f"{folder}/numbering.xml"), styles)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, SyntaxError, ValueError) as error:
        raise InputError(_DAMAGED) from error  # SyntaxError: lxml's XMLSyntaxError
    except RuntimeError as error:  # zipfile's word for an encrypted entry
        raise InputError("压缩包有密码；请取消密码，另存为 .docx 后再导入") from error
    if body is None:
        raise InputError(_DAMAGED)
    return "\n".join(_Reader(styles, numbering).block_lines(body))


class _Reader:
    """Walks a document once from top to bottom; the counters of its numbered paragraphs are the state."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self._styles = styles
        self._numbering = numbering

    def block_lines(self, parent: Any) -> Iterator[str]:
        """The lines of a body, a table cell or a text box."""
        for element in parent:
            if element.tag == qn("w:p"):
                yield from self._paragraph_lines(element)
            elif element.tag == qn("w:tbl"):
                yield from self._table_lines(element)
            elif element.tag in _WRAPPERS and not _is_contents_table(element):
                yield from self.block_lines(element)

    def _paragraph_lines(self, paragraph: Any) -> Iterator[str]:
        boxes: list[Any] = []
        text = "".join(_text_pieces(paragraph, boxes)).strip(" \n\u3000")
        properties = paragraph.find(qn("w:pPr"))
        style = self._styles.of(properties)
        is_deleted = properties is not None and properties.find(f"{qn('w:rPr')}/{qn('w:del')}") is not None
        if not (is_deleted and not text) and not style.is_contents_entry:
            number = self._numbering.draw(properties, style.id)  # an empty paragraph counts, too
            if text:
                yield from _mark_heading(number + text, self._styles.heading_level(properties))
        for box in boxes:
            yield from self.block_lines(box)

    def _table_lines(self, table: Any) -> Iterator[str]:
        """A row of short cells is one line, `甲 | 乙`; cells that hold paragraphs of their own stay lines."""
        for row in table.iter(qn("w:tr")):
            is_deleted = row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None
            if is_deleted or next(row.iterancestors(qn("w:tbl"))) is not table:
                continue
            cells = [c for c in row.iter(qn("w:tc")) if next(c.iterancestors(qn("w:tr"))) is row]
            filled = [lines for cell in cells if (lines := list(self.block_lines(cell)))]
            if len(filled) > 1 and all(len(lines) == 1 for lines in filled):
                yield " | ".join(lines[0].lstrip("# ") for lines in filled)
            else:
                yield from (line for lines in filled for line in lines)


def _text_pieces(element: Any, boxes: list[Any]) -> Iterator[str]:
    """The visible strings under an element; text boxes are put aside, to be read after their paragraph."""
    for child in element:
        tag = child.tag
        if tag == qn("w:t") or tag == _MATH_TEXT:
            yield child.text or ""
        elif tag in _SIGNS:
            yield "" if child.get(qn("w:type")) in ("page", "column") else _SIGNS[tag]
        elif tag == qn("w:txbxContent"):
            boxes.append(child)
        elif tag not in _IGNORED and not _is_hidden_run(child):
            yield from _text_pieces(child, boxes)


def _is_hidden_run(element: Any) -> bool:
    if element.tag != qn("w:r"):
        return False
    vanish = element.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return vanish is not None and vanish.get(qn("w:val")) not in ("0", "false", "off")


def _is_contents_table(element: Any) -> bool:
    gallery = element.find(f"{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}")
    return gallery is not None and gallery.get(qn("w:val")) == "Table of Contents"


def _mark_heading(text: str, level: int) -> Iterator[str]:
    if level and len(text) <= _HEADING_LENGTH and text[-1] not in "。；;，,：:":
        yield "#" * level + " " + text.replace("\n", "")
    else:
        yield from (line for line in text.split("\n") if line.strip())


def _check_sizes(archive: zipfile.ZipFile) -> None:
    """Refuses a ZIP bomb by what its directory declares; what it declares falsely, `_read_part` finds out."""
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    swollen = [e for e in entries if e.file_size > _RATIO_FROM and e.file_size > MAX_RATIO * max(1, e.compress_size)]
    if total > MAX_TOTAL_BYTES or swollen or len(entries) > _MAX_ENTRIES:
        raise InputError(
            f"解压后有 {total / 1024 / 1024:.0f} MB（{len(entries)} 个文件），疑似压缩炸弹，已拒绝打开；"
            "请用 Word 打开并另存为 .docx"
        )


def _find_main_part(archive: zipfile.ZipFile) -> str:
    """The name of the document part; raises `InputError` for other kinds of ZIP files."""
    names = set(archive.namelist())
    if "word/document.xml" in names:
        return "word/document.xml"
    if "_rels/.rels" in names:
        target = re.search(rb'Target="/?(word/document\d*\.xml)"', _read_part(archive, "_rels/.rels"))
        if target and target[1].decode("ascii") in names:
            return target[1].decode("ascii")
    if any(name.startswith("xl/") for name in names):
        raise InputError("是 Excel 表格；请把文字复制到 Word，另存为 .docx 后再导入")
    if any(name.startswith("ppt/") for name in names):
        raise InputError("是 PowerPoint 演示文稿；请把文字复制到 Word，另存为 .docx 后再导入")
    if "OFD.xml" in names:
        raise InputError("是 OFD 文件；请用阅读器导出为 PDF，或把文字复制到 Word，另存为 .docx 后再导入")
    if "content.xml" in names:
        raise InputError("是 OpenDocument 文件；请另存为 .docx 后再导入")
    if "[Content_Types].xml" in names:
        raise InputError(_DAMAGED)
    raise InputError("是压缩包，不是 Word 文件；请先解压，再导入其中的文件")


def _read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        data = stream.read(MAX_PART_BYTES + 1)
    if len(data) > MAX_PART_BYTES:
        raise InputError(f"正文解压后超过 {MAX_PART_BYTES // 1024 // 1024} MB，已拒绝打开；请拆分文件后再导入")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data.replace(b"\x00", b""):
        raise InputError("内含实体声明（Word 不会写这样的内容），已拒绝打开；请用 Word 打开并另存为 .docx")
    return data.replace(_STRICT, _TRANSITIONAL)


def _parse(xml: bytes) -> Any:
    return parse_xml(xml)


def _parse_optional(archive: zipfile.ZipFile, name: str) -> Any | None:
    return _parse(_read_part(archive, name)) if name in archive.namelist() else None
