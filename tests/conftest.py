"""Fixtures that many tests share: the bundled pages, parsed and indexed once, and the development data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.build import build_index
from index.corpus import read_bundled
from index.library import Library, build_library
from index.search import Searcher
from tests.databases import database, database_address, postgres  # noqa: F401

SHARED = Path(os.environ.get("POLICYQA_SHARED", Path(__file__).resolve().parents[2] / "shared"))


@pytest.fixture(scope="session")
def bundled_library() -> Library:
    """The documents of the bundled pages."""
    return build_library(read_bundled())


@pytest.fixture(scope="session")
def bundled_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index folder of the bundled pages. Tests that change it copy it first."""
    folder = tmp_path_factory.mktemp("索引 bundled")
    build_index(read_bundled(), folder)
    return folder


@pytest.fixture(scope="session")
def searcher(bundled_index: Path) -> Searcher:
    return Searcher.open(bundled_index)


@pytest.fixture
def shared() -> Path:
    """The folder of development material; the test is skipped, visibly, where a machine has none."""
    if not (SHARED / "pages").is_dir():
        pytest.skip(f"no development material at {SHARED} (users do not have it)")
    return SHARED
