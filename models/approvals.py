"""ApprovalRequest: what one person may not do alone. A second one approves or refuses it, in time and once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import (
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
from models.overlay.types import UtcDateTime

ASKED, APPROVED, REFUSED, WITHDRAWN, EXPIRED = "asked", "approved", "refused", "withdrawn", "expired"
SHOWN = 50

approval_table = Table(
    "approval_request",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("username", String(128), nullable=False),
    # For whom the person worked while asking: whose rights they were cannot be the second person either.
    Column("stands_for", Integer),
    Column("reason", String(500), nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("decided_by", Integer),
    Column("decided_name", String(128), nullable=False),
    Column("decided_at", UtcDateTime),
    Column("sentence", String(500), nullable=False),
    Index("ix_approval_request_state", "kind", "state", "asked_at"),
    Index("ix_approval_request_decided", "kind", "decided_at"),
    Index("ix_approval_request_user", "user_id", "kind", "asked_at"),
)


@dataclass(frozen=True)
class ApprovalRequest:
    """As it stands: asked, approved, refused, withdrawn; expired when its time is over."""

    id: str
    kind: str
    user_id: int
    username: str
    stands_for: int | None
    reason: str
    state: str
    asked_at: datetime
    expires_at: datetime
    decided_by: int | None
    decided_name: str
    decided_at: datetime | None
    sentence: str

    @property
    def is_over(self) -> bool:
        """Nobody acted in time."""
        return self.state in {ASKED, APPROVED} and self.expires_at <= datetime.now(UTC)

    @property
    def standing(self) -> str:
        """Its state, with "expired" for what is over."""
        return EXPIRED if self.is_over else self.state

    def is_own(self, actor: Actor) -> bool:
        """Did this person ask, or somebody with this person's rights?"""
        return actor.user_id in {self.user_id, self.stands_for} or actor.stands_for == self.user_id

    def may_be_decided_by(self, actor: Actor) -> bool:
        """Nobody about their own, nor while working for somebody else: a second person's word is nobody's to lend."""
        return self.standing == ASKED and actor.stands_for is None and not self.is_own(actor)


Settle = Callable[[Connection, ApprovalRequest], None]


@dataclass(frozen=True)
class Kind:
    """What is approved. `settle` does what a decision means for it, in the same transaction."""

    name: str
    permission: str
    view: str
    subject: str
    """What the audit calls it."""
    settle: Settle = lambda _connection, _request: None


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known, once."""
    if kind.name in KINDS:
        raise ValueError(f"{kind.name} is registered twice")
    KINDS[kind.name] = kind
    return kind


def ask(  # noqa: PLR0917 - the parts of a request
    connection: Connection, actor: Actor, kind: str, number: str, reason: str, days: int
) -> None:
    """Write down that somebody asks; what exactly is the kind's own affair. Raises Invalid without words."""
    if not reason.strip():
        raise Invalid(_("Say what it is for: whoever approves it reads that."))
    now = datetime.now(UTC)
    row = {
        "id": number, "kind": kind, "user_id": actor.user_id or 0, "username": actor.username[:128],
        "stands_for": actor.stands_for, "reason": reason.strip()[:500], "state": ASKED, "asked_at": now,
        "expires_at": now + timedelta(days=days), "decided_name": "", "sentence": "",
    }  # fmt: skip
    connection.execute(insert(approval_table).values(row))


def decide(
    connection: Connection, actor: Actor, number: str, sentence: str, *, approves: bool
) -> ApprovalRequest:
    """A second person's word. Raises Stale for what waits no more, NotAllowed for one's own, Invalid for a refusal without words.

    The one place in which anything is approved: the state, what it means and its entry in the audit are one transaction.
    """
    found = with_id(connection, number)
    if found is None or found.standing != ASKED:
        raise Stale(_("This request does not wait any more. Look at the list again."))
    _refuse_own(actor, found)
    if not approves and not sentence.strip():
        words = _("Say why you refuse it: the person who asked reads that.")
        raise Invalid(words, fields={"sentence": words})
    decided = _decided(connection, actor, found, sentence, APPROVED if approves else REFUSED)
    kind = KINDS[found.kind]
    kind.settle(connection, decided)
    audit.note(connection, actor, kind.subject, decided.state, record=number, reason=sentence.strip())
    return decided


def withdraw(connection: Connection, number: str, *, before: Collection[str] = (ASKED, APPROVED)) -> bool:
    """Take it back; False when it is in none of the states `before`. Whose it is is asked by the kind."""
    where = (approval_table.c.id == number) & approval_table.c.state.in_(before)
    return bool(connection.execute(update(approval_table).where(where).values(state=WITHDRAWN)).rowcount)


def expire(connection: Connection, kind: str) -> list[str]:
    """Those about which nobody decided in time, each named once."""
    table = approval_table.c
    over = (table.kind == kind) & (table.state == ASKED) & (table.expires_at <= datetime.now(UTC))
    found = list(connection.execute(select(table.id).where(over).limit(SHOWN)).scalars())
    ended = update(approval_table).where(over & table.id.in_(found)).values(state=EXPIRED)
    return found if found and connection.execute(ended).rowcount else []


def reword(connection: Connection, number: str, clean: Callable[[str], str]) -> None:
    """Take out of the words of a request what must be forgotten."""
    found = with_id(connection, number)
    if found is not None:
        kept = {"reason": clean(found.reason), "sentence": clean(found.sentence)}
        connection.execute(update(approval_table).where(approval_table.c.id == number).values(kept))


def with_id(connection: Connection, number: str) -> ApprovalRequest | None:
    """One request."""
    return with_ids(connection, [number]).get(number)


def with_ids(connection: Connection, numbers: Collection[str]) -> Mapping[str, ApprovalRequest]:
    """Several, by number."""
    if not numbers:
        return {}
    found = select(approval_table).where(approval_table.c.id.in_(numbers))
    return {row["id"]: request_of(row) for row in connection.execute(found).mappings()}


def waits(kind: str) -> ColumnElement[bool]:
    """What somebody has to decide about."""
    table = approval_table.c
    return (table.kind == kind) & (table.state == ASKED) & (table.expires_at > datetime.now(UTC))


def request_of(row: RowMapping) -> ApprovalRequest:
    """A row of the table, alone or beside the columns of others."""
    return ApprovalRequest(
        **{name: row[approval_table.c[name]] for name in ApprovalRequest.__dataclass_fields__}
    )


def _refuse_own(actor: Actor, found: ApprovalRequest) -> None:
    if found.is_own(actor):
        raise NotAllowed(_("Nobody decides about their own request. Another approver has to."))
    if actor.stands_for is not None:
        raise NotAllowed(_("You work for somebody else at the moment. Work for yourself again, then decide."))


def _decided(
    connection: Connection, actor: Actor, found: ApprovalRequest, sentence: str, state: str
) -> ApprovalRequest:
    """One UPDATE, so that one of two who decide at the same moment is told so. An approval has as long as the asking had."""
    now = datetime.now(UTC)
    kept = {
        "state": state, "decided_by": actor.user_id, "decided_name": actor.username[:128], "decided_at": now,
        "sentence": sentence.strip()[:500], "expires_at": now + (found.expires_at - found.asked_at),
    }  # fmt: skip
    where = (approval_table.c.id == found.id) & waits(found.kind)
    if not connection.execute(update(approval_table).where(where).values(kept)).rowcount:
        raise Stale(_("This request does not wait any more. Look at the list again."))
    return ApprovalRequest(**{**vars(found), **kept})
