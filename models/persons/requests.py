"""Requests of persons as they are kept: made, decided by a second person, and at an end."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from app.actor import Actor
from app.errors import Invalid, NotAllowed, NotVisible, Stale
from models.audit import note
from models.persons.plan import CHOICES, EXPORT, LEAVE, Part, part_from
from models.persons.search import Finding
from models.persons.tables import find_table, request_table

DRAFT, WAITING, APPROVED, RUNNING = "draft", "waiting", "approved", "running"
READY, DONE, REFUSED, CANCELLED, FAILED = "ready", "done", "refused", "cancelled", "failed"
SUBJECT = "@personal-data"
SHOWN = 100
FORGOTTEN = "{}"


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
    decided_by_name: str
    decided_at: datetime | None
    answer: str
    ended_at: datetime | None
    place: Mapping[str, Any]


def make(connection: Connection, actor: Actor, kind: str, reason: str, found: Found) -> int:
    """Keep a draft; returns its id."""
    row = {
        "kind": kind, "state": DRAFT, "made_by": actor.user_id or 0, "made_by_name": actor.username, "made_at": datetime.now(UTC),
        "reason": reason[:500], "ask": json.dumps({"values": found.finding.values}), "secret": secrets.token_urlsafe(32),
        "choices": _plain(found.parts), "skipped": json.dumps(found.finding.skipped), "decided_by_name": "", "answer": "",
        "place": "{}", "leased_by": "",
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
    row = connection.execute(select(request_table).where(request_table.c.id == number)).mappings().first()
    found = _request(row) if row else None
    is_own = found is not None and found.made_by == (actor.user_id or 0)
    if found is None or not (is_own or (may_decide and found.state != DRAFT)):
        raise NotVisible(_("There is no such request, or it is not yours. Go back to the list."))
    return found


def listed(connection: Connection, actor: Actor, *, may_decide: bool) -> list[Request]:
    """One's own, and for those who decide all that were handed in, newest first."""
    mine = request_table.c.made_by == (actor.user_id or 0)
    wanted = or_(mine, request_table.c.state != DRAFT) if may_decide else mine
    found = select(request_table).where(wanted).order_by(request_table.c.id.desc()).limit(SHOWN)
    return [_request(row) for row in connection.execute(found).mappings()]


def hand_in(connection: Connection, actor: Actor, request: Request, choices: Mapping[str, str]) -> str:
    """Settle what happens with each group; an export is ready then, everything else waits for a second person."""
    parts = [_chosen(part, request.kind, choices.get(part.name, "")) for part in request.parts]
    if all(part.choice == LEAVE for part in parts):
        raise Invalid(_("Nothing is chosen. Choose what shall happen with at least one group of records."))
    state = READY if request.kind == EXPORT else WAITING
    _move(connection, request, (DRAFT,), state, choices=_plain(parts))
    told = {part.name: part.choice for part in parts}
    note(connection, actor, SUBJECT, "handed-in", record=str(request.id), after=told)
    return state


def decide(connection: Connection, actor: Actor, request: Request, *, approves: bool, answer: str) -> None:
    """A second person's word; nobody decides a request of one's own."""
    if request.made_by == (actor.user_id or 0):
        raise NotAllowed(_("Nobody decides a request of one's own. Somebody else must."))
    if not approves and not answer.strip():
        raise Invalid(_("Say why it is refused."), fields={"answer": _("Say why it is refused.")})
    values = {"decided_by_name": actor.username, "decided_at": datetime.now(UTC), "answer": answer[:500]}
    if not approves:
        values |= ended()
    _move(connection, request, (WAITING,), APPROVED if approves else REFUSED, **values)
    action = "approved" if approves else "turned-down"
    note(connection, actor, SUBJECT, action, record=str(request.id), reason=answer)


def cancel(connection: Connection, actor: Actor, request: Request) -> None:
    """Give a request up before it runs, or an export whose file is no longer needed."""
    if request.made_by != (actor.user_id or 0):
        raise NotAllowed(_("Only who made a request can give it up."))
    _move(connection, request, (DRAFT, WAITING, READY), CANCELLED, **ended())
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
    allowed = CHOICES[kind] if not part.why else (LEAVE,)
    return Part(**{**vars(part), "choice": choice if choice in allowed else LEAVE})


def _move(connection: Connection, request: Request, before: Sequence[str], state: str, **values: Any) -> None:
    """From one state to the next, once; raises Stale where somebody else was faster."""
    table = request_table.c
    where = (table.id == request.id) & table.state.in_(before)
    moved = connection.execute(update(request_table).where(where).values(state=state, **values)).rowcount
    if moved != 1:
        raise Stale(_("This request is no longer where it was. Look at it again."))


def _plain(parts: Sequence[Part]) -> str:
    return json.dumps([part.plain() for part in parts])


def _request(row: RowMapping) -> Request:
    ask = json.loads(row["ask"] or FORGOTTEN)
    names = ("id", "kind", "state", "made_by", "made_by_name", "made_at", "reason", "decided_by_name", "decided_at",
             "answer", "ended_at")  # fmt: skip
    return Request(
        **{name: row[name] for name in names},
        values=tuple(ask.get("values", ())),
        parts=tuple(part_from(plain) for plain in json.loads(row["choices"])),
        skipped=tuple((entity, name, why) for entity, name, why in json.loads(row["skipped"])),
        place=json.loads(row["place"]),
    )
