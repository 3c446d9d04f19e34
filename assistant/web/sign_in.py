"""Who may come in."""

from __future__ import annotations

from fastapi import FastAPI

from assistant.web.services import Services


def add_sign_in(app: FastAPI, services: Services) -> None:
    """Add the addresses of this module."""
