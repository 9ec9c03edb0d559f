"""The JSON form of a field's values, as a JSON Schema: what `to_json` of its kind gives."""

from __future__ import annotations

from typing import Any

import fields
from fields.kinds.boolean import Boolean
from fields.kinds.float import Float
from fields.kinds.integer import Integer
from models.legacy.sql_type import parse_sql_type
from models.wiring.nouns import Field

WHOLE: dict[str, Any] = {
    "set": {"type": ["array", "null"], "items": {"type": "string"}},
    "blob": {"type": ["object", "null"], "properties": {"size": {"type": "integer"}}, "readOnly": True},
}
"""Kinds whose values are no single number or text."""
NUMBERS = {"bit", "epoch"}
STORED = {"integer": ["integer"], "bit": ["integer"], "float": ["number"], "": ["number", "boolean"]}
"""JSON types that the column itself adds; "" is a column without a type (SQLite)."""


def shape_of(field: Field) -> dict[str, Any]:
    """A JSON Schema of one field. Odd old values may differ from it: they are passed on as they are stored."""
    if field.kind in WHOLE:
        return dict(WHOLE[field.kind])
    types = [*types_of(field), *(["null"] if field.nullable else [])]
    shape: dict[str, Any] = {"type": types if len(types) > 1 else types[0]}
    if field.length and "string" in types:
        shape["maxLength"] = field.length
    if field.read_only or fields.type_of(field).locked(field):
        shape["readOnly"] = True
    return shape


def types_of(field: Field) -> list[str]:
    """JSON types of the kind's values: exact decimals and dates are texts, some numbers are told as either."""
    kind = fields.type_of(field)
    if isinstance(kind, Integer) or field.kind in NUMBERS:
        return ["integer"]
    if isinstance(kind, Float):
        return ["number"]
    stored = STORED.get(parse_sql_type(field.sql_type).family, [])
    return [*(["boolean"] if isinstance(kind, Boolean) else []), "string", *stored]
