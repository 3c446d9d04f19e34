"""Traditional characters to simplified ones with OpenCC, for what is searched; nothing that is shown passes through."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

_CONFIGURATION = "t2s"
_BLOCKS = ((0x3400, 0x9FFF), (0x20000, 0x323AF))
_ONLY_IN_WORDS = "瞭藉"
"""Characters that OpenCC changes in words (瞭解, 藉口) but not alone."""
_ALSO_SIMPLIFIED = "乾吒噁昇濛薹袷麴"
"""Characters that simplified texts have, too (乾元山, 哪吒, 二噁英): they alone do not make a text traditional."""


def simplified(text: str) -> str:
    """`text` with simplified characters, word by word (頭髮 头发, 發展 发展); a simplified text comes back as it is.

    Lengths and so offsets may differ.

    >>> simplified("補貼標準是多少？"), simplified("乾元山的乾清宫")
    ('补贴标准是多少？', '乾元山的乾清宫')
    """
    return text if traditional_characters().isdisjoint(text) else _converter().convert(text)


@lru_cache(maxsize=1)
def traditional_characters() -> frozenset[str]:
    """The characters of which one is enough to have a text converted: some 4,700, asked of OpenCC once (30 ms)."""
    characters = [chr(code) for first, last in _BLOCKS for code in range(first, last + 1)]
    converted = _converter().convert("\n".join(characters)).split("\n")
    changed = {before for before, after in zip(characters, converted, strict=True) if before != after}
    return frozenset(changed.union(_ONLY_IN_WORDS).difference(_ALSO_SIMPLIFIED))


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC(_CONFIGURATION)
