"""How often one client may ask, and how often it may try a password. In memory, by moving window (library `limits`).

A client is its address as uvicorn tells it. Behind a proxy on this machine uvicorn takes it from `X-Forwarded-For`
(`proxy_headers`, on by default, and only 127.0.0.1 is believed); a proxy elsewhere is named in FORWARDED_ALLOW_IPS. Behind
one that does not send the header everybody looks like this machine, which is not counted.
"""

from __future__ import annotations

import ipaddress
import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

TRIES = 10
TRIES_MINUTES = 5
_THROUGH_GRADIO = tuple(f"/gradio_api/{each}" for each in ("queue/join", "call/", "run/", "api/"))
_MAKING = ("/studio/make", "/studio/handout", "/studio/slides", "/studio/comparison")
ASKING = ("/api/ask", "/api/search", "/v1/", *_THROUGH_GRADIO, "/api/feedback", "/api/conversation", *_MAKING)
"""Addresses that make the engine work or fill the database; the chat asks through Gradio's queue."""

_TEST_CLIENT = "testclient"
"""The address of whoever comes through Starlette's test client, which is this process."""


class Limiter:
    """Counts requests and failed sign-ins of each client. Waits are in whole seconds, 0 for none."""

    def __init__(self, requests_per_minute: int) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._asking = RateLimitItemPerMinute(requests_per_minute)
        self._trying = RateLimitItemPerMinute(TRIES, TRIES_MINUTES)

    def count_request(self, client: str) -> int:
        """Count a request of this client; returns how long it has to wait before this one would be answered."""
        return 0 if self._window.hit(self._asking, "ask", client) else self._wait(self._asking, "ask", client)

    def wait_for_try(self, address: str) -> int:
        """How long this address has to wait before it may try another password."""
        return 0 if self._window.test(self._trying, "try", address) else self._wait(self._trying, "try", address)

    def count_failure(self, address: str) -> None:
        self._window.hit(self._trying, "try", address)

    def _wait(self, item: RateLimitItem, *names: str) -> int:
        return max(1, math.ceil(self._window.get_window_stats(item, *names).reset_time - time.time()))


def is_asking(path: str) -> bool:
    """Whether a request of this address counts."""
    return path.startswith(ASKING)


def is_loopback(host: str) -> bool:
    """Whether this host name or client address is this machine.

    >>> [is_loopback(each) for each in ("127.0.0.1", "::1", "localhost", "::ffff:127.0.0.1", "0.0.0.0", "10.0.0.5", "")]
    [True, True, True, True, False, False, False]
    """
    if host in ("localhost", _TEST_CLIENT):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
