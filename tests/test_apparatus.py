"""An apparatus for programs, at a terminal and as a page: one invented rule in three printings, five places."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from dataclasses import replace
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree
from typer.testing import CliRunner

from assistant import cli
from assistant.apparatus import describe_apparatus, describe_coverage, list_places
from assistant.apparatus_html import render_page, write_page
from assistant.apparatus_parallel import locate_readings
from assistant.apparatus_text import print_apparatus
from index.errors import InputError
from index.library import Library
from index.records import ApparatusEntry, Article, Damage, Document, Reading, Reliability, Witness

Segment = str | tuple[str, dict[str, str], float]
"""Text that all have; or the chosen reading, what some printings have instead, and the confidence."""

SIGLA = ("010", "011", "012")
LOST = "因参加抢险救灾不能按期归还的，凭所在单位证明可以免收逾期费，并由图书馆登记备查；" * 2
ARTICLES: dict[str, list[Segment]] = {
    "1": [
        "读者每次可以借阅图书",
        ("五册", {"012": "王册"}, 0.99),
        "，借阅期限为三十日。\n逾期归还的，",
        ("按日", {"011": ""}, 0.93),
        "收取逾期费；",
        (LOST, {"010": ""}, 0.97),
        "情节严重的，停止借阅。",
    ],
    "2": [
        "转借图书须",
        ("", {"012": "经"}, 0.6),
        "报市图书馆批准，填写",
        ("<b>转借单</b>", {"010": "<script>转借</script>", "012": "转借 & 单"}, 0.5),
        "。",
    ],
}


def readings_of(segment: Segment) -> tuple[str, dict[str, str], float]:
    return (segment, {}, 1.0) if isinstance(segment, str) else segment


def text_of(number: str, siglum: str = "") -> str:
    return "".join(others.get(siglum, chosen) for chosen, others, _ in map(readings_of, ARTICLES[number]))


def article(number: str, text: str, **more: Any) -> Article:
    return Article("d1", number, f"第{number}条 <规则> & 甲", "", "", text, **more)


def entries() -> list[ApparatusEntry]:
    found = []
    for number, segments in ARTICLES.items():
        offset = 0
        for chosen, others, confidence in map(readings_of, segments):
            if others:
                support = tuple(s for s in SIGLA if s not in others)
                variants = tuple(Reading(reading, (s,)) for s, reading in others.items())
                reasons = ("形近", "<i>脱字</i>")
                found.append(
                    ApparatusEntry(number, offset, len(chosen), chosen, support, variants, confidence, reasons)
                )
            offset += len(chosen)
    return found


def witness(siglum: str) -> Witness:
    articles = tuple(article(number, text_of(number, siglum)) for number in ARTICLES)
    return Witness(siglum, "示例办法", "示例办法", "law", articles)


DOCUMENT = Document(
    id="d1",
    title="示例<script>alert(1)</script>办法",
    headline="示例办法",
    kind="document",
    grammar="law",
    articles=tuple(article(number, text_of(number)) for number in ARTICLES),
    base="011",
    witnesses=tuple(witness(siglum) for siglum in SIGLA),
    apparatus=tuple(reversed(entries())),  # the order of the text is not taken for granted
    versions=("示例办法（2019）",),
)
RELIABILITY = (
    Reliability("010", 3.26, 400, (("012", 0.35),)),
    Reliability("011", 1.0, 400),
    Reliability("012", 8.0, 0),
)
DAMAGE = Damage("cut_off", 5, 9, "这句话被截断")
SINGLE = replace(
    DOCUMENT,
    articles=(replace(DOCUMENT.articles[0], damages=(DAMAGE,)), DOCUMENT.articles[1]),
    witnesses=DOCUMENT.witnesses[:1],
    apparatus=(),
    versions=(),
)
ALIKE = replace(DOCUMENT, apparatus=(), versions=())


def printed(document: Document, doubtful_only: bool = False) -> str:
    out = StringIO()
    print_apparatus(document, RELIABILITY, out, doubtful_only)
    return out.getvalue()


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def test_json_is_the_contracts() -> None:
    rows = json.loads(json.dumps(describe_apparatus(DOCUMENT)))
    assert [(row["article"], row["reading"][:2]) for row in rows] == [
        ("1", "五册"),
        ("1", "按日"),
        ("1", "因参"),
        ("2", ""),
        ("2", "<b"),
    ]
    assert rows[0] == {
        "article": "1",
        "offset": 10,
        "length": 2,
        "reading": "五册",
        "support": ["010", "011"],
        "variants": [{"reading": "王册", "support": ["012"]}],
        "confidence": 0.99,
        "reasons": ["形近", "<i>脱字</i>"],
        "label": "第1条 <规则> & 甲",
        "context_before": "每次可以借阅图书",
        "context_after": "，借阅期限为三十",
    }
    for row in rows:
        text = next(a.text for a in DOCUMENT.articles if a.number == row["article"])
        place = slice(row["offset"], row["offset"] + row["length"])
        assert text[place] == row["reading"]
        assert text[: place.start].endswith(row["context_before"]) and text[place.stop :].startswith(
            row["context_after"]
        )
    assert [row["confidence"] for row in describe_apparatus(DOCUMENT, doubtful_only=True)] == [0.6, 0.5]


def test_the_columns_of_a_place_stand_under_each_other() -> None:
    blocks = re.findall(r"^ +\d+\. .*\n((?:  [取异] .*\n)+)", printed(DOCUMENT), re.MULTILINE)
    assert [block.count("\n") for block in blocks] == [2, 2, 2, 2, 3]
    for block in blocks:
        lines = block.splitlines()
        assert [line[2] for line in lines] == ["取", *"异" * (len(lines) - 1)]
        assert len({columns(line[: line.index("【")]) for line in lines}) == 1
        assert len({columns(line) for line in lines}) == 1  # the context after the reading ends alike
        assert len({line[line.index("】") + 1 :].strip() for line in lines}) == 1
    assert "【五册】" in blocks[0] and "【王册】" in blocks[0] and "【∅】" in blocks[1]
    assert "\n逾期" not in blocks[1] and "↵逾期归还的，【按日】" in blocks[1]


def test_a_long_reading_is_folded_and_readings_that_differ_inside_are_not_made_alike() -> None:
    assert LOST not in printed(DOCUMENT) and f"…（共{len(LOST)}字）…" in printed(DOCUMENT)
    entry = next(e for e in DOCUMENT.apparatus if e.reading == LOST)
    middle = LOST[:40] + "不" + LOST[41:]
    inside = replace(DOCUMENT, apparatus=(replace(entry, variants=(Reading(middle, ("010",)),)),))
    assert LOST in printed(inside) and middle in printed(inside)


def test_the_head_says_what_was_compared_and_how_reliable_it_is() -> None:
    text = printed(DOCUMENT)
    for words in (
        "异文 5 处，其中存疑（可信度低于 80%）2 处",
        "刊本 010：1—2（2 条）；估计每千字讹误 3.3 处（比对 400 字）；错处有 35% 与 012 相同",
        "刊本 012：1—2（2 条）；讹误率无从估计",
        "《示例办法（2019）》",
        "可靠 99%",
        "较可靠 93%",
        "存疑 60%",
        "第1条 <规则> & 甲",
    ):
        assert words in text, words
    assert text.count("正文多从此本") == 1


def test_only_the_doubtful_places_keep_their_numbers() -> None:
    text = printed(DOCUMENT, doubtful_only=True)
    assert re.findall(r"^ +(\d+)\. ", text, re.MULTILINE) == ["4", "5"]
    assert "异文 5 处" in text and "第1条" not in text


def test_one_printing_cannot_be_collated_and_shows_its_damages() -> None:
    text = printed(SINGLE)
    assert "只有一个刊本，无从对校" in text and "截断——这句话被截断" in text
    assert "读者每次可【以借阅图】书五册" in text
    assert describe_apparatus(SINGLE) == []
    whole = replace(SINGLE, articles=DOCUMENT.articles)
    assert "没有发现损坏" in printed(whole) and "没有发现损坏" in render_page(whole, ())
    assert "这句话被截断" in render_page(SINGLE, ())
    assert "3 个刊本文字相同，没有异文" in printed(ALIKE) and "没有异文" in render_page(ALIKE, ())


@pytest.mark.parametrize(
    ("numbers", "starts_inside", "expected"),
    [
        (["导语", "1", "2", "3", "5"], False, "导语、1—3、5（5 条）"),
        (["9", "10", "12之一"], True, "9—10、12之一（3 条；开头不全）"),
        ([], False, "无条文（0 条）"),
    ],
)
def test_what_a_printing_has(numbers: list[str], starts_inside: bool, expected: str) -> None:
    articles = tuple(article(number, "甲") for number in numbers)
    assert describe_coverage(Witness("010", "", "", "law", articles, starts_inside=starts_inside)) == expected


def test_each_printing_has_its_readings_marked_where_they_stand() -> None:
    for siglum in SIGLA:
        for collated in DOCUMENT.articles:
            places = [p for p in list_places(DOCUMENT) if p.entry.article == collated.number]
            own, offset, expected = text_of(collated.number, siglum), 0, []
            for chosen, others, _ in map(readings_of, ARTICLES[collated.number]):
                reading = others.get(siglum, chosen)
                if others:
                    expected.append((offset, offset + len(reading)))
                offset += len(reading)
            assert [(p.start, p.end) for p in locate_readings(siglum, own, collated.text, places)] == expected


def test_readings_are_found_in_a_printing_that_begins_late_and_is_spaced_otherwise() -> None:
    collated = DOCUMENT.articles[0].text
    places = [p for p in list_places(DOCUMENT) if p.entry.article == "1"]
    late = text_of("1", "011")[16:].replace("逾期费", "逾 期 费").replace("；", ";")
    found = locate_readings("011", late, collated, places)
    assert [late[p.start : p.end] for p in found][:1] == [""]
    assert late[: found[0].start].endswith("逾期归还的，") and found[0].rank == 1
    unrecorded = "（以下略）本馆另有规定的从其规定。" + text_of("1", "012")
    found = locate_readings("012", unrecorded, collated, places)
    assert [unrecorded[p.start : p.end] for p in found] == ["王册", "按日", LOST]
    assert locate_readings("012", "另一份文件的文字，与此无关。", collated, places) == []


def test_places_close_together_and_at_the_very_end_are_found() -> None:
    def places_at(text: str, *changes: tuple[int, str]) -> Document:
        made = tuple(
            ApparatusEntry("1", at, 1, text[at], ("011",), (Reading(other, ("010",)),), 0.9) for at, other in changes
        )
        return replace(DOCUMENT, articles=(article("1", text),), apparatus=made)

    close = places_at("一甲二乙三丙四", (1, ""), (3, "己"), (5, "丙丙"))
    found = locate_readings("010", "一二己三丙丙四", close.articles[0].text, list_places(close))
    assert [(p.start, p.end) for p in found] == [(1, 1), (2, 3), (4, 6)]
    last = places_at("图书由馆员负责保管甲", (9, "乙"))
    own = "另有一段未记录的话，图书由馆员负责保管乙"
    assert [(p.start, p.end) for p in locate_readings("010", own, last.articles[0].text, list_places(last))] == [
        (19, 20)
    ]


def test_the_page_is_well_formed_escaped_and_asks_for_nothing() -> None:
    page = render_page(DOCUMENT, RELIABILITY)
    root = etree.fromstring(page.removeprefix("<!DOCTYPE html>").encode())  # as strict as XML
    assert len(root.findall(".//script")) == 1 and not root.findall(".//b")
    assert "".join(root.find(".//h1").itertext()) == "《示例<script>alert(1)</script>办法》校勘记"
    assert re.findall(r"""(?:src|href)\s*=\s*["'](?!#)|url\(|@import|https?:""", page) == []
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    links = [element.get("href")[1:] for element in root.iter("a")]
    assert set(links) <= set(ids) and {f"{kind}{n}" for kind in "pn" for n in range(1, 6)} <= set(ids)
    texts = ["".join(element.itertext()) for element in root.findall(".//div[@class='text']")]
    assert texts == [a.text for a in DOCUMENT.articles]  # the marks add nothing to what is copied
    doubtful = [a.get("id") for a in root.iter("a") if "doubtful" in a.get("class", "").split()]
    assert doubtful == ["p4", "p5"]


def test_the_page_shows_every_printing_beside_the_others() -> None:
    root = etree.fromstring(render_page(DOCUMENT, RELIABILITY).removeprefix("<!DOCTYPE html>").encode())
    tables = root.findall(".//details[@class='parallel']")
    assert len(tables) == 2
    cells = [[("".join(td.itertext()), [m.text or "" for m in td.iter("mark")]) for td in t.iter("td")] for t in tables]
    assert [text for text, _ in cells[0]] == [text_of("1", siglum) for siglum in SIGLA]
    assert [marks for _, marks in cells[0]] == [["五册", "按日", ""], ["五册", "", LOST], ["王册", "按日", LOST]]
    assert cells[1][0][1] == ["", "<script>转借</script>"]
    lacking = replace(DOCUMENT, witnesses=(*DOCUMENT.witnesses[:2], replace(DOCUMENT.witnesses[2], articles=())))
    assert render_page(lacking, ()).count("此本缺这一条") == 2


def test_control_characters_steer_neither_terminal_nor_page() -> None:
    hostile = replace(DOCUMENT, title="甲\x1b[31m\x00乙")
    assert "\x1b" not in printed(hostile) and "甲�[31m�乙" in printed(hostile)
    etree.fromstring(render_page(hostile, ()).removeprefix("<!DOCTYPE html>").encode())


def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="是文件夹"):
        write_page(tmp_path, DOCUMENT, RELIABILITY)
    with pytest.raises(InputError, match="没有文件夹"):
        write_page(tmp_path / "无" / "a.html", DOCUMENT, RELIABILITY)
    with pytest.raises(InputError, match="写不进去"):
        write_page(tmp_path / ("长" * 200 + ".html"), DOCUMENT, RELIABILITY)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `policyqa collate 示例 …` in this process over the invented rule."""
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    library = SimpleNamespace(find=Library((DOCUMENT,)).find, reliability=RELIABILITY)
    monkeypatch.setattr(cli, "_searcher", lambda index: SimpleNamespace(library=library))
    return lambda *arguments: CliRunner().invoke(cli.app, ["collate", *map(str, arguments)])


def test_the_command_prints_json_text_or_a_page(run: Any, tmp_path: Path) -> None:
    assert json.loads(run("示例", "--json").stdout) == describe_apparatus(DOCUMENT)
    assert len(json.loads(run("示例", "--json", "--doubtful").stdout)) == 2
    text = run("示例")
    assert text.exit_code == 0 and text.stdout == printed(DOCUMENT)
    assert "\x1b" not in text.stdout and "【五册】" in text.stdout
    file = tmp_path / "校勘 记.html"
    both = run("示例", "--html", file, "--json")
    assert json.loads(both.stdout) and file.read_text(encoding="utf-8") == render_page(DOCUMENT, RELIABILITY)
    assert "异文 5 处" in run("示例", "--html", file).stdout
    assert isinstance(run("没有的文件").exception, InputError)
    assert isinstance(run("示例", "--html", tmp_path).exception, InputError)


def test_a_terminal_gets_colours_unless_it_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    def shown() -> str:
        out = Terminal()
        print_apparatus(DOCUMENT, RELIABILITY, out)
        return out.getvalue()

    assert "\x1b[1;32m" in shown() and "\x1b[31m" in shown()
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
    assert not re.search(r"\x1b\[[\d;]*3[0-7]m", shown())
