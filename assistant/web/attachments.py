"""Files that a page gives away: their names, and the response."""

from __future__ import annotations

import re
from urllib.parse import quote

from fastapi import Response

_LONGEST_NAME = 80  # characters; 255 bytes are the most that file systems take, and one may be three bytes
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')

TEXT = "text/plain; charset=utf-8"
MARKDOWN = "text/markdown; charset=utf-8"
JSON = "application/json"


def file_name(title: str, ending: str) -> str:
    """A name that every file system takes.

    >>> file_name("就《意见》答记者问/续?", "txt")
    '就《意见》答记者问_续_.txt'
    """
    return f"{_NOT_IN_NAMES.sub('_', title)[:_LONGEST_NAME].strip(' .') or '文件'}.{ending}"


def attachment(body: bytes, media_type: str, name: str) -> Response:
    """A file to be saved as `name`; for clients that know no RFC 5987, in ASCII too."""
    plain = f"document.{name.rpartition('.')[2]}"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"content-disposition": disposition, "cache-control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)
