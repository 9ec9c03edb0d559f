"""The order of a list: what each column is sorted by, so that a page's end can be compared with it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, literal, type_coerce

from app.errors import Invalid
from models.guard import RecordSession
from models.keyset import Order
from models.legacy.sql_type import SqlType, parse_sql_type
from models.legacy.types import Heavy, Integer, Spatial, Text
from models.wiring.nouns import Entity, Field

SORTED_CHARACTERS = 200
"""Longer texts are sorted by their beginning, as the server itself does: a cursor must fit into an address."""


def is_sortable(entity: Entity, name: str) -> bool:
    """Whether a list can be sorted by the column at all: not by pictures, files and shapes."""
    return not isinstance(entity.table.c[name].type, Heavy | Spatial)


def is_served_bare(entity: Entity, name: str) -> bool:
    """Whether the order goes by the bare column, so that an index on it can serve."""
    parsed = parse_sql_type(entity.fields[name].sql_type)
    return is_sortable(entity, name) and parsed.name != "set" and not _is_long(entity.fields[name], parsed)


def order_of(entity: Entity, name: str, *, descending: bool, on_server: bool) -> Order:
    """A column's place in an order. Raises Invalid for what has none."""
    field = entity.fields[name]
    if not is_sortable(entity, name):
        raise Invalid(_("A list cannot be sorted by “%(name)s”. Choose another column.", name=name))
    parsed = parse_sql_type(field.sql_type)
    members = parsed.arguments if on_server and parsed.name == "enum" else ()
    return Order(_sorted_by(entity.attribute(name), field, parsed), descending, field.nullable, members)


def settling(session: RecordSession, entity: Entity, sort: Sequence[tuple[str, bool]]) -> Sequence[str]:
    """The columns that decide between rows alike: the key; without one all columns, where there is an order at all.

    A sort that is unique by itself gets none: MariaDB does not serve a unique index and the key behind it as one order.
    """
    wanted = {name for name, _descending in sort}
    if any(set(unique) <= wanted for unique in entity.unique):
        return ()
    if entity.key or not sort:
        return entity.key
    return [n for n in entity.fields if session.policy.is_open(entity, n) and is_sortable(entity, n)]


def _sorted_by(attribute: Any, field: Field, parsed: SqlType) -> Any:
    """The bare column wherever an index can serve it. A SET sorts by its number and compares as text: here the number."""
    if parsed.name == "set":
        return (type_coerce(attribute, Integer()) + literal(0, Integer())).label(attribute.key)
    if _is_long(field, parsed):
        return type_coerce(func.substr(attribute, 1, SORTED_CHARACTERS), Text()).label(attribute.key)
    return attribute


def _is_long(field: Field, parsed: SqlType) -> bool:
    if parsed.family not in {"text", "json"} or parsed.name in {"enum", "set"}:
        return False
    return (field.length or 0) > SORTED_CHARACTERS
