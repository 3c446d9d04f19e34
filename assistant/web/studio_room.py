"""`/studio`: the room for training material."""

from __future__ import annotations

from fastapi import FastAPI

from assistant.web.services import Services


def add_studio_room(app: FastAPI, services: Services) -> None:
    """Add the addresses of this module."""
