"""How a cost grows, on a machine that does other things at the same time."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def cpu_seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The least processor time of several runs, without garbage collection.

    A single run says little: with the whole suite's objects alive a collection that falls into the longer of two
    runs makes linear work look quadratic.
    """
    enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        return min(_once(work) for _ in range(repeats))
    finally:
        if enabled:
            gc.enable()


def _once(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
