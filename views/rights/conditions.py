"""Conditions of rules as the filter builder draws them, and back: with fields behind relations, and with what a person has.

The builder knows two comparisons of its own, "in_own" and "not_in_own", for {"actor": "regions"}. A condition that it cannot
draw without changing it is shown as it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

import fields
from app.errors import Problem
from app.i18n import language
from fields.comparands import stored
from fields.operators import LISTS, NO_VALUE
from fields.paths import find_field
from models import access
from models.wiring.nouns import Entity, Field, Relation
from views.records.listing import filter_field
from views.rights.typed import condition_of
from views.rights.words import attribute_words

OWN = {"in_own": "in", "not_in_own": "not_in"}
"""What the builder says for a comparison with what the person has."""
OWN_OF = {"eq": "in_own", "in": "in_own", "ne": "not_in_own", "not_in": "not_in_own"}


class Unbuildable(Exception):
    """The builder has no row for it."""


def menu(entity: Entity) -> list[dict[str, Any]]:
    """The entity's fields and those one relation further, with their comparisons."""
    own = [_entry(entity, field, field.name, "") for field in entity.fields.values() if _is_usable(field)]
    return [*own, *(one for relation in entity.relations.values() for one in _behind(relation))]


def _behind(relation: Relation) -> Iterator[dict[str, Any]]:
    target = access.catalogue().get(relation.target)
    if target is None or not relation.is_plain:
        return
    words = relation.label.text(language()) or relation.name
    for field in target.fields.values():
        if _is_usable(field):
            yield _entry(target, field, f"{relation.name}.{field.name}", f"{words} › ")


def _is_usable(field: Field) -> bool:
    return not fields.field_type(field.kind).is_heavy


def _entry(entity: Entity, field: Field, name: str, before: str) -> dict[str, Any]:
    found = filter_field(field)
    operators = [one for one in found["operators"] if one["op"] != "within"]  # a right depends on no day
    if any(one["op"] == "in" for one in operators):
        operators += _own_operators()
    look_up = url_for("RecordView.look_up", entity=entity.name, field=field.name)
    return found | {"name": name, "label": before + found["label"], "operators": operators, "lookup": look_up}


def _own_operators() -> list[dict[str, Any]]:
    choices = [{"value": name, "label": words} for name, words in attribute_words().items()]
    return [
        {"op": "in_own", "label": _("is among"), "choices": choices},
        {"op": "not_in_own", "label": _("is not among"), "choices": choices},
    ]


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
        return {"not": _shown(entity, parts)}
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
    if str(name).count(".") > 1:
        raise Unbuildable
    if isinstance(value, Mapping):
        return {"field": name, "op": OWN_OF[op], "value": value["actor"]}
    if op in OWN:
        return {"field": name, "op": op, "value": value}
    if op not in fields.field_type(field.kind).operators:
        raise Unbuildable
    if op in NO_VALUE:
        return {"field": name, "op": op}
    return {"field": name, "op": op, "value": _texts(field, op, value)}


def _texts(field: Field, op: str, value: Any) -> Any:
    if op in {"starts", "contains", "ends", "has"}:
        return str(value)
    if op in LISTS or op == "between":
        return [_text(field, one) for one in (value if isinstance(value, list) else [value])]
    return _text(field, value)


def _text(field: Field, value: Any) -> str:
    """A stored or typed value as its input shows it; nothing else can be put into a box."""
    found = fields.type_of(field).text(field, stored(field, value))
    if not found:
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
