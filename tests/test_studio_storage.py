"""What is made in the studio is kept for its owner: changes of a quiz, two windows, deleting, and odd texts."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from assistant.material.kept_quiz import (
    MOST_STEM,
    KeptQuiz,
    Wording,
    drop,
    keep_quiz,
    move,
    place_now,
    read_kept,
    resolve,
    restore,
    reword,
    step,
    swap,
    take_back,
)
from assistant.state import materials
from assistant.state.database import Database
from assistant.state.materials import MOST_OF_ONE, ChangedElsewhereError, GoneError, TooMuchMaterialError
from assistant.state.tables import Material, now
from index.errors import InputError
from tests.material_samples import DOCUMENT, ITEMS, QUIZ, SELECTION

ME, OTHER = "user:李芳", "browser:abc"
CHOSEN = ITEMS[0]


@pytest.fixture
def quiz() -> KeptQuiz:
    return keep_quiz(QUIZ, [SELECTION])


def ids(quiz: KeptQuiz) -> list[int]:
    return [entry.id for entry in quiz.kept]


def wording(item: Any = CHOSEN, **changes: Any) -> Wording:
    return replace(Wording(item.stem, item.options, tuple(item.key), item.explanation), **changes)


def keep(database: Database, owner: str = ME, name: str = "材料", content: dict[str, Any] | None = None) -> int:
    return materials.create(database, owner, name, "quiz", content or {"n": 1}, ["某办法"], 8)


def test_a_kept_quiz_is_read_back_as_it_was(database: Database, quiz: KeptQuiz) -> None:
    worked_on = drop(reword(quiz, 1, wording(stem="新的题干")), 3)
    number = keep(database, content=worked_on.to_json())
    kept = materials.find(database, ME, number)
    assert kept is not None and read_kept(kept.content) == worked_on
    (line,) = materials.listing(database, ME)
    assert (line.id, line.name, line.size, line.documents) == (number, "材料", 8, ("某办法",))


@pytest.mark.parametrize("content", [{}, {"title": "x"}, {"title": "x", "entries": [{"id": 1, "item": {}}]}, [], None])
def test_what_is_no_quiz_is_told_in_a_sentence(content: object) -> None:
    with pytest.raises(InputError, match="读不出来"):
        read_kept(content)


def test_nobody_sees_finds_or_changes_what_is_another_s(database: Database) -> None:
    number = keep(database)
    assert materials.listing(database, OTHER) == [] == materials.deleted(database, OTHER)
    assert materials.find(database, OTHER, number) is None
    for do in (materials.remove, materials.restore, materials.duplicate):
        with pytest.raises(GoneError):
            do(database, OTHER, number)
    with pytest.raises(GoneError):
        materials.rename(database, OTHER, number, "我的")
    with pytest.raises(GoneError):
        materials.save(database, OTHER, number, 1, {}, 0)
    kept = materials.find(database, ME, number)
    assert kept is not None and (kept.name, kept.content, kept.version) == ("材料", {"n": 1}, 1)


def test_of_two_windows_only_the_first_to_save_wins(database: Database) -> None:
    number = keep(database)
    assert materials.save(database, ME, number, 1, {"n": "first"}, 1) == 2
    with pytest.raises(ChangedElsewhereError, match="别的窗口"):
        materials.save(database, ME, number, 1, {"n": "second"}, 1)
    kept = materials.find(database, ME, number)
    assert kept is not None and kept.content == {"n": "first"}


def test_of_many_that_save_at_the_same_moment_one_wins(database: Database) -> None:
    number, gate = keep(database), threading.Barrier(8)

    def save(each: int) -> bool:
        gate.wait(timeout=10)
        try:
            materials.save(database, ME, number, 1, {"n": each}, 1)
        except ChangedElsewhereError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(save, range(8)))
    kept = materials.find(database, ME, number)
    assert won.count(True) == 1
    assert kept is not None and kept.content == {"n": won.index(True)} and kept.version == 2


def test_what_is_deleted_is_gone_until_it_is_restored(database: Database) -> None:
    number = keep(database)
    materials.remove(database, ME, number)
    materials.remove(database, ME, number)
    assert materials.find(database, ME, number) is None
    with pytest.raises(GoneError):
        materials.save(database, ME, number, 1, {}, 0)
    assert [each.id for each in materials.deleted(database, ME)] == [number]
    materials.restore(database, ME, number)
    assert [each.id for each in materials.listing(database, ME)] == [number]
    assert materials.deleted(database, ME) == []


def test_what_was_deleted_long_ago_goes_for_good_and_only_that(database: Database) -> None:
    old, new, others = keep(database), keep(database), keep(database, OTHER)
    with database.session() as session:
        for number, days in ((old, 31), (new, 29), (others, 31)):
            row = session.get(Material, number)
            assert row is not None
            row.deleted_at = now() - timedelta(days=days)
    keep(database)
    with database.session() as session:
        left = set(session.scalars(select(Material.id)))
    assert old not in left and {new, others} <= left


def test_a_copy_is_another_material(database: Database) -> None:
    number = keep(database, name="题" * 80)
    copy = materials.duplicate(database, ME, number)
    materials.save(database, ME, copy, 1, {"n": 2}, 1)
    first, second = materials.find(database, ME, number), materials.find(database, ME, copy)
    assert first is not None and second is not None
    assert (first.content, second.content) == ({"n": 1}, {"n": 2})
    assert second.name.endswith("（副本）") and len(second.name) <= materials.MOST_NAME


def test_an_owner_has_room_for_so_many_and_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(materials, "MOST_OF_ONE", 2)
    numbers = [keep(database), keep(database)]
    with pytest.raises(TooMuchMaterialError, match="先删掉"):
        keep(database)
    with pytest.raises(TooMuchMaterialError):
        materials.duplicate(database, ME, numbers[0])
    materials.remove(database, ME, numbers[0])
    keep(database)
    with pytest.raises(TooMuchMaterialError):
        materials.restore(database, ME, numbers[0])
    keep(database, OTHER)
    assert MOST_OF_ONE >= 100


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  九月\n培训 ", "九月 培训"), ("", "材料"), ("\u200b\x00\x07", "材料"), ("给13812345678", "给[号码已隐去]")],
)
def test_a_name_is_one_masked_line(database: Database, typed: str, kept: str) -> None:
    number = keep(database)
    assert materials.rename(database, ME, number, typed) == kept
    assert materials.rename(database, ME, number, "长" * 100_000) == "长" * materials.MOST_NAME


@pytest.mark.parametrize("number", [0, -1, 2**31, 10**30])
def test_a_number_that_no_material_has_finds_none(database: Database, number: int) -> None:
    assert materials.find(database, ME, number) is None


def test_rewording_keeps_the_first_wording_and_gives_it_back(quiz: KeptQuiz) -> None:
    once = reword(quiz, 1, wording(stem="第一次"))
    twice = reword(once, 1, wording(stem="第二次", explanation="另一个解析"))
    assert twice.entry(1).item.stem == "第二次" and twice.entry(1).original == CHOSEN
    assert take_back(twice, 1).entry(1) == quiz.entry(1)
    assert reword(twice, 1, wording()).entry(1).original is None


def test_the_key_follows_its_option_when_another_is_taken_away(quiz: KeptQuiz) -> None:
    assert CHOSEN.key == "C"
    changed = reword(quiz, 1, wording(options=("3天", " ", "6天", "8天", "9天", "", "", ""))).entry(1).item
    assert (changed.options, changed.key) == (("3天", "6天", "8天", "9天"), "B")
    without = reword(quiz, 1, wording(options=("3天", "5天", "", "8天"))).entry(1).item
    assert without.key == ""


def test_other_kinds_of_keys(quiz: KeptQuiz) -> None:
    several, judged, blank = (next(e for e in quiz.entries if e.item.type == kind) for kind in ("多选", "判断", "填空"))
    assert reword(quiz, several.id, wording(several.item, key=("B", "A"))).entry(several.id).item.key == "AB"
    for key, kept in (("正确", "正确"), ("也许", "")):
        assert reword(quiz, judged.id, wording(judged.item, key=(key,))).entry(judged.id).item.key == kept
    assert reword(quiz, blank.id, wording(blank.item, key=("6；3",))).entry(blank.id).item.key == "6；3"


def test_what_is_typed_is_masked_and_stripped_of_what_cannot_be_seen(quiz: KeptQuiz) -> None:
    item = (
        reword(quiz, 1, wording(stem="打\x0013812345678\x1b问\r\n谁？ ", options=("3\x07天", "5天", "6天")))
        .entry(1)
        .item
    )
    assert item.stem == "打[号码已隐去]问\n谁？"
    assert item.options[0] == "3天"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stem": " \u200b\n"}, "题干不能空着"),
        ({"stem": "长" * 100_000}, f"最多 {MOST_STEM} 个字，现在有 100000 个"),
        ({"explanation": "长" * 100_000}, "解析太长"),
        ({"options": ("长" * 1000, "短")}, "选项太长"),
        ({"options": tuple("甲乙丙丁戊己庚辛壬")}, "选项最多 8 个"),
    ],
)
def test_a_wording_that_cannot_be_kept_is_refused(quiz: KeptQuiz, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        reword(quiz, 1, wording(**changes))


def test_items_are_moved_by_steps_over_dropped_ones_and_before_others(quiz: KeptQuiz) -> None:
    assert ids(step(quiz, 3, is_up=True))[:3] == [1, 3, 2]
    assert ids(step(drop(quiz, 2), 3, is_up=True))[:2] == [3, 1]
    assert ids(step(quiz, 7, is_up=False)) == [1, 2, 3, 4, 5, 6, 8, 7]
    assert ids(step(drop(quiz, 2), 1, is_up=False))[:2] == [3, 1]
    assert step(quiz, 1, is_up=True) == quiz == step(quiz, 8, is_up=False)
    assert ids(move(quiz, 1, 4)) == [2, 3, 1, 4, 5, 6, 7, 8]
    assert ids(move(quiz, 1, None))[-1] == 1
    assert move(quiz, 1, 1) == quiz
    with pytest.raises(InputError):
        move(quiz, 99, 1)


def test_a_dropped_item_comes_back_to_its_place(quiz: KeptQuiz) -> None:
    assert restore(drop(quiz, 3), 3) == quiz
    assert [item.stem for item in drop(quiz, 3).as_quiz("卷").items] == [i.stem for i in ITEMS if i != ITEMS[2]]


def test_a_replaced_item_can_be_had_back_in_place_of_the_new_one(quiz: KeptQuiz) -> None:
    changed, new = swap(quiz, 3, replace(CHOSEN, stem="另一题"))
    assert ids(changed) == [1, 2, new.id, 4, 5, 6, 7, 8]
    assert ids(restore(changed, 3, instead_of=new.id)) == ids(quiz)
    assert len({item.id for item in changed.as_quiz("卷").items}) == 8


def test_a_clause_that_moved_is_found_and_one_that_changed_is_told() -> None:
    article = DOCUMENT.article("2")
    assert article is not None

    def library(text: str) -> list[Any]:
        changed = replace(article, text=text)
        return [replace(DOCUMENT, id="new", articles=tuple(changed if a is article else a for a in DOCUMENT.articles))]

    document, _, moved, stale = place_now(CHOSEN, library(f"新增一句。{article.text}"))
    assert stale == "" and moved.document_id == "new" and document is not None
    assert f"新增一句。{article.text}"[moved.start : moved.end] == article.text[CHOSEN.start : CHOSEN.end]
    assert "文字改过了" in place_now(CHOSEN, library("社区不再设立窗口。"))[3]
    assert "没有第2条" in place_now(CHOSEN, [replace(DOCUMENT, articles=DOCUMENT.articles[2:])])[3]
    assert "资料库里现在没有" in place_now(CHOSEN, [])[3]


def test_of_a_choice_what_is_still_there_is_found(quiz: KeptQuiz) -> None:
    assert resolve(quiz.selected, [DOCUMENT]) == (SELECTION,)
    (left,) = resolve(quiz.selected, [replace(DOCUMENT, id="new", articles=DOCUMENT.articles[3:])])
    assert [a.number for a in left.articles] == ["4", "5"]
    assert resolve(quiz.selected, []) == ()
