"""Change: one saved difference. It is the audit entry, the rules' input and the clocks' history at once."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask import has_request_context, request
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    RowMapping,
    Select,
    String,
    Table,
    false,
    insert,
    select,
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
    Column("address", String(64), nullable=False, default=""),
    Column("undoes", BigInteger),
    Column("salt", String(32), nullable=False, default="", server_default=""),
    Column("anonymised", Boolean, nullable=False, default=False, server_default=false()),
    Index("ix_change_record", "entity", "record", "id"),
    Index("ix_change_entity", "entity", "id"),
    Index("ix_change_actor_name", "actor_name", "id"),
    Index("ux_change_undoes", "undoes", unique=True),
)
"""Rows are added and never altered: what takes a change back names it in `undoes`, once.

The one exception is written down (`models.audit.redaction`): a person's values leave, the row becomes `anonymised` and gets
another `salt`. The salt goes into the entry's hash, so that nobody can find out by trying what the values had been.
"""
_ADD = insert(change_table)


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
    anonymised: bool = False


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
    undoes: int | None = None


def add_change(connection: Connection, actor: Actor, note: Note) -> int:
    """Write the entry in the caller's transaction; returns its id. Raises IntegrityError when `undoes` was undone before."""
    row = {
        "at": datetime.now(UTC),
        "actor_id": actor.user_id,
        "actor_name": actor.username,
        "cause": actor.cause[:255],
        "entity": note.entity,
        "record": note.record[:255],
        "title": note.title[:255],
        "action": note.action,
        "before": dump(note.before),
        "after": dump(note.after),
        "reason": note.reason[:500],
        "request_id": note.request_id,
        "address": address(),
        "undoes": note.undoes,
        "salt": secrets.token_hex(16),
    }
    result = connection.execute(_ADD, row)
    return int((result.inserted_primary_key or (0,))[0])


def address() -> str:
    """Where the request came from; "" outside one."""
    return (request.remote_addr or "")[:64] if has_request_context() else ""


def changes_of(
    connection: Connection, entity: str, record: str, *, limit: int = 50, below: int | None = None
) -> list[Change]:
    """The record's history, newest first; `below` continues under a change id."""
    found = selected().where(change_table.c.entity == entity, change_table.c.record == record)
    if below is not None:
        found = found.where(change_table.c.id < below)
    rows = connection.execute(found.order_by(change_table.c.id.desc()).limit(limit)).mappings()
    return [change_from(row) for row in rows]


def changes_with_ids(connection: Connection, ids: Sequence[int]) -> list[Change]:
    """Entries by their ids, newest first."""
    found = selected().where(change_table.c.id.in_(ids)).order_by(change_table.c.id.desc())
    return [change_from(row) for row in connection.execute(found).mappings()] if ids else []


def change_with_id(connection: Connection, change_id: int) -> Change | None:
    """One entry."""
    row = connection.execute(selected().where(change_table.c.id == change_id)).mappings().first()
    return change_from(row) if row else None


def selected() -> Select[Any]:
    """Entries, each with the one that took it back."""
    later = change_table.alias("later")
    undone_by = select(later.c.id).where(later.c.undoes == change_table.c.id).scalar_subquery()
    return select(change_table, undone_by.label("undone_by"))


def change_from(row: RowMapping) -> Change:
    """An entry as `selected` reads it."""
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
