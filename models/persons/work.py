"""Working a request off: row by row, then the traces in the overlay. Whoever takes over after a crash goes on, and does nothing twice.

A lease says who is at it. A row's idempotency key makes its write happen once, even where the process died before it could
note that it was done.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, RowMapping, and_, or_, select, update

from app.errors import NotAllowed, NotVisible, Problem, StillUsed
from models.audit import NOBODY, note
from models.guard import RecordSession
from models.persons import removing, traces
from models.persons.job import LEASE, Job
from models.persons.kinds import IDENTIFYING, NAME, personal
from models.persons.plan import ANONYMISE, DELETE, LEAVE, Part, field_refusal, part_from
from models.persons.removing import children_first
from models.persons.requests import APPROVED, FAILED, RUNNING, SUBJECT, ended
from models.persons.stand_ins import can_be_empty, empty, stand_in
from models.persons.tables import find_table, request_table
from models.persons.writing import overwrite
from models.records import read
from models.records.transaction import Once
from models.wiring.nouns import Entity

BATCH = 20
LONGEST_VALUE = 200
CODES: tuple[tuple[type[Problem], str], ...] = (
    (NotVisible, "gone"),
    (NotAllowed, "right"),
    (StillUsed, "used"),
    (removing.Unsure, "unsure"),
)


def claim(engine: Engine, runner: str) -> RowMapping | None:
    """The oldest approved request, or one whose process is gone; None when there is nothing to do."""
    table, now = request_table.c, datetime.now(UTC)
    is_left = (table.state == RUNNING) & (table.lease_until < now)
    is_free = or_(table.state == APPROVED, is_left)
    with engine.connect() as connection:
        found = select(request_table).where(is_free).order_by(table.id).limit(1)
        row = connection.execute(found).mappings().first()
    if row is None:
        return None
    with engine.begin() as connection:
        taken = update(request_table).where(table.id == row["id"], is_free)
        values = {"state": RUNNING, "lease_until": now + LEASE, "leased_by": runner}
        return row if connection.execute(taken.values(values)).rowcount == 1 else None


def job_of(engine: Engine, runner: str, row: RowMapping, session: RecordSession) -> Job:
    """What a claimed row says."""
    parts = [part_from(plain) for plain in json.loads(row["choices"])]
    by_place = {(part.entity, part.way): part for part in parts}
    values = list(json.loads(row["ask"]).get("values", ()))
    place = json.loads(row["place"])
    return Job(engine, row["id"], runner, row["secret"], values, by_place, place, session)


def run(job: Job) -> None:
    """Everything that is left of it. Raises job.Lost when another process has taken over."""
    try:
        while batch := _next(job):
            for find in batch:
                _row(job, find)
            job.keep()
        traces.clean(job)
        job.end()
    finally:
        traces.forget()


def give_up(engine: Engine, number: int) -> None:
    """End a request that can no longer run: the person who made it is gone, or has lost the right."""
    with engine.begin() as connection:
        mine = request_table.c.id == number
        connection.execute(update(request_table).where(mine).values(state=FAILED, **ended()))
        note(connection, NOBODY, SUBJECT, "gave-up", record=str(number))


def _next(job: Job) -> list[RowMapping]:
    """What is written over first, then what is deleted, children before what they point to."""
    for places in _turns(job):
        if batch := _batch(job, places):
            return batch
    return []


def _turns(job: Job) -> Iterator[list[tuple[str, str]]]:
    written = [key for key, part in job.parts.items() if part.choice not in {LEAVE, DELETE}]
    deleted = [key for key, part in job.parts.items() if part.choice == DELETE]
    if written:
        yield written
    for name in children_first(job.session.policy.catalogue, (name for name, _way in deleted)):
        yield [key for key in deleted if key[0] == name]


def _batch(job: Job, places: Sequence[tuple[str, str]]) -> list[RowMapping]:
    table = find_table.c
    of_parts = or_(*(and_(table.entity == name, table.way == way) for name, way in places))
    found = select(find_table).where(table.request == job.id, table.state == "", of_parts)
    with job.engine.connect() as connection:
        return list(connection.execute(found.order_by(table.seq).limit(BATCH)).mappings())


def _row(job: Job, find: RowMapping) -> None:
    """One record; what cannot be done is noted by a code and the next one follows."""
    part = job.parts[find["entity"], find["way"]]
    try:
        state, said = _deleted(job, find) if part.choice == DELETE else _overwritten(job, part, find)
    except Problem as problem:
        state = "kept"
        said = next((code for kind, code in CODES if isinstance(problem, kind)), "refused")
    with job.engine.begin() as connection:
        mine = (find_table.c.request == job.id) & (find_table.c.seq == find["seq"])
        connection.execute(update(find_table).where(mine).values(state=state, note=said))


def _overwritten(job: Job, part: Part, find: RowMapping) -> tuple[str, str]:
    session, entity = job.session, job.entity(find["entity"])
    if entity is None or entity.kept:
        return "kept", "kept"
    names = [name for name in personal(entity) if not field_refusal(session.policy, entity, name)]

    def make(record: read.Record, turn: int) -> Mapping[str, Any]:
        _remember(job, entity, record, names)
        return replaced(entity, record.values, names, part.choice, job.secret, turn)

    key = f"person-{job.id}-{find['seq']}"
    overwrite(session, entity, find["record"], make, Once(key, key, key), part.choice)
    return "done", ""


def _deleted(job: Job, find: RowMapping) -> tuple[str, str]:
    """Nothing of it is left; what it held is remembered, so that its traces can be found."""
    session, entity = job.session, job.entity(find["entity"])
    if entity is None or removing.refusal(session.policy, entity):
        return "kept", "kept"
    names = list(personal(entity))
    key = f"person-{job.id}-{find['seq']}"
    removing.remove(
        session,
        entity,
        find["record"],
        lambda record: _remember(job, entity, record, names),
        Once(key, key, key),
    )
    return "deleted", ""


def replaced(  # noqa: PLR0917 - the parts of one row's work
    entity: Entity, values: Mapping[str, Any], names: list[str], choice: str, secret: str, turn: int
) -> dict[str, Any]:
    """What takes the place of a row's personal values. What must be there or be unique gets a stand-in in any case."""
    kinds, found = personal(entity), {}
    alone = {columns[0] for columns in entity.unique if len(columns) == 1}
    for name in names:
        one, value = entity.fields[name], values.get(name)
        if value is None or value == "":
            continue
        must_stand = (name in alone and not one.nullable) or name == entity.title or not can_be_empty(one)
        if choice == ANONYMISE or must_stand:
            found[name] = stand_in(one, kinds[name], value, secret, turn)
        else:
            found[name] = empty(one)
    return found


def _remember(job: Job, entity: Entity, record: read.Record, names: list[str]) -> None:
    """What is about to go, so that its traces can be found: kept (encrypted) before the row is written."""
    kinds = personal(entity)
    held = [str(record.values[n]) for n in names if record.values.get(n) and kinds[n] in {*IDENTIFYING, NAME}]
    if job.remember(value[:LONGEST_VALUE] for value in held):
        job.keep()
