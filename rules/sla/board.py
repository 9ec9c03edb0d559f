"""Open clocks as people look at them: the overdue first, what falls due next, what is paused, and those of one record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, or_, select

from rules.tables import clocks

SHOWN = ("overdue", "next", "paused")
MOST_COUNTED = 999


@dataclass(frozen=True)
class Place:
    """Where a page of clocks begins: behind this due time and id."""

    due: datetime | None
    id: int


def page(
    connection: Connection, shown: str, *, owner: str = "", after: Place | None = None, size: int = 100
) -> list[RowMapping]:
    """Open clocks of one of SHOWN by due time, of one owner or of all."""
    where = [clocks.c.is_open, _filter(shown)]
    if owner:
        where.append(clocks.c.owner == owner)
    if after is not None:
        where.append(_behind(after))
    found = select(clocks).where(*where).order_by(clocks.c.due_at, clocks.c.id).limit(size)
    return list(connection.execute(found).mappings())


def clocks_of_record(connection: Connection, entity: str, record: str) -> list[RowMapping]:
    """The newest cycle of every policy on a record, the most pressing first."""
    mine = and_(clocks.c.entity == entity, clocks.c.record == record, clocks.c.is_latest)
    rows = connection.execute(select(clocks).where(mine).limit(20)).mappings()
    far = datetime.max.replace(tzinfo=UTC)
    return sorted(rows, key=lambda row: (not row["is_open"], row["due_at"] or far))


def counts_of(connection: Connection, policy_id: int) -> dict[str, int]:
    """How many clocks of a policy are open and how many of those overdue, each counted up to 1000."""
    mine = and_(clocks.c.policy_id == policy_id, clocks.c.is_open)
    late = and_(mine, clocks.c.breached_at.is_not(None))
    return {"open": _capped(connection, mine), "overdue": _capped(connection, late)}


def older_versions(connection: Connection, policy_id: int, version: int, calendar_version: int) -> int:
    """How many running clocks still go by an older version, counted up to 1000."""
    old = or_(clocks.c.policy_version != version, clocks.c.calendar_version != calendar_version)
    return _capped(connection, and_(clocks.c.policy_id == policy_id, clocks.c.is_open, old))


def _capped(connection: Connection, where: Any) -> int:
    capped = select(clocks.c.id).where(where).limit(MOST_COUNTED + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(capped)).scalar_one())


def _filter(shown: str) -> Any:
    if shown == "overdue":
        return clocks.c.breached_at.is_not(None)
    if shown == "paused":
        return and_(clocks.c.is_paused, clocks.c.breached_at.is_(None))
    return and_(clocks.c.breached_at.is_(None), clocks.c.due_at.is_not(None))


def _behind(after: Place) -> Any:
    """(due, id) > (x, y), written out so that the index is used as a range."""
    if after.due is None:
        return clocks.c.id > after.id
    due = clocks.c.due_at
    return and_(due >= after.due, or_(due > after.due, clocks.c.id > after.id))
