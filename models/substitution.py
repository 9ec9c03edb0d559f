"""Substitution: somebody lends the rights on records to a colleague between two days.

The colleague works under the own name with what the absent person may do; the audit says for whom. Rights of the administrator
and rights on Veneer's own screens are never lent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from flask import g, session
from flask_babel import gettext as _
from sqlalchemy import Column, Connection, Date, Integer, String, Table, insert, or_, select, update

from app.actor import Actor
from app.clock import today
from app.errors import Invalid
from models import audit, sessions
from models.overlay import metadata
from models.overlay.types import UtcDateTime

COOKIE_KEY = "substitution"
MOST_DAYS = 366

substitution_table = Table(
    "substitution",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("absent_id", Integer, nullable=False, index=True),
    Column("substitute_id", Integer, nullable=False, index=True),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("reason", String(255), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)


@dataclass(frozen=True)
class Substitution:
    """`since` and `until` are days, both included, in the zone of the legacy system."""

    id: int
    absent_id: int
    substitute_id: int
    since: date
    until: date
    reason: str

    def is_on(self, day: date) -> bool:
        """Is it in force on this day?"""
        return self.since <= day <= self.until


@dataclass(frozen=True)
class Standing:
    """For whom the signed-in person works at the moment, for the banner."""

    name: str
    until: date


def lend(connection: Connection, actor: Actor, absent: Any, substitute: Any, wanted: Substitution) -> int:
    """Write it down, with its entry in the audit; returns its id. Raises Invalid."""
    _check(absent, substitute, wanted)
    row = {
        "absent_id": absent.id,
        "substitute_id": substitute.id,
        "since": wanted.since,
        "until": wanted.until,
        "reason": wanted.reason[:255],
        "made_at": datetime.now(UTC),
    }
    key = connection.execute(insert(substitution_table).values(row)).inserted_primary_key
    number = int(key[0]) if key else 0
    told = {"who": substitute.username, "since": str(wanted.since), "until": str(wanted.until)}
    audit.note(
        connection,
        actor,
        "@rights",
        "lent",
        record=str(number),
        title=absent.username,
        reason=wanted.reason,
        after=told,
    )
    return number


def _check(absent: Any, substitute: Any, wanted: Substitution) -> None:
    if substitute is None or not substitute.active or substitute.id == absent.id:
        raise Invalid(_("Choose a colleague who has an active account."))
    if wanted.until < wanted.since:
        raise Invalid(_("The last day lies before the first one. Correct one of them."))
    if wanted.until < today():
        raise Invalid(_("The last day is over already. Choose a later one."))
    if (wanted.until - wanted.since).days > MOST_DAYS:
        raise Invalid(_("Rights are lent for a year at most. Choose an earlier last day."))


def end(connection: Connection, actor: Actor, number: int) -> bool:
    """End one's own (an administrator anybody's); False when there is none that runs."""
    table = substitution_table.c
    mine = (table.id == number) & table.ended_at.is_(None)
    if not actor.is_administrator:
        mine &= or_(table.absent_id == actor.user_id, table.substitute_id == actor.user_id)
    done = connection.execute(update(substitution_table).where(mine).values(ended_at=datetime.now(UTC)))
    if done.rowcount:
        audit.note(connection, actor, "@rights", "taken-back", record=str(number))
    return bool(done.rowcount)


def of_person(connection: Connection, user_id: int) -> list[Substitution]:
    """Those that are not over, in which the person is one of the two."""
    table = substitution_table.c
    return _found(connection, or_(table.absent_id == user_id, table.substitute_id == user_id))


def everybodys(connection: Connection) -> list[Substitution]:
    """All that are not over."""
    return _found(connection, substitution_table.c.id > 0)


def substitutes_of(connection: Connection, user_ids: Sequence[int]) -> list[int]:
    """Accounts that stand in for one of these today."""
    found = _found(connection, substitution_table.c.absent_id.in_(user_ids)) if user_ids else []
    return sorted({one.substitute_id for one in found if one.is_on(today())})


def _found(connection: Connection, which: Any) -> list[Substitution]:
    table = substitution_table.c
    columns = (table[name] for name in Substitution.__dataclass_fields__)
    found = select(*columns).where(which, table.ended_at.is_(None), table.until >= today())
    return [
        Substitution(*row) for row in connection.execute(found.order_by(table.since, table.id).limit(500))
    ]


def begin(connection: Connection, actor: Actor, number: int) -> None:
    """Work for the absent person from the next page on. Raises Invalid when nothing is lent today."""
    if _running(connection, actor.user_id, number) is None:
        raise Invalid(_("Nobody lends you rights by this today. Look at the list again."))
    session[COOKIE_KEY] = [number, sessions.current_id()]
    audit.note(connection, actor, "@rights", "stands-in", record=str(number))


def stop() -> None:
    """Work for oneself again."""
    session.pop(COOKIE_KEY, None)


def _running(connection: Connection, user_id: int | None, number: int) -> Substitution | None:
    table = substitution_table.c
    found = _found(connection, (table.id == number) & (table.substitute_id == user_id))
    return next((one for one in found if one.is_on(today())), None)


def in_place_of(connection: Connection, actor: Actor, account_of: Any, actor_of: Any) -> Actor:
    """The signed-in person with the rights of the one for whom they work at the moment; themselves when it is over."""
    number, own_session = session[COOKIE_KEY]
    found = _running(connection, actor.user_id, number) if own_session == sessions.current_id() else None
    absent = account_of(found.absent_id) if found else None
    if found is None or absent is None or not absent.active:
        stop()
        return actor
    lent: Actor = actor_of(absent)
    g.standing_in = Standing(called(absent), found.until)
    roles = lent.roles - {"Admin"}
    return replace(
        lent,
        user_id=actor.user_id,
        username=actor.username,
        roles=roles,
        cause=f"for {absent.username}"[:255],
        stands_for=absent.id,
    )


def called(user: Any) -> str:
    """How a person is called on pages."""
    return f"{user.first_name or ''} {user.last_name or ''}".strip() or str(user.username)
