"""Handing over what somebody owns: record by record through the gateway of writing, in batches, and back again.

Each record is a change of its own with the run's name as its request, so that a run can be found in the audit and taken back.
Whoever hands over does so within their own rights: records out of reach are not seen, others are refused with a reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Column, Connection, Integer, String, Table, func, insert, select, update

from app.actor import Actor
from app.errors import Invalid, NotVisible, Problem, Stale
from models import audit
from models.change import BigKey, change_table
from models.guard import RecordSession
from models.organisation import staff_table
from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime
from models.policy import Policy
from models.records import read, undo, write
from models.records.transaction import Once
from models.wiring.nouns import Entity

BATCH = 50
"""Records in one step: a second or two."""
GOING, DONE, BACK, TAKEN_BACK = "going", "done", "back", "taken-back"

run_table = Table(
    "hand_over",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by_id", Integer, nullable=False),
    Column("by_name", String(128), nullable=False),
    Column("entity", String(64), nullable=False),
    Column("giver", String(64), nullable=False, index=True),
    Column("taker", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("cursor", LongText, nullable=False),
    Column("handed", Integer, nullable=False, default=0),
    Column("refused", Integer, nullable=False, default=0),
    Column("returned", Integer, nullable=False, default=0),
    Column("first_change", BigKey),
    Column("last_change", BigKey),
    Column("reason", String(500), nullable=False, default=""),
)
"""One entity's records of one person to another; `cursor` is where the next step goes on, `reason` the last refusal's."""


@dataclass(frozen=True)
class Run:
    """A hand-over as it stands."""

    id: int
    at: datetime
    by_id: int
    by_name: str
    entity: str
    giver: str
    taker: str
    state: str
    cursor: str
    handed: int
    refused: int
    returned: int
    first_change: int | None
    last_change: int | None
    reason: str

    @property
    def request(self) -> str:
        """What its changes have as their request; with the moment, since SQLite gives numbers again."""
        return f"hand-over-{self.id}-{self.at:%Y%m%d%H%M%S%f}"

    @property
    def is_going(self) -> bool:
        """Is there more to do?"""
        return self.state in {GOING, BACK}


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
    return read.Query((entity.owner,), condition, sort=((entity.key[0], False),), cursor=cursor, size=BATCH)


def start(connection: Connection, actor: Actor, entity: Entity, giver: str, taker: str) -> int:
    """Begin a run; returns its number. Raises Invalid."""
    if not giver or giver == taker:
        raise Invalid(_("Choose somebody else to take it over."))
    present = (staff_table.c.code == taker) & staff_table.c.left_on.is_(None)
    if connection.execute(select(staff_table.c.code).where(present)).first() is None:
        raise Invalid(_("There is no such employee. Choose one from the list."))
    row = {
        "at": datetime.now(UTC),
        "by_id": actor.user_id or 0,
        "by_name": actor.username,
        "entity": entity.name,
        "giver": giver,
        "taker": taker,
        "state": GOING,
        "cursor": "",
    }
    key = connection.execute(insert(run_table).values(row)).inserted_primary_key
    number = int(key[0]) if key else 0
    told = {"subject": entity.name, "employee": giver, "who": taker}
    audit.note(connection, actor, "@rights", "handed-over", record=str(number), title=giver, after=told)
    return number


def run_with(connection: Connection, number: int) -> Run:
    """The run; raises NotVisible."""
    found = connection.execute(select(run_table).where(run_table.c.id == number)).first()
    if found is None:
        raise NotVisible(_("There is nothing here. Check the address or go back."))
    return Run(**found._mapping)  # noqa: SLF001 a row's public name for its columns


def runs_of(connection: Connection, giver: str) -> list[Run]:
    """The hand-overs of somebody's records, the newest first."""
    mine = select(run_table).where(run_table.c.giver == giver).order_by(run_table.c.id.desc()).limit(50)
    return [Run(**row._mapping) for row in connection.execute(mine)]  # noqa: SLF001


def step(session: RecordSession, run: Run) -> None:
    """Hand the next records over, or take the next ones back."""
    entity = session.policy.catalogue.get(run.entity)
    if entity is None or entity not in owned_entities(session.policy):
        raise NotVisible(_("There is nothing here. Check the address or go back."))
    if run.state == GOING:
        _hand_on(session, run, entity)
    elif run.state == BACK:
        _take_back(session, run, entity)


def _hand_on(session: RecordSession, run: Run, entity: Entity) -> None:
    page = read.batch(session, entity, query(entity, run.giver, run.cursor))
    saved, reasons = _each(_handed(session, run, entity, record.token) for record in page.records)
    ids = [number for number in saved if number is not None]
    values: dict[str, Any] = {
        "cursor": page.next_cursor,
        "state": GOING if page.next_cursor else DONE,
        "handed": run_table.c.handed + len(ids),
        "refused": run_table.c.refused + len(reasons),
    }
    if ids:
        values |= {"first_change": func.coalesce(run_table.c.first_change, min(ids)), "last_change": max(ids)}
    _note(session, run, values, reasons)


def _handed(session: RecordSession, run: Run, entity: Entity, token: str) -> Iterator[int | None]:
    """One record, when it is still the giver's: its change."""
    record = read.get(session, entity, token)
    if str(record.values.get(entity.owner)) != run.giver:
        raise Stale(_("Somebody else gave it another owner meanwhile."))
    once = Once(_key(run, token), run.request, run.request)
    taken = {entity.owner: run.taker}
    yield write.change(session, entity, token, record.hash, taken, once=once).change_id


def _take_back(session: RecordSession, run: Run, entity: Entity) -> None:
    ids = _changes(session.connection(), run)
    saved, reasons = _each(_returned(session, run, entity, number) for number in ids)
    values: dict[str, Any] = {
        "cursor": str(ids[-1]) if ids else "",
        "state": BACK if len(ids) == BATCH else TAKEN_BACK,
        "returned": run_table.c.returned + len(saved),
        "refused": run_table.c.refused + len(reasons),
    }
    _note(session, run, values, reasons)


def _returned(session: RecordSession, run: Run, entity: Entity, number: int) -> Iterator[int | None]:
    yield undo.undo(session, entity, number, Once(request_id=run.request)).change_id


def _changes(connection: Connection, run: Run) -> Sequence[int]:
    """The next changes of the run, the newest first."""
    change = change_table.c
    below = int(run.cursor) if run.cursor else (run.last_change or 0) + 1
    mine = (change.entity == run.entity) & (change.request_id == run.request) & (change.action == "change")
    found = select(change.id).where(mine, change.id < below, change.id >= (run.first_change or 0))
    return connection.execute(found.order_by(change.id.desc()).limit(BATCH)).scalars().all()


def _each(works: Iterator[Iterator[int | None]]) -> tuple[list[int | None], list[str]]:
    """What was saved, and a sentence for each that was refused."""
    saved: list[int | None] = []
    reasons: list[str] = []
    for work in works:
        try:
            saved.append(next(work))
        except Problem as problem:
            reasons.append(str(problem))
    return saved, reasons


def _note(session: RecordSession, run: Run, values: dict[str, Any], reasons: list[str]) -> None:
    """Where the run stands now. Sent twice at once, the second one finds that it has gone on and counts nothing."""
    session.rollback()
    here = (run_table.c.id == run.id) & (run_table.c.cursor == run.cursor) & (run_table.c.state == run.state)
    told = values | ({"reason": reasons[-1][:500]} if reasons else {})
    session.connection().execute(update(run_table).where(here).values(told))
    session.commit()


def turn_back(connection: Connection, actor: Actor, run: Run) -> None:
    """Take all of it back from now on; each record only where nobody has changed it since."""
    here = (run_table.c.id == run.id) & (run_table.c.state.in_([GOING, DONE]))
    connection.execute(update(run_table).where(here).values(state=BACK, cursor=""))
    audit.note(connection, actor, "@rights", "handed-back", record=str(run.id), title=run.giver)


def _key(run: Run, token: str) -> str:
    return hashlib.sha256(f"{run.request}:{token}".encode()).hexdigest()
