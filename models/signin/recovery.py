"""Recovery codes: eighty random bits each, so that one plain hash keeps them; each opens the door once."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, Integer, String, Table, delete, func, insert, select, update

from app.extensions import reading, services
from models.overlay import metadata
from models.overlay.types import UtcDateTime

COUNT = 10
BYTES = 10

recovery_table = Table(
    "recovery_code",
    metadata,
    Column("user_id", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), primary_key=True),
    Column("used_at", UtcDateTime),
)


def renew(connection: Connection, user_id: int) -> list[str]:
    """Ten new codes in place of all earlier ones; shown once."""
    remove(connection, user_id)
    made = [_code() for _number in range(COUNT)]
    rows = [{"user_id": user_id, "hash": _hash(code), "used_at": None} for code in made]
    connection.execute(insert(recovery_table), rows)
    return made


def remove(connection: Connection, user_id: int) -> None:
    """None of the account's codes counts any more."""
    connection.execute(delete(recovery_table).where(recovery_table.c.user_id == user_id))


def use(user_id: int, typed: str) -> bool:
    """Use a code up; False when it is none of the account's or was used before."""
    table = recovery_table.c
    mine = (table.user_id == user_id, table.hash == _hash(typed), table.used_at.is_(None))
    with services().engine.begin() as connection:
        done = connection.execute(update(recovery_table).where(*mine).values(used_at=datetime.now(UTC)))
    return bool(done.rowcount)


def left(user_id: int) -> int:
    """How many can still be used."""
    table = recovery_table.c
    found = select(func.count()).where(table.user_id == user_id, table.used_at.is_(None))
    return int(reading().execute(found.select_from(recovery_table)).scalar_one())


def _code() -> str:
    letters = base64.b32encode(secrets.token_bytes(BYTES)).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _hash(code: str) -> str:
    bare = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(bare.encode("utf-8", "replace")).hexdigest()
