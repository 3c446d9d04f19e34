"""`POST /api/feedback`, and the conversation as a file."""

from __future__ import annotations

from fastapi import FastAPI

from assistant.web.services import Services


def add_feedback(app: FastAPI, services: Services) -> None:
    """Add the addresses of this module."""
