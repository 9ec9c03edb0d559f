"""Conditions of rules as the filter builder draws them, and back: with paths over relations, and with what a person has.

The builder knows two comparisons of its own, "in_own" and "not_in_own", for {"actor": "regions"}. A condition that it cannot
draw without changing it is shown as it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import fields
from app.errors import Problem
from fields.comparands import INSTANTS, at_midnight, stored
from fields.operators import LISTS, NO_VALUE
from fields.paths import find_field
from models import access
from models.condition.tree import MAX_HOPS
from models.wiring.nouns import Entity, Field
from views.rights.typed import condition_of

OWN = {"in_own": "in", "not_in_own": "not_in"}
"""What the builder says for a comparison with what the person has."""
OWN_OF = {"eq": "in_own", "in": "in_own", "ne": "not_in_own", "not_in": "not_in_own"}


class Unbuildable(Exception):
    """The builder has no row for it."""


def drawn(entity: Entity | None, text: str) -> Any:
    """The condition of a text for the builder; None for an empty one. Raises Unbuildable."""
    if not text.strip():
        return None
    try:
        return _shown(entity, condition_of(text)) if entity is not None else None
    except (Problem, AttributeError, TypeError, ValueError) as error:
        raise Unbuildable from error


def _shown(entity: Entity, raw: Any) -> Any:
    if not isinstance(raw, Mapping) or not raw:
        raise Unbuildable
    if "field" in raw:
        return _leaf(entity, raw)
    op, parts = next(iter(raw.items()))
    short = _as_empty(op, parts)
    if short is not None:
        return _leaf(entity, short)
    if op == "not":
        shown = _shown(entity, parts)
        return {**shown, "op": "ne"} if _is_day(parts, shown) else {"not": shown}
    if op not in {"and", "or"} or len(raw) > 1 or not parts:
        raise Unbuildable
    return {op: [_shown(entity, part) for part in parts]}


def _as_empty(op: str, parts: Any) -> dict[str, Any] | None:
    """“Is empty” as it is kept: not set, or an empty text."""
    if op == "not" and isinstance(parts, Mapping) and "or" in parts:
        found = _as_empty("or", parts["or"])
        return {**found, "op": "not_empty"} if found else None
    if op != "or" or not isinstance(parts, list) or len(parts) != 2:
        return None
    name = parts[0].get("field")
    kept = [{"field": name, "op": "is_null"}, {"field": name, "op": "eq", "value": ""}]
    return {"field": name, "op": "empty"} if parts == kept else None


def _leaf(entity: Entity, raw: Mapping[str, Any]) -> dict[str, Any]:
    field, _through = find_field(entity, str(raw["field"]), access.catalogue())
    name, op, value = raw["field"], str(raw.get("op")), raw.get("value")
    if str(name).count(".") > MAX_HOPS:
        raise Unbuildable
    if isinstance(value, Mapping):
        return {"field": name, "op": OWN_OF[op], "value": value["actor"]}
    if op in OWN:
        return {"field": name, "op": op, "value": value}
    if op == "range":
        return _range(field, str(name), value)
    if op not in fields.field_type(field.kind).operators:
        raise Unbuildable
    if op in NO_VALUE:
        return {"field": name, "op": op}
    return {"field": name, "op": op, "value": _texts(field, op, value)}


def _range(field: Field, name: str, value: Any) -> dict[str, Any]:
    """A stretch of time from one moment to before another: the day that it is, or its two ends."""
    if not {"gte", "lt"} <= set(fields.field_type(field.kind).operators) or not isinstance(value, list):
        raise Unbuildable
    first, after = value
    day = _day(field, first)
    if day is not None and [first, after] == [
        at_midnight(field, one) for one in (day, day + timedelta(days=1))
    ]:
        return {"field": name, "op": "eq", "value": day.isoformat()}
    ends = [("gte", first), ("lt", after)]
    parts = [{"field": name, "op": op, "value": _text(field, end)} for op, end in ends if end is not None]
    if not parts:
        raise Unbuildable
    return parts[0] if len(parts) == 1 else {"and": parts}


def _day(field: Field, value: Any) -> date | None:
    if value is None or field.kind not in INSTANTS:
        return None
    with suppress(ValueError, OverflowError):
        found = date.fromisoformat(_text(field, value)[:10])
        return found if found < date.max else None
    return None


def _is_day(raw: Any, shown: Mapping[str, Any]) -> bool:
    return isinstance(raw, Mapping) and raw.get("op") == "range" and shown.get("op") == "eq"


def _texts(field: Field, op: str, value: Any) -> Any:
    if op in {"starts", "contains", "ends", "has"}:
        return str(value)
    if op in LISTS or op == "between":
        return [_text(field, one) for one in (value if isinstance(value, list) else [value])]
    return _text(field, value)


def _text(field: Field, value: Any) -> str:
    """A stored or typed value as its input shows it, days that are none by their digits; nothing else fits into a box."""
    kept = stored(field, value)
    found = fields.type_of(field).text(field, kept) or str(kept)
    if not found or stored(field, found) != kept:
        raise Unbuildable
    return found


def read(text: str) -> Any:
    """The condition of a text that the builder or a person wrote; None for an empty one. Raises Invalid."""
    return _read(condition_of(text))


def _read(raw: Any) -> Any:
    if isinstance(raw, list):
        return [_read(part) for part in raw]
    if not isinstance(raw, Mapping):
        return raw
    if raw.get("op") in OWN:
        return {**raw, "op": OWN[str(raw["op"])], "value": {"actor": raw.get("value")}}
    return {key: _read(part) if key != "value" else part for key, part in raw.items()}


def kept_text(condition: Any) -> str:
    """What is kept, as the form's hidden text."""
    return json.dumps(condition, ensure_ascii=False) if condition else ""
