"""The lexicon: one table, weights that share themselves out, and a user's own file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import lay_words
from index.errors import InputError


@pytest.fixture
def fresh() -> Iterator[None]:
    """Forgets what was read, before and after."""
    for cached in (lay_words.lay_words, lay_words._pattern):
        cached.cache_clear()
    yield
    for cached in (lay_words.lay_words, lay_words._pattern):
        cached.cache_clear()


def test_the_lexicon_is_large_and_every_word_stands_for_something() -> None:
    table = lay_words.lay_words()
    assert len(table) > 6000
    assert [word for word, policy in table.items() if not word or not policy] == []


def test_the_longest_word_is_taken_and_the_likeliest_counts_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lay_words, "lay_words", lambda: {"工资": ("薪酬",), "涨工资": ("调整", "动态")})
    lay_words._pattern.cache_clear()
    assert lay_words.expand("啥时候涨工资") == (("涨工资", ("调整", "动态")),)
    weights = lay_words.weighted_expansion("啥时候涨工资")
    assert weights == {"调整": pytest.approx(2**-0.5), "动态": pytest.approx(2**-0.5 / 1.25)}
    lay_words._pattern.cache_clear()


def test_a_users_own_words_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None) -> None:
    own = tmp_path / "我的词.txt"
    own.write_text("# 本地叫法\n工资 饷银 => 工分\n", encoding="utf-8")
    monkeypatch.setenv(lay_words.SETTING, str(own))
    assert lay_words.lay_words()["饷银"] == ("工分",)
    assert lay_words.lay_words()["工资"][0] == "工分" and len(lay_words.lay_words()["工资"]) > 1


@pytest.mark.parametrize("line", ["工资 薪酬", "=> 薪酬", "工资 =>"])
def test_a_broken_line_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None, line: str) -> None:
    own = tmp_path / "词.txt"
    own.write_text(f"# 注\n{line}\n", encoding="utf-8")
    monkeypatch.setenv(lay_words.SETTING, str(own))
    with pytest.raises(InputError, match="第 2 行"):
        lay_words.lay_words()


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch, fresh: None) -> None:
    monkeypatch.setenv(lay_words.SETTING, "/没有/词.txt")
    with pytest.raises(InputError, match="词表读不出来"):
        lay_words.lay_words()
