"""Whoever asked for a piece of work, as an actor of today: what runs for a person later runs with the rights of then."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app
from sqlalchemy import Engine

from app.actor import Actor
from models import access
from models.organisation import place_of


def maker(engine: Engine, user_id: int, right: tuple[str, str], cause: str) -> Actor | None:
    """The actor of the account; None when it is closed or has lost the right (permission, view)."""
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    user = manager.get_user_by_id(user_id)
    if user is None or not user.is_active:
        return None
    if not (manager.is_administrator(user) or right in manager.pairs_of(user)):
        return None
    with engine.connect() as connection:
        found = access.actor_at(user, place_of(connection, user.id))
    return replace(found, cause=cause)
