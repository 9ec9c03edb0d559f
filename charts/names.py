"""What a group's value is called: a related record's title, a code's meaning, else the value itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

import fields
from app.i18n import language
from models.guard import RecordSession
from models.records.titles import titles
from models.wiring.nouns import Entity


def names_of(session: RecordSession, entity: Entity, name: str, values: Iterable[Any]) -> dict[Any, str]:
    """Words by stored value; at most one statement, for a relation's titles."""
    found = list(values)
    titles = _titles(session, entity, name, found)
    field = entity.fields[name]
    return {value: titles.get(value) or _words(fields.type_of(field).words(field, value)) for value in found}


def field_name(entity: Entity, name: str) -> str:
    """A field's label in the reader's language."""
    return entity.fields[name].label.text(language()) or name


def entity_name(entity: Entity) -> str:
    """An entity's label in the reader's language."""
    return entity.label.text(language()) or entity.name


def _words(text: str) -> str:
    return text.strip() or _("Not set")


def _titles(session: RecordSession, entity: Entity, name: str, values: Iterable[Any]) -> dict[Any, str]:
    relation = next(
        (one for one in entity.relations.values() if one.columns == (name,) and one.is_plain), None
    )
    target = session.policy.catalogue.get(relation.target) if relation else None
    if relation is None or target is None:
        return {}
    found = titles(session, target, relation.target_columns[0], values)
    return {value: title for value, (_token, title) in found.items()}
