"""What another process of the server learned counts here soon, too: looked up beside the requests, now and then."""

from __future__ import annotations

import logging
import threading
import time

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import StateError
from assistant.learning import teach
from assistant.state.learned import version
from assistant.web.services import Services
from assistant.web.threads import run_apart

EVERY_SECONDS = 30.0

_log = logging.getLogger(__name__)


class Refresher:
    """Teaches again where the database has other changes than at the last look, at most every `every` seconds."""

    def __init__(self, services: Services, every: float = EVERY_SECONDS) -> None:
        self._services = services
        self._every = every
        self._looked_at = time.monotonic()
        self._version: tuple[object, ...] | None = None
        self._looking = threading.Lock()

    def is_due(self) -> bool:
        return time.monotonic() - self._looked_at >= self._every

    def look(self) -> bool:
        """Whether there was something new to teach; a database that is away is asked again later."""
        if not self._looking.acquire(blocking=False):
            return False
        try:
            self._looked_at = time.monotonic()
            newest = version(self._services.database)
            if newest == self._version:
                return False
            teach(self._services.live, self._services.database)
            self._version = newest
            return True
        except StateError as error:
            _log.warning("learned questions could not be looked up: %s", error)
            return False
        finally:
            self._looking.release()


class Refreshing:
    """ASGI middleware: looks before a request is answered, where a look is due."""

    def __init__(self, app: ASGIApp, refresher: Refresher) -> None:
        self.app = app
        self.refresher = refresher

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.refresher.is_due():
            await run_apart(self.refresher.look)
        await self.app(scope, receive, send)
