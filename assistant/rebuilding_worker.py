"""Builds an index in a process of its own, so that the answers of the one before never wait; says how far it is."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from index.build import build_index
from index.errors import PolicyQAError
from index.records import Page

NICE = 5
"""Questions come first where there are not enough processors."""

Pair = tuple[str, str]


def build(
    sender: Connection,
    pages: tuple[Page, ...],
    folder: Path,
    embedding: str,
    told_same: frozenset[Pair],
    told_different: frozenset[Pair],
    edits: dict[str, dict[str, str]],
) -> None:
    """Sends ("progress", stage, done, total), and at the end ("done",) or ("failed", sentence). SIGTERM ends it cleanly:
    what was written of the new build is removed."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the server decides
    if hasattr(os, "nice"):
        os.nice(NICE)

    def report(stage: str, done: int, total: int) -> None:
        sender.send(("progress", stage, done, total))

    try:
        build_index(pages, folder, embedding, report, told_same, told_different, edits=edits)
    except PolicyQAError as error:
        sender.send(("failed", str(error)))
    except OSError as error:
        sender.send(("failed", f"写不进索引文件夹（{error.strerror or error}）；请检查磁盘空间和权限"))
    else:
        sender.send(("done",))


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(1)
