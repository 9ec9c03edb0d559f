"""Asking for a hand-over, stopping it, letting it go on, taking it back; and what it has come to."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy import Connection, RowMapping, func, insert, select, update

from app.actor import Actor
from app.errors import Invalid, NotVisible
from models import audit
from models.change import change_table
from models.hand_over.tables import BACK, DONE, ENDS, GOING, HALTS, Run, left_table, run_from, run_table
from models.organisation import staff_table
from models.policy import Policy
from models.records import read
from models.wiring.nouns import Entity

PAGE = 100
"""Records that are looked up at once."""
SHOWN = 200


def owned_entities(policy: Policy) -> list[Entity]:
    """Those with an owner that this person may find records by, and give another one."""
    return [
        entity
        for entity in policy.catalogue.entities.values()
        if entity.owner
        and policy.may(entity, "change")
        and policy.is_open(entity, entity.owner)
        and policy.is_editable(entity, entity.owner)
    ]


def query(entity: Entity, giver: str, cursor: str = "") -> read.Query:
    """What somebody owns, in the order of the key."""
    condition = {"field": entity.owner, "op": "eq", "value": giver}
    return read.Query((entity.owner,), condition, sort=((entity.key[0], False),), cursor=cursor, size=PAGE)


def start(connection: Connection, actor: Actor, entity: Entity, giver: str, taker: str) -> int:
    """Ask for a run; returns its number. Raises Invalid."""
    if not giver or giver == taker:
        raise Invalid(_("Choose somebody else to take it over."))
    present = (staff_table.c.code == taker) & staff_table.c.left_on.is_(None)
    if connection.execute(select(staff_table.c.code).where(present)).first() is None:
        raise Invalid(_("There is no such employee. Choose one from the list."))
    row = {"at": datetime.now(UTC), "by_id": actor.user_id or 0, "by_name": actor.username}
    row |= {"entity": entity.name, "giver": giver, "taker": taker, "state": GOING, "cursor": ""}
    row |= {"acts_id": actor.user_id or 0, "first_change": _next_change(connection)}
    key = connection.execute(insert(run_table).values(row)).inserted_primary_key
    number = int(key[0]) if key else 0
    told = {"subject": entity.name, "employee": giver, "who": taker}
    audit.note(connection, actor, "@rights", "handed-over", record=str(number), title=giver, after=told)
    return number


def _next_change(connection: Connection) -> int:
    return int(connection.execute(select(func.max(change_table.c.id))).scalar() or 0) + 1


def run_with(connection: Connection, number: int) -> Run:
    """The run; raises NotVisible."""
    found = connection.execute(select(run_table).where(run_table.c.id == number)).mappings().first()
    if found is None:
        raise NotVisible(_("There is nothing here. Check the address or go back."))
    return run_from(found)


def runs_of(connection: Connection, giver: str) -> list[Run]:
    """The hand-overs of somebody's records, the newest first."""
    mine = select(run_table).where(run_table.c.giver == giver).order_by(run_table.c.id.desc()).limit(50)
    return [run_from(row) for row in connection.execute(mine).mappings()]


def left_of(connection: Connection, run: Run) -> list[RowMapping]:
    """Records that stayed as they are on the way that it went last, the first of them."""
    mine = (left_table.c.run == run.id) & (left_table.c.way == way_of(run))
    found = select(left_table).where(mine).order_by(left_table.c.record).limit(SHOWN)
    return list(connection.execute(found).mappings())


def way_of(run: Run) -> str:
    """On or back."""
    return GOING if run.state in {GOING, ENDS[GOING], HALTS[GOING]} else BACK


def stop(connection: Connection, actor: Actor, run: Run) -> None:
    """Let it stand as it is; nothing when it has come to its end already."""
    for state, halted in HALTS.items():
        if _turn(connection, run, state, state=halted):
            _note(connection, actor, run, "handing-stopped")


def go_on(connection: Connection, actor: Actor, run: Run) -> None:
    """Work on where it stopped, as this person; or, where it is done, at what the giver still has."""
    for state, halted in HALTS.items():
        goes_on = {"state": state, "acts_id": actor.user_id or 0, "reason": ""}
        anew = {**goes_on, "cursor": ""}
        if _turn(connection, run, halted, **goes_on) or _turn(connection, run, ENDS[state], **anew):
            _note(connection, actor, run, "handing-resumed")


def turn_back(connection: Connection, actor: Actor, run: Run) -> None:
    """Take all of it back from now on; each record only where nobody has changed it since."""
    values = {"state": BACK, "cursor": "", "acts_id": actor.user_id or 0, "refused": 0, "reason": ""}
    if any(_turn(connection, run, state, **values) for state in (GOING, DONE, HALTS[GOING])):
        _note(connection, actor, run, "handed-back")


def _turn(connection: Connection, run: Run, at: str, **values: object) -> bool:
    here = (run_table.c.id == run.id) & (run_table.c.state == at)
    return bool(connection.execute(update(run_table).where(here).values(values)).rowcount)


def _note(connection: Connection, actor: Actor, run: Run, action: str) -> None:
    audit.note(connection, actor, "@rights", action, record=str(run.id), title=run.giver)
