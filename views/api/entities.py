"""What a caller may know of an entity: names, labels, fields with their operators, and his rights."""

from __future__ import annotations

from typing import Any

from flask import url_for

import fields
from app.i18n import language
from models import access
from models.policy import ACTIONS
from models.records.ordering import is_sortable
from models.wiring.nouns import Entity, Field, Label, Relation
from views.api.kinds import shape_of


def listed(entity: Entity) -> dict[str, Any]:
    """One line of the list of entities."""
    return {
        "name": entity.name,
        "label": label(entity.label, entity.name),
        "role": entity.role,
        "has_key": bool(entity.key),
        "rights": rights(entity),
        "url": url_for("RecordApi.list", entity=entity.name),
    }


def rights(entity: Entity) -> dict[str, bool]:
    """What the caller may do with some rows of the entity."""
    return {action: access.policy().may(entity, action) for action in ACTIONS}


def label(words: Label, otherwise: str) -> str:
    """A label in the caller's language (Accept-Language)."""
    return words.text(language()) or otherwise


def described(entity: Entity) -> dict[str, Any]:
    """The entity with its fields and relations, as far as the caller may know them."""
    visible = access.policy().visible(entity)
    relations = [
        r for r in entity.relations.values() if {*r.columns, *r.when} <= set(visible) and _reachable(r)
    ]
    return {
        **listed(entity),
        "key": [name for name in entity.key if name in visible],
        "title": entity.title if entity.title in visible else None,
        "fields": [field(entity, entity.fields[name]) for name in visible],
        "relations": [relation(r) for r in relations],
    }


def field(entity: Entity, one: Field) -> dict[str, Any]:
    """One field: what it holds, how it can be compared, what the caller may do with it."""
    kind, policy = fields.type_of(one), access.policy()
    is_open = policy.is_open(entity, one.name)
    choices = [{"value": value, "label": str(words)} for value, words in kind.input(one).choices]
    return {
        "name": one.name,
        "label": label(one.label, one.name),
        "help": one.help.text(language()),
        "kind": one.kind,
        "schema": shape_of(one),
        "right": right(entity, one.name),
        "required": one.required,
        "operators": list(kind.operators) if is_open else [],
        "sortable": is_open and is_sortable(entity, one.name),
        "choices": choices,
    }


def right(entity: Entity, name: str) -> str:
    """masked, read or edit; a field that nobody can edit here is only read."""
    held = access.policy().right(entity, name)
    return "read" if held == "edit" and not access.policy().is_editable(entity, name) else held


def relation(one: Relation) -> dict[str, Any]:
    """Which columns name a row of which entity."""
    return {
        "name": one.name,
        "label": label(one.label, one.name),
        "columns": list(one.columns),
        "target": one.target,
        "target_columns": list(one.target_columns),
        "when": dict(one.when),
        "separator": one.separator,
    }


def _reachable(one: Relation) -> bool:
    target = access.catalogue().get(one.target)
    return target is not None and access.policy().may(target, "see")
