"""Running clocks keep their version until an administrator applies the newest one to them."""

from __future__ import annotations

from sqlalchemy import Connection, and_, or_, update

from app.clock import now
from rules.sla.policy import SlaPolicy
from rules.sla.store import calendar_with_id
from rules.tables import clocks


def reapply(connection: Connection, policy: SlaPolicy) -> int:
    """Put all running clocks of a policy on its newest version; the runner computes them anew. Breaches stay."""
    calendar = calendar_with_id(connection, policy.definition.calendar)
    old = or_(
        clocks.c.policy_version != policy.version,
        clocks.c.calendar_id != calendar.id,
        clocks.c.calendar_version != calendar.calendar.version,
    )
    values = {
        "policy_version": policy.version,
        "calendar_id": calendar.id,
        "calendar_version": calendar.calendar.version,
        "next_event_at": now(connection),
    }
    mine = and_(clocks.c.policy_id == policy.id, clocks.c.is_open, old)
    return connection.execute(update(clocks).where(mine).values(values)).rowcount
