"""Points of a slide keep the law's meaning; a deck has its parts; the PowerPoint opens and nothing runs over."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from assistant.material.powerpoint import write_powerpoint
from assistant.material.records import Quiz, Selection
from assistant.material.slide_figures import Figure, find_slide_figures
from assistant.material.slide_points import ENDLESS, FULL_TEXT, OMISSION, pick_points
from assistant.material.slides import CONTINUED, Deck, make_slides, quiz_deck, whole_key
from index.errors import InputError
from index.library import Library
from index.records import Article, Damage, Document
from tests.material_samples import DOCUMENT, ITEMS, QUIZ, SELECTION, TITLE
from tests.office import render_to_pdf

OPINION = "关于加强社区工作者队伍建设的意见"
REGULATION = "生态保护补偿条例"
BODY_BOTTOM = 58
"""Points above the lower edge of a slide (540 high): below it stand only source and slide number."""


def article(text: str, heading: str = "", number: str = "1") -> Article:
    return Article("d", number, f"第{number}条 {heading}".strip(), heading, "", text)


def document(title: str, *articles: Article) -> Document:
    return Document("d", title, title, "document", "law", articles, "000")


def bundled(library: Library, title: str) -> Document:
    return next(d for d in library.documents if d.title == title)


def select(found: Document) -> Selection:
    return Selection(found, found.articles)


def opened(data: bytes) -> Any:
    from pptx import Presentation

    return Presentation(BytesIO(data))


def pieces(point: str) -> list[str]:
    return [piece for piece in point.replace(FULL_TEXT, "").split(OMISSION) if piece]


def test_every_piece_of_every_point_stands_in_its_article(bundled_library: Library) -> None:
    checked = 0
    for found in bundled_library.documents:
        for each in found.articles:
            for point in pick_points(each):
                assert all(piece in each.text for piece in pieces(point)), (each.id, point)
                checked += 1
    assert checked > 150


@pytest.mark.parametrize("title", [OPINION, REGULATION])
def test_no_point_loses_what_a_clause_forbids_allows_or_hedges(bundled_library: Library, title: str) -> None:
    """Words that follow 不得, 可以, 鼓励 … in the text follow it on the slide."""
    checked = 0
    for each in bundled(bundled_library, title).articles:
        points = pick_points(each)
        for match in re.finditer(r"(?:不得|原则上|可以|鼓励|探索|应当)([^，。；、（]{4,14})", each.text):
            for point in points:
                if match[1] in point and each.text.count(match[1]) == 1:
                    assert match.group() in point or f"{match.group()[: -len(match[1])]}{OMISSION}" in point, point
                    checked += 1
    assert checked >= 5


def test_an_exception_goes_with_both_duties_that_it_limits(bundled_library: Library) -> None:
    points = pick_points(bundled(bundled_library, OPINION).articles[13])
    duties = [point for point in points if "劳动合同" in point or "社会保险" in point]
    assert len(duties) == 2
    assert all(point.startswith("除具有公务员、事业单位工作人员身份的外") for point in duties)
    assert "原则上由街道（乡镇）与社区工作者依法签订劳动合同" in duties[0]


def test_a_condition_is_never_parted_from_what_it_allows() -> None:
    points = pick_points(
        article(
            "对在本单位连续工作10年以上、考核合格、表现优秀的人员，可按规定优先聘用为正式工作人员，其中特别优秀的，可破格晋升一级。"
            "单位应当定期公布聘用情况和岗位数量，并将名单向社会公开，接受群众监督和上级检查。"
        )
    )
    allowed = next(point for point in points if "可按规定优先聘用" in point)
    assert allowed.startswith("对在本单位连续工作10年以上")
    special = next(number for number, point in enumerate(points) if "可破格晋升" in point)
    assert points[special].startswith("其中特别优秀的") or points[special] == allowed
    assert special == 0 or points[special - 1] == allowed


def test_later_clauses_of_a_sentence_keep_who_must_do_them() -> None:
    text = "县级以上人民政府应当加强对社区服务工作的组织领导和统筹协调，将社区服务工作经费纳入年度财政预算，建立稳定的人才培养机制。"
    points = pick_points(article(text))
    budget = next(point for point in points if "财政预算" in point)
    assert budget == "县级以上人民政府应当……将社区服务工作经费纳入年度财政预算，建立稳定的人才培养机制"


def test_the_items_of_a_list_stay_under_their_lead_in_order() -> None:
    points = pick_points(DOCUMENT.articles[3])
    assert points == (
        "社区应当为下列居民提供上门服务：",
        "（一）80周岁以上的老年人",
        "（二）行动不便的残疾人",
        "（三）独居的重病患者",
    )


def test_numbers_and_bans_come_before_talk() -> None:
    talk = "营造全社会关心的良好氛围。增强职业荣誉感和自豪感。大力宣传先进典型事迹。提振干事创业精气神。树牢服务理念。"
    points = pick_points(article(f"{talk}各地按每万人18人的标准配备。任何单位不得借调社区工作者。"))
    assert {"各地按每万人18人的标准配备", "任何单位不得借调社区工作者"} <= set(points)
    assert len(points) <= 3


def test_words_that_the_page_cut_off_are_no_point() -> None:
    text = "社区应当设立窗口。前款所称单位和个人，包括各级人民政府以及其他应当获得补偿的单位和个"
    start = text.index("前款")
    damaged = Article("d", "1", "第1条", "", "", text, damages=(Damage("cut_off", start, len(text), "后文缺失"),))
    assert pick_points(damaged) == ("社区应当设立窗口",)
    slide = next(s for s in make_slides([select(document("办法", damaged))]).slides if s.kind == "measure")
    assert slide.notes.endswith("出处：《办法》第1条\n注意：后文缺失")


def test_a_text_without_any_place_to_cut_is_shown_from_its_beginning() -> None:
    (point,) = pick_points(article("长" * 5000))
    assert point == "长" * ENDLESS + OMISSION + FULL_TEXT
    assert pick_points(article("")) == ()


@pytest.mark.parametrize(
    ("point", "figure"),
    [
        ("每年至少对社区党组织书记培训1次", Figure("每年至少1次", "社区党组织书记培训")),
        ("社区应当在5个工作日内答复", Figure("5个工作日内", "社区应当在")),
        ("本条例自2024年6月1日起施行", Figure("2024年6月1日", "起施行")),
        ("应当在三十日内作出决定", Figure("三十日内", "作出决定")),
    ],
)
def test_a_number_is_shown_large_with_the_words_around_it(point: str, figure: Figure) -> None:
    assert [each.number for each in find_slide_figures([point])] == [figure.number]


@pytest.mark.parametrize("point", ["2017年印发的意见提出要求", "依照第12条办理", "一是坚持党的领导", "开展日常考勤"])
def test_years_article_numbers_and_ordinals_are_no_figures(point: str) -> None:
    assert find_slide_figures([point]) == ()


def test_a_deck_has_title_contents_parts_articles_and_sources() -> None:
    deck = make_slides([SELECTION])
    kinds = [slide.kind for slide in deck.slides]
    assert kinds[:2] == ["title", "contents"] and kinds[-1] == "closing"
    assert kinds.count("measure") == 5 and "part" in kinds
    cover = deck.slides[0]
    assert (cover.title, cover.subtitle) == (TITLE, "测试市人民政府　测试市政府令第7号　2024年5月1日起施行")
    assert deck.slides[1].points == ("第一章 总则（第1条）", "第二章 服务（第2条至第4条）", "第三章 附则（第5条）")
    term = next(slide for slide in deck.slides if slide.title == "第3条 办理时限")
    assert term.notes == f"{DOCUMENT.articles[2].text}\n\n出处：《{TITLE}》第3条"
    assert term.footer == f"《{TITLE}》第3条"


def test_one_article_makes_three_slides_and_none_is_refused() -> None:
    one = Selection(DOCUMENT, DOCUMENT.articles[2:3])
    assert [slide.kind for slide in make_slides([one]).slides] == ["title", "measure", "closing"]
    for empty in ([], [Selection(DOCUMENT, ())]):
        with pytest.raises(InputError):
            make_slides(empty)
    with pytest.raises(InputError):
        quiz_deck(Quiz("空", (), 0, 0))


def test_the_same_selection_makes_the_same_bytes() -> None:
    assert write_powerpoint(make_slides([SELECTION])) == write_powerpoint(make_slides([SELECTION]))


def test_a_quiz_asks_on_one_slide_and_answers_on_the_next() -> None:
    deck = quiz_deck(QUIZ)
    kinds = [slide.kind for slide in deck.slides[1:-1]]
    assert kinds == ["item", "answer"] * len(ITEMS)
    asked, answer = deck.slides[1], deck.slides[2]
    assert asked.points == (ITEMS[0].stem, "A．3天", "B．5天", "C．6天", "D．8天")
    assert answer.points[0] == "C．6天"
    assert "答案：C．6天" in asked.notes and f"依据：《{TITLE}》第2条" in asked.notes


def test_hostile_titles_and_texts_open_again_and_say_what_they_said() -> None:
    text = "社区应当<script>alert(1)</script>&amp\x00\x0b公开=1+1。\ud800" + "很" * 4000 + "，应当公开。"
    data = write_powerpoint(make_slides([select(document("甲\x01《乙》<b>" * 40, article(text, "题\n目" * 60)))]))
    slides = list(opened(data).slides)
    shown = "\n".join(shape.text_frame.text for slide in slides for shape in slide.placeholders)
    assert "<script>alert(1)</script>&amp公开=1+1" in shown
    assert "\x01" not in shown
    assert "应当公开。" in slides[1].notes_slide.notes_text_frame.text


def test_title_body_source_and_number_are_placeholders_and_fonts_are_named() -> None:
    presentation = opened(write_powerpoint(make_slides([SELECTION])))
    assert (presentation.slide_width, presentation.slide_height) == (12191695, 6858000)
    measure = next(s for s in presentation.slides if s.shapes.title and s.shapes.title.text == "第5条 禁止行为")
    kinds = {str(shape.placeholder_format.type).split(" ")[0] for shape in measure.placeholders}
    assert {"TITLE", "BODY", "FOOTER", "SLIDE_NUMBER"} <= kinds
    ids = [shape.shape_id for shape in measure.shapes]
    assert len(ids) == len(set(ids))
    theme = presentation.slide_master.part.part_related_by(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
    )
    assert theme.blob.decode().count('<a:ea typeface="微软雅黑"/>') == 2
    assert presentation.core_properties.title == f"《{TITLE}》课件"


def test_a_list_too_long_for_a_slide_goes_on_with_its_title() -> None:
    items = "".join(
        f"\n（{number}）第{number}类需要上门服务的居民和他们的家庭成员；" for number in "一二三四五六七八九十"
    )
    found = document("办法", article(f"社区应当为下列居民提供上门服务：{items.rstrip('；')}。"))
    titles = [slide.title for slide in make_slides([select(found)]).slides if slide.kind == "measure"]
    assert titles == ["第1条", f"第1条{CONTINUED}"]


@pytest.fixture(scope="module")
def rendered(bundled_library: Library, tmp_path_factory: pytest.TempPathFactory) -> tuple[Deck, Any]:
    """The deck of the bundled 意见, and its pages as LibreOffice draws them."""
    from pypdf import PdfReader

    deck = make_slides([select(bundled(bundled_library, OPINION))])
    folder = tmp_path_factory.mktemp("slides")
    path = folder / "课件.pptx"
    path.write_bytes(write_powerpoint(deck))
    (pdf,) = render_to_pdf([Path(path)], folder / "pdf")
    return deck, PdfReader(pdf)


def test_every_slide_of_the_opinion_is_a_page_with_all_its_points(rendered: tuple[Deck, Any]) -> None:
    deck, pdf = rendered
    assert len([s for s in deck.slides if s.kind == "measure" and CONTINUED not in s.title]) == 18
    assert len(pdf.pages) == len(deck.slides)
    for slide, page in zip(deck.slides, pdf.pages, strict=True):
        text = "".join(page.extract_text().split())
        for words in (slide.title, *slide.points):
            assert "".join(words.split()) in text, words


def test_no_text_of_the_opinion_runs_over_its_slide(rendered: tuple[Deck, Any]) -> None:
    deck, pdf = rendered
    for slide, page in zip(deck.slides, pdf.pages, strict=True):
        low: list[str] = []

        def note(text: str, cm: list[float], tm: list[float], *_: Any, low: list[str] = low) -> None:
            if text.strip() and tm[5] * cm[3] + cm[5] < BODY_BOTTOM:
                low.append(text.strip())

        page.extract_text(visitor_text=note)
        shown = "".join("".join(low).split())
        number = str(deck.slides.index(slide) + 1)
        assert shown in ("", f"{slide.footer}{number}".replace(" ", ""), number), (slide.title, shown)


def test_the_answer_of_a_choice_of_several_has_no_two_signs_side_by_side() -> None:
    item = replace(ITEMS[0], type="多选", options=("应当答复。", "可以公布。", "应当备案。"), key="AC")
    assert whole_key(item) == "A．应当答复；C．应当备案。"
    assert whole_key(replace(item, type="单选", key="B")) == "B．可以公布。"


def test_an_option_on_the_second_slide_of_an_item_is_no_question() -> None:
    from pptx import Presentation

    options = tuple(f"{n}" + "单位应当在收到申请之日起按照规定作出答复并说明理由" * 3 for n in "甲乙丙丁")
    item = replace(ITEMS[0], type="多选", stem="下列说法正确的有（　　）。", options=options, key="AC")
    deck = quiz_deck(replace(QUIZ, items=(item,)))
    slides = Presentation(BytesIO(write_powerpoint(deck))).slides
    bold = {
        run.text: run.font.bold
        for slide in slides
        for shape in slide.placeholders
        if shape.has_text_frame and shape.placeholder_format.idx
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
    }
    shown = [text for text in bold if text.startswith(("A．", "B．", "C．", "D．")) and "；" not in text]
    assert len(shown) >= 4 and not any(bold[text] for text in shown)
    assert bold["下列说法正确的有（　　）。"]
