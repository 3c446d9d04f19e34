"""A quiz as papers, and papers as Markdown and plain text."""

from __future__ import annotations

from dataclasses import replace

from assistant.material.blocks import Bullets, Heading, NewPage, Paper, Table, Text
from assistant.material.markdown import write_markdown
from assistant.material.plain import write_plain
from assistant.material.quiz_paper import BRACKET, LINE, by_type, key_paper, question_paper
from assistant.material.records import ITEM_TYPES, RIGHT, Quiz
from tests.material_samples import ITEMS, PAPER, QUIZ, TITLE


def headings(paper: Paper) -> list[str]:
    return [block.text for block in paper.blocks if isinstance(block, Heading)]


def words(paper: Paper, style: str | None = None) -> list[str]:
    return [block.text for block in paper.blocks if isinstance(block, Text) and style in (None, block.style)]


def test_the_samples_are_what_they_say() -> None:
    from tests.material_samples import DOCUMENT

    assert [item.type for item in sorted(ITEMS, key=lambda item: ITEM_TYPES.index(item.type))] == [
        item.type for item in ITEMS
    ]
    assert {item.type for item in ITEMS} == set(ITEM_TYPES)
    for item in ITEMS:
        article = DOCUMENT.article(item.article)
        assert article and article.text[item.quote_start : item.quote_start + len(item.quote)] == item.quote
        assert item.quote_start <= item.start < item.end <= item.quote_start + len(item.quote)


def test_a_paper_has_its_parts_in_the_usual_order_however_the_items_come() -> None:
    assert headings(question_paper(replace(QUIZ, items=ITEMS[::-1]), with_key=False)) == [
        "一、单项选择题（共2题，每题只有一个正确答案）",
        "二、多项选择题（共1题，每题有两个以上正确答案）",
        "三、判断题（共2题，对的打√，错的打×）",
        "四、填空题（共1题，把答案写在横线上）",
        "五、简答题（共1题，写出要点即可）",
        "六、情景题（共1题，先读情况，再作答）",
    ]
    few = question_paper(replace(QUIZ, items=ITEMS[3:4]), with_key=False)
    assert headings(few) == ["一、判断题（共1题，对的打√，错的打×）"]


def test_items_are_numbered_through_and_keep_their_order_within_a_type() -> None:
    numbered = [(number, item.id) for _, items in by_type(QUIZ.items) for number, item in items]
    assert numbered == [(number, item.id) for number, item in enumerate(ITEMS, 1)]
    stems = [text for text in words(question_paper(QUIZ, with_key=False), "body") if text[0].isdigit()]
    assert [stem.split("．")[0] for stem in stems] == [str(number) for number in range(1, 9)]


def test_each_type_has_its_place_for_the_answer() -> None:
    texts = words(question_paper(QUIZ, with_key=False))
    assert f"1．社区服务窗口每周至少开放几天？{BRACKET}" in texts
    assert texts[2:6] == ["A．3天", "B．5天", "C．6天", "D．8天"]
    assert f"4．社区工作者可以向居民收取费用。{BRACKET}" in texts
    blanks = next(text for text in texts if text.startswith("6．"))
    assert blanks.count("_" * 12) == 2 and blanks.count("_") == 24
    answer = texts.index("7．为什么要制定《测试市社区服务办法》？")
    assert texts[answer + 1 : answer + 4] == [LINE] * 3


def test_a_bracket_is_printed_once_and_a_long_answer_has_more_room() -> None:
    first = replace(ITEMS[0], stem="窗口每周开放不少于（ ）天。")
    essay = replace(ITEMS[6], key="要点" * 60)
    scene = replace(ITEMS[7], options=(), key="不能给。")
    texts = words(question_paper(replace(QUIZ, items=(first, essay, scene)), with_key=False))
    assert "1．窗口每周开放不少于（ ）天。" in texts
    scene_at = next(i for i, text in enumerate(texts) if text.startswith("3．"))
    assert texts[scene_at].endswith("小李应当怎么做？") and texts[scene_at + 1 :] == [LINE] * 3
    assert texts[:scene_at].count(LINE) == 8


def test_the_questions_alone_tell_no_answer() -> None:
    paper = question_paper(QUIZ, with_key=False)
    assert NewPage() not in paper.blocks
    said = write_plain(paper)
    for secret in ("答案速查", "解析", "依据：", "街道办事处批准，可以延长", *QUIZ.notices):
        assert secret not in said


def test_the_key_begins_on_a_new_page_with_the_answers_at_a_glance() -> None:
    blocks = question_paper(QUIZ).blocks
    place = blocks.index(NewPage())
    assert blocks[place + 1 : place + 3] == (Heading(1, "答案与解析"), Heading(2, "答案速查"))
    table = blocks[place + 3]
    assert isinstance(table, Table)
    assert table.rows == (("单项选择题", "1．C　2．B"), ("多项选择题", "3．ACD"), ("判断题", "4．×　5．√"))


def test_every_answer_has_its_explanation_source_and_quotation_once() -> None:
    texts = words(key_paper(QUIZ))
    place = texts.index("4．答案：×")
    assert texts[place : place + 4] == [
        "4．答案：×",
        "解析：原文是“不得向居民收取费用”，不是“可以”。",
        "“社区工作者不得向居民收取费用，不得泄露居民个人信息。”",
        f"依据：《{TITLE}》第5条 禁止行为",
    ]
    assert "1．答案：C（6天）" in texts and "3．答案：ACD" in texts and "6．答案：5；3" in texts
    assert "\n".join(texts).count("社区应当设立服务窗口，每周开放不少于6天。") == 1
    assert len([text for text in texts if text.startswith("依据：")]) == len(ITEMS)


def test_the_key_tells_the_trainer_why_there_are_fewer_items_than_wanted() -> None:
    assert words(key_paper(QUIZ))[-2:] == [
        "想要10题，这几条只出得了8题。",
        "另有2题没有通过核对，没有收入：题干说出了答案2题。",
    ]
    assert "说明" not in headings(key_paper(replace(QUIZ, notices=())))


def test_a_key_that_somebody_edited_badly_is_shown_as_it_is() -> None:
    items = (replace(ITEMS[0], key="Z"), replace(ITEMS[1], key=""), replace(ITEMS[3], key=RIGHT))
    texts = words(key_paper(replace(QUIZ, items=items)))
    assert "1．答案：Z" in texts and "2．答案：" in texts and "3．答案：√" in texts


def test_no_items_give_a_paper_that_says_so() -> None:
    empty = Quiz("空", (), 10, 0)
    assert write_plain(question_paper(empty)).startswith("空\n共0题\n\n还没有题目。\n")
    assert write_plain(key_paper(empty)).startswith("空\n答案与解析　共0题\n")


def test_markdown_has_every_kind_of_block() -> None:
    page = write_markdown(PAPER)
    assert page.startswith("# 《测试市社区服务办法》学习讲义\n\n测试市人民政府　2024年5月1日起施行\n\n## 一、要点\n\n")
    for part in (
        "\n\n**不收费，不泄密。**\n\n### （一）办理时限\n\n> 居民提出申请的",
        "\n\n- 5个工作日内答复\n- 情况复杂的经批准延长3个工作日\n\n<!-- -->\n\n1. 先登记\n2. 再受理\n3. 后答复\n\n",
        "\n\nA．上门服务  \nB．窗口办理\n\n1. 第一步\n",
        "\n\n| 事项 | 时限 | 依据 |\n| --- | --- | --- |\n| 答复申请 | 5个工作日 | 第3条 |\n",
        "\n\n---\n\n## 二、出处\n",
    ):
        assert part in page, part
    assert page.endswith("\n\n---\n\n学习材料，以正式文件为准\n")


def test_no_text_becomes_markup() -> None:
    odd = "<script>*x*\x01\n1. 甲\n- 乙\n---\n&lt; ____ | [a](b)"
    page = write_markdown(
        Paper(odd, "", (Text(odd), Text(odd, "quote"), Bullets((odd,)), Table(("a|b",), ((odd, "多一格"),))))
    )
    lines = page.splitlines()
    assert lines[0].startswith("# \\<script\\>\\*x\\* 1. 甲 - 乙 ---")
    assert lines[2:7] == [
        "\\<script\\>\\*x\\*  ",
        "1\\. 甲  ",
        "\\- 乙  ",
        "\\---  ",
        "\\&lt; \\_\\_\\_\\_ \\| \\[a\\](b)",
    ]
    assert "| a\\|b |  |" in lines and "\x01" not in page
    assert [line for line in lines if line.startswith("---")] == []


def test_plain_text_keeps_options_under_their_stem_and_names_the_columns() -> None:
    page = write_plain(question_paper(QUIZ, with_key=False))
    assert "\n1．社区服务窗口每周至少开放几天？（　　）\nA．3天\nB．5天\nC．6天\nD．8天\n\n2．" in page
    handout = write_plain(PAPER)
    assert "\n· 答复申请　时限：5个工作日　依据：第3条\n" in handout
    assert "\n· 测试市社区服务办法：2024-03-01\n" in handout
    assert "\n\n1．先登记\n2．再受理\n3．后答复\n\n" in handout and "\n\n\n" not in handout


def test_empty_blocks_leave_no_trace() -> None:
    paper = Paper(
        "题", "", (Text(""), Text(" \n", "quote"), Bullets(()), Bullets(("",)), Table((), ()), Table((), ((),)))
    )
    assert write_markdown(paper) == "# 题\n"
    assert write_plain(paper) == "题\n"


def test_a_quotation_that_the_explanation_has_but_for_its_last_mark_is_not_printed_twice() -> None:
    item = replace(ITEMS[0], quote="每年至少培训一次；", explanation="原文：“每年至少培训一次”。故选C。")
    assert "“每年至少培训一次；”" not in words(key_paper(Quiz(TITLE, (item,), 1, 1)))
    other = replace(item, explanation="见原文。")
    assert "“每年至少培训一次；”" in words(key_paper(Quiz(TITLE, (other,), 1, 1)))
