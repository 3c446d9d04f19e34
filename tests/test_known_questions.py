"""How near a question is to those that are known, and how familiar it is to a library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.asked import Note
from index.asked_index import Familiarity
from index.chunks import make_chunks
from index.errors import IndexUnusableError
from index.known_questions import ANSWERED, FILE, KnownQuestions
from index.retriever import Retriever
from index.search import Searcher
from tests.small_library import default_encoder, small_library, small_searcher


def noted(*questions: str) -> dict[str, dict[str, Note]]:
    return {"d/1": dict.fromkeys(questions, Note())}


def test_nearness_is_the_mean_of_the_nearest() -> None:
    answered = np.eye(8, dtype=np.float32)
    known = KnownQuestions(answered, answered[:1])
    near, left_open, _ = known.nearness(answered[0])
    assert near == pytest.approx(1 / ANSWERED) and left_open == pytest.approx(1.0)


def test_without_questions_nothing_is_near() -> None:
    known = KnownQuestions.build({}, [], default_encoder())
    assert known.nearness(default_encoder().encode_query(["谁批准转借"])[0]) == (0.0, 0.0, 0.0)


def test_a_question_is_nearer_to_its_own_kind() -> None:
    known = KnownQuestions.build(noted("谁批准转借", "转借找谁同意"), ["罚款多少元", "要罚多少钱"], default_encoder())
    near, left_open, _ = known.nearness(default_encoder().encode_query(["转借谁同意"])[0])
    assert near > left_open


def test_questions_are_the_same_after_saving(tmp_path: Path) -> None:
    known = KnownQuestions.build(noted("谁批准转借"), ["罚款多少元"], default_encoder())
    known.save(tmp_path)
    again = KnownQuestions.load(tmp_path, default_encoder().dimension)
    assert again.answered == pytest.approx(known.answered, abs=1e-3)
    with pytest.raises(IndexUnusableError, match="policyqa build"):
        KnownQuestions.load(tmp_path, 3)


@pytest.mark.parametrize("content", [b"damaged", b"", b"PK\x03\x04 and no more"])
def test_a_damaged_file_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(IndexUnusableError, match="policyqa build"):
        KnownQuestions.load(tmp_path, 256)


def test_without_open_questions_nothing_is_familiar() -> None:
    """Questions of one's own alone do not switch to the model that compares answered and open ones."""
    library = small_library()
    chunks = [chunk for document in library.documents for chunk in make_chunks(document)]
    asked = [[f"{chunk.article}条的第{k}问怎么办" for k in range(120)] for chunk in chunks]
    encoder = default_encoder()
    retriever = Retriever.build([c.id for c in chunks], [c.searchable for c in chunks], encoder, asked=asked)
    searcher = Searcher(library, retriever, questions=KnownQuestions.build(noted(*asked[0]), [], encoder))
    assert retriever.has_classes and searcher.familiarity("1条的第3问怎么办") == Familiarity()


def test_bundled_questions_are_familiar_to_the_bundled_library_and_to_no_other(searcher: Searcher) -> None:
    own = searcher.familiarity("街道想抽社区的人去帮忙几个月，找谁点头")
    assert own.share == 1.0 and own.near_answered > 0.3 and own.above_elsewhere > 0
    assert small_searcher().familiarity("谁批准转借").share == 0.0


NOTED = {
    "d/1": {
        "谁批准转借": Note(("读者不得转借",)),
        "转借找谁同意": Note(("读者不得转借",), "有例外"),
        "能转借给同事吗": Note(("读者不得转借",), "否"),
        "能续借几次": Note(("期限届满前",)),
        "到期了还能接着借吗": Note(("期限届满前",), "是"),
        "这条讲什么": Note(),
    },
    "d/2": {"谁管这个馆": Note()},
}


def test_the_nearest_known_questions_say_which_sentence_answers_and_what() -> None:
    encoder = default_encoder()
    known = KnownQuestions.build(NOTED, ["罚款多少元"], encoder)
    question = "转借给同事行吗"
    recalled = known.recall(question, encoder.encode_query([question])[0], ["d/1", "d/2", "d/3"])
    assert set(recalled) == {"d/1", "d/2"}  # an article without questions is not recalled
    own = recalled["d/1"]
    assert max(own.passages, key=own.passages.__getitem__) == "读者不得转借" and sum(own.passages.values()) <= 1.0001
    assert max(own.says, key=own.says.__getitem__) == "否" and 0 < own.nearness <= 1
    assert own.recognised["读者不得转借"] > own.recognised["期限届满前"]
    assert sum(own.recognised.values()) == pytest.approx(1)
    assert recalled["d/2"].passages == {} and recalled["d/2"].recognised == {}


def test_notes_are_the_same_after_saving(tmp_path: Path) -> None:
    encoder = default_encoder()
    known = KnownQuestions.build(NOTED, ["罚款多少元"], encoder)
    known.save(tmp_path)
    again = KnownQuestions.load(tmp_path, encoder.dimension)
    assert again.notes == known.notes and again.owners == known.owners
    vector = encoder.encode_query(["能续借吗"])[0]
    before, after = (each.recall("能续借吗", vector, ["d/1"])["d/1"] for each in (known, again))
    assert after.recognised == pytest.approx(before.recognised, abs=1e-4)
    assert after.says == pytest.approx(before.says, abs=1e-2)


def test_files_of_different_builds_are_not_mixed(tmp_path: Path) -> None:
    encoder = default_encoder()
    KnownQuestions.build(NOTED, ["罚款多少元"], encoder).save(tmp_path)
    (tmp_path / "passages.json").write_text("[]", encoding="utf-8")
    with pytest.raises(IndexUnusableError, match="passages"):
        KnownQuestions.load(tmp_path, encoder.dimension)


def test_a_question_between_answered_and_open_ones_leans_to_the_nearer() -> None:
    encoder = default_encoder()
    known = KnownQuestions.build(noted("谁批准转借", "转借找谁同意"), ["转借罚款多少元", "转借要罚多少钱"], encoder)
    answered = known.nearness(encoder.encode_query(["转借谁同意"])[0])[2]
    left_open = known.nearness(encoder.encode_query(["转借罚多少"])[0])[2]
    assert answered > 0 > left_open
