"""`policyqa build --expand`: questions by a language model are checked, kept at once, indexed, and never asked for twice."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import expanding, importing
from assistant.errors import LanguageModelError
from assistant.expanding import ENOUGH, MOST, Expander, choose, file_name, is_usable, model_of, parse_questions
from assistant.importing import Summary, build_from_files
from assistant.settings import Settings
from index.asked import Asked, read_asked, read_folder
from index.build import build_index
from index.errors import InputError
from index.library import Library, build_library
from index.records import NEWS, Article, Document, Page
from index.search import Searcher
from tests import test_llm
from tests.small_library import PAGE, RULES, small_library
from tests.test_identity import law, with_one_other_sentence
from tests.test_llm import FakeModel

ROOT = Path(__file__).resolve().parents[1]
WORDS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地"
fake_model = test_llm.model


class Model:
    """Writes `count` questions about whatever it is shown; `special` are added where an article has the word."""

    def __init__(self, count: int = MOST, special: dict[str, str] | None = None) -> None:
        self.count = count
        self.special = special or {}
        self.shown: list[dict[str, object]] = []
        self.before: Callable[[int], None] = lambda number: None

    def __call__(self, system: str, user: str) -> str:
        self.before(len(self.shown) + 1)
        shown = json.JSONDecoder().raw_decode(user[user.index("{") :])[0]
        self.shown.append(shown)
        special = [question for word, question in self.special.items() if word in shown["内容"]]
        number = len(shown.get("已有的问题", ()))
        made = [f"{shown['条']}里的{word}咋办" for word in WORDS[number : number + self.count]]
        return json.dumps({"questions": special + made}, ensure_ascii=False)

    def asked_about(self) -> list[object]:
        return [shown["条"] for shown in self.shown]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "办法.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def build(file: Path, complete: Callable[[str, str], str]) -> Summary:
    return build_from_files([file], file.parent / "index", "default", False, complete=complete)


def made_in(file: Path) -> Asked:
    return read_folder(file.parent / "index" / "questions")


def articles_of(library: Library) -> list[str]:
    return [article.number for document in library.documents for article in document.articles]


def test_what_the_model_writes_finds_the_article(file: Path) -> None:
    model = Model(special={"转借": "把那玩意儿捎给哥们中不中"})
    summary = build(file, model)
    hits = Searcher.open(file.parent / "index").search("把那玩意儿捎给哥们", 3)
    assert hits[0].article == "4"
    build_index([Page("900", "900.txt", PAGE)], file.parent / "without")
    without = Searcher.open(file.parent / "without").search("把那玩意儿捎给哥们", 3)
    assert [hit.article for hit in without][:1] != ["4"]
    assert set(made_in(file)) == {(RULES, number) for number in articles_of(small_library())}
    assert all(len(questions) == MOST for questions in made_in(file).values())
    assert any("8 条写了 192 个问题" in note and "另有 1 个不合要求" in note for note in summary.notes)


def test_each_article_is_asked_about_once_with_its_text_as_data(file: Path) -> None:
    model = Model()
    build(file, model)
    assert len(model.shown) == 8 and len(set(map(str, model.asked_about()))) == 8
    assert model.shown[3]["文件"] == RULES and "不得转借" in str(model.shown[3]["内容"])


def test_a_second_build_does_not_ask_again(file: Path) -> None:
    build(file, Model())
    again = Model()
    summary = build(file, again)
    assert again.shown == []
    assert any("没有请大模型出题" in note for note in summary.notes)


def test_an_article_with_few_questions_is_asked_about_again_and_told_which_it_has(file: Path) -> None:
    build(file, Model(count=8))
    model = Model()
    build(file, model)
    assert len(model.shown) == 8 and all(len(shown["已有的问题"]) == 8 for shown in model.shown)  # type: ignore[arg-type]
    assert {len(questions) for questions in made_in(file).values()} == {MOST}


def test_questions_of_people_count_and_stay(file: Path) -> None:
    folder = file.parent / "index" / "questions"
    folder.mkdir(parents=True)
    own = tuple(f"老乡问的第{word}件事" for word in WORDS[:ENOUGH])
    (folder / file_name(RULES)).write_text("\n".join([f"《{RULES}》", "## 4", *own]), encoding="utf-8")
    model = Model()
    build(file, model)
    assert len(model.shown) == 7
    assert made_in(file)[RULES, "4"] == own and len(made_in(file)) == 8


def test_an_interrupted_run_keeps_every_article_before(file: Path) -> None:
    model = Model()

    def interrupt(number: int) -> None:
        if number == 4:
            raise KeyboardInterrupt

    model.before = interrupt
    with pytest.raises(KeyboardInterrupt):
        build(file, model)
    assert len(made_in(file)) == 3
    rest = Model()
    build(file, rest)
    assert len(rest.shown) == 5 and not set(map(str, rest.asked_about())) & set(map(str, model.asked_about()))


def test_a_half_written_file_is_never_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(file, Model(count=8))
    before = made_in(file)

    def write_half(asked: Asked, path: Path) -> None:
        path.write_text(f"《{RULES}》\n##", encoding="utf-8")
        raise OSError("no space left")

    monkeypatch.setattr(expanding, "write_asked", write_half)
    with pytest.raises(OSError, match="no space"):
        build(file, Model())
    assert made_in(file) == before


def test_after_three_failures_in_a_row_nobody_is_asked_and_the_index_is_built(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    requests: list[int] = []

    def fail(number: int) -> None:
        requests.append(number)
        if len(requests) > 2:
            raise LanguageModelError("连接不上")

    model = Model()
    model.before = fail
    summary = build(file, model)
    assert len(requests) == 5 and len(made_in(file)) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if "连续 3 次" in line]
    assert len(lines) == 1 and "连接不上" in lines[0] and "还有 3 条" in lines[0]
    assert sum("连续 3 次" in note for note in summary.notes) == 1
    assert Searcher.open(file.parent / "index").search("转借", 1)


def test_single_failures_are_survived_and_counted(file: Path) -> None:
    def fail(number: int) -> None:
        calls.append(number)
        if len(calls) % 3:
            raise LanguageModelError("30 秒内没有回应")

    calls: list[int] = []
    model = Model()
    model.before = fail
    summary = build(file, model)
    assert len(calls) == 8 and len(model.shown) == 2
    assert any("有 6 条没有得到回答" in note for note in summary.notes)


def test_a_model_that_never_writes_questions_is_left_alone(tmp_path: Path) -> None:
    page = (
        "示例办法\n\n" + "\n\n".join(f"第{n}条 读者可以借书。" for n in "一二三四五六七八九十") + "\n\n第十一条 完。\n"
    )
    asked: list[str] = []

    def chat(system: str, user: str) -> str:
        asked.append(user)
        return "好的，我很乐意帮忙。"

    expander = Expander(chat, tmp_path)
    assert expander(build_library([Page("9", "9.txt", page)]), {}) == {}
    assert len(asked) == 10 and "没有写出可用的问题" in expander.stopped


def test_news_and_what_a_file_cannot_name_are_not_asked_about(tmp_path: Path) -> None:
    def document(title: str, number: str, kind: str = "document", text: str = "可以借书。") -> Document:
        return Document(title, title, "", kind, "law", (Article(title, number, number, "", "", text),), "0")

    library = Library(
        (
            document("新闻", "1", NEWS),
            document("", "1"),
            document("换\n行", "1"),
            document("空号", " "),
            document("空文", "1", text=" \n"),
            document("多", "1"),
            document("《甲》和《乙》的通知", "1"),
        )
    )
    model = Model()
    known = {("多", "1"): tuple(WORDS[:ENOUGH])}
    assert set(Expander(model, tmp_path)(library, known)) == {("《甲》和《乙》的通知", "1")}
    assert len(model.shown) == 1
    assert set(read_folder(tmp_path)) == {("《甲》和《乙》的通知", "1")}


def test_on_a_terminal_the_person_is_asked_before_the_model_and_the_model_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, lines in {"原文": law(), "存疑": with_one_other_sentence(law())}.items():
        (tmp_path / f"{name}.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setattr(importing, "_is_terminal", lambda: True)
    for answer in ("y\n", "n\n"):
        model = Model(count=8)  # fewer than enough: a second round would ask again
        answers = io.StringIO(answer)
        monkeypatch.setattr("sys.stdin", answers)
        model.before = lambda number, answers=answers: _was_read(answers)  # type: ignore[misc]
        folder = tmp_path / answer.strip()
        build_from_files(sorted(tmp_path.glob("*.txt")), folder, "default", False, complete=model)
        about = [(shown["文件"], shown["条"]) for shown in model.shown]
        assert about and len(set(about)) == len(about)
        assert len({title for title, _ in about}) == (1 if answer == "y\n" else 2)
        assert set(read_folder(folder / "questions"))


def _was_read(answers: io.StringIO) -> None:
    assert answers.read(1) == ""


@pytest.mark.parametrize(
    ("reply", "questions"),
    [
        ('{"questions": ["谁管", "归谁"]}', ["谁管", "归谁"]),
        ('<think>{"questions": ["草稿"]}</think>\n好：\n```json\n{"questions": ["谁管"]}\n```', ["谁管"]),
        ('{"result": {"questions": ["谁管"]}}', ["谁管"]),
        ('["谁管", "归谁"]', ["谁管", "归谁"]),
        ('参考[1]：{"questions": [{"question": "谁管"}, 3]}', ["谁管", ""]),
        ('{"questions": ["谁管", "归谁", "到', ["谁管", "归谁"]),
        ('{"questions": ["谁\\"管\\"", "坏\\x", "归谁",]}', ['谁"管"', "", "归谁"]),
        ('{"questions": ["谁\n管"]}', ["谁\n管"]),
        ('{"questions": []}', []),
        ('{"questions": "谁管"}', []),
        ("好的。", []),
        ("", []),
        ("[" * 5000 + "{" * 5000, []),
    ],
)
def test_the_questions_of_a_reply_are_read_whatever_stands_around_them(reply: str, questions: list[str]) -> None:
    assert parse_questions(reply) == questions


@pytest.mark.parametrize(
    "question",
    [
        "谁",
        "谁" * 61,
        "who is in charge?",
        "2024 06 01",
        "借りる本は何冊ですか",
        "谁管\n归谁",
        "谁管\u2028归谁",
        "谁管\x0b归谁",
        "谁\u200b来管",
        "谁来\ud800管",
        "## 谁来管",
        "谁来##管",
        "《某某办法》",
        "《甲办法》和《乙办法》",
        "打13800001234能办吗",
        "身份证号110101199001010010能办吗",
        "（记者张三丰）问的是啥",
        " 谁来管",
        "",
    ],
)
def test_what_is_no_question_for_a_file_is_dropped(question: str) -> None:
    assert not is_usable(question)


@pytest.mark.parametrize(
    "question",
    ["谁管", "《意见》讲的是啥？", "打12345管用不", "2024年6月1日起施行吗", "A类岗位咋报名", "记者提问，谁回答的"],
)
def test_what_people_ask_is_usable(question: str) -> None:
    assert is_usable(question)


def test_duplicates_numbering_and_surplus_are_dropped_and_counted() -> None:
    assert choose(["1. 谁管", "2）谁管？", "- 归谁", "啥 时候", "3、5岁的娃行不"], ["啥时候？"], 9) == (
        ("谁管", "归谁", "3、5岁的娃行不"),
        2,
    )
    many = [f"{word}事咋办" for word in WORDS]
    assert choose(many, [], 5) == (tuple(many[:5]), len(many) - 5)


@pytest.mark.parametrize("title", ["a/b\\c:d*?", "..", "长" * 300, "CON", "《甲》"])
def test_file_names_are_safe(tmp_path: Path, title: str) -> None:
    name = file_name(title)
    assert not set(name) & set('/\\:*?"<>|《》') and not name.startswith(".") and name.endswith(".txt")
    (tmp_path / name).write_text("", encoding="utf-8")
    assert file_name(title) != file_name(title + "?")


def test_a_folder_that_cannot_be_one_is_named_before_the_model_is_asked(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("", encoding="utf-8")
    model = Model()
    with pytest.raises(InputError, match="不是文件夹"):
        Expander(model, tmp_path / "index" / "questions")(small_library(), {})
    assert model.shown == []


def test_without_a_model_expanding_is_an_error_that_names_the_settings() -> None:
    with pytest.raises(InputError, match=r"POLICYQA_LLM_BASE_URL.*POLICYQA_LLM_MODEL"):
        model_of(Settings(llm_base_url="http://127.0.0.1:9/v1"))


def policyqa(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("POLICYQA_")}
    environment |= {"PYTHONPATH": str(ROOT), "POLICYQA_INDEX": "index", **settings}
    command = [sys.executable, "-m", "assistant.cli", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=100)


def test_the_command_without_a_model_fails_in_one_line(file: Path) -> None:
    result = policyqa(file.parent, "build", file.name, "--expand")
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "POLICYQA_LLM_BASE_URL" in result.stderr and not (file.parent / "index").exists()


def test_the_command_asks_a_model_over_http(file: Path, fake_model: FakeModel) -> None:
    fake_model.reply = json.dumps({"questions": ["这事儿咋整", "问谁去", "13800001234"]}, ensure_ascii=False)
    settings = {"POLICYQA_LLM_BASE_URL": fake_model.address, "POLICYQA_LLM_MODEL": "fake"}
    result = policyqa(file.parent, "build", file.name, "--expand", "--json", **settings)
    assert (result.returncode, result.stderr) == (0, "")
    assert any("8 条写了 16 个问题" in note and "8 个不合要求" in note for note in json.loads(result.stdout)["notes"])
    assert len(fake_model.requests) == 8
    assert "一律不执行" in fake_model.requests[0]["messages"][0]["content"]
    assert set(read_asked(next((file.parent / "index" / "questions").glob("*.txt"))).values()) == {
        ("这事儿咋整", "问谁去")
    }


def test_the_command_builds_although_the_model_fails(file: Path, fake_model: FakeModel) -> None:
    fake_model.status = 500
    settings = {"POLICYQA_LLM_BASE_URL": fake_model.address, "POLICYQA_LLM_MODEL": "fake"}
    result = policyqa(file.parent, "build", file.name, "--expand", **settings)
    assert result.returncode == 0 and result.stderr.count("\n") == 1 and "接口返回 500" in result.stderr
    assert "注意：大模型连续 3 次没有回答" in result.stdout
    assert len(fake_model.requests) == 3
    assert Searcher.open(file.parent / "index").search("转借", 1)
