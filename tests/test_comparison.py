"""Two documents on one subject, in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from assistant.material.blocks import Heading, Paper, Table, Text
from assistant.material.comparison import LONGEST_SUBJECT, compare
from assistant.material.records import Selection
from index.errors import InputError
from index.records import Article, Document, Hit


def make_selection(identity: str, title: str, *texts: str) -> Selection:
    articles = tuple(
        Article(identity, str(number), f"第{number}条", "", "", text) for number, text in enumerate(texts, 1)
    )
    return Selection(Document(identity, title, title, "办法", "law", articles, "900"), articles)


CITY = make_selection(
    "city",
    "甲市培训办法",
    "为了做好工作，制定本办法。",
    "市级民政部门每年组织1次全员培训。",
    "设立社区工作者培训基地，可以委托高等学校承办。",
    "社区应当公开账目。",
)
COUNTY = make_selection(
    "county",
    "乙县培训办法",
    "县级民政部门应当每3年组织1次轮训和培训。",
    "依托高等学校设立社区工作者培训基地。",
    "不得借培训名义旅游。",
)
SILENT = make_selection("silent", "丙镇停车办法", "车辆停放在车位内。")


def search(question: str, documents: tuple[str, ...]) -> list[Hit]:
    """Every article of the documents, in reading order."""
    chosen = [s for s in (CITY, COUNTY, SILENT) if s.document.id in documents]
    return [Hit(s.document.id, s.document.title, a.number, a.label, 1.0, a.text) for s in chosen for a in s.articles]


def tables(paper: Paper) -> dict[str, Table]:
    found: dict[str, Table] = {}
    name = ""
    for block in paper.blocks:
        if isinstance(block, Heading):
            name = block.text
        elif isinstance(block, Table):
            found[name] = block
    return found


def words(paper: Paper) -> str:
    cells = [cell for table in tables(paper).values() for row in table.rows for cell in row]
    return "".join(cells + [block.text for block in paper.blocks if isinstance(block, Text | Heading)])


def test_sentences_on_the_subject_stand_side_by_side_with_their_clauses() -> None:
    found = tables(compare("培训", CITY, COUNTY, search))
    assert found["说法相近的"].header == ("《甲市培训办法》", "《乙县培训办法》")
    assert (
        "设立社区工作者培训基地，可以委托高等学校承办。（第3条）",
        "依托高等学校设立社区工作者培训基地。（第2条）",
    ) in found["说法相近的"].rows
    assert "不得借培训名义旅游。（第3条）" in [row[1] for row in found["各自另外写到的"].rows]


def test_what_does_not_speak_of_the_subject_is_left_out() -> None:
    paper = compare("培训", CITY, COUNTY, search)
    assert "公开账目" not in words(paper) and "为了做好工作" not in words(paper)


def test_different_numbers_bodies_and_modalities_are_told() -> None:
    rows = {row[0]: row[1:] for row in tables(compare("培训", CITY, COUNTY, search))["不同之处"].rows}
    assert rows["数字与时限"] == ("每年、1次（第2条）", "每3年、1次（第1条）")
    assert rows["写明由谁做"] == ("市级民政部门", "县级民政部门")
    assert rows["要求的力度"] == ("可以", "不得、禁止；应当、要")


def test_a_silent_document_is_said_to_be_silent() -> None:
    paper = compare("培训", CITY, SILENT, search)
    assert "《丙镇停车办法》的所选条文里没有写到“培训”" in words(paper)
    assert list(tables(paper)) == ["《甲市培训办法》的规定"]


def test_two_silent_documents_are_said_to_be_silent() -> None:
    paper = compare("火箭发射", CITY, COUNTY, search)
    assert "都没有写到“火箭发射”" in words(paper)
    assert tables(paper) == {}


def test_only_selected_articles_are_compared() -> None:
    paper = compare("培训", Selection(CITY.document, CITY.articles[2:]), COUNTY, search)
    assert "全员培训" not in words(paper)


def test_a_hit_in_another_document_is_ignored() -> None:
    def stray(question: str, documents: tuple[str, ...]) -> Sequence[Hit]:
        return search(question, ("city", "county"))

    assert words(compare("培训", CITY, COUNTY, stray)) == words(compare("培训", CITY, COUNTY, search))


@pytest.mark.parametrize("subject", ["", "  \n ", "？", "的", "怎么"])
def test_without_a_subject_there_is_nothing_to_compare(subject: str) -> None:
    with pytest.raises(InputError, match="主题"):
        compare(subject, CITY, COUNTY, search)


def test_a_subject_of_a_whole_page_is_refused() -> None:
    with pytest.raises(InputError, match=str(LONGEST_SUBJECT)):
        compare("培训" * 50_000, CITY, COUNTY, search)


def test_a_document_is_not_compared_with_itself_or_without_articles() -> None:
    with pytest.raises(InputError, match="不同"):
        compare("培训", CITY, CITY, search)
    with pytest.raises(InputError, match="条文"):
        compare("培训", CITY, replace(COUNTY, articles=()), search)


def test_a_question_as_people_ask_it_is_a_subject() -> None:
    assert "每年组织1次全员培训" in words(compare("培训有什么规定？", CITY, COUNTY, search))
