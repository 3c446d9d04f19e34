"""Files on their way into the library, what they are recognised as, and the changes that wait for a rebuild."""

from __future__ import annotations

import io
import os
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select

from assistant.holdings import changes
from assistant.holdings.changes import Digests, find_pending, make_plan
from assistant.holdings.frames import read_frame
from assistant.holdings.incoming import (
    clean_name,
    digest_of,
    disk_name,
    examine,
    held_of,
    read_page,
    report_from_json,
    report_to_json,
)
from assistant.holdings.intake import MOST_AT_ONCE, Intake, Job, TooManyFilesError
from assistant.state.database import IN_MEMORY, Database
from assistant.state.tables import RemovedPage, Upload
from assistant.web.engine import Live
from index.edits import apply_edits, frame_of
from index.errors import InputError
from index.library import Library, build_library
from index.records import Page
from tests.fake_assistant import FakeAssistant
from tests.small_library import PAGE, RULES
from tests.test_identity import amended, law, slip, with_one_other_sentence

DOGS = (
    "示例镇养犬管理办法\n\n第一条 居民养犬应当登记。\n\n第二条 遛犬应当牵绳。\n\n第三条 本办法自2025年1月1日起施行。\n"
)
ADMINISTRATOR = "管理员甲"


@pytest.fixture(scope="module")
def library() -> Library:
    """The rules of the small library, and a law."""
    return build_library([Page("900", "900.txt", PAGE), Page("law", "law.txt", "\n\n".join(law()) + "\n")])


@pytest.fixture
def live(library: Library) -> Live:
    engine = FakeAssistant()
    engine.library = library  # type: ignore[assignment]
    return Live(engine)


@pytest.fixture
def intake(live: Live) -> Intake:
    return Intake(live, Database.open(IN_MEMORY))


def database_of(intake: Intake) -> Database:
    return intake._database


def send(intake: Intake, name: str, content: str | bytes) -> Job:
    """The job of a file, once it is finished."""
    job = intake.open(clean_name(name), ADMINISTRATOR)
    job.path.write_bytes(content.encode() if isinstance(content, str) else content)
    intake.start(job)
    wait_for(lambda: job.is_finished)
    return job


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not within time"
        time.sleep(0.01)


def uploads(intake: Intake) -> list[Upload]:
    with database_of(intake).session() as session:
        return list(session.scalars(select(Upload).order_by(Upload.id)))


def relation_of(intake: Intake, name: str, content: str) -> tuple[str, str, int]:
    """(kind, title, differences) of the first relation of a file's first document."""
    assert send(intake, name, content).error == ""
    found = report_from_json(uploads(intake)[-1].report).documents[0].relations[0]
    return found.kind, found.title, found.differences


def text_of(lines: list[str]) -> str:
    return "\n\n".join(lines) + "\n"


def test_a_file_waits_with_its_articles_and_without_its_raw_text(intake: Intake) -> None:
    job = send(intake, "养犬.txt", DOGS + "\n联系人电话：13800001234\n")
    assert (job.stage, job.error) == ("待确认", "")
    assert not job.path.exists() and not job.path.parent.exists()
    (upload,) = uploads(intake)
    assert (upload.name, upload.author, upload.state) == ("养犬.txt", ADMINISTRATOR, "waiting")
    assert "13800001234" not in str(upload.pages) + str(upload.report)
    report = report_from_json(upload.report)
    assert report.masked == 1
    (found,) = report.documents
    assert (found.title, found.effective_date) == ("示例镇养犬管理办法", "2025年1月1日")
    assert [label for label, _ in found.articles] == ["第1条", "第2条", "第3条"]
    assert report_from_json(report_to_json(report)) == report


def test_relations_are_told_apart(intake: Intake, library: Library) -> None:
    assert relation_of(intake, "新.txt", DOGS) == ("new", "", 0)
    assert relation_of(intake, "同.txt", PAGE.replace("\n\n", "\n \n")) == ("copy", RULES, 0)
    kind, title, differences = relation_of(intake, "抄本.txt", text_of(slip(law(), 0.01, 3)))
    assert (kind, title) == ("printing", library.documents[1].title)
    assert differences > 3
    assert relation_of(intake, "新版.txt", text_of(amended(law(effective="2023年9月1日"), 5, 9)))[0] == "version"


def test_an_unclear_pair_is_shown_as_such(intake: Intake) -> None:
    assert relation_of(intake, "存疑.txt", text_of(with_one_other_sentence(law())))[0] == "unclear"


def test_two_waiting_files_are_compared_with_each_other_and_again_when_one_goes(intake: Intake) -> None:
    send(intake, "甲.txt", DOGS)
    send(intake, "乙.txt", DOGS.replace("牵绳", "牵好绳"))
    relation = report_from_json(uploads(intake)[1].report).documents[0].relations[0]
    assert (relation.kind, relation.is_waiting, relation.differences) == ("printing", True, 1)
    with database_of(intake).session() as session:
        assert changes.decide(session, 1, "discarded") == 1
    intake.review_again()
    wait_for(lambda: report_from_json(uploads(intake)[1].report).documents[0].relations[0].kind == "new")
    assert uploads(intake)[0].pages == []


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w>" + b" " * 300_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.txt", b"", "是空文件"),
        ("空白.md", "  \n\n ", "没有文字"),
        ("坏.pdf", b"%PDF-1.7 nothing", "PDF 已损坏"),
        ("程序.txt", b"MZ\x00\x00\x90", "是程序"),
        ("程序.exe", b"MZ\x00\x00\x90", "不能收录这种文件"),
        ("无名", "第一条 文字。", "不能收录这种文件"),
        ("图.docx", b"\x89PNG\r\n", "是图片"),
        ("炸弹.docx", None, ""),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(
    intake: Intake, name: str, content: str | bytes | None, words: str
) -> None:
    job = send(intake, name, bomb() if content is None else content)
    assert job.stage == "没有收录"
    assert words in job.error and job.error and not job.error.startswith(name)
    assert uploads(intake) == [] and not job.path.parent.exists()


def test_a_bug_in_a_reader_refuses_the_file_and_the_next_one_goes_on(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr("assistant.holdings.intake.read_page", fail)
        patch.setattr("threading.excepthook", lambda args: None)
        assert "意外" in send(intake, "甲.txt", DOGS).error
    assert send(intake, "甲.txt", DOGS).error == ""


def test_the_same_text_is_taken_once(intake: Intake, library: Library) -> None:
    assert send(intake, "甲.txt", DOGS).error == ""
    assert "已经上传过：与“甲.txt”" in send(intake, "乙.txt", DOGS).error
    assert "已经收录过" in send(intake, "丙.txt", library.pages[0].text).error
    assert len(uploads(intake)) == 1


def test_the_same_file_twice_at_the_same_time_is_taken_once(intake: Intake) -> None:
    jobs = [intake.open("甲.txt", "") for _ in range(2)]
    for job in jobs:
        job.path.write_text(DOGS, encoding="utf-8")
        intake.start(job)
    wait_for(lambda: all(job.is_finished for job in jobs))
    assert sorted(job.stage for job in jobs) == ["待确认", "没有收录"]


def test_only_so_many_files_are_on_their_way(intake: Intake) -> None:
    jobs = [intake.open(f"{n}.txt", "") for n in range(MOST_AT_ONCE)]
    with pytest.raises(TooManyFilesError, match="一次最多 20 个"):
        intake.open("再来.txt", "")
    for job in jobs:
        intake.refuse(job, "不要了")
    assert intake.open("再来.txt", "").stage == "排队"
    intake.clear()
    assert [job.name for job in intake.jobs()] == ["再来.txt"]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>.txt",
        "长" * 300 + ".txt",
        "../../../etc/passwd.txt",
        "a\x00\x1b[31m\n.txt",
        "CON:.txt",
        "…",
    ],
)
def test_strange_names_are_harmless(intake: Intake, name: str) -> None:
    clean = clean_name(name)
    assert "/" not in clean and clean.isprintable() and 0 < len(clean) <= 200
    assert len(disk_name(clean).encode()) < 250
    if clean.endswith(".txt"):
        assert send(intake, name, DOGS).error == ""
        assert uploads(intake)[-1].name == clean


def test_a_number_in_a_file_name_is_masked() -> None:
    assert "13800001234" not in clean_name("联系人13800001234.docx")
    assert clean_name("联系人13800001234.docx").endswith(".docx")


def test_removing_and_restoring_a_page(library: Library, database: Database) -> None:
    digests = Digests().of(library)
    with database.session() as session:
        changes.remove_pages(session, library, digests, ["900"], ADMINISTRATOR)
        changes.remove_pages(session, library, digests, ["900"], ADMINISTRATOR)  # a double click
        assert [row.siglum for row in find_pending(session, library, digests).removed] == ["900"]
        assert [page.siglum for page in make_plan(session, library, digests).pages] == ["law"]
        with pytest.raises(InputError, match="至少要留一份"):
            changes.remove_pages(session, library, digests, ["law"], ADMINISTRATOR)
        with pytest.raises(InputError, match="没有来源文件"):
            changes.remove_pages(session, library, digests, ["没有"], ADMINISTRATOR)
    smaller = build_library([library.pages[1]])
    after = Digests().of(smaller)
    with database.session() as session:
        row = session.scalars(select(RemovedPage)).one()
        assert find_pending(session, smaller, after).count == 0
        changes.restore_page(session, row.id, after)
        changes.restore_page(session, row.id, after)
        assert [page.siglum for page in make_plan(session, smaller, after).pages] == ["law", "900"]
        changes.undo_restore(session, row.id)
        assert find_pending(session, smaller, after).count == 0
        changes.restore_page(session, row.id, after)
        changes.settle(session, digests)  # the library has it again
        assert session.scalars(select(RemovedPage)).all() == []


def test_a_removal_that_has_not_happened_is_simply_taken_back(library: Library, database: Database) -> None:
    digests = Digests().of(library)
    with database.session() as session:
        changes.remove_pages(session, library, digests, ["900"], ADMINISTRATOR)
        session.flush()
        row = session.scalars(select(RemovedPage)).one()
        changes.restore_page(session, row.id, digests)
        session.flush()
        assert find_pending(session, library, digests).count == 0


def test_an_accepted_file_is_in_the_plan_until_the_library_has_it(intake: Intake, library: Library) -> None:
    digests = Digests().of(library)
    send(intake, "900 养犬.txt", DOGS)
    with database_of(intake).session() as session:
        assert make_plan(session, library, digests).pages == library.pages
        assert changes.decide(session, None, "accepted") == 1
        assert changes.decide(session, None, "accepted") == 0  # a double click
        plan = make_plan(session, library, digests)
    assert [page.siglum for page in plan.pages] == ["900", "law", "900-2"]  # its number was taken
    rebuilt = build_library(plan.pages)
    with database_of(intake).session() as session:
        assert find_pending(session, rebuilt, Digests().of(rebuilt)).count == 0
        assert changes.decide(session, 1, "waiting", before="accepted") == 1
    # a removed page that came with an upload is not brought back by the upload
    with database_of(intake).session() as session:
        changes.decide(session, 1, "accepted")
        changes.remove_pages(session, rebuilt, Digests().of(rebuilt), ["900-2"], "")
        session.flush()
        assert find_pending(session, library, digests).count == 0
    assert "已移除" in send(intake, "再传.txt", DOGS).error


def test_edits_wait_apply_with_the_library_and_go_back(library: Library, database: Database) -> None:
    digests = Digests().of(library)
    document = library.documents[0]
    frame = read_frame(document, {"title": "《图书馆新办法》", "date": "2025-02-01"}, library.documents)
    assert (frame["title"], frame["date"]) == ("图书馆新办法", "2025年2月1日")
    with database.session() as session:
        changes.edit_frame(session, library, document, frame, ADMINISTRATOR)
        plan = make_plan(session, library, digests)
        assert find_pending(session, library, digests).edits == {document.id: frame}
    rebuilt = build_library(plan.pages, edits=plan.edits)
    edited = rebuilt.documents[0]
    assert (edited.id, edited.title, edited.date) == (document.id, "图书馆新办法", "2025年2月1日")
    assert edited.articles == document.articles
    assert rebuilt.as_read[document.id]["title"] == document.title
    with database.session() as session:
        assert find_pending(session, rebuilt, digests).count == 0
        changes.edit_frame(session, rebuilt, edited, frame_of(document), ADMINISTRATOR)
        assert find_pending(session, rebuilt, digests).edits == {document.id: frame_of(document)}
        changes.undo_edit(session, rebuilt, edited, ADMINISTRATOR)
        assert find_pending(session, rebuilt, digests).count == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": "  "}, "标题不能是空的"),
        ({"title": "《》"}, "标题不能是空的"),
        ({"title": "长" * 201}, "标题太长"),
        ({"date": "2024年13月1日"}, "发布日期.*不是日期"),
        ({"effective_date": "2023-02-29"}, "施行日期.*不是日期"),
        ({"date": "昨天"}, "不是日期"),
    ],
)
def test_a_wrong_correction_is_explained(library: Library, typed: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_frame(library.documents[0], typed, library.documents)


def test_a_title_that_another_document_has_is_refused_and_never_given_twice(library: Library) -> None:
    one, other = library.documents
    with pytest.raises(InputError, match="已经有一份"):
        read_frame(one, {"title": other.title}, library.documents)
    edited, as_read = apply_edits(library.documents, {one.title: {"title": other.title, "issuer": "某局"}})
    assert [d.title for d in edited] == [one.title, other.title]
    assert edited[0].issuer == "某局" and list(as_read) == [one.id]


def test_control_characters_and_numbers_do_not_get_into_a_title(library: Library) -> None:
    frame = read_frame(library.documents[0], {"title": "某\x00办\x1b法 13800001234"}, library.documents)
    assert frame["title"].isprintable() and "13800001234" not in frame["title"]


def test_what_was_said_of_two_pages_reaches_the_plan(library: Library, database: Database) -> None:
    digests = Digests().of(library)
    with database.session() as session:
        changes.tell(session, ("law", "900"), True, ADMINISTRATOR)
        changes.tell(session, ("900", "law"), False, ADMINISTRATOR)  # thought better of it
        changes.tell(session, ("900", "没有这一页"), True, ADMINISTRATOR)
        pending = find_pending(session, library, digests)
        assert pending.told == ((("900", "law"), False),)
        plan = make_plan(session, library, digests)
        assert (plan.told_same, plan.told_different) == (frozenset(), frozenset({("900", "law")}))
        changes.untell(session, ("law", "900"))
        assert find_pending(session, library, digests).count == 0


def test_a_waiting_file_does_not_hold_up_reading_the_list(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, leave = Event(), Event()

    def slow(path: Path) -> tuple[Page, tuple[str, ...]]:
        entered.set()
        leave.wait(10)
        return read_page(path)

    monkeypatch.setattr("assistant.holdings.intake.read_page", slow)
    job = intake.open("甲.txt", "")
    job.path.write_text(DOGS, encoding="utf-8")
    intake.start(job)
    entered.wait(10)
    assert [(each.name, each.stage) for each in intake.jobs()] == [("甲.txt", "读取")]
    assert uploads(intake) == []
    leave.set()
    wait_for(lambda: job.is_finished)


def test_a_newspaper_page_is_reported_document_by_document(bundled_library: Library) -> None:
    page = bundled_library.pages[0]
    report = examine(page, (), held_of(bundled_library.documents[1:2], ()))
    assert len(report.documents) == 2 and report.oddities == ()
    assert len(digest_of(page)) == 64


def test_raw_files_of_a_killed_server_go_with_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, new = tmp_path / "policyqa-upload-old", tmp_path / "policyqa-upload-new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (time.time() - 7200,) * 2)
    Intake(Live(FakeAssistant()), Database.open(IN_MEMORY))
    assert not old.exists() and new.exists(), "another server may still be receiving the new one"
