"""Exports under way: one entry of the audit for each, progress that any worker can read, and an end that anybody may call."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from app.actor import Actor
from models.change import Note, add_change
from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime

SILENT_SECONDS = 90
"""An export that gave no sign of life for this long has lost its process."""
KEPT = timedelta(days=400)
SHOWN = 20

run_table = Table(
    "export_run",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("entity", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("rows_done", BigInteger, nullable=False),
    Column("expected", BigInteger),
    Column("is_exact", Integer, nullable=False),
    Column("in_key_order", Integer, nullable=False),
    Column("connection", BigInteger),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("username", String(64), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("filter", LongText),
    Column("search", String(200), nullable=False),
    Column("columns", LongText),
    Column("request_id", String(40), nullable=False),
    Index("ix_export_run_user", "user_id", "started_at"),
    Index("ix_export_run_started", "started_at", "id"),
    Index("ix_export_run_request", "request_id"),
)


@dataclass(frozen=True)
class Plan:
    """What is about to be exported. `expected` = rows, None when nobody knows; `connection` = the server's number of it."""

    id: str
    kind: str
    expected: int | None = None
    is_exact: bool = False
    in_key_order: bool = False
    connection: int | None = None
    reason: str = ""
    filter: str = ""
    """The filter as it was typed, as JSON; "" for none."""
    search: str = ""
    columns: str = ""
    """The names of the fields, as JSON."""
    request_id: str = ""
    """The request that was approved, for an export that needed it."""


@dataclass(frozen=True)
class Run:
    """An export as it stands: "running", "done", "cut" (at the most rows), "cancelled" or "failed"."""

    id: str
    entity: str
    kind: str
    state: str
    rows: int
    expected: int | None
    is_exact: bool
    in_key_order: bool
    started_at: datetime
    username: str = ""
    reason: str = ""
    filter: str = ""
    search: str = ""
    request_id: str = ""

    @property
    def is_running(self) -> bool:
        """Whether more rows will come."""
        return self.state == "running"


def begin(engine: Engine, actor: Actor, note: Note, plan: Plan) -> None:
    """Write the entry of the audit and the export's own, before the first row leaves the house."""
    now, mine = datetime.now(UTC), actor.user_id or 0
    with engine.begin() as connection:
        add_change(connection, actor, note)
        old = (run_table.c.user_id == mine) & (run_table.c.started_at < now - KEPT)
        connection.execute(delete(run_table).where(old))
        row = vars(plan) | {"user_id": mine, "entity": note.entity, "state": "running", "rows_done": 0}
        row |= {"username": actor.username[:64], "reason": plan.reason[:500], "search": plan.search[:200]}
        row |= {"is_exact": int(plan.is_exact), "in_key_order": int(plan.in_key_order)}
        connection.execute(insert(run_table).values(**row, started_at=now, seen_at=now))


def note_whole(connection: Connection, actor: Actor, subject: str, plan: Plan) -> None:
    """Write down a file that is sent in one piece; its entry of the audit is the caller's affair."""
    now = datetime.now(UTC)
    row = vars(plan) | {
        "user_id": actor.user_id or 0,
        "username": actor.username[:64],
        "entity": subject,
        "state": "done",
    }
    row |= {"rows_done": plan.expected or 0, "is_exact": 1, "in_key_order": 1, "reason": plan.reason[:500]}
    connection.execute(insert(run_table).values(**row, started_at=now, seen_at=now))


def note_progress(engine: Engine, run_id: str, rows: int, state: str = "running") -> bool:
    """Say how far it is, and that it ended when `state` says so. False: somebody cancelled it."""
    running = (run_table.c.id == run_id) & (run_table.c.state == "running")
    with engine.begin() as connection:
        said = update(run_table).where(running).values(rows_done=rows, state=state, seen_at=datetime.now(UTC))
        return bool(connection.execute(said).rowcount)


def end_silent(connection: Connection, run_id: str) -> None:
    """One that gave no sign of life, should it still be at it: what follows it must be the only one."""
    at_it = (run_table.c.id == run_id) & (run_table.c.state == "running")
    connection.execute(update(run_table).where(at_it).values(state="failed"))


def running(connection: Connection, actor: Actor) -> int:
    """How many exports of the person are under way."""
    alive = run_table.c.seen_at > datetime.now(UTC) - timedelta(seconds=SILENT_SECONDS)
    mine = (run_table.c.user_id == (actor.user_id or 0)) & (run_table.c.state == "running") & alive
    return int(connection.execute(select(func.count()).select_from(run_table).where(mine)).scalar_one())


def own(connection: Connection, actor: Actor, run_id: str) -> Run | None:
    """The person's export with this id."""
    mine = (run_table.c.id == run_id) & (run_table.c.user_id == (actor.user_id or 0))
    row = connection.execute(select(run_table).where(mine)).mappings().first()
    return _run(row) if row else None


def latest(connection: Connection, actor: Actor, entity: str = "") -> Sequence[Run]:
    """The person's exports of an entity, or of all, newest first."""
    mine = run_table.c.user_id == (actor.user_id or 0)
    if entity:
        mine &= run_table.c.entity == entity
    found = select(run_table).where(mine).order_by(run_table.c.started_at.desc()).limit(SHOWN)
    return [_run(row) for row in connection.execute(found).mappings()]


def everybodys(connection: Connection, size: int, below: tuple[datetime, str] | None = None) -> Sequence[Run]:
    """All exports, newest first, for auditors; `below` continues under a time and an id."""
    table, found = run_table.c, select(run_table)
    if below is not None:
        at, number = below
        found = found.where((table.started_at <= at) & ((table.started_at < at) | (table.id < number)))
    rows = connection.execute(found.order_by(table.started_at.desc(), table.id.desc()).limit(size)).mappings()
    return [_run(row) for row in rows]


def of_request(connection: Connection, request_ids: Sequence[str]) -> dict[str, list[Run]]:
    """The downloads of requests, oldest first."""
    table, found = run_table.c, dict[str, list[Run]]()
    wanted = select(run_table).where(table.request_id.in_(request_ids)).order_by(table.started_at)
    for row in connection.execute(wanted).mappings() if request_ids else ():
        found.setdefault(row["request_id"], []).append(_run(row))
    return found


def cancel(engine: Engine, actor: Actor, run_id: str) -> bool:
    """End the person's export: its process is told, and the statement that it waits for ends at the server too.

    An export that hears of it never gives its connection back, so the number belongs to nobody else.
    """
    mine = (run_table.c.id == run_id) & (run_table.c.user_id == (actor.user_id or 0))
    with engine.begin() as connection:
        number = connection.execute(select(run_table.c.connection).where(mine)).scalar()
        under_way = mine & (run_table.c.state == "running")
        ended = connection.execute(update(run_table).where(under_way).values(state="cancelled")).rowcount
    if ended and number:
        with engine.connect() as connection, suppress(DBAPIError):  # it has come to its end meanwhile
            connection.execute(text("KILL QUERY :number"), {"number": number})
    return bool(ended)


def number_of(connection: Connection) -> int | None:
    """The server's number of a connection; None on SQLite, which has no server."""
    ask = getattr(connection.connection.dbapi_connection, "thread_id", None)
    return int(ask()) if ask else None


def _run(row: RowMapping) -> Run:
    silent = row["seen_at"] < datetime.now(UTC) - timedelta(seconds=SILENT_SECONDS)
    state = "failed" if row["state"] == "running" and silent else row["state"]
    return Run(
        row["id"], row["entity"], row["kind"], state, row["rows_done"], row["expected"],
        bool(row["is_exact"]), bool(row["in_key_order"]), row["started_at"],
        row["username"], row["reason"], row["filter"] or "", row["search"], row["request_id"],
    )  # fmt: skip
