"""Rows that the database would delete or cut loose along with another one: nobody could take that back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, and_, column, literal, not_, select, table, text

from app.errors import StillUsed
from models.catalogue import Catalogue
from models.wiring.nouns import Entity

RULES = text("""
SELECT k.TABLE_NAME name, k.CONSTRAINT_NAME rule, k.COLUMN_NAME ours, k.REFERENCED_COLUMN_NAME theirs
FROM information_schema.REFERENTIAL_CONSTRAINTS r JOIN information_schema.KEY_COLUMN_USAGE k
  ON k.TABLE_SCHEMA = r.CONSTRAINT_SCHEMA AND k.TABLE_NAME = r.TABLE_NAME AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME
WHERE r.CONSTRAINT_SCHEMA = :schema AND k.TABLE_SCHEMA = :schema AND r.REFERENCED_TABLE_NAME = :table
  AND r.DELETE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT') ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION""")


@dataclass(frozen=True)
class Cascade:
    """A foreign key that reaches into `table` when a row is deleted; `columns` holds (its column, the target's)."""

    table: str
    columns: tuple[tuple[str, str], ...]


def refuse(connection: Connection, catalogue: Catalogue, entity: Entity, row: Mapping[str, Any]) -> None:
    """Raise Invalid while other rows would go, or lose their link, along with this one."""
    if any(_has_rows(connection, entity, one, row) for one in _cascades(connection, catalogue, entity)):
        raise StillUsed(_("Other records still point to this one. Delete or change those first."))


def _cascades(connection: Connection, catalogue: Catalogue, entity: Entity) -> tuple[Cascade, ...]:
    """Asked once for each version of the wiring, since the server answers slowly; SQLite's demo has none."""
    if connection.dialect.name == "sqlite":
        return ()
    known = catalogue.cascades.get(entity.table_name)
    if known is None:
        known = catalogue.cascades[entity.table_name] = _read(connection, entity)
    return known


def _read(connection: Connection, entity: Entity) -> tuple[Cascade, ...]:
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for line in connection.execute(
        RULES, {"schema": entity.table.schema, "table": entity.table_name}
    ).mappings():
        found.setdefault((line["name"], line["rule"]), []).append((line["ours"], line["theirs"]))
    return tuple(Cascade(name, tuple(columns)) for (name, _rule), columns in found.items())


def _has_rows(connection: Connection, entity: Entity, cascade: Cascade, row: Mapping[str, Any]) -> bool:
    """Whether anything points here, the row itself apart."""
    where = [column(ours) == row[theirs] for ours, theirs in cascade.columns]
    if cascade.table == entity.table_name:
        where.append(not_(and_(*(column(name) == row[name] for name in entity.key))))
    child = table(cascade.table, schema=entity.table.schema)
    found = select(literal(1)).select_from(child).where(*where).limit(1)
    return connection.execute(found).first() is not None
