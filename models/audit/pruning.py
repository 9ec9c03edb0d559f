"""Retention: old entries go, their links stay. What was pruned is written down, so that nothing else can be missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)

from models.audit.chain import BATCH, link_table
from models.audit.reads import read_table
from models.change import change_table
from models.overlay import metadata
from models.overlay.types import UtcDateTime

KINDS = ("record", "read", "sign-in", "refusal", "export", "rights", "event")
"""The classes, as links name them. Links from before there were classes say "event" for all that is no record's change."""
pruning_table = Table(
    "audit_pruning",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("below", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


def prune(connection: Connection, kind: str, days: int) -> int:
    """Delete linked entries of a kind that are older than `days`; commits batch by batch and returns how many went."""
    since = datetime.now(UTC) - timedelta(days=days)
    below = _first_kept(connection, since)
    number, start = 0, limits(connection).get(kind, 0)
    while ids := _oldest(connection, kind, (start, below), since):
        row = {"kind": kind, "below": ids[-1] + 1, "number": len(ids), "at": datetime.now(UTC)}
        connection.execute(insert(pruning_table).values(row))
        connection.execute(delete(read_table).where(read_table.c.change_id.in_(ids)))
        connection.execute(delete(change_table).where(change_table.c.id.in_(ids)))
        connection.commit()
        number, start = number + len(ids), ids[-1] + 1
    return number


def limits(connection: Connection) -> dict[str, int]:
    """By kind: entries with a smaller id may be gone."""
    table = pruning_table.c
    found = connection.execute(select(table.kind, func.max(table.below)).group_by(table.kind))
    return dict.fromkeys(KINDS, 0) | {row.kind: row[1] for row in found}


def _first_kept(connection: Connection, since: datetime) -> int:
    """The id of the first entry that is young enough; past the newest one when none is."""
    first = select(change_table.c.id).where(change_table.c.at >= since).order_by(change_table.c.at).limit(1)
    newest = select(func.max(change_table.c.id))
    found = connection.execute(first).scalar()
    return int(found if found is not None else (connection.execute(newest).scalar() or 0) + 1)


def _oldest(connection: Connection, kind: str, span: tuple[int, int], since: datetime) -> list[int]:
    """The next ones of a class: what was removed already is not walked over again."""
    place, (start, below) = link_table.c.change_id, span
    found = (
        select(place)
        .join(change_table, place == change_table.c.id)
        .where(link_table.c.kind == kind, place >= start, place < below, change_table.c.at < since)
        .order_by(place)
        .limit(BATCH)
    )
    return list(connection.execute(found).scalars())
