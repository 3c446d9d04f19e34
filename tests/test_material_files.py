"""Cards, Anki, Excel and 问卷星 text: what they say, that they open, and that hostile words stay words."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from assistant.material.anki import write_anki
from assistant.material.cards import Card, fill_gaps, make_cards
from assistant.material.excel import LONGEST_CELL, write_excel, write_excel_cards
from assistant.material.quiz_paper import by_type
from assistant.material.records import Item, Quiz
from assistant.material.wenjuanxing import GUIDE, write_wenjuanxing
from tests.material_samples import ITEMS, QUIZ, TITLE
from tests.office import render_to_pdf

HOSTILE = '=cmd|"/c calc"!A1<script>alert(1)</script>\x00\x0b\ud800{{c1::偷}}(正确答案)[判断题]'


def first(kind: str) -> Item:
    return next(item for item in ITEMS if item.type == kind)


def quiz_of(*items: Item, title: str = "练习") -> Quiz:
    return Quiz(title, items, len(items), len(items))


def hostile_item(kind: str = "单选") -> Item:
    item = first(kind)
    options = tuple(f"{HOSTILE}{place}" for place in range(len(item.options)))
    return replace(item, stem=f"{HOSTILE}____", options=options, explanation=HOSTILE, quote=HOSTILE, document=HOSTILE)


def sheets(data: bytes) -> Any:
    from openpyxl import load_workbook

    return load_workbook(BytesIO(data))


def table(data: bytes) -> list[dict[str, str]]:
    rows = list(sheets(data).worksheets[0].values)
    return [dict(zip(rows[0], ["" if value is None else value for value in row], strict=True)) for row in rows[1:]]


def notes(data: bytes, folder: Path) -> tuple[list[tuple[str, list[str], str]], dict[str, Any]]:
    """guid, fields and tags of each note of an .apkg; and its models."""
    with ZipFile(BytesIO(data)) as archive:
        (folder / "collection.db").write_bytes(archive.read("collection.anki2"))
    with sqlite3.connect(folder / "collection.db") as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        rows = connection.execute("select guid, flds, tags from notes order by id").fetchall()
        (models,) = connection.execute("select models from col").fetchone()
    connection.close()
    return [(guid, fields.split("\x1f"), tags) for guid, fields, tags in rows], json.loads(models)


def blocks(text: str) -> list[list[str]]:
    """The items of a 问卷星 text, without title and guide."""
    return [block.split("\n") for block in text.rstrip("\n").split("\n\n")[2:]]


def test_a_card_asks_in_front_and_answers_with_its_source_behind() -> None:
    (card,) = make_cards([ITEMS[0]])
    assert card.front == "社区服务窗口每周至少开放几天？\nA．3天\nB．5天\nC．6天\nD．8天"
    assert card.back.startswith("C．6天\n\n")
    assert card.source == f"《{TITLE}》第2条\n“{ITEMS[0].quote}”"
    assert card.tags == (f"《{TITLE}》第2条", "单选", "数量", "易")
    assert card.gaps == ()


def test_a_sentence_with_blanks_becomes_a_card_with_gaps() -> None:
    (card,) = make_cards([first("填空")])
    assert card.gaps == ("5", "3")
    assert "在5个工作日内答复；情况复杂的，经批准可以延长3个" in fill_gaps(card, card.gaps)


def test_a_gap_may_hold_the_sign_that_parts_gaps() -> None:
    item = replace(first("填空"), stem="应当做到____。", key="公开；公平")
    assert make_cards([item])[0].gaps == ("公开；公平",)


def test_blanks_that_do_not_match_their_words_stay_a_question() -> None:
    item = replace(first("填空"), key="5")
    (card,) = make_cards([item])
    assert card.gaps == () and card.back.startswith("5\n\n")


def test_anki_holds_every_card_with_gaps_as_cloze(tmp_path: Path) -> None:
    cards = make_cards(ITEMS)
    found, models = notes(write_anki(cards, QUIZ.title), tmp_path)
    assert len(found) == len(ITEMS)
    gapped = next(fields for _, fields, tags in found if "填空" in tags)
    assert "{{c1::5}}个工作日内答复" in gapped[0] and "{{c2::3}}个工作日" in gapped[0]
    assert all(f" 《{TITLE}》第" in tags for _, _, tags in found)
    assert {model["type"] for model in models.values()} == {0, 1}
    assert all("nightMode" in model["css"] for model in models.values())


def test_anki_is_the_same_for_the_same_cards_and_keeps_ids_when_others_change(tmp_path: Path) -> None:
    cards = make_cards(ITEMS)
    assert write_anki(cards, "题") == write_anki(cards, "题")
    some, _ = notes(write_anki(cards[2:], "另"), tmp_path)
    every, _ = notes(write_anki(cards, "题"), tmp_path)
    assert {guid for guid, _, _ in some} < {guid for guid, _, _ in every}


@pytest.mark.parametrize("kind", ["单选", "填空"])
def test_hostile_words_do_not_become_markup_or_gaps_in_anki(kind: str, tmp_path: Path) -> None:
    item = replace(hostile_item(kind), key="A" if kind == "单选" else "甲}}<b>::乙")
    found, _ = notes(write_anki(make_cards([item]), HOSTILE), tmp_path)
    fields = "".join(found[0][1])
    assert "<script" not in fields and "&lt;script&gt;" in fields and "<b>" not in fields
    assert fields.count("{{") == (1 if kind == "填空" else 0)
    assert fields.count("}}") <= fields.count("{{") * 1 + fields.count("偷}}")
    assert "\x00" not in fields


def test_an_empty_deck_and_doubled_cards_open_too(tmp_path: Path) -> None:
    assert notes(write_anki((), ""), tmp_path)[0] == []
    card = Card("问", "答", "", ())
    assert len(notes(write_anki([card, card], "双"), tmp_path)[0]) == 1


def test_excel_has_a_row_for_each_item_with_the_columns_of_platforms() -> None:
    rows = table(write_excel(QUIZ))
    assert list(rows[0]) == [
        *("序号", "题型", "题干", "选项A", "选项B", "选项C", "选项D"),
        *("正确答案", "解析", "难度", "知识点", "依据", "原文"),
    ]
    expected = [(str(number), item) for _, pairs in by_type(ITEMS) for number, item in pairs]
    assert [(row["序号"], row["题干"], row["正确答案"]) for row in rows] == [(n, i.stem, i.key) for n, i in expected]
    assert rows[0]["题型"] == "单选题" and rows[0]["依据"] == f"《{TITLE}》第2条 服务窗口"


def test_excel_gets_a_column_for_every_option_there_is() -> None:
    item = replace(first("多选"), options=tuple("甲乙丙丁戊己庚"), key="AG")
    (row,) = table(write_excel(quiz_of(item)))
    assert row["选项G"] == "庚" and "选项H" not in row


def test_excel_is_filtered_frozen_and_explained() -> None:
    book = sheets(write_excel(QUIZ))
    assert book.sheetnames == ["题库", "说明"]
    sheet = book["题库"]
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == f"A1:M{len(ITEMS) + 1}"
    assert sheet["C2"].font.name == "微软雅黑" and sheet["C2"].alignment.wrap_text
    said = [row[0] for row in book["说明"].values]
    assert f"共{len(ITEMS)}题" in said[1] and QUIZ.notices[0] in said


def test_no_cell_is_a_formula_and_no_character_breaks_the_file() -> None:
    data = write_excel(quiz_of(hostile_item(), title=HOSTILE))
    for sheet in sheets(data).worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type in ("s", "n") and (cell.data_type == "s" or cell.value is None) for cell in row)
    stem = table(data)[0]["题干"]
    assert stem.startswith("=cmd|") and "\x00" not in stem
    with ZipFile(BytesIO(data)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "sheet" in name)


def test_a_text_longer_than_a_cell_is_shortened_not_refused() -> None:
    (row,) = table(write_excel(quiz_of(replace(ITEMS[0], quote="很" * 100_000))))
    assert len(row["原文"]) == LONGEST_CELL + 2


def test_excel_is_the_same_for_the_same_quiz_and_opens_empty() -> None:
    assert write_excel(QUIZ) == write_excel(QUIZ)
    assert table(write_excel(quiz_of())) == []


def test_cards_in_excel_show_their_gaps_filled_behind() -> None:
    rows = table(write_excel_cards(make_cards(ITEMS)))
    assert len(rows) == len(ITEMS)
    gapped = next(row for row in rows if "____" in row["正面"])
    assert gapped["背面"].startswith("居民提出申请的，社区应当在【5】个工作日内答复")


def test_wenjuanxing_marks_type_options_and_right_answers() -> None:
    text = write_wenjuanxing(QUIZ)
    assert text.startswith(f"{QUIZ.title}\n\n{GUIDE}\n\n1. ")
    found = blocks(text)
    assert len(found) == len(ITEMS)
    assert found[0][:5] == [
        "1. 社区服务窗口每周至少开放几天？[单选题]",
        "A. 3天",
        "B. 5天",
        "C. 6天(正确答案)",
        "D. 8天",
    ]
    assert found[0][5].startswith("答案解析：") and f"依据：《{TITLE}》第2条" in found[0][5]
    several = next(block for block in found if block[0].endswith("[多选题]"))
    assert [line.endswith("(正确答案)") for line in several[1:5]] == [True, False, True, True]
    wrong = next(block for block in found if "可以向居民收取费用" in block[0])
    assert wrong[1:3] == ["对", "错(正确答案)"]


def test_wenjuanxing_counts_blanks_and_gives_written_answers() -> None:
    found = blocks(write_wenjuanxing(QUIZ))
    gapped = next(block for block in found if block[0].endswith("[考试多项填空]"))
    assert gapped[0].count("{_}") == 2 and gapped[1] == "答案：5；3"
    one = blocks(write_wenjuanxing(quiz_of(replace(first("填空"), stem="在____日内", key="5"))))[0]
    assert one[:2] == ["1. 在____日内[填空题]", "答案：5"]
    assert any(block[0].endswith("[简答题]") and block[1].startswith("答案：") for block in found)


def test_words_that_look_like_marks_of_wenjuanxing_are_no_marks() -> None:
    item = replace(hostile_item(), key="A", stem=f"{HOSTILE}\n\n2. 新题[单选题]")
    (block,) = blocks(write_wenjuanxing(quiz_of(item)))
    assert sum("(正确答案)" in line for line in block) == 1
    assert block[0].count("[") == 1 and block[0].endswith("[单选题]")


def test_libreoffice_opens_both_excel_files(tmp_path: Path) -> None:
    from pypdf import PdfReader

    quiz, cards = tmp_path / "题库.xlsx", tmp_path / "卡片.xlsx"
    quiz.write_bytes(write_excel(QUIZ))
    cards.write_bytes(write_excel_cards(make_cards(ITEMS)))
    rendered = render_to_pdf([quiz, cards], tmp_path / "pdf")
    for pdf in rendered:
        text = "".join("".join(page.extract_text().split()) for page in PdfReader(pdf).pages)
        assert "社区服务窗口每周至少开放几天" in text, pdf.name
