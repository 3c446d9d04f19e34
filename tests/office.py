"""LibreOffice renders files to pages, so that a test sees what a reader sees. Skipped, visibly, where it is not installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

REQUIRED = "POLICYQA_REQUIRE_OFFICE"
"""Set where LibreOffice has to be there: a test that needs it then fails instead of being skipped."""

LONGEST = 110
"""Seconds; the first start of LibreOffice makes a profile and takes some ten of them."""


def office_program() -> str:
    """The program of LibreOffice; skips the test, or fails it where it is required."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        message = "LibreOffice (soffice) is not installed; files are not rendered"
        if os.environ.get(REQUIRED):
            pytest.fail(message)
        pytest.skip(message)
    return found


def render_to_pdf(files: Sequence[Path], folder: Path) -> list[Path]:
    """A .pdf in `folder` for each file, in one call of LibreOffice with a profile of its own."""
    program = office_program()
    folder.mkdir(parents=True, exist_ok=True)
    profile = (folder / "profile").resolve().as_uri()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir"]
    result = subprocess.run([*command, str(folder), *map(str, files)], capture_output=True, text=True, timeout=LONGEST)
    rendered = [folder / f"{file.stem}.pdf" for file in files]
    missing = [each.name for each in rendered if not each.is_file()]
    assert not missing, f"not rendered: {missing}\n{result.stdout}{result.stderr}"
    shutil.rmtree(folder / "profile", ignore_errors=True)
    return rendered


def read_pdf(file: Path) -> list[str]:
    """The text of each page, without white space."""
    from pypdf import PdfReader

    return ["".join(page.extract_text().split()) for page in PdfReader(file).pages]
