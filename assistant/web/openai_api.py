"""`/v1/chat/completions` and `/v1/models`, and `/api/search`."""

from __future__ import annotations

from fastapi import FastAPI

from assistant.web.services import Services


def add_openai_api(app: FastAPI, services: Services) -> None:
    """Add the addresses of this module."""
