"""Messages that leave the house: written with the change that causes them, sent later, at least once and in order.

A row is taken under a lease, so that a sender that dies loses nothing; the dedupe key travels along so that a receiver
can tell a second copy. What fails is tried again later and later, and in the end kept as a dead letter.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, RowMapping, and_, exists, insert, or_, select, update

from app.clock import now
from rules.tables import outbox

log = logging.getLogger("veneer.outbox")
LEASE = timedelta(seconds=60)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
MOST_ATTEMPTS = 12


class SendFailed(Exception):
    """A channel could not deliver; the text says why."""


class Channel(Protocol):
    """A way out of the house."""

    def send(self, payload: Mapping[str, Any], dedupe_key: str) -> None:
        """Deliver one message; raises SendFailed."""


@dataclass(frozen=True)
class Letter:
    """A message for a channel. Letters with the same `record_key` are sent in the order in which they were posted."""

    channel: str
    payload: Mapping[str, Any]
    dedupe_key: str
    record_key: str


def post(connection: Connection, letter: Letter, moment: datetime) -> None:
    """Put a letter into the outbox, in the caller's transaction; the same dedupe key twice is refused."""
    row = {"channel": letter.channel, "dedupe_key": letter.dedupe_key, "record_key": letter.record_key}
    row["payload"] = json.dumps(dict(letter.payload), ensure_ascii=False)
    connection.execute(insert(outbox).values(**row, created_at=moment, next_try_at=moment))


def send_due(engine: Engine, channels: Mapping[str, Channel], sender: str, size: int = 50) -> int:
    """Send what is due, one letter after the other; returns how many were delivered."""
    delivered = 0
    for _number in range(size):
        with engine.begin() as connection:
            row = lease(connection, tuple(channels), sender)
        if row is None:
            break
        delivered += _send(engine, channels[row["channel"]], row, sender)
    return delivered


def lease(connection: Connection, channels: tuple[str, ...], sender: str) -> RowMapping | None:
    """Take the letter that has waited longest, for a minute; None when there is nothing to do."""
    moment = now(connection)
    free = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < moment)
    due = and_(outbox.c.next_try_at <= moment, outbox.c.channel.in_(channels), free, ~_has_earlier())
    row = connection.execute(select(outbox).where(due).order_by(outbox.c.id).limit(1)).mappings().first()
    if row is None:
        return None
    still_free = and_(outbox.c.id == row["id"], outbox.c.next_try_at <= moment, free)
    values = {"leased_by": sender, "lease_until": moment + LEASE, "attempts": outbox.c.attempts + 1}
    taken = connection.execute(update(outbox).where(still_free).values(values)).rowcount == 1
    return row if taken else None


def dead_letters(connection: Connection, size: int = 100) -> list[RowMapping]:
    """Letters that were given up, newest first."""
    found = select(outbox).where(outbox.c.dead_at.is_not(None)).order_by(outbox.c.id.desc()).limit(size)
    return list(connection.execute(found).mappings())


def replay(connection: Connection, letter_id: int) -> bool:
    """Try a dead letter again from the beginning; False when it is not dead."""
    dead = and_(outbox.c.id == letter_id, outbox.c.dead_at.is_not(None))
    again = {"dead_at": None, "attempts": 0, "next_try_at": now(connection), "lease_until": None}
    return connection.execute(update(outbox).where(dead).values(again)).rowcount == 1


def _has_earlier() -> Any:
    """Another letter about the same record stands before this one and is neither sent nor given up."""
    earlier = outbox.alias("earlier")
    same = and_(earlier.c.channel == outbox.c.channel, earlier.c.record_key == outbox.c.record_key)
    return exists().where(same, earlier.c.id < outbox.c.id, earlier.c.next_try_at.is_not(None))


def _send(engine: Engine, channel: Channel, row: RowMapping, sender: str) -> bool:
    try:
        channel.send(json.loads(row["payload"]), row["dedupe_key"])
    except SendFailed as error:
        return _settle(engine, row, sender, str(error))
    except Exception as error:
        log.exception("letter %s cannot be sent", row["id"])
        return _settle(engine, row, sender, f"{type(error).__name__}: {error}")
    return _settle(engine, row, sender, "")


def _settle(engine: Engine, row: RowMapping, sender: str, error: str) -> bool:
    """Note how it went, unless the lease was lost to another sender meanwhile."""
    with engine.begin() as connection:
        moment = now(connection)
        mine = and_(outbox.c.id == row["id"], outbox.c.leased_by == sender, outbox.c.next_try_at.is_not(None))
        values = (
            _failed(row["attempts"] + 1, moment, error) if error else {"sent_at": moment, "next_try_at": None}
        )
        connection.execute(update(outbox).where(mine).values(**values, lease_until=None))
    return not error


def _failed(attempts: int, moment: datetime, error: str) -> dict[str, Any]:
    if attempts >= MOST_ATTEMPTS:
        return {"dead_at": moment, "next_try_at": None, "last_error": error[:500]}
    return {"next_try_at": moment + wait_after(attempts), "last_error": error[:500]}


def wait_after(attempts: int) -> timedelta:
    """Twice as long after each failure, up to an hour, with a random part so that retries do not come all at once."""
    longest: timedelta = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
