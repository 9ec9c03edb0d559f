"""Quotas: what a person has used of an allowance today. Claimed before anything is shown, in one statement, so that requests
sent at the same moment cannot slip past each other.
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    Engine,
    Index,
    Integer,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from app.clock import today
from models.overlay import metadata

KEPT = timedelta(days=400)
CLEANING = 0.01
"""How often a claim also clears away what is too old."""
TRIES = 20

use_table = Table(
    "daily_use",
    metadata,
    Column("user_id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("used", BigInteger, nullable=False),
    Index("ix_daily_use_day", "name", "day"),
)


@dataclass(frozen=True)
class Claim:
    """What was taken of a quota, so that a part can be given back to the same day."""

    user_id: int
    name: str
    day: date
    count: int = 0


def claim(engine: Engine, user_id: int, name: str, wanted: int, most: int) -> Claim | None:
    """Take exactly `wanted` of today's `most`; None when that is more than is left."""
    mine = Claim(user_id, name, today(), wanted)
    if wanted > most:
        return None
    if random.random() < CLEANING:  # noqa: S311 nothing secret hangs on it
        _clean(engine, mine.day)
    if _raise(engine, mine, most):
        return mine
    _ensure(engine, mine)
    return mine if _raise(engine, mine, most) else None


def claim_up_to(engine: Engine, user_id: int, name: str, wanted: int, most: int) -> Claim:
    """Take `wanted` or what is left of it today; the claim says how much, 0 when there is nothing."""
    for _try in range(TRIES):
        with engine.connect() as connection:
            left = most - used(connection, user_id, name)
        if min(wanted, left) <= 0:
            break
        found = claim(engine, user_id, name, min(wanted, left), most)
        if found is not None:
            return found
    return Claim(user_id, name, today())


def count(engine: Engine, user_id: int, name: str, number: int) -> int:
    """Count more of today, whatever the limit; returns how much it is by then."""
    mine = Claim(user_id, name, today(), number)
    found = _counted(engine, mine)
    if not found:
        _ensure(engine, mine)
        found = _counted(engine, mine)
    return found


def give_back(engine: Engine, taken: Claim, count: int) -> None:
    """A part of a claim was not needed after all."""
    if count <= 0:
        return
    with engine.begin() as connection:
        connection.execute(update(use_table).where(_row(taken)).values(used=use_table.c.used - count))


def used(connection: Connection, user_id: int, name: str) -> int:
    """How much of it today."""
    mine = _row(Claim(user_id, name, today()))
    return int(connection.execute(select(use_table.c.used).where(mine)).scalar() or 0)


def used_since(connection: Connection, name: str, since: date) -> dict[int, int]:
    """How much by account since a day."""
    table = use_table.c
    found = select(table.user_id, func.sum(table.used)).where(table.name == name, table.day >= since)
    return {int(user): int(count) for user, count in connection.execute(found.group_by(table.user_id))}


def _counted(engine: Engine, mine: Claim) -> int:
    """The sum after it, 0 where today has no row yet; the row is held until the end, so that each sum is seen once."""
    with engine.begin() as connection:
        raised = update(use_table).where(_row(mine)).values(used=use_table.c.used + mine.count)
        if not connection.execute(raised).rowcount:
            return 0
        return used(connection, mine.user_id, mine.name)


def _raise(engine: Engine, wanted: Claim, most: int) -> bool:
    fits = _row(wanted) & (use_table.c.used + wanted.count <= most)
    with engine.begin() as connection:
        raised = update(use_table).where(fits).values(used=use_table.c.used + wanted.count)
        return bool(connection.execute(raised).rowcount)


def _ensure(engine: Engine, wanted: Claim) -> None:
    """Make today's row where there is none, in a transaction of its own."""
    row = {"user_id": wanted.user_id, "name": wanted.name, "day": wanted.day, "used": 0}
    with engine.connect() as connection:
        if connection.execute(select(use_table.c.used).where(_row(wanted))).first() is not None:
            return
    with suppress(IntegrityError), engine.begin() as connection:  # somebody else may just have made it
        connection.execute(insert(use_table).values(row))


def _row(wanted: Claim) -> ColumnElement[bool]:
    table = use_table.c
    return (table.user_id == wanted.user_id) & (table.name == wanted.name) & (table.day == wanted.day)


def _clean(engine: Engine, day: date) -> None:
    with engine.begin() as connection:
        connection.execute(delete(use_table).where(use_table.c.day < day - KEPT))
