"""Sessions kept on the server: they end with signing out, a new password, time without a page, or from another browser.

The cookie holds a secret; the overlay holds its hash, so that nobody who reads the table can sign in with it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, g, has_request_context, request, session
from flask_appbuilder.security.sqla.models import ApiKey, User
from flask_login import current_user, logout_user, user_logged_in, user_logged_out
from sqlalchemy import Column, Connection, Integer, String, Table, event, insert, inspect, select, update

from app.extensions import reading, services
from app.security import password_changed
from app.tokens import now_utc, stamp_of
from models.overlay import metadata
from models.overlay.types import UtcDateTime

COOKIE_KEY = "sid"
SEEN_SECONDS = 60
"""The time of the last page is written at most this often."""
PAGE, PROGRAM = "page", "program"
"""Ways in; a program's session holds its JWTs together and may rest between two calls."""

session_table = Table(
    "web_session",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", Integer, nullable=False, index=True),
    Column("stamp", String(64), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(255), nullable=False),
    Column("ended_at", UtcDateTime),
    Column("way", String(8), nullable=False, default=PAGE),
)


@dataclass(frozen=True)
class WebSession:
    """A sign-in of one browser. `stamp` changes with the password."""

    id: str
    user_id: int
    stamp: str
    started_at: datetime
    seen_at: datetime
    address: str
    agent: str
    way: str = PAGE


def init_app(app: Flask) -> None:
    """Begin one at each sign-in, end it at each sign-out, end all when an account is deactivated."""
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)
    password_changed.connect(_keep_own)
    services().rooms["program_session_runs"] = program_runs
    if not event.contains(User, "after_update", _end_of_deactivated):
        event.listen(User, "after_update", _end_of_deactivated)


def _begin(_app: Flask, user: Any) -> None:
    secret = secrets.token_urlsafe(32)
    session[COOKIE_KEY] = secret
    _add(_id(secret), user, g.get("sign_in_way", PAGE))


def begin_program(user: Any) -> str:
    """A session that a program's JWTs name; returns its id."""
    made = _id(secrets.token_urlsafe(32))
    _add(made, user, PROGRAM)
    return made


def _add(session_id: str, user: Any, way: str) -> None:
    now = datetime.now(UTC)
    row = {
        "id": session_id,
        "user_id": user.id,
        "stamp": stamp_of(user),
        "started_at": now,
        "seen_at": now,
        "address": (request.remote_addr or "")[:64],
        "agent": request.user_agent.string[:255],
        "way": way,
    }
    with services().engine.begin() as connection:
        connection.execute(insert(session_table).values(row))


def program_runs(session_id: str, user: Any) -> bool:
    """Does the session that a JWT names still run?"""
    held = _held_as(session_id)
    if held is None or held.way != PROGRAM or not _runs(held, user):
        return False
    _note_seen(held)
    return True


def way_of_this() -> str:
    """How the person of this request came in; "" for a bearer token."""
    held = _held(session.get(COOKIE_KEY, ""))
    return held.way if held else ""


def _end_of_deactivated(_mapper: Any, connection: Connection, user: Any) -> None:
    """Whoever is switched on again signs in again: nothing from before comes back to life."""
    if not user.active and inspect(user).attrs.active.history.has_changes():
        end_all(connection, user.id)
        mine = (ApiKey.user_id == user.id, ApiKey.revoked_on.is_(None))
        connection.execute(update(ApiKey).where(*mine).values(revoked_on=now_utc(), active=False))


def end_all(connection: Connection, user_id: int) -> int:
    """End every session of a person, in browsers and programs; returns how many."""
    mine = (session_table.c.user_id == user_id) & session_table.c.ended_at.is_(None)
    return int(
        connection.execute(update(session_table).where(mine).values(ended_at=datetime.now(UTC))).rowcount
    )


def _end(_app: Flask, user: Any) -> None:
    secret = session.pop(COOKIE_KEY, None)
    if secret:
        end(user.id, _id(secret))


def _keep_own(_manager: Any, user: Any) -> None:
    """Whoever changes the own password stays signed in here; all other sessions of the account end by the old stamp."""
    mine = current_id() if has_request_context() and current_user and current_user.is_authenticated else ""
    if not mine or current_user.id != user.id:
        return
    with services().engine.begin() as connection:
        connection.execute(
            update(session_table).where(session_table.c.id == mine).values(stamp=stamp_of(user))
        )
    services().rooms["sessions"].forget(mine)


def is_signed_in() -> bool:
    """Does the cookie belong to a session that still runs? If not, the browser is signed out."""
    if not current_user.is_authenticated:
        return False
    held = _held(session.get(COOKIE_KEY, ""))
    if held is None or held.way == PROGRAM or not _runs(held, current_user):
        logout_user()
        return False
    _note_seen(held)
    return True


def of_user(user_id: int) -> list[WebSession]:
    """The sessions that still run, the newest first."""
    table = session_table.c
    found = select(*_columns()).where(table.user_id == user_id, table.ended_at.is_(None))
    with services().engine.connect() as connection:
        rows = connection.execute(found.order_by(table.seen_at.desc()).limit(100))
        return [one for row in rows if not _is_over(one := WebSession(*row))]


def end(user_id: int, session_id: str) -> bool:
    """End one session of a person; False when it does not run."""
    table = session_table.c
    mine = (table.user_id == user_id) & (table.id == session_id) & table.ended_at.is_(None)
    with services().engine.begin() as connection:
        ended = connection.execute(update(session_table).where(mine).values(ended_at=datetime.now(UTC)))
    services().rooms["sessions"].forget(session_id)
    return ended.rowcount == 1


def current_id() -> str:
    """The id of the session that asks; "" for none."""
    secret = session.get(COOKIE_KEY, "")
    return _id(secret) if secret else ""


def _held(secret: str) -> WebSession | None:
    return _held_as(_id(secret)) if secret else None


def _held_as(key: str) -> WebSession | None:
    cache = services().rooms["sessions"]
    found: WebSession | None = cache.get(key)
    if found is None:
        table = session_table.c
        running = select(*_columns()).where(table.id == key, table.ended_at.is_(None))
        row = reading().execute(running).first()
        found = cache.put(key, WebSession(*row)) if row else None
    return found


def _runs(held: WebSession, user: Any) -> bool:
    same_person = held.user_id == user.id
    return same_person and hmac.compare_digest(held.stamp, stamp_of(user)) and not _is_over(held)


def _is_over(held: WebSession) -> bool:
    config, now = services().config, datetime.now(UTC)
    idle, longest = timedelta(minutes=config.session_idle_minutes), timedelta(hours=config.session_max_hours)
    rested = held.way != PROGRAM and now - held.seen_at > idle
    return rested or now - held.started_at > longest


def _note_seen(held: WebSession) -> None:
    now = datetime.now(UTC)
    if now - held.seen_at < timedelta(seconds=SEEN_SECONDS):
        return
    with services().engine.begin() as connection:
        connection.execute(update(session_table).where(session_table.c.id == held.id).values(seen_at=now))
    services().rooms["sessions"].forget(held.id)


def _columns() -> list[Any]:
    return [session_table.c[name] for name in WebSession.__dataclass_fields__]


def _id(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
