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

from flask import Flask, has_request_context, request, session
from flask_login import current_user, logout_user, user_logged_in, user_logged_out
from sqlalchemy import Column, Integer, String, Table, insert, select, update

from app.extensions import reading, services
from app.security import password_changed
from app.tokens import stamp_of
from models.overlay import metadata
from models.overlay.types import UtcDateTime

COOKIE_KEY = "sid"
SEEN_SECONDS = 60
"""The time of the last page is written at most this often."""

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


def init_app(app: Flask) -> None:
    """Begin one at each sign-in, end it at each sign-out."""
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)
    password_changed.connect(_keep_own)


def _begin(_app: Flask, user: Any) -> None:
    secret, now = secrets.token_urlsafe(32), datetime.now(UTC)
    session[COOKIE_KEY] = secret
    row = {
        "id": _id(secret),
        "user_id": user.id,
        "stamp": stamp_of(user),
        "started_at": now,
        "seen_at": now,
        "address": (request.remote_addr or "")[:64],
        "agent": request.user_agent.string[:255],
    }
    with services().engine.begin() as connection:
        connection.execute(insert(session_table).values(row))


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
    if held is None or not _runs(held):
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
    if not secret:
        return None
    cache, key = services().rooms["sessions"], _id(secret)
    found: WebSession | None = cache.get(key)
    if found is None:
        table = session_table.c
        mine = select(*_columns()).where(table.id == key, table.ended_at.is_(None))
        row = reading().execute(mine).first()
        found = cache.put(key, WebSession(*row)) if row else None
    return found


def _runs(held: WebSession) -> bool:
    same_person = held.user_id == current_user.id
    return same_person and hmac.compare_digest(held.stamp, stamp_of(current_user)) and not _is_over(held)


def _is_over(held: WebSession) -> bool:
    config, now = services().config, datetime.now(UTC)
    idle, longest = timedelta(minutes=config.session_idle_minutes), timedelta(hours=config.session_max_hours)
    return now - held.seen_at > idle or now - held.started_at > longest


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
