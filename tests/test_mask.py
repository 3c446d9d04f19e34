"""Personal numbers never survive the mask; what a policy text counts, dates or cites always does."""

from __future__ import annotations

import gzip
import json
import re
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.mask import MASK, find_personal, mask_bylines, mask_personal

SHARED = Path(__file__).resolve().parents[2] / "shared"

# All numbers below are invented; none belongs to anybody.
PERSONAL = [
    ("身份证号110101199003070011，声明作废", "身份证号{}，声明作废"),
    ("某某（110101199003070011）", "某某（{}）"),
    ("某某 11010119900307001X", "某某 {}"),
    ("老证110101900307001号", "老证{}号"),
    ("某某（1101011990********）；2.某", "某某（{}）；2.某"),
    ("手机138****5678", "手机{}"),
    ("证号 110101 19900307 001X 遗失", "证号 {} 遗失"),
    ("１１０１０１１９９００３０７００１１", "{}"),
    ("1 1 0 1 0 1 1 9 9 0 0 3 0 7 0 0 1 1", "{}"),
    ("身份证1101011990\n03070011，", "身份证{}\n，"),
    ("证某某将医师资格证丢\n\n失，号码119900110110101199003\n\n071声明", "证某某将医师资格证丢\n\n失，号码{}\n\n声明"),
    ("伤残证丢失，号码为：鲁军D000001，", "伤残证丢失，号码为：鲁军{}，"),
    ("（核准号：Z0000000000001，账\n\n号：900000000000001）", "（核准号：{}，账\n\n号：{}）"),
    ("备案号：某建房备字1000001，", "备案号：某建房备字{}，"),
    ("备案编号：某药监械经营备20200001号", "备案编号：某药监械经营备{}号"),
    ("公章（防伪编\n\n码：1100000000001）", "公章（防伪编\n\n码：{}）"),
    ("款 241800 元，收 据 号 00000017；", "款 241800 元，收 据 号 {}；"),
    ("流水号000077丢\n\n失", "流水号{}丢\n\n失"),
    ("将 编 号 为\n110000110110101199003070011\n\n的证书", "将 编 号 为\n{}\n\n的证书"),
    ("统一社会\n\n信用代码91110000MA00000000）", "统一社会\n\n信用代码{}）"),
    ("统一社会信用代码：9111000000000000B，", "统一社会信用代码：{}，"),
    ("（代码为110000000000000001J）", "（代码为{}）"),
    ("户名某某 6222 0200 0000 0000 017", "户名某某 {}"),
    ("联系人：某某 电话：13800000001", "联系人：某某 电话：{}"),
    ("联系电话：138-0000-0001、139 0000 0002", "联系电话：{}、{}"),
    ("致电13800000001万经理", "致电{}万经理"),
    ("+86 13800000001", "{}"),
    ("电话：3300001", "电话：{}"),
    ("电话：（0431）80000001转8001", "电话：{}"),
    ("电话：021-60000001，60000002。", "电话：{}，{}。"),
    ("0431—80000001", "{}"),
    ("传真+86-10-60000001", "传真{}"),
    ("联系人：某某 8000001", "联系人：某某 {}"),
    ("邮箱：zhang.san@example.com。", "邮箱：{}。"),
    ("微信号：zhang_san01", "{}"),
    ("QQ：10000001", "QQ：{}"),
    ("车牌号京A12345", "车牌号{}"),
]

POLICY = [
    "根据《国务院关于加强困境儿童保障工作的意见》（国发〔2016〕36号）要求",
    "自2024年6月1日起施行，2019—2021年完成，2020-2035年规划",
    "拨打12345、12348、12315、110、120、119、96333或者12393服务热线",
    "全市设置统一的森林火警电话“6660001”，并与“110”联网",
    "2023年，全国共办理1853.2万件，支出16470000元，占12.5%。",
    "最高不超过25000000计算单位，价格138 000元，面积100754.2平方米",
    "人均收入13800000000元，覆盖15000000户、12345678人次",
    "第十二条 每万城镇常住人口拥有社区工作者18人",
    "《居住建筑节能设计标准》（DBJ14-022-2003），标准号GB 18599-2020，GB/T 26341-2010",
    "邮政编码100000，行政区划代码110000，公告编号：2023-045",
    "账号、工作群组的规范化管理，纠正“指尖上的形式主义”",
    "证书编号由发证机关统一编制，身份证号码为18位",
    "2013 2014 2015 2016 2017 2018",
    "以坐标N34°45.0294′，E112°44.2001′为界",
    "新CRH380A型列车，新建C919生产线，G1234次",
    "（一）1990年3月7日以前参加工作的；（二）满15年的",
    "微信公众号、微信小程序和QQ群等渠道",
]


@pytest.mark.parametrize(("text", "masked"), PERSONAL)
def test_personal_numbers_are_masked(text: str, masked: str) -> None:
    assert mask_personal(text) == masked.replace("{}", MASK)


@pytest.mark.parametrize("text", POLICY)
def test_policy_texts_stay(text: str) -> None:
    assert mask_personal(text) == text
    assert mask_bylines(text) == text


def test_a_checksum_is_no_personal_number() -> None:
    assert find_personal('{"sha256": "110101199003070011ab13800000001fe0d8c21a5513800000001b0042aa7dd3"}') == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("新华社4月9日电（记者某张 吴雨）记者近日从税务总局获悉", "新华社4月9日电（记者××）记者近日从税务总局获悉"),
        ("新华社记者 刘甲丙 翟乙", "新华社记者 ××"),
        ("新华社发(武甲乙摄)", "新华社发(××摄)"),
        ("新华社记者 江甲 摄", "新华社记者 ×× 摄"),
        ("本报讯（记者 王甲 通讯员 李乙、赵丙）近日", "本报讯（记者××）近日"),
        ("本报记者张甲乙报道", "本报记者××报道"),
        ("责任编辑：钱甲 校对：孙乙丙", "责任编辑：×× 校对：××"),
        ("【编辑:周甲】", "【编辑:××】"),
    ],
)
def test_bylines_lose_their_names(text: str, masked: str) -> None:
    assert mask_bylines(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "有关负责人就《意见》答记者问",
        "就有关问题，回答了记者提问。",
        "记者近日从国家税务总局获悉",
        "这是记者从座谈会上了解到的。",
        "新华社记者\n\n近日，中共中央办公厅印发《意见》。",
        "外国常驻记者（包括短期采访记者）应当遵守本条例。",
        "记者在采访中看到，田地上一片繁忙",
        "（航空摄影）基础测绘，（无人机航拍）",
        "图片由通讯员提供",
        "市人民政府法制机构负责编辑：规章汇编",
    ],
)
def test_ordinary_uses_of_reporter_stay(text: str) -> None:
    assert mask_bylines(text) == text


_DIGITS = "0123456789"
_BEFORE = st.sampled_from(["", "某某，", "特此公告。", "遗失声明 ", "（", "：", "于2024年5月6日", "“", "第三条 "])
_AFTER = st.sampled_from(["", "，声明作废。", "）", "。2024年4月9日", "丢失", "\n特此公告", "；", " 某某"])


@st.composite
def _resident_ids(draw: st.DrawFn) -> str:
    region = draw(st.sampled_from(["110101", "220603", "370402", "510104", "650102"]))
    birth = draw(st.dates(min_value=date(1930, 1, 1), max_value=date(2020, 1, 1)))
    tail = draw(st.text(_DIGITS, min_size=3, max_size=3)) + draw(st.sampled_from("0123456789Xx"))
    number = region + birth.strftime("%Y%m%d") + tail
    form = draw(st.integers(0, 4))
    if form == 1:
        return f"{number[:6]} {number[6:14]} {number[14:]}"
    if form == 2:
        return " ".join(number)
    if form == 3:
        return number[:10] + "*" * 8
    return number.translate({48 + d: 0xFF10 + d for d in range(10)}) if form == 4 else number


_MOBILES = st.tuples(
    st.sampled_from(["13", "14", "15", "16", "17", "18", "19"]),
    st.text(_DIGITS, min_size=9, max_size=9),
    st.sampled_from(["", " ", "-"]),
).map(lambda t: f"{(t[0] + t[1])[:3]}{t[2]}{(t[0] + t[1])[3:7]}{t[2]}{(t[0] + t[1])[7:]}")
_CARDS = st.text(_DIGITS, min_size=13, max_size=16).map(lambda tail: "622" + tail)
_CREDIT_CODES = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=10).map(lambda tail: "91110105" + tail)
_LABELS = st.sampled_from(
    (
        *("收据号", "流水号：", "账号：", "帐号", "卡号为", "证书编号：", "防伪编码：", "核准号：", "备案号："),
        *("发票号码：", "电话：", "联系电话", "手机：", "医师资格证号", "保单号", "学号：", "残疾证号："),
    )
)
_LABELLED = st.tuples(_LABELS, st.from_regex(r"[3-8]\d{6,13}", fullmatch=True, alphabet=_DIGITS))


@settings(max_examples=300, deadline=None)
@given(_BEFORE, st.one_of(_resident_ids(), _MOBILES, _CARDS, _CREDIT_CODES), _AFTER)
@example("", "622" + "0" * 13, "")
def test_a_planted_number_never_survives(before: str, number: str, after: str) -> None:
    masked = mask_personal(before + number + after)
    assert masked == before + MASK + after
    assert find_personal(masked) == []


@settings(max_examples=300, deadline=None)
@given(_BEFORE, _LABELLED, _AFTER)
def test_a_labelled_number_never_survives(before: str, labelled: tuple[str, str], after: str) -> None:
    label, number = labelled
    assert mask_personal(before + label + number + after) == before + label + MASK + after


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("0123456789*X号证码电话账：:为 \n-—.,，元年万（）A鲁"), max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    masked = mask_personal(text)
    assert mask_personal(masked) == masked
    assert masked.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "piece", ["a", "1", "1 ", "*", "12345 ", "号1234567、", "（记者", "记者 张三 ", "0431-", "a@", "123\n", "ab12"]
)
def test_a_hostile_text_takes_linear_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    mask_bylines(mask_personal(text))
    assert time.process_time() - started < 5


def _shared_file(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is absent")
    return path


@pytest.mark.slow
@pytest.mark.shared
def test_laws_and_documents_stay_as_they_are() -> None:
    """3,472 laws and 60 documents: the mask has nothing to do in them (measured: no document changes)."""
    with gzip.open(_shared_file("data/laws.jsonl.gz"), "rt", encoding="utf-8") as stream:
        texts = [json.loads(line)["text"] for line in stream]
    with _shared_file("data/state_council.jsonl").open(encoding="utf-8") as stream:
        texts += [json.loads(line)["text"] for line in stream]
    changed = [found for text in texts if (found := find_personal(text))]
    bylines = [text for text in texts if mask_bylines(text) != text]
    assert len(texts) > 3_500
    assert (len(changed), len(bylines)) == (0, 0), changed[:5]


@pytest.mark.shared
def test_no_number_of_the_notices_survives() -> None:
    """Cruder than the mask: after it, a page holds no run of six or more digits or stars but dates and amounts."""
    pages = sorted(_shared_file("pages").glob("*.txt"))
    assert len(pages) == 5
    count = 0
    for page in pages:
        text = page.read_text(encoding="utf-8")
        count += len(find_personal(text))
        left = re.findall(r"[\d*A-Z]{6,}(?!\d*(?: 元|元|年))", re.sub(r"[ \n]", "", mask_personal(text)))
        assert [run for run in left if not re.fullmatch(r"241800|\d{6}元", run)] == []
    assert count >= 45
