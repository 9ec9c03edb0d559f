"""Who is asking, with which policy and catalogue: resolved once a request, from one-second caches."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Generic, TypeVar

from flask import current_app, g, has_request_context, request
from flask_login import current_user
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.actor import Actor, acting_as, current_actor
from app.errors import NotAllowed
from app.extensions import services
from app.security import let_go
from models import sessions
from models.catalogue import Catalogue
from models.guard import RecordSession
from models.live import LiveCatalogue
from models.organisation import place_of
from models.policy import Policy, rules_of

NOBODYS = {"static", "health_live", "health_ready"}
"""Endpoints that ask for nobody."""
CACHE_SECONDS = 1.0
"""A changed role or rule is in force everywhere within this time."""
T = TypeVar("T")


class ShortCache(Generic[T]):
    """Values that may be `CACHE_SECONDS` old."""

    def __init__(self) -> None:
        self._held: dict[Any, tuple[float, T]] = {}
        self._lock = threading.Lock()

    def get(self, key: Any) -> T | None:
        """The value when it is fresh."""
        found = self._held.get(key)
        return found[1] if found and time.monotonic() - found[0] < CACHE_SECONDS else None

    def put(self, key: Any, value: T) -> T:
        """Keep a value; the whole cache is dropped when it grows large."""
        with self._lock:
            if len(self._held) > 5000:
                self._held.clear()
            self._held[key] = (time.monotonic(), value)
        return value

    def forget(self, key: Any) -> None:
        """Drop a value that is known to have changed."""
        with self._lock:
            self._held.pop(key, None)


def live() -> LiveCatalogue:
    """The application's live catalogue."""
    found: LiveCatalogue = services().rooms["live"]
    return found


def catalogue() -> Catalogue:
    """The catalogue of this request: the one that was in force when it began."""
    if not has_request_context():
        return live().current()
    if "catalogue" not in g:
        g.catalogue = live().current()
    found: Catalogue = g.catalogue
    return found


def actor() -> Actor:
    """The person who asks; raises NotAllowed when nobody has signed in."""
    found = current_actor()
    if found is None:
        from flask_babel import gettext as _

        raise NotAllowed(_("Sign in first."))
    return found


def policy() -> Policy:
    """The policy of the current actor over the request's catalogue."""
    who, entities = actor(), catalogue()
    key = (who, entities.version, id(entities))
    cache: ShortCache[Policy] = services().rooms["policies"]
    found = cache.get(key)
    if found is None:
        with services().engine.connect() as connection:
            access, rights = rules_of(connection, who.roles)
        found = cache.put(key, Policy(who, entities, access, rights))
    return found


def records(action: str = "see") -> RecordSession:
    """The request's guarded session; closed with the application context."""
    if "record_session" not in g:
        g.record_session = RecordSession(services().engine, policy(), action, seal())
    session: RecordSession = g.record_session
    return session


def seal() -> bytes:
    """The secret under which row tokens leave the program."""
    return b"row token:" + str(current_app.config["SECRET_KEY"]).encode()


def overlay() -> Connection:
    """A connection for the overlay's own tables, as the system; closed (and rolled back) with the context."""
    if "overlay_connection" not in g:
        g.overlay_connection = services().engine.connect()
    connection: Connection = g.overlay_connection
    return connection


def actor_of(user: Any) -> Actor:
    """The actor of an account; one second old at most."""
    cache: ShortCache[Actor] = services().rooms["actors"]
    found = cache.get(user.id)
    return found if found is not None else cache.put(user.id, _actor(user))


def _actor(user: Any) -> Actor:
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    roles = frozenset(role.name for role in manager.get_user_roles(user))
    with services().engine.connect() as connection:
        place = place_of(connection, user.id)
    return Actor(user.id, user.username, roles, place.employee, place.units, place.units_below)


def enter() -> None:
    """Before a request: the person whose session still runs becomes the actor."""
    if request.endpoint not in NOBODYS and sessions.is_signed_in():
        become(current_user)


def become(user: Any) -> None:
    """Act as this account for the rest of the request (cookie, JWT or API token)."""
    context = acting_as(actor_of(user))
    context.__enter__()
    let_go()
    g.setdefault("actor_contexts", []).append(context)


def leave(_error: BaseException | None = None) -> None:
    """After a request: nobody acts, connections go back."""
    contexts: Iterable[Any] = g.pop("actor_contexts", [])
    for context in reversed(list(contexts)):
        context.__exit__(None, None, None)
    for name in ("record_session", "overlay_connection"):
        held = g.pop(name, None)
        if held is not None:
            with suppress(SQLAlchemyError):  # the connection was lost, and the answer stands already
                held.close()
