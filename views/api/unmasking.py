"""POST of one masked value: {"field", "reason"} is answered with the whole of it."""

from __future__ import annotations

from flask import Response, jsonify
from flask_babel import gettext as _

from app.errors import Invalid
from models.wiring.nouns import Entity
from views.api import shapes
from views.records import unmasking


def response(entity: Entity, token: str) -> Response:
    """{"field": name, "value": …}. Raises Invalid, NotVisible, NotAllowed, TooMany."""
    sent = shapes.body()
    name, reason = sent.get("field"), sent.get("reason", "")
    if not isinstance(name, str) or not isinstance(reason, str) or set(sent) - {"field", "reason"}:
        raise Invalid(_("Send the name of one field as “field” and the reason as “reason”."))
    value = unmasking.value(entity, token, name, reason)
    made = jsonify({"field": name, "value": shapes.value_json(entity, name, value)})
    made.headers["Cache-Control"] = "no-store"
    return made
