"""Conditions in words, for filter chips and for whoever reads a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale

from app.errors import Invalid
from fields import operators, periods, type_of
from fields.comparands import stored
from fields.paths import find_field, name_of
from fields.texts import text as _
from models.condition.plan import Entities
from models.wiring.nouns import Entity, Field


def operator_label(op: str) -> str:
    """What a comparison is called."""
    return str(operators.LABELS.get(op, op))


def operator_choices(op: str) -> list[tuple[str, str]]:
    """(value, label) pairs where a comparison brings its own, whatever the field: the times of "within"."""
    return periods.choices() if op == "within" else []


def operator_menu(field: Field) -> list[dict[str, Any]]:
    """The comparisons of a field for a filter builder: {"op", "label"}, with "choices" where it brings its own."""
    menu: list[dict[str, Any]] = []
    for op in type_of(field).operators:
        entry: dict[str, Any] = {"op": op, "label": operator_label(op)}
        own = operator_choices(op)
        menu.append(entry | ({"choices": [{"value": v, "label": words} for v, words in own]} if own else {}))
    return menu


def describe(entity: Entity, condition: Any, language: str = "", catalogue: Entities | None = None) -> str:
    """A condition, typed or resolved, in words for a filter chip: "Amount between 100 and 200"."""
    if not language:
        return _said(entity, condition, catalogue)
    with force_locale(language):
        return _said(entity, condition, catalogue)


def _said(entity: Entity, raw: Any, catalogue: Entities | None) -> str:
    if not isinstance(raw, Mapping) or not raw:
        return ""
    if "field" in raw:
        return _leaf_words(entity, raw, catalogue)
    op, parts = next(iter(raw.items()))
    if op == "not":
        return _("not (%(condition)s)", condition=_said(entity, parts, catalogue))
    joint = _(" or ") if op == "or" else _(" and ")
    listed = [(part, _said(entity, part, catalogue)) for part in parts]
    return joint.join(
        f"({words})" if "field" not in part and len(parts) > 1 else words for part, words in listed
    )


def _leaf_words(entity: Entity, raw: Mapping[str, Any], catalogue: Entities | None) -> str:
    field, through = find_field(entity, str(raw["field"]), catalogue)
    name = f"{through} › {name_of(field)}" if through else name_of(field)
    op, value = str(raw.get("op")), raw.get("value")
    if op in {"between", "range"} and isinstance(value, list | tuple) and len(value) == 2:
        low, high = (_value_words(field, end) for end in value)
        return _("%(field)s from %(low)s to %(high)s", field=name, low=low or "…", high=high or "…")
    if op in operators.NO_VALUE:
        return _("%(field)s %(comparison)s", field=name, comparison=operator_label(op))
    if op == "within":
        return _("%(field)s: %(value)s", field=name, value=periods.label_of(str(value)))
    listed = value if isinstance(value, list | tuple) else [value]
    words = ", ".join(_value_words(field, one) for one in listed[:5]) + ("…" if len(listed) > 5 else "")
    return _("%(field)s %(comparison)s %(value)s", field=name, comparison=operator_label(op), value=words)


def _value_words(field: Field, value: Any) -> str:
    if isinstance(value, Mapping):
        return _("my own")
    if value is None:
        return ""
    try:
        return type_of(field).words(field, stored(field, value)) or str(value)
    except Invalid:
        return str(value)
