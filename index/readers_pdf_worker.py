"""The process that parses one PDF: bytes on stdin, JSON `{"pages": [text or null]}` or `{"problem": …}` on stdout.

Started by `readers_pdf`; whatever goes wrong here ends this process only.
"""

from __future__ import annotations

import io
import json
import sys

MAX_PAGES = 2000
_MAX_MEMORY = 2 * 1024**3


def main() -> None:
    """Reads stdin, writes one line of JSON; an exception that is not foreseen ends with exit code 1."""
    _limit_memory()
    try:
        result = parse_pdf(sys.stdin.buffer.read())
    except MemoryError:
        result = {"problem": "memory"}
    sys.stdout.buffer.write(json.dumps(result).encode("ascii"))


def parse_pdf(data: bytes) -> dict[str, object]:
    """The pages' texts, or the problem: `password`, `pages`, `damaged`."""
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    page_errors = (PyPdfError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            return {"problem": "password"}
        count = len(reader.pages)
    except DependencyError:
        return {"problem": "password"}
    except page_errors:
        return {"problem": "damaged"}
    if count > MAX_PAGES:
        return {"problem": "pages"}
    pages: list[str | None] = []
    for number in range(count):
        try:
            pages.append(reader.pages[number].extract_text())
        except page_errors:
            pages.append(None)
    return {"pages": pages}


def _limit_memory() -> None:
    """Two GB of address space, where the system can limit it (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    main()
