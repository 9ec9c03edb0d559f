"""What a password must be: long enough and hard to guess; by the Chinese multi-level protection scheme also mixed, new and young."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Column, Index, Integer, String, Table, insert, select
from werkzeug.security import check_password_hash

from app.errors import Invalid
from app.extensions import reading, services
from models.change import BigKey
from models.overlay import metadata
from models.overlay.types import UtcDateTime

LONGEST = 128
ESTIMATED = 72
"""zxcvbn looks at so many characters at most."""
EASY = 2
"""zxcvbn's score below which a password is refused: fewer than a million guesses."""
KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")

history_table = Table(
    "password_history",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("user_id", Integer, nullable=False),
    Column("hash", String(256), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_password_history_user", "user_id", "id"),
)


def check(password: str, about: Iterable[str] = (), user: Any = None) -> None:
    """Raise Invalid with a sentence when it will not do. `about`: names that must not make it up; `user`: whose it will be."""
    sentence = _length(password) or _mixture(password) or _guess(password, about)
    if not sentence and user is not None and is_strict():
        sentence = _used_before(password, user)
    if sentence:
        raise Invalid(sentence, fields={"password": sentence})


def is_strict() -> bool:
    """Do the rules of the multi-level protection scheme hold?"""
    return services().config.password_rules == "mlps"  # noqa: S105 a word of the settings


def _length(password: str) -> str:
    least = services().config.password_min_length
    if len(password) < least:
        return str(
            _(
                "The password is too short. Take at least %(least)s characters; a few words do well.",
                least=least,
            )
        )
    if len(password) > LONGEST:
        return str(_("The password is too long. Take at most %(most)s characters.", most=LONGEST))
    return ""


def _mixture(password: str) -> str:
    if not is_strict() or sum(bool(re.search(k, password)) for k in KINDS) >= 3:
        return ""
    return str(_("Use at least three kinds of characters: small letters, capital letters, digits, signs."))


def _guess(password: str, about: Iterable[str]) -> str:
    """Common passwords, patterns and the person's own names, as zxcvbn finds them."""
    from zxcvbn import zxcvbn

    words = [
        part for text in ("veneer", *about) for part in (text, *re.split(r"[\W_]+", text)) if len(part) > 2
    ]
    if zxcvbn(password[:ESTIMATED], user_inputs=words)["score"] >= EASY:
        return ""
    return str(_("This password is easy to guess: it is common, a pattern, or made of your name. Take a few words that do not belong together."))  # fmt: skip


def _used_before(password: str, user: Any) -> str:
    found = select(history_table.c.hash).where(history_table.c.user_id == user.id)
    latest = found.order_by(history_table.c.id.desc()).limit(services().config.password_history)
    hashes = {user.password, *reading().execute(latest).scalars()}
    if any(check_password_hash(one, password) for one in hashes if one):
        return str(_("You have used this password before. Take another one."))
    return ""


def remember(_manager: Any, user: Any) -> None:
    """Keep the hash and the day of a new password."""
    row = {"user_id": user.id, "hash": user.password or "", "at": datetime.now(UTC)}
    with services().engine.begin() as connection:
        connection.execute(insert(history_table).values(row))


def is_too_old(user: Any) -> bool:
    """Must it be changed before anything else?"""
    if not is_strict():
        return False
    found = select(history_table.c.at).where(history_table.c.user_id == user.id)
    changed = reading().execute(found.order_by(history_table.c.id.desc()).limit(1)).scalar()
    since = changed or user.created_on.astimezone(UTC)
    return bool(datetime.now(UTC) - since > timedelta(days=services().config.password_max_days))


def about(user: Any) -> list[str]:
    """The names of an account that its password must not be made of."""
    return [
        user.username or "",
        user.first_name or "",
        user.last_name or "",
        (user.email or "").partition("@")[0],
    ]
