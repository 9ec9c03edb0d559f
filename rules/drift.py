"""Tells IT people and administrators that the legacy schema has changed, and looks for changes on the runner's clock."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from app.clock import now
from models.drift.changes import Change
from models.roles import IT
from rules.inbox import tell
from rules.messages import Message
from rules.people import Staff

ROLES = ("Admin", IT)
MOST_NAMED = 4
CODE, PAGE = "schema.changed", "/wiring/changes/"


def tell_changes(connection: Connection, news: Sequence[Change]) -> None:
    """One message to each of them, in the transaction that keeps the changes."""
    people = {user for role in ROLES for user in Staff().users_in_role(connection, role)}
    tell(connection, sorted(people), Message(CODE, {"title": named(news)}, PAGE), now(connection))


def named(news: Sequence[Change]) -> str:
    """The first few names, and how many more."""
    names = list(dict.fromkeys(change.name for change in news))
    rest = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f", +{rest}" if rest > 0 else "")
