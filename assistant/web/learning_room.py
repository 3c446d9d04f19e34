"""`/library/questions`: what was refused or disliked, and the questions of each article."""

from __future__ import annotations

from fastapi import FastAPI

from assistant.web.services import Services


def add_learning_room(app: FastAPI, services: Services) -> None:
    """Add the addresses of this module."""
