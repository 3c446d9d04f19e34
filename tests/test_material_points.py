"""The places of a text that can be tested, and what would be wrong there: by kind, with the faults that readers found."""

from __future__ import annotations

import pytest

from assistant.material.clauses import clauses, shown, with_gap
from assistant.material.points import Finder, Point, Texts, find_points
from assistant.material.points_body import find_bodies
from assistant.material.points_list import find_members, listings, strangers
from assistant.material.points_name import find_names
from assistant.material.points_object import find_objects
from assistant.material.points_phrase import find_phrases
from assistant.material.points_procedure import find_procedures
from assistant.material.points_quantity import find_quantities
from assistant.material.points_term import find_terms
from assistant.material.points_word import find_words
from assistant.material.remember import remembered
from index.records import Article, Damage, Document

FINDERS: dict[str, Finder] = {
    "quantity": find_quantities,
    "body": find_bodies,
    "word": find_words,
    "member": find_members,
    "object": find_objects,
    "procedure": find_procedures,
    "phrase": find_phrases,
    "name": find_names,
    "term": find_terms,
}


def document_of(*texts: str, title: str = "测试市某某办法", grammar: str = "law") -> Document:
    articles = tuple(Article("d", str(n), f"第{n}条", "", "", text) for n, text in enumerate(texts, 1))
    return Document("d", title, title, "办法", grammar, articles, "900")  # type: ignore[arg-type]


def points(kind: str, *texts: str, title: str = "测试市某某办法") -> list[Point]:
    document = document_of(*texts, title=title)
    return find_points(document.articles[0], Texts(document, (document,)), [FINDERS[kind]])


def texts_of(kind: str, text: str) -> list[str]:
    return [point.text for point in points(kind, text)]


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("quantity", "社区每3年轮训1次，任期满一届。", ["每3年", "1次", "一届"]),
        ("quantity", "应当在三十日内作出决定，处五百元罚款。", ["三十日内", "五百元"]),
        ("quantity", "比例不低于百分之二十，自2024年6月1日起施行。", ["百分之二十", "2024年6月1日"]),
        ("quantity", "增强“四个意识”，落实党的二十大精神和第三届会议决定，明确一个单位。", []),
        ("quantity", "期限为10日、15日、一个月或者一个季度。", []),
        ("quantity", "上一年度的支出由单位公布。", []),
        ("body", "由市地级或县级统一组织招聘。", ["市地级或县级"]),
        ("body", "报请县级党委社会工作部门批准。", ["社会工作", "县级"]),
        ("body", "由县级市人民政府决定。", []),
        ("body", "审计机关依法进行审计监督。", []),
        ("body", "社区居民委员会主任参加会议。", []),
        ("word", "单位不得借调社区工作者。", ["不得"]),
        ("word", "任何单位和个人不得转让。", []),
        ("word", "不得截留、挪用资金。", []),
        ("word", "街道应当依法签订书面协议，定期公布。", ["定期"]),
        ("word", "应当书面告知申请人。", ["书面告知"]),
        ("word", "实现生态效益与社会效益相统一，提供纵向和横向补偿。", []),
        ("member", "灵活运用案例教学、模拟教学、现场观摩等方法。", ["案例教学", "模拟教学", "现场观摩"]),
        ("member", "分为西段、中段、东段。", []),
        ("phrase", "推行“全岗通”工作机制，增强“四个意识”。", ["全岗通"]),
        ("phrase", "树立能进能出、优进绌退的鲜明导向。", ["能进能出", "优进绌退"]),
        ("phrase", "坚持激励和约束并重。", []),
        ("name", "国家完善绿色金融体系。", ["绿色金融"]),
        ("name", "建立以国家公园为主体的保护地体系。", ["国家公园"]),
        ("term", "加强政治训练，提高服务质量。", ["政治训练"]),  # 服务质量 stands everywhere
        ("object", "注重利用网络平台开展线上培训，提供技术支撑。", ["网络平台", "线上培训", "技术支撑"]),
        ("object", "发生争议的，应当协商处理；国家通过财政转移支付予以补偿。", ["协商处理", "财政转移支付"]),
        ("object", "使用年龄、学历等条件，完善激励保障机制。", []),
        ("procedure", "单位应当征求居民的意见，任何人可以查阅。", ["应当"]),
        ("procedure", "经本人同意，医院应当提供病历。", []),
        ("procedure", "由民政部门会同有关部门制定办法，经市人民政府批准后公布。", ["会同有关部门", "经"]),
        ("word", "国家鼓励、引导企业开展合作。", ["鼓励、引导"]),
        ("word", "鼓励社会捐赠，鼓励企业志愿服务。", []),
        ("word", "开展地区间横向补偿，统一标志。", []),
        ("word", "审批机关办理备案手续，报上级批准。", ["批准"]),
        ("word", "暂不具备条件的应当委托他人，鼓励社会捐赠。", []),
        ("body", "移送纪检监察机关处理，由监察机关立案。", []),
        ("member", "由公安、民政、教育、卫生、财政、交通、商务等部门负责。", []),
    ],
)
def test_what_a_clause_can_be_asked_for(kind: str, text: str, found: list[str]) -> None:
    assert sorted(texts_of(kind, text)) == sorted(found)


def fillings(kind: str, text: str, place: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    point = next(p for p in points(kind, text) if p.text == place)
    return point.wrong, point.falsehoods


def test_wrong_numbers_are_values_that_rules_have_and_near() -> None:
    assert fillings("quantity", "应当在15日内答复。", "15日内")[0][:3] == ("10日内", "20日内", "7日内")
    assert fillings("quantity", "处三万元罚款。", "三万元")[0][:2] == ("两万元", "五万元")


def test_a_least_number_is_made_false_by_a_smaller_one_only() -> None:
    wrong, false = fillings("quantity", "对在社区连续工作10年以上的书记，给予奖励。", "10年以上")
    assert "15年以上" in wrong and set(false) <= {"8年以上", "5年以上", "3年以上"} and false


def test_a_range_stays_a_range() -> None:
    wrong, _ = fillings("quantity", "处二万元以上五万元以下的罚款。", "二万元以上")
    assert wrong and set(wrong) <= {"一万元以上", "三万元以上"}
    wrong, _ = fillings("quantity", "处二万元以上五万元以下的罚款。", "五万元以下")
    assert wrong and not {"一万元以下", "两万元以下"} & set(wrong)
    assert set(fillings("quantity", "面积不得少于百分之五。", "百分之五")[0]) <= {"百分之三", "百分之十", "百分之十五"}


def test_a_department_that_its_clause_tells_is_not_asked_for() -> None:
    assert points("body", "公安部门出具报案证明，查找被拐卖的儿童。") == []
    assert texts_of("body", "由民政部门对各类场所登记造册。") == ["民政"]


def test_a_body_that_the_whole_document_is_about_is_not_asked_for() -> None:
    everywhere = ["业主委员会应当公布账目。" for _ in range(6)]
    assert points("body", *everywhere, "居民委员会协助调解。") == []


def test_the_number_of_a_line_is_no_part_of_what_it_says() -> None:
    (clause,) = clauses(document_of("（二）航道是指可供船舶航行的通道。").articles[0])
    assert clause.text == "航道是指可供船舶航行的通道。" and clause.start == 3


@pytest.mark.parametrize(
    "text", ["1.5万元以上的项目应当公开招标。", "一、二级公路应当设置标志。", "10、20、30年期的贷款应当备案。"]
)
def test_a_number_that_opens_a_sentence_is_no_mark_of_a_line(text: str) -> None:
    (clause,) = clauses(document_of(text).articles[0])
    assert clause.text == text


def test_where_a_number_stands_no_word_is_asked() -> None:
    assert "标准配备" not in texts_of("term", "各地按照每万人18人的标准配备，加强政治训练。")
    assert texts_of("term", "各地按照统一的标准配备，加强政治训练。") == ["标准配备", "政治训练"]


def test_a_level_is_no_wrong_answer_where_it_is_within_the_right_one() -> None:
    wrong, _ = fillings("body", "市地级或县级层面实行总量控制。", "市地级或县级层面")
    assert "县级层面" not in wrong and "省级或市地级层面" in wrong


def test_who_binds_all_cities_binds_the_provinces() -> None:
    _, false = fillings("body", "市地级以上层面建立师资库。", "市地级以上层面")
    assert false == ("县级以上层面",)


def test_what_the_document_says_itself_is_no_wrong_answer() -> None:
    here, elsewhere = "居民应当在5日内申请办理手续。", "业主应当在7日内申请办理手续。"
    found = points("quantity", here, elsewhere.replace("业主", "居民"))
    assert "7日内" not in next(p for p in found if p.text == "5日内").wrong


def test_a_swap_that_the_rest_of_the_clause_contradicts_is_no_lie() -> None:
    text = "中央财政分类补偿，中央财政和地方财政分担费用。"
    assert [p.falsehoods for p in points("word", text) if p.text == "中央财政"] == [()]


def test_nothing_is_asked_inside_the_name_of_another_document() -> None:
    assert points("body", "适用《城市居民委员会组织法》的规定。") == []


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("健全由初任培训、在职培训、实践锻炼等组成的体系。", ("初任培训", "在职培训", "实践锻炼")),
        ("积极吸纳高等学校毕业生、退役军人、专业人才等。", ("高等学校毕业生", "退役军人", "专业人才")),
        ("考核内容以政治素质、工作实绩和群众满意度为重点。", ("政治素质", "工作实绩", "群众满意度")),
        ("鼓励新建、改建、扩建船闸。", ("新建", "改建", "扩建")),
        ("电力企业的管理人员、查电人员、抄表收费人员勒索用户的，依法处理。", None),
        ("有滥用职权、玩忽职守、徇私舞弊的，依法处理。", None),
    ],
)
def test_a_list_is_cut_cleanly_or_not_at_all(text: str, members: tuple[str, ...] | None) -> None:
    found = listings(document_of(text).articles[0])
    assert [each.members for each in found] == ([members] if members else [])


def test_strangers_stand_in_other_lists_and_never_in_the_article() -> None:
    document = document_of("采取案例教学、模拟教学、现场观摩等方法。", "开展初任教学、在职教学、现场观摩等工作。")
    listing = listings(document.articles[0])[0]
    found = strangers(listing, document.articles[0], Texts(document, (document,)))
    assert "现场观摩" not in found and "案例教学" not in found


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("街道应当在5日内答复。", True),
        ("其办法另行制定。", False),
        ("前款规定的人员参加培训。", False),
        ("违反本办法第十条规定的，处罚款。", False),
        ("本条例自2024年6月1日起施行。", True),
        ("逾期未改正的，可以停拨资金。", False),
        ("同意的，由省级部门核发证书。", False),
        ("政府及其有关部门应当公开信息。", True),
        ("目标要求：以用为本，建设队伍。", False),
        ("（教育部、民政部按职责分工负责）。", False),
        ("下列项目必须进行招标。", False),
    ],
)
def test_a_clause_stands_alone_or_leans_on_another(text: str, stands: bool) -> None:
    (clause,) = clauses(document_of(text).articles[0])
    assert clause.stands is stands


def test_a_clause_that_leans_is_joined_with_the_one_before() -> None:
    text = "因履行协议产生争议的，双方应当协商解决；协商不成的，报请上级协调解决。"
    joined = [clause for clause in clauses(document_of(text).articles[0]) if clause.text == text]
    assert len(joined) == 1 and joined[0].stands


def test_a_gap_keeps_the_signs_around_it() -> None:
    (clause,) = clauses(document_of("坚持专业化方向，坚持激励和约束并重，健全体系。").articles[0])
    start = clause.text.index("激励和约束并重")
    assert with_gap(clause, start, start + 7, "____") == "坚持专业化方向，坚持____，健全体系。"
    assert shown("应当签订协议（以下称补偿协议），明确下列事项：") == "应当签订协议，明确下列事项。"


def test_a_lost_number_harms_nothing_and_a_cut_sentence_is_left_alone() -> None:
    text = "街道应当在5个工作日内作出书面答复。"
    damage = Damage("cut_off", 0, len(text), "截断")
    article = Article("d", "1", "第1条", "", "", text, damages=(damage,))
    from assistant.material.items import is_damaged

    (clause,) = clauses(article)
    assert is_damaged(article, clause)
    lost = Article("d", "1", "第1条", "", "", text, damages=(Damage("lost_marker", 0, 3, "项号"),))
    assert not is_damaged(lost, clauses(lost)[0], 0, 5)


def test_what_is_remembered_is_of_the_very_same_thing() -> None:
    asked: list[str] = []

    @remembered(1)
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    one, other = "".join(["甲", "乙"]), "".join(["甲", "乙"])
    assert (length(one), length(one), length(other), length(one)) == (2, 2, 2, 2)
    assert len(asked) == 3
