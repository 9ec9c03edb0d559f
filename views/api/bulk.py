"""Many changes in one request: each one is a transaction of its own with a result of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import ETags

from app.errors import Invalid, Problem
from models import access
from models.records import read
from models.records.transaction import Once, Saved
from models.records.write import Conflict
from models.wiring.nouns import Entity
from views.access import entity_for
from views.api import shapes, writing
from views.api.access import nameable

MOST_OPERATIONS = 200
ACTIONS = ("create", "change", "delete")
DONE = {"create": 201, "change": 200, "delete": 204}


def run(entity: Entity, sent: Mapping[str, Any], key: Once) -> dict[str, Any]:
    """{"results": [{"status", "token", "etag"} or {"status", "token", "problem"}]} in the order of the operations."""
    operations = sent.get("operations")
    if not isinstance(operations, list) or not operations:
        raise Invalid(_("Send {“operations”: […]} with at least one of them."))
    if len(operations) > MOST_OPERATIONS:
        raise Invalid(_("Send at most %(most)s operations at a time.", most=MOST_OPERATIONS))
    return {
        "results": [
            _result(entity, op, _part(entity, key, number, op)) for number, op in enumerate(operations)
        ]
    }


def _result(entity: Entity, operation: Any, key: Once) -> dict[str, Any]:
    token = operation.get("token") if isinstance(operation, dict) else None
    try:
        action = _action(operation)
        saved = _do(entity, action, operation, key)
    except Conflict as stale:
        current = shapes.as_json(entity, stale.current, access.policy().visible(entity))
        problem = {**_problem(entity, stale, 412), "current": current}
        return {"status": 412, "token": token, "etag": stale.current.hash, "problem": problem}
    except Problem as problem:
        return {
            "status": problem.status,
            "token": token,
            "problem": _problem(entity, problem, problem.status),
        }
    return {
        "status": DONE[action],
        "token": shapes.spelled(saved.token),
        "etag": _etag(entity, action, saved),
    }


def _action(operation: Any) -> str:
    action = operation.get("action") if isinstance(operation, dict) else None
    if action not in ACTIONS:
        raise Invalid(_("Each operation names an action: create, change or delete."))
    return str(action)


def _do(entity: Entity, action: str, operation: Mapping[str, Any], key: Once) -> Saved:
    entity_for(entity.name, action)
    values, reason = operation.get("values", {}), operation.get("reason", "")
    if not isinstance(values, dict) or not isinstance(reason, str):
        raise Invalid(_("“values” is an object, “reason” a text."))
    if action == "create":
        return writing.create(entity, values, key)
    token = writing.canonical(entity, str(operation.get("token") or ""))
    tags = writing.needed(_tags(operation.get("etag")))
    if action == "change":
        return writing.change(entity, token, tags, values, key)
    return writing.remove(entity, token, tags, reason, key)


def _tags(etag: Any) -> ETags:
    """As If-Match would say it; quotes around the tag may be left out."""
    if not isinstance(etag, str) or not etag:
        return ETags()
    return ETags(star_tag=True) if etag == "*" else ETags(strong_etags=[etag.removeprefix("W/").strip('"')])


def _etag(entity: Entity, action: str, saved: Saved) -> str | None:
    if action == "delete":
        return None
    try:
        return read.get(access.records(), entity, saved.token, entity.key).hash
    except Problem:
        return None


def _problem(entity: Entity, problem: Problem, status: int) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"veneer:{problem.code}", "title": str(problem), "status": status, "detail": str(problem)
    }  # fmt: skip
    named = nameable(entity, problem)
    return {**body, "fields": named} if named else body


def _part(entity: Entity, key: Once, number: int, operation: Any) -> Once:
    """The key of one operation: the request's, the place in it."""
    if not key.key:
        return key
    short = hashlib.sha256(key.key.encode()).hexdigest()[:48]
    content = json.dumps([entity.name, operation], ensure_ascii=False, default=str)
    return replace(key, key=f"bulk:{short}:{number}", content=content)
