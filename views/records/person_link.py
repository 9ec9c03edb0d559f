"""The way from a record to a request of the person whom it is about."""

from __future__ import annotations

from flask import current_app, url_for

from models.persons import REQUEST, VIEW
from models.persons.kinds import personal
from models.wiring.nouns import Entity


def person_url(entity: Entity, token: str) -> str:
    """Where a request that starts from this record begins; "" where there is none to make."""
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    if not personal(entity) or not manager.has_access(REQUEST, VIEW):
        return ""
    return url_for("PersonsView.new", entity=entity.name, record=token)
