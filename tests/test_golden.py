"""The bundled documents against reviewed goldens (`tests/golden/*.json`), and what must be true of every article."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from index.library import Library
from index.records import NEWS, Article, Page
from tests.page_samples import numbers

GOLDEN = Path(__file__).parent / "golden"
GOLDEN_NAMES = {
    "关于加强社区工作者队伍建设的意见": "opinion",
    "生态保护补偿条例": "regulation",
    "就《关于加强社区工作者队伍建设的意见》答记者问": "interview",
    "李强签署国务院令 公布《生态保护补偿条例》": "summary",
}


def describe(article: Article) -> dict[str, Any]:
    paragraphs = [[article.text[p.start : p.end][:6], [i.number for i in p.items]] for p in article.paragraphs]
    damages = [[d.kind, article.text[d.start : d.end]] for d in article.damages]
    names = {"number": article.number, "label": article.label, "heading": article.heading, "part": article.part}
    return {**names, "siglum": article.siglum, "paragraphs": paragraphs, "damages": damages, "text": article.text}


def compare_with_golden(name: str, value: Any) -> None:
    """Writes a golden file that is missing; then the test fails until a person has read the file against the page."""
    path = GOLDEN / f"{name}.json"
    if not path.exists():
        path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{path} was missing and is written now: compare it with the page, then run the test again")
    assert value == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("title", "name"), GOLDEN_NAMES.items())
def test_bundled_documents_are_as_reviewed(bundled_library: Library, title: str, name: str) -> None:
    document = bundled_library.find(title)
    frame = {
        k: getattr(document, k) for k in ("title", "headline", "kind", "grammar", "issuer", "date", "effective_date")
    }
    witnesses = [[w.siglum, w.starts_inside, [a.number for a in w.articles]] for w in document.witnesses]
    compare_with_golden(name, {**frame, "witnesses": witnesses, "articles": [describe(a) for a in document.articles]})


def test_bundled_news_are_as_reviewed(bundled_library: Library) -> None:
    news = [d for d in bundled_library.documents if d.kind == NEWS]
    rows = [
        [
            d.title,
            [w.siglum for w in d.witnesses],
            [len(a.paragraphs) for a in d.articles],
            sum(len(a.text) for a in d.articles),
        ]
        for d in news
    ]
    compare_with_golden("news", rows)


def test_the_table_of_the_design(bundled_library: Library) -> None:
    found = {d.title: numbers(d) for d in bundled_library.documents if d.kind != NEWS}
    assert found == {
        "关于加强社区工作者队伍建设的意见": ["导语", "总体要求", *map(str, range(1, 18))],
        "生态保护补偿条例": [str(n) for n in range(1, 34)],
        "就《关于加强社区工作者队伍建设的意见》答记者问": ["导语", *map(str, range(1, 10))],
        "李强签署国务院令 公布《生态保护补偿条例》": ["导语", *map(str, range(1, 7))],
    }


def letters(text: str) -> str:
    """Letters and digits, without the numbers that a parser takes off or puts back at a line's beginning."""
    return re.sub(r"[\W_]", "", re.sub(r"(?m)^(?:- |（[一二三四五六七八九十]+）|答[：:]|问[：:])", "", text))


def test_every_article_points_at_its_own_words(bundled_library: Library) -> None:
    pages: dict[str, Page] = {p.siglum: p for p in bundled_library.pages}
    for document in bundled_library.documents:
        for witness in document.witnesses:
            source = pages[witness.siglum].text
            for article in witness.articles:
                assert all(0 <= s.start < s.end <= len(source) for s in article.spans)
                printed = letters("\n".join(source[s.start : s.end] for s in article.spans))
                for line in article.text.split("\n"):
                    assert letters(line) in re.sub(r"[一二三四五六七八九十]是", lambda m: m[0], printed), (
                        article.number,
                        line,
                    )


def test_paragraphs_cover_the_text(bundled_library: Library) -> None:
    for document in bundled_library.documents:
        for article in document.articles:
            assert "\n".join(article.text[p.start : p.end] for p in article.paragraphs) == article.text
            for paragraph in article.paragraphs:
                assert all(paragraph.start < i.start < i.end <= paragraph.end for i in paragraph.items)
            assert all(0 <= d.start < d.end <= len(article.text) for d in article.damages)
