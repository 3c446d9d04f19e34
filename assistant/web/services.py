"""What the rooms of the web app share."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.settings import Settings
from assistant.state.database import Database
from assistant.web.engine import Live


@dataclass(frozen=True, slots=True)
class Services:
    """`live` answers (and is swapped when the library is rebuilt), `database` keeps what people leave behind;
    `is_local`: the app is served on loopback only."""

    live: Live
    database: Database
    settings: Settings
    is_local: bool = True
