"""Requests for exports that need a second person: what is asked for, and the one file that comes of an approval."""

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
    Integer,
    RowMapping,
    String,
    Table,
    func,
    insert,
    select,
    update,
)

from app.actor import Actor
from app.errors import Invalid
from models import approvals, audit, exports
from models.approvals import APPROVED, WITHDRAWN, ApprovalRequest, approval_table
from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime

SUBJECT = "@export"
PERMISSION, VIEW = "can_approve", "Exports"
"""The right to approve, as Flask-AppBuilder names it."""
KIND = approvals.register(approvals.Kind("export", PERMISSION, VIEW, SUBJECT)).name
MOST_DOWNLOADS = 3
"""A download that broke off may be begun again; one that came to its end may not."""
MOST_WAITING = 20
SHOWN = approvals.SHOWN

request_table = Table(
    "export_request",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("entity", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("filter", LongText),
    Column("condition", LongText),
    Column("search", String(200), nullable=False),
    Column("sort", LongText),
    Column("columns", LongText, nullable=False),
    Column("expected", BigInteger),
    Column("most", BigInteger, nullable=False),
    Column("downloads", Integer, nullable=False),
    Column("run_id", String(40), nullable=False),
    Column("taken_at", UtcDateTime),
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


@dataclass(frozen=True)
class Request:
    """What is asked for, how the asking stands, and the download that was begun last."""

    approval: ApprovalRequest
    wanted: Wanted
    downloads: int
    run_id: str
    taken_at: datetime | None

    @property
    def id(self) -> str:
        """The number of the request, the same for both."""
        return self.approval.id


def ask(connection: Connection, actor: Actor, wanted: Wanted, reason: str, days: int) -> str:
    """Write the request down, with its entry in the audit; returns its id. Raises Invalid."""
    mine = select(func.count()).where(approvals.waits(KIND), approval_table.c.user_id == (actor.user_id or 0))
    if connection.execute(mine).scalar_one() >= MOST_WAITING:
        raise Invalid(
            _("You wait for %(most)s approvals already. Withdraw one of them first.", most=MOST_WAITING)
        )
    number = secrets.token_hex(16)
    approvals.ask(connection, actor, KIND, number, reason, days)
    plain = {
        name: getattr(wanted, name) for name in ("entity", "kind", "filter", "search", "expected", "most")
    }
    row = plain | {
        "id": number, "condition": packed(wanted.condition), "sort": json.dumps(wanted.sort),
        "columns": json.dumps(wanted.columns), "downloads": 0, "run_id": "",
    }  # fmt: skip
    connection.execute(insert(request_table).values(row))
    told = {
        "entity": wanted.entity,
        "kind": wanted.kind,
        "columns": ", ".join(wanted.columns),
        "rows": wanted.most,
    }
    audit.note(connection, actor, SUBJECT, "export-asked", record=number, reason=reason.strip(), after=told)
    return number


def withdraw(connection: Connection, actor: Actor, number: str) -> bool:
    """Take one's own request back; False when it is somebody else's, or decided against already."""
    found = with_id(connection, number)
    if found is None or found.approval.user_id != (actor.user_id or 0):
        return False
    if not approvals.withdraw(connection, number):
        return False
    audit.note(connection, actor, SUBJECT, WITHDRAWN, record=number)
    return True


def take(connection: Connection, actor: Actor, number: str, run_id: str) -> Request | None:
    """The person's own approved request, for this download alone; None when there is none such to be had.

    One UPDATE that names the download before: of several begun at the same moment one is let through. Another one may begin
    where the last one broke off, and ends it for good; after a whole file none may.
    """
    found = with_id(connection, number)
    if found is None or found.approval.user_id != (actor.user_id or 0) or found.approval.standing != APPROVED:
        return None
    if found.downloads >= MOST_DOWNLOADS or not _has_broken_off(connection, found):
        return None
    last = (request_table.c.id == number) & (request_table.c.run_id == found.run_id)
    last &= request_table.c.downloads == found.downloads
    kept = {"downloads": found.downloads + 1, "run_id": run_id, "taken_at": datetime.now(UTC)}
    if not connection.execute(update(request_table).where(last & _is_approved(number)).values(kept)).rowcount:
        return None
    exports.end_silent(connection, found.run_id)
    return found


def give_back(connection: Connection, number: str, run_id: str) -> None:
    """A download that was taken did not come to its first row."""
    mine = (request_table.c.id == number) & (request_table.c.run_id == run_id)
    kept = {"downloads": request_table.c.downloads - 1, "run_id": "", "taken_at": None}
    connection.execute(update(request_table).where(mine).values(kept))


def is_fetched(found: Request, runs: Sequence[exports.Run]) -> bool:
    """Has a whole file come of it, or is one under way?"""
    is_begun = any(run.id == found.run_id for run in runs)
    return any(run.state in {"done", "cut", "running"} for run in runs) or (not is_begun and _is_fresh(found))


def _has_broken_off(connection: Connection, found: Request) -> bool:
    """Was there no download yet, or none that came to its end or is still at it?"""
    return not is_fetched(found, exports.of_request(connection, [found.id]).get(found.id, []))


def _is_fresh(found: Request) -> bool:
    """Taken just now, by somebody who has not yet written down that it runs."""
    patience = timedelta(seconds=exports.SILENT_SECONDS)
    return bool(found.run_id) and found.taken_at is not None and found.taken_at > datetime.now(UTC) - patience


def _is_approved(number: str) -> ColumnElement[bool]:
    table = approval_table.c
    now = datetime.now(UTC)
    return (
        select(table.id)
        .where((table.id == number) & (table.state == APPROVED) & (table.expires_at > now))
        .exists()
    )


def with_id(connection: Connection, number: str) -> Request | None:
    """One request."""
    return next(iter(_found(connection, approval_table.c.id == number, 1)), None)


def of_person(connection: Connection, actor: Actor) -> list[Request]:
    """The person's own, newest first."""
    return _found(connection, approval_table.c.user_id == (actor.user_id or 0), SHOWN)


def waiting(connection: Connection) -> list[Request]:
    """Those that wait for somebody to decide, newest first."""
    return _found(connection, approvals.waits(KIND), SHOWN)


def decided(connection: Connection) -> list[Request]:
    """Those that were decided last."""
    return _found(connection, approval_table.c.decided_at.is_not(None), SHOWN, "decided_at")


def approvers(connection: Connection, request_ids: Sequence[str]) -> dict[str, str]:
    """Who approved, by request."""
    return {number: one.decided_name for number, one in approvals.with_ids(connection, request_ids).items()}


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


def _found(
    connection: Connection, which: ColumnElement[bool], most: int, order: str = "asked_at"
) -> list[Request]:
    both = approval_table.join(request_table, request_table.c.id == approval_table.c.id)
    found = (
        select(approval_table, request_table).select_from(both).where(approval_table.c.kind == KIND, which)
    )
    ordered = found.order_by(approval_table.c[order].desc(), approval_table.c.id).limit(most)
    return [_request(row) for row in connection.execute(ordered).mappings()]


def _request(row: RowMapping) -> Request:
    own = {column.name: row[column] for column in request_table.c}
    names = ("entity", "kind", "search", "expected", "most")
    sort = tuple((str(name), bool(descending)) for name, descending in json.loads(own["sort"] or "[]"))
    wanted = Wanted(
        **{name: own[name] for name in names}, filter=own["filter"] or "", condition=unpacked(own["condition"]),
        sort=sort, columns=tuple(json.loads(own["columns"])),
    )  # fmt: skip
    return Request(approvals.request_of(row), wanted, own["downloads"], own["run_id"], own["taken_at"])
