"""Which documents the usage model never sees, so that collation can be measured on them."""

from __future__ import annotations

import hashlib


def is_held_out(title: str, one_in: int = 16) -> bool:
    """Whether a document of this title is kept for measuring. `one_in` is 16 for laws and 2 for scarce documents.

    All versions of a document share a title without its year and brackets, and so are held out together.
    """
    name = "".join(c for c in title if "\u4e00" <= c <= "\u9fff")
    return hashlib.sha256(name.encode()).digest()[0] % one_in == 0
