"""Signing in: limits, passwords, second factors, accounts kept elsewhere, duties before anything else, and their trail."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Connection, delete, event

from app.extensions import services
from app.security import password_changed
from app.short_cache import ShortCache
from models import sessions
from models.signin import passwords, trail


def init_app(app: Flask) -> None:
    """Remember passwords as they change, and keep what was asked a moment ago."""
    from models.signin import identities, limits, recovery, second_factor  # noqa: F401 their tables

    services().rooms["duties"] = ShortCache()
    password_changed.connect(passwords.remember)
    password_changed.connect(_note_password)
    if not event.contains(User, "after_delete", _forget):
        event.listen(User, "after_delete", _forget)


def _note_password(_manager: Any, user: Any) -> None:
    trail.note("password", user)


def _forget(_mapper: Any, connection: Connection, user: Any) -> None:
    """With an account goes all that would open the door to the next one with its number."""
    from models.signin import identities, recovery, second_factor

    sessions.end_all(connection, user.id)
    tables = (
        identities.identity_table,
        recovery.recovery_table,
        second_factor.factor_table,
        passwords.history_table,
    )
    for table in tables:
        connection.execute(delete(table).where(table.c.user_id == user.id))
