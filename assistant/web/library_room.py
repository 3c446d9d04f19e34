"""`/library`: the documents for administrators."""

from __future__ import annotations

from fastapi import FastAPI

from assistant.web.services import Services


def add_library_room(app: FastAPI, services: Services) -> None:
    """Add the addresses of this module."""
