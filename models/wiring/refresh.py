"""Brings an entity in line with its table as it is now: types, lengths, indexes and what the server fills itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.nouns import Entity, Field

SERVER_FILLS = {"generated", "key"}


def refreshed(entity: Entity, table: TableFacts) -> Entity:
    """The entity with the table's present facts; what people decided stays. Columns that are gone leave it."""
    columns = {column.name: column for column in table.columns}
    fields = {name: _field(field, columns[name]) for name, field in entity.fields.items() if name in columns}
    key = entity.key if entity.key and set(entity.key) <= fields.keys() else ()
    return replace(
        entity,
        fields=fields,
        key=key,
        indexes=tuple(i.columns for i in table.indexes if i.columns and set(i.columns) <= fields.keys()),
        unique=_unique(table, fields),
        row_estimate=table.row_estimate,
        is_view=table.is_view,
        read_only=_why_read_only(entity, table, key),
        comment=table.comment,
    )


def _unique(table: TableFacts, fields: Mapping[str, Field]) -> tuple[tuple[str, ...], ...]:
    filled = {column.name for column in table.columns if not column.nullable} & fields.keys()
    return tuple(key for key in table.unique_keys if set(key) <= filled)


def _why_read_only(entity: Entity, table: TableFacts, key: tuple[str, ...]) -> str:
    if table.is_view:
        return "view"
    if not key:
        return "no-key"
    return "" if entity.read_only in {"view", "no-key"} else entity.read_only


def _field(field: Field, column: ColumnFacts) -> Field:
    chosen = field.read_only if field.read_only not in SERVER_FILLS else ""
    return replace(
        field,
        sql_type="json" if column.is_json else column.sql_type,
        nullable=column.nullable,
        has_default=column.has_default,
        length=column.length,
        scale=column.scale,
        read_only=read_only_code(column) or chosen,
    )


def read_only_code(column: ColumnFacts) -> str:
    """Why nobody can type it: the server counts or computes it; "" = it can be typed."""
    return "generated" if column.generated else "key" if column.auto_increment else ""
