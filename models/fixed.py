"""Values that every row of an entity has, such as a tenant's: other rows do not exist here, and new rows get them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, true

from models.legacy.sql_type import parse_sql_type
from models.wiring.nouns import Entity

NUMBERS = {"integer", "bit"}


def given(entity: Entity) -> dict[str, Any]:
    """The fixed values as the table stores them, by column."""
    return {name: _stored(entity, name, value) for name, value in entity.fixed.items()}


def _stored(entity: Entity, name: str, value: Any) -> Any:
    field = entity.fields.get(name)
    is_number = field is not None and parse_sql_type(field.sql_type).family in NUMBERS
    return int(value) if is_number else str(value)


def only(entity: Entity) -> ColumnElement[bool]:
    """The predicate on mapped attributes; true() without fixed values, false() when one of their columns is gone."""
    if not entity.fixed:
        return true()
    if not entity.fixed.keys() <= entity.fields.keys():
        return false()
    return and_(*(entity.attribute(name) == value for name, value in given(entity).items()))


def only_of(entity: Entity) -> ColumnElement[bool]:
    """The same on the table's columns, for statements of the system's own."""
    if not entity.fixed.keys() <= entity.fields.keys():
        return false()
    return and_(true(), *(entity.table.c[name] == value for name, value in given(entity).items()))
