"""Threads for what may take long: questions wait for a model here, so pages and other requests never wait for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

import anyio
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

MOST_AT_ONCE = 100
"""Threads that wait for a model cost next to nothing; the web framework's own 40 stay free for everything quick."""

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_LIMITER: RunVar[anyio.CapacityLimiter] = RunVar("policyqa_asking")


async def run_apart(
    function: Callable[Parameters, Result], *args: Parameters.args, **options: Parameters.kwargs
) -> Result:
    """What `function(*args, **options)` gives, worked out in a thread of our own. A thread cannot be stopped: cancelled,
    this waits until the call ends."""
    return await run_sync(partial(function, *args, **options), limiter=_limiter())


def _limiter() -> anyio.CapacityLimiter:
    """One for each event loop, because a limiter belongs to the loop that uses it."""
    try:
        return _LIMITER.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(MOST_AT_ONCE)
        _LIMITER.set(limiter)
        return limiter
