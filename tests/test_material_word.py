"""Papers as Word files: real styles, whole tables, lists that begin anew, and pages as LibreOffice shows them."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from assistant.material.blocks import Bullets, Heading, NewPage, Paper, Table, Text
from assistant.material.quiz_paper import key_paper, question_paper
from assistant.material.word import write_word
from tests.material_samples import ITEMS, PAPER, QUIZ
from tests.office import read_pdf, render_to_pdf


def opened(paper: Paper) -> Any:
    return Document(BytesIO(write_word(paper)))


def styled(document: Any) -> list[tuple[str, str]]:
    return [(each.style.name, each.text) for each in document.paragraphs]


def test_every_block_has_a_style_of_word() -> None:
    found = styled(opened(PAPER))
    assert found[:6] == [
        ("Title", "《测试市社区服务办法》学习讲义"),
        ("Subtitle", "测试市人民政府　2024年5月1日起施行"),
        ("Heading 1", "一、要点"),
        ("Body Text", "办法共5条，讲社区怎样为居民服务。"),
        ("重点", "不收费，不泄密。"),
        ("Heading 2", "（一）办理时限"),
    ]
    for expected in (
        ("Heading 3", "1．记住这几件事"),
        ("Caption", "依据：《测试市社区服务办法》第3条"),
        ("List Bullet", "5个工作日内答复"),
        ("List Number", "先登记"),
        ("选项", "A．上门服务\tB．窗口办理"),
    ):
        assert expected in found, expected
    assert [name for name, _ in found].count("Quote") == 1


def test_every_style_names_a_chinese_font_and_no_theme() -> None:
    document = opened(PAPER)
    used = {each.style.name for each in document.paragraphs} | {"资料表", "表头", "表格文字", "Header", "Footer"}
    for name in used:
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in ("宋体", "黑体", "仿宋"), name
        assert fonts.get(qn("w:eastAsiaTheme")) is None, name


def test_each_numbered_list_begins_with_one() -> None:
    document = opened(PAPER)
    numbered = [each for each in document.paragraphs if each.style.name == "List Number"]
    ids = [each._p.pPr.numPr.numId.val for each in numbered]
    assert list(Counter(ids).values()) == [3, 2]
    for number in set(ids):
        definition = document.part.numbering_part.element.num_having_numId(number)
        assert definition.find(f"{qn('w:lvlOverride')}/{qn('w:startOverride')}").get(qn("w:val")) == "1"


def test_tables_have_widths_a_repeated_header_and_whole_rows() -> None:
    table = opened(PAPER).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["事项", "时限", "依据"],
        ["答复申请", "5个工作日", "第3条"],
        ["延长", "3个工作日", "第3条"],
    ]
    marks = [{child.tag for child in row._tr.trPr} for row in table.rows]
    assert qn("w:tblHeader") in marks[0] and all(qn("w:tblHeader") not in each for each in marks[1:])
    assert all(qn("w:cantSplit") in each for each in marks)
    assert [round(cell.width.cm, 1) for cell in table.rows[1].cells] == [7.3, 3.7, 3.7]


def test_ragged_and_adjacent_tables_stay_whole_and_apart() -> None:
    two = Table((), (("甲", "乙\n丙"), ("丁",)))
    document = opened(Paper("表", "", (two, two, Table((), ()))))
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [["甲", "乙\n丙"], ["丁", ""]]
    tags = [child.tag for child in document.element.body]
    first = tags.index(qn("w:tbl"))
    assert tags[first : first + 4] == [qn("w:tbl"), qn("w:p"), qn("w:tbl"), qn("w:p")]


def test_header_and_footer_have_the_title_and_the_page_numbers() -> None:
    section = opened(PAPER).sections[0]
    assert section.header.paragraphs[0].text == PAPER.title
    assert section.first_page_header.paragraphs[0].text == ""
    for footer in (section.footer, section.first_page_footer):
        paragraph = footer.paragraphs[0]._p
        assert [each.get(qn("w:instr")) for each in paragraph.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
        text = "".join(each.text or "" for each in paragraph.iter(qn("w:t")))
        assert text == "学习材料，以正式文件为准第 1 页　共 1 页"
    long = opened(replace(PAPER, footer="长" * 40)).sections[0].footer.paragraphs
    assert [each.text.replace("1", "") for each in long] == ["长" * 40, "第  页　共  页"]


def test_a_new_page_begins_with_the_next_block_whatever_it_is() -> None:
    document = opened(PAPER)
    breaking = [each.text for each in document.paragraphs if each.paragraph_format.page_break_before]
    assert breaking == ["二、出处"]
    table = opened(Paper("题", "", (NewPage(), Text(""), Table(("甲",), ()), NewPage())))
    tags = [child.tag for child in table.element.body]
    carrier = table.paragraphs[1]
    assert carrier.paragraph_format.page_break_before and tags[2] == qn("w:tbl")
    assert sum(bool(each.paragraph_format.page_break_before) for each in table.paragraphs) == 1


def test_short_options_stand_in_columns_and_stay_with_their_stem() -> None:
    document = opened(question_paper(QUIZ, with_key=False))
    lines = [each.text for each in document.paragraphs if each.style.name == "选项"]
    assert lines[:3] == [
        "A．3天\tB．5天\tC．6天\tD．8天",
        "A．市级民政部门\tB．街道办事处",
        "C．社区志愿服务组织\tD．测试市人民政府",
    ]
    assert lines[-4:] == [f"{letter}．{option}" for letter, option in zip("ABCD", ITEMS[7].options, strict=True)]
    stem = next(each for each in document.paragraphs if each.text.startswith("2．"))
    assert stem.style.name == "题干" and stem.paragraph_format.keep_with_next


def test_small_print_stays_with_what_it_belongs_to() -> None:
    blocks = (
        Heading(1, "提纲"),
        Text("每条一句。", "caption"),
        Text("甲"),
        Text("乙"),
        Text("依据：丙", "caption"),
        Text("丁"),
    )
    paragraphs = opened(Paper("题", "", blocks)).paragraphs
    assert [each.text for each in paragraphs if each.paragraph_format.keep_with_next] == ["提纲", "每条一句。", "乙"]


def test_the_same_paper_is_the_same_file_whenever_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    first = write_word(PAPER)
    later = time.localtime(time.time() + 1e6)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    assert write_word(PAPER) == first


def test_odd_text_gives_a_file_that_opens() -> None:
    odd = "\x00控制\x0b<script>&amp;\ud800\ufffe\n\n第二行\u2028=cmd()"
    blocks = (
        Heading(9, odd),
        Text(odd),
        Text(odd, "quote"),
        Text(odd, "option"),
        Text("", "strong"),
        Bullets((odd, ""), is_numbered=True),
        Table((odd,), ((odd, odd), ()), (1, 2, 3)),
        NewPage(),
    )
    document = opened(Paper(odd * 40, odd, blocks, odd))
    said = "\n".join(each.text for each in document.paragraphs)
    assert "<script>&amp;" in said and "第二行" in said and "\x00" not in said
    assert len(document.core_properties.title) <= 255
    assert opened(Paper("", "", ())).paragraphs


def test_every_part_of_the_file_is_xml_whose_references_hold() -> None:
    with ZipFile(BytesIO(write_word(question_paper(QUIZ)))) as packed:
        assert packed.testzip() is None
        roots = {name: etree.fromstring(packed.read(name)) for name in packed.namelist() if name.endswith(".xml")}
    styles = {each.get(qn("w:styleId")) for each in roots["word/styles.xml"].iter(qn("w:style"))}
    names = [each.get(qn("w:val")) for each in roots["word/styles.xml"].iter(qn("w:name"))]
    numbers = {each.get(qn("w:numId")) for each in roots["word/numbering.xml"].iter(qn("w:num"))}
    body = roots["word/document.xml"]
    for tag in ("w:pStyle", "w:rStyle", "w:tblStyle"):
        assert {each.get(qn("w:val")) for each in body.iter(qn(tag))} <= styles, tag
    assert {each.get(qn("w:val")) for each in body.iter(qn("w:numId"))} <= numbers
    assert len(names) == len(set(names)) and len(styles) == len(list(roots["word/styles.xml"].iter(qn("w:style"))))


def test_a_quiz_of_three_hundred_items_is_written_soon() -> None:
    items = tuple(replace(ITEMS[n % 8], id=str(n)) for n in range(300))
    start = time.perf_counter()
    write_word(question_paper(replace(QUIZ, items=items)))
    assert time.perf_counter() - start < 8  # seconds; a second and a half on an idle machine


@pytest.mark.slow
def test_libreoffice_shows_every_paper_page_by_page(tmp_path: Path) -> None:
    papers = {"讲义": PAPER, "试卷": question_paper(QUIZ), "答案": key_paper(QUIZ)}
    files = [tmp_path / f"{name}.docx" for name in papers]
    for file, paper in zip(files, papers.values(), strict=True):
        file.write_bytes(write_word(paper))
    handout, questions, key = map(read_pdf, render_to_pdf(files, tmp_path / "pdf"))
    assert len(handout) == 2 and handout[1].startswith("《测试市社区服务办法》学习讲义二、出处")
    assert handout[0].endswith("学习材料，以正式文件为准第1页共2页")
    assert "1.先登记2.再受理3.后答复" in handout[0] and "1.第一步2.第二步" in handout[0]
    starts = [place for place, page in enumerate(questions) if "答案与解析" in page]
    assert starts and questions[starts[0]].startswith("《测试市社区服务办法》练习题答案与解析答案速查")
    assert f"第{len(questions)}页共{len(questions)}页" in questions[-1]
    assert "A．3天B．5天C．6天D．8天" in questions[0] and "答案：C" not in "".join(questions[: starts[0]])
    assert "4．答案：×" in "".join(key)
