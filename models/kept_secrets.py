"""Secrets of the overlay: the key that stamps sessions and tokens, and everything encrypted under a new SECRET_KEY.

Sessions, tokens and row tokens are stamped with a key of the overlay's own, kept encrypted. A new SECRET_KEY therefore ends
none of them: only this one key, and whatever else is encrypted, has to be renewed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, String, Table, Text, delete, insert, select, type_coerce, update
from sqlalchemy.exc import IntegrityError

from app import vault
from app.extensions import services
from models.overlay import metadata
from models.overlay.types import EncryptedText

STAMPS = "stamps"

secret_table = Table(
    "overlay_secret",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", EncryptedText, nullable=False),
)


def stamp_key() -> str:
    """The overlay's own key, made at the first call; read once a process. Raises vault.Lost."""
    rooms = services().rooms
    if "stamp_key" not in rooms:
        rooms["stamp_key"] = _read() or _make()
    found: str = rooms["stamp_key"]
    return found


def _read() -> str:
    with services().engine.connect() as connection:
        found = connection.execute(select(secret_table.c.value).where(secret_table.c.name == STAMPS)).scalar()
    return found or ""


def _make() -> str:
    """Whoever comes first makes it; the others read that one."""
    row = {"name": STAMPS, "value": secrets.token_urlsafe(48)}
    try:
        with services().engine.begin() as connection:
            connection.execute(insert(secret_table).values(row))
    except IntegrityError:
        return _read()
    return str(row["value"])


def encrypted_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column that holds encrypted texts."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, EncryptedText):
                yield table, column


def renew(connection: Connection) -> int:
    """Encrypt everything under the key in force, in one transaction; returns how many texts. Raises vault.Lost."""
    return sum(_renew_column(connection, table, column) for table, column in encrypted_columns())


def _renew_column(connection: Connection, table: Table, column: Column[Any]) -> int:
    old = (row for row in _kept(connection, table, column) if not vault.is_current(row.kept))
    return sum(_put(connection, table, column, row) for row in old)


def _put(connection: Connection, table: Table, column: Column[Any], row: Any) -> int:
    """Replace one text, unless somebody else has just done so."""
    key = [part == row[number] for number, part in enumerate(table.primary_key.columns)]
    same = type_coerce(column, Text) == row.kept
    done = connection.execute(update(table).where(*key, same).values({column: vault.decrypt(row.kept)}))
    return int(done.rowcount)


def _kept(connection: Connection, table: Table, column: Column[Any]) -> list[Any]:
    """Key and encrypted text of each row."""
    wanted = select(*table.primary_key.columns, type_coerce(column, Text).label("kept"))
    return list(connection.execute(wanted.where(column.is_not(None))))


def stale(connection: Connection) -> int:
    """How many texts are not under the key in force."""
    return sum(
        not vault.is_current(row.kept)
        for table, column in encrypted_columns()
        for row in _kept(connection, table, column)
    )


def reset(connection: Connection) -> int:
    """Give up all that no key can read, with the rows where it may not be missing. Returns how many texts."""
    return sum(_give_up(connection, table, column) for table, column in encrypted_columns())


def _give_up(connection: Connection, table: Table, column: Column[Any]) -> int:
    lost = [row for row in _kept(connection, table, column) if not vault.is_readable(row.kept)]
    for row in lost:
        mine = [part == row[number] for number, part in enumerate(table.primary_key.columns)]
        gone = (
            update(table).where(*mine).values({column: None})
            if column.nullable
            else delete(table).where(*mine)
        )
        connection.execute(gone)
    return len(lost)
