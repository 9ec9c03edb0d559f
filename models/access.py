"""Who is asking, with which policy and catalogue: resolved once a request, from one-second caches."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from flask import current_app, g, has_request_context, request, session
from flask_login import current_user
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app import web
from app.actor import Actor, acting_as, current_actor
from app.errors import NotAllowed
from app.extensions import reading, services
from app.i18n import language
from app.security import let_go
from app.short_cache import ShortCache
from app.theme.frames import Same
from models import sessions, substitution, viewing
from models.catalogue import Catalogue
from models.guard import RecordSession
from models.kept_secrets import stamp_key
from models.live import LiveCatalogue
from models.organisation import Place, place_of
from models.person import person_of, with_units_below
from models.policy import Policy, rules_of

T = TypeVar("T")
READING = {"GET", "HEAD"}
NOBODYS = {"static", "health_live", "health_ready"}
"""Endpoints that ask for nobody."""
NOT_THERE = object()


def live() -> LiveCatalogue:
    """The application's live catalogue."""
    found: LiveCatalogue = services().rooms["live"]
    return found


def catalogue() -> Catalogue:
    """The catalogue of this request: the one that was in force when it began."""
    if not has_request_context():
        return live().current()
    found: Catalogue | None = g.get("catalogue")
    if found is None:
        found = g.catalogue = live().current()
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
    held: Policy | None = g.get("policy")
    if held is None or held.actor is not who or held.catalogue is not entities:
        held = g.policy = _policy(who, entities)
    return held


def _policy(who: Actor, entities: Catalogue) -> Policy:
    """One second old at most. While nothing has changed it stays the same object, with all that it has worked out."""
    key = (who, entities.version, id(entities))
    cache: ShortCache[Policy] = services().rooms["policies"]
    found = cache.get(key)
    if found is None:
        fresh, last = policy_of(reading(), who, entities), cache.last(key)
        found = cache.put(key, last if last == fresh else fresh)
    return found


def policy_of(connection: Connection, who: Actor, entities: Catalogue) -> Policy:
    """The policy of any actor, as the overlay's rules give it now."""
    access, rights = rules_of(connection, who.roles)
    access = with_units_below(connection, access)
    person = person_of(connection, entities, who, access, rights)
    return Policy(who, entities, access, rights, person)


def records(action: str = "see") -> RecordSession:
    """The request's guarded session; closed with the application context.

    A page that only reads does so on the connection that it has already. One that writes gives that one back first.
    """
    if "record_session" not in g:
        who, sealed = policy(), seal()
        is_reading = has_request_context() and request.method in READING
        if not is_reading:
            give_back("reading_connection")
        g.record_session = RecordSession(reading() if is_reading else services().engine, who, action, sealed)
    session: RecordSession = g.record_session
    return session


def seal() -> bytes:
    """The secret under which row tokens leave the program."""
    return b"row token:" + stamp_key().encode()


def overlay() -> Connection:
    """A connection for the overlay's own tables, as the system; closed (and rolled back) with the context."""
    return reading()


def own(name: str, read: Callable[[], T]) -> T:
    """Something that belongs to the person, a second old at most and never older than what the person did last."""
    cache: ShortCache[T] = services().rooms["own"]
    key = (name, *_whose())
    found = None if request.method not in READING or web.has_just_acted() else cache.get(key)
    return found if found is not None else cache.put(key, read())


def own_many(
    name: str, keys: Iterable[Hashable], read: Callable[[list[Any]], Mapping[Any, T]]
) -> dict[Any, T]:
    """The same for many things under keys of their own: what is not held is read, and what is not there is left out."""
    cache: ShortCache[Any] = services().rooms["own"]
    wanted, whose = dict.fromkeys(keys), (name, *_whose())
    may_keep = has_request_context() and request.method in READING and not web.has_just_acted()
    held: dict[Any, Any] = {key: cache.get((whose, key)) for key in wanted} if may_keep else {}
    missing = [key for key in wanted if held.get(key) is None]
    found = read(missing) if missing else {}
    for key in missing:
        held[key] = cache.put((whose, key), found.get(key, NOT_THERE))
    return {key: value for key, value in held.items() if value is not NOT_THERE}


def _whose() -> tuple[Hashable, ...]:
    """Who sees what, and in which words: the policy as it is now, which is another one as soon as a right changes."""
    return Same(policy()), language()


def actor_of(user: Any) -> Actor:
    """The actor of an account: its roles are those of the account as it is held, its place is one second old at most."""
    cache: ShortCache[Actor] = services().rooms["actors"]
    key = (user.id, _roles(user))
    found = cache.get(key)
    return found if found is not None else cache.put(key, actor_at(user, place_of(reading(), user.id)))


def _roles(user: Any) -> frozenset[str]:
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    return frozenset(role.name for role in manager.get_user_roles(user))


def actor_at(user: Any, place: Place) -> Actor:
    """The actor of an account that stands there in the organisation."""
    standing = place.employee, place.units, place.units_below, place.reaches_many
    return Actor(user.id, user.username, _roles(user), *standing)


def enter() -> None:
    """Before a request: the person whose session still runs becomes the actor."""
    if request.endpoint in NOBODYS or not sessions.is_signed_in():
        return
    if viewing.is_on():
        act(actor_of(current_user))  # what is refused on the way is the administrator's own attempt
        become(*viewing.eyes(current_user, actor_of))
    elif substitution.COOKIE_KEY in session:
        manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
        act(substitution.in_place_of(reading(), actor_of(current_user), manager.get_user_by_id, actor_of))
    else:
        become(current_user)


def become(user: Any, cause: str = "", only: frozenset[str] | None = None) -> None:
    """Act as this account for the rest of the request (cookie, JWT or API token).

    `cause` is for the audit, `only` are the entities that an API token was made for.
    """
    who = actor_of(user)
    is_as_ever = not cause and only is None
    act(who if is_as_ever else replace(who, cause=cause, only=only))


def act(who: Actor) -> None:
    """Act as this actor for the rest of the request."""
    context = acting_as(who)
    context.__enter__()
    let_go()
    if request.method not in READING:
        give_back(
            "reading_connection"
        )  # what follows may need another, and who holds one must not wait for a second
    g.setdefault("actor_contexts", []).append(context)


def leave(_error: BaseException | None = None) -> None:
    """After a request: nobody acts, connections go back."""
    contexts: Iterable[Any] = g.pop("actor_contexts", [])
    for context in reversed(list(contexts)):
        context.__exit__(None, None, None)
    hang_up()


def hang_up() -> None:
    """Give the request's connections back: at its end, or before an answer that takes long to send."""
    give_back("record_session")
    give_back("reading_connection")


def give_back(name: str) -> None:
    """One of them; whoever asks for it again gets another."""
    held = g.pop(name, None)
    if held is not None:
        with suppress(SQLAlchemyError):  # the connection was lost, and the answer stands already
            held.close()
