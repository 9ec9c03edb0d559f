"""Changes that another program made: noticed by comparing a row with what the audit last said of it, written down once.

Only fields that Veneer has written or noticed before are known; what the ERP does to others, or to records that nobody has ever
changed here, is its own affair. The row is locked for the comparison: whoever notices the same at the same moment waits,
and finds it written down; and a save of our own is never taken for somebody else's, since its entry is committed with it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from app.actor import Actor
from app.errors import Problem
from models import limits
from models.change import Change, Note, add_change, change_table, changes_of
from models.condition.values import BYTES, sort_of
from models.legacy.sql_type import parse_sql_type
from models.masking import Masked
from models.records import read
from models.rowtoken import key_of, token_for
from models.wiring.nouns import Entity, Field

log = logging.getLogger("veneer")
OUTSIDE = Actor(None, "", cause="outside")
ACTION = "outside"
LOOKED_AT = 50
"""Entries of a record from which its last known values are put together."""
LOCK_SECONDS = 1
TELLING = {"create", "change", "undo", ACTION, "anonymise", "erase"}
"""Actions whose "after" is what the row held then; anything else ends what is known."""
VAGUE = {"float", "double", "real", "json"}
"""Types that a server gives back otherwise than they were written."""


def known_values(entity: Entity, told: Iterable[Change]) -> dict[str, Any]:
    """What a row held by the entries about it, the newest first."""
    found: dict[str, Any] = {}
    for change in told:
        if change.action not in TELLING or change.anonymised:
            break
        for name, value in change.after.items():
            found.setdefault(name, value)
    return {
        name: value
        for name, value in found.items()
        if name in entity.fields and is_comparable(entity.fields[name])
    }


def differing(entity: Entity, known: Mapping[str, Any], present: Mapping[str, Any]) -> list[str]:
    """Known fields that hold something else by now; what the reader sees only in part is not compared."""
    return [
        name
        for name, value in known.items()
        if name in present
        and not isinstance(present[name], Masked)
        and not is_same(entity.fields[name], present[name], value)
    ]


def notice(engine: Engine, entity: Entity, token: str) -> int | None:
    """Write down what another program has changed; the entry's id, None where nothing is new or the row is busy."""
    if not can_be_watched(entity):
        return None
    try:
        with engine.begin() as connection:
            return _noticed(connection, entity, token)
    except (DBAPIError, Problem):
        log.info("whether %s changed outside is looked at another time", entity.name)
        return None


def can_be_watched(entity: Entity) -> bool:
    """Rows without a key, and those that may only be read, cannot be locked."""
    return bool(entity.key) and not entity.read_only


def _noticed(connection: Connection, entity: Entity, token: str) -> int | None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    present = _locked(connection, entity, token)
    if present is None:
        return None
    token = token_for(entity, present)
    known = known_values(entity, changes_of(connection, entity.name, token, limit=LOOKED_AT))
    names = differing(entity, known, present)
    if not names:
        return None
    before, after = {n: known[n] for n in names}, {n: present[n] for n in names}
    title = read.title_of(entity, present, token)
    return add_change(connection, OUTSIDE, Note(entity.name, token, title, ACTION, before, after))


def _locked(connection: Connection, entity: Entity, token: str) -> dict[str, Any] | None:
    """The row as it is, held until the end: read first, so that every entry about it is seen afterwards."""
    names = [name for name, one in entity.fields.items() if name in entity.key or is_comparable(one)]
    columns = [entity.table.c[name] for name in names]
    where = [entity.table.c[name] == value for name, value in key_of(entity, token).items()]
    asked = select(*columns).where(*where).with_for_update()
    row = connection.execute(asked, execution_options=limits.waiting(LOCK_SECONDS)).first()
    return dict(zip(names, row, strict=True)) if row else None


def is_comparable(field: Field) -> bool:
    """Does the server give back to the letter what was written?"""
    return (
        sort_of(field) != BYTES and parse_sql_type(field.sql_type).name not in VAGUE and field.kind != "json"
    )


def is_same(field: Field, present: Any, known: Any) -> bool:
    """CHAR keeps no blanks at its end; numbers are the same however they are written."""
    if isinstance(present, str) and isinstance(known, str):
        is_char = parse_sql_type(field.sql_type).name == "char"
        return present == known or (is_char and present.rstrip(" ") == known.rstrip(" "))
    if isinstance(present, bytes) or isinstance(known, bytes):
        return True  # a BIT or a key: another form of the same number
    return bool(present == known)


def watched(connection: Connection, entity: Entity, tokens: Sequence[str]) -> list[str]:
    """Those of the records that the audit knows anything of."""
    table = change_table.c
    found = select(table.record).where(table.entity == entity.name, table.record.in_(tokens)).distinct()
    return list(connection.execute(found).scalars()) if tokens else []
