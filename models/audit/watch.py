"""What the audit writes down by itself: refusals, and accounts and roles as Flask-AppBuilder saves them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from flask import Flask, request
from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import event, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, UOWTransaction

from app.actor import Actor, current_actor
from app.errors import Problem
from app.extensions import services
from app.short_cache import ShortCache
from app.web import refused
from models.audit import NOBODY, note, tell

log = logging.getLogger("veneer")
WATCHED = {
    User: ("username", "active", "roles", "groups", "email", "first_name", "last_name"),
    Role: ("name", "permissions"),
}
"""What of an account and a role is written down. Passwords, counters and times of signing in are not."""
SUBJECTS = {User: "@account", Role: "@rights"}


def init_app(app: Flask) -> None:
    """Listen to refusals and to the session on which accounts and roles are saved."""
    services().rooms["refusals"] = ShortCache[bool]()
    refused.connect(_note_refusal, app)
    event.listen(services().rooms["session"].session_factory, "after_flush", _note_accounts)


def _note_refusal(_app: Flask, code: str) -> None:
    """One entry a second for the same person and address: whoever tries in a loop does not fill the audit.

    An overlay that cannot be written to (read-only after a fail-over, no connection free) must not turn the answer into a 500.
    """
    actor = current_actor()
    if actor is None:
        return
    cache: ShortCache[bool] = services().rooms["refusals"]
    key = (actor.user_id, request.path)
    if cache.get(key) is not None:
        return
    cache.put(key, True)
    try:
        tell(
            actor,
            "@access",
            "refused",
            record=request.path[:255],
            title=request.method,
            after={"answer": code},
        )
    except (SQLAlchemyError, Problem):
        log.exception("a refusal is in the log alone: the overlay takes no entry at the moment")


def _note_accounts(session: Session, _context: UOWTransaction) -> None:
    """In the transaction that saves them."""
    for action, found in (("create", session.new), ("change", session.dirty), ("delete", session.deleted)):
        for one in list(found):
            if type(one) in WATCHED:
                _note_one(session, action, one)


def _note_one(session: Session, action: str, one: Any) -> None:
    before, after = _differences(one)
    if action == "change" and not after:
        return
    subject, title = SUBJECTS[type(one)], str(getattr(one, "username", "") or one.name)
    note(
        session.connection(), _who(), subject, action, record=str(one.id), title=title,
        before=before if action == "change" else None, after=after if action != "delete" else None,
    )  # fmt: skip


def _who() -> Actor:
    return current_actor() or NOBODY


def _differences(one: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Former and new values of what is watched and differs."""
    before, after = {}, {}
    for name in WATCHED[type(one)]:
        history = inspect(one).attrs[name].history
        if history.has_changes():
            before[name], after[name] = _plain(history.deleted), _plain(history.added)
    return before, after


def _plain(values: Iterable[Any] | None) -> str:
    """Names of roles and permissions, or a value, as text."""
    return ", ".join(sorted(str(getattr(value, "name", value)) for value in values or ()))
