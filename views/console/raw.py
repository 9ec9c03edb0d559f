"""Legacy tables as they are, published or not: an Entity for each one on request, written through the same gateway.

What is read and changed here goes through a guarded session of its own whose policy covers this one table.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

import fields
from app.actor import Actor
from app.errors import NotVisible
from app.extensions import services
from models import access
from models.catalogue import Catalogue
from models.guard import RecordSession
from models.legacy.facts import ColumnFacts, SchemaFacts, TableFacts
from models.legacy.reflect import reflect
from models.policy import Policy
from models.wiring.columns import is_secret
from models.wiring.nouns import Entity, Field, Label, Wiring

FRESH_SECONDS = 10.0
MOST_KEPT = 200
LONGEST_NAME = 64
SEARCHABLE = {"text", "longtext", "integer", "enum", "uuid"}


@dataclass(frozen=True)
class RawTable:
    """One table with the entity that stands for it here; `hidden` names columns that hold secrets."""

    facts: TableFacts
    entity: Entity
    catalogue: Catalogue
    hidden: tuple[str, ...] = ()


class RawTables:
    """Facts that are a few seconds old at most, and the entities made from them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at = -FRESH_SECONDS
        self._facts = SchemaFacts("")
        self._made: dict[tuple[str, str], RawTable] = {}

    def facts(self) -> SchemaFacts:
        """Everything in the legacy schema."""
        with self._lock:
            if time.monotonic() - self._read_at >= FRESH_SECONDS:
                with services().engine.connect() as connection:
                    self._facts = reflect(connection, services().schema)
                self._read_at = time.monotonic()
            return self._facts

    def table(self, name: str) -> RawTable:
        """One table. Raises NotVisible when there is none."""
        facts = self.facts().tables.get(name)
        if facts is None:
            raise NotVisible(_("There is no table called “%(name)s” in the database.", name=name[:64]))
        key = (name, audit_name(name))
        made = self._made.get(key)
        if made is None or made.facts != facts:
            if len(self._made) >= MOST_KEPT:
                self._made.clear()
            made = self._made[key] = raw_table(facts, key[1])
        return made


def tables() -> RawTables:
    """The running application's."""
    found: RawTables = services().rooms.setdefault("raw_tables", RawTables())
    return found


def audit_name(table: str) -> str:
    """The name in the audit: the published entity's where there is one, so that its history shows the change."""
    published = access.catalogue().by_table.get(table)
    if published is not None:
        return published.name
    name = f"raw.{table}"
    return name if len(name) <= LONGEST_NAME else name[:52] + hashlib.sha256(name.encode()).hexdigest()[:12]


def raw_table(facts: TableFacts, name: str) -> RawTable:
    """The entity of a table, bound to SQLAlchemy."""
    shown = [column for column in facts.columns if not is_secret(column)]
    hidden = tuple(column.name for column in facts.columns if is_secret(column))
    leading = {index.columns[0] for index in facts.indexes if index.columns}
    found = {column.name: raw_field(column, leading) for column in shown}
    key = () if facts.is_view else tuple(facts.identity)
    key = key if set(key) <= set(found) else ()
    entity = Entity(
        name=name,
        table_name=facts.name,
        label=Label(facts.name, facts.name),
        fields=found,
        key=key,
        indexes=tuple(index.columns for index in facts.indexes if index.columns),
        row_estimate=facts.row_estimate,
        is_view=facts.is_view,
        read_only="view" if facts.is_view else "" if key else "no-key",
    )
    catalogue = Catalogue(Wiring(0, {name: entity}), services().schema, fields.column_type)
    return RawTable(facts, entity, catalogue, hidden)


def raw_field(column: ColumnFacts, leading: set[str]) -> Field:
    """A column by its type alone: what its name may mean does not count here."""
    plain = Field(
        name="",
        label=Label(),
        kind="",
        sql_type=column.sql_type,
        nullable=column.nullable,
        has_default=column.has_default,
        length=column.length,
        scale=column.scale,
        read_only="generated" if column.generated else "",
    )
    kind = fields.best_kind(plain)
    searched = column.name in leading and kind in SEARCHABLE
    return replace(
        plain, name=column.name, label=Label(column.name, column.name), kind=kind, searched=searched
    )


@contextmanager
def session(table: RawTable, cause: str = "IT console") -> Iterator[RecordSession]:
    """A guarded session over this one table; `cause` stands in the audit beside the person."""
    policy = Policy(console_actor(cause), table.catalogue)
    with RecordSession(services().engine, policy) as opened:
        yield opened


def console_actor(cause: str) -> Actor:
    """The person who asks, with every right over the one table that the session knows."""
    return replace(access.actor(), roles=frozenset({"Admin"}), cause=cause)


def text_of(value: Any, most: int = 200) -> str:
    """A stored value as plain text; bytes as hexadecimal digits."""
    if value is None:
        return ""
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= most else text[: most - 1] + "…"
