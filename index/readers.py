"""A user's file -> its text: .txt .md .html .docx .pdf, known by content first and by ending second.

Whatever cannot be read is an `InputError` of one line that names the file and says what to do.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.errors import InputError
from index.readers_text import decode_text

MAX_BYTES = 50 * 1024 * 1024  # 17 million characters; the longest of 3,472 laws has 108 thousand

Kind = Literal["text", "markdown", "html", "docx", "pdf"]

_MAGIC = (
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
    (b"RIFF", "图片或音视频"),
    (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"BZh", "压缩包"),
    (b"\xfd7zXZ", "压缩包"),
    (b"SQLite format 3", "数据库"),
)
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE
)
_IMAGE_REMEDY = "请先做文字识别（OCR），保存为 .docx 或 .txt 后再导入"
_ARCHIVE_REMEDY = "请先解压，再导入其中的文件"
_SAVE_AS = "请另存为 .docx 或 .txt 后再导入"


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says: `text` has one paragraph a line where the format knows paragraphs, else the lines as printed.

    `siglum_hint` is a short name for an apparatus: the number that begins the file name (`000_….txt`), else its stem.
    `notes` are sentences in Chinese for whoever imports, e.g. about pages without text.
    """

    name: str
    siglum_hint: str
    text: str
    notes: tuple[str, ...] = ()


def read_source(path: Path) -> Source:
    """Reads one file; raises `InputError` (one line: file, reason, remedy) for whatever is no readable text."""
    name = re.sub(r"[\x00-\x1f\x7f]+", " ", path.name) or str(path)
    try:
        data = _read_bytes(path)
        kind = detect_kind(data, path.suffix.lower())
        text, notes = _extract(kind, data)
        text = _normalise_lines(text)
        if not re.search(r"\w", text):
            raise InputError("文件里没有文字；请检查是否选错了文件")
    except InputError as error:
        raise InputError(f"{name}：{error}") from error
    number = re.match(r"\d{1,4}(?=[_\-. ]|$)", path.stem)
    return Source(name, number[0] if number else re.sub(r"\s+", " ", path.stem), text, notes)


def detect_kind(data: bytes, suffix: str) -> Kind:
    """The kind of a file by its first bytes, for texts by their ending; raises `InputError` for all that is no text."""
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return "docx"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise InputError(_describe_compound_file(data))
    if head.startswith(b"{\\rtf"):
        raise InputError(f"是 RTF 文件；{_SAVE_AS}")
    if b"wordDocument" in head or b"<pkg:package" in head:
        raise InputError(f"是 Word XML 文件；{_SAVE_AS}")
    for magic, kind in _MAGIC:
        if head.startswith(magic) and (len(magic) > 2 or b"\x00" in head):
            remedy = _IMAGE_REMEDY if kind == "图片" else _ARCHIVE_REMEDY if kind == "压缩包" else _SAVE_AS
            raise InputError(f"是{kind}，不是文字文件；{remedy}")
    if suffix in {".md", ".markdown"}:
        return "markdown"
    if suffix in {".html", ".htm", ".xhtml"} or _HTML_START.match(head) or _is_utf16_html(head):
        return "html"
    return "text"


def _extract(kind: Kind, data: bytes) -> tuple[str, tuple[str, ...]]:
    """Text and notes; the reader of each format, and its library, is imported only for such a file."""
    if kind == "docx":
        from index.readers_docx import read_docx

        return read_docx(data), ()
    if kind == "pdf":
        from index.readers_pdf import read_pdf

        return read_pdf(data)
    if kind == "html":
        from index.readers_html import read_html

        return read_html(data), ()
    if kind == "markdown":
        from index.readers_markdown import read_markdown

        return read_markdown(decode_text(data)), ()
    return decode_text(data), ()


def _read_bytes(path: Path) -> bytes:
    """The file's bytes; its size is looked at before it is opened, and never more than the limit is read."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError("是文件夹；请指定其中的文件")
        if not stat.S_ISREG(status.st_mode):
            raise InputError("不是普通文件；请指定 .txt、.md、.html、.docx 或 .pdf 文件")
        if status.st_size > MAX_BYTES:
            raise InputError(_too_large(status.st_size))
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError("文件不存在；请检查路径和文件名") from error
    except PermissionError as error:
        raise InputError("没有读取权限；请修改文件权限，或复制到自己的文件夹后再导入") from error
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        raise InputError(f"无法读取（{error}）；请检查磁盘和路径") from error
    if len(data) > MAX_BYTES:
        raise InputError(_too_large(len(data)))
    if not data:
        raise InputError("是空文件；请检查是否保存成功")
    return data


def _too_large(size: int) -> str:
    megabyte = 1024 * 1024
    return f"文件有 {size / megabyte:.1f} MB，超过上限 {MAX_BYTES // megabyte} MB；请拆分文件，或只保留正文后再导入"


def _describe_compound_file(data: bytes) -> str:
    """What an OLE compound file (Office 97–2003, or an encrypted newer one) is, by the names of its streams."""

    def has_stream(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has_stream("EncryptedPackage"):
        return "有打开密码；请在 Word 中取消密码，另存为 .docx 后再导入"
    if has_stream("WordDocument"):
        return "是旧版 .doc（或 .wps）文件；请用 Word 或 WPS 另存为 .docx 后再导入"
    if has_stream("Workbook") or has_stream("Book"):
        return f"是 Excel 表格；请把文字复制到 Word，{_SAVE_AS[1:]}"
    if has_stream("PowerPoint Document"):
        return f"是 PowerPoint 演示文稿；请把文字复制到 Word，{_SAVE_AS[1:]}"
    return f"是旧版 Office 文件；{_SAVE_AS}"


def _is_utf16_html(head: bytes) -> bool:
    if head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return False
    return re.match(r"\s*<(?:!doctype\s+html|html)\b", head.decode("utf-16", errors="ignore"), re.I) is not None


def _normalise_lines(text: str) -> str:
    r"""Line ends are \n, also those of pages; invisible characters go. Empty lines stay: they part paragraphs."""
    text = re.sub(r"\r\n?|[\f\v\x85\u2028\u2029]", "\n", text)
    text = re.sub(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\xad\x00-\x08\x0e-\x1f\x7f]", "", text)
    return text.strip("\n") + "\n"
