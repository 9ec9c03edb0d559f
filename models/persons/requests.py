"""Requests of persons as they are kept: made, decided by a second person, and at an end."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, func, insert, or_, select, update

from app.actor import Actor
from app.errors import Invalid, NotAllowed, NotVisible, Stale
from models import approvals
from models.approvals import ApprovalRequest
from models.audit import note
from models.persons import DECIDE, VIEW
from models.persons.plan import EXPORT, LEAVE, Part, part_from
from models.persons.search import Finding
from models.persons.tables import find_table, request_table

DRAFT, WAITING, APPROVED, RUNNING = "draft", "waiting", "approved", "running"
READY, DONE, REFUSED, CANCELLED, FAILED = "ready", "done", "refused", "cancelled", "failed"
EXPIRED = "expired"
SUBJECT = "@personal-data"
SHOWN = 100
FORGOTTEN = "{}"
PREFIX = "person-"


@dataclass(frozen=True)
class Request:
    """One request. `ask` is empty once it is at its end."""

    id: int
    kind: str
    state: str
    made_by: int
    made_by_name: str
    made_at: datetime
    reason: str
    values: tuple[str, ...] = field(repr=False)
    parts: tuple[Part, ...]
    skipped: tuple[tuple[str, str, str], ...]
    ended_at: datetime | None
    place: Mapping[str, Any]
    approval: ApprovalRequest | None
    """The second person's part; None until it is handed in, and for copies."""

    @property
    def standing(self) -> str:
        """Its state, with "expired" for one about which nobody decided in time."""
        is_over = self.state == WAITING and self.approval is not None and self.approval.is_over
        return EXPIRED if is_over else self.state


def make(connection: Connection, actor: Actor, kind: str, reason: str, found: Found) -> int:
    """Keep a draft; returns its id."""
    row = {
        "kind": kind, "state": DRAFT, "made_by": actor.user_id or 0, "made_by_name": actor.username, "made_at": datetime.now(UTC),
        "reason": reason[:500], "ask": json.dumps({"values": found.finding.values}), "secret": secrets.token_urlsafe(32),
        "choices": _plain(found.parts), "skipped": json.dumps(found.finding.skipped), "place": "{}", "leased_by": "",
    }  # fmt: skip
    number = int((connection.execute(insert(request_table).values(row)).inserted_primary_key or (0,))[0])
    kept = {(part.entity, part.way) for part in found.parts}
    rows = [
        {"request": number, "seq": seq, "entity": name, "record": token, "way": way, "state": "", "note": ""}
        for seq, ((name, token), way) in enumerate(found.finding.ways.items(), 1)
        if (name, way) in kept
    ]
    if rows:
        connection.execute(insert(find_table), rows)
    told = {"kind": kind, "rows": len(rows)}
    note(connection, actor, SUBJECT, "asked", record=str(number), reason=reason, after=told)
    return number


@dataclass(frozen=True)
class Found:
    """What a search brought, and what would be done with it."""

    finding: Finding
    parts: Sequence[Part]


def one(connection: Connection, actor: Actor, number: int, *, may_decide: bool = False) -> Request:
    """A request of one's own, or one to decide; raises NotVisible for all others."""
    found = next(iter(_found(connection, request_table.c.id == number, 1)), None)
    is_own = found is not None and found.made_by == (actor.user_id or 0)
    if found is None or not (is_own or (may_decide and found.state != DRAFT)):
        raise NotVisible(_("There is no such request, or it is not yours. Go back to the list."))
    return found


def listed(connection: Connection, actor: Actor, *, may_decide: bool) -> list[Request]:
    """One's own, and for those who decide all that were handed in, newest first."""
    mine = request_table.c.made_by == (actor.user_id or 0)
    wanted = or_(mine, request_table.c.state != DRAFT) if may_decide else mine
    return _found(connection, wanted, SHOWN)


def hand_in(
    connection: Connection, actor: Actor, request: Request, choices: Mapping[str, str], days: int
) -> str:
    """Settle what happens with each group; an export is ready then, everything else waits for a second person."""
    parts = [_chosen(part, request.kind, choices.get(part.name, "")) for part in request.parts]
    if all(part.choice == LEAVE for part in parts):
        raise Invalid(_("Nothing is chosen. Choose what shall happen with at least one group of records."))
    state = READY if request.kind == EXPORT else WAITING
    _move(connection, request.id, (DRAFT,), state, choices=_plain(parts))
    if state == WAITING:
        approvals.ask(connection, actor, KIND.name, approval_of(request.id), request.reason, days)
    told = {part.name: part.choice for part in parts}
    note(connection, actor, SUBJECT, "handed-in", record=str(request.id), after=told)
    return state


def approval_of(number: int) -> str:
    """The number of the second person's part."""
    return f"{PREFIX}{number}"


def number_of(approval: str) -> int:
    """The other way round."""
    return int(approval.removeprefix(PREFIX))


def _settle(connection: Connection, approval: ApprovalRequest) -> None:
    """What a decision means: the runner takes what is approved, and what is refused forgets whom it was about."""
    is_approved = approval.state == approvals.APPROVED
    number, values = number_of(approval.id), {} if is_approved else ended()
    _move(connection, number, (WAITING,), APPROVED if is_approved else REFUSED, **values)


KIND = approvals.register(approvals.Kind("person", DECIDE, VIEW, SUBJECT, _settle))


def expire(engine: Engine) -> None:
    """What nobody decided about in time forgets whom it was about."""
    with engine.begin() as connection:
        for approval in approvals.expire(connection, KIND.name):
            waits = (request_table.c.id == number_of(approval)) & (request_table.c.state == WAITING)
            connection.execute(update(request_table).where(waits).values(state=EXPIRED, **ended()))


def cancel(connection: Connection, actor: Actor, request: Request) -> None:
    """Give a request up before it runs, or an export whose file is no longer needed."""
    if request.made_by != (actor.user_id or 0):
        raise NotAllowed(_("Only who made a request can give it up."))
    _move(connection, request.id, (DRAFT, WAITING, READY), CANCELLED, **ended())
    approvals.withdraw(connection, approval_of(request.id), before=(approvals.ASKED,))
    note(connection, actor, SUBJECT, "cancelled", record=str(request.id))


def ended() -> dict[str, Any]:
    """At its end a request forgets whom it was about."""
    return {"ask": FORGOTTEN, "secret": "", "ended_at": datetime.now(UTC)}


def progress(connection: Connection, number: int) -> dict[str, int]:
    """How many of the found records are in which state ("" = still to do)."""
    table = find_table.c
    found = select(table.state, func.count()).where(table.request == number).group_by(table.state)
    return {row.state: row[1] for row in connection.execute(found)}


def finds(connection: Connection, number: int, entity: str, way: str, size: int) -> Sequence[RowMapping]:
    """Records of a group in the order in which they were found."""
    table = find_table.c
    mine = (table.request == number) & (table.entity == entity) & (table.way == way)
    found = select(find_table).where(mine).order_by(table.seq).limit(size)
    return connection.execute(found).mappings().all()


def _chosen(part: Part, kind: str, choice: str) -> Part:
    return Part(**{**vars(part), "choice": choice if choice in part.choices(kind) else LEAVE})


def _move(connection: Connection, number: int, before: Sequence[str], state: str, **values: Any) -> None:
    """From one state to the next, once; raises Stale where somebody else was faster."""
    table = request_table.c
    where = (table.id == number) & table.state.in_(before)
    moved = connection.execute(update(request_table).where(where).values(state=state, **values)).rowcount
    if moved != 1:
        raise Stale(_("This request is no longer where it was. Look at it again."))


def _plain(parts: Sequence[Part]) -> str:
    return json.dumps([part.plain() for part in parts])


def _found(connection: Connection, which: ColumnElement[bool], most: int) -> list[Request]:
    """Newest first, each with its approval."""
    found = select(request_table).where(which).order_by(request_table.c.id.desc()).limit(most)
    rows = connection.execute(found).mappings().all()
    asked = approvals.with_ids(connection, [approval_of(row["id"]) for row in rows])
    return [_request(row, asked.get(approval_of(row["id"]))) for row in rows]


def _request(row: RowMapping, approval: ApprovalRequest | None) -> Request:
    ask = json.loads(row["ask"] or FORGOTTEN)
    names = ("id", "kind", "state", "made_by", "made_by_name", "made_at", "reason", "ended_at")
    return Request(
        **{name: row[name] for name in names},
        values=tuple(ask.get("values", ())),
        parts=tuple(part_from(plain) for plain in json.loads(row["choices"])),
        skipped=tuple((entity, name, why) for entity, name, why in json.loads(row["skipped"])),
        place=json.loads(row["place"]),
        approval=approval,
    )
