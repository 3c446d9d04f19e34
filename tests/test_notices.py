"""Which passages of a newspaper page are notices. Laws speak of licences, debts and advertisements, too."""

from __future__ import annotations

import pytest

from index.clean import Passage
from index.notices import (
    closes_notice,
    drop_captions,
    is_credit,
    is_notice_among_clauses,
    opens_notices,
    stays_in_notices,
)
from index.records import Span


@pytest.mark.parametrize(
    "line",
    [
        "遗失声明",
        "【遗失声明】",
        "减资公告",
        "注销公告",
        "公 告",
        "寻人启事",
        "讣告",
        "讣闻",
        "招领启事",
        "失物招领",
        "拟录用人员公示",
        "解除（终止）劳动合同的公告",
        "欢迎刊登中缝广告",
    ],
)
def test_headings_of_notices(line: str) -> None:
    assert opens_notices(line)


@pytest.mark.parametrize(
    "line",
    [
        "第三章 公告",
        "第二节 公示",
        "二、公告",
        "（三）公示",
        "关于停止供水的公告",
        "某市税务局关于个人养老金有关政策的公告",
        "生态保护补偿条例",
        "经公示无异议的，由街道公告。",
    ],
)
def test_headings_of_policies(line: str) -> None:
    assert not opens_notices(line)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("●钱多多遗失收据一张，声明作废。", True),
        ("钱多多遗失收据一张，声明作废。", True),
        ("联系人：钱多多 电话：[号码已隐去]", True),
        ("减资公告", True),
        ("遗失许可证的，应当在报纸上声明作废，并申请补发。", False),
        ("公司清算的，债权人应当在三十日内申报债权。", False),
        ("发布广告、拍卖公物，依照有关规定执行。", False),
        ("办理注销登记，缴回营业执照和公章。", False),
    ],
)
def test_notices_between_the_clauses_of_a_law(clause: str, expected: bool) -> None:
    assert is_notice_among_clauses(clause) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("某某县供水公司", True),
        ("2024年4月9日", True),
        (
            "李某某，男，身高一米七二，四月三日从某小区走失，上身穿蓝色外套，下身穿黑色裤子，脚穿布鞋，盼早日归来。",
            True,
        ),
        (
            "周某某同志因病医治无效，于2024年4月8日凌晨在家中安详辞世，享年八十八岁，遵从遗愿丧事从简，不举行仪式。",
            True,
        ),
        (
            "近年来，某市立足自身优势，不断完善社区养老服务设施，提高服务质量，受到居民广泛欢迎，参加活动的人数逐年增加。",
            False,
        ),
    ],
)
def test_what_still_belongs_to_a_column_of_notices(text: str, expected: bool) -> None:
    assert stays_in_notices(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("特此公告", True),
        ("某公司 2024年4月9日", True),
        ("遗失收据，声明作废。", True),
        ("请在2024年4月9日前报名。", False),
    ],
)
def test_where_a_notice_is_over(text: str, expected: bool) -> None:
    assert closes_notice(text) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("新华社记者 赵六六 摄", True),
        ("新华社发（赵六六摄）", True),
        ("赵六六 摄", True),
        ("摄影应当经过同意。", False),
        ("新华社记者", False),
    ],
)
def test_credits(line: str, expected: bool) -> None:
    assert is_credit(line) is expected


def test_a_caption_goes_with_its_credit_and_the_text_stays() -> None:
    lines = ["正文第一段。", "正文第二段。", "4月9日，某县农民在田间劳作。", "新华社记者 赵六六 摄"]
    passages = [Passage(line, Span(i, i + 1)) for i, line in enumerate(lines)]
    assert [p.text for p in drop_captions(passages)] == lines[:2]
