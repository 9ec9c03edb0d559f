"""What the audit keeps of signing in: one entry an event, by account; a name that belongs to nobody is not written down."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from app.actor import Actor, current_actor
from app.extensions import services
from models import audit

SUBJECT = "@account"


def note(action: str, user: Any = None, *, reason: str = "", connection: Connection | None = None) -> None:
    """Write one event about an account; who acts is the signed-in person, else the account itself."""
    if connection is None:
        with services().engine.begin() as own:
            note(action, user, reason=reason, connection=own)
        return
    actor = current_actor() or _itself(user)
    record, title = (str(user.id), user.username) if user is not None else ("", "")
    audit.note(connection, actor, SUBJECT, action, record=record, title=title, reason=reason[:500])


def _itself(user: Any) -> Actor:
    return Actor(user.id, user.username) if user is not None else audit.NOBODY
