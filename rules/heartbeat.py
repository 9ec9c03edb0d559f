"""The runner's heartbeat, and whether it has stopped: never a silent stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from app.clock import now
from rules.tables import heartbeats, policies

NAME = "runner"
PERIODS = 3
"""Missed beats after which the runner counts as stopped."""
PATIENCE = timedelta(minutes=5)
"""How long a policy may wait for a first sign of life."""


@dataclass(frozen=True)
class Beat:
    """The last sign of life; `age_s` is how long ago it was, by the database's clock."""

    at: datetime
    runner: str
    started_at: datetime
    period_s: float
    age_s: float

    @property
    def is_late(self) -> bool:
        """Older than three periods: rules and alerts stand still."""
        return self.age_s > PERIODS * self.period_s


def beat(connection: Connection, runner: str, period: timedelta) -> None:
    """Give a sign of life; a new runner notes when it began."""
    moment = now(connection)
    values = {"at": moment, "period_s": period.total_seconds(), "runner": runner}
    mine = update(heartbeats).where(heartbeats.c.name == NAME)
    if connection.execute(mine.where(heartbeats.c.runner == runner).values(**values)).rowcount:
        return
    if not connection.execute(mine.values(**values, started_at=moment)).rowcount:
        connection.execute(insert(heartbeats).values(**values, name=NAME, started_at=moment))


def stands_still(connection: Connection) -> float | None:
    """Seconds since the last sign of life of a runner that is late; 0 when none ever came although a policy waits for one.

    None while all is well.
    """
    beat = last_beat(connection)
    if beat is not None:
        return beat.age_s if beat.is_late else None
    waits = select(func.min(policies.c.activated_at)).where(policies.c.active.is_(True))
    since = connection.execute(waits).scalar()
    return 0 if since is not None and now(connection) - since > PATIENCE else None


def last_beat(connection: Connection) -> Beat | None:
    """The last sign of life; None when no runner has ever worked here."""
    row = connection.execute(select(heartbeats).where(heartbeats.c.name == NAME)).mappings().first()
    if row is None:
        return None
    age = (now(connection) - row["at"]).total_seconds()
    return Beat(row["at"], row["runner"], row["started_at"], row["period_s"], age)
