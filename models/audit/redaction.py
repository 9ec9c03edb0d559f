"""Taking a person's values out of entries that are linked already, so that the chain still holds and says that it was done.

Before an entry is altered, its former and its new hash are written down, and an entry of the audit vouches for them by a
digest. Whoever verifies the chain follows these from the link to what is there now. The former hash gives nothing away: it was
made with a salt that is gone with the values.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Row, String, Table, insert, select, update

from app.actor import Actor
from models.audit import chain, note
from models.change import BigKey, change_table, dump, load
from models.overlay import metadata

GONE = "***"
"""Stands where a value was."""
redaction_table = Table(
    "audit_redaction",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("change_id", BigInteger, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("before_content", String(64), nullable=False),
    Column("after_content", String(64), nullable=False),
    Column("entry", BigInteger, nullable=False),
    Index("ix_audit_redaction_change", "change_id"),
    Index("ix_audit_redaction_entry", "entry"),
)
Cleaned = Mapping[str, Any]
"""Columns of an entry that are to be altered: title, reason, before, after."""


def redact(connection: Connection, actor: Actor, cause: str, clean: Mapping[int, Cleaned]) -> int:
    """Alter linked entries in the caller's transaction; returns the entry that vouches for it, 0 where nothing was to do."""
    made = [_row(entry, clean[entry.id]) for entry in _locked(connection, list(clean))]
    if not made:
        return 0
    told = {"entries": len(made), "digest": digest_of(made)}
    vouching = note(connection, actor, "@personal-data", "redacted", record=cause, after=told)
    keys = ("change_id", "salt", "before_content", "after_content")
    connection.execute(
        insert(redaction_table), [{**{k: one[k] for k in keys}, "entry": vouching} for one in made]
    )
    for one in made:
        statement = update(change_table).where(change_table.c.id == one["change_id"])
        connection.execute(statement.values(one["values"]))
    return vouching


def cleaned(entry: Row[Any], wipe: Callable[[str, Any], Any], wipe_text: Callable[[str], str]) -> Cleaned:
    """What an entry is left with: `wipe` is given each field and value, `wipe_text` its title and reason. {} = as it is."""
    found: dict[str, Any] = {}
    for side in ("before", "after"):
        held = load(getattr(entry, side))
        left = {name: wipe(name, value) for name, value in held.items()}
        if left != held:
            found[side] = dump(left)
    for name in ("title", "reason"):
        text = getattr(entry, name)
        if wipe_text(text) != text:
            found[name] = wipe_text(text)
    return found


def digest_of(rows: Sequence[Any]) -> str:
    """What an entry vouches for: which entries were altered, from which hash to which."""
    parts = sorted((one["change_id"], one["before_content"], one["after_content"]) for one in rows)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


class Witness:
    """Follows redactions from the hash that was linked to the one of today."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._vouched: dict[int, bool] = {}

    def explains(self, change_id: int, linked: str, present: str) -> bool:
        """Do redactions that the audit vouches for lead from one hash to the other?"""
        found = select(redaction_table).where(redaction_table.c.change_id == change_id)
        rows = self._connection.execute(found.order_by(redaction_table.c.id)).all()
        for row in rows:
            if row.before_content != linked or not self._is_vouched(row.entry):
                return False
            linked = row.after_content
        return bool(rows) and linked == present

    def _is_vouched(self, entry: int) -> bool:
        if entry not in self._vouched:
            self._vouched[entry] = self._look(entry)
        return self._vouched[entry]

    def _look(self, entry: int) -> bool:
        """An entry that is gone by age vouches by its link, which stays."""
        table = change_table.c
        said = select(table.after).where(
            table.id == entry, table.entity == "@personal-data", table.action == "redacted"
        )
        held = self._connection.execute(said).first()
        if held is None:
            link = select(chain.link_table.c.seq).where(chain.link_table.c.change_id == entry)
            still = select(table.id).where(table.id == entry)
            return (
                self._connection.execute(link).first() is not None
                and not self._connection.execute(still).first()
            )
        rows = self._connection.execute(select(redaction_table).where(redaction_table.c.entry == entry))
        return bool(load(held[0]).get("digest") == digest_of(list(rows.mappings())))


def _locked(connection: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Those of the entries that are linked; the others are for the next look."""
    is_linked = select(chain.link_table.c.seq).where(chain.link_table.c.change_id == change_table.c.id)
    found = select(*chain.entries()).where(change_table.c.id.in_(ids), is_linked.exists())
    return connection.execute(found.order_by(change_table.c.id).with_for_update()).all()


def _row(entry: Row[Any], values: Cleaned) -> dict[str, Any]:
    salt = secrets.token_hex(16)
    held = {**entry._mapping, **values, "salt": salt}  # noqa: SLF001 the row's public name for it
    return {
        "change_id": entry.id,
        "salt": salt,
        "before_content": chain.content_of(entry),
        "after_content": chain.content_of(held),
        "values": {**values, "salt": salt, "anonymised": True},
    }
