"""Signing in: limits, passwords, second factors, accounts kept elsewhere, duties before anything else, and their trail."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app.extensions import services
from app.security import password_changed
from app.short_cache import ShortCache
from models.signin import passwords, trail


def init_app(app: Flask) -> None:
    """Remember passwords as they change, and keep what was asked a moment ago."""
    from models.signin import identities, limits, recovery, second_factor  # noqa: F401 their tables

    services().rooms["duties"] = ShortCache()
    password_changed.connect(passwords.remember)
    password_changed.connect(_note_password)


def _note_password(_manager: Any, user: Any) -> None:
    trail.note("password", user)
