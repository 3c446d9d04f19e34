"""Where printings differ inside a quotation the answer says so: offsets hold, marks alone are no difference."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

import pytest

from assistant import cli
from assistant.answer import Assistant
from assistant.batch import BatchLine, run_batch
from assistant.caveats import caveats, decides, dispute_caveat
from assistant.llm import ModelWriter
from assistant.question import analyse
from assistant.reading import describe_document
from assistant.records import Citation
from assistant.seams import Writer
from assistant.variants import disputed_places, explain, variants_within
from assistant.web.texts_api import describe_article as describe_for_api
from index.records import ApparatusEntry, Article, Damage, Document, Reading
from tests.small_library import RULES, default_encoder, searcher_over, small_library

TEXT = "考核每年1次，结果与岗位等级挂钩，优进绌退，并报1.5级机关。"
ARTICLE = Article("d", "9", "第9条", "", "", TEXT)
LOAN = "读者不得转借图书；因教学确需转借的，报市图书馆批准。"
PERIOD = "读者每次可以借阅图书五册，借阅期限为三十日。"


def entry_at(
    text: str,
    words: str,
    *others: tuple[str, Sequence[str]],
    number: str = "9",
    confidence: float = 0.95,
    after: str = "",
) -> ApparatusEntry:
    """An entry for the first `words` of `text`; a gap stands behind `after`."""
    offset = text.index(words) if words else text.index(after) + len(after)
    variants = tuple(Reading(reading, tuple(sigla)) for reading, sigla in others)
    return ApparatusEntry(number, offset, len(words), words, ("004",), variants, confidence)


def document_with(*entries: ApparatusEntry, article: Article = ARTICLE) -> Document:
    return Document("d", "某办法", "某办法", "document", "law", (article,), "004", apparatus=entries)


def assistant_with(*entries: ApparatusEntry, writer: Writer | None = None) -> Assistant:
    """The invented borrowing rules, disputed at the places of `entries`."""
    library = small_library()
    documents = tuple(replace(d, apparatus=entries) if d.title == RULES else d for d in library.documents)
    return Assistant(searcher_over(replace(library, documents=documents)), default_encoder(), writer)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            entry_at(TEXT, "优进绌退", ("优胜劣汰", ["000", "001"]), ("优胜绌退", ["002"])),
            "“优进绌退”，刊本 000、001 作“优胜劣汰”，002 作“优胜绌退”，本文据 004。",
        ),
        (entry_at(TEXT, "绌", ("细", ["000"])), "“优进绌退”，刊本 000 作“优进细退”，本文据 004。"),
        (entry_at(TEXT, "岗位", ("", ["000"])), "刊本 000 缺“岗位”二字，本文据 004。"),
        (entry_at(TEXT, "级", ("", ["000"])), "“位等级挂钩”，刊本 000 缺“级”一字，本文据 004。"),
        (entry_at(TEXT, "结果与岗位等级挂钩，", ("", ["000"])), "刊本 000 缺“结果与岗位等级挂钩，”，本文据 004。"),
        (entry_at(TEXT, "", ("以上", ["002"]), after="1.5级"), "“5级”后，刊本 002 多“以上”二字，本文据 004。"),
        (
            entry_at(TEXT, "优进绌退", ("优胜劣汰", ["000"]), confidence=0.6),
            "各刊本不一：000 作“优胜劣汰”；暂取“优进绌退”（据 004），请核对原件。",
        ),
        (
            entry_at(TEXT, "", ("以上", ["002"]), after="1.5级", confidence=0.6),
            "各刊本不一：“5级”后，002 多“以上”二字；暂不取（据 004），请核对原件。",
        ),
        (
            replace(entry_at(TEXT, "优进绌退", ("优进屈退", ["000"])), support=()),
            "“优进绌退”，刊本 000 作“优进屈退”，本文据上下文校正。",
        ),
    ],
)
def test_each_kind_of_difference_has_its_sentence(entry: ApparatusEntry, sentence: str) -> None:
    assert explain(entry, TEXT) == sentence


def test_a_long_reading_is_shown_by_its_two_ends() -> None:
    entry = entry_at(TEXT, "优进绌退", ("坚持" * 20, ["000"]))
    assert "坚持坚持坚持坚持坚持……坚持坚持坚持坚持坚持" in explain(entry, TEXT)
    assert len(explain(entry, TEXT)) < 60


@pytest.mark.parametrize(
    ("words", "other", "matters"),
    [
        ("，优进绌退", "。优进绌退", False),
        ("，", "", False),
        ("优进绌退", "“优进绌退”", False),
        ("1次", "１ 次", False),
        ("等级", "等\n级", False),
        (".", "", True),  # 1.5 -> 15
        ("1.5", "1,5", True),
        ("1次", "2次", True),
        ("优进绌退", "优胜劣汰", True),
    ],
)
def test_only_what_changes_the_sense_is_a_variant_for_readers(words: str, other: str, matters: bool) -> None:
    document = document_with(entry_at(TEXT, words, (other, ["000"])))
    assert bool(variants_within(document, ARTICLE, 0, len(TEXT))) is matters
    assert len(describe_document(document)["articles"][0]["variants"]) == 1  # the apparatus keeps it


def test_of_several_readings_only_those_of_substance_are_told() -> None:
    document = document_with(entry_at(TEXT, "优进绌退", ("“优进绌退”", ["000"]), ("优胜劣汰", ["001"])))
    (variant,) = variants_within(document, ARTICLE, 0, len(TEXT))
    assert variant.variants == ("优胜劣汰",) and "000" not in variant.note


def test_an_entry_counts_where_it_has_a_character_in_the_quotation() -> None:
    words = entry_at(TEXT, "优进绌退", ("优胜劣汰", ["000"]))
    gap = entry_at(TEXT, "", ("以上", ["002"]), after="1.5级")
    for entry in (words, gap):
        document, first, last = document_with(entry), entry.offset, entry.offset + entry.length
        for start in range(len(TEXT)):
            for end in range(start + 1, len(TEXT) + 1):
                inside = start < first < end if entry is gap else any(first <= c < last for c in range(start, end))
                assert bool(variants_within(document, ARTICLE, start, end)) is inside, (start, end)


def test_places_come_in_reading_order_and_only_where_their_words_stand() -> None:
    late, early = entry_at(TEXT, "优进绌退", ("优胜劣汰", ["0"])), entry_at(TEXT, "每年", ("每月", ["0"]))
    wrong = replace(early, offset=early.offset + 1)  # its reading does not stand there
    elsewhere = replace(early, article="8")
    document = document_with(late, wrong, elsewhere, early, replace(early, offset=999))
    assert disputed_places(document, ARTICLE) == (early, late)


def test_a_citation_carries_its_variants_and_batch_json_has_the_contracts_shape() -> None:
    other = entry_at(LOAN, "市图书馆", ("区图书馆", ["900", "901"]), number="4")
    outside = entry_at(PERIOD, "五册", ("六册", ["900"]), number="3")
    out = io.StringIO()
    run_batch(assistant_with(other, outside), [BatchLine("q1", "谁批准转借图书？", ())], out, io.StringIO())
    answer = json.loads(out.getvalue())
    citation = answer["citations"][0]
    article = small_library().documents[0].article(citation["article"])
    assert article is not None and article.text[citation["start"] : citation["end"]] == citation["quote"] == LOAN
    assert citation["variants"] == [
        {
            "reading": "市图书馆",
            "variants": ["区图书馆"],
            "note": "“市图书馆”，刊本 900、901 作“区图书馆”，本文据 004。",
        }
    ]
    assert answer["notices"] == ["“市图书馆”一处各刊本不同：900、901 作“区图书馆”；本文据 004。"]


def test_what_a_model_cites_carries_its_variants_too() -> None:
    claim = {"text": "不行，教学确需的要报市图书馆批准。", "source": "A1", "quote": "报市 图书馆批准。"}
    reply = json.dumps({"answerable": True, "claims": [claim]}, ensure_ascii=False)
    entries = (
        entry_at(LOAN, "不得", ("可以", ["900"]), number="4"),
        entry_at(LOAN, "市", ("区", ["901"]), number="4", confidence=0.5),
    )
    answer = assistant_with(
        *entries,
        writer=ModelWriter(
            SimpleNamespace(complete=lambda system, user: reply, stream=lambda system, user: iter([reply]))
        ),
    ).ask("读者可以转借图书吗？")
    (citation,) = answer.citations
    assert (answer.mode, citation.quote) == ("llm", "报市图书馆批准。")
    assert [(v.reading, v.variants) for v in citation.variants] == [("市", ("区",))]  # 不得 is not quoted
    assert LOAN[citation.start : citation.end] == citation.quote
    assert answer.notices == ("“报市图书”一处各刊本不一：901 作“报区图书”；暂取此文（据 004），请核对原件。",)


def test_the_command_line_tells_them_under_citation_and_article(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assistant = assistant_with(entry_at(LOAN, "市图书馆", ("区图书馆", ["900"]), number="4"))
    monkeypatch.setattr(cli, "_assistant", lambda index: assistant)
    monkeypatch.setattr(cli, "_searcher", lambda index: assistant.searcher)
    note = "异文：“市图书馆”，刊本 900 作“区图书馆”，本文据 004。"
    cli.ask("谁批准转借图书？", batch=None, as_json=False, index=None)
    lines = capsys.readouterr().out.splitlines()
    cited = next(i for i, line in enumerate(lines) if line.startswith("[1] "))
    assert lines[cited + 1] == f"    {note}"
    cli.show(RULES, "4", as_json=False, index=None)
    assert capsys.readouterr().out.splitlines()[-1] == note
    cli.show(RULES, "4", as_json=True, index=None)
    (shown,) = json.loads(capsys.readouterr().out)["variants"]
    assert (shown["reading"], shown["variants"]) == ("市图书馆", [{"reading": "区图书馆", "support": ["900"]}])


def test_without_an_apparatus_nothing_is_said() -> None:
    answer = assistant_with().ask("谁批准转借图书？")
    assert answer.citations[0].variants == () and answer.notices == ()


@pytest.mark.parametrize(
    ("question", "words", "other", "confidence", "told"),
    [
        ("借阅期限是多少天？", "三十", "二十", 0.95, True),  # the amount asked for
        ("借阅期限是多少天？", "图书", "书刊", 0.95, False),
        ("借阅期限是多少天？", "图书", "书刊", 0.79, True),  # doubtful: told wherever it stands
        ("读者可以借阅图书吗？", "可以", "不得", 0.95, True),
        ("读者可以借阅图书吗？", "三十", "二十", 0.95, False),
        ("借阅期限是多少天？", "三十日。", "三十日，", 0.5, False),  # a mark alone
    ],
)
def test_one_sentence_where_the_deciding_words_are_disputed(
    question: str, words: str, other: str, confidence: float, told: bool
) -> None:
    entry = entry_at(PERIOD, words, (other, ["900"]), number="3", confidence=confidence)
    answer = assistant_with(entry).ask(question)
    assert answer.citations[0].article == "3"
    assert [words in notice for notice in answer.notices] == [True] * told


def test_of_several_disputed_places_the_most_important_is_told() -> None:
    entries = (
        entry_at(PERIOD, "图书", ("书刊", ["900"]), number="3", confidence=0.5),
        entry_at(PERIOD, "三十", ("二十", ["900"]), number="3", confidence=0.9),
    )
    answer = assistant_with(*entries).ask("借阅期限是多少天？")
    assert len(answer.citations[0].variants) == 2
    assert answer.notices == ("“三十”一处各刊本不同：900 作“二十”；本文据 004。",)


@pytest.mark.parametrize(
    ("question", "text", "words", "after", "other", "decisive"),
    [
        ("谁来批准？", "报县级民政部门批准。", "民政", "", "财政", True),
        ("谁来批准？", "报县级政府批准。", "", "县级", "以上", True),
        ("谁来批准？", "不得随意借调社区工作者。", "随意借调", "", "任意抽调", False),
        ("能不能借调？", "不得借调；确需借调的，报县级民政部门批准。", "民政", "", "财政", True),
        ("能不能借调？", "不得随意借调社区工作者。", "随意", "", "任意", False),
        ("工作报酬由谁发？", "不得拖欠报酬补贴。", "补贴", "", "津贴", False),
        ("能不能借调？", "得借调社区工作者。", "", "", "不", True),  # only the other printing forbids
        ("培训由谁组织，多久一次？", "每年培训一次。", "每", "", "三", True),
        ("考核结果怎么用？", "挂钩，优进绌退。", "优进绌退", "", "优胜劣汰", True),
        ("考核结果怎么用？", "挂钩，优进绌退。", "绌", "", "细", False),
        ("第九条讲什么？", "挂钩，优进绌退。", "优进绌退", "", "优胜劣汰", False),
    ],
)
def test_which_places_decide(question: str, text: str, words: str, after: str, other: str, decisive: bool) -> None:
    entry = entry_at(text, words, (other, ["000"]), after=after)
    assert decides(analyse(question), entry, text, 0, len(text), is_main=True) is decisive


def test_a_dispute_that_the_apparatus_tells_is_not_told_as_damage_again() -> None:
    entry = entry_at(PERIOD, "三十", ("二十", ["900"]), number="3", confidence=0.5)
    for apparatus, sentences in (((entry,), 1), ((), 1)):
        library = assistant_with(*apparatus).library
        (document,) = (d for d in library.documents if d.title == RULES)
        offset = PERIOD.index("三十")
        damage = Damage("disputed", offset, offset + 2, "“三十”与说明不一致")
        articles = tuple(replace(a, damages=(damage,)) if a.number == "3" else a for a in document.articles)
        damaged = replace(library, documents=(replace(document, articles=articles),))
        answer = assistant_with(*apparatus).ask("借阅期限是多少天？")
        told = caveats(damaged, analyse("借阅期限是多少天？"), answer.citations)
        assert len(told) == sentences
        assert ("各刊本不一" in told[0]) is bool(apparatus)


def test_an_article_for_programs_has_its_whole_apparatus_and_no_other() -> None:
    mine, other = entry_at(TEXT, "，", ("。", ["000"])), entry_at(TEXT, "每年", ("每月", ["0"]), number="8")
    document = document_with(mine, other)
    expected = {
        "article": "9", "offset": 6, "length": 1, "reading": "，", "support": ("004",),
        "variants": ({"reading": "。", "support": ("000",)},), "confidence": 0.95, "reasons": (),
    }  # fmt: skip
    assert describe_for_api(document, ARTICLE)["variants"] == [expected]
    assert describe_document(document)["articles"][0]["variants"] == [expected]
    json.dumps(expected, ensure_ascii=False)


def test_a_doubt_in_a_second_citation_is_told_only_where_it_decides() -> None:
    entries = [
        entry_at(PERIOD, words, (other, ["900"]), number="3", confidence=0.5)
        for words, other in (("图书", "书刊"), ("三十", "二十"))
    ]
    main = Citation(1, RULES, "4", "第4条", LOAN, 0, len(LOAN))
    second = Citation(2, RULES, "3", "第3条", PERIOD, 0, len(PERIOD))
    question = analyse("借阅期限是多少天？")
    for entry, told in zip(entries, (False, True), strict=True):
        library = assistant_with(entry).library
        assert bool(dispute_caveat(library, question, (main, second))) is told
        assert dispute_caveat(library, question, (second, main))
