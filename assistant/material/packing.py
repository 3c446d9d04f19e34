"""Office files are zip archives with the time of their making in them: packed again without it, the same work is the same bytes."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MADE = datetime(2025, 1, 1)
"""When every file says it was made."""

_ZIP_MADE = (2025, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_CORE = "docProps/core.xml"


def repack(archive: bytes) -> bytes:
    """The archive with the same members in the same order, all of one fixed time; its core properties too."""
    packed = BytesIO()
    with ZipFile(BytesIO(archive)) as source, ZipFile(packed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == _CORE:
                content = _MODIFIED.sub(rb"\g<1>" + f"{MADE.isoformat()}Z".encode() + rb"\g<2>", content)
            target.writestr(ZipInfo(name, _ZIP_MADE), content, ZIP_DEFLATED)
    return packed.getvalue()
