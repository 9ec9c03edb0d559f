"""Looking through somebody else's eyes: an administrator sees what that person sees and can change nothing.

It holds for one browser session, ends by a button or after an hour, and its beginning and end are in the audit.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request, session
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.actor import Actor
from app.errors import Invalid, NotAllowed
from app.extensions import services
from app.web import SAFE_METHODS
from models import sessions
from models.change import Note, add_change

COOKIE_KEY = "viewing"
SECONDS = 3600
AUDITED = "@view-as"
"""Stands for this in the audit; no entity can be called so."""
OWN_ENDPOINTS = ("RightsView.end_viewing", ".logout")
"""What the administrator does as themselves meanwhile."""
FILES = (".export", "PersonsView.file")
"""Files are written down under the name of whoever takes them: not under somebody else's."""


@dataclass(frozen=True)
class Viewing:
    """Whose eyes, for the banner."""

    user_id: int
    name: str
    minutes_left: int


def begin(connection: Connection, viewer: Actor, target: Any) -> None:
    """Look through the eyes of an account from the next page on. Raises NotAllowed and Invalid."""
    if not viewer.is_administrator:
        raise NotAllowed(_("Only administrators may look through somebody else's eyes."))
    if target is None or not target.active or target.id == viewer.user_id:
        raise Invalid(_("Choose another account that is active."))
    session[COOKIE_KEY] = [target.id, int(time.time()), sessions.current_id()]
    _note(connection, viewer, target.id, target.username, "begin")


def end(connection: Connection, viewer: Actor) -> None:
    """See with one's own eyes again."""
    held = session.pop(COOKIE_KEY, None)
    if held is not None:
        _note(connection, viewer, held[0], "", "end")


def is_on() -> bool:
    """Does this browser look through somebody else's eyes?"""
    return COOKIE_KEY in session


def eyes(user: Any, actor_of: Callable[[Any], Actor]) -> tuple[Any, str]:
    """The account that the page is made for, the signed-in one or the one that it looks through, and why, for the audit.

    Raises NotAllowed for everything that could change something meanwhile.
    """
    if (request.endpoint or "").endswith(OWN_ENDPOINTS):
        return user, ""
    held, actor = session[COOKIE_KEY], actor_of(user)
    target = _target(held, actor)
    if target is None:
        with services().engine.begin() as connection:
            end(connection, actor)
        return user, ""
    if request.method not in SAFE_METHODS or (request.endpoint or "").endswith(FILES):
        raise NotAllowed(
            _("You are looking through somebody else's eyes: nothing can be changed. End that first.")
        )
    name = f"{target.first_name or ''} {target.last_name or ''}".strip() or target.username
    g.viewing = Viewing(target.id, name, max(1, (held[1] + SECONDS - int(time.time())) // 60))
    g._login_user = target  # noqa: SLF001 where flask-login keeps it
    return target, f"seen by {actor.username}"[:255]


def _target(held: Any, actor: Actor) -> Any:
    """The account, while that is still allowed: by an administrator, in this session, for an hour, while it is active."""
    user_id, since, own_session = held
    is_over = time.time() - since > SECONDS or own_session != sessions.current_id()
    if is_over or not actor.is_administrator:
        return None
    target = current_app.appbuilder.sm.get_user_by_id(user_id)  # type: ignore[attr-defined]
    return target if target is not None and target.active else None


def _note(connection: Connection, viewer: Actor, user_id: int, username: str, what: str) -> None:
    note = Note(AUDITED, str(user_id), username, what, request_id=g.get("request_id", ""))
    add_change(connection, viewer, note)
