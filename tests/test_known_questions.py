"""How near a question is to those that are known, and how familiar it is to a library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.asked_index import Familiarity
from index.chunks import make_chunks
from index.errors import IndexUnusableError
from index.known_questions import ANSWERED, FILE, KnownQuestions
from index.retriever import Retriever
from index.search import Searcher
from tests.small_library import default_encoder, small_library, small_searcher


def test_nearness_is_the_mean_of_the_nearest() -> None:
    answered = np.eye(8, dtype=np.float32)
    known = KnownQuestions(answered, answered[:1])
    near, left_open = known.nearness(answered[0])
    assert near == pytest.approx(1 / ANSWERED) and left_open == pytest.approx(1.0)


def test_without_questions_nothing_is_near() -> None:
    known = KnownQuestions.build([], [], default_encoder())
    assert known.nearness(default_encoder().encode_query(["谁批准转借"])[0]) == (0.0, 0.0)


def test_a_question_is_nearer_to_its_own_kind() -> None:
    known = KnownQuestions.build(["谁批准转借", "转借找谁同意"], ["罚款多少元", "要罚多少钱"], default_encoder())
    near, left_open = known.nearness(default_encoder().encode_query(["转借谁同意"])[0])
    assert near > left_open


def test_questions_are_the_same_after_saving(tmp_path: Path) -> None:
    known = KnownQuestions.build(["谁批准转借"], ["罚款多少元"], default_encoder())
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
    searcher = Searcher(library, retriever, questions=KnownQuestions.build(asked[0], [], encoder))
    assert retriever.has_classes and searcher.familiarity("1条的第3问怎么办") == Familiarity()


def test_bundled_questions_are_familiar_to_the_bundled_library_and_to_no_other(searcher: Searcher) -> None:
    own = searcher.familiarity("街道想抽社区的人去帮忙几个月，找谁点头")
    assert own.share == 1.0 and own.near_answered > 0.3 and own.above_elsewhere > 0
    assert small_searcher().familiarity("谁批准转借").share == 0.0
