"""Retention by itself: once a day old entries of each class go, as AUDIT_KEEP_DAYS says. One process of many does it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Date, Engine, String, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.actor import Actor
from models.audit import note, pruning
from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime

NAME = "retention"
RETENTION = Actor(None, "", cause=NAME)
"""Who removes them: nobody in person."""
job_table = Table(
    "daily_job",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("result", LongText, nullable=False),
)


@dataclass(frozen=True)
class Kept:
    """A class and how long it is kept; 0 days = for ever."""

    kind: str
    days: int


def rules(keep: Mapping[str, int]) -> list[Kept]:
    """Every class with what the setting says of it; what it does not name is kept for ever."""
    return [Kept(kind, keep.get(kind, 0)) for kind in pruning.KINDS]


def run_daily(engine: Engine, keep: Mapping[str, int], today: date | None = None) -> bool:
    """Remove what is older than asked; False where somebody has done so today, or is at it."""
    day = today or datetime.now(UTC).date()
    if not claim(engine, NAME, day):
        return False
    removed = {}
    for rule in rules(keep):
        if rule.days:
            with engine.connect() as connection:
                removed[rule.kind] = pruning.prune(connection, rule.kind, rule.days)
    _ended(engine, day, {kind: number for kind, number in removed.items() if number})
    return True


def claim(engine: Engine, name: str, day: date) -> bool:
    """Win the day's work: the key is unique, so one of many does."""
    with engine.connect() as connection:
        mine = (job_table.c.name == name) & (job_table.c.day == day)
        if connection.execute(select(job_table.c.day).where(mine)).first():
            return False
    try:
        with engine.begin() as connection:
            row = {"name": name, "day": day, "at": datetime.now(UTC), "result": "{}"}
            connection.execute(insert(job_table).values(row))
    except IntegrityError:
        return False
    return True


def _ended(engine: Engine, day: date, removed: Mapping[str, int]) -> None:
    """The audit says what went, where anything did."""
    with engine.begin() as connection:
        if removed:
            note(
                connection, RETENTION, "@audit", "prune", after={**removed, "entries": sum(removed.values())}
            )
        mine = (job_table.c.name == NAME) & (job_table.c.day == day)
        done = {"ended_at": datetime.now(UTC), "result": json.dumps(removed)}
        connection.execute(update(job_table).where(mine).values(done))


def last(connection: Connection) -> tuple[datetime, dict[str, Any]] | None:
    """When it ran to its end the last time, and how many entries of each class went; None before the first."""
    found = select(job_table.c.ended_at, job_table.c.result).where(
        job_table.c.name == NAME, job_table.c.ended_at.is_not(None)
    )
    row = connection.execute(found.order_by(job_table.c.day.desc()).limit(1)).first()
    return (row[0], json.loads(row[1])) if row else None
