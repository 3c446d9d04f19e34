"""Word and PDF files become text: numbering, tables and tracked changes of the one, pages and heads of the other."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index import readers_pdf, readers_pdf_worker
from index.errors import InputError
from index.readers import read_source
from index.readers_docx_numbering import format_counter
from index.readers_pdf import drop_running_heads


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_source(path)
    return str(caught.value)


# --- Word -----------------------------------------------------------------------------------------------------------


def numbering(document: object, levels: list[tuple[str, str]], *, number_id: int = 90, restart_at: int = 0) -> None:
    """Adds a list whose levels have the given (format, pattern) to a python-docx document."""
    root = document.part.numbering_part.element  # type: ignore[attr-defined]
    inner = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{f}"/>'
        f'<w:suff w:val="{"nothing" if "、" in t else "tab"}"/><w:lvlText w:val="{t}"/></w:lvl>'
        for i, (f, t) in enumerate(levels)
    )
    if levels:
        root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{inner}</w:abstractNum>'))
    start = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{restart_at}"/></w:lvlOverride>' if restart_at else ""
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number_id}"><w:abstractNumId w:val="90"/>{start}</w:num>'))


def add_numbered(document: object, text: str, level: int, number_id: int = 90) -> None:
    paragraph = document.add_paragraph(text)  # type: ignore[attr-defined]
    properties = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number_id}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(properties))


def save(document: object, folder: Path, name: str = "办法.docx") -> Path:
    document.save(str(folder / name))  # type: ignore[attr-defined]
    return folder / name


def test_word_paragraphs_headings_and_tables(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("某市办法", 0)
    document.add_heading("第一章 总则", 1)
    document.add_paragraph("第一条 为了规范管理。")
    table = document.add_table(2, 2)
    cells = [cell for row in table.rows for cell in row.cells]
    for cell, text in zip(cells, ("类别", "标准", "一类", "3000元"), strict=True):
        cell.text = text
    layout = document.add_table(1, 1).cell(0, 0)
    layout.text = "第二条 在表格里。"
    layout.add_paragraph("第二款。")
    document.add_paragraph("第三条 最后一条。")
    assert read_source(save(document, tmp_path)).text.splitlines() == [
        *("# 某市办法", "# 第一章 总则", "第一条 为了规范管理。", "类别 | 标准", "一类 | 3000元"),
        *("第二条 在表格里。", "第二款。", "第三条 最后一条。"),
    ]


def test_word_draws_its_automatic_numbers(tmp_path: Path) -> None:
    document = Document()
    numbering(document, [("japaneseCounting", "第%1条"), ("chineseCountingThousand", "（%2）"), ("decimal", "%1.%3、")])
    numbering(document, [], number_id=91, restart_at=7)
    for text in ("0总则。", "0范围：", "1甲；", "1乙：", "2子；", "0附则：", "1丙。"):
        add_numbered(document, text[1:], int(text[0]))
    add_numbered(document, "重新起号。", 0, 91)
    add_numbered(document, "接着编。", 0, 91)
    assert read_source(save(document, tmp_path)).text.splitlines() == [
        *("第一条 总则。", "第二条 范围：", "（一） 甲；", "（二） 乙：", "二.1、子；", "第三条 附则：", "（一） 丙。"),
        *("第七条 重新起号。", "第八条 接着编。"),
    ]


def test_word_numbers_that_come_from_a_style(tmp_path: Path) -> None:
    document = Document()
    numbering(document, [("chineseCounting", "%1、")])
    properties = document.styles["List Number"].element.get_or_add_pPr()
    for old in properties.findall("{*}numPr"):
        properties.remove(old)
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="90"/></w:numPr>'))
    for number in range(12):
        document.add_paragraph(f"要求{number}。", "List Number")
    lines = read_source(save(document, tmp_path)).text.splitlines()
    assert (lines[0], lines[11]) == ("一、要求0。", "十二、要求11。")


def test_word_shows_the_final_text_of_tracked_changes(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("x")
    body = document.element.body
    body.insert(
        0,
        parse_xml(
            f'<w:p {nsdecls("w")}><w:r><w:t xml:space="preserve">第一条 </w:t></w:r>'
            '<w:ins w:id="1" w:author="a"><w:r><w:t>新增</w:t></w:r></w:ins>'
            '<w:del w:id="2" w:author="a"><w:r><w:delText>删去</w:delText></w:r></w:del>'
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
            "<w:r><w:t>文字</w:t><w:noBreakHyphen/><w:t>一</w:t><w:br/><w:t>换行。</w:t>"
            '<w:footnoteReference w:id="2"/></w:r></w:p>'
        ),
    )
    box = (
        f'<w:p {nsdecls("w")}><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
        "<w:p><w:r><w:t>文本框。</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    body.insert(1, parse_xml(box))
    assert read_source(save(document, tmp_path)).text.splitlines() == ["第一条 新增文字-一", "换行。", "文本框。", "x"]


def test_word_is_known_by_its_content(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("第一条 总则。")
    assert read_source(save(document, tmp_path, "办法.txt")).text == "第一条 总则。\n"


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (21, "chineseCounting", "二十一"),
        (103, "chineseCountingThousand", "一百零三"),
        (10, "ideographDigital", "一〇"),
        (2, "ideographTraditional", "乙"),
        (27, "lowerLetter", "aa"),
        (14, "lowerRoman", "xiv"),
        (21, "decimalEnclosedCircle", "21"),
        (5, "decimalZero", "05"),
        (3, "unknownFormat", "3"),
        (12, "chineseLegalSimplified", "拾贰"),
    ],
)
def test_number_formats(value: int, number_format: str, shown: str) -> None:
    assert format_counter(value, number_format) == shown


# --- PDF ------------------------------------------------------------------------------------------------------------


def make_pdf(pages: list[list[str]], extra: bytes = b"") -> bytes:
    """A small PDF whose font needs no embedding (UniGB-UTF16-H), one text line below the other."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts"
        b" [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
        b" /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 >> >>] >>",
    ]
    for index, lines in enumerate(pages):
        shown = " 0 -20 Td ".join(f"<{line.encode('utf-16-be').hex()}> Tj" for line in lines)
        stream = zlib.compress(f"BT /F1 12 Tf 72 760 Td {shown} ET".encode())
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * index} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream")
    output, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(output))
        output += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(output)
    output += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    output += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    output += b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, extra, start)
    return bytes(output)


LAW_PAGES = [
    ["某市公报", "某市社区管理办法", "第一条 为了规范社区的管理和服务，根据有关", "法律的规定，制定本办法。", "— 1 —"],
    ["某市公报", "第二条 本市行政区域内的社区管理，适用", "本办法。", "第三条 本办法自2024年6月1日起施行。", "— 2 —"],
    ["某市公报", "第四条 市人民政府民政部门负责组织实施。", "第五条 国家另有规定的，从其规定。", "— 3 —"],
]


@pytest.mark.parametrize("name", ["办法.pdf", "办法.txt", "办法.docx"])
def test_pdf_text_without_running_heads(tmp_path: Path, name: str) -> None:
    assert read_source(write(tmp_path, name, make_pdf(LAW_PAGES))).text.splitlines() == [
        line for page in LAW_PAGES for line in page[1:-1]
    ]


@pytest.mark.parametrize(
    ("pages", "kept"),
    [
        (["第一条 甲。\n1", "第二条 乙。\n2"], ["第一条 甲。", "第二条 乙。"]),
        (["标准\n3000", "第二条 乙。"], ["标准\n3000", "第二条 乙。"]),
        (["第 1 页 共 2 页\n第一条 甲。", "第 2 页 共 2 页\n第二条 乙。"], ["第一条 甲。", "第二条 乙。"]),
        (["某市办法\n第一条 甲。", "某市办法\n乙。", "某市办法\n丙。"], ["某市办法\n第一条 甲。", "乙。", "丙。"]),
        (["公报\n某市办法\n甲。", "公报\n乙。\n1/3", "公报\n丙。"], ["某市办法\n甲。", "乙。", "丙。"]),
        (["甲。\n网址 1/3", "乙。\n网址 2/3", "丙。\n网址 3/3"], ["甲。", "乙。", "丙。"]),
        (["第一条\n甲。", "", "第二条\n乙。"], ["第一条\n甲。", "", "第二条\n乙。"]),
    ],
)
def test_running_heads(pages: list[str], kept: list[str]) -> None:
    assert drop_running_heads(pages) == kept


def test_a_pdf_says_which_pages_have_no_text(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, "办法.pdf", make_pdf([*LAW_PAGES, []])))
    assert source.notes == ("第 4 页没有可提取的文字（可能是扫描页或图片）",)


def test_a_scan_is_sent_to_text_recognition(tmp_path: Path) -> None:
    assert "文字识别（OCR）" in refusal(write(tmp_path, "扫描.pdf", make_pdf([[], []])))


def test_a_pdf_with_a_password(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    for password, expected in (("geheim", "打开密码"), ("", None)):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf(LAW_PAGES))))
        writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
        path = tmp_path / "密.pdf"
        writer.write(str(path))
        if expected:
            assert expected in refusal(path)
        else:  # only printing or copying is restricted: readers open it without asking
            assert "第一条" in read_source(path).text


def test_a_pdf_with_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers_pdf_worker, "MAX_PAGES", 2)
    assert readers_pdf_worker.parse_pdf(make_pdf(LAW_PAGES)) == {"problem": "pages"}


def test_a_pdf_whose_characters_are_unknown(tmp_path: Path) -> None:
    """A font with a wrong character map gives foreign letters, which no search would find."""
    assert "乱码" in refusal(write(tmp_path, "乱.pdf", make_pdf([["ÐëÎªÁËæøå" * 5] * 5])))


def test_radicals_become_characters(tmp_path: Path) -> None:
    path = write(tmp_path, "部.pdf", make_pdf([["第⼀条 ⼈⺠政府负责本⾏政区域的⼾籍⻔牌管理⼯作，适⽤本办法。"]]))
    assert read_source(path).text == "第一条 人民政府负责本行政区域的户籍门牌管理工作，适用本办法。\n"


def test_a_pdf_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers_pdf, "MAX_SECONDS", 0.05)
    assert "已停止" in refusal(write(tmp_path, "慢.pdf", make_pdf(LAW_PAGES)))


@pytest.mark.parametrize("cut", [20, 300, 900])
def test_a_damaged_pdf(tmp_path: Path, cut: int) -> None:
    assert "PDF" in refusal(write(tmp_path, "坏.pdf", make_pdf(LAW_PAGES)[:cut]))
