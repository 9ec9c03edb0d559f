"""Who is at a hand-over: a lease that says so, renewed on the way, and counted anew by whoever takes over after a crash.

What was handed over is told by the audit alone, since an entry stands or falls with its record; the numbers of the run only
follow it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, or_, select, update

from models.change import change_table
from models.hand_over.runs import run_with, way_of
from models.hand_over.tables import ENDS, HALTS, Run, left_table, run_table

LEASE = timedelta(seconds=60)
RENEWED_SECONDS = 5.0


class Lost(Exception):
    """Another process has taken it over, or somebody stopped it or turned it back."""


@dataclass
class Held:
    """A claimed run. `ended` is called in the transaction in which it comes to its end."""

    engine: Engine
    runner: str
    run: Run
    ended: Callable[[Connection, Run], None]
    _renewed: float = field(default_factory=time.monotonic)

    def check(self) -> None:
        """Between two records: go on holding it. Raises Lost."""
        if time.monotonic() - self._renewed < RENEWED_SECONDS:
            return
        with self.engine.begin() as connection:
            self._write(connection, _here(self.run), lease_until=datetime.now(UTC) + LEASE)
        self._renewed = time.monotonic()

    def note(
        self, connection: Connection, counted: Mapping[str, object], place: Mapping[str, object]
    ) -> None:
        """What was done counts, whatever became of the run; its place is noted where it still goes that way. Raises Lost."""
        self._write(
            connection, run_table.c.id == self.run.id, **counted, lease_until=datetime.now(UTC) + LEASE
        )
        here = update(run_table).where(_here(self.run)).values(place)
        goes_on = connection.execute(here).rowcount == 1
        self.run = run_with(connection, self.run.id)
        if goes_on and self.run.state in ENDS.values():
            self.ended(connection, self.run)

    def keep(self, **values: object) -> None:
        """Note something while it goes that way. Raises Lost."""
        with self.engine.begin() as connection:
            self._write(connection, _here(self.run), **values)
            self.run = run_with(connection, self.run.id)

    def _write(self, connection: Connection, where: ColumnElement[bool], **values: object) -> None:
        mine = run_table.c.leased_by == self.runner
        if connection.execute(update(run_table).where(where, mine).values(values)).rowcount != 1:
            raise Lost


def claim(engine: Engine, runner: str, ended: Callable[[Connection, Run], None]) -> Held | None:
    """The run that waited longest, or one whose process is gone; None when there is nothing to do."""
    table, now = run_table.c, datetime.now(UTC)
    is_free = table.state.in_(HALTS) & or_(table.lease_until.is_(None), table.lease_until < now)
    with engine.begin() as connection:
        waiting = select(table.id, table.leased_by).where(is_free).order_by(table.worked_at, table.id)
        row = connection.execute(waiting.limit(1)).first()
        if row is None:
            return None
        taken = update(run_table).where(table.id == row.id, is_free)
        values = {"lease_until": now + LEASE, "leased_by": runner, "worked_at": now}
        if connection.execute(taken.values(values)).rowcount != 1:
            return None
        if row.leased_by:
            recount(connection, run_with(connection, row.id))
        return Held(engine, runner, run_with(connection, row.id), ended)


def release(held: Held) -> None:
    """Let go of it between two slices: others have their turn."""
    mine = (run_table.c.id == held.run.id) & (run_table.c.leased_by == held.runner)
    with held.engine.begin() as connection:
        connection.execute(update(run_table).where(mine).values(leased_by="", lease_until=None))


def halt(held: Held, code: str) -> Run | None:
    """Stop it by itself; None when it did not go on any more. `code` says why."""
    values = {"state": HALTS[held.run.state], "reason": code, "leased_by": "", "lease_until": None}
    with held.engine.begin() as connection:
        if not connection.execute(update(run_table).where(_here(held.run)).values(values)).rowcount:
            return None
        stopped = run_with(connection, held.run.id)
        held.ended(connection, stopped)
    return stopped


def recount(connection: Connection, run: Run) -> None:
    """The numbers as the audit has them: a process that died noted its last records nowhere else."""
    change = change_table.c
    mine = (
        (change.entity == run.entity)
        & (change.request_id == run.request)
        & (change.id >= (run.first_change or 0))
    )
    counted = select(change.action, func.count(), func.max(change.id)).where(mine).group_by(change.action)
    found = {action: (number, last) for action, number, last in connection.execute(counted)}
    handed, last = found.get("change", (0, None))
    left = select(func.count()).where(left_table.c.run == run.id, left_table.c.way == way_of(run))
    values = {"handed": handed, "last_change": last, "returned": found.get("undo", (0, None))[0]}
    values["refused"] = connection.execute(left).scalar_one()
    connection.execute(update(run_table).where(run_table.c.id == run.id).values(values))


def leave(connection: Connection, run: Run, left: Iterable[tuple[str, str, str]]) -> int:
    """Note (record, code, text) of those that stay as they are; how many of them were not noted yet."""
    fresh = 0
    for record, code, text in left:
        here = (
            (left_table.c.run == run.id) & (left_table.c.way == way_of(run)) & (left_table.c.record == record)
        )
        values = {"code": code, "text": text[:500]}
        again = update(left_table).where(here).values(**values, tries=left_table.c.tries + 1)
        if not connection.execute(again).rowcount:
            row = {"run": run.id, "way": way_of(run), "record": record, **values, "tries": 1}
            connection.execute(insert(left_table).values(row))
            fresh += 1
    return fresh


def _here(run: Run) -> ColumnElement[bool]:
    return (run_table.c.id == run.id) & (run_table.c.state == run.state) & (run_table.c.cursor == run.cursor)
