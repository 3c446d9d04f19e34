"""The app with accounts, and clients at its door: shared by the tests of signing in and of the gate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.settings import Settings
from assistant.state.accounts import Visitor
from assistant.web.sign_in import current_visitor, require_administrator
from tests.fake_assistant import FakeAssistant

PASSWORD = "correct horse"
ACCESS = "battery:staple"
_cheap = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
HASH = _cheap.hash(PASSWORD)
USERS: dict[str, Any] = {"users": {"zhang": HASH, "李芳": HASH}, "administrators": ("zhang",)}
GUESTS: dict[str, Any] = {"access_password": _cheap.hash(ACCESS)}
STRANGER = ("10.0.0.5", 1234)


def make_app(is_local: bool = True, **settings: Any) -> FastAPI:
    """The app, with a page and an address of the API that only administrators may see."""
    app = create_app(FakeAssistant(), Settings(**settings), is_local=is_local)
    inserted = len(app.router.routes)

    @app.get("/library/test", include_in_schema=False)
    @app.get("/api/library/test", include_in_schema=False)
    @app.post("/library/test", include_in_schema=False)
    def secret(visitor: Annotated[Visitor, Depends(require_administrator)]) -> str:
        return visitor.name

    @app.get("/api/who", include_in_schema=False)
    def who(visitor: Annotated[Visitor, Depends(current_visitor)]) -> str:
        return visitor.name

    # The chat is mounted at `/` and takes whatever comes after it.
    app.router.routes[:0] = app.router.routes[inserted:]
    return app


def connect(app: FastAPI, client: tuple[str, int] = ("testclient", 50000), **options: Any) -> TestClient:
    return TestClient(app, client=client, follow_redirects=False, **options)


def fresh_limits(app: FastAPI) -> None:
    app.state.door.limiter._window.storage.reset()


def sign_in(client: TestClient, name: str = "zhang", password: str = PASSWORD, **fields: str) -> httpx.Response:
    return client.post("/sign-in", data={"name": name, "password": password, **fields})


@pytest.fixture(scope="module")
def users_app() -> FastAPI:
    return make_app(**USERS)


@pytest.fixture(scope="module")
def both_app() -> FastAPI:
    return make_app(is_local=False, **USERS, **GUESTS)


@pytest.fixture
def client(users_app: FastAPI) -> Iterator[TestClient]:
    fresh_limits(users_app)
    with connect(users_app) as client:
        yield client
