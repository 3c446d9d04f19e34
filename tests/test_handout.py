"""The handout: literal, complete without its own words, and for documents of any form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant.material.actors import read_tasks
from assistant.material.blocks import Bullets, Heading, NewPage, Paper, Table, Text
from assistant.material.figures import find_figures, read_figures
from assistant.material.glossary import find_terms, unexplained
from assistant.material.handout import make_handout
from assistant.material.interview import find_explainers, match_explanations
from assistant.material.printings import matters, source_line
from assistant.material.records import Selection
from assistant.material.rules import around, main_rule, read_rules, rule_kinds
from index.errors import InputError
from index.library import build_library
from index.records import ApparatusEntry, Article, Damage, Document, Page, Reading
from tests.material_samples import DOCUMENT, SELECTION, TITLE
from tests.small_library import small_library

INTERVIEW_ANSWER = (
    "问：办法对服务窗口有什么规定？\n答：办法要求，社区应当设立服务窗口，每周开放不少于6天。"
    "今年天气很好，大家可以多出去走走，看看花草。"
)


def make_article(text: str, number: str = "1", heading: str = "") -> Article:
    return Article("d", number, f"第{number}条 {heading}".strip(), heading, "", text)


def make_document(*texts: str, **facts: str) -> Document:
    articles = tuple(make_article(text, str(number)) for number, text in enumerate(texts, 1))
    return replace(Document("d", "测试意见", "测试意见", "意见", "measures", articles, "900"), **facts)


def make_interview() -> Document:
    article = Article("qa", "1", "第1问 服务窗口", "服务窗口", "", INTERVIEW_ANSWER)
    return Document("qa", f"就《{TITLE}》答记者问", f"就《{TITLE}》答记者问", "答记者问", "qa", (article,), "951")


def section(paper: Paper, name: str) -> list[Table | Text | Bullets]:
    """The blocks from a heading to the next one of its level."""
    found: list[Table | Text | Bullets] = []
    level = 0
    for block in paper.blocks:
        if isinstance(block, Heading):
            if level and block.level <= level:
                break
            level = level or (block.level if block.text == name else 0)
        elif level and not isinstance(block, NewPage):
            found.append(block)
    return found


def headings(paper: Paper) -> list[str]:
    return [block.text for block in paper.blocks if isinstance(block, Heading)]


def rows(paper: Paper, name: str) -> list[tuple[str, ...]]:
    return [row for block in section(paper, name) if isinstance(block, Table) for row in block.rows]


def all_words(paper: Paper) -> Iterator[str]:
    for block in paper.blocks:
        if isinstance(block, Table):
            yield from (cell for row in block.rows for cell in row)
        elif isinstance(block, Bullets):
            yield from block.lines
        elif not isinstance(block, NewPage):
            yield block.text


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_rule_that_is_handed_out_is_literal() -> None:
    paper = make_handout([SELECTION], [DOCUMENT])
    whole = bare("".join(article.text for article in DOCUMENT.articles))
    for name, columns in (
        ("提纲", (1,)),
        ("数字与时限", (1,)),
        ("责任分工", (1,)),
        ("必须做的、不得做的、可以做的", (0,)),
    ):
        found = rows(paper, name)
        assert found, name
        for row in found:
            for column in columns:
                pieces = re.sub(r"（下列 \d+ 项）", "", row[column]).split("……")
                assert all(bare(piece) in whole for piece in pieces), row
    for block in section(paper, "逐条要点"):
        if isinstance(block, Bullets):
            assert all(bare(line) in whole for line in block.lines)


def test_the_overview_tells_issuer_number_dates_size_and_purpose() -> None:
    facts = {row[0]: row[1] for row in rows(make_handout([SELECTION], []), "概览")}
    assert facts["发文机关"] == "测试市人民政府"
    assert facts["文号"] == "测试市政府令第7号"
    assert facts["施行日期"] == "2024年5月1日"
    assert facts["篇幅"] == "3 章，5 条"
    assert facts["制定目的"] == "为了规范社区服务，方便居民办事，制定本办法。（第1条）"
    assert "本讲义选讲" not in facts


def test_a_selection_says_which_articles_it_has() -> None:
    paper = make_handout([Selection(DOCUMENT, DOCUMENT.articles[1:3])], [])
    assert ("本讲义选讲", "第2条、第3条") in rows(paper, "概览")
    assert paper.subtitle == "选讲 2 条"
    assert not any("泄露" in words for words in all_words(paper))


def test_numbers_stand_with_who_sees_to_them_and_their_clause() -> None:
    found = rows(make_handout([SELECTION], []), "数字与时限")
    assert any("5个工作日内" in row[0] and row[2] == "社区" and row[3] == "第3条" for row in found)
    assert any(row[0].endswith("6天") or "6天" in row[0] for row in found)


def test_a_deadline_keeps_its_extension() -> None:
    (row,) = [row for row in rows(make_handout([SELECTION], []), "数字与时限") if "5个工作日内" in row[0]]
    assert "经街道办事处批准，可以延长3个工作日" in row[1]


def test_bans_duties_and_encouragements_stand_apart() -> None:
    paper = make_handout([SELECTION], [])
    assert rows(paper, "不得做的")[0][0].startswith("社区工作者不得向居民收取费用")
    assert [row[0] for row in rows(paper, "鼓励、支持、探索的")] == ["鼓励居民参与社区志愿服务。"]
    assert all("不得" not in row[0] for row in rows(paper, "必须做的"))


def test_what_a_document_has_nothing_for_is_left_out() -> None:
    paper = make_handout([Selection(make_document("大家互相帮助。"), (make_article("大家互相帮助。"),))], [])
    assert headings(paper) == ["概览", "逐条要点", "第1条", "出处"]


def test_one_article_without_numbers_or_lists_still_gives_a_handout() -> None:
    document = make_document("坚持以人为本，注重改进作风。")
    paper = make_handout([Selection(document, document.articles)], [document])
    assert "坚持以人为本，注重改进作风。" in list(all_words(paper))
    assert "提纲" not in headings(paper)


def test_a_plain_text_of_a_user_gives_a_handout() -> None:
    text = "小区停车约定\n\n车辆应当停在划定的车位。晚上10点以后不得鸣笛。\n\n物业公司每月公布一次车位情况。\n"
    library = build_library([Page("970", "970.txt", text)])
    document = library.documents[0]
    paper = make_handout([Selection(document, document.articles)], library.documents)
    words = "".join(all_words(paper))
    assert "晚上10点以后不得鸣笛" in words
    assert any("物业公司" in row[0] for row in rows(paper, "责任分工"))


def test_nothing_selected_is_said() -> None:
    for selections in ([], [Selection(DOCUMENT, ())], [Selection(DOCUMENT, (make_article("  "),))]):
        with pytest.raises(InputError, match="选"):
            make_handout(selections, [DOCUMENT])


def test_several_documents_stand_one_after_the_other() -> None:
    other = small_library().documents[0]
    paper = make_handout([SELECTION, Selection(other, other.articles)], [])
    assert [b.text for b in paper.blocks if isinstance(b, Heading) and b.level == 1] == [
        f"《{TITLE}》",
        f"《{other.title}》",
        "出处",
    ]
    assert sum(isinstance(block, NewPage) for block in paper.blocks) == 1
    assert paper.title == f"《{TITLE}》等2份文件讲义"


def test_an_interview_stands_beside_the_article_it_explains_and_only_where_it_is_sure() -> None:
    interview = make_interview()
    assert find_explainers(DOCUMENT, [DOCUMENT, interview, small_library().documents[0]]) == [interview]
    found = match_explanations(DOCUMENT, DOCUMENT.articles, [interview])
    assert [(each.rule.article.number, each.text[:4]) for each in found] == [("2", "办法要求")]
    paper = make_handout([SELECTION], [DOCUMENT, interview])
    assert len(rows(paper, "官方解读对照")) == 1
    assert any("答记者问" in block.text for block in section(paper, "出处") if isinstance(block, Text))


def test_an_explanation_of_an_article_that_is_not_selected_is_not_forced_onto_another() -> None:
    assert match_explanations(DOCUMENT, DOCUMENT.articles[2:], [make_interview()]) == []


def test_an_interview_sets_no_duties_of_its_own() -> None:
    interview = make_interview()
    names = headings(make_handout([Selection(interview, interview.articles)], []))
    assert "责任分工" not in names and "必须做的、不得做的、可以做的" not in names


def test_terms_are_explained_in_the_words_of_the_text_only() -> None:
    texts = (
        "本办法所称居民，是指在本市居住的人。推行“全岗通”机制，签订书面协议（以下简称协议）。",
        "孤儿是指失去父母的未成年人。落实《某某规划》（以下简称《规划》）。",
    )
    document = make_document(*texts)
    terms = find_terms(document.articles, [document])
    assert {term.name: term.text for term in terms} == {
        "居民": "本办法所称居民，是指在本市居住的人。",
        "协议": "推行“全岗通”机制，签订书面协议（以下简称协议）",
        "孤儿": "孤儿是指失去父母的未成年人。",
    }
    assert unexplained(document.articles, terms) == ("全岗通",)


def test_damaged_and_disputed_places_are_told() -> None:
    text = "市地级层面每3年轮训1次。"
    entry = ApparatusEntry("1", 6, 1, "3", ("001",), (Reading("5", ("000",)),), 0.6)
    article = replace(make_article(text), damages=(Damage("cut_off", 13, 13, "这句话被截断"),))
    document = replace(make_document(text), articles=(article,), apparatus=(entry,))
    found = rows(make_handout([Selection(document, (article,))], []), "文字差异与缺损")
    assert len(found) == 2
    assert "请核对原件" in found[0][1] and found[1] == ("第1条", "这句话被截断。")


def test_a_slip_of_no_consequence_is_not_told() -> None:
    text = "在有条件的社区设立基地。"
    slip = ApparatusEntry("1", 4, 1, "的", ("001",), (Reading("", ("000",)),), 0.95)
    swapped = ApparatusEntry("1", 0, 2, "市地", ("001",), (Reading("地市", ("000",)),), 0.95)
    assert not matters(slip, text) and not matters(swapped, text)


def test_a_rule_keeps_its_exception_and_a_list_its_lead() -> None:
    article = make_article(
        "单位不得借调；确需借调的，按程序报批。下列人员参加：\n（一）教师；\n（二）医生。每年培训1次；可以补训。"
    )
    assert [rule.shown for rule in read_rules(article)] == [
        "单位不得借调；确需借调的，按程序报批。",
        "下列人员参加：（一）教师；（二）医生。",
        "每年培训1次",
        "可以补训。",
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("物业管理用房的所有权依法属于业主。", set()),
        ("将禁止行为告知业主。", set()),
        ("社区工作者要增强本领，主要包括两类。", {"duty"}),
        ("需要补充的重要内容，必要时另行通知。", set()),
        ("可按规定给予适当工作补助。", {"permission"}),
        ("给予引导支持。", set()),
        ("认可度不断提高。", set()),
        ("不得截留；逾期未改正的，处10万元以下罚款。", {"ban", "sanction"}),
    ],
)
def test_the_kind_of_a_rule_is_read_from_its_modal_words(text: str, kinds: set[str]) -> None:
    assert rule_kinds(text) == kinds


def test_a_shortened_rule_never_loses_what_forbids_or_allows() -> None:
    text = (
        "各有关单位在受理申请后的7个工作日内办结登记手续并把结果及时告知本人和所在社区以及有关的部门和单位，"
        "对材料不齐、情况不明、正在核实或者存在其他类似情形并且已经向申请人作出书面说明的，可以适当延长办理的时间。"
    )
    (rule,) = read_rules(make_article(text))
    start = text.index("7个")
    assert around(rule, start, start + 5) == text


def test_bodies_are_named_where_they_must_act_and_verbs_are_no_bodies() -> None:
    text = (
        "县级党委组织部门会同党委社会工作部门每年至少培训1次。推动机关事业单位选派干部挂职。"
        "经费由省级财政部门安排。街道（乡镇）确需借调的，按程序报请县级党委社会工作部门批准。"
    )
    assert [task.bodies for task in read_tasks(make_article(text))] == [
        ("县级党委组织部门会同党委社会工作部门",),
        ("省级财政部门",),
        ("县级党委社会工作部门",),
    ]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("处5万元以上20万元以下的罚款", ("5万元以上20万元以下",)),
        ("每年3月5日为志愿者日", ("每年3月5日",)),
        ("按照第十二条第一款的规定，增强“四个意识”", ()),
        ("党的十九届二中全会以来，第三人造成损害的", ()),
        ("任社区党组织书记满一届", ("满一届",)),
        ("在约定期限内归还，定期公布", ("定期",)),
        ("一个社区设立一个窗口", ()),
    ],
)
def test_figures_are_what_somebody_must_keep(text: str, figures: tuple[str, ...]) -> None:
    assert find_figures(text) == figures


def test_one_body_is_given_to_each_figure_of_a_sentence() -> None:
    article = make_article("各地按照每万人18人的标准配备，市级层面定期调整。")
    assert [(figure.words, figure.body) for figure in read_figures(article)] == [
        ("每万人18人", "各地"),
        ("定期", "市级层面"),
    ]


def test_the_deciding_rule_is_the_one_with_the_number_not_the_slogan() -> None:
    rule = main_rule(make_article("增强宗旨意识，弘扬奉献精神。县级层面每年考核1次。"))
    assert rule is not None and rule.text == "县级层面每年考核1次。"
    assert main_rule(make_article("")) is None


def test_odd_text_does_no_harm() -> None:
    texts = (
        "“" * 2000,
        "不得" * 5000,
        "<script>alert(1)</script>\x00应当，。；",
        "（" * 3000 + "第3条：",
        "由" * 4000 + "部门应当",
    )
    document = make_document(*texts)
    paper = make_handout([Selection(document, document.articles)], [document])
    assert headings(paper)[0] == "概览"


def test_sources_name_the_printings() -> None:
    line = source_line(small_library().documents[0])
    assert line.startswith("《示例市图书馆借阅管理办法》") and line.endswith("。")
