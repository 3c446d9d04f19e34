"""The HTTP API, and the one app that serves it together with the web chat.

`create_app(assistant)` only wires: answers come from `assistant.ask()`, pages from `assistant.web`.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from assistant.learning import teach
from assistant.settings import Settings
from assistant.state.database import IN_MEMORY, Database
from assistant.web.asking_api import add_asking
from assistant.web.engine import Engine, Live, Shelf
from assistant.web.guard import Guard
from assistant.web.problems import OpenAIErrors, add_problems, describe_honestly
from assistant.web.services import Services
from assistant.web.shell import PRODUCT
from assistant.web.texts_api import add_texts


class App(FastAPI):
    """FastAPI whose description names the errors that are really sent."""

    def openapi(self) -> dict[str, Any]:
        return describe_honestly(super().openapi())


def create_app(
    assistant: Engine, settings: Settings | None = None, database: Database | None = None, is_local: bool = True
) -> FastAPI:
    """The web app: its rooms, `/api/...` JSON, `/docs` its description, `/healthz`.

    Requests are answered in worker threads, so `assistant.ask` must be safe to call from several at once. Without
    `database` what people leave behind lives as long as the app; `is_local`: served on loopback only.
    """
    # Gradio takes seconds to import; whoever only needs the records of this module should not wait.
    from assistant.web.chat import mount_chat
    from assistant.web.feedback import add_feedback
    from assistant.web.learning_room import add_learning_room
    from assistant.web.library_room import add_library_room, upload_limits
    from assistant.web.openai_api import add_openai_api
    from assistant.web.reading_room import add_reading_room
    from assistant.web.routes import add_pages
    from assistant.web.sign_in import add_sign_in
    from assistant.web.studio_room import add_studio_room

    app = App(title=PRODUCT, version=_version(), docs_url=None, redoc_url=None)
    # Gradio answers every origin unless the app has a policy of its own. Ours: no other origin at all.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    add_problems(app)
    live = Live(assistant)
    services = Services(live, database or Database.open(IN_MEMORY), settings or Settings(), is_local)
    app.state.services = services
    teach(live, services.database)
    add_asking(app, live)
    _add_health(app, live)
    add_pages(app, live)
    for add in (
        add_sign_in,
        add_feedback,
        add_reading_room,
        add_studio_room,
        add_library_room,
        add_learning_room,
        add_openai_api,
    ):
        add(app, services)
    add_texts(app, live)
    mount_chat(app, services)
    app.add_middleware(Guard, larger=upload_limits(services.settings))
    app.add_middleware(OpenAIErrors)
    return app


def _add_health(app: FastAPI, live: Live) -> None:
    known: dict[str, Any] = {}  # hashed once for each library that is served

    @app.get("/healthz", summary="运行状态", response_description="版本、索引编号和收录数量。")
    def healthz() -> dict[str, Any]:
        library = live.library
        if known.get("library") is not library:
            known.update(library=library, status=_status(library))
        status: dict[str, Any] = known["status"]
        return status


def _status(library: Shelf) -> dict[str, Any]:
    return {
        "status": "ok",
        "version": _version(),
        "index": fingerprint(library),
        "documents": len(library.documents),
        "articles": sum(len(document.articles) for document in library.documents),
    }


def fingerprint(library: Shelf) -> str:
    """Twelve hexadecimal digits that change with any article's text: which index a server answers from."""
    digest = hashlib.sha256()
    for document in library.documents:
        for article in document.articles:
            digest.update(f"{article.id}\0{article.text}\0".encode())
    return digest.hexdigest()[:12]


def _version() -> str:
    try:
        return version("policyqa")
    except PackageNotFoundError:
        return "0"
