"""Fields for tests, as the wiring makes them."""

from typing import Any

import fields
from models.legacy.sql_type import parse_sql_type
from models.wiring.nouns import Entity, Field, Label


def make(kind: str, sql_type: str, name: str = "c", **more: Any) -> Field:
    """A field of a kind over a column; length and scale follow from the type."""
    parsed = parse_sql_type(sql_type)
    sized = parsed.family in {"text", "binary"} and parsed.name not in {"enum", "set"}
    more.setdefault("length", parsed.size if sized else None)
    more.setdefault("scale", parsed.scale if parsed.family == "decimal" else None)
    return Field(name, more.pop("label", Label(name)), kind, sql_type, **more)


def guessed(sql_type: str, name: str = "c", **more: Any) -> Field:
    """A field with the kind that claims it."""
    field = make("", sql_type, name, **more)
    return make(fields.best_kind(field), sql_type, name, **more)


def entity(*members: Field, **more: Any) -> Entity:
    """An entity of these fields; the first is its key."""
    return Entity(
        more.pop("name", "thing"),
        more.pop("table_name", "thing"),
        Label("Thing", "东西"),
        {field.name: field for field in members},
        key=(members[0].name,),
        **more,
    )
