"""Bearer tokens: personal API tokens and JWTs, and what ends them.

A token is 256 random bits, so that one keyed hash finds it: a slow hash would cost every request a tenth of a second.
A JWT names the session that it belongs to. All tokens and JWTs of an account end when its password changes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import g
from flask_appbuilder.security.sqla.models import ApiKey
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.extensions import services

PREFIX = "vnr_"
READ, WRITE = "read", "read write"
UNMASK = "unmask"
"""The word of a scope that lets a token have masked values shown, if its owner may."""
SCOPES = (READ, WRITE, f"{READ} {UNMASK}", f"{WRITE} {UNMASK}")
ENTITIES = "entities:"
"""Begins the word of a scope that names the only entities of a token."""
USE_NOTED_SECONDS = 60
"""The time of the last use is written at most this often."""


class TokenRules:
    """What our security manager does with bearer tokens; stands before Flask-AppBuilder's own class."""

    session: Session

    def create_jwt_manager(self, app: Any) -> Any:
        """JWTs under the overlay's own key, which a new SECRET_KEY leaves as it is."""
        manager = super().create_jwt_manager(app)  # type: ignore[misc]
        manager.encode_key_loader(lambda _identity: stamp_key())
        manager.decode_key_loader(lambda _header, _claims: stamp_key())
        return manager

    def load_user_jwt(self, header: Any, claims: Any) -> Any:
        """The active account of a JWT; None when the session that it names has ended."""
        user = super().load_user_jwt(header, claims)  # type: ignore[misc]
        runs = services().rooms["program_session_runs"]
        return user if user is not None and runs(str(claims.get("sid", "")), user) else None

    def validate_api_key(self, api_key_string: str) -> Any:
        """The active account of a personal token, None for anything else; `g.api_token` is the token's row."""
        found = select(ApiKey).where(ApiKey.lookup_hash == lookup_hash(api_key_string))
        token = self.session.execute(found).scalar_one_or_none()
        if token is None or ended(token) or not token.user.is_active:
            return None
        note_use(self.session, token)
        g.user, g._api_key_user, g.api_token = token.user, True, token  # noqa: SLF001 where FAB looks
        return token.user


def create(session: Session, user: Any, name: str, scope: str, days: int | None) -> str:
    """A new token of an account; the text is returned once and kept nowhere. `days` None = until it is revoked."""
    text = PREFIX + secrets.token_urlsafe(32)
    lookup, now = lookup_hash(text), now_utc()
    row = ApiKey(
        name=name,
        key_hash=seal(lookup, user),
        lookup_hash=lookup,
        key_prefix=text[:8],
        user_id=user.id,
        scopes=scope,
        active=True,
        created_on=now,
        expires_on=now + timedelta(days=days) if days else None,
    )
    session.add(row)
    session.commit()
    return text


def tokens_of(session: Session, user_id: int) -> Sequence[ApiKey]:
    """An account's tokens, the newest first."""
    return (
        session.execute(select(ApiKey).where(ApiKey.user_id == user_id).order_by(ApiKey.id.desc()))
        .scalars()
        .all()
    )


def revoke(session: Session, user_id: int, uuid: str) -> bool:
    """End one of the account's tokens; False when it has none such."""
    mine = (ApiKey.uuid == uuid, ApiKey.user_id == user_id, ApiKey.revoked_on.is_(None))
    done = session.execute(update(ApiKey).where(*mine).values(revoked_on=now_utc(), active=False))
    session.commit()
    return bool(done.rowcount)  # type: ignore[attr-defined]


def ended(token: ApiKey) -> str:
    """Why a token is over, as a code; "" = it can be used."""
    if not token.active or token.revoked_on is not None:
        return "revoked"
    if token.expires_on is not None and token.expires_on <= now_utc():
        return "expired"
    return (
        "" if hmac.compare_digest(token.key_hash, seal(token.lookup_hash or "", token.user)) else "password"
    )


def may_write(token: ApiKey | None) -> bool:
    """May it be used for more than reading? None = the request brought no personal token."""
    return may(token, "write")


def may(token: ApiKey | None, word: str) -> bool:
    """Does its scope name this? None = the request brought no personal token."""
    return token is None or word in (token.scopes or "").split()


def entities_of(token: ApiKey | None) -> frozenset[str] | None:
    """The entities that it was made for; None = all that its owner may use."""
    words = (token.scopes or "").split() if token is not None else []
    return next(
        (frozenset(word.removeprefix(ENTITIES).split(",")) for word in words if word.startswith(ENTITIES)),
        None,
    )


def scope_of(scope: str, entities: Sequence[str]) -> str:
    """A scope with the entities that it is for; none = all."""
    return f"{scope} {ENTITIES}{','.join(sorted(entities))}" if entities else scope


def note_use(session: Session, token: ApiKey) -> None:
    """Remember when the token was used, without a write on every request."""
    now = now_utc()
    if token.last_used_on is None or (now - token.last_used_on).total_seconds() > USE_NOTED_SECONDS:
        token.last_used_on = now
        session.commit()


def stamp_of(user: Any) -> str:
    """Changes with the password."""
    return keyed(f"stamp:{user.id}:{user.password}")[:32]


def seal(lookup: str, user: Any) -> str:
    """Ties a token to its account and the password of the day."""
    return keyed(f"seal:{lookup}:{stamp_of(user)}")


def lookup_hash(text: str) -> str:
    """What the database keeps of a token: as random as it is, no key is needed to hide it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def keyed(text: str) -> str:
    """A hash that nobody can make without the overlay's own key, which a new SECRET_KEY leaves as it is."""
    return hmac.new(stamp_key().encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def stamp_key() -> str:
    """The overlay's own key, as the models keep it."""
    return str(services().rooms["stamp_key_of"]())


def now_utc() -> datetime:
    """Naive UTC: how Flask-AppBuilder's columns keep times here."""
    return datetime.now(UTC).replace(tzinfo=None)
