"""A document of rights as somebody typed it, checked against what is published and made into what is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import yaml
from flask_babel import gettext as _

from app import yaml_text
from app.actor import Actor
from app.errors import Invalid, Problem
from fields import conditions
from models.catalogue import Catalogue
from models.condition import read as read_condition
from models.grants_document import FIELDS, LIMITS, from_plain
from models.person import ATTRIBUTES
from models.wiring.nouns import ROLES, Entity

NOBODY = Actor(None, "")
NO_DAY = date.min
"""Rights depend on no day: comparisons that do are refused before it is looked at."""
OWN_OPERATORS = {"eq", "ne", "in", "not_in"}


def checked(document: Any, catalogue: Catalogue) -> dict[str, Any]:
    """The document with its conditions in stored values. Raises Invalid with the place of the first mistake."""
    from_plain(document)
    return {
        str(role): {
            str(place): _entry(str(role), str(place), said, catalogue) for place, said in entities.items()
        }
        for role, entities in document.items()
    }


def _entry(role: str, place: str, said: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    where = f"{role} · {place}"
    if place == LIMITS:
        return dict(said)
    entity = catalogue.get(place)
    if entity is None and place != "*" and place.removeprefix("role:") not in ROLES:
        raise Invalid(_("%(place)s: there is no such entity. Correct its name.", place=where))
    return {
        str(name): _limits(where, entity, value, catalogue)
        if name == FIELDS
        else _each(where, (entity, catalogue), value, "condition")
        for name, value in said.items()
    }


def _limits(
    where: str, entity: Entity | None, fields: Mapping[str, Any], catalogue: Catalogue
) -> dict[str, Any]:
    unknown = [str(name) for name in fields if entity is None or name not in entity.fields]
    if unknown:
        raise Invalid(_("%(place)s: there is no field “%(field)s”.", place=where, field=unknown[0][:64]))
    return {
        str(name): _each(f"{where} · {name}", (entity, catalogue), value, "when")
        for name, value in fields.items()
    }


def _each(where: str, ground: tuple[Entity | None, Catalogue], value: Any, key: str) -> Any:
    if isinstance(value, list):
        return [_each(where, ground, one, key) for one in value]
    if not isinstance(value, Mapping) or not value.get(key):
        return value
    entity, catalogue = ground
    if entity is None:
        raise Invalid(_("%(place)s: a condition needs one entity. Write it there.", place=where))
    try:
        return {**value, key: stored(entity, value[key], catalogue)}
    except Problem as problem:
        raise Invalid(_("%(place)s: %(problem)s", place=where, problem=str(problem))) from problem


def stored(entity: Entity, raw: Any, catalogue: Catalogue) -> Any:
    """A typed condition in stored values; {"actor": …} stays, for it is another value for each person."""
    made = _stored(entity, raw, catalogue)
    read_condition(_without_own(made))
    return _plain(made)


def _plain(value: Any) -> Any:
    """As JSON and YAML know it: exact numbers by their digits, which are read again wherever it is compared."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, bytes):
        raise Invalid(_("A right cannot depend on a file. Choose another field."))
    return str(value) if isinstance(value, Decimal) else value


def _stored(entity: Entity, raw: Any, catalogue: Catalogue) -> Any:
    if not isinstance(raw, Mapping):
        raise Invalid(_("This condition cannot be read. Write it as a list's address does."))
    if "field" not in raw:
        return {op: _parts(entity, parts, catalogue) for op, parts in raw.items()}
    value = raw.get("value")
    if isinstance(value, Mapping):
        if value.get("actor") not in ATTRIBUTES or raw.get("op") not in OWN_OPERATORS:
            known = ", ".join(ATTRIBUTES)
            raise Invalid(
                _("A person is asked for one of %(known)s with “eq”, “ne”, “in” or “not_in”.", known=known)
            )
        conditions.resolve(entity, {"field": raw["field"], "op": "is_null"}, NO_DAY, NOBODY, catalogue)
        return dict(raw)
    if raw.get("op") == "within":
        raise Invalid(_("A right cannot depend on today's date. Choose another comparison."))
    return conditions.resolve(entity, raw, NO_DAY, NOBODY, catalogue)


def _parts(entity: Entity, parts: Any, catalogue: Catalogue) -> Any:
    if isinstance(parts, list):
        return [_stored(entity, part, catalogue) for part in parts]
    return _stored(entity, parts, catalogue)


def _without_own(raw: Any) -> Any:
    """With a value in each place of a person's own, so that the shape can be checked."""
    if isinstance(raw, list):
        return [_without_own(part) for part in raw]
    if "field" not in raw:
        return {op: _without_own(parts) for op, parts in raw.items()}
    return {**raw, "op": "eq", "value": ""} if isinstance(raw.get("value"), Mapping) else raw


def condition_of(text: str) -> Any:
    """A condition from a text box; None for an empty one. Raises Invalid."""
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(_("This condition cannot be read. Write it as a list's address does.")) from error


def document_of(text: str) -> Any:
    """The rights in a YAML text. Raises Invalid."""
    found = yaml_text.load(text)
    if not isinstance(found, Mapping) or not isinstance(found.get("rights"), Mapping):
        raise Invalid(_("The file has no “rights”. Start from one that was exported."))
    return found["rights"]


def text_of(document: Mapping[str, Any]) -> str:
    """A document of rights as YAML."""
    return yaml.safe_dump({"rights": dict(document)}, allow_unicode=True, sort_keys=False, width=110)


def said(entry: Any) -> str:
    """What is said about one entity, as YAML; "" for nothing."""
    return yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=60).strip() if entry else ""
