"""Paths of the OpenAPI description: what can be sent to each address and every status that comes back.

No answer is left to a "default": a status that is not described here is a mistake, and a test asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _

from models import access
from models.wiring.nouns import Entity
from views.api.described import TEXT, Shape

TOKEN: Shape = {"name": "token", "in": "path", "required": True, "schema": {**TEXT, "minLength": 1}}
ONCE: Shape = {"name": "Idempotency-Key", "in": "header", "schema": {**TEXT, "maxLength": 80}}
MATCH: Shape = {"name": "If-Match", "in": "header", "required": True, "schema": TEXT}
NONE_MATCH: Shape = {"name": "If-None-Match", "in": "header", "schema": TEXT}
ETAG: Shape = {"ETag": {"description": "The state of the row", "schema": TEXT}}
WORDS = {
    400: "veneer:invalid, veneer:csrf", 401: "veneer:sign-in", 403: "veneer:not-allowed", 404: "veneer:not-visible",
    409: "veneer:under-way, veneer:stale", 412: "veneer:stale", 413: "Too large", 422: "veneer:key-reused", 428: "veneer:match-needed",
    429: "Too many attempts", 503: "veneer:unavailable",
}  # fmt: skip
"""What a refusal with this status is called."""
READING = (400, 401, 403, 404, 429, 503)
WRITING = (*READING, 409, 413, 422)
MATCHING = (*WRITING, 412, 428)


def paths(entities: Sequence[Entity], *, narrowed: bool) -> dict[str, Any]:
    """All paths that the caller can use."""
    place = f"/data/{entities[0].name}" if narrowed and entities else "/data/{entity}"
    names: list[Shape] = [] if narrowed else [{"$ref": "#/components/parameters/entity"}]
    found: dict[str, Any] = {
        "/data/": {"get": operation(_("Entities that you may see"), "listEntities", 200, "Entities")}
    }
    if entities:
        found |= {
            f"{place}/": item(names, {"get": a_list(), **writes(entities, "create", a_create)}),
            f"{place}/bulk": item(names, {"post": a_bulk()}),
            f"{place}/schema": item(
                names,
                {"get": operation(_("Fields, operators and your rights"), "describe", 200, "Description")},
            ),
            f"{place}/{{token}}": item([*names, TOKEN], dict(one_record(entities))),
            f"{place}/{{token}}/content/{{field}}": item([*names, TOKEN, FIELD], {"get": a_content()}),
        }
    if any(access.policy().may(entity, "unmask") for entity in entities):
        found[f"{place}/{{token}}/unmask"] = item([*names, TOKEN], {"post": an_unmask()})
    return {**found, **itself(), **signing_in()}


FIELD: Shape = {"name": "field", "in": "path", "required": True, "schema": {**TEXT, "minLength": 1}}


def item(parameters: Sequence[Shape], methods: Shape) -> Shape:
    """A path with the parameters that all its methods share."""
    return {**({"parameters": list(parameters)} if parameters else {}), **methods}


def named(entities: Sequence[Entity]) -> Shape:
    """The entity in the path: said once, for there may be many."""
    names = [entity.name for entity in entities]
    return {
        "name": "entity",
        "in": "path",
        "required": True,
        "schema": {**TEXT, **({"enum": names} if names else {})},
    }


def one_record(entities: Sequence[Entity]) -> Iterator[tuple[str, Shape]]:
    """What can be done with one record, as far as some entity allows it."""
    record = operation(
        _("One record; its ETag is the state of the row"), "read", 200, "Record", parameters=[NONE_MATCH]
    )
    record["responses"]["200"]["headers"] = ETAG
    record["responses"]["304"] = {
        "description": "If-None-Match names the state that it still has",
        "headers": ETAG,
    }
    yield "get", record
    yield from writes(entities, "change", lambda: a_change("change"), "patch").items()
    yield from writes(entities, "change", lambda: a_change("put"), "put").items()
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
        "description": _("Rows a page: 10 to 200; what lies outside becomes the nearest"),
        "schema": {"type": "integer", "minimum": 1, "default": 25},
    }
    made = operation(_("A page of records"), "list", 200, "Page", parameters=[*parameters, size])
    made["responses"]["200"]["headers"] = {"Link": {"description": "rel=next, rel=prev", "schema": TEXT}}
    return made


def a_create() -> Shape:
    """POST of a record."""
    made = operation(_("Add a record"), "create", 201, "Record", WRITING, parameters=[ONCE], body="Record")
    made["responses"]["201"]["headers"] = {"Location": {"description": "Its address", "schema": TEXT}, **ETAG}
    return made


def a_change(name: str) -> Shape:
    """PATCH of a record, and PUT, which means the same."""
    words = _("Change the fields that are sent")
    made = operation(words, name, 200, "Record", MATCHING, parameters=[MATCH, ONCE], body="Record")
    made["responses"]["200"]["headers"] = ETAG
    return made


def a_delete() -> Shape:
    """DELETE of a record."""
    reason = {"name": "reason", "in": "query", "schema": TEXT}
    return operation(_("Delete a record"), "remove", 204, "", MATCHING, parameters=[MATCH, ONCE, reason])


def an_unmask() -> Shape:
    """POST of the question for one masked value."""
    words = _("One masked value, for a reason and within your quota")
    return operation(words, "unmask", 200, "Unmasked", (*READING, 413), body="Question")


def a_bulk() -> Shape:
    """POST of many operations."""
    words = _("Up to 200 operations, each with a result of its own")
    return operation(words, "bulk", 200, "Results", WRITING, parameters=[ONCE], body="Operations")


def a_content() -> Shape:
    """GET of the bytes of a file field."""
    made = operation(_("The bytes of a file field"), "content", 200, "")
    made["responses"]["200"]["content"] = {"application/octet-stream": {}}
    return made


def operation(
    summary: str,
    name: str,
    status: int,
    schema: str,
    refusals: Sequence[int] = READING,
    *,
    parameters: Sequence[Shape] = (),
    body: str = "",
) -> Shape:
    """An operation with the answer when all goes well, and its refusals."""
    sent = {"requestBody": {"required": True, "content": content(body)}} if body else {}
    answers = {str(code): {"$ref": f"#/components/responses/Refused{code}"} for code in sorted(refusals)}
    return {
        "summary": summary,
        "operationId": name,
        "tags": ["records"],
        **({"parameters": list(parameters)} if parameters else {}),
        **sent,
        "responses": {str(status): answer(schema), **answers},
    }


def answer(schema: str) -> Shape:
    """A response of one of the schemas; without a body where there is none."""
    return {"description": schema, "content": content(schema)} if schema else {"description": "Done"}


def refusals_in_words() -> Shape:
    """The refusals, which all operations share."""
    kind = "application/problem+json"
    made = {
        f"Refused{code}": {"description": words, "content": content("Problem", kind)}
        for code, words in WORDS.items()
    }
    made["Refused412"]["headers"] = ETAG
    return made


def content(schema: str, kind: str = "application/json") -> Shape:
    """A body of one of the schemas."""
    return {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def itself() -> dict[str, Any]:
    """The description as it stands here."""
    entity = {"name": "entity", "in": "query", "schema": TEXT}
    made = operation(_("This description"), "document", 200, "", parameters=[entity])
    made["responses"]["200"]["content"] = {"application/json": {"schema": {"type": "object"}}}
    return {"/openapi.json": {"get": made}}


def signing_in() -> dict[str, Any]:
    """The two addresses that give JWTs."""
    refusals = (400, 401, 403, 413, 429, 503)
    login = operation(_("Sign in for a JWT"), "login", 200, "Tokens", refusals, body="Credentials")
    refresh = operation(_("A new access token for a refresh token"), "refresh", 200, "Tokens", refusals)
    for one in (login, refresh):
        one["tags"] = ["tokens"]
    login["security"] = []
    refresh["security"] = [{"token": []}]
    return {"/security/login": {"post": login}, "/security/refresh": {"post": refresh}}
