"""Paths of the OpenAPI description: what can be sent to each address and what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _

from models import access
from models.wiring.nouns import Entity

Shape = dict[str, Any]
TEXT: Shape = {"type": "string"}
SCHEMAS: dict[str, Shape] = {
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT,
            "fields": {"type": "object", "additionalProperties": TEXT},
            "current": {"$ref": "#/components/schemas/Record"},
        },
    },
    "Page": {
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}},
            "next": {"type": ["string", "null"]}, "previous": {"type": ["string", "null"]},
            "total": {
                "type": "object",
                "properties": {
                    "kind": {"enum": ["exact", "about", "over", "unknown"]}, "number": {"type": ["integer", "null"]},
                },
            },
        },
    },
    "Question": {
        "type": "object",
        "required": ["field", "reason"],
        "properties": {"field": TEXT, "reason": {**TEXT, "minLength": 3, "maxLength": 500}},
    },
    "Operations": {
        "type": "object",
        "required": ["operations"],
        "properties": {
            "operations": {
                "type": "array", "minItems": 1, "maxItems": 200,
                "items": {
                    "type": "object",
                    "required": ["action"],
                    "properties": {
                        "action": {"enum": ["create", "change", "delete"]}, "token": TEXT, "etag": TEXT,
                        "values": {"type": "object"}, "reason": TEXT,
                    },
                },
            }
        },
    },
    "Credentials": {
        "type": "object",
        "required": ["username", "password"],
        "properties": {"username": TEXT, "password": {**TEXT, "format": "password"}, "refresh": {"type": "boolean"}},
    },
}  # fmt: skip
TOKEN: Shape = {"name": "token", "in": "path", "required": True, "schema": TEXT}
ONCE: Shape = {"name": "Idempotency-Key", "in": "header", "schema": {**TEXT, "maxLength": 80}}
MATCH: Shape = {"name": "If-Match", "in": "header", "required": True, "schema": TEXT}


def paths(entities: Sequence[Entity], *, narrowed: bool) -> dict[str, Any]:
    """All paths that the caller can use."""
    place = f"/data/{entities[0].name}" if narrowed and entities else "/data/{entity}"
    names = [] if narrowed else [named(entities)]
    found: dict[str, Any] = {"/data/": {"get": operation(_("Entities that you may see"), [], "listEntities")}}
    if entities:
        found |= {
            f"{place}/": item(names, {"get": a_list(), **writes(entities, "create", a_create)}),
            f"{place}/bulk": item(names, {"post": a_bulk()}),
            f"{place}/schema": item(
                names, {"get": operation(_("Fields, operators and your rights"), [], "describe")}
            ),
            f"{place}/{{token}}": item([*names, TOKEN], dict(one_record(entities))),
        }
    unmasking = writes(entities, "unmask", an_unmask) if narrowed else {}  # 500 names more are too many
    if unmasking:
        found[f"{place}/{{token}}/unmask"] = item([*names, TOKEN], unmasking)
    return {**found, **signing_in()}


def item(parameters: Sequence[Shape], methods: Shape) -> Shape:
    """A path with the parameters that all its methods share."""
    return {**({"parameters": list(parameters)} if parameters else {}), **methods}


def named(entities: Sequence[Entity]) -> Shape:
    """The entity in the path."""
    names = [entity.name for entity in entities]
    return {
        "name": "entity",
        "in": "path",
        "required": True,
        "schema": {**TEXT, **({"enum": names} if names else {})},
    }


def one_record(entities: Sequence[Entity]) -> Iterator[tuple[str, Shape]]:
    """What can be done with one record, as far as some entity allows it."""
    record = operation(_("One record; its ETag is the state of the row"), [], "read")
    record["responses"]["200"] = answer("Record")
    yield "get", record
    yield from writes(entities, "change", a_change, "patch").items()
    yield from writes(entities, "delete", a_delete, "delete").items()


def writes(entities: Sequence[Entity], action: str, made: Any, method: str = "post") -> Shape:
    """The method, when the caller may do this with some of the entities."""
    return {method: made()} if any(access.policy().may(entity, action) for entity in entities) else {}


def a_list() -> Shape:
    """GET of a list."""
    words = {
        "filter": _("A condition as JSON: {“field”, “op”, “value”}, {“and”: […]}, {“or”: […]}, {“not”: …}"),
        "q": _("Begins with, in the fields of the quick search"),
        "sort": _("Up to three fields, “-” before one for descending"),
        "fields": _("Only these fields, separated by commas"),
        "cursor": _("From “next” or “previous” of another page"),
        "total": _("“none” leaves the total out"),
    }
    parameters = [
        {"name": name, "in": "query", "description": text, "schema": TEXT} for name, text in words.items()
    ]
    size = {
        "name": "size",
        "in": "query",
        "schema": {"type": "integer", "minimum": 10, "maximum": 200, "default": 25},
    }
    made = operation(_("A page of records"), [*parameters, size], "list")
    made["responses"]["200"] = answer("Page")
    return made


def a_create() -> Shape:
    """POST of a record."""
    made = operation(_("Add a record"), [ONCE], "create", "Record")
    made["responses"] = {"201": answer("Record"), "default": answer("Problem")}
    return made


def a_change() -> Shape:
    """PATCH of a record."""
    made = operation(_("Change the fields that are sent"), [MATCH, ONCE], "change", "Record")
    made["responses"] |= {"200": answer("Record"), "412": answer("Problem")}
    return made


def a_delete() -> Shape:
    """DELETE of a record."""
    made = operation(
        _("Delete a record"), [MATCH, ONCE, {"name": "reason", "in": "query", "schema": TEXT}], "remove"
    )
    made["responses"] = {
        "204": {"description": "Deleted"},
        "412": answer("Problem"),
        "default": answer("Problem"),
    }
    return made


def an_unmask() -> Shape:
    """POST of the question for one masked value."""
    return operation(_("One masked value, for a reason and within your quota"), [], "unmask", "Question")


def a_bulk() -> Shape:
    """POST of many operations."""
    return operation(_("Up to 200 operations, each with a result of its own"), [ONCE], "bulk", "Operations")


def operation(summary: str, parameters: Sequence[Shape], name: str, body: str = "") -> Shape:
    """An operation that answers with JSON or with a problem."""
    sent = {"requestBody": {"required": True, "content": content(body)}} if body else {}
    return {
        "summary": summary,
        "operationId": name,
        "tags": ["records"],
        **({"parameters": list(parameters)} if parameters else {}),
        **sent,
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {}}},
            "default": answer("Problem"),
        },
    }


def answer(schema: str) -> Shape:
    """A response of one of the schemas."""
    kind = "application/problem+json" if schema == "Problem" else "application/json"
    return {"description": schema, "content": content(schema, kind)}


def content(schema: str, kind: str = "application/json") -> Shape:
    """A body of one of the schemas."""
    return {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def signing_in() -> dict[str, Any]:
    """The two addresses that give JWTs."""
    login = operation(_("Sign in for a JWT"), [], "login", "Credentials")
    refresh = operation(_("A new access token for a refresh token"), [], "refresh")
    for one in (login, refresh):
        one["tags"] = ["tokens"]
    login["security"] = []
    return {"/security/login": {"post": login}, "/security/refresh": {"post": refresh}}
