"""Change: one saved difference. It is the audit entry, the rules' input and the clocks' history at once."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    insert,
    select,
    update,
)

from app.actor import Actor
from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime

BigKey = BigInteger().with_variant(Integer(), "sqlite")

change_table = Table(
    "change",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("actor_id", Integer, index=True),
    Column("actor_name", String(128), nullable=False),
    Column("cause", String(255), nullable=False, default=""),
    Column("entity", String(64), nullable=False),
    Column("record", String(255), nullable=False),
    Column("title", String(255), nullable=False, default=""),
    Column("action", String(16), nullable=False),
    Column("before", LongText),
    Column("after", LongText),
    Column("reason", String(500), nullable=False, default=""),
    Column("request_id", String(64), nullable=False, default=""),
    Column("undone_by", BigInteger),
    Index("ix_change_record", "entity", "record", "id"),
)


@dataclass(frozen=True)
class Change:
    """A difference as it was saved; `before` and `after` hold stored values by field name."""

    id: int
    at: datetime
    actor_name: str
    cause: str
    entity: str
    record: str
    title: str
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str = ""
    undone_by: int | None = None
    actor_id: int | None = None


@dataclass(frozen=True)
class Note:
    """What is about to be written down: None for `before` or `after` means that there was no row."""

    entity: str
    record: str
    title: str
    action: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    reason: str = ""
    request_id: str = ""


def add_change(connection: Connection, actor: Actor, note: Note) -> int:
    """Write the entry in the caller's transaction; returns its id."""
    result = connection.execute(
        insert(change_table).values(
            at=datetime.now(UTC),
            actor_id=actor.user_id,
            actor_name=actor.username,
            cause=actor.cause[:255],
            entity=note.entity,
            record=note.record[:255],
            title=note.title[:255],
            action=note.action,
            before=dump(note.before),
            after=dump(note.after),
            reason=note.reason[:500],
            request_id=note.request_id,
        )
    )
    return int((result.inserted_primary_key or (0,))[0])


def changes_of(
    connection: Connection, entity: str, record: str, *, limit: int = 50, below: int | None = None
) -> list[Change]:
    """The record's history, newest first; `below` continues under a change id."""
    found = select(change_table).where(change_table.c.entity == entity, change_table.c.record == record)
    if below is not None:
        found = found.where(change_table.c.id < below)
    rows = connection.execute(found.order_by(change_table.c.id.desc()).limit(limit)).mappings()
    return [_change(row) for row in rows]


def change_with_id(connection: Connection, change_id: int) -> Change | None:
    """One entry."""
    row = connection.execute(select(change_table).where(change_table.c.id == change_id)).mappings().first()
    return _change(row) if row else None


def mark_undone(connection: Connection, change_id: int, by: int) -> bool:
    """Note which change undid it; False when it was undone already."""
    found = update(change_table).where(change_table.c.id == change_id, change_table.c.undone_by.is_(None))
    return bool(connection.execute(found.values(undone_by=by)).rowcount == 1)


def _change(row: RowMapping) -> Change:
    names = Change.__dataclass_fields__
    values = {name: row[name] for name in names}
    return Change(**{**values, "before": load(row["before"]), "after": load(row["after"])})


def dump(values: Mapping[str, Any] | None) -> str | None:
    """Stored values as JSON text that gives back the very same values."""
    if values is None:
        return None
    return json.dumps({name: _encoded(value) for name, value in values.items()}, ensure_ascii=False)


def load(text: str | None) -> dict[str, Any]:
    """The values that `dump` wrote; {} for none."""
    return {name: _decoded(value) for name, value in json.loads(text or "{}").items()}


def _encoded(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, float):
        return {"float": value.hex()}
    return value


def _decoded(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kind, text = next(iter(value.items()))
    readers: dict[str, Any] = {"decimal": Decimal, "bytes": base64.b64decode, "float": float.fromhex}
    return readers[kind](text)
