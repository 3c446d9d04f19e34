"""Yes and no before a clause: in the form of the question, never where the clause is not plain, false premises corrected."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.errors import SettingsError
from assistant.leads import CERTAIN, lead, missing_sanctions, question_form, stated_instead
from assistant.polarity import Polarity, Verdict, load_polarity, modalities, polarity_features
from assistant.settings import load_settings
from assistant.train_polarity import cross_validate, deciding_sentence, law_cases, read_cases, train
from tests.small_library import small_assistant

YES, NO = Verdict(0.95, 0.1, 0.0), Verdict(0.05, 0.1, 0.0)
YES_IF, NO_BUT = Verdict(0.95, 0.9, 0.0), Verdict(0.05, 0.9, 0.0)
NOT_YES, NOT_NO = Verdict(0.95, 0.1, 0.9), Verdict(0.05, 0.1, 0.9)


@pytest.mark.parametrize(
    ("question", "verdict", "said"),
    [
        ("能转借吗？", NO, "不可以。"),
        ("能转借吗？", NO_BUT, "一般不可以，但有例外。"),
        ("可以续借不", YES_IF, "可以，但有条件。"),
        ("必须登记吗？", YES, "需要。"),
        ("有体检没？", YES, "有。"),
        ("会不会停我的证", YES, "会。"),
        ("续借算不算外借", NO, "不是。"),
        ("这么干合规不", NO, "不可以。"),
        ("不登记行不行", NOT_YES, "不行，这是规定要做的。"),
        ("不能续借吧", NOT_YES, "可以。"),
        ("不能转借吧", NOT_NO, "不可以。"),
        ("不用登记吧", NOT_YES, "需要。"),
        ("续借不是外借吧", NOT_NO, "对，是这样。"),
        ("续借不是外借吧", NOT_YES, "不是这样。"),
        ("续借不是外借吧", Verdict(0.95, 0.1, 0.5), ""),  # does it ask by its negation?
    ],
)
def test_the_form_of_the_question_decides_the_words(question: str, verdict: Verdict, said: str) -> None:
    assert lead(question, "读者应当按规定办理。", verdict) == said


def test_nothing_is_said_where_yes_and_no_are_nearly_as_likely() -> None:
    assert lead("能转借吗", "读者借阅图书。", Verdict(CERTAIN - 0.01, 0.1, 0.0)) == ""
    assert lead("能转借吗", "读者借阅图书。", Verdict(CERTAIN, 0.1, 0.0)) == "可以。"


def test_encouragement_is_no_duty() -> None:
    assert lead("必须捐书吗？", "鼓励读者捐赠图书。", NO) == "没有硬性要求，文件是鼓励、支持的态度。"
    assert lead("必须捐书吗？", "鼓励读者捐赠图书，不得强制。", NO) == "不是必须的。"


BUNDLED_ACTS = (
    "补偿资金可以拖欠吗", "可以占用补偿资金吗", "能不能截留补偿资金", "不能挪用补偿资金吧", "不能拖欠补偿资金吧",
    "不许截留补偿资金吧", "不准占用补偿资金吧", "社工有年终奖吗", "书记没干满一届能进事业单位吗",
)  # fmt: skip


@pytest.mark.parametrize("question", BUNDLED_ACTS)
def test_what_a_clause_punishes_or_does_not_name_is_never_allowed(question: str, bundled: Assistant) -> None:
    said = bundled.ask(question).answer.split("《")[0]
    assert not said.startswith(("可以", "有。", "不是这样")), said


@pytest.mark.parametrize(
    "question", ["街道不能借调社区工作者吧？", "社区工作者不用交社保吧", "企业可以不参与生态补偿吗"]
)
def test_by_negation_no_exception_is_dropped_and_no_encouragement_becomes_a_duty(
    question: str, bundled: Assistant
) -> None:
    assert bundled.ask(question).answer.split("《")[0] not in (
        "不可以。",
        "需要。",
        "不行，这是规定要做的。",
        "不是这样。",
    )


def test_money_that_has_not_come_is_no_confiscation(bundled: Assistant) -> None:
    assert "没有规定" not in bundled.ask("补偿款没收到可以投诉吗").answer


def test_a_limit_is_kept_by_other_numbers(bundled: Assistant) -> None:
    for question in ("社工工作十五年能转事业编吗", "6万人配120个社工够不够", "每万人至少18个社工对吧"):
        assert not bundled.ask(question).answer.startswith("不是")


@pytest.fixture(scope="module")
def bundled(bundled_index: Path) -> Assistant:
    return Assistant.open(load_settings(bundled_index))


def test_what_is_only_tried_out_is_no_rule() -> None:
    said = "有这个方向，文件是探索、鼓励，不是硬性要求。"
    assert lead("离任要审计不", "探索开展经济责任审计。", YES) == said
    assert lead("离任要审计不", "应当开展经济责任审计，探索联合审计。", YES) == "需要。"


def test_nothing_is_said_about_a_number_that_the_clause_does_not_speak_of() -> None:
    assert lead("今年58了能考不", "支持参加职业资格考试。", YES) == ""


def test_a_wrong_number_is_corrected() -> None:
    clause = "每名读者最多借阅5册，期限为30天。"
    assert lead("听说能借六十天是吧", clause, NO) == "不是，是30天。"
    assert lead("听说能借三十天是吧", clause, YES) == "可以。"
    assert stated_instead("24年6月1号施行是吧", "自2024年6月1日起施行。") == ""
    assert stated_instead("能借五十天吗", "期限为30天，可以续借15天。") == ""  # which of the two is not said


def test_a_sanction_that_the_document_does_not_have_is_denied() -> None:
    assert missing_sanctions("转借要罚五十块吧", "责令改正。") == "罚款"
    assert missing_sanctions("转借要罚款吧", "处五十元罚款。") == ""
    answer = small_assistant().ask("读者转借图书要拘留吧？")
    assert answer.answer.startswith("文件没有规定拘留。《示例市图书馆借阅管理办法》第4条规定：")


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("街道能借人不", "may"),
        ("非得考证不可吗", "must"),
        ("有没有补助", "there"),
        ("会涨吗", "will"),
        ("是五年吗", "is"),
    ],
)
def test_forms(question: str, form: str) -> None:
    assert question_form(question) == form


@pytest.mark.parametrize(
    ("question", "clause", "is_so"),
    [
        ("小区里能私搭乱建吗", "禁止在小区内违法搭建建筑物、构筑物。", False),
        ("养狗要不要办证", "养犬人应当到公安机关办理登记。", True),
        ("随便停车也没事吧", "机动车不得在消防通道停放。", False),
        ("老人能申请补贴不", "符合条件的老年人可以申请养老服务补贴。", True),
        ("必须捐款吗", "鼓励单位和个人捐赠财物。", False),
    ],
)
def test_the_shipped_model_judges_plain_clauses_of_other_laws(question: str, clause: str, is_so: bool) -> None:
    verdict = load_polarity().judge(question, clause)
    assert verdict.certainty >= CERTAIN and (verdict.affirmed > 0.5) is is_so


def test_known_questions_that_are_answered_alike_weigh() -> None:
    model = load_polarity()
    question, clause = "网格员能转成专职不", "符合条件的可按照公开招聘规定聘用为社区专职工作人员。"
    plain = model.judge(question, clause, {})
    assert (
        model.judge(question, clause, {"否": 1.0}).affirmed
        < plain.affirmed
        < model.judge(question, clause, {"是": 1.0}).affirmed
    )
    assert model.judge(question, clause, {"有条件": 1.0}).qualified > plain.qualified


def test_rules_of_different_kinds_are_told_apart() -> None:
    assert modalities("不得转借；确需转借的，经批准可以转借。") == ["ban", "may", "except", "condition"]
    assert (
        modalities("应当登记。") == ["must"]
        and modalities("鼓励捐赠。") == ["encourage"]
        and modalities("天气晴。") == []
    )


def test_a_number_that_is_not_the_clauses_is_seen() -> None:
    other = polarity_features("是十五天吗", "期限为三十日。")
    same = polarity_features("是三十天吗", "期限为三十日。")
    assert (other["quantity other"], same["quantity same"]) == (1.0, 1.0) and same["quantity other"] == 0.0


def test_training_reads_and_learns(tmp_path: Path) -> None:
    lines = ["《甲办法》第一条", "| 禁止在楼道堆放杂物。鼓励居民种花。"]
    lines += [f"否\t楼道能放{what}吗" for what in ("车", "箱子", "鞋柜", "桌子", "椅子")]
    lines += [f"否!\t楼道不许放{what}吧" for what in ("车", "箱子")]
    lines += [f"有条件\t能种{what}吗" for what in ("花", "草", "菜", "树", "瓜")]
    path = tmp_path / "yes_no_1.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    cases = read_cases(path)
    assert len(cases) == 12 and cases[5].is_negated and not cases[0].is_negated
    assert deciding_sentence("能种花吗", "禁止在楼道堆放杂物。鼓励居民种花。") == "鼓励居民种花。"
    model = train(cases, [])
    model.save(tmp_path / "polarity.npz")
    again = Polarity.load(tmp_path / "polarity.npz")
    verdict = again.judge("楼道能放书吗", "禁止在楼道堆放杂物。")
    assert verdict.affirmed < 0.5 and verdict.affirmed == pytest.approx(
        model.judge("楼道能放书吗", "禁止在楼道堆放杂物。").affirmed, abs=0.01
    )


def test_a_line_of_no_known_form_is_named(tmp_path: Path) -> None:
    path = tmp_path / "yes_no_1.txt"
    path.write_text("《甲》第一条\n| 文。\n也许\t行吗\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="第 3 行"):
        read_cases(path)


def test_a_missing_or_damaged_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "polarity.npz").write_bytes(b"no model")
    for path in (tmp_path / "polarity.npz", tmp_path / "none.npz"):
        with pytest.raises(SettingsError, match="重新安装"):
            Polarity.load(path)


@pytest.mark.slow
def test_articles_held_out_are_read_right_as_often_as_we_say() -> None:
    assert cross_validate(law_cases())["affirmed"] > 0.8
