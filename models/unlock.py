"""The IT console's lock: raw rows can be changed for half an hour after somebody gave a reason, and no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Connection, Integer, String, Table, insert, select, update

from app.actor import Actor
from models.change import Note, add_change
from models.overlay import metadata
from models.overlay.types import UtcDateTime

ENTITY = "@console"
"""Under this name the audit keeps who opened and closed the lock."""
MINUTES = 30

unlock_table = Table(
    "console_unlock",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, nullable=False, index=True),
    Column("reason", String(500), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)


@dataclass(frozen=True)
class Unlock:
    """One opening of the lock."""

    id: int
    user_id: int
    reason: str
    until: datetime


def open_lock(connection: Connection, actor: Actor, reason: str) -> int:
    """Open it for this person; returns the id that his session carries."""
    now = datetime.now(UTC)
    row = {"user_id": actor.user_id, "reason": reason, "at": now, "until": now + timedelta(minutes=MINUTES)}
    key = connection.execute(insert(unlock_table).values(row)).inserted_primary_key
    number = int(key[0]) if key else 0
    add_change(connection, actor, Note(ENTITY, str(number), actor.username, "unlock", reason=reason))
    connection.commit()
    return number


def held(connection: Connection, number: int, user_id: int | None) -> Unlock | None:
    """The opening, while it lasts and belongs to this person."""
    columns = (unlock_table.c[name] for name in Unlock.__dataclass_fields__)
    found = select(*columns).where(
        unlock_table.c.id == number,
        unlock_table.c.user_id == user_id,
        unlock_table.c.ended_at.is_(None),
        unlock_table.c.until > datetime.now(UTC),
    )
    row = connection.execute(found).mappings().first()
    return Unlock(**row) if row else None


def close_lock(connection: Connection, actor: Actor, number: int) -> None:
    """End it; nothing happens when it has ended already."""
    mine = (
        unlock_table.c.id == number,
        unlock_table.c.user_id == actor.user_id,
        unlock_table.c.ended_at.is_(None),
    )
    done = connection.execute(update(unlock_table).where(*mine).values(ended_at=datetime.now(UTC)))
    if done.rowcount:
        add_change(connection, actor, Note(ENTITY, str(number), actor.username, "lock"))
    connection.commit()
