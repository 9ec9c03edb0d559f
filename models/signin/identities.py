"""Accounts that are kept elsewhere: which person of an LDAP server or OpenID Connect provider is which account here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint, delete, insert, select, update

from app.extensions import reading, services
from models.overlay import metadata
from models.overlay.types import UtcDateTime

LDAP, OIDC = "ldap", "oidc"

identity_table = Table(
    "sign_in_identity",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("provider", String(8), nullable=False),
    Column("subject_hash", String(64), unique=True),
    Column("subject", String(500), nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("linked_at", UtcDateTime),
    UniqueConstraint("user_id", "provider", name="uq_sign_in_identity"),
)


@dataclass(frozen=True)
class Outside:
    """A person as the directory or provider tells it. `subject` never changes there; `groups` are names or DNs."""

    provider: str
    subject: str
    username: str
    first_name: str
    last_name: str
    email: str
    groups: tuple[str, ...] = ()


def user_of(person: Outside) -> int | None:
    """The account that this person was linked to."""
    found = select(identity_table.c.user_id).where(identity_table.c.subject_hash == _hash(person))
    return reading().execute(found).scalar()


def providers_of(user_ids: list[int]) -> dict[int, list[str]]:
    """How these accounts may come in beside a password of their own."""
    table = identity_table.c
    found: dict[int, list[str]] = {}
    mine = select(table.user_id, table.provider).where(table.user_id.in_(user_ids)).order_by(table.id)
    for user_id, provider in reading().execute(mine):
        found.setdefault(user_id, []).append(provider)
    return found


def has(user_id: int, provider: str) -> bool:
    """May the account come in that way?"""
    return provider in providers_of([user_id]).get(user_id, [])


def is_outside(user_id: int) -> bool:
    """Was it linked, so that its password is kept elsewhere and none counts here?"""
    table = identity_table.c
    found = select(table.id).where(table.user_id == user_id, table.subject_hash.is_not(None)).limit(1)
    return reading().execute(found).first() is not None


def link(person: Outside, user_id: int) -> None:
    """From now on this person is that account."""
    row = {"provider": person.provider, "subject_hash": _hash(person), "subject": person.subject[:500],
           "user_id": user_id, "linked_at": datetime.now(UTC)}  # fmt: skip
    with services().engine.begin() as connection:
        connection.execute(insert(identity_table).values(row))


def allow(user_id: int, provider: str) -> None:
    """An administrator lets the account be taken over by whoever has its name there, at the next sign-in."""
    row = {"provider": provider, "subject_hash": None, "subject": "", "user_id": user_id}
    with services().engine.begin() as connection:
        connection.execute(insert(identity_table).values(row))


def take(person: Outside, user_id: int) -> bool:
    """Fill in what an administrator has allowed; False when nothing was."""
    table = identity_table.c
    open_ = (table.user_id == user_id, table.provider == person.provider, table.subject_hash.is_(None))
    values = {"subject_hash": _hash(person), "subject": person.subject[:500], "linked_at": datetime.now(UTC)}
    with services().engine.begin() as connection:
        return bool(connection.execute(update(identity_table).where(*open_).values(values)).rowcount)


def unlink(user_id: int) -> bool:
    """The account is a local one again; False when it was one."""
    with services().engine.begin() as connection:
        gone = connection.execute(delete(identity_table).where(identity_table.c.user_id == user_id))
    return bool(gone.rowcount)


def _hash(person: Outside) -> str:
    """Exact, where a database would take small and capital letters for the same."""
    return hashlib.sha256(f"{person.provider}|{person.subject}".encode()).hexdigest()
