"""The JSON form of a field's values, as a JSON Schema: what `to_json` of its kind gives."""

from __future__ import annotations

from typing import Any

import fields
from models.legacy.sql_type import parse_sql_type
from models.wiring.nouns import Field

BY_FAMILY: dict[str, Any] = {
    "integer": "integer",
    "bit": "integer",
    "float": "number",
    "": ["string", "number", "boolean"],
}
"""All other families are texts: exact decimals, dates as the database writes them."""
BY_KIND: dict[str, dict[str, Any]] = {
    "set": {"type": ["array", "null"], "items": {"type": "string"}},
    "blob": {"type": ["object", "null"], "properties": {"size": {"type": "integer"}}, "readOnly": True},
}
SWITCHES = {"boolean", "flag"}


def shape_of(field: Field) -> dict[str, Any]:
    """A JSON Schema of one field. Odd old values may differ from it: they are passed on as they are stored."""
    if field.kind in BY_KIND:
        return dict(BY_KIND[field.kind])
    base = BY_FAMILY.get(parse_sql_type(field.sql_type).family, "string")
    types = [*([base] if isinstance(base, str) else base)]
    if field.kind in SWITCHES:
        types = ["boolean", *types]
    if field.nullable:
        types.append("null")
    shape: dict[str, Any] = {"type": types if len(types) > 1 else types[0]}
    if field.length and types[0] == "string":
        shape["maxLength"] = field.length
    if field.read_only or fields.type_of(field).locked(field):
        shape["readOnly"] = True
    return shape
