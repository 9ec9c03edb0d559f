"""The audit trail beside the records' own changes: who signed in, was refused, exported, or altered rights and wiring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, has_request_context
from sqlalchemy import Connection

from app.actor import Actor
from app.extensions import services
from models.change import Note, add_change

SUBJECTS = (
    "@account",
    "@access",
    "@export",
    "@rights",
    "@view-as",
    "@wiring",
    "@personal-data",
    "@audit",
    "@console",
    "@unmask",
    "@read",
)
"""What an entry may be about when it is no entity: no entity's name begins with "@"."""
NOBODY = Actor(None, "")
"""Whoever has not signed in; entries name what was typed as their record."""


def note(  # noqa: PLR0913 - the parts of an entry
    connection: Connection,
    actor: Actor,
    subject: str,
    action: str,
    *,
    record: str = "",
    title: str = "",
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> int:
    """Write an entry in the caller's transaction, beside what it tells of; returns its id."""
    request_id = g.get("request_id", "") if has_request_context() else ""
    return add_change(
        connection, actor, Note(subject, record, title, action, before, after, reason, request_id)
    )


def tell(actor: Actor, subject: str, action: str, **parts: Any) -> int:
    """Write an entry in a transaction of its own: for what changes nothing (a refusal, an export, a sign-in)."""
    with services().engine.begin() as connection:
        return note(connection, actor, subject, action, **parts)
