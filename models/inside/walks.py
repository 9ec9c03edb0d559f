"""Bounded walks over the legacy table for the search index: always along an index, a stretch at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, type_coerce

from models import cursor as cursors
from models import heavy, keyset
from models.condition.values import NUMBER, TEXT, sort_of
from models.inside.grams import LONGEST
from models.legacy.misencoded import MISENCODED, SETTING
from models.legacy.sql_type import parse_sql_type
from models.records.ordering import order_of
from models.rowtoken import key_of, token_for
from models.wiring.nouns import Entity, Field

Texts = dict[str, str | None]
"""By token."""


@dataclass(frozen=True)
class Stretch:
    """Rows in order and the place of the last one; "" where there was none."""

    texts: Texts
    place: str


def can_be_indexed(field: Field) -> bool:
    """Texts that people wrote; not the members of a list, nor what the server takes for other characters."""
    if field.settings.get(SETTING) == MISENCODED:
        return False
    parsed = parse_sql_type(field.sql_type)
    return (
        sort_of(field) == TEXT
        and parsed.name not in {"enum", "set", "json"}
        and parsed.family in {"text", ""}
    )


def orders_of(connection: Connection, entity: Entity, names: Sequence[str]) -> list[keyset.Order]:
    """The columns and then the key, upwards."""
    on_server = connection.dialect.name != "sqlite"
    wanted = dict.fromkeys([*names, *entity.key])
    return [order_of(entity, name, descending=False, on_server=on_server) for name in wanted]


def follow(
    connection: Connection, entity: Entity, field: str, names: Sequence[str], *, place: str, size: int
) -> Stretch:
    """The next rows behind `place` ("" = from the beginning) in the order of `names` and the key."""
    orders = orders_of(connection, entity, names)
    found = _select(entity, field, orders)
    if place:
        found = found.where(keyset.after(orders, cursors.read(place)))
    by = [order.attribute.asc() for order in orders]
    patient = heavy.unless_served(connection, entity, lambda: False)
    rows = connection.execute(found.order_by(*by).limit(size), execution_options=patient).all()
    return Stretch(_texts(entity, rows), _place(rows[-1], orders) if rows else "")


def last_place(connection: Connection, entity: Entity, field: str, names: Sequence[str]) -> str:
    """Where the table ends at this moment in that order."""
    orders = orders_of(connection, entity, names)
    by = [order.attribute.desc() for order in orders]
    rows = connection.execute(_select(entity, field, orders).order_by(*by).limit(1)).all()
    return _place(rows[0], orders) if rows else ""


def at_keys(connection: Connection, entity: Entity, field: str, tokens: Sequence[str]) -> Texts:
    """The texts of these records; None for one that is gone."""
    keys = [key_of(entity, token) for token in tokens]
    if not keys:
        return {}
    rows = connection.execute(_select(entity, field, []).where(one_of(entity, keys))).all()
    return dict.fromkeys(tokens) | _texts(entity, rows)


def one_of(entity: Entity, keys: Sequence[Mapping[str, Any]]) -> Any:
    """The rows with one of these keys."""
    if len(entity.key) == 1:
        name = entity.key[0]
        return entity.attribute(name).in_([key[name] for key in keys])
    return or_(*(and_(*(entity.attribute(n) == v for n, v in key.items())) for key in keys))


def newest_names(entity: Entity) -> Sequence[str] | None:
    """The order in which new rows come last: a key of one number. None where nothing tells."""
    counts = len(entity.key) == 1 and sort_of(entity.fields[entity.key[0]]) == NUMBER
    return () if counts else None


def updated_names(entity: Entity) -> Sequence[str] | None:
    """The order in which changed rows come last: an indexed column with the time of the change."""
    name = entity.updated
    is_indexed = any(index[:1] == (name,) for index in entity.indexes)
    return (name,) if name in entity.fields and is_indexed else None


def _select(entity: Entity, field: str, orders: Sequence[keyset.Order]) -> Any:
    attribute, about = entity.attribute(field), entity.fields[field]
    if (about.length or LONGEST + 1) > LONGEST:
        attribute = type_coerce(func.substr(attribute, 1, LONGEST + 1), attribute.type)
    key = [entity.attribute(name).label(f"key_{number}") for number, name in enumerate(entity.key)]
    order = [one.attribute.label(f"order_{number}") for number, one in enumerate(orders)]
    return select(*key, attribute.label("text"), *order)


def _texts(entity: Entity, rows: Sequence[Any]) -> Texts:
    count = len(entity.key)
    return {
        token_for(entity, dict(zip(entity.key, row[:count], strict=True))): _text(row[count]) for row in rows
    }


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)


def _place(row: Any, orders: Sequence[keyset.Order]) -> str:
    return cursors.write(list(row[-len(orders) :]))
