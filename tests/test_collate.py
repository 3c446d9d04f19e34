"""From printings to one text: what must be true of every collation, and cases whose answer a person can see."""

from __future__ import annotations

import re
import time

import pytest

from index.collation.collate import collate
from index.collation.frame_lines import frames_of_others
from index.collation.streams import is_marker, normal_form
from index.library import Library, build_library
from index.pages import dateline_length
from index.printings import read_printings
from index.records import ApparatusEntry, Document, Page

OWN = """测试市社区服务条例

第一章 总则

第一条 为了规范社区服务，方便居民生活，根据有关法律、法规，结合本市实际，制定本条例。

第二条 本市行政区域内的社区服务活动，适用本条例。

第三条 社区服务应当坚持便民利民、公开公正的原则，由街道办事处统筹安排。

第二章 服务

第四条 社区居民委员会应当在每年三月底前公布服务事项，并接受居民监督。

第五条 居民对服务有意见的，可以向街道办事处反映：
（一）书面反映的，应当在十五日内答复；
（二）当面反映的，应当当场记录。

第六条 本条例自2024年5月1日起施行。
"""


def library(*texts: str) -> Library:
    return build_library([Page(f"{number:03}", f"{number:03}.txt", text) for number, text in enumerate(texts)])


def only(*texts: str) -> Document:
    documents = library(*texts).documents
    assert len(documents) == 1, [d.title for d in documents]
    return documents[0]


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def check_entries(document: Document) -> None:
    """Offsets hold, entries do not overlap, and each printing can be put together again from text and entries."""
    for article in document.articles:
        entries = [e for e in document.apparatus if e.article == article.number]
        end = 0
        for entry in entries:
            assert entry.offset >= end
            end = entry.offset + entry.length
            assert article.text[entry.offset : end] == entry.reading
            assert entry.variants and 0 <= entry.confidence <= 1
            sigla = [s for v in entry.variants for s in v.support] + list(entry.support)
            assert len(sigla) == len(set(sigla))
            assert all(normal_form(v.reading) != normal_form(entry.reading) for v in entry.variants)


def as_printed_by(document: Document, siglum: str, number: str) -> str:
    article = document.article(number)
    assert article is not None
    text, position = "", 0
    for entry in (e for e in document.apparatus if e.article == number):
        reading = next((v.reading for v in entry.variants if siglum in v.support), entry.reading)
        text += article.text[position : entry.offset] + reading
        position = entry.offset + entry.length
    return text + article.text[position:]


@pytest.mark.parametrize(
    "wrong",
    [
        ("街道办事处统筹", "街道办事处通筹"),
        ("便民利民", "便民民"),
        ("三月底前公布", "三月底前公公布"),
        ("制定本条例", "制定木条例"),
    ],
)
def test_a_slip_of_one_of_two_printings_is_mended(wrong: tuple[str, str]) -> None:
    document = only(OWN, OWN.replace(*wrong))
    assert "".join(a.text for a in document.articles) == "".join(a.text for a in only(OWN).articles)
    (entry,) = document.apparatus
    assert "000" in entry.support and entry.variants[0].support == ("001",)
    check_entries(document)


def test_slips_in_both_are_both_mended() -> None:
    one = OWN.replace("便民利民", "便民和民").replace("每年三月底", "每年三月低")
    other = OWN.replace("统筹安排", "统筹按排").replace("接受居民监督", "接受居民监")
    document = only(one, other)
    assert "".join(a.text for a in document.articles) == "".join(a.text for a in only(OWN).articles)
    assert len(document.apparatus) == 4


@pytest.mark.parametrize(
    "title", ["测试市社区服务条", "市社区服务条例", "测试市社区服务务条例", "测试市社区服各条例", "测试市 社区服务条例"]
)
def test_a_slip_in_the_title_is_mended(title: str) -> None:
    for texts in (
        (OWN, OWN.replace("测试市社区服务条例", title, 1)),
        (OWN.replace("测试市社区服务条例", title, 1), OWN),
    ):
        assert letters(only(*texts).title) == "测试市社区服务条例"


def test_a_lost_line_is_put_back_and_said() -> None:
    shorter = OWN.replace("第二条 本市行政区域内的社区服务活动，适用本条例。\n\n", "")
    document = only(shorter, OWN)
    assert [a.number for a in document.articles] == ["1", "2", "3", "4", "5", "6"]
    (entry,) = document.apparatus
    assert (entry.article, entry.offset, entry.variants[0].reading) == ("2", 0, "")


def test_a_misprinted_number_does_not_lose_the_article() -> None:
    for broken in ("第四茶 ", "弟四条 ", "第条 ", "第第四条 "):
        document = only(OWN.replace("第四条 ", broken), OWN)
        assert [a.number for a in document.articles] == ["1", "2", "3", "4", "5", "6"], broken
        assert document.articles[2].text.endswith("统筹安排。"), broken
        assert document.articles[3].part == "第二章 服务"


def test_three_careless_printings_do_not_outvote_a_careful_one() -> None:
    """The three share slips that are plainly slips, so their agreement in a doubtful place counts once."""
    shared = [
        ("便民利民", "便民和民"),
        ("统筹安排", "统筹按排"),
        ("根据有关", "根具有关"),
        ("当场记录", "当场纪录"),
        ("行政区域", "行政区城"),
        ("结合本市", "结台本市"),
    ]
    copy = OWN
    for pair in shared:
        copy = copy.replace(*pair)
    copies = [copy.replace("十五日内", "十日内") for _ in range(3)]
    document = only(OWN, *copies)
    text = "".join(a.text for a in document.articles)
    assert all(right in text for right, _ in shared)
    entry = next(e for e in document.apparatus if "十五" in e.reading or "十五" in e.variants[0].reading)
    assert entry.confidence < 0.995  # two consistent stories: not certain


def test_one_printing_and_equal_printings_have_no_apparatus() -> None:
    for texts in ((OWN,), (OWN, OWN), (OWN, OWN.replace("（一）", "(一)").replace("，", "，\n"))):
        document = only(*texts)
        assert document.apparatus == () and len(document.articles) == 6


def test_a_printing_that_has_only_the_end_says_nothing_of_the_beginning() -> None:
    end = OWN[OWN.index("第四条") :]
    whole, part = library(OWN).documents[0].witnesses[0], library(end).documents[0].witnesses[0]
    (collated,), _ = collate([(whole, part)])
    assert [a.number for a in collated.articles] == ["1", "2", "3", "4", "5", "6"]
    assert collated.apparatus == ()


def test_an_amended_version_is_not_collated() -> None:
    amended = (
        OWN.replace("2024年5月1日", "2025年7月1日")
        .replace(
            "应当在每年三月底前公布服务事项，并接受居民监督", "应当每季度公布服务事项和经费使用情况，并在五日内上网公开"
        )
        .replace("第六条", "第六条 违反本条例规定的，由街道办事处责令限期改正；逾期不改正的，给予通报批评。\n\n第七条")
    )
    documents = library(OWN, amended).documents
    assert len(documents) == 2
    assert documents[0].versions == (documents[1].title,) and not documents[0].apparatus


@pytest.mark.parametrize("texts", [("", OWN), (OWN, "测试市社区服务条例\n\n")])
def test_an_empty_printing_changes_nothing(texts: tuple[str, str]) -> None:
    found = library(*texts)
    assert len(found.documents) == 1 and found.documents[0].apparatus == ()


def test_the_bundled_documents(bundled_library: Library) -> None:
    sizes = {}
    for document in bundled_library.documents:
        check_entries(document)
        sizes[document.title] = len(document.apparatus)
        for witness in document.witnesses if document.apparatus else ():
            for own in witness.articles[witness.starts_inside :]:
                rebuilt = letters(as_printed_by(document, witness.siglum, own.number))
                printed = letters(own.text)
                bare = letters(own.text[dateline_length(own.text) :])  # the agency's line is not the document's
                if own is witness.articles[-1]:  # what follows where a page ends is not known to be lacking
                    rebuilt = rebuilt[: len(printed)] if rebuilt.startswith(printed) else rebuilt[: len(bare)]
                assert rebuilt in (printed, bare), (document.title, witness.siglum, own.number)
    assert sizes["关于加强社区工作者队伍建设的意见"] > 30
    assert sizes["生态保护补偿条例"] == 0


def test_reliability_of_the_bundled_pages(bundled_library: Library) -> None:
    slips = {r.siglum: r.slips for r in bundled_library.reliability}
    assert set(slips) == {"000", "001", "002", "003", "004"}
    assert min(slips, key=lambda s: slips[s]) == "004" and all(0 < rate < 50 for rate in slips.values())


def test_the_order_of_the_printings_does_not_matter(bundled_library: Library) -> None:
    turned = build_library(tuple(reversed(bundled_library.pages)))
    for document in bundled_library.documents:
        other = next(d for d in turned.documents if d.title == document.title)
        assert [letters(a.text) for a in other.articles] == [letters(a.text) for a in document.articles]


def test_no_mark_of_structure_reaches_a_text(bundled_library: Library) -> None:
    for document in bundled_library.documents:
        entries: tuple[ApparatusEntry, ...] = document.apparatus
        pieces = [a.text + a.label + a.heading + a.part for a in document.articles]
        pieces += [v.reading for e in entries for v in e.variants]
        assert not any(is_marker(c) for piece in pieces for c in piece)


@pytest.mark.slow
def test_a_hundred_thousand_characters_in_four_printings_take_seconds() -> None:
    body = "\n\n".join(f"第{n}条 " + OWN[60 + n % 40 : 300].replace("\n", "") for n in range(1, 420))
    texts = [f"测试市社区服务条例\n\n{body}".replace("服务事项", f"服务事{w}项", 30) for w in "甲乙丙丁"]
    started = time.process_time()
    library(*texts)
    assert time.process_time() - started < 60


def test_a_list_items_lost_numeral_is_put_back_by_the_others() -> None:
    lost = OWN.replace("（二）当面", "（）当面")
    document = only(OWN, lost, OWN)
    article = document.article("5")
    assert article is not None and "（二）当面反映的" in article.text


def test_a_heading_with_a_slip_is_not_the_number_of_an_article_that_was_lost() -> None:
    own = OWN.replace("第二章 服务", "第四章 服务")
    slipped = own.replace("第四章 服务", "第四音服务").replace("第四条 社区", "社区")
    document = only(own, slipped, own, own)
    assert [a.number for a in document.articles] == ["1", "2", "3", "4", "5", "6"]
    assert all("服务\n" not in a.text and not a.text.endswith("服务") for a in document.articles)


def test_a_heading_read_as_an_article_is_none() -> None:
    document = only(OWN, OWN.replace("第二章 服务", "第二条 服务"), OWN, OWN)
    assert [a.number for a in document.articles] == ["1", "2", "3", "4", "5", "6"]


NOTICE = """关于做好社区服务工作的通知

{addressees}

为做好社区服务工作，现就有关事项通知如下。

一、明确事项
社区居民委员会应当在每年三月底前公布服务事项，并接受居民监督。

二、加强监督
街道办事处统筹安排社区服务，定期听取居民意见。

三、落实责任
各区民政局按职责分工抓好落实，重大情况及时报告。
"""
ADDRESSEES = "各区人民政府，市政府各部门、各直属机构："


@pytest.mark.parametrize(
    "hidden", ["各区人民政府，市政府各部门、各直属机构。", "客区人民政府，市政府各部门、各直属机枸"]
)
def test_addressees_that_one_printing_hides_are_no_text(hidden: str) -> None:
    texts = [NOTICE.format(addressees=line) for line in (ADDRESSEES, hidden, ADDRESSEES, ADDRESSEES, ADDRESSEES)]
    document = only(*texts)
    assert all("直属机" not in article.text for article in document.articles)


def test_lines_of_the_frame_are_those_of_most_of_the_others() -> None:
    hidden = OWN.replace("第二章 服务", "第二音服务")
    printings = [read_printings(Page(f"{k}", f"{k}.txt", text))[0] for k, text in enumerate([OWN, hidden, OWN])]
    frames = frames_of_others(printings)
    assert frames == [(), ("第二章服务",), ()]
    assert frames_of_others(printings[:2]) == [(), ()]
    assert frames_of_others([printings[0], printings[1], printings[1]]) == [(), (), ()]


def test_a_line_that_only_one_of_the_others_has_in_its_frame_is_kept() -> None:
    plain = OWN.replace("适用本条例。", "适用本条例。\n国家鼓励社会力量参与社区服务。")
    document = only(plain, plain.replace("国家鼓励社会力量参与社区服务。", "2024年5月1日"), plain)
    article = document.article("2")
    assert article is not None and "国家鼓励社会力量" in article.text


def test_many_lost_numbers_are_found_in_time_that_grows_with_the_text() -> None:
    from index.numerals import format_numeral

    whole = "\n\n".join(f"第{format_numeral(k)}条 居民第{k}次反映意见的，应当在{k}日内答复。" for k in range(1, 900))
    text = f"测试市意见答复办法\n\n{whole}\n"
    slipped = re.sub(r"第(\S{1,6}[三七])条", r"弟\1条", text)
    started = time.process_time()
    document = only(text, slipped)
    assert len(document.articles) == 899
    assert time.process_time() - started < 20


def test_a_clause_whose_words_stand_nearby_as_well_was_lost_not_added() -> None:
    whole = OWN.replace("并接受居民监督。", "禁止使用外挂式音响设备。特种车辆装有外挂式音响设备的，应当按照规定使用。")
    lost = whole.replace("外挂式音响设备。特种车辆装有外挂式音响设备的，应当按照规定使用。", "。")
    article = only(whole, lost, whole, whole).article("4")
    assert article is not None and "禁止使用外挂式音响设备。特种车辆" in article.text


@pytest.mark.parametrize("count", [1, 2])
def test_an_article_that_others_have_as_a_subtitle_only_is_kept(count: int) -> None:
    subtitle = OWN.replace("测试市社区服务条例\n", "测试市社区服务条例\n\n（本条例自2024年5月1日起施行）\n", 1)
    without = subtitle[: subtitle.index("第六条")]
    assert [a.number for a in only(*[without] * count, OWN).articles] == ["1", "2", "3", "4", "5", "6"]
    document = only(*[subtitle] * count, OWN)
    assert [a.number for a in document.articles] == ["1", "2", "3", "4", "5", "6"]
    assert not [e for e in document.apparatus if e.article == "6"]


OUTLINE = """关于加强社区服务工作的意见

一、明确事项
（一）公布服务事项。社区居民委员会应当在每年三月底前公布服务事项。
（二）听取居民意见。街道办事处定期听取居民意见，统筹安排社区服务。

二、加强监督
（一）接受居民监督。对居民反映的问题，应当在十五日内答复。
（二）严格监督问责。区民政局每年检查一次，检查结果向社会公布。
"""


@pytest.mark.parametrize("slipped", ["（一接受", "(力)接受", "一）接受"])
def test_the_misprinted_number_of_an_outlines_article_is_no_text(slipped: str) -> None:
    whole = only(OUTLINE, OUTLINE)
    document = only(OUTLINE, OUTLINE, OUTLINE, OUTLINE.replace("（一）接受", slipped))
    assert [(a.number, a.text) for a in document.articles] == [(a.number, a.text) for a in whole.articles]


def test_a_date_of_signing_with_two_different_slips_is_no_text() -> None:
    notice = NOTICE.format(addressees=ADDRESSEES) + "\n测试市民政局\n一九九七年一月二十日\n"
    two = notice.replace("一九九七年", "一九九匕年"), notice.replace("七年一", "七黏一")
    document = only(notice, notice, *two)
    assert all("二十日" not in article.text for article in document.articles)
