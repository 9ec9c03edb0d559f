"""A wiring as plain dicts and back: ordered, without what stands at its default, so that versions compare well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any

from models.wiring.nouns import Entity, Field, Label, Relation, Wiring

RELATIONS = ("relations", "dormant")
LABELS = {"label", "back_label", "help"}
UNSAVED = {"name", "table", "model", "lost"}
"""Left out of an entry: the name is the entry's key, the others are bound at start."""


def to_plain(wiring: Wiring) -> dict[str, Any]:
    """{"entities": {name: {...}}}, in menu order."""
    return {"entities": {name: entity_to_plain(entity) for name, entity in wiring.entities.items()}}


def from_plain(document: Mapping[str, Any], version: int = 0) -> Wiring:
    """The wiring that `to_plain` wrote; KeyError or TypeError when the document is something else."""
    entries: Mapping[str, Any] = document.get("entities") or {}
    return Wiring(version, {name: entity_from_plain(name, entry) for name, entry in entries.items()})


def entity_to_plain(entity: Entity) -> dict[str, Any]:
    """One entity; its fields and relations by name."""
    plain = _plain(entity)
    plain["fields"] = {name: _plain(field) for name, field in entity.fields.items()}
    for part in RELATIONS:
        if relations := getattr(entity, part):
            plain[part] = {name: _plain(relation) for name, relation in relations.items()}
    return plain


def entity_from_plain(name: str, entry: Mapping[str, Any]) -> Entity:
    """The entity called `name`."""
    values = _values(entry)
    given: Mapping[str, Any] = entry.get("fields") or {}
    values["fields"] = {key: Field(name=key, **_values(value)) for key, value in given.items()}
    for part in RELATIONS:
        related: Mapping[str, Any] = entry.get(part) or {}
        values[part] = {key: Relation(name=key, **_values(value)) for key, value in related.items()}
    for part in ("indexes", "unique"):
        values[part] = tuple(tuple(columns) for columns in entry.get(part) or ())
    return Entity(name=name, **values)


def _plain(noun: Entity | Field | Relation) -> dict[str, Any]:
    """Attributes that differ from their default."""
    plain: dict[str, Any] = {}
    for attribute in fields(noun):
        value = getattr(noun, attribute.name)
        if (
            attribute.name in UNSAVED
            or attribute.name in {"fields", *RELATIONS}
            or value == _default(attribute)
        ):
            continue
        plain[attribute.name] = _plain_value(value)
    return plain


def _default(attribute: Any) -> Any:
    if attribute.default is not MISSING:
        return attribute.default
    return attribute.default_factory() if attribute.default_factory is not MISSING else MISSING


def _plain_value(value: Any) -> Any:
    """Labels, tuples and mappings as JSON and YAML know them."""
    if isinstance(value, Label):
        return {language: text for language, text in (("en", value.en), ("zh", value.zh)) if text}
    if isinstance(value, Mapping):
        return {key: _plain_value(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [_plain_value(item) for item in value]
    return value


def _values(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Constructor arguments: labels made whole, lists of column names as tuples."""
    values = dict(entry)
    for name in LABELS & values.keys():
        values[name] = label_from_plain(values[name])
    for name in {"key", "columns", "target_columns"} & values.keys():
        values[name] = tuple(values[name])
    return values


def label_from_plain(value: Any) -> Label:
    """A label from {"en", "zh"}, or from one text that stands for both languages."""
    return Label(value, value) if isinstance(value, str) else Label(**(value or {}))
