"""Printed lines to paragraphs: what columns split is joined, the rest stays apart, spans are true."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.clean import clean_text, read_passages
from tests.page_samples import RULE, page, rules
from tests.timing import cpu_seconds


@pytest.mark.parametrize(
    ("printed", "clean"),
    [
        ("县级以上机关 事业单位不得借调", "县级以上机关事业单位不得借调"),
        ("社区工作者;街道(乡镇)确需借调的,按程序报请", "社区工作者；街道（乡镇）确需借调的，按程序报请"),
        ("增长６．５％,共１２万人", "增长6.5%，共12万人"),
        ("于2024年 5月 6日缴纳", "于2024年5月6日缴纳"),
        ("自 2024 年 6 月 1 日起施行", "自2024年6月1日起施行"),
        ("《中共中央 国务院关于治理的意见》", "《中共中央 国务院关于治理的意见》"),
        ('坚持"四个意识"', "坚持“四个意识”"),
        ("使用 Open Source 软件", "使用Open Source软件"),
        ("比例为1:2，价格3,500元", "比例为1:2，价格3,500元"),
        ("第十二条  市地级层面", "第十二条 市地级层面"),
        ("第十二条　市地级层面", "第十二条 市地级层面"),
        ("第 12 条\t市地级层面", "第 12 条 市地级层面"),
    ],
)
def test_blanks_and_widths(printed: str, clean: str) -> None:
    assert clean_text(printed) == clean


@given(st.text(alphabet='县级（），。 ;,(1２)"“”第三条A\t\u3000', max_size=60))
def test_cleaning_twice_changes_nothing_and_loses_no_letter(text: str) -> None:
    once = clean_text(text)
    assert re.sub(r"[\W_]", "", clean_text(once)) == re.sub(r"[\W_]", "", once)
    assert len(re.sub(r"[\W_]", "", once)) == len(re.sub(r"[\W_]", "", text))


@pytest.mark.parametrize("width", [14, 16, 18, 20, 22, 24, 26, 28, 30])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_column_of_any_width_gives_back_its_paragraphs(width: int, gap: str) -> None:
    paragraphs = rules(1, 8)
    lines = [p[i : i + width] for p in paragraphs for i in range(0, len(p), width)]
    assert [p.text for p in read_passages(gap.join(lines))] == paragraphs


def test_a_title_after_a_full_line_is_no_part_of_the_sentence() -> None:
    lines = [
        p[i : i + 22]
        for p in ["前一篇文章的最后一句话正好排满了这一整行字呀啊。", *rules(1, 4)]
        for i in range(0, len(p), 22)
    ]
    lines.insert(2 if len(lines[1]) < 22 else 1, "某市雨水利用条例")
    assert "某市雨水利用条例" in [p.text for p in read_passages("\n\n".join(lines))]


def test_a_sentence_that_a_page_break_cut_is_joined() -> None:
    start, end = RULE.format(n=1)[:30], RULE.format(n=1)[30:]
    assert [p.text for p in read_passages(page(f"1.完善设施。{start}", end, "2.加强管理。" + RULE.format(n=2)))] == [
        "1.完善设施。" + RULE.format(n=1),
        "2.加强管理。" + RULE.format(n=2),
    ]


def test_a_long_paragraph_beside_a_list_of_headlines_is_joined_all_the_same() -> None:
    headlines = [f"- 某地第{n}次举办社区邻里活动受到好评" for n in range(1, 7)]
    passages = read_passages(
        page(
            "各地应当因地制宜推动农业科技落地，农业科技工作者要努力当好一名强",
            "农惠农的服务员，针对热点难点开展研发工作。",
            *headlines,
        )
    )
    assert passages[0].text.endswith("当好一名强农惠农的服务员，针对热点难点开展研发工作。")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\f", "\u2028"])
def test_every_line_end_parts_lines(end: str) -> None:
    assert [p.text for p in read_passages(end.join(rules(1, 3)))] == rules(1, 3)


@given(st.text(alphabet="第一二条章（）1.、答问：。，；甲乙丙丁 \n#-—\t\u3000", max_size=200))
def test_spans_are_within_the_source_and_in_order(text: str) -> None:
    position = 0
    for passage in read_passages(text):
        assert position <= passage.span.start < passage.span.end <= len(text)
        letters = re.sub(r"\W", "", passage.text)
        assert letters == re.sub(r"\W", "", clean_text(text[passage.span.start : passage.span.end]))
        position = passage.span.end


@pytest.mark.parametrize("text", ["", "\n\n \t\n", "\ufeff", "----\n====\n***"])
def test_nothing_is_nothing(text: str) -> None:
    assert read_passages(text) == []


def test_time_grows_with_the_length_of_a_file_not_with_its_square() -> None:
    def seconds(copies: int) -> float:
        text = "\n".join(rules(1, 9) * copies)
        return cpu_seconds(lambda: read_passages(text))

    assert seconds(400) < 40 * max(seconds(40), 0.005), "ten times the text: 10 if linear, 100 if quadratic"


@pytest.mark.parametrize(
    "title",
    [
        "最高人民法院关于审理矿业权纠纷案件适用法律若干问题的解释",
        "最高人民法院、最高人民检察院关于办理抢夺刑事案件适用法律若干问题的解释",
        "最高人民法院关于适用《中华人民共和国仲裁法》若干问题的解释",
        "某某省人民代表大会常务委员会关于全面加强生态环境保护的决议",
    ],
)
def test_a_title_behind_its_issuer_is_no_broken_sentence(title: str) -> None:
    lead = "为依法办理案件，保护当事人的合法权益，根据有关法律，结合工作实践，制定本解释。"
    passages = read_passages(f"{title}\n\n{lead}\n\n第一条 有关机关应当依法登记。")
    assert [passage.text for passage in passages][:2] == [title, lead]


@pytest.mark.parametrize("line", ["市政府办公室" * 40, "部" * 2000, "某省人民代表大会常务委员会、" * 30])
def test_a_list_of_issuers_takes_no_time(line: str) -> None:
    assert cpu_seconds(lambda: read_passages(f"{line}\n\n为了规范工作，制定本办法。")) < 1


def test_a_sentence_that_names_a_document_and_breaks_goes_on() -> None:
    first = "各级人民政府要认真贯彻落实党中央和国务院关于加强基层治理体系建设的意见"
    text = f"会议强调。各地要抓紧。\n{first}\n精神，结合实际制定措施。"
    assert any(first in passage.text and "精神" in passage.text for passage in read_passages(text))
