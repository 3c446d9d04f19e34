"""Text to words and character pairs: what BM25 counts and the default embedding adds up.

Words are jieba's search mode (长词 and the dictionary words inside them); character pairs catch what its dictionary
lacks, such as 优绌. Everything is compared after NFKC, lower case and simplification, so full-width “１２Ａ” and “12a”
are one term, and 補貼 and 补贴.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from index.simplify import simplified

if TYPE_CHECKING:
    import jieba

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUN = re.compile(rf"[{_HAN}]+|[a-z0-9]+(?:[.\-][a-z0-9]+)*")
_HAN_RUN = re.compile(rf"[{_HAN}]+")

_MERGED = {"zh": "z", "ch": "c", "sh": "s", "ing": "in", "eng": "en", "ang": "an"}
"""Sounds that many speakers, and so their typing, do not tell apart."""
_CONFUSED = re.compile(r"^(?:zh|ch|sh)|(?:ing|eng|ang)$")

# Words that ask, link or soften, but name no subject: they say nothing about which clause is meant.
_STOP_TEXT = """
的 了 着 吗 呢 吧 啊 呀 么 嘛 啦 哦 哈 是 有 在 和 与 及 或 也 都 就 还 又 才 而 但 但是 并 并且 而且 以及
或者 我 你 您 他 她 它 我们 你们 他们 她们 咱 咱们 俺 大家 自己 别人 人家 这 那 这个 那个 这些 那些 这样 那样
这里 那里 这边 那边 什么 啥 怎么 怎样 怎么样 怎么办 如何 咋 咋办 为什么 为何 为啥 哪 哪个 哪些 哪里 哪儿 哪种
几 多少 谁 是否 是不是 能否 可否 有没有 能不能 可不可以 会不会 要不要 对 把 被 给 让 从 到 向 于 以 为 因 由
按 用 跟 同 比 等 等等 之 其 所 者 则 且 能 可 会 要 想 该 应 应该 可以 能够 需要 可能 一个 一下 一些 一种
一样 请问 问 请 您好 你好 谢谢 想问 想问问 知道 告诉 上 下 中 里 后 前 时 时候 不 没 没有 很 太 最 更 再 只 个
来 去 说 做 得 地
"""
STOP_WORDS = frozenset(_STOP_TEXT.split())


def normalise(text: str) -> str:
    """Folds width, compatibility forms and case.

    >>> normalise("第１２条（Ａ）")
    '第12条(a)'
    """
    return unicodedata.normalize("NFKC", text).lower()


@lru_cache(maxsize=4096)  # A build asks for each text six times.
def searched_form(text: str) -> str:
    """What search terms are taken from: folded, in simplified characters. Offsets in it are not those of `normalise`.

    >>> searched_form("補貼２０元")
    '补贴20元'
    """
    return simplified(normalise(text))


@lru_cache(maxsize=1)
def _segmenter() -> jieba.Tokenizer:
    """One segmenter of our own, so that nobody else's `jieba.add_word` changes an index."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    segmenter = jieba.Tokenizer()
    segmenter.initialize()
    return segmenter


def warm() -> None:
    """Loads jieba's dictionary (about one second) before the first question needs it."""
    _segmenter()


def add_terms(terms: Iterable[str]) -> None:
    """Makes `terms` words of the dictionary for this process, e.g. the names of documents and roles.

    Search mode still gives the shorter words inside them, so an index built without them stays usable.
    """
    segmenter = _segmenter()
    for term in terms:
        if len(folded := searched_form(term).strip()) > 1:
            segmenter.add_word(folded)
    words.cache_clear()


@lru_cache(maxsize=4096)  # A build asks for each text twice: once for the vectors, once for BM25.
def words(text: str) -> tuple[str, ...]:
    """The words of `text` in reading order, long words together with the dictionary words inside them.

    >>> words("补贴２０元")
    ('补贴', '20', '元')
    """
    segmenter = _segmenter()
    found: list[str] = []
    for run in _RUN.findall(searched_form(text)):
        found += segmenter.cut_for_search(run, HMM=False) if _HAN_RUN.match(run) else [run]
    return tuple(found)


def word_edges(text: str) -> set[int]:
    """Offsets at which a word of `text` begins or ends; signs are words of one character.

    >>> sorted(word_edges("县级党委"))
    [0, 2, 4]
    """
    edges = {0}
    for word in _segmenter().cut(text, HMM=False):
        edges.add(max(edges) + len(word))
    return edges


def character_pairs(text: str) -> list[str]:
    """Every two neighbouring Chinese characters, never across punctuation.

    >>> character_pairs("优绌。劣汰")
    ['优绌', '劣汰']
    """
    return [run[i : i + 2] for run in _HAN_RUN.findall(searched_form(text)) for i in range(len(run) - 1)]


def characters(text: str) -> list[str]:
    """Every Chinese character.

    >>> characters("补贴20元")
    ['补', '贴', '元']
    """
    return [character for run in _HAN_RUN.findall(searched_form(text)) for character in run]


def sounds(text: str) -> list[str]:
    """How every two neighbouring characters sound, without tones and easily confused sounds: a slip of the input method
    keeps them.

    >>> sounds("确权登记") == sounds("确全登纪")
    True
    """
    found: list[str] = []
    for run in _HAN_RUN.findall(searched_form(text)):
        heard = [_sound(character) for character in run]
        found += [f"{a}'{b}" for a, b in pairwise(heard)]
    return found


def _sound(character: str) -> str:
    from index.collation.sounds import syllables

    readings = syllables(character)
    return _CONFUSED.sub(lambda m: _MERGED[m.group()], readings[0].base) if readings else character


def terms(text: str) -> list[str]:
    """What BM25 counts: words without stop words, then character pairs, then characters without stop words.

    A word of two characters is counted as both: on held-out STARD questions that found .510 of the gold articles among
    the first ten, words alone .491, each term once .495. Single characters meet words of one root (罚款, 受罚): on 936
    questions about 18 held-out laws and policies the right article came first in .508 without them, in .612 with them.
    """
    kept = [word for word in words(text) if word not in STOP_WORDS]
    return kept + character_pairs(text) + [c for c in characters(text) if c not in STOP_WORDS]


def content_words(text: str) -> list[str]:
    """The different words of a question that name its subject, in reading order, without stop words.

    >>> content_words("请问社区工作者的工资是多少？")
    ['社区', '工作', '作者', '工作者', '工资']
    """
    return list(dict.fromkeys(word for word in words(text) if word not in STOP_WORDS))


def features(text: str) -> list[str]:
    """What the default embedding adds up: each different word, character pair and character once, in a fixed order."""
    return list(dict.fromkeys([*words(text), *character_pairs(text), *characters(text)]))
