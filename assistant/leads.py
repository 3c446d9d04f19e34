"""The direct words before a clause: yes or no in the form of the question, or what a false premise gets wrong."""

from __future__ import annotations

import re

from assistant.polarity import Verdict, nearest_piece, quantities
from index.numerals import NUMERAL, parse_numeral

CERTAIN = 0.6
"""Below this chance of the likelier of yes and no the clause speaks for itself."""
CERTAIN_THERE = 0.8
"""有 is said of a thing, which the clause may not even name."""
CONDITIONED = 0.5
UNCLEAR = (0.35, 0.65)
"""Between these chances it is not clear whether the question asks by its negation, and so what a no would mean."""

_FORMS = (
    ("may", r"(?:行|成|中|得行|要得|可以|好使)[不吗么没]|没事吧|合规|犯法|违[法规]|没问题吧|行不行|成不成|中不中"),
    ("there", r"有没有|有无|有木有|有没|有[^关]{0,12}(?:吗|不|没|么)[？?]?$"),
    ("must", r"要[^，。是]{1,6}[吗不][？?]?$|必须|非得|非要|非[^，。]{1,8}不可|一定要|要不要|用不用|得不得|需不需要|需要|该不该|强制|硬性|不用|不必|硬任务|得[^到了出住起].{0,8}[吗不]"),
    ("may", r"能不能|可不可以|可以|可否|能否|能|行不|成不|中不|得行|许不许|准不准|允许|许可|让不让|不让|不许|不准|没资格"),
    ("will", r"会不会|会[^议计].{0,12}[吗不吧]|给不给|管不管"),
)  # fmt: skip
"""The first form whose wording is met; any other question asks whether something is so."""

_WORDS = {
    "may": ("可以。", "不可以。", "可以，但有条件。", "一般不可以，但有例外。"),
    "must": ("需要。", "不是必须的。", "符合规定情形的，需要。", "一般不需要，但有例外。"),
    "there": ("有。", "没有。", "有，但有条件。", "一般没有，但有例外。"),
    "will": ("会。", "不会。", "会，但有条件。", "一般不会，但有例外。"),
    "is": ("是的。", "不是。", "是的，但有条件。", "一般不是，但有例外。"),
}
EXCEPTION = re.compile(r"确需|除[^，。；]{1,40}外|但是|但(?=[^不])|另有规定|特殊情况|原则上")
"""What takes something back; a plain yes or no never stands before it."""
_ENCOURAGES = re.compile(r"鼓励|探索|提倡|支持|引导")
_TENTATIVE, _PERMITS = re.compile(r"探索|鼓励|提倡"), re.compile(r"可以|可(?=按|根据|由|向)|有权")
_OBLIGES = re.compile(r"应当|必须|不得|严禁|禁止")
_SANCTIONS = {
    "罚款": r"罚款|罚钱|罚[\d一二三四五六七八九十百千万几多]+", "拘留": r"拘留|蹲局子", "没收": r"没收(?![到了齐过])", "吊销": r"吊销",
}  # fmt: skip
_UNITS = {
    "人": "人|名|个|位",
    "年": "年",
    "个月": "个月",
    "天": "天|日",
    "元": "元|块",
    "条": "条",
    "项": "项",
    "章": "章",
    "部分": "部分",
    "次": "次",
}
"""Unit -> how it is named where one asks for it."""
_ASKING = re.compile(r"能不能|可不可以|可以|不能|不许|不准|不让|能|吗|吧|不")
_CHECKS = re.compile(r"是吧|对吧|对不|对吗|真的|是真|没错吧")
_PUNISHES = re.compile(r"责令|处罚|处分|追究|停拨|追回|罚款|不得|禁止|严禁")
_LONGEST_PERIOD = 1000  # years: 2024年 is a date
_UNMET = re.compile(r"没[^，。]{0,3}满|(?<!满)不满(?!意)|不够(?!不)|不到")
_LIMIT = re.compile(r"够不够|够吗|够不|至少|最多|以上|以内|不低于|不超过|不少于|起码")
_ASKED_BAN = re.compile(r"不能|不让|不许|不准|不可以|没资格|不得|不允许")


def lead(question: str, clause: str, verdict: Verdict) -> str:
    """One or two direct words, or nothing where the clause is not plain enough.

    >>> lead("能转借吗？", "读者不得转借图书。", Verdict(0.02, 0.1, 0.0))
    '不可以。'
    >>> lead("必须捐书吗？", "鼓励读者捐赠图书。", Verdict(0.1, 0.1, 0.0))
    '没有硬性要求，文件是鼓励、支持的态度。'
    """
    form = question_form(question)
    asks_by_negation = verdict.negated >= UNCLEAR[1]
    states = form == "is" or _CHECKS.search(question)
    if states and not asks_by_negation and (number := stated_instead(question, clause)):
        return f"不是，是{number}。"  # whatever else it says
    is_so = verdict.affirmed > 0.5
    if verdict.certainty < (CERTAIN_THERE if form == "there" and is_so else CERTAIN):
        return ""
    if UNCLEAR[0] < verdict.negated < UNCLEAR[1] or _decides_elsewhere(question, clause):
        return ""
    piece = nearest_piece(_ASKING.sub("", question), clause)
    if is_so and form == "may" and _PUNISHES.search(piece) and not _PERMITS.search(piece):
        return ""  # 可以拖欠吗: the clause says what happens to whoever does
    is_soft = bool(_ENCOURAGES.search(clause)) and not _OBLIGES.search(clause)
    conditioned = verdict.qualified > CONDITIONED or bool(EXCEPTION.search(clause))
    if asks_by_negation:
        return _by_negation(question, form, is_so, conditioned, is_soft)
    if form == "must" and not is_so and is_soft:
        return "没有硬性要求，文件是鼓励、支持的态度。"
    if is_so and _TENTATIVE.search(clause) and not (_OBLIGES.search(clause) or _PERMITS.search(clause)):
        return "有这个方向，文件是探索、鼓励，不是硬性要求。"
    return _WORDS[form][2 * conditioned + (not is_so)]


def _decides_elsewhere(question: str, clause: str) -> bool:
    """Whether the question turns on a quantity that the clause does not speak of (今年58能考不, 借三个月要批吗), on a limit
    (至少18个), or on a condition that is not met (没干满一届)."""
    asked, stated = quantities(question) - {1}, quantities(clause)
    unspoken = (asked or re.search(r"\d", question)) and not stated
    is_limit = bool(_LIMIT.search(question)) and bool(asked or re.search(r"\d", question))
    return bool(unspoken or is_limit or _UNMET.search(question))


def question_form(question: str) -> str:
    """may, must, there, will or is: which pair of words answers the question."""
    return next((name for name, pattern in _FORMS if re.search(pattern, question)), "is")


def stated_instead(question: str, clause: str) -> str:
    """The one number with its unit that the clause states where the question has another of the unit, else nothing; a
    limit (10年以上, 至少) is kept by other numbers, too.

    >>> stated_instead("一万人配二十个社工对不对", "按照每万城镇常住人口拥有社区工作者18人的标准配备")
    '18人'
    """
    if _LIMIT.search(question):
        return ""
    for unit, names in _UNITS.items():
        asked = [parse_numeral(n) for n in re.findall(rf"([\d{NUMERAL}]{{1,9}})(?:多|来)?(?:{names})", question)]
        stated = re.findall(rf"([\d{NUMERAL}]{{1,9}})({unit})(以上|以下|以内|以后)?", clause)
        if len(asked) == 1 and len(stated) == 1 and not stated[0][2]:
            value = parse_numeral(stated[0][0])
            is_year = unit == "年" and value is not None and value > _LONGEST_PERIOD
            if value is not None and not is_year and asked[0] not in (None, 1, value):
                return "".join(stated[0])
    return ""


def _by_negation(question: str, form: str, is_so: bool, conditioned: bool, is_soft: bool) -> str:
    """“不备案行不行” where filing is a duty: 不行; “不能借调吧” where it is banned: 不可以; whether something is not so: 不是这样
    denies it."""
    if form == "is":
        return "" if conditioned else ("不是这样。" if is_so else "对，是这样。")
    if form == "may" and not _ASKED_BAN.search(question):
        return "不行，这是规定要做的。" if is_so and not is_soft and not conditioned else ""
    return _WORDS[form][2 * conditioned + (not is_so)]


def missing_sanctions(question: str, texts: str) -> str:
    """The sanction that a question presumes and that none of the texts has, else nothing.

    >>> missing_sanctions("挪用要罚款五万对吧", "责令改正；逾期未改正的，可以停拨资金。")
    '罚款'
    """
    for name, pattern in _SANCTIONS.items():
        if re.search(pattern, question) and name not in texts:
            return name
    return ""
