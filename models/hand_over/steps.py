"""The steps of a hand-over: some records on, or some back; each a short transaction of its own, and what cannot be done is noted.

A record is handed on only while it is the giver's. So a step that a dead process has half done is done again from its
beginning: what it had written is not the giver's any more, and no record is written twice or left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Connection, delete, func, select

from app.errors import NotAllowed, NotVisible, Problem, Stale, Unavailable, Unreachable
from models import condition as conditions
from models import heavy
from models.change import change_table
from models.guard import RecordSession
from models.hand_over.lease import Held, leave
from models.hand_over.runs import owned_entities, query, way_of
from models.hand_over.tables import BACK, ENDS, GOING, Run, left_table, run_table
from models.records import read, undo, write
from models.records.transaction import Once
from models.wiring.nouns import Entity

BATCH = 50
"""Records in one step: a second or less."""
AGAIN = "again"
"""The place of a run that has seen all records and tries those once more that somebody was at."""
TRIES = 3
IN_A_ROW = 10
"""So many records one after the other that cannot be had: then it is the database, and not the records."""
CODES: tuple[tuple[type[Problem], str], ...] = (
    (NotVisible, "gone"), (NotAllowed, "right"), (Unavailable, "locked"), (Stale, "changed"),
)  # fmt: skip
PASSING = ("locked", "changed")


class NoRight(Exception):
    """Whoever it is done as may not hand over records of this entity any more."""


@dataclass
class Done:
    """What a step has come to."""

    changes: list[int] = field(default_factory=list)
    left: list[tuple[str, str, str]] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    """Records that were handed on before, or just now."""
    busy: int = 0

    def leave(self, record: str, problem: Problem) -> None:
        """Note why a record stays. Raises the problem itself where it is none of the record."""
        self.busy = self.busy + 1 if isinstance(problem, Unavailable) else 0
        if isinstance(problem, Unreachable) or self.busy >= IN_A_ROW:
            raise problem
        code = next((code for kind, code in CODES if isinstance(problem, kind)), "refused")
        self.left.append((record, code, str(problem)))

    def count(self, record: str, change: int | None) -> None:
        """Note that a record is the other's now."""
        self.busy = 0
        self.settled.append(record)
        if change is not None:
            self.changes.append(change)


@dataclass(frozen=True)
class Work:
    """What one step is done with."""

    session: RecordSession
    held: Held
    run: Run
    entity: Entity

    @cached_property
    def columns(self) -> list[str]:
        """What is read of a record: its owner, and what names it in the audit."""
        visible, entity = self.session.policy.visible(self.entity), self.entity
        return [name for name in dict.fromkeys([entity.owner, entity.title, entity.code]) if name in visible]

    @property
    def asked(self) -> read.Query:
        """The next records of the giver."""
        return replace(query(self.entity, self.run.giver, self.run.cursor), size=BATCH)


def step(session: RecordSession, held: Held) -> None:
    """The next records. Raises lease.Lost, NoRight, and Unavailable where the database is not to be had."""
    entity = session.policy.catalogue.get(held.run.entity)
    if entity is None or entity not in owned_entities(session.policy):
        raise NoRight
    if held.run.state == GOING and held.run.expected is None:
        held.keep(expected=_number(session, entity, held.run))
    work = Work(session, held, held.run, entity)
    if work.run.state == BACK:
        _take_back(work)
    elif work.run.cursor == AGAIN:
        _try_again(work)
    else:
        _hand_on(work)


def _hand_on(work: Work) -> None:
    page = read.page(work.session, work.entity, work.asked)
    done = _each(work, [record.token for record in page.records], partial(_handed, work))
    _note(work, done, {"cursor": page.next_cursor or AGAIN})


def _try_again(work: Work) -> None:
    """Those that the ERP or a colleague was at; when there are none left, it is done."""
    table = left_table.c
    passing = _left(work.run) & table.code.in_(PASSING) & (table.tries < TRIES)
    found = select(table.record).where(passing).order_by(table.record).limit(BATCH)
    records = work.session.connection().execute(found).scalars().all()
    done = _each(work, records, partial(_handed, work))
    _note(work, done, {"cursor": AGAIN} if records else {"state": ENDS[GOING]})


def _take_back(work: Work) -> None:
    found = dict(_changes(work.session.connection(), work.run))
    done = _each(work, found, lambda record: _returned(work, found[record]))
    place = {"cursor": str(min(found.values()))} if len(found) == BATCH else {"state": ENDS[BACK]}
    _note(work, done, place)


def _each(work: Work, records: Iterable[str], do: Callable[[str], int | None]) -> Done:
    done = Done()
    for record in records:
        work.held.check()
        try:
            done.count(record, do(record))
        except Problem as problem:
            done.leave(record, problem)
    return done


def _handed(work: Work, token: str) -> int | None:
    """One record: its change, None where it is the taker's already. A row that changed while it was read is read once more."""
    try:
        return _written(work, token)
    except write.Conflict:
        return _written(work, token)


def _written(work: Work, token: str) -> int | None:
    session, entity, run = work.session, work.entity, work.run
    session.rollback()
    with session.for_action("change"):
        record = read.at_key(session, entity, token, work.columns)
    if record is None:
        raise read.not_there()
    if str(record.values[entity.owner]) == run.taker:
        return None
    if not conditions.holds(entity, record.values, work.asked.condition):
        raise Stale(_("Somebody else gave it another owner meanwhile."))
    once, taken = Once(request_id=run.request), {entity.owner: run.taker}
    return write.change(session, entity, token, record.hash, taken, once=once, current=record).change_id


def _returned(work: Work, number: int) -> int | None:
    return undo.undo(work.session, work.entity, number, Once(request_id=work.run.request)).change_id


def _changes(connection: Connection, run: Run) -> list[tuple[str, int]]:
    """(record, entry) of the next changes of the run that nobody has taken back, the newest first."""
    change, later = change_table.c, change_table.alias("later")
    below = int(run.cursor) if run.cursor else (run.last_change or 0) + 1
    mine = (change.entity == run.entity) & (change.request_id == run.request) & (change.action == "change")
    stands = ~select(later.c.id).where(later.c.undoes == change.id).exists()
    found = select(change.record, change.id).where(mine, stands, change.id < below)
    found = found.where(change.id >= (run.first_change or 0)).order_by(change.id.desc()).limit(BATCH)
    return [(record, number) for record, number in connection.execute(found)]


def _number(session: RecordSession, entity: Entity, run: Run) -> int:
    """How many records there are to hand on; 0 where that takes too long to find out."""
    asked = query(entity, run.giver)
    light = heavy.unless_served(session, entity, lambda: read.is_light(session, entity, asked))
    key = entity.attribute(entity.key[0])
    counted = select(func.count(key)).where(*read.filters(session, entity, asked)).execution_options(**light)
    try:
        return int(session.execute(counted).scalar_one())
    except Problem:
        session.rollback()
        return 0


def _note(work: Work, done: Done, place: Mapping[str, object]) -> None:
    """What the step did and where the run stands now, in one transaction."""
    work.session.rollback()
    with work.held.engine.begin() as connection:
        settled = _forget(connection, work.run, done.settled)
        fresh = leave(connection, work.run, done.left)
        work.held.note(connection, _counted(work.run, done, fresh - settled), place)


def _forget(connection: Connection, run: Run, records: Iterable[str]) -> int:
    """Records that were left before and are settled now."""
    mine = _left(run) & left_table.c.record.in_(list(records))
    return connection.execute(delete(left_table).where(mine)).rowcount


def _counted(run: Run, done: Done, refused: int) -> dict[str, object]:
    table, number = run_table.c, len(done.changes)
    values: dict[str, object] = {"refused": table.refused + refused}
    if way_of(run) == BACK:
        return values | {"returned": table.returned + number}
    values["handed"] = table.handed + number
    return values | ({"last_change": max(done.changes)} if done.changes else {})


def _left(run: Run) -> ColumnElement[bool]:
    return (left_table.c.run == run.id) & (left_table.c.way == way_of(run))
