"""Looking through the audit: entries by person, subject, action, time and record, newest first, in keyset pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from models.change import Change, change_from, change_table, selected

SUBJECT_SIZE, RECORD_SIZE = 64, 255


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty parts ask nothing. `since` and `until` are instants, `below` continues under an id."""

    who: str = ""
    subject: str = ""
    action: str = ""
    record: str = ""
    request_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    below: int | None = None


@dataclass(frozen=True)
class Entry:
    """A change or an event, with where it came from."""

    change: Change
    address: str
    request_id: str


def find(connection: Connection, wanted: Wanted, size: int) -> list[Entry]:
    """Up to `size` entries; ids run with the time, so the primary key orders them and an index narrows them."""
    found = selected().where(*_parts(connection, wanted)).order_by(change_table.c.id.desc()).limit(size)
    rows = connection.execute(found).mappings()
    return [Entry(change_from(row), row["address"], row["request_id"]) for row in rows]


def _parts(connection: Connection, wanted: Wanted) -> list[Any]:
    table = change_table.c
    parts = [
        column == value
        for column, value in (
            (table.actor_name, wanted.who),
            (table.entity, wanted.subject),
            (table.action, wanted.action),
            (table.record, wanted.record),
            (table.request_id, wanted.request_id),
        )
        if value
    ]
    first, last = _id_at(connection, wanted.since), _id_at(connection, wanted.until)
    parts += [table.id >= limit for limit in (first,) if limit is not None]
    return parts + [table.id < limit for limit in (last, wanted.below) if limit is not None]


def _id_at(connection: Connection, moment: datetime | None) -> int | None:
    """The id of the first entry at or after a moment, past the newest one when there is none; None for no moment."""
    if moment is None:
        return None
    table = change_table.c
    found = select(table.id).where(table.at >= moment).order_by(table.at, table.id).limit(1)
    newest = select(table.id).order_by(table.id.desc()).limit(1)
    first = connection.execute(found).scalar()
    return int(first if first is not None else (connection.execute(newest).scalar() or 0) + 1)
