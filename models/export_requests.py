"""Requests for exports that need a second person: asked, approved or refused by somebody else, then downloaded as approved."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    insert,
    select,
    update,
)

from app.actor import Actor
from app.errors import Invalid, NotAllowed, Stale
from models import audit
from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime

SUBJECT = "@export"
ASKED, APPROVED, REFUSED, WITHDRAWN = "asked", "approved", "refused", "withdrawn"
MOST_DOWNLOADS = 3
"""A download that broke off may be begun again; one that came to its end may not."""
MOST_WAITING = 20
SHOWN = 50

request_table = Table(
    "export_request",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("username", String(64), nullable=False),
    Column("entity", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("filter", LongText),
    Column("condition", LongText),
    Column("search", String(200), nullable=False),
    Column("sort", LongText),
    Column("columns", LongText, nullable=False),
    Column("expected", BigInteger),
    Column("most", BigInteger, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("decided_by", Integer),
    Column("decided_name", String(64), nullable=False),
    Column("decided_at", UtcDateTime),
    Column("sentence", String(500), nullable=False),
    Column("downloads", Integer, nullable=False),
    Index("ix_export_request_state", "state", "asked_at"),
    Index("ix_export_request_user", "user_id", "asked_at"),
)


@dataclass(frozen=True)
class Wanted:
    """What is asked for: exactly this is approved, and exactly this runs. `most` = the rows that it may hold."""

    entity: str
    kind: str
    filter: str
    """As it was typed, as JSON, for the words of it; "" for none."""
    condition: Mapping[str, Any] | None
    """The same in stored values, as they were when it was asked for."""
    search: str
    sort: tuple[tuple[str, bool], ...]
    columns: tuple[str, ...]
    expected: int | None
    most: int
    reason: str


@dataclass(frozen=True)
class Request:
    """A request as it stands: asked, approved, refused, withdrawn; expired when its time is over."""

    id: str
    user_id: int
    username: str
    wanted: Wanted
    state: str
    asked_at: datetime
    expires_at: datetime
    decided_by: int | None
    decided_name: str
    decided_at: datetime | None
    sentence: str
    downloads: int

    @property
    def is_over(self) -> bool:
        """Nobody acted in time."""
        return self.state in {ASKED, APPROVED} and self.expires_at <= datetime.now(UTC)

    @property
    def standing(self) -> str:
        """Its state, with "expired" for what is over."""
        return "expired" if self.is_over else self.state


def ask(connection: Connection, actor: Actor, wanted: Wanted, days: int) -> str:
    """Write the request down, with its entry in the audit; returns its id. Raises Invalid."""
    if not wanted.reason.strip():
        raise Invalid(_("Say what the export is for: whoever approves it reads that."))
    if len(_found(connection, _mine(actor) & _waits(), MOST_WAITING)) >= MOST_WAITING:
        raise Invalid(
            _("You wait for %(most)s approvals already. Withdraw one of them first.", most=MOST_WAITING)
        )
    now, number = datetime.now(UTC), secrets.token_hex(16)
    plain = {
        name: getattr(wanted, name) for name in ("entity", "kind", "filter", "search", "expected", "most")
    }
    row = plain | {
        "id": number, "user_id": actor.user_id or 0, "username": actor.username[:64], "reason": wanted.reason.strip()[:500],
        "condition": packed(wanted.condition), "sort": json.dumps(wanted.sort), "columns": json.dumps(wanted.columns),
        "state": ASKED, "asked_at": now, "expires_at": now + timedelta(days=days), "decided_name": "", "sentence": "",
        "downloads": 0,
    }  # fmt: skip
    connection.execute(insert(request_table).values(row))
    _note(connection, actor, number, wanted, "export-asked", wanted.reason)
    return number


def decide(connection: Connection, actor: Actor, number: str, sentence: str, *, approves: bool) -> Request:
    """Approve or refuse somebody else's request. Raises NotAllowed for one's own, Invalid without words, Stale for one that waits no more."""
    found = with_id(connection, number)
    if found is None or found.standing != ASKED:
        raise Stale(_("This request does not wait any more. Look at the list again."))
    if found.user_id == actor.user_id:
        raise NotAllowed(_("Nobody decides about their own request. Another approver has to."))
    if not approves and not sentence.strip():
        raise Invalid(_("Say why you refuse it: the person who asked reads that."))
    now, state = datetime.now(UTC), APPROVED if approves else REFUSED
    waits = (request_table.c.id == number) & _waits()
    kept = {
        "state": state,
        "decided_by": actor.user_id,
        "decided_name": actor.username[:64],
        "decided_at": now,
    }
    kept |= {"sentence": sentence.strip()[:500], "expires_at": now + (found.expires_at - found.asked_at)}
    if not connection.execute(update(request_table).where(waits).values(kept)).rowcount:
        raise Stale(_("This request does not wait any more. Look at the list again."))
    _note(connection, actor, number, found.wanted, state, sentence)
    return found


def withdraw(connection: Connection, actor: Actor, number: str) -> bool:
    """Take one's own request back; False when it is somebody else's, or downloaded or decided against already."""
    mine = (request_table.c.id == number) & _mine(actor) & request_table.c.state.in_([ASKED, APPROVED])
    done = connection.execute(update(request_table).where(mine).values(state=WITHDRAWN)).rowcount
    found = with_id(connection, number) if done else None
    if found is not None:
        _note(connection, actor, number, found.wanted, WITHDRAWN, "")
    return found is not None


def take(connection: Connection, actor: Actor, number: str) -> Request | None:
    """The person's own approved request, counted as one more download; None when there is none such to be had."""
    found = with_id(connection, number)
    if found is None or found.user_id != (actor.user_id or 0) or found.standing != APPROVED:
        return None
    is_open = (request_table.c.id == number) & _mine(actor) & (request_table.c.state == APPROVED)
    is_open &= (request_table.c.downloads == found.downloads) & (request_table.c.downloads < MOST_DOWNLOADS)
    counted = update(request_table).where(is_open).values(downloads=found.downloads + 1)
    return found if connection.execute(counted).rowcount else None


def with_id(connection: Connection, number: str) -> Request | None:
    """One request."""
    return next(iter(_found(connection, request_table.c.id == number, 1)), None)


def of_person(connection: Connection, actor: Actor) -> list[Request]:
    """The person's own, newest first."""
    return _found(connection, _mine(actor), SHOWN)


def waiting(connection: Connection) -> list[Request]:
    """Those that wait for somebody to decide, newest first."""
    return _found(connection, _waits(), SHOWN)


def decided(connection: Connection) -> list[Request]:
    """Those that were decided last."""
    return _found(connection, request_table.c.decided_by.is_not(None), SHOWN)


def approvers(connection: Connection, request_ids: Sequence[str]) -> dict[str, str]:
    """Who approved, by request."""
    table = request_table.c
    found = select(table.id, table.decided_name).where(table.id.in_(request_ids))
    return {row.id: row.decided_name for row in connection.execute(found)} if request_ids else {}


def packed(condition: Any) -> str:
    """A condition in stored values as text that gives back the very same values."""
    return json.dumps(condition, default=_packed_value, ensure_ascii=False) if condition else ""


def unpacked(text: str | None) -> Any:
    """What `packed` wrote."""
    return json.loads(text, object_hook=_unpacked_value) if text else None


def _packed_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"@decimal": str(value)}
    if isinstance(value, bytes):
        return {"@bytes": base64.b64encode(value).decode()}
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no stored value")


def _unpacked_value(found: dict[str, Any]) -> Any:
    if "@decimal" in found:
        return Decimal(found["@decimal"])
    return base64.b64decode(found["@bytes"]) if "@bytes" in found else found


def _mine(actor: Actor) -> ColumnElement[bool]:
    return request_table.c.user_id == (actor.user_id or 0)


def _waits() -> ColumnElement[bool]:
    return (request_table.c.state == ASKED) & (request_table.c.expires_at > datetime.now(UTC))


def _found(connection: Connection, which: ColumnElement[bool], most: int) -> list[Request]:
    found = select(request_table).where(which).order_by(request_table.c.asked_at.desc(), request_table.c.id)
    return [_request(row) for row in connection.execute(found.limit(most)).mappings()]


def _request(row: RowMapping) -> Request:
    names = ("entity", "kind", "search", "expected", "most", "reason")
    sort = tuple((str(name), bool(descending)) for name, descending in json.loads(row["sort"] or "[]"))
    wanted = Wanted(
        **{name: row[name] for name in names}, filter=row["filter"] or "", condition=unpacked(row["condition"]),
        sort=sort, columns=tuple(json.loads(row["columns"])),
    )  # fmt: skip
    own = {name: row[name] for name in Request.__dataclass_fields__ if name != "wanted"}
    return Request(**own, wanted=wanted)


def _note(  # noqa: PLR0917 - the parts of an entry
    connection: Connection, actor: Actor, number: str, wanted: Wanted, action: str, reason: str
) -> None:
    told = {
        "entity": wanted.entity,
        "kind": wanted.kind,
        "columns": ", ".join(wanted.columns),
        "rows": wanted.most,
    }
    audit.note(connection, actor, SUBJECT, action, record=number, reason=reason.strip(), after=told)
