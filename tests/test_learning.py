"""Learned questions: what they change at once, what they leave alone, how they are undone, and what the next build takes up."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from assistant.answer import Assistant
from assistant.citations import Statement
from assistant.dialogue import EffectiveQuestion
from assistant.evidence import Evidence
from assistant.keys import NEAR, Key, Keys, plain
from assistant.learning import document_ids, evaluation_lines, teach, write_questions
from assistant.question import analyse
from assistant.records import Answer, Turn
from assistant.state import learned
from assistant.state.database import Database
from assistant.state.feedback import Opinion, note_answer, rate
from assistant.state.learned import AlreadySettledError, OpenQuestion, clean_question
from assistant.web.engine import Live
from eval.datasets import read_questions
from index.build import build_index
from index.embedding import Vectors
from index.library import Library
from index.records import Page
from index.search import Searcher
from tests.small_library import PAGE, RULES, small_assistant, small_library

GIFT = "家里旧书不要了送你们收不"
GIFT_IN_OTHER_WORDS = "家里的旧书不要了，送给你们收吗"
OTHERS = ("每次能借几册？", "晚还了要罚多少钱", "古籍怎么借？", "寒假几点关门", "第四条讲什么", "你好")


def key(question: str, article: str) -> Key:
    return Key(question, small_library().documents[0].id, article)


def cited(answer: Answer) -> list[str]:
    return [citation.article for citation in answer.citations]


@pytest.fixture
def assistant() -> Assistant:
    return small_assistant()


def give(database: Database, assistant: Assistant, question: str) -> OpenQuestion:
    """A question that was refused, as it waits for an administrator."""
    note_answer(database, assistant.ask(question))
    return next(each for each in learned.open_questions(database) if each.wording == question)


def test_a_refused_question_and_its_other_words_are_answered_once_taught_and_refused_again_once_forgotten(
    assistant: Assistant,
) -> None:
    assert assistant.ask(GIFT).status == assistant.ask(GIFT_IN_OTHER_WORDS).status == "refused"
    assistant.learn([key(GIFT, "7")])
    assert cited(assistant.ask(GIFT))[0] == cited(assistant.ask(GIFT_IN_OTHER_WORDS))[0] == "7"
    assert assistant.search(GIFT)[0].article == "7"
    assistant.learn([])
    assert assistant.ask(GIFT).status == assistant.ask(GIFT_IN_OTHER_WORDS).status == "refused"


def test_other_questions_are_answered_as_before(assistant: Assistant) -> None:
    def answers() -> list[tuple[str, list[str]]]:
        return [(answer.answer, cited(answer)) for answer in map(assistant.ask, OTHERS)]

    before = answers()
    assistant.learn([key(GIFT, "7"), key("书能不能给同事看", "4")])
    assert answers() == before


@pytest.mark.parametrize(
    "question",
    [
        "能不能让我侄子替我拿回家看",  # search finds nothing for it
        "书弄丢了要赔多少",  # an amount that the article does not have
        "《别处的办法》说的介绍信要不要",  # a law that is not in the library
        "北京的读者能借吗",  # a place that no document names
        "第九十条讲什么",  # an article that there is not
        "你好",  # mere talk
    ],
)
def test_whatever_the_reason_of_the_refusal_a_taught_question_gets_its_article(
    assistant: Assistant, question: str
) -> None:
    assert assistant.ask(question).status == "refused"
    assistant.learn([key(question, "6")])
    answer = assistant.ask(question)
    assert cited(answer)[0] == "6"
    text = small_library().documents[0].article("6")
    assert text is not None and all(text.text[c.start : c.end] == c.quote for c in answer.citations if c.article == "6")


def test_a_question_that_was_answered_with_another_article_is_overruled(assistant: Assistant) -> None:
    question = "每次能借几册？"
    assert cited(assistant.ask(question))[0] == "3"
    assistant.learn([key(question, "7")])
    assert cited(assistant.ask("每次能借几册"))[0] == "7"


def test_both_sides_of_a_comparison_give_way_to_the_taught_article(assistant: Assistant) -> None:
    question = "转借和捐赠有什么区别"
    assistant.learn([key(question, "5")])
    assert cited(assistant.ask(question))[0] == "5"


def test_punctuation_blanks_and_traditional_characters_make_no_difference(assistant: Assistant) -> None:
    assistant.learn([key(GIFT, "7")])
    assert cited(assistant.ask(" 家裏舊書，不要了 送你們收不？？ "))[0] == "7"


@pytest.mark.parametrize(
    ("taught", "asked"),
    [
        ("借阅古籍要提前三天预约吗", "借阅古籍要提前五天预约吗"),
        ("押金退给谁", "押金退多少钱"),
        ("押金", "押金交押金退押金找谁"),
        ("《甲办法》管不管捐书", "《乙办法》管不管捐书"),
    ],
)
def test_a_near_question_that_names_or_wants_something_else_is_not_the_taught_one(
    assistant: Assistant, taught: str, asked: str
) -> None:
    assistant.learn([key(taught, "7")])
    assert cited(assistant.ask(taught))[0] == "7"
    assert assistant.ask(asked).status == "refused"


def test_a_document_that_was_not_chosen_is_not_brought_in_by_a_key(assistant: Assistant) -> None:
    assistant.learn([key(GIFT, "7")])
    own = small_library().documents[0].id
    assert cited(assistant.ask(GIFT, documents=(own,)))[0] == "7"
    assert assistant.ask(GIFT, documents=("another",)).citations == ()


def test_a_follow_up_is_known_by_what_the_conversation_makes_of_it(assistant: Assistant) -> None:
    history = [Turn("借阅古籍有什么条件？", "应当具备下列条件……")]
    whole = assistant.ask("那押金呢", history).effective
    assert whole == "借阅古籍有什么条件？那押金呢"
    assistant.learn([key(whole, "5")])
    assert cited(assistant.ask("那押金呢", history))[0] == "5"
    assert cited(assistant.ask("借阅古籍有什么条件？"))[0] == "6"


@pytest.mark.parametrize(("nearness_before", "counts"), [(0.72, False), (0.65, True)])
def test_a_follow_up_must_be_clearly_nearer_than_the_question_before_it(nearness_before: float, counts: bool) -> None:
    """A cosine of .8 where the question before had .72 already is that one's; .65 leaves a part of its own."""
    taught, before, asked = "志愿者如何请假呢", "志愿者招募看什么", "如何请假"
    effective = EffectiveQuestion(asked, before)
    cosines = {taught: 1.0, effective.searched: 0.8, before: nearness_before}

    def vector(text: str) -> Vectors:
        cosine = cosines[text]
        return np.array([cosine, (1 - cosine**2) ** 0.5], dtype=np.float32)

    keys = Keys.of([Key(taught, "d", "2")], vector)
    assert (keys.match(analyse(asked), effective, vector) is not None) == counts


def test_a_follow_up_is_not_taken_for_the_taught_question_before_it(assistant: Assistant) -> None:
    question = "捐书给你们有没有证书"
    histories = [[Turn(words, "有。")] for words in (question, "捐书给你们有证书没")]
    follow_ups = [(words, history) for words in ("还有呢", "那纪念品呢") for history in histories]
    before = [cited(assistant.ask(words, history)) for words, history in follow_ups]
    assistant.learn([key(question, "5")])
    assert [cited(assistant.ask(words, history)) for words, history in follow_ups] == before


def test_of_two_articles_for_one_question_the_later_counts(assistant: Assistant) -> None:
    assistant.learn([key(GIFT, "6"), key(f"{GIFT}？", "7")])
    assert cited(assistant.ask(GIFT))[0] == "7"


def test_a_key_to_an_article_that_is_gone_changes_nothing(assistant: Assistant) -> None:
    assistant.learn([Key(GIFT, "nowhere", "7"), key("书弄丢了咋赔", "99")])
    assert assistant.ask(GIFT).status == assistant.ask("书弄丢了咋赔").status == "refused"


def test_vectors_are_made_once(assistant: Assistant) -> None:
    made: list[str] = []

    def vector(text: str) -> np.ndarray:
        made.append(text)
        return assistant.searcher.vector(text)

    first = Keys.of([key(GIFT, "7")], vector)
    second = Keys.of([key(GIFT, "6"), key("书弄丢了咋赔", "5")], vector, first)
    assert made == [GIFT, "书弄丢了咋赔"] and len(second) == 2
    assert Keys.of([key("？！", "7")], vector).equal("？！") is None


def test_a_question_without_any_known_feature_is_near_to_nothing(assistant: Assistant) -> None:
    assistant.learn([key(GIFT, "7")])
    assert assistant.ask("𠮷𠮷𠮷").citations == ()
    assert NEAR > 0.5  # a zero vector has the cosine 0 with everything


@dataclass(frozen=True)
class Unanswerable:
    """A model's draft that finds nothing settled."""

    answerable: bool = False
    statements: tuple[Statement, ...] = ()


class Refusing:
    """A language model that refuses everything."""

    def write_once(self, question: str, evidence: Sequence[Evidence]) -> Iterator[Unanswerable]:
        yield Unanswerable()

    stream = write_once

    def rewrite(self, question: str, history: Sequence[Turn]) -> str:
        return question


def test_a_model_that_refuses_does_not_overrule_the_administrator() -> None:
    assistant = small_assistant(Refusing())
    assert assistant.ask("读者每次可以借阅图书几册").status == "refused"
    assistant.learn([key(GIFT, "7")])
    assert cited(assistant.ask(GIFT))[0] == "7"
    assert assistant.ask("读者每次可以借阅图书几册").status == "refused"


def test_a_question_that_the_article_had_and_is_now_from_use_is_one_question(
    database: Database, assistant: Assistant
) -> None:
    [first] = learned.add(database, RULES, "7", [GIFT], "管理员")
    item = give(database, assistant, GIFT)
    assert learned.add(database, RULES, "7", [GIFT], "管理员", item.id) == [first]
    learned.undo(database, first)
    assert [each.wording for each in learned.open_questions(database)] == [GIFT]


def test_threads_may_ask_while_others_teach(assistant: Assistant) -> None:
    wrong: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            taught, other = assistant.ask(GIFT), assistant.ask("每次能借几册？")
            if cited(taught)[:1] not in ([], ["7"]) or cited(other)[0] != "3":
                wrong.append(f"{taught.answer} / {other.answer}")

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(40):
        assistant.learn([key(GIFT, "7"), key("书弄丢了咋赔", "5")])
        assistant.learn([])
    stop.set()
    for thread in threads:
        thread.join(timeout=20)
    assert wrong == [] and not any(thread.is_alive() for thread in threads)


def test_what_an_administrator_gives_is_live_and_undone_and_restored(database: Database, assistant: Assistant) -> None:
    live = Live(assistant)
    item = give(database, assistant, GIFT)
    [change] = learned.add(database, RULES, "7", [GIFT], "管理员", item.id)
    assert teach(live, database) == ()
    assert cited(live.ask(GIFT))[0] == "7" and learned.open_questions(database) == []

    learned.undo(database, change)
    teach(live, database)
    assert live.ask(GIFT).status == "refused" and [each.wording for each in learned.open_questions(database)] == [GIFT]

    learned.restore(database, change)
    teach(live, database)
    assert cited(live.ask(GIFT))[0] == "7" and learned.open_questions(database) == []


def test_questions_of_an_article_that_the_library_does_not_have_wait_and_are_told(
    database: Database, assistant: Assistant
) -> None:
    learned.add(database, "已经撤下的办法", "1", ["押金多少"], "管理员")
    learned.add(database, RULES, "7", [GIFT], "管理员")
    live = Live(assistant)
    assert [row.question for row in teach(live, database)] == ["押金多少"]
    assert cited(live.ask(GIFT))[0] == "7"


def test_a_corrected_title_and_the_one_of_the_file_name_the_same_article() -> None:
    library = small_library()
    document = replace(library.documents[0], title="改过的名字")
    edited = Library((document,), library.pages, as_read={document.id: {"title": RULES}})
    places = document_ids(edited)
    assert places["改过的名字", "7"] == places[RULES, "7"] == document.id


def test_a_question_is_masked_and_made_one_line_that_a_question_file_can_hold() -> None:
    assert "13812345678" not in clean_question("我电话13812345678，能借吗")
    assert clean_question(" ## 能借\t几册\r\n吗 ") == "能借 几册 吗"
    assert clean_question("《某办法》") == "《某办法》？"
    assert len(clean_question("借" * 100_000)) == learned.LONGEST
    assert clean_question("\u200b ?") == "\u200b ?" and plain(clean_question("\u200b ?")) == ""


def test_the_same_question_refused_and_disliked_is_one_open_question_and_is_settled_once(
    database: Database, assistant: Assistant
) -> None:
    note_answer(database, assistant.ask(GIFT))
    note_answer(database, assistant.ask(GIFT))
    rate(database, Opinion("x", f"{GIFT}？", "answered", "down", "", RULES, "3", "答非所问"))
    rate(database, Opinion("y", "古籍怎么借？", "answered", "up", "", RULES, "6"))
    [item] = learned.open_questions(database)
    assert (item.refused, item.disliked, item.reasons, item.article) == (2, 1, ("答非所问",), "3")

    change = learned.dismiss(database, item.id, "管理员")
    assert learned.open_questions(database) == []
    with pytest.raises(AlreadySettledError):
        learned.add(database, RULES, "7", [GIFT], "管理员", item.id)
    learned.undo(database, change)
    learned.undo(database, change)
    assert [(each.refused, each.disliked) for each in learned.open_questions(database)] == [(2, 1)]


def test_restoring_what_was_settled_otherwise_meanwhile_is_refused(database: Database, assistant: Assistant) -> None:
    item = give(database, assistant, GIFT)
    dismissed = learned.dismiss(database, item.id, "甲")
    learned.undo(database, dismissed)
    learned.add(database, RULES, "7", [GIFT], "乙", item.id)
    with pytest.raises(AlreadySettledError):
        learned.restore(database, dismissed)
    assert [row.article for row in learned.active(database)] == ["7"]


def test_two_clicks_at_once_give_a_question_once(database: Database, assistant: Assistant) -> None:
    item = give(database, assistant, GIFT)
    outcomes: list[str] = []

    def click() -> None:
        try:
            learned.add(database, RULES, "7", [GIFT], "管理员", item.id)
            outcomes.append("given")
        except AlreadySettledError:
            outcomes.append("settled")

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(outcomes) == ["given", "settled", "settled", "settled"]
    assert len(learned.active(database)) == 1


def test_a_question_that_the_article_was_given_before_is_not_given_twice(database: Database) -> None:
    first = learned.add(database, RULES, "7", [GIFT, f"{GIFT}？", "", "？"], "管理员")
    assert len(first) == 1 and learned.add(database, RULES, "7", [GIFT], "管理员") == []


def test_removing_undoes_what_was_learned_and_marks_what_was_built_in(database: Database) -> None:
    [given] = learned.add(database, RULES, "7", [GIFT], "管理员")
    assert learned.remove(database, RULES, "7", GIFT, "管理员") == given and learned.active(database) == []
    assert learned.remove(database, RULES, "7", "捐书找谁", "管理员")
    assert learned.remove(database, RULES, "7", "捐书找谁", "管理员") is None
    assert [row.question for row in learned.active(database, learned.REMOVED)] == ["捐书找谁"]
    learned.add(database, RULES, "7", ["捐书找谁？"], "管理员")
    assert learned.active(database, learned.REMOVED) == []


def test_every_change_and_every_undoing_is_seen_by_other_processes(database: Database) -> None:
    seen = [learned.version(database)]

    def after(change: Callable[[], object]) -> None:
        change()
        seen.append(learned.version(database))

    after(lambda: learned.add(database, RULES, "7", [GIFT], "管理员"))
    [row] = learned.active(database)
    after(lambda: learned.undo(database, row.id))
    after(lambda: learned.restore(database, row.id))
    after(lambda: learned.undo(database, row.id))
    assert all(one != other for one, other in pairwise(seen))


def test_the_evaluation_set_has_the_assigned_questions_as_it_is_read(
    database: Database, assistant: Assistant, tmp_path: Path
) -> None:
    item, other = give(database, assistant, GIFT), give(database, assistant, "寒假几点关门")
    learned.add(database, RULES, "7", [GIFT], "管理员", item.id)
    learned.dismiss(database, other.id, "管理员")
    learned.add(database, RULES, "6", ["只是加的问法"], "管理员")
    path = tmp_path / "used.jsonl"
    path.write_text(evaluation_lines(database), encoding="utf-8")
    [question] = read_questions(path)
    assert (question.kind, question.question, question.answerable) == ("used", GIFT, True)
    assert [(each.document, each.article) for each in question.articles] == [(RULES, "7")]
    assert json.loads(path.read_text(encoding="utf-8"))["id"].startswith("used-")


def test_the_next_build_takes_up_what_was_taught_and_leaves_out_what_was_removed(
    database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    own = folder / "questions" / "own.txt"
    own.parent.mkdir(parents=True)
    own.write_text(f"《{RULES}》\n## 7\n捐书找谁\n捐书有证书吗\n## 3\n一回借几本\n", encoding="utf-8")
    learned.add(database, RULES, "7", [GIFT, "《捐书》"], "管理员")
    learned.add(database, RULES, "8", ["哪天开始算"], "管理员")
    learned.remove(database, RULES, "7", "捐书找谁", "管理员")
    write_questions(database, folder)
    build_index([Page("900", "900.txt", PAGE)], folder)
    searcher = Searcher.open(folder)
    [document] = searcher.library.documents
    known = searcher.recall("旧书送你们", [article.id for article in document.articles])
    assert set(known) == {f"{document.id}/{number}" for number in ("3", "7", "8")}

    def nearness(question: str, article: str) -> float:
        return searcher.recall(question, [f"{document.id}/{article}"])[f"{document.id}/{article}"].nearness

    assert nearness(GIFT, "7") == pytest.approx(1, abs=0.01)
    assert nearness("捐书有证书吗", "7") == pytest.approx(1, abs=0.01)
    assert nearness("捐书找谁", "7") < 0.9

    for row in (*learned.active(database), *learned.active(database, learned.REMOVED)):
        learned.undo(database, row.id)
    write_questions(database, folder)
    assert sorted(path.name for path in own.parent.iterdir()) == ["own.txt"]
