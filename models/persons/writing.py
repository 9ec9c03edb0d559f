"""Writing over a person's values in one row, through the guard, with an entry that does not hold what was there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, update

from app.errors import Invalid, StillUsed
from models.audit.redaction import GONE
from models.change import Note, add_change
from models.guard import RecordSession
from models.records import read, targets, write
from models.records.transaction import Once, Saved, first_answer, run
from models.wiring.nouns import Entity

TURNS = 4
"""Tries where another program changes the row meanwhile, or where a stand-in is taken already."""
Make = Callable[[read.Record, int], Mapping[str, Any]]
"""Given the record as it is and the turn: the values that take the place of the person's."""


def overwrite(  # noqa: PLR0917 - the parts of a write
    session: RecordSession, entity: Entity, token: str, make: Make, once: Once, action: str
) -> Saved:
    """Write what `make` gives over a row that nobody else has changed since it was read. Raises Problems."""
    read.require(session, entity, "change")
    return first_answer(
        session,
        once,
        lambda: retried(session, lambda turn: _overwrite(session, entity, token, make, once, action, turn)),
    )


def retried(session: RecordSession, work: Callable[[int], Saved]) -> Saved:
    """What `work` makes of a row; again with the next turn where the row was changed meanwhile, or did not take the values."""
    for turn in range(TURNS - 1):
        session.rollback()  # to see the row as it is by now
        try:
            return work(turn)
        except StillUsed:
            raise  # it will be no other in a moment
        except (write.Conflict, Invalid):
            continue
    session.rollback()
    return work(TURNS - 1)


def _overwrite(  # noqa: PLR0917 - the same and the turn
    session: RecordSession, entity: Entity, token: str, make: Make, once: Once, action: str, turn: int
) -> Saved:
    current = write.current_row(session, entity, token, "", "change")
    values = {name: value for name, value in make(current, turn).items() if current.values.get(name) != value}
    if not values:
        return Saved(current.token)
    write.check_fields(session, entity, values)
    write.check_row(current, values)

    def work(connection: Connection) -> Saved:
        where = write.one_row(session, entity, current.token, current.raw_hash, "change")
        columns = {entity.table.c[name]: value for name, value in values.items()}
        count = connection.execute(update(entity.table).where(*where).values(columns)).rowcount
        write.hit_one(session, entity, current.token, count)
        write.check_reach(session, entity, current.token, "change")
        targets.check_codes(session, connection, entity, values, current.token)
        title = GONE if entity.title in values or entity.code in values else current.title
        before = dict.fromkeys(values, GONE)
        told = Note(entity.name, current.token, title, action, before, values, "", once.request_id)
        return Saved(current.token, add_change(connection, session.policy.actor, told))

    return run(session, once, work)
