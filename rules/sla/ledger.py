"""Clocks, readings and events in the overlay: claimed, read and written in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, insert, select, update

from rules.sla.clock import Breach, Clock, Event, Reading
from rules.tables import clock_events, clocks, readings

READING_FIELDS = tuple(one.name for one in fields(Reading))


def claim_due(connection: Connection, moment: datetime, runner: str) -> RowMapping | None:
    """The clock that has waited longest for its next event, locked for this transaction; None when there is none.

    Servers skip rows that another runner holds. SQLite's one write lock, taken by the UPDATE, does the same work.
    """
    found = select(clocks).where(clocks.c.next_event_at <= moment).order_by(clocks.c.next_event_at).limit(1)
    row = connection.execute(found.with_for_update(skip_locked=True)).mappings().first()
    return claim(connection, row["id"], runner, moment) if row is not None else None


def claim(
    connection: Connection, clock_id: int, runner: str, due: datetime | None = None
) -> RowMapping | None:
    """Lock one clock for this transaction and read it; None when it is gone, or no longer due at `due`."""
    mine = update(clocks).where(clocks.c.id == clock_id).values(claimed_by=runner)
    if due is not None:
        mine = mine.where(clocks.c.next_event_at <= due)
    if connection.execute(mine).rowcount != 1:
        return None
    return connection.execute(select(clocks).where(clocks.c.id == clock_id)).mappings().one()


def latest_clocks(connection: Connection, policy_id: int, records: Iterable[str]) -> dict[str, RowMapping]:
    """The newest cycle of each of these records."""
    mine = and_(clocks.c.policy_id == policy_id, clocks.c.record.in_(list(records)), clocks.c.is_latest)
    return {row["record"]: row for row in connection.execute(select(clocks).where(mine)).mappings()}


def open_clocks(connection: Connection, policy_id: int, after: int, size: int) -> list[RowMapping]:
    """Open clocks by id, for the sweep that looks for what other programs changed."""
    mine = and_(clocks.c.policy_id == policy_id, clocks.c.is_open, clocks.c.id > after)
    return list(connection.execute(select(clocks).where(mine).order_by(clocks.c.id).limit(size)).mappings())


def postpone(connection: Connection, clock_id: int, until: datetime, error: str = "") -> None:
    """Leave a clock alone for a while; `error` says why."""
    values = {"next_event_at": until, "error": error[:500]}
    connection.execute(update(clocks).where(clocks.c.id == clock_id).values(values))


def history(connection: Connection, policy_id: int, record: str) -> list[Reading]:
    """All readings of a record, in order."""
    mine = and_(readings.c.policy_id == policy_id, readings.c.record == record)
    rows = connection.execute(select(readings).where(mine).order_by(readings.c.sequence)).mappings()
    return [Reading(**{name: row[name] for name in READING_FIELDS}) for row in rows]


def add_readings(connection: Connection, policy_id: int, record: str, added: Iterable[Reading]) -> None:
    """Lengthen the history; the unique (policy, record, sequence) refuses a second writer."""
    rows = [{"policy_id": policy_id, "record": record, **asdict(reading)} for reading in added]
    if rows:
        connection.execute(insert(readings), rows)


def known_breach(row: RowMapping | None) -> Breach | None:
    """The breach on record of a clock's row."""
    if row is None or row["breached_at"] is None:
        return None
    return Breach(row["breached_at"], row["breach_due_at"], row["breach_cause"])


def save_clock(connection: Connection, clock: Clock, stated: Mapping[str, Any], row_id: int | None) -> int:
    """Write one cycle: a new row, or the row `row_id`. `stated` holds the columns that the clock does not know."""
    values = {**stated, **_columns(clock)}
    if row_id is None:
        return connection.execute(insert(clocks).values(values)).lastrowid
    connection.execute(update(clocks).where(clocks.c.id == row_id).values(values))
    return row_id


def retire(connection: Connection, policy_id: int, record: str, below_cycle: int) -> None:
    """Earlier cycles are no longer the latest."""
    mine = and_(clocks.c.policy_id == policy_id, clocks.c.record == record, clocks.c.cycle < below_cycle)
    connection.execute(update(clocks).where(mine).values(is_latest=False, is_open=False, next_event_at=None))


def fresh_events(connection: Connection, clock_id: int, clock: Clock) -> list[Event]:
    """Events of the clock that are not in the ledger yet."""
    held = select(clock_events.c.step, clock_events.c.due).where(
        clock_events.c.clock_id == clock_id, clock_events.c.cycle == clock.cycle
    )
    known = {(row.step, row.due) for row in connection.execute(held)}
    return [event for event in clock.events if (event.step, event.due or clock.started_at) not in known]


def add_events(
    connection: Connection, clock_id: int, clock: Clock, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Write events into the ledger; the unique key refuses what is there already."""
    stated = {"clock_id": clock_id, "cycle": clock.cycle}
    found = [{**stated, **row} for row in rows]
    if found:
        connection.execute(insert(clock_events), found)


def event_row(event: Event, clock: Clock, moment: datetime, receivers: Any, runner: str) -> dict[str, Any]:
    """The ledger's row of an event."""
    return {
        "step": event.step,
        "due": event.due or clock.started_at,
        "type": event.type,
        "at": event.at,
        "detected_at": moment,
        "cause": event.cause,
        "receivers": json.dumps(receivers),
        "runner": runner,
    }


def _columns(clock: Clock) -> dict[str, Any]:
    breach = clock.breach
    return {
        "cycle": clock.cycle,
        "state": clock.state,
        "is_open": clock.is_open,
        "is_latest": True,
        "is_paused": clock.is_paused,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "stopped_at": clock.stopped_at,
        "breached_at": breach.at if breach else None,
        "breach_due_at": breach.due if breach else None,
        "breach_cause": breach.cause if breach else "",
        "target_s": clock.target_s,
        "next_event_at": clock.next_event_at,
        "error": "",
    }
