"""Every kind of file a user may bring becomes text, and every wrong one an error that says what to do."""

from __future__ import annotations

import io
import os
import struct
import time
import zipfile
from pathlib import Path

import pytest
from docx import Document

from index import readers
from index.errors import InputError
from index.readers import Source, read_source
from index.readers_text import decode_text

SHARED = Path(__file__).resolve().parents[2] / "shared"

LAW = (
    "某市社区管理办法\n第一条 为了规范社区的管理和服务，根据有关法律的规定，制定本办法。\n"
    "第二条 本市行政区域内的社区管理，适用本办法。\n第三条 市人民政府民政部门负责本办法的组织实施工作。\n"
)
QA_ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]


def write(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path) -> str:
    """The error's text, which must be one line that begins with the file's name."""
    with pytest.raises(InputError) as caught:
        read_source(path)
    message = str(caught.value)
    assert message.startswith(f"{path.name}：")
    assert "\n" not in message
    return message


# --- text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", QA_ENCODINGS)
def test_text_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, "017_办法.txt", LAW.encode(encoding))
    assert read_source(path) == Source("017_办法.txt", "017", LAW)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "gb18030"])
def test_a_single_line_is_enough_to_know_the_encoding(encoding: str) -> None:
    assert decode_text("第一条 为了规范".encode(encoding)) == "第一条 为了规范"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("為了加強社區工作者隊伍建設，規範社區服務，根據有關法律、法規，制定本條例。", "big5"),
        ("この法律は、社会福祉を目的とする事業の全分野における共通的基本事項を定める。", "shift-jis"),
        ("제1조 이 법은 사회복지에 관한 기본적 사항을 규정하여 사회복지를 필요로 하는 사람", "euc-kr"),
        ("Статья 1. Настоящий Федеральный закон устанавливает основы", "cp1251"),
    ],
)
def test_a_foreign_encoding_is_an_error_and_no_wrong_guess(text: str, encoding: str) -> None:
    with pytest.raises(InputError, match="UTF-8"):
        decode_text(text.encode(encoding))


def test_line_ends_and_invisible_characters_are_made_plain(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "第一条\r\n\u200b第二\ufeff条\r第三条\f第四条\n\n\n第五条".encode())
    assert read_source(path).text == "第一条\n第二条\n第三条\n第四条\n\n\n第五条\n"


@pytest.mark.parametrize(
    ("name", "siglum"), [("000_x.txt", "000"), ("12-x.txt", "12"), ("办法.txt", "办法"), ("2024年.txt", "2024年")]
)
def test_siglum_hint(tmp_path: Path, name: str, siglum: str) -> None:
    assert read_source(write(tmp_path, name, LAW)).siglum_hint == siglum


# --- Markdown and HTML ----------------------------------------------------------------------------------------------


def test_markdown_keeps_headings_and_quotes_and_loses_the_rest(tmp_path: Path) -> None:
    source = """---
category:
 - 社会救助
tag:
 - 低保
---

# 关于某事的意见 #

<div role="alert" class="p-4">   <svg viewBox="0 0 24 24"><path d="M9 12.75L11.25 15" /></svg>
  <div><strong> 实施时间 </strong>  <p class="x">2021年4月28日</p></div> </div>

> 第一篇　总则

**一、总体要求。**见[附件](http://example.com/a_(1).pdf)。<br>第二行&nbsp;完 <!-- 注 -->

![图](x.jpg)

* 甲
* 乙（2206031981********）；丙（2201811987********）

| 类别 | 标准 |
|------|-----:|
| 一类 | 3000元 |

1\\. 转义，a < b 且 b > c
"""
    assert [line for line in read_source(write(tmp_path, "意见.md", source)).text.split("\n") if line] == [
        "# 关于某事的意见",
        "实施时间 2021年4月28日",
        "> 第一篇　总则",
        "一、总体要求。见附件。",
        "第二行\xa0完",
        "- 甲",
        "- 乙（2206031981********）；丙（2201811987********）",
        "类别 | 标准",
        "一类 | 3000元",
        "1. 转义，a < b 且 b > c",
    ]


HTML = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>网站</title><style>p{{}}</style></head><body>
<nav>首页</nav><ul><li><a href=1>新闻</a></li><li><a href=2>政策</a></li><li><a href=3>服务</a></li></ul>
<h1>某市<br>办法</h1><p>第一条&nbsp;为了<b>规范</b>
管理。</p><div style="display: none">隐藏</div><p hidden>隐藏</p><script>var x;</script>
<p>第二条 包括：<br>（一）甲；<br>（二）乙。</p><ol><li>丙</li><li>丁</li></ol>
<ol style="list-style-type: simp-chinese-informal" start="3"><li>戊</li></ol>
<table><tr><th>类别</th><th>标准</th></tr><tr><td>一类</td><td><p>3000元</p></td></tr></table>
<table><tr><td><p>第三条 整页排在表格里。</p><p>第四条 每段一行。</p></td></tr></table>
<footer>版权所有</footer></body></html>"""
HTML_LINES = [
    *("# 某市 办法", "第一条 为了规范 管理。", "第二条 包括：", "（一）甲；", "（二）乙。", "1. 丙", "2. 丁", "三、戊"),
    *("类别 | 标准", "一类 | 3000元", "第三条 整页排在表格里。", "第四条 每段一行。"),
]


@pytest.mark.parametrize(
    ("charset", "encoding"), [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("gb2312", "utf-8"), ("utf-16", "utf-16")]
)
def test_html(tmp_path: Path, charset: str, encoding: str) -> None:
    path = write(tmp_path, "办法.html", HTML.format(charset=charset).encode(encoding))
    assert read_source(path).text.splitlines() == HTML_LINES


def test_html_is_known_by_its_content(tmp_path: Path) -> None:
    assert read_source(write(tmp_path, "办法.txt", HTML.format(charset="utf-8"))).text.splitlines() == HTML_LINES


def test_deeply_nested_html_is_refused_at_once(tmp_path: Path) -> None:
    started = time.process_time()
    assert "嵌套" in refusal(write(tmp_path, "深.html", "<ul><li>" * 20_000 + "第一条"))
    assert time.process_time() - started < 10


# --- wrong input ----------------------------------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504


def make_zip(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAUGHS = (
    b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><w:document '
    + W
    + b"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
)
FILE_ENTITY = LAUGHS.replace(b'"ha"', b'SYSTEM "file:///etc/passwd"')


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.txt", b"", "空文件"),
        ("空白.txt", " \n\u3000\n".encode(), "没有文字"),
        ("图.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "文字识别（OCR）"),
        ("图.txt", b"\xff\xd8\xff\xe0" + b"\x00" * 50, "文字识别（OCR）"),
        ("程序.txt", b"MZ\x90\x00\x03" + bytes(range(256)), "程序"),
        ("数据.txt", bytes(range(256)) * 20, "不是文字文件"),
        ("空字节.txt", "第一条 为了\x00规范\n".encode() * 20, "空字节"),
        ("半截.txt", "第一条 为了规范管理".encode() * 30 + b"\xe7", "编码"),
        ("压缩.zip", make_zip({"a.txt": b"x"}), "先解压"),
        ("压缩.docx", b"PK\x05\x06" + b"\x00" * 18, "压缩包"),
        ("包.rar", b"Rar!\x1a\x07\x00" + b"\x00" * 20, "先解压"),
        ("表.xlsx", make_zip({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}), "Excel"),
        ("公文.ofd", make_zip({"OFD.xml": b"<x/>"}), "OFD"),
        ("旧.doc", OLE + "WordDocument".encode("utf-16-le"), "另存为 .docx"),
        ("旧.xls", OLE + "Workbook".encode("utf-16-le"), "Excel"),
        ("密.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("富.rtf", b"{\\rtf1\\ansi x}", "RTF"),
        ("坏.docx", make_zip({"word/document.xml": b"<w:document"}), "损坏"),
        ("截断.docx", make_zip({"word/document.xml": b"<x/>" * 1000})[:60], "损坏"),
        ("笑.docx", make_zip({"word/document.xml": LAUGHS}), "实体"),
        ("实体.docx", make_zip({"word/document.xml": FILE_ENTITY}), "实体"),
        ("实体16.docx", make_zip({"word/document.xml": LAUGHS.decode().encode("utf-16")}), "实体"),
        ("炸弹.docx", make_zip({"word/document.xml": b"<x>" + b" " * 45_000_000}), "压缩炸弹"),
        ("图片炸弹.docx", make_zip({"word/document.xml": b"<x/>", "word/media/a.bmp": bytes(20_000_000)}), "压缩炸弹"),
    ],
)
def test_wrong_input_gets_one_clear_line(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    assert said in refusal(write(tmp_path, name, content))


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    """The directory declares 100 bytes for what unpacks to 45 MB: it is found out, and not unpacked."""
    size = 45_000_000
    data = make_zip({"word/document.xml": b"<x>" + b" " * (size - 3)})
    assert data.count(struct.pack("<I", size)) == 2  # local header and directory
    path = write(tmp_path, "谎.docx", data.replace(struct.pack("<I", size), struct.pack("<I", 100)))
    started = time.process_time()
    assert "损坏" in refusal(path)
    assert time.process_time() - started < 2


def test_nested_archives_are_never_opened(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("第一条 总则。")
    path = tmp_path / "办法.docx"
    document.save(str(path))
    bomb = make_zip({f"{i}.bin": bytes(3_000_000) for i in range(20)})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/embeddings/inner.docx", bomb)
    assert read_source(path).text == "第一条 总则。\n"


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "大.txt"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)  # sparse: takes no space
    monkeypatch.setattr(readers, "decode_text", lambda data: pytest.fail("was read"))
    message = refusal(path)
    assert "200.0 MB" in message
    assert "上限 50 MB" in message


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "不存在" in refusal(tmp_path / "没有.txt")
    folder = tmp_path / "文件夹"
    folder.mkdir()
    assert "文件夹" in refusal(folder)
    assert "\n" not in refusal_of_odd_name(tmp_path / "a\x00b.txt")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "管道")
        assert "不是普通文件" in refusal(tmp_path / "管道")


def refusal_of_odd_name(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_source(path)
    return str(caught.value)


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "私.txt", LAW)

    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # the suite may run as root, whom no permission stops
    assert "权限" in refusal(path)


def test_every_cut_and_every_flipped_byte_is_read_or_refused(tmp_path: Path) -> None:
    """Damaged .docx files raise nothing but InputError: 300 of them, made the same way each time."""
    document = Document()
    document.add_heading("某市办法", 1)
    document.add_paragraph("第一条 为了规范管理。")
    document.save(str(tmp_path / "好.docx"))
    good = (tmp_path / "好.docx").read_bytes()
    outcomes = set()
    for step in range(300):
        place = (step * 7919) % len(good)
        bad = bytearray(good)
        bad[place] ^= 1 + step % 255
        path = write(tmp_path, "坏.docx", bytes(bad if step % 3 else bad[:place]))
        try:
            read_source(path)
            outcomes.add("read")
        except InputError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


# --- the shared data ------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_policies_of_the_collection_come_out_clean() -> None:
    folder = SHARED / "data" / "policies"
    if not folder.exists():
        pytest.skip(f"{folder} is absent")
    for path in sorted(folder.glob("*.md")):
        text = read_source(path).text
        assert text.startswith("# "), path.name
        assert not any(mark in text for mark in ("<", "category:", "![", "](", "**")), path.name
        printed = path.read_text(encoding="utf-8")
        assert len(text) > 0.9 * len(printed) - 4_500, path.name  # the boxes' markup and pictures
        assert text.count("\n## ") == printed.count("\n## "), path.name
