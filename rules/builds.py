"""Tells IT people and administrators, once, that a published wiring could not be put in force."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, insert
from sqlalchemy.exc import IntegrityError

from app.clock import now
from models.live import State
from models.records.transaction import idempotency_table
from models.roles import IT
from rules.inbox import tell
from rules.messages import Message
from rules.people import Staff

ROLES = ("Admin", IT)
CODE, PAGE = "wiring.failed", "/wiring/"
NOBODY = 0


def tell_failure(engine: Engine, failed: State) -> None:
    """Every worker finds out by itself; the first one tells."""
    version, generation = failed
    try:
        with engine.begin() as connection:
            _claim(connection, f"build {version}.{generation}")
            people = {user for role in ROLES for user in Staff().users_in_role(connection, role)}
            message = Message(CODE, {"title": str(version)}, PAGE)
            tell(connection, sorted(people), message, now(connection))
    except IntegrityError:
        return  # somebody else has told it


def _claim(connection: Connection, key: str) -> None:
    row = {"user_id": NOBODY, "key": key, "request_hash": "", "response": "", "at": datetime.now(UTC)}
    connection.execute(insert(idempotency_table), row)
