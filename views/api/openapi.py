"""The interface in OpenAPI 3.1, made for one caller: entities and fields that he may not use do not occur in it.

There is one set of paths for all entities, so that a wiring with 500 of them stays readable; `?entity=` narrows it
down to one, whose name then stands in the paths.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from models import access
from models.wiring.nouns import Entity
from views.api import operations
from views.api.described import SCHEMAS
from views.api.entities import label, right, rights
from views.api.kinds import shape_of

MOST_SCHEMAS = 40
"""Beyond this many entities their schemas are given one by one, by ?entity=."""


def document(entities: Sequence[Entity], *, narrowed: bool) -> dict[str, Any]:
    """The whole description. `narrowed`: it is about one entity alone."""
    schemas = entity_schemas(entities) if narrowed or len(entities) <= MOST_SCHEMAS else {}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Veneer", "version": "1", "description": about(entities, shown=bool(schemas))},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}, {"cookie": []}],
        "tags": [
            {"name": "records", "description": _("Records")},
            {"name": "tokens", "description": _("Signing in")},
        ],
        "paths": operations.paths(entities, narrowed=narrowed),
        "components": {
            "securitySchemes": security(),
            "parameters": {} if narrowed else {"entity": operations.named(entities)},
            "responses": operations.refusals_in_words(),
            "schemas": {**SCHEMAS, "Record": record_schema(schemas), **schemas},
        },
    }


def security() -> dict[str, Any]:
    """The ways in which a caller says who it is."""
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": _("A personal token (vnr_…) or a JWT of /security/login."),
        },
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": "veneer",
            "description": _("Requests that change something need X-CSRFToken too."),
        },
    }


def about(entities: Sequence[Entity], *, shown: bool) -> str:
    """A few words on top; with many entities, how to get at their schemas."""
    words = str(_("What you may read and change here, with your own rights."))
    if not shown and entities:
        words += " " + _(
            "There are %(number)s entities: add ?entity=<name> to see the fields of one.",
            number=len(entities),
        )
    return words


def record_schema(schemas: dict[str, Any]) -> dict[str, Any]:
    """Any record."""
    if not schemas:
        return {"type": "object", "additionalProperties": True}
    return {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in schemas]}


def entity_schemas(entities: Sequence[Entity]) -> dict[str, Any]:
    """A schema for each entity, by its name."""
    return {component(entity): entity_schema(entity) for entity in entities}


def component(entity: Entity) -> str:
    """The schema's name: letters that OpenAPI allows, and never one of ours."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in entity.name)
    return f"entity.{plain}"


def entity_schema(entity: Entity) -> dict[str, Any]:
    """Fields that the caller may see."""
    visible = access.policy().visible(entity)
    fields = {name: field_schema(entity, name) for name in visible}
    own = {
        "_token": {"type": ["string", "null"], "readOnly": True},
        "_title": {"type": "string", "readOnly": True},
    }
    return {
        "type": "object",
        "title": label(entity.label, entity.name),
        "properties": {**fields, **own},
        "x-rights": rights(entity),
    }


def field_schema(entity: Entity, name: str) -> dict[str, Any]:
    """One field with its label."""
    field = entity.fields[name]
    held = right(entity, name)
    shape = {**shape_of(field), "title": label(field.label, name), "x-kind": field.kind}
    if held == "masked":
        shape["type"] = sorted({*listed(shape["type"]), "string"})
    return shape if held == "edit" else {**shape, "readOnly": True}


def listed(types: str | list[str]) -> list[str]:
    """The types of a schema as a list."""
    return [types] if isinstance(types, str) else types
