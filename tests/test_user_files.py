"""A user's own file gives the same articles in every format and encoding; a bad one hurts no other."""

from __future__ import annotations

import html
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.importing import build_from_files
from index.corpus import import_files
from index.errors import InputError
from index.library import build_library
from index.search import Searcher
from tests.page_samples import RULE, page, rules

TITLE = "某市雨水利用办法（试行）"
LINES = [
    TITLE,
    "第一章 总则",
    *rules(1, 2),
    "第三条 申请人应当提交下列材料：",
    "（一）申请书；",
    "（二）身份证明。",
    "第二章 附则",
    *rules(4, 5),
]


def write_docx(path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading(LINES[0], 0)
    for line in LINES[1:]:
        document.add_paragraph(line)
    document.save(str(path))


def write_pdf(path: Path) -> None:
    """A PDF as an office program writes it: one embedded-by-name font in UCS-2, a line for each paragraph."""
    rows = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -16 Td\n" for line in LINES)
    content = f"BT /F1 11 Tf 40 800 Td\n{rows}ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 0 >> >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    path.write_bytes(
        out
        + b"xref\n0 7\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)
    )


WRITERS: dict[str, Callable[[Path], object]] = {
    "utf8.txt": lambda p: p.write_text(page(*LINES), encoding="utf-8"),
    "bom.txt": lambda p: p.write_text("\n".join(LINES), encoding="utf-8-sig"),
    "utf16.txt": lambda p: p.write_text("\n".join(LINES), encoding="utf-16"),
    "gb18030.txt": lambda p: p.write_text("\r\n".join(LINES), encoding="gb18030"),
    "办法.md": lambda p: p.write_text(
        "# " + "\n\n".join(LINES).replace("第一章", "## 第一章").replace("第二章", "## 第二章"), encoding="utf-8"
    ),
    "办法.html": lambda p: p.write_text(
        "<!DOCTYPE html><html><body><h1>"
        + "".join(f"<p>{html.escape(line)}</p>" for line in LINES).replace("<p>", "", 1).replace("</p>", "</h1>", 1)
        + "</body></html>",
        encoding="utf-8",
    ),
    "办法.docx": write_docx,
    "办法.pdf": write_pdf,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_articles(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    imported = import_files([tmp_path / name])
    assert imported.refused == ()
    documents = build_library(imported.pages).documents
    assert [d.title for d in documents] == [TITLE]
    assert [(a.number, a.part, a.text) for a in documents[0].articles] == [
        ("1", "第一章 总则", rules(1, 1)[0][4:]),
        ("2", "第一章 总则", rules(2, 2)[0][4:]),
        ("3", "第一章 总则", "申请人应当提交下列材料：\n（一）申请书；\n（二）身份证明。"),
        ("4", "第二章 附则", rules(4, 4)[0][4:]),
        ("5", "第二章 附则", rules(5, 5)[0][4:]),
    ]


def test_all_formats_together_are_one_document_with_many_witnesses(tmp_path: Path) -> None:
    for name, write in WRITERS.items():
        write(tmp_path / name)
    documents = build_library(import_files(sorted(tmp_path.iterdir())).pages).documents
    assert [(d.title, len(d.witnesses)) for d in documents] == [(TITLE, len(WRITERS))]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.txt", b""),
        ("二进制.txt", bytes(range(256)) * 40),
        ("图片.pdf", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64),
        ("坏.docx", b"PK\x03\x04" + b"\x00" * 64),
        ("坏.pdf", b"%PDF-1.4\nnothing"),
        ("标题.txt", "某市条例\n第一条\n".encode()),
    ],
)
def test_a_bad_file_among_good_ones_is_named_and_the_others_are_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "好.txt").write_text(page(*LINES), encoding="utf-8")
    summary = build_from_files([tmp_path / name, tmp_path / "好.txt"], tmp_path / "index", "default", False)
    assert [title for title, *_ in summary.documents] == [TITLE]
    assert [name in line for line in summary.refused] == [True]
    assert [name in line for line in capsys.readouterr().err.splitlines()] == [True]
    assert "没有收录的文件 1 个" in summary.to_text()


def test_only_bad_files_leave_the_old_index(tmp_path: Path) -> None:
    (tmp_path / "好.txt").write_text(page(*LINES), encoding="utf-8")
    (tmp_path / "空.txt").write_bytes(b"")
    build_from_files([tmp_path / "好.txt"], tmp_path / "index", "default", False)
    with pytest.raises(InputError, match="没有改动原有索引"):
        build_from_files([tmp_path / "空.txt"], tmp_path / "index", "default", False)
    assert [d.title for d in Searcher.open(tmp_path / "index").library.documents] == [TITLE]


@pytest.mark.slow
def test_a_file_numbered_like_a_bundled_page_replaces_none(tmp_path: Path) -> None:
    (tmp_path / "001_办法.txt").write_text(page(*LINES), encoding="utf-8")
    build_from_files([tmp_path / "001_办法.txt"], tmp_path / "index", "default", True)
    library = Searcher.open(tmp_path / "index").library
    assert sorted(p.siglum for p in library.pages) == ["000", "001", "001-2", "002", "003", "004"]
    assert "001" in {w.siglum for w in library.find("队伍建设的意见").witnesses}
    assert [w.siglum for w in library.find(TITLE).witnesses] == ["001-2"]


@pytest.mark.skipif(os.name != "posix", reason="only where file names are bytes")
def test_a_file_name_that_is_not_utf8_is_read_as_windows_wrote_it(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + "停车办法.txt".encode("gb18030")))
    path.write_text(page(*rules(1, 2)), encoding="utf-8")
    summary = build_from_files([path], tmp_path / "index", "default", False)
    assert [title for title, *_ in summary.documents] == ["停车办法"]


def test_a_folder_is_searched_and_an_empty_one_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "政策" / "市级").mkdir(parents=True)
    with pytest.raises(InputError, match="没有可收录的文件"):
        build_from_files([tmp_path / "政策"], tmp_path / "index", "default", False)
    (tmp_path / "政策" / "市级" / "办法.txt").write_text(page(*LINES), encoding="utf-8")
    assert [t for t, *_ in build_from_files([tmp_path / "政策"], tmp_path / "index", "default", False).documents] == [
        TITLE
    ]


@pytest.mark.slow
def test_two_megabytes_are_imported_in_seconds(tmp_path: Path) -> None:
    many = "\n".join(
        f"第{n}条 {RULE.format(n=n)}违反的，依照第{n - 1}条的规定办理，由区人民政府责令改正。" for n in range(1, 6000)
    )
    big = page(TITLE) + many + "\n附件\n" + ("收费标准应当公布。" * 30 + "\n") * 800
    (tmp_path / "大.txt").write_text(big, encoding="utf-8")
    assert len(big.encode()) > 1_500_000
    started = time.perf_counter()
    document = build_library(import_files([tmp_path / "大.txt"]).pages).documents[0]
    assert time.perf_counter() - started < 30
    assert len(document.articles) == 6000
